"""The logistic unit, its gates and its gradient."""

from itertools import product
from math import exp, log

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
from judges import MODERATE, assert_close, complex_step, exact, mp, ulps

from byhand import backpropagation, gate_margin, logistic_unit, logistic_unit_gradient, sgd_step, with_ones
from byhand.logistic_unit import GATES

N, D = 5, 3
BITS = list(product((0, 1), repeat=2))
TRUTH = {"and": [0, 0, 0, 1], "or": [0, 1, 1, 1], "nor": [1, 0, 0, 0], "not": [1, 0]}
any_number = st.floats(-20, 20, allow_subnormal=False)


def textbook_unit(X, theta):
    return 1 / (1 + np.exp(-(theta[0] + X @ theta[1:])))


def textbook_loss(X, theta, y):
    a = textbook_unit(X, theta)
    return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))


def plain(*terms):
    """Answer as a unit whose terms are given: plain arithmetic."""
    return 1 / (1 + exp(-sum(terms)))


def xnor(A, B):
    """Ask three units, in plain arithmetic."""
    return plain(-10, 20 * plain(-30, 20 * A, 20 * B), 20 * plain(10, -20 * A, -20 * B))


@pytest.fixture
def unit(rng):
    """Inputs, parameters and truths, both of which occur."""
    return rng.normal(size=(N, D)), rng.normal(size=D + 1), np.array([0, 1, 1, 0, 1])


# One unit


def test_eq_logistic_unit_sum(unit):
    X, theta, _ = unit
    for x in X:
        z = theta[0] + sum(theta[d + 1] * x[d] for d in range(D))
        assert_close(scipy.special.logit(logistic_unit(x, theta)), z)


@given(any_number)
def test_eq_logistic_function(u):
    [x] = exact(u)
    assert ulps(logistic_unit([1.0], [0.0, u]), [1 / (1 + mp.exp(-x))]) <= 4


def test_eq_logistic_unit(unit):
    X, theta, _ = unit
    for x in X:
        assert_close(logistic_unit(x, theta), plain(theta[0], *(theta[d + 1] * x[d] for d in range(D))))


@given(any_number)
def test_eq_logistic_unit_half(z):
    [x] = exact(z)
    np.testing.assert_allclose(logistic_unit([z], [0.0, 1.0]) - 0.5, float(mp.tanh(x / 2) / 2), atol=1e-15)


def test_eq_logistic_unit_inputs():
    assert with_ones([2.0, 3.0, 4.0]).tolist() == [1, 2, 3, 4]


def test_eq_logistic_unit_parameters(unit):
    """The bias comes first, and the weights keep their order."""
    _, theta, _ = unit
    assert_close(scipy.special.logit(logistic_unit(np.zeros(D), theta)), theta[0])
    for d in range(D):
        assert_close(scipy.special.logit(logistic_unit(np.eye(D)[d], theta)), theta[0] + theta[d + 1])


def test_eq_logistic_unit_vector(unit):
    X, theta, _ = unit
    for x in X:
        longer = [1, *x]
        assert_close(logistic_unit(x, theta), plain(*(theta[m] * longer[m] for m in range(D + 1))))


def test_eq_logistic_unit_inputs_batch(unit):
    X, *_ = unit
    ones_X = with_ones(X)
    assert ones_X.shape == (N, D + 1)
    for n, m in np.ndindex(N, D + 1):
        assert ones_X[n, m] == (1 if m == 0 else X[n, m - 1])


def test_eq_logistic_unit_batch(unit):
    X, theta, _ = unit
    assert_close(logistic_unit(X, theta), textbook_unit(X, theta))


def test_a_batch_has_any_shape(rng):
    X, theta = rng.normal(size=(2, 3, 4)), rng.normal(size=5)
    a = logistic_unit(X, theta)
    assert with_ones(X).shape == (2, 3, 5)
    assert a.shape == (2, 3)
    for n in np.ndindex(2, 3):
        assert_close(a[n], textbook_unit(X[n], theta))


