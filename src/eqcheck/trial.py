"""Try one equation on many instances: all its relations, at all its indices, and its code."""

import contextlib
import itertools
from collections.abc import Iterator

import numpy as np

from eqcheck.anchor import Anchor
from eqcheck.compare import Difference, NotANumber
from eqcheck.comparison import BY_CODE, at
from eqcheck.comparison import ShapeMisfit as ShapeMisfit
from eqcheck.domains import Domain
from eqcheck.evaluate import evaluate
from eqcheck.instances import EasySource, RandomSource, choices, sizes_for
from eqcheck.reader import EQUALS
from eqcheck.spell import Speller
from eqcheck.tex.syntax import Big, Call, Cases, Constant, Entry, Node, Number, Partial, ShapeOf, Statement, Symbol
from eqcheck.values import Value
from eqcheck.walk import walk
from eqcheck.world import Failure, Misfit, Scope, Uncovered, Undefined, World

INSTANCES = 4
BRANCHED = 10  # where there are cases: a gap between them may be narrow
MOST_INSTANCES = 24  # if some branch is rare
INEQUALITY_INSTANCES = 15  # a false one may well hold at a few points
_STRICT = {"<", ">", r"\ne"}  # they break where all is alike
_ONE_SIDED = {"<", ">", r"\le", r"\ge"}
_NOTHING = 1e-9
ENOUGH_WORK = 30_000  # nodes evaluated; then no more instances than are needed


class _Nowhere:
    """What stands for the value of a side at a point where it has none."""


class Trial(Anchor):
    """The instances on which one equation is tried."""

    def __post_init__(self) -> None:
        super().__post_init__()
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
            self.compare_freed()
        self._refuse_unchecked()

    # ---- what there is to try ---------------------------------------------------------------

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

    # ---- comparing --------------------------------------------------------------------------

    def compare(self, world: World) -> None:
        """Compare all that there is to compare in one instance; none where a symbol has no value."""
        for number in range(len(self.statements)):
            with contextlib.suppress(Undefined):
                self._compare(world, number)
        if self.coded and world.source.scale == 1:
            with contextlib.suppress(Undefined):
                self.compare_code(world, lenient=world.source.boundary)

    def compare_statements(self, world: World) -> None:
        """Compare the sides of all the relations in one instance."""
        for number in range(len(self.statements)):
            self._compare(world, number)

    def _compare(self, world: World, number: int) -> None:
        statement = self.statements[number]
        # at the boundary some equations say nothing; a mistake is refuted by numbers only
        lenient = world.source.boundary or self.equation.kind == "mistake"
        if number in self.defining:
            self._compare_declared(world, statement.sides[0])
        for scope in self.points(world, number):
            values = [self._side(world, side, scope, lenient) for side in statement.sides]
            for place, relation in enumerate(statement.relations):
                defined = place == 0 and number in self.defining
                if defined or (relation in EQUALS and world.source.scale != 1):
                    continue
                if any(isinstance(value, _Nowhere) for value in values[place : place + 2]):
                    continue
                try:
                    self._compare_sides(world, number, place, values, scope)
                except NotANumber:
                    if not lenient:
                        raise

    def _side(self, world: World, side: Node, scope: Scope, lenient: bool) -> Value:
        """Evaluate a side; what it gives where it has no value is compared with nothing."""
        try:
            return None if isinstance(side, ShapeOf) else evaluate(world, side, scope)
        except Uncovered as error:
            if not lenient:
                raise Failure(f"no case applies{at(self.place(scope, ()))}, and not only at the boundary") from error
        except Undefined:
            pass
        return _Nowhere()

    def _compare_sides(self, world: World, number: int, place: int, values: list[Value], scope: Scope) -> None:
        right = self.statements[number].sides[place + 1]
        if isinstance(right, ShapeOf):
            self.compared[number, place] += 1
            self._compare_shape(world, values[place], self.claimed[right])
            return
        relation = self.statements[number].relations[place]
        try:
            self.compare_values(world, values[place], values[place + 1], relation, scope, (number, place))
        except Difference as difference:
            difference.world = world
            raise

    def _compare_shape(self, world: World, value: Value, claimed: Domain) -> None:
        """Compare a value with the set that it is said to be in."""
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
        """Tell whether every relation was compared, and every branch that can be met was taken."""
        fired = self.setting.fired
        taken = all(len(fired.get(id(node), ())) >= wanted for node, wanted in self.met)
        return taken and not self._skipped()

    def _refuse_unchecked(self) -> None:
        for node, wanted in self.own:
            taken = self.setting.fired.get(id(node), set()) | self.setting.fired_at_boundary.get(id(node), set())
            if len(taken) < wanted and isinstance(node, Big):
                raise Failure("a sum over no index at all")
            if len(taken) < wanted:
                raise Failure("some branch was never taken, and so not checked")
        if self.setting.idle and self.largest < _NOTHING and not any(map(self._says_zero, self.statements)):
            raise Failure(f"both sides are 0 for no reason but that {min(self.setting.idle)}")
        for number, relation in self._skipped():
            left, right = map(Speller(self.names), self.statements[number].sides[relation : relation + 2])
            raise Failure(f"nothing was compared: at no instance do both sides have a value: {left} and {right}")
        unanchored = [number for number in self.defining if not self.compared[number, BY_CODE]]
        if self.coded and (unanchored or not any(relation == BY_CODE for _, relation in self.compared)):
            raise Failure("nothing was compared with the code: at no instance does the left side have a value")

    def _says_zero(self, statement: Statement) -> bool:
        """Tell whether a statement says outright that a derivative is 0."""
        left, *others = statement.sides
        return isinstance(left, Partial) and all(
            side == Number(0.0) or (isinstance(side, Constant) and side.kind == "zeros") for side in others
        )

    def _skipped(self) -> list[tuple[int, int]]:
        """The relations of which nothing was compared: (statement, relation). What defines holds by itself.

        Each counts alone. Were they counted together, or with the code, then a side that has a value nowhere,
        as a slope that is asked for at a kink each time, would be covered by the others.
        """
        return [
            (number, place)
            for number, statement in enumerate(self.statements)
            for place in range(len(statement.relations))
            if not self.compared[number, place] and not (place == 0 and number in self.defining)
        ]


def _branches(nodes: list[Node]) -> Iterator[tuple[Node, int]]:
    """The nodes that choose, each with the number of its branches."""
    for node in (part for root in nodes for part in walk(root)):
        if isinstance(node, Cases):
            yield node, len(node.branches)
        elif isinstance(node, Call) and node.function in ("max", "min"):
            yield node, len(node.arguments)
        elif isinstance(node, Big):
            yield node, 1
