"""Backpropagation through any number of layers, and the first weights."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from array_rules import (
    assert_keeps_dtype,
    assert_leaves_inputs_alone,
    assert_takes_any_layout,
    not_real_numbers,
    refuses,
)
from judges import (
    TEXTBOOK_ACTIVATIONS,
    assert_close,
    assert_derivative,
    central_difference,
    complex_step,
    mp,
    textbook_cross_entropy,
    textbook_softmax,
)

from byhand import (
    affine,
    affine_vjp,
    backpropagation,
    cross_entropy,
    cross_entropy_gradient,
    deep_network,
    relu,
    relu_derivative,
    sgd_step,
    softmax,
)
from byhand.deep_network import backward, forward, glorot, he, loss

DEPTHS = range(1, 6)
WIDTHS = (2, 6, 4, 7, 5, 3)  # no two alike, so that a missing transpose is a shape error


def network(rng, widths, N=8):
    """Random weights whose pre-activations keep clear of the kink of ReLU, so that nudges do not cross it."""
    while True:
        X = rng.normal(size=(N, widths[0]))
        W = [rng.normal(size=shape) for shape in pairwise(widths)]
        b = [rng.normal(size=(1, width)) for width in widths[1:]]
        nearest = min(abs(Z).min() for Z in textbook(X, W, b)[0])
        if nearest > 0.02:
            return SimpleNamespace(X=X, W=W, b=b, labels=rng.integers(0, widths[-1], size=N), N=N)


def textbook(X, W, b, activation="relu", first=0):
    """Run the layers behind the first so many, starting from what goes into them: all the Z, all the A."""
    f = TEXTBOOK_ACTIVATIONS[activation]
    Z, A = [], [X]
    for W_l, b_l in zip(W[first:], b[first:], strict=True):
        Z.append(A[-1] @ W_l + b_l)
        A.append(f(Z[-1]))
    return Z, A


@pytest.fixture
def deep(rng):
    """The network of the page: two hidden layers."""
    net = network(rng, (2, 5, 4, 3), N=6)
    _, cache = forward(net.X, net.W, net.b)
    g = backward(cache, net.labels)
    net.W1, net.W2, net.W3 = net.W
    net.b1, net.b2, net.b3 = net.b
    _, net.A1, net.A2 = cache.A
    net.Z1, net.Z2, net.Z3 = cache.Z
    net.D1, net.D2, net.D3 = g.dZ
    net.P, net.cache, net.g = cache.P, cache, g
    net.D, net.I, net.J, net.K = 2, 5, 4, 3
    return net


def nudge(net, name, layer, activation="relu"):
    """The loss by the textbook as a function of one quantity: W, b or Z of a layer, counted from 0."""
    f = TEXTBOOK_ACTIVATIONS[activation]

    def total(value):
        W, b = list(net.W), list(net.b)
        if name == "Z":
            if layer == len(W) - 1:
                return textbook_cross_entropy(value, net.labels)
            Z, _ = textbook(f(value), W, b, activation, first=layer + 1)
            return textbook_cross_entropy(Z[-1], net.labels)
        {"W": W, "b": b}[name][layer] = value
        Z, _ = textbook(net.X, W, b, activation)
        return textbook_cross_entropy(Z[-1], net.labels)

    return total


def slope(net, name, layer):
    """The loss's true gradient with respect to W, b or Z of a layer, counted from 0."""
    value = textbook(net.X, net.W, net.b)[0][layer] if name == "Z" else getattr(net, name)[layer]
    return complex_step(nudge(net, name, layer), value)


# As a whole: networks of one to five layers


