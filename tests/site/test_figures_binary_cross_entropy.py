"""The picture of cross-entropy for two classes is true: its four numbers again, by plain arithmetic."""

from math import exp, log

from figures import decimals, printed, words

S = 1 / (1 + exp(-2))


def test_binary_cross_entropy_is_true(figures):
    losses, slopes = printed([-log(S), -log(1 - S)], 3), printed([S - 1, S], 3)
    assert decimals(words(figures, "binary_cross_entropy"), 3) == losses + slopes
    (description,) = words(figures, "binary_cross_entropy", "desc")
    assert decimals([description], 3) == losses + slopes
