"""Steps of gradient descent: plain, with weight decay, with momentum, by Adam."""

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
from judges import (
    TEXTBOOK_ACTIVATIONS,
    arrays,
    assert_close,
    central_difference,
    complex_step,
    exact,
    mp,
    textbook_cross_entropy,
)

from byhand import (
    adam_step,
    affine_vjp,
    backpropagation,
    cross_entropy,
    cross_entropy_gradient,
    momentum_step,
    sgd_step,
    squared_error,
    squared_error_gradient,
    weight_decay_step,
)

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


# The page: against the gradient


THETA = np.array([3.0, 1.0, -3.0])  # the page's example, with class 2 the true one
LABEL = 1


def textbook_loss(theta):
    return np.log(np.exp(theta).sum()) - theta[LABEL]


@pytest.fixture
def g():
    return complex_step(textbook_loss, THETA)


def test_eq_gd_loss(rng):
    for theta in rng.normal(size=(5, 3)):
        assert_close(cross_entropy(theta, LABEL), textbook_loss(theta))


def test_eq_gd_gradient(g):
    assert_close(cross_entropy_gradient(THETA, LABEL), g)
    np.testing.assert_allclose(g, central_difference(textbook_loss, THETA), rtol=1e-8, atol=1e-10)


def test_eq_gd_line(rng):
    d = rng.normal(size=3)
    for r in (-1.5, 0.0, 0.25):
        assert_close(
            cross_entropy(THETA + r * d, LABEL), textbook_loss([t + r * x for t, x in zip(THETA, d, strict=True)])
        )


def test_eq_gd_directional(rng, g):
    for d in rng.normal(size=(5, 3)):
        slope = central_difference(lambda r, d=d: cross_entropy(THETA + r * d, LABEL), 0.0)
        np.testing.assert_allclose(slope, sum(g[k] * d[k] for k in range(3)), rtol=1e-8)


def test_eq_gd_cauchy(rng, g):
    for d in rng.normal(size=(50, 3)):
        taken_off = sum((g[j] * d[k] - g[k] * d[j]) ** 2 for j in range(3) for k in range(3)) / 2
        np.testing.assert_allclose((g @ d) ** 2, (g @ g) * (d @ d) - taken_off, rtol=1e-9, atol=1e-12)
        assert (g @ d) ** 2 <= (g @ g) * (d @ d) * (1 + 1e-14)
    assert_close((g @ (-2 * g)) ** 2, (g @ g) * (2 * g @ (2 * g)))


def test_eq_gd_against(g):
    assert_close(
        cross_entropy(THETA - 0.5 * cross_entropy_gradient(THETA, LABEL), LABEL), textbook_loss(THETA - 0.5 * g)
    )


def test_eq_gd_downhill(g):
    slope = central_difference(lambda r: cross_entropy(THETA - r * g, LABEL), 0.0)
    np.testing.assert_allclose(slope, -sum(x * x for x in g), rtol=1e-8)


def test_eq_gd_step(g):
    after = sgd_step(THETA, cross_entropy_gradient(THETA, LABEL), 1.0)
    assert_close(after, [t - x for t, x in zip(THETA, g, strict=True)])
    assert [round(float(cross_entropy(theta, LABEL)), 3) for theta in (THETA, after)] == [2.129, 0.824]


def test_mistake_gd_uphill_mistake(g):
    assert round(float(textbook_loss(THETA + g)), 3) == 3.784
    assert textbook_loss(THETA + g) > textbook_loss(THETA)


# The valley


def test_eq_gd_valley(rng):
    kappa, w = rng.uniform(0.5, 5, size=4), rng.normal(size=4)
    assert_close(squared_error(np.sqrt(kappa) * w, 0 * w), sum(k * x * x for k, x in zip(kappa, w, strict=True)) / 2)


def test_eq_gd_valley_gradient(rng):
    kappa, w = rng.uniform(0.5, 5, size=4), rng.normal(size=4)
    by_w = complex_step(lambda w: (kappa * w**2).sum() / 2, w)
    assert_close(np.sqrt(kappa) * squared_error_gradient(np.sqrt(kappa) * w, 0 * w), by_w)
    assert_close(by_w, [k * x for k, x in zip(kappa, w, strict=True)])


