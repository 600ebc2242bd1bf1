"""What a page weighs and how it is shown, as far as that can be tested without a clock.

How long it takes is measured by benchmarks/site.py.
"""

import gzip
import json
import re
import sys
from io import BytesIO
from pathlib import Path

import pytest
from built import ROOT
from frames import let_draw

sys.path.insert(0, str(ROOT / "tools"))
from finish import fonts, styles

LIMIT = 300_000  # bytes before any click, as they travel with gzip
SHIFT = 0.01
VIEWS = {"wide": (1280, 800), "narrow": (412, 823)}
PACKED = (".html", ".css", ".js", ".mjs", ".json", ".svg")
FONTS = ROOT / "node_modules" / "@mathjax" / "mathjax-newcm-font" / "chtml" / "woff2"
INDEX = "search_index.json"
FOUND = "() => document.querySelectorAll('.md-search-result__link').length > 3"
MARKED = "() => document.querySelector('article mark')"
PRELOAD = re.compile(r'<link rel="preload" href="[^"]*?([\w-]+\.woff2)" as="font" type="font/woff2" crossorigin>')

SHIFTS = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
LOADED = """async () => {
  await document.fonts.ready;
  return [...document.fonts].filter((font) => font.status === "loaded").map((font) => font.family.toLowerCase());
}"""


def heaviest(site: Path) -> str:
    page = max(sorted(site.rglob("*.html")), key=lambda path: path.stat().st_size)
    return page.relative_to(site).as_posix().removesuffix("index.html")


def answer(script):
    return lambda route: route.fulfill(body=script, content_type="text/javascript")


class Visit:
    """A page in a browser that has been nowhere before, laid out in slices as for a reader."""

    def __init__(self, browser, address, view="wide", planted=None):
        width, height = VIEWS[view]
        self.context = browser.new_context_in_slices(viewport={"width": width, "height": height})
        for name, body in (planted or {}).items():
            self.context.route(f"**/{name}", answer(body))
        self.page = self.context.new_page()
        self.page.add_init_script(SHIFTS)
        self.fetched, self.said = [], []
        self.context.on("response", lambda response: self.fetched.append(response.url.removeprefix(address)))
        self.context.on("console", lambda message: self.said.append(message.text))

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.context.close()

    def open(self, url):
        self.page.goto(url)
        self.page.wait_for_load_state("networkidle")
        return self


@pytest.fixture(scope="module", params=VIEWS)
def heavy(request, browser, site, address):
    """The heaviest page, opened."""
    with Visit(browser, address, request.param) as visit:
        yield visit.open(address + heaviest(site))


def weight(site: Path, fetched: list[str]) -> dict[str, int]:
    """What the answers weigh as they travel, by name."""
    weights = {}
    for name in fetched:
        path = site / name.partition("?")[0]
        path = path / "index.html" if path.is_dir() else path
        content = path.read_bytes()
        weights[name] = len(gzip.compress(content, 6)) if path.suffix in PACKED else len(content)
    return weights


def test_the_heaviest_page_is_light(heavy, site):
    weights = weight(site, heavy.fetched)
    assert sum(weights.values()) <= LIMIT, weights
    assert {Path(name).suffix for name in weights} >= {"", ".css", ".js", ".woff2"}


def test_the_index_of_the_search_would_be_too_heavy(heavy, site):
    assert sum(weight(site, [*heavy.fetched, f"search/{INDEX}"]).values()) > LIMIT


def test_nothing_moves_while_the_heaviest_page_is_loaded(heavy):
    assert heavy.page.evaluate("window.shift") <= SHIFT


def test_what_moves_is_noticed(browser, site, address):
    late = "addEventListener('load', () => setTimeout(() => document.querySelector('h1').style.marginTop = '9em'))"
    with Visit(browser, address, planted={"assets/search_later.js": late}) as visit:
        visit.open(address + heaviest(site))
        visit.page.wait_for_function(f"() => window.shift > {SHIFT}")


# ---- how often the browser reckons the styles ----------------------------------------------------------


STYLED = 0.5  # of the page's elements, after it was painted once


