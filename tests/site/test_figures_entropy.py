"""The picture of entropy is true: its three numbers again, by plain arithmetic."""

from math import log

from figures import decimals, printed, words

T, Q = (0.75, 0.25), (0.25, 0.75)


def test_entropy_and_divergence_are_true(figures):
    entropy = -sum(t * log(t) for t in T)
    cost = -sum(t * log(q) for t, q in zip(T, Q, strict=True))
    divergence = sum(t * log(t / q) for t, q in zip(T, Q, strict=True))
    assert abs(entropy + divergence - cost) < 1e-15
    assert decimals(words(figures, "entropy_and_divergence"), 3) == printed([cost, divergence, entropy], 3)
    (description,) = words(figures, "entropy_and_divergence", "desc")
    assert decimals([description], 3) == printed([entropy, cost, entropy, divergence], 3)
    assert min(
        (-sum(t * log(q) for t, q in zip(T, (x / 100, 1 - x / 100), strict=True)), x) for x in range(1, 100)
    ) == (
        entropy,
        75,
    )
