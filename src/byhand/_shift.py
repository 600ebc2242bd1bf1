"""The shift that softmax, log-softmax and cross-entropy share."""

import numpy as np

from byhand._checks import FloatArray


def shifted_exponentials(z: FloatArray, axis: int = -1) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Return the largest logit m, all $e^{z_k - m}$, and their sum s without the largest one's own term.

    The largest term is $e^{m-m} = 1$, so the whole sum is 1 + s. Keeping the 1 apart is what saves the
    digits: where s is tiny, log1p(s) still sees all of it, and 1 + s would not.

    A row of nothing but -inf has no largest logit to subtract: there m is -inf and s is -1, so that
    1 + s, the sum of no terms at all, is 0.
    """
    largest = np.argmax(z, axis, keepdims=True)
    m = np.take_along_axis(z, largest, axis)
    with np.errstate(invalid="ignore", over="ignore"):
        e = np.exp(z - np.where(m == -np.inf, 0, m))
    own = np.take_along_axis(e, largest, axis)
    np.put_along_axis(e, largest, 0, axis)
    s = e.sum(axis, keepdims=True) + (own - 1)
    np.put_along_axis(e, largest, own, axis)
    return m, e, s
