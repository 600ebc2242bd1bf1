"""One step of gradient descent."""

import re

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
from judges import TEXTBOOK_ACTIVATIONS, arrays, assert_close, complex_step, exact, mp, textbook_cross_entropy

from byhand import affine_vjp, backpropagation, sgd_step

rates = st.floats(1e-6, 10)


def test_eq_network_sgd_step(net):
    eta = 0.3
    _, cache = backpropagation.forward(net.X, net.W1, net.b1, net.W2, net.b2)
    dZ1 = backpropagation.backward(cache, net.labels).dZ1
    after = sgd_step(net.W1, affine_vjp(dZ1, net.X, net.W1, net.b1).dW, eta)

    def loss(W1):
        A1 = TEXTBOOK_ACTIVATIONS["sigmoid"](net.X @ W1 + net.b1)
        return textbook_cross_entropy(A1 @ net.W2 + net.b2, net.labels)

    by_W1 = complex_step(loss, net.W1)
    for d in range(net.D):
        for h in range(net.H):
            assert_close(after[d, h], net.W1[d, h] - eta * by_W1[d, h])


@given(arrays(5), arrays(5), rates)
def test_eq_network_sgd_step__fifty_digits(theta, gradient, eta):
    after = sgd_step(theta, gradient, eta)
    for moved, t, g in zip(after, exact(theta), exact(gradient), strict=True):
        assert abs(moved - (t - mp.mpf(eta) * g)) <= 2**-52 * (abs(t) + eta * abs(g))


def test_eq_network_sgd_step__by_hand():
    assert sgd_step([1.0, -2.0, 0.0], [4.0, -8.0, 1.0], 0.25).tolist() == [0, 0, -0.25]


def test_ten_steps_take_the_page_example_downhill():
    X, labels = [[1.0, 2.0], [0.0, 1.0]], [0, 1]
    parameters = [
        np.array([[1.0, 0.0, -1.0], [0.0, 1.0, 1.0]]),
        np.array([[0.0, -1.0, 0.0]]),
        np.array([[1.0, -1.0], [0.0, 1.0], [-1.0, 0.0]]),
        np.array([[0.0, 0.0]]),
    ]
    losses = []
    for _ in range(11):
        _, cache = backpropagation.forward(X, *parameters)
        losses.append(float(backpropagation.loss(cache, labels)))
        g = backpropagation.backward(cache, labels)
        gradients = [g.dW1, g.db1, g.dW2, g.db2]
        parameters = [sgd_step(theta, by, 1.0) for theta, by in zip(parameters, gradients, strict=True)]
    assert [round(losses[0], 3), round(losses[10], 3)] == [0.639, 0.375]
    assert losses == sorted(losses, reverse=True)


@given(arrays(2, 3, 4), arrays(2, 3, 4), rates)
def test_a_step_is_its_entries_one_by_one(theta, gradient, eta):
    after = sgd_step(theta, gradient, eta)
    assert after.shape == theta.shape
    for index in np.ndindex(theta.shape):
        np.testing.assert_allclose(after[index], sgd_step(theta[index], gradient[index], eta), rtol=1e-13, atol=1e-13)


def test_a_step_keeps_the_house_rules(rng):
    theta, gradient = 3 * rng.normal(size=(2, 2, 3, 4))
    for eta in (0.5, 1, np.float64(0.5), np.float32(0.5)):
        assert_keeps_dtype(lambda theta, gradient, eta=eta: sgd_step(theta, gradient, eta), theta, gradient)
        assert_leaves_inputs_alone(lambda theta, gradient, eta=eta: sgd_step(theta, gradient, eta), theta, gradient)
        assert_takes_any_layout(lambda theta, gradient, eta=eta: sgd_step(theta, gradient, eta), theta, gradient)


@not_real_numbers
def test_arguments_must_be_real_numbers(bad, dtype):
    with refuses(TypeError, "theta", dtype):
        sgd_step(bad, np.ones((1, 2)), 0.1)
    with refuses(TypeError, "gradient", dtype):
        sgd_step(np.ones((1, 2)), bad, 0.1)


def test_the_gradient_has_the_shape_of_theta():
    with pytest.raises(ValueError, match=r"^gradient: expected the shape \(1, 3\) of theta, got \(3,\)$"):
        sgd_step(np.zeros((1, 3)), np.zeros(3), 0.1)
    with refuses(ValueError, "gradient", r"\(\)"):
        sgd_step(np.zeros(3), 1.0, 0.1)
    with refuses(ValueError, "gradient", r"\(1, 3\)"):
        sgd_step(np.zeros(3), np.zeros((1, 3)), 0.1)
    with refuses(ValueError, "theta", "a ragged sequence"):
        sgd_step(RAGGED, np.zeros(3), 0.1)
    with refuses(ValueError, "gradient", "a ragged sequence"):
        sgd_step(np.zeros(3), RAGGED, 0.1)


@pytest.mark.parametrize("eta", [0, 0.0, -0.0, -0.1, np.nan, np.inf, -np.inf])
def test_the_learning_rate_is_positive_and_finite(eta):
    with refuses(ValueError, "learning_rate", eta):
        sgd_step([1.0], [1.0], eta)


@pytest.mark.parametrize("eta", ["a", 1j, None, [0.1]])
def test_the_learning_rate_is_a_number(eta):
    with refuses(TypeError, "learning_rate", re.escape(repr(eta))):
        sgd_step([1.0], [1.0], eta)
