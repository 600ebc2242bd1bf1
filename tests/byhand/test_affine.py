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
from judges import arrays, assert_close, assert_derivative

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
