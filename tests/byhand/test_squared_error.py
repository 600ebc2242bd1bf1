"""The squared error, and its gradient: by the activations, and through a softmax by the logits."""

import numpy as np
import pytest
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
    exact,
    exact_jacobian,
    exact_softmax,
    mp,
    textbook_softmax,
    ulps,
)

from byhand import (
    cross_entropy,
    cross_entropy_gradient,
    one_hot,
    softmax,
    softmax_jacobian,
    softmax_squared_error_gradient,
    squared_error,
    squared_error_gradient,
)

inf, nan = np.inf, np.nan


def textbook_squared_error(a, t):
    """The mean over the rows of half the squared distance, in loops."""
    rows = list(np.ndindex(a.shape[:-1]))
    return sum(sum((a[row][k] - t[row][k]) ** 2 for k in range(a.shape[-1])) / 2 for row in rows) / len(rows)


@given(arrays(4), arrays(4))
def test_squared_error_against_fifty_digits(a, t):
    expected = mp.fsum((a_k - t_k) ** 2 for a_k, t_k in zip(exact(a), exact(t), strict=True)) / 2
    # 1.6 units of 2**-52, relative, was the worst of 3,000.
    assert abs(squared_error(a, t) - expected) <= 3 * 2**-52 * expected + 1e-320


def test_squared_error_by_hand():
    assert squared_error([0.5, 0.5], [1.0, 0.0]) == 0.25
    assert squared_error([[3.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 1.0]]) == (9 + 1) / 2 / 2


@given(arrays(4), arrays(4))
def test_squared_error_gradient_is_the_difference(a, t):
    for actual, a_k, t_k in zip(squared_error_gradient(a, t), exact(a), exact(t), strict=True):
        assert abs(actual - (a_k - t_k)) <= 2**-53 * abs(a_k - t_k)


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4)])
def test_squared_error_gradient_against_two_judges(rng, shape):
    a, t = rng.normal(size=(2, *shape))
    assert_derivative(
        squared_error_gradient(a, t), lambda a: textbook_squared_error(a, t), lambda a: squared_error(a, t), a
    )


@given(arrays(4, elements=st.floats(-3, 3)), arrays(4, elements=st.floats(0, 1)))
def test_softmax_squared_error_gradient_entry_by_entry(z, t):
    p, J = exact_softmax(z), exact_jacobian(z)
    actual = softmax_squared_error_gradient(z, t)
    for j in range(4):
        expected = mp.fsum((p[i] - exact(t)[i]) * J[i][j] for i in range(4))
        assert abs(actual[j] - expected) <= 2e-16  # 9e-17 was the worst of 3,000; the factors are below 1


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4)])
def test_softmax_squared_error_gradient_against_two_judges(rng, shape):
    z, t = rng.normal(size=(2, *shape))
    assert_derivative(
        softmax_squared_error_gradient(z, t),
        lambda z: textbook_squared_error(textbook_softmax(z), t),
        lambda z: squared_error(softmax(z), t),
        z,
    )


def test_softmax_squared_error_gradient_by_hand():
    assert softmax_squared_error_gradient([0.0, 0.0], [1.0, 0.0]).tolist() == [-0.25, 0.25]


@given(arrays(2, 3, 4), arrays(2, 3, 4))
def test_a_batch_is_its_rows_one_by_one(a, t):
    rows = list(np.ndindex(2, 3))
    np.testing.assert_allclose(squared_error(a, t), sum(squared_error(a[row], t[row]) for row in rows) / 6, rtol=1e-13)
    for f in (squared_error_gradient, softmax_squared_error_gradient):
        gradient = f(a, t)
        assert gradient.shape == (2, 3, 4)
        for row in rows:
            np.testing.assert_allclose(gradient[row], f(a[row], t[row]) / 6, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    ("z", "gradient"),
    [
        ([1e3, 1e3], [-0.25, 0.25]),
        ([1e300, -1e300], [0, 0]),
        ([-1e300, -1e300], [-0.25, 0.25]),
        ([-inf, 2.0], [0, 0]),
        ([-inf, -inf], [nan, nan]),
        ([inf, 0.0], [nan, nan]),
        ([nan, 0.0], [nan, nan]),
    ],
)
def test_extreme_logits(z, gradient):
    np.testing.assert_array_equal(softmax_squared_error_gradient(z, [1.0, 0.0]), gradient)


