"""Log-sum-exp and the logarithm of a softmax."""

import numpy as np
import pytest
import scipy.special
from array_rules import (
    RAGGED,
    assert_keeps_dtype,
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
    eighths,
    exact_log_softmax,
    exact_logsumexp,
    mp,
    one_by_one,
    textbook_softmax,
    ulps,
)

from byhand import log_softmax, logsumexp, softmax

AXES = st.sampled_from((-1, 0, 1))
small = st.floats(-3, 3)


# Log-sum-exp


@given(eighths(5))
def test_eq_cross_entropy_logsumexp(z):
    error = float(abs(mp.mpf(float(logsumexp(z))) - exact_logsumexp(z)))
    # Near 0 the sum is ill-conditioned, so the error counts against the largest logit. 0.6 was the worst of 3,000.
    assert error <= np.spacing(max(1, *abs(z)))


def test_eq_cross_entropy_logsumexp__derivative_is_softmax(rng):
    z = rng.normal(size=5)
    assert_derivative(softmax(z), lambda z: np.log(np.exp(z).sum()), logsumexp, z)


@given(arrays(2, 3, 4), AXES)
def test_eq_cross_entropy_logsumexp__scipy(z, axis):
    np.testing.assert_allclose(logsumexp(z, axis), scipy.special.logsumexp(z, axis), rtol=1e-13, atol=1e-14)


@given(arrays(4, elements=small), small)
def test_eq_cross_entropy_logsumexp_shift(z, a):
    np.testing.assert_allclose(
        logsumexp(z), np.log(np.exp(a) * sum(np.exp(z[k] - a) for k in range(4))), rtol=1e-13, atol=1e-14
    )
    np.testing.assert_allclose(
        logsumexp(z), a + np.log(sum(np.exp(z[k] - a) for k in range(4))), rtol=1e-13, atol=1e-14
    )


@given(eighths(4), st.integers(-(2**20), 2**20))
def test_eq_cross_entropy_logsumexp_shift__far(z, a):
    np.testing.assert_allclose(logsumexp(z + a), a + logsumexp(z), rtol=1e-15, atol=1e-14)


@given(eighths(4, largest=8))
def test_eq_softmax_denominator(z):
    assert_close(np.exp(logsumexp(z)), sum(np.exp(z[k]) for k in range(4)))


