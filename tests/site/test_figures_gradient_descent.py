"""The pictures of gradient descent are true: their walks again, by plain arithmetic."""

import re
from math import sqrt

from figures import printed, words

CURVATURES, START = (1, 10), (5, 1)


def height(place):
    return sum(c * w * w for c, w in zip(CURVATURES, place, strict=True)) / 2


def point(place):
    return f"({', '.join(printed(place, 3))})"


def plain(rate, steps):
    return [(1 - rate * c) ** steps * w for c, w in zip(CURVATURES, START, strict=True)]


def momentum(rate, beta, steps):
    """The velocity as a sum over all the gradients so far, instead of step by step."""
    ends = []
    for c, w in zip(CURVATURES, START, strict=True):
        gradients = []
        for t in range(1, steps + 1):
            gradients.append(c * w)
            w -= rate * sum(beta ** (t - s) * g for s, g in enumerate(gradients, start=1))
        ends.append(w)
    return ends


def adam(rate, steps, beta1=0.9, beta2=0.999):
    """The two averages as weighted means over all the gradients so far."""
    ends = []
    for c, w in zip(CURVATURES, START, strict=True):
        gradients = []
        for t in range(1, steps + 1):
            gradients.append(c * w)
            first, second = ([beta ** (t - s) for s in range(1, t + 1)] for beta in (beta1, beta2))
            m = sum(a * g for a, g in zip(first, gradients, strict=True)) / sum(first)
            v = sum(a * g * g for a, g in zip(second, gradients, strict=True)) / sum(second)
            w -= rate * m / (sqrt(v) + 1e-8)
        ends.append(w)
    return ends


def test_the_walks_with_three_learning_rates_are_true(figures):
    (description,) = words(figures, "gradient_descent_rates", "desc")
    found = re.findall(r"η = ([\d.]+) to (\([^)]*\)), height (\d+\.\d+)", description)
    assert len(found) == 3
    for rate, end, high in found:
        place = plain(float(rate), 12)
        assert (end, high) == (point(place), f"{height(place):.3f}")
    assert f"from {point(START)}, height {height(START):.3f}." in description
    assert [text for text in words(figures, "gradient_descent_rates") if "η" in text] == [f"η = {r}" for r, *_ in found]


def test_the_three_learning_rates_do_what_the_page_says(figures):
    (description,) = words(figures, "gradient_descent_rates", "desc")
    slow, good, high = (float(rate) for rate in re.findall(r"η = ([\d.]+)", description))
    assert slow * 10 < 1 < good * 10 < 2 < high * 10


def test_the_walks_of_momentum_and_adam_are_true(figures):
    (description,) = words(figures, "gradient_descent_methods", "desc")
    places = momentum(0.1, 0.5, 10), adam(0.4, 10)
    assert f"After 10 steps momentum is at {point(places[0])}, Adam at {point(places[1])}." in description
    ends = {"plain, η = 2/11": plain(2 / 11, 30), "momentum, η = 0.1, β = 0.5": momentum(0.1, 0.5, 30)}
    ends["Adam, η = 0.4"] = adam(0.4, 30)
    for name, place in ends.items():
        assert f"{name}, {height(place):.1e}" in description
        assert name in words(figures, "gradient_descent_methods")


def test_the_best_rate_is_the_best(figures):
    """No other rate ends lower than 2/11 in the long run."""
    best = height(plain(2 / 11, 300))
    assert all(height(plain(rate / 1000, 300)) > best for rate in range(1, 210) if rate not in (181, 182))
