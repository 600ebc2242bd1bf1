"""The pictures of softmax are true."""

import re
from math import exp

from figures import P, Y, Z, decimals, printed, words


def test_softmax_temperature_is_true(figures):
    expected = []
    for tau in (0.5, 1, 2, 10):
        powers = [exp(z / tau) for z in Z]
        expected += printed([power / sum(powers) for power in powers], 3)
    assert decimals(words(figures, "softmax_temperature"), 3) == expected
    assert decimals(words(figures, "softmax_temperature", "desc"), 3) == expected


def test_softmax_jacobian_is_true(figures):
    rows = [[P[i] * ((i == j) - P[j]) for j in range(3)] for i in range(3)]
    cells = printed([value for row in rows for value in row], 5, sign="+")
    texts = words(figures, "softmax_jacobian")
    assert [text for text in texts if re.fullmatch(r"[+−]\d\.\d{5}", text)] == cells
    assert texts.count("0.00000") == 3
    assert decimals(words(figures, "softmax_jacobian", "desc"), 5) == cells


def test_softmax_explorer_is_true(figures):
    gradient = printed([p - y for p, y in zip(P, Y, strict=True)], 3, sign="+")
    cells = printed([P[i] * ((i == j) - P[j]) for i in range(3) for j in range(3)], 3, sign="+")
    for tag, sums in (("text", 3 * ["0.000"]), ("desc", [])):
        texts = words(figures, "softmax_explorer", tag)
        assert sorted(decimals(texts, 3)) == sorted([*printed(P, 3), *gradient, *cells, *sums])
    assert [text for text in words(figures, "softmax_explorer") if text in ("3", "1", "−3")] == ["3", "1", "−3"]
