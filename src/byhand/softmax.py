"""Softmax, its Jacobian, and the product of a cotangent with that Jacobian."""

import numpy as np
from numpy.typing import ArrayLike

from byhand._checks import FloatArray, class_scores, float_array, same_shape
from byhand._shift import by_rows, far, row_sums, shifted_exponentials


def softmax(z: ArrayLike, axis: int = -1) -> FloatArray:
    r"""Turn logits into probabilities.

    ```math cites="softmax"
    p_i = \frac{e^{z_i}}{\sum_{k=1}^{K} e^{z_k}}
    ```

    Parameters
    ----------
    z
        Logits, classes along `axis`. float32 and float64 are kept, integers become float64.
    axis
        The axis of the classes.

    Returns
    -------
    FloatArray
        p, the shape of `z`: none negative, and summing to 1 along `axis`. A class masked by a logit of
        −inf gets 0; a row of nothing but −inf gives NaN, and so does a row with +inf or NaN.

    Raises
    ------
    TypeError
        If `z` is neither float32, float64 nor integer.
    ValueError
        If `z` has no such axis, or no class along it.

    Notes
    -----
    Where the sum of the exponentials shows that one may have overflowed, or lost digits next to 0, the
    largest logit is subtracted first. By [eq-softmax-shift][] that changes nothing but the size of the
    numbers: no exponential is then larger than 1. What the subtraction itself rounds off is put back into
    the exponential.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import softmax
    >>> softmax(np.array([3.0, 1.0, -3.0])).round(3).tolist()
    [0.879, 0.119, 0.002]
    >>> softmax(np.array([[1000.0, 1000.0], [0.0, -np.inf]])).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    [p] = by_rows(_softmax, class_scores(z, "z", axis), axis=axis)
    return p


def softmax_jacobian(z: ArrayLike) -> FloatArray:
    r"""Say how each probability moves when one logit moves.

    ```math cites="softmax-jacobian"
    \frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} - p_j)
    ```

    Parameters
    ----------
    z
        Logits, shape (…, K). float32 and float64 are kept, integers become float64.

    Returns
    -------
    FloatArray
        The Jacobian, shape (…, K, K): row i is the probability that moves, column j the logit that
        is moved. NaN where [`softmax`][byhand.softmax.softmax] is.

    Raises
    ------
    TypeError
        If `z` is neither float32, float64 nor integer.
    ValueError
        If `z` has no last axis, or no class along it.

    Notes
    -----
    Each row sums to 0 ([eq-softmax-jacobian-null][]), so the diagonal entry is minus the sum of the
    others. All the terms of that sum have one sign; 1 − p, the textbook's way, loses its digits
    where p is close to 1. An error in p counts twice in a product of two, so p is computed in numpy's
    longest floats, and rounded once.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import softmax_jacobian
    >>> softmax_jacobian(np.array([0.0, 0.0])).tolist()
    [[0.25, -0.25], [-0.25, 0.25]]
    """
    z = class_scores(z, "z")
    [p] = by_rows(_softmax, z.astype(np.longdouble))
    p = p.astype(np.float64)
    J = -p[..., :, None] * p[..., None, :]
    i = np.arange(p.shape[-1])
    J[..., i, i] = 0
    J[..., i, i] -= J.sum(axis=-1)
    return J.astype(z.dtype)


def softmax_vjp(g: ArrayLike, z: ArrayLike, axis: int = -1) -> FloatArray:
    r"""Pull a cotangent back through softmax, without building the Jacobian.

    ```math cites="softmax-vjp"
    \sum_{i=1}^{K} g_i\,\frac{\partial p_i}{\partial z_j} = p_j\left(g_j - \sum_{i=1}^{K} g_i p_i\right)
    ```

    Parameters
    ----------
    g
        The cotangent: how much the loss moves with each probability. The shape of `z`; it gets the dtype
        of `z`.
    z
        Logits, classes along `axis`. float32 and float64 are kept, integers become float64.
    axis
        The axis of the classes.

    Returns
    -------
    FloatArray
        g⊤J, the shape of `z`: how much the loss moves with each logit. NaN where
        [`softmax`][byhand.softmax.softmax] is.

    Raises
    ------
    TypeError
        If `g` or `z` is neither float32, float64 nor integer.
    ValueError
        If `z` has no such axis or no class along it, or if the shapes of `g` and `z` differ.

    Notes
    -----
    The weighted mean of the cotangent is subtracted twice. On paper the second mean is 0; in floating
    point it is what rounding left over from the first.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import softmax_vjp
    >>> softmax_vjp(np.array([1.0, 0.0]), np.array([0.0, 0.0])).tolist()
    [0.25, -0.25]
    """
    z = class_scores(z, "z", axis)
    g = float_array(g, "g", z.dtype)
    same_shape(g, "g", z.shape, "z")
    [dz] = by_rows(_vjp, z, g, axis=axis)
    return dz


def _softmax(z: FloatArray) -> tuple[FloatArray]:
    e = np.exp(z)
    S = row_sums(e)
    rows = far(S)
    if rows.size:
        _, e[rows], s = shifted_exponentials(z[rows])
        S[rows] = 1 + s
    e /= S[:, None]
    return (e,)


def _vjp(z: FloatArray, g: FloatArray) -> tuple[FloatArray]:
    [p] = _softmax(z)
    h = g - (p * g).sum(axis=-1, keepdims=True)
    h -= (p * h).sum(axis=-1, keepdims=True)
    return (p * h,)
