"""Backpropagation by hand through three layers: inputs, one hidden layer, softmax."""

from typing import NamedTuple

from numpy.typing import ArrayLike

from byhand._checks import FloatArray, matrix
from byhand.activations import ACTIVATIONS
from byhand.affine import affine, affine_vjp
from byhand.cross_entropy import cross_entropy, cross_entropy_gradient
from byhand.softmax import softmax


class Cache(NamedTuple):
    """What the forward pass saw, and the backward pass needs. Named as on the page."""

    X: FloatArray
    W1: FloatArray
    b1: FloatArray
    Z1: FloatArray
    A1: FloatArray
    W2: FloatArray
    b2: FloatArray
    Z2: FloatArray
    activation: str


class Gradients(NamedTuple):
    """The loss's gradient with respect to each quantity, in the order in which the backward pass finds them."""

    dZ2: FloatArray
    dW2: FloatArray
    db2: FloatArray
    dA1: FloatArray
    dZ1: FloatArray
    dW1: FloatArray
    db1: FloatArray


def forward(
    X: ArrayLike, W1: ArrayLike, b1: ArrayLike, W2: ArrayLike, b2: ArrayLike, activation: str = "sigmoid"
) -> tuple[FloatArray, Cache]:
    r"""Run the network forward: affine, activation, affine, softmax.

    ```math cites="hidden-affine"
    Z_1 = X W_1 + \mathbf{1}_N b_1
    ```

    ```math cites="hidden-activation"
    A_1 = \sigma(Z_1)
    ```

    ```math cites="output-affine"
    Z_2 = A_1 W_2 + \mathbf{1}_N b_2
    ```

    ```math cites="output-softmax"
    P_{nk} = \frac{e^{Z_{2,nk}}}{\sum_{l=1}^{K} e^{Z_{2,nl}}}
    ```

    Parameters
    ----------
    X
        One example per row, shape (N, D). float32 and float64 are kept, integers become float64.
    W1, b1
        Weights and bias of the hidden layer, shapes (D, H) and (1, H).
    W2, b2
        Weights and bias of the output layer, shapes (H, K) and (1, K).
    activation
        The hidden activation: "sigmoid", "tanh" or "relu". σ in the equation stands for it.

    Returns
    -------
    P : FloatArray
        Probabilities, shape (N, K).
    cache : Cache
        Every quantity that [`backward`][byhand.backpropagation.backward] needs, by its name.

    Raises
    ------
    TypeError
        If an array is neither float32, float64 nor integer.
    ValueError
        If the shapes do not fit together, or the activation is not one of the three.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import backpropagation
    >>> X, W1, b1 = np.array([[1.0, 2.0]]), np.zeros((2, 3)), np.zeros((1, 3))
    >>> W2, b2 = np.ones((3, 2)), np.zeros((1, 2))
    >>> P, cache = backpropagation.forward(X, W1, b1, W2, b2)
    >>> P.tolist()
    [[0.5, 0.5]]
    >>> cache.A1.tolist()
    [[0.5, 0.5, 0.5]]
    """
    if activation not in list(ACTIVATIONS):
        raise ValueError(f"activation: expected one of {', '.join(ACTIVATIONS)}, got {activation!r}")
    f, _ = ACTIVATIONS[activation]
    X, W1, b1, W2, b2 = _check(X, W1, b1, W2, b2)
    Z1 = affine(X, W1, b1)
    A1 = f(Z1)
    Z2 = affine(A1, W2, b2)
    P = softmax(Z2)
    return P, Cache(X, W1, b1, Z1, A1, W2, b2, Z2, activation)


