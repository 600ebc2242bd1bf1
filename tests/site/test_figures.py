"""The pictures of the book: safe to inline into a page, and the same on every run."""

import re
from xml.etree import ElementTree

import pytest
from figures import STEMS, SVG, draw

COLOURS = {"ink", "faint", "ground", "1", "2", "3"}


@pytest.fixture(params=STEMS)
def source(request, figures):
    return (figures / f"{request.param}.svg").read_text(encoding="utf-8")


def test_it_draws_the_figures_of_the_book_and_nothing_else(figures):
    assert sorted(path.name for path in figures.iterdir()) == [f"{stem}.svg" for stem in STEMS]


def test_a_second_run_gives_the_same_bytes(figures, tmp_path):
    draw(tmp_path, hash_seed="2")
    for stem in STEMS:
        assert (tmp_path / f"{stem}.svg").read_bytes() == (figures / f"{stem}.svg").read_bytes()


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


def test_no_two_figures_share_an_id(figures):
    ids = [
        name for stem in STEMS for name in re.findall(r' id="([^"]*)"', (figures / f"{stem}.svg").read_text("utf-8"))
    ]
    assert len(ids) >= 2 * len(STEMS)
    assert len(ids) == len(set(ids))
