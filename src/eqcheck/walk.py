"""Go through a syntax tree."""

from collections.abc import Iterator
from dataclasses import fields

from eqcheck.tex.syntax import Condition, Node, Range

_PARTS: dict[type, tuple[str, ...]] = {}  # the names of the fields of each kind of node


def children(node: Node | Condition | Range) -> Iterator[Node]:
    """The expressions directly below a node, also those in conditions and ranges."""
    kind = type(node)
    if kind not in _PARTS:
        _PARTS[kind] = tuple(item.name for item in fields(node))
    for name in _PARTS[kind]:
        yield from _nodes(getattr(node, name))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _nodes(part)
    elif isinstance(value, Condition | Range):
        yield from children(value)


def walk(node: Node) -> Iterator[Node]:
    """All the nodes of a tree, the root first."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(reversed([*children(found)]))
