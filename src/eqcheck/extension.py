"""A Markdown extension that sets math and notation fences, and gives references their numbers.

In a list of Markdown extensions, after `pymdownx.superfences`:

    - eqcheck.extension:
        docs: docs
        ledger: build/ledger.json

`docs` is the folder of the book's pages; it is read for the numbers of equations on other pages.
`ledger` is the record of the checker's last run, which is shown beside each equation. `broadcast` and
`no_code` say how that run was made, where it was made with --broadcast or --no-code; the outcome of
another way of checking is not shown. `tests_url` is the address of a unit test, in which {path} stands
for its file and {version} for `version`; without it tests are named and not linked.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE, AtomicString
from pymdownx.superfences import SuperFencesCodeExtension, SuperFencesException

from eqcheck import ledger, render
from eqcheck.badge import badge
from eqcheck.codelinks import CodeError
from eqcheck.notation import NotationError, read_notation
from eqcheck.pages import Book, Equation, Fence, PageError, fences, read_book
from eqcheck.pages import equation as read_equation

_THIS_TEXT = "this text"


class EquationsExtension(Extension):
    """Math fences, notation fences, and references to equations."""

    def __init__(self, **options: Any) -> None:
        self.config = {
            "docs": ["", "The folder of the book's pages"],
            "ledger": ["", "The record of the checker's last run"],
            "broadcast": [False, "Whether that run was made with --broadcast"],
            "no_code": [False, "Whether that run was made with --no-code"],
            "tests_url": ["", "The address of a unit test, with {path} and {version} in it"],
            "version": ["", "What {version} stands for in tests_url"],
        }
        super().__init__(**options)
        self.here: dict[str, Equation] = {}
        self.waiting: list[Fence] = []
        self.stamps: tuple[tuple[str, int], ...] = ()

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Hook into fences, before and after inline Markdown is read."""
        superfences = next((e for e in md.registeredExtensions if isinstance(e, SuperFencesCodeExtension)), None)
        if superfences is None:
            raise ValueError("eqcheck.extension needs pymdownx.superfences before it in the list of extensions")
        md.registerExtension(self)
        for language, formatter in (("math", self.math), ("notation", self.notation)):
            superfences.extend_super_fences(language, formatter, _accept, None)
        md.preprocessors.register(_Collect(md, self), "eqcheck-collect", 26)  # just before superfences
        md.treeprocessors.register(_Graft(md, self), "eqcheck-graft", 25)  # just before inline Markdown
        md.treeprocessors.register(_Number(md, self), "eqcheck-number", 3)  # after it, before autorefs

    def reset(self) -> None:
        """Forget the last text, and look again at the folder, which may have changed."""
        self.here = {}
        self.waiting = []
        self.stamps = ()

    @property
    def book(self) -> Book:
        """The pages of the folder, looked at once for each text, and read again when one of them has changed."""
        folder = self.getConfig("docs")
        if not folder:
            return Book()
        if not self.stamps:
            self.stamps = tuple(sorted((str(path), path.stat().st_mtime_ns) for path in Path(folder).rglob("*.md")))
        return _read_book(folder, self.stamps)

    def math(self, *, src: str, options: dict[str, str], **_: Any) -> "_Stashed":
        """Set one math fence."""
        try:
            book = self.book
            if cites := options.get("cites"):
                there = _cited(book, cites, src)
                known = self.record(cites)
                tests = known.tests if known else ()
                return _Stashed(render.citation(src.strip(), there, tests, self.test_address), src)
            here = self.here[options["id"]]
            there = book.equations.get(here.id, here)
            if here.kind == "definition" and not here.code and not self.getConfig("no_code"):
                needed = 'a definition carries code="…", the expression that computes it'
                raise PageError(there.page, there.line, needed)
            namespace = book.namespace(there)
            return _Stashed(render.display(here, namespace, self.badge(there, namespace)), src)
        except (PageError, CodeError) as error:
            raise SuperFencesException(f"equation {options.get('id') or options.get('cites')}: {error}") from error

    def badge(self, equation: Equation, namespace: str) -> Element | None:
        """Show what the ledger knows of an equation, if it is about this very equation."""
        if not self.getConfig("ledger"):
            return None
        known = self.record(equation.id)
        page = next((page for page in self.book.pages if page.name == equation.page), None)
        way = ledger.Way(no_code=self.getConfig("no_code"), broadcast=self.getConfig("broadcast"))
        if known is None or page is None or known.key != ledger.key(equation, page, namespace, way):
            return badge(None, name=equation.anchor)
        return badge(known, way, self.test_address, equation.anchor)

    def record(self, id: str) -> ledger.Record | None:
        """What the ledger has under the name of an equation, be that as it stands or not."""
        path = self.getConfig("ledger")
        return _read_ledger(path, _stamp(Path(path))).get(id) if path else None

    def test_address(self, path: str) -> str:
        """The address of a file of tests; empty where none is configured."""
        template: str = self.getConfig("tests_url")
        return template.replace("{path}", quote(path)).replace("{version}", quote(self.getConfig("version")))

    def notation(self, *, src: str, **_: Any) -> "_Stashed":
        """Set one notation fence."""
        try:
            return _Stashed(render.symbols(read_notation(src)), src)
        except NotationError as error:
            raise SuperFencesException(f"notation: {error}") from error

    def number(self, id: str) -> str:
        """The number of an equation as a reference shows it: (4) here, (softmax 4) from elsewhere."""
        if id in self.here:
            return f"({self.here[id].number})"
        equation = self.book.equations.get(id)
        if equation is None:
            return ""  # left to whoever resolves the link: there it is an error
        return f"({Path(equation.page).stem.replace('_', ' ')} {equation.number})"