def test_a_unit_without_inputs_is_its_bias():
    assert logistic_unit(np.zeros((4, 0)), [0.0]).tolist() == [0.5] * 4


# Gates


def test_eq_gate_margin(rng):
    a, y = rng.random((2, 3)), rng.integers(0, 2, size=(2, 3))
    expected = min((a[n] - 0.5) if y[n] else (0.5 - a[n]) for n in np.ndindex(2, 3))
    assert gate_margin(a, y) == expected


@given(MODERATE, st.integers(0, 1))
def test_eq_gate_margin_by_sum(u, t):
    expected = (plain(u) if t else plain(-u)) - 0.5
    np.testing.assert_allclose(gate_margin(plain(u), t), expected, atol=1e-15)


def signed(gate, *bits):
    """Give the pre-activation of a gate with the sign of its truth, in integers."""
    truth = TRUTH[gate][[*product((0, 1), repeat=len(bits))].index(bits)]
    bias, *weights = GATES[gate]
    return (2 * truth - 1) * (bias + sum(w * bit for w, bit in zip(weights, bits, strict=True)))


def assert_gate(gate):
    inputs = list(product((0, 1), repeat=len(GATES[gate]) - 1))
    answers = logistic_unit(inputs, GATES[gate])
    for bits, answer, truth in zip(inputs, answers, TRUTH[gate], strict=True):
        assert_close(answer, plain(GATES[gate][0], *(w * x for w, x in zip(GATES[gate][1:], bits, strict=True))))
        assert abs(answer - truth) < 1e-4
    assert round(float(gate_margin(answers, TRUTH[gate])), 5) == 0.49995


def assert_sum(gate):
    """The pre-activation that the answers of a gate come from is its bias and the weights of its ones."""
    for bits in product((0, 1), repeat=len(GATES[gate]) - 1):
        z = GATES[gate][0] + sum(w for w, bit in zip(GATES[gate][1:], bits, strict=True) if bit)
        [x] = exact(logistic_unit(bits, GATES[gate]))
        assert abs(mp.log(x / (1 - x)) - z) < 1e-2  # 1 - x has three digits left at z = 30


def test_eq_gate_and_sum():
    assert_sum("and")


def test_eq_gate_or_sum():
    assert_sum("or")


def test_eq_gate_not_sum():
    assert_sum("not")


def test_eq_gate_nor_sum():
    assert_sum("nor")


def test_eq_gate_and():
    assert_gate("and")


def test_eq_gate_or():
    assert_gate("or")


def test_eq_gate_not():
    assert_gate("not")


def test_eq_gate_nor():
    assert_gate("nor")


@pytest.mark.parametrize(("A", "B"), BITS)
def test_eq_gate_and_margin(A, B):
    assert signed("and", A, B) == 10 + 20 * (1 - A) * (1 - B)


@pytest.mark.parametrize(("A", "B"), BITS)
def test_eq_gate_or_margin(A, B):
    assert signed("or", A, B) == 10 + 20 * A * B


@pytest.mark.parametrize("A", [0, 1])
def test_eq_gate_not_margin(A):
    assert signed("not", A) == 10


@pytest.mark.parametrize(("A", "B"), BITS)
def test_eq_gate_nor_margin(A, B):
    assert signed("nor", A, B) == 10 + 20 * A * B


@pytest.mark.parametrize("gate", GATES)
def test_a_gate_with_a_wrong_sign_has_no_margin(gate):
    inputs = list(product((0, 1), repeat=len(GATES[gate]) - 1))
    for place in range(len(GATES[gate])):
        wrong = np.array(GATES[gate])
        wrong[place] *= -1
        assert gate_margin(logistic_unit(inputs, wrong), TRUTH[gate]) < 0


def test_the_truth_table_of_the_page():
    answers = logistic_unit(BITS, GATES["and"])
    assert f"{answers[0]:.1e}" == "9.4e-14"
    assert answers[1:].round(6).tolist() == [0.000045, 0.000045, 0.999955]
    answers = logistic_unit(BITS, GATES["or"])
    assert answers[:3].round(6).tolist() == [0.000045, 0.999955, 0.999955]
    assert f"{plain(-30):.1e}" == "9.4e-14"
    assert abs(1 - answers[3] - plain(-30)) < 1.2e-16  # as near as a number close to 1 can be


