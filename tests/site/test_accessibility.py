"""The book for readers who see, hear or handle it otherwise: what axe cannot tell, and whether axe can see."""

import re
from collections import Counter

import pytest
from barriers import barriers
from frames import let_draw, unfold
from test_browser import HEIGHT, LOOK, new_page, set_width  # noqa: F401

HAN = re.compile(r"[\u3400-\u9fff]")
PLAIN = "404.html"  # the page with the least on it


# ---- the pages as they are written ------------------------------------------------------------------


def test_every_formula_is_read_aloud_from_its_mathml_alone(pages):
    formulas = 0
    for name, page in pages.items():
        for formula in page.select("mjx-container"):
            assert formula.select_one("mjx-math")["aria-hidden"] == "true", name
            assert formula.select_one("mjx-assistive-mml > math").get_text(strip=True), name
            formulas += 1
    assert formulas > 1000


def not_said_to_be_chinese(page):
    """Find Chinese words in what is read aloud, which a voice for English would not read."""
    return [
        text.strip()
        for text in page.body.find_all(string=HAN)
        if text.parent.name not in ("script", "style") and text.find_parent(lang=True)["lang"] != "zh"
    ]


def test_chinese_words_are_said_to_be_chinese(pages):
    assert {name: found for name, page in pages.items() if (found := not_said_to_be_chinese(page))} == {}
    terms = pages["glossary/index.html"].select('dt [lang="zh"]')
    assert len(terms) > 50
    terms[0].attrs.clear()
    try:
        assert not_said_to_be_chinese(pages["glossary/index.html"]) == [terms[0].get_text()]
    finally:
        terms[0]["lang"] = "zh"


def test_no_two_pages_have_the_same_title(pages):
    titles = Counter(page.title.get_text(strip=True) for page in pages.values())
    assert {title: count for title, count in titles.items() if count > 1} == {}


# ---- axe: can it see? ------------------------------------------------------------------------------

GOOD = """<!doctype html><html lang="en"><head><title>t</title></head><body style="color: black; background: white">
<main><h1>One</h1><p>Words, <a id="link" href="#link">a link among words</a>, and more words than the link has.</p>
<img id="picture" alt="a picture" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" width="9" height="9">
<svg id="drawing" role="img" width="9" height="9"><title>a drawing</title></svg>
<label id="label">A word: <input></label> <div><button id="one">Do it</button><button>Or not</button></div>
<div id="box" tabindex="0" role="group" aria-label="Words" style="width: 9em; overflow: auto; white-space: nowrap">Words
that go on, and on, and on, and on.</div>
</main></body></html>"""
FAULTS = {
    "html-has-lang": "document.documentElement.removeAttribute('lang')",
    "html-lang-valid": "document.documentElement.lang = 'xx-no-such'",
    "valid-lang": "document.querySelector('p').lang = 'xx'",
    "document-title": "document.title = ''",
    "color-contrast": "document.querySelector('p').style.color = '#999'",
    "link-in-text-block": "document.querySelector('#link').style.cssText = 'text-decoration: none; color: #400'",
    "image-alt": "document.querySelector('#picture').removeAttribute('alt')",
    "svg-img-alt": "document.querySelector('#drawing title').remove()",
    "label": "document.querySelector('#label').replaceWith(document.querySelector('input'))",
    "button-name": "document.querySelector('#one').textContent = ''",
    "heading-order": "document.querySelector('p').insertAdjacentHTML('afterend', '<h4>Four</h4>')",
    "region": "document.body.insertAdjacentHTML('beforeend', '<p>Outside of all landmarks.</p>')",
    "target-size": "for (const button of document.querySelectorAll('button')) "
    "button.style.cssText = 'width: 9px; height: 9px; padding: 0; margin: 0; font-size: 5px'",
    "scrollable-region-focusable": "document.querySelector('#box').removeAttribute('tabindex')",
    "tabindex": "document.querySelector('#one').tabIndex = 3",
    "aria-hidden-focus": "document.querySelector('#label').ariaHidden = 'true'",
}


