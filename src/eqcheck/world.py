"""One instance of a page: sizes, sampled symbols, definitions, and what is pinned for a derivative."""

import contextlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from eqcheck.bill import Bill
from eqcheck.domains import Domain, FunctionDomain, Indices, Labels, Naturals, Reals, Sizes, extent
from eqcheck.links import Definition, Links, uses
from eqcheck.tex.names import Names
from eqcheck.tex.pointwise import POINT
from eqcheck.tex.syntax import Entry, Group, Node, Symbol
from eqcheck.values import Value

MOST_WORK = 1_000_000  # nodes evaluated for one equation: some seconds
_LONG = 30  # definitions one on top of the other; Python does not call itself as deeply as one likes


class Failure(Exception):
    """An equation that cannot be confirmed: something in it has no value."""


class Misfit(Failure):
    """Shapes that do not fit, or an index off its axis: no instance can make the equation true."""


class Undefined(Exception):
    """A point at which the equation says nothing: no case applies, or a kink has no slope."""


class Uncovered(Undefined):
    """A point at which no case applies."""


class Source(Protocol):
    """Where the symbols that nothing defines get their values from.

    At the boundary sits what is special: zeros, ties. Not all equations say something there.
    """

    @property
    def boundary(self) -> bool:
        """Tell whether values are put there."""

    @property
    def scale(self) -> float:
        """How much larger than usual real numbers are; digits are lost there, so that nothing is quite equal."""

    def leaf(self, name: str, domain: Domain, sizes: Sizes) -> Value:
        """Draw a value."""

    def function(self, name: str, domain: FunctionDomain, sizes: Sizes) -> Callable[..., Value]:
        """Draw a function."""


class Lender(Protocol):
    """Another world with the same values, who has computed some of them already."""

    def lend(self, name: str, to: "Setting") -> Value | None:
        """Give a value with its bill, if there is one."""

    def nudged(self, name: str, place: tuple[int, ...], step: complex) -> Any:
        """Move the same entry there, for another lender."""


@dataclass
class Setting:
    """What all the instances of one trial have in common.

    `central` takes central differences for every derivative: a second judge beside the complex step.
    """

    names: Names
    definitions: dict[str, Definition]
    evaluate: Callable[["World", Node, "Scope"], Value]
    broadcast: bool = False
    central: bool = False
    work: int = 0
    fired: dict[int, set[int]] = field(default_factory=dict)
    idle: set[str] = field(default_factory=set)  # derivatives that are 0 because nothing moves
    fired_at_boundary: dict[int, set[int]] = field(default_factory=dict)
    borrowed: frozenset[str] = frozenset()  # names whose values are taken from the twin of a world
    open: list[Bill] = field(default_factory=list)  # in a twin, the bills of the values that are being computed
    links: Links = field(init=False)
    _uses: dict[int, tuple[Node, frozenset[str]]] = field(default_factory=dict)
    _paid: set[Bill] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.links = Links(self.definitions)

    def spend(self, work: int = 1) -> None:
        """Count a step of work, or several."""
        self.work += work
        if self.work > MOST_WORK:
            raise Failure("this takes more work than any display should: a sum within a sum within a sum?")

    def fire(self, boundary: bool, node: int, branch: int) -> None:
        """Note that a branch was taken."""
        fired = self.fired_at_boundary if boundary else self.fired
        fired.setdefault(node, set()).add(branch)

    def pay(self, bill: Bill) -> None:
        """Take over, once, what a value took that somebody else has computed."""
        waiting = [bill]
        while waiting:
            part = waiting.pop()
            if part not in self._paid:
                self._paid.add(part)
                for taken in part.fired:
                    self.fire(*taken)
                self.idle.update(part.idle)
                waiting += part.parts
                self.spend(part.work)

    def uses(self, node: Node) -> frozenset[str]:
        """The names in a node. It is kept here, so that its id stays its own."""
        if id(node) not in self._uses:
            self._uses[id(node)] = (node, uses(node))
        return self._uses[id(node)][1]


