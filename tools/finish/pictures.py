"""Publish the pictures that stand for the book elsewhere, which tools/social.py has drawn."""

import re
import shutil
from pathlib import Path

from finish.pages import Pages

DRAWN = Path("build", "social")
ICON = re.compile(r'(<link rel="icon" href="([^"]*)favicon\.svg">)')


def publish(site: Path, pages: Pages, root: Path) -> None:
    for path in sorted((root / DRAWN).glob("*.png")):
        shutil.copyfile(path, site / "assets" / path.name)
    for name, page in pages.items():
        pages[name] = ICON.sub(r'\1<link rel="apple-touch-icon" href="\2touch.png">', page, count=1)
