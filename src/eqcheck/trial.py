"""Try one equation on many instances: all its relations, at all its indices, and its code."""

import contextlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from eqcheck import code
from eqcheck.codelinks import CodeError
from eqcheck.compare import TOLERANCE, Difference, NotANumber, worst_entry
from eqcheck.domains import Domain, FunctionDomain, Sizes, read_domain
from eqcheck.evaluate import evaluate, holds
from eqcheck.instances import EasySource, RandomSource, choices, letters_of, sizes_for
from eqcheck.links import free_indices, uses
from eqcheck.pages import Equation
from eqcheck.reader import EQUALS, Reader
from eqcheck.tex.syntax import Big, Call, Cases, Constant, Entry, Node, Number, Partial, ShapeOf, Statement, Symbol
from eqcheck.values import Value
from eqcheck.walk import walk
from eqcheck.world import Failure, Misfit, Scope, Setting, Source, Uncovered, Undefined, World

INSTANCES = 4
BRANCHED = 10  # where there are cases: a gap between them may be narrow
MOST_INSTANCES = 24  # if some branch is rare
INEQUALITY_INSTANCES = 15  # a false one may well hold at a few points
_STRICT = {"<", ">", r"\ne"}  # they break where all is alike
_ONE_SIDED = {"<", ">", r"\le", r"\ge"}
_NOTHING = 1e-9
_FREED = 2  # comparisons of a definition beyond what the page gives it
ENOUGH_WORK = 30_000  # nodes evaluated; then no more instances than are needed


class ShapeMisfit(Misfit):
    """Two sides of different shapes."""

    def __init__(self, world: World, left: Value, right: Value) -> None:
        super().__init__(f"the sides have different shapes: {world.shape(left)} and {world.shape(right)}")
        self.left, self.right = left, right