# What one unit cannot do, and three can


@given(any_number, any_number, any_number)
def test_eq_unit_plane(bias, first, second):
    for A, B in BITS:
        z = bias + first * A + second * B
        np.testing.assert_allclose(logistic_unit([A, B], [bias, first, second]), plain(z), rtol=1e-12)


@given(st.tuples(any_number, any_number, any_number))
def test_eq_opposite_corners(theta):
    corner = {(A, B): mp.mpf(theta[0]) + mp.mpf(theta[1]) * A + mp.mpf(theta[2]) * B for A, B in BITS}
    assert abs(corner[0, 0] + corner[1, 1] - corner[0, 1] - corner[1, 0]) < 1e-40


@given(st.tuples(any_number, any_number, any_number))
def test_eq_opposite_corners__no_unit_is_an_xnor(theta):
    assert gate_margin(logistic_unit(BITS, theta), [1, 0, 0, 1]) <= 0


@pytest.mark.parametrize(("A", "B"), BITS)
def test_eq_xnor_truth(A, B):
    assert A * B + (1 - A) * (1 - B) == (A == B) == round(xnor(A, B))


@pytest.mark.parametrize(("A", "B"), BITS)
def test_eq_gate_xnor(A, B):
    hidden = [logistic_unit([A, B], GATES["and"]), logistic_unit([A, B], GATES["nor"])]
    answer = logistic_unit(hidden, GATES["or"])
    assert_close(answer, xnor(A, B))
    assert gate_margin(answer, int(A == B)) > 0.4999


def test_the_second_layer_sums_as_the_page_says():
    assert round(-10 + 20 * plain(-10) + 20 * plain(-10), 4) == -9.9982


def test_both_starts_of_the_page_do_what_it_says():
    """The first finds "not and" and "nor", the second stays undecided on two rows."""
    X, labels = np.array(BITS, float), [1, 0, 0, 1]
    for seed, learns in ((2, True), (1, False)):
        rng = np.random.default_rng(seed)
        theta = [rng.normal(size=(2, 2)), np.zeros((1, 2)), rng.normal(size=(2, 2)), np.zeros((1, 2))]
        for _ in range(400):
            _, cache = backpropagation.forward(X, *theta)
            d = backpropagation.backward(cache, labels)
            theta = [sgd_step(t, g, 2.0) for t, g in zip(theta, (d.dW1, d.db1, d.dW2, d.db2), strict=True)]
        P, cache = backpropagation.forward(X, *theta)
        assert (gate_margin(P[:, 1], labels) > 0.48) == learns
        assert (abs(P[2:, 1] - 0.5).max() < 0.02) == (not learns)
        if learns:
            assert (cache.A1 > 0.5).tolist() == [[True, True], [True, False], [True, False], [False, False]]


# How one unit learns


def test_eq_logistic_unit_loss(unit):
    X, theta, y = unit
    surprises = [-log(a if truth else 1 - a) for a, truth in zip(textbook_unit(X, theta), y, strict=True)]
    assert_close(textbook_loss(X, theta, y), sum(surprises) / N)
    a = logistic_unit(X, theta)
    assert_close(scipy.special.xlogy(y, a) + scipy.special.xlogy(1 - y, 1 - a), np.negative(surprises))


def test_eq_logistic_unit_loss_by_output(unit):
    X, theta, y = unit
    a = textbook_unit(X, theta)
    slopes = [((1 - y[n]) / (1 - a[n]) - y[n] / a[n]) / N for n in range(N)]
    assert_close([(a[n] - y[n]) / (a[n] * (1 - a[n])) / N for n in range(N)], slopes)
    judged = complex_step(lambda a: -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a)), a)
    assert_close(judged, slopes)
    assert_close(logistic_unit_gradient(X, theta, y), with_ones(X).T @ (slopes * a * (1 - a)))


