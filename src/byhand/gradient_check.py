"""Numerical derivatives: judges of a gradient that was derived by hand.

A judge shares no code with the judged: nothing of `byhand` is imported here.
"""

from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.floating[Any]]
Function = Callable[[NDArray[Any]], ArrayLike]


def polynomial(q: ArrayLike, x: ArrayLike) -> NDArray[Any]:
    r"""Evaluate a polynomial: a function whose derivatives are known, to judge the judges by.

    ```math cites="gradient-check-polynomial"
    f(x) = q_0 + q_1 x + q_2 x^2 + q_3 x^3 + q_4 x^4
    ```

    Parameters
    ----------
    q
        The coefficients, shape (n,), the constant one first; any number of them, and at least one.
        float32, float64 or integers.
    x
        Where, any shape: float32, float64, integers, or complex numbers.

    Returns
    -------
    NDArray
        f of every entry, the shape of `x`. float32 and float64 are kept if both arguments are, integers
        become float64, and complex numbers stay complex.

    Raises
    ------
    TypeError
        If `q` is neither float32, float64 nor integer, or `x` neither that nor complex.
    ValueError
        If `q` is no sequence of at least one coefficient.

    Examples
    --------
    >>> from byhand import polynomial
    >>> float(polynomial([0, 0, 0, 1], 2.0))  # 2 cubed
    8.0
    >>> complex(polynomial([0, 0, 0, 1], 2 + 0.5j))
    (6.5+5.875j)
    """
    q = _real_array(q, "q")
    x = np.asarray(x)
    if x.dtype not in (np.complex64, np.complex128):
        x = _real_array(x, "x")
    if q.ndim != 1 or q.size == 0:
        raise ValueError(f"q: expected a sequence of at least one coefficient, got shape {q.shape}")
    value = np.full(x.shape, q[-1], np.result_type(q, x))
    for coefficient in q[-2::-1]:
        value = value * x + coefficient
    return np.asarray(value)


def forward_difference(f: Function, x: ArrayLike, h: float) -> FloatArray:
    r"""Differentiate by one step ahead.

    ```math cites="gradient-check-forward"
    F(h) = \frac{f(x + h) - f(x)}{h}
    ```

    Parameters
    ----------
    f
        A function of an array of the shape of `x`, to a real number or an array of them.
    x
        Where, any shape with at least one entry. Each entry is nudged by itself, in a copy. float32 and
        float64 are kept, and `f` is called with them; integers become float64.
    h
        The step, positive and finite.

    Returns
    -------
    FloatArray
        The gradient, the shape of `x`, if `f` gives a number. If it gives an array, the Jacobian: its
        shape is that of f(x), followed by that of `x`. The dtype is that of `x`.

    Raises
    ------
    TypeError
        If `x` is neither float32, float64 nor integer, `h` no real number, or f(x) not real.
    ValueError
        If `x` is empty, or `h` not positive and finite.

    Notes
    -----
    Too long a step is wrong by the curvature, too short a one by rounding. A step that is too short to
    move `x` at all gives 0.

    Examples
    --------
    >>> from byhand import forward_difference
    >>> float(forward_difference(lambda x: x**3, 2.0, 0.5))  # the derivative is 12
    15.25
    """
    x, h = _real_point(x), _positive(h, "h")
    here = _value(f, x.copy(), real=True)
    return _by_entries(lambda index: (_value(f, _nudged(x, index, h), real=True) - here) / h, x)


def central_difference(f: Function, x: ArrayLike, h: float) -> FloatArray:
    r"""Differentiate by one step ahead and one step back.

    ```math cites="gradient-check-central"
    C(h) = \frac{f(x + h) - f(x - h)}{2h}
    ```

    Parameters
    ----------
    f
        A function of an array of the shape of `x`, to a real number or an array of them.
    x
        Where, any shape with at least one entry. Each entry is nudged by itself, in a copy. float32 and
        float64 are kept, and `f` is called with them; integers become float64.
    h
        The step, positive and finite. About 1e-5 is good in float64, and 1e-2 in float32.

    Returns
    -------
    FloatArray
        The gradient, the shape of `x`, if `f` gives a number. If it gives an array, the Jacobian: its
        shape is that of f(x), followed by that of `x`. The dtype is that of `x`.

    Raises
    ------
    TypeError
        If `x` is neither float32, float64 nor integer, `h` no real number, or f(x) not real.
    ValueError
        If `x` is empty, or `h` not positive and finite.

    Notes
    -----
    At a kink it gives the mean of the two slopes: 1/2 for ReLU at 0 ([eq-gradient-check-kink][]).

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import central_difference
    >>> float(central_difference(lambda x: x**3, 2.0, 0.5))  # the derivative is 12
    12.25
    >>> central_difference(lambda x: x[0] * x, np.array([3.0, 5.0]), 0.5).tolist()  # a Jacobian
    [[6.0, 0.0], [5.0, 3.0]]
    """
    x, h = _real_point(x), _positive(h, "h")

    def slope(index: tuple[int, ...]) -> NDArray[Any]:
        ahead, behind = _nudged(x, index, h), _nudged(x, index, -h)
        return np.asarray((_value(f, ahead, real=True) - _value(f, behind, real=True)) / (2 * h))

    return _by_entries(slope, x)


