"""The printed edition: three pages of the book are printed, and the PDF is opened."""

import io
import re
import sys
from functools import cache
from types import SimpleNamespace
from urllib.parse import urljoin, urlsplit

import pytest
from built import ROOT
from pypdf import PdfReader

sys.path.insert(0, str(ROOT / "tools"))
import chromium
import pdf as printing

ONLY = ["derivations/affine/", "glossary/", "reference/affine/"]
CHAPTERS = ["", *ONLY]
LEFT_OUT = [".headerlink", "details.cite", ".mkdocstrings-source", ".doc-backlinks", "noscript", ".md-button"]


@pytest.fixture(scope="module")
def press(browser, site):
    press = printing.Press(browser, site, ONLY)
    yield press
    press.page.close()


@pytest.fixture(scope="module")
def book(press):
    return PdfReader(io.BytesIO(press.print()))


@pytest.fixture(scope="module")
def articles(pages):
    """What the chapters say, without what is left out on paper."""
    found = {path: pages[f"{path}index.html"].select_one("article.md-content__inner") for path in CHAPTERS}
    copies = {path: type(pages[f"{path}index.html"])(str(article), "html.parser") for path, article in found.items()}
    for article in copies.values():
        for selector in LEFT_OUT:
            for tag in article.select(selector):
                tag.decompose()
    return copies


def words(text):
    return " ".join(text.split())


def outlined(book):
    """Go through the outline: the depth, the title and the page of each entry."""

    def walk(entries, depth):
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry, depth + 1)
            else:
                yield depth, words(entry.title), book.get_destination_page_number(entry) + 1

    return list(walk(book.outline, 1))


def annotations(book):
    for page in book.pages:
        for annotation in page.get("/Annots", []):
            yield annotation.get_object()


def test_the_outline_is_the_headings_in_order(book, articles):
    headings = [
        (int(tag.name[1]), words(tag.get_text()))
        for article in articles.values()
        for tag in article.select("h1, h2, h3, h4, h5, h6")
    ]
    headings[0] = (1, "About this book")
    found = outlined(book)
    assert [entry[:2] for entry in found] == [(1, "Backprop by Hand"), (1, "Contents"), *headings]
    assert [page for *_, page in found] == sorted(page for *_, page in found)


def test_links_within_the_book_land_in_it(book, articles):
    landed = {annotation["/Dest"] for annotation in annotations(book) if "/Dest" in annotation}
    assert landed <= book.named_destinations.keys()
    wanted = set()
    for path, article in articles.items():
        for link in article.select("a[href]"):
            parts = urlsplit(urljoin(f"/{path}", link["href"]))
            if not parts.netloc and parts.path.removeprefix("/") in CHAPTERS and parts.fragment.startswith("eq-"):
                wanted.add(f"/{parts.fragment}")
    assert len(wanted) > 20
    assert wanted <= landed


def test_the_other_links_are_those_of_the_site(book, articles):
    found = {str(annotation["/A"]["/URI"]) for annotation in annotations(book) if "/A" in annotation}
    there = {tag["href"] for article in articles.values() for tag in article.select('a[href^="http"]')}
    assert found == there
    assert len(there) >= 3


@cache  # reading a page takes long
def read(book, number):
    """Return the text of a page, and how high on it each piece stands."""
    pieces = []

    def visit(text, matrix, at, *_):
        pieces.append((text.strip(), at[4] * matrix[1] + at[5] * matrix[3] + matrix[5]))

    return book.pages[number - 1].extract_text(visitor_text=visit), pieces


def lines(book, number):
    return read(book, number)[0].splitlines()


def test_page_numbers_are_printed(book):
    assert len(book.pages) > 15
    assert not {"1", "Contents"} & set(lines(book, 1)), "the title page has neither header nor number"
    for number in range(2, len(book.pages) + 1):
        assert str(number) in lines(book, number)[:3]


def test_pages_name_their_chapter(book):
    (start,) = [page for _, title, page in outlined(book) if title == "Networks 网络"]
    for number in range(start, start + 3):
        assert lines(book, number)[0].startswith("Glossary")


