"""Backpropagation by hand through any number of layers, and the random weights that training begins with."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._checks import FloatArray, label_array, matrix, not_empty_batch, same_shape, size
from byhand.activations import ACTIVATIONS
from byhand.affine import affine
from byhand.cross_entropy import cross_entropy
from byhand.softmax import softmax

Arrays = tuple[FloatArray, ...]


class Cache(NamedTuple):
    """What the forward pass saw, and the backward pass needs. Python counts from 0, the page's layers from 1.

    `A` holds what goes into each layer: `A[0]` is X, and `A[l]` is the page's A of layer l. `Z`, `W` and
    `b` begin with those of layer 1.
    """

    A: Arrays
    Z: Arrays
    W: Arrays
    b: Arrays
    P: FloatArray
    activation: str


class Gradients(NamedTuple):
    """The loss's gradients, a tuple with one array for each layer, from the first layer to the last."""

    dZ: Arrays
    dW: Arrays
    db: Arrays


def forward(
    X: ArrayLike, weights: Sequence[ArrayLike], biases: Sequence[ArrayLike], activation: str = "relu"
) -> tuple[FloatArray, Cache]:
    r"""Run the network forward: affine and activation in each hidden layer, affine and softmax in the last.

    The page's network has L = 3 layers; the code takes any number.

    ```math cites="deep-affine"
    Z^{(\ell)} = A^{(\ell-1)} W^{(\ell)} + \mathbf{1}_N b^{(\ell)}
    ```

    ```math cites="deep-activation"
    A^{(\ell)} = \operatorname{ReLU}(Z^{(\ell)}) \quad \text{for } \ell < L
    ```

    ```math cites="deep-softmax"
    P_{nk} = \frac{e^{Z^{(3)}_{nk}}}{\sum_{c=1}^{K} e^{Z^{(3)}_{nc}}}
    ```

    Parameters
    ----------
    X
        One example per row, shape (N, n₀). float32 and float64 are kept, integers become float64.
    weights
        One matrix for each layer, the first layer's first. The shape is (inputs, outputs) of the layer:
        (n₀, n₁), (n₁, n₂), and so on to the K classes.
    biases
        One row for each layer, of shape (1, outputs).
    activation
        The activation of the hidden layers: "sigmoid", "tanh" or "relu".

    Returns
    -------
    P : FloatArray
        Probabilities, shape (N, K).
    cache : Cache
        What [`loss`][byhand.deep_network.loss] and [`backward`][byhand.deep_network.backward] need.

    Raises
    ------
    TypeError
        If an array is neither float32, float64 nor integer, or `weights` or `biases` is no sequence.
    ValueError
        If the shapes do not fit together, if there is no layer, if there are not as many biases as
        weights, or if the activation is not one of the three.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import deep_network
    >>> X = np.array([[1.0, 2.0]])
    >>> weights = [np.array([[1.0, -1.0], [1.0, 1.0]]), np.array([[1.0], [-1.0]]), np.array([[1.0, 1.0]])]
    >>> biases = [np.zeros((1, 2)), np.zeros((1, 1)), np.zeros((1, 2))]
    >>> P, cache = deep_network.forward(X, weights, biases)
    >>> P.tolist()
    [[0.5, 0.5]]
    >>> [A.tolist() for A in cache.A]
    [[[1.0, 2.0]], [[3.0, 1.0]], [[2.0]]]
    """
    if activation not in list(ACTIVATIONS):
        raise ValueError(f"activation: expected one of {', '.join(ACTIVATIONS)}, got {activation!r}")
    f, _ = ACTIVATIONS[activation]
    X, W, b = _check(X, weights, biases)
    A, Z = [X], [affine(X, W[0], b[0])]
    for W_l, b_l in zip(W[1:], b[1:], strict=True):
        A.append(f(Z[-1]))
        Z.append(affine(A[-1], W_l, b_l))
    P = softmax(Z[-1])
    return P, Cache(tuple(A), tuple(Z), W, b, P, activation)


