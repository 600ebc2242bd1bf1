"""Entropy and divergence: against fifty digits, at the corners of the simplex, and for close distributions."""

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
    complex_step,
    exact,
    mp,
    textbook_cross_entropy,
    textbook_softmax,
    ulps,
)

from byhand import (
    cross_entropy,
    entropy,
    kl_divergence,
    log_softmax,
    logsumexp,
    one_hot,
    soft_cross_entropy,
    soft_cross_entropy_gradient,
    softmax,
)

K = 4
inf, nan = np.inf, np.nan
small_logits = arrays(K, elements=st.floats(-3, 3))
distributions = small_logits.map(textbook_softmax)
labels = st.integers(0, K - 1)


def exact_entropy(t):
    return -mp.fsum(t_k * mp.log(t_k) for t_k in exact(t) if t_k)


def exact_divergence(t, q):
    """The terms that are never negative: the sums of the floats are 1 only up to rounding."""
    pairs = zip(exact(t), exact(q), strict=True)
    return mp.fsum((t_k * mp.log(t_k / q_k) if t_k else 0) - t_k + q_k for t_k, q_k in pairs)


def textbook_divergence(t, q):
    return sum(t[k] * np.log(t[k] / q[k]) for k in range(len(t)))


# The parts of a cross-entropy


@given(distributions, distributions)
def test_eq_entropy_cross_entropy(t, q):
    expected = -sum(t[k] * np.log(q[k]) for k in range(K))
    np.testing.assert_allclose(soft_cross_entropy(np.log(q), t), expected, rtol=1e-13)


@given(distributions)
def test_eq_entropy(t):
    assert ulps(entropy(t), [exact_entropy(t)]) <= 4  # 2.2 was the worst of 1,500
    np.testing.assert_allclose(entropy(t), scipy.special.entr(t).sum(), rtol=1e-13)


def test_eq_entropy__page_example():
    rows = [1.0, 0.0, 0.0], [0.9, 0.1, 0.0], [0.5, 0.25, 0.25], np.full(3, 1 / 3)
    assert [round(float(entropy(t)), 3) for t in rows] == [0, 0.325, 1.04, 1.099]
    assert round(float(entropy([0.01, 0.99])), 3) == 0.056