def richardson(f: Function, x: ArrayLike, h: float) -> FloatArray:
    r"""Let two central differences cancel the largest part of each other's error.

    ```math cites="gradient-check-richardson"
    R(h) = \frac{4\,C(h/2) - C(h)}{3}
    ```

    Parameters
    ----------
    f
        A function of an array of the shape of `x`, to a real number or an array of them.
    x
        Where, any shape with at least one entry. float32 and float64 are kept, and `f` is called with
        them; integers become float64.
    h
        The longer of the two steps, positive and finite. About 1e-3 is good in float64.

    Returns
    -------
    FloatArray
        The gradient or the Jacobian, as
        [`central_difference`][byhand.gradient_check.central_difference] shapes it.

    Raises
    ------
    TypeError
        If `x` is neither float32, float64 nor integer, `h` no real number, or f(x) not real.
    ValueError
        If `x` is empty, or `h` not positive and finite.

    Examples
    --------
    >>> from byhand import richardson
    >>> float(richardson(lambda x: x**3, 2.0, 0.5))  # the derivative is 12
    12.0
    """
    wide, narrow = central_difference(f, x, h), central_difference(f, x, h / 2)
    return np.asarray((4 * narrow - wide) / 3)


def complex_step(f: Function, x: ArrayLike, h: float = 1e-200) -> FloatArray:
    r"""Differentiate by a step in the imaginary direction. Nothing is subtracted, so nothing is lost.

    ```math cites="gradient-check-complex-step"
    S(h) = \frac{w}{h} = f'(x) - \frac{f'''(x)}{6}\,h^2
    ```

    Here w is the imaginary part of f(x + ih), and f the page's polynomial.

    Parameters
    ----------
    f
        A function of an array of the shape of `x`, to a number or an array of them. It must be *analytic*
        and take complex numbers: made of +, −, ·, /, powers, exp, log, sin and the like.
    x
        Where, any shape with at least one entry: float32, float64 or integers. Whatever it is, `f` is
        called with complex128.
    h
        The step, positive and finite. The shorter the better.

    Returns
    -------
    FloatArray
        The gradient, the shape of `x`, if `f` gives a number. If it gives an array, the Jacobian: its
        shape is that of f(x), followed by that of `x`. float32 if `x` is, and else float64.

    Raises
    ------
    TypeError
        If `x` is neither float32, float64 nor integer, `h` no real number, or f(x + ih) no numbers.
    ValueError
        If `x` is empty, or `h` not positive and finite.

    Notes
    -----
    If `f` is not analytic the answer is wrong, and nothing says so. `abs`, `.real` and `.conj()` throw
    the imaginary part away or turn it round; a comparison or `max` looks at the real part first, and is
    right except at its kinks.

    Examples
    --------
    >>> from byhand import complex_step
    >>> float(complex_step(lambda x: x**3, 2.0))
    12.0
    >>> float(complex_step(abs, 2.0))  # wrong: abs is not analytic
    0.0
    """
    x, h = _real_point(x), _positive(h, "h")

    def slope(index: tuple[int, ...]) -> NDArray[Any]:
        return np.asarray(np.imag(_value(f, _nudged(x.astype(np.complex128), index, 1j * h))) / h)

    return _by_entries(slope, x)


def error_model(h: ArrayLike, A: float, B: float, m: float = 2) -> FloatArray:
    r"""Add up the two errors of a step: truncation grows with it, rounding shrinks.

    ```math cites="gradient-check-error-model"
    E = A\,h^m + \frac{B}{h}
    ```

    Parameters
    ----------
    h
        Steps, positive, any shape. float32 and float64 are kept, integers become float64.
    A
        How large the truncation error is. Positive and finite.
    B
        How large the rounding error is. Positive and finite.
    m
        The order: 1 for the forward difference, 2 for the central one, 4 for Richardson's. Positive and
        finite.

    Returns
    -------
    FloatArray
        The error to expect, the shape of `h`.

    Raises
    ------
    TypeError
        If `h` is neither float32, float64 nor integer, or another argument no real number.
    ValueError
        If a step is not positive, or another argument not positive and finite.

    Examples
    --------
    >>> from byhand import error_model
    >>> error_model([0.5, 1, 2], A=1, B=1).tolist()
    [2.25, 2.0, 4.5]
    """
    h = _real_array(h, "h")
    if not (h > 0).all():
        raise ValueError(f"h: expected positive steps, got {h[~(h > 0)].flat[0]}")
    A, B, m = _positive(A, "A"), _positive(B, "B"), _positive(m, "m")
    return np.asarray(A * h**m + B / h)