@pytest.fixture(scope="module")
def small(browser):
    page = browser.new_page()
    yield page
    page.close()


def test_axe_lets_a_good_page_pass(small):
    small.set_content(GOOD)
    assert barriers(small) == []


@pytest.mark.parametrize("rule", FAULTS)
def test_axe_sees_a_barrier(small, rule):
    small.set_content(GOOD)
    small.evaluate(FAULTS[rule])
    assert {line.split(":")[0] for line in barriers(small)} >= {rule}


# Of more than a letter, for axe judges no colour of a single one.
FORMULA = """<mjx-container><mjx-math aria-hidden="true">x + y</mjx-math>
<mjx-assistive-mml><math><mi>x</mi></math></mjx-assistive-mml></mjx-container>"""


@pytest.mark.parametrize(("place", "rules"), [("#no-such", set()), ("#last mjx-math", {"color-contrast"})])
def test_axe_sees_a_formula_that_is_too_pale(small, place, rules):
    text = f"<style>{place} {{ color: #999 }}</style><p>Let {FORMULA} and <span id='last'>{FORMULA}</span> be.</p>"
    small.set_content(GOOD.replace("</main>", f"{text}</main>"))
    assert {line.split(":")[0] for line in barriers(small)} == rules


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (320, "light"), (320, "dark")])
def test_axe_finds_no_barrier_at_other_widths(new_page, address, width, scheme):  # noqa: F811
    page, _ = new_page(viewport={"width": width, "height": HEIGHT}, color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"{address}reference/squared_error/")
    assert barriers(page) == []


# ---- what assistive technology is given ------------------------------------------------------------


def test_the_accessibility_tree_has_the_formulas_as_mathml_and_once(new_page, address):  # noqa: F811
    page, _ = new_page()
    page.goto(f"{address}derivations/gradient_check/")
    unfold(page)
    formulas = page.locator("mjx-container").count()
    assert formulas > 10
    assert page.locator(".eq-symbols mjx-container").count() > 10
    assert exposed(page) == (formulas, 0)
    page.evaluate("document.querySelector('.md-content mjx-math').removeAttribute('aria-hidden')")
    assert exposed(page) == (formulas, 1), "a formula that is read twice is not seen"
    page.evaluate("document.querySelector('.md-content mjx-assistive-mml').remove()")
    assert exposed(page) == (formulas - 1, 1), "a formula that is not read is not seen"


PARTS = {"mfrac": "Fraction", "msub": "Sub", "msup": "Sup", "mtd": "TableCell", "mi": "Identifier"}


def test_the_parts_of_a_formula_are_in_the_tree_as_what_they_are(new_page, address):  # noqa: F811
    page, _ = new_page()
    page.goto(f"{address}derivations/softmax/")
    unfold(page)
    written = {part: page.locator(f"math {part}").count() for part in PARTS}
    assert min(written.values()) > 0
    assert parts(page) == written
    page.add_style_tag(content="mjx-assistive-mml mfrac { display: none }")
    assert parts(page) != written, "parts that are not in the tree are not missed"


def parts(page):
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    roles = Counter(node["role"]["value"] for node in nodes if not node["ignored"])
    return {part: roles[f"MathML{name}"] for part, name in PARTS.items()}


