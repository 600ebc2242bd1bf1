"""Evaluate a syntax tree in a world. Everything is a number or a matrix; nothing is broadcast but literals."""

import functools
import itertools
import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from eqcheck import derivative
from eqcheck.domains import Domain, FunctionDomain, Reals
from eqcheck.functions import ENTRYWISE, combined, extreme, inverted, matrix_function
from eqcheck.tex.syntax import (
    At,
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
    Pick,
    Plus,
    Power,
    Range,
    Symbol,
    Times,
    Transpose,
    literal,
)  # fmt: skip
from eqcheck.values import Array, Value, is_number, whole
from eqcheck.world import Failure, Misfit, Scope, Uncovered, Undefined, World

_RELATIONS = {
    "=": operator.eq, r"\ne": operator.ne, r"\le": operator.le, r"\ge": operator.ge, "<": operator.lt, ">": operator.gt,
}  # fmt: skip
_ONE_NUMBER = (Reals(),)
LARGEST_SUM = 100_000
LARGEST_MATRIX = 1000
LARGEST_POWER = 1000


def evaluate(world: World, node: Node, scope: Scope) -> Value:
    """Evaluate a node; a 1 × 1 matrix is a number."""
    world.setting.spend()
    value = _RULES[type(node)](world, node, scope)
    return value[0, 0] if isinstance(value, np.ndarray) and value.shape == (1, 1) else value


def holds(world: World, condition: Condition, scope: Scope) -> bool:
    """Decide a comparison."""
    return _compared(world, condition.relation, condition.left, condition.right, scope)


def _compared(world: World, relation: str, one: Node, other: Node, scope: Scope) -> bool:
    """Compare two numbers by their real parts: a complex step must not change which way it goes."""
    left, right = evaluate(world, one, scope), evaluate(world, other, scope)
    if not (is_number(left) and is_number(right)):
        raise Failure("a condition compares matrices")
    a, b = left.real, right.real
    if a == b and left.imag != right.imag:
        raise Undefined  # a derivative is asked for just where the condition changes
    return bool(_RELATIONS[relation](a, b))


def _number(world: World, node: Number, scope: Scope) -> Value:
    return node.value


def _symbol(world: World, node: Symbol, scope: Scope) -> Value:
    if node.name in scope.values:
        return scope.values[node.name]
    return world.value(node.name)


def _entry(world: World, node: Entry, scope: Scope) -> Value:
    matrix = scope.values[node.name] if node.name in scope.values else world.value(node.name)
    return _picked(world, matrix, node.indices, scope, node.name)


def _pick(world: World, node: Pick, scope: Scope) -> Value:
    return _picked(world, evaluate(world, node.body, scope), node.indices, scope, "what is in brackets")


def _picked(world: World, matrix: Value, indices: tuple[Node | None, ...], scope: Scope, name: str) -> Value:
    if not isinstance(matrix, np.ndarray):
        raise Misfit(f"{world.tex(name)} is a number and has no entries")
    axes: tuple[int, ...] = matrix.shape
    if len(indices) == 1 and 1 in axes:  # a vector: one index is enough
        place = _place(world, indices[0], matrix.size, scope, name)
        return matrix[place, 0] if axes[1] == 1 else matrix[0, place]
    if not len(indices) == len(axes) == 2:
        raise Misfit(f"{world.tex(name)} is {world.shape(matrix)} and has {len(indices)} indices here")
    row = _place(world, indices[0], axes[0], scope, name)
    column = _place(world, indices[1], axes[1], scope, name)
    picked = matrix[row, column]
    if not isinstance(picked, np.ndarray) or picked.ndim == 2:
        return picked
    return picked.reshape(-1, 1) if isinstance(row, slice) else picked.reshape(1, -1)


