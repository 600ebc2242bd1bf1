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
    assert_derivative,
    exact,
    exact_jacobian,
    exact_softmax,
    mp,
    textbook_softmax,
)

from byhand import softmax, softmax_squared_error_gradient, squared_error, squared_error_gradient

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
