"""The pictures of the deep network are true."""

import random
import re
from math import log10, sqrt

from figures import words


def test_deep_network_has_the_shapes_of_the_book(figures):
    (description,) = words(figures, "deep_network", "desc")
    assert dict(re.findall(r"(\S+) is (\w by \w)", description)) == {
        "W1": "D by I",
        "W2": "I by J",
        "W3": "J by K",
        "X": "N by D",
        "A1": "N by I",
        "A2": "N by J",
        "P": "N by K",
        "Δ1": "N by I",
        "Δ2": "N by J",
        "Δ3": "N by K",
    }
    drawn = [text for text in words(figures, "deep_network") if "×" in text]
    assert sorted(drawn) == sorted(shape.replace(" by ", "×") for shape in re.findall(r"\w by \w", description))


def told(figures):
    """Read the exponents out of the description: activations first and last, gradients last and first."""
    (description,) = words(figures, "deep_initialisation", "desc")
    number = r"(\d\.\d)(?: times ten to the −(\d))?"
    line = rf"{number} to {number}, gradients from {number} back to {number}"
    found = re.findall(rf"(deviation 0\.05|Glorot|He), activations from {line}", description)
    return {
        name: [log10(float(digits)) - int(power or 0) for digits, power in zip(rest[::2], rest[1::2], strict=True)]
        for name, *rest in found
    }


def test_deep_initialisation_shrinks_by_the_factors_of_the_page(figures):
    """The derivation's factor for each layer, the root of M v / 2, within the scatter of one network."""
    exponents = told(figures)
    for name, v in {"deviation 0.05": 0.05**2, "Glorot": 2 / 512, "He": 2 / 256}.items():
        factor = log10(sqrt(256 * v / 2))
        first, last, end, start = exponents[name]
        assert abs(first - factor) < 0.1, name
        assert abs(last - 19 * factor) < 0.35, name
        assert abs(start - end - 19 * factor) < 0.35, name


def test_deep_initialisation_names_its_lines(figures):
    texts = words(figures, "deep_initialisation")
    assert [text for text in texts if text in told(figures)] == list(told(figures))
    assert {"1", "10⁻²", "10⁻⁴", "10⁻³", "10⁻⁹"} <= set(texts)


def test_a_network_in_plain_arithmetic_shrinks_like_the_picture(figures):
    """Glorot's variance behind a ReLU halves the mean square in each layer, without numpy and without byhand."""
    rng = random.Random(1)
    units, layers = 60, 8
    r = sqrt(6 / (2 * units))
    a = [rng.gauss(0, 1) for _ in range(units)]
    before = sum(x * x for x in a)
    for _ in range(layers):
        a = [max(0.0, sum(x * rng.uniform(-r, r) for x in a)) for _ in range(units)]
    for_each_layer = log10(sum(x * x for x in a) / before) / layers / 2
    first, last, _, _ = told(figures)["Glorot"]
    assert abs((last - first) / 18 - for_each_layer) < 0.08
