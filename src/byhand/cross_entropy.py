"""Cross-entropy and its gradient with respect to the logits: for labels, and for whole distributions."""

import numpy as np
from numpy.typing import ArrayLike

from byhand._checks import (
    FloatArray,
    IntArray,
    class_scores,
    float_array,
    label_array,
    not_empty_batch,
    same_shape,
    scores_and_targets,
    size,
)
from byhand._shift import Rows, by_rows, far, places, row_sums, shifted_exponentials
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


def smooth_labels(labels: ArrayLike, classes: int, epsilon: float) -> FloatArray:
    r"""Write each label as a soft target that leaves a little for every class.

    ```math cites="label-smoothing"
    t'_k = (1 - \varepsilon)\, y_k + \frac{\varepsilon}{K}
    ```

    Parameters
    ----------
    labels
        Classes, counted from 0 (the page counts from 1), any shape and an integer type.
    classes
        K, how many classes there are.
    epsilon
        ε, the share that is spread evenly over all K classes, the true one included: from 0 to 1.

    Returns
    -------
    FloatArray
        The targets in float64, the shape of `labels` with an axis of K entries behind it. Each row sums to 1.

    Raises
    ------
    TypeError
        If `labels` are not integers, or `classes` is not one.
    ValueError
        If `classes` is negative, or `epsilon` is not between 0 and 1.
    IndexError
        If a label is negative, or K or more.

    References
    ----------
    Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, "Rethinking the Inception architecture for computer
    vision", CVPR 2016.

    Examples
    --------
    >>> from byhand import smooth_labels
    >>> smooth_labels([0, 1], classes=2, epsilon=0.5).tolist()
    [[0.75, 0.25], [0.25, 0.75]]
    """
    if not 0 <= epsilon <= 1:
        raise ValueError(f"epsilon: expected a number from 0 to 1, got {epsilon}")
    y = one_hot(labels, classes)
    return (1 - epsilon) * y + epsilon / max(1, classes)  # without a class there is nothing to divide


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
    The logarithm is never taken of a rounded probability: −log p_c is log1p of the other exponentials' sum
    over that of the true class. Where the exponentials are too large or too small for that it is
    (m − z_c) + log1p(s), as in [`log_softmax`][byhand.log_softmax.log_softmax].

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
    [losses] = by_rows(_losses, z, labels)
    return _mean(losses)


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
    For the true class the code takes p_c − 1 as minus the sum of the other probabilities. They are equal
    by [eq-softmax-sum][], but the subtraction loses every digit where the network is confidently right.

    [`cross_entropy_value_and_gradient`][byhand.cross_entropy.cross_entropy_value_and_gradient] gives the
    loss too, at the price of one.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import cross_entropy_gradient
    >>> cross_entropy_gradient(np.array([[0.0, 0.0], [0.0, 0.0]]), [0, 1]).tolist()
    [[-0.25, 0.25], [0.25, -0.25]]
    >>> [f"{x:.2e}" for x in cross_entropy_gradient(np.array([40.0, 0.0]), 0)]
    ['-4.25e-18', '4.25e-18']
    """
    _, gradient = cross_entropy_value_and_gradient(z, labels)
    return gradient


def cross_entropy_value_and_gradient(z: ArrayLike, labels: ArrayLike) -> tuple[FloatArray, FloatArray]:
    r"""Give the cross-entropy and its gradient together: they share their exponentials.

    ```math cites="cross-entropy-batch"
    \bar L = -\frac{1}{N}\sum_{n=1}^{N} \log P_{n,C_n}
    ```

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
    tuple[FloatArray, FloatArray]
        What [`cross_entropy`][byhand.cross_entropy.cross_entropy] and
        [`cross_entropy_gradient`][byhand.cross_entropy.cross_entropy_gradient] return.

    Raises
    ------
    TypeError
        If `z` is neither float32, float64 nor integer, or `labels` are not integers.
    ValueError
        If `z` has no class, if the shape of `labels` is not that of `z` without its last axis, or if
        the batch is empty.
    IndexError
        If a label is negative, or K or more.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import cross_entropy_value_and_gradient
    >>> loss, gradient = cross_entropy_value_and_gradient(np.array([[0.0, 0.0], [0.0, 0.0]]), [0, 1])
    >>> round(float(loss), 6)
    0.693147
    >>> gradient.tolist()
    [[-0.25, 0.25], [0.25, -0.25]]
    """
    z, labels = _check_labels(z, labels)

    losses, gradient = by_rows(lambda z, c: _losses_and_gradient(z, c, labels.size), z, labels)
    return _mean(losses), gradient


def weighted_cross_entropy(z: ArrayLike, labels: ArrayLike, w: ArrayLike) -> FloatArray:
    r"""Measure cross-entropy with a weight for each class, divided by the weights of the batch.

    ```math cites="cross-entropy-class-weights"
    L_{\mathrm{w}} = -\frac{1}{W} \sum_{n=1}^{N} w_{C_n} \log P_{n,C_n}
    ```

    Parameters
    ----------
    z
        Logits, shape (…, K); all axes but the last are the batch. float32 and float64 are kept,
        integers become float64.
    labels
        The true classes, counted from 0 (the page counts from 1), shape (…) and an integer type.
    w
        The weights of the K classes, shape (K,): none negative. They get the dtype of `z`.

    Returns
    -------
    FloatArray
        The weighted mean of the losses, a scalar of the dtype of `z`, in nats. An example of weight 0 costs
        nothing.

    Raises
    ------
    TypeError
        If `z` or `w` is neither float32, float64 nor integer, or `labels` are not integers.
    ValueError
        If `z` has no class, if the shape of `labels` is not that of `z` without its last axis, if `w` has
        not one weight for each class, if a weight is negative, if the batch is empty, or if all its
        weights are 0.
    IndexError
        If a label is negative, or K or more.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import weighted_cross_entropy
    >>> z = np.array([[3.0, 1.0, -3.0], [0.0, 0.0, 0.0]])
    >>> round(float(weighted_cross_entropy(z, [0, 2], [1.0, 1.0, 3.0])), 6)
    0.856236
    """
    z, labels = _check_labels(z, labels)
    shares = _shares(w, z, labels)
    [losses] = by_rows(_losses, z, labels)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.where(shares == 0, 0, shares * losses).sum()


def weighted_cross_entropy_gradient(z: ArrayLike, labels: ArrayLike, w: ArrayLike) -> FloatArray:
    r"""Differentiate [`weighted_cross_entropy`][byhand.cross_entropy.weighted_cross_entropy]
    with respect to the logits.

    ```math cites="cross-entropy-class-weights-gradient"
    \frac{\partial L_{\mathrm{w}}}{\partial Z_{nk}} = \frac{w_{C_n}}{W}\,(P_{nk} - Y_{nk})
    ```

    Parameters
    ----------
    z
        Logits, shape (…, K); all axes but the last are the batch. float32 and float64 are kept,
        integers become float64.
    labels
        The true classes, counted from 0 (the page counts from 1), shape (…) and an integer type.
    w
        The weights of the K classes, shape (K,): none negative. They get the dtype of `z`.

    Returns
    -------
    FloatArray
        The gradient, the shape and dtype of `z`.

    Raises
    ------
    TypeError
        If `z` or `w` is neither float32, float64 nor integer, or `labels` are not integers.
    ValueError
        If `z` has no class, if the shape of `labels` is not that of `z` without its last axis, if `w` has
        not one weight for each class, if a weight is negative, if the batch is empty, or if all its
        weights are 0.
    IndexError
        If a label is negative, or K or more.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import weighted_cross_entropy_gradient
    >>> weighted_cross_entropy_gradient(np.zeros((2, 2)), [0, 1], [1.0, 3.0]).tolist()
    [[-0.125, 0.125], [0.375, -0.375]]
    """
    z, labels = _check_labels(z, labels)
    shares = _shares(w, z, labels)
    _, differences = by_rows(lambda z, c: _losses_and_gradient(z, c, 1), z, labels)
    return shares[..., None] * differences


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
        Soft targets, the shape of `z`: none negative. They need not sum to 1, and get the dtype of `z`.

    Returns
    -------
    FloatArray
        The mean over the batch, a scalar of the dtype of `z`, in nats. 0 log 0 counts as 0, so a masked class
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
    return _mean(0 - terms.sum(axis=-1))  # minus the sum would be -0.0 where the sum is 0


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
        Soft targets, the shape of `z`: none negative. They need not sum to 1, and get the dtype of `z`.

    Returns
    -------
    FloatArray
        The gradient of the mean over the batch, the shape and dtype of `z`.

    Raises
    ------
    TypeError
        If `z` or `t` is neither float32, float64 nor integer.
    ValueError
        If `z` has no class, if the shapes of `z` and `t` differ, if a target is negative, or if the
        batch is empty.

    Notes
    -----
    Where one class has more than half of the probability, its entry is taken as minus the sum of the
    others. The entries sum to 0, and the difference would lose every digit where the target is close to
    the prediction only because both are close to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import soft_cross_entropy_gradient
    >>> soft_cross_entropy_gradient(np.array([0.0, 0.0]), [0.75, 0.25]).tolist()
    [-0.25, 0.25]
    """
    z, t = _check_targets(z, t)
    [differences] = by_rows(_soft_differences, z, t)
    return differences / (z.size // z.shape[-1])


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


def _shares(w: ArrayLike, z: FloatArray, labels: IntArray) -> FloatArray:
    """Return the weight of each example's class over the sum of all examples' weights."""
    w = float_array(w, "w", z.dtype)
    same_shape(w, "w", z.shape[-1:], "one row of z")
    if not (w >= 0).all():
        raise ValueError(f"w: expected weights of 0 or more, got {w.min()}")
    of_examples = w[labels]
    if of_examples.sum() == 0:
        raise ValueError("w: expected an example with a weight above 0, got none")
    return of_examples / of_examples.sum()


def _mean(losses: FloatArray) -> FloatArray:
    return (losses / losses.size).sum()  # a sum of all might be too large for its type


def _losses(z: FloatArray, c: IntArray) -> Rows:
    """Return −log p_c of each row."""
    return _odds(z, c)[:1]


def _losses_and_gradient(z: FloatArray, c: IntArray, N: int) -> Rows:
    """Return −log p_c of each row, and (p − y)/N."""
    losses, differences, S = _odds(z, c)
    differences /= (N * S)[:, None]
    return losses, differences


def _odds(z: FloatArray, c: IntArray) -> Rows:
    """Return −log p_c of each row, its S·(p − y), and the sum S of its exponentials.

    S·(p − y) is the exponentials, but for the true class minus the sum of the others. In a row that needs the shift,
    all are those of the shifted logits.
    """
    e = np.exp(z)
    true = places(e, c)
    e_c = e.ravel()[true]
    e.ravel()[true] = 0
    others = row_sums(e)
    e.ravel()[true] = 0 - others
    S = e_c + others
    odds = others / e_c
    losses = np.log1p(odds)
    rows = far(S, odds)
    if rows.size:
        losses[rows], e[rows], S[rows] = _shifted_odds(z[rows], c[rows])
    return losses, e, S


def _shifted_odds(z: FloatArray, c: IntArray) -> Rows:
    m, e, s = shifted_exponentials(z)
    true = places(e, c)
    z_c, e_c = z.ravel()[true], e.ravel()[true]
    e.ravel()[true] = 0 - np.where(z_c == m, s, 1 + (s - e_c))
    return (m - z_c) + np.log1p(s), e, 1 + s


def _soft_differences(z: FloatArray, t: FloatArray) -> tuple[FloatArray]:
    """Return p Σt − t of each row; where p is close to 1, as minus the sum of the row's other entries."""
    p, sum_t = softmax(z), t.sum(axis=-1, keepdims=True)
    differences = p * sum_t - t
    largest = places(z, z.argmax(axis=-1))
    direct = differences.ravel()[largest]
    differences.ravel()[largest] = 0
    differences.ravel()[largest] = np.where(p.ravel()[largest] > 0.5, 0 - differences.sum(axis=-1), direct)
    return (differences,)