def test_the_activations_decide_on_the_dtype():
    a = np.array([0.5, 0.25], np.float32)
    for t in ([1.0, 0.0], np.array([1.0, 0.0])):
        for f in (squared_error, squared_error_gradient, softmax_squared_error_gradient):
            assert f(a, t).dtype == np.float32
            assert f(a.astype(np.float64), np.array(t, np.float32)).dtype == np.float64


def test_a_single_class_cannot_move():
    assert softmax_squared_error_gradient([7.0], [0.25]).tolist() == [0]
    assert squared_error([7.0], [1.0]) == 18
    assert squared_error_gradient([7.0], [1.0]).tolist() == [6]


each_function = pytest.mark.parametrize(
    ("f", "name"), [(squared_error, "a"), (squared_error_gradient, "a"), (softmax_squared_error_gradient, "z")]
)


@each_function
def test_squared_error_keeps_the_house_rules(rng, f, name):
    a, t = 3 * rng.normal(size=(2, 2, 3, 4))
    assert_keeps_dtype(f, a, t)
    assert_leaves_inputs_alone(f, a, t)
    assert_takes_any_layout(f, a, t)


@each_function
@not_real_numbers
def test_arguments_must_be_real_numbers(f, name, bad, dtype):
    with refuses(TypeError, name, dtype):
        f(bad, np.ones((1, 2)))
    with refuses(TypeError, "t", dtype):
        f(np.ones((1, 2)), bad)


@each_function
def test_arguments_have_one_shape_with_a_class_and_an_example(f, name):
    with refuses(ValueError, name, r"shape \(\)"):
        f(1.0, 1.0)
    with refuses(ValueError, name, r"shape \(1, 0\)"):
        f(np.zeros((1, 0)), np.zeros((1, 0)))
    with pytest.raises(ValueError, match=rf"^{name}: expected at least one example .*, got shape \(0, 2\)$"):
        f(np.zeros((0, 2)), np.zeros((0, 2)))
    with refuses(ValueError, "t", r"\(2,\)"):
        f(np.zeros((1, 2)), np.zeros(2))
    with pytest.raises(ValueError, match=rf"^t: expected the shape \(3,\) of {name}, got \(4,\)$"):
        f(np.zeros(3), np.zeros(4))
    with refuses(ValueError, name, "a ragged sequence"):
        f(RAGGED, np.zeros(2))
    with refuses(ValueError, "t", "a ragged sequence"):
        f(np.zeros(2), RAGGED)


# The page: each equation by loops over its indices, or by two kinds of derivative


Z, Y = np.array([3.0, 1.0, -3.0]), np.array([0.0, 1.0, 0.0])  # its example
small = st.floats(-3, 3)
few = arrays(4, elements=small)
classes = range(4)


def textbook_jacobian(p):
    return [[p[i] * ((i == j) - p[j]) for j in range(len(p))] for i in range(len(p))]


def by_loops(p, t):
    """The chain rule over all the paths."""
    J = textbook_jacobian(p)
    return [sum((p[i] - t[i]) * J[i][j] for i in range(len(p))) for j in range(len(p))]


def judged(z, t):
    """What the complex step says of the textbook's forward pass."""
    return complex_step(lambda z: textbook_squared_error(textbook_softmax(z), t), z)


@given(few, few)
def test_eq_squared_error(a, t):
    assert_close(squared_error(a, t), sum((a[k] - t[k]) ** 2 for k in classes) / 2)


def test_eq_squared_error__page():
    p = softmax(Z)
    assert (p - Y).round(3).tolist() == [0.879, -0.881, 0.002]
    assert ((p - Y) ** 2).round(3).tolist() == [0.772, 0.776, 0.0]
    assert round(float(squared_error(p, Y)), 3) == 0.774


def test_eq_squared_error_gradient(rng):
    a, t = rng.normal(size=(2, 4))
    assert_derivative(
        squared_error_gradient(a, t), lambda a: textbook_squared_error(a, t), lambda a: squared_error(a, t), a
    )
    assert_close(squared_error_gradient(a, t), [a[k] - t[k] for k in classes])


