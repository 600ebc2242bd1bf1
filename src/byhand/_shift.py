"""What softmax, log-softmax and cross-entropy share: sums of exponentials, the shift, the way through the rows."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand._checks import FloatArray, IntArray

BLOCK = 2**20  # bytes of logits that are worked on at a time: what is made of them stays in a cache

LARGE = 2.0**40  # far from where an exponential overflows, and its square too, also in float32
FEW = 11  # terms, whose plain sum is rounded so seldom that it will do
NOWHERE = np.array([], np.intp)

Rows = tuple[FloatArray, ...]


def row_sums(e: FloatArray) -> FloatArray:
    r"""Return the sum of each row, with few roundings.

    In float32 the sum is one of float64. Long rows of float64 are folded twice, so that a quarter of the terms is left,
    each rounded twice at most. To each of these a number σ above the sum is added and taken away again. That rounds
    it to a multiple of the last digit of σ, and such multiples have an exact sum, in any order. What was rounded off
    is so small that it may be summed as it comes (Rump, Ogita and Oishi, "Accurate floating-point summation", SIAM
    Journal on Scientific Computing 2008).
    """
    if e.dtype == np.float32:
        return e.astype(np.float64).dot(np.ones(e.shape[1])).astype(np.float32)
    if e.shape[1] < FEW:
        return np.einsum("nk->n", e)
    e = folded(folded(e))
    ones = np.ones(e.shape[1])
    sigma = 2 * e.dot(ones)[:, None]
    high = e + sigma
    high -= sigma
    S = high.dot(ones)
    e -= high
    return S + e.dot(ones)


def folded(e: FloatArray) -> FloatArray:
    """Add the second half of each row to the first."""
    half = (e.shape[1] + 1) // 2
    first, second = e[:, :half].copy(), e[:, half:]
    first[:, : second.shape[1]] += second
    return first


def far(S: FloatArray, odds: FloatArray | None = None) -> IntArray:
    r"""Say which rows need the shift: hardly ever one. S are the sums of their $e^{z_k}$; odds are sums over a term.

    Where 1 ≤ S ≤ LARGE, no term of it overflowed, and one that lost digits because it is next to 0 is a
    probability as close to 0, or closer. Elsewhere, and where S is NaN, the shift is needed. Where all are
    well, so is the sum of their squares, which takes less time than a look at each; and argmin takes less than min.
    """
    odds = S if odds is None else odds
    if S.size and S[S.argmin()] >= 1 and S.dot(S) <= LARGE**2 and (odds is S or odds.dot(odds) <= LARGE**2):
        return NOWHERE
    return np.flatnonzero(~((S >= 1) & (S <= LARGE) & (odds <= LARGE)))


def shifted_exponentials(z: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Return, for each row, the largest logit m, all $e^{z_k - m}$, and their sum s without the largest one's own.

    The largest term is $e^{m-m} = 1$, so the whole sum is 1 + s. Keeping the 1 apart is what saves the
    digits: where s is tiny, log1p(s) still sees all of it, and 1 + s would not.

    The difference d = z − m is rounded: z − m = d + r. So $e^{z-m} = e^d e^r$, and r is so small that
    $e^r = 1 + r$. A row whose m is not finite has no such differences, and becomes NaN.
    """
    largest = places(z, z.argmax(axis=1))
    m = z.ravel()[largest]
    d = z - m[:, None]
    e = np.exp(d)
    e += e * rounded_off(z, m[:, None], d)
    if not d.min(initial=0) > -np.inf:  # −inf has no r
        e[d == -np.inf] = 0
    own = e.ravel()[largest]  # 1, or NaN
    e.ravel()[largest] = 0
    s = row_sums(e) + (own - 1)
    e.ravel()[largest] = own
    return m, e, s


def places(z: FloatArray, columns: IntArray) -> IntArray:
    """Say where in the ravelled table, which here is a view of it, the entry of each row in that row's column is."""
    return np.arange(0, z.size, z.shape[1]) + columns


def rounded_off(x: FloatArray, y: FloatArray, d: FloatArray) -> FloatArray:
    """Return x − y − d, exactly: what rounding took from the difference d = x − y (Knuth's TwoSum)."""
    minus_y = d - x
    r = d - minus_y
    np.subtract(x, r, out=r)
    minus_y += y
    r -= minus_y
    return r


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def silently(f: Callable[..., Rows], *arguments: Any) -> Rows:
    """Call f; numpy warns of nothing, since far looks for what may have gone wrong."""
    return f(*arguments)


def by_rows(f: Callable[..., Rows], z: FloatArray, *others: NDArray[Any], axis: int = -1) -> Rows:
    """Give f the rows of z along the axis, a block that fits the cache at a time, and join what it returns.

    f takes a table, and beside it tables of its shape or one number for each row. It returns the like.
    """
    if axis != -1:
        joined = by_rows(f, *(np.moveaxis(x, axis, -1) for x in (z, *others)))
        return tuple(np.moveaxis(x, -1, axis) if x.ndim == z.ndim else x for x in joined)
    if z.ndim != 2:
        joined = by_rows(f, *(x.reshape(-1, *x.shape[z.ndim - 1 :]) for x in (z, *others)))
        return tuple(x.reshape(z.shape[:-1] + x.shape[1:]) for x in joined)
    step = max(1, BLOCK // (z.shape[1] * z.itemsize))
    if step >= len(z):
        return silently(f, np.ascontiguousarray(z), *others)
    return silently(_by_blocks, f, step, z, *others)


def _by_blocks(f: Callable[..., Rows], step: int, *tables: NDArray[Any]) -> Rows:
    N = len(tables[0])
    joined: Rows = ()
    for start in range(0, N, step):
        block = slice(start, start + step)
        results = f(*(np.ascontiguousarray(table[block]) for table in tables))
        joined = joined or tuple(np.empty((N, *result.shape[1:]), result.dtype) for result in results)
        for whole, result in zip(joined, results, strict=True):
            whole[block] = result
    return joined
