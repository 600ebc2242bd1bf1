"""The counts of the page on speed: numbers that count their own operations, and shapes. Nothing is timed."""

from fractions import Fraction

import numpy as np
import pytest

from byhand import affine, affine_vjp, backpropagation, relu


class Counted:
    """A number that counts how often it is multiplied and added."""

    products = sums = 0

    def __init__(self, value):
        self.value = value

    def __mul__(self, other):
        Counted.products += 1
        return Counted(self.value * other.value)

    def __add__(self, other):
        Counted.sums += 1
        return Counted(self.value + other.value)


def counted(values):
    return np.vectorize(Counted, otypes=[object])(values)


def count(run, *arrays):
    """Products and sums that a function takes, and what it returns."""
    Counted.products = Counted.sums = 0
    results = run(*map(counted, arrays))
    values = [np.vectorize(lambda number: number.value, otypes=[float])(result) for result in results]
    return Counted.products, Counted.sums, values


SIZES = [(1, 1, 1, 1), (2, 3, 4, 5), (5, 2, 3, 2), (1, 6, 2, 3)]


@pytest.fixture(params=SIZES, ids=str)
def layer(request):
    """Sizes, and random arrays of a layer and of the one after it."""
    N, D, H, K = request.param
    rng = np.random.default_rng(request.param)
    shapes = {"X": (N, D), "W": (D, H), "b": (1, H), "G": (N, H), "V": (H, K), "v": (1, K), "U": (N, K)}
    return request.param, {name: rng.normal(size=shape) for name, shape in shapes.items()}


def forward_count(layer):
    _, a = layer
    products, sums, [Z] = count(lambda X, W, b: [X @ W + b], a["X"], a["W"], a["b"])
    np.testing.assert_allclose(affine(a["X"], a["W"], a["b"]), Z)
    return products, sums


def backward_count(layer):
    _, a = layer
    products, sums, results = count(
        lambda X, W, G: [G @ W.T, X.T @ G, G.sum(axis=0, keepdims=True)], a["X"], a["W"], a["G"]
    )
    for ours, theirs in zip(affine_vjp(a["G"], a["X"], a["W"], a["b"]), results, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-12)
    return products, sums


def test_eq_speed_forward_operations(layer):
    (N, D, H, _), _ = layer
    assert forward_count(layer) == (N * D * H, N * (D - 1) * H + N * H)


def test_eq_speed_forward_twice(layer):
    (N, D, H, _), _ = layer
    assert sum(forward_count(layer)) == 2 * N * D * H


def test_eq_speed_backward_operations(layer):
    (N, D, H, _), _ = layer
    assert sum(backward_count(layer)) == D * H * (2 * N - 1) + N * D * (2 * H - 1) + H * (N - 1)


def test_eq_speed_backward_twice(layer):
    (N, D, H, _), _ = layer
    assert sum(backward_count(layer)) == 2 * sum(forward_count(layer)) + N * H - D * H - N * D - H


def network_counts(layer):
    """Count the products with matrices, layer by layer; activations and their slopes left out, as on the page."""
    _, a = layer
    forward, _, _ = count(lambda X, W, V: [X @ W @ V], a["X"], a["W"], a["V"])
    backward, _, _ = count(
        lambda X, W, G, V, U: [U @ V.T, G.T @ U, X.T @ G], *(a[name] for name in ("X", "W", "G", "V", "U"))
    )
    return forward, backward


def test_eq_speed_network_forward(layer):
    (N, D, H, K), _ = layer
    assert network_counts(layer)[0] == N * (D * H + H * K)


def test_eq_speed_network_backward(layer):
    """The products counted are those of `backward`: each gradient of the weights, and one of a hidden layer."""
    (N, D, H, K), a = layer
    assert network_counts(layer)[1] == N * (D * H + 2 * H * K)
    _, cache = backpropagation.forward(a["X"], a["W"], a["b"], a["V"], a["v"])
    gradients = backpropagation.backward(cache, [0] * N)
    assert gradients.dW1.shape == (D, H)
    assert gradients.dW2.shape == (H, K)
    assert gradients.dZ1.shape == (N, H)


def test_eq_speed_network_step(layer):
    (N, D, H, _), _ = layer
    forward, backward = network_counts(layer)
    assert forward + backward == 3 * forward - N * D * H


def layer_bytes(a):
    arrays = [array.astype("float32") for array in (a["X"], a["W"])]
    return sum(array.nbytes for array in arrays) + affine(*arrays, a["b"].astype("float32")).nbytes


def test_eq_speed_bytes(layer):
    (N, D, H, _), a = layer
    assert layer_bytes(a) == 4 * (N * D + D * H + N * H)


def test_eq_speed_intensity(layer):
    (N, D, H, _), a = layer
    exact = 1 / (2 * (Fraction(1, N) + Fraction(1, D) + Fraction(1, H)))
    assert Fraction(sum(forward_count(layer)), layer_bytes(a)) == exact


def test_eq_speed_relu_intensity(layer):
    _, a = layer
    G = a["G"].astype("float32")
    assert Fraction(G.size, G.nbytes + relu(G).nbytes) == Fraction(1, 8)


# The roof: a layer has F operations and Q bytes, a machine does S and moves beta in a second
LAYERS = [(F, Q, S, beta) for F in (1, 7, 400) for Q in (1, 10, 90) for S in (2, 80) for beta in (1, 3, 20)]


def least_time(F, Q, S, beta):
    """The time in which both are done: neither is done before."""
    times = [Fraction(F, S), Fraction(Q, beta)]
    (least,) = {t for t in times if all(t >= other for other in times)}
    return least


@pytest.mark.parametrize("case", LAYERS)
def test_eq_speed_least_time(case):
    F, Q, S, beta = case
    code = Q / beta + relu(F / S - Q / beta)  # as on the page
    np.testing.assert_allclose(code, float(least_time(*case)), rtol=1e-14)


@pytest.mark.parametrize("case", LAYERS)
def test_eq_speed_roofline(case):
    F, Q, S, beta = case
    reached = F / least_time(*case)
    assert reached == min(S, beta * Fraction(F, Q))
    assert reached in (S, beta * Fraction(F, Q))


def test_a_wrong_count_is_found(layer):
    """A product more, as the first layer's gradient of its inputs would be, is counted."""
    (N, D, H, _), a = layer
    more, _, _ = count(lambda X, W, G: [G @ W.T, X.T @ G, G @ W.T], a["X"], a["W"], a["G"])
    assert more == backward_count(layer)[0] + N * D * H
