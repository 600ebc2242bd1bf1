"""Every page in a real browser: wide and narrow, light and dark, with and without JavaScript."""

import re
from types import SimpleNamespace

import pytest
from barriers import barriers, barriers_of_colour
from frames import StandsStill, unfold
from test_performance import LOADED, fonts_in_vain

# Each page is opened once, and seen so one after the other, first all in light, then in dark; axe looks last.
VIEWS = [(1280, "light"), (320, "light"), (390, "light"), (390, "dark"), (1280, "dark")]
BETWEEN = [768, 1220, 2560]  # where only the page's own width is looked at
SCHEMES = {"light": "default", "dark": "slate"}
HEIGHT = 844

# Facts about a page as the reader sees it. Each list names what is amiss.
LOOK = r"""
async () => {
  await document.fonts.ready;
  const seen = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent.closest("code, pre, script, style, mjx-container") && parent.checkVisibility()) seen.push(node.data);
  }
  const box = (element) => element.getBoundingClientRect();
  const outside = (element) => box(element).left < 0 || box(element).right > innerWidth + 1 || !box(element).width;
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  const scroller = (element) => {
    for (let parent = element.parentElement; parent; parent = parent.parentElement) {
      if (scrolls(parent)) return parent;
    }
  };
  const cut = [], unreachable = [];
  for (const math of document.querySelectorAll(".eq-math")) {
    const name = math.parentElement.querySelector(".eq-number")?.id ?? math.textContent.trim().slice(0, 40);
    const formula = math.querySelector("mjx-math");
    if (math.scrollHeight > math.clientHeight) cut.push(`${name}: ${math.scrollHeight} > ${math.clientHeight}`);
    math.scrollLeft = 0;
    const left = box(formula).left - box(math).left;
    math.scrollLeft = 1e6;
    const right = box(math).right - box(formula).right;
    math.scrollLeft = 0;
    if (left < -1 || right < -1 || outside(math)) unreachable.push(`${name}: left ${left}, right ${right}`);
  }
  return {
    text: seen.join("\n"),
    scheme: document.body.dataset.mdColorScheme,
    width: [document.documentElement.scrollWidth, innerWidth],
    numbers: [...document.querySelectorAll(".eq-number")].filter(outside).map((number) => number.id),
    cut,
    unreachable,
    spilled: [...document.querySelectorAll(".md-content mjx-math, .md-content svg, .md-content table, .md-content pre")]
      .filter((element) => element.checkVisibility() && outside(element) && !scroller(element))
      .map((element) => element.textContent.trim().slice(0, 60)),
    empty: [...document.querySelectorAll("mjx-math")]
      .filter((math) => math.checkVisibility() && !(box(math).width && box(math).height))
      .map((math) => math.textContent),
    formulas: document.querySelectorAll("mjx-math").length,
    wide: [...document.querySelectorAll(".eq-math")].filter((math) => math.scrollWidth > math.clientWidth).length,
    fonts: [...document.fonts].map((font) => [font.family.replaceAll('"', ""), font.status]),
    letters: [...new Set([...document.querySelectorAll("mjx-c")]
      .filter((letter) => letter.checkVisibility())
      .map((letter) => getComputedStyle(letter).fontFamily.split(",")[0].replaceAll('"', "").trim()))],
  };
}
"""

# What a page leaves in the browser.
KEPT = """async () => ({
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
  databases: (await indexedDB.databases()).length,
  caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {"local": [], "session": [], "databases": 0, "caches": 0, "workers": 0}
COLOURS = NOTHING | {"local": ["/.__palette"]}


def path_of(name):
    return name.removesuffix("index.html")


class Watch:
    """Keeps what a context asks for, and what goes wrong in it; lets nothing leave the host."""

    def __init__(self, context, address):
        self.home = "/".join(address.split("/")[:3]) + "/"
        self.foreign, self.failed, self.said, self.fetched = [], [], [], []
        context.route(re.compile(f"^(?!{re.escape(self.home)})"), lambda route: route.abort())
        context.on("request", self.request)
        context.on("response", self.response)
        context.on("requestfailed", self.request_failed)
        context.on("console", self.console)
        context.on("weberror", lambda error: self.said.append(f"{error.page.url}: {error.error}"))

    def request(self, request):
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.foreign.append(request.url)

    def response(self, response):
        self.fetched.append(response.url)
        if response.status >= 400:
            self.failed.append(f"{response.url}: {response.status}")

    def request_failed(self, request):
        if request.failure != "net::ERR_ABORTED":  # what the next page made unnecessary
            self.failed.append(f"{request.url}: {request.failure}")

    def console(self, message):
        if message.type in ("error", "warning"):
            self.said.append(f"{message.page.url}: {message.text}")


@pytest.fixture(scope="module")
def tour(browser, site, address):
    """Open every page of the book, one after the other."""
    context = browser.new_context(
        viewport={"width": 1280, "height": HEIGHT},
        color_scheme="light",
        reduced_motion="reduce",  # no colour on its way to another
    )
    watch = Watch(context, address)
    page = context.new_page()
    seen = {}
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        seen[name] = seen_from_all_sides(page, address + path_of(name), path)
    page.wait_for_load_state("networkidle")
    kept, cookies = page.evaluate(KEPT), context.cookies()
    context.close()
    return SimpleNamespace(pages=seen, watch=watch, kept=kept, cookies=cookies)


def seen_from_all_sides(page, url, path, tries=3):
    """Open a page and look at it; open it again if the browser draws no more (frames.py)."""
    for _ in range(tries - 1):
        try:
            return seen_once(page, url, path)
        except StandsStill:
            continue
    return seen_once(page, url, path)


def seen_once(page, url, path):
    set_width(page, VIEWS[0][0])
    page.goto(url)
    in_vain = fonts_in_vain(path, page.evaluate(LOADED))
    too_wide = [width for width in BETWEEN if set_width(page, width) > width]
    unfold(page)
    looks = {}
    for width, scheme in VIEWS:
        set_width(page, width)
        set_scheme(page, scheme)
        looks[width, scheme] = SimpleNamespace(**page.evaluate(LOOK))
    found = {"dark": barriers(page)}
    set_scheme(page, "light")
    found["light"] = barriers_of_colour(page)
    return SimpleNamespace(looks=looks, barriers=found, too_wide=too_wide, in_vain=in_vain)


def set_width(page, width):
    """Return how wide the page becomes."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    return page.evaluate("document.documentElement.scrollWidth")


