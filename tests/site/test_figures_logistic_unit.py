"""The pictures of the logistic unit are true."""

import re
from itertools import product
from math import exp

from figures import decimals, printed, words


def unit(bias, *terms):
    return 1 / (1 + exp(-bias - sum(terms)))


def answers(A, B):
    """Ask the three units of XNOR, in plain arithmetic."""
    both, neither = unit(-30, 20 * A, 20 * B), unit(10, -20 * A, -20 * B)
    return both, neither, unit(-10, 20 * both, 20 * neither)


def test_logistic_unit_adds_up(figures):
    texts = words(figures, "logistic_unit")
    weights = [int(text.replace("−", "-")) for text in texts if re.fullmatch(r"−?\d\d", text)]
    assert weights == [-30, 20, 20]
    assert f"z = {sum(weights)}" in texts
    assert decimals(texts, 5) == printed([unit(*weights)], 5)
    (description,) = words(figures, "logistic_unit", "desc")
    h = printed([unit(10)], 5)[0]
    assert f"weights are −30, 20, 20. The unit adds up to z = 10, and the sigmoid makes h = {h} of it." in description


def test_xnor_network_bears_its_weights_on_its_edges(figures):
    texts = words(figures, "xnor_network")
    weights = [text for text in texts if re.fullmatch(r"−?\d\d", text)]
    assert weights == ["−30", "20", "20", "10", "−20", "−20", "−10", "20", "20"]
    assert [texts.count(name) for name in ("and", "nor", "or", "xnor")] == [2, 2, 1, 1]


def test_xnor_network_has_the_answers_of_its_weights(figures):
    rows = [answers(A, B) for A, B in product((0, 1), repeat=2)]
    assert decimals(words(figures, "xnor_network"), 6) == printed([answer for row in rows for answer in row], 6)
    (description,) = words(figures, "xnor_network", "desc")
    for (A, B), row in zip(product((0, 1), repeat=2), rows, strict=True):
        both, neither, equal = printed(row, 6)
        assert f"for A = {A}, B = {B}: and {both}, nor {neither}, xnor {equal}" in description