@dataclass(slots=True)  # never changed; it is not frozen because each term of a sum has one, and that costs time
class Scope:
    """What a name means inside a sum or a function: indices, with how far they run, and parameters."""

    values: dict[str, Value] = field(default_factory=dict)
    extents: dict[str, int | None] = field(default_factory=dict)

    def with_values(self, values: dict[str, Value], extents: dict[str, int | None] | None = None) -> "Scope":
        """Add names to the scope."""
        return Scope({**self.values, **values}, {**self.extents, **extents} if extents else self.extents)


Compute = Callable[["World", Any, Scope], Value]


class World:
    """Values of all symbols in one instance; `pinned` are those that a derivative moves by themselves."""

    def __init__(self, setting: Setting, sizes: Sizes, source: Source) -> None:
        self.setting, self.sizes, self.source = setting, sizes, source
        self.names, self.definitions = setting.names, setting.definitions
        self.leaves: dict[str, Value] = {}
        self.functions: dict[str, Callable[..., Value]] = {}
        self.pinned: frozenset[str] = frozenset()
        self.affected: frozenset[str] = frozenset()
        self.parent: World | None = None
        self.twin: Lender | None = None
        self.steps = 0  # how many derivatives move something here
        self._climbing = False
        self._extents: dict[str, int | None] = {}
        self._known: dict[str, Value] = dict(sizes)
        self._nodes: dict[tuple[object, ...], Value] = {}
        self._nudged: dict[tuple[str, tuple[int, ...], complex], World] = {}

    @property
    def stepping(self) -> bool:
        """Tell whether some derivative moves a symbol already."""
        return self.steps > 0

    def value(self, name: str) -> Value:
        """Look a symbol up: pinned, defined, or sampled."""
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._found(name)
        return found

    def _found(self, name: str) -> Value:
        if self.parent and name not in self.affected:
            return self.parent.value(name)
        if name not in self.definitions:
            return self.leaf(name)
        lent = self.twin.lend(name, self.setting) if self.twin and name in self.setting.borrowed else None
        return self._computed(name) if lent is None else lent

    def leaf(self, name: str) -> Value:
        """Look up a symbol that nothing defines, sampled from its set."""
        if name not in self.leaves:
            domain = Reals() if name == POINT else self.names.domains[name]
            if isinstance(domain, FunctionDomain):
                raise Failure(f"{self.tex(name)} is a function, used here without its argument")
            if self.names.is_index(name):
                raise Failure(f"the index {self.tex(name)} has no value here")
            self.leaves[name] = self.source.leaf(name, domain, self.sizes)
        return self.leaves[name]

    def tex(self, name: str) -> str:
        """Spell a name as the page does."""
        return self.names.tex.get(name, name)

    def extent(self, index: str) -> int | None:
        """How far an index runs."""
        if index not in self._extents:
            domain = self.names.domains.get(index)
            self._extents[index] = extent(domain.size, self.sizes) if isinstance(domain, Indices) else None
        return self._extents[index]

    def shape(self, value: Value) -> str:
        """Spell a shape in the letters of the page: all the sizes are different."""
        if not isinstance(value, np.ndarray):
            return "a number"
        letters = {size: letter for letter, size in self.sizes.items()}
        return " × ".join(str(letters.get(size, size)) for size in value.shape)

    def fire(self, node: Node, branch: int) -> None:
        """Note that a branch was taken."""
        self.setting.fire(self.source.boundary, id(node), branch)

    def idle(self, words: str) -> None:
        """Note that a derivative is 0 because nothing moves."""
        self.setting.idle.add(words)

    def key(self, node: Node, scope: "Scope") -> tuple[object, ...] | None:
        """Tell one choice of the indices that a node uses from the others; a parameter may be any number."""
        key: list[object] = [id(node)]
        for name in self.setting.uses(node):
            if name in scope.values:
                value = scope.values[name]
                if type(value) is not int:
                    return None
                key += [name, value, scope.extents.get(name)]
        return tuple(key)

    def remembered(self, node: Node, scope: "Scope", compute: Compute) -> Value:
        """Compute a costly node once for each choice of the indices that it uses."""
        key = self.key(node, scope)
        if key is None:
            return compute(self, node, scope)
        found = self._nodes.get(key)
        if found is None:
            found = self._nodes[key] = compute(self, node, scope)
        return found

    def _climb(self, name: str) -> None:
        """Compute a long chain of definitions from its lower end."""
        if self._climbing or len(self.definitions) <= _LONG:
            return
        self._climbing = True
        below = self.setting.links.made_of(name) - {name}
        for other in self.definitions:
            if other in below and not self.definitions[other].parameters:
                with contextlib.suppress(Failure, Undefined):  # told when the value is asked for
                    self.value(other)
        self._climbing = False

    def _computed(self, name: str) -> Value:
        self._climb(name)
        return self._defined(name)

    def _defined(self, name: str) -> Value:
        definition = self.definitions[name]
        evaluate = self.setting.evaluate
        if definition.parameters:
            raise Failure(f"{self.tex(name)} is a function, used here without its argument")
        if not definition.indices:
            return evaluate(self, definition.body, Scope())
        extents = [self.extent(index) or 0 for index in definition.indices]
        values = np.zeros(extents, complex)
        for number, place in enumerate(itertools.product(*(range(1, last + 1) for last in extents))):
            entry = evaluate(self, definition.body, Scope(dict(zip(definition.indices, place, strict=True))))
            if isinstance(entry, np.ndarray):
                raise Misfit(f"an entry of {self.tex(name)} is set to a matrix of shape {self.shape(entry)}")
            values.flat[number] = entry
        found = values if values.imag.any() else values.real
        return found.reshape(-1, 1) if found.ndim == 1 else found

    def nudged(self, name: str, place: tuple[int, ...], step: complex) -> "World":
        """Take the world in which one entry of a symbol is moved by itself, and all that follows from it."""
        key = (name, place, step)
        if key not in self._nudged:
            if isinstance(self.names.domains.get(name), Labels | Indices | Naturals):
                raise Failure(f"{self.tex(name)} is a whole number; there is no derivative by it")
            self._nudged[key] = self.at(name, nudge(self.value(name), place, step))
            self._nudged[key].steps += 1
            if self.twin and (name in self.setting.borrowed or name not in self.definitions):
                self._nudged[key].twin = self.twin.nudged(name, place, step)
        return self._nudged[key]

    def at(self, name: str, value: Value) -> "World":
        """Take the world in which a symbol has another value, and all that follows from it."""
        other = type(self)(self.setting, self.sizes, self.source)
        other.leaves, other.functions = self.leaves, self.functions
        other._known = {**self.sizes, name: value}
        other.parent, other.pinned, other.steps = self, self.pinned | {name}, self.steps
        other.affected = (self.affected | self.setting.links.affected(name)) - other.pinned
        return other

    def function(self, name: str) -> Callable[..., Value]:
        """Take a smooth random function for one that is declared and not defined."""
        if name not in self.functions:
            domain = self.names.domains[name]
            assert isinstance(domain, FunctionDomain)
            self.functions[name] = self.source.function(name, domain, self.sizes)
        return self.functions[name]

    def refuse_idle(self, body: Node, variable: str) -> None:
        """Refuse to differentiate a symbol that nothing defines; note where nothing depends on the variable."""
        if self.setting.links.depends(self.setting.uses(body), variable):
            return
        while isinstance(body, Group):
            body = body.body
        if isinstance(body, Symbol | Entry):
            if body.name not in self.definitions:
                raise Failure(
                    f"{self.tex(body.name)} is not defined here, so it does not depend on {self.tex(variable)}"
                )
            self.idle(f"{self.tex(body.name)} does not depend on {self.tex(variable)}")
        else:
            self.idle(f"nothing here depends on {self.tex(variable)}")


def nudge(value: Value, place: tuple[int, ...], step: complex) -> Value:
    """Move one entry of a matrix, or a number."""
    if not isinstance(value, np.ndarray):
        return value + step
    moved = value.astype(np.result_type(value, type(step)))
    moved[place] += step
    return moved