def best_step(A: float, B: float, m: float = 2) -> float:
    r"""Find the step at which truncation and rounding together are smallest.

    ```math cites="gradient-check-best-step"
    h_* = \left(\frac{B}{m A}\right)^{1/(m+1)}
    ```

    Parameters
    ----------
    A
        How large the truncation error is: A·hᵐ. Positive and finite.
    B
        How large the rounding error is: B/h. Positive and finite.
    m
        The order: 1 for the forward difference, 2 for the central one, 4 for Richardson's. Positive and
        finite.

    Returns
    -------
    float
        The best step.

    Raises
    ------
    TypeError
        If an argument is no real number.
    ValueError
        If an argument is not positive and finite.

    Examples
    --------
    >>> from byhand import best_step
    >>> f"{best_step(1, 2.2e-16):.1e}"  # central difference, float64
    '4.8e-06'
    >>> best_step(4, 1, m=1)
    0.5
    """
    A, B, m = _positive(A, "A"), _positive(B, "B"), _positive(m, "m")
    return float((B / m / A) ** (1 / (m + 1)))


def relative_error(a: ArrayLike, b: ArrayLike) -> float:
    r"""Say how far two gradients are apart, measured by their own size.

    ```math cites="gradient-check-relative-error"
    \rho(a, b) = \frac{\max_i |a_i - b_i|}{\max\left(\max_i |a_i|, \max_i |b_i|\right)}
    ```

    Parameters
    ----------
    a, b
        Two arrays of one shape: float32, float64 or integers.

    Returns
    -------
    float
        The largest difference of two entries, over the largest entry of both arrays: between 0 and 2.
        0 if all entries of both are 0. NaN if any entry is NaN or infinite, so that no comparison with a
        tolerance passes.

    Raises
    ------
    TypeError
        If `a` or `b` is neither float32, float64 nor integer.
    ValueError
        If the shapes differ, since broadcasting would hide a gradient of the wrong shape, or if there
        are no entries.

    Notes
    -----
    The scale is that of the whole array. So an entry that is far smaller than the largest one is judged
    by its difference, as is fair: a finite difference is rounded at the scale of the loss. Call it for
    each parameter by itself.

    Examples
    --------
    >>> from byhand import relative_error
    >>> relative_error([2.0, 3.0], [2.0, 4.0])
    0.25
    >>> relative_error([0.0], [0.0])
    0.0
    """
    left, right = (_real_array(value, name).astype(np.float64) for value, name in ((a, "a"), (b, "b")))
    if left.shape != right.shape:
        raise ValueError(f"b: expected the shape {left.shape} of a, got {right.shape}")
    if left.size == 0:
        raise ValueError(f"a: expected at least one entry, got shape {left.shape}")
    scale = max(np.abs(left).max(), np.abs(right).max())
    if scale == 0:
        return 0.0
    with np.errstate(invalid="ignore"):  # an infinite entry makes NaN, as is said above
        # divide first: the difference of two huge numbers may overflow
        return float(np.abs(left / scale - right / scale).max())


def _value(f: Function, x: NDArray[Any], real: bool = False) -> NDArray[Any]:
    """Call f, and demand numbers."""
    value = np.asarray(f(x))
    if value.dtype.kind not in ("fiu" if real else "fiuc"):
        raise TypeError(f"f: expected it to give {'real ' * real}numbers, got {value.dtype}")
    # unsigned integers must not wrap around when they are subtracted
    return value.astype(np.float64) if value.dtype.kind in "iu" else value


def _nudged(x: NDArray[Any], index: tuple[int, ...], step: complex) -> NDArray[Any]:
    nudged = x.copy()
    nudged[index] += step
    return nudged


def _by_entries(slope: Callable[[tuple[int, ...]], ArrayLike], x: FloatArray) -> FloatArray:
    """Put the slopes by all the entries of x together: the shape of a slope, then the shape of x."""
    slopes = np.stack([slope(index) for index in np.ndindex(x.shape)], axis=-1)
    return slopes.reshape(slopes.shape[:-1] + x.shape).astype(x.dtype)


def _real_array(value: ArrayLike, name: str) -> FloatArray:
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name}: expected rows of equal length, got a ragged sequence") from error
    if array.dtype in (np.float32, np.float64):
        return array
    if np.issubdtype(array.dtype, np.integer):
        return array.astype(np.float64)
    raise TypeError(f"{name}: expected float32, float64 or integers, got {array.dtype}")


def _real_point(value: ArrayLike) -> FloatArray:
    x = _real_array(value, "x")
    if x.size == 0:
        raise ValueError(f"x: expected at least one entry to nudge, got shape {x.shape}")
    return x


def _positive(value: float, name: str) -> float:
    if not isinstance(value, Real):
        raise TypeError(f"{name}: expected a number, got {value!r}")
    if not 0 < value < np.inf:
        raise ValueError(f"{name}: expected a positive, finite number, got {value}")
    return float(value)
