"""Backpropagation through three layers."""

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
    complex_step,
    mp,
    textbook_cross_entropy,
    textbook_softmax,
)

from byhand import (
    affine,
    affine_vjp,
    cross_entropy,
    cross_entropy_gradient,
    one_hot,
    relu,
    sigmoid,
    sigmoid_derivative,
    softmax,
    squared_error,
    squared_error_gradient,
    tanh,
)
from byhand.backpropagation import backward, forward, loss

ACTIVATIONS = {"sigmoid": sigmoid, "tanh": tanh, "relu": relu}
GRADIENTS = ["dZ2", "dW2", "db2", "dA1", "dZ1", "dW1", "db1"]


def run(net, activation="sigmoid"):
    P, cache = forward(net.X, net.W1, net.b1, net.W2, net.b2, activation)
    return P, cache, backward(cache, net.labels)


def by(net, name, activation="sigmoid"):
    """The quantity that a gradient is by, and the loss as its function: the textbook's, and byhand's own."""
    f, own_f = TEXTBOOK_ACTIVATIONS[activation], ACTIVATIONS[activation]
    Z1 = net.X @ net.W1 + net.b1
    A1 = f(Z1)
    C = net.labels

    def from_logits(Z2):
        return textbook_cross_entropy(Z2, C)

    def from_activations(A1, W2=net.W2, b2=net.b2):
        return from_logits(A1 @ W2 + b2)

    def from_inputs(W1=net.W1, b1=net.b1):
        return from_activations(f(net.X @ W1 + b1))

    def own(W1=net.W1, b1=net.b1, W2=net.W2, b2=net.b2):
        return loss(forward(net.X, W1, b1, W2, b2, activation)[1], C)

    def own_from_activations(A1):
        return cross_entropy(affine(A1, net.W2, net.b2), C)

    return {
        "dZ2": (A1 @ net.W2 + net.b2, from_logits, lambda Z2: cross_entropy(Z2, C)),
        "dW2": (net.W2, lambda W2: from_activations(A1, W2=W2), lambda W2: own(W2=W2)),
        "db2": (net.b2, lambda b2: from_activations(A1, b2=b2), lambda b2: own(b2=b2)),
        "dA1": (A1, from_activations, own_from_activations),
        "dZ1": (Z1, lambda Z1: from_activations(f(Z1)), lambda Z1: own_from_activations(own_f(Z1))),
        "dW1": (net.W1, lambda W1: from_inputs(W1=W1), lambda W1: own(W1=W1)),
        "db1": (net.b1, lambda b1: from_inputs(b1=b1), lambda b1: own(b1=b1)),
    }[name]


def gradient_by(net, name):
    x, textbook, _ = by(net, name)
    return complex_step(textbook, x)


# Forward


def test_eq_hidden_activation(net):
    _, cache, _ = run(net)
    for n, h in np.ndindex(net.N, net.H):
        expected = 1 / (1 + mp.exp(-mp.mpf(float(cache.Z1[n, h]))))
        assert_close(cache.A1[n, h], float(expected))
        assert_close(sigmoid(cache.Z1)[n, h], float(expected))


def test_eq_output_affine(net):
    _, cache, _ = run(net)
    for n, k in np.ndindex(net.N, net.K):
        expected = sum(cache.A1[n, h] * net.W2[h, k] for h in range(net.H)) + net.b2[0, k]
        assert_close(cache.Z2[n, k], expected)
        assert_close(affine(cache.A1, net.W2, net.b2)[n, k], expected)


def test_eq_output_softmax(net):
    P, cache, _ = run(net)
    for n, k in np.ndindex(net.N, net.K):
        expected = np.exp(cache.Z2[n, k]) / sum(np.exp(cache.Z2[n, m]) for m in range(net.K))
        assert_close(P[n, k], expected)
        assert_close(softmax(cache.Z2)[n, k], expected)


def test_eq_network_loss(net):
    P, cache, _ = run(net)
    L = loss(cache, net.labels)
    assert np.shape(L) == ()
    assert_close(L, -1 / net.N * sum(np.log(P[n, net.labels[n]]) for n in range(net.N)))
    assert_close(L, by(net, "dW1")[1](net.W1))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_forward_runs_the_textbook_network_and_remembers_it(net, activation):
    P, cache, _ = run(net, activation)
    Z1 = np.einsum("nd,dh->nh", net.X, net.W1) + net.b1
    A1 = TEXTBOOK_ACTIVATIONS[activation](Z1)
    Z2 = np.einsum("nh,hk->nk", A1, net.W2) + net.b2
    expected = {"X": net.X, "W1": net.W1, "b1": net.b1, "Z1": Z1, "A1": A1, "W2": net.W2, "b2": net.b2, "Z2": Z2}
    for name, value in expected.items():
        np.testing.assert_allclose(getattr(cache, name), value, rtol=1e-13, atol=1e-14)
    assert cache.activation == activation
    np.testing.assert_allclose(P, textbook_softmax(Z2), rtol=1e-13)


def test_the_activation_is_the_sigmoid_unless_told_otherwise(net):
    P, cache = forward(net.X, net.W1, net.b1, net.W2, net.b2)
    assert cache.activation == "sigmoid"
    np.testing.assert_array_equal(P, run(net, "sigmoid")[0])


# Backward, as a whole


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("name", GRADIENTS)
def test_each_gradient_against_two_judges(net, name, activation):
    gradient = getattr(run(net, activation)[2], name)
    x, textbook, own = by(net, name, activation)
    assert gradient.shape == x.shape
    assert_derivative(gradient, textbook, own, x)


