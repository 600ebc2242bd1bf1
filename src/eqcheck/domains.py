r"""The sets that symbols are in: \mathbb{R}^{N\times D}, \{1,\dots,K\}, \Delta^{K-1}, … and elements of them.

A set is sampled at random, at its boundary, and by numbers that one can follow by hand; a finite one
is gone through element by element.
"""

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from eqcheck.notation import NotationError
from eqcheck.values import Array, Value, column

Sizes = dict[str, int]
LARGEST = 100_000  # entries of one symbol
# What a reader computes with in the head; rolled along, so that no two entries are tied for long.
_EASY = np.array([0.0, 1.0, 2.0, -1.0, 0.5, -2.0])
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Domain:
    """A set that can be sampled once the sizes are known."""

    @property
    def extents(self) -> tuple[str, ...]:
        """The sizes that the set depends on, as they are written."""
        return ()

    def dimensions(self, sizes: Sizes) -> tuple[int, ...]:
        """The shape of an element: none for a number."""
        return ()

    def sample(self, random: Generator, sizes: Sizes) -> Value:
        """Draw one element."""
        raise NotImplementedError

    def boundary(self, random: Generator, sizes: Sizes) -> Value:
        """Draw one element where kinks and saddles like to sit."""
        return self.sample(random, sizes)

    def easy(self, turn: int, sizes: Sizes) -> Value:
        """Take one element that one can compute with by hand."""
        return self.sample(np.random.default_rng(turn), sizes)

    def count(self, sizes: Sizes) -> int | None:
        """How many elements there are, if they can be gone through."""
        return None

    def element(self, number: int, sizes: Sizes) -> Value:
        """Take one element of a finite set by its number."""
        raise NotImplementedError

    def contains(self, value: Value, sizes: Sizes) -> bool:
        """Tell whether a value is an element."""
        return np.shape(value) == self.dimensions(sizes)


@dataclass(frozen=True)
class Naturals(Domain):
    """A size."""


@dataclass(frozen=True)
class Indices(Domain):
    """The integers from 1 to a size; fixed: one of them, the same in the whole equation."""

    size: str
    fixed: bool = False

    @property
    def extents(self) -> tuple[str, ...]:
        """The one size."""
        return (self.size,)

    def sample(self, random: Generator, sizes: Sizes) -> Value:
        """Draw one index."""
        return int(random.integers(1, extent(self.size, sizes) + 1))

    def count(self, sizes: Sizes) -> int | None:
        """All the integers."""
        return extent(self.size, sizes)

    def element(self, number: int, sizes: Sizes) -> Value:
        """Count from 1."""
        return number + 1

    def easy(self, turn: int, sizes: Sizes) -> Value:
        """Take 1 first."""
        return turn % extent(self.size, sizes) + 1

    def contains(self, value: Value, sizes: Sizes) -> bool:
        """Ask for an integer in the range."""
        return np.shape(value) == () and value in range(1, extent(self.size, sizes) + 1)


@dataclass(frozen=True)
class Labels(Domain):
    """A column of integers from 1 to a size."""

    size: str
    length: str

    @property
    def extents(self) -> tuple[str, ...]:
        """The two sizes."""
        return (self.size, self.length)

    def dimensions(self, sizes: Sizes) -> tuple[int, ...]:
        """A column."""
        return (extent(self.length, sizes), 1)

    def sample(self, random: Generator, sizes: Sizes) -> Value:
        """Draw every entry."""
        return column(random.integers(1, extent(self.size, sizes) + 1, extent(self.length, sizes)).astype(float))

    def count(self, sizes: Sizes) -> int | None:
        """Every entry has the choice."""
        return extent(self.size, sizes) ** min(extent(self.length, sizes), 30)

    def element(self, number: int, sizes: Sizes) -> Value:
        """Count in the digits of the number."""
        return _digits(number, extent(self.size, sizes), self.dimensions(sizes)) + 1

    def easy(self, turn: int, sizes: Sizes) -> Value:
        """Take 1, 2, … in turn."""
        return column(((np.arange(extent(self.length, sizes)) + turn) % extent(self.size, sizes) + 1).astype(float))

    def contains(self, value: Value, sizes: Sizes) -> bool:
        """Ask for integers in the range."""
        allowed = np.arange(1, extent(self.size, sizes) + 1)
        return np.shape(value) == self.dimensions(sizes) and bool(np.isin(value, allowed).all())


