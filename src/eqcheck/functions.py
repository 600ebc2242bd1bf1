"""The functions that every page knows: of one number, and of one matrix."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from eqcheck.values import Value, is_number, shape
from eqcheck.world import Failure, Misfit, Undefined


def _log(x: Any) -> Any:
    if not isinstance(x, np.ndarray):
        return np.log(x) if x.real > 0 else np.nan
    positive = np.real(x) > 0
    return np.where(positive, np.log(np.where(positive, x, 1)), np.nan)[()]


def _erf(x: Any) -> Any:
    # the series, which is analytic and exact enough for |x| < 5
    x = np.asarray(x)
    term, total = x, x
    for n in range(1, 200):
        term = -term * x * x / n
        total = total + term / (2 * n + 1)
    return (2 / np.sqrt(np.pi) * total)[()]


def _abs(x: Any) -> Any:
    _refuse_kink(x)
    return np.where(np.real(x) < 0, -x, x)[()]


def _relu(x: Any) -> Any:
    _refuse_kink(x)
    return np.where(np.real(x) > 0, x, 0.0)[()]


def _refuse_kink(x: Any) -> None:
    if np.any((np.real(x) == 0) & (np.imag(x) != 0)):
        raise Undefined  # the kink has no slope


def _sigmoid(x: Any) -> Any:
    return (1 + np.tanh(x / 2)) / 2


ENTRYWISE: dict[str, Callable[[Any], Any]] = {
    "log": _log, "exp": np.exp, "tanh": np.tanh, "sinh": np.sinh, "cosh": np.cosh, "sin": np.sin,
    "cos": np.cos, "erf": _erf, "abs": _abs, "relu": _relu, "sigmoid": _sigmoid,
}  # fmt: skip


def matrix_function(name: str, arguments: list[Value]) -> Value:
    """Apply diag, trace, det, softmax, a norm or the inner product."""
    if name == "inner":
        return _inner(*arguments)
    (value,) = arguments if len(arguments) == 1 else (0.0,)
    if not isinstance(value, np.ndarray):
        if name in ("norm", "norm1") and is_number(value):
            return _abs(value)
        raise Misfit(f"{name} needs one matrix")
    if name in ("norm", "norm1") and 1 not in value.shape:
        raise Failure(r"which norm of a matrix? Write \|\cdot\|_F for the root of the sum of squares")
    if name in ("norm", "frobenius"):
        return _norm(value)
    if name == "norm1":
        return _abs(value).sum()
    if name == "softmax":
        return _softmax(value)
    if name == "diag":
        if 1 in value.shape:
            return np.diag(value.reshape(-1))
        return np.diag(value).reshape(-1, 1)
    if name not in ("trace", "det"):
        raise Failure(f"{name} is no function that is known here")
    if value.shape[0] != value.shape[1]:
        raise Misfit(f"{name} of a matrix of shape {shape(value)}")
    return np.trace(value) if name == "trace" else np.linalg.det(value)


def _softmax(value: Value) -> Value:
    """Of a column, or of each row of anything else."""
    axis = 0 if value.shape[1] == 1 else 1
    powers = np.exp(value - np.real(value).max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _inner(one: Value, other: Value) -> Value:
    if np.shape(one) != np.shape(other):
        raise Misfit(f"an inner product of {shape(one)} and {shape(other)}")
    return np.sum(one * other)


def _norm(value: Value) -> Value:
    if not np.real(value).any() and np.imag(value).any():
        raise Undefined  # the tip of the cone has no slope
    return np.sqrt((value * value).sum())


def inverted(matrix: Value) -> Value:
    """Invert a matrix; one that cannot be inverted gives NaN."""
    try:
        return np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        return matrix * np.nan


def combined(operator: str, values: list[Value]) -> Value:
    """Put the terms of a sum, a product, a maximum or a minimum together."""
    first = values[0]
    if any(np.shape(value) != np.shape(first) for value in values):
        raise Misfit("the terms of a sum have different shapes")
    if operator in ("sum", "product"):
        if operator == "product" and not is_number(first):
            raise Failure("a product of matrices over an index")
        return functools.reduce(np.add if operator == "sum" else np.multiply, values)
    if not is_number(first):
        raise Failure(f"the {operator} of matrices over an index")
    best = max(values, key=np.real) if operator == "max" else min(values, key=np.real)
    if any(np.real(value) == np.real(best) and np.imag(value) != np.imag(best) for value in values):
        raise Undefined  # a tie has no slope
    return best