@given(arrays(2, 3, 4), AXES)
def test_logsumexp_of_a_batch_is_its_rows_one_by_one(z, axis):
    actual = logsumexp(z, axis)
    assert actual.shape == z.sum(axis).shape
    np.testing.assert_allclose(actual, np.apply_along_axis(logsumexp, axis, z), rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize(("shape", "axis"), [((1, 3), -1), ((3, 1), 0), ((2, 1, 1), 0), ((1, 1, 1), 1)])
def test_logsumexp_takes_its_own_axis_away_and_no_other(shape, axis):
    z = np.zeros(shape)
    assert logsumexp(z, axis).shape == z.sum(axis).shape


# Log-softmax


@given(eighths(5))
def test_eq_cross_entropy_log_softmax(z):
    assert ulps(log_softmax(z), exact_log_softmax(z)) <= 3  # 1.8 was the worst of 3,000
    for i in range(5):
        np.testing.assert_allclose(log_softmax(z)[i], z[i] - logsumexp(z), rtol=1e-13, atol=1e-13)


@given(arrays(4, elements=small))
def test_eq_cross_entropy_log_softmax_steps(z):
    total = sum(np.exp(z[k]) for k in range(4))
    for i in range(4):
        np.testing.assert_allclose(log_softmax(z)[i], np.log(textbook_softmax(z)[i]), rtol=1e-13, atol=1e-14)
        np.testing.assert_allclose(log_softmax(z)[i], np.log(np.exp(z[i])) - np.log(total), rtol=1e-13, atol=1e-14)
        np.testing.assert_allclose(log_softmax(z)[i], z[i] - np.log(total), rtol=1e-13, atol=1e-14)


def test_eq_cross_entropy_log_softmax__derivative(rng):
    z = rng.normal(size=4)
    actual = np.eye(4) - softmax(z)
    assert_derivative(actual, lambda z: np.log(textbook_softmax(z)), log_softmax, z)


@given(arrays(2, 3, 4), AXES)
def test_eq_cross_entropy_log_softmax__scipy(z, axis):
    np.testing.assert_allclose(log_softmax(z, axis), scipy.special.log_softmax(z, axis), rtol=1e-12, atol=1e-13)


def test_eq_cross_entropy_log_softmax__page_table():
    assert (-log_softmax([3, 1, -3])).round(3).tolist() == [0.129, 2.129, 6.129]
    assert softmax([3, 1, -3]).round(6)[2] == 0.002179


@given(arrays(4, elements=small))
def test_eq_softmax_ratio(z):
    ratios = np.exp(log_softmax(z)[:, None] - log_softmax(z)[None, :])
    p = textbook_softmax(z)
    for i, j in np.ndindex(4, 4):
        assert_close(ratios[i, j], p[i] / p[j])
        assert_close(ratios[i, j], np.exp(z[i] - z[j]))


@given(arrays(2, 3, 4), AXES)
def test_log_softmax_of_a_batch_is_its_rows_one_by_one(z, axis):
    assert_close(log_softmax(z, axis), one_by_one(log_softmax, axis, z))


def test_both_are_along_the_last_axis_unless_told_otherwise(rng):
    z = rng.normal(size=(2, 3, 4))
    assert_close(log_softmax(z), log_softmax(z, axis=2))
    assert_close(logsumexp(z), logsumexp(z, axis=2))
    assert logsumexp(np.zeros((0, 3))).shape == (0,)
    assert log_softmax(np.zeros((0, 3))).shape == (0, 3)


# Extremes

inf, nan = np.inf, np.nan


@pytest.mark.parametrize(
    ("z", "total", "log_p"),
    [
        ([0.0, 1e3], 1e3, [-1e3, 0]),
        ([-1e3, 0.0, -1e3], 0, [-1e3, 0, -1e3]),
        ([1e300, -1e300], 1e300, [0, -2e300]),
        ([-1e300, -1e300], -1e300, [-np.log(2), -np.log(2)]),
        ([-inf, 2.0, -inf], 2, [-inf, 0, -inf]),
        ([-inf, -1e300], -1e300, [-inf, 0]),
        ([-inf, -inf], -inf, [nan, nan]),
        ([0.0, nan, -inf], nan, [nan, nan, nan]),
        ([7.0], 7, [0]),
        ([-1e300], -1e300, [0]),
        ([-inf], -inf, [nan]),
    ],
)
def test_extreme_logits(z, total, log_p):
    np.testing.assert_array_equal(logsumexp(z), total)
    np.testing.assert_array_equal(log_softmax(z), log_p)
    np.testing.assert_array_equal(log_softmax([z, np.zeros(len(z))])[0], log_p)


@pytest.mark.parametrize("z", [[inf, 0.0], [inf, inf], [inf, -inf], [inf]])
def test_a_row_with_plus_infinity_gives_nan(z):
    assert np.isnan(logsumexp(z))
    np.testing.assert_array_equal(log_softmax(z), np.full(len(z), nan))


# Digits


def test_logsumexp_keeps_the_digits_of_a_tiny_rest():
    z = [0.0, -40.0]
    assert ulps(logsumexp(z), [exact_logsumexp(z)]) <= 1  # 0.15 measured; m + log(1 + s) is 0


@pytest.mark.parametrize("z", [[40.0, 0.0], [0.0, 1000.0], [0.0, -18.0, -18.0, -18.0]])
def test_log_softmax_keeps_the_digits_of_a_confident_prediction(z):
    assert ulps(log_softmax(z), exact_log_softmax(z)) <= 2  # 0.9 measured; the log of softmax loses them all


def test_log_softmax_keeps_its_digits_far_from_zero():
    z = 1e4 + np.array([0.125, 0.5, -3.0, -20.25])
    assert ulps(log_softmax(z), exact_log_softmax(z)) <= 2  # 0.5 measured; z - logsumexp(z) is 770 off


def test_log_softmax_of_float32_keeps_its_digits():
    z = np.array([0.125, 0.5, -3.0, -20.25], np.float32)
    assert ulps(log_softmax(z), exact_log_softmax(z)) <= 2  # 0.4 measured


# Rules

both = pytest.mark.parametrize("f", [logsumexp, log_softmax])


@both
@pytest.mark.parametrize("axis", [-1, 0, 1])
def test_both_keep_the_house_rules(rng, f, axis):
    z = 3 * rng.normal(size=(2, 3, 4))
    assert_keeps_dtype(lambda z: f(z, axis), z)
    assert_leaves_inputs_alone(lambda z: f(z, axis), z)
    assert_takes_any_layout(lambda z: f(z, axis), z)


def test_logsumexp_of_one_row_is_a_scalar_of_its_dtype():
    assert isinstance(logsumexp(np.zeros(3, np.float32)), np.float32)
    assert isinstance(logsumexp([0, 0, 0]), np.float64)


# Refusals


@both
@not_real_numbers
def test_logits_must_be_real_numbers(f, bad, dtype):
    with refuses(TypeError, "z", dtype):
        f(bad)


@both
def test_logits_have_rows_a_class_and_the_axis(f):
    with refuses(ValueError, "z", "a ragged sequence"):
        f(RAGGED)
    with refuses(ValueError, "z", r"shape \(\)"):
        f(1.0)
    with refuses(ValueError, "z", r"shape \(3, 0\)"):
        f(np.zeros((3, 0)))
    for axis in (2, -3):
        with pytest.raises(ValueError, match=rf"^z: expected an array with an axis {axis}, got shape \(2, 3\)$"):
            f(np.zeros((2, 3)), axis)
    assert f(np.zeros((3, 0)), 0).size == 0
    with pytest.raises(ValueError, match=r"^z: expected at least one class on axis 0, got shape \(0, 3\)$"):
        f(np.zeros((0, 3)), 0)