def styled(browser, url, changed=None):
    """Open a page, with changes to its HTML; count the styles that are reckoned from its first script on."""
    held = []
    with Visit(browser, url) as visit:
        if changed:
            visit.context.route(url, lambda route: route.fulfill(body=changed(route.fetch().text())))
        visit.context.route("**/bundle.*.js", lambda route: held.append(route))
        visit.page.goto(f"{url}#whole", wait_until="commit")  # so not in slices
        visit.page.wait_for_selector("footer", state="attached")  # the last thing before the theme's script
        visit.page.evaluate("document.fonts.ready")
        let_draw(visit.page)
        browser.start_tracing(page=visit.page, categories=["devtools.timeline"])
        held[0].continue_()
        visit.page.wait_for_selector(".md-typeset__scrollwrap", state="attached")  # the last thing the script does
        let_draw(visit.page, 2)
        events = json.loads(browser.stop_tracing())["traceEvents"]
        there = visit.page.evaluate("document.querySelectorAll('*').length")
    return sum(e["args"].get("elementCount", 0) for e in events if e["name"] == "UpdateLayoutTree") / there


def test_no_script_makes_the_browser_reckon_the_whole_page_anew(browser, site, address):
    assert 0 < styled(browser, address + heaviest(site)) < STYLED


@pytest.mark.parametrize(
    ("ours", "without"),
    [
        (r'<script>document\.documentElement\.className = "js js-focus-visible"</script>', ""),
        (r'<div class="table">(<table>.*?</table>)</div>', r"\1"),
        ("data-palettes", 'data-palettes data-md-component="palette"'),
    ],
)
def test_the_theme_alone_would(browser, site, address, ours, without):
    def changed(page):
        page = page.replace("Content-Security-Policy", "X")
        assert re.search(ours, page, re.DOTALL)
        return re.sub(ours, without, page, flags=re.DOTALL)

    assert styled(browser, address + heaviest(site), changed) > STYLED


# ---- in slices -----------------------------------------------------------------------------------------


SKIPPED = """() => {
  const boxes = [...document.querySelectorAll(".eq-math:not(details *)")];
  return boxes.filter((box) => !box.checkVisibility({ contentVisibilityAuto: true })).length / boxes.length;
}"""


def open_without_slices(visit, url):
    visit.page.goto(url, wait_until="commit")
    visit.page.wait_for_load_state("load")
    let_draw(visit.page, 2)


def test_in_the_end_all_of_a_long_page_is_laid_out(heavy):
    assert heavy.page.locator("html.in-slices").count() == 0
    assert heavy.page.evaluate(SKIPPED) == 0


def test_until_then_what_is_far_from_the_screen_waits(browser, site, address):
    with Visit(browser, address, planted={"assets/slices.js": ""}) as visit:
        open_without_slices(visit, address + heaviest(site))
        visit.page.wait_for_function(f"() => ({SKIPPED})() > 0.8")


@pytest.mark.parametrize("place", ["#eq-output-softmax", "?h=gradient"])
def test_what_is_opened_at_a_place_of_its_own_is_laid_out_at_once(browser, site, address, place):
    with Visit(browser, address, planted={"assets/slices.js": ""}) as visit:
        open_without_slices(visit, address + heaviest(site) + place)
        assert visit.page.evaluate(SKIPPED) == 0


WAIT = """(boxes) => [...document.querySelectorAll(`.md-typeset > h2 ~ ${boxes}`)]
    .some((box) => getComputedStyle(box).contentVisibility === "auto")"""
CONTAINED = """(boxes) => {
  const bottom = () => document.querySelector("footer").getBoundingClientRect().top;
  const before = bottom();
  for (const box of document.querySelectorAll(`.md-typeset > h2 ~ ${boxes}`)) box.style.contain = "layout paint";
  return bottom() - before;
}"""


@pytest.mark.parametrize("boxes", ["p", ".eq", ".eq-notation", ".highlight"])
def test_boxes_may_wait_whose_margins_are_their_own(browser, site, address, boxes):
    """Those of a .highlight stick out of it: such a box would move when it is let in."""
    with Visit(browser, address, planted={"assets/slices.js": ""}) as visit:
        open_without_slices(visit, address + heaviest(site))
        waiting = visit.page.evaluate(WAIT, boxes)
        visit.page.evaluate("document.documentElement.classList.remove('in-slices')")
        assert waiting == (visit.page.evaluate(CONTAINED, boxes) == 0)


