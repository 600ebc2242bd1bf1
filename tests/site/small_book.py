"""A book of a few pages, with the theme, the tools and the settings of the whole one, for what need not be large."""

import re
import shutil
from pathlib import Path

from built import ROOT, Copy

PAGE = "---\ndescription: A page of a small book.\n---\n\n# {}\n\n{}\n"
NAV = re.compile(r"^nav:\n(?: .*\n)+", re.MULTILINE)


class SmallBook(Copy):
    """Copies what a build needs, and puts a few pages in the place of the book's."""

    def __init__(self, root: Path, pages: dict[str, str], nav: str) -> None:
        self.root = root
        (root / "node_modules").symlink_to(ROOT / "node_modules", target_is_directory=True)
        left = shutil.ignore_patterns("__pycache__", "*-venv")
        for part in ("src", "overrides", "tools", "build", "docs/assets"):
            shutil.copytree(ROOT / part, root / part, ignore=left)
        self.environment = {"PYTHONPATH": str(root / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        # What runs Python in the page is large, and is tested elsewhere.
        self.write("tools/python_in_page.py", 'def add(site):\n    return ""\n\n\ndef mark(site, names):\n    pass\n')
        shutil.copy(ROOT / "mkdocs.published.yml", root)
        config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
        self.write("mkdocs.yml", NAV.sub(nav, config))
        for name, text in pages.items():
            self.write(f"docs/{name}", text)

    def write(self, name: str, text: str) -> None:
        """Write a file of the book."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")

    def tool(self, name: str, *arguments: str, **environment: str) -> tuple[int, str]:
        """Run one of the tools in the book's folder."""
        call = (
            f"import runpy, sys; sys.argv = {[name, *arguments]!r}; runpy.run_path('tools/{name}.py', {{}}, '__main__')"
        )
        self.write("call.py", f"import sys; sys.path.insert(0, 'tools')\n{call}\n")
        return self.run("call", **environment)
