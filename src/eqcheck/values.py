"""Values of expressions: a number, or a matrix. A vector is a matrix with one column."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Value = Any  # a number of Python's or numpy's, or an Array; numpy's arithmetic keeps no finer type


def column(values: Array) -> Array:
    """Make a vector a column."""
    return np.asarray(values).reshape(-1, 1)


def is_number(value: Value) -> bool:
    """Tell a number from a matrix."""
    return not isinstance(value, np.ndarray)


def dimensions(value: Value) -> tuple[int, ...]:
    """The shape of a matrix; none for a number."""
    return value.shape if isinstance(value, np.ndarray) else ()


def whole(value: Value) -> int | None:
    """Take a value as a whole number, if it is one."""
    if isinstance(value, int):
        return value
    if isinstance(value, float):  # numpy's is one as well
        return int(value) if value.is_integer() else None
    if isinstance(value, np.ndarray) or not np.isfinite(value):
        return None
    real = float(np.real(value))
    return int(real) if real.is_integer() and not np.imag(value) else None


def shape(value: Value) -> str:
    """Spell a shape for a reader."""
    return " × ".join(map(str, value.shape)) if isinstance(value, np.ndarray) else "a number"