def test_the_contents_give_the_page_of_each_chapter_and_section(book, press):
    listed = press.page.evaluate(
        "[...document.querySelectorAll('.contents a')].map(a => [...a.children].map(part => part.textContent))"
    )
    headings = [(title, page) for depth, title, page in outlined(book)[2:] if depth < 3]
    assert [(words(title), int(page)) for title, page in listed] == headings
    printed = words(" ".join(" ".join(lines(book, number)) for number in range(2, headings[0][1])))
    for title, page in headings:
        if title.isascii():
            assert f"{title} {page}" in printed


def test_no_equation_is_split(book, articles):
    """A place is the top of an equation; half its height below stands its number, on the same page."""
    equations = [(tag["id"], tag.get_text()) for article in articles.values() for tag in article.select(".eq-number")]
    assert len(equations) > 15
    numbered = []
    for id, number in equations:
        place = book.named_destinations[f"/{id}"]
        at = book.get_destination_page_number(place) + 1
        _, pieces = read(book, at)
        below = [height for text, height in pieces if text == number and height <= float(place["/Top"])]
        assert below, f"{id}: its number {number} is not on the page {at} where it begins"
        numbered.append((at, -float(place["/Top"])))
    assert numbered == sorted(numbered)


def test_the_file_says_what_it_is(book):
    cff = printing.facts()
    said = book.metadata
    assert said.title == cff["title"]
    assert said.author == "The Backprop by Hand authors"
    assert said["/Creator"].endswith(cff["version"])
    assert said.creation_date.date() == cff["date-released"]
    root = book.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/PageMode"] == "/UseOutlines"
    first = words(" ".join(lines(book, 1)))
    for said in ("Backprop by Hand", "The Backprop by Hand authors", f"Version {cff['version']}", "CC BY 4.0"):
        assert said in first


LAID_OUT = """
() => {
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
  const beyond = shown(".chapter :is(.eq, mjx-math, svg, table, pre, code, p, li)")
    .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1);
  const box = (element) => element.getBoundingClientRect().height;
  return {
    beyond: beyond.map((element) => element.textContent.trim().slice(0, 60)),
    breaking: shown(".eq").filter((eq) => getComputedStyle(eq).breakInside !== "avoid").length,
    tallest: Math.max(...shown(".eq").map(box)),
    solutions: shown("details.success p").length,
    unfolded: shown(".eq-check p").length,
    badges: shown(".eq-check summary").length,
    controls: shown("button, input, .headerlink, .md-button").length,
  };
}
"""
PAGE_HEIGHT = (297 - 24 - 22) / 25.4 * 96


def test_all_is_laid_out_for_paper(press):
    seen = SimpleNamespace(**press.page.evaluate(LAID_OUT))
    assert seen.beyond == []
    assert seen.breaking == seen.unfolded == seen.controls == 0
    assert 0 < seen.tallest < PAGE_HEIGHT
    assert seen.solutions > 5
    assert seen.badges > 15


@pytest.fixture(scope="module", params=["light", "dark"])
def single(request, browser, address):
    """One page of the site, as it is printed from the reader's own browser."""
    page = browser.new_page(viewport={"width": 640, "height": 900}, color_scheme=request.param)
    page.goto(f"{address}derivations/affine/")
    page.emulate_media(media="print", color_scheme=request.param)
    yield page
    page.close()


def test_a_page_of_the_site_prints_well(single):
    seen = SimpleNamespace(**single.evaluate(LAID_OUT))
    assert seen.beyond == []
    assert seen.breaking == seen.unfolded == seen.controls == 0
    assert seen.solutions > 5
    assert single.locator(".md-header, .md-tabs, .md-footer, .md-sidebar").locator("visible=true").count() == 0
    colour = "e => getComputedStyle(e).getPropertyValue('--eq-ground').trim()"
    assert single.locator("body").evaluate(colour) == "#f5f6fb"
    dark = "e => getComputedStyle(e).color.match(/[0-9.]+/g).slice(0, 3).every(part => part < 128)"
    assert single.locator("article p").first.evaluate(dark)


# Planted errors, in a book of two small pages