def test_eq_gd_valley_step():
    kappa, w, eta = (1.0, 10.0), (5.0, 1.0), 0.18
    after = sgd_step(w, np.multiply(kappa, w), eta)
    assert_close(after, [(1 - eta * k) * x for k, x in zip(kappa, w, strict=True)])
    assert after.round(3).tolist() == [4.1, -0.8]


@pytest.mark.parametrize("eta_q", [0.1, 0.5, 1.0, 1.5, 1.9, 2.0, 2.1, 3.0])
def test_eq_gd_many_steps(eta_q):
    """The walk comes to the bottom below 2, jumps between two points at 2, and flies away above."""
    q, x, steps = 4.0, 1.5, 200
    place = x
    for _ in range(steps):
        place = float(sgd_step(place, q * place, eta_q / q))
    np.testing.assert_allclose(place, (1 - eta_q) ** steps * x, rtol=1e-11, atol=1e-300)
    assert (abs(place) < 1e-6 * x) == (eta_q < 2)
    assert (abs(place) > 1e6 * x) == (eta_q > 2)


@pytest.mark.parametrize("eta_q", [0.1, 1.0, 1.9, 2.0, 2.1, 3.0])
def test_eq_gd_valley_progress(eta_q):
    q, x = mp.mpf(3), mp.mpf(-2)
    eta = mp.mpf(eta_q) / q
    change = q / 2 * ((1 - eta * q) * x) ** 2 - q / 2 * x**2
    assert abs(change - -eta * q * (2 - eta * q) * q / 2 * x**2) < mp.mpf(10) ** -40
    assert mp.sign(change) == np.sign(eta_q - 2)


# Mini-batches


BATCHES = np.array([[1.0, 3.0], [4.0, 8.0]])
PARAMETER = 2.0


def batch_gradient(a, batch):
    return float(complex_step(lambda a: sum((a - x) ** 2 / 2 for x in batch) / len(batch), a))


def test_eq_gd_full_loss():
    loss = squared_error(np.full((4, 1), PARAMETER), BATCHES.reshape(4, 1))
    assert_close(loss, sum((PARAMETER - x) ** 2 / 2 for row in BATCHES for x in row) / 4)


def test_eq_gd_batch_loss():
    for row in BATCHES:
        loss = squared_error(np.full((2, 1), PARAMETER), row.reshape(2, 1))
        assert_close(loss, ((PARAMETER - row[0]) ** 2 + (PARAMETER - row[1]) ** 2) / 4)


def test_eq_gd_unbiased():
    of_batches = [batch_gradient(PARAMETER, row) for row in BATCHES]
    np.testing.assert_allclose(of_batches, [0, -4], atol=1e-14)
    assert_close(np.mean(of_batches), batch_gradient(PARAMETER, BATCHES.ravel()))
    assert_close(batch_gradient(PARAMETER, BATCHES.ravel()), -2)


def test_eq_gd_unbiased__of_a_network(net):
    """The same for a network: four examples in two batches, the mean of the two gradients."""
    X, labels = net.X[:4], net.labels[:4]

    def gradient(rows):
        _, cache = backpropagation.forward(X[rows], net.W1, net.b1, net.W2, net.b2)
        return backpropagation.backward(cache, labels[rows]).dW1

    for batches in ([[0, 1], [2, 3]], [[3, 0], [1, 2]], [[0], [1], [2], [3]]):
        assert_close(np.mean([gradient(rows) for rows in batches], axis=0), gradient([0, 1, 2, 3]))
    unequal = np.mean([gradient([0]), gradient([1, 2, 3])], axis=0)
    assert abs(unequal - gradient([0, 1, 2, 3])).max() > 1e-3


def test_mistake_gd_batch_sum_mistake():
    assert_close(sum(batch_gradient(PARAMETER, row) for row in BATCHES), -4)


# Weight decay


def test_eq_weight_decay_loss(rng):
    theta, lam = rng.normal(size=3), 0.3
    penalised = cross_entropy(theta, LABEL) + lam * squared_error(theta, 0 * theta)
    assert_close(penalised, textbook_loss(theta) + lam / 2 * sum(x * x for x in theta))