@dataclass(frozen=True)
class Reals(Domain):
    """Real numbers, columns or matrices: all of them, or within a bound ("unit": between 0 and 1)."""

    shape: tuple[str, ...] = ()
    above: str = ""

    @property
    def extents(self) -> tuple[str, ...]:
        """The sizes along the axes."""
        return self.shape

    def dimensions(self, sizes: Sizes) -> tuple[int, ...]:
        """A vector is a column."""
        shape = tuple(extent(size, sizes) for size in self.shape)
        if math.prod(shape) > LARGEST:
            raise NotationError(f"a symbol with more than {LARGEST:,} entries")
        return (*shape, 1) if len(shape) == 1 else shape

    def sample(self, random: Generator, sizes: Sizes) -> Value:
        """Draw each entry by itself."""
        values = random.standard_normal(self.dimensions(sizes))
        if self.above in (">0", r"\ge0"):
            values = np.exp(0.7 * values)
        if self.above == "unit":
            values = 1 / (1 + np.exp(-np.clip(values, -2, 2)))
        if self.above == "bits":
            values = np.where(values > 0, 1.0, 0.0)
        return _plain(values)

    def boundary(self, random: Generator, sizes: Sizes) -> Value:
        """Put zeros where the set has them: in a number, in some entries of a matrix."""
        values = self.sample(random, sizes)
        if self.above not in ("", r"\ge0"):
            return values
        if not isinstance(values, np.ndarray):
            return 0.0
        zeros = np.less(random.random(values.shape), 0.4)
        first, second = random.permutation(values.size)[[0, -1]]
        zeros.reshape(-1)[[first, second]] = True, False
        return np.where(zeros, 0.0, values)

    def easy(self, turn: int, sizes: Sizes) -> Value:
        """Take small numbers: zeros, the identity, one alike for all entries, then one after the other."""
        pool = self._pool()
        shape = self.dimensions(sizes)
        size = math.prod(shape)
        if turn == 1 and shape and self.above in ("", r"\ge0"):
            return np.eye(shape[0], shape[1])
        if turn <= len(pool):
            values = np.full(size, pool[max(turn - 1, 0)])
        else:
            values = pool[(np.arange(size) * (1 + turn // 7) + turn) % len(pool)]
        return _plain(values.reshape(shape))

    def _pool(self) -> Array:
        if self.above == ">0":
            return np.array([1.0, 2.0, 0.5, 4.0])
        if self.above == r"\ge0":
            return np.array([1.0, 0.0, 2.0, 0.5])
        if self.above == "unit":
            return np.array([0.5, 0.25, 0.75, 0.2])
        return np.array([0.0, 1.0]) if self.above == "bits" else _EASY

    def count(self, sizes: Sizes) -> int | None:
        """Only bits can be gone through."""
        return 2 ** min(math.prod(self.dimensions(sizes)), 30) if self.above == "bits" else None

    def element(self, number: int, sizes: Sizes) -> Value:
        """Count in binary digits."""
        return _plain(_digits(number, 2, self.dimensions(sizes)))

    def contains(self, value: Value, sizes: Sizes) -> bool:
        """Ask for the shape, and for the bound of every entry."""
        if np.shape(value) != self.dimensions(sizes) or not np.isfinite(value).all():
            return False
        if not self.above:
            return True
        if self.above == "bits":
            return bool(np.isin(value, (0, 1)).all())
        low, high = np.min(np.real(value)), np.max(np.real(value))
        bounds = {">0": low > 0, r"\ge0": low >= -_ROUNDING}
        return bool(bounds.get(self.above, low >= -_ROUNDING and high <= 1 + _ROUNDING))


@dataclass(frozen=True)
class Simplex(Domain):
    """Distributions: columns of positive numbers with the sum 1."""

    size: str

    @property
    def extents(self) -> tuple[str, ...]:
        """The number of outcomes."""
        return (self.size,)

    def dimensions(self, sizes: Sizes) -> tuple[int, ...]:
        """A column."""
        return (extent(self.size, sizes), 1)

    def sample(self, random: Generator, sizes: Sizes) -> Value:
        """Draw one from the uniform distribution on the simplex, not too near to its faces."""
        weights = random.exponential(size=self.dimensions(sizes)) + 0.05
        return weights / weights.sum()

    def easy(self, turn: int, sizes: Sizes) -> Value:
        """Take the uniform one first, then such as have small denominators."""
        shape = self.dimensions(sizes)
        weights = np.ones(shape)
        if turn % 4:
            weights[turn // 4 % shape[0]] = 2.0 ** (turn % 4)
        if turn % 4 == 2:  # two entries, 1/4 and 3/4
            weights[turn // 4 % shape[0]] = shape[0] + 1
        return weights / weights.sum()

    def contains(self, value: Value, sizes: Sizes) -> bool:
        """Ask that nothing is negative and the sum is 1."""
        if np.shape(value) != self.dimensions(sizes):
            return False
        return bool(np.min(np.real(value)) >= -_ROUNDING and abs(np.sum(value) - 1) <= _ROUNDING)


@dataclass(frozen=True)
class FunctionDomain(Domain):
    """A function, with the sets its arguments are in and the set it leads to."""

    arguments: tuple[Domain, ...]
    result: Domain = Reals()

    @property
    def extents(self) -> tuple[str, ...]:
        """All the sizes of all the sets."""
        return tuple(size for domain in (*self.arguments, self.result) for size in domain.extents)


_PATTERNS: list[tuple[str, str]] = [
    ("naturals", r"\\mathbb\{?N\}?"),
    ("indices", r"\\\{1,(?:\\dots|2,\\dots),(?P<size>[^\\}]+)\\\}(?:\^(?:\{(?P<count>\w+)\}|(?P<count1>\w)))?"),
    (
        "reals",
        r"\\mathbb\{?R\}?(?:_(?:\{(?P<bound>>0|\\ge0|\\geq0|\+)\}|(?P<plus>\+)))?(?:\^(?:\{(?P<shape>[^}]*)\}|(?P<shape1>\w)))?",
    ),
    ("simplex", r"\\Delta\^\{(?P<dim>\w+)-1\}"),
    ("unit", r"[(\[]0,1[)\]](?:\^(?:\{(?P<ushape>[^}]*)\}|(?P<ushape1>\w)))?"),
    ("bits", r"\\\{0,1\\\}(?:\^(?:\{(?P<bshape>[^}]*)\}|(?P<bshape1>\w)))?"),
]
_DOMAIN = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS))


def read_domain(tex: str, function: bool = False, fixed: bool = False) -> Domain:
    """Read the set that a symbol is declared to be in."""
    plain = re.sub(r"\s+|\\[,;!]", "", tex)
    if function:
        source, arrow, target = plain.partition(r"\to")
        if not arrow:
            raise NotationError(f"expected a function like \\mathbb{{R}}\\to\\mathbb{{R}}, got {tex}")
        return FunctionDomain(tuple(read_domain(part) for part in _factors(source)), read_domain(target))
    match = _DOMAIN.fullmatch(plain)
    if not match:
        raise NotationError(f"cannot read the set {tex}")
    if match["naturals"]:
        return Naturals()
    if match["indices"]:
        count = match["count"] or match["count1"]
        return Labels(match["size"], count) if count else Indices(match["size"], fixed)
    if match["simplex"]:
        return Simplex(match["dim"])
    if match["unit"]:
        return Reals(_shape(match["ushape"] or match["ushape1"]), "unit")
    if match["bits"]:
        return Reals(_shape(match["bshape"] or match["bshape1"]), "bits")
    bound = (match["bound"] or match["plus"] or "").replace("geq", "ge").replace("+", r"\ge0")
    return Reals(_shape(match["shape"] or match["shape1"]), bound)


_SIZE = re.compile(r"(?P<name>[A-Za-z]\w*|\d+)(?:(?P<sign>[+-])(?P<offset>\d+))?")


def size_letter(size: str) -> str:
    """The letter in a size like H or D+1; nothing for a plain number."""
    match = _SIZE.fullmatch(re.sub(r"[{}()]", "", size))
    return match["name"] if match and not match["name"].isdigit() else ""


def extent(size: str, sizes: Sizes) -> int:
    """Turn a size as it is written into a number: a letter, a number, or a letter plus or minus a number."""
    if size in sizes:
        return sizes[size]
    match = _SIZE.fullmatch(re.sub(r"[{}()]", "", size))
    if not match:
        raise NotationError(f"cannot read the size {size}")
    name = match["name"]
    if not name.isdigit() and name not in sizes:
        raise NotationError(f"the size {name} is not declared in \\mathbb{{N}}")
    number = int(name[:9]) if name.isdigit() else sizes[name]
    number += int((match["sign"] or "+") + (match["offset"] or "0")[:9])
    if not 0 <= number <= LARGEST:
        raise NotationError(f"the size {size} is out of range")
    return number


def _shape(text: str | None) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"\\times", text) if part) if text else ()


def _plain(values: Any) -> Value:
    return values if np.shape(values) else float(values)


def _digits(number: int, base: int, shape: tuple[int, ...]) -> Array:
    size = math.prod(shape)
    return np.array([number // base**place % base for place in range(size)], float).reshape(shape)


def _factors(source: str) -> list[str]:
    r"""Split a product of sets at the \times that stand outside braces."""
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(source):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if depth == 0 and source.startswith(r"\times", place):
            parts.append(source[start:place])
            start = place + len(r"\times")
    return [*parts, source[start:]]
