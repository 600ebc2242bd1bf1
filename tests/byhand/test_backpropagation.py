"""Backpropagation through three layers."""

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