@given(few)
def test_eq_squared_error_softmax(z):
    assert_close(softmax(z), [float(p) for p in exact_softmax(z)])


@given(few, few)
def test_eq_squared_error_chain(z, t):
    expected = by_loops(textbook_softmax(z), t)
    np.testing.assert_allclose(softmax_squared_error_gradient(z, t), expected, rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(judged(z, t), expected, rtol=1e-11, atol=1e-13)


@given(few, few)
def test_eq_squared_error_cases(z, t):
    p = textbook_softmax(z)
    for j in classes:
        own = (p[j] - t[j]) * p[j] * (1 - p[j])
        others = sum((p[i] - t[i]) * (-p[i] * p[j]) for i in classes if i != j)
        np.testing.assert_allclose(softmax_squared_error_gradient(z, t)[j], own + others, rtol=1e-10, atol=1e-14)


@given(few, few)
def test_eq_squared_error_delta(z, t):
    p = textbook_softmax(z)
    for j in classes:
        together = sum((p[i] - t[i]) * p[i] * ((i == j) - p[j]) for i in classes)
        apart = sum((p[i] - t[i]) * p[i] * (i == j) for i in classes) - p[j] * sum(
            p[i] * (p[i] - t[i]) for i in classes
        )
        picked = p[j] * (p[j] - t[j]) - p[j] * sum(p[i] * (p[i] - t[i]) for i in classes)
        actual = softmax_squared_error_gradient(z, t)[j]
        np.testing.assert_allclose([together, apart, picked], actual, rtol=1e-10, atol=1e-14)


def test_eq_softmax_squared_error_gradient(rng):
    for _ in range(5):
        z, t = rng.normal(size=(2, 4))
        p = textbook_softmax(z)
        mean = sum(p[i] * (p[i] - t[i]) for i in classes)
        actual = softmax_squared_error_gradient(z, t)
        assert_close(actual, [p[j] * ((p[j] - t[j]) - mean) for j in classes])
        assert_close(actual, judged(z, t))
        np.testing.assert_allclose(
            actual, central_difference(lambda z, t=t: squared_error(softmax(z), t), z), rtol=1e-8, atol=1e-10
        )


def test_eq_softmax_squared_error_gradient__page():
    p = softmax(Z)
    assert round(float(p @ (p - Y)), 5) == 0.66764
    assert softmax_squared_error_gradient(Z, Y).round(5).tolist() == [0.18566, -0.18421, -0.00145]
    p = [0.87888, 0.11894, 0.00218]  # with five digits, as by hand
    mean = round(p[0] * 0.87888 - p[1] * 0.88106 + p[2] * 0.00218, 5)
    by_hand = [round(p_j * (d - mean), 5) for p_j, d in zip(p, (0.87888, -0.88106, 0.00218), strict=True)]
    assert [mean, *by_hand] == [0.66764, 0.18565, -0.1842, -0.00145]


def test_eq_squared_error_jacobian(rng):
    z = rng.normal(size=4)
    assert_close(softmax_jacobian(z), textbook_jacobian(textbook_softmax(z)))


@given(few, few)
def test_eq_softmax_squared_error_gradient_vector(z, t):
    p = textbook_softmax(z)
    J = np.diag(p) - np.outer(p, p)
    np.testing.assert_allclose(softmax_squared_error_gradient(z, t), J @ (p - t), rtol=1e-10, atol=1e-14)


@given(few, few)
def test_eq_squared_error_gradient_sum(z, t):
    assert_close(sum(softmax_squared_error_gradient(z, t)), 0)
    assert_close(sum(judged(z, t)), 0)


def test_eq_squared_error_softmax_rows(rng):
    Z = rng.normal(size=(3, 4))
    assert_close(softmax(Z), [[np.exp(Z[n, k]) / sum(np.exp(Z[n])) for k in classes] for n in range(3)])


def test_eq_squared_error_batch(rng):
    Z, T = rng.normal(size=(2, 3, 4))
    P = textbook_softmax(Z)
    total = sum((P[n, k] - T[n, k]) ** 2 for n in range(3) for k in classes)
    assert_close(squared_error(softmax(Z), T), total / (2 * 3))


def test_eq_squared_error_batch_gradient(rng):
    Z, T = rng.normal(size=(2, 3, 4))
    rows = [np.divide(by_loops(textbook_softmax(Z[n]), T[n]), 3) for n in range(3)]
    assert_close(softmax_squared_error_gradient(Z, T), rows)
    assert_close(judged(Z, T), rows)


def test_eq_squared_error_mse(rng):
    Z, T = rng.normal(size=(2, 3, 4))
    P = textbook_softmax(Z)
    assert_close(np.mean([(P[n, k] - T[n, k]) ** 2 for n in range(3) for k in classes]), 2 / 4 * squared_error(P, T))


@pytest.mark.parametrize("c", classes)
def test_eq_squared_error_one_hot(c):
    assert one_hot(c, 4).tolist() == [float(k == c) for k in classes]


@given(few)
def test_eq_squared_error_true_class(z):
    p = textbook_softmax(z)
    for c in classes:
        y = np.eye(4)[c]
        collected = -p[c] * (1 - 2 * p[c] + sum(p[i] ** 2 for i in classes))
        product = -2 * p[c] * textbook_squared_error(p, y)
        assert_close(softmax_squared_error_gradient(z, y)[c], judged(z, y)[c])
        assert_close([collected, product], judged(z, y)[c])


@given(few)
def test_eq_squared_error_cross_entropy(z):
    for c in classes:
        assert_close(cross_entropy(z, c), -np.log(textbook_softmax(z)[c]))


@given(few)
def test_eq_squared_error_cross_entropy_true_class(z):
    for c in classes:
        expected = complex_step(lambda z, c=c: -np.log(textbook_softmax(z)[c]), z)[c]
        assert_close([cross_entropy_gradient(z, c)[c], -(1 - textbook_softmax(z)[c])], expected)


@given(few)
def test_eq_squared_error_differences(z):
    p = textbook_softmax(z)
    for c in classes:
        y = np.eye(4)[c]
        expected = [p[j] * sum(p[i] * ((p[j] - y[j]) - (p[i] - y[i])) for i in classes if i != j) for j in classes]
        assert_close(softmax_squared_error_gradient(z, y), expected)
        assert_close(judged(z, y), expected)


@given(arrays(4))
def test_eq_squared_error_differences__bound(z):
    for c in classes:
        p, gradient = softmax(z), softmax_squared_error_gradient(z, np.eye(4)[c])
        assert (abs(gradient) <= 2 * p * (1 - p) * (1 + 1e-12) + 1e-16).all()
        assert abs(gradient).max() <= 0.5


@given(arrays(2, elements=small))
def test_eq_squared_error_two_classes(z):
    p = textbook_softmax(z)
    for c in range(2):
        y = np.eye(2)[c]
        short = -2 * p[c] * (1 - p[c]) ** 2
        assert_close([softmax_squared_error_gradient(z, y)[c], short], judged(z, y)[c])
        assert_close(short, 2 * p[c] * (1 - p[c]) * cross_entropy_gradient(z, c)[c])


def test_eq_squared_error_two_classes__page_table():
    rows = []
    for x in (0.0, 2.0, 5.0, 10.0):
        z, y = [x, 0.0], [0.0, 1.0]
        error, slope = squared_error(softmax(z), y), softmax_squared_error_gradient(z, y)[0]
        loss, gradient = cross_entropy(z, 1), cross_entropy_gradient(z, 1)[0]
        rows.append([f"{softmax(z)[1]:.5f}", f"{error:.5f}", f"{slope:.5f}", f"{loss:.3f}", f"{gradient:.5f}"])
    assert rows == [
        ["0.50000", "0.25000", "0.25000", "0.693", "0.50000"],
        ["0.11920", "0.77580", "0.18496", "2.127", "0.88080"],
        ["0.00669", "0.98666", "0.01321", "5.007", "0.99331"],
        ["0.00005", "0.99991", "0.00009", "10.000", "0.99995"],
    ]
    p = float(exact_softmax([10.0, 0.0])[1])
    assert round(gradient / slope) == round(1 / (2 * p * (1 - p))) == 11014


@given(arrays(2, elements=small))
def test_eq_squared_error_bend(z):
    p = textbook_softmax(z)
    for c in range(2):
        y = np.eye(2)[c]
        bend = 2 * p[c] * (1 - p[c]) ** 2 * (3 * p[c] - 1)
        twice = central_difference(lambda z, y=y, c=c: judged(z, y)[c], z)[c]
        np.testing.assert_allclose(bend, twice, rtol=1e-8, atol=1e-10)


def test_eq_squared_error_bend__not_convex():
    p = textbook_softmax(np.array([2.0, 0.0]))
    assert round(2 * p[1] * (1 - p[1]) ** 2 * (3 * p[1] - 1), 3) == -0.119
    left, middle, right = (squared_error(softmax([x, 0.0]), [0.0, 1.0]) for x in (0.0, 10.0, 20.0))
    assert middle > (left + right) / 2, "the curve lies above its chord"
    probabilities = np.linspace(0, 1, 3001)
    assert probabilities[(2 * probabilities * (1 - probabilities) ** 2).argmax()] == 1 / 3


def test_the_gradient_is_zero_only_at_the_target(rng):
    for _ in range(20):
        z, t = rng.normal(size=4), textbook_softmax(rng.normal(size=4))
        assert abs(softmax_squared_error_gradient(z, t)).max() > 1e-4
        assert abs(softmax_squared_error_gradient(np.log(t), t)).max() < 1e-16


# Known mistakes, with the numbers of the page


HALF = np.array([0.5, 0.5])
ONE = np.array([1.0, 0.0])


def test_mistake_squared_error_diagonal_mistake(rng):
    assert softmax_squared_error_gradient([0.0, 0.0], ONE).tolist() == [-1 / 4, 1 / 4]
    assert ((HALF - ONE) * HALF * (1 - HALF)).tolist() == [-1 / 8, 1 / 8]
    for z in rng.normal(size=(5, 2)):
        p, t = textbook_softmax(z), textbook_softmax(rng.normal(size=2))
        assert_close(2 * (p - t) * p * (1 - p), softmax_squared_error_gradient(z, t))
    p = softmax(Z)
    wrong = (p - Y) * p * (1 - p)
    assert wrong.round(3).tolist() == [0.094, -0.092, 0.0]
    assert round(float(wrong.sum()), 5) == 0.00123
    assert wrong[2] > 0 > softmax_squared_error_gradient(Z, Y)[2]


def test_mistake_squared_error_value_for_derivative_mistake():
    E, J = squared_error(HALF, ONE), softmax_jacobian([0.0, 0.0])
    wrong = (HALF[1] - ONE[1]) * J[1, 1] + E * J[0, 1]
    assert (E, wrong) == (1 / 4, 1 / 16)
    assert softmax_squared_error_gradient([0.0, 0.0], ONE)[1] == 1 / 4


def test_mistake_squared_error_without_jacobian_mistake():
    assert (softmax([0.0, 0.0]) - ONE).tolist() == [-1 / 2, 1 / 2]
    assert softmax_squared_error_gradient([0.0, 0.0], ONE).tolist() == [-1 / 4, 1 / 4]
    assert_close(cross_entropy_gradient([0.0, 0.0], 0), HALF - ONE)


def test_mistake_squared_error_half_mistake():
    assert squared_error_gradient(HALF, ONE)[0] == -1 / 2
    assert 2 * (HALF - ONE)[0] == -1
    assert_close(complex_step(lambda a: ((a - ONE) ** 2).sum(), HALF), 2 * (HALF - ONE))


# Errors that `make mutation` plants, and that nothing above notices


def test_a_confident_prediction_keeps_its_digits():
    z, t = [40.0, 0.0], [1.0, 0.0]
    p, J = exact_softmax(z), exact_jacobian(z)
    gradient = [mp.fsum((p[i] - t[i]) * J[i][j] for i in range(2)) for j in range(2)]
    assert ulps(softmax_squared_error_gradient(z, t), gradient) <= 8  # half of it without the small difference p - 1


def test_a_target_next_to_one_half_is_not_lost():
    bit = 2.0**-54
    assert softmax_squared_error_gradient([0.0, 0.0], [0.5 - bit, 0.5]).tolist() == [bit / 4, -bit / 4]
