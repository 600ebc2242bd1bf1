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
    central_difference,
    complex_step,
    eighths,
    exact,
    exact_log_softmax,
    exact_logsumexp,
    exact_softmax,
    mp,
    one_by_one,
    textbook_softmax,
    ulps,
)

from byhand import (
    cross_entropy,
    log_softmax,
    log_softmax_vjp,
    logsumexp,
    one_hot,
    sigmoid,
    soft_cross_entropy,
    softmax,
    softmax_jacobian,
    softmax_vjp,
    softplus,
)

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


@pytest.mark.parametrize("z", [[inf, 0.0], [inf, inf], [inf, -inf], [inf], [-1e300, inf]])
def test_a_row_with_plus_infinity_has_it_for_a_sum_and_no_probabilities(z):
    assert logsumexp(z) == scipy.special.logsumexp(z) == inf
    np.testing.assert_array_equal(log_softmax(z), np.full(len(z), nan))


@pytest.mark.parametrize("z", [[inf, nan], [nan, inf, -inf], [nan]])
def test_a_row_with_nan_gives_nan_whatever_else_is_in_it(z):
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


# The vector-Jacobian product


def exact_vjp(g, z):
    """g_j minus p_j times the sum of g, in 50 digits."""
    total = mp.fsum(exact(g))
    return [g_j - p_j * total for g_j, p_j in zip(exact(g), exact_softmax(z), strict=True)]


@pytest.mark.parametrize(("shape", "axis"), [((4,), -1), ((3, 4), 0), ((2, 3, 4), -1), ((2, 3, 4), 1)])
def test_eq_log_softmax_vjp(rng, shape, axis):
    g, z = rng.normal(size=(2, *shape))

    def textbook(z):
        return (g * np.log(np.exp(z) / np.exp(z).sum(axis, keepdims=True))).sum()

    assert_derivative(log_softmax_vjp(g, z, axis), textbook, lambda z: (g * log_softmax(z, axis)).sum(), z)


@given(arrays(5, elements=st.floats(-8, 8)), eighths(5))
def test_eq_log_softmax_vjp__fifty_digits(g, z):
    actual = log_softmax_vjp(g, z)
    for j, expected in enumerate(exact_vjp(g, z)):
        # In units of 2**-53 times the sum of all |g|, 2.1 was the worst of 3,000.
        assert abs(actual[j] - expected) <= 4 * 2**-53 * (abs(g).sum() + 1e-300)


@given(eighths(4))
def test_eq_log_softmax_vjp__one_cotangent_keeps_all_digits(z):
    for i in range(4):
        g = np.eye(4)[i]
        assert ulps(log_softmax_vjp(g, z), exact_vjp(g, z)) <= 5  # 2.7 was the worst of 12,000


def test_eq_log_softmax_vjp__sure_predictions():
    for z in ([40.0, 0.0], [0.0, -18.0, -18.0, -18.0], [0.0, 1000.0]):
        g = -np.eye(len(z))[0]
        assert ulps(log_softmax_vjp(g, z), exact_vjp(g, z)) <= 2  # 1.3 measured
    z, g = np.array([40.0, 0.0]), np.array([-1.0, 0.0])
    assert (g - softmax(z) * g.sum()).tolist() == [0, softmax(z)[1]], "the formula as it stands loses the first entry"