@pytest.mark.parametrize("activation", TEXTBOOK_ACTIVATIONS)
@pytest.mark.parametrize("depth", DEPTHS)
def test_forward_runs_the_textbook_network_and_remembers_it(rng, depth, activation):
    net = network(rng, (*WIDTHS[:depth], WIDTHS[-1]))
    P, cache = forward(net.X, net.W, net.b, activation)
    Z, A = textbook(net.X, net.W, net.b, activation)
    assert [len(part) for part in cache[:4]] == [depth] * 4
    for found, wanted in zip((*cache.Z, *cache.A), (*Z, *A[:-1]), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(P, textbook_softmax(Z[-1]), rtol=1e-12)
    np.testing.assert_array_equal(cache.P, P)
    assert cache.activation == activation
    np.testing.assert_allclose(loss(cache, net.labels), textbook_cross_entropy(Z[-1], net.labels), rtol=1e-12)


@pytest.mark.parametrize("activation", TEXTBOOK_ACTIVATIONS)
@pytest.mark.parametrize("depth", DEPTHS)
def test_each_gradient_against_two_judges(rng, depth, activation):
    net = network(rng, (*WIDTHS[:depth], WIDTHS[-1]))
    cache = forward(net.X, net.W, net.b, activation)[1]
    gradients = backward(cache, net.labels)
    for layer in range(depth):
        for name, values, found in (("W", net.W, gradients.dW), ("b", net.b, gradients.db)):

            def own(value, name=name, layer=layer):
                W, b = list(net.W), list(net.b)
                {"W": W, "b": b}[name][layer] = value
                return loss(forward(net.X, W, b, activation)[1], net.labels)

            assert found[layer].shape == values[layer].shape
            np.testing.assert_allclose(
                found[layer], complex_step(nudge(net, name, layer, activation), values[layer]), rtol=1e-10, atol=1e-12
            )
            np.testing.assert_allclose(
                found[layer], central_difference(own, values[layer], step=1e-5), rtol=1e-6, atol=1e-8
            )
        by_Z = complex_step(nudge(net, "Z", layer, activation), cache.Z[layer])
        np.testing.assert_allclose(gradients.dZ[layer], by_Z, rtol=1e-10, atol=1e-12)


def test_one_hidden_layer_is_the_network_of_three_layers_of_nodes(net):
    for activation in ("sigmoid", "tanh", "relu"):
        P, cache = backpropagation.forward(net.X, net.W1, net.b1, net.W2, net.b2, activation)
        wanted = backpropagation.backward(cache, net.labels)
        found_P, found_cache = forward(net.X, [net.W1, net.W2], [net.b1, net.b2], activation)
        found = backward(found_cache, net.labels)
        assert_close(found_P, P)
        pairs = {
            "dZ": (wanted.dZ1, wanted.dZ2),
            "dW": (wanted.dW1, wanted.dW2),
            "db": (wanted.db1, wanted.db2),
        }
        for name, both in pairs.items():
            for one, other in zip(getattr(found, name), both, strict=True):
                np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)
        assert loss(found_cache, net.labels) == backpropagation.loss(cache, net.labels)


def test_the_activation_is_relu_unless_told_otherwise(deep):
    assert forward(deep.X, deep.W, deep.b)[1].activation == "relu"


def test_planted_errors_are_seen(deep):
    """What each equation would give with one thing wrong differs from what the judge says."""
    planted = {
        ("Z", 1): [deep.D3 @ deep.W3.T, deep.D2 * deep.N, -deep.D2, deep.D2 * 1.0005],
        ("Z", 0): [deep.D2 @ deep.W2.T, (deep.D3 @ deep.W3.T @ deep.W2.T) * (deep.Z1 > 0)],
        ("W", 1): [deep.Z1.T @ deep.D2, deep.A1.T @ deep.D2 * deep.N, deep.A1[:1].T @ deep.D2[:1]],
        ("b", 0): [deep.D1[:1], deep.D1.mean(axis=0, keepdims=True)],
    }
    for (name, layer), wrong in planted.items():
        true = slope(deep, name, layer)
        for value in wrong:
            assert value.shape == true.shape
            with pytest.raises(AssertionError):
                np.testing.assert_allclose(value, true, rtol=1e-10, atol=1e-12)


def test_the_page_example():
    X, labels = [[1.0, 2.0]], [1]
    W = [[[1, 1, -1], [0.5, -1, 1]], [[1, -0.5], [1, 1], [-1, 0.5]], [[1.0, -1.0], [2, 1]]]
    b = [np.zeros((1, 3)), np.zeros((1, 2)), np.zeros((1, 2))]
    P, cache = forward(X, W, b)
    assert [Z.tolist() for Z in cache.Z] == [[[2, -1, 1]], [[1, -0.5]], [[1, -1]]]
    p = 1 / (1 + np.exp(-2))
    assert_close(P, [[p, 1 - p]])
    assert_close(loss(cache, labels), -np.log(1 - p))
    gradients = backward(cache, labels)
    for found, wanted in zip(gradients.dZ, ([[2 * p, 0, -2 * p]], [[2 * p, 0]], [[p, -p]]), strict=True):
        assert_close(found, wanted)
    assert_close(gradients.dW[0], [[2 * p, 0, -2 * p], [4 * p, 0, -4 * p]])
    assert_close(gradients.dW[1], [[4 * p, 0], [0, 0], [2 * p, 0]])
    assert_close(gradients.dW[2], [[p, -p], [0, 0]])


# Forward, step by step


