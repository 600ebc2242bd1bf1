"""Compare two values: how far they are apart, measured by their own size."""

import math
from dataclasses import dataclass

import numpy as np

from eqcheck.values import Array, Value, is_number
from eqcheck.world import Failure, World

TOLERANCE = 1e-7
_SMALL = 1e-3  # below this, sides are compared by their difference and not by its ratio to them


class NotANumber(Failure):
    """A side that has no value, or an infinite one. It equals nothing, not even another such side."""


@dataclass
class Difference(Exception):
    """Two sides that differ: by how much, and where."""

    amount: float
    place: str
    left: float
    right: float
    statement: int = 0
    relation: int = 0  # which of the statement's relations; -1: the comparison with code
    prefix: str = ""
    world: World | None = None

    def __str__(self) -> str:
        where = f" at {self.place}" if self.place else ""
        if self.amount == 0:
            return f"{self.prefix}both sides are {self.left:.6g}{where}"
        return f"{self.prefix}sides differ by {self.amount:.2g}{where}: {self.left:.6g} and {self.right:.6g}"


def real(value: Value, which: str) -> float:
    """Take a number as a real one."""
    if value.imag:
        raise NotANumber(f"the {which} side is not real")
    found = float(value.real)
    if not math.isfinite(found):
        raise NotANumber(f"the {which} side is {'not a number' if math.isnan(found) else 'infinite'}")
    return found


def reals(value: Value, which: str) -> Array:
    """Take a matrix as a real one."""
    if np.imag(value).any():
        raise NotANumber(f"the {which} side is not real")
    found = np.real(value)
    if not np.isfinite(found).all():
        raise NotANumber(f"the {which} side is {'not a number' if np.isnan(found).any() else 'infinite'}")
    return found


def worst_entry(left: Value, right: Value, relation: str) -> tuple[float, tuple[int, ...]]:
    """Find the entry where two values of one shape are farthest from the relation: (its error, its place)."""
    if is_number(left):
        return _error(real(left, "left"), real(right, "right"), relation), ()
    a, b = reals(left, "left"), reals(right, "right")
    errors = [_error(x, y, relation) for x, y in zip(a.reshape(-1).tolist(), b.reshape(-1).tolist(), strict=True)]
    worst = max(range(len(errors)), key=errors.__getitem__)
    return errors[worst], tuple(int(i) for i in np.unravel_index(worst, a.shape))


def _error(left: float, right: float, relation: str) -> float:
    """Measure how far two numbers are from the relation: 0 if it holds."""
    distance = abs(left - right) / max(_SMALL, abs(left), abs(right))
    if relation in ("=", ":="):
        return distance
    if relation == r"\le":
        return distance if left > right else 0.0
    if relation == r"\ge":
        return distance if left < right else 0.0
    if relation == "<":
        return 0.0 if left < right else max(distance, 1.0)
    if relation == ">":
        return 0.0 if left > right else max(distance, 1.0)
    if relation == r"\ne":
        return 0.0 if distance > TOLERANCE else 1.0
    raise Failure(f"the relation {relation} cannot be compared")
