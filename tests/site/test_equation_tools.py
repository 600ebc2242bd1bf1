"""What a reader can take from an equation: its TeX, its link, its citation, a look at it from elsewhere."""

import json
import re
from collections import Counter

import pytest
from bibtex import read_bibtex
from built import ROOT
from server import SUB_PATH, serve
from test_equations import BOOK, EQUATIONS, public_functions

SOFTMAX = "derivations/softmax/"
CHAIN = "softmax-cold-bound"  # three lines
TESTS = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("byhand", "practice")
    for path in sorted((ROOT / "tests" / folder).glob("test_*.py"))
)


@pytest.fixture(scope="module")
def boxes(pages):
    """The boxes of equations on each page."""
    return {name: page.find_all("div", class_="eq") for name, page in pages.items()}


@pytest.fixture(scope="module")
def box_of(boxes):
    """The box of each numbered equation, by its anchor."""
    numbered = [box for page in boxes.values() for box in page if "eq-citation" not in box["class"]]
    return {box.find("a", class_="eq-number")["id"]: box for box in numbered}


@pytest.fixture(scope="module")
def citations(boxes):
    """The repeated equations: the page that has each, its box, the id of the equation."""
    return [
        (name, box, box.find("a", href=re.compile("#eq-"))["href"].partition("#eq-")[2])
        for name, page in boxes.items()
        for box in page
        if "eq-citation" in box["class"]
    ]


# ---- what the Markdown extension gives the script --------------------------------------------------


def test_each_equation_has_its_tex_to_the_letter(box_of):
    assert [e.id for e in EQUATIONS if box_of[e.anchor].get("data-tex") != e.tex] == []
    source = (ROOT / "docs/derivations/softmax.md").read_text(encoding="utf-8")
    fence = re.search(rf'^```math id="{CHAIN}".*\n((?:.*\n)*?)```$', source, re.MULTILINE)
    assert box_of[f"eq-{CHAIN}"]["data-tex"] == fence[1].strip()


def test_each_repeated_equation_has_its_tex(citations, boxes):
    assert [(n, id) for n, box, id in citations if box["data-tex"].split() != BOOK.equations[id].tex.split()] == []
    assert len(citations) > 100
    assert all("data-tex" in box.attrs for page in boxes.values() for box in page)


def test_each_line_of_a_chain_has_an_anchor(box_of):
    """MathJax counts the lines a second time."""
    wrong, chains = [], 0
    for equation in EQUATIONS:
        box = box_of[equation.anchor]
        table = box.select_one(".eq-math math > mtable")
        lines = len(table.find_all("mtr", recursive=False)) if table else 0
        expected = [f"{equation.anchor}.{line}" for line in range(1, lines + 1)] if lines > 1 else []
        found = [anchor["id"] for anchor in box.select(".eq-steps > span")]
        chains += bool(found)
        if found != expected:
            wrong.append((equation.id, found, expected))
    assert wrong == []
    assert chains > 80


def test_no_id_is_given_twice(pages):
    for name, page in pages.items():
        times = Counter(tag["id"] for tag in page.find_all(id=re.compile("^eq-")))
        assert [id for id, count in times.items() if count > 1] == [], name
    assert not any("." in id for id in BOOK.equations)


def test_each_badge_has_the_permanent_name_and_search_finds_it(box_of, site):
    for equation in EQUATIONS:
        check = box_of[equation.anchor].find("details", class_="eq-check")
        assert f"Permanent name: {equation.anchor}" in [p.get_text() for p in check.find_all("p")]
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    words = set(re.findall(r"[\w-]+", " ".join(entry["text"] for entry in index["docs"])))
    assert [equation.id for equation in EQUATIONS if equation.anchor not in words] == []


def named_after(id):
    name = id.replace("-", "_")
    return set(re.findall(rf"^ *def (test_(?:eq|mistake)_{name}(?:__\w+)?)\(", TESTS, re.MULTILINE))


def test_each_function_shows_its_equations_and_the_tests_that_name_them(citations):
    shown = {id(box): [code.get_text() for code in box.select(".eq-tests code")] for _, box, _ in citations}
    for name, box, cited in citations:
        assert set(shown[id(box)]) == named_after(cited), f"{name}: {cited}"
    told = {
        heading["id"]
        for name, box, _ in citations
        if name.startswith("reference/") and shown[id(box)]
        for heading in box.find_parent(class_="doc-object").find_all(id=True, recursive=False)
    }
    assert public_functions() - told == set()


