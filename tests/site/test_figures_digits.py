"""The pictures of lost digits are true: each line, and each number in words, is that of the benchmarks' record."""

import copy
import json
import re
from math import log10
from xml.etree import ElementTree

import numpy as np
import pytest
from figures import ROOT, SVG, words

CURVES = json.loads((ROOT / "benchmarks/results.json").read_text(encoding="utf-8"))["curves"]
PICTURES = {
    "digits_softmax": ["softmax"],
    "digits_log_softmax": ["log_softmax", "cross_entropy"],
    "digits_gradient": ["cross_entropy_gradient", "softmax_vjp"],
    "digits_sigmoid": ["sigmoid"],
    "digits_slopes": ["sigmoid_derivative", "tanh_derivative"],
    "digits_softplus": ["softplus"],
}
WIDTHS = {"7": "textbook", "4": "scipy", "1.2": "torch", "2.5": "ours"}  # of the lines
LEFT, TOP, PITCH, WIDTH, HEIGHT = 58, 72, 286, 402, 196  # of the panels, in pixels
CASES = [(stem, place, name) for stem, names in PICTURES.items() for place, name in enumerate(names)]
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def lines_of(figures, stem, place):
    """Return the line of each contender in a panel, by its width: its points, in pixels."""
    top = TOP + place * PITCH
    found = {}
    for path in ElementTree.parse(figures / f"{stem}.svg").getroot().iter(SVG + "path"):
        width = re.search(r"stroke-width: ([\d.]+)", path.get("style", ""))
        points = np.array(re.findall(r"-?\d+(?:\.\d+)?", path.get("d")), float).reshape(-1, 2)
        if width and width[1] in WIDTHS and len(points) > 2 and top <= points[0, 1] <= top + HEIGHT:
            found[WIDTHS[width[1]]] = points
    return found


def position(x, ulp, curve):
    """Say where in a panel a number of the record belongs, from its top left."""
    decade = log10(1e18 if ulp is None else max(ulp, 0.1))
    right = WIDTH * (x - curve["x"][0]) / (curve["x"][-1] - curve["x"][0])
    return right, HEIGHT * (log10(2e18) - decade) / (log10(2e18) - log10(0.05))


def differences(lines, place, curve):
    """Name the contenders whose line is not the record's, and those who are in one of the two only."""
    wrong = set(lines) ^ (set(curve["ulp"]) & set(WIDTHS.values()))
    for who in set(lines) - wrong:
        expected = [position(x, ulp, curve) for x, ulp in zip(curve["x"], curve["ulp"][who], strict=True)]
        points = lines[who] - (LEFT, TOP + place * PITCH)
        if points.shape != np.shape(expected) or abs(points - expected).max() > 0.02:
            wrong.add(who)
    return sorted(wrong)


@pytest.mark.parametrize(("stem", "place", "name"), CASES)
def test_each_line_is_that_of_the_record(figures, stem, place, name):
    assert differences(lines_of(figures, stem, place), place, CURVES[name]) == []


@pytest.mark.parametrize(("stem", "place", "name"), CASES)
def test_a_wrong_point_and_a_missing_contender_are_found(figures, stem, place, name):
    lines = lines_of(figures, stem, place)
    wrong = copy.deepcopy(CURVES[name])
    wrong["ulp"]["ours"][7] = 10 * max(wrong["ulp"]["ours"][7], 0.1)
    assert differences(lines, place, wrong) == ["ours"]
    del wrong["ulp"]["ours"]
    assert differences(lines, place, wrong) == ["ours"]


def told(description):
    """Read the worst errors out of a description."""
    found = []
    for sentence in re.findall(r"the worst errors are: (.*?)\. ", description):
        errors = {}
        for who, value, power, x in re.findall(r"(\w+) ([\d.]+|infinite)(?:·10([⁰-⁹¹²³]+))? at (−?[\d.]+)", sentence):
            exponent = int("".join(str(SUPERSCRIPTS.index(digit)) for digit in power) or 0)
            ulp = float("inf") if value == "infinite" else float(value) * 10.0**exponent
            errors[who] = (ulp, float(x.replace("−", "-")))
        found.append(errors)
    return found


@pytest.mark.parametrize("stem", PICTURES)
def test_the_description_gives_the_worst_errors_of_the_record(figures, stem):
    (title,), (description,) = words(figures, stem, "title"), words(figures, stem, "desc")
    assert title.startswith("The error of ")
    panels_told = told(description)
    assert len(panels_told) == len(PICTURES[stem])
    for name, errors in zip(PICTURES[stem], panels_told, strict=True):
        curve = CURVES[name]
        assert set(errors) == set(curve["ulp"]) & set(WIDTHS.values())
        for who, (ulp, x) in errors.items():
            values = [float("inf") if value is None else value for value in curve["ulp"][who]]
            assert ulp == pytest.approx(max(values), rel=0.05)
            assert x == pytest.approx(curve["x"][values.index(max(values))])


@pytest.mark.parametrize("stem", PICTURES)
def test_each_contender_is_named_once(figures, stem):
    texts = words(figures, stem)
    present = {who for name in PICTURES[stem] for who in CURVES[name]["ulp"]}
    assert {who: texts.count(who) for who in WIDTHS.values()} == {who: int(who in present) for who in WIDTHS.values()}