def set_scheme(page, scheme):
    """Choose as a reader does, by the theme's control."""
    page.evaluate("(number) => document.getElementById(`__palette_${number}`).click()", ["light", "dark"].index(scheme))


@pytest.fixture(scope="module", params=VIEWS, ids=lambda view: f"{view[0]}-{view[1]}")
def visit(request, tour):
    width, scheme = request.param
    looks = {name: page.looks[request.param] for name, page in tour.pages.items()}
    return SimpleNamespace(width=width, scheme=scheme, looks=looks, watch=tour.watch)


def found_on(tour, fact):
    return {name: found for name, page in tour.pages.items() if (found := fact(page))}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_no_barrier(tour, scheme):
    assert found_on(tour, lambda page: page.barriers[scheme]) == {}


def test_no_page_scrolls_sideways_at_widths_between(tour):
    assert found_on(tour, lambda page: page.too_wide) == {}


def test_a_font_that_is_asked_for_is_used(tour):
    assert found_on(tour, lambda page: page.in_vain) == {}


def test_no_page_keeps_anything_but_the_colours(tour):
    assert tour.kept == COLOURS
    assert tour.cookies == []


def amiss(visit, fact):
    return {name: found for name, look in visit.looks.items() if (found := fact(look))}


def test_the_console_is_silent(visit):
    assert visit.watch.said == []


def test_nothing_is_asked_of_another_host(visit):
    assert visit.watch.foreign == []


def test_no_request_fails(visit):
    assert visit.watch.failed == []
    assert any("/workers/search" in url for url in visit.watch.fetched), "nothing was fetched"


def test_the_scheme_is_the_one_the_reader_chose(visit):
    assert amiss(visit, lambda look: look.scheme != SCHEMES[visit.scheme]) == {}


def test_no_tex_is_seen(visit):
    assert amiss(visit, lambda look: re.findall(r".*(?:\\[a-zA-Z()\[\]]|\$).*", look.text)) == {}


def test_no_page_scrolls_sideways(visit):
    assert amiss(visit, lambda look: look.width if look.width[0] > look.width[1] else None) == {}


def test_nothing_spills_over_the_edge(visit):
    assert amiss(visit, lambda look: look.spilled) == {}


def test_every_number_is_in_view(visit):
    assert amiss(visit, lambda look: look.numbers) == {}


def test_every_formula_can_be_seen_from_end_to_end(visit):
    assert amiss(visit, lambda look: look.cut + look.unreachable + look.empty) == {}
    if visit.width < 400:
        assert sum(look.wide for look in visit.looks.values()), "no formula had to scroll, so this was not tested"


def test_formulas_are_set_in_fonts_of_their_own(visit):
    for name, look in visit.looks.items():
        loaded = {family for family, status in look.fonts if status == "loaded"}
        assert [font for font in look.fonts if font[1] == "error"] == [], name
        assert all(family.startswith("MJX-") for family in look.letters), name
        assert set(look.letters) <= loaded, name
        assert bool(look.letters) == bool(look.formulas), name
    assert sum(look.formulas for look in visit.looks.values()) > 100


# ---- what a reader does ----------------------------------------------------------------------------