@dataclass
class Trial:
    """The instances on which one equation is tried.

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
    comparisons: int = 0
    worst: float = 0.0
    largest: float = 0.0
    instances: int = 0

    def __post_init__(self) -> None:
        self.names = self.reader.names
        self.coded = bool(self.equation.code and self.namespace)
        self.mentioned = self._mentioned()
        self.parameters = self._parameters()
        self.setting = self._setting(frozenset(self.parameters))
        self.used = self._used()
        shapes = (side for statement in self.statements for side in statement.sides if isinstance(side, ShapeOf))
        self.claimed = {side: read_domain(side.domain) for side in shapes}
        extents = {size for domain in self.claimed.values() for size in domain.extents}
        self.letters, self.written = letters_of(self.used, extents, self.names)
        self.indices = [free_indices(statement, self.names) for statement in self.statements]
        definitions = self.setting.definitions
        self.own = list(_branches([side for statement in self.statements for side in statement.sides]))
        self.met = [*self.own, *_branches([definitions[name].body for name in self.used & definitions.keys()])]

    def run(self) -> None:
        """Try every instance; the first difference is raised."""
        self._refuse_vacuous()
        for world in self._worlds():
            self.instances += 1
            self.compare(world)
        if self.coded:
            self._compare_freed()
        self._refuse_unchecked()

    # ---- what there is to try ---------------------------------------------------------------

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

    def _setting(self, freed: frozenset[str]) -> Setting:
        """Make a setting in which some symbols are free, although the page defines them."""
        definitions = {name: found for name, found in self.reader.definitions.items() if name not in freed}
        return Setting(self.names, definitions, evaluate, self.broadcast, self.central)

    def _used(self) -> frozenset[str]:
        """All the names that have a say in the equation."""
        nodes: list[Node] = [side for statement in self.statements for side in statement.sides]
        for statement in self.statements:
            nodes += [part for condition in statement.conditions for part in (condition.left, condition.right)]
        names = self.setting.links.reach(uses(*nodes) | set(self.mentioned.values()))
        definitions = self.setting.definitions
        return names | {index for name in names & definitions.keys() for index in definitions[name].indices}

    def _worlds(self) -> Iterator[World]:
        """Make instances: at the boundary, with other sizes, with every choice from finite sets."""
        random = np.random.default_rng([self.seed, 0])
        plain = sizes_for(self.letters, self.written)
        chosen = list(choices(self.used, self.names, plain))
        order = random.permutation(len(chosen))
        labelled = any(np.shape(value) for value in chosen[0].values()) if chosen else False
        chosen = [chosen[place] for place in order] or [{}]
        yield self.world(plain, RandomSource((self.seed, 0), False, chosen[0], self.parameters))
        yield self.world(plain, RandomSource((self.seed, 1), True, chosen[-1], self.parameters))
        yield self._other(2, random)
        relations = {relation for statement in self.statements for relation in statement.relations}
        if relations & _STRICT:
            yield self.world(plain, EasySource(0))
        if relations & _ONE_SIDED:
            for instance in range(INEQUALITY_INSTANCES):
                scale = 2.0 ** (instance % 4 - 1)
                yield self.world(plain, RandomSource((self.seed, 500 + instance), domains=self.parameters, scale=scale))
        for instance, fixed in enumerate(chosen[1:], start=3):
            if labelled and self.setting.work > ENOUGH_WORK:
                break
            yield self.world(plain, RandomSource((self.seed, instance), False, fixed, self.parameters))
        for instance in range(self.instances, MOST_INSTANCES):
            wanted = BRANCHED if any(not isinstance(node, Big) for node, _ in self.met) else INSTANCES
            if self._covered() and (instance >= wanted or self.setting.work > ENOUGH_WORK):
                break
            yield self._other(instance, random)

    def _other(self, instance: int, random: np.random.Generator) -> World:
        sizes = sizes_for(self.letters, self.written, random)
        return self.world(sizes, RandomSource((self.seed, instance), domains=self.parameters))

    def world(self, sizes: Sizes, source: Source) -> World:
        """Make one instance."""
        return World(self.setting, sizes, source)

    # ---- comparing --------------------------------------------------------------------------

    def compare(self, world: World) -> None:
        """Compare all that there is to compare in one instance; none where a symbol has no value."""
        with contextlib.suppress(Undefined):
            self.compare_statements(world)
        if self.coded and world.source.scale == 1:
            with contextlib.suppress(Undefined):
                self._compare_code(world, lenient=world.source.boundary)

    def compare_statements(self, world: World) -> None:
        """Compare the sides of all the relations in one instance."""
        for number in range(len(self.statements)):
            self._compare(world, number)

    def points(self, world: World, number: int) -> Iterator[Scope]:
        """Go through the free indices of a statement, as far as its conditions hold."""
        indices = self.indices[number]
        for place in itertools.product(*(range(1, (world.extent(index) or 0) + 1) for index in indices)):
            scope = Scope(dict(zip(indices, place, strict=True)))
            if all(holds(world, condition, scope) for condition in self.statements[number].conditions):
                yield scope

    def _compare(self, world: World, number: int) -> None:
        statement = self.statements[number]
        # at the boundary some equations say nothing; a mistake is refuted by numbers only
        lenient = world.source.boundary or self.equation.kind == "mistake"
        if number in self.defining:
            self._compare_declared(world, statement.sides[0])
        for scope in self.points(world, number):
            try:
                values = [
                    None if isinstance(side, ShapeOf) else evaluate(world, side, scope) for side in statement.sides
                ]
            except Uncovered as error:
                if lenient:
                    continue
                raise Failure(f"no case applies{_at(self.place(scope, ()))}, and not only at the boundary") from error
            except Undefined:
                continue
            for place, relation in enumerate(statement.relations):
                defined = place == 0 and number in self.defining
                if defined or (relation in EQUALS and world.source.scale != 1):
                    continue
                try:
                    self._compare_sides(world, number, place, values, scope)
                except NotANumber:
                    if not lenient:
                        raise

    def _compare_sides(self, world: World, number: int, place: int, values: list[Value], scope: Scope) -> None:
        right = self.statements[number].sides[place + 1]
        if isinstance(right, ShapeOf):
            self._compare_shape(world, values[place], self.claimed[right])
            return
        relation = self.statements[number].relations[place]
        try:
            self.compare_values(world, values[place], values[place + 1], relation, scope)
        except Difference as difference:
            difference.statement, difference.relation, difference.world = number, place, world
            raise

    def compare_values(self, world: World, left: Value, right: Value, relation: str, scope: Scope) -> None:
        """Compare two values; count, and keep the worst error."""
        if np.shape(left) != np.shape(right):
            raise ShapeMisfit(world, left, right)
        try:
            worst, entry = worst_entry(left, right, relation)
        except NotANumber as error:
            raise NotANumber(f"{error}{_at(self.place(scope, ()))}") from error
        self.largest = max(self.largest, float(np.max(abs(left))))
        self.comparisons += np.size(left)
        if worst > TOLERANCE:
            a, b = (float(np.real(value[entry] if entry else value)) for value in (left, right))
            raise Difference(abs(a - b), self.place(scope, entry), a, b)
        self.worst = max(self.worst, worst)

    def place(self, scope: Scope, entry: tuple[int, ...]) -> str:
        """Say which indices, and which entry of a matrix."""
        parts = [f"{self.names.tex.get(index, index)}={value}" for index, value in scope.values.items()]
        if entry:
            parts.append(f"entry {', '.join(str(position + 1) for position in entry)}")
        return ", ".join(parts)

    def _compare_shape(self, world: World, value: Value, claimed: Domain) -> None:
        """Compare a value with the set that it is said to be in."""
        self.comparisons += 1
        wanted = claimed.dimensions(world.sizes)
        if np.shape(value) != wanted:
            raise Misfit(f"the shape is {world.shape(value)}, not {world.shape(np.empty(wanted) if wanted else 0)}")
        if not claimed.contains(value, world.sizes):
            raise Failure("the value is not in the set")

    def _compare_declared(self, world: World, left: Node) -> None:
        """What defines a symbol must be in the set that the symbol was declared in."""
        if not isinstance(left, Symbol | Entry):
            return
        domain, value = self.names.domains[left.name], world.value(left.name)
        wanted = domain.dimensions(world.sizes)
        if np.shape(value) != wanted:
            declared = world.shape(np.empty(wanted) if wanted else 0)
            raise Misfit(f"{world.tex(left.name)} is declared as {declared}, and defined as {world.shape(value)}")
        if not domain.contains(value, world.sizes) and np.isfinite(value).all():
            raise Failure(f"{world.tex(left.name)} is defined outside of the set that it is declared in")

    # ---- the code ---------------------------------------------------------------------------

    def _compare_code(self, world: World, lenient: bool = False) -> None:
        names = {
            name: code.to_python(world.value(key), world.names.domains[key]) for name, key in self.mentioned.items()
        }
        computed = code.run(self.equation.code, self.namespace, names)
        several = len(self.statements) > 1 and isinstance(computed, tuple)
        for number, part in enumerate(computed if several else [computed]):
            if number < len(self.statements):
                self._compare_computed(world, number, part, lenient)

    def _compare_computed(self, world: World, number: int, computed: object, lenient: bool) -> None:
        left = self.statements[number].sides[0]
        indices = free_indices(Statement((left,), ()), self.names)
        array = code.as_array(computed)
        for scope in self.points(world, number):
            value = self._first_value(world, self.statements[number], scope)
            if value is None:
                continue
            if lenient and not np.isfinite(value).all():
                continue
            place = tuple(scope.values[index] - 1 for index in indices)
            extents = tuple(world.extent(index) or 0 for index in indices)
            row = bool(indices) and self._along_row(world, left, indices[0])
            try:
                self.compare_values(world, value, code.entry(array, place, extents, value, row), "=", scope)
            except Difference as difference:
                difference.statement, difference.relation = number, -1
                raise
            except NotANumber as error:
                raise NotANumber(str(error).replace("right side", "code's value")) from error

    def _first_value(self, world: World, statement: Statement, scope: Scope) -> Value | None:
        """Evaluate the left side; where it has no value, as at a kink, the next one that is equal to it."""
        for side, relation in zip(statement.sides, ("=", *statement.relations), strict=True):
            if relation not in EQUALS:
                break
            try:
                return evaluate(world, side, scope)
            except Undefined:
                continue
        return None

    def _along_row(self, world: World, left: Node, index: str) -> bool:
        """Tell whether an index counts the entries of a row, which is 1 × K in code as well."""
        for node in walk(left):
            if isinstance(node, Entry) and node.indices == (Symbol(index),):
                return np.shape(world.value(node.name))[:1] == (1,)
        return False

    def _compare_freed(self) -> None:
        """Compare a definition with its code over all that it is declared for.

        The page may give a symbol few values only, as one-hot targets; there a wrong definition can agree.
        """
        for number in self.defining:
            right = self.statements[number].sides[1]
            freed = uses(right) & self.setting.definitions.keys() & set(self.mentioned.values())
            if not freed:
                continue
            setting = self._setting(frozenset(freed | self.parameters.keys()))
            sizes = sizes_for(self.letters, self.written)
            enough = self.comparisons + _FREED
            try:
                for instance in range(MOST_INSTANCES):
                    source = RandomSource((self.seed, 1000 + instance), domains=self.parameters)
                    # code may refuse what the page never gives it
                    with contextlib.suppress(NotANumber, Undefined, CodeError):
                        self._compare_code(World(setting, sizes, source), lenient=True)
                    if self.comparisons >= enough:
                        break
            except Difference as difference:
                symbols = ", ".join(sorted(self.names.tex[name] for name in freed))
                difference.prefix = f"right for the {symbols} of this page, not for all that is declared: "
                raise

    # ---- no vacuous pass --------------------------------------------------------------------

    def _refuse_vacuous(self) -> None:
        for statement in self.statements:
            if not statement.relations:
                raise Failure("there is no relation here, and so nothing to check")
            for left, right in itertools.pairwise(statement.sides):
                if left == right:
                    raise Failure("both sides are the same to the letter, which says nothing")
        if not self.statements:
            raise Failure("there is nothing here to check")

    def _covered(self) -> bool:
        """Tell whether something was compared, and every branch that can be met was taken."""
        fired = self.setting.fired
        taken = all(len(fired.get(id(node), ())) >= wanted for node, wanted in self.met)
        return taken and (self.comparisons > 0 or bool(self.defining))

    def _refuse_unchecked(self) -> None:
        for node, wanted in self.own:
            taken = self.setting.fired.get(id(node), set()) | self.setting.fired_at_boundary.get(id(node), set())
            if len(taken) < wanted and isinstance(node, Big):
                raise Failure("a sum over no index at all")
            if len(taken) < wanted:
                raise Failure("some branch was never taken, and so not checked")
        if self.setting.idle and self.largest < _NOTHING and not any(map(self._says_zero, self.statements)):
            raise Failure(f"both sides are 0 for no reason but that {min(self.setting.idle)}")
        if self.comparisons == 0 and (self.coded or not self._only_defines()):
            raise Failure("nothing was compared: at no instance do both sides have a value")

    def _says_zero(self, statement: Statement) -> bool:
        """Tell whether a statement says outright that a derivative is 0."""
        left, *others = statement.sides
        return isinstance(left, Partial) and all(
            side == Number(0.0) or (isinstance(side, Constant) and side.kind == "zeros") for side in others
        )

    def _only_defines(self) -> bool:
        return all(
            number in self.defining and len(statement.relations) == 1
            for number, statement in enumerate(self.statements)
        )


def _at(place: str) -> str:
    return f" at {place}" if place else ""


def _branches(nodes: list[Node]) -> Iterator[tuple[Node, int]]:
    """The nodes that choose, each with the number of its branches."""
    for node in (part for root in nodes for part in walk(root)):
        if isinstance(node, Cases):
            yield node, len(node.branches)
        elif isinstance(node, Call) and node.function in ("max", "min"):
            yield node, len(node.arguments)
        elif isinstance(node, Big):
            yield node, 1