def test_eq_weight_decay_gradient(rng, g):
    lam = 0.3
    by_theta = complex_step(lambda theta: textbook_loss(theta) + lam / 2 * (theta**2).sum(), THETA)
    assert_close(by_theta, [g_k + lam * t for g_k, t in zip(g, THETA, strict=True)])


def test_eq_weight_decay_step(g):
    eta, lam = 0.3, 0.2
    by_theta = complex_step(lambda theta: textbook_loss(theta) + lam / 2 * (theta**2).sum(), THETA)
    assert_close(weight_decay_step(THETA, g, eta, lam), THETA - eta * by_theta)
    assert weight_decay_step(8.0, 0.0, 0.5, 0.25) == 7
    np.testing.assert_array_equal(weight_decay_step(THETA, g, eta, 0), sgd_step(THETA, g, eta))


def test_mistake_weight_decay_rate_mistake():
    assert (1 - 0.25) * 8 == 6 != weight_decay_step(8.0, 0.0, 0.5, 0.25)
    assert weight_decay_step(8.0, 3.0, 1.0, 0.25) == (1 - 0.25) * 8 - 3


# Momentum


def velocities(gradients, beta):
    """Run the velocity through the gradients of one parameter; the last is what is asked."""
    velocity = 0.0
    for gradient in gradients:
        velocity = float(momentum_step(0.0, velocity, gradient, 1.0, beta).velocity)
    return velocity


def test_eq_momentum_velocity(rng):
    theta, u, gradient = rng.normal(size=(3, 4))
    found = momentum_step(theta, u, gradient, 0.3, 0.8).velocity
    assert_close(found, [0.8 * u_k + g_k for u_k, g_k in zip(u, gradient, strict=True)])


def test_eq_momentum_step(rng):
    theta, u, gradient = rng.normal(size=(3, 4))
    found = momentum_step(theta, u, gradient, 0.3, 0.8).theta
    assert_close(found, [t - 0.3 * (0.8 * u_k + g_k) for t, u_k, g_k in zip(theta, u, gradient, strict=True)])
    np.testing.assert_array_equal(momentum_step(theta, u, gradient, 0.3, 0).theta, sgd_step(theta, gradient, 0.3))


@given(arrays(7), st.floats(0.01, 0.99))
def test_eq_momentum_unrolled(gradients, beta):
    b = mp.mpf(beta)
    unrolled = mp.fsum(b ** (7 - s) * g_s for s, g_s in enumerate(exact(gradients), start=1))
    scale = sum(abs(gradients)) + 1e-300
    assert abs(velocities(gradients, beta) - unrolled) <= 1e-14 * scale


def test_eq_momentum_unrolled__by_hand():
    assert [velocities([8, 4, 2][:t], 0.5) for t in (1, 2, 3)] == [8, 8, 6]


@pytest.mark.parametrize("steps", [1, 2, 3, 10, 200])
def test_eq_momentum_constant(steps):
    x, beta = 1.7, 0.9
    assert_close(velocities([x] * steps, beta), (1 - beta**steps) / (1 - beta) * x)
    assert (abs(velocities([x] * steps, beta) - 10 * x) < 1e-7) == (steps == 200)


def test_mistake_momentum_sign_mistake():
    theta, place, velocity = 0.0, 0.0, 0.0
    for gradient in (8.0, 4.0, 2.0):
        place, velocity = momentum_step(place, velocity, gradient, 0.1, 0.5)
        theta += 0.1 * float(velocity)
    assert_close([theta, place], [2.2, -2.2])


def test_the_other_momentum_is_the_same(rng):
    theta = place = np.array([1.0, -2.0])
    velocity, other = np.zeros(2), np.zeros(2)
    for gradient in rng.normal(size=(6, 2)):
        place, velocity = momentum_step(place, velocity, gradient, 0.2, 0.7)
        other = 0.7 * other - 0.2 * gradient
        theta = theta + other
    assert_close(place, theta)


# Adam


def algorithm_1(gradients, theta, alpha, beta1, beta2, epsilon):
    """Kingma and Ba, 2015, algorithm 1, line by line, for one parameter, in 50 digits."""
    alpha, beta1, beta2, epsilon, theta = map(mp.mpf, (alpha, beta1, beta2, epsilon, theta))
    m, v, t = mp.mpf(0), mp.mpf(0), 0
    for g_t in exact(gradients):
        t = t + 1
        m = beta1 * m + (1 - beta1) * g_t
        v = beta2 * v + (1 - beta2) * g_t**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        theta = theta - alpha * m_hat / (mp.sqrt(v_hat) + epsilon)
    return theta, m, v