@pytest.fixture
def new_page(browser, address):
    """Open pages in a context of their own, which is closed in the end."""
    contexts = []

    def new_page(address=address, **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": HEIGHT}} | options)
        contexts.append(context)
        return context.new_page(), Watch(context, address)

    yield new_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_without_javascript_the_formulas_are_there(new_page, address, site, width):
    page, watch = new_page(java_script_enabled=False, viewport={"width": width, "height": HEIGHT})
    page.goto(f"{address}derivations/softmax/")
    formulas, seen = page.locator("mjx-container"), page.locator("mjx-container:visible")
    folded = page.locator("details:not([open]) > :not(summary) mjx-container, details:not([open]) > mjx-container")
    assert formulas.count() - seen.count() == folded.count()
    boxes = [formula.bounding_box() for formula in seen.all()]
    assert len(boxes) > 50
    assert all(box and box["width"] > 2 and box["height"] > 2 for box in boxes)
    assert [url for url in watch.fetched if url.endswith(".woff2")]
    assert not [url for url in watch.fetched if url.endswith("search_index.json")], "a script ran"
    assert watch.failed == watch.foreign == []


def test_the_reader_can_switch_to_dark_and_it_lasts(new_page, address):
    page, watch = new_page(color_scheme="light")
    page.goto(f"{address}derivations/softmax/")
    colours = """() => [document.body, document.querySelector("mjx-math")].map((e) => getComputedStyle(e))
        .map((style) => [style.backgroundColor, style.color])"""
    light = page.evaluate(colours)
    page.get_by_title("Switch to dark").click()
    page.wait_for_selector('body[data-md-color-scheme="slate"]')
    dark = page.evaluate(colours)
    assert dark[0][0] != light[0][0], "the ground stays as it was"
    assert dark[1][1] != light[1][1], "the formulas stay as they were"
    page.goto(f"{address}derivations/cross_entropy/")
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"
    page.get_by_title("Switch to light").click()
    page.wait_for_selector('body[data-md-color-scheme="default"]')
    assert watch.said == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_scheme_is_the_one_the_reader_prefers(new_page, address, scheme):
    page, _ = new_page(color_scheme=scheme)
    page.goto(address)
    assert page.locator("body").get_attribute("data-md-color-scheme") == SCHEMES[scheme]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_scheme_waits_for_no_file_of_scripts(new_page, address, scheme):
    page, _ = new_page(color_scheme=scheme)
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{address}derivations/softmax/", wait_until="commit")
    assert page.locator("body").get_attribute("data-md-color-scheme") == SCHEMES[scheme]


def test_the_scheme_follows_the_system_until_the_reader_chooses(new_page, address):
    page, _ = new_page(color_scheme="light")
    page.goto(f"{address}cite/")
    page.emulate_media(color_scheme="dark")
    page.wait_for_selector('body[data-md-color-scheme="slate"]')
    page.focus("#__palette_1")
    page.keyboard.press("Enter")
    page.wait_for_selector('body[data-md-color-scheme="default"]')
    assert page.evaluate("document.activeElement.id") == "__palette_0"
    for system in ("light", "dark"):
        page.emulate_media(color_scheme=system)
    assert page.locator("body").get_attribute("data-md-color-scheme") == "default"
    assert page.locator('meta[name="color-scheme"]').get_attribute("content") == "light"


@pytest.mark.parametrize("width", [1280, 390])
def test_a_link_to_an_equation_shows_it_below_the_header(new_page, address, width):
    page, _ = new_page(viewport={"width": width, "height": HEIGHT})
    page.goto(f"{address}derivations/backpropagation/#eq-hidden-delta")
    page.goto(f"{address}derivations/softmax/#eq-softmax-jacobian")
    formula = page.locator(".eq:has(> #eq-softmax-jacobian) > .eq-math mjx-math").bounding_box()
    header = page.locator(".md-header").bounding_box()
    assert formula["y"] >= header["y"] + header["height"]
    assert formula["y"] + formula["height"] <= HEIGHT
    page.locator("#eq-softmax-vjp").click()
    assert page.url.endswith("/softmax/#eq-softmax-vjp")


def test_it_works_below_a_path_of_the_host(new_page, published):
    page, watch = new_page(published.address)
    page.goto(published.address, wait_until="networkidle")
    page.get_by_role("link", name="Start with softmax").click()
    page.wait_for_url(f"{published.address}derivations/softmax/")
    assert page.locator("mjx-math").first.bounding_box()["width"] > 2
    page.get_by_placeholder("Search").click()
    page.get_by_placeholder("Search").press_sequentially("temperature")
    page.locator(f'.md-search-result__item a[href^="{published.address}derivations/softmax/"]').first.click()
    page.wait_for_url(re.compile(f"^{re.escape(published.address)}derivations/softmax/.*h=temperature"))
    page.wait_for_load_state("networkidle")
    assert watch.said == watch.failed == watch.foreign == []
    assert all(url.startswith(published.address) for url in watch.fetched)


def test_a_page_that_is_not_there_says_so_in_the_book_s_own_dress(new_page, published):
    page, watch = new_page(published.address)
    page.goto(f"{published.address}no/such/page/")
    assert watch.failed == [f"{published.address}no/such/page/: 404"], "more is missing than the page"
    assert page.locator("h1").inner_text().startswith("404")
    page.get_by_role("link", name="Look up", exact=True).first.click()
    page.wait_for_url(f"{published.address}notation/")