def test_what_is_opened_again_is_laid_out_at_once(browser, site, address):
    with Visit(browser, address) as visit:
        visit.open(address + heaviest(site))
        visit.context.route("**/slices.js", answer(""))
        visit.page.reload()
        assert visit.page.evaluate(SKIPPED) == 0


# ---- what waits until it is unfolded -------------------------------------------------------------------


def test_the_symbols_of_an_equation_are_there_once_it_is_unfolded(browser, address):
    with Visit(browser, address, "narrow") as visit:
        visit.open(f"{address}derivations/softmax/")
        badge = visit.page.locator(".eq:has(> #eq-softmax-jacobian) details")
        assert badge.locator(".eq-symbols").count() == 0
        badge.locator("summary").click()
        badge.locator(".eq-symbols").wait_for()
        assert badge.locator("noscript").count() == 0
        assert badge.locator(".eq-symbols li mjx-container math").count() >= 4
        assert visit.page.locator("details:not([open]) .eq-symbols").count() == 0


def test_without_scripts_they_are_there_from_the_start(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}derivations/softmax/")
    badge = page.locator(".eq:has(> #eq-softmax-jacobian) details")
    badge.locator("summary").click()
    assert badge.locator(".eq-symbols").is_visible()
    context.close()


# ---- the search's index ------------------------------------------------------------------------------


def asked_for_index(visit):
    return [name for name in visit.fetched if INDEX in name]


def test_the_index_waits_for_the_reader(heavy):
    assert asked_for_index(heavy) == []


def test_without_the_script_it_would_not_wait(browser, address):
    with Visit(browser, address, planted={"assets/search_later.js": ""}) as visit:
        visit.open(address)
        assert asked_for_index(visit)


@pytest.mark.parametrize("way", ["click", "key", "tab"])
def test_the_search_finds_once_the_reader_goes_to_it(browser, address, way):
    with Visit(browser, address) as visit:
        visit.open(address)
        if way == "click":
            visit.page.click(".md-search__input")
        elif way == "key":
            visit.page.keyboard.press("/")
        else:
            visit.page.focus(".md-search__input")
        visit.page.keyboard.type("jacobian")
        visit.page.wait_for_function(FOUND)
        assert len(asked_for_index(visit)) == 1


def test_the_search_opens_on_a_phone(browser, address):
    with Visit(browser, address, "narrow") as visit:
        visit.open(address)
        visit.page.click("header [for=__search]")
        visit.page.fill(".md-search__input", "jacobian")
        visit.page.wait_for_function(FOUND)


@pytest.mark.parametrize(("query", "shown"), [("?q=jacobian", FOUND), ("?h=jacobian", MARKED)])
def test_words_in_the_address_are_looked_for(browser, address, query, shown):
    with Visit(browser, address) as visit:
        visit.open(f"{address}derivations/softmax/{query}")
        visit.page.wait_for_function(shown)


# ---- the fonts of the formulas -----------------------------------------------------------------------


def fonts_in_vain(path, loaded):
    """Name the fonts that a page asks for and does not use."""
    wanted = {font.removesuffix(".woff2") for font in PRELOAD.findall(path.read_text(encoding="utf-8"))}
    return wanted - set(loaded)


def test_a_font_that_is_asked_for_is_used(browser, site, address):
    """On a narrow screen; test_browser.py looks at a wide one."""
    asking = [path for path in sorted(site.rglob("*.html")) if PRELOAD.search(path.read_text(encoding="utf-8"))]
    assert heaviest(site) + "index.html" in [path.relative_to(site).as_posix() for path in asking]
    width, height = VIEWS["narrow"]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    unused = {}
    for path in asking:
        name = path.relative_to(site).as_posix()
        page.goto(address + name.removesuffix("index.html"))
        if in_vain := fonts_in_vain(path, page.evaluate(LOADED)):
            unused[name] = in_vain
    context.close()
    assert unused == {}