LINK = '<a class="md-nav__link" href="{0}{1}">x</a>'
NAV = f'<nav class="md-nav--primary">{LINK.format("{0}", ".")}{LINK.format("{0}", "a/")}</nav>'
PAGE = """
<html><head>{head}</head>
<body>{nav}<article class="md-content__inner md-typeset"><h1 id="t">{title}</h1>{body}</article></body></html>
"""
EQUATION = '<div class="eq"><div class="eq-math" style="overflow: hidden"><div style="{}">x</div></div>{}</div>'
NUMBER = '<a class="eq-number" id="eq-{0}" href="#eq-{0}">(1)</a>'


@pytest.fixture
def small(browser, tmp_path):
    def make(body="", other="<h2 id='s'>Section</h2>", nav=NAV, css=""):
        (tmp_path / "a").mkdir(exist_ok=True)
        head = "<link rel='stylesheet' href='/s.css'>"
        (tmp_path / "s.css").write_text(css)
        (tmp_path / "index.html").write_text(PAGE.format(head=head, nav=nav.format(""), title="H", body=body))
        page = PAGE.format(head=head, nav=nav.format("../"), title="A", body=other)
        (tmp_path / "a" / "index.html").write_text(page)
        return printing.Press(browser, tmp_path)

    yield make
    for context in browser.contexts:
        for page in context.pages:
            if page.url == printing.SHELL and page.locator("#a").count():
                page.close()


def test_a_small_book_is_printed_the_same_each_time(small, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    first, second = (small('<p><a href="a/#s">there</a></p>' + NUMBER.format("x")).print() for _ in range(2))
    assert first == second
    book = PdfReader(io.BytesIO(first))
    assert [title for _, title, _ in outlined(book)] == [
        "Backprop by Hand",
        "Contents",
        "About this book",
        "A",
        "Section",
    ]
    assert book.metadata.creation_date.year == 2023
    assert "/a.s" in {annotation.get("/Dest") for annotation in annotations(book)}


@pytest.mark.parametrize(
    ("planted", "complaint"),
    [
        ({"body": '<a href="a/#no-such">x</a>'}, "preface: the link a/#no-such leads nowhere"),
        ({"body": '<a href="#no-such">x</a>'}, "preface: the link #no-such leads nowhere"),
        ({"body": NUMBER.format("x"), "other": NUMBER.format("x")}, "the id eq-x is there twice"),
        ({"body": EQUATION.format("width: 1400px", NUMBER.format("x"))}, "eq-x is too wide"),
    ],
    ids=["dangling", "dangling-within", "doubled", "wide"],
)
def test_an_error_stops_the_press(small, planted, complaint):
    with pytest.raises(printing.Wrong, match=f"^{re.escape(complaint)}$"):
        small(**planted)


def test_a_formula_that_is_a_little_too_wide_is_made_smaller(small):
    press = small(
        EQUATION.format("width: 50em", NUMBER.format("x")), css=".md-typeset .eq { font-size: 16px !important }"
    )
    ((name, scale),) = press.fitted["shrunk"]
    assert name == "eq-x"
    assert printing.LEAST < scale < 1


def test_a_split_equation_is_seen(small):
    """Break what must not break: the number then stands on another page than the equation's top."""
    tall = EQUATION.format("height: 900px", '<div style="height: 600px"></div>' + "(7)")
    filler = '<p style="height: 500px">x</p>'
    press = small(filler + '<a id="eq-top" href="#eq-top">top</a>' + tall)
    book = PdfReader(io.BytesIO(press.print()))
    at = book.get_destination_page_number(book.named_destinations["/eq-top"]) + 1
    assert "(7)" not in [text for text, _ in read(book, at)[1]]


def test_without_a_browser_it_says_what_to_install(monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(chromium.shutil, "which", lambda name: None)

    def absent(**options):
        raise chromium.Error("not installed")

    playwright = SimpleNamespace(chromium=SimpleNamespace(executable_path="/no/such/file", launch=absent))
    with pytest.raises(chromium.NoBrowser, match="apt install chromium"):
        chromium.launch(playwright)


def test_without_a_built_book_it_says_how_to_build_it(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["pdf.py", str(tmp_path), str(tmp_path / "out.pdf")])
    with pytest.raises(SystemExit, match="make site"):
        printing.main()