def _place(world: World, index: Node | None, size: int, scope: Scope, name: str) -> Any:
    if index is None:
        return slice(None)
    # nearly all indices are bound by a sum or run freely, and are looked up; the others are computed
    letter = index.name if isinstance(index, Symbol) else ""
    bound = scope.values.get(letter)
    value = evaluate(world, index, scope) if bound is None else bound
    place = value if type(value) is int else whole(value)
    if letter:
        extent = scope.extents[letter] if letter in scope.extents else world.extent(letter)
        if extent is not None and extent != size:
            raise Misfit(f"the index {world.tex(letter)} runs to {extent}, {_axis(world, name, size)}")
    if place is None:
        raise Failure(f"an index of {world.tex(name)} is not a whole number")
    if not 1 <= place <= size:
        raise Misfit(f"an index of {world.tex(name)} is {place}, {_axis(world, name, size)}")
    return place - 1


def _axis(world: World, name: str, size: int) -> str:
    return f"and this axis of {world.tex(name)} has {size} entries"


def _at(world: World, node: At, scope: Scope) -> Value:
    value = evaluate(world, node.value, scope)
    there = scope.values[node.name] if node.name in scope.values else world.value(node.name)
    if isinstance(there, np.ndarray) and literal(node.value):
        value = np.full(there.shape, value)
    if np.shape(value) != np.shape(there):
        raise Misfit(f"{world.tex(node.name)} is {world.shape(there)}, and is set to {world.shape(value)}")
    if node.name in scope.values:
        return evaluate(world, node.body, scope.with_values({node.name: value}))
    return evaluate(world.at(node.name, value), node.body, scope)


def _plus(world: World, node: Plus, scope: Scope) -> Value:
    values = [evaluate(world, term, scope) for term in node.terms]
    if matrices := [value for value in values if isinstance(value, np.ndarray)]:
        _fit_in_sum(world, node, values, matrices)
    return functools.reduce(operator.add, values)


def _fit_in_sum(world: World, node: Plus, values: list[Value], matrices: list[Array]) -> None:
    if world.setting.broadcast:
        matrices.sort(key=lambda value: -value.shape[0])
    for term, value in zip(node.terms, values, strict=True):
        if is_number(value) and not literal(term):
            raise Misfit(f"a number is added to a matrix of shape {world.shape(matrices[0])}")
        if isinstance(value, np.ndarray) and value.shape != matrices[0].shape and not _is_row(world, value, matrices):
            raise Misfit(
                f"shapes do not fit in a sum: {world.shape(matrices[0])} and {world.shape(value)}"
                + (r"; write \mathbf{1} times the row to add it to every row" if value.shape[0] == 1 else "")
            )


def _is_row(world: World, value: Any, matrices: list[Any]) -> bool:
    """Tell whether a row is to be added to every row, where the page is allowed to write so."""
    return world.setting.broadcast and value.shape == (1, matrices[0].shape[1])


def _times(world: World, node: Times, scope: Scope) -> Value:
    product: Value = 1.0
    for factor in node.factors:
        value = evaluate(world, factor, scope)
        if isinstance(product, np.ndarray) and isinstance(value, np.ndarray):
            if node.star:
                raise Ambiguous("* between two matrices can be read in two ways; write A B or A ⊙ B")
            if product.shape[1] != value.shape[0]:
                raise Misfit(f"shapes do not fit in a product: {world.shape(product)} times {world.shape(value)}")
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
                raise Misfit(f"shapes do not fit in ⊙: {world.shape(product)} and {world.shape(value)}")
        elif product is not None and is_number(product) != is_number(value):
            raise Misfit("⊙ joins a number and a matrix")
        product = value if product is None else product * value
    assert product is not None
    return product


class Ambiguous(Failure):
    """A product that can be read in two ways once the shapes are known."""


def _divide(world: World, node: Divide, scope: Scope) -> Value:
    top, bottom = evaluate(world, node.top, scope), evaluate(world, node.bottom, scope)
    if not is_number(bottom):
        raise Misfit(f"something is divided by a matrix of shape {world.shape(bottom)}")
    return top / bottom if bottom != 0 else top * np.nan


