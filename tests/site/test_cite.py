"""How the book is cited: each page says it, in its head, at its foot and on the page How to cite, and all agree."""

import re
import tomllib
from calendar import month_name
from copy import copy

import pytest
import yaml
from bibtex import read_bibtex
from built import ROOT, read_pages
from mkdocs.utils.yaml import yaml_load
from test_equations import BOOK, html_of

MONTHS = list(month_name)[1:]
PATHS = ("CITATION.cff", "pyproject.toml", "mkdocs.yml", "docs/cite.md")
FILES = [(ROOT / name).read_text(encoding="utf-8") for name in PATHS]
CFF = yaml.safe_load(FILES[0])
VERSION, RELEASED, BOOK_TITLE = CFF["version"], CFF["date-released"], CFF["title"]
(AUTHOR,) = [author["name"] for author in CFF["authors"]]
LONG_DATE = f"{RELEASED.day} {MONTHS[RELEASED.month - 1]} {RELEASED.year}"
APA_DATE = f"({RELEASED.year}, {MONTHS[RELEASED.month - 1]} {RELEASED.day})"


# ---- the files agree ----------------------------------------------------------------------------


def entries(markdown):
    """The BibTeX entries on a page, read strictly."""
    return [read_bibtex(text.strip()) for text in re.findall(r"```bibtex\n(.*?)```", markdown, re.DOTALL)]


def disagreements(citation, pyproject, config, page):
    """Compare what the four files say of the author, the title, the version and the day of its release."""
    cff = yaml.safe_load(citation)
    project = tomllib.loads(pyproject)["project"]
    cited = yaml_load(config)["extra"]["citation"]
    date = cff["date-released"]
    said = {
        "version in pyproject.toml": (project["version"], cff["version"]),
        "version in mkdocs.yml": (cited["version"], cff["version"]),
        "date in mkdocs.yml": (cited["released"], date.isoformat()),
        "title in mkdocs.yml": (cited["title"], cff["title"]),
        "author in mkdocs.yml": ([cited["author"]], [author["name"] for author in cff["authors"]]),
        "authors in pyproject.toml": (project["authors"], cff["authors"]),
    }
    for entry in entries(page):
        fields = entry.fields
        said |= {
            f"version of {entry.key}": (fields["howpublished"].split()[-1], cff["version"]),
            f"author of {entry.key}": (fields["author"], f"{{{cited['author']}}}"),
            f"date of {entry.key}": (
                (fields["year"], fields["month"], fields["day"]),
                (str(date.year), MONTHS[date.month - 1][:3].lower(), str(date.day)),
            ),
        }
    lines = [line for line in page.splitlines() if line.startswith(f"> {cited['author']}. (")]
    apa = f"> {cited['author']}. ({date.year}, {MONTHS[date.month - 1]} {date.day}). "
    said |= {f"APA, {n}": (line.startswith(apa), True) for n, line in enumerate(lines)}
    said |= {f"version in APA, {n}": (f"(Version {cff['version']})" in line, True) for n, line in enumerate(lines)}
    said["plain"] = (f", version {cff['version']}, {date.isoformat()}" in page, True)
    said["entries, APA"] = (len(entries(page)), len(lines))
    said["title of the book"] = (f"{{{{{cff['title']}}}}}" in page and f"*{cff['title']}*" in page, True)
    return [name for name, (one, other) in said.items() if one != other]


def test_the_files_say_the_same_of_the_book():
    assert disagreements(*FILES) == []


@pytest.mark.parametrize(
    ("place", "old", "new"),
    [
        (0, f"version: {VERSION}", "version: 9.9.9"),
        (0, RELEASED.isoformat(), "2001-02-03"),
        (0, "derived and tested", "derived"),
        (0, AUTHOR, "Another author"),
        (1, f'version = "{VERSION}"', 'version = "9.9.9"'),
        (1, AUTHOR, "Another author"),
        (2, f"version: {VERSION}", "version: 9.9.9"),
        (2, RELEASED.isoformat(), "2001-02-03"),
        (2, "derived and tested", "derived"),
        (3, f"version {VERSION}}}", "version 9.9.9}"),
        (3, f"(Version {VERSION})", "(Version 9.9.9)"),
        (3, APA_DATE, "(2001, February 3)"),
        (3, f", version {VERSION}, {RELEASED}", f", version {VERSION}, 2001-02-03"),
        (3, f"day          = {{{RELEASED.day}}}", "day          = {3}"),
    ],
)
def test_a_change_in_one_place_is_found(place, old, new):
    assert old in FILES[place]
    assert disagreements(*(text.replace(old, new, 1) if n == place else text for n, text in enumerate(FILES))) != []