def loss(cache: Cache, labels: ArrayLike) -> FloatArray:
    r"""Take the mean cross-entropy of the network's predictions.

    ```math cites="deep-loss"
    E = -\frac{1}{N}\sum_{n=1}^{N}\sum_{k=1}^{K} Y_{nk} \log P_{nk}
    ```

    Parameters
    ----------
    cache
        What [`forward`][byhand.deep_network.forward] returned beside the probabilities.
    labels
        The true classes, counted from 0 (the page counts from 1), shape (N,) and an integer type.

    Returns
    -------
    FloatArray
        The mean over the batch, a scalar, in nats.

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
    >>> from byhand import deep_network
    >>> P, cache = deep_network.forward([[1.0, 2.0]], [np.zeros((2, 2))], [np.zeros((1, 2))])
    >>> float(deep_network.loss(cache, [0])) == float(np.log(2))
    True
    """
    return cross_entropy(cache.Z[-1], labels)


def backward(cache: Cache, labels: ArrayLike) -> Gradients:
    r"""Run the network backward: the gradient of the loss with respect to each layer's quantities.

    ```math cites="deep-output-delta"
    \Delta^{(3)} = \frac{1}{N}\,(P - Y)
    ```

    ```math cites="deep-delta"
    \Delta^{(\ell)} = \left(\Delta^{(\ell+1)} W^{(\ell+1)\top}\right) \odot \operatorname{gate}(Z^{(\ell)})
    \quad (\ell < L)
    ```

    ```math cites="deep-weights-gradient"
    \frac{\partial E}{\partial W^{(\ell)}} = A^{(\ell-1)\top} \Delta^{(\ell)}
    ```

    ```math cites="deep-bias-gradient"
    \frac{\partial E}{\partial b^{(\ell)}} = \mathbf{1}_N^\top \Delta^{(\ell)}
    ```

    Parameters
    ----------
    cache
        What [`forward`][byhand.deep_network.forward] returned beside the probabilities.
    labels
        The true classes, counted from 0 (the page counts from 1), shape (N,) and an integer type.

    Returns
    -------
    Gradients
        `dZ` (the Δ of each layer), `dW` and `db`: `dW[0]` belongs to `weights[0]`, and has its shape.

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
    The first layer has no layer before it that would ask for its gradient, so the product with the first
    layer's weights, the largest in many networks, is not taken.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import deep_network
    >>> weights = [np.array([[1.0, -1.0], [1.0, 1.0]]), np.array([[1.0], [-1.0]]), np.array([[1.0, 1.0]])]
    >>> biases = [np.zeros((1, 2)), np.zeros((1, 1)), np.zeros((1, 2))]
    >>> P, cache = deep_network.forward([[1.0, 2.0]], weights, biases)
    >>> [dW.tolist() for dW in deep_network.backward(cache, [0]).dW]
    [[[0.0, 0.0], [0.0, 0.0]], [[0.0], [0.0]], [[-1.0, 1.0]]]
    """
    A, Z, W, _, P, activation = cache
    dZ = [_output_delta(P, labels)]
    for W_next, Z_l in zip(reversed(W[1:]), reversed(Z[:-1]), strict=True):
        dA = dZ[-1] @ W_next.T
        dA *= _slope(Z_l, activation)
        dZ.append(dA)
    dZ.reverse()
    ones = np.ones((1, len(P)), P.dtype)
    dW = [A_before.T @ dZ_l for A_before, dZ_l in zip(A, dZ, strict=True)]
    db = [ones @ dZ_l for dZ_l in dZ]
    return Gradients(tuple(dZ), tuple(dW), tuple(db))


def glorot(rng: "np.random.Generator", inputs: int, outputs: int) -> FloatArray:
    r"""Draw the first weights of a layer with a symmetric activation like tanh (Glorot and Bengio).

    ```math cites="deep-glorot-variance"
    v_{\mathrm{Glorot}} = \frac{2}{M + H}
    ```

    Parameters
    ----------
    rng
        The source of the random numbers, as made by `numpy.random.default_rng`. It moves on.
    inputs, outputs
        M and H: the units of the layer before, and of the layer itself.

    Returns
    -------
    FloatArray
        Weights in float64, shape (inputs, outputs), uniform between −r and r with
        $r = \sqrt{6/(\text{inputs} + \text{outputs})}$, whose variance r²/3 is the one above.

    Raises
    ------
    TypeError
        If `rng` is no numpy Generator, or a width is no integer.
    ValueError
        If a width is 0 or negative.

    References
    ----------
    Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks",
    AISTATS 2010, equations 12 and 16.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import deep_network
    >>> W = deep_network.glorot(np.random.default_rng(1), inputs=300, outputs=100)
    >>> W.shape, bool(abs(W).max() <= np.sqrt(6 / 400)), round(float(W.var()) * 200, 1)
    ((300, 100), True, 1.0)
    """
    _check_widths(rng, inputs, outputs)
    r = np.sqrt(6 / (inputs + outputs))
    return rng.uniform(-r, r, (inputs, outputs))


