"""Build the book, or a copy of it with a planted error, and read what was built."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[2]
FIGURES = Path("build", "figures")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
# What `make site` runs, to the letter: --quiet, for one, makes --strict blind to warnings.
(COMMAND,) = re.findall(r"mkdocs (build\b.*)", MAKEFILE)
# What it needs to be there before.
NEEDED = [Path(name) for name in re.findall(r"\bbuild/[\w./-]+(?=:)", MAKEFILE)]


def run(command: list[str], folder: Path, **environment: str) -> tuple[int, str]:
    """Run a Python module in a folder; return its exit code and all it printed."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=os.environ | {"NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return done.returncode, done.stdout


def build(root: Path, out: Path, **environment: str) -> tuple[int, str]:
    """Build the book that lies in `root` as `make site` does, but into `out`."""
    environment = {"SITE_URL": "", "NO_MKDOCS_2_WARNING": "1"} | environment
    return run(["mkdocs", *COMMAND.split(), "--site-dir", str(out)], root, **environment)


class Copy:
    """A copy of all that the book is built from, in which a test may plant an error."""

    PARTS = ("docs", "src", "overrides", "tools", "build")

    def __init__(self, root: Path) -> None:
        self.root = root
        for part in self.PARTS:
            shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "mkdocs.yml", root)
        (root / "node_modules").symlink_to(ROOT / "node_modules", target_is_directory=True)
        # The package is installed from the original's src; this goes before it.
        self.environment = {"PYTHONPATH": str(root / "src"), "PYTHONDONTWRITEBYTECODE": "1"}

    def append(self, name: str, text: str) -> None:
        with (self.root / name).open("a", encoding="utf-8", newline="\n") as file:
            file.write(f"\n{text}\n")

    def replace(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} has {old!r} {text.count(old)} times; the test expects it once"
        path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")

    def run(self, *command: str, **environment: str) -> tuple[int, str]:
        return run(list(command), self.root, **self.environment | environment)

    def build(self, **environment: str) -> tuple[int, str]:
        return build(self.root, self.root / "site", **self.environment | environment)


def read_pages(folder: Path) -> dict[str, BeautifulSoup]:
    """Read every HTML page below a folder, by its path from there."""
    return {
        path.relative_to(folder).as_posix(): BeautifulSoup(path.read_bytes(), "html.parser")
        for path in sorted(folder.rglob("*.html"))
    }
