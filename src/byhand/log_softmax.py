"""The logarithm of a softmax, and the log-sum-exp behind it."""

import numpy as np
from numpy.typing import ArrayLike

from byhand._checks import FloatArray, class_scores
from byhand._shift import shifted_exponentials


def logsumexp(z: ArrayLike, axis: int = -1) -> FloatArray:
    r"""Take the logarithm of a sum of exponentials, without overflow.

    ```math cites="cross-entropy-logsumexp"
    \ell = \log \sum_{k=1}^{K} e^{z_k}
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
        ℓ, the shape of `z` without `axis`. It is −inf where every logit is −inf: the log of no terms.
        A row with +inf or NaN gives NaN.

    Raises
    ------
    TypeError
        If `z` is neither float32, float64 nor integer.
    ValueError
        If `z` has no such axis, or no class along it.

    Notes
    -----
    With m the largest logit and s the sum of the other exponentials $e^{z_k - m}$, the code computes
    ℓ = m + log1p(s). [eq-cross-entropy-logsumexp-shift][] shows why.

    References
    ----------
    Blanchard, D. J. Higham and N. J. Higham, "Accurately computing the log-sum-exp and softmax
    functions", IMA Journal of Numerical Analysis 41(4), 2021.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import logsumexp
    >>> float(logsumexp(np.array([1000.0, 1000.0]))) == 1000 + float(np.log(2))
    True
    """
    m, _, s = shifted_exponentials(class_scores(z, "z", axis), axis)
    with np.errstate(divide="ignore"):
        return np.squeeze(m + np.log1p(s), axis)[()]


def log_softmax(z: ArrayLike, axis: int = -1) -> FloatArray:
    r"""Turn logits into log-probabilities.

    ```math cites="cross-entropy-log-softmax"
    \log p_i = z_i - \ell
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
        log p, the shape of `z`. A class masked by a logit of −inf gets −inf; a row of nothing but
        −inf gives NaN, and so does a row with +inf or NaN.

    Raises
    ------
    TypeError
        If `z` is neither float32, float64 nor integer.
    ValueError
        If `z` has no such axis, or no class along it.

    Notes
    -----
    ℓ is m + log1p(s), as in [`logsumexp`][byhand.log_softmax.logsumexp]. The code subtracts m first:
    z − m is small where it matters, and z − ℓ would round twice at the size of z.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import log_softmax
    >>> log_softmax(np.array([3.0, 1.0, -3.0])).round(3).tolist()
    [-0.129, -2.129, -6.129]
    >>> log_softmax(np.array([0.0, 1000.0])).tolist()  # the log of softmax would be -inf
    [-1000.0, 0.0]
    """
    z = class_scores(z, "z", axis)
    m, _, s = shifted_exponentials(z, axis)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return (z - m) - np.log1p(s)