def exposed(page):
    """Count the formulas that the tree has as MathML, and those whose glyphs it has as well."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    shown = {node.get("backendDOMNodeId") for node in nodes if not node["ignored"]}
    maths = [node for node in nodes if node.get("role", {}).get("value") == "MathMLMath" and not node["ignored"]]
    root = session.send("DOM.getDocument", {"depth": -1})["root"]
    return len(maths), sum(bool(shown & below(node)) for node in named(root, "MJX-MATH"))


def named(node, name):
    for child in node.get("children", []):
        if child["nodeName"] == name:
            yield child
        yield from named(child, name)


def below(node):
    return {node["backendNodeId"]}.union(*(below(child) for child in node.get("children", [])))


# ---- the keyboard ----------------------------------------------------------------------------------

# The stop that has the focus: what it is, and what is wrong with it. A radio button or a box that the theme makes
# invisible shows its focus on its label.
STOP = r"""
() => {
  const stop = document.activeElement;
  if (stop === document.body) return { name: "", wrong: [] };
  const labels = { __drawer: () => document.querySelector(".md-header label[for=__drawer]") };
  const shown = labels[stop.id]?.() ?? (stop.matches(".md-option") ? stop.nextElementSibling : stop);
  const style = getComputedStyle(shown);
  const lines = [...shown.getClientRects()];
  const covered = !lines.some(({ left, right, top, bottom }) => {
    const middle = (low, high, end) => (Math.max(low, 0) + Math.min(high, end)) / 2;
    const there = document.elementsFromPoint(middle(left, right, innerWidth), middle(top, bottom, innerHeight))
      .find((element) => !element.closest("[role=tooltip]")); // one that is about to go, of the stop before
    return there && (shown.contains(there) || there.contains(shown));
  });
  const wrong = [];
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) wrong.push("no outline");
  if (!shown.checkVisibility({ opacityProperty: true })) wrong.push("invisible");
  if (covered) wrong.push("covered");
  window.stops ??= new Map();
  if (!window.stops.has(stop)) window.stops.set(stop, window.stops.size);
  const words = (stop.ariaLabel || stop.textContent || stop.title || stop.id).trim().replace(/\s+/g, " ");
  return { name: `${window.stops.get(stop)} ${stop.localName} ${words.slice(0, 40)}`, wrong };
}
"""


def walk(page, limit=1500):
    """Press Tab from the top of a page until the walk is over; return its stops, and what was wrong with each."""
    stops = {}
    for _ in range(limit):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop["wrong"]:  # the theme opens the search of a narrow screen when it has the focus
            page.wait_for_timeout(500)
            stop = page.evaluate(STOP)
        if stop["name"] in stops or (stops and not stop["name"]):
            return list(stops), {name: wrong for name, wrong in stops.items() if wrong}, stop["name"]
        if stop["name"]:
            stops[stop["name"]] = stop["wrong"]
    raise AssertionError(f"no end after {limit} stops")


WALKS = [(1280, ""), (1280, "reference/squared_error/"), (390, "derivations/gradient_check/")]


@pytest.mark.parametrize(("width", "path"), WALKS)
def test_the_keyboard_comes_everywhere_and_is_seen(new_page, address, width, path):  # noqa: F811
    page, _ = new_page(viewport={"width": width, "height": HEIGHT}, reduced_motion="reduce")
    page.goto(address + path, wait_until="networkidle")
    stops, wrong, end = walk(page)
    assert wrong == {}
    assert end in ("", stops[0]), "the walk is caught"
    assert page.evaluate("[...window.stops.keys()].at(-1).closest('footer') !== null"), "the walk ends before the page"
    expected = page.evaluate("""() => [...document.querySelectorAll("main a[href], main button, main summary")]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && element.tabIndex >= 0)
      .filter((element) => !window.stops.has(element)).map((element) => element.outerHTML.slice(0, 120))""")
    assert expected == [], "the walk leaves out"


def test_the_walk_sees_what_is_wrong(new_page, address):  # noqa: F811
    page, _ = new_page(reduced_motion="reduce")
    page.goto(address + PLAIN, wait_until="networkidle")
    page.add_style_tag(content="article li:nth-child(1) a { outline: none !important }")
    page.add_style_tag(content="article li:nth-child(2) a { opacity: 0 }")
    page.evaluate("""() => document.querySelector("article li:nth-child(3) a")
      .addEventListener("keydown", (event) => event.preventDefault())""")
    stops, wrong, end = walk(page)
    assert sorted(wrong.values()) == [["invisible"], ["no outline"]]
    assert end == stops[-1], "the trap was not seen"


def test_the_first_stop_skips_what_all_pages_share(new_page, address):  # noqa: F811
    page, _ = new_page(reduced_motion="reduce")
    page.goto(f"{address}derivations/squared_error/", wait_until="networkidle")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    assert skip.evaluate("(link) => link === document.activeElement")
    assert page.evaluate(STOP)["wrong"] == []
    page.keyboard.press("Enter")
    page.wait_for_url("**#*")
    page.keyboard.press("Tab")
    page.wait_for_function("() => document.activeElement.closest('article')")


@pytest.mark.parametrize("javascript", [True, False])
def test_the_drawer_opens_by_keyboard(new_page, address, javascript):  # noqa: F811
    narrow = {"width": 390, "height": HEIGHT}
    page, _ = new_page(viewport=narrow, reduced_motion="reduce", java_script_enabled=javascript)
    page.goto(f"{address}derivations/squared_error/", wait_until="load")
    link = page.locator(".md-sidebar--primary").get_by_role("link", name="The logistic unit")
    assert not link.is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "__drawer"
    page.keyboard.press("Space")
    link.wait_for(state="visible")
    assert page.get_by_role("checkbox", name="Navigation" if javascript else "Backprop by Hand").is_checked()


def test_without_javascript_the_focus_is_seen(new_page, address):  # noqa: F811
    page, _ = new_page(java_script_enabled=False, reduced_motion="reduce")
    page.goto(address)
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(STOP)["wrong"] == []


# ---- what scrolls within itself --------------------------------------------------------------------

SCROLLERS = r"""
() => {
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX)
    && element.scrollWidth > element.clientWidth + 1 && element.checkVisibility();
  const show = (elements) => elements.map((element) => element.outerHTML.slice(0, 120));
  const boxes = [...document.querySelectorAll(".md-content *")].filter(scrolls);
  const missed = boxes.filter((box) => box.tabIndex !== 0 || !box.ariaLabel || !box.role);
  const idle = [...document.querySelectorAll(".md-content [role=group][aria-label$='scrolls sideways']")]
    .filter((box) => !scrolls(box));
  return { names: boxes.map((box) => box.ariaLabel), missed: show(missed), idle: show(idle) };
}
"""
WITH_SCROLLERS = ["derivations/entropy/", "reference/softmax/"]


def scrollers(page):
    """Find what scrolls, and what is still amiss with it after many frames."""
    for _ in range(60):
        let_draw(page)
        found = page.evaluate(SCROLLERS)
        if found["missed"] == found["idle"] == []:
            break
    return found


@pytest.mark.parametrize("path", WITH_SCROLLERS)
def test_what_scrolls_is_a_stop_with_a_name_and_what_fits_is_none(new_page, address, path):  # noqa: F811
    page, _ = new_page()
    page.goto(address + path, wait_until="networkidle")
    unfold(page)
    names = {}
    for width in (320, 1280, 390):
        set_width(page, width)
        found = scrollers(page)
        assert (found["missed"], found["idle"]) == ([], []), width
        names[width] = found["names"]
    assert len(names[320]) > len(names[1280]), "nothing had to scroll"
    page.evaluate("""() => {
      const box = document.createElement("div");
      box.style.cssText = "overflow-x: auto; white-space: nowrap";
      box.textContent = "A box without a name. ".repeat(50);
      document.querySelector(".md-content__inner").append(box);
    }""")
    assert len(scrollers(page)["missed"]) == 1


def test_arrows_scroll_an_equation_that_has_the_focus(new_page, address):  # noqa: F811
    page, _ = new_page(viewport={"width": 320, "height": HEIGHT}, reduced_motion="reduce")
    page.goto(f"{address}derivations/entropy/", wait_until="networkidle")
    equations = "[...document.querySelectorAll('.eq-math')]"
    wide = page.evaluate(f"{equations}.findIndex((math) => math.scrollWidth > math.clientWidth + 1)")
    box = page.locator(".eq-math").nth(wide)
    box.scroll_into_view_if_needed()
    box.and_(page.locator("[tabindex='0']")).wait_for()
    assert re.fullmatch(r"Equation \([\d.]+\), scrolls sideways", box.get_attribute("aria-label"))
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.scrollLeft > 0")


# ---- larger letters, wider spaces, less motion, other colours --------------------------------------

SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }"""
# Words that go over the edge of a box that hides them. The title in the header is the page's first heading once more.
HIDDEN = r"""
() => [...document.querySelectorAll("body *")]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }) && element.innerText?.trim())
  .filter((element) => !element.closest("mjx-container, svg, .md-header__title, .md-search, .md-skip"))
  .filter((element) => {
    const { overflowX, overflowY, clipPath } = getComputedStyle(element);
    const hides = (overflow) => ["hidden", "clip"].includes(overflow);
    return clipPath === "none" && element.clientWidth > 1
      && ((hides(overflowX) && element.scrollWidth > element.clientWidth + 2)
        || (hides(overflowY) && element.scrollHeight > element.clientHeight + 4));
  })
  .map((element) => `${element.className}: ${element.innerText.trim().slice(0, 60)}`)
"""
LEGIBLE = ["", "derivations/gradient_check/", "reference/softmax/", "glossary/"]