def test_the_page_example():
    X, labels = [[1.0, 2.0], [0.0, 1.0]], [0, 1]
    W1, b1 = [[1.0, 0.0, -1.0], [0.0, 1.0, 1.0]], [[0.0, -1.0, 0.0]]
    W2, b2 = [[1.0, -1.0], [0.0, 1.0], [-1.0, 0.0]], [[0.0, 0.0]]
    P, cache = forward(X, W1, b1, W2, b2)
    assert cache.Z1.tolist() == [[1, 1, 1], [0, 0, 1]]
    assert cache.A1.round(3).tolist() == [[0.731, 0.731, 0.731], [0.5, 0.5, 0.731]]
    assert cache.Z2.round(3).tolist() == [[0, 0], [-0.231, 0]]
    assert P.round(3).tolist() == [[0.5, 0.5], [0.442, 0.558]]
    assert round(float(loss(cache, labels)), 3) == 0.639
    assert {name: value.round(3).tolist() for name, value in backward(cache, labels)._asdict().items()} == {
        "dZ2": [[-0.25, 0.25], [0.221, -0.221]],
        "dW2": [[-0.072, 0.072], [-0.072, 0.072], [-0.021, 0.021]],
        "db2": [[-0.029, 0.029]],
        "dA1": [[-0.5, 0.25, 0.25], [0.442, -0.221, -0.221]],
        "dZ1": [[-0.098, 0.049, 0.049], [0.111, -0.055, -0.043]],
        "dW1": [[-0.098, 0.049, 0.049], [-0.086, 0.043, 0.055]],
        "db1": [[0.012, -0.006, 0.006]],
    }
    by_tanh = backward(forward(X, W1, b1, W2, b2, "tanh")[1], labels).dW1
    by_relu = backward(forward(X, W1, b1, W2, b2, "relu")[1], labels).dW1
    assert by_tanh.round(3).tolist() == [[-0.21, 0.105, 0.105], [-0.102, 0.051, 0.143]]
    assert by_relu.round(3).tolist() == [[-0.5, 0.25, 0.25], [-1, 0.5, 0.366]]


def test_a_batch_is_its_examples_one_by_one(net):
    P, cache, gradients = run(net)
    examples, losses = [], []
    for n in range(net.N):
        P_n, cache_n = forward(net.X[n : n + 1], net.W1, net.b1, net.W2, net.b2)
        np.testing.assert_allclose(P_n, P[n : n + 1], rtol=1e-13)
        losses.append(loss(cache_n, net.labels[n : n + 1]))
        examples.append(backward(cache_n, net.labels[n : n + 1]))
    assert_close(loss(cache, net.labels), sum(losses) / net.N)
    for name in ("dZ2", "dA1", "dZ1"):
        assert_close(getattr(gradients, name), np.concatenate([getattr(one, name) for one in examples]) / net.N)
    for name in ("dW2", "db2", "dW1", "db1"):
        assert_close(getattr(gradients, name), sum(getattr(one, name) for one in examples) / net.N)


# Backward, step by step


def test_eq_output_one_hot(net):
    Y = one_hot(net.labels, net.K)
    assert Y.shape == (net.N, net.K)
    for n, k in np.ndindex(Y.shape):
        assert Y[n, k] == (1 if k == net.labels[n] else 0)


def test_eq_output_delta(net):
    P, _, gradients = run(net)
    for n, k in np.ndindex(net.N, net.K):
        assert_close(gradients.dZ2[n, k], 1 / net.N * (P[n, k] - (1 if k == net.labels[n] else 0)))


def test_eq_output_delta_gradient(net):
    _, cache, gradients = run(net)
    Z2, textbook, own = by(net, "dZ2")
    assert_derivative(cross_entropy_gradient(cache.Z2, net.labels), textbook, own, Z2)
    assert_close(cross_entropy_gradient(cache.Z2, net.labels), gradients.dZ2)


def test_eq_logits_by_weights(net):
    _, cache, _ = run(net)
    slopes = complex_step(lambda W2: cache.A1 @ W2 + net.b2, net.W2)
    code = np.einsum("nh,lk->nlhk", sigmoid(cache.Z1), np.eye(net.K))
    for n, m, h, k in np.ndindex(slopes.shape):
        assert_close(slopes[n, m, h, k], cache.A1[n, h] * (1 if m == k else 0))
        assert_close(slopes[n, m, h, k], code[n, m, h, k])


def test_eq_output_weights_gradient_entry(net):
    _, cache, gradients = run(net)
    actual = affine_vjp(gradients.dZ2, cache.A1, net.W2, net.b2).dW
    by_Z2, by_W2 = gradient_by(net, "dZ2"), gradient_by(net, "dW2")
    slopes = complex_step(lambda W2: cache.A1 @ W2 + net.b2, net.W2)
    D2, A1 = gradients.dZ2, cache.A1
    pairs = list(np.ndindex(net.N, net.K))
    for h, k in np.ndindex(net.H, net.K):
        assert_close(actual[h, k], by_W2[h, k])
        assert_close(actual[h, k], sum(by_Z2[n, m] * slopes[n, m, h, k] for n, m in pairs))
        assert_close(actual[h, k], sum(D2[n, m] * A1[n, h] * (1 if m == k else 0) for n, m in pairs))
        assert_close(actual[h, k], sum(A1[n, h] * D2[n, k] for n in range(net.N)))


