"""Derivatives by the complex step: move one entry by a tiny imaginary number, and read the imaginary part.

Inside another derivative the imaginary direction is taken; there a difference of the sixth order serves.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from eqcheck.tex.syntax import Entry, Node, Partial, Symbol
from eqcheck.values import Value, is_number
from eqcheck.world import Failure, Misfit, Scope, Undefined, World, nudge

STEP = 1e-30
_REAL_STEP = 2e-3
# (45 (f(x+h) - f(x-h)) - 9 (f(x+2h) - f(x-2h)) + (f(x+3h) - f(x-3h))) / 60h
_STENCIL = ((1, 45 / 60), (2, -9 / 60), (3, 1 / 60))
_SHORTER = (1.0, 0.1, 0.01)  # where a step leads out of the domain, as from 0.999 over the end of log(1 - a)
_SMOOTH = 1e-3  # how far two differences may be apart before a kink must lie between them

Evaluate = Callable[[World, Node, Scope], Value]


def partial(world: World, node: Partial, scope: Scope, evaluate: Evaluate) -> Value:
    """Differentiate the body by the variables, the first one first."""
    return _partial(world, node.body, node.variables, scope, evaluate)


def _partial(world: World, body: Node, variables: tuple[Node, ...], scope: Scope, evaluate: Evaluate) -> Value:
    if not variables:
        return evaluate(world, body, scope)
    *earlier, variable = variables
    if not isinstance(variable, Symbol | Entry):
        raise Failure("a derivative by something that is no symbol")
    name = variable.name
    inside = name in scope.values
    whole = scope.values[name] if inside else world.value(name)
    if inside and type(whole) is int:
        raise Failure(f"{world.tex(name)} is an index; there is no derivative by it")
    if not inside:
        world.refuse_idle(body, name)

    def moved(place: tuple[int, ...], step: complex) -> Value:
        if not step:  # nothing moves, and all that is known here holds
            return _partial(world, body, tuple(earlier), scope, evaluate)
        if inside:
            within = scope.with_values({name: nudge(whole, place, step)})
            return _partial(world, body, tuple(earlier), within, evaluate)
        return _partial(world.nudged(name, place, step), body, tuple(earlier), scope, evaluate)

    taken = world.stepping or world.setting.central or any(map(_imaginary, scope.values.values()))

    def along(place: tuple[int, ...]) -> Value:
        if not taken:
            return _read_off(moved(place, 1j * STEP))
        return _difference(lambda step: moved(place, step), whole[place] if place else whole)

    if not isinstance(whole, np.ndarray):
        if isinstance(variable, Entry):
            raise Misfit(f"{world.tex(name)} is a number and has no entries")
        return along(())
    if isinstance(variable, Entry):
        positions = _positions(world, variable, whole, scope, evaluate)
        if not isinstance(positions, np.ndarray):
            return along(_place(positions, whole))
    else:
        positions = np.arange(whole.size).reshape(whole.shape)
    return _gathered(world, positions, lambda position: along(_place(position, whole)))


def _gathered(world: World, positions: Any, slope: Callable[[int], Value]) -> Value:
    """Put the derivatives by all entries together: in the shape of the variable, or as a Jacobian."""
    slopes = [slope(position) for position in positions.reshape(-1)]
    if all(is_number(one) for one in slopes):
        return np.array(slopes).reshape(positions.shape)
    if positions.shape[1] == 1 and slopes[0].shape[1] == 1:
        return np.hstack(slopes)
    by, of = world.shape(positions), world.shape(slopes[0])
    raise Failure(f"the derivative of {of} by {by} is no matrix; write it with indices")


def slope(function: Callable[..., Value], order: int, taken: bool) -> Callable[[Value], Value]:
    """The derivative of a function of one number."""

    def differentiated(x: Value) -> Value:
        if order == 1 and not taken and not _imaginary(x):
            return _read_off(function(x + 1j * STEP))
        inner = function if order == 1 else slope(function, order - 1, taken)
        return _difference(lambda step: inner(x + step), x)

    return differentiated


def inverse(function: Callable[..., Value], central: bool = False) -> Callable[[Value], Value]:
    """The inverse of a function that rises or falls, by bisection; NaN where there is none."""

    def inverted(y: Value) -> Value:
        target = np.real(y)
        low, high = -60.0, 60.0
        at_low, at_high = np.real(function(low)), np.real(function(high))
        if not min(at_low, at_high) < target < max(at_low, at_high):
            return float("nan")
        for _ in range(60):
            middle = (low + high) / 2
            if (np.real(function(middle)) < target) == (at_low < at_high):
                low = middle
            else:
                high = middle
        middle = (low + high) / 2
        # one step of Newton's, which also takes an imaginary part over
        return middle + (y - function(middle)) / slope(function, 1, central)(middle)

    return inverted


def _difference(moved: Callable[[float], Value], at: Value) -> Value:
    """Differentiate along the real axis, and notice a kink."""
    # close to 0 there may be a pole or the end of a logarithm's domain
    step = _REAL_STEP * float(np.clip(abs(np.real(at)), 1e-2, 1.0)) if at else _REAL_STEP
    for shorter in _SHORTER:
        total, central = _stencil(moved, step * shorter)
        if np.all(np.isfinite(total)):
            step *= shorter
            break
    here = moved(0.0)
    near, far = central[0], central[-1]
    narrow, wide = (np.real((ahead - behind) / (2 * n * step)) for n, (ahead, behind) in ((1, near), (3, far)))
    bend, wider = (np.real(ahead + behind - 2 * here) / (n * step) for n, (ahead, behind) in ((1, near), (3, far)))
    scale = 1 + np.max(abs(wide))
    uneven = np.max(abs(narrow - wide)) > _SMOOTH * scale
    if uneven or np.any((abs(bend) > 0.6 * abs(wider)) & (abs(bend) > _SMOOTH * scale)):
        raise Undefined
    return total


def _stencil(moved: Callable[[float], Value], step: float) -> tuple[Value, list[tuple[Value, Value]]]:
    """Take the difference, and the values that it is made of, pair by pair."""
    total: Value = 0.0
    pairs = []
    for times, weight in _STENCIL:
        ahead, behind = moved(times * step), moved(-times * step)
        total = total + weight / step * (ahead - behind)
        pairs.append((ahead, behind))
    return total, pairs


def _read_off(value: Value) -> Value:
    """Read the slope from the imaginary part; what has no value, or an infinite one, has no slope either."""
    return np.imag(value) / STEP + 0.0 * np.real(value)


def _imaginary(value: Value) -> bool:
    return isinstance(value, complex) or (isinstance(value, np.ndarray) and value.dtype.kind == "c")


def _place(position: int, whole: Any) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(int(position), whole.shape))


def _positions(world: World, variable: Entry, whole: Any, scope: Scope, evaluate: Evaluate) -> Any:
    """Find which entries of a matrix are meant, with all the checks of reading them."""
    places = np.arange(whole.size, dtype=float).reshape(whole.shape)
    found = evaluate(world, variable, scope.with_values({variable.name: places}))
    return found.astype(int) if isinstance(found, np.ndarray) else int(np.real(found))
