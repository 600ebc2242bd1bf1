"""Cross-entropy and its gradient: for labels, and for whole distributions.

Labels are counted from 0 here, as in the code.
"""

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
    complex_step,
    eighths,
    exact,
    exact_gradient,
    exact_log_softmax,
    exact_softmax,
    mp,
    textbook_cross_entropy,
    textbook_softmax,
    ulps,
)

from byhand import (
    cross_entropy,
    cross_entropy_gradient,
    one_hot,
    soft_cross_entropy,
    soft_cross_entropy_gradient,
    softmax,
    softmax_jacobian,
)

K = 4
small_logits = arrays(K, elements=st.floats(-3, 3))
labels = st.integers(0, K - 1)
weights = arrays(K, elements=st.floats(0, 2))
z_page = np.array([3.0, 1.0, -3.0])
inf, nan = np.inf, np.nan


def delta(i, j):
    return 1 if i == j else 0


def textbook_soft_cross_entropy(z, t):
    log_p = np.log(textbook_softmax(z))
    rows = [-sum(t[index][k] * log_p[index][k] for k in range(z.shape[-1])) for index in np.ndindex(z.shape[:-1])]
    return sum(rows) / len(rows)


# One-hot targets


@given(labels)
def test_eq_one_hot(c):
    assert one_hot(c, K).tolist() == [delta(k, c) for k in range(K)]


@given(st.lists(labels, max_size=5))
def test_eq_one_hot_rows(C):
    Y = one_hot(C, K)
    assert Y.shape == (len(C), K)
    for n in range(len(C)):
        for k in range(K):
            assert Y[n, k] == delta(k, C[n])


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.int64, np.uint64])
def test_one_hot_takes_any_integers_and_any_shape(dtype):
    C = np.array([[0, 3], [2, 1], [3, 3]], dtype)
    Y = one_hot(C, K)
    assert Y.shape == (3, 2, K)
    assert Y.dtype == np.float64
    for index in np.ndindex(C.shape):
        np.testing.assert_array_equal(Y[index], one_hot(C[index], K))
    assert_leaves_inputs_alone(lambda C: one_hot(C, K), C)


# The loss, for labels


@given(eighths(5), st.integers(0, 4))
def test_eq_cross_entropy(z, c):
    L = cross_entropy(z, c)
    log_p = exact_log_softmax(z)
    y = one_hot(c, 5)
    assert ulps(L, [-mp.fsum(y[k] * log_p[k] for k in range(5))]) <= 3  # 1.7 was the worst of 3,000
    assert ulps(L, [-log_p[c]]) <= 3
    assert_close(L, soft_cross_entropy(z, y))


def test_eq_cross_entropy__page_example():
    assert [round(float(cross_entropy(z_page, c)), 3) for c in range(3)] == [0.129, 2.129, 6.129]


