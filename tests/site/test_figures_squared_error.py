"""The picture of the stalling squared error is true: losses and slopes again, by plain arithmetic."""

from math import exp, log

from figures import decimals, printed, words

SHOWN = (2, 10)


def test_squared_error_stall_is_true(figures):
    wrong = [exp(x) / (exp(x) + 1) for x in SHOWN]  # the probability of the wrong class
    losses = printed([-log(1 - p) for p in wrong] + [p**2 for p in wrong], 3)
    slopes = printed(wrong + [2 * p**2 * (1 - p) for p in wrong], 5)
    drawn, (description,) = words(figures, "squared_error_stall"), words(figures, "squared_error_stall", "desc")
    for texts in (drawn, [description]):
        # the number 10.000 is longer than the pattern, which finds its end
        assert decimals(texts, 3) == [number[-5:] for number in losses]
        assert decimals(texts, 5) == slopes
    assert slopes[1::2] == ["0.99995", "0.00009"], "the page's numbers"
