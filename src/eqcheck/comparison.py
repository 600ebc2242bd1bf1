"""What one equation is about, and how two of its values are compared: counted, measured, placed."""

import itertools
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from eqcheck import code
from eqcheck.compare import TOLERANCE, Difference, NotANumber, worst_entry
from eqcheck.domains import Domain, FunctionDomain, Sizes, read_domain
from eqcheck.evaluate import evaluate, holds
from eqcheck.instances import letters_of
from eqcheck.links import free_indices, uses
from eqcheck.pages import Equation
from eqcheck.reader import Reader
from eqcheck.shared import Shared
from eqcheck.tex.syntax import Call, Node, ShapeOf, Statement, Symbol
from eqcheck.values import Value, dimensions, is_number
from eqcheck.world import Misfit, Scope, Setting, Source, World

BY_CODE = -1  # where relations are numbered, the comparison with the code


class ShapeMisfit(Misfit):
    """Two sides of different shapes."""

    def __init__(self, world: World, left: Value, right: Value) -> None:
        super().__init__(f"the sides have different shapes: {world.shape(left)} and {world.shape(right)}")
        self.left, self.right = left, right


@dataclass
class Comparison:
    """One equation, with the names that have a say in it.

    `defining` numbers the statements whose first relation is a definition: it holds by itself, and
    is compared with the code instead.
    """

    equation: Equation
    statements: list[Statement]
    reader: Reader
    namespace: str
    seed: int
    defining: frozenset[int] = frozenset()
    broadcast: bool = False
    central: bool = False
    shared: Shared | None = None
    compared: Counter[tuple[int, int]] = field(default_factory=Counter)  # by statement and relation
    worst: float = 0.0
    largest: float = 0.0
    instances: int = 0

    def __post_init__(self) -> None:
        self.names = self.reader.names
        self.coded = bool(self.equation.code and self.namespace)
        self.mentioned = self._mentioned()
        self.parameters = self._parameters()
        self.setting = self.free(frozenset(self.parameters))
        self.used = self._used()
        shapes = (side for statement in self.statements for side in statement.sides if isinstance(side, ShapeOf))
        self.claimed = {side: read_domain(side.domain) for side in shapes}
        extents = {size for domain in self.claimed.values() for size in domain.extents}
        self.letters, self.written = letters_of(self.used, extents, self.names)
        self.indices = [free_indices(statement, self.names) for statement in self.statements]
        lefts = [Statement(statement.sides[:1], ()) for statement in self.statements]
        self.left_indices = [free_indices(left, self.names) for left in lefts]  # the axes of what the code gives

    @property
    def comparisons(self) -> int:
        """How many numbers were compared."""
        return self.compared.total()

    # ---- what it is about -------------------------------------------------------------------

    def _mentioned(self) -> dict[str, str]:
        """The Python names in the code, each with the symbol it stands for."""
        if not self.coded:
            return {}
        found = code.names(self.equation.code)
        symbols = self.names.python.items()
        return {name: key for name, key in symbols if name in found and not self.names.is_function(key)}

    def _parameters(self) -> dict[str, Domain]:
        """Let the parameters of a function that is defined here run through the function's own sets."""
        found: dict[str, Domain] = {}
        for number in self.defining:
            left = self.statements[number].sides[0]
            domain = self.names.domains.get(left.function) if isinstance(left, Call) else None
            if isinstance(left, Call) and isinstance(domain, FunctionDomain):
                if len(left.arguments) != len(domain.arguments):
                    raise Misfit(f"{self.names.tex[left.function]} is declared with {len(domain.arguments)} arguments")
                symbols = (argument.name for argument in left.arguments if isinstance(argument, Symbol))
                found |= dict(zip(symbols, domain.arguments, strict=True))
        return found

    def free(self, freed: frozenset[str]) -> Setting:
        """Make a setting in which some symbols are free, although the page defines them."""
        definitions = {name: found for name, found in self.reader.definitions.items() if name not in freed}
        return Setting(self.names, definitions, evaluate, self.broadcast, self.central)

    def world(self, sizes: Sizes, source: Source, setting: Setting | None = None) -> World:
        """Make one instance; where there are other trials like this one, what is the same in all is taken over."""
        world = World(setting or self.setting, sizes, source)
        if self.shared:
            world.twin = self.shared.twin(world.setting, sizes, source)
        return world

    def _used(self) -> frozenset[str]:
        """All the names that have a say in the equation."""
        nodes: list[Node] = [side for statement in self.statements for side in statement.sides]
        for statement in self.statements:
            nodes += [part for condition in statement.conditions for part in (condition.left, condition.right)]
        names = self.setting.links.reach(uses(*nodes) | set(self.mentioned.values()))
        definitions = self.setting.definitions
        return names | {index for name in names & definitions.keys() for index in definitions[name].indices}

    # ---- comparing --------------------------------------------------------------------------

    def points(self, world: World, number: int) -> Iterator[Scope]:
        """Go through the free indices of a statement, as far as its conditions hold."""
        indices = self.indices[number]
        for place in itertools.product(*(range(1, (world.extent(index) or 0) + 1) for index in indices)):
            scope = Scope(dict(zip(indices, place, strict=True)))
            if all(holds(world, condition, scope) for condition in self.statements[number].conditions):
                yield scope

    def compare_values(
        self, world: World, left: Value, right: Value, relation: str, scope: Scope, where: tuple[int, int]
    ) -> None:
        """Compare two values; count, and keep the worst error. `where` numbers the statement and the relation."""
        if dimensions(left) != dimensions(right):
            raise ShapeMisfit(world, left, right)
        try:
            worst, entry = worst_entry(left, right, relation)
        except NotANumber as error:
            raise NotANumber(f"{error}{at(self.place(scope, ()))}") from error
        self.largest = max(self.largest, float(abs(left) if is_number(left) else abs(left).max()))
        self.compared[where] += math.prod(dimensions(left))
        if worst > TOLERANCE:
            a, b = (float(np.real(value[entry] if entry else value)) for value in (left, right))
            raise Difference(abs(a - b), self.place(scope, entry), a, b, *where)
        self.worst = max(self.worst, worst)

    def place(self, scope: Scope, entry: tuple[int, ...]) -> str:
        """Say which indices, and which entry of a matrix."""
        parts = [f"{self.names.tex.get(index, index)}={value}" for index, value in scope.values.items()]
        if entry:
            parts.append(f"entry {', '.join(str(position + 1) for position in entry)}")
        return ", ".join(parts)


def at(place: str) -> str:
    """Put a place behind a message."""
    return f" at {place}" if place else ""