def _stamp(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


@lru_cache(maxsize=1)
def _read_ledger(path: str, stamp: int) -> dict[str, ledger.Record]:
    return ledger.read(Path(path))


@lru_cache(maxsize=1)
def _read_book(folder: str, stamps: tuple[tuple[str, int], ...]) -> Book:
    return read_book(Path(folder))


def _accept(
    language: str, inputs: dict[str, str], options: dict[str, str], attrs: dict[str, str], md: Markdown
) -> bool:
    options.update(inputs)
    return True


def _words(text: str) -> str:
    return " ".join(text.split())


def _cited(book: Book, cites: str, src: str) -> Equation:
    """Find the equation that a fence repeats, and refuse a repetition that is not to the letter."""
    equation = book.equations.get(cites)
    if equation is None:
        raise PageError(_THIS_TEXT, 1, f'no page has an equation id="{cites}"')
    if _words(equation.tex) != _words(src):
        raise PageError(
            _THIS_TEXT,
            1,
            f"it differs from {equation.page}:{equation.line}: there {equation.tex!r}, here {src.strip()!r}",
        )
    return equation


class _Stashed(str):
    """A set fence on its way through Markdown's stash, which is made for text."""

    element: Element
    source: str

    def __new__(cls, element: Element, source: str) -> "_Stashed":
        self = super().__new__(cls, tostring(element, encoding="unicode"))
        self.element = element
        self.source = _words(source)
        return self


class _Collect(Preprocessor):
    """Number the equations of the text before they are set."""

    def __init__(self, md: Markdown, extension: EquationsExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, lines: list[str]) -> list[str]:
        number = 0
        for fence in fences("\n".join(lines)):
            if fence.language in ("math", "notation"):
                self.extension.waiting.append(fence)
            if fence.language == "math":
                equation = read_equation(fence, _THIS_TEXT, number + 1)
                if equation.id in self.extension.here:
                    raise PageError(_THIS_TEXT, fence.line, f'id="{equation.id}" is given twice')
                if equation.id:
                    number += 1
                    self.extension.here[equation.id] = equation
        return lines


class _Graft(Treeprocessor):
    """Put the set fences into the tree, so that other extensions see their anchors, links and text."""

    def __init__(self, md: Markdown, extension: EquationsExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, root: Element) -> None:
        for parent in root.iter():
            for place, child in enumerate(parent):
                stashed = self._stashed(child)
                if stashed is not None:
                    self._arrived(stashed.source)
                    stashed.element.tail = child.tail
                    parent[place] = stashed.element
        for fence in self.extension.waiting:
            raise PageError(
                _THIS_TEXT,
                fence.line,
                f"this {fence.language} fence is not set: {fence.header}; it needs blank lines around it, "
                "and all its lines the same indentation",
            )

    def _arrived(self, source: str) -> None:
        place = next((i for i, fence in enumerate(self.extension.waiting) if _words(fence.body) == source), None)
        if place is not None:
            del self.extension.waiting[place]

    def _stashed(self, element: Element) -> _Stashed | None:
        match = HTML_PLACEHOLDER_RE.fullmatch((element.text or "").strip())
        if element.tag != "p" or len(element) or not match:
            return None
        block = self.md.htmlStash.rawHtmlBlocks[int(match[1])]
        return block if isinstance(block, _Stashed) else None


class _Number(Treeprocessor):
    """Write the number of the equation behind each reference to one."""

    def __init__(self, md: Markdown, extension: EquationsExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, root: Element) -> None:
        for reference in root.iter("autoref"):
            identifier = reference.get("identifier", "")
            number = self.extension.number(identifier.removeprefix("eq-"))
            if re.match("eq-", identifier) and number:
                if reference.text == identifier:
                    reference.text = "equation"
                mark = SubElement(reference, "span", {"class": "eq-reference"})
                mark.text = AtomicString(f"\N{NO-BREAK SPACE}{number}")


def makeExtension(**options: Any) -> EquationsExtension:  # noqa: N802
    """Let Markdown find the extension by this module's name."""
    return EquationsExtension(**options)
