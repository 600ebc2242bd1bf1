"""Softmax, its Jacobian and its vector-Jacobian product."""

import sys

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
    MODERATE,
    arrays,
    assert_close,
    assert_derivative,
    central_difference,
    complex_step,
    eighths,
    exact_jacobian,
    exact_softmax,
    exact_vjp,
    mp,
    one_by_one,
    rows_of_digits,
    textbook_softmax,
    ulps,
    wide_ulps,
    wider_exponentials,
)

from byhand import logsumexp, sigmoid, softmax, softmax_jacobian, softmax_vjp

AXES = st.sampled_from((-1, 0, 1))
z_page = np.array([3.0, 1.0, -3.0])


# Softmax


@given(eighths(5))
def test_eq_softmax(z):
    assert ulps(softmax(z), exact_softmax(z)) <= 4  # 2.2 was the worst of 3,000


def test_eq_softmax__page_example():
    assert softmax(z_page).round(3).tolist() == [0.879, 0.119, 0.002]


def error_of_softmax(rng, K, top, dtype, far=0):
    z = rows_of_digits(rng, K, top, dtype) - dtype(far)
    e = wider_exponentials(z)
    return wide_ulps(softmax(z), e / e.sum(axis=1, keepdims=True))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("top", [0, 10], ids=["alike", "one larger"])
@pytest.mark.parametrize("K", [10, 11, 40, 100, 1000])
def test_the_sum_of_a_row_costs_no_digits(rng, K, top, dtype):
    assert error_of_softmax(rng, K, top, dtype) <= 5  # 4.9 was the worst
    assert error_of_softmax(rng, K, top, dtype, far=50) <= 5  # where the shift is needed


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("K", [40, 100])
def test_a_plain_sum_would_cost_digits(rng, monkeypatch, K, dtype):
    monkeypatch.setattr(sys.modules["byhand.softmax"], "row_sums", lambda e: e.sum(axis=1))  # as numpy adds
    assert error_of_softmax(rng, K, 10, dtype) > 5


@given(arrays(2, 3, 4), AXES)
def test_eq_softmax__scipy(z, axis):
    np.testing.assert_allclose(softmax(z, axis), scipy.special.softmax(z, axis), rtol=1e-13)


@given(eighths(5))
def test_eq_cross_entropy_softmax(z):
    p = softmax(z)
    for i in range(5):
        assert_close(p[i], np.exp(z[i]) / sum(np.exp(z[k]) for k in range(5)))


@given(arrays(3, 4))
def test_eq_softmax_rows(Z):
    P = softmax(Z)
    for n in range(3):
        for k in range(4):
            assert_close(P[n, k], np.exp(Z[n, k]) / sum(np.exp(Z[n, m]) for m in range(4)))


@given(arrays(2, 3, 4), AXES)
def test_eq_softmax_sum(z, axis):
    np.testing.assert_allclose(softmax(z, axis).sum(axis), 1, rtol=1e-15)


@given(arrays(4, elements=st.floats(-3, 3)), st.floats(-3, 3))
def test_eq_softmax_shift(z, a):
    p = softmax(z + a)
    assert_close(p, softmax(z))
    for i in range(4):
        assert_close(p[i], np.exp(z[i] + a) / sum(np.exp(z[k] + a) for k in range(4)))
        assert_close(p[i], np.exp(a) * np.exp(z[i]) / (np.exp(a) * sum(np.exp(z[k]) for k in range(4))))


@given(eighths(4), st.integers(-(2**40), 2**40))
def test_eq_softmax_shift__far(z, a):
    assert ulps(softmax(z + a), exact_softmax(z)) <= 3  # z + a is exact here


@given(eighths(4), st.integers(100, 2**40), st.integers(100, 2**40))
def test_eq_softmax_shift__far_to_the_last_bit(z, a, b):
    np.testing.assert_array_equal(softmax(z - a), softmax(z + b))  # neither can do without the shift


@given(arrays(4, elements=st.floats(-3, 3)))
def test_eq_softmax_ratio__of_probabilities(z):
    ratios = softmax(z)[:, None] / softmax(z)[None, :]
    p = textbook_softmax(z)
    for i, j in np.ndindex(4, 4):
        assert_close(ratios[i, j], p[i] / p[j])
        assert_close(ratios[i, j], np.exp(z[i] - z[j]))


# Two classes


@given(MODERATE)
def test_eq_softmax_sigmoid(x):
    assert_close(sigmoid(x), 1 / (1 + np.exp(-x)))


