"""The affine layer, one example per row, and the gradients with respect to its three inputs."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from byhand._checks import FloatArray, float_array, matrix


class AffineGradients(NamedTuple):
    """The loss's gradients with respect to the inputs of an affine layer, each in that input's shape."""

    dX: FloatArray
    dW: FloatArray
    db: FloatArray


def affine(X: ArrayLike, W: ArrayLike, b: ArrayLike) -> FloatArray:
    r"""Map each row of X by the weights W, and add the bias b.

    ```math cites="affine"
    Z = X W + \mathbf{1}_N b
    ```

    Parameters
    ----------
    X
        One example per row, shape (N, D). float32 and float64 are kept, integers become float64.
    W
        Weights, shape (D, H): one column per unit.
    b
        Bias, shape (1, H) or (H,). It is added to every row; the column of ones says so in the equation.

    Returns
    -------
    FloatArray
        Z, shape (N, H).

    Raises
    ------
    TypeError
        If an argument is neither float32, float64 nor integer.
    ValueError
        If the shapes do not fit together.

    Examples
    --------
    >>> from byhand import affine
    >>> affine([[1, 2], [3, 4]], [[1, 0, -1], [0, 1, 1]], [[10, 20, 30]]).tolist()
    [[11.0, 22.0, 31.0], [13.0, 24.0, 31.0]]
    """
    X, W, b = _check(X, W, b)
    return X @ W + b


def affine_vjp(g: ArrayLike, X: ArrayLike, W: ArrayLike, b: ArrayLike) -> AffineGradients:
    r"""Pull a cotangent back through an affine layer, to each of its inputs.

    ```math cites="affine-weights-gradient"
    \frac{\partial L}{\partial W} = X^\top G
    ```

    ```math cites="affine-bias-gradient"
    \frac{\partial L}{\partial b} = \mathbf{1}_N^\top G
    ```

    ```math cites="affine-inputs-gradient"
    \frac{\partial L}{\partial X} = G\, W^\top
    ```

    The code's g is the matrix G of the page.

    Parameters
    ----------
    g
        The cotangent: how much the loss moves with each entry of Z. Shape (N, H).
    X
        The layer's input, shape (N, D). float32 and float64 are kept, integers become float64.
    W
        Weights, shape (D, H).
    b
        Bias, shape (1, H) or (H,).

    Returns
    -------
    AffineGradients
        `dX`, `dW` and `db`, in the shapes of `X`, `W` and `b`. The bias reaches every row, so its
        gradient is a sum over the rows.

    Raises
    ------
    TypeError
        If an argument is neither float32, float64 nor integer.
    ValueError
        If the shapes do not fit together.

    Examples
    --------
    >>> from byhand import affine_vjp
    >>> dX, dW, db = affine_vjp(g=[[1], [10]], X=[[1, 2], [3, 4]], W=[[5], [6]], b=[[7]])
    >>> dX.tolist()
    [[5.0, 6.0], [50.0, 60.0]]
    >>> dW.tolist()
    [[31.0], [42.0]]
    >>> db.tolist()
    [[11.0]]
    """
    X, W, b = _check(X, W, b)
    g = matrix(g, "g", rows=X.shape[0], columns=W.shape[1])
    ones = np.ones(len(g), g.dtype)
    return AffineGradients(dX=g @ W.T, dW=X.T @ g, db=(ones @ g).reshape(b.shape))


def _check(X: ArrayLike, W: ArrayLike, b: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    X = matrix(X, "X")
    W = matrix(W, "W", rows=X.shape[1])
    b = float_array(b, "b")
    units = W.shape[1]
    if b.shape not in ((1, units), (units,)):
        raise ValueError(f"b: expected the shape (1, {units}) or ({units},), got {b.shape}")
    return X, W, b
