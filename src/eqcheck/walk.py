"""Go through a syntax tree."""

from collections.abc import Iterator
from dataclasses import fields

from eqcheck.tex.syntax import Condition, Node, Range

_PARTS: dict[type, tuple[str, ...]] = {}  # the names of the fields of each kind of node


def children(node: Node | Condition | Range) -> list[Node]:
    """The expressions directly below a node, also those in conditions and ranges."""
    kind = type(node)
    if kind not in _PARTS:
        _PARTS[kind] = tuple(item.name for item in fields(node))
    found: list[Node] = []
    for name in _PARTS[kind]:
        _collect(getattr(node, name), found)
    return found


def _collect(value: object, found: list[Node]) -> None:
    if isinstance(value, Node):
        found.append(value)
    elif isinstance(value, tuple):
        for part in value:
            _collect(part, found)
    elif isinstance(value, Condition | Range):
        found += children(value)


def walk(node: Node) -> Iterator[Node]:
    """All the nodes of a tree, the root first."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += children(found)[::-1]