def test_eq_deep_relu():
    assert relu(np.array([-1.5, 0.0, 2.5])).tolist() == [max(0, x) for x in (-1.5, 0.0, 2.5)]


def test_eq_deep_gate():
    assert relu_derivative(np.array([-1.5, -5e-324, 0.0, 5e-324, 2.5])).tolist() == [0, 0, 0, 1, 1]


def assert_affine(found, A, W, b):
    """Sum in a loop over the indices."""
    for n, k in np.ndindex(found.shape):
        assert_close(found[n, k], sum(A[n, j] * W[j, k] for j in range(len(W))) + b[0, k])


def test_eq_deep_first_affine(deep):
    assert_affine(deep.Z1, deep.X, deep.W1, deep.b1)
    assert_affine(affine(deep.X, deep.W1, deep.b1), deep.X, deep.W1, deep.b1)


def test_eq_deep_second_affine(deep):
    assert_affine(deep.Z2, deep.A1, deep.W2, deep.b2)


def test_eq_deep_logits(deep):
    assert_affine(deep.Z3, deep.A2, deep.W3, deep.b3)


def test_eq_deep_first_activation(deep):
    assert deep.A1.tolist() == [[max(0, z) for z in row] for row in deep.Z1.tolist()]


def test_eq_deep_second_activation(deep):
    assert deep.A2.tolist() == [[max(0, z) for z in row] for row in deep.Z2.tolist()]


def test_eq_deep_softmax(deep):
    for n, k in np.ndindex(deep.P.shape):
        expected = mp.exp(deep.Z3[n, k]) / mp.fsum(mp.exp(z) for z in deep.Z3[n])
        assert_close(deep.P[n, k], float(expected))
        assert_close(softmax(deep.Z3)[n, k], float(expected))


def test_eq_deep_one_hot(deep):
    """Y enters the gradient as P - N Δ3."""
    Y = deep.P - deep.N * deep.D3
    for n, k in np.ndindex(Y.shape):
        np.testing.assert_allclose(Y[n, k], 1 if k == deep.labels[n] else 0, atol=1e-15)


def test_eq_deep_loss(deep):
    true = [mp.log(float(deep.P[n, deep.labels[n]])) for n in range(deep.N)]
    assert_close(loss(deep.cache, deep.labels), float(-mp.fsum(true) / deep.N))
    assert np.shape(loss(deep.cache, deep.labels)) == ()


def test_eq_deep_loss_logits(deep):
    rows = [deep.Z3[n, deep.labels[n]] - np.log(sum(np.exp(z) for z in deep.Z3[n])) for n in range(deep.N)]
    assert_close(loss(deep.cache, deep.labels), -sum(rows) / deep.N)


# Backward, step by step


def test_eq_deep_output_steps(deep):
    by_Z = slope(deep, "Z", 2)
    Y = np.eye(deep.K)[deep.labels]
    for n, k in np.ndindex(by_Z.shape):
        terms = [Y[n, c] * ((c == k) - deep.P[n, k]) for c in range(deep.K)]
        assert_close(by_Z[n, k], -sum(terms) / deep.N)
        assert_close(by_Z[n, k], (deep.P[n, k] * sum(Y[n]) - Y[n, k]) / deep.N)
        assert_close(cross_entropy_gradient(deep.Z3, deep.labels)[n, k], by_Z[n, k])


def test_eq_deep_output_delta(deep):
    for n, k in np.ndindex(deep.D3.shape):
        assert_close(deep.D3[n, k], (deep.P[n, k] - (k == deep.labels[n])) / deep.N)


def test_eq_deep_output_weights(deep):
    by_W = slope(deep, "W", 2)
    for j, k in np.ndindex(by_W.shape):
        assert_close(by_W[j, k], sum(deep.A2[n, j] * deep.D3[n, k] for n in range(deep.N)))
    assert_close(affine_vjp(deep.D3, deep.A2, deep.W3, deep.b3).dW, by_W)
    assert_close(deep.g.dW[2], by_W)


def test_eq_deep_output_bias(deep):
    by_b = slope(deep, "b", 2)
    assert_close(by_b[0], [sum(deep.D3[n, k] for n in range(deep.N)) for k in range(deep.K)])
    assert_close(deep.g.db[2], by_b)


def assert_delta(found, Z, W_behind, D_behind, by_Z):
    for n, j in np.ndindex(found.shape):
        total = sum(W_behind[j, k] * D_behind[n, k] for k in range(W_behind.shape[1]))
        assert_close(found[n, j], total if Z[n, j] > 0 else 0)
    np.testing.assert_allclose(found, by_Z, rtol=1e-12, atol=1e-14)


