"""Cross-entropy and its gradient with respect to the logits: for labels, and for whole distributions."""

import numpy as np
from numpy.typing import ArrayLike

from byhand._checks import (
    FloatArray,
    IntArray,
    class_scores,
    label_array,
    not_empty_batch,
    same_shape,
    scores_and_targets,
    size,
)
from byhand._shift import shifted_exponentials
from byhand.log_softmax import log_softmax
from byhand.softmax import softmax


def one_hot(labels: ArrayLike, classes: int) -> FloatArray:
    r"""Write each label as a row of zeros with a single 1.

    ```math cites="one-hot-rows"
    Y_{nk} = \delta_{k C_n}
    ```

    Parameters
    ----------
    labels
        Classes, counted from 0 (the page counts from 1), any shape and an integer type.
    classes
        K, how many classes there are.

    Returns
    -------
    FloatArray
        Y in float64, the shape of `labels` with an axis of K entries behind it.

    Raises
    ------
    TypeError
        If `labels` are not integers, or `classes` is not one.
    ValueError
        If `classes` is negative.
    IndexError
        If a label is negative, or K or more.

    Examples
    --------
    >>> from byhand import one_hot
    >>> one_hot([0, 2], classes=3).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    return np.eye(size(classes, "classes"))[label_array(labels, classes)]


def cross_entropy(z: ArrayLike, labels: ArrayLike) -> FloatArray:
    r"""Measure how surprised the predictions are by the labels: the mean of −log p over the batch.

    ```math cites="cross-entropy-batch"
    \bar L = -\frac{1}{N}\sum_{n=1}^{N} \log P_{n,C_n}
    ```

    Parameters
    ----------
    z
        Logits, shape (…, K); all axes but the last are the batch. float32 and float64 are kept,
        integers become float64.
    labels
        The true classes, counted from 0 (the page counts from 1), shape (…) and an integer type.

    Returns
    -------
    FloatArray
        The mean loss, a scalar of the dtype of `z`, in nats. It is +inf if a true class is masked by a
        logit of −inf, and NaN where [`softmax`][byhand.softmax.softmax] is.

    Raises
    ------
    TypeError
        If `z` is neither float32, float64 nor integer, or `labels` are not integers.
    ValueError
        If `z` has no class, if the shape of `labels` is not that of `z` without its last axis, or if
        the batch is empty.
    IndexError
        If a label is negative, or K or more.

    Notes
    -----
    The logarithm is never taken of a rounded probability: −log p_c = (m − z_c) + log1p(s), as in
    [`log_softmax`][byhand.log_softmax.log_softmax].

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import cross_entropy
    >>> z = np.array([[3.0, 1.0, -3.0], [0.0, 0.0, 0.0]])
    >>> round(float(cross_entropy(z, [0, 2])), 6)
    0.613861
    >>> float(cross_entropy(np.array([0.0, 1000.0]), 0))  # a confident mistake
    1000.0
    """
    z, labels = _check_labels(z, labels)
    return _surprise(z, labels).mean()


def cross_entropy_gradient(z: ArrayLike, labels: ArrayLike) -> FloatArray:
    r"""Differentiate [`cross_entropy`][byhand.cross_entropy.cross_entropy] with respect to the logits.

    ```math cites="cross-entropy-batch-gradient"
    \frac{\partial \bar L}{\partial Z} = \frac{1}{N}\,(P - Y)
    ```

    Parameters
    ----------
    z
        Logits, shape (…, K); all axes but the last are the batch. float32 and float64 are kept,
        integers become float64.
    labels
        The true classes, counted from 0 (the page counts from 1), shape (…) and an integer type.

    Returns
    -------
    FloatArray
        The gradient, the shape of `z`. Each row sums to 0 up to rounding; it is NaN where
        [`softmax`][byhand.softmax.softmax] is.

    Raises
    ------
    TypeError
        If `z` is neither float32, float64 nor integer, or `labels` are not integers.
    ValueError
        If `z` has no class, if the shape of `labels` is not that of `z` without its last axis, or if
        the batch is empty.
    IndexError
        If a label is negative, or K or more.

    Notes
    -----
    For the true class the code takes p_c − 1 as expm1(log p_c). They are equal, but the subtraction
    loses every digit where the network is confidently right.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import cross_entropy_gradient
    >>> cross_entropy_gradient(np.array([[0.0, 0.0], [0.0, 0.0]]), [0, 1]).tolist()
    [[-0.25, 0.25], [0.25, -0.25]]
    >>> [f"{x:.2e}" for x in cross_entropy_gradient(np.array([40.0, 0.0]), 0)]
    ['-4.25e-18', '4.25e-18']
    """
    z, labels = _check_labels(z, labels)
    p_minus_y = softmax(z)
    np.put_along_axis(p_minus_y, labels[..., None], np.expm1(-_surprise(z, labels)), axis=-1)
    return p_minus_y / labels.size


def soft_cross_entropy(z: ArrayLike, t: ArrayLike) -> FloatArray:
    r"""Measure cross-entropy against whole distributions: the mean of −Σ t log p over the batch.

    ```math cites="cross-entropy-distributions"
    \mathrm{CE}(t, q) = -\sum_{k=1}^{K} t_k \log q_k
    ```

    The prediction q is the softmax of the logits.

    Parameters
    ----------
    z
        Logits, shape (…, K); all axes but the last are the batch. float32 and float64 are kept,
        integers become float64.
    t
        Soft targets, the shape of `z`: none negative. They need not sum to 1.

    Returns
    -------
    FloatArray
        The mean over the batch, a scalar, in nats. 0 log 0 counts as 0, so a masked class
        (z = −inf) that is no target (t = 0) costs nothing.

    Raises
    ------
    TypeError
        If `z` or `t` is neither float32, float64 nor integer.
    ValueError
        If `z` has no class, if the shapes of `z` and `t` differ, if a target is negative, or if the
        batch is empty.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import soft_cross_entropy
    >>> z = np.array([3.0, 1.0, -3.0])
    >>> round(float(soft_cross_entropy(z, [0.9, 0.1, 0.0])), 6)
    0.329109
    """
    z, t = _check_targets(z, t)
    with np.errstate(invalid="ignore"):
        terms = np.where(t == 0, 0, t * log_softmax(z))
    return -terms.sum(axis=-1).mean()


def soft_cross_entropy_gradient(z: ArrayLike, t: ArrayLike) -> FloatArray:
    r"""Differentiate [`soft_cross_entropy`][byhand.cross_entropy.soft_cross_entropy] with respect to the logits.

    ```math cites="soft-cross-entropy-gradient"
    \frac{\partial\,\mathrm{CE}(t, p)}{\partial z_j} = p_j \sum_{k=1}^{K} t_k - t_j
    ```

    Parameters
    ----------
    z
        Logits, shape (…, K); all axes but the last are the batch. float32 and float64 are kept,
        integers become float64.
    t
        Soft targets, the shape of `z`: none negative. They need not sum to 1.

    Returns
    -------
    FloatArray
        The gradient of the mean over the batch, the shape of `z`.

    Raises
    ------
    TypeError
        If `z` or `t` is neither float32, float64 nor integer.
    ValueError
        If `z` has no class, if the shapes of `z` and `t` differ, if a target is negative, or if the
        batch is empty.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import soft_cross_entropy_gradient
    >>> soft_cross_entropy_gradient(np.array([0.0, 0.0]), [0.75, 0.25]).tolist()
    [-0.25, 0.25]
    """
    z, t = _check_targets(z, t)
    rows = z.size // z.shape[-1]
    return (softmax(z) * t.sum(axis=-1, keepdims=True) - t) / rows


def _check_labels(z: ArrayLike, labels: ArrayLike) -> tuple[FloatArray, IntArray]:
    z = class_scores(z, "z")
    not_empty_batch(z, "z")
    labels = label_array(labels, classes=z.shape[-1])
    same_shape(labels, "labels", z.shape[:-1], "z without its last axis")
    return z, labels


def _check_targets(z: ArrayLike, t: ArrayLike) -> tuple[FloatArray, FloatArray]:
    z, t = scores_and_targets(z, "z", t)
    if (t < 0).any():
        raise ValueError(f"t: expected weights of 0 or more, got {t.min()}")
    return z, t


def _surprise(z: FloatArray, labels: IntArray) -> FloatArray:
    """Take −log p of each row's true class, shape (…, 1)."""
    m, _, s = shifted_exponentials(z)
    z_c = np.take_along_axis(z, labels[..., None], axis=-1)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return (m - z_c) + np.log1p(s)