def test_eq_logistic_unit_gradient_entry(unit):
    X, theta, y = unit
    a, longer = textbook_unit(X, theta), np.column_stack([np.ones(N), X])
    lines = [
        [((1 - y[n]) / (1 - a[n]) - y[n] / a[n]) * a[n] * (1 - a[n]) for n in range(N)],
        [a[n] - y[n] for n in range(N)],
    ]
    for line in lines:
        entries = [sum(line[n] * longer[n, m] for n in range(N)) / N for m in range(D + 1)]
        assert_close(logistic_unit_gradient(X, theta, y), entries)


def test_eq_logistic_unit_gradient(unit):
    X, theta, y = unit
    judged = complex_step(lambda theta: textbook_loss(X, theta, y), theta)
    assert_close(logistic_unit_gradient(X, theta, y), judged)


def test_eq_logistic_unit_gradient__soft_targets(rng, unit):
    X, theta, _ = unit
    y = rng.random(N)
    judged = complex_step(lambda theta: textbook_loss(X, theta, y), theta)
    np.testing.assert_allclose(logistic_unit_gradient(X, theta, y), judged, rtol=1e-12)  # 1 - a rounds in the judge


def test_eq_logistic_unit_gradient__by_hand():
    assert logistic_unit_gradient(BITS, [0.0, 0.0, 0.0], [0, 0, 0, 1]).tolist() == [0.25, 0, 0]


def test_eq_logistic_unit_bias_gradient(unit):
    X, theta, y = unit
    assert_close(logistic_unit_gradient(X, theta, y)[0], np.mean(textbook_unit(X, theta) - y))


def test_the_gradient_keeps_its_digits_where_the_unit_is_sure():
    [slope] = logistic_unit_gradient(np.zeros((1, 0)), [40.0], [1])  # σ(40) − 1 is 0
    assert ulps(slope, [-1 / (1 + mp.exp(40))]) <= 2
    [slope] = logistic_unit_gradient(np.zeros((1, 0)), [-40.0], [0])
    assert ulps(slope, [1 / (1 + mp.exp(40))]) <= 2


# Known mistakes, with the numbers of the page


def test_mistake_logistic_unit_without_sigmoid_mistake():
    assert -30 + 20 * 1 + 20 * 1 == 10
    assert round(float(logistic_unit([1, 1], GATES["and"])), 5) == 0.99995
    fixed = 0.6590460684074066
    assert logistic_unit([fixed], [0.0, 1.0]) == pytest.approx(fixed)  # where it happens to be right


@given(any_number, any_number)
def test_mistake_logistic_unit_fixed_bias_mistake(first, second):
    assert round(float(logistic_unit([0.0, 0.0], [1.0, first, second])), 3) == 0.731
    assert round(float(logistic_unit([0.0, 0.0], GATES["and"])), 3) == 0


def test_mistake_xnor_complements_mistake():
    assert [A * B + A * B for A, B in BITS] == [0, 0, 0, 2]
    assert [round(xnor(A, B)) for A, B in BITS] == [1, 0, 0, 1]


def test_mistake_logistic_unit_gradient_sum_mistake():
    error = logistic_unit(BITS, np.zeros(3)) - [0, 0, 0, 1]
    assert error.tolist() == [0.5, 0.5, 0.5, -0.5]
    assert error.sum() == 1
    assert logistic_unit_gradient(BITS, np.zeros(3), [0, 0, 0, 1])[0] == 0.25
    one = logistic_unit_gradient([[1, 1]], np.zeros(3), [1])
    assert one.tolist() == [-0.5, -0.5, -0.5]  # with one example sum and mean are the same


# Rules


def test_the_functions_keep_the_house_rules(rng, unit):
    X, theta, y = unit
    assert_keeps_dtype(with_ones, 3 * X)
    assert_keeps_dtype(logistic_unit, X, theta)
    assert_keeps_dtype(logistic_unit_gradient, X, theta, y)
    assert_keeps_dtype(gate_margin, rng.random(N), y)
    for f, arrays in (
        (with_ones, (X,)),
        (logistic_unit, (X, theta)),
        (logistic_unit_gradient, (X, theta, y)),
        (gate_margin, (textbook_unit(X, theta), y)),
    ):
        assert_leaves_inputs_alone(f, *arrays)