def adam(gradients, theta, *rates):
    m = v = np.zeros_like(theta)
    for t, gradient in enumerate(gradients, start=1):
        theta, m, v = adam_step(theta, m, v, gradient, t, *rates)
    return theta, m, v


@pytest.mark.parametrize("rates", [(0.001, 0.9, 0.999, 1e-8), (0.3, 0.5, 0.8, 0.01), (0.1, 0.0, 0.0, 1e-8)])
def test_eq_adam_step(rng, rates):
    gradients = rng.normal(size=(30, 2, 3, 4)) * 10.0 ** rng.integers(-3, 4, size=(2, 3, 4))
    start = rng.normal(size=(2, 3, 4))
    theta, m, v = adam(gradients, start, *rates)
    for index in np.ndindex(2, 3, 4):
        expected = algorithm_1(gradients[(slice(None), *index)], start[index], *rates)
        for found, exact_value in zip((theta[index], m[index], v[index]), expected, strict=True):
            np.testing.assert_allclose(found, float(exact_value), rtol=1e-11, atol=1e-13)


def test_eq_adam_step__planted_errors_are_seen(rng):
    """The judge tells Adam from the three wrong forms of its correction."""
    gradients, rates = rng.normal(size=5), (0.1, 0.9, 0.999, 1e-8)
    expected = float(algorithm_1(gradients, 0.0, *rates)[0])
    assert_close(adam(gradients, np.array(0.0), *rates)[0], expected)
    for correct in (
        lambda m, v, t: (m / (1 - 0.9), v / (1 - 0.999)),
        lambda m, v, t: (m, v),
        lambda m, v, t: (m / (1 - 0.9**t), v),
    ):
        theta = m = v = 0.0
        for t, gradient in enumerate(gradients, start=1):
            m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
            m_hat, v_hat = correct(m, v, t)
            theta -= 0.1 * m_hat / (np.sqrt(v_hat) + 1e-8)
        assert abs(theta - expected) > 0.01


def test_eq_adam_first_moment(rng):
    theta, m, v, gradient = rng.uniform(0.1, 1, size=(4, 3))
    found = adam_step(theta, m, v, gradient, 4, beta1=0.7).m
    assert_close(found, [0.7 * m_k + 0.3 * g_k for m_k, g_k in zip(m, gradient, strict=True)])


def test_eq_adam_second_moment(rng):
    theta, m, v, gradient = rng.uniform(0.1, 1, size=(4, 3))
    found = adam_step(theta, m, v, gradient, 4, beta2=0.6).v
    assert_close(found, [0.6 * v_k + 0.4 * g_k * g_k for v_k, g_k in zip(v, gradient, strict=True)])


@pytest.mark.parametrize("t", [1, 2, 10])
def test_eq_adam_corrected(t):
    """Recover the corrected averages from two steps that differ in epsilon alone."""
    m, v, gradient = 0.5, 0.25, 2.0
    steps = [-float(adam_step(0.0, m, v, gradient, t, 1.0, 0.9, 0.99, epsilon).theta) for epsilon in (1.0, 2.0)]
    root = (2 * steps[1] - steps[0]) / (steps[0] - steps[1])
    m_hat = steps[0] * (root + 1)
    np.testing.assert_allclose(m_hat, (0.9 * m + 0.1 * gradient) / (1 - 0.9**t), rtol=1e-12)
    np.testing.assert_allclose(root**2, (0.99 * v + 0.01 * gradient**2) / (1 - 0.99**t), rtol=1e-12)


@given(arrays(6), st.floats(0.01, 0.99))
def test_eq_adam_unrolled(gradients, beta1):
    _, m, _ = adam(gradients, np.array(0.0), 1.0, beta1)
    b = mp.mpf(beta1)
    unrolled = (1 - b) * mp.fsum(b ** (6 - s) * g_s for s, g_s in enumerate(exact(gradients), start=1))
    assert abs(float(m) - unrolled) <= 1e-14 * (sum(abs(gradients)) + 1e-300)


