"""Go through a syntax tree."""

from collections.abc import Iterator
from dataclasses import fields

from eqcheck.syntax import Condition, Node, Range


def children(node: Node | Condition | Range) -> Iterator[Node]:
    """The expressions directly below a node, also those in conditions and ranges."""
    for item in fields(node):
        yield from _nodes(getattr(node, item.name))


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
    yield node
    for child in children(node):
        yield from walk(child)
