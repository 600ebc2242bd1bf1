"""The affine layer and the gradients by its three inputs."""

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
from judges import arrays, assert_close, assert_derivative, central_difference, complex_step

from byhand import affine, affine_vjp

N, D, H = 5, 2, 3


@pytest.fixture
def layer(rng):
    """A cotangent and the layer's three inputs."""
    return rng.normal(size=(N, H)), rng.normal(size=(N, D)), rng.normal(size=(D, H)), rng.normal(size=(1, H))


def test_eq_hidden_affine_entry(layer):
    _, X, W, b = layer
    Z = affine(X, W, b)
    assert Z.shape == (N, H)
    for n in range(N):
        for h in range(H):
            assert_close(Z[n, h], sum(X[n, d] * W[d, h] for d in range(D)) + b[0, h])


@given(arrays(N, D), arrays(D, H), arrays(1, H))
def test_eq_hidden_affine(X, W, b):
    np.testing.assert_allclose(affine(X, W, b), np.einsum("nd,dh->nh", X, W) + np.kron(np.ones((N, 1)), b), atol=1e-12)


def test_eq_hidden_affine__by_hand():
    Z = affine([[1, 2], [3, 4]], [[1, 0, -1], [0, 1, 1]], [[10, 20, 30]])
    assert Z.tolist() == [[11, 22, 31], [13, 24, 31]]


@given(arrays(N, D), arrays(D, H), arrays(1, H))
def test_affine_of_a_batch_is_its_rows_one_by_one(X, W, b):
    Z = affine(X, W, b)
    for n in range(N):
        np.testing.assert_allclose(Z[n : n + 1], affine(X[n : n + 1], W, b), rtol=1e-13, atol=1e-12)


def test_affine_vjp_entry_by_entry(layer):
    g, X, W, b = layer
    dX, dW, db = affine_vjp(g, X, W, b)
    for d in range(D):
        assert_close(dX[:, d], [sum(g[n, h] * W[d, h] for h in range(H)) for n in range(N)])
        assert_close(dW[d], [sum(X[n, d] * g[n, h] for n in range(N)) for h in range(H)])
    assert_close(db, [[sum(g[n, h] for n in range(N)) for h in range(H)]])


def test_affine_vjp_against_two_judges(layer):
    g, X, W, b = layer
    gradients = affine_vjp(g, X, W, b)

    def textbook(X, W, b):
        return (g * (np.einsum("nd,dh->nh", X, W) + b)).sum()

    def forward(X, W, b):
        return (g * affine(X, W, b)).sum()

    assert_derivative(gradients.dX, lambda X: textbook(X, W, b), lambda X: forward(X, W, b), X)
    assert_derivative(gradients.dW, lambda W: textbook(X, W, b), lambda W: forward(X, W, b), W)
    assert_derivative(gradients.db, lambda b: textbook(X, W, b), lambda b: forward(X, W, b), b)


@given(arrays(N, H), arrays(N, D), arrays(D, H), arrays(1, H))
def test_affine_vjp_of_a_batch_is_its_rows_one_by_one(g, X, W, b):
    dX, dW, db = affine_vjp(g, X, W, b)
    rows = [affine_vjp(g[n : n + 1], X[n : n + 1], W, b) for n in range(N)]
    np.testing.assert_allclose(dX, np.concatenate([row.dX for row in rows]), rtol=1e-13, atol=1e-11)
    np.testing.assert_allclose(dW, sum(row.dW for row in rows), rtol=1e-13, atol=1e-11)
    np.testing.assert_allclose(db, sum(row.db for row in rows), rtol=1e-13, atol=1e-11)


def test_a_bias_of_shape_h_gets_a_gradient_of_shape_h(layer):
    g, X, W, b = layer
    np.testing.assert_array_equal(affine(X, W, b[0]), affine(X, W, b))
    flat, row = affine_vjp(g, X, W, b[0]).db, affine_vjp(g, X, W, b).db
    assert (flat.shape, row.shape) == ((H,), (1, H))
    np.testing.assert_array_equal(flat, row[0])


