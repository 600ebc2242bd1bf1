"""The picture of cross-entropy is true."""

from math import log

from figures import P, Y, decimals, printed, words


def test_cross_entropy_is_true(figures):
    p, losses = printed(P, 3), printed([-log(value) for value in P], 3)
    gradient = printed([p - y for p, y in zip(P, Y, strict=True)], 3)
    bars = [number for pair in zip(p, gradient, strict=True) for number in pair]
    assert decimals(words(figures, "cross_entropy"), 6) == printed(P, 6)
    assert decimals(words(figures, "cross_entropy"), 3) == losses + bars
    (description,) = words(figures, "cross_entropy", "desc")
    assert decimals([description], 6) == printed(P, 6)
    assert decimals([description], 3) == losses + p + gradient
    assert "y is 0, 1, 0" in description
