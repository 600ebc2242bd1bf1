"""The pages of a built site as texts: read once, changed by the steps, and written back."""

import re
from pathlib import Path

CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)"')
CHARSET = re.compile(r'<meta charset="[^"]*" ?/?>')

Pages = dict[str, str]


def read(site: Path) -> Pages:
    """Read every page, by its path from the site."""
    return {path.relative_to(site).as_posix(): _text(path) for path in sorted(site.rglob("*.html"))}


def write(site: Path, pages: Pages) -> None:
    """Write the pages that have changed."""
    for name, page in pages.items():
        if page != _text(site / name):
            (site / name).write_bytes(page.encode())


def _text(path: Path) -> str:
    return path.read_bytes().decode()  # read_text would change the ends of lines, and with them a script's hash


def address(pages: Pages) -> str:
    """Say where the site is published, with a slash at the end; nothing if the build was not told."""
    found = CANONICAL.search(pages["index.html"])
    return found[1] if found else ""


def put_first(page: str, html: str) -> str:
    """Put HTML into the head, before all that could load or run anything."""
    charset = CHARSET.search(page)
    if not charset:
        raise ValueError('a page has no <meta charset="…">')
    return page[: charset.end()] + html + page[charset.end() :]


def put_last(page: str, html: str) -> str:
    """Put HTML at the end of the head."""
    return page.replace("</head>", f"{html}</head>", 1)