def test_a_batch_of_no_examples_moves_nothing():
    X, W, b = np.zeros((0, D)), np.ones((D, H)), np.ones((1, H))
    assert affine(X, W, b).shape == (0, H)
    dX, dW, db = affine_vjp(np.zeros((0, H)), X, W, b)
    assert dX.shape == (0, D)
    assert dW.tolist() == np.zeros((D, H)).tolist()
    assert db.tolist() == np.zeros((1, H)).tolist()


def test_the_affine_layer_keeps_the_house_rules(layer):
    g, X, W, b = (3 * array for array in layer)
    assert_keeps_dtype(affine, X, W, b)
    assert_leaves_inputs_alone(affine, X, W, b)
    assert_takes_any_layout(affine, X, W, b)
    assert_keeps_dtype(affine_vjp, g, X, W, b)
    assert_leaves_inputs_alone(affine_vjp, g, X, W, b)
    assert_takes_any_layout(affine_vjp, g, X, W, b)


# Refusals


@not_real_numbers
def test_arguments_must_be_real_numbers(bad, dtype):
    g, X, W, b = np.ones((1, 2)), np.ones((1, 1)), np.ones((1, 2)), np.ones((1, 2))
    for f in (affine, lambda *layer: affine_vjp(g, *layer)):
        with refuses(TypeError, "X", dtype):
            f(bad, np.ones((2, 2)), b)
        with refuses(TypeError, "W", dtype):
            f(X, bad, b)
        with refuses(TypeError, "b", dtype):
            f(X, W, bad)
    with refuses(TypeError, "g", dtype):
        affine_vjp(bad, X, W, b)


@pytest.mark.parametrize(
    ("name", "shapes", "came"),
    [
        ("X", [(D,), (D, H), (1, H)], r"\(2,\)"),
        ("X", [(1, N, D), (D, H), (1, H)], r"\(1, 5, 2\)"),
        ("W", [(N, D), (D,), (1, H)], r"\(2,\)"),
        ("W", [(N, D), (H, D), (1, H)], r"\(3, 2\)"),
        ("b", [(N, D), (D, H), (1, D)], r"\(1, 2\)"),
        ("b", [(N, D), (D, H), (H, 1)], r"\(3, 1\)"),
        ("b", [(N, D), (D, H), (N, H)], r"\(5, 3\)"),
        ("b", [(N, D), (D, H), ()], r"\(\)"),
        ("b", [(N, D), (D, H), (1, 1, H)], r"\(1, 1, 3\)"),
    ],
)
def test_shapes_must_fit_together(name, shapes, came):
    layer = [np.zeros(shape) for shape in shapes]
    with refuses(ValueError, name, came):
        affine(*layer)
    with refuses(ValueError, name, came):
        affine_vjp(np.zeros((N, H)), *layer)


def test_the_message_says_which_matrix_was_expected(layer):
    g, X, W, b = layer
    with pytest.raises(ValueError, match=r"^X: expected a matrix of shape \(any, any\), got \(2,\)$"):
        affine(X[0], W, b)
    with pytest.raises(ValueError, match=r"^W: expected a matrix of shape \(2, any\), got \(3, 2\)$"):
        affine(X, W.T, b)
    with pytest.raises(ValueError, match=r"^b: expected the shape \(1, 3\) or \(3,\), got \(2,\)$"):
        affine(X, W, b[0, :2])
    with pytest.raises(ValueError, match=r"^g: expected a matrix of shape \(5, 3\), got \(3, 5\)$"):
        affine_vjp(g.T, X, W, b)


@pytest.mark.parametrize(("shape", "came"), [((H,), r"\(3,\)"), ((1, H), r"\(1, 3\)"), ((N, D), r"\(5, 2\)")])
def test_the_cotangent_has_the_shape_of_the_output(layer, shape, came):
    _, X, W, b = layer
    with refuses(ValueError, "g", came):
        affine_vjp(np.zeros(shape), X, W, b)