@pytest.mark.parametrize("steps", [1, 2, 3, 50])
def test_eq_adam_constant(steps):
    _, m, _ = adam([1.7] * steps, np.array(0.0), 1.0, 0.8)
    assert_close(m, (1 - 0.8**steps) * 1.7)


@pytest.mark.parametrize("steps", [1, 2, 3, 50])
def test_eq_adam_unbiased(steps):
    """With equal gradients each step has the length of the learning rate, up to epsilon."""
    theta, m, _ = adam([-1.7] * steps, np.array(0.0), 0.25, 0.8, 0.9)
    assert_close(m / (1 - 0.8**steps), -1.7)
    np.testing.assert_allclose(theta, 0.25 * steps, rtol=1e-7)


@pytest.mark.parametrize("gradient", [100.0, -0.25, 1e-3, -1e6])
def test_eq_adam_first_step(gradient):
    theta, _, _ = adam_step(1.0, 0.0, 0.0, gradient, 1, learning_rate=0.125, epsilon=1e-8)
    assert_close(theta, 1 - 0.125 * gradient / (abs(gradient) + 1e-8))
    assert abs(theta - (1 - 0.125 * np.sign(gradient))) < 1e-5


def test_mistake_adam_power_mistake():
    _, m, _ = adam([1.0] * 10, np.array(0.0))
    assert_close(m / (1 - 0.9**10), 1)
    assert round(float(m / (1 - 0.9)), 1) == round((1 - 0.9**10) / 0.1, 1) == 6.5
    assert_close(adam([1.0], np.array(0.0))[1] / (1 - 0.9), 1)


def test_mistake_adam_uncorrected_mistake():
    _, m, v = adam([1.0], np.array(0.0))
    assert_close([m, v], [0.1, 0.001])
    assert round(float(m / np.sqrt(v)), 2) == 3.16


# The rules of the house, for all three


def decay(theta, gradient):
    return weight_decay_step(theta, gradient, 0.5, 0.25)


def momentum(theta, velocity, gradient):
    return momentum_step(theta, velocity, gradient, 0.5, 0.75)


def adam_from_squares(theta, m, v, gradient):
    return adam_step(theta, m, v, gradient, 3, 0.5)


STEPS = {decay: 2, momentum: 3, adam_from_squares: 4}
each_step = pytest.mark.parametrize(("step", "count"), STEPS.items(), ids=lambda x: getattr(x, "__name__", ""))


@each_step
def test_the_steps_keep_the_house_rules(rng, step, count):
    arguments = [3 * abs(rng.normal(size=(2, 3, 4))) for _ in range(count)]
    assert_keeps_dtype(step, *arguments)
    assert_leaves_inputs_alone(step, *arguments)
    assert_takes_any_layout(step, *arguments)
    found = step(*arguments)
    for index in np.ndindex(2, 3, 4):
        alone = step(*(array[index] for array in arguments))
        whole = found if isinstance(found, tuple) else (found,)
        for a, b in zip(whole, alone if isinstance(alone, tuple) else (alone,), strict=True):
            np.testing.assert_allclose(a[index], b, rtol=1e-13)


@pytest.mark.parametrize("dtype", [np.float64, int])
def test_the_parameters_say_what_dtype_a_step_has(rng, dtype):
    def plain(theta, gradient):
        return sgd_step(theta, gradient, 0.5)

    for step, count in {plain: 2, **STEPS}.items():
        theta, *others = 9 * abs(rng.normal(size=(count, 2, 3, 4)).astype(np.float32))
        mixed = step(theta, *(other.round().astype(dtype) for other in others))
        alike = step(theta, *(other.round() for other in others))
        np.testing.assert_array_equal(mixed, alike)
        assert np.asarray(mixed).dtype == np.float32


@each_step
@not_real_numbers
def test_the_steps_demand_real_numbers_of_one_shape(step, count, bad, dtype):
    names = ["theta", *{2: ["gradient"], 3: ["velocity", "gradient"], 4: ["m", "v", "gradient"]}[count]]
    for place, name in enumerate(names):
        arguments = [np.ones((1, 2))] * count
        arguments[place] = bad
        with refuses(TypeError, name, dtype):
            step(*arguments)
        arguments[place] = RAGGED
        with refuses(ValueError, name, "a ragged sequence"):
            step(*arguments)
        if name != "theta":
            arguments[place] = np.ones(2)
            with refuses(ValueError, name, r"\(2,\)"):
                step(*arguments)