@given(distributions, distributions)
def test_eq_kl_steps(t, q):
    actual = kl_divergence(t, q)
    by_parts = -sum(t[k] * np.log(q[k]) for k in range(K)) + sum(t[k] * np.log(t[k]) for k in range(K))
    np.testing.assert_allclose(actual, by_parts, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(actual, sum(t[k] * (np.log(t[k]) - np.log(q[k])) for k in range(K)), atol=1e-14)
    np.testing.assert_allclose(actual, textbook_divergence(t, q), atol=1e-14)


@given(distributions, distributions)
def test_eq_kl_divergence(t, q):
    expected = exact_divergence(t, q)
    assert ulps(kl_divergence(t, q), [expected]) <= 32 or expected < 1e-25  # 8.6 was the worst of 1,500
    np.testing.assert_allclose(kl_divergence(t, q), scipy.special.kl_div(t, q).sum(), rtol=1e-9, atol=1e-15)


def test_eq_kl_divergence__page_example():
    t, q = np.array([0.5, 0.25, 0.25]), softmax([3.0, 1.0, -3.0])
    assert round(float(kl_divergence(t, q)), 3) == 1.089
    assert f"{kl_divergence(t, t + np.array([1e-9, -1e-9, 0])):.1e}" == "3.0e-18"


@given(distributions, distributions)
def test_eq_cross_entropy_decomposition(t, q):
    whole = -sum(t[k] * np.log(q[k]) for k in range(K))
    np.testing.assert_allclose(entropy(t) + kl_divergence(t, q), whole, rtol=1e-13)


# Never negative


@given(st.floats(1e-9, 1e9))
def test_eq_log_tangent(x):
    log_x = logsumexp(np.log([x]))
    np.testing.assert_allclose(log_x, float(mp.log(exact([x])[0])), rtol=1e-15)
    assert mp.log(exact([x])[0]) <= exact([x])[0] - 1


@given(distributions, distributions)
def test_eq_kl_term(t, q):
    actual = t * (log_softmax(np.log(t)) - log_softmax(np.log(q)))
    for k in range(K):
        np.testing.assert_allclose(actual[k], t[k] * np.log(t[k] / q[k]), rtol=1e-12, atol=1e-15)
        t_k, q_k = exact([t[k], q[k]])
        assert t_k * mp.log(t_k / q_k) >= t_k - q_k


@given(distributions, distributions)
def test_eq_kl_nonnegative(t, q):
    assert kl_divergence(t, q) >= 0
    np.testing.assert_allclose(kl_divergence(t, q), textbook_divergence(t, q), atol=1e-14)
    np.testing.assert_allclose(sum(t[k] for k in range(K)) - sum(q[k] for k in range(K)), 0, atol=1e-15)
    assert kl_divergence(t, t) == 0
    assert kl_divergence(t, q) > 0 or abs(t - q).max() < 1e-150


@given(distributions, distributions)
def test_eq_kl_terms(t, q):
    terms = sum(t[k] * np.log(t[k] / q[k]) - t[k] + q[k] for k in range(K))
    np.testing.assert_allclose(kl_divergence(t, q), terms, rtol=1e-12, atol=1e-15)


@given(distributions)
def test_eq_entropy_uniform(t):
    expected = np.log(K) - sum(t[k] * np.log(t[k] / (1 / K)) for k in range(K))
    np.testing.assert_allclose(entropy(t), expected, rtol=1e-12)
    assert entropy(t) <= np.log(K) + 1e-15
    assert_close(entropy(np.full(K, 1 / K)), np.log(K))


# The gradient


@given(small_logits)
def test_eq_entropy_softmax(z):
    total = sum(np.exp(z[k]) for k in range(K))
    for j in range(K):
        assert_close(softmax(z)[j], np.exp(z[j]) / total)


@given(small_logits, distributions)
def test_eq_kl_gradient(z, t):
    actual = soft_cross_entropy_gradient(z, t)
    by_z = complex_step(lambda z: sum(t[k] * np.log(t[k] / textbook_softmax(z)[k]) for k in range(K)), z)
    also = complex_step(lambda z: -sum(t[k] * np.log(textbook_softmax(z)[k]) for k in range(K)), z)
    for j in range(K):
        np.testing.assert_allclose(actual[j], [by_z[j], also[j]], rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(actual[j], textbook_softmax(z)[j] - t[j], rtol=1e-12, atol=1e-15)


# Maximum likelihood


def test_eq_likelihood_softmax(rng):
    Z = rng.normal(size=(3, K))
    for n in range(3):
        for k in range(K):
            assert_close(softmax(Z)[n, k], np.exp(Z[n, k]) / sum(np.exp(Z[n, j]) for j in range(K)))


def test_eq_likelihood_loss(rng):
    Z, C = rng.normal(size=(3, K)), [1, 3, 0]
    assert_close(cross_entropy(Z, C), textbook_cross_entropy(Z, C))


def test_eq_log_likelihood(rng):
    Z, C = rng.normal(size=(3, K)), [1, 3, 0]
    P = textbook_softmax(Z)
    assert_close(-3 * cross_entropy(Z, C), np.log(P[0, 1] * P[1, 3] * P[2, 0]))
    assert_close(-3 * cross_entropy(Z, C), sum(np.log(P[n, C[n]]) for n in range(3)))


def test_eq_likelihood(rng):
    Z, C = rng.normal(size=(3, K)), [1, 3, 0]
    P = textbook_softmax(Z)
    assert_close(np.exp(-3 * cross_entropy(Z, C)), P[0, 1] * P[1, 3] * P[2, 0])


def test_eq_likelihood__page_example():
    loss = cross_entropy(np.array([[3.0, 1.0, -3.0], [0.0, 0.0, 0.0]]), [0, 2])
    assert round(float(np.exp(-2 * loss)), 3) == round(softmax([3.0, 1.0, -3.0])[0] / 3, 3) == 0.293
    assert round(-1000 * np.log(3), 1) == -1098.6
    assert 1 / 3**1000 == 0 or round(np.log10(3) * 1000) == 477


@given(st.lists(labels, min_size=1, max_size=6))
def test_eq_likelihood_shares(C):
    f = one_hot(C, K).mean(axis=0)
    for k in range(K):
        assert_close(f[k], sum(c == k for c in C) / len(C))


@given(small_logits, st.lists(labels, min_size=1, max_size=6))
def test_eq_likelihood_constant(z, C):
    actual, p = soft_cross_entropy(z, one_hot(C, K).mean(axis=0)), textbook_softmax(z)
    np.testing.assert_allclose(actual, -sum(np.log(p[c]) for c in C) / len(C), rtol=1e-12)
    shares = [C.count(k) / len(C) for k in range(K)]
    np.testing.assert_allclose(actual, -sum(shares[k] * np.log(p[k]) for k in range(K)), rtol=1e-12)


# Digits, corners, batches


@pytest.mark.parametrize("size", [1e-3, 1e-5, 1e-8, 1e-12])
def test_close_distributions_keep_their_divergence(size, rng):
    for _ in range(100):
        t = rng.dirichlet(np.ones(K))
        noise = rng.uniform(-0.5, 0.5, size=K)
        q = t + size * t.min() * (noise - noise.mean())
        assert ulps(kl_divergence(t, q), [exact_divergence(t, q)]) <= 16


@pytest.mark.parametrize("ratio", [0.5, 0.74, 0.76, 0.99, 1.01, 1.24, 1.26, 2, 1e3, 1e-3])
def test_no_step_where_the_series_begins(ratio):
    t = np.array([0.25, 0.75])
    q = np.array([0.25 * ratio, 1 - 0.25 * ratio]) if ratio < 4 else np.array([1 - 1 / ratio, 1 / ratio])
    assert ulps(kl_divergence(t, q), [exact_divergence(t, q)]) <= 16


def test_tiny_probabilities():
    t, q = np.array([1.0, 1e-300]), np.array([1.0, 5e-324])
    assert ulps(kl_divergence(t, q), [exact_divergence(t, q)]) <= 4
    assert ulps(entropy(t), [exact_entropy(t)]) <= 2
    assert ulps(kl_divergence(q[::-1], [0.5, 0.5]), [exact_divergence(q[::-1], [0.5, 0.5])]) <= 4
    assert ulps(kl_divergence([0.5, 0.5], q), [exact_divergence([0.5, 0.5], q)]) <= 4  # 0.5 / 5e-324 overflows


@pytest.mark.parametrize(
    ("t", "q", "H", "KL"),
    [
        ([1, 0], [1, 0], 0, 0),
        ([1, 0], [0.5, 0.5], 0, np.log(2)),
        ([0.5, 0.5], [1, 0], np.log(2), inf),
        ([0, 1], [1, 0], 0, inf),
        ([1], [1], 0, 0),
        ([0.0, 0.5, 0.5], [0.0, 0.25, 0.75], np.log(2), np.log(4) / 2 + np.log(4 / 3) / 2 - np.log(2)),
    ],
)
def test_corners(t, q, H, KL):
    np.testing.assert_allclose(entropy(t), H, rtol=1e-15)
    np.testing.assert_allclose(kl_divergence(np.array(t, float), q), KL, rtol=1e-14)
    assert str(entropy(t)) != "-0.0"
    assert str(kl_divergence(t, t)) == "0.0"


@given(arrays(2, 3, 4, elements=st.floats(-3, 3)), arrays(2, 3, 4, elements=st.floats(-3, 3)))
def test_a_batch_is_its_rows_one_by_one(u, z):
    t, q = textbook_softmax(u), textbook_softmax(z)
    assert_close(entropy(t), sum(entropy(t[index]) for index in np.ndindex(2, 3)) / 6)
    assert_close(kl_divergence(t, q), sum(kl_divergence(t[index], q[index]) for index in np.ndindex(2, 3)) / 6)
    np.testing.assert_allclose(entropy(t) + kl_divergence(t, q), soft_cross_entropy(z, t), rtol=1e-12)


def test_house_rules(rng):
    t, q = rng.dirichlet(np.ones(4), (2, 3)), rng.dirichlet(np.ones(4), (2, 3))
    assert_leaves_inputs_alone(entropy, t)
    assert_leaves_inputs_alone(kl_divergence, t, q)
    assert_takes_any_layout(entropy, t)
    assert_takes_any_layout(kl_divergence, t, q)
    for f, given_ in ((entropy, (t,)), (kl_divergence, (t, q))):
        small = f(*(array.astype(np.float32) for array in given_))
        assert small.dtype == np.float32
        np.testing.assert_allclose(small, f(*given_), rtol=1e-5)
        whole = f(*(np.eye(4, dtype=np.int8) for _ in given_))
        assert whole.dtype == np.float64
        assert whole == 0
    assert kl_divergence(t.astype(np.float32), q).dtype == np.float32


# Refusals


@not_real_numbers
def test_distributions_are_real_numbers(bad, dtype):
    with refuses(TypeError, "t", dtype):
        entropy(bad)
    with refuses(TypeError, "t", dtype):
        kl_divergence(bad, [[0.5, 0.5]])
    with refuses(TypeError, "q", dtype):
        kl_divergence([[0.5, 0.5]], bad)


@pytest.mark.parametrize(
    ("bad", "came"),
    [
        (RAGGED, "a ragged sequence"),
        (1.0, r"shape \(\)"),
        (np.zeros((1, 0)), r"shape \(1, 0\)"),
        (np.zeros((0, 2)), r"shape \(0, 2\)"),
        ([[0.5, 0.5], [1.5, -0.5]], "-0.5"),
        ([[0.5, 0.5], [1.0, 1.0]], "the sum 2.0"),
        ([0.5, 0.499], "the sum 0.999"),
        ([nan, 0.5], "the sum nan"),
    ],
)
def test_a_target_is_a_distribution(bad, came):
    with refuses(ValueError, "t", came):
        entropy(bad)
    with refuses(ValueError, "t", came):
        kl_divergence(bad, [0.5, 0.5])


@pytest.mark.parametrize(
    ("bad", "came"),
    [
        ([0.5, 0.25, 0.25], r"\(3,\)"),
        ([[0.5, 0.5]], r"\(1, 2\)"),
        ([1.5, -0.5], "-0.5"),
        ([0.5, 0.25], "the sum 0.75"),
        (RAGGED, "a ragged sequence"),
    ],
)
def test_a_prediction_is_a_distribution_of_the_same_shape(bad, came):
    with refuses(ValueError, "q", came):
        kl_divergence([0.5, 0.5], bad)


# Known mistakes, with t = [1/2, 1/2] and q = [1/4, 3/4]

T, Q = np.array([1 / 2, 1 / 2]), np.array([1 / 4, 3 / 4])


def test_mistake_kl_symmetric_mistake():
    assert [round(float(x), 3) for x in (kl_divergence(T, Q), kl_divergence(Q, T))] == [0.144, 0.131]
    assert kl_divergence(Q, Q[::-1]) == kl_divergence(Q[::-1], Q)  # the case that hides it


def test_mistake_kl_upside_down_mistake():
    assert round(float(kl_divergence(T, Q)), 3) == 0.144
    assert round(sum(T[k] * np.log(Q[k] / T[k]) for k in range(2)), 3) == -0.144


def test_mistake_entropy_wrong_side_mistake():
    assert round(float(entropy(T)), 3) == 0.693
    assert round(float(soft_cross_entropy(np.log(Q), T)), 3) == 0.837
    assert round(float(soft_cross_entropy(np.log(Q), T) + kl_divergence(T, Q)), 3) == 0.981


def test_mistake_likelihood_sum_mistake():
    Z, P = np.zeros((2, 2)), np.full((2, 2), 0.5)
    assert round(float(-2 * cross_entropy(Z, [0, 0])), 3) == round(np.log(1 / 4), 3) == -1.386
    assert np.log(P[0, 0] + P[1, 0]) == 0
    assert_close(-cross_entropy(Z[:1], [0]), np.log(P[0, 0]))  # with one example they agree


# Errors that `make mutation` plants, and that nothing above notices


def test_the_series_ends_on_both_sides_at_once():
    t, q = np.array([0.5, 0.5]), np.array([0.625, 0.375])  # |q - t| is a quarter of t
    assert ulps(kl_divergence(t, q), [exact_divergence(t, q)]) <= 16


def test_the_series_takes_a_target_that_rounding_made_larger_than_one():
    bit = 2.0**-50
    t, q = np.array([1 + bit, 0.0]), np.array([0.75 + bit, 0.25 - bit])
    assert ulps(kl_divergence(t, q), [exact_divergence(t, q)]) <= 16


def test_a_tiny_divergence_is_the_log_of_a_ratio():
    t, q = np.array([1.0, 1e-300]), np.array([1.0, 2e-300])  # log t - log q would lose two digits
    assert ulps(kl_divergence(t, q), [exact_divergence(t, q)]) <= 16


def test_a_message_says_whose_shape_it_expects():
    with pytest.raises(ValueError, match=r"^q: expected the shape \(2,\) of t, got \(1,\)$"):
        kl_divergence([0.5, 0.5], [1.0])


def test_half_the_digits_are_enough_for_a_sum_of_one():
    bit = 2.0**-26
    assert_close(entropy([0.5, 0.5 + bit]), np.log(2) - bit * (1 - np.log(2)))
    with refuses(ValueError, "t", "the sum 1.*"):
        entropy([0.5, 0.5 + 1.0001 * bit])