def test_eq_deep_second_delta(deep):
    assert_delta(deep.D2, deep.Z2, deep.W3, deep.D3, slope(deep, "Z", 1))


def test_eq_deep_first_delta(deep):
    assert_delta(deep.D1, deep.Z1, deep.W2, deep.D2, slope(deep, "Z", 0))


def assert_weights(found, A, D, by_W):
    for i, j in np.ndindex(found.shape):
        assert_close(found[i, j], sum(A[n, i] * D[n, j] for n in range(len(A))))
    np.testing.assert_allclose(found, by_W, rtol=1e-12, atol=1e-14)


def test_eq_deep_second_weights(deep):
    assert_weights(deep.g.dW[1], deep.A1, deep.D2, slope(deep, "W", 1))


def test_eq_deep_first_weights(deep):
    assert_weights(deep.g.dW[0], deep.X, deep.D1, slope(deep, "W", 0))


def test_eq_deep_second_bias(deep):
    assert_weights(deep.g.db[1], np.ones((deep.N, 1)), deep.D2, slope(deep, "b", 1))


def test_eq_deep_first_bias(deep):
    assert_weights(deep.g.db[0], np.ones((deep.N, 1)), deep.D1, slope(deep, "b", 0))


def test_eq_deep_step(deep):
    by_W = slope(deep, "W", 2)
    new = sgd_step(deep.W3, affine_vjp(deep.D3, deep.A2, deep.W3, deep.b3).dW, 0.3)
    for j, k in np.ndindex(by_W.shape):
        assert_close(new[j, k], deep.W3[j, k] - 0.3 * by_W[j, k])


# Any number of layers


@pytest.fixture(params=DEPTHS)
def any_depth(request, rng):
    net = network(rng, (*WIDTHS[: request.param], WIDTHS[-1]))
    net.cache = forward(net.X, net.W, net.b)[1]
    net.g = backward(net.cache, net.labels)
    return net


def test_eq_deep_inputs(any_depth):
    np.testing.assert_array_equal(any_depth.cache.A[0], any_depth.X)


def test_eq_deep_affine(any_depth):
    for Z, A, W, b in zip(any_depth.cache.Z, any_depth.cache.A, any_depth.W, any_depth.b, strict=True):
        np.testing.assert_allclose(Z, np.einsum("ni,ij->nj", A, W) + b, rtol=1e-12, atol=1e-13)


def test_eq_deep_activation(any_depth):
    assert len(any_depth.cache.A) == len(any_depth.cache.Z)
    for A, Z in zip(any_depth.cache.A[1:], any_depth.cache.Z[:-1], strict=True):
        assert A.tolist() == [[max(0, z) for z in row] for row in Z.tolist()]


def test_eq_deep_delta(any_depth):
    g, cache = any_depth.g, any_depth.cache
    for D, D_behind, W_behind, Z in zip(g.dZ[:-1], g.dZ[1:], any_depth.W[1:], cache.Z[:-1], strict=True):
        np.testing.assert_allclose(D, np.einsum("nk,jk->nj", D_behind, W_behind) * (Z > 0), rtol=1e-12, atol=1e-14)


def test_eq_deep_delta_gradient(any_depth):
    for layer, D in enumerate(any_depth.g.dZ):
        np.testing.assert_allclose(D, slope(any_depth, "Z", layer), rtol=1e-10, atol=1e-12)