def illegible(page):
    look = page.evaluate(LOOK)
    wide = look["width"] if look["width"][0] > look["width"][1] else []
    return [*wide, *look["numbers"], *look["cut"], *look["unreachable"], *look["spilled"], *page.evaluate(HIDDEN)]


@pytest.mark.parametrize("path", LEGIBLE)
def test_nothing_is_lost_with_letters_twice_as_large_or_wide_spaces(new_page, address, path):  # noqa: F811
    page, _ = new_page()
    page.goto(address + path)
    unfold(page)
    for width in (1280, 390):
        set_width(page, width)
        assert illegible(page) == [], width
    set_width(page, 1280)
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "40px"
    assert illegible(page) == [], "letters twice as large"
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    page.add_style_tag(content=SPACED)
    for width in (1280, 390):
        set_width(page, width)
        assert illegible(page) == [], f"wide spaces at {width}"
    page.add_style_tag(content=".md-content h1 { overflow: hidden; height: 1em; white-space: nowrap; width: 3em }")
    assert len(illegible(page)) == 1, "a heading that is cut is not seen"


MOTION = r"""
() => [...document.querySelectorAll("*")].flatMap((element) => [null, "::before", "::after"].flatMap((part) => {
  const style = getComputedStyle(element, part);
  const longest = (list) => Math.max(...list.split(",").map(parseFloat));
  const moves = longest(style.transitionDuration) > 0.01 || longest(style.transitionDelay) > 0.01
    || (style.animationName !== "none" && longest(style.animationDuration) > 0.01);
  return moves || style.scrollBehavior === "smooth" ? [`${element.localName}.${element.className}${part ?? ""}`] : [];
}))
"""


