"""Every equation of the pages is in the built book, with its number, its formula and its code."""

import importlib
import inspect
import json
import posixpath
import re
from collections import defaultdict
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup, NavigableString
from built import ROOT

import byhand
from eqcheck.pages import read_book

BOOK = read_book(ROOT / "docs")
EQUATIONS = list(BOOK.equations.values())
LABELS = {"claim": None, "definition": "Definition", "mistake": "Wrong"}
CHECKS = {"claim": "holds", "definition": "holds", "mistake": "refuted"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
UNREAD = ("code", "pre", "script", "style", "mjx-container")  # where backslashes and dollars may stand
RAW = re.compile(r"\\[a-zA-Z()\[\]]|\$|_\{|\w\^")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def html_of(name: str) -> str:
    """Say where a page of docs/ is in the built book."""
    path = Path(name)
    return (path.with_suffix("") / "index.html" if path.stem != "index" else path.with_suffix(".html")).as_posix()


def target(name: str, href: str) -> tuple[str, str]:
    """Return the page and the id that a link on the page `name` leads to."""
    parts = urlsplit(href)
    if not parts.path:
        return name, unquote(parts.fragment)
    path = posixpath.normpath(posixpath.join(posixpath.dirname(name), parts.path))
    return posixpath.normpath(f"{path}/index.html"), unquote(parts.fragment)


def references(pages, prefix):
    """Go through the links of all pages to ids that begin with `prefix`, as autorefs makes them."""
    for name, page in pages.items():
        for link in page.select("a.autorefs"):
            where, id = target(name, link["href"])
            if id.startswith(prefix):
                yield name, link, where, id


def function(path: str) -> object:
    """Import what a dotted path names."""
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def public_functions() -> set[str]:
    """Name every public function by the module that defines it."""
    found = {getattr(byhand, name) for name in byhand.__all__}
    modules = {thing for thing in found if inspect.ismodule(thing)}
    for module in modules:
        members = inspect.getmembers(module, inspect.isfunction)
        found |= {thing for name, thing in members if thing.__module__ == module.__name__ and not name.startswith("_")}
    return {f"{thing.__module__}.{thing.__qualname__}" for thing in found - modules}


@pytest.fixture(scope="module")
def boxes(pages):
    """The box of each equation in the built book, by page and anchor, and its place among those of the page."""
    return {
        (name, number["id"]): (box, place)
        for name, page in pages.items()
        for place, box in enumerate(page.select(".eq-definition, .eq-claim, .eq-mistake"), 1)
        for number in box.find_all(class_="eq-number", recursive=False)
    }


@pytest.mark.parametrize("equation", EQUATIONS, ids=lambda equation: equation.id)
def test_the_equation_is_on_its_page(boxes, equation):
    box, place = boxes[html_of(equation.page), equation.anchor]  # its place, counted by what was built
    assert set(box["class"]) == {"eq", f"eq-{equation.kind}"}
    (number,) = box.select(".eq-number")
    assert number["href"] == f"#{equation.anchor}"
    assert number.get_text() == f"({place})" == f"({equation.number})"

    formulas = box.select(".eq-math mjx-container[display]")
    assert len(formulas) == 1
    assert formulas[0].select("mjx-math mjx-c"), "no letter is drawn"
    assert len(formulas[0].select("mjx-assistive-mml > math")) == 1
    assert formulas[0].math.get_text(strip=True)
    assert len(formulas[0].math.find_all("mfrac")) == len(re.findall(r"\\[dt]?frac", equation.tex))
    assert len(formulas[0].math.find_all("mtr")) == rows(equation.tex)

    label = box.select_one(".eq-kind")
    assert (label and label.get_text()) == LABELS[equation.kind]
    code = box.select_one(".eq-code")
    assert (code.get_text() if code else "") == equation.code


def rows(tex: str) -> int:
    """Count the rows of the aligned chains and case distinctions in a formula."""
    bodies = re.findall(r"\\begin\{(?:aligned|gathered|cases)\}(.*?)\\end", tex, re.DOTALL)
    return sum(body.count(r"\\") + 1 for body in bodies)


@pytest.mark.parametrize(
    "equation",
    [equation for equation in EQUATIONS if equation.kind != "mistake" and equation.code],
    ids=lambda equation: equation.id,
)
def test_its_code_leads_to_the_functions(pages, boxes, equation):
    name = html_of(equation.page)
    box, _ = boxes[name, equation.anchor]
    code = box.select_one(".eq-code")
    linked = []
    for link in code.select("a"):
        where, id = target(name, link["href"])
        assert where.startswith("reference/")
        assert pages[where].find(id=id), f"{where} has no {id}"
        assert function(id) is function(f"byhand.{link.get_text()}")
        linked.append(link.get_text())
    assert linked, "no function is linked"
    called = re.findall(r"(?<![\w.])[a-z_][\w.]*(?=\()", equation.code)
    assert linked == [path for path in called if hasattr(byhand, path.partition(".")[0])]  # not t.sum()


def test_every_equation_shows_what_the_checker_found(boxes):
    """Not checked, where the page gives no reason for that, means that the record is out of date: make builds it."""
    wrong = []
    for equation in EQUATIONS:
        box, _ = boxes[html_of(equation.page), equation.anchor]
        check = box.select_one(".eq-check")
        expected = "unchecked" if equation.unchecked else CHECKS[equation.kind]
        if f"eq-check-{expected}" not in check["class"] or not check.summary.get_text() or not check.p.get_text():
            wrong.append(f"{equation.id}: {check.get_text(' ', strip=True)}")
    assert wrong == []


def test_every_reference_shows_the_true_number(pages):
    wrong, seen = [], 0
    for name, link, where, id in references(pages, "eq-"):
        equation = BOOK.equations[id.removeprefix("eq-")]
        seen += 1
        here = where == name
        stem = "" if here else f"{Path(equation.page).stem.replace('_', ' ')} "
        number = link.select_one(".eq-reference")
        expected = f"\N{NO-BREAK SPACE}({stem}{equation.number})"
        if where != html_of(equation.page) or number is None or number.get_text() != expected:
            wrong.append(f"{name}: {link}: expected {expected!r}")
        if not link.get_text().removesuffix(expected).strip():
            wrong.append(f"{name}: {link}: no words before the number")
    assert wrong == []
    assert seen > 20


def test_every_reference_that_was_written_is_a_link(pages):
    """What autorefs leaves alone must not go unseen: as many links as the sources have references."""
    for page in BOOK.pages:
        text = read(ROOT / "docs" / page.name)
        if "\n::: " in text:
            continue  # a page of the reference, whose links stand in docstrings
        text = re.sub(r'^--8<-- "(.+\.md)"$', lambda match: read(ROOT / "build" / match[1]), text, flags=re.MULTILINE)
        prose = re.sub(r"^( *)(`{3,}).*?^\1\2$", "", text, flags=re.DOTALL | re.MULTILINE)
        prose = re.sub(r"(\[`[^`\n]+`\])|`[^`\n]+`", r"\1", prose)  # code, unless it is the text of a link
        cited = [f"eq-{id}" for id in re.findall(r'^ *```math .*\bcites="([\w-]+)"', text, flags=re.MULTILINE)]
        written = sorted(cited + re.findall(r"\]\[(eq-[\w-]+|byhand[\w.]+)\]", prose))
        article = pages[html_of(page.name)].article
        made = [link for link in article.select("a.autorefs") if not link.find_parent(class_=["eq-code", "eq-check"])]
        assert sorted(urlsplit(link["href"]).fragment for link in made) == written, page.name


def test_every_public_function_is_in_the_reference(pages):
    anchors = {
        tag["id"] for name, page in pages.items() if name.startswith("reference/") for tag in page.find_all(id=True)
    }
    assert public_functions() - anchors == set()


def test_every_function_is_referenced_by_all_who_link_it(pages):
    """Below a function stand the sections that link it, every one of them."""
    expected = defaultdict(set)
    for name, link, where, id in references(pages, "byhand."):
        section = link.find_previous(HEADINGS)
        if link.find_parent(HEADINGS) is None:
            expected[where, id].add((name, section["id"]))
    missing = []
    for (where, id), sections in sorted(expected.items()):
        backlinks = pages[where].select(f'.doc-object:has(> [id="{id}"]) .doc-backlinks a')
        shown = {target(where, link["href"]) for link in backlinks}
        missing += [f"{id}: {name}#{section}" for name, section in sorted(sections - shown)]
    assert {id for _, id in expected} >= {f"byhand.{name}" for name in ("softmax.softmax", "affine.affine_vjp")}
    assert missing == []


def test_symbols_are_typeset(pages):
    for page in BOOK.pages:
        tables = pages[html_of(page.name)].select(".eq-notation table")
        assert len(tables) == len(page.notations)
        for table, notation in zip(tables, page.notations, strict=True):
            lines = [line for line in notation.body.splitlines() if line.strip()]
            assert len(table.select("tbody tr")) == len(lines)
            for row in table.select("tbody tr"):
                assert all(cell.select("mjx-container math") for cell in row.select("td")[:2])


# ---- no formula is left as it was written ---------------------------------------------------------


def raw_math(page: BeautifulSoup) -> list[str]:
    """Find the TeX that a reader would see as such."""
    texts = [
        str(text)
        for text in page.find_all(string=True)
        if type(text) is NavigableString and not any(parent.name in UNREAD for parent in text.parents)
    ]
    for tag in page.find_all(True):
        texts += [tag[name] for name in ("title", "alt", "aria-label", "content") if name in tag.attrs]
    return [text for text in texts if RAW.search(text)]


def test_no_tex_is_left_in_the_text(pages):
    assert {name: raw for name, page in pages.items() if (raw := raw_math(page))} == {}


@pytest.mark.parametrize(
    "planted",
    [r"so \(x\) is", r"\[ x \]", "so $x$ is", r"\frac{1}{2}", r"\begin{aligned}", "x_{ij}", "z^{2}", "e^z"],
)
def test_tex_in_the_text_would_be_seen(planted):
    assert raw_math(BeautifulSoup(f"<p>so</p><div><p>a {planted} b</p></div>", "html.parser"))
    assert raw_math(BeautifulSoup(f'<img alt="{planted}">', "html.parser"))
    assert not raw_math(BeautifulSoup(f"<p>so <code>{planted}</code><!-- {planted} --></p>", "html.parser"))


def test_search_finds_no_delimiters(site):
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    texts = [entry["title"] + entry["text"] for entry in index["docs"]]
    assert not [text for text in texts if re.search(r"\\[()\[\]]", text)]
    assert any(r"\frac" in text for text in texts), "formulas are not in the index at all"
