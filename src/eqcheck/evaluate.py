"""Evaluate a syntax tree in a world. Everything is a number or a matrix; nothing is broadcast but literals."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from eqcheck import derivative
from eqcheck.domains import FunctionDomain, Reals
from eqcheck.syntax import (
    Big,
    Call,
    Cases,
    Condition,
    Constant,
    Delta,
    Divide,
    Entry,
    Group,
    Hadamard,
    Indicator,
    Matrix,
    Negative,
    Node,
    Number,
    Partial,
    Plus,
    Power,
    Range,
    Symbol,
    Times,
    Transpose,
)  # fmt: skip
from eqcheck.values import Value, is_number, shape
from eqcheck.world import Failure, Scope, Undefined, World

LARGEST_SUM = 100_000


def evaluate(world: World, node: Node, scope: Scope) -> Value:
    """Evaluate a node; a 1 × 1 matrix is a number."""
    value = _RULES[type(node)](world, node, scope)
    if isinstance(value, np.ndarray) and value.shape == (1, 1):
        return value[0, 0]
    return value


def holds(world: World, condition: Condition, scope: Scope) -> bool:
    """Decide a comparison, by real parts: a complex step must not change which way it goes."""
    left, right = evaluate(world, condition.left, scope), evaluate(world, condition.right, scope)
    if not (is_number(left) and is_number(right)):
        raise Failure("a condition compares matrices")
    a, b = np.real(left), np.real(right)
    table = {"=": a == b, r"\ne": a != b, r"\le": a <= b, r"\ge": a >= b, "<": a < b, ">": a > b}
    return bool(table[condition.relation])


def _number(world: World, node: Number, scope: Scope) -> Value:
    return node.value


def _symbol(world: World, node: Symbol, scope: Scope) -> Value:
    if node.name in scope.values:
        return scope.values[node.name]
    return world.value(node.name)


def _entry(world: World, node: Entry, scope: Scope) -> Value:
    whole = _symbol(world, Symbol(node.name), scope)
    tex = world.names.tex.get(node.name, node.name)
    if not isinstance(whole, np.ndarray):
        raise Failure(f"{tex} is a number and has no entries")
    axes: tuple[int, ...] = whole.shape
    if len(node.indices) == 1 and 1 in whole.shape:  # a vector: one index is enough
        axes = (whole.size,)
    if len(node.indices) != len(axes):
        raise Failure(f"{tex} is {shape(whole)} and has {len(node.indices)} indices here")
    places = [_place(world, index, size, scope, tex) for index, size in zip(node.indices, axes, strict=True)]
    if len(axes) == 1:
        return whole.reshape(-1)[places[0]]
    picked = whole[places[0], places[1]]
    if isinstance(places[0], slice) and not isinstance(places[1], slice):
        return np.asarray(picked).reshape(-1, 1)
    return picked.reshape(1, -1) if isinstance(places[1], slice) else picked


def _place(world: World, index: Node | None, size: int, scope: Scope, tex: str) -> Any:
    if index is None:
        return slice(None)
    value = evaluate(world, index, scope)
    if isinstance(index, Symbol):
        extent = scope.extents[index.name] if index.name in scope.extents else world.extent(index.name)
        if extent is not None and extent != size:
            raise Failure(f"the index {index.name} runs to {extent}, and this axis of {tex} has {size} entries")
    if not is_number(value) or int(np.real(value)) != np.real(value):
        raise Failure(f"an index of {tex} is not a whole number")
    if not 1 <= int(np.real(value)) <= size:
        raise Failure(f"an index of {tex} is {int(np.real(value))}, and this axis has {size} entries")
    return int(np.real(value)) - 1


def _plus(world: World, node: Plus, scope: Scope) -> Value:
    values = [evaluate(world, term, scope) for term in node.terms]
    matrices = [value for value in values if isinstance(value, np.ndarray)]
    for term, value in zip(node.terms, values, strict=True):
        if matrices and is_number(value) and not _literal(term):
            raise Failure(f"a number is added to a matrix of shape {shape(matrices[0])}")
        if isinstance(value, np.ndarray) and value.shape != matrices[0].shape:
            raise Failure(f"shapes do not fit in a sum: {shape(matrices[0])} and {shape(value)}")
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total


def _literal(node: Node) -> bool:
    if isinstance(node, Negative | Group):
        return _literal(node.body)
    if isinstance(node, Divide):
        return _literal(node.top) and _literal(node.bottom)
    return isinstance(node, Number)


def _times(world: World, node: Times, scope: Scope) -> Value:
    product: Value = 1.0
    for factor in node.factors:
        value = evaluate(world, factor, scope)
        if isinstance(product, np.ndarray) and isinstance(value, np.ndarray):
            if product.shape[1] != value.shape[0]:
                raise Failure(f"shapes do not fit in a product: {shape(product)} times {shape(value)}")
            product = product @ value
            if product.shape == (1, 1):
                product = product[0, 0]
        else:
            product = product * value
    return product


def _hadamard(world: World, node: Hadamard, scope: Scope) -> Value:
    product: Value | None = None
    for factor in node.factors:
        if isinstance(factor, Times):
            matrices = [part for part in factor.factors if not is_number(evaluate(world, part, scope))]
            if len(matrices) > 1:
                raise Ambiguous("AB ⊙ C can be read in two ways; put brackets around the matrix product")
        value = evaluate(world, factor, scope)
        if product is not None and isinstance(product, np.ndarray) and isinstance(value, np.ndarray):
            if product.shape != value.shape:
                raise Failure(f"shapes do not fit in ⊙: {shape(product)} and {shape(value)}")
        elif product is not None and is_number(product) != is_number(value):
            raise Failure("⊙ joins a number and a matrix")
        product = value if product is None else product * value
    assert product is not None
    return product


class Ambiguous(Failure):
    """A product that can be read in two ways once the shapes are known."""


def _divide(world: World, node: Divide, scope: Scope) -> Value:
    top, bottom = evaluate(world, node.top, scope), evaluate(world, node.bottom, scope)
    if not is_number(bottom):
        raise Failure(f"something is divided by a matrix of shape {shape(bottom)}")
    return top / bottom if bottom != 0 else top * np.nan


def _power(world: World, node: Power, scope: Scope) -> Value:
    base, exponent = evaluate(world, node.base, scope), evaluate(world, node.exponent, scope)
    if not is_number(exponent):
        raise Failure("an exponent is a matrix")
    if isinstance(base, np.ndarray):
        if exponent == -1 and base.shape[0] == base.shape[1]:
            return np.linalg.inv(base)
        raise Failure(f"a power of a matrix of shape {shape(base)}; entry by entry is written with ⊙")
    whole = np.real(exponent) == int(np.real(exponent)) and not np.imag(exponent)
    if whole:
        power = int(np.real(exponent))
        if abs(power) > 1000:
            return np.nan
        return base**power if power >= 0 or base != 0 else np.nan
    return np.exp(exponent * np.log(base)) if np.real(base) > 0 else np.nan


def _transpose(world: World, node: Transpose, scope: Scope) -> Value:
    value = evaluate(world, node.body, scope)
    return value.T if isinstance(value, np.ndarray) else value


def _log(x: Any) -> Any:
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


_KNOWN: dict[str, Callable[[Any], Any]] = {
    "log": _log, "exp": np.exp, "tanh": np.tanh, "sinh": np.sinh, "cosh": np.cosh, "sin": np.sin,
    "cos": np.cos, "erf": _erf, "abs": lambda x: np.where(np.real(x) < 0, -x, x)[()],
}  # fmt: skip


def _call(world: World, node: Call, scope: Scope) -> Value:
    arguments = [evaluate(world, argument, scope) for argument in node.arguments]
    if node.function in ("max", "min"):
        return _extreme(world, node, arguments, node.function)
    if node.function not in _KNOWN and node.function not in world.names.domains:
        return _matrix_function(node.function, arguments)
    function = _function(world, node.function)
    domain = world.names.domains.get(node.function)
    expected = domain.arguments if isinstance(domain, FunctionDomain) else (Reals(),)
    if len(arguments) != len(expected):
        raise Failure(f"{node.function} takes {len(expected)} arguments, here are {len(arguments)}")
    if node.order == 0:
        return _entrywise(function, arguments, expected)
    if len(arguments) != 1:
        raise Failure("a dash on a function of several arguments")
    order = node.order
    slope = derivative.inverse(function) if order < 0 else derivative.slope(function, order, world.stepping)
    return _entrywise(slope, arguments, expected)


def _entrywise(function: Callable[..., Value], arguments: list[Value], expected: tuple[Any, ...]) -> Value:
    """Apply a function of one number to each entry of a matrix."""
    first = arguments[0]
    if len(arguments) == 1 and isinstance(first, np.ndarray) and expected[0] == Reals():
        values = np.array([function(entry) for entry in first.reshape(-1)])
        return values.reshape(first.shape)
    return function(*arguments)


def _function(world: World, name: str) -> Callable[..., Value]:
    if name in _KNOWN:
        return _KNOWN[name]
    definition = world.definitions.get(name)
    if definition is None:
        return world.function(name)

    def defined(*arguments: Value) -> Value:
        return evaluate(world, definition.body, Scope(dict(zip(definition.parameters, arguments, strict=True))))

    return defined


def _matrix_function(name: str, arguments: list[Value]) -> Value:
    (value,) = arguments if len(arguments) == 1 else (0.0,)
    if not isinstance(value, np.ndarray):
        if name == "norm" and is_number(value):
            return _KNOWN["abs"](value)
        raise Failure(f"{name} needs one matrix")
    if name == "norm":
        return np.sqrt((value * value).sum())
    if name == "diag":
        if 1 in value.shape:
            return np.diag(value.reshape(-1))
        return np.diag(value).reshape(-1, 1)
    if value.shape[0] != value.shape[1]:
        raise Failure(f"{name} of a matrix of shape {shape(value)}")
    return np.trace(value) if name == "trace" else np.linalg.det(value)


def _extreme(world: World, node: Node, values: list[Value], which: str) -> Value:
    """Take the largest or smallest, entry by entry, and note which of them it was."""
    pick = np.argmax if which == "max" else np.argmin
    matrices = [value for value in values if isinstance(value, np.ndarray)]
    shapes = {value.shape for value in matrices}
    if len(shapes) > 1:
        raise Failure(f"{which} of matrices of different shapes")
    stacked = np.stack([np.broadcast_to(value, shapes.copy().pop() if shapes else ()) for value in values])
    winner = pick(np.real(stacked), axis=0)
    world.fired.setdefault(node, set()).update(np.unique(winner).tolist())
    return np.take_along_axis(stacked, winner[None], axis=0)[0][()]


def _big(world: World, node: Big, scope: Scope) -> Value:
    values = []
    for inner in points(world, node.ranges, scope):
        if all(holds(world, condition, inner) for condition in node.conditions):
            values.append(evaluate(world, node.body, inner))
    if not values:
        raise Failure("a sum over no index at all")
    if node.operator in ("max", "min"):
        return max(values, key=np.real) if node.operator == "max" else min(values, key=np.real)
    if any(np.shape(value) != np.shape(values[0]) for value in values):
        raise Failure("the terms of a sum have different shapes")
    total = values[0]
    for value in values[1:]:
        total = total + value if node.operator == "sum" else total * value
    return total


def points(world: World, ranges: tuple[Range, ...], scope: Scope) -> Iterator[Scope]:
    """Go through all values of the indices of a sum."""
    spans = []
    extents: dict[str, int | None] = {}
    for item in ranges:
        first = 1 if item.first is None else _bound(world, item.first, scope)
        declared = world.extent(item.index)
        last = declared if item.last is None else _bound(world, item.last, scope)
        if last is None:
            raise Failure(f"the range of {item.index} is not known")
        spans.append(range(first, last + 1))
        extents[item.index] = last if first == 1 else None
    if np.prod([len(span) for span in spans]) > LARGEST_SUM:
        raise Failure("a sum with more than 100,000 terms")
    for place in itertools.product(*spans):
        yield scope.with_values(dict(zip(extents, place, strict=True)), extents)


def _bound(world: World, node: Node, scope: Scope) -> int:
    value = evaluate(world, node, scope)
    if not is_number(value) or np.imag(value) or int(np.real(value)) != np.real(value):
        raise Failure("the bound of a sum is not a whole number")
    return int(np.real(value))


def _cases(world: World, node: Cases, scope: Scope) -> Value:
    for place, (value, conditions) in enumerate(node.branches):
        if conditions is None or all(holds(world, condition, scope) for condition in conditions):
            world.fired.setdefault(node, set()).add(place)
            return evaluate(world, value, scope)
    raise Undefined


def _constant(world: World, node: Constant, scope: Scope) -> Value:
    size = _bound(world, node.size, scope)
    if node.kind == "identity":
        return np.eye(size)
    return np.full((size, 1), 1.0 if node.kind == "ones" else 0.0)


def _delta(world: World, node: Delta, scope: Scope) -> Value:
    return 1.0 if holds(world, Condition("=", node.left, node.right), scope) else 0.0


def _matrix(world: World, node: Matrix, scope: Scope) -> Value:
    rows = [[evaluate(world, cell, scope) for cell in row] for row in node.rows]
    if any(len(row) != len(rows[0]) or not all(is_number(cell) for cell in row) for row in rows):
        raise Failure("a matrix with rows of different lengths, or with matrices for entries")
    return np.array(rows)


_RULES: dict[type, Callable[[World, Any, Scope], Value]] = {
    Number: _number, Symbol: _symbol, Entry: _entry, Plus: _plus, Times: _times, Hadamard: _hadamard,
    Divide: _divide, Power: _power, Transpose: _transpose, Call: _call, Big: _big, Cases: _cases,
    Constant: _constant, Delta: _delta, Matrix: _matrix,
    Group: lambda world, node, scope: evaluate(world, node.body, scope),
    Negative: lambda world, node, scope: -evaluate(world, node.body, scope),
    Indicator: lambda world, node, scope: float(holds(world, node.condition, scope)),
    Partial: lambda world, node, scope: derivative.partial(world, node, scope, evaluate),
}  # fmt: skip
