"""Go through a syntax tree."""

from collections.abc import Iterator

from eqcheck.tex.syntax import Node


def walk(node: Node) -> Iterator[Node]:
    """All the nodes of a tree, the root first."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += found.below[::-1]
