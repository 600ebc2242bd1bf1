"""The two parts of a cross-entropy: entropy, which no prediction avoids, and divergence, which a good one does."""

import numpy as np
from numpy.typing import ArrayLike

from byhand._checks import FloatArray, class_scores, float_array, not_empty_batch, same_shape

CLOSE = 0.25  # up to here, |q/t − 1| counts as small
SERIES = 2 / np.arange(19, 1, -2)  # 2/19, 2/17, …, 2/3


def entropy(t: ArrayLike) -> FloatArray:
    r"""Measure how unsure a distribution is: the mean of −Σ t log t over the batch.

    ```math cites="entropy"
    \mathrm{H}(t) = -\sum_{k=1}^{K} t_k \log t_k
    ```

    Parameters
    ----------
    t
        Distributions, shape (…, K); all axes but the last are the batch. float32 and float64 are kept,
        integers become float64.

    Returns
    -------
    FloatArray
        The mean entropy, a scalar of the dtype of `t`, in nats. 0 log 0 counts as 0.

    Raises
    ------
    TypeError
        If `t` is neither float32, float64 nor integer.
    ValueError
        If `t` has no class, if the batch is empty, if an entry is negative, or if a row does not sum to 1.

    Examples
    --------
    >>> from byhand import entropy
    >>> round(float(entropy([0.5, 0.25, 0.25])), 6)
    1.039721
    >>> float(entropy([0, 1, 0]))
    0.0
    """
    t = _distributions(t, "t")
    logs = np.log(np.where(t == 0, 1, t))
    return (0 - (t * logs).sum(axis=-1)).mean()  # minus the sum would be -0.0 where the sum is 0


def kl_divergence(t: ArrayLike, q: ArrayLike) -> FloatArray:
    r"""Measure how far a prediction is from the truth: the mean of Σ t log(t/q) over the batch.

    ```math cites="kl-divergence"
    \mathrm{KL}(t, q) = \sum_{k=1}^{K} t_k \log \frac{t_k}{q_k}
    ```

    Parameters
    ----------
    t
        True distributions, shape (…, K); all axes but the last are the batch. float32 and float64 are kept,
        integers become float64.
    q
        Predicted distributions, the shape of `t`. They get the dtype of `t`.

    Returns
    -------
    FloatArray
        The mean divergence, a scalar of the dtype of `t`, in nats. 0 log 0 counts as 0. It is +inf if a
        class that occurs (t > 0) is declared impossible (q = 0).

    Raises
    ------
    TypeError
        If `t` or `q` is neither float32, float64 nor integer.
    ValueError
        If `t` has no class, if the shapes of `t` and `q` differ, if the batch is empty, if an entry is
        negative, or if a row does not sum to 1.

    Notes
    -----
    The code adds up the terms of [eq-kl-terms][], none of which is negative. The equation's own terms have
    both signs, and where the two distributions are close they cancel, to the last digit. A term is
    t(u − log(1 + u)) with u = q/t − 1, and where u is small, u − log(1 + u) is taken from its series.

    For logits z, q is `softmax(z)`. Where that is rounded to 0, `soft_cross_entropy(z, t) - entropy(t)` is
    still finite.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import kl_divergence, softmax
    >>> t, q = np.array([0.5, 0.25, 0.25]), softmax(np.array([3.0, 1.0, -3.0]))
    >>> round(float(kl_divergence(t, q)), 6)
    1.089388
    >>> float(kl_divergence(t, t))
    0.0
    """
    t = _distributions(t, "t")
    q = _distributions(q, "q", t)
    return _terms(t, q).sum(axis=-1).mean()


def _terms(t: FloatArray, q: FloatArray) -> FloatArray:
    """Return t log(t/q) − t + q, entry by entry."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = t / q
        logs = np.where(ratio < np.inf, np.log(ratio), np.log(t) - np.log(q))
        far = t * logs + (q - t)
        close = t * _minus_log(np.where(abs(q - t) <= CLOSE * t, (q - t) / t, 0))
    return np.where(t == 0, q, np.where(abs(q - t) <= CLOSE * t, close, far))


def _minus_log(u: FloatArray) -> FloatArray:
    """Return u − log(1 + u) for small u: with s = u/(2 + u), log(1 + u) = 2(s + s³/3 + s⁵/5 + …), and u − 2s = su."""
    s = u / (2 + u)
    series = np.zeros_like(s)
    for coefficient in SERIES:
        series = series * s * s + coefficient.astype(s.dtype)
    return s * (u - s * s * series)


def _distributions(value: ArrayLike, name: str, t: FloatArray | None = None) -> FloatArray:
    """Demand rows that are not negative and sum to 1, up to the square root of the rounding."""
    array = class_scores(value, name) if t is None else float_array(value, name, t.dtype)
    if t is not None:
        same_shape(array, name, t.shape, "t")
    not_empty_batch(array, name)
    if (array < 0).any():
        raise ValueError(f"{name}: expected probabilities of 0 or more, got {array.min()}")
    sums = array.sum(axis=-1)
    wrong = ~(abs(sums - 1) <= np.sqrt(np.finfo(array.dtype).eps))
    if wrong.any():
        raise ValueError(f"{name}: expected rows that sum to 1, got the sum {sums[wrong].flat[0]}")
    return array
