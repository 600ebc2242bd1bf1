"""The logarithm of a softmax with its vector-Jacobian product, and the log-sum-exp behind it."""

import numpy as np
from numpy.typing import ArrayLike

from byhand._checks import FloatArray, class_scores, float_array, same_shape
from byhand._shift import by_rows, places, shifted_exponentials


def logsumexp(z: ArrayLike, axis: int = -1) -> FloatArray:
    r"""Take the logarithm of a sum of exponentials, without overflow.

    ```math cites="logsumexp"
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
        It is +inf where a logit is, and NaN where one is.

    Raises
    ------
    TypeError
        If `z` is neither float32, float64 nor integer.
    ValueError
        If `z` has no such axis, or no class along it.

    Notes
    -----
    With m the largest logit and s the sum of the other exponentials $e^{z_k - m}$, the code computes
    ℓ = m + log1p(s). [eq-logsumexp-one-apart][] shows why. Where ℓ is close to 0 and the logits
    are not, it is ill-conditioned: the rounding of the logits themselves moves it by more than its last digit.

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
    [ell] = by_rows(_logsumexp, class_scores(z, "z", axis), axis=axis)
    return ell[()]


def log_softmax(z: ArrayLike, axis: int = -1) -> FloatArray:
    r"""Turn logits into log-probabilities.

    ```math cites="log-softmax"
    u_i = \log p_i = z_i - \ell
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
        u = log p, the shape of `z`. A class masked by a logit of −inf gets −inf; a row of nothing but
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
    [log_p] = by_rows(_log_softmax, class_scores(z, "z", axis), axis=axis)
    return log_p


def log_softmax_vjp(g: ArrayLike, z: ArrayLike, axis: int = -1) -> FloatArray:
    r"""Pull a cotangent back through log-softmax, without building the Jacobian.

    ```math cites="log-softmax-vjp"
    \sum_{i=1}^{K} g_i\,\frac{\partial u_i}{\partial z_j} = g_j - p_j \sum_{i=1}^{K} g_i
    ```

    Parameters
    ----------
    g
        The cotangent: how much the loss moves with each log-probability. The shape of `z`; it gets the
        dtype of `z`.
    z
        Logits, classes along `axis`. float32 and float64 are kept, integers become float64.
    axis
        The axis of the classes.

    Returns
    -------
    FloatArray
        J⊤g, the shape of `z`: how much the loss moves with each logit. At a class masked by a logit of −inf
        it is that class's own g. NaN where [`log_softmax`][byhand.log_softmax.log_softmax] has a whole row of it.

    Raises
    ------
    TypeError
        If `g` or `z` is neither float32, float64 nor integer.
    ValueError
        If `z` has no such axis or no class along it, or if the shapes of `g` and `z` differ.

    Notes
    -----
    At the largest logit p is 1/(1 + s), with the s of [`logsumexp`][byhand.log_softmax.logsumexp], so that
    g − p·∑g is (s·g − the sum of the other g)/(1 + s). As it stands, g − p·∑g loses its digits where p is close to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import log_softmax_vjp
    >>> log_softmax_vjp(np.array([-1.0, 0.0]), np.array([0.0, 0.0])).tolist()
    [-0.5, 0.5]
    >>> log_softmax_vjp(np.array([-1.0, 0.0]), np.array([0.0, 1000.0])).tolist()  # p of the first class is 0
    [-1.0, 1.0]
    """
    z = class_scores(z, "z", axis)
    g = float_array(g, "g", z.dtype)
    same_shape(g, "g", z.shape, "z")
    [dz] = by_rows(_log_softmax_vjp, z, g, axis=axis)
    return dz


def _logsumexp(z: FloatArray) -> tuple[FloatArray]:
    m, _, s = shifted_exponentials(z)
    return (np.where(np.isinf(m), m, m + np.log1p(s)),)


def _log_softmax(z: FloatArray) -> tuple[FloatArray]:
    m, _, s = shifted_exponentials(z)
    return ((z - m[:, None]) - np.log1p(s)[:, None],)


def _log_softmax_vjp(z: FloatArray, g: FloatArray) -> tuple[FloatArray]:
    largest = places(z, z.argmax(axis=1))
    _, e, s = shifted_exponentials(z)
    others = g.copy()
    others.ravel()[largest] = 0
    rest = others.sum(axis=1)
    own = g.ravel()[largest]
    dz = g - e / (1 + s)[:, None] * (own + rest)[:, None]
    dz.ravel()[largest] = (s * own - rest) / (1 + s)
    return (dz,)
