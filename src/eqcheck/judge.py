"""Judge an equation: evaluate both sides of every relation on many instances, and compare.

Checked, not proved: a verdict says how many numbers were compared, and how far apart the two sides
were at worst.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from eqcheck import code
from eqcheck.codelinks import CodeError
from eqcheck.domains import Naturals, Reals, read_domain
from eqcheck.evaluate import Ambiguous, evaluate, holds
from eqcheck.lexer import Refusal
from eqcheck.names import Names
from eqcheck.notation import NotationError, read_notation
from eqcheck.pages import Equation, Page
from eqcheck.statements import read_statements
from eqcheck.syntax import Big, Call, Cases, Entry, Node, Partial, ShapeOf, Statement, Symbol
from eqcheck.values import Value, shape
from eqcheck.walk import children, walk
from eqcheck.world import Definition, Failure, Scope, Undefined, World

TOLERANCE = 1e-7
INSTANCES = 4


@dataclass
class Verdict:
    """What came out: holds, refuted (a mistake with its counterexample), fails, or unchecked."""

    status: str
    relations: int = 0
    comparisons: int = 0
    worst: float = 0.0
    message: str = ""


@dataclass
class Reader:
    """The names and definitions of a page, growing from equation to equation."""

    names: Names = field(default_factory=Names)
    definitions: dict[str, Definition] = field(default_factory=dict)


@dataclass
class Difference(Exception):
    """Two sides that differ: by how much, and where."""

    amount: float
    place: str
    left: str
    right: str

    def __str__(self) -> str:
        where = f" at {self.place}" if self.place else ""
        return f"sides differ by {self.amount:.2g}{where}: {self.left} and {self.right}"


def judge_page(
    page: Page, namespace: str = "", seed: int = 0, with_code: bool = True
) -> list[tuple[Equation, Verdict]]:
    """Judge all the equations of a page, in order: a definition holds from where it stands."""
    reader = Reader()
    for fence in page.notations:
        try:
            reader.names.declare(read_notation(fence.body))
        except (NotationError, Refusal) as error:
            raise NotationError(f"{page.name}:{fence.line}: {error}") from error
    return [
        (equation, judge(equation, reader, namespace or page.namespace, seed, with_code)) for equation in page.equations
    ]


def judge(equation: Equation, reader: Reader, namespace: str, seed: int = 0, with_code: bool = True) -> Verdict:
    """Judge one equation, and take its definition over into the reader."""
    if equation.unchecked:
        return Verdict("unchecked", message=equation.unchecked)
    try:
        statements = read_statements(equation.tex, reader.names)
    except Refusal as refusal:
        line = equation.line + refusal.line
        return Verdict("fails", message=f"{refusal} (line {line}, column {refusal.column})")
    return judge_statements(equation, statements, reader, namespace if with_code else "", seed)


def judge_statements(
    equation: Equation, statements: list[Statement], reader: Reader, namespace: str, seed: int = 0
) -> Verdict:
    """Judge what was read out of an equation."""
    try:
        if equation.kind == "definition":
            _define(statements[0], reader)
        verdict = Trial(equation, statements, reader, namespace, seed).run()
    except (Ambiguous, NotationError, CodeError) as error:
        return Verdict("fails", message=str(error))
    except (Failure, Difference) as error:
        found = Verdict("refuted" if equation.kind == "mistake" else "fails", message=str(error))
        found.relations = sum(len(statement.relations) for statement in statements)
        return found
    if equation.kind == "mistake":
        return Verdict("fails", message="this is marked as a mistake, and it holds")
    return verdict


def _define(statement: Statement, reader: Reader) -> None:
    """Take the first relation as the definition of its left side."""
    left, right = statement.sides[0], statement.sides[1] if len(statement.sides) > 1 else None
    if right is None or statement.relations[0] not in ("=", ":="):
        raise Failure("a definition needs an equals sign")
    if isinstance(left, Symbol):
        reader.definitions[left.name] = Definition(right)
    elif isinstance(left, Entry):
        indices = [index.name for index in left.indices if isinstance(index, Symbol)]
        if len(set(indices)) != len(left.indices):
            raise Failure("the left side of a definition by entries has a free index in each place")
        reader.definitions[left.name] = Definition(right, indices=tuple(indices))
    elif isinstance(left, Call) and all(isinstance(argument, Symbol) for argument in left.arguments):
        parameters = tuple(argument.name for argument in left.arguments if isinstance(argument, Symbol))
        reader.definitions[left.function] = Definition(right, parameters=parameters)
    else:
        raise Failure("the left side of a definition is a symbol, an entry, or a function of symbols")
    names = {node.name for node in walk(right) if isinstance(node, Symbol | Entry)}
    names |= {node.function for node in walk(right) if isinstance(node, Call)}
    defined = left.function if isinstance(left, Call) else left.name if isinstance(left, Symbol | Entry) else ""
    if defined in names:
        raise Failure(f"{defined} is defined by itself")


@dataclass
class Trial:
    """The instances on which one equation is tried."""

    equation: Equation
    statements: list[Statement]
    reader: Reader
    namespace: str
    seed: int
    comparisons: int = 0
    worst: float = 0.0

    def run(self) -> Verdict:
        """Try every instance; the first difference is raised."""
        self._refuse_vacuous()
        fired: dict[Node, set[int]] = {}
        for instance in range(INSTANCES):
            world = self._world(instance)
            world.fired = fired
            for number, statement in enumerate(self.statements):
                self._compare(world, statement, defining=number == 0 and self.equation.kind == "definition")
            if self.equation.code and self.namespace:
                self._compare_code(world)
        for node in (node for statement in self.statements for side in statement.sides for node in walk(side)):
            self._every_branch(node, fired)
        if self.comparisons == 0:
            raise Failure("nothing was compared")
        relations = sum(len(statement.relations) for statement in self.statements)
        return Verdict("holds", relations, self.comparisons, self.worst)

    def _refuse_vacuous(self) -> None:
        for statement in self.statements:
            if not statement.relations:
                raise Failure("there is no relation here, and so nothing to check")
            for left, right in itertools.pairwise(statement.sides):
                if left == right:
                    raise Failure("both sides are the same to the letter, which says nothing")

    def _every_branch(self, node: Node, fired: dict[Node, set[int]]) -> None:
        if isinstance(node, Cases):
            wanted = len(node.branches)
        elif isinstance(node, Call) and node.function in ("max", "min"):
            wanted = len(node.arguments)
        else:
            return
        if len(fired.get(node, ())) < wanted:
            raise Failure("some branch was never taken, and so not checked")

    def _world(self, instance: int) -> World:
        random = np.random.default_rng([self.seed, instance])
        letters = [name for name, domain in self.reader.names.domains.items() if isinstance(domain, Naturals)]
        # all sizes different, so that a missing transpose is a shape error
        sizes = random.permutation(np.arange(2, 2 + len(letters)))
        world = World(
            self.reader.names,
            self.reader.definitions,
            {letter: int(size) for letter, size in zip(letters, sizes, strict=True)},
            random,
            evaluate,
        )
        if instance == 1:  # the boundary: kinks and saddles like to sit at zero
            for name, domain in self.reader.names.domains.items():
                if domain == Reals():
                    world.leaves[name] = 0.0
        return world

    def _points(self, world: World, statement: Statement) -> Iterator[Scope]:
        indices = free_indices(statement, self.reader.names)
        extents = {index: world.extent(index) or 0 for index in indices}
        for place in itertools.product(*(range(1, extent + 1) for extent in extents.values())):
            scope = Scope(dict(zip(indices, place, strict=True)))
            if all(holds(world, condition, scope) for condition in statement.conditions):
                yield scope

    def _compare(self, world: World, statement: Statement, defining: bool) -> None:
        for scope in self._points(world, statement):
            try:
                values = [evaluate(world, side, scope) for side in statement.sides if not isinstance(side, ShapeOf)]
            except Undefined:
                continue
            for number, relation in enumerate(statement.relations):
                right = statement.sides[number + 1]
                if isinstance(right, ShapeOf):
                    self._compare_shape(world, values[number], right)
                elif number > 0 or not defining:
                    self._compare_values(values[number], values[number + 1], relation, scope)
                else:
                    self._compare_declared(world, statement.sides[0], values[1])

    def _compare_values(self, a: Value, b: Value, relation: str, scope: Scope) -> None:
        if np.shape(a) != np.shape(b):
            raise Failure(f"the sides have different shapes: {shape(a)} and {shape(b)}")
        left, right = np.real(np.asarray(a, complex)), np.real(np.asarray(b, complex))
        scale = np.maximum(1.0, np.maximum(abs(left), abs(right)))
        self.comparisons += left.size
        if relation in ("=", ":="):
            error = abs(left - right) / scale
        elif relation in (r"\le", "<"):
            error = np.maximum(left - right, 0) / scale
        elif relation in (r"\ge", ">"):
            error = np.maximum(right - left, 0) / scale
        else:
            error = np.where(abs(left - right) / scale > TOLERANCE, 0.0, 1.0)
        worst = float(np.max(np.where(np.isnan(error), np.inf, error)))
        if worst > TOLERANCE:
            at = np.unravel_index(int(np.argmax(np.where(np.isnan(error), np.inf, error))), error.shape)
            place = ", ".join(f"{self.reader.names.tex.get(k, k)}={v}" for k, v in scope.values.items())
            if at:
                place = ", ".join(filter(None, [place, f"entry {', '.join(str(int(i) + 1) for i in at)}"]))
            raise Difference(float(abs(left[at] - right[at])), place, f"{left[at]:.6g}", f"{right[at]:.6g}")
        self.worst = max(self.worst, worst)

    def _compare_shape(self, world: World, value: Value, claimed: ShapeOf) -> None:
        sample = read_domain(claimed.domain).sample(world.random, world.sizes)
        self.comparisons += 1
        if np.shape(sample) != np.shape(value):
            raise Failure(f"the shape is {shape(value)}, not {shape(sample)}")

    def _compare_declared(self, world: World, left: Node, value: Value) -> None:
        """What defines a whole symbol must have the shape that the symbol was declared with."""
        if isinstance(left, Symbol):
            domain = self.reader.names.domains[left.name]
            sample = domain.sample(np.random.default_rng(0), world.sizes)
            if np.shape(sample) != np.shape(value):
                raise Failure(f"declared as {shape(sample)}, defined as {shape(value)}")

    def _compare_code(self, world: World) -> None:
        statement = self.statements[0]
        left = statement.sides[0]
        indices = free_indices(Statement((left,), ()), self.reader.names)
        computed = code.run(self.equation.code, self.namespace, self._python_names(world))
        for scope in self._points(world, statement):
            try:
                value = evaluate(world, left, scope)
            except Undefined:
                continue
            place = tuple(int(np.real(scope.values[index])) - 1 for index in indices)
            self._compare_values(value, code.entry(computed, place, value), "=", scope)

    def _python_names(self, world: World) -> dict[str, object]:
        return {
            name: code.to_python(world.value(key), world.names.domains[key])
            for name, key in self.reader.names.python.items()
            if code.mentions(self.equation.code, name)
        }


def free_indices(statement: Statement, names: Names) -> list[str]:
    """The indices that a statement holds for all values of, in the order in which they stand."""
    found: list[str] = []
    parts: list[Node] = [*statement.sides]
    for condition in statement.conditions:
        parts += [condition.left, condition.right]
    for part in parts:
        _free(part, names, frozenset(), found)
    return found


def _free(node: Node, names: Names, bound: frozenset[str], found: list[str]) -> None:
    if isinstance(node, Symbol) and names.is_index(node.name) and node.name not in bound and node.name not in found:
        found.append(node.name)
    if isinstance(node, Big):
        bound |= {item.index for item in node.ranges}
    if isinstance(node, Partial):  # the variable's indices come last, as a Jacobian's column does
        _free(node.body, names, bound, found)
        for variable in node.variables:
            _free(variable, names, bound, found)
        return
    for child in children(node):
        _free(child, names, bound, found)
