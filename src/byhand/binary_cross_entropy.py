"""Cross-entropy for two classes: one logit, a sigmoid, and the probability of the first class as target."""

import numpy as np
from numpy.typing import ArrayLike

from byhand._checks import FloatArray, float_array, not_empty_batch, same_shape
from byhand.activations import sigmoid


def binary_cross_entropy(z: ArrayLike, y: ArrayLike) -> FloatArray:
    r"""Measure how surprised yes-or-no predictions are by the truth: the mean over all examples.

    For one example:

    ```math cites="binary-cross-entropy"
    L = -y \log s - (1 - y) \log(1 - s)
    ```

    For a batch, with the sigmoid put in:

    ```math cites="binary-cross-entropy-batch"
    \bar L = \frac{1}{N}\sum_{n=1}^{N} \left(\log(1 + e^{Z_n}) - Y_n Z_n\right)
    ```

    Parameters
    ----------
    z
        Logits, any shape: one for each example. float32 and float64 are kept, integers become float64.
    y
        Targets, the shape of `z`: 1 for yes, 0 for no, or a probability between them. They get the dtype
        of `z`.

    Returns
    -------
    FloatArray
        The mean loss, a scalar of the dtype of `z`, in nats.

    Raises
    ------
    TypeError
        If `z` or `y` is neither float32, float64 nor integer.
    ValueError
        If the shapes of `z` and `y` differ, if a target is not between 0 and 1, or if there is no example.

    Notes
    -----
    The code adds the terms of [eq-binary-cross-entropy-stable][], which are never negative, so no digit is
    lost. log σ(z) of a rounded σ(z) loses all of them where the network is confidently right, and is −∞
    where it is confidently wrong.

    Examples
    --------
    >>> from byhand import binary_cross_entropy
    >>> round(float(binary_cross_entropy([2.0, 0.0], [1, 0])), 6)
    0.410038
    >>> f"{binary_cross_entropy(40.0, 1):.2e}", float(binary_cross_entropy(-1000.0, 1))
    ('4.25e-18', 1000.0)
    """
    z, y = _check(z, y)
    against = np.where(z >= 0, 1 - y, y)  # the share of the target that the logit speaks against
    with np.errstate(invalid="ignore", over="ignore"):
        distance = np.where(against == 0, 0, abs(z) * against)
        losses = np.where(np.isnan(z), z, distance + np.log1p(np.exp(-abs(z))))
        return losses.sum() / losses.size


def binary_cross_entropy_gradient(z: ArrayLike, y: ArrayLike) -> FloatArray:
    r"""Differentiate [`binary_cross_entropy`][byhand.binary_cross_entropy.binary_cross_entropy]
    with respect to the logits.

    ```math cites="binary-cross-entropy-batch-gradient"
    \frac{\partial \bar L}{\partial Z_n} = \frac{1}{N}\,(\sigma(Z_n) - Y_n)
    ```

    Parameters
    ----------
    z
        Logits, any shape: one for each example. float32 and float64 are kept, integers become float64.
    y
        Targets, the shape of `z`: 1 for yes, 0 for no, or a probability between them. They get the dtype
        of `z`.

    Returns
    -------
    FloatArray
        The gradient of the mean, the shape and dtype of `z`.

    Raises
    ------
    TypeError
        If `z` or `y` is neither float32, float64 nor integer.
    ValueError
        If the shapes of `z` and `y` differ, if a target is not between 0 and 1, or if there is no example.

    Notes
    -----
    For z ≥ 0 the code takes (1 − y) − σ(−z), which is the same number: σ(z) is rounded to 1 above 37, and
    σ(z) − 1 loses every digit there.

    Examples
    --------
    >>> from byhand import binary_cross_entropy_gradient
    >>> binary_cross_entropy_gradient([0.0, 0.0], [1, 0]).tolist()
    [-0.25, 0.25]
    >>> f"{binary_cross_entropy_gradient(40.0, 1):.2e}"
    '-4.25e-18'
    """
    z, y = _check(z, y)
    minority = sigmoid(-abs(z))
    return np.where(z >= 0, (1 - y) - minority, minority - y) / z.size


def _check(z: ArrayLike, y: ArrayLike) -> tuple[FloatArray, FloatArray]:
    z = float_array(z, "z")
    not_empty_batch(z, "z")
    y = float_array(y, "y", z.dtype)
    same_shape(y, "y", z.shape, "z")
    outside = ~((y >= 0) & (y <= 1))
    if outside.any():
        raise ValueError(f"y: expected targets from 0 to 1, got {y[outside].flat[0]}")
    return z, y