@given(arrays(2, elements=st.floats(-30, 30)))
def test_eq_softmax_two_classes(z):
    p = softmax(z)
    assert_close(p[0], np.exp(z[0]) / (np.exp(z[0]) + np.exp(z[1])))
    assert_close(p[0], 1 / (1 + np.exp(-(z[0] - z[1]))))
    assert_close(p[0], sigmoid(z[0] - z[1]))
    assert_close(p[1], sigmoid(z[1] - z[0]))


def test_eq_softmax_two_classes__page_example():
    assert softmax([4.0, 3.0]).round(3).tolist() == [0.731, 0.269]
    assert [round(float(sigmoid(x)), 3) for x in (1.0, -1.0)] == [0.731, 0.269]


# Temperature

WARMTH = st.sampled_from((0.5, 1.0, 2.0, 8.0))


def textbook_tempered(z, tau):
    return textbook_softmax(np.asarray(z) / tau)


@given(arrays(3, elements=st.floats(-3, 3)), WARMTH)
def test_eq_softmax_temperature_ratio(z, tau):
    ratios = softmax(z / tau)[:, None] / softmax(z / tau)[None, :]
    q = textbook_tempered(z, tau)
    for i, j in np.ndindex(3, 3):
        assert_close(ratios[i, j], q[i] / q[j])
        assert_close(ratios[i, j], np.exp((z[i] - z[j]) / tau))


@given(arrays(4, elements=st.floats(-3, 3)), WARMTH)
def test_eq_softmax_cold_ratio(z, tau):
    actual = softmax(z / tau) / softmax(z / tau).max()
    q = textbook_tempered(z, tau)
    for i in range(4):
        assert_close(actual[i], q[i] / max(q))
        assert_close(actual[i], np.exp(-(max(z) - z[i]) / tau))
        assert q[i] <= actual[i]


@given(arrays(4, elements=st.floats(-3, 3)))
def test_eq_softmax_cold_lead(z):
    actual = np.log(softmax(z)[:, None] / softmax(z) + np.diag(np.full(4, np.inf))).min(axis=1)
    for i in range(4):
        lead = min(z[i] - z[k] for k in range(4) if k != i)
        np.testing.assert_allclose(actual[i], lead, rtol=1e-12, atol=1e-14)


