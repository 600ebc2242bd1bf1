"""Which names an expression uses, and which symbols depend on which through the definitions of a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from eqcheck.tex.names import Names
from eqcheck.tex.syntax import At, Big, Call, Entry, Node, Partial, Statement, Symbol
from eqcheck.walk import walk


@dataclass(frozen=True)
class Definition:
    """The right side that defines a symbol, with the indices or parameters of its left side."""

    body: Node
    indices: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    origin: str = ""  # the equation it stands in
    uses: frozenset[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "uses", uses(self.body) - {*self.indices, *self.parameters})


def uses(*nodes: Node) -> frozenset[str]:
    """The names of all symbols, functions and indices in some expressions."""
    found = set()
    for node in (part for root in nodes for part in walk(root)):
        if isinstance(node, Symbol | Entry | At):
            found.add(node.name)
        elif isinstance(node, Call):
            found.add(node.function)
        elif isinstance(node, Big):
            found.update(item.index for item in node.ranges)
    return frozenset(found)


class Links:
    """What depends on what."""

    def __init__(self, definitions: Mapping[str, Definition]) -> None:
        self.definitions = definitions
        self._reach: dict[str, frozenset[str]] = {}
        self._affected: dict[str, frozenset[str]] = {}

    def reach(self, names: Iterable[str]) -> frozenset[str]:
        """These names, and whatever they are made of."""
        found = set(names)
        waiting = list(found)
        while waiting:
            definition = self.definitions.get(waiting.pop())
            fresh = definition.uses - found if definition else ()
            found.update(fresh)
            waiting.extend(fresh)
        return frozenset(found)

    def made_of(self, name: str) -> frozenset[str]:
        """A name, and whatever it is made of."""
        if name not in self._reach:
            self._reach[name] = self.reach([name])
        return self._reach[name]

    def affected(self, name: str) -> frozenset[str]:
        """The defined names that move when this one does."""
        if name not in self._affected:
            self._affected[name] = frozenset(
                other for other in self.definitions if other != name and name in self.made_of(other)
            )
        return self._affected[name]

    def depends(self, names: Iterable[str], name: str) -> bool:
        """Tell whether some of these names are made of one."""
        return any(name in self.made_of(other) for other in names)


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
    for child in node.below:
        _free(child, names, bound, found)
