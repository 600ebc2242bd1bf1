"""The logistic unit: weights, a bias, a sigmoid. With it the gates of logic, and how wide a gate opens."""

import numpy as np
from numpy.typing import ArrayLike

from byhand._checks import FloatArray, float_array, matrix, not_empty_batch, same_shape
from byhand.activations import sigmoid

# The weights of some gates, the bias first. NOR is 1 where both inputs are 0.
GATES = {"and": (-30, 20, 20), "or": (-10, 20, 20), "not": (10, -20), "nor": (10, -20, -20)}


def with_ones(X: ArrayLike) -> FloatArray:
    r"""Give each example the constant input x₀ = 1, in front of the others.

    ```math cites="logistic-unit-inputs-batch"
    \tilde X_{nm} = \begin{cases} 1 & \text{if } m = 1 \\ X_{n,m-1} & \text{if } m > 1 \end{cases}
    ```

    Parameters
    ----------
    X
        Inputs, shape (..., D): one example per row, or a single one. float32 and float64 are kept,
        integers become float64.

    Returns
    -------
    FloatArray
        The inputs behind a column of ones, shape (..., D + 1).

    Raises
    ------
    TypeError
        If `X` is neither float32, float64 nor integer.
    ValueError
        If `X` has no axis of inputs.

    Examples
    --------
    >>> from byhand import with_ones
    >>> with_ones([[2, 3], [4, 5]]).tolist()
    [[1.0, 2.0, 3.0], [1.0, 4.0, 5.0]]
    """
    X = float_array(X, "X")
    if X.ndim == 0:
        raise ValueError(f"X: expected an array with an axis of inputs, got shape {X.shape}")
    return np.concatenate([np.ones_like(X, shape=(*X.shape[:-1], 1)), X], axis=-1)


def logistic_unit(X: ArrayLike, theta: ArrayLike) -> FloatArray:
    r"""Weigh the inputs of each example, add the bias, and squash the sum into (0, 1).

    ```math cites="logistic-unit-batch"
    a = \sigma(\tilde X \theta)
    ```

    Parameters
    ----------
    X
        Inputs, shape (..., D): one example per row, or a single one. float32 and float64 are kept,
        integers become float64. The column of ones is added here.
    theta
        The bias θ₀ and behind it the D weights, shape (D + 1,).

    Returns
    -------
    FloatArray
        The output for each example, shape (...).

    Raises
    ------
    TypeError
        If an argument is neither float32, float64 nor integer.
    ValueError
        If `X` has no axis of inputs, or `theta` does not have one number more than there are inputs.

    Examples
    --------
    >>> from byhand import logistic_unit
    >>> logistic_unit([[0, 0], [0, 1], [1, 0], [1, 1]], [-30, 20, 20]).round(4).tolist()  # AND
    [0.0, 0.0, 0.0, 1.0]
    >>> float(logistic_unit([2.0, 4.0], [0.0, 2.0, -1.0]))
    0.5
    """
    ones_X, theta = _check(X, theta)
    return sigmoid(ones_X @ theta)


def logistic_unit_gradient(X: ArrayLike, theta: ArrayLike, y: ArrayLike) -> FloatArray:
    r"""Differentiate the mean cross-entropy of a logistic unit with respect to its bias and weights.

    ```math cites="logistic-unit-gradient"
    \frac{\partial L}{\partial \theta} = \frac{1}{N}\,\tilde X^\top (a - y)
    ```

    Parameters
    ----------
    X
        Inputs, shape (N, D). float32 and float64 are kept, integers become float64.
    theta
        The bias θ₀ and behind it the D weights, shape (D + 1,).
    y
        Targets, shape (N,): 1 for yes, 0 for no, or a probability between them. They get the dtype of `X`.

    Returns
    -------
    FloatArray
        The gradient, the shape of `theta`: the bias first.

    Raises
    ------
    TypeError
        If an argument is neither float32, float64 nor integer.
    ValueError
        If the shapes do not fit together, if a target is not between 0 and 1, or if there is no example.

    Notes
    -----
    The code computes a − y as (1 − y)·σ(z) − y·σ(−z), the same number: where a is rounded to 1,
    a − 1 would be 0.

    Examples
    --------
    >>> from byhand import logistic_unit_gradient
    >>> logistic_unit_gradient([[1.0, 2.0], [3.0, 4.0]], [0.0, 0.0, 0.0], [1, 0]).tolist()
    [0.0, 0.5, 0.5]
    """
    ones_X, theta = _check(matrix(X, "X"), theta)
    not_empty_batch(ones_X, "X")
    y = float_array(y, "y", ones_X.dtype)
    same_shape(y, "y", ones_X.shape[:1], "the examples")
    outside = ~((y >= 0) & (y <= 1))
    if outside.any():
        raise ValueError(f"y: expected targets from 0 to 1, got {y[outside].flat[0]}")
    z = ones_X @ theta
    return ((1 - y) * sigmoid(z) - y * sigmoid(-z)) @ ones_X / len(ones_X)


def gate_margin(a: ArrayLike, y: ArrayLike) -> FloatArray:
    r"""Say how far on the right side of 1/2 the outputs of a gate are: the smallest of all rows of its table.

    ```math cites="gate-margin"
    \gamma = \min_{n} \, (2 y_n - 1)\left(a_n - \frac{1}{2}\right)
    ```

    Parameters
    ----------
    a
        The outputs, any shape. float32 and float64 are kept, integers become float64.
    y
        The truth, the shape of `a`: 0 or 1.

    Returns
    -------
    FloatArray
        The margin, a scalar: 1/2 for a perfect gate, 0 or less if some output is on the wrong side of 1/2
        or on it.

    Raises
    ------
    TypeError
        If an argument is neither float32, float64 nor integer.
    ValueError
        If the shapes differ, if a truth is neither 0 nor 1, or if there is no output.

    Examples
    --------
    >>> from byhand import gate_margin
    >>> float(gate_margin([0.25, 0.75, 1.0], [0, 1, 1]))
    0.25
    >>> float(gate_margin([0.75], [0]))
    -0.25
    """
    a = float_array(a, "a")
    not_empty_batch(a, "a")
    y = float_array(y, "y", a.dtype)
    same_shape(y, "y", a.shape, "a")
    bits = (y == 0) | (y == 1)
    if not bits.all():
        raise ValueError(f"y: expected 0 or 1, got {y[~bits].flat[0]}")
    return np.min((2 * y - 1) * (a - 0.5))


def _check(X: ArrayLike, theta: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Add the column of ones, and demand a parameter for each column."""
    ones_X = with_ones(X)
    theta = float_array(theta, "theta")
    same_shape(theta, "theta", ones_X.shape[-1:], "the inputs and the bias")
    return ones_X, theta
