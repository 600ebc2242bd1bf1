"""Cross-entropy for two classes: against softmax with two logits, fifty digits, and two kinds of derivative."""

import numpy as np
import pytest
import scipy.special
from array_rules import (
    RAGGED,
    assert_leaves_inputs_alone,
    assert_takes_any_layout,
    not_real_numbers,
    refuses,
)
from hypothesis import given
from hypothesis import strategies as st
from judges import (
    arrays,
    assert_close,
    assert_derivative,
    central_difference,
    complex_step,
    eighths,
    exact,
    mp,
    ulps,
)

from byhand import (
    binary_cross_entropy,
    binary_cross_entropy_gradient,
    cross_entropy,
    log_softmax,
    sigmoid,
    sigmoid_derivative,
    soft_cross_entropy,
    soft_cross_entropy_gradient,
    softmax,
    softplus,
)

inf, nan = np.inf, np.nan
small = st.floats(-3, 3)
pairs = arrays(2, elements=small)
shares = st.floats(0, 1)
bits = st.integers(0, 1)


def exact_loss(z, y):
    [z], [y] = exact([z]), exact([y])
    return mp.log(1 + mp.exp(z)) - y * z


def exact_slope(z, y):
    [z], [y] = exact([z]), exact([y])
    return 1 / (1 + mp.exp(-z)) - y


def textbook_sigmoid(z):
    return 1 / (1 + np.exp(-z))


def textbook(z, y):
    s = textbook_sigmoid(z)
    return -y * np.log(s) - (1 - y) * np.log(1 - s)


def slope_of(f, x):
    return complex_step(f, np.array(x))[()]


# From two logits to one


@given(pairs)
def test_eq_binary_logit(u):
    np.testing.assert_allclose(log_softmax(u)[0] - log_softmax(u)[1], u[0] - u[1], atol=1e-14)


@given(st.floats(-30, 30))
def test_eq_binary_sigmoid(x):
    np.testing.assert_allclose(sigmoid(x), textbook_sigmoid(x), rtol=1e-14)


@given(pairs)
def test_eq_binary_probability(u):
    np.testing.assert_allclose(sigmoid(u[0] - u[1]), textbook_sigmoid(u[0] - u[1]), rtol=1e-14)


@given(pairs)
def test_eq_binary_softmax(u):
    expected = np.exp(u[0]) / (np.exp(u[0]) + np.exp(u[1]))
    np.testing.assert_allclose(softmax(u)[0], [expected, 1 / (1 + np.exp(-(u[0] - u[1])))], rtol=1e-13)


@given(small)
def test_eq_binary_sigmoid_reflection(x):
    e = np.exp(-x)
    for expected in (1 - textbook_sigmoid(x), ((1 + e) - 1) / (1 + e), e / (1 + e)):
        np.testing.assert_allclose(sigmoid(-x), expected, rtol=1e-13)


@given(small)
def test_eq_binary_log_odds(z):
    s = textbook_sigmoid(z)
    for odds in (sigmoid(z) / sigmoid(-z), s / (1 - s)):
        np.testing.assert_allclose(np.log(odds), z, rtol=1e-13, atol=1e-14)


# The loss


@given(small, shares)
def test_eq_binary_cross_entropy(z, y):
    np.testing.assert_allclose(binary_cross_entropy(z, y), textbook(z, y), rtol=1e-12)


def test_eq_binary_cross_entropy__page_example():
    assert [round(float(binary_cross_entropy(2.0, y)), 3) for y in (1, 0)] == [0.127, 2.127]
    assert round(float(sigmoid(2.0)), 3) == 0.881
    assert round(float(np.exp(2.0)), 1) == 7.4


@given(pairs, shares)
def test_eq_binary_cross_entropy_two_classes(u, y):
    p = np.exp(u) / np.exp(u).sum()
    expected = -y * np.log(p[0]) - (1 - y) * np.log(p[1])
    np.testing.assert_allclose(soft_cross_entropy(u, [y, 1 - y]), expected, rtol=1e-12)
    np.testing.assert_allclose(binary_cross_entropy(u[0] - u[1], y), expected, rtol=1e-12)