@given(arrays(4, elements=st.floats(-3, 3)), WARMTH)
def test_eq_softmax_cold_bound(z, tau):
    actual = 1 / softmax(z / tau) - 1
    q = textbook_tempered(z, tau)
    for i in range(4):
        others = [k for k in range(4) if k != i]
        lead = min(z[i] - z[k] for k in others)
        bound = 3 * np.exp(-lead / tau)
        np.testing.assert_allclose(actual[i], sum(q[k] / q[i] for k in others), rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(actual[i], sum(np.exp(-(z[i] - z[k]) / tau) for k in others), rtol=1e-12, atol=1e-14)
        assert sum(q[k] for k in others) <= actual[i] * (1 + 1e-12) + 1e-14
        assert actual[i] <= bound * (1 + 1e-12) + 1e-14  # equal where the others are equal, so rounding shows


def test_eq_softmax_cold_bound__page_example():
    table = [(f"{softmax(z_page / tau)[1:].sum():.1e}", f"{2 * np.exp(-2 / tau):.1e}") for tau in (1.0, 0.5, 0.2, 0.1)]
    assert table == [("1.2e-01", "2.7e-01"), ("1.8e-02", "3.7e-02"), ("4.5e-05", "9.1e-05"), ("2.1e-09", "4.1e-09")]


@pytest.mark.parametrize("winners", [1, 2, 3])
def test_the_largest_logits_share_when_it_is_cold(winners):
    z = np.array([3.0] * winners + [2.0] * (4 - winners))
    assert_close(softmax(z / 1e-3), np.where(z == 3, 1 / winners, 0))


@given(arrays(4, elements=st.floats(-3, 3)))
def test_eq_softmax_hot_range(z):
    actual = np.log(softmax(z).max() / softmax(z).min())
    np.testing.assert_allclose(actual, sorted(z)[-1] - sorted(z)[0], rtol=1e-12, atol=1e-14)


@given(arrays(4, elements=st.floats(-3, 3)), WARMTH)
def test_eq_softmax_hot_ratio(z, tau):
    actual = softmax(z / tau).max() / softmax(z / tau).min()
    q, ratio = sorted(textbook_tempered(z, tau)), np.exp((max(z) - min(z)) / tau)
    assert_close(actual, q[-1] / q[0])
    assert_close(actual, ratio)
    assert max(abs(q_i - 1 / 4) for q_i in q) <= (ratio - 1) / 4 + 1e-15


def test_eq_softmax_hot_ratio__page_example():
    table = [
        (round(float(abs(softmax(z_page / tau) - 1 / 3).max()), 4), round((np.exp(6 / tau) - 1) / 3, 4))
        for tau in (10, 100, 1000)
    ]
    assert table == [(0.1015, 0.274), (0.011, 0.0206), (0.0011, 0.002)]


def test_all_classes_are_equally_likely_when_it_is_hot():
    np.testing.assert_allclose(softmax(z_page / 1e9), np.full(3, 1 / 3), rtol=1e-8)


def test_another_base_is_a_temperature():
    assert round(1 / np.log(2), 3) == 1.443
    assert_close(softmax(z_page / (1 / np.log(2))), 2**z_page / sum(2**z_page))


@given(eighths(3), WARMTH)
def test_eq_softmax_temperature(z, tau):
    q = softmax(z / tau)
    for i in range(3):
        assert_close(q[i], np.exp(z[i] / tau) / sum(np.exp(z[k] / tau) for k in range(3)))


def test_eq_softmax_temperature__page_table():
    table = [softmax(z_page / tau).round(3).tolist() for tau in (0.5, 1, 2, 10)]
    assert table == [[0.982, 0.018, 0.0], [0.879, 0.119, 0.002], [0.705, 0.259, 0.035], [0.422, 0.346, 0.232]]


@given(arrays(2, 3, 4), AXES)
def test_softmax_of_a_batch_is_its_rows_one_by_one(z, axis):
    assert_close(softmax(z, axis), one_by_one(softmax, axis, z))


def test_softmax_is_along_the_last_axis_unless_told_otherwise(rng):
    z = rng.normal(size=(2, 3, 4))
    assert_close(softmax(z), softmax(z, axis=2))
    assert softmax(np.zeros((0, 3))).shape == (0, 3)


# The Jacobian


def test_eq_softmax_numerator_derivative(rng):
    z = rng.normal(size=4)
    actual = np.exp(logsumexp(z)) * np.diag(softmax(z))
    delta = np.eye(4)
    assert_close(actual, [[delta[i, j] * np.exp(z[i]) for j in range(4)] for i in range(4)])
    assert_derivative(actual, np.exp, lambda z: np.exp(logsumexp(z)) * softmax(z), z)


def test_eq_softmax_denominator_derivative(rng):
    z = rng.normal(size=4)
    actual = np.exp(logsumexp(z)) * softmax(z)
    delta = np.eye(4)
    assert_close(actual, [sum(delta[k, j] * np.exp(z[k]) for k in range(4)) for j in range(4)])
    assert_close(actual, np.exp(z))
    assert_derivative(actual, lambda z: np.exp(z).sum(), lambda z: np.exp(logsumexp(z)), z)


def test_eq_softmax_quotient_rule(rng):
    z = rng.normal(size=4)
    J = softmax_jacobian(z)
    total, delta = sum(np.exp(z)), np.eye(4)
    numerators = complex_step(np.exp, z)
    totals = complex_step(lambda z: np.exp(z).sum(), z)
    for i in range(4):
        for j in range(4):
            e_i, e_j = np.exp(z[i]), np.exp(z[j])
            assert_close(J[i, j], (numerators[i, j] * total - e_i * totals[j]) / total**2)
            assert_close(J[i, j], (delta[i, j] * e_i * total - e_i * e_j) / total**2)
            assert_close(J[i, j], e_i / total * (delta[i, j] - e_j / total))


def test_eq_softmax_derivative_same(rng):
    z = rng.normal(size=4)
    same = np.diag(softmax_jacobian(z))
    e, p, total = np.exp(z), textbook_softmax(z), sum(np.exp(z))
    for i in range(4):
        assert_close(same[i], complex_step(textbook_softmax, z)[i, i])
        assert_close(same[i], (e[i] * total - e[i] * e[i]) / total**2)
        assert_close(same[i], e[i] / total * (total - e[i]) / total)
        assert_close(same[i], p[i] * (1 - p[i]))


def test_eq_softmax_derivative_other(rng):
    z = rng.normal(size=4)
    J = softmax_jacobian(z)
    e, p, total = np.exp(z), textbook_softmax(z), sum(np.exp(z))
    for i in range(4):
        for j in set(range(4)) - {i}:
            assert_close(J[i, j], complex_step(textbook_softmax, z)[i, j])
            assert_close(J[i, j], (0 - e[i] * e[j]) / total**2)
            assert_close(J[i, j], -p[i] * p[j])


@given(eighths(4, largest=8))
def test_eq_softmax_jacobian(z):
    assert ulps(softmax_jacobian(z), exact_jacobian(z)) <= 8  # 4.7 was the worst of 3,000


def test_eq_softmax_jacobian__two_judges(rng):
    z = rng.normal(size=4)
    assert_derivative(softmax_jacobian(z), textbook_softmax, softmax, z)


def test_eq_softmax_jacobian__page_example():
    expected = [[0.1065, -0.1045, -0.0019], [-0.1045, 0.1048, -0.0003], [-0.0019, -0.0003, 0.0022]]
    assert softmax_jacobian(z_page).round(4).tolist() == expected


def test_eq_softmax_jacobian__batched(rng):
    z = rng.normal(size=(2, 3, 4))
    J = softmax_jacobian(z)
    assert J.shape == (2, 3, 4, 4)
    everything = complex_step(textbook_softmax, z)
    for n, m in np.ndindex(2, 3):
        assert_close(J[n, m], everything[n, m, :, n, m, :])


@pytest.mark.parametrize("tau", [0.5, 3.0])
def test_eq_softmax_temperature_jacobian(rng, tau):
    z = rng.normal(size=4)
    actual = softmax_jacobian(z / tau) / tau
    q, delta = textbook_tempered(z, tau), np.eye(4)
    assert_derivative(actual, lambda z: textbook_tempered(z, tau), lambda z: softmax(z / tau), z)
    assert_close(actual, [[q[i] * (delta[i, j] - q[j]) / tau for j in range(4)] for i in range(4)])


@given(arrays(4))
def test_eq_softmax_jacobian_matrix(z):
    p = textbook_softmax(z)
    np.testing.assert_allclose(softmax_jacobian(z), np.diag(p) - np.outer(p, p), rtol=1e-12, atol=1e-15)


@given(arrays(2, 3, 4))
def test_eq_softmax_jacobian_symmetric(z):
    J = softmax_jacobian(z)
    np.testing.assert_array_equal(J, np.swapaxes(J, -1, -2))


def test_eq_softmax_jacobian_symmetric__not_for_a_large_nudge():
    first, second = (softmax(z_page + np.eye(3)[j]) - softmax(z_page) for j in (0, 1))
    assert (round(first[1], 3), round(second[0], 3)) == (-0.072, -0.149)


@given(arrays(2, 3, 4))
def test_eq_softmax_jacobian_columns(z):
    np.testing.assert_allclose(softmax_jacobian(z).sum(axis=-2), 0, atol=1e-16)


@given(arrays(2, 3, 4))
def test_eq_softmax_jacobian_null(z):
    np.testing.assert_allclose(softmax_jacobian(z) @ np.ones(4), 0, atol=1e-16)


@given(arrays(4), arrays(4))
def test_eq_softmax_weighted_mean(z, v):
    p = textbook_softmax(z)
    np.testing.assert_allclose(softmax(z) @ v, sum(p[k] * v[k] for k in range(4)), rtol=1e-12, atol=1e-12)


@given(arrays(4, elements=st.floats(-3, 3)), arrays(4, elements=st.floats(-3, 3)))
def test_eq_softmax_variance_steps(z, v):
    actual = v @ softmax_jacobian(z) @ v
    p = textbook_softmax(z)
    mean = sum(p[k] * v[k] for k in range(4))
    squares = sum(p[i] * v[i] ** 2 for i in range(4))
    steps = [
        sum(p[i] * (v[i] - mean) ** 2 for i in range(4)),
        squares - 2 * mean * sum(p[i] * v[i] for i in range(4)) + mean**2 * sum(p[i] for i in range(4)),
        squares - 2 * mean**2 + mean**2,
        squares - mean**2,
    ]
    np.testing.assert_allclose(steps, actual, rtol=1e-12, atol=1e-14)


def test_softmax_loses_one_direction_only(rng):
    assert np.linalg.matrix_rank(softmax_jacobian(rng.normal(size=5))) == 4


@given(arrays(4), arrays(4))
def test_eq_softmax_jacobian_variance(z, v):
    actual = v @ softmax_jacobian(z) @ v
    p = textbook_softmax(z)
    mean = sum(p[k] * v[k] for k in range(4))
    np.testing.assert_allclose(actual, sum(p[i] * v[i] ** 2 for i in range(4)) - mean**2, rtol=1e-11, atol=1e-11)
    np.testing.assert_allclose(actual, sum(p[i] * (v[i] - mean) ** 2 for i in range(4)), rtol=1e-11, atol=1e-11)
    assert actual >= -1e-13  # rounding, for v up to 30


def test_eq_softmax_jacobian_variance__page_example():
    v = np.array([1.0, -1.0, 0.0])
    assert round(float(softmax(z_page) @ v), 3) == 0.76
    assert round(float(v @ softmax_jacobian(z_page) @ v), 3) == 0.42


@given(arrays(2, 3, 4))
def test_softmax_jacobian_of_a_batch_is_its_rows_one_by_one(z):
    J = softmax_jacobian(z)
    for n, m in np.ndindex(2, 3):
        assert_close(J[n, m], softmax_jacobian(z[n, m]))


# The vector-Jacobian product


@given(arrays(4, elements=st.floats(-3, 3)), eighths(4, largest=3))
def test_eq_softmax_vjp(g, z):
    actual = softmax_vjp(g, z)
    p = textbook_softmax(z)
    J = complex_step(textbook_softmax, z)
    for j in range(4):
        assert_close(actual[j], sum(g[i] * J[i, j] for i in range(4)))
        assert_close(actual[j], p[j] * (g[j] - sum(g[i] * p[i] for i in range(4))))


@given(arrays(4, elements=st.floats(-3, 3)), eighths(4, largest=3))
def test_eq_softmax_vjp_steps(g, z):
    actual = softmax_vjp(g, z)
    p, J, delta = textbook_softmax(z), complex_step(textbook_softmax, z), np.eye(4)
    for j in range(4):
        mean = sum(g[i] * p[i] for i in range(4))
        assert_close(actual[j], sum(g[i] * J[i, j] for i in range(4)))
        assert_close(actual[j], sum(g[i] * p[i] * (delta[i, j] - p[j]) for i in range(4)))
        assert_close(actual[j], sum(g[i] * p[i] * delta[i, j] for i in range(4)) - p[j] * mean)
        assert_close(actual[j], g[j] * p[j] - p[j] * mean)


def test_eq_softmax_vjp__two_judges(rng):
    g, z = rng.normal(size=(2, 5))
    assert_derivative(softmax_vjp(g, z), lambda z: g @ textbook_softmax(z), lambda z: g @ softmax(z), z)


@pytest.mark.parametrize("axis", [-1, 0, 1])
def test_eq_softmax_vjp__batched(rng, axis):
    g, z = rng.normal(size=(2, 2, 3, 4))

    def textbook(z):
        e = np.exp(z)
        return (g * e / e.sum(axis=axis, keepdims=True)).sum()

    assert_derivative(softmax_vjp(g, z, axis), textbook, lambda z: (g * softmax(z, axis)).sum(), z)


def test_eq_softmax_vjp__page_example():
    assert softmax_vjp([1, 2, 3], z_page).round(3).tolist() == [-0.108, 0.104, 0.004]


@given(arrays(4, elements=st.floats(-3, 3)), arrays(4, elements=st.floats(-3, 3)))
def test_eq_softmax_vjp_vector(g, z):
    p = textbook_softmax(z)
    J = np.diag(p) - np.outer(p, p)
    assert_close(softmax_vjp(g, z), J.T @ g)
    assert_close(softmax_vjp(g, z), p * (g - np.ones(4) * (p @ g)))


@given(arrays(2, 3, 4), arrays(2, 3, 4), AXES)
def test_softmax_vjp_of_a_batch_is_its_rows_one_by_one(g, z, axis):
    np.testing.assert_allclose(softmax_vjp(g, z, axis), one_by_one(softmax_vjp, axis, g, z), rtol=1e-12, atol=1e-13)


def test_softmax_vjp_is_along_the_last_axis_unless_told_otherwise(rng):
    g, z = rng.normal(size=(2, 2, 3, 4))
    assert_close(softmax_vjp(g, z), softmax_vjp(g, z, axis=2))


# A whole batch


@given(arrays(3, 4))
def test_eq_softmax_batch(Z):
    P = softmax(Z)
    for n, i in np.ndindex(3, 4):
        assert_close(P[n, i], np.exp(Z[n, i]) / sum(np.exp(Z[n, k]) for k in range(4)))


def test_eq_softmax_batch_jacobian(rng):
    Z = rng.normal(size=(3, 4))
    actual = np.einsum("nm,nij->nimj", np.eye(3), softmax_jacobian(Z))
    P = textbook_softmax(Z)
    assert_derivative(actual, textbook_softmax, softmax, Z)
    for n, i, m, j in np.ndindex(actual.shape):
        assert_close(actual[n, i, m, j], (n == m) * P[n, i] * ((i == j) - P[n, j]))


def test_eq_softmax_batch_jacobian__at_most_one_entry_in_n_is_not_zero(rng):
    whole = complex_step(textbook_softmax, rng.normal(size=(3, 4)))
    assert whole.size == 3**2 * 4**2
    assert np.count_nonzero(whole) == 3 * 4**2


def test_eq_softmax_batch_vjp(rng):
    G, Z = rng.normal(size=(2, 3, 4))
    actual = softmax_vjp(G, Z)
    P, whole = textbook_softmax(Z), complex_step(textbook_softmax, Z)
    for m, j in np.ndindex(3, 4):
        assert_close(actual[m, j], sum(G[n, i] * whole[n, i, m, j] for n, i in np.ndindex(3, 4)))
        assert_close(actual[m, j], P[m, j] * (G[m, j] - sum(G[m, i] * P[m, i] for i in range(4))))


# Extremes

inf, nan = np.inf, np.nan


@pytest.mark.parametrize(
    ("z", "p"),
    [
        ([1e3, 1e3, -1e3], [0.5, 0.5, 0]),
        ([1e300, -1e300], [1, 0]),
        ([-1e300, -1e300], [0.5, 0.5]),
        ([-inf, 2.0, -inf, 2.0], [0, 0.5, 0, 0.5]),
        ([-inf, -1e300], [0, 1]),
        ([-inf, -inf], [nan, nan]),
        ([inf, 0.0], [nan, nan]),
        ([inf, inf], [nan, nan]),
        ([inf, -inf], [nan, nan]),
        ([0.0, nan, -inf], [nan, nan, nan]),
        ([7.0], [1]),
        ([-1e300], [1]),
        ([-inf], [nan]),
    ],
)
def test_softmax_of_extreme_logits(z, p):
    np.testing.assert_array_equal(softmax(z), p)
    np.testing.assert_array_equal(softmax([z, np.zeros(len(z))]), [p, np.full(len(z), 1 / len(z))])


@pytest.mark.parametrize(
    ("z", "J"),
    [
        ([1e3, 1e3, -1e3], [[0.25, -0.25, 0], [-0.25, 0.25, 0], [0, 0, 0]]),
        ([1e300, -1e300], [[0, 0], [0, 0]]),
        ([-inf, 2.0, 2.0], [[0, 0, 0], [0, 0.25, -0.25], [0, -0.25, 0.25]]),
        ([-inf, -inf], np.full((2, 2), nan)),
        ([inf, 0.0], np.full((2, 2), nan)),
        ([nan, 0.0], np.full((2, 2), nan)),
        ([7.0], [[0]]),
    ],
)
def test_softmax_jacobian_and_vjp_of_extreme_logits(rng, z, J):
    g = rng.normal(size=len(z))
    np.testing.assert_array_equal(softmax_jacobian(z), J)
    np.testing.assert_allclose(softmax_vjp(g, z), g @ np.array(J), rtol=1e-14, atol=1e-16)


# Digits


def test_softmax_keeps_its_digits_far_from_zero():
    z = 1e4 + np.array([0.125, 0.5, -3.0, -20.25])
    assert ulps(softmax(z), exact_softmax(z)) <= 2  # 0.4 measured; exp(z - logsumexp(z)) is 600 off


def test_softmax_of_float32_keeps_its_digits():
    z = np.array([0.125, 0.5, -3.0, -20.25], np.float32)
    assert ulps(softmax(z), exact_softmax(z)) <= 2  # 0.6 measured


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("x", [-750.0, -30.0, -0.5, 0.0, 0.5, 27.0, 28.0, 60.0, 90.0, 700.0, 712.0])
def test_softmax_keeps_its_digits_on_both_sides_of_where_the_shift_begins(x, dtype):
    z = (x + np.array([0.0, -0.5, -20.0, -60.0, -102.0])).astype(dtype)  # at x = 0, e^-102 has lost its digits
    assert ulps(softmax(z), exact_softmax(z)) <= 3  # 1.5 measured


def test_rows_that_need_the_shift_leave_the_others_as_they_are():
    near, far = (
        np.array([[3.0, 1.0, -3.0], [0.3, 0.1, 0.7]]),
        np.array([[1000.0, 999.0, 0.0], [-800.0, -801.0, -900.0]]),
    )
    p = softmax(np.stack([near, far], axis=1))
    np.testing.assert_array_equal(p[:, 0], softmax(near))
    np.testing.assert_array_equal(p[:, 1], softmax(far))


def test_softmax_jacobian_keeps_the_digits_of_its_diagonal():
    z = np.array([0.0, -18.0, -18.0, -18.0])
    assert ulps(softmax_jacobian(z), exact_jacobian(z)) <= 4  # 2.1 measured; p(1 - p) is 1.7e7 off


@pytest.mark.parametrize("g", [[1.0, 0.0], [0.0, 1.0], [0.3, -0.6]])
def test_softmax_vjp_keeps_the_digits_of_a_confident_prediction(g):
    z = np.array([0.0, -40.0])
    assert ulps(softmax_vjp(g, z), exact_vjp(g, z)) <= 2  # 0.3 measured; with one mean subtracted every digit goes


@pytest.mark.parametrize("axis", [-1, 0, 1])
def test_softmax_vjp_keeps_the_digits_of_each_row_of_a_batch(axis):
    g, z = np.array([[1.0, 0.0], [5.0, -6.0], [0.25, 8.0]]), np.array([[0.0, -40.0], [0.0, 1.0], [-38.0, 0.0]])
    vjp = softmax_vjp(g if axis else g.T, z if axis else z.T, axis)
    for row, g_n, z_n in zip(vjp if axis else vjp.T, g, z, strict=True):
        assert ulps(row, exact_vjp(g_n, z_n)) <= 2  # 0.4 measured


# Rules


@pytest.mark.parametrize("f", [softmax, softmax_jacobian])
def test_functions_of_logits_keep_the_house_rules(rng, f):
    z = 3 * rng.normal(size=(2, 3, 4))
    assert_keeps_dtype(f, z)
    assert_leaves_inputs_alone(f, z)
    assert_takes_any_layout(f, z)


def test_softmax_vjp_keeps_the_house_rules(rng):
    g, z = 3 * rng.normal(size=(2, 2, 3, 4))
    for axis in (-1, 0, 1):
        assert_keeps_dtype(lambda g, z, axis=axis: softmax_vjp(g, z, axis), g, z)
        assert_leaves_inputs_alone(lambda g, z, axis=axis: softmax_vjp(g, z, axis), g, z)
        assert_takes_any_layout(lambda g, z, axis=axis: softmax_vjp(g, z, axis), g, z)


def test_the_logits_decide_on_the_dtype():
    z = np.zeros(2, np.float32)
    for g in ([1.0, 0.0], np.array([1.0, 0.0]), np.array([1, 0])):
        assert softmax_vjp(g, z).dtype == np.float32
        assert softmax_vjp(np.array(g, np.float32), [0, 0]).dtype == np.float64


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_an_array_of_several_blocks_is_its_rows_one_by_one(rng, axis):
    z = 3 * rng.normal(size=(300, 3, 200))
    p = softmax(z, axis)
    np.testing.assert_allclose(p, scipy.special.softmax(z, axis), rtol=1e-13)
    np.testing.assert_allclose(
        softmax_vjp(z, z, axis), p * (z - (p * z).sum(axis, keepdims=True)), rtol=1e-9, atol=1e-14
    )


def test_an_array_of_several_blocks_keeps_its_dtype(rng):
    z = rng.normal(size=(300, 3, 400)).astype(np.float32)
    assert softmax(z).dtype == np.float32
    assert softmax_vjp(z, z).dtype == np.float32


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_long_row_keeps_its_digits(rng, dtype):
    levels = np.linspace(-1, 1, 7).astype(dtype)  # so that its sum is known in 50 digits without a long wait
    row = rng.permutation(np.repeat(levels, 15_000))
    total = mp.fsum(15_000 * mp.exp(mp.mpf(float(level))) for level in levels)
    p = softmax(row)
    for level in levels:
        exact = mp.exp(mp.mpf(float(level))) / total
        assert ulps(p[row == level][:1], [exact]) <= 3  # a sum from left to right loses 15


@pytest.mark.parametrize("axis", [0, 1])
def test_softmax_along_another_axis_keeps_the_house_rules(rng, axis):
    z = 3 * rng.normal(size=(2, 3, 4))
    assert_keeps_dtype(lambda z: softmax(z, axis), z)
    assert_leaves_inputs_alone(lambda z: softmax(z, axis), z)
    assert_takes_any_layout(lambda z: softmax(z, axis), z)


# Refusals

of_logits = pytest.mark.parametrize(
    "f", [softmax, softmax_jacobian, lambda z: softmax_vjp(np.ones((1, 2)), z)], ids=["softmax", "jacobian", "vjp"]
)


@of_logits
@not_real_numbers
def test_logits_must_be_real_numbers(f, bad, dtype):
    with refuses(TypeError, "z", dtype):
        f(bad)


@not_real_numbers
def test_a_cotangent_must_be_real_numbers(bad, dtype):
    with refuses(TypeError, "g", dtype):
        softmax_vjp(bad, np.zeros((1, 2)))


@of_logits
def test_logits_must_not_be_ragged(f):
    with refuses(ValueError, "z", "a ragged sequence"):
        f(RAGGED)


@of_logits
def test_logits_need_an_axis_and_a_class(f):
    with refuses(ValueError, "z", r"shape \(\)"):
        f(1.0)
    with refuses(ValueError, "z", r"shape \(3, 0\)"):
        f(np.zeros((3, 0)))


@pytest.mark.parametrize("axis", [2, -3])
def test_the_axis_must_be_one_of_z(axis):
    z = np.zeros((2, 3))
    for f in (softmax, lambda z, axis: softmax_vjp(z, z, axis)):
        with pytest.raises(ValueError, match=rf"^z: expected an array with an axis {axis}, got shape \(2, 3\)$"):
            f(z, axis)


def test_the_class_that_is_needed_is_one_along_the_axis():
    none = np.zeros((3, 0))
    for f in (softmax, lambda z, axis: softmax_vjp(z, z, axis)):
        assert f(none, 0).shape == (3, 0)
        with pytest.raises(ValueError, match=r"^z: expected at least one class on axis 0, got shape \(0, 3\)$"):
            f(none.T, 0)


def test_a_cotangent_has_the_shape_of_the_logits():
    with pytest.raises(ValueError, match=r"^g: expected the shape \(3,\) of z, got \(4,\)$"):
        softmax_vjp(np.zeros(4), np.zeros(3))
    with refuses(ValueError, "g", r"\(3,\)"):
        softmax_vjp(np.zeros(3), np.zeros((2, 3)))


# Known mistakes, at the page's counterexample: two equal logits


@given(MODERATE)
def test_mistake_softmax_quotient_denominator_mistake(logit):
    z = np.array([logit, logit])
    e, total = np.exp(z), np.exp(z).sum()
    wrong = (e[0] * total - e[0] ** 2) / sum(e[k] ** 2 for k in range(2))
    assert_close(wrong, 1 / 2)
    assert_close(softmax_jacobian(z)[0, 0], 1 / 4)


@given(MODERATE)
def test_mistake_softmax_diagonal_only_mistake(logit):
    z = np.array([logit, logit])
    p, delta = softmax(z), np.eye(2)
    wrong = delta[0, 1] * p[0] * (1 - p[0])
    assert wrong == 0
    assert softmax_jacobian(z)[0, 1] == -1 / 4


@given(MODERATE)
def test_mistake_softmax_second_derivative_mistake(logit):
    z = np.array([logit, logit])
    p = softmax(z)

    def slope(z):
        e = np.exp(z)
        return e[0] * e[1] / (e[0] + e[1]) ** 2

    assert_close(complex_step(slope, z)[0], 0)
    np.testing.assert_allclose(central_difference(lambda z: softmax_jacobian(z)[0, 0], z)[0], 0, atol=1e-12)
    assert p[0] * (1 - p[0]) == 1 / 4


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_logits_as_far_apart_as_floats_go(dtype):
    largest = np.finfo(dtype).max
    assert softmax(np.array([largest, -largest])).tolist() == [1.0, 0.0]


def test_mistake_softmax_quotient_other_denominator_mistake():
    e = np.exp(np.zeros(2))
    wrong = -e[0] * e[1] / (e**2).sum()
    assert wrong == -1 / 2
    assert softmax_jacobian(np.zeros(2))[0, 1] == -1 / 4


# Errors that `make mutation` plants, and that nothing above notices


@pytest.mark.skipif(np.finfo(np.longdouble).nmant <= 52, reason="numpy's longest floats are float64 here")
@pytest.mark.parametrize("z", [[12.8, -5.2, -11.7, 12.8, 2.3], [1.7, -1.7, -4.8]])
def test_softmax_jacobian_multiplies_probabilities_with_digits_to_spare(z):
    assert ulps(softmax_jacobian(z), np.ravel(exact_jacobian(z))) <= 2  # 3.7 and more from float64's probabilities


def test_softmax_jacobian_adds_many_classes_in_pairs():
    J = softmax_jacobian(np.zeros(500))
    p = mp.mpf(1) / 500
    assert ulps(np.diag(J), [p * (1 - p)] * 500) <= 5  # 52 where the sum goes down the columns


def test_softmax_takes_back_what_the_shift_rounds_off(rng):
    for _ in range(50):
        z = rng.uniform(-300, 300, size=3)
        assert ulps(softmax(z), exact_softmax(z)) <= 5  # 438 without it, 876 with its wrong sign
