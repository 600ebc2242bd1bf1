"""Derivatives by the complex step: move one entry by a tiny imaginary number, and read the imaginary part.

Inside another derivative the imaginary direction is taken; there a difference of the fifth order serves.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from eqcheck.syntax import Entry, Node, Partial, Symbol
from eqcheck.values import Value, is_number, shape
from eqcheck.world import STEP, Failure, Scope, World

# (f(x-2h) - 8 f(x-h) + 8 f(x+h) - f(x+2h)) / 12h
_STENCIL = ((-2, 1 / 12), (-1, -8 / 12), (1, 8 / 12), (2, -1 / 12))
_REAL_STEP = 2e-3

Evaluate = Callable[[World, Node, Scope], Value]


def partial(world: World, node: Partial, scope: Scope, evaluate: Evaluate) -> Value:
    """Differentiate the body by the variables, the first one first."""
    *earlier, variable = node.variables
    body = Partial(node.body, tuple(earlier)) if earlier else node.body
    if not isinstance(variable, Symbol | Entry):
        raise Failure("a derivative by something that is no symbol")
    name = variable.name
    whole = scope.values[name] if name in scope.values else world.value(name)

    def moved(place: tuple[int, ...], step: complex) -> Value:
        if name in scope.values:
            return evaluate(world, body, scope.with_values({name: _nudge(scope.values[name], place, step)}))
        return evaluate(world.nudged(name, place, step), body, scope)

    def along(place: tuple[int, ...]) -> Value:
        if not world.stepping:
            return np.imag(moved(place, 1j * STEP)) / STEP
        total: Value = 0.0
        for steps, weight in _STENCIL:
            total = total + weight / _REAL_STEP * moved(place, steps * _REAL_STEP)
        return total

    if not isinstance(whole, np.ndarray):
        return along(())
    if isinstance(variable, Entry):
        return along(_position(world, variable, whole, scope, evaluate))
    slopes = {place: along(place) for place in np.ndindex(*whole.shape)}
    first = next(iter(slopes.values()))
    if is_number(first):
        gradient = np.zeros(whole.shape, complex if world.stepping else float)
        for place, slope in slopes.items():
            gradient[place] = slope
        return gradient
    if whole.shape[1] == 1 and isinstance(first, np.ndarray) and first.shape[1] == 1:
        return np.hstack([np.asarray(slope) for slope in slopes.values()])
    raise Failure(f"the derivative of {shape(first)} by {shape(whole)} is no matrix; write it with indices")


def slope(function: Callable[..., Value], order: int, stepping: bool) -> Callable[[Value], Value]:
    """The derivative of a function of one number."""

    def differentiated(x: Value) -> Value:
        if order == 1 and not stepping and not np.iscomplexobj(x):
            return np.imag(function(x + 1j * STEP)) / STEP
        inner = function if order == 1 else slope(function, order - 1, stepping)
        total: Value = 0.0
        for steps, weight in _STENCIL:
            total = total + weight / _REAL_STEP * inner(x + steps * _REAL_STEP)
        return total

    return differentiated


def inverse(function: Callable[..., Value]) -> Callable[[Value], Value]:
    """The inverse of a function that rises or falls, by bisection; NaN where there is none."""

    def inverted(y: Value) -> Value:
        target = np.real(y)
        low, high = -60.0, 60.0
        at_low, at_high = np.real(function(low)), np.real(function(high))
        if not min(at_low, at_high) < target < max(at_low, at_high):
            return float("nan")
        for _ in range(200):
            middle = (low + high) / 2
            if (np.real(function(middle)) < target) == (at_low < at_high):
                low = middle
            else:
                high = middle
        return (low + high) / 2

    return inverted


def _nudge(value: Value, place: tuple[int, ...], step: complex) -> Value:
    if not isinstance(value, np.ndarray):
        return value + step
    moved = value.astype(complex)
    moved[place] += step
    return moved


def _position(world: World, variable: Entry, whole: Any, scope: Scope, evaluate: Evaluate) -> tuple[int, ...]:
    """Find which entry of a matrix is meant, with all the checks of reading it."""
    places = np.arange(whole.size, dtype=float).reshape(whole.shape)
    place = evaluate(world, variable, scope.with_values({variable.name: places}))
    return tuple(int(i) for i in np.unravel_index(int(np.real(place)), whole.shape))
