"""A pytest plugin: each equation is one test. It does nothing unless a project asks for it.

A project asks in its pyproject.toml:

[tool.pytest.ini_options]
eqcheck = ["docs"]
"""

from collections.abc import Iterator
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare where the pages are, and the module for their code."""
    parser.addini("eqcheck", "files and folders whose equations are tests", type="paths", default=[])
    parser.addini("eqcheck_namespace", "the module in which code= is evaluated", default="")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "EquationsFile | None":
    """Collect the Markdown pages that the project named."""
    named = parent.config.getini("eqcheck")
    if file_path.suffix != ".md" or not any(file_path == place or place in file_path.parents for place in named):
        return None
    return EquationsFile.from_parent(parent, path=file_path)


class EquationsFile(pytest.File):
    """A page. It is judged once, when its first equation is tested."""

    def collect(self) -> Iterator["EquationItem"]:
        """Make a test of each equation."""
        from eqcheck.pages import read_page

        self.page = read_page(self.path.read_text(encoding="utf-8"), self.path.name)
        self.verdicts: dict[str, tuple[str, str]] = {}
        for equation in self.page.equations:
            yield EquationItem.from_parent(self, name=equation.anchor, line=equation.line)

    def verdict(self, anchor: str) -> tuple[str, str]:
        """Judge the page, the first time, and look up one equation's status and message."""
        from eqcheck.judge import judge_page

        if not self.verdicts:
            judged = judge_page(self.page, self.config.getini("eqcheck_namespace"))
            self.verdicts = {equation.anchor: (verdict.status, verdict.message) for equation, verdict in judged}
        return self.verdicts[anchor]


class EquationFailed(Exception):
    """An equation that does not hold."""


class EquationItem(pytest.Item):
    """One equation."""

    parent: EquationsFile

    def __init__(self, *, line: int, **rest: object) -> None:
        super().__init__(**rest)  # type: ignore[arg-type]
        self.line = line

    def runtest(self) -> None:
        """Fail where the equation does; skip what its author has marked as unchecked."""
        status, message = self.parent.verdict(self.name)
        if status == "unchecked":
            pytest.skip(message)
        if status == "fails":
            raise EquationFailed(f"{self.path.name}:{self.line}: {self.name}: {message}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """Show the message alone where the equation failed, and everything where the checker did."""
        if isinstance(excinfo.value, EquationFailed):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say where the equation stands."""
        return self.path, self.line - 1, self.name
