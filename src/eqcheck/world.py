"""One instance of a page: sizes, sampled symbols, definitions, and what is pinned for a derivative."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator

from eqcheck.domains import FunctionDomain, Indices, Labels, Naturals
from eqcheck.names import Names
from eqcheck.syntax import Node
from eqcheck.values import Array, Value

STEP = 1e-30


class Failure(Exception):
    """An equation that cannot hold: shapes that do not fit, an index off its axis."""


class Undefined(Exception):
    """A point at which the equation says nothing: no case applies."""


@dataclass(frozen=True)
class Definition:
    """The right side that defines a symbol, with the indices or parameters of its left side."""

    body: Node
    indices: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


@dataclass
class World:
    """Values of all symbols in one instance. `pins` hold symbols that a derivative moves by itself."""

    names: Names
    definitions: dict[str, Definition]
    sizes: dict[str, int]
    random: Generator
    evaluate: Callable[["World", Node, "Scope"], Value]
    leaves: dict[str, Value] = field(default_factory=dict)
    functions: dict[str, Callable[..., Value]] = field(default_factory=dict)
    pins: dict[str, Value] = field(default_factory=dict)
    stepping: bool = False
    fired: dict[Node, set[int]] = field(default_factory=dict)
    _memo: dict[str, Value] = field(default_factory=dict)
    _nudged: dict[tuple[str, tuple[int, ...], complex], "World"] = field(default_factory=dict)

    def value(self, name: str) -> Value:
        """Look a symbol up: pinned, defined, or sampled."""
        if name in self.pins:
            return self.pins[name]
        if name in self.sizes:
            return self.sizes[name]
        if name not in self.definitions:
            return self.leaf(name)
        if name not in self._memo:
            self._memo[name] = self._defined(name)
        return self._memo[name]

    def leaf(self, name: str) -> Value:
        """Look up a symbol that nothing defines, sampled from its set."""
        if name not in self.leaves:
            domain = self.names.domains[name]
            if isinstance(domain, FunctionDomain):
                raise Failure(f"{self.names.tex[name]} is a function, used here without its argument")
            self.leaves[name] = domain.sample(self.random, self.sizes)
        return self.leaves[name]

    def extent(self, index: str) -> int | None:
        """How far an index runs."""
        domain = self.names.domains.get(index)
        return self.sizes.get(domain.size, None) if isinstance(domain, Indices) else None

    def _defined(self, name: str) -> Value:
        definition = self.definitions[name]
        if definition.parameters:
            raise Failure(f"{self.names.tex[name]} is a function, used here without its argument")
        if not definition.indices:
            return self.evaluate(self, definition.body, Scope())
        extents = [self.extent(index) or 0 for index in definition.indices]
        values = np.zeros(extents, complex)
        for place in np.ndindex(*extents):
            at = {index: position + 1 for index, position in zip(definition.indices, place, strict=True)}
            entry = self.evaluate(self, definition.body, Scope(at))
            if isinstance(entry, np.ndarray):
                raise Failure(f"an entry of {self.names.tex[name]} is set to a matrix of shape {entry.shape}")
            values[place] = entry
        if not np.iscomplexobj(values) or not values.imag.any():
            values = values.real
        return values.reshape(-1, 1) if values.ndim == 1 else values

    def nudged(self, name: str, place: tuple[int, ...], step: complex) -> "World":
        """Take the world in which one entry of a symbol is moved by itself, and all that follows from it."""
        key = (name, place, step)
        if key not in self._nudged:
            value = self.value(name)
            if isinstance(self.names.domains.get(name), Labels | Indices | Naturals):
                raise Failure(f"{self.names.tex[name]} is a whole number; there is no derivative by it")
            if isinstance(value, np.ndarray):
                moved: Value = value.astype(complex)
                assert isinstance(moved, np.ndarray)
                moved[place] += step
            else:
                moved = value + step
            self._nudged[key] = World(
                self.names, self.definitions, self.sizes, self.random, self.evaluate, self.leaves, self.functions,
                {**self.pins, name: moved}, True, self.fired,
            )  # fmt: skip
        return self._nudged[key]

    def function(self, name: str) -> Callable[..., Value]:
        """Take a smooth random function for one that is declared and not defined."""
        if name not in self.functions:
            domain = self.names.domains[name]
            count = len(domain.arguments) if isinstance(domain, FunctionDomain) else 1
            a, b, c = self.random.standard_normal((3, count))

            def smooth(*arguments: Value) -> Value:
                total: Value = 0.0
                for argument, *weights in zip(arguments, a, b, c, strict=True):
                    wave = weights[0] * np.tanh(weights[1] * np.asarray(argument) + weights[2])
                    total = total + np.sum(wave + 0.3 * np.asarray(argument))
                return total

            self.functions[name] = smooth
        return self.functions[name]


@dataclass(frozen=True)
class Scope:
    """What a name means inside a sum or a function: indices, with how far they run, and parameters."""

    values: dict[str, Value] = field(default_factory=dict)
    extents: dict[str, int | None] = field(default_factory=dict)

    def with_values(self, values: dict[str, Value], extents: dict[str, int | None] | None = None) -> "Scope":
        """Add names to the scope."""
        return Scope({**self.values, **values}, {**self.extents, **(extents or {})})


def as_matrix(value: Value) -> Array:
    """See a number as a 1 × 1 matrix."""
    return value if isinstance(value, np.ndarray) else np.array([[value]])