def test_eq_output_weights_gradient(net):
    _, cache, gradients = run(net)
    product = cache.A1.T @ gradients.dZ2
    assert_close(gradient_by(net, "dW2"), product)
    assert_close(affine_vjp(gradients.dZ2, cache.A1, net.W2, net.b2).dW, product)
    assert_close(gradients.dW2, product)


def test_eq_output_bias_gradient_entry(net):
    _, cache, gradients = run(net)
    actual = affine_vjp(gradients.dZ2, cache.A1, net.W2, net.b2).db
    by_b2 = gradient_by(net, "db2")
    slopes = complex_step(lambda b2: cache.A1 @ net.W2 + b2, net.b2)
    D2 = gradients.dZ2
    pairs = list(np.ndindex(net.N, net.K))
    for k in range(net.K):
        assert_close(actual[0, k], by_b2[0, k])
        assert_close(actual[0, k], sum(D2[n, m] * slopes[n, m, 0, k] for n, m in pairs))
        assert_close(actual[0, k], sum(D2[n, m] * (1 if m == k else 0) for n, m in pairs))
        assert_close(actual[0, k], sum(D2[n, k] for n in range(net.N)))


def test_eq_output_bias_gradient(net):
    _, cache, gradients = run(net)
    product = np.ones((1, net.N)) @ gradients.dZ2
    assert_close(gradient_by(net, "db2"), product)
    assert_close(affine_vjp(gradients.dZ2, cache.A1, net.W2, net.b2).db, product)
    assert_close(gradients.db2, product)


def test_eq_hidden_activation_gradient_entry(net):
    _, cache, gradients = run(net)
    actual = affine_vjp(gradients.dZ2, cache.A1, net.W2, net.b2).dX
    by_A1, by_Z2 = gradient_by(net, "dA1"), gradient_by(net, "dZ2")
    slopes = complex_step(lambda A1: A1 @ net.W2 + net.b2, cache.A1)
    for n, h in np.ndindex(net.N, net.H):
        assert_close(actual[n, h], by_A1[n, h])
        assert_close(actual[n, h], sum(by_Z2[n, k] * slopes[n, k, n, h] for k in range(net.K)))
        assert_close(actual[n, h], sum(gradients.dZ2[n, k] * net.W2[h, k] for k in range(net.K)))


def test_eq_hidden_activation_gradient(net):
    _, cache, gradients = run(net)
    product = gradients.dZ2 @ net.W2.T
    assert_close(gradient_by(net, "dA1"), product)
    assert_close(affine_vjp(gradients.dZ2, cache.A1, net.W2, net.b2).dX, product)
    assert_close(gradients.dA1, product)