def test_arguments_must_not_be_ragged(layer):
    _, X, W, b = layer
    with refuses(ValueError, "X", "a ragged sequence"):
        affine(RAGGED, W, b)
    with refuses(ValueError, "W", "a ragged sequence"):
        affine(X, RAGGED, b)
    with refuses(ValueError, "b", "a ragged sequence"):
        affine(X, W, RAGGED)
    with refuses(ValueError, "g", "a ragged sequence"):
        affine_vjp(RAGGED, X, W, b)


# A known mistake: the bias inside the sum


def test_mistake_bias_inside_sum_mistake(layer):
    _, X, W, b = layer

    def wrong(D):
        return [[sum(X[n, d] * W[d, h] + b[0, h] for d in range(D)) for h in range(H)] for n in range(N)]

    assert_close(affine(X[:, :1], W[:1], b), wrong(D=1))  # with one input nobody notices
    assert_close(affine(X, W, b) + b, wrong(D=2))  # with two, the bias counts double
    assert not np.allclose(affine(X, W, b), wrong(D=2))


# The page: each equation entry by entry, in Python loops, and the numbers of its example


X = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]])
W = np.array([[1.0, 0.0], [2.0, -1.0], [0.0, 1.0]])
b = np.array([[1.0, -1.0]])
G = np.array([[1.0, -1.0], [2.0, 0.5]])


def textbook_affine(X, W, b):
    return np.einsum("nd,dh->nh", X, W) + np.reshape(b, -1)


def test_eq_affine_entry(layer):
    _, X, W, b = layer
    entries = [[sum(X[n, d] * W[d, h] for d in range(D)) + b[0, h] for h in range(H)] for n in range(N)]
    assert_close(affine(X, W, b), entries)


def test_eq_affine(layer):
    _, X, W, b = layer
    assert_close(affine(X, W, b), np.tensordot(X, W, 1) + np.outer(np.ones(N), b))


def test_eq_affine__by_hand():
    assert affine(X, W, b).tolist() == [[2, 1], [3, -1]]


def test_eq_affine_columns(layer):
    _, X, W, b = layer
    columns = np.tensordot(W.T, X.T, 1) + np.outer(b, np.ones(N))
    assert_close(affine(X, W, b).T, columns)


def test_eq_affine_by_weights(layer):
    _, X, W, b = layer
    expected = np.zeros((N, H, D, H))
    for n, h, d in np.ndindex(N, H, D):
        expected[n, h, d, h] = X[n, d]
    assert_close(complex_step(lambda W: textbook_affine(X, W, b), W), expected)
    np.testing.assert_allclose(central_difference(lambda W: affine(X, W, b), W), expected, atol=1e-11)


def test_eq_affine_by_bias(layer):
    _, X, W, b = layer
    expected = np.zeros((N, H, 1, H))
    for n, h in np.ndindex(N, H):
        expected[n, h, 0, h] = 1
    assert_close(complex_step(lambda b: textbook_affine(X, W, b), b), expected)
    np.testing.assert_allclose(central_difference(lambda b: affine(X, W, b), b), expected, atol=1e-12)


def test_eq_affine_by_inputs(layer):
    _, X, W, b = layer
    expected = np.zeros((N, H, N, D))
    for n, h, d in np.ndindex(N, H, D):
        expected[n, h, n, d] = W[d, h]
    assert_close(complex_step(lambda X: textbook_affine(X, W, b), X), expected)
    np.testing.assert_allclose(central_difference(lambda X: affine(X, W, b), X), expected, atol=1e-12)


def test_eq_affine_loss(layer):
    g, X, W, b = layer
    total = sum(g[n, h] * affine(X, W, b)[n, h] for n, h in np.ndindex(N, H))
    assert_close(total, np.tensordot(g, textbook_affine(X, W, b), 2))


def test_eq_affine_cotangent(layer):
    g, X, W, b = layer
    assert_close(complex_step(lambda Z: (g * Z).sum(), affine(X, W, b)), g)


def gradients(layer, name):
    """What byhand says, and what the complex step of the textbook's loss says."""
    g, *inputs = layer
    place = "XWb".index(name)

    def loss(x):
        return (g * textbook_affine(*inputs[:place], x, *inputs[place + 1 :])).sum()

    return getattr(affine_vjp(g, *inputs), f"d{name}"), complex_step(loss, inputs[place])


