"""The picture of gradient checking is true: its numbers again, by exact arithmetic and by plain floats."""

import re
from math import exp, log

from figures import P, Y, Z, decimals, words
from mpmath import MPContext

mp = MPContext()
mp.dps = 40
GRADIENT = [p - y for p, y in zip(P, Y, strict=True)]
NAMES = ["forward difference", "central difference", "Richardson", "complex step"]


def exact_loss(z):
    return mp.log(sum(mp.exp(z_k) for z_k in z)) - z[1]


def float_loss(z):
    return log(sum(map(exp, z))) - z[1]


def nudged(f, index, step):
    return f([z + step * (k == index) for k, z in enumerate(Z)])


def central(f, index, h):
    return (nudged(f, index, h) - nudged(f, index, -h)) / (2 * h)


JUDGES = {
    "forward difference": lambda f, index, h: (nudged(f, index, h) - nudged(f, index, 0)) / h,
    "central difference": central,
    "Richardson": lambda f, index, h: (4 * central(f, index, h / 2) - central(f, index, h)) / 3,
}


def relative_error(slopes):
    distance = max(abs(slope - g) for slope, g in zip(slopes, GRADIENT, strict=True))
    return float(distance / max(*map(abs, slopes), *map(abs, GRADIENT)))


def error(judge, f, h):
    return relative_error([judge(f, index, h) for index in range(3)])


def test_the_errors_at_a_tenth_are_true(figures):
    h = mp.mpf(1) / 10
    complex_step = relative_error([mp.im(nudged(exact_loss, index, mp.mpc(0, h))) / h for index in range(3)])
    expected = [error(judge, exact_loss, h) for judge in JUDGES.values()] + [complex_step]
    (description,) = words(figures, "gradient_check_errors", "desc")
    found = re.findall(rf"({'|'.join(NAMES)}) (\d\.\d{{10}})", description)
    assert found == [(name, f"{value:.10f}") for name, value in zip(NAMES, expected, strict=True)]


def test_the_tips_are_true_to_a_power_of_ten(figures):
    """They are made of rounding errors, which another mathematical library rounds otherwise."""
    (description,) = words(figures, "gradient_check_errors", "desc")
    found = dict(re.findall(r"(forward difference|central difference|Richardson) 10⁻([⁰¹²³⁴⁵⁶⁷⁸⁹]+)", description))
    assert list(found) == list(JUDGES)
    for name, judge in JUDGES.items():
        tip = min(error(judge, float_loss, 10 ** (n / 8)) for n in range(-128, 1))
        exponent = -int("".join(str("⁰¹²³⁴⁵⁶⁷⁸⁹".index(digit)) for digit in found[name]))
        assert abs(log(tip, 10) - exponent) < 1.5, name


def test_each_curve_bears_its_name(figures):
    texts = words(figures, "gradient_check_errors")
    assert set(NAMES) <= set(texts)
    assert texts.count("1") == 2
    assert texts.count("10⁻⁸") == 2
    assert decimals(texts, 3) == []