def test_any_layout_is_taken(unit):
    X, theta, y = unit
    assert_takes_any_layout(logistic_unit, X, theta)
    assert_takes_any_layout(logistic_unit_gradient, X, theta, y)


# Refusals


@not_real_numbers
def test_arguments_must_be_real_numbers(unit, bad, dtype):
    X, theta, y = unit
    with refuses(TypeError, "X", dtype):
        with_ones(bad)
    with refuses(TypeError, "theta", dtype):
        logistic_unit(X, bad)
    with refuses(TypeError, "y", dtype):
        logistic_unit_gradient(X, theta, bad)
    with refuses(TypeError, "a", dtype):
        gate_margin(bad, y)
    with refuses(TypeError, "y", dtype):
        gate_margin([0.5], bad)


def test_arguments_must_not_be_ragged(unit):
    X, theta, _ = unit
    with refuses(ValueError, "X", "a ragged sequence"):
        with_ones(RAGGED)
    with refuses(ValueError, "theta", "a ragged sequence"):
        logistic_unit(X, RAGGED)
    with refuses(ValueError, "y", "a ragged sequence"):
        logistic_unit_gradient(X, theta, RAGGED)
    with refuses(ValueError, "a", "a ragged sequence"):
        gate_margin(RAGGED, [1])


def test_shapes_must_fit(unit):
    X, theta, y = unit
    with refuses(ValueError, "X", r"shape \(\)"):
        with_ones(3.0)
    with refuses(ValueError, "theta", r"\(3,\)"):
        logistic_unit(X, theta[:-1])
    with refuses(ValueError, "theta", r"\(4, 1\)"):
        logistic_unit(X, theta[:, None])
    with refuses(ValueError, "X", r"\(3,\)"):
        logistic_unit_gradient(X[0], theta, y)
    with refuses(ValueError, "y", r"\(4,\)"):
        logistic_unit_gradient(X, theta, y[:-1])
    with refuses(ValueError, "y", r"\(1,\)"):
        gate_margin([0.5, 0.5], [1])


def test_the_mean_needs_an_example():
    with refuses(ValueError, "X", r"shape \(0, 3\)"):
        logistic_unit_gradient(np.zeros((0, 2)), np.zeros(3), np.zeros(0))
    with refuses(ValueError, "a", r"shape \(0,\)"):
        gate_margin([], [])


@pytest.mark.parametrize("bad", [-0.1, 1.5, np.nan])
def test_a_truth_is_between_0_and_1(bad):
    with refuses(ValueError, "y", str(bad)):
        logistic_unit_gradient([[1.0]], [0.0, 0.0], [bad])
    with refuses(ValueError, "y", str(bad)):
        gate_margin([0.5], [bad])


# Errors that `make mutation` plants, and that nothing above notices


def test_a_message_says_whose_shape_it_expects(unit):
    X, theta, y = unit
    with pytest.raises(ValueError, match=r"^theta: expected the shape \(4,\) of the inputs and the bias, got \(3,\)$"):
        logistic_unit(X, theta[:-1])
    with pytest.raises(ValueError, match=r"^y: expected the shape \(5,\) of the examples, got \(4,\)$"):
        logistic_unit_gradient(X, theta, y[:-1])
    with pytest.raises(ValueError, match=r"^y: expected the shape \(2,\) of a, got \(1,\)$"):
        gate_margin([0.5, 0.5], [1])


def test_the_truth_does_not_decide_on_the_dtype(unit):
    X, theta, y = (array.astype(np.float32) for array in unit)
    assert logistic_unit_gradient(X, theta, y.astype(np.float64)).dtype == np.float32
    assert gate_margin(np.array([0.75], np.float32), np.array([1.0])).dtype == np.float32