def test_a_font_that_is_asked_for_in_vain_is_found(tmp_path):
    page = tmp_path / "index.html"
    link = '<link rel="preload" href="assets/{}.woff2" as="font" type="font/woff2" crossorigin>'
    page.write_text("".join(link.format(name) for name in ("mjx-ncm-n", "mjx-ncm-so")), encoding="utf-8")
    assert fonts_in_vain(page, ["mjx-ncm-n", "mjx-ncm-zero"]) == {"mjx-ncm-so"}


def test_a_page_without_formulas_asks_for_no_font(site):
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    plain = [text for text in pages.values() if "<mjx-container" not in text]
    assert plain
    assert [text for text in plain if PRELOAD.search(text)] == []


def characters(content):
    from fontTools.ttLib import TTFont, woff2

    woff2.haveBrotli, woff2.brotli = True, fonts.BROTLI
    return {chr(code) for code in TTFont(BytesIO(content)).getBestCmap()}


def test_a_font_keeps_the_characters_in_use_and_no_others():
    whole = (FONTS / "mjx-ncm-n.woff2").read_bytes()
    used = "ab\N{MATHEMATICAL ITALIC SMALL X}"
    assert characters(fonts.subset(whole, used)) == set(used)
    assert len(characters(whole)) > 1000


def test_the_font_that_gives_lines_their_height_stays(site):
    whole = (FONTS / "mjx-ncm-zero.woff2").read_bytes()
    assert fonts.subset(whole, "ab") == whole
    assert (site / "assets" / "mathjax" / "mjx-ncm-zero.woff2").read_bytes() == whole


def test_each_font_of_the_book_has_all_that_formulas_use(site):
    used = set(fonts.characters(path.read_text(encoding="utf-8") for path in site.rglob("*.html")))
    cut = {path.name: characters(path.read_bytes()) for path in (site / "assets" / "mathjax").glob("*.woff2")}
    whole = {name: characters((FONTS / name).read_bytes()) for name in cut}
    assert {name: whole[name] & used - cut[name] for name in cut if whole[name] & used - cut[name]} == {}
    assert cut["mjx-ncm-n.woff2"] > set("=01")


# ---- the stylesheets ---------------------------------------------------------------------------------


def test_the_stylesheets_are_joined_in_their_order(site):
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    asked = {path: re.findall(r'<link rel="stylesheet" href="([^"]*)"', text) for path, text in pages.items()}
    assert {path.name: links for path, links in asked.items() if not links[-1].endswith(styles.JOINED)} == {}
    assert {len(links) for links in asked.values()} == {3}
    joined = (site / styles.JOINED).read_text(encoding="utf-8")
    names = re.findall(r"^/\* (assets/.*\.css) \*/$", joined, re.MULTILINE)
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    extra = re.search(r"^extra_css:\n((?:  - .*\n)+)", settings, re.MULTILINE)
    assert [name for name in names if name != "assets/_mkdocstrings.css"] == re.findall(r"- (\S+)", extra[1])
    assert [url for url in re.findall(r'url\("([^"]+)"\)', joined) if not (site / "assets" / url).is_file()] == []


def test_only_what_all_pages_have_is_joined(tmp_path):
    (tmp_path / "assets" / "deep").mkdir(parents=True)
    for name, css in {"a.css": "a{}", "deep/b.css": "b{background:url(i.svg)}", "c.css": "c{}"}.items():
        (tmp_path / "assets" / name).write_text(css, encoding="utf-8")

    def page(*names):
        return "<head>" + "".join(f'\n<link rel="stylesheet" href="../assets/{name}">' for name in names) + "</head>"

    pages = {"one": page("stylesheets/x.css", "a.css", "deep/b.css", "c.css"), "two": page("a.css", "deep/b.css")}
    styles.join(tmp_path, pages)
    assert pages == {"one": page("stylesheets/x.css", "book.css", "c.css"), "two": page("book.css")}
    joined = (tmp_path / styles.JOINED).read_text(encoding="utf-8")
    assert joined == '/* assets/a.css */\na{}\n/* assets/deep/b.css */\nb{background:url("deep/i.svg")}\n'