def test_eq_log_softmax_vjp__page():
    z = np.array([3.0, 1.0, -3.0])
    assert log_softmax_vjp([1, 2, 3], z).round(3).tolist() == [-4.273, 1.286, 2.987]
    y, sure = np.array([1.0, 0.0]), np.array([0.0, 1000.0])
    assert log_softmax_vjp(-y, sure).tolist() == [-1, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        assert np.isnan(softmax_vjp(-y / softmax(sure), sure)).all()
    np.testing.assert_allclose(log_softmax_vjp(np.ones(3), z), 1 - 3 * softmax(z), rtol=1e-13)


@given(arrays(2, 3, 4), arrays(2, 3, 4), AXES)
def test_log_softmax_vjp_of_a_batch_is_its_rows_one_by_one(g, z, axis):
    assert_close(log_softmax_vjp(g, z, axis), one_by_one(log_softmax_vjp, axis, g, z))


@pytest.mark.parametrize(
    ("g", "z", "dz"),
    [
        ([-1.0, 0.0], [-inf, 2.0], [-1, 1]),
        ([0.0, 2.0], [-inf, 2.0], [0, 0]),
        ([1.0, 2.0], [1e300, -1e300], [-2, 2]),
        ([1.0, 2.0], [-1e300, -1e300], [-0.5, 0.5]),
        ([1.0, 2.0], [-inf, -inf], [nan, nan]),
        ([1.0, 2.0], [inf, 0.0], [nan, nan]),
        ([1.0, 2.0], [nan, 0.0], [nan, nan]),
        ([5.0], [7.0], [0]),
    ],
)
def test_log_softmax_vjp_at_extreme_logits(g, z, dz):
    np.testing.assert_array_equal(log_softmax_vjp(g, z), dz)


def test_log_softmax_vjp_of_a_masked_class_is_that_of_the_others():
    dz = log_softmax_vjp([-1.0, 0.0, 0.0], [3.0, -inf, -3.0])
    assert dz[1] == 0
    assert_close(dz[[0, 2]], log_softmax_vjp([-1.0, 0.0], [3.0, -3.0]))


@pytest.mark.parametrize("axis", [-1, 0, 1])
def test_log_softmax_vjp_keeps_the_house_rules(rng, axis):
    g, z = 3 * rng.normal(size=(2, 2, 3, 4))
    assert_keeps_dtype(lambda g, z: log_softmax_vjp(g, z, axis), g, z)
    assert_leaves_inputs_alone(lambda g, z: log_softmax_vjp(g, z, axis), g, z)
    assert_takes_any_layout(lambda g, z: log_softmax_vjp(g, z, axis), g, z)


def test_log_softmax_vjp_takes_the_dtype_of_the_logits():
    assert log_softmax_vjp(np.ones(2), np.zeros(2, np.float32)).dtype == np.float32
    assert log_softmax_vjp(np.ones(2, np.float32), np.zeros(2)).dtype == np.float64


@not_real_numbers
def test_log_softmax_vjp_wants_real_numbers(bad, dtype):
    with refuses(TypeError, "g", dtype):
        log_softmax_vjp(bad, np.zeros((1, 2)))
    with refuses(TypeError, "z", dtype):
        log_softmax_vjp(np.zeros((1, 2)), bad)


def test_log_softmax_vjp_wants_one_shape_and_a_class():
    with pytest.raises(ValueError, match=r"^g: expected the shape \(3,\) of z, got \(2,\)$"):
        log_softmax_vjp(np.zeros(2), np.zeros(3))
    with refuses(ValueError, "g", r"\(1, 3\)"):
        log_softmax_vjp(np.zeros((1, 3)), np.zeros((2, 3)))
    with refuses(ValueError, "z", r"shape \(3, 0\)"):
        log_softmax_vjp(np.zeros((3, 0)), np.zeros((3, 0)))
    with refuses(ValueError, "g", "a ragged sequence"):
        log_softmax_vjp(RAGGED, np.zeros(2))


# The page: each equation by loops over its indices, in mpmath, or by two kinds of derivative


Z = np.array([3.0, 1.0, -3.0])  # its example
few = arrays(4, elements=small)


def textbook_logsumexp(z):
    return np.log(sum(np.exp(z[k]) for k in range(len(z))))


def textbook_log_softmax(z):
    return z - textbook_logsumexp(z)


def jacobian(z):
    return np.stack([log_softmax_vjp(row, z) for row in np.eye(len(z))])


@given(few)
def test_eq_logsumexp(z):
    np.testing.assert_allclose(logsumexp(z), float(exact_logsumexp(z)), rtol=1e-13, atol=1e-14)
    assert round(float(logsumexp(Z)), 3) == 3.129


@given(few)
def test_eq_log_softmax_probabilities(z):
    assert_close(softmax(z), [float(p) for p in exact_softmax(z)])


@given(few)
def test_eq_log_softmax(z):
    for i in range(4):
        np.testing.assert_allclose(log_softmax(z)[i], float(mp.log(exact_softmax(z)[i])), rtol=1e-13, atol=1e-14)
        np.testing.assert_allclose(log_softmax(z)[i], z[i] - textbook_logsumexp(z), rtol=1e-12, atol=1e-14)
    assert log_softmax(Z).round(3).tolist() == [-0.129, -2.129, -6.129]


@given(few)
def test_eq_log_softmax_back(z):
    assert_close(np.exp(log_softmax(z)), [float(p) for p in exact_softmax(z)])


@given(eighths(5))
def test_eq_log_softmax_sum(z):
    assert_close(sum(np.exp(u) for u in log_softmax(z)), 1)


@given(few, small)
def test_eq_logsumexp_shift(z, a):
    for shifted in (
        np.log(sum(np.exp(a) * np.exp(z[k] - a) for k in range(4))),
        np.log(np.exp(a) * sum(np.exp(z[k] - a) for k in range(4))),
        a + np.log(sum(np.exp(z[k] - a) for k in range(4))),
    ):
        np.testing.assert_allclose(logsumexp(z), shifted, rtol=1e-12, atol=1e-14)


@given(few)
def test_eq_logsumexp_one_apart(z):
    for c in range(4):
        rest = sum(np.exp(z[k] - z[c]) for k in range(4) if k != c)
        np.testing.assert_allclose(logsumexp(z), z[c] + np.log(1 + rest), rtol=1e-12, atol=1e-14)
    rest = np.exp([-2.0, -6.0])
    assert np.round([*rest, rest.sum(), np.log1p(rest.sum())], 3).tolist() == [0.135, 0.002, 0.138, 0.129]


@given(few, small)
def test_eq_log_softmax_shift(z, a):
    np.testing.assert_allclose(log_softmax(z + a), textbook_log_softmax(z), rtol=1e-12, atol=1e-13)


@given(few)
def test_eq_log_softmax_twice(z):
    u = log_softmax(z)
    np.testing.assert_allclose(log_softmax(u), u, rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose([u[i] - textbook_logsumexp(u) for i in range(4)], u, rtol=1e-13, atol=1e-14)
    assert softmax(softmax(Z)).round(3).tolist() == [0.531, 0.248, 0.221]


@given(few)
def test_eq_logsumexp_largest(z):
    np.testing.assert_allclose(logsumexp(z) + log_softmax(z).max(), max(z), rtol=1e-13, atol=1e-14)


@given(eighths(5))
def test_eq_logsumexp_at_most(z):
    assert logsumexp(z) <= max(z) + np.log(5) + 1e-14
    terms = sum(np.exp(z[k] - max(z)) for k in range(5))
    np.testing.assert_allclose(logsumexp(z), max(z) + np.log(terms), rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(logsumexp(np.full(5, z[0])), z[0] + np.log(5), rtol=1e-15, atol=1e-14)


@given(eighths(5))
def test_eq_logsumexp_at_least(z):
    assert logsumexp(z) >= max(z)
    assert max(Z) < logsumexp(Z) < max(Z) + round(float(np.log(3)), 3)


@given(small)
def test_eq_logsumexp_two(x):
    assert_close(logsumexp([x, 0]), float(mp.log(mp.exp(x) + 1)))
    assert_close(logsumexp([x, 0]), softplus(x))


@given(small)
def test_eq_logsumexp_two_apart(x):
    assert_close(logsumexp([x, 0]), max(x, 0) + np.log1p(np.exp(-abs(x))))
    assert logsumexp([[0.0, 0.0], [2.0, 0.0]]).round(3).tolist() == [0.693, 2.127]


@given(small)
def test_eq_logsumexp_two_slope(x):
    textbook = complex_step(lambda x: np.log(np.exp(x) + 1), x)
    difference = central_difference(lambda x: logsumexp(np.stack([x, 0 * x])), x)
    for slope in (sigmoid(x), np.exp(x) / (np.exp(x) + 1), softmax([x, 0])[0]):
        assert_close(slope, textbook)
        np.testing.assert_allclose(slope, difference, atol=1e-9)


@given(few, st.floats(0.25, 4))
def test_eq_logsumexp_temperature(z, tau):
    sharp = tau * logsumexp(z / tau)
    apart = max(z) + tau * np.log(sum(np.exp((z[k] - max(z)) / tau) for k in range(4)))
    np.testing.assert_allclose(sharp, apart, rtol=1e-12, atol=1e-13)
    assert max(z) - 1e-13 <= sharp <= max(z) + tau * np.log(4) + 1e-13


def test_eq_logsumexp_gradient(rng):
    z = rng.normal(size=5)
    assert_derivative(softmax(z), textbook_logsumexp, logsumexp, z)


def test_eq_logsumexp_hessian(rng):
    z = rng.normal(size=4)
    p = textbook_softmax(z)
    entries = [[p[i] * ((i == j) - p[j]) for j in range(4)] for i in range(4)]
    assert_close(softmax_jacobian(z), entries)
    twice = central_difference(lambda z: complex_step(textbook_logsumexp, z), z)
    np.testing.assert_allclose(entries, twice, rtol=1e-9, atol=1e-11)


@given(few, few)
def test_eq_logsumexp_convex(z, v):
    p = textbook_softmax(z)
    mean = sum(p[k] * v[k] for k in range(4))
    bend = sum(p[i] * (v[i] - mean) ** 2 for i in range(4))
    np.testing.assert_allclose(v @ softmax_jacobian(z) @ v, bend, rtol=1e-11, atol=1e-13)
    middle, ends = logsumexp(z), (logsumexp(z - v) + logsumexp(z + v)) / 2
    assert middle <= ends + 1e-13


@given(few)
def test_eq_log_softmax_jacobian(z):
    p = textbook_softmax(z)
    assert_close(jacobian(z), [[(i == j) - p[j] for j in range(4)] for i in range(4)])
    np.testing.assert_allclose(jacobian(z), complex_step(textbook_log_softmax, z), rtol=1e-11, atol=1e-13)


def test_eq_log_softmax_jacobian_matrix(rng):
    z = rng.normal(size=4)
    assert_derivative(jacobian(z), textbook_log_softmax, log_softmax, z)
    assert_close(jacobian(z), np.identity(4) - np.outer(np.ones(4), textbook_softmax(z)))
    assert jacobian(Z).round(3).tolist() == [[0.121, -0.119, -0.002], [-0.879, 0.881, -0.002], [-0.879, -0.119, 0.998]]


@given(few)
def test_eq_log_softmax_jacobian_null(z):
    assert_close(jacobian(z).sum(axis=1), 0)


@given(few, few)
def test_eq_log_softmax_vjp_steps(g, z):
    p = textbook_softmax(z)
    for j in range(4):
        paths = sum(g[i] * ((i == j) - p[j]) for i in range(4))
        parts = sum(g[i] * (i == j) for i in range(4)) - p[j] * sum(g[i] for i in range(4))
        np.testing.assert_allclose(log_softmax_vjp(g, z)[j], [paths, parts], rtol=1e-11, atol=1e-13)


@given(few, few)
def test_eq_log_softmax_vjp_vector(g, z):
    J = np.identity(4) - np.outer(np.ones(4), textbook_softmax(z))
    np.testing.assert_allclose(log_softmax_vjp(g, z), J.T @ g, rtol=1e-11, atol=1e-13)


@given(few, few)
def test_eq_log_softmax_loss(z, v):
    t = textbook_softmax(v)
    assert_close(soft_cross_entropy(z, t), -sum(t[k] * float(exact_log_softmax(z)[k]) for k in range(4)))
    for c in range(4):
        assert_close(cross_entropy(z, c), -float(exact_log_softmax(z)[c]))


@given(few, few)
def test_eq_log_softmax_loss_gradient(z, v):
    for t in (textbook_softmax(v), one_hot(1, 4)):
        gradient = [p - t[j] for j, p in enumerate(textbook_softmax(z))]
        assert_close(log_softmax_vjp(-t, z), gradient)
        assert_close(complex_step(lambda z, t=t: -sum(t * textbook_log_softmax(z)), z), gradient)


def test_eq_log_softmax_batch(rng):
    Z = rng.normal(size=(3, 4))
    U = [[Z[n, i] - np.log(sum(np.exp(Z[n, k]) for k in range(4))) for i in range(4)] for n in range(3)]
    assert_close(log_softmax(Z), U)
    assert logsumexp(Z).shape == (3,)


@given(few, arrays(4, elements=st.floats(0.125, 8)))
def test_eq_logsumexp_weights(z, w):
    total = sum(w[k] * np.exp(z[k]) for k in range(4))
    np.testing.assert_allclose(logsumexp(z + np.log(w)), np.log(total), rtol=1e-12, atol=1e-13)
    rest = np.delete(z, 2)
    with np.errstate(divide="ignore"):
        masked = logsumexp(z + np.log([1, 1, 0, 1]))
    np.testing.assert_allclose(masked, textbook_logsumexp(rest), rtol=1e-12, atol=1e-13)


def test_a_masked_class_with_a_target_of_zero_costs_nothing():
    assert soft_cross_entropy([0.0, -inf], [1.0, 0.0]) == 0
    with np.errstate(invalid="ignore"):
        assert np.isnan((np.array([1.0, 0.0]) * log_softmax([0.0, -inf])).sum())


# Known mistakes, with the numbers of the page


def test_mistake_logsumexp_sum_of_logs_mistake():
    assert round(float(logsumexp([0.0, 0.0])), 3) == 0.693
    assert sum([0.0, 0.0]) == 0
    assert logsumexp([5.0]) == 5  # one class: the two agree


def test_mistake_logsumexp_shift_lost_mistake():
    z, a = np.zeros(2), 1.0
    assert round(float(np.log(np.exp(z - a).sum())), 3) == -0.307
    assert round(float(a + np.log(np.exp(z - a).sum())), 3) == round(float(logsumexp(z)), 3) == 0.693
    assert_close(np.exp(z - a) / np.exp(z - a).sum(), softmax(z))


def test_mistake_logsumexp_shift_sign_mistake():
    z, a = np.zeros(2), 1.0
    assert round(float(a + np.log(np.exp(z + a).sum())), 3) == 2.693
    assert_close(0 + np.log(np.exp(z + 0).sum()), logsumexp(z))


def test_mistake_log_softmax_index_mistake():
    z = [np.log(3), 0]
    p, true = textbook_softmax(z), jacobian(z)
    wrong = np.identity(2) - p[:, None]
    assert_close([true[0, 1], wrong[0, 1]], [-1 / 4, -3 / 4])
    assert_close(np.diag(wrong), np.diag(true))
    assert_close(np.identity(2) - softmax([0, 0])[:, None], jacobian([0, 0]))


def test_mistake_log_softmax_lost_log_mistake():
    z = [np.log(3), 0]
    assert_close([jacobian(z)[0, 0], softmax_jacobian(z)[0, 0]], [1 / 4, 3 / 16])


# Errors that `make mutation` plants, and that nothing above notices


def test_log_softmax_vjp_looks_at_its_axis():
    with pytest.raises(ValueError, match=r"^z: expected at least one class on axis 0, got shape \(0, 3\)$"):
        log_softmax_vjp(np.zeros((0, 3)), np.zeros((0, 3)), axis=0)
    assert log_softmax_vjp(np.zeros((3, 0)), np.zeros((3, 0)), axis=0).shape == (3, 0)