# ---- the panel ------------------------------------------------------------------------------------


@pytest.fixture
def open_page(browser, address):
    """Open pages whose clipboard can be read and whose clock is ours."""
    contexts = []

    def open_page(path, base=address, **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 844}} | options)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        page = context.new_page()
        page.wrong = []
        page.on("console", lambda message: page.wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.clock.install()
        page.goto(base + path)
        return page

    yield open_page
    for context in contexts:
        for page in context.pages:
            assert page.wrong == []
        context.close()


def button_of(page, id):
    return page.locator(f'.eq:has(> [id="eq-{id}"]) .eq-open')


def panel(page):
    return page.locator(".eq-panel:popover-open")


def copied(page, name):
    button = panel(page).get_by_role("button", name=name, exact=True)
    button.click()
    panel(page).locator('[data-copied="yes"]').filter(has_text=re.compile(name.split(", ")[-1])).wait_for()
    return page.evaluate("navigator.clipboard.readText()")


def test_every_equation_has_one_button_with_a_name_of_its_own(open_page):
    page = open_page(SOFTMAX)
    boxes = page.locator(".eq[data-tex]")
    names = page.locator(".eq .eq-open").evaluate_all("all => all.map((button) => button.ariaLabel)")
    numbers = [e.number for e in EQUATIONS if e.page == "derivations/softmax.md"]
    assert names == [f"Copy or cite equation {number}" for number in numbers]
    assert boxes.count() == len(numbers)


def test_the_buttons_move_nothing(open_page):
    page = open_page(SOFTMAX)
    heights = "() => [...document.querySelectorAll('.eq')].map((box) => box.getBoundingClientRect().height)"
    before = page.evaluate(heights)
    page.evaluate("for (const button of document.querySelectorAll('.eq-open')) button.remove()")
    assert page.evaluate(heights) == before


@pytest.mark.parametrize("id", ["softmax", CHAIN, "softmax-jacobian-matrix"])
def test_the_tex_is_copied_to_the_letter(open_page, id):
    page = open_page(SOFTMAX)
    button_of(page, id).click()
    assert copied(page, "Copy TeX") == BOOK.equations[id].tex


def test_the_panel_is_worked_by_keys_alone(open_page):
    page = open_page(SOFTMAX)
    button_of(page, CHAIN).focus()
    page.keyboard.press("Enter")
    panel(page).wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    panel(page).locator('[data-copied="yes"]').wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == BOOK.equations[CHAIN].tex
    page.keyboard.press("Escape")
    panel(page).wait_for(state="hidden")
    assert button_of(page, CHAIN).evaluate("button => button === document.activeElement")
    page.keyboard.press("Space")
    panel(page).wait_for()
    for _ in range(7):  # over TeX, link, three citations and the choice of a line, and out
        page.keyboard.press("Tab")
    panel(page).wait_for(state="hidden")
    assert not button_of(page, CHAIN).evaluate("button => button === document.activeElement"), "the focus is trapped"


def test_one_panel_is_open_at_a_time_and_its_button_closes_it(open_page):
    page = open_page(SOFTMAX)
    first, second = button_of(page, "softmax"), button_of(page, "softmax-shift")
    first.click()
    assert panel(page).get_attribute("aria-label") == "Copy or cite equation 1"
    second.click()
    assert panel(page).count() == 1
    assert panel(page).get_attribute("aria-label") == "Copy or cite equation 5"
    second.click()
    assert panel(page).count() == 0
    second.click()
    assert panel(page).count() == 1
    page.locator("h1").click()
    assert panel(page).count() == 0


@pytest.mark.parametrize("line", [0, 2])
def test_the_link_and_the_citations_of_an_equation_or_a_line(open_page, address, line):
    page = open_page(f"{SOFTMAX}?h=softmax#eq-softmax")
    button_of(page, CHAIN).click()
    panel(page).get_by_role("combobox").select_option(str(line or ""))
    name = CHAIN + (f".{line}" if line else "")
    number = f"{BOOK.equations[CHAIN].number}" + (f", line {line}" if line else "")
    link = f"{address}{SOFTMAX}#eq-{name}"
    assert copied(page, "Copy link") == link
    entry = read_bibtex(copied(page, "Copy citation, BibTeX"))
    assert entry.fields["url"] == link
    assert entry.fields["title"] == f"{{Equation {number} ({name}), in Softmax and its Jacobian}}"
    assert entry.key == f"backprop-by-hand-derivations-softmax-eq-{name}"
    apa = copied(page, "Copy citation, APA")
    assert f"). Equation {number} ({name}). In Softmax and its Jacobian (Version " in apa
    assert apa.endswith(f" {link}")
    plain = copied(page, "Copy citation, plain link")
    assert plain.startswith(f"Equation {number} ({name}), Softmax and its Jacobian, Backprop by Hand, version ")
    assert plain.endswith(f", {link}")
    page.goto(link)
    assert page.locator(":target").get_attribute("id") == f"eq-{name}"


def test_a_function_s_equation_gives_its_tex_and_the_equation_s_link(open_page, address):
    page = open_page("reference/softmax/")
    page.locator(".eq-citation .eq-open").first.click()
    assert copied(page, "Copy TeX") == BOOK.equations["softmax"].tex
    assert copied(page, "Copy link") == f"{address}{SOFTMAX}#eq-softmax"
    assert panel(page).get_by_role("button").count() == 2


@pytest.mark.parametrize("width", [1280, 320])
def test_the_panel_is_in_view_wherever_its_equation_stands(open_page, width):
    page = open_page(SOFTMAX, viewport={"width": width, "height": 500})
    for top in (60, 250, 430):
        button = button_of(page, CHAIN)
        button.evaluate("(button, top) => scrollBy(0, button.getBoundingClientRect().top - top)", top)
        button.focus()
        page.keyboard.press("Enter")
        panel(page).wait_for()
        box = panel(page).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 500
        page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_a_script_there_is_no_button(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}{SOFTMAX}#eq-{CHAIN}.2")
    assert page.locator(".md-content .eq button, .eq-panel, .eq-preview").count() == 0
    lit = page.locator(f'.eq:has([id="eq-{CHAIN}.2"]) mjx-itable > mjx-mtr')
    assert lit.nth(1).evaluate("row => getComputedStyle(row).backgroundColor") != "rgba(0, 0, 0, 0)"
    context.close()


LANDED = r"""
(id) => {
  const anchor = document.getElementById(id);
  const line = [...anchor.parentElement.children].indexOf(anchor);
  const rows = [...anchor.closest(".eq").querySelectorAll("mjx-math > mjx-mtable > mjx-table > * > mjx-mtr")];
  const box = (element) => element.getBoundingClientRect();
  const middle = (box(anchor).top + box(anchor).bottom) / 2;
  const inside = rows.findIndex((row) => middle >= box(row).top - 1 && middle <= box(row).bottom + 1);
  return {
    away: Math.abs(inside - line),
    lit: rows.flatMap((row, n) => (getComputedStyle(row).backgroundColor === "rgba(0, 0, 0, 0)" ? [] : [n - line])),
    top: box(rows[line]).top - box(document.querySelector(".md-header")).bottom,
    bottom: innerHeight - box(rows[line]).bottom,
  };
}
"""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", [SOFTMAX, "derivations/cross_entropy/"])
def test_a_link_to_a_line_leads_to_it_and_lights_it_alone(open_page, path, width):
    page = open_page(path, viewport={"width": width, "height": 844})
    ids = page.locator(".eq-steps > span").evaluate_all("all => all.map((anchor) => anchor.id)")
    assert len(ids) > 15
    for id in ids:
        page.evaluate("(id) => { location.hash = id; }", id)
        landed = page.evaluate(LANDED, id)
        if page.locator(f'details:not([open]) [id="{id}"]').count() == 0:
            assert landed["away"] <= 1, id
            assert landed["top"] >= 0, id
            assert landed["bottom"] >= 0, id
        assert landed["lit"] == [0], id


# ---- the preview ----------------------------------------------------------------------------------


POINTER_OVER = """(element, pointerType) =>
  element.dispatchEvent(new PointerEvent("pointerover", { bubbles: true, pointerType }))"""


def card(page):
    return page.locator("#eq-preview:popover-open")


def point_at(page, selector):
    """Bring a reference into view, its equation out of it, and the pointer on it."""
    link = page.locator(selector).last
    link.scroll_into_view_if_needed()
    link.hover()
    page.clock.run_for(200)
    card(page).wait_for()
    return link


def test_a_reference_shows_its_equation_to_the_pointer(open_page):
    page = open_page(SOFTMAX)
    link = point_at(page, '.md-content p > a[href="#eq-softmax"]')
    assert card(page).inner_text().startswith("Definition: Equation (1)")
    assert link.get_attribute("aria-describedby") == "eq-preview"
    assert card(page).locator("a, button, input, [tabindex]").count() == 0
    ids = page.locator("[id]").evaluate_all("all => all.map((element) => element.id)")
    assert len(ids) == len(set(ids))
    # The pointer may go into it, where it stays, and out of both, when it goes.
    card(page).hover()
    page.clock.run_for(2000)
    assert card(page).count() == 1
    page.locator(".md-header").hover()
    page.clock.run_for(1000)
    card(page).wait_for(state="hidden")
    assert link.get_attribute("aria-describedby") is None


def test_escape_puts_it_away_until_the_pointer_comes_again(open_page):
    page = open_page(SOFTMAX)
    link = point_at(page, '.md-content p > a[href="#eq-softmax"]')
    page.keyboard.press("Escape")
    card(page).wait_for(state="hidden")
    link.locator(".eq-reference").evaluate(POINTER_OVER, "mouse")  # on to another part of the same link
    page.clock.run_for(1000)
    assert card(page).count() == 0
    page.locator(".md-header").hover()
    link.hover()
    page.clock.run_for(1000)
    card(page).wait_for()


def test_the_focus_shows_it_too(open_page):
    page = open_page(SOFTMAX)
    link = page.locator('.md-content p > a[href="#eq-softmax"]').last
    link.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.clock.run_for(10)
    card(page).wait_for()
    page.clock.run_for(5000)
    assert card(page).count() == 1
    page.evaluate("document.activeElement.blur()")
    page.clock.run_for(1000)
    card(page).wait_for(state="hidden")


FORMULA = r"""
(math) => {
  const fonts = [...math.querySelectorAll("mjx-c")].map((letter) => getComputedStyle(letter).fontFamily);
  const { width, height } = math.getBoundingClientRect();
  return { size: [Math.round(width), Math.round(height)], text: math.textContent, fonts };
}
"""


@pytest.mark.parametrize("base", ["/", SUB_PATH])
def test_an_equation_of_another_page_is_fetched_and_set_as_it_is_there(open_page, site, base):
    with serve(site, base) as address:
        page = open_page("derivations/cross_entropy/", address)
        asked = []
        page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/") else None)
        link = point_at(page, '.md-content p > a[href^="../softmax/#eq-"]')
        assert asked == [f"{address}{SOFTMAX}"]
        assert "of Softmax and its Jacobian" in card(page).inner_text()
        id = link.evaluate("link => link.hash.slice(1)")
        shown = card(page).locator("mjx-math").evaluate(FORMULA)
        page.goto(address + SOFTMAX)
        there = page.locator(f'.eq:has(> [id="{id}"]) > .eq-math mjx-math').evaluate(FORMULA)
        assert shown == there
        assert there["fonts"]


def test_an_equation_in_view_is_not_shown_again_and_touch_shows_none(open_page):
    page = open_page(f"{SOFTMAX}#eq-softmax-ratio", has_touch=True)
    link = page.locator('.md-content p > a[href="#eq-softmax"]').last
    link.scroll_into_view_if_needed()
    link.evaluate(POINTER_OVER, "touch")
    page.clock.run_for(1000)
    assert card(page).count() == 0
    link.evaluate(POINTER_OVER, "mouse")
    page.clock.run_for(1000)
    card(page).wait_for()
    page.keyboard.press("Escape")
    page.evaluate(
        """() => {
          const link = document.createElement("a");
          link.id = "planted";
          link.href = "#eq-softmax";
          link.textContent = "planted";
          document.querySelector("#eq-softmax").parentElement.after(link);
          link.scrollIntoView({ block: "center" });
        }"""
    )
    page.locator("#planted").evaluate(POINTER_OVER, "mouse")
    page.clock.run_for(1000)
    assert card(page).count() == 0


def test_a_mistake_is_called_wrong_in_its_preview(open_page):
    mistake = next(e for e in EQUATIONS if e.kind == "mistake" and e.page == "derivations/softmax.md")
    page = open_page("mistakes/")
    point_at(page, f'.md-content a[href$="#{mistake.anchor}"]')
    assert card(page).inner_text().startswith("Wrong: Equation (")