def test_eq_affine_weights_gradient_entry(layer):
    g, X, *_ = layer
    actual, judged = gradients(layer, "W")
    for d, h in np.ndindex(D, H):
        assert_close(actual[d, h], sum(X[n, d] * g[n, h] for n in range(N)))
    assert_close(actual, judged)


def test_eq_affine_weights_gradient(layer):
    actual, judged = gradients(layer, "W")
    assert_close(actual, judged)
    assert affine_vjp(G, X, W, b).dW.tolist() == [[1, -1], [2, 0.5], [4, -1.5]]


def test_eq_affine_bias_gradient_entry(layer):
    g = layer[0]
    actual, judged = gradients(layer, "b")
    assert_close(actual[0], [sum(g[n, h] for n in range(N)) for h in range(H)])
    assert_close(actual, judged)


def test_eq_affine_bias_gradient(layer):
    actual, judged = gradients(layer, "b")
    assert_close(actual, judged)
    assert affine_vjp(G, X, W, b).db.tolist() == [[3, -0.5]]


def test_eq_affine_inputs_gradient_entry(layer):
    g, _, W, _ = layer
    actual, judged = gradients(layer, "X")
    for m, d in np.ndindex(N, D):
        assert_close(actual[m, d], sum(g[m, h] * W[d, h] for h in range(H)))
    assert_close(actual, judged)


def test_eq_affine_inputs_gradient(layer):
    actual, judged = gradients(layer, "X")
    assert_close(actual, judged)
    assert affine_vjp(G, X, W, b).dX.tolist() == [[1, 3, -1], [2, 3.5, 0.5]]


@pytest.fixture
def square(rng):
    """A cotangent, inputs and weights of a layer with as many units as inputs."""
    return rng.normal(size=(N, D)), rng.normal(size=(N, D)), rng.normal(size=(D, D))


def test_eq_affine_square(square):
    _, X, V = square
    entries = [[sum(X[n, e] * V[e, d] for e in range(D)) for d in range(D)] for n in range(N)]
    assert_close(affine(X, V, np.zeros(D)), entries)


def test_eq_affine_square_loss(square):
    F, X, V = square
    total = sum(F[n, d] * affine(X, V, np.zeros(D))[n, d] for n, d in np.ndindex(N, D))
    assert_close(total, np.einsum("nd,ne,ed", F, X, V))


def test_eq_affine_square_inputs_gradient(square):
    F, X, V = square
    judged = complex_step(lambda X: np.einsum("nd,ne,ed", F, X, V), X)
    assert_close(affine_vjp(F, X, V, np.zeros(D)).dX, judged)


def test_mistake_affine_bias_mean_mistake():
    assert affine_vjp(G, X, W, b).db.tolist() == [[3, -0.5]]
    assert G.mean(axis=0).tolist() == [1.5, -0.25]
    assert affine_vjp(G[:1], X[:1], W, b).db.tolist() == [G[:1].mean(axis=0).tolist()]


def test_mistake_affine_square_transpose_mistake():
    F, V = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0], [0.0, 0.0]])
    assert affine_vjp(F, np.ones((1, 2)), V, np.zeros(2)).dX.tolist() == [[0, 0]]
    assert (F @ V).tolist() == [[0, 1]]
    symmetric = V + V.T
    assert affine_vjp(F, np.ones((1, 2)), symmetric, np.zeros(2)).dX.tolist() == (F @ symmetric).tolist()


def test_mistake_affine_bias_without_sum_mistake():
    db = affine_vjp(G, X, W, b).db
    assert db.shape == b.shape == (1, 2)
    assert G.shape == (2, 2)
    assert (b - 0.1 * G).shape == (2, 2), "numpy turns one bias into two, and says nothing"


def test_mistake_affine_exchanged_factors_mistake():
    dW = affine_vjp(G, X, W, b).dW
    assert dW[0].tolist() == [1, -1]
    assert (G.T @ X)[0].tolist() == [1, 2, 4]
    assert (G.T @ X).tolist() == dW.T.tolist()
