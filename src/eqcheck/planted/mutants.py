"""A planted error, and when it is none: a change of the writing that leaves the meaning as it was.

Two trees have the same *form* when school algebra alone makes one into the other: another name for
an index, terms in another order, numbers multiplied in another order, brackets that bind
nothing. What has the same form as the original is no error, and so is not planted. No more than
that is decided here: whatever needs the meaning of a symbol is left to the judge.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from eqcheck.domains import FunctionDomain, Indices, Naturals, Reals
from eqcheck.tex.names import Names
from eqcheck.tex.syntax import (
    Big,
    Call,
    Cases,
    Condition,
    Constant,
    Delta,
    Divide,
    Entry,
    Group,
    Hadamard,
    Indicator,
    Matrix,
    Negative,
    Node,
    Number,
    Partial,
    Plus,
    Power,
    Range,
    Statement,
    Symbol,
    Times,
    Transpose,
)

Form = Any  # nested tuples, which compare and print alike on every run
_ONE: Form = ("number", 1.0)
_MIRRORED = {">": "<", r"\ge": r"\le"}
_ENTRYWISE = {"log", "exp", "tanh", "sinh", "cosh", "sin", "cos", "erf", "abs", "max", "min"}
_TO_NUMBERS = {"norm", "trace", "det"}


@dataclass(frozen=True)
class Mutant:
    """An equation with one error in it. What no longer can be read has no statements."""

    description: str
    statements: tuple[Statement, ...] | None


def form_of(statements: Iterable[Statement], names: Names) -> Form:
    """Give the form of a display; what has the same form says the same."""
    form = _Form(names)
    return tuple(map(form.statement, statements))


def spread(mutants: list[Any], most: int) -> list[Any]:
    """Take no more than `most`, at equal distances, so that every part of the equation keeps its share."""
    if len(mutants) <= most:
        return mutants
    return [mutants[place * len(mutants) // most] for place in range(most)]


def is_number(node: Node, names: Names) -> bool:
    """Tell whether a node is a number whatever the sizes are; a matrix product that happens to be one is not."""
    match node:
        case Number() | Delta() | Indicator():
            return True
        case Symbol(name):
            domain = names.domains.get(name)
            whole = domain is None or isinstance(domain, Naturals | Indices)
            return whole or (isinstance(domain, Reals) and not domain.shape)
        case Entry(_, indices):
            return None not in indices
        case Call(function, arguments):
            return function in _TO_NUMBERS or _gives_number(function, arguments, names)
        case Constant() | Matrix():
            return False
        case Big(_, _, _, body) | Group(body) | Negative(body) | Transpose(body) | Power(body):
            return is_number(body, names)
        case Divide(top, _):
            return is_number(top, names)
        case Plus(parts) | Times(parts) | Hadamard(parts):
            return all(is_number(part, names) for part in parts)
        case Partial(body, variables):
            return is_number(body, names) and all(is_number(variable, names) for variable in variables)
        case Cases(branches):
            return all(is_number(value, names) for value, _ in branches)
    return False


def _gives_number(function: str, arguments: tuple[Node, ...], names: Names) -> bool:
    """A function of one number is applied entry by entry; one of vectors gives a number."""
    domain = names.domains.get(function)
    if isinstance(domain, FunctionDomain) and domain.arguments != (Reals(),):
        return True
    known = isinstance(domain, FunctionDomain) or function in _ENTRYWISE
    return known and all(is_number(argument, names) for argument in arguments)


class _Form:
    """Brings trees to their form. The index of a sum is named by how many stand around it, a free one by its place."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.bound: dict[str, int] = {}
        self.free: dict[str, int] = {}

    def statement(self, statement: Statement) -> Form:
        self.free = {}
        relations = tuple("=" if relation == ":=" else relation for relation in statement.relations)
        conditions = self._conditions(statement.conditions)
        return tuple(map(self.of, statement.sides)), relations, conditions

    def of(self, node: Node) -> Form:
        """Give the form of a node: a sum, and within it signed products."""
        terms: list[Form] = []
        self._terms(node, 1, terms)
        kept = sorted((term for term in terms if term != (1, (), (("number", 0.0),))), key=repr)
        if len(kept) != 1:
            return ("sum", *kept) if kept else ("number", 0.0)
        sign, matrices, numbers = kept[0]
        parts = numbers + matrices
        return parts[0] if sign == 1 and len(parts) == 1 else ("product", sign, matrices, numbers)

    def _terms(self, node: Node, sign: int, terms: list[Form]) -> None:
        match node:
            case Group(body):
                self._terms(body, sign, terms)
            case Negative(body):
                self._terms(body, -sign, terms)
            case Plus(parts):
                for part in parts:
                    self._terms(part, sign, terms)
            case _:
                terms.append(self._product(node, sign))

    def _product(self, node: Node, sign: int) -> Form:
        numbers: list[Form] = []
        matrices: list[Form] = []
        sign = self._factors(node, sign, numbers, matrices)
        left = [number for number in numbers if number != _ONE]
        if not left and not matrices:
            left = [_ONE]
        if ("number", 0.0) in left and not matrices:
            sign, left = 1, [("number", 0.0)]
        return sign, tuple(matrices), tuple(sorted(left, key=repr))

    def _factors(self, node: Node, sign: int, numbers: list[Form], matrices: list[Form]) -> int:
        """Sort the factors of a product into numbers, whose order is free, and the rest."""
        match node:
            case Group(body):
                return self._factors(body, sign, numbers, matrices)
            case Negative(body):
                return self._factors(body, -sign, numbers, matrices)
            case Times(factors):
                for factor in factors:
                    sign = self._factors(factor, sign, numbers, matrices)
                return sign
            case Divide(top, bottom):
                sign = self._factors(top, sign, numbers, matrices)
                numbers.append(("inverse", self.of(bottom)))
                return sign
            case Plus():
                return sign * self._sum(node, numbers, matrices)
            case _:
                (numbers if is_number(node, self.names) else matrices).append(self._single(node))
                return sign

    def _sum(self, node: Plus, numbers: list[Form], matrices: list[Form]) -> int:
        """Put a sum among the factors; one that comes down to a product gives its factors, and its sign."""
        match self.of(node):
            case ("product", sign, found, left):
                matrices += found
                numbers += left
                return int(sign)
            case form:
                (numbers if is_number(node, self.names) else matrices).append(form)
                return 1

    def _single(self, node: Node) -> Form:
        match node:
            case Hadamard(factors):
                return ("entrywise", *sorted(map(self.of, factors), key=repr))
            case Power(base, Number(1.0)):
                return self.of(base)
            case Transpose(Transpose(body)):
                return self.of(body)
            case Transpose(body) if is_number(body, self.names):
                return self.of(body)
            case Delta(left, right) | Indicator(Condition("=", left, right)):
                return ("delta", *sorted((self.of(left), self.of(right)), key=repr))
            case Indicator(condition):
                return ("indicator", self.condition(condition))
            case Call("max" | "min" as function, arguments):
                return ("call", function, *sorted(map(self.of, arguments), key=repr))
            case Partial(body, variables):
                return ("partial", self.of(body), *sorted(map(self.of, variables), key=repr))
            case Big():
                return self._big(node)
            case _:
                return self._plain(node)

    def _plain(self, node: Node) -> Form:
        match node:
            case Number(value):
                return ("number", value)
            case Symbol(name):
                return self._symbol(name)
            case Entry(name, indices):
                return ("entry", name, *(index and self.of(index) for index in indices))
            case Power(base, exponent):
                return ("power", self.of(base), self.of(exponent))
            case Transpose(body):
                return ("transpose", self.of(body))
            case Call(function, arguments, order):
                return ("call", function, order, *map(self.of, arguments))
            case Cases(branches):
                return ("cases", *((self.of(value), self._conditions(said)) for value, said in branches))
            case Matrix(rows):
                return ("matrix", *(tuple(map(self.of, row)) for row in rows))
            case Constant(kind, size):
                return ("constant", kind, self.of(size))
        return ("other", repr(node))

    def _symbol(self, name: str) -> Form:
        """Name a free index by its place in the statement: "for all i" and "for all k" say the same."""
        domain = self.names.domains.get(name)
        if name in self.bound:
            return "bound", self.bound[name]
        if isinstance(domain, Indices) and not domain.fixed:
            return "index", self.free.setdefault(name, len(self.free)), domain.size
        return "name", name

    def _big(self, node: Big) -> Form:
        around = self.bound
        ranges = tuple(self._range(item) for item in node.ranges)
        names = (item.index for item in node.ranges)
        self.bound = around | {name: len(around) + place for place, name in enumerate(names)}
        inside = (self._conditions(node.conditions), self.of(node.body))
        self.bound = around
        return ("big", node.operator, ranges, *inside)

    def _range(self, item: Range) -> Form:
        """Write k=1…K and a bare k alike, if k is declared to run that far."""
        domain = self.names.domains.get(item.index)
        declared = ("name", domain.size) if isinstance(domain, Indices) else ("free", item.index)
        first = self.of(item.first) if item.first else _ONE
        return first, self.of(item.last) if item.last else declared

    def _conditions(self, conditions: tuple[Condition, ...] | None) -> Form:
        return None if conditions is None else tuple(sorted(map(self.condition, conditions), key=repr))

    def condition(self, condition: Condition) -> Form:
        left, right, relation = self.of(condition.left), self.of(condition.right), condition.relation
        if relation in _MIRRORED:
            left, right, relation = right, left, _MIRRORED[relation]
        elif relation in ("=", r"\ne"):
            left, right = sorted((left, right), key=repr)
        return relation, left, right