def he(rng: "np.random.Generator", inputs: int, outputs: int) -> FloatArray:
    r"""Draw the first weights of a layer behind a ReLU (He, Zhang, Ren and Sun).

    ```math cites="deep-he-variance"
    v_{\mathrm{He}} = \frac{2}{M}
    ```

    Parameters
    ----------
    rng
        The source of the random numbers, as made by `numpy.random.default_rng`. It moves on.
    inputs, outputs
        M and H: the units of the layer before, and of the layer itself.

    Returns
    -------
    FloatArray
        Weights in float64, shape (inputs, outputs), normally distributed with mean 0 and the variance above.

    Raises
    ------
    TypeError
        If `rng` is no numpy Generator, or a width is no integer.
    ValueError
        If a width is 0 or negative.

    References
    ----------
    He, Zhang, Ren and Sun, "Delving deep into rectifiers: surpassing human-level performance on ImageNet
    classification", ICCV 2015, equation 10.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import deep_network
    >>> W = deep_network.he(np.random.default_rng(1), inputs=300, outputs=100)
    >>> W.shape, round(float(W.var()) * 150, 1)
    ((300, 100), 1.0)
    """
    _check_widths(rng, inputs, outputs)
    return rng.normal(0, np.sqrt(2 / inputs), (inputs, outputs))


def _output_delta(P: FloatArray, labels: ArrayLike) -> FloatArray:
    """Return (P − Y)/N. Where Y is 1, P − 1 is minus the other probabilities: their sum loses no digits."""
    not_empty_batch(P, "X")
    N, K = P.shape
    C = label_array(labels, K)
    same_shape(C, "labels", (N,), "the batch")
    delta, true = P / N, (np.arange(N), C)
    delta[true] = 0
    delta[true] = -delta.sum(axis=1)
    return delta


def _slope(Z: FloatArray, activation: str) -> NDArray[Any]:
    """Return f′(Z). The slope of ReLU is 0 or 1, and a truth value does for it."""
    _, f_derivative = ACTIVATIONS[activation]
    return Z > 0 if activation == "relu" else f_derivative(Z)


def _check(
    X: ArrayLike, weights: Sequence[ArrayLike], biases: Sequence[ArrayLike]
) -> tuple[FloatArray, Arrays, Arrays]:
    """Demand that the shapes fit together, under the names that the caller knows."""
    X = matrix(X, "X")
    weights, biases = _sequence(weights, "weights"), _sequence(biases, "biases")
    if not weights:
        raise ValueError("weights: expected at least one layer, got none")
    if len(biases) != len(weights):
        raise ValueError(f"biases: expected one for each of the {len(weights)} weights, got {len(biases)}")
    W: list[FloatArray] = []
    b: list[FloatArray] = []
    width = X.shape[1]
    for i, (W_i, b_i) in enumerate(zip(weights, biases, strict=True)):
        W.append(matrix(W_i, f"weights[{i}]", rows=width))
        width = W[-1].shape[1]
        b.append(matrix(b_i, f"biases[{i}]", rows=1, columns=width))
    return X, tuple(W), tuple(b)


def _sequence(arrays: Sequence[ArrayLike], name: str) -> tuple[ArrayLike, ...]:
    try:
        return tuple(arrays)
    except TypeError as error:
        raise TypeError(f"{name}: expected a sequence of arrays, one for each layer, got {arrays!r}") from error


def _check_widths(rng: "np.random.Generator", inputs: int, outputs: int) -> None:
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng: expected a numpy.random.Generator, got {rng!r}")
    for width, name in ((inputs, "inputs"), (outputs, "outputs")):
        if size(width, name) == 0:
            raise ValueError(f"{name}: expected 1 or more, got 0")
