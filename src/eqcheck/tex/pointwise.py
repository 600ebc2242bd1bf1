"""Statements about functions without their arguments: σ′ = σ(1 − σ) holds at every point.

So does dσ/dz = σ(z)(1 − σ(z)), where the variable names the point.
"""

from dataclasses import fields, replace
from typing import Any

from eqcheck.tex.syntax import Condition, Node, Number, Partial, Range, Statement, Symbol
from eqcheck.walk import walk

POINT = "·"  # the argument of a function that is written without one


def settled(statement: Statement) -> Statement | None:
    """Give the statement with one point for all its functions; None where it is not about functions alone."""
    nodes = [node for side in statement.sides for node in walk(side)]
    if Symbol(POINT) not in nodes:
        return statement
    variables = {part for node in nodes if isinstance(node, Partial) for part in node.variables}
    if len(variables) > 1 or not all(_is_bare(side, variables) for side in statement.sides):
        return None
    for variable in variables:
        return replace(statement, sides=tuple(_at(side, variable) for side in statement.sides))
    return statement


def _is_bare(side: Node, variables: set[Node]) -> bool:
    symbols = {node for node in walk(side) if isinstance(node, Symbol)}
    return symbols <= {Symbol(POINT), *variables} and (bool(symbols) or isinstance(side, Number))


def _at(value: Any, point: Node) -> Any:
    """Put a symbol in place of the nameless point."""
    if value == Symbol(POINT):
        return point
    if isinstance(value, tuple):
        return tuple(_at(part, point) for part in value)
    if isinstance(value, Node | Condition | Range):
        return replace(value, **{item.name: _at(getattr(value, item.name), point) for item in fields(value)})
    return value
