"""What softmax, log-softmax and cross-entropy share: sums of exponentials, the shift, the way through the rows."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand._checks import FloatArray, IntArray

BLOCK = 2**18  # bytes of logits that are worked on at a time: they, and what is made of them, stay in the cache

LARGE = 2.0**40  # far from where an exponential overflows, also in float32 and after a division by 1/LARGE
NOWHERE = np.array([], np.intp)

Rows = tuple[FloatArray, ...]


def row_sums(e: FloatArray) -> FloatArray:
    """Return the sum of each row, shape (N, 1): einsum is fast on short rows, sum is accurate on long ones."""
    return np.einsum("nk->n", e)[:, None] if e.shape[-1] < 64 else e.sum(axis=-1, keepdims=True)


def far(S: FloatArray, term: FloatArray | None = None) -> IntArray:
    r"""Say which rows need the shift: hardly ever one. S are the sums of their $e^{z_k}$, term is divided by, if any.

    Where 1 ≤ S ≤ LARGE, no term of it overflowed, and one that lost digits because it is next to 0 is a
    probability as close to 0, or closer. Elsewhere, and where S is NaN, the shift is needed.
    """
    term = S if term is None else term
    if S.size and S.min() >= 1 and S.max() <= LARGE and (term is S or term.min() >= 1 / LARGE):
        return NOWHERE
    return np.flatnonzero(~((S >= 1) & (S <= LARGE) & (term >= 1 / LARGE)))


def shifted_exponentials(z: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Return, for each row, the largest logit m, all $e^{z_k - m}$, and their sum s without the largest one's own.

    The largest term is $e^{m-m} = 1$, so the whole sum is 1 + s. Keeping the 1 apart is what saves the
    digits: where s is tiny, log1p(s) still sees all of it, and 1 + s would not.

    The difference d = z − m is rounded: z − m = d + r. So $e^{z-m} = e^d e^r$, and r is so small that
    $e^r = 1 + r$. A row whose m is not finite has no such differences, and becomes NaN.
    """
    largest = places(z, z.argmax(axis=-1))
    m = z.take(largest)[:, None]
    d = z - m
    e = np.exp(d)
    e += e * rounded_off(z, m, d)
    if not d.min(initial=0) > -np.inf:  # −inf has no r
        e[d == -np.inf] = 0
    own = e.take(largest)  # 1, or NaN
    e.put(largest, 0)
    s = e.sum(axis=-1, keepdims=True) + (own - 1)[:, None]
    e.put(largest, own)
    return m, e, s


def places(z: FloatArray, columns: IntArray) -> IntArray:
    """Say where in a table, counted through all its rows, the entry of each row in that row's column is."""
    return np.arange(0, z.size, z.shape[-1]) + columns


def rounded_off(x: FloatArray, y: FloatArray, d: FloatArray) -> FloatArray:
    """Return x − y − d, exactly: what rounding took from the difference d = x − y (Knuth's TwoSum)."""
    minus_y = d - x
    r = d - minus_y
    np.subtract(x, r, out=r)
    minus_y += y
    r -= minus_y
    return r


def by_rows(f: Callable[..., Rows], z: FloatArray, *others: NDArray[Any], axis: int = -1) -> Rows:
    """Give f the rows of z along the axis, a block that fits the cache at a time, and join what it returns.

    f takes and returns tables: one row for each row of z, as many columns as there are numbers to it. What
    comes beside z has its shape, or that of its rows without the classes.
    """
    if axis != -1:
        joined = by_rows(f, *(x.swapaxes(axis, -1) if x.ndim == z.ndim else x for x in (z, *others)))
        return tuple(result.swapaxes(axis, -1) for result in joined)
    K = z.shape[-1]
    tables = [np.ascontiguousarray(x).reshape(-1, K if x.ndim == z.ndim else 1) for x in (z, *others)]
    N, step = len(tables[0]), max(1, BLOCK // (K * z.itemsize))
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        if step >= N:
            joined = f(*tables)
        else:
            joined = ()
            for start in range(0, N, step):
                block = slice(start, start + step)
                results = f(*(table[block] for table in tables))
                joined = joined or tuple(np.empty((N, result.shape[-1]), result.dtype) for result in results)
                for whole, result in zip(joined, results, strict=True):
                    whole[block] = result
    return tuple(whole.reshape(*z.shape[:-1], whole.shape[-1]) for whole in joined)
