"""The functions that every page knows: of one number, of one matrix, and of several values."""

import functools
from collections.abc import Callable
from operator import add, attrgetter
from typing import Any

import numpy as np

from eqcheck.tex.syntax import Call, literal
from eqcheck.values import Array, Value, dimensions, is_number, shape
from eqcheck.world import Failure, Misfit, Undefined, World


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
    if isinstance(x, np.inexact):
        return -x if x.real < 0 else x
    return np.where(np.real(x) < 0, -x, x)[()]


def _relu(x: Any) -> Any:
    _refuse_kink(x)
    if isinstance(x, np.inexact):
        return x if x.real > 0 else type(x)(0.0)
    return np.where(np.real(x) > 0, x, 0.0)[()]


def _refuse_kink(x: Any) -> None:
    kink = (x.real == 0) & (x.imag != 0)
    if kink.any() if isinstance(kink, np.ndarray) else kink:
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
    if len(set(map(dimensions, values))) > 1:
        raise Misfit("the terms of a sum have different shapes")
    if operator == "sum":
        # for what is numpy's, + is np.add and ten times as quick; a plain number could not be divided by 0 later on
        return functools.reduce(add if isinstance(first, np.generic | np.ndarray) else np.add, values)
    if operator == "product":
        if not is_number(first):
            raise Failure("a product of matrices over an index")
        return functools.reduce(np.multiply, values)
    if not is_number(first):
        raise Failure(f"the {operator} of matrices over an index")
    best = (max if operator == "max" else min)(values, key=attrgetter("real"))
    if any(value.real == best.real and value.imag != best.imag for value in values):
        raise Undefined  # a tie has no slope
    return best


def extreme(world: World, node: Call, values: list[Value]) -> Value:
    """Take the largest or smallest, entry by entry, and note which of them it was."""
    shapes = {value.shape for value in values if isinstance(value, np.ndarray)}
    if not shapes:
        return _extreme_number(world, node, np.array(values))
    if len(shapes) > 1:
        raise Misfit(f"{node.function} of matrices of different shapes")
    if any(is_number(value) and not literal(part) for part, value in zip(node.arguments, values, strict=True)):
        raise Misfit(f"{node.function} of a number and a matrix")
    pick = np.argmax if node.function == "max" else np.argmin
    stacked = np.stack([np.broadcast_to(value, *shapes) for value in values])
    winner = pick(np.real(stacked), axis=0)[None]
    best = np.take_along_axis(stacked, winner, axis=0)
    if np.any((np.real(stacked) == np.real(best)) & (np.imag(stacked) != np.imag(best))):
        raise Undefined  # a tie has no slope
    alone = np.count_nonzero(np.real(stacked) == np.real(best), axis=0) == 1
    for branch in np.unique(winner[0][alone]).tolist():
        world.fire(node, branch)
    return best[0][()]


def _extreme_number(world: World, node: Call, values: Array) -> Value:
    """Take the largest or smallest of plain numbers, which is asked for most often."""
    reals = values.real
    winner = int(reals.argmax() if node.function == "max" else reals.argmin())
    ties = reals == reals[winner]
    if (ties & (values.imag != values[winner].imag)).any():
        raise Undefined
    if np.count_nonzero(ties) == 1:
        world.fire(node, winner)
    return values[winner]
