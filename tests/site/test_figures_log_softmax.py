"""The picture of log-sum-exp is true: its values and slopes again, by plain arithmetic."""

from math import exp, log

from figures import decimals, printed, words

SHOWN = (0, 2)


def test_smooth_maximum_is_true(figures):
    values = printed([log(exp(x) + 1) for x in SHOWN], 3)
    slopes = printed([exp(x) / (exp(x) + 1) for x in SHOWN], 3)
    assert decimals(words(figures, "smooth_maximum"), 3) == values + slopes
    (description,) = words(figures, "smooth_maximum", "desc")
    assert decimals([description], 3) == values + slopes
    assert values == ["0.693", "2.127"], "the page's numbers"
