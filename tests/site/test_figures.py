"""The pictures of the book: safe to inline into a page, the same on every run, and true."""

import os
import re
import subprocess
import sys
from math import exp, log
from pathlib import Path
from xml.etree import ElementTree

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "figures"
STEMS = ("backpropagation", "cross_entropy", "home", "network_loss", "softmax_jacobian", "softmax_temperature")
SVG = "{http://www.w3.org/2000/svg}"
COLOURS = {"ink", "faint", "ground", "1", "2", "3"}

# The book's example by plain arithmetic: z = [3, 1, −3], and class 2 is the true one.
Z = (3, 1, -3)
Y = (0, 1, 0)
P = [exp(z) / sum(map(exp, Z)) for z in Z]


def draw(folder: Path, hash_seed: str) -> str:
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONWARNINGS": "error"}
    command = [sys.executable, str(TOOL), str(folder)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    printed = draw(folder, hash_seed="1")
    assert printed.count("\n") == 1
    assert printed.startswith(f"{len(STEMS)} figures ")
    return folder


@pytest.fixture(params=STEMS)
def source(request, folder):
    return (folder / f"{request.param}.svg").read_text(encoding="utf-8")


def words(folder, stem, tag="text"):
    """Return each text of a figure, in the order in which it is drawn."""
    root = ElementTree.parse(folder / f"{stem}.svg").getroot()
    return ["".join(text.itertext()) for text in root.iter(SVG + tag)]


def decimals(texts, places):
    """Return the numbers with so many decimals in some texts, as they are printed."""
    return re.findall(rf"[+−]?\d\.\d{{{places}}}(?!\d)", "\n".join(texts))


def printed(values, places, sign=""):
    return [format(value, f"{sign}.{places}f").replace("-", "−") for value in values]


def test_it_draws_the_figures_of_the_book_and_nothing_else(folder):
    assert sorted(path.name for path in folder.iterdir()) == [f"{stem}.svg" for stem in STEMS]


def test_a_second_run_gives_the_same_bytes(folder, tmp_path):
    draw(tmp_path, hash_seed="2")
    for stem in STEMS:
        assert (tmp_path / f"{stem}.svg").read_bytes() == (folder / f"{stem}.svg").read_bytes()


def test_it_is_one_element_on_one_line(source):
    assert re.fullmatch(r"<svg [^\n]*</svg>\n", source)
    assert "<!" not in source
    root = ElementTree.fromstring(source)
    assert not [value for element in root.iter() for value in element.attrib.values() if re.search(r"\.\d{3}", value)]
    assert not [element.tag for element in root.iter() if element.tag in (f"{SVG}style", f"{SVG}metadata")]


def test_it_scales_with_the_page(source):
    root = ElementTree.fromstring(source)
    assert "width" not in root.attrib
    assert "height" not in root.attrib
    _, _, width, _ = map(float, root.get("viewBox").split())
    assert f"max-width: {width:g}px; width: 100%; height: auto" in root.get("style")
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", source)]
    assert min(sizes) >= 11
    assert min(sizes) * 350 / width >= 9
    assert len(sizes) == len(list(root.iter(f"{SVG}text")))


def test_it_says_in_words_what_it_shows(source):
    root = ElementTree.fromstring(source)
    assert root.get("role") == "img"
    named = {element.get("id"): element for element in root}
    title, description = (named[name] for name in root.get("aria-labelledby").split())
    assert (title.tag, description.tag) == (f"{SVG}title", f"{SVG}desc")
    assert len(title.text) > 10
    assert len(description.text) > 100
    assert "*" not in source, "emphasis that was not set"


def test_its_colours_and_its_font_are_those_of_the_page(source):
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", source)
    assert "rgb" not in source
    assert set(re.findall(r"var\(--fig-(\w+)\)", source)) <= COLOURS
    root = ElementTree.fromstring(source)
    for element in root.iter():
        assert not [name for name in element.attrib if name in ("fill", "stroke", "font-family")]
        assert not [name for name, value in element.attrib.items() if "var(" in value and name != "style"]
        paints = re.findall(r"(?:fill|stroke): ([^;]*)", element.get("style", ""))
        assert all(re.fullmatch(r"none|var\(--fig-\w+\)", paint) for paint in paints)
        if element.tag == f"{SVG}text":
            assert "fill: var(" in element.get("style")
    assert set(re.findall(r"font-family: ([^;\"]*)", source)) <= {"monospace"}


def test_it_asks_no_other_host(source):
    declarations = re.compile(r'xmlns(:xlink)?="http://www\.w3\.org/(2000/svg|1999/xlink)"')
    assert "http" not in declarations.sub("", source)
    assert "url(" not in source
    ids = set(re.findall(r' id="([^"]*)"', source))
    assert {target.removeprefix("#") for target in re.findall(r'href="([^"]*)"', source)} <= ids


def test_no_two_figures_share_an_id(folder):
    ids = [name for stem in STEMS for name in re.findall(r' id="([^"]*)"', (folder / f"{stem}.svg").read_text("utf-8"))]
    assert len(ids) >= 2 * len(STEMS)
    assert len(ids) == len(set(ids))


def test_home_prints_the_gradient_three_times_and_calls_it_equal(folder):
    gradient = printed([p - y for p, y in zip(P, Y, strict=True)], 6)
    texts = words(folder, "home")
    assert [text for text in texts if text in gradient] == gradient * 3
    assert [text for text in texts if text.endswith(" =")] == [
        f"{p} − {y} =" for p, y in zip(printed(P, 6), Y, strict=True)
    ]
    assert texts.count("=") == 3
    assert "≠" not in texts
    assert decimals(words(folder, "home", "desc"), 6) == gradient * 3


def test_softmax_temperature_is_true(folder):
    expected = []
    for tau in (0.5, 1, 2, 10):
        powers = [exp(z / tau) for z in Z]
        expected += printed([power / sum(powers) for power in powers], 3)
    assert decimals(words(folder, "softmax_temperature"), 3) == expected
    assert decimals(words(folder, "softmax_temperature", "desc"), 3) == expected


def test_softmax_jacobian_is_true(folder):
    rows = [[P[i] * ((i == j) - P[j]) for j in range(3)] for i in range(3)]
    cells = printed([value for row in rows for value in row], 5, sign="+")
    texts = words(folder, "softmax_jacobian")
    assert [text for text in texts if re.fullmatch(r"[+−]\d\.\d{5}", text)] == cells
    assert texts.count("0.00000") == 3
    assert decimals(words(folder, "softmax_jacobian", "desc"), 5) == cells


def test_cross_entropy_is_true(folder):
    p, losses = printed(P, 3), printed([-log(value) for value in P], 3)
    gradient = printed([p - y for p, y in zip(P, Y, strict=True)], 3)
    bars = [number for pair in zip(p, gradient, strict=True) for number in pair]
    assert decimals(words(folder, "cross_entropy"), 6) == printed(P, 6)
    assert decimals(words(folder, "cross_entropy"), 3) == losses + bars
    (description,) = words(folder, "cross_entropy", "desc")
    assert decimals([description], 6) == printed(P, 6)
    assert decimals([description], 3) == losses + p + gradient
    assert "y is 0, 1, 0" in description


def test_backpropagation_has_the_shapes_of_the_book(folder):
    (description,) = words(folder, "backpropagation", "desc")
    assert dict(re.findall(r"(\S+) is (\w by \w|scalar)", description)) == {
        "X": "N by D",
        "Z₁": "N by H",
        "A₁": "N by H",
        "Z₂": "N by K",
        "P": "N by K",
        "L": "scalar",
        "Δ₂": "N by K",
        "dW₂": "H by K",
        "db₂": "1 by K",
        "dA₁": "N by H",
        "Δ₁": "N by H",
        "dW₁": "D by H",
        "db₁": "1 by H",
    }
    texts = words(folder, "backpropagation")
    assert sorted(text for text in texts if "×" in text) == sorted(
        shape.replace(" by ", "×") for shape in re.findall(r"\w by \w", description)
    )


def test_network_loss_goes_down_for_each_activation(folder):
    legend = re.findall(r"(\w+): (\d\.\d{3}) → (\d\.\d{3})", "\n".join(words(folder, "network_loss")))
    assert [name for name, _, _ in legend] == ["sigmoid", "tanh", "relu"]
    for name, first, last in legend:
        assert float(last) < 0.2 < float(first)
        assert f"{name} from {first} to {last}" in words(folder, "network_loss", "desc")[0]