def _power(world: World, node: Power, scope: Scope) -> Value:
    base, exponent = evaluate(world, node.base, scope), evaluate(world, node.exponent, scope)
    if not is_number(exponent):
        raise Misfit("an exponent is a matrix")
    power = whole(exponent)
    if isinstance(base, np.ndarray):
        if power == -1 and base.shape[0] == base.shape[1]:
            return inverted(base)
        raise Misfit(f"a power of a matrix of shape {world.shape(base)}; entry by entry is written with ⊙")
    if power is not None:
        if abs(power) > LARGEST_POWER or (power < 0 and base == 0):
            return np.nan
        return _of_numpy(base) ** power
    if base == 0 and np.real(exponent) > 0:  # a root of 0; its slope has no value
        return 0.0
    return np.exp(exponent * np.log(base)) if np.real(base) > 0 else np.nan


def _of_numpy(number: Value) -> Value:
    """Make a number numpy's: its powers and quotients overflow to infinity, and Python's end in an error."""
    if isinstance(number, np.inexact):
        return number
    return np.complex128(number) if isinstance(number, complex) else np.float64(number)


def _transpose(world: World, node: Transpose, scope: Scope) -> Value:
    value = evaluate(world, node.body, scope)
    return value.T if isinstance(value, np.ndarray) else value


def _call(world: World, node: Call, scope: Scope) -> Value:
    arguments = [evaluate(world, argument, scope) for argument in node.arguments]
    if node.function in ENTRYWISE and node.order == 0 and len(arguments) == 1:
        return ENTRYWISE[node.function](arguments[0])
    if node.function in ("max", "min"):
        return extreme(world, node, arguments)
    if node.function not in ENTRYWISE and node.function not in world.names.domains:
        return matrix_function(node.function, arguments)
    function = _function(world, node.function)
    domain = world.names.domains.get(node.function)
    expected = domain.arguments if isinstance(domain, FunctionDomain) else _ONE_NUMBER
    if len(arguments) != len(expected):
        raise Misfit(f"{world.tex(node.function)} takes {len(expected)} arguments, here are {len(arguments)}")
    entrywise = expected == _ONE_NUMBER
    if not entrywise:
        _fit(world, node.function, arguments, expected)
    if node.order == 0:
        return _each(function, arguments[0]) if entrywise else function(*arguments)
    if not entrywise:
        raise Failure("a dash on a function that is not one of a single number")
    central = world.setting.central
    if node.order < 0:
        return _each(derivative.inverse(function, central), arguments[0])
    slope = derivative.slope(function, node.order, world.stepping or central)
    return _each(slope, arguments[0])


def _fit(world: World, function: str, arguments: list[Value], expected: tuple[Domain, ...]) -> None:
    for argument, domain in zip(arguments, expected, strict=True):
        if np.shape(argument) != domain.dimensions(world.sizes):
            wanted = world.shape(np.empty(domain.dimensions(world.sizes))) if domain.dimensions(world.sizes) else ""
            raise Misfit(
                f"an argument of {world.tex(function)} is {world.shape(argument)}, declared as {wanted or 'a number'}"
            )


def _each(function: Callable[[Value], Value], argument: Value) -> Value:
    """Apply a function of one number to each entry of a matrix."""
    if not isinstance(argument, np.ndarray):
        return function(argument)
    return np.array([function(entry) for entry in argument.reshape(-1)]).reshape(argument.shape)


def _function(world: World, name: str) -> Callable[..., Value]:
    if name in ENTRYWISE:
        return ENTRYWISE[name]
    definition = world.definitions.get(name)
    if definition is None:
        return world.function(name)

    def defined(*arguments: Value) -> Value:
        return evaluate(world, definition.body, Scope(dict(zip(definition.parameters, arguments, strict=True))))

    return defined


def _big(world: World, node: Big, scope: Scope) -> Value:
    values = []
    for inner in points(world, node.ranges, scope):
        if not node.conditions or all(holds(world, condition, inner) for condition in node.conditions):
            values.append(evaluate(world, node.body, inner))
    if values:
        world.fire(node, 0)
        return combined(node.operator, values)
    if node.operator in ("max", "min"):
        raise Undefined
    return 0.0 if node.operator == "sum" else 1.0