def slope_of_sigmoid(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


def test_eq_hidden_delta_entry(net):
    _, cache, gradients = run(net)
    actual = affine_vjp(gradients.dZ2, cache.A1, net.W2, net.b2).dX * sigmoid_derivative(cache.Z1)
    by_Z1, by_A1 = gradient_by(net, "dZ1"), gradient_by(net, "dA1")
    for n, h in np.ndindex(net.N, net.H):
        assert_close(actual[n, h], by_Z1[n, h])
        assert_close(actual[n, h], by_A1[n, h] * slope_of_sigmoid(cache.Z1[n, h]))


def test_eq_hidden_delta(net):
    _, cache, gradients = run(net)
    assert_close(gradients.dZ1, (gradients.dZ2 @ net.W2.T) * slope_of_sigmoid(cache.Z1))


def test_eq_hidden_delta_gradient(net):
    _, cache, gradients = run(net)
    actual = affine_vjp(gradients.dZ2, cache.A1, net.W2, net.b2).dX * sigmoid_derivative(cache.Z1)
    Z1, textbook, own = by(net, "dZ1")
    assert_derivative(actual, textbook, own, Z1)
    assert_close(actual, gradients.dZ1)


def test_eq_hidden_delta_by_activation(net):
    _, cache, gradients = run(net)
    assert_close(gradients.dZ1, (gradients.dZ2 @ net.W2.T) * cache.A1 * (1 - cache.A1))


def test_eq_hidden_weights_gradient_entry(net):
    _, _, gradients = run(net)
    actual = affine_vjp(gradients.dZ1, net.X, net.W1, net.b1).dW
    by_W1 = gradient_by(net, "dW1")
    for d, h in np.ndindex(net.D, net.H):
        assert_close(actual[d, h], by_W1[d, h])
        assert_close(actual[d, h], sum(net.X[n, d] * gradients.dZ1[n, h] for n in range(net.N)))


def test_eq_hidden_weights_gradient(net):
    _, _, gradients = run(net)
    product = net.X.T @ gradients.dZ1
    assert_close(gradient_by(net, "dW1"), product)
    assert_close(affine_vjp(gradients.dZ1, net.X, net.W1, net.b1).dW, product)
    assert_close(gradients.dW1, product)


def test_eq_hidden_bias_gradient_entry(net):
    _, _, gradients = run(net)
    actual = affine_vjp(gradients.dZ1, net.X, net.W1, net.b1).db
    by_b1 = gradient_by(net, "db1")
    for h in range(net.H):
        assert_close(actual[0, h], by_b1[0, h])
        assert_close(actual[0, h], sum(gradients.dZ1[n, h] for n in range(net.N)))


def test_eq_hidden_bias_gradient(net):
    _, _, gradients = run(net)
    product = np.ones((1, net.N)) @ gradients.dZ1
    assert_close(gradient_by(net, "db1"), product)
    assert_close(affine_vjp(gradients.dZ1, net.X, net.W1, net.b1).db, product)
    assert_close(gradients.db1, product)


# Extremes and digits


def test_a_confident_network_still_learns():
    """P is 1 up to rounding, and P - Y would be 0."""
    X, W1, b1 = np.ones((1, 1)), np.zeros((1, 1)), np.zeros((1, 1))
    _, cache = forward(X, W1, b1, np.array([[80.0, 0.0]]), np.zeros((1, 2)))
    assert cache.Z2.tolist() == [[40, 0]]
    rest = float(1 / (1 + mp.exp(40)))
    np.testing.assert_allclose(loss(cache, [0]), rest, rtol=1e-15)
    np.testing.assert_allclose(backward(cache, [0]).dZ2, [[-rest, rest]], rtol=1e-15)


def test_saturated_units_and_huge_logits_give_finite_gradients():
    X, W1, b1 = np.ones((1, 1)), np.array([[1e3, -1e3]]), np.zeros((1, 2))
    W2, b2 = np.array([[1e300, 0.0], [0.0, 1.0]]), np.zeros((1, 2))
    P, cache = forward(X, W1, b1, W2, b2)
    assert P.tolist() == [[1, 0]]
    assert loss(cache, [1]) == 1e300
    gradients = backward(cache, [1])
    assert gradients.dZ2.tolist() == [[1, -1]]
    assert gradients.dZ1.tolist() == [[0, 0]]


def test_a_network_with_one_class_has_nothing_to_learn(net):
    _, cache = forward(net.X, net.W1, net.b1, net.W2[:, :1], net.b2[:, :1])
    assert loss(cache, np.zeros(net.N, int)) == 0
    for gradient in backward(cache, np.zeros(net.N, int)):
        assert not gradient.any()


# Rules


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_network_keeps_the_house_rules(net, activation):
    parameters = [net.X, net.W1, net.b1, net.W2, net.b2]

    def everything(*parameters):
        P, cache = forward(*parameters, activation)
        return (P, *cache[:-1], loss(cache, net.labels), *backward(cache, net.labels))

    assert_keeps_dtype(everything, *parameters)
    assert_leaves_inputs_alone(everything, *parameters)
    assert_takes_any_layout(everything, *parameters)


def test_backward_leaves_the_cache_and_the_labels_alone(net):
    _, cache, _ = run(net)
    *tensors, activation = cache
    for f in (loss, backward):

        def of_arrays(*arrays, f=f):
            *tensors, labels = arrays
            return f(cache._make((*tensors, activation)), labels)

        assert_leaves_inputs_alone(of_arrays, *tensors, net.labels)
        assert_takes_any_layout(of_arrays, *tensors, net.labels)


# Refusals


@not_real_numbers
def test_arrays_must_be_real_numbers(bad, dtype):
    good = {name: np.ones((1, 2)) for name in ("b1", "b2")} | {name: np.ones((2, 2)) for name in ("X", "W1", "W2")}
    for name in good:
        with refuses(TypeError, name, dtype):
            forward(**(good | {name: bad}))


@pytest.mark.parametrize(
    ("name", "shape", "came"),
    [
        ("X", (2,), r"\(2,\)"),
        ("W1", (4, 2), r"\(4, 2\)"),
        ("W1", (2,), r"\(2,\)"),
        ("b1", (4,), r"\(4,\)"),
        ("b1", (1, 3), r"\(1, 3\)"),
        ("b1", (5, 4), r"\(5, 4\)"),
        ("W2", (3, 4), r"\(3, 4\)"),
        ("b2", (3,), r"\(3,\)"),
        ("b2", (1, 4), r"\(1, 4\)"),
        ("b2", (5, 3), r"\(5, 3\)"),
        ("W2", (4, 0), None),
    ],
)
def test_shapes_must_fit_together(net, name, shape, came):
    arrays = {"X": net.X, "W1": net.W1, "b1": net.b1, "W2": net.W2, "b2": net.b2, name: np.zeros(shape)}
    if came is None:  # no class at all: the bias has to agree, and then softmax has nothing to do
        with refuses(ValueError, "z", r"shape \(5, 0\)"):
            forward(**(arrays | {"b2": np.zeros((1, 0))}))
        return
    with refuses(ValueError, name, came):
        forward(**arrays)


def test_arrays_must_not_be_ragged(net):
    for name in ("X", "W1", "b1", "W2", "b2"):
        arrays = {"X": net.X, "W1": net.W1, "b1": net.b1, "W2": net.W2, "b2": net.b2, name: [[1.0], [1.0, 2.0]]}
        with refuses(ValueError, name, "a ragged sequence"):
            forward(**arrays)


@pytest.mark.parametrize("activation", ["softplus", "Sigmoid", "", None, sigmoid])
def test_the_activation_is_one_of_three(net, activation):
    with pytest.raises(ValueError, match=r"^activation: expected one of sigmoid, tanh, relu, got ") as error:
        forward(net.X, net.W1, net.b1, net.W2, net.b2, activation)
    assert str(error.value).endswith(repr(activation))


@pytest.mark.parametrize("f", [loss, backward])
def test_labels_are_checked(net, f):
    cache = run(net)[1]
    with refuses(TypeError, "labels", "float64"):
        f(cache, net.labels.astype(float))
    with refuses(TypeError, "labels", "bool"):
        f(cache, net.labels > 0)
    with refuses(ValueError, "labels", r"\(4,\)"):
        f(cache, net.labels[:-1])
    with refuses(ValueError, "labels", r"\(5, 3\)"):
        f(cache, one_hot(net.labels, net.K).astype(int))
    for bad in (-1, 3):
        with refuses(IndexError, "labels", bad):
            f(cache, np.array([2, 0, bad, 1, 0]))


@pytest.mark.parametrize("f", [loss, backward])
def test_an_empty_batch_has_no_mean(net, f):
    P, cache = forward(net.X[:0], net.W1, net.b1, net.W2, net.b2)
    assert P.shape == (0, net.K)
    with pytest.raises(ValueError, match=r"expected at least one example .*, got shape \(0, 3\)$"):
        f(cache, np.zeros(0, int))


# Known mistakes


def test_mistake_bias_without_sum_mistake(net):
    right, wrong = gradient_by(net, "db2"), run(net)[2].dZ2
    assert right.shape == (1, net.K)  # the bias has one row
    assert wrong.shape == (net.N, net.K)  # and Δ2 has N


def test_mistake_bracket_mistake(net):
    _, cache, gradients = run(net)
    with pytest.raises(ValueError, match="could not be broadcast"):  # D x H and N x H do not fit
        (net.X.T @ gradients.dZ2 @ net.W2.T) * sigmoid_derivative(cache.Z1)

    net.X, net.labels = net.X[: net.D], net.labels[: net.D]  # but with as many examples as inputs they do
    _, cache, gradients = run(net)
    wrong = (net.X.T @ gradients.dZ2 @ net.W2.T) * sigmoid_derivative(cache.Z1)
    right = complex_step(lambda W1: by(net, "dW1")[1](W1), net.W1)
    assert_close(gradients.dW1, right)
    assert wrong.shape == right.shape
    assert abs(wrong - right).max() > 0.01


def test_mistake_missing_slope_mistake(net):
    _, _, gradients = run(net)
    right, wrong = gradient_by(net, "dZ1"), gradients.dZ2 @ net.W2.T
    assert wrong.shape == right.shape  # the shapes all fit
    assert (abs(wrong) >= 4 * abs(right)).all()  # σ′ is never larger than 1/4


def test_mistake_missing_mean_mistake(net):
    P, cache, _ = run(net)
    wrong = P - one_hot(net.labels, net.K)
    assert_close(wrong, net.N * gradient_by(net, "dZ2"))  # too large by the size of the batch
    assert not np.allclose(wrong, cross_entropy_gradient(cache.Z2, net.labels))


def test_an_activation_is_a_name(net):
    with pytest.raises(ValueError, match=r"^activation: expected one of sigmoid, tanh, relu, got \['relu'\]$"):
        forward(net.X, net.W1, net.b1, net.W2, net.b2, activation=["relu"])


def test_mistake_bias_without_index_mistake(net):
    wrong = sum(net.X[0, d] * net.W1[d, 0] for d in range(net.D)) + net.b1
    assert wrong.shape == (1, net.H)
    _, cache = forward(net.X, net.W1, net.b1, net.W2, net.b2)
    assert cache.Z1[0, 0].shape == ()


# The page's example: what it says about its numbers


@pytest.fixture
def page():
    return SimpleNamespace(
        X=np.array([[1.0, 2.0], [0.0, 1.0]]),
        W1=np.array([[1.0, 0.0, -1.0], [0.0, 1.0, 1.0]]),
        b1=np.array([[0.0, -1.0, 0.0]]),
        W2=np.array([[1.0, -1.0], [0.0, 1.0], [-1.0, 0.0]]),
        b2=np.zeros((1, 2)),
        labels=np.array([0, 1]),
        N=2,
        D=2,
        H=3,
        K=2,
    )


def told(values, places):
    return np.round(np.asarray(values, dtype=float), places).tolist()


def test_with_relu_the_page_stands_on_a_kink_and_moves_off_it(page):
    def slopes(place, step=1e-6):
        def at(nudge):
            W1 = page.W1.copy()
            W1[place] += nudge
            return textbook_cross_entropy(np.maximum(page.X @ W1 + page.b1, 0) @ page.W2 + page.b2, page.labels)

        return [(at(step) - at(0)) / step, (at(0) - at(-step)) / step, (at(step) - at(-step)) / (2 * step)]

    _, cache, gradients = run(page, "relu")
    assert (cache.Z1 == 0).sum() == 2
    np.testing.assert_allclose(slopes((1, 0)), [-0.731, -1, -0.866], atol=5e-4)
    assert gradients.dW1[1, 0] == -1

    page.b1 = np.array([[0.5, -1.5, 0.0]])
    _, cache, gradients = run(page, "relu")
    assert (cache.Z1 != 0).all()
    assert gradients.dW1[1, 1] == 2 * gradients.dW1[0, 1]
    for place in np.ndindex(page.W1.shape):
        np.testing.assert_allclose(slopes(place), gradients.dW1[place], atol=1e-5)


@pytest.mark.parametrize(("eta", "expected"), [(0, 0.639), (1, 0.607), (5, 0.802)])
def test_a_large_step_goes_up(page, eta, expected):
    _, _, d = run(page)
    theta = [w - eta * s for w, s in ((page.W1, d.dW1), (page.b1, d.db1), (page.W2, d.dW2), (page.b2, d.db2))]
    A1 = TEXTBOOK_ACTIVATIONS["sigmoid"](page.X @ theta[0] + theta[1])
    assert told(textbook_cross_entropy(A1 @ theta[2] + theta[3], page.labels), 3) == expected


# By entries, in one line, by columns


def test_eq_output_affine_entry(net):
    _, cache, _ = run(net)
    for n, m in np.ndindex(net.N, net.K):
        expected = sum(cache.A1[n, h] * net.W2[h, m] for h in range(net.H)) + net.b2[0, m]
        assert_close(affine(cache.A1, net.W2, net.b2)[n, m], expected)


def test_eq_hidden_weights_gradient_whole(net):
    P, cache, gradients = run(net)
    Y = np.eye(net.K)[net.labels]
    whole = net.X.T @ ((((P - Y) / net.N) @ net.W2.T) * slope_of_sigmoid(cache.Z1))
    assert_close(gradient_by(net, "dW1"), whole)
    assert_close(gradients.dW1, whole)


def test_eq_hidden_bias_gradient_whole(net):
    P, cache, gradients = run(net)
    Y = np.eye(net.K)[net.labels]
    whole = np.ones((1, net.N)) @ ((((P - Y) / net.N) @ net.W2.T) * slope_of_sigmoid(cache.Z1))
    assert_close(gradient_by(net, "db1"), whole)
    assert_close(gradients.db1, whole)


def by_inputs(net):
    def textbook(X):
        A1 = TEXTBOOK_ACTIVATIONS["sigmoid"](X @ net.W1 + net.b1)
        return textbook_cross_entropy(A1 @ net.W2 + net.b2, net.labels)

    return complex_step(textbook, net.X)


def test_eq_input_gradient_entry(net):
    _, _, gradients = run(net)
    actual = affine_vjp(gradients.dZ1, net.X, net.W1, net.b1).dX
    by_X, by_Z1 = by_inputs(net), gradient_by(net, "dZ1")
    slopes = complex_step(lambda X: X @ net.W1 + net.b1, net.X)
    for n, d in np.ndindex(net.N, net.D):
        assert_close(actual[n, d], by_X[n, d])
        assert_close(actual[n, d], sum(by_Z1[n, h] * slopes[n, h, n, d] for h in range(net.H)))
        assert_close(actual[n, d], sum(gradients.dZ1[n, h] * net.W1[d, h] for h in range(net.H)))


def test_eq_input_gradient(net):
    _, _, gradients = run(net)
    assert_close(by_inputs(net), gradients.dZ1 @ net.W1.T)
    assert_close(affine_vjp(gradients.dZ1, net.X, net.W1, net.b1).dX, gradients.dZ1 @ net.W1.T)


def test_eq_columns_affine(net):
    columns = np.stack([net.W1.T @ x + net.b1[0] for x in net.X], axis=1)  # an example is a column
    assert_close(affine(net.X, net.W1, net.b1).T, columns)
    assert_close(net.W1.T @ net.X.T + net.b1.T @ np.ones((1, net.N)), columns)


def test_eq_columns_delta(net):
    _, cache, gradients = run(net)
    columns = [(net.W2 @ d) * slope_of_sigmoid(z) for d, z in zip(gradients.dZ2, cache.Z1, strict=True)]
    assert_close(gradient_by(net, "dZ1").T, np.stack(columns, axis=1))
    assert_close((net.W2 @ gradients.dZ2.T) * slope_of_sigmoid(cache.Z1.T), np.stack(columns, axis=1))


def test_eq_columns_weights_gradient(net):
    _, _, gradients = run(net)
    outer = sum(np.outer(d, x) for d, x in zip(gradients.dZ1, net.X, strict=True))
    assert_close(gradient_by(net, "dW1").T, outer)
    assert_close(gradients.dZ1.T @ net.X, outer)


# The network with tanh, one example by index


@pytest.fixture
def one(rng):
    """One example in a network I-J-K, no two sizes equal; and all its quantities by the page's index form."""
    I, J, K, c = 2, 4, 3, 1  # noqa: E741  the page's letters
    x, U, u = rng.normal(size=I), rng.normal(size=(I, J)), rng.normal(size=J)
    V, v = rng.normal(size=(J, K)), rng.normal(size=K)
    r = np.array([sum(x[i] * U[i, j] for i in range(I)) + u[j] for j in range(J)])
    a = np.array([float(mp.tanh(mp.mpf(float(r_j)))) for r_j in r])
    s = np.array([sum(a[j] * V[j, k] for j in range(J)) + v[k] for k in range(K)])
    p = np.array([np.exp(s_k) / sum(np.exp(s_l) for s_l in s) for s_k in s])
    y = np.array([1.0 if k == c else 0.0 for k in range(K)])
    _, cache = forward(x[None], U, u[None], V, v[None], "tanh")
    gradients = backward(cache, [c])
    return SimpleNamespace(**{name: value for name, value in locals().items() if name != "rng"})


def slope_of_one(one, **by):
    """The complex step of the textbook's loss by one quantity, everything before it fixed."""
    ((name, value),) = by.items()
    order = ["x", "U", "u", "r", "a", "V", "v", "s"]

    def textbook(nudged):
        q = {key: getattr(one, key) for key in order} | {name: nudged}
        if name in ("x", "U", "u"):
            q["r"] = q["x"] @ q["U"] + q["u"]
        if name in ("x", "U", "u", "r"):
            q["a"] = TEXTBOOK_ACTIVATIONS["tanh"](q["r"])
        if name != "s":
            q["s"] = q["a"] @ q["V"] + q["v"]
        return textbook_cross_entropy(q["s"][None], [one.c])

    return complex_step(textbook, value)


def test_eq_tanh_network_hidden(one):
    assert_close(affine([one.x], one.U, one.u)[0], one.r)
    assert_close(one.cache.Z1[0], one.r)


def test_eq_tanh_network_activation(one):
    assert_close(tanh(one.r), one.a)
    assert_close(one.cache.A1[0], one.a)


def test_eq_tanh_network_logits(one):
    assert_close(affine([one.a], one.V, one.v)[0], one.s)
    assert_close(one.cache.Z2[0], one.s)


def test_eq_tanh_network_probabilities(one):
    assert_close(softmax(one.s), one.p)
    assert_close(forward(one.x[None], one.U, one.u[None], one.V, one.v[None], "tanh")[0][0], one.p)


def test_eq_tanh_network_target(one):
    assert one_hot(one.c, one.K).tolist() == one.y.tolist() == [0, 1, 0]


def test_eq_tanh_network_loss(one):
    expected = -sum(one.y[k] * np.log(one.p[k]) for k in range(one.K))
    assert_close(cross_entropy(one.s, one.c), expected)
    assert_close(loss(one.cache, [one.c]), expected)


def test_eq_tanh_network_output_delta(one):
    assert_close(slope_of_one(one, s=one.s), one.p - one.y)
    assert_close(one.gradients.dZ2[0], one.p - one.y)


def test_eq_tanh_network_output_weights(one):
    by_V = slope_of_one(one, V=one.V)
    for j, k in np.ndindex(one.J, one.K):
        assert_close(by_V[j, k], one.a[j] * (one.p[k] - one.y[k]))
        assert_close(one.gradients.dW2[j, k], by_V[j, k])


def test_eq_tanh_network_output_bias(one):
    assert_close(slope_of_one(one, v=one.v), one.p - one.y)
    assert_close(one.gradients.db2[0], one.p - one.y)


def test_eq_tanh_network_hidden_activation(one):
    by_a = slope_of_one(one, a=one.a)
    for j in range(one.J):
        assert_close(by_a[j], sum((one.p[k] - one.y[k]) * one.V[j, k] for k in range(one.K)))
        assert_close(one.gradients.dA1[0, j], by_a[j])


def test_eq_tanh_network_hidden_delta(one):
    by_a, by_r = slope_of_one(one, a=one.a), slope_of_one(one, r=one.r)
    for j in range(one.J):
        paths = sum((one.p[k] - one.y[k]) * one.V[j, k] for k in range(one.K))
        assert_close(by_r[j], by_a[j] / np.cosh(one.r[j]) ** 2)
        assert_close(by_r[j], by_a[j] * (1 + one.a[j]) * (1 - one.a[j]))
        assert_close(by_r[j], (1 - one.a[j] ** 2) * paths)
        assert_close(one.gradients.dZ1[0, j], by_r[j])


def test_eq_tanh_network_hidden_weights(one):
    by_U, by_r = slope_of_one(one, U=one.U), slope_of_one(one, r=one.r)
    for i, j in np.ndindex(one.I, one.J):
        assert_close(by_U[i, j], one.x[i] * by_r[j])
        assert_close(one.gradients.dW1[i, j], by_U[i, j])


def test_eq_tanh_network_hidden_bias(one):
    assert_close(slope_of_one(one, u=one.u), slope_of_one(one, r=one.r))
    assert_close(one.gradients.db1[0], slope_of_one(one, r=one.r))


def test_the_numbers_of_the_network_with_tanh(page):
    page.X, page.labels = page.X[1:], page.labels[1:]
    P, cache, gradients = run(page, "tanh")
    assert told(cache.A1, 4) == [[0, 0, 0.7616]]
    assert told(P, 4) == [[0.3183, 0.6817]]
    assert told(gradients.dZ1, 3) == [[0.637, -0.318, -0.134]]


# From squared error to cross-entropy


def by_squared_error(net, name):
    """The quantity, and the complex step of the textbook's squared error through sigmoid outputs by it."""
    f, Y = TEXTBOOK_ACTIVATIONS["sigmoid"], np.eye(net.K)[net.labels]

    def error(W1=net.W1, b1=net.b1, Z1=None, W2=net.W2, b2=net.b2, Z2=None):
        Z1 = net.X @ W1 + b1 if Z1 is None else Z1
        Z2 = f(Z1) @ W2 + b2 if Z2 is None else Z2
        return ((f(Z2) - Y) ** 2).sum() / (2 * net.N)

    _, cache, _ = run(net)
    return complex_step(lambda value: error(**{name: value}), getattr(cache, name))


def output_delta(net):
    """G, by loops."""
    _, cache, _ = run(net)
    G = np.zeros((net.N, net.K))
    for n, k in np.ndindex(G.shape):
        q = 1 / (1 + np.exp(-cache.Z2[n, k]))
        G[n, k] = (q - (1 if k == net.labels[n] else 0)) * slope_of_sigmoid(cache.Z2[n, k]) / net.N
    return G, cache


def test_eq_sigmoid_output(net):
    _, cache, _ = run(net)
    for n, k in np.ndindex(net.N, net.K):
        assert_close(sigmoid(cache.Z2)[n, k], float(1 / (1 + mp.exp(-mp.mpf(float(cache.Z2[n, k]))))))


def test_eq_sigmoid_output_loss(net):
    _, cache, _ = run(net)
    Q, Y = sigmoid(cache.Z2), one_hot(net.labels, net.K)
    expected = sum((Q[n, k] - Y[n, k]) ** 2 for n, k in np.ndindex(net.N, net.K)) / (2 * net.N)
    assert_close(squared_error(Q, Y), expected)


def test_eq_sigmoid_output_delta_entry(net):
    _, cache, _ = run(net)
    Q, by_Z2 = sigmoid(cache.Z2), by_squared_error(net, "Z2")
    by_Q = complex_step(lambda Q: ((Q - np.eye(net.K)[net.labels]) ** 2).sum() / (2 * net.N), Q)
    slopes = complex_step(TEXTBOOK_ACTIVATIONS["sigmoid"], cache.Z2)
    code = squared_error_gradient(Q, one_hot(net.labels, net.K)) * sigmoid_derivative(cache.Z2)
    G, _ = output_delta(net)
    for n, k in np.ndindex(net.N, net.K):
        assert_close(by_Z2[n, k], by_Q[n, k] * slopes[n, k, n, k])
        assert_close(by_Z2[n, k], G[n, k])
        assert_close(by_Z2[n, k], code[n, k])


def test_eq_sigmoid_output_delta(net):
    G, cache = output_delta(net)
    Q, Y = sigmoid(cache.Z2), one_hot(net.labels, net.K)
    assert_close(squared_error_gradient(Q, Y) * sigmoid_derivative(cache.Z2), G)
    assert_close((Q - Y) / net.N * sigmoid_derivative(cache.Z2), G)


def test_eq_sigmoid_output_delta_gradient(net):
    assert_close(by_squared_error(net, "Z2"), output_delta(net)[0])


def test_eq_sigmoid_output_weights_gradient(net):
    G, cache = output_delta(net)
    assert_close(by_squared_error(net, "W2"), cache.A1.T @ G)
    assert_close(affine_vjp(G, cache.A1, net.W2, net.b2).dW, cache.A1.T @ G)


def test_eq_sigmoid_output_bias_gradient(net):
    G, cache = output_delta(net)
    assert_close(by_squared_error(net, "b2"), np.ones((1, net.N)) @ G)
    assert_close(affine_vjp(G, cache.A1, net.W2, net.b2).db, np.ones((1, net.N)) @ G)


def test_eq_sigmoid_output_hidden_delta(net):
    G, cache = output_delta(net)
    expected = (G @ net.W2.T) * slope_of_sigmoid(cache.Z1)
    assert_close(by_squared_error(net, "Z1"), expected)
    assert_close(affine_vjp(G, cache.A1, net.W2, net.b2).dX * sigmoid_derivative(cache.Z1), expected)


def test_eq_sigmoid_output_hidden_weights_gradient(net):
    G, cache = output_delta(net)
    by_Z1 = by_squared_error(net, "Z1")
    assert_close(by_squared_error(net, "W1"), net.X.T @ by_Z1)
    hidden = affine_vjp(G, cache.A1, net.W2, net.b2).dX * sigmoid_derivative(cache.Z1)
    assert_close(affine_vjp(hidden, net.X, net.W1, net.b1).dW, net.X.T @ by_Z1)


# Known mistakes, with the page's numbers


def test_mistake_hidden_bias_without_sum_mistake(net, page):
    _, cache, gradients = run(net)
    wrong = (gradients.dZ2 @ net.W2.T) * sigmoid_derivative(cache.Z1)
    assert gradient_by(net, "db1").shape == (1, net.H)  # the bias has one row
    assert wrong.shape == (net.N, net.H)  # and Δ1 has N

    _, cache, gradients = run(page)
    wrong = (gradients.dZ2 @ page.W2.T) * sigmoid_derivative(cache.Z1)
    assert told(wrong, 4) == [[-0.0983, 0.0492, 0.0492], [0.1106, -0.0553, -0.0435]]
    assert told(gradient_by(page, "db1"), 4) == [[0.0123, -0.0062, 0.0057]]


def test_mistake_hidden_activation_one_class_mistake(net, page):
    right, dZ2 = gradient_by(net, "dA1"), run(net)[2].dZ2
    for k in range(net.K):
        assert abs(dZ2[:, [k]] * net.W2[:, k] - right).max() > 0.01
    assert run(page)[2].dZ2[0, 0] * page.W2[0, 0] == -0.25
    assert told(gradient_by(page, "dA1")[0, 0], 12) == -0.5


def test_the_mistakes_in_the_numbers_of_the_page(page):
    P, cache, gradients = run(page)
    Y = np.eye(2)[page.labels]
    assert told(gradients.dZ2, 4) == [[-0.25, 0.25], [0.2212, -0.2212]]  # for the bias, where the right one is
    assert told(gradient_by(page, "db2"), 4) == [[-0.0288, 0.0288]]
    assert told((page.X @ page.W1 + page.D * page.b1)[0, 1], 12) == 0  # the bias inside the sum
    assert told(cache.Z1[0, 1], 12) == 1
    assert told((page.X @ page.W1)[0, 1] + page.b1[0], 12) == [2, 1, 2]  # the bias without its index
    bracket = (page.X.T @ gradients.dZ2 @ page.W2.T) * sigmoid_derivative(cache.Z1)
    assert told(bracket, 3)[1] == [-0.139, 0.07, 0.055]
    assert told(gradient_by(page, "dW1"), 3)[1] == [-0.086, 0.043, 0.055]
    assert told((gradients.dZ2 @ page.W2.T)[0, 0], 4) == -0.5  # no slope
    assert told(gradient_by(page, "dZ1")[0, 0], 4) == -0.0983
    assert told((P - Y)[0], 4) == [-0.5, 0.5]  # the sum for the mean


def test_one_example_hides_three_of_the_mistakes(page):
    page.X, page.labels, page.N = page.X[1:], page.labels[1:], 1
    P, cache, gradients = run(page)
    assert_close(gradients.dZ2, gradient_by(page, "db2"))
    assert_close(P - np.eye(2)[page.labels], gradient_by(page, "dZ2"))
    bracket = (page.X.T @ gradients.dZ2 @ page.W2.T) * sigmoid_derivative(cache.Z1)
    assert_close(bracket, gradient_by(page, "dW1"))