def test_eq_deep_weights_gradient(any_depth):
    for layer, (dW, A, D) in enumerate(zip(any_depth.g.dW, any_depth.cache.A, any_depth.g.dZ, strict=True)):
        np.testing.assert_allclose(dW, np.einsum("ni,nj->ij", A, D), rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(dW, slope(any_depth, "W", layer), rtol=1e-10, atol=1e-12)


def test_eq_deep_bias_gradient(any_depth):
    for layer, (db, D) in enumerate(zip(any_depth.g.db, any_depth.g.dZ, strict=True)):
        np.testing.assert_allclose(db[0], np.einsum("nj->j", D), rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(db, slope(any_depth, "b", layer), rtol=1e-10, atol=1e-12)


# What it costs


class Counting(np.ndarray):
    """An array that counts the multiplications of the matrix products it takes part in, but for those by ones."""

    count = 0

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        plain = [x.view(np.ndarray) if isinstance(x, Counting) else x for x in inputs]
        if ufunc is np.matmul and not (plain[0] == 1).all():
            Counting.count += plain[0].size * plain[1].shape[1]
        if out is not None:
            options["out"] = tuple(x.view(np.ndarray) if isinstance(x, Counting) else x for x in out)
        return getattr(ufunc, method)(*plain, **options).view(Counting)


def counted(net):
    """The multiplications that the matrix products of a backward pass really take."""
    views = {name: tuple(a.view(Counting) for a in getattr(net.cache, name)) for name in ("A", "Z", "W", "b")}
    Counting.count = 0
    backward(net.cache._replace(P=net.cache.P.view(Counting), **views), net.labels)
    return Counting.count


def weights_of_each_layer(net):
    n = [net.X.shape[1], *(W.shape[1] for W in net.W)]
    return [n[layer - 1] * n[layer] for layer in range(1, len(n))]


def test_eq_deep_widths(any_depth):
    assert [A.shape[1] for A in any_depth.cache.A] == [len(W) for W in any_depth.W]
    assert any_depth.cache.P.shape[1] == any_depth.W[-1].shape[1]


def test_eq_deep_forward_cost(any_depth, monkeypatch):
    taken = []

    def counting(X, W, b):
        taken.append(X.shape[0] * X.shape[1] * W.shape[1])
        return affine(X, W, b)

    monkeypatch.setattr(deep_network, "affine", counting)
    forward(any_depth.X, any_depth.W, any_depth.b)
    assert sum(taken) == any_depth.N * sum(weights_of_each_layer(any_depth))


def test_eq_deep_backward_cost(any_depth):
    weights = weights_of_each_layer(any_depth)
    assert counted(any_depth) == any_depth.N * (sum(weights) + sum(weights[1:]))


def test_eq_deep_cost(any_depth):
    first, *others = weights_of_each_layer(any_depth)
    forward_cost = any_depth.N * (first + sum(others))
    assert counted(any_depth) == 2 * forward_cost - any_depth.N * first


# The first weights


def test_eq_deep_mean_square(rng):
    """Over many draws, with an input that is nothing special, and for two shapes of the distribution."""
    a, v = rng.normal(1, 2, size=7), 0.3
    for draws in (rng.normal(0, np.sqrt(v), (7, 400_000)), rng.choice([-1, 1], (7, 400_000)) * np.sqrt(v)):
        z = a @ draws
        np.testing.assert_allclose((z**2).mean(), v * sum(x * x for x in a), rtol=0.02)
    exact = np.mean(affine([a], np.sqrt(v * 7) * np.eye(7), np.zeros(7)) ** 2)
    assert_close(exact, v * sum(x * x for x in a))


def test_eq_deep_relu_half(rng):
    x = rng.normal(size=100)
    assert_close(relu(x) ** 2 + relu(-x) ** 2, [max(0, float(t)) ** 2 + min(0, float(t)) ** 2 for t in x])
    z = rng.normal(size=400_000)
    np.testing.assert_allclose((relu(z) ** 2).mean() / (z**2).mean(), 0.5, rtol=0.02)


def test_eq_deep_slope_half(rng):
    x = rng.normal(size=100)
    assert (relu_derivative(x) + relu_derivative(-x) == 1).all()
    assert abs(relu_derivative(rng.normal(size=100_000)).mean() - 0.5) < 0.01


def test_eq_deep_he_variance(rng):
    for M, H in ((50, 2000), (2000, 50)):
        W = he(rng, M, H)
        assert abs(W.mean()) < 4 * np.sqrt(2 / M / W.size)
        np.testing.assert_allclose((W**2).mean(), 2 / M, rtol=0.02)
        np.testing.assert_allclose((W**4).mean(), 3 * (2 / M) ** 2, rtol=0.06)  # as the normal distribution has it
    one = he(np.random.default_rng(3), 5, 4) / np.random.default_rng(3).normal(size=(5, 4))
    assert_close(one**2, np.full((5, 4), 2 / 5))


def test_eq_deep_glorot_variance(rng):
    for M, H in ((50, 2000), (2000, 50)):
        W = glorot(rng, M, H)
        assert abs(W.mean()) < 4 * np.sqrt(2 / (M + H) / W.size)
        np.testing.assert_allclose((W**2).mean(), 2 / (M + H), rtol=0.02)
        assert 0.999 * np.sqrt(6 / (M + H)) < abs(W).max() <= np.sqrt(6 / (M + H))


def size(a):
    return np.sqrt((a**2).mean())


def run_deep(rng, draw, widths, activation="relu"):
    """The sizes of the activations and of the gradients of a deep network, over its layers."""
    W = [draw(rng, *pair) for pair in pairwise(widths)]
    b = [np.zeros((1, width)) for width in widths[1:]]
    X = rng.normal(size=(100, widths[0]))
    cache = forward(X, W, b, activation)[1]
    g = backward(cache, rng.integers(0, widths[-1], size=100))
    return np.array([[size(A) for A in cache.A], [size(D) for D in g.dZ]])


def test_he_keeps_the_size_of_activations_and_gradients(rng):
    A, D = np.mean([run_deep(rng, he, [200] * 16) ** 2 for _ in range(10)], axis=0)
    assert (abs(np.log(A / A[0])) < np.log(2)).all()
    assert (abs(np.log(D / D[-1])) < np.log(2)).all()


def test_glorot_behind_a_relu_halves_the_mean_square_in_each_layer(rng):
    A, D = np.mean([run_deep(rng, glorot, [200] * 16) ** 2 for _ in range(10)], axis=0)
    expected = 0.5 ** np.arange(15)
    assert (abs(np.log(A / A[0] / expected)) < np.log(2)).all()
    assert (abs(np.log(D / D[-1] / expected[::-1])) < np.log(2)).all()


def test_the_gradient_goes_by_the_width_behind(rng):
    """One layer multiplies the mean square of Δ by v H / 2, with H the units that the weights lead to."""
    M, H, v = 300, 100, 0.02
    D = rng.normal(size=(50, H))
    W, gates = rng.normal(0, np.sqrt(v), (6, M, H)), rng.random((6, 50, M)) < 0.5
    back = np.array([D @ W_l.T * gates_l for W_l, gates_l in zip(W, gates, strict=True)])
    np.testing.assert_allclose(size(back) ** 2 / size(D) ** 2, v * H / 2, rtol=0.05)


def test_glorot_fits_an_activation_that_is_linear_near_0(rng):
    small = 1e-3
    W = glorot(rng, 400, 400)
    X = rng.normal(size=(200, 400)) * small
    np.testing.assert_allclose(size(np.tanh(X @ W)), size(X), rtol=0.05)


@pytest.mark.parametrize("draw", [glorot, he])
def test_weights_come_from_the_generator_alone(draw):
    one, same, other = (draw(np.random.default_rng(seed), 3, 4) for seed in (1, 1, 2))
    assert one.dtype == np.float64
    assert one.shape == (3, 4)
    np.testing.assert_array_equal(one, same)
    assert not np.isclose(one, other).any()


@pytest.mark.parametrize("draw", [glorot, he])
def test_widths_and_generator_are_checked(rng, draw):
    for bad in (np.random.RandomState(0), 1, None):
        with pytest.raises(TypeError, match=r"^rng: expected a numpy\.random\.Generator, got "):
            draw(bad, 3, 4)
    for name in ("inputs", "outputs"):
        widths = {"inputs": 3, "outputs": 4}
        with refuses(TypeError, name, r"3\.0"):
            draw(rng, **(widths | {name: 3.0}))
        with refuses(ValueError, name, "-1"):
            draw(rng, **(widths | {name: -1}))
        with refuses(ValueError, name, "0"):
            draw(rng, **(widths | {name: 0}))


# Digits and extremes


def test_a_confident_network_still_learns():
    """P is 1 up to rounding, and P - Y would be 0."""
    _, cache = forward([[1.0]], [np.array([[40.0, 0.0]])], [np.zeros((1, 2))])
    rest = float(1 / (1 + mp.exp(40)))
    np.testing.assert_allclose(loss(cache, [0]), rest, rtol=1e-15)
    np.testing.assert_allclose(backward(cache, [0]).dZ[0], [[-rest, rest]], rtol=1e-15)


def test_at_the_kink_nothing_goes_through():
    _, cache = forward([[0.0, 1.0]], [np.eye(2), np.eye(2)], [np.zeros((1, 2))] * 2)
    gradients = backward(cache, [0])
    assert gradients.dZ[0][0, 0] == 0
    assert gradients.dZ[0][0, 1] == gradients.dZ[1][0, 1] > 0


def test_what_is_not_a_number_stays_so():
    with np.errstate(all="ignore"):
        _, cache = forward([[np.nan, 1.0]], [np.ones((2, 3)), np.ones((3, 2))], [np.zeros((1, 3)), np.zeros((1, 2))])
        assert all(np.isnan(D).all() for D in backward(cache, [0]).dZ)


# Rules


@pytest.mark.parametrize("activation", TEXTBOOK_ACTIVATIONS)
def test_the_network_keeps_the_house_rules(deep, activation):
    def everything(X, *parameters):
        W, b = parameters[:3], parameters[3:]
        P, cache = forward(X, W, b, activation)
        gradients = backward(cache, deep.labels)
        return (P, *cache.A, *cache.Z, *gradients.dZ, *gradients.dW, *gradients.db, loss(cache, deep.labels))

    parameters = [deep.X, *deep.W, *deep.b]
    assert_leaves_inputs_alone(everything, *parameters)
    assert_takes_any_layout(everything, *parameters)
    assert_keeps_dtype(everything, *(parameter / 2 for parameter in parameters))


def test_backward_leaves_the_cache_and_the_labels_alone(deep):
    for activation in TEXTBOOK_ACTIVATIONS:
        cache = forward(deep.X, deep.W, deep.b, activation)[1]
        arrays = [*cache.A, *cache.Z, *cache.W, *cache.b, cache.P, deep.labels]
        for f in (loss, backward):

            def of_arrays(*arrays, f=f, activation=activation):
                parts = [arrays[start : start + 3] for start in range(0, 12, 3)]
                result = f(deep_network.Cache(*parts, arrays[12], activation), arrays[13])
                return result if f is loss else (*result.dZ, *result.dW, *result.db)

            assert_leaves_inputs_alone(of_arrays, *arrays)
            assert_takes_any_layout(of_arrays, *arrays)


def test_weights_may_be_lists_or_a_generator(deep):
    found, _ = forward(deep.X.tolist(), (W.tolist() for W in deep.W), iter(deep.b))
    assert_close(found, deep.P)


# Refusals


@not_real_numbers
def test_arrays_must_be_real_numbers(bad, dtype):
    for place in range(2):
        for name in ("weights", "biases"):
            arrays = {"weights": [np.ones((2, 2))] * 2, "biases": [np.ones((1, 2))] * 2}
            arrays[name] = [bad if at == place else array for at, array in enumerate(arrays[name])]
            with refuses(TypeError, rf"{name}\[{place}\]", dtype):
                forward(np.ones((1, 2)), **arrays)
    with refuses(TypeError, "X", dtype):
        forward(bad, [np.ones((2, 2))], [np.ones((1, 2))])


@pytest.mark.parametrize(
    ("name", "layer", "shape", "wanted"),
    [
        ("weights", 0, (5, 2), r"\(2, any\)"),
        ("weights", 1, (4, 5), r"\(5, any\)"),
        ("weights", 2, (5, 3), r"\(4, any\)"),
        ("weights", 2, (4,), r"\(4, any\)"),
        ("biases", 0, (5,), r"\(1, 5\)"),
        ("biases", 1, (1, 5), r"\(1, 4\)"),
        ("biases", 2, (6, 3), r"\(1, 3\)"),
    ],
)
def test_shapes_must_fit_together(deep, name, layer, shape, wanted):
    arrays = {"weights": list(deep.W), "biases": list(deep.b)}
    arrays[name][layer] = np.zeros(shape)
    came = str(shape).replace("(", r"\(").replace(")", r"\)")
    with pytest.raises(ValueError, match=rf"^{name}\[{layer}\]: expected a matrix of shape {wanted}, got {came}$"):
        forward(deep.X, **arrays)


def test_there_are_layers_and_each_has_a_bias(deep):
    with pytest.raises(ValueError, match=r"^weights: expected at least one layer, got none$"):
        forward(deep.X, [], [])
    with pytest.raises(ValueError, match=r"^biases: expected one for each of the 3 weights, got 2$"):
        forward(deep.X, deep.W, deep.b[:2])
    with pytest.raises(TypeError, match=r"^weights: expected a sequence of arrays, one for each layer, got 3$"):
        forward(deep.X, 3, deep.b)
    with pytest.raises(TypeError, match=r"^biases: expected a sequence of arrays, one for each layer, got None$"):
        forward(deep.X, deep.W, None)
    with refuses(ValueError, r"weights\[0\]", r"\(5,\)"):  # one matrix in place of a list of them
        forward(deep.X, deep.W1, [deep.b1] * 2)
    with refuses(ValueError, "X", r"\(2,\)"):
        forward(deep.X[0], deep.W, deep.b)
    with refuses(ValueError, r"weights\[1\]", "a ragged sequence"):
        forward(deep.X, [deep.W1, [[1.0], [1.0, 2.0]], deep.W3], deep.b)


@pytest.mark.parametrize("activation", ["softplus", "ReLU", "", None, relu, ["relu"]])
def test_the_activation_is_one_of_three(deep, activation):
    with pytest.raises(ValueError, match=r"^activation: expected one of sigmoid, tanh, relu, got ") as error:
        forward(deep.X, deep.W, deep.b, activation)
    assert str(error.value).endswith(repr(activation))


@pytest.mark.parametrize("f", [loss, backward])
def test_labels_are_checked(deep, f):
    with refuses(TypeError, "labels", "float64"):
        f(deep.cache, deep.labels.astype(float))
    with refuses(TypeError, "labels", "bool"):
        f(deep.cache, deep.labels > 0)
    with refuses(ValueError, "labels", r"\(5,\)"):
        f(deep.cache, deep.labels[:-1])
    with refuses(ValueError, "labels", r"\(6, 1\)"):
        f(deep.cache, deep.labels[:, None])
    for bad in (-1, 3):
        with refuses(IndexError, "labels", bad):
            f(deep.cache, np.array([2, 0, bad, 1, 0, 0]))


@pytest.mark.parametrize("f", [loss, backward])
def test_an_empty_batch_has_no_mean(deep, f):
    P, cache = forward(deep.X[:0], deep.W, deep.b)
    assert P.shape == (0, 3)
    with pytest.raises(ValueError, match=r"expected at least one example to take the mean over, got shape \(0, 3\)$"):
        f(cache, np.zeros(0, int))


# Known mistakes


def test_mistake_deep_one_path_mistake(deep):
    """Through one probability the classes that are not true would get no gradient at all."""
    Y = np.eye(deep.K)[deep.labels]
    wrong = -deep.A2.T @ (Y * (1 - deep.P)) / deep.N
    right = slope(deep, "W", 2)
    assert wrong.shape == right.shape
    assert abs(wrong - right).max() > 0.01
    for n, k in np.ndindex(Y.shape):  # one path, by its three factors
        by_P = -Y[n, k] / deep.P[n, k] / deep.N
        one_path = by_P * deep.P[n, k] * (1 - deep.P[n, k])
        assert_close(one_path, -Y[n, k] * (1 - deep.P[n, k]) / deep.N)
        if not Y[n, k]:
            assert one_path == 0
            assert deep.D3[n, k] > 0


def test_mistake_deep_index_order_mistake(deep):
    with pytest.raises(ValueError, match="mismatch"):  # I and J differ
        deep.A1 @ deep.W2.T
    square = np.array([[1.0, 2.0], [0.0, 1.0]])  # and where they do not, the numbers do
    assert affine([[1.0, 1.0]], square, np.zeros((1, 2))).tolist() == [[1, 3]]
    assert ([[1.0, 1.0]] @ square.T).tolist() == [[3, 1]]


def test_mistake_deep_slope_layer_mistake(rng, deep):
    with pytest.raises(ValueError, match="broadcast"):
        (deep.D2 @ deep.W2.T) * (deep.Z2 > 0)
    net = network(rng, (3, 4, 4, 2))  # equal widths: the shapes fit
    cache = forward(net.X, net.W, net.b)[1]
    g = backward(cache, net.labels)
    wrong = (g.dZ[1] @ net.W[1].T) * (cache.Z[1] > 0)
    right = slope(net, "Z", 0)
    assert wrong.shape == right.shape
    assert abs(wrong - right).max() > 0.01


def test_mistake_deep_deviation_mistake(rng):
    assert round(np.sqrt(2 / 100), 3) == 0.141
    np.testing.assert_allclose(he(rng, 100, 5000).var(), 0.02, rtol=0.02)
    np.testing.assert_allclose(he(rng, 100, 5000).std(), 0.141, rtol=0.02)


def test_cross_entropy_and_its_gradient_agree_with_the_output_layer(deep):
    assert loss(deep.cache, deep.labels) == cross_entropy(deep.Z3, deep.labels)
    assert_close(deep.D3, cross_entropy_gradient(deep.Z3, deep.labels))
    assert_derivative(
        deep.D3, lambda Z: textbook_cross_entropy(Z, deep.labels), lambda Z: cross_entropy(Z, deep.labels), deep.Z3
    )


# Errors that `make mutation` plants, and that nothing above notices


def test_a_message_says_whose_batch_it_expects(deep):
    with pytest.raises(ValueError, match=r"^labels: expected the shape \(6,\) of the batch, got \(5,\)$"):
        backward(deep.cache, deep.labels[:-1])
    _, cache = forward(np.zeros((0, 2)), deep.W, deep.b)
    with pytest.raises(ValueError, match=r"^X: expected at least one example"):
        backward(cache, deep.labels[:0])