@pytest.mark.parametrize("bad", [0, -0.1, np.nan, np.inf])
def test_rates_are_positive_and_finite(bad):
    for name, step in (
        ("learning_rate", lambda: weight_decay_step(1.0, 1.0, bad, 0.1)),
        ("learning_rate", lambda: momentum_step(1.0, 1.0, 1.0, bad, 0.1)),
        ("learning_rate", lambda: adam_step(1.0, 1.0, 1.0, 1.0, 1, bad)),
        ("epsilon", lambda: adam_step(1.0, 1.0, 1.0, 1.0, 1, epsilon=bad)),
    ):
        with refuses(ValueError, name, re.escape(str(bad))):
            step()


@pytest.mark.parametrize("bad", [-0.1, 1, 1.5, np.nan, np.inf])
def test_what_stays_of_an_average_is_a_fraction(bad):
    for name, step in {
        "momentum": lambda: momentum_step(1.0, 1.0, 1.0, 0.1, bad),
        "beta1": lambda: adam_step(1.0, 1.0, 1.0, 1.0, 1, beta1=bad),
        "beta2": lambda: adam_step(1.0, 1.0, 1.0, 1.0, 1, beta2=bad),
    }.items():
        with refuses(ValueError, name, re.escape(str(bad))):
            step()


@pytest.mark.parametrize("bad", [-0.1, np.nan, np.inf])
def test_the_weight_decay_is_not_negative(bad):
    with refuses(ValueError, "weight_decay", re.escape(str(bad))):
        weight_decay_step(1.0, 1.0, 0.1, bad)


@pytest.mark.parametrize("bad", ["a", 1j, None])
def test_rates_are_numbers(bad):
    with refuses(TypeError, "weight_decay", re.escape(repr(bad))):
        weight_decay_step(1.0, 1.0, 0.1, bad)
    with refuses(TypeError, "momentum", re.escape(repr(bad))):
        momentum_step(1.0, 1.0, 1.0, 0.1, bad)
    with refuses(TypeError, "epsilon", re.escape(repr(bad))):
        adam_step(1.0, 1.0, 1.0, 1.0, 1, epsilon=bad)


def test_the_count_of_adam_begins_at_1():
    with refuses(ValueError, "t", "0"):
        adam_step(1.0, 0.0, 0.0, 1.0, 0)
    with refuses(ValueError, "t", "-1"):
        adam_step(1.0, 0.0, 0.0, 1.0, -1)
    with refuses(TypeError, "t", r"1\.0"):
        adam_step(1.0, 0.0, 0.0, 1.0, 1.0)
    assert adam_step(1.0, 0.0, 0.0, 1.0, np.int64(2)).theta < 1


def test_averages_of_squares_are_not_negative():
    with refuses(ValueError, "v", r"-0\.5"):
        adam_step([1.0, 1.0], [0.0, 0.0], [1.0, -0.5], [1.0, 1.0], 1)


def test_a_gradient_of_zero_leaves_adam_where_it_is():
    assert adam_step([1.0], [0.0], [0.0], [0.0], 1).theta.tolist() == [1]


# Errors that `make mutation` plants, and that nothing above notices


def test_adam_has_the_learning_rate_of_its_page():
    start = [1.0], [0.0], [0.0], [2.0], 1
    assert_close(adam_step(*start).theta, adam_step(*start, 0.001).theta)
    assert abs(adam_step(*start).theta - 0.999) < 1e-9


def test_adam_names_the_negative_square():
    with refuses(ValueError, "v", r"-1\.0"):
        adam_step(np.ones(3), np.zeros(3), [0.5, 0.0, -1.0], np.ones(3), 1)


def test_a_message_says_whose_shape_it_expects():
    with pytest.raises(ValueError, match=r"^m: expected the shape \(2,\) of theta, got \(1,\)$"):
        adam_step(np.ones(2), [0.0], np.zeros(2), np.ones(2), 1)
