"""The syntax tree of an equation. Every node is a value; the judge compares and mutates trees."""

from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Node:
    """An expression."""

    @cached_property
    def below(self) -> "tuple[Node, ...]":
        """The expressions directly below, also those in conditions and ranges."""
        found: list[Node] = []
        names: tuple[str, ...] = self.__match_args__  # of the fields
        for name in names:
            _collect(getattr(self, name), found)
        return tuple(found)


@dataclass(frozen=True)
class Number(Node):
    """A literal number. Literals are the only things that are added to a matrix entry by entry."""

    value: float


@dataclass(frozen=True)
class Symbol(Node):
    """A declared name, whole."""

    name: str


@dataclass(frozen=True)
class Entry(Node):
    """An entry of a declared name: X_{nd}, or a row or column where an index is a colon (None)."""

    name: str
    indices: tuple[Node | None, ...]


@dataclass(frozen=True)
class Pick(Node):
    """An entry, or a row or column, of what an expression gives: (XW)_{nh}."""

    body: Node
    indices: tuple[Node | None, ...]


@dataclass(frozen=True)
class Negative(Node):
    """A minus in front of a term."""

    body: Node


@dataclass(frozen=True)
class Plus(Node):
    """A sum of terms. Each term carries its sign as a Negative."""

    terms: tuple[Node, ...]


@dataclass(frozen=True)
class Times(Node):
    """A product: of numbers, or of matrices in the sense of matrices. A star joins numbers alone."""

    factors: tuple[Node, ...]
    star: bool = False


@dataclass(frozen=True)
class Hadamard(Node):
    """A product entry by entry."""

    factors: tuple[Node, ...]


@dataclass(frozen=True)
class Divide(Node):
    """A fraction."""

    top: Node
    bottom: Node


@dataclass(frozen=True)
class Power(Node):
    """A power of a number, or an inverse of a matrix."""

    base: Node
    exponent: Node


@dataclass(frozen=True)
class Group(Node):
    """An expression in brackets."""

    body: Node


@dataclass(frozen=True)
class Transpose(Node):
    """A transpose."""

    body: Node


@dataclass(frozen=True)
class Call(Node):
    """A function applied: a known one (log, exp, tanh, …) or a declared one. Negative order: the inverse."""

    function: str
    arguments: tuple[Node, ...]
    order: int = 0


@dataclass(frozen=True)
class Condition(Node):
    """A comparison of two expressions, as a condition of a sum, a case or a statement."""

    relation: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Range:
    """The index that a sum or a product runs over, with its bounds where they are written."""

    index: str
    first: Node | None = None
    last: Node | None = None


@dataclass(frozen=True)
class Big(Node):
    """A sum, product, maximum or minimum over indices."""

    operator: str
    ranges: tuple[Range, ...]
    conditions: tuple[Condition, ...]
    body: Node


@dataclass(frozen=True)
class Partial(Node):
    """A partial derivative: of the body, by each variable in turn."""

    body: Node
    variables: tuple[Node, ...]


@dataclass(frozen=True)
class At(Node):
    """An expression at one value of a symbol, whatever the symbol is elsewhere."""

    body: Node
    name: str
    value: Node


@dataclass(frozen=True)
class Delta(Node):
    """Kronecker's delta."""

    left: Node
    right: Node


@dataclass(frozen=True)
class Indicator(Node):
    """1 where the condition holds, 0 elsewhere."""

    condition: Condition


@dataclass(frozen=True)
class Constant(Node):
    """A column of ones or zeros, or an identity, of a given size."""

    kind: str
    size: Node


@dataclass(frozen=True)
class Cases(Node):
    """A choice between values; the condition None is the last resort, "otherwise"."""

    branches: tuple[tuple[Node, tuple[Condition, ...] | None], ...]


@dataclass(frozen=True)
class Matrix(Node):
    """A matrix written out."""

    rows: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True)
class ShapeOf(Node):
    """The right side of a shape claim: a set."""

    domain: str


@dataclass(frozen=True)
class Statement:
    """A chain: sides[0] relations[0] sides[1] …, for all indices that meet the conditions."""

    sides: tuple[Node, ...]
    relations: tuple[str, ...]
    conditions: tuple[Condition, ...] = field(default=())


def _collect(value: object, found: list[Node]) -> None:
    if isinstance(value, Node):
        found.append(value)
    elif isinstance(value, tuple):
        for part in value:
            _collect(part, found)
    elif isinstance(value, Range):
        _collect((value.first, value.last), found)


def literal(node: Node) -> bool:
    """Tell whether an expression is a number as it is written, perhaps with a minus or as a fraction."""
    if isinstance(node, Negative | Group):
        return literal(node.body)
    if isinstance(node, Divide):
        return literal(node.top) and literal(node.bottom)
    return isinstance(node, Number)