def points(world: World, ranges: tuple[Range, ...], scope: Scope) -> Iterator[Scope]:
    """Go through all values of the indices of a sum."""
    spans = []
    extents: dict[str, int | None] = {}
    for item in ranges:
        first = 1 if item.first is None else _bound(world, item.first, scope)
        last = world.extent(item.index) if item.last is None else _bound(world, item.last, scope)
        if last is None:
            raise Failure(f"the range of {item.index} is not known")
        spans.append(range(first, last + 1))
        # Σ_{k=1}^{K} goes along an axis of K; Σ_{k=1}^{i-1} goes along a part of one
        extents[item.index] = last if isinstance(item.last, Symbol) else world.extent(item.index)
    if math.prod(max(span.stop - span.start, 0) for span in spans) > LARGEST_SUM:
        raise Failure(f"a sum with more than {LARGEST_SUM:,} terms")
    indices = tuple(extents)
    extents = {**scope.extents, **extents}
    if len(spans) == 1:  # as nearly all sums
        for number in spans[0]:
            yield Scope({**scope.values, indices[0]: number}, extents)
        return
    for place in itertools.product(*spans):
        yield Scope({**scope.values, **dict(zip(indices, place, strict=True))}, extents)


def _bound(world: World, node: Node, scope: Scope) -> int:
    bound = whole(evaluate(world, node, scope))
    if bound is None:
        raise Failure("the bound of a sum is not a whole number")
    return bound


def _cases(world: World, node: Cases, scope: Scope) -> Value:
    found: list[Value] = []
    for place, (body, conditions) in enumerate(node.branches):
        if conditions is None and found:
            break
        if conditions is None or all(holds(world, condition, scope) for condition in conditions):
            world.fire(node, place)
            found.append(evaluate(world, body, scope))
    if not found:
        raise Uncovered
    if any(np.shape(value) != np.shape(found[0]) or np.any(value != found[0]) for value in found[1:]):
        raise Failure("two cases apply at the same point, and differ")
    return found[0]


def _constant(world: World, node: Constant, scope: Scope) -> Value:
    size = _bound(world, node.size, scope)
    if not 1 <= size <= LARGEST_MATRIX:
        raise Failure(f"a constant of size {size}")
    if node.kind == "identity":
        return np.eye(size)
    return np.full((size, 1), 1.0 if node.kind == "ones" else 0.0)


def _delta(world: World, node: Delta, scope: Scope) -> Value:
    return 1.0 if _compared(world, "=", node.left, node.right, scope) else 0.0


def _matrix(world: World, node: Matrix, scope: Scope) -> Value:
    rows = [[evaluate(world, cell, scope) for cell in row] for row in node.rows]
    if any(len(row) != len(rows[0]) or not all(is_number(cell) for cell in row) for row in rows):
        raise Misfit("a matrix with rows of different lengths, or with matrices for entries")
    return np.array(rows)


def _partial(world: World, node: Partial, scope: Scope) -> Value:
    return derivative.partial(world, node, scope, evaluate)


_RULES: dict[type, Callable[[World, Any, Scope], Value]] = {
    Number: _number, Symbol: _symbol, Entry: _entry, Plus: _plus, Times: _times, Hadamard: _hadamard,
    Divide: _divide, Power: _power, Transpose: _transpose, Call: _call, Cases: _cases,
    Constant: _constant, Delta: _delta, Matrix: _matrix, Pick: _pick, At: _at,
    Group: lambda world, node, scope: evaluate(world, node.body, scope),
    Negative: lambda world, node, scope: -evaluate(world, node.body, scope),
    Indicator: lambda world, node, scope: float(holds(world, node.condition, scope)),
    Big: lambda world, node, scope: world.remembered(node, scope, _big),
    Partial: lambda world, node, scope: world.remembered(node, scope, _partial),
}  # fmt: skip