def test_the_page_on_citing_gives_the_numbers_that_the_book_has():
    named = re.findall(r"\bEquation (\d+)(?:, line (\d))? \(([a-z-]+)(?:\.(\d))?\)", FILES[3])
    assert {name for _, _, name, _ in named} == {"softmax", "softmax-shift"}
    for number, line, name, step in named:
        assert (BOOK.equations[name].number, line) == (int(number), step)


@pytest.mark.parametrize(
    "text",
    [
        "@misc{a, title = {x}",
        "@misc{a, title = {x}}}",
        "@misc{a, title = {{x}}",
        "@misc{a, title = {}}",
        "@misc{a title = {x}}",
        "@misc{a, title = {x} year = {1}}",
        "@misc{a, title = {x}, title = {y}}",
        "@misc{a, title = {x & y}}",
        "@misc{a b, title = {x}}",
        "misc{a, title = {x}}",
    ],
)
def test_the_reader_of_bibtex_is_strict(text):
    assert read_bibtex(r"@misc{a, title = {{x} \& y}, month = nov}").fields == {"title": r"{x} \& y", "month": "nov"}
    with pytest.raises(ValueError, match=r"no head|left over|never closed|twice, or empty|TeX does not take"):
        read_bibtex(text)


# ---- each page ------------------------------------------------------------------------------------


def cited_pages(pages):
    """The pages of the book: all but the one for what is not there."""
    found = {name: page for name, page in pages.items() if name in {html_of(page.name) for page in BOOK.pages}}
    assert len(found) == len(BOOK.pages)
    return found


def shown(element):
    """The text that is seen without a script."""
    element = copy(element)
    for hidden in element.select("[hidden]"):
        hidden.extract()
    return element.get_text()


def title_of(name, page):
    """The title in the tab, which the theme makes; a module's name alone would not say what it is."""
    kind = "Reference: " if re.fullmatch(r"reference/\w+/index.html", name) else ""
    return BOOK_TITLE if name == "index.html" else kind + page.title.get_text().removesuffix(" - Backprop by Hand")


def metas(page):
    return {tag.get("name") or tag["property"]: tag["content"] for tag in page.select("meta[name], meta[property]")}


def wrong_block(name, page, address):
    """What is wrong with the block at the foot of a page; the address is empty where the site has none."""
    title = title_of(name, page)
    home = name == "index.html"
    where = "" if home else "Backprop by Hand, "
    tex = title.replace("_", r"\_").replace("&", r"\&")
    text = {pre["data-cite"]: shown(pre) for pre in page.select("details.cite pre")}
    entry = read_bibtex(text["BibTeX"])
    expected = {
        "author": f"{{{AUTHOR}}}",
        "title": f"{{{tex}}}",
        "howpublished": f"{where}version {VERSION}",
        "year": str(RELEASED.year),
        "month": MONTHS[RELEASED.month - 1][:3].lower(),
        "day": str(RELEASED.day),
    } | ({"url": address} if address else {})
    tail = " [Computer software]." if home else ". Backprop by Hand."
    apa = f"{AUTHOR}. {APA_DATE}. {title} (Version {VERSION}){tail}" + (f" {address}" if address else "")
    site = "" if home else ", Backprop by Hand"
    plain = f"{title}{site}, version {VERSION}, {RELEASED}" + (f", {address}" if address else "")
    pairs = [
        (entry.fields, expected),
        (text["APA"], apa),
        (text["plain link"], plain),
        (page.select_one("details.cite cite").get_text(), title),
        (f"version {VERSION}, {LONG_DATE}." in page.select_one("details.cite > p").get_text(), True),
    ]
    return [pair for pair in pairs if pair[0] != pair[1]]


def description_of(name):
    """What the page's own front matter says; every page has it."""
    source = ROOT / "docs" / next(page.name for page in BOOK.pages if html_of(page.name) == name)
    front = source.read_text(encoding="utf-8").partition("\n---\n")[0].removeprefix("---\n")
    return (yaml.safe_load(front) or {}).get("description", yaml_load(FILES[2])["site_description"])


