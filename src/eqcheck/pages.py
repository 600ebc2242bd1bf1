"""Find the fences of a Markdown page: which equations it has, and which symbols it declares.

The syntax is small: a fence line opens with ```` ```math ```` or ```` ```notation ````, a math fence
carries attributes in double quotes, and fences count wherever Markdown lets them stand, indented or
quoted too. A fence shown inside another fence is an example of the syntax and does not count.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

KINDS = ("claim", "definition", "mistake")
_FENCE = re.compile(
    r"^(?P<indent>[ \t>]*)(?P<mark>`{3,}|~{3,})[ \t]*(?P<language>[\w.+-]*)[ \t]*(?P<header>.*?)[ \t]*$"
)
_ATTRIBUTE = re.compile(r'\s*([a-z]+)="([^"]*)"')
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FRONT_MATTER = re.compile(r"\A---\n(.*?\n)??---\n", re.DOTALL)
_NAMESPACE = re.compile(r"^eqcheck:(?: *\{ *| *\n(?: *#.*\n)* +)namespace: *[\"']?(?P<module>[\w.]+)", re.MULTILINE)


class PageError(Exception):
    """Something on a page that cannot be read, with the place where it stands."""

    def __init__(self, page: str, line: int, message: str) -> None:
        super().__init__(f"{page}:{line}: {message}")


@dataclass(frozen=True)
class Fence:
    """One fence as it stands on the page: its language, the rest of its first line, its body."""

    language: str
    header: str
    body: str
    line: int
    closed: bool = True


@dataclass(frozen=True)
class Equation:
    """One displayed equation or chain.

    `number` counts the equations of a page from 1. `cites` is set instead of `id` where the fence
    repeats an equation of the book, as docstrings do: it has no number and no anchor of its own.
    """

    page: str
    line: int
    number: int
    id: str
    kind: str
    tex: str
    code: str = ""
    unchecked: str = ""
    cites: str = ""

    @property
    def anchor(self) -> str:
        """The permanent anchor on the page."""
        return f"eq-{self.id}"


@dataclass(frozen=True)
class Page:
    """What a page declares."""

    name: str
    equations: tuple[Equation, ...]
    notations: tuple[Fence, ...]
    namespace: str = ""


@dataclass(frozen=True)
class Book:
    """All the pages of a folder."""

    pages: tuple[Page, ...] = ()

    @cached_property
    def equations(self) -> dict[str, Equation]:
        """Every equation by its id, which is unique in the whole book."""
        found: dict[str, Equation] = {}
        for page in self.pages:
            for equation in page.equations:
                if equation.id in found:
                    first = found[equation.id]
                    raise PageError(
                        page.name,
                        equation.line,
                        f'id="{equation.id}" stands already at {first.page}:{first.line}; an id is given once',
                    )
                found[equation.id] = equation
        return found

    def namespace(self, equation: Equation) -> str:
        """Name the module in which the page's code is evaluated; empty where it names none."""
        return next((page.namespace for page in self.pages if page.name == equation.page), "")


def fences(text: str) -> Iterator[Fence]:
    """Go through the outermost fences of a Markdown text, in order."""
    opened: re.Match[str] | None = None
    start = 0
    body: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        match = _FENCE.match(line)
        if opened is None:
            if match and _opens(match):
                opened, start, body = match, number, []
        elif match and match["mark"].startswith(opened["mark"]) and not match["language"] + match["header"]:
            yield Fence(opened["language"], opened["header"], "\n".join(body), start)
            opened = None
        else:
            body.append(re.sub(rf"^[ \t>]{{0,{len(opened['indent'])}}}", "", line))
    if opened:
        yield Fence(opened["language"], opened["header"], "\n".join(body), start, closed=False)


def _opens(match: re.Match[str]) -> bool:
    """Tell a fence from inline code that starts a line: ```this```."""
    return match["mark"].startswith("~") or "`" not in re.sub(r'"[^"]*"', "", match["header"])


def equation(fence: Fence, page: str, number: int) -> Equation:
    """Read the header of a math fence, and refuse what it cannot mean."""

    def refuse(message: str) -> PageError:
        return PageError(page, fence.line, message)

    if not fence.closed:
        raise refuse("this fence is never closed")
    attributes: dict[str, str] = {}
    end = 0
    for match in _ATTRIBUTE.finditer(fence.header):
        if match.start() != end or match[1] in attributes:
            break
        attributes[match[1]] = match[2]
        end = match.end()
    if end != len(fence.header):
        raise refuse(f'expected attributes like id="softmax", got {fence.header[end:].strip()!r}')
    unknown = attributes.keys() - {"id", "kind", "code", "unchecked", "cites"}
    if unknown:
        raise refuse(f"unknown attribute {min(unknown)!r}")
    if ("id" in attributes) == ("cites" in attributes):
        raise refuse(
            'a math fence has either id="…", its permanent name, or cites="…", the id of an equation it repeats'
        )
    name = attributes.get("id", "") or attributes.get("cites", "")
    if not _ID.fullmatch(name):
        raise refuse(f"expected an id of small letters, digits and single dashes, got {name!r}")
    kind = attributes.pop("kind", "claim")
    if kind not in KINDS:
        raise refuse(f"expected kind to be one of {', '.join(KINDS)}, got {kind!r}")
    if not attributes.get("code", "some").strip():
        raise refuse('code="" is empty: expected the expression that computes the left side, or no code at all')
    if not fence.body.strip():
        raise refuse("the equation is empty")
    attributes.setdefault("id", "")
    return Equation(page=page, line=fence.line, number=number, kind=kind, tex=fence.body.strip(), **attributes)


def read_page(text: str, name: str) -> Page:
    """Read the equations and the notation fences of one page."""
    equations: list[Equation] = []
    notations: list[Fence] = []
    for fence in fences(text):
        if fence.language == "notation":
            if not fence.closed:
                raise PageError(name, fence.line, "this fence is never closed")
            notations.append(fence)
        if fence.language == "math":
            found = equation(fence, name, number=len(equations) + 1)
            if found.cites:
                raise PageError(name, fence.line, 'cites="…" is for docstrings; on a page, refer with [text][eq-…]')
            equations.append(found)
    front_matter = _FRONT_MATTER.match(text)
    namespace = _NAMESPACE.search(front_matter[0]) if front_matter else None
    return Page(name, tuple(equations), tuple(notations), namespace["module"] if namespace else "")


def read_book(folder: Path) -> Book:
    """Read all the Markdown pages below a folder; a page is named by its path from there."""
    paths = sorted(folder.rglob("*.md"))
    return Book(
        tuple(read_page(path.read_text(encoding="utf-8"), path.relative_to(folder).as_posix()) for path in paths)
    )
