"""The squared error and its gradient: for activations, and through a softmax for logits."""

import numpy as np
from numpy.typing import ArrayLike

from byhand._checks import FloatArray, scores_and_targets
from byhand.softmax import softmax, softmax_vjp


def squared_error(a: ArrayLike, t: ArrayLike) -> FloatArray:
    r"""Measure half the squared distance from the targets, mean over the batch.

    ```math cites="squared-error"
    \mathrm{E}(a, t) = \frac{1}{2} \sum_{k=1}^{K} (a_k - t_k)^2
    ```

    That is for one example. The half is there so that the gradient has no factor 2.

    Parameters
    ----------
    a
        Activations of the output layer, shape (…, K); all axes but the last are the batch. float32
        and float64 are kept, integers become float64.
    t
        Targets, the shape of `a`; they get the dtype of `a`.

    Returns
    -------
    FloatArray
        The mean of E over the batch, a scalar.

    Raises
    ------
    TypeError
        If `a` or `t` is neither float32, float64 nor integer.
    ValueError
        If `a` has no class, if the shapes of `a` and `t` differ, or if the batch is empty.

    References
    ----------
    Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors",
    Nature 323, 1986.

    Examples
    --------
    >>> from byhand import squared_error
    >>> float(squared_error([0.5, 0.5], [1.0, 0.0]))
    0.25
    """
    a, t = scores_and_targets(a, "a", t)
    return ((a - t) ** 2).sum(axis=-1).mean() / 2


def squared_error_gradient(a: ArrayLike, t: ArrayLike) -> FloatArray:
    r"""Differentiate [`squared_error`][byhand.squared_error.squared_error] with respect to the activations.

    ```math cites="squared-error-gradient"
    \frac{\partial\,\mathrm{E}(a, t)}{\partial a_k} = a_k - t_k
    ```

    That is for one example; each row of a batch is divided by the number of rows.

    Parameters
    ----------
    a
        Activations of the output layer, shape (…, K); all axes but the last are the batch. float32
        and float64 are kept, integers become float64.
    t
        Targets, the shape of `a`; they get the dtype of `a`.

    Returns
    -------
    FloatArray
        The gradient of the mean over the batch, the shape of `a`.

    Raises
    ------
    TypeError
        If `a` or `t` is neither float32, float64 nor integer.
    ValueError
        If `a` has no class, if the shapes of `a` and `t` differ, or if the batch is empty.

    References
    ----------
    Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors",
    Nature 323, 1986.

    Examples
    --------
    >>> from byhand import squared_error_gradient
    >>> squared_error_gradient([0.5, 0.5], [1.0, 0.0]).tolist()
    [-0.5, 0.5]
    """
    a, t = scores_and_targets(a, "a", t)
    rows = a.size // a.shape[-1]
    return (a - t) / rows


def softmax_squared_error_gradient(z: ArrayLike, t: ArrayLike) -> FloatArray:
    r"""Differentiate the squared error of a softmax with respect to the logits.

    ```math cites="softmax-squared-error-gradient"
    \frac{\partial\,\mathrm{E}(p, t)}{\partial z_j} = p_j \left((p_j - t_j) - \sum_{i=1}^{K} p_i (p_i - t_i)\right)
    ```

    That is for one example; each row of a batch is divided by the number of rows. It is [eq-softmax-vjp][]
    with the cotangent p − t.

    Parameters
    ----------
    z
        Logits, shape (…, K); all axes but the last are the batch. float32 and float64 are kept,
        integers become float64.
    t
        Targets for the probabilities, the shape of `z`; they get the dtype of `z`.

    Returns
    -------
    FloatArray
        The gradient of the mean over the batch, the shape of `z`.

    Raises
    ------
    TypeError
        If `z` or `t` is neither float32, float64 nor integer.
    ValueError
        If `z` has no class, if the shapes of `z` and `t` differ, or if the batch is empty.

    Notes
    -----
    Where one class has more than half of the probability, its p − t is taken as 1 − t minus the
    probabilities of the others: p itself has lost what it lacks to 1.

    Examples
    --------
    >>> from byhand import softmax_squared_error_gradient
    >>> softmax_squared_error_gradient([0.0, 0.0], [1.0, 0.0]).tolist()
    [-0.25, 0.25]
    """
    z, t = scores_and_targets(z, "z", t)
    rows = z.size // z.shape[-1]
    return softmax_vjp(_difference(softmax(z), t) / rows, z)


def _difference(p: FloatArray, t: FloatArray) -> FloatArray:
    """Return p − t; where a probability is close to 1, with what it lacks: (1 − t) minus the sum of the others."""
    largest = p.argmax(axis=-1)[..., None]
    p_c, t_c = np.take_along_axis(p, largest, axis=-1), np.take_along_axis(t, largest, axis=-1)
    others = p.copy()
    np.put_along_axis(others, largest, 0, axis=-1)
    lacks = others.sum(axis=-1, keepdims=True)
    difference = p - t
    np.put_along_axis(difference, largest, np.where(p_c > 0.5, (1 - t_c) - lacks, p_c - t_c), axis=-1)
    return difference