def wrong_head(name, page, address):
    """What is wrong with the tags in the head of a page."""
    said = metas(page)
    title = title_of(name, page)
    expected = {
        "citation_title": title,
        "citation_author": AUTHOR,
        "citation_publication_date": RELEASED.strftime("%Y/%m/%d"),
        "citation_language": "en",
        "citation_inbook_title": None if name == "index.html" else BOOK_TITLE,
        "version": VERSION,
        "DC.title": title,
        "DC.creator": AUTHOR,
        "DC.date": RELEASED.isoformat(),
        "DC.language": "en",
        "DC.publisher": "Backprop by Hand",
        "og:title": title,
        "og:site_name": "Backprop by Hand",
        "og:description": description_of(name),
        "DC.description": description_of(name),
        "citation_public_url": address or None,
        "DC.identifier": address or None,
        "og:url": address or None,
        "twitter:card": "summary_large_image" if address else "summary",
    }
    return [(key, said.get(key), value) for key, value in expected.items() if said.get(key) != value]


def test_each_page_says_how_to_cite_it(pages):
    assert {name: w for name, page in cited_pages(pages).items() if (w := wrong_block(name, page, ""))} == {}


def test_each_page_says_it_in_its_head(pages):
    assert {name: w for name, page in cited_pages(pages).items() if (w := wrong_head(name, page, ""))} == {}
    assert all("CC BY 4.0" in metas(page)["DC.rights"] for page in cited_pages(pages).values())
    assert not any("og:image" in metas(page) for page in pages.values()), "a picture without an address"


def test_keys_are_unique(pages):
    keys = [
        read_bibtex(shown(page.select_one('[data-cite="BibTeX"]'))).key for name, page in cited_pages(pages).items()
    ]
    assert len(set(keys)) == len(keys)
    assert "backprop-by-hand" in keys
    assert "backprop-by-hand-derivations-softmax" in keys


def test_what_is_not_in_the_book_is_not_cited(pages):
    assert pages["404.html"].select("details.cite, meta[name^=citation_]") == []


def test_where_the_site_has_an_address_it_is_cited(published):
    for name, page in cited_pages(read_pages(published.folder)).items():
        address = published.address + name.removesuffix("index.html")
        assert page.select_one("link[rel=canonical]")["href"] == address
        assert wrong_block(name, page, address) == []
        assert wrong_head(name, page, address) == []
        assert metas(page)["og:image"] == f"{published.address}assets/social.png"


# ---- in the browser -------------------------------------------------------------------------------


@pytest.fixture
def reader(browser, address):
    """A page whose clipboard can be read."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    yield context
    context.close()


def clipboard(page):
    return page.evaluate("navigator.clipboard.readText()")


def unfold(page, address):
    page.goto(f"{address}derivations/softmax/?h=softmax#eq-softmax")
    page.locator("details.cite > summary").click()


def test_a_page_s_citations_are_copied_with_the_address_it_is_read_from(reader, address):
    page = reader.new_page()
    unfold(page, address)
    here = f"{address}derivations/softmax/"
    for way in ("BibTeX", "APA", "plain link"):
        page.get_by_role("button", name=f"Copy {way}").click()
        page.locator(f'button[aria-label="Copy {way}"][data-copied="yes"]').wait_for()
        assert clipboard(page) == page.locator(f'[data-cite="{way}"]').inner_text()
        assert here in clipboard(page)
        assert page.locator("[data-copied]").count() == 1
        assert page.locator(".copy-status").inner_text() == f"Done: Copy {way}"
    page.get_by_role("button", name="Copy BibTeX").click()
    page.locator('[aria-label="Copy BibTeX"][data-copied]').wait_for()
    assert read_bibtex(clipboard(page)).fields["url"] == here


def test_it_is_copied_where_there_is_no_clipboard_to_write_to(reader, address):
    page = reader.new_page()
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined })")
    unfold(page, address)
    text = page.locator('[data-cite="APA"]').inner_text()
    page.get_by_role("button", name="Copy APA").click()
    page.locator('[aria-label="Copy APA"][data-copied="yes"]').wait_for()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Copy APA"
    other = reader.new_page()
    other.goto(address)
    assert clipboard(other) == text


def test_what_the_browser_refuses_is_not_called_copied(reader, address):
    page = reader.new_page()
    page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined });"
        "Document.prototype.execCommand = () => false;"
    )
    unfold(page, address)
    page.get_by_role("button", name="Copy APA").click()
    page.locator('[aria-label="Copy APA"][data-copied="no"]').wait_for()
    assert "does not allow" in page.locator(".copy-status").inner_text()


def test_without_a_script_the_citations_are_there_and_no_button(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}derivations/softmax/")
    page.locator("details.cite > summary").click()
    assert "Softmax and its Jacobian" in page.locator('[data-cite="APA"]').inner_text()
    assert read_bibtex(page.locator('[data-cite="BibTeX"]').inner_text()).fields.keys() >= {"title", "year"}
    assert page.locator("details.cite button").count() == 0
    context.close()
