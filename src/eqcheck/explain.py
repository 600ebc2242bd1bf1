"""Say more about an equation that fails: the two sides, and a guess at the cause where one is cheap."""

from collections.abc import Callable, Iterator

import numpy as np

from eqcheck.compare import Difference
from eqcheck.evaluate import evaluate
from eqcheck.instances import RandomSource, sizes_for
from eqcheck.sides import sides
from eqcheck.tex.lexer import Refusal
from eqcheck.trial import ShapeMisfit, Trial
from eqcheck.values import Array, Value
from eqcheck.world import Failure, Undefined, World

_SHORT = 70
_CLOSE = 1e-6
_OTHERS = 5


def difference(trial: Trial, found: Difference) -> str:
    """Tell two sides that differ: where, by how much, and why perhaps."""
    where = f" at {found.place}" if found.place else ""
    if found.relation < 0:
        return (
            f"{found.prefix}the code differs by {found.amount:.2g}{where}: "
            f"the equation is {found.left:.6g}, the code gives {found.right:.6g}"
        )
    left, right = _tex(trial, found)
    guess = cause(trial, found)
    if found.amount == 0:
        return f"both sides are {found.left:.6g}{where}: {left} and {right}"
    said = f"sides differ by {found.amount:.2g}{where}: {left} is {found.left:.6g}, {right} is {found.right:.6g}"
    return f"{said} ({guess})" if guess else said


def misfit(found: ShapeMisfit) -> str:
    """Tell two sides whose shapes differ, with the guess."""
    guess = _shape_cause(np.asarray(found.left), np.asarray(found.right))
    return f"{found} ({guess})" if guess else str(found)


def _tex(trial: Trial, found: Difference) -> tuple[str, str]:
    """The TeX of the two sides; only their names where it is long, or hard to cut out."""
    try:
        cut = sides(trial.equation.tex)
    except Refusal:
        cut = []
    number = sum(len(statement.relations) for statement in trial.statements[: found.statement]) + found.relation
    if len(cut) == sum(len(statement.relations) for statement in trial.statements):
        left, right = cut[number]
        if left and right and len(left) <= _SHORT and len(right) <= _SHORT:
            return left, right
    return "the left side", "the right side"


def cause(trial: Trial, found: Difference) -> str:
    """Guess why two sides differ: a change that makes them equal, there and at several other instances."""
    random = np.random.default_rng([trial.seed, 7])
    worlds = [found.world] if found.world else []
    for instance in range(_OTHERS):
        sizes = sizes_for(trial.letters, trial.written, random if instance else None)
        worlds.append(trial.world(sizes, RandomSource((trial.seed, 2000 + instance), domains=trial.parameters)))
    try:
        pairs = [(world, *_tables(trial, world, found)) for world in worlds]
    except (Failure, Undefined, ValueError):
        return ""
    if all(_alike(left, right) for _, left, right in pairs[1:]):
        at_boundary = found.world is not None and found.world.source.boundary
        return "equal nearly everywhere: look at the boundary" if at_boundary else ""
    indices = [trial.names.tex[index] for index in trial.indices[found.statement]]
    for guess, change in _changes(pairs[0][1].ndim, indices):
        if all(_alike(left, change(right)) for _, left, right in pairs):
            return guess
    return _factor(pairs) or _diagonal(pairs, indices)


def _tables(trial: Trial, world: World, found: Difference) -> tuple[Array, Array]:
    """Compute the two sides at all their indices: one axis for each index, and those of the values."""
    statement = trial.statements[found.statement]
    extents = tuple(world.extent(index) or 0 for index in trial.indices[found.statement])
    scopes = list(trial.points(world, found.statement))
    if not scopes:
        raise Failure("no point meets the condition")
    tables = []
    for side in statement.sides[found.relation : found.relation + 2]:
        values = [np.real(evaluate(world, side, scope)) for scope in scopes]
        tables.append(np.array(values, float).reshape(extents + np.shape(values[0])))
    return tables[0], tables[1]


def _changes(axes: int, indices: list[str]) -> Iterator[tuple[str, Callable[[Array], Value]]]:
    """The changes that are tried, each with what it says."""
    yield "equal after a change of sign", lambda right: -right
    if axes == 2:
        swapped = f"with {' and '.join(indices)} swapped" if len(indices) == 2 else "after a transpose"
        yield f"equal {swapped}", lambda right: right.T
        yield f"equal {swapped} and a change of sign", lambda right: -right.T
    for axis, index in enumerate(indices):
        yield f"equal after a sum over {index}", lambda right, axis=axis: right.sum(axis=axis, keepdims=True)  # type: ignore[misc]
        yield f"equal after a mean over {index}", lambda right, axis=axis: right.mean(axis=axis, keepdims=True)  # type: ignore[misc]
    yield "the right side is the logarithm's argument", np.log
    yield "the left side is the logarithm's argument", np.exp
    yield "the right side is the reciprocal of the left", lambda right: 1 / right


def _alike(left: Array, right: Value) -> bool:
    if np.ndim(right) != left.ndim or not np.isfinite(right).all():
        return False
    try:
        right = np.broadcast_to(right, left.shape)
    except ValueError:
        return False
    return bool(np.all(abs(left - right) <= _CLOSE * np.maximum(1e-3, abs(left))))


def _factor(pairs: list[tuple[World, Array, Array]]) -> str:
    """Find a factor between the sides: a size, or the same number everywhere."""
    factors = []
    for _, left, right in pairs:
        used = abs(right) > _CLOSE
        if not used.any():
            return ""
        factor = float(np.median(left[used] / right[used]))
        if not factor or not _alike(left, factor * right):
            return ""
        factors.append(factor)
    for letter in pairs[0][0].sizes:
        sizes = [world.sizes[letter] for world, _, _ in pairs]
        for name, wanted in ((letter, sizes), (f"1/{letter}", [1 / size for size in sizes])):
            if np.allclose(factors, wanted, rtol=_CLOSE):
                return f"equal after a factor {name} on the right"
    if np.allclose(factors, factors[0], rtol=_CLOSE):
        return f"equal after a factor {factors[0]:.4g} on the right"
    return ""


def _diagonal(pairs: list[tuple[World, Array, Array]], indices: list[str]) -> str:
    """Tell whether the sides agree where two indices are equal, or only where they are not."""
    if len(indices) != 2 or any(left.ndim != 2 or left.shape[0] != left.shape[1] for _, left, _ in pairs):
        return ""
    agree = [abs(left - right) <= _CLOSE for _, left, right in pairs]
    equal = [np.eye(len(table), dtype=bool) for table in agree]
    if all(table[on].all() for table, on in zip(agree, equal, strict=True)):
        return f"they agree where {indices[0]} = {indices[1]}"
    if all(table[~on].all() for table, on in zip(agree, equal, strict=True)):
        return f"they differ only where {indices[0]} = {indices[1]}"
    return ""


def _shape_cause(left: Array, right: Array) -> str:
    for one, other, name in ((left, right, "right"), (right, left, "left")):
        if other.ndim != 2:
            continue
        total = other.sum(axis=0, keepdims=True)
        if one.shape == total.shape and _alike(one, total):
            return f"equal after a sum over the first axis of the {name} side"
        if one.shape == total.shape and _alike(one, total / len(other)):
            return f"equal after a mean over the first axis of the {name} side"
        if one.ndim == 0 and _alike(one, other.sum()):
            return f"equal after a sum over the entries of the {name} side"
        if one.shape == other.T.shape:
            return "equal after a transpose" if _alike(one, other.T) else "the shapes fit after a transpose"
    return ""