def test_nothing_moves_for_who_asks_for_less_motion(new_page, address):  # noqa: F811
    page, _ = new_page()
    page.goto(f"{address}reference/softmax/", wait_until="networkidle")
    assert page.evaluate(MOTION), "nothing moves, so this was not tested"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(MOTION) == []


FORCED = r"""
() => {
  const style = (selector) => getComputedStyle(document.querySelector(selector));
  const ground = style("body").backgroundColor;
  return {
    ground,
    border: style(".eq-definition").borderLeftColor,
    letters: [".eq-kind", ".eq-check > summary", ".eq-number", "mjx-math", ".eq-code"].map((name) => style(name).color),
    shadow: style(".eq-math").backgroundImage,
    picture: [style("figure svg").backgroundColor, style("figure svg text").fill],
  };
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_equations_and_pictures_are_seen_in_colours_the_system_chose(new_page, address, scheme):  # noqa: F811
    page, _ = new_page(forced_colors="active", color_scheme=scheme)
    page.goto(f"{address}derivations/gradient_check/")
    forced = page.evaluate(FORCED)
    assert forced["border"] != forced["ground"]
    assert forced["ground"] not in forced["letters"]
    assert "gradient" not in forced["shadow"]
    assert forced["picture"][0] != forced["picture"][1]
    assert forced["picture"][0] != "rgba(0, 0, 0, 0)"