@given(small_logits, labels)
def test_eq_cross_entropy_logits(z, c):
    L = cross_entropy(z, c)
    np.testing.assert_allclose(L, -np.log(textbook_softmax(z)[c]), rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(L, np.log(sum(np.exp(z[k]) for k in range(K))) - z[c], rtol=1e-13, atol=1e-14)


@given(arrays(3, K, elements=st.floats(-3, 3)), st.lists(labels, min_size=3, max_size=3))
def test_eq_cross_entropy_batch(Z, C):
    P = textbook_softmax(Z)
    np.testing.assert_allclose(
        cross_entropy(Z, C), -1 / 3 * sum(np.log(P[n, C[n]]) for n in range(3)), rtol=1e-13, atol=1e-14
    )


def test_eq_cross_entropy_batch__page_example():
    Z, C = [[3.0, 1.0, -3.0], [0.0, 0.0, 0.0]], [0, 2]
    assert round(float(cross_entropy(Z, C)), 3) == 0.614
    assert cross_entropy_gradient(Z, C).round(3).tolist() == [[-0.061, 0.059, 0.001], [0.167, 0.167, -0.333]]


# The gradient, for labels


@given(small_logits, labels)
def test_eq_cross_entropy_by_probabilities(z, c):
    p = softmax(z)
    actual = -one_hot(c, K) / p
    by_p = complex_step(lambda p: -np.log(p[c]), p)
    for k in range(K):
        assert_close(actual[k], by_p[k])
        assert_close(actual[k], -delta(k, c) / textbook_softmax(z)[k])


@given(small_logits, labels)
def test_eq_cross_entropy_chain(z, c):
    actual = cross_entropy_gradient(z, c)
    by_p = complex_step(lambda p: -np.log(p[c]), textbook_softmax(z))
    J = complex_step(textbook_softmax, z)
    for j in range(K):
        assert_close(actual[j], sum(by_p[i] * J[i, j] for i in range(K)))


@given(small_logits, labels)
def test_eq_cross_entropy_gradient_cases(z, c):
    actual = cross_entropy_gradient(z, c)
    p, y = textbook_softmax(z), one_hot(c, K)
    by_p, J = -y / p, softmax_jacobian(z)
    for j in range(K):
        others = [i for i in range(K) if i != j]
        assert_close(actual[j], by_p[j] * J[j, j] + sum(by_p[i] * J[i, j] for i in others))
        assert_close(actual[j], -y[j] / p[j] * p[j] * (1 - p[j]) + sum(-y[i] / p[i] * -p[i] * p[j] for i in others))
        assert_close(actual[j], -y[j] + y[j] * p[j] + p[j] * sum(y[i] for i in others))
        assert_close(actual[j], -y[j] + p[j] * sum(y[i] for i in range(K)))
        assert_close(actual[j], p[j] - y[j])


@given(small_logits, labels)
def test_eq_cross_entropy_gradient_delta(z, c):
    actual = cross_entropy_gradient(z, c)
    p, y = textbook_softmax(z), one_hot(c, K)
    for j in range(K):
        assert_close(actual[j], sum(-y[i] / p[i] * p[i] * (delta(i, j) - p[j]) for i in range(K)))
        assert_close(actual[j], -sum(y[i] * delta(i, j) for i in range(K)) + p[j] * sum(y[i] for i in range(K)))
        assert_close(actual[j], p[j] - y[j])


@given(small_logits, labels)
def test_eq_cross_entropy_gradient_direct(z, c):
    actual = cross_entropy_gradient(z, c)
    total = sum(np.exp(z[k]) for k in range(K))
    by_z = complex_step(lambda z: np.log(np.exp(z).sum()), z) - complex_step(lambda z: z[c], z)
    for j in range(K):
        assert_close(actual[j], by_z[j])
        assert_close(actual[j], np.exp(z[j]) / total - delta(j, c))
        assert_close(actual[j], textbook_softmax(z)[j] - delta(j, c))


@given(eighths(5), st.integers(0, 4))
def test_eq_cross_entropy_gradient(z, c):
    assert ulps(cross_entropy_gradient(z, c), exact_gradient(z, c)) <= 4  # 2.2 was the worst of 3,000


def test_eq_cross_entropy_gradient__two_judges(rng):
    z, c = rng.normal(size=K), 2
    assert_derivative(
        cross_entropy_gradient(z, c), lambda z: -np.log(textbook_softmax(z)[c]), lambda z: cross_entropy(z, c), z
    )


def test_eq_cross_entropy_gradient__page_example():
    assert cross_entropy_gradient(z_page, 1).round(3).tolist() == [0.879, -0.881, 0.002]


@given(arrays(2, 3, K), st.integers(0, K - 1))
def test_eq_cross_entropy_gradient_sum(z, c):
    gradient = cross_entropy_gradient(z, np.full((2, 3), c))
    np.testing.assert_allclose(gradient.sum(axis=-1), 0, atol=1e-16)


def test_eq_cross_entropy_batch_entry(rng):
    Z, C = rng.normal(size=(3, K)), [1, 3, 0]
    actual, P = cross_entropy_gradient(Z, C), textbook_softmax(Z)
    by_Z = complex_step(lambda Z: textbook_cross_entropy(Z, C), Z)
    for n in range(3):
        for k in range(K):
            assert_close(actual[n, k], by_Z[n, k])
            assert_close(actual[n, k], 1 / 3 * (P[n, k] - delta(k, C[n])))


def test_eq_cross_entropy_batch_gradient(rng):
    Z, C = rng.normal(size=(3, K)), [1, 3, 0]
    actual = cross_entropy_gradient(Z, C)
    assert_close(actual, (textbook_softmax(Z) - np.array([[0, 1, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0]])) / 3)
    assert_derivative(actual, lambda Z: textbook_cross_entropy(Z, C), lambda Z: cross_entropy(Z, C), Z)


@given(arrays(2, 3, 4), st.data())
def test_a_batch_is_its_rows_one_by_one(z, data):
    C = np.reshape(data.draw(st.lists(labels, min_size=6, max_size=6)), (2, 3))
    losses = [cross_entropy(z[index], C[index]) for index in np.ndindex(2, 3)]
    np.testing.assert_allclose(cross_entropy(z, C), sum(losses) / 6, rtol=1e-13)
    gradient = cross_entropy_gradient(z, C)
    for index in np.ndindex(2, 3):
        assert_close(gradient[index], cross_entropy_gradient(z[index], C[index]) / 6)


# Soft targets


@given(arrays(3, elements=st.floats(0.001, 1)), arrays(3, elements=st.floats(0, 2)))
def test_eq_cross_entropy_distributions(q, t):
    q = q / q.sum()
    expected = -sum(t[k] * np.log(q[k]) for k in range(3))
    np.testing.assert_allclose(soft_cross_entropy(np.log(q), t), expected, rtol=1e-12, atol=1e-14)


@given(small_logits, weights)
def test_eq_soft_cross_entropy_logits(z, t):
    actual = soft_cross_entropy(z, t)
    ell = np.log(sum(np.exp(z[k]) for k in range(K)))
    expected = ell * sum(t[k] for k in range(K)) - sum(t[k] * z[k] for k in range(K))
    np.testing.assert_allclose(actual, -sum(t[k] * (z[k] - ell) for k in range(K)), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-13)


@given(eighths(K), weights)
def test_soft_cross_entropy_against_fifty_digits(z, t):
    expected = -mp.fsum(t_k * log_p for t_k, log_p in zip(exact(t), exact_log_softmax(z), strict=True))
    assert ulps(soft_cross_entropy(z, t), [expected]) <= 4 or expected < 1e-300  # 2.0 was the worst of 3,000


@given(small_logits, weights)
def test_eq_soft_cross_entropy_gradient(z, t):
    actual, p = soft_cross_entropy_gradient(z, t), exact_softmax(z)
    for j in range(K):
        expected = p[j] * mp.fsum(exact(t)) - mp.mpf(float(t[j]))
        assert abs(actual[j] - expected) <= 4e-15  # 1.8e-15 was the worst of 3,000; the terms are up to 8


def test_eq_soft_cross_entropy_gradient__two_judges(rng):
    z, t = rng.normal(size=(3, K)), rng.uniform(size=(3, K))  # in sum not 1
    assert_derivative(
        soft_cross_entropy_gradient(z, t),
        lambda z: textbook_soft_cross_entropy(z, t),
        lambda z: soft_cross_entropy(z, t),
        z,
    )


def test_eq_soft_cross_entropy_gradient__page_example():
    t = [0.9, 0.1, 0.0]
    assert round(float(soft_cross_entropy(z_page, t)), 3) == 0.329
    assert soft_cross_entropy_gradient(z_page, t).round(3).tolist() == [-0.021, 0.019, 0.002]


@given(arrays(2, 3, 4), arrays(2, 3, 4, elements=st.floats(0, 2)))
def test_a_batch_of_soft_targets_is_its_rows_one_by_one(z, t):
    losses = [soft_cross_entropy(z[index], t[index]) for index in np.ndindex(2, 3)]
    np.testing.assert_allclose(soft_cross_entropy(z, t), sum(losses) / 6, rtol=1e-13)
    gradient = soft_cross_entropy_gradient(z, t)
    for index in np.ndindex(2, 3):
        assert_close(gradient[index], soft_cross_entropy_gradient(z[index], t[index]) / 6)


@given(arrays(2, 3, 4))
def test_one_hot_rows_are_soft_targets(z):
    C = np.array([[0, 3, 1], [2, 2, 0]])
    Y = one_hot(C, 4)
    np.testing.assert_allclose(soft_cross_entropy(z, Y), cross_entropy(z, C), rtol=1e-13)
    assert_close(soft_cross_entropy_gradient(z, Y), cross_entropy_gradient(z, C))
    log_p = scipy.special.log_softmax(z, axis=-1)
    np.testing.assert_allclose(cross_entropy(z, C), -(Y * log_p).sum(axis=-1).mean(), rtol=1e-12)


# Extremes


@pytest.mark.parametrize(
    ("z", "c", "loss", "gradient"),
    [
        ([0.0, 1e3], 0, 1e3, [-1, 1]),
        ([0.0, 1e3], 1, 0, [0, 0]),
        ([1e300, -1e300], 1, 2e300, [1, -1]),
        ([-1e300, -1e300], 0, np.log(2), [-0.5, 0.5]),
        ([-inf, 2.0], 1, 0, [0, 0]),
        ([-inf, 2.0], 0, inf, [-1, 1]),
        ([-inf, -inf], 0, nan, [nan, nan]),
        ([inf, 0.0], 0, nan, [nan, nan]),
        ([nan, 0.0], 1, nan, [nan, nan]),
        ([7.0], 0, 0, [0]),
    ],
)
def test_extreme_logits(z, c, loss, gradient):
    np.testing.assert_array_equal(cross_entropy(z, c), loss)
    np.testing.assert_array_equal(soft_cross_entropy(z, one_hot(c, len(z))), loss)
    np.testing.assert_array_equal(cross_entropy_gradient(z, c), gradient)
    np.testing.assert_array_equal(soft_cross_entropy_gradient(z, one_hot(c, len(z))), gradient)


def test_a_certain_prediction_costs_a_zero_without_a_sign():
    assert str(cross_entropy([7.0], 0)) == "0.0"
    assert str(cross_entropy([0.0, 1e3], 1)) == "0.0"


def test_a_masked_class_that_is_no_target_costs_nothing():
    z, t = [-inf, 0.0, 0.0], [0.0, 0.5, 0.5]
    np.testing.assert_allclose(soft_cross_entropy(z, t), np.log(2), rtol=1e-15)
    assert soft_cross_entropy_gradient(z, t).tolist() == [0, 0, 0]
    assert soft_cross_entropy(z, [0.5, 0.5, 0.0]) == inf


# Digits


@pytest.mark.parametrize("z", [[40.0, 0.0], [0.0, -18.0, -18.0, -18.0]])
def test_the_gradient_keeps_the_digits_of_a_confident_prediction(z):
    assert ulps(cross_entropy_gradient(z, 0), exact_gradient(z, 0)) <= 3  # 1.3 measured; p - y loses 1.4e7 and all


@pytest.mark.parametrize("z", [[40.0, 0.0], [0.0, 1000.0], [0.0, -18.0, -18.0, -18.0], [10000.5, 9999.75]])
def test_the_loss_keeps_the_digits_of_a_confident_prediction(z):
    expected = [-exact_log_softmax(z)[0]]
    assert ulps(cross_entropy(z, 0), expected) <= 2  # 0.9 measured; -log p and logsumexp(z) - z_c lose them
    assert ulps(soft_cross_entropy(z, one_hot(0, len(z))), expected) <= 2


# Rules


def test_functions_of_logits_and_labels_keep_the_house_rules(rng):
    z, C = 3 * rng.normal(size=(2, 3, 4)), rng.integers(0, 4, size=(2, 3))
    for f in (cross_entropy, cross_entropy_gradient):
        assert_keeps_dtype(lambda z, f=f: f(z, C), z)
        assert_leaves_inputs_alone(f, z, C)
        assert_takes_any_layout(f, z, C)
        for dtype in (np.int8, np.uint8, np.uint64):
            np.testing.assert_array_equal(f(z, C.astype(dtype)), f(z, C))


def test_functions_of_logits_and_soft_targets_keep_the_house_rules(rng):
    z, t = 3 * rng.normal(size=(2, 3, 4)), 3 * rng.uniform(size=(2, 3, 4))
    for f in (soft_cross_entropy, soft_cross_entropy_gradient):
        assert_keeps_dtype(f, z, t)
        assert_leaves_inputs_alone(f, z, t)
        assert_takes_any_layout(f, z, t)


# Refusals

of_labels = pytest.mark.parametrize("f", [cross_entropy, cross_entropy_gradient])
of_targets = pytest.mark.parametrize("f", [soft_cross_entropy, soft_cross_entropy_gradient])
of_logits = pytest.mark.parametrize(
    ("f", "target"),
    [
        (cross_entropy, [0]),
        (cross_entropy_gradient, [0]),
        (soft_cross_entropy, [[0.5, 0.5]]),
        (soft_cross_entropy_gradient, [[0.5, 0.5]]),
    ],
)


@of_logits
@not_real_numbers
def test_logits_must_be_real_numbers(f, target, bad, dtype):
    with refuses(TypeError, "z", dtype):
        f(bad, target)


@of_logits
def test_logits_have_rows_a_class_and_an_example(f, target):
    with refuses(ValueError, "z", "a ragged sequence"):
        f(RAGGED, target)
    with refuses(ValueError, "z", r"shape \(\)"):
        f(1.0, target)
    with refuses(ValueError, "z", r"shape \(1, 0\)"):
        f(np.zeros((1, 0)), target)
    with pytest.raises(ValueError, match=r"^z: expected at least one example .*, got shape \(0, 2\)$"):
        f(np.zeros((0, 2)), target)


@of_targets
@not_real_numbers
def test_targets_must_be_real_numbers(f, bad, dtype):
    with refuses(TypeError, "t", dtype):
        f(np.zeros((1, 2)), bad)


@of_targets
def test_targets_have_the_shape_of_the_logits(f):
    with pytest.raises(ValueError, match=r"^t: expected the shape \(1, 2\) of z, got \(2,\)$"):
        f(np.zeros((1, 2)), [0.5, 0.5])
    with refuses(ValueError, "t", r"\(1, 3\)"):
        f(np.zeros((1, 2)), np.ones((1, 3)))
    with refuses(ValueError, "t", "a ragged sequence"):
        f(np.zeros((1, 2)), RAGGED)


@of_targets
def test_targets_are_not_negative(f):
    with refuses(ValueError, "t", -0.25):
        f(np.zeros((2, 2)), [[0.5, 0.5], [1.25, -0.25]])
    with refuses(ValueError, "t", -inf):
        f(np.zeros(2), [1.0, -inf])
    assert np.isfinite(f(np.zeros(2), [-0.0, 0.0])).all()


not_labels = pytest.mark.parametrize(
    ("bad", "dtype"),
    [([0.0, 1.0], "float64"), ([True, False], "bool"), (["0", "1"], "<U1"), ([1j, 0], "complex128")],
)


@not_labels
def test_labels_must_be_integers(bad, dtype):
    for f in (cross_entropy, cross_entropy_gradient):
        with refuses(TypeError, "labels", dtype):
            f(np.zeros((2, 3)), bad)
    with refuses(TypeError, "labels", dtype):
        one_hot(bad, 3)


@pytest.mark.parametrize(("bad", "dtype"), [(0.0, "float64"), (True, "bool"), ("0", "<U1")])
def test_a_single_label_must_be_an_integer(bad, dtype):
    for f in (cross_entropy, cross_entropy_gradient):
        with refuses(TypeError, "labels", dtype):
            f(np.zeros(3), bad)
        with refuses(TypeError, "labels", dtype):
            f(np.zeros((1, 3)), [bad])
    with refuses(TypeError, "labels", dtype):
        one_hot(bad, 3)


@pytest.mark.parametrize("bad", [-1, 3, 100, -4])
def test_labels_must_be_classes(bad):
    for f in (cross_entropy, cross_entropy_gradient):
        with pytest.raises(IndexError, match=rf"^labels: expected 0 to 2, got {bad}$"):
            f(np.zeros((2, 3)), [0, bad])
        with pytest.raises(IndexError, match=rf"^labels: expected 0 to 2, got {bad}$"):
            f(np.zeros(3), bad)
    with pytest.raises(IndexError, match=rf"^labels: expected 0 to 2, got {bad}$"):
        one_hot([[0, 2], [bad, 7]], 3)  # the first that is none is named


@of_labels
def test_there_is_one_label_for_each_row(f):
    with pytest.raises(ValueError, match=r"^labels: expected the shape \(2,\) of z without its last axis, got \(3,\)$"):
        f(np.zeros((2, 3)), [0, 1, 2])
    with refuses(ValueError, "labels", r"\(\)"):
        f(np.zeros((2, 3)), 0)
    with refuses(ValueError, "labels", r"\(2, 3\)"):
        f(np.zeros((2, 3)), [[1, 0, 0], [0, 1, 0]])
    with refuses(ValueError, "labels", r"\(2, 1\)"):
        f(np.zeros((2, 3)), [[0], [1]])
    with refuses(ValueError, "labels", "a ragged sequence"):
        f(np.zeros((2, 3)), [[0, 1], [2]])


# Known mistakes, at the page's counterexample: two equal logits, the first class is true


class Counterexample:
    z, p, y, c = np.zeros(2), np.array([0.5, 0.5]), np.array([1.0, 0.0]), 0
    by_p = complex_step(lambda p: -np.log(p[0]), p)


def test_the_counterexample_is_what_the_page_says():
    assert softmax(Counterexample.z).tolist() == [1 / 2, 1 / 2]
    assert one_hot(Counterexample.c, 2).tolist() == [1, 0]
    np.testing.assert_allclose(cross_entropy_gradient(Counterexample.z, 0), [-1 / 2, 1 / 2], rtol=1e-15)


def test_mistake_cross_entropy_missing_sum_mistake():
    p, y = Counterexample.p, Counterexample.y
    assert round(float(soft_cross_entropy(Counterexample.z, y)), 3) == 0.693
    assert -y[1] * np.log(p[1]) == 0


def test_mistake_cross_entropy_missing_log_mistake():
    p, y, c = Counterexample.p, Counterexample.y, Counterexample.c
    assert round(float(cross_entropy(Counterexample.z, c)), 3) == 0.693
    assert -y[c] * p[c] == -1 / 2
    assert round(float(cross_entropy(np.log([0.87, 0.13]), 0)), 3) == 0.139  # the note's own example
    assert -1 * 0.87 == -0.87


def test_mistake_cross_entropy_log_of_sum_mistake():
    t, q = np.array([1 / 2, 1 / 2]), np.array([1 / 4, 3 / 4])
    assert round(float(soft_cross_entropy(np.log(q), t)), 3) == 0.837
    assert round(float(-np.log(sum(t[k] * q[k] for k in range(2)))), 3) == 0.693
    for c in range(2):  # for a one-hot target nobody can tell
        assert_close(-np.log(sum(delta(k, c) * q[k] for k in range(2))), cross_entropy(np.log(q), c))


def test_mistake_cross_entropy_swallowed_index_mistake():
    p, y = Counterexample.p, Counterexample.y
    assert Counterexample.by_p[1] == 0
    assert -sum(y[j] / p[j] for j in range(2)) == -2


def test_mistake_cross_entropy_one_path_mistake():
    by_p, J = Counterexample.by_p, softmax_jacobian(Counterexample.z)
    right = cross_entropy_gradient(Counterexample.z, Counterexample.c)
    assert_close(by_p[0] * J[0, 0], right[0])  # right for the true class, and so easily believed
    assert by_p[1] * J[1, 1] == 0
    assert_close(right[1], 1 / 2)


def test_mistake_cross_entropy_sign_mistake():
    assert_close(cross_entropy_gradient(Counterexample.z, Counterexample.c)[0], -1 / 2)
    assert Counterexample.y[0] - Counterexample.p[0] == 1 / 2


def test_mistake_cross_entropy_wrong_variable_mistake():
    assert_close(Counterexample.by_p[0], -2)
    assert Counterexample.p[0] - Counterexample.y[0] == -1 / 2


@pytest.mark.parametrize(("classes", "error"), [(2.0, TypeError), ("3", TypeError), (-3, ValueError)])
def test_one_hot_refuses_what_is_no_number_of_classes(classes, error):
    with pytest.raises(error, match=r"^classes: expected .*, got"):
        one_hot([], classes)


def test_mistake_cross_entropy_chain_without_sum_mistake():
    p, y = np.array([0.5, 0.5]), np.array([1.0, 0.0])
    by_p = -y / p
    wrong = by_p[1] * -p[1] * p[0]  # i = 1, j = 2
    assert wrong == 0
    assert cross_entropy_gradient(np.zeros(2), 0)[0] == -1 / 2