@given(small, shares)
def test_eq_binary_cross_entropy_softplus(z, y):
    s = textbook_sigmoid(z)
    forms = [-np.log(1 - s) - y * np.log(s / (1 - s)), -np.log(textbook_sigmoid(-z)) - y * z]
    forms += [np.log(1 + np.exp(z)) - y * z, softplus(z) - y * z]
    np.testing.assert_allclose(forms, [binary_cross_entropy(z, y)] * 4, rtol=1e-12)


@given(small, bits)
def test_eq_binary_cross_entropy_plus_minus(z, b):
    np.testing.assert_allclose(softplus(-(2 * b - 1) * z), textbook(z, b), rtol=1e-12)
    np.testing.assert_allclose(softplus(-(2 * b - 1) * z), np.log(1 + np.exp(-(2 * b - 1) * z)), rtol=1e-13)


@given(small, shares)
def test_eq_binary_cross_entropy_max(z, y):
    expected = max(z, 0) - y * z + np.log(1 + np.exp(-abs(z)))
    np.testing.assert_allclose(binary_cross_entropy(z, y), expected, rtol=1e-13)


@given(eighths(1), shares)
def test_eq_binary_cross_entropy_stable(z, y):
    [z] = z
    expected = (1 - y) * max(z, 0) + y * max(-z, 0) + np.log1p(np.exp(-abs(z)))
    np.testing.assert_allclose(binary_cross_entropy(z, y), expected, rtol=1e-14)
    assert ulps(binary_cross_entropy(z, y), [exact_loss(z, y)]) <= 4  # also for a y between 0 and 1


# The gradient