def loss(cache: Cache, labels: ArrayLike) -> FloatArray:
    r"""Take the mean cross-entropy of the network's predictions.

    ```math cites="network-loss"
    L = -\frac{1}{N}\sum_{n=1}^{N} \log P_{n,C_n}
    ```

    Parameters
    ----------
    cache
        What [`forward`][byhand.backpropagation.forward] returned beside the probabilities.
    labels
        The true classes, counted from 0 (the page counts from 1), shape (N,) and an integer type.

    Returns
    -------
    FloatArray
        L, a scalar, in nats.

    Raises
    ------
    TypeError
        If `labels` are not integers.
    ValueError
        If there is not one label for each row, or if the batch is empty.
    IndexError
        If a label is negative, or K or more.

    Notes
    -----
    It starts from the logits Z₂, not from P: the logarithm of a rounded probability has lost digits.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import backpropagation
    >>> X, W1, b1 = np.array([[1.0, 2.0]]), np.zeros((2, 3)), np.zeros((1, 3))
    >>> W2, b2 = np.ones((3, 2)), np.zeros((1, 2))
    >>> P, cache = backpropagation.forward(X, W1, b1, W2, b2)
    >>> float(backpropagation.loss(cache, [0])) == float(np.log(2))
    True
    """
    return cross_entropy(cache.Z2, labels)


def backward(cache: Cache, labels: ArrayLike) -> Gradients:
    r"""Run the network backward: the gradient of the loss with respect to every quantity.

    ```math cites="output-delta"
    \Delta_2 = \frac{1}{N}\,(P - Y)
    ```

    ```math cites="output-weights-gradient"
    \frac{\partial L}{\partial W_2} = A_1^\top \Delta_2
    ```

    ```math cites="output-bias-gradient"
    \frac{\partial L}{\partial b_2} = \mathbf{1}_N^\top \Delta_2
    ```

    ```math cites="hidden-activation-gradient"
    \frac{\partial L}{\partial A_1} = \Delta_2 W_2^\top
    ```

    ```math cites="hidden-delta"
    \Delta_1 = \left(\Delta_2 W_2^\top\right) \odot \sigma'(Z_1)
    ```

    ```math cites="hidden-weights-gradient"
    \frac{\partial L}{\partial W_1} = X^\top \Delta_1
    ```

    ```math cites="hidden-bias-gradient"
    \frac{\partial L}{\partial b_1} = \mathbf{1}_N^\top \Delta_1
    ```

    Parameters
    ----------
    cache
        What [`forward`][byhand.backpropagation.forward] returned beside the probabilities.
    labels
        The true classes, counted from 0 (the page counts from 1), shape (N,) and an integer type.

    Returns
    -------
    Gradients
        `dZ2` (Δ₂), `dW2`, `db2`, `dA1`, `dZ1` (Δ₁), `dW1` and `db1`, each in the shape of its
        variable.

    Raises
    ------
    TypeError
        If `labels` are not integers.
    ValueError
        If there is not one label for each row, or if the batch is empty.
    IndexError
        If a label is negative, or K or more.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import backpropagation
    >>> X, W1, b1 = np.array([[1.0, 2.0]]), np.zeros((2, 1)), np.zeros((1, 1))
    >>> W2, b2 = np.array([[1.0, -1.0]]), np.array([[-0.5, 0.5]])
    >>> P, cache = backpropagation.forward(X, W1, b1, W2, b2)
    >>> gradients = backpropagation.backward(cache, [0])
    >>> gradients.dZ2.tolist()
    [[-0.5, 0.5]]
    >>> gradients.dW1.tolist()
    [[-0.25], [-0.5]]
    """
    X, W1, b1, Z1, A1, W2, b2, Z2, activation = cache
    _, f_derivative = ACTIVATIONS[activation]
    dZ2 = cross_entropy_gradient(Z2, labels)
    dA1, dW2, db2 = affine_vjp(dZ2, A1, W2, b2)
    dZ1 = dA1 * f_derivative(Z1)
    _, dW1, db1 = affine_vjp(dZ1, X, W1, b1)
    return Gradients(dZ2, dW2, db2, dA1, dZ1, dW1, db1)


def _check(X: ArrayLike, W1: ArrayLike, b1: ArrayLike, W2: ArrayLike, b2: ArrayLike) -> tuple[FloatArray, ...]:
    """Demand that the shapes fit together, under the names that the caller knows."""
    X = matrix(X, "X")
    W1 = matrix(W1, "W1", rows=X.shape[1])
    b1 = matrix(b1, "b1", rows=1, columns=W1.shape[1])
    W2 = matrix(W2, "W2", rows=W1.shape[1])
    b2 = matrix(b2, "b2", rows=1, columns=W2.shape[1])
    return X, W1, b1, W2, b2
