r"""The sets that symbols are in: \mathbb{R}^{N\times D}, \{1,\dots,K\}, \Delta^{K-1}, … and samples of them."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from eqcheck.notation import NotationError
from eqcheck.values import Value, column

Sizes = dict[str, int]


@dataclass(frozen=True)
class Domain:
    """A set that can be sampled once the sizes are known."""

    def sample(self, random: Generator, sizes: Sizes) -> Value:
        """Draw one element."""
        raise NotImplementedError


@dataclass(frozen=True)
class Naturals(Domain):
    """A size."""


@dataclass(frozen=True)
class Indices(Domain):
    """The integers from 1 to a size; fixed: one of them, the same in the whole equation."""

    size: str
    fixed: bool = False

    def sample(self, random: Generator, sizes: Sizes) -> Value:
        """Draw one index."""
        return int(random.integers(1, extent(self.size, sizes) + 1))


@dataclass(frozen=True)
class Labels(Domain):
    """A column of integers from 1 to a size."""

    size: str
    count: str

    def sample(self, random: Generator, sizes: Sizes) -> Value:
        """Draw every entry."""
        return column(random.integers(1, extent(self.size, sizes) + 1, extent(self.count, sizes)).astype(float))


@dataclass(frozen=True)
class Reals(Domain):
    """Real numbers, columns or matrices, with a lower bound or between two."""

    shape: tuple[str, ...] = ()
    above: str = ""

    def sample(self, random: Generator, sizes: Sizes) -> Value:
        """Draw each entry by itself."""
        shape = tuple(extent(size, sizes) for size in self.shape)
        values = random.standard_normal(shape)
        if self.above in (">0", r"\ge0"):
            values = np.exp(0.7 * values)
        if self.above == "unit":
            values = 1 / (1 + np.exp(-values))
        if self.above == "bits":
            values = (values > 0).astype(float)
        return column(values) if len(shape) == 1 else (float(values) if not shape else values)


@dataclass(frozen=True)
class Simplex(Domain):
    """Distributions: columns of positive numbers with the sum 1."""

    size: str

    def sample(self, random: Generator, sizes: Sizes) -> Value:
        """Draw one from the uniform distribution on the simplex."""
        weights = random.exponential(size=extent(self.size, sizes)) + 0.02
        return column(weights / weights.sum())


@dataclass(frozen=True)
class FunctionDomain(Domain):
    """A function, with the sets its arguments are in."""

    arguments: tuple[Domain, ...]


_PATTERNS: list[tuple[str, str]] = [
    ("naturals", r"\\mathbb\{?N\}?"),
    ("indices", r"\\\{1,(?:\\dots|2,\\dots),(?P<size>[^\\}]+)\\\}(?:\^(?:\{(?P<count>\w+)\}|(?P<count1>\w)))?"),
    (
        "reals",
        r"\\mathbb\{?R\}?(?:_(?:\{(?P<bound>>0|\\ge0|\\geq0)\}|(?P<plus>\+)))?(?:\^(?:\{(?P<shape>[^}]*)\}|(?P<shape1>\w)))?",
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
        source, arrow, _ = plain.partition(r"\to")
        if not arrow:
            raise NotationError(f"expected a function like \\mathbb{{R}}\\to\\mathbb{{R}}, got {tex}")
        return FunctionDomain(tuple(read_domain(part) for part in _factors(source)))
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
    bound = (match["bound"] or ("\\ge0" if match["plus"] else "")).replace("geq", "ge")
    return Reals(_shape(match["shape"] or match["shape1"]), bound)


def extent(size: str, sizes: Sizes) -> int:
    """Turn a size as it is written into a number: a letter, a number, or a letter plus or minus a number."""
    match = re.fullmatch(
        r"(?P<name>[A-Za-z]\w*|\d+)(?:(?P<sign>[+-])(?P<offset>\d+))?", size.replace("{", "").replace("}", "")
    )
    if not match:
        raise NotationError(f"cannot read the size {size}")
    name = match["name"]
    if not name.isdigit() and name not in sizes:
        raise NotationError(f"the size {name} is not declared in \\mathbb{{N}}")
    number = int(name) if name.isdigit() else sizes[name]
    return number + int((match["sign"] or "+") + (match["offset"] or "0"))


def _shape(text: str | None) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"\\times", text) if part) if text else ()


def _factors(source: str) -> list[str]:
    r"""Split a product of sets at the \times that stand outside braces."""
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(source):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if depth == 0 and source.startswith(r"\times", place):
            parts.append(source[start:place])
            start = place + len(r"\times")
    return [*parts, source[start:]]