@given(small, shares)
def test_eq_binary_cross_entropy_by_probability(z, y):
    s = textbook_sigmoid(z)
    by_s = slope_of(lambda s: -y * np.log(s) - (1 - y) * np.log(1 - s), s)
    actual = (sigmoid(z) - y) / sigmoid_derivative(z)
    np.testing.assert_allclose(actual, by_s, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(actual, -y / s + (1 - y) / (1 - s), rtol=1e-12, atol=1e-12)


@given(small)
def test_eq_binary_probability_slope(z):
    s = textbook_sigmoid(z)
    np.testing.assert_allclose(sigmoid_derivative(z), [s * (1 - s), slope_of(textbook_sigmoid, z)], rtol=1e-13)


@given(small, shares)
def test_eq_binary_cross_entropy_gradient(z, y):
    actual, s = binary_cross_entropy_gradient(z, y), textbook_sigmoid(z)
    by_s = -y / s + (1 - y) / (1 - s)
    assert_close(actual, slope_of(lambda z: textbook(z, y), z))
    np.testing.assert_allclose(actual, by_s * slope_of(textbook_sigmoid, z), rtol=1e-12, atol=1e-14)
    assert_close(actual, s - y)


@given(eighths(1), bits)
def test_eq_binary_cross_entropy_gradient__digits(z, y):
    [z] = z
    assert ulps(binary_cross_entropy_gradient(z, y), [exact_slope(z, y)]) <= 3


def test_eq_binary_cross_entropy_gradient__page_example():
    assert [round(float(binary_cross_entropy_gradient(2.0, y)), 3) for y in (1, 0)] == [-0.119, 0.881]


@given(pairs, shares)
def test_eq_binary_cross_entropy_two_logits(u, y):
    actual = soft_cross_entropy_gradient(u, [y, 1 - y])
    slope = textbook_sigmoid(u[0] - u[1]) - y
    by_u = complex_step(lambda u: textbook(u[0] - u[1], y), u)
    np.testing.assert_allclose(actual, by_u, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(actual, [slope, -slope], rtol=1e-12, atol=1e-14)


@given(small)
def test_eq_binary_cross_entropy_hessian(z):
    s = textbook_sigmoid(z)
    assert sigmoid_derivative(z) > 0
    np.testing.assert_allclose(sigmoid_derivative(z), s * (1 - s), rtol=1e-13)
    bend = central_difference(lambda z: binary_cross_entropy_gradient(z, 0.25), z)
    np.testing.assert_allclose(bend, s * (1 - s), rtol=1e-8)


# A batch


def test_eq_binary_cross_entropy_batch(rng):
    Z, Y = rng.normal(size=3), rng.uniform(size=3)
    assert_close(binary_cross_entropy(Z, Y), sum(np.log(1 + np.exp(Z[n])) - Y[n] * Z[n] for n in range(3)) / 3)


def test_eq_binary_cross_entropy_batch__page_example():
    assert round(float(binary_cross_entropy([2.0, 0.0], [1, 0])), 3) == 0.41
    assert binary_cross_entropy_gradient([2.0, 0.0], [1, 0]).round(3).tolist() == [-0.06, 0.25]


def test_eq_binary_cross_entropy_batch_gradient(rng):
    Z, Y = rng.normal(size=(2, 3, 4)), rng.uniform(size=(2, 3, 4))
    actual = binary_cross_entropy_gradient(Z, Y)
    assert_close(actual, (textbook_sigmoid(Z) - Y) / 24)
    assert_derivative(actual, lambda Z: textbook(Z, Y).mean(), lambda Z: binary_cross_entropy(Z, Y), Z)


@given(arrays(2, 3, 4), arrays(2, 3, 4, elements=shares))
def test_a_batch_is_its_examples_one_by_one(Z, Y):
    losses = [binary_cross_entropy(Z[index], Y[index]) for index in np.ndindex(Z.shape)]
    np.testing.assert_allclose(binary_cross_entropy(Z, Y), sum(losses) / 24, rtol=1e-13)
    gradient = binary_cross_entropy_gradient(Z, Y)
    for index in np.ndindex(Z.shape):
        assert_close(gradient[index], binary_cross_entropy_gradient(Z[index], Y[index]) / 24)


# Digits and extremes


@pytest.mark.parametrize(
    ("z", "y", "loss", "gradient"),
    [
        (1000.0, 0, 1000, 1),
        (1000.0, 1, 0, 0),
        (-1000.0, 1, 1000, -1),
        (-1000.0, 0, 0, 0),
        (inf, 1, 0, 0),
        (inf, 0, inf, 1),
        (-inf, 0, 0, 0),
        (-inf, 0.5, inf, -0.5),
        (nan, 1, nan, nan),
        (0.0, 0.5, np.log(2), 0),
    ],
)
def test_extreme_logits(z, y, loss, gradient):
    np.testing.assert_allclose(binary_cross_entropy(z, y), loss, rtol=1e-15)
    np.testing.assert_array_equal(binary_cross_entropy_gradient(z, y), gradient)


@pytest.mark.parametrize("z", [37.5, 40.0, 300.0, 700.0])
def test_a_sure_prediction_keeps_its_digits(z):
    for logit, y in ((z, 1), (-z, 0)):
        with mp.workdps(400):  # the judge subtracts from 1, too
            loss, slope = exact_loss(logit, y), exact_slope(logit, y)
        assert ulps(binary_cross_entropy(logit, y), [loss]) <= 2
        assert ulps(binary_cross_entropy_gradient(logit, y), [slope]) <= 2


def test_a_soft_target_close_to_the_prediction():
    z = 30.0
    y = 1 - 2.0**-43
    assert ulps(binary_cross_entropy(z, y), [exact_loss(z, y)]) <= 2
    assert ulps(binary_cross_entropy_gradient(z, y), [exact_slope(z, y)]) <= 8


def test_it_is_cross_entropy_of_the_pair_z_and_0(rng):
    z = 10 * rng.normal(size=6)
    u = np.stack([z, np.zeros(6)], axis=-1)
    for y in (0, 1):
        labels = np.full(6, 1 - y)
        assert_close(binary_cross_entropy(z, np.full(6, y)), cross_entropy(u, labels))
    expected = scipy.special.log1p(np.exp(z)) - z
    np.testing.assert_allclose(binary_cross_entropy(z, np.ones(6)), expected.mean(), rtol=1e-9)


# Rules


def test_house_rules(rng):
    Z, Y = rng.normal(size=(2, 3, 4)), rng.uniform(size=(2, 3, 4))
    for f in (binary_cross_entropy, binary_cross_entropy_gradient):
        assert_leaves_inputs_alone(f, Z, Y)
        assert_takes_any_layout(f, Z, Y)
        assert f(Z.astype(np.float32), Y).dtype == np.float32
        np.testing.assert_allclose(f(Z.astype(np.float32), Y), f(Z, Y), rtol=1e-5, atol=1e-6)
        for dtype in (np.int8, np.uint8, np.int64):
            whole = np.ones((2, 3), dtype)
            assert f(whole, whole).dtype == np.float64
            np.testing.assert_array_equal(f(whole, whole), f(np.ones((2, 3)), np.ones((2, 3))))


of_both = pytest.mark.parametrize("f", [binary_cross_entropy, binary_cross_entropy_gradient])


@of_both
@not_real_numbers
def test_arguments_are_real_numbers(f, bad, dtype):
    with refuses(TypeError, "z", dtype):
        f(bad, [[1, 0]])
    with refuses(TypeError, "y", dtype):
        f([[0.0, 0.0]], bad)


@of_both
def test_there_is_a_target_for_each_logit(f):
    with pytest.raises(ValueError, match=r"^y: expected the shape \(2,\) of z, got \(1,\)$"):
        f([0.0, 0.0], [1])
    with refuses(ValueError, "y", r"\(\)"):
        f([0.0], 1)
    with refuses(ValueError, "z", r"shape \(0,\)"):
        f([], [])
    with refuses(ValueError, "z", "a ragged sequence"):
        f(RAGGED, [1])
    for bad in (-0.25, 1.25, nan, inf):
        with refuses(ValueError, "y", bad):
            f([0.0, 0.0], [1, bad])


# Known mistakes, at z = 0 and y = 1


def test_mistake_binary_cross_entropy_sign_mistake():
    assert binary_cross_entropy_gradient(0.0, 1) == -1 / 2
    assert 1 - textbook_sigmoid(0.0) == 1 / 2


def test_mistake_binary_cross_entropy_wrong_variable_mistake():
    assert_close(slope_of(lambda s: -np.log(s), 0.5), -2)
    assert textbook_sigmoid(0.0) - 1 == -1 / 2


def test_mistake_binary_cross_entropy_slope_twice_mistake():
    s = textbook_sigmoid(0.0)
    assert (s - 1) * s * (1 - s) == -1 / 8
    s = textbook_sigmoid(-10.0)
    assert f"{(s - 1) * s * (1 - s):.6f}" == "-0.000045"
    assert round(float(binary_cross_entropy_gradient(-10.0, 1)), 3) == -1.0


def test_mistake_binary_cross_entropy_one_term_mistake():
    assert round(float(binary_cross_entropy(0.0, 0)), 3) == 0.693
    assert 0 * np.log(textbook_sigmoid(0.0)) == 0
    assert_close(binary_cross_entropy(0.0, 1), -np.log(textbook_sigmoid(0.0)))  # for yes it is right


def test_mistake_binary_cross_entropy_bracket_mistake():
    for y, wrong in ((0, -0.693), (1, 0.693)):  # for yes nothing shows
        assert round(float(-y * np.log(0.5) + (1 - y) * np.log(1 - 0.5)), 3) == wrong
        assert round(float(binary_cross_entropy(0.0, y)), 3) == 0.693


def test_mistake_binary_two_logits_mistake():
    assert softmax([0.0, 0.0])[0] == sigmoid(0.0) == 1 / 2
    assert round(float(softmax([2.0, -2.0])[0]), 3) == 0.982
    assert round(float(sigmoid(2.0)), 3) == 0.881


# Errors that `make mutation` plants, and that nothing above notices


def test_a_loss_beyond_all_floats_is_infinite_without_a_warning():
    largest = np.finfo(float).max
    assert binary_cross_entropy([-largest, -largest], [1, 1]) == inf
