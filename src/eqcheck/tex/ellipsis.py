r"""Sums and products with dots, x_1 + \dots + x_K: what stands beside the dots shows what they stand for."""

from dataclasses import fields, is_dataclass, replace
from typing import Any

from eqcheck.tex.lexer import Token
from eqcheck.tex.syntax import Big, Node, Number, Range, Symbol

DOTTED = "…"  # the index that the dots stand for


class _Unlike(Exception):
    """Two terms that differ in more than one index."""


def with_dots(terms: list[Node], last: Node, token: Token, operator: str = "sum") -> list[Node]:
    """Make a sum of the terms before the dots and the one behind them; or a product of factors."""
    things = "terms" if operator == "sum" else "factors"
    try:
        pattern, start, end = _pattern(terms[-1], last)
    except _Unlike:
        raise token.refuse(
            f"what do the dots stand for? The {things} beside them differ in more than one index"
        ) from None
    first = start
    before = terms[:-1]
    while before and first > 0 and before[-1] == _filled(pattern, Number(first - 1)):
        before, first = before[:-1], first - 1
    if first > 1 and before:
        raise token.refuse(f"what do the dots stand for? The {things} before them do not begin with 0 or 1")
    return [*before, Big(operator, (Range(DOTTED, Number(first), end),), (), pattern)]


def _pattern(one: Node, last: Node) -> tuple[Node, float, Node]:
    """Find what two terms have in common, the number in the one, and what stands in its place in the other."""
    found: list[tuple[Number, Node]] = []
    pattern = _common(one, last, found, in_index=False)
    if not found or any(pair != found[0] for pair in found):
        raise _Unlike
    start, end = found[0]
    return pattern, start.value, end


def _common(one: Any, other: Any, found: list[tuple[Number, Node]], in_index: bool) -> Any:
    if one == other:
        return one
    if isinstance(one, Number) and isinstance(other, Node) and in_index:
        found.append((one, other))
        return Symbol(DOTTED)
    if type(one) is not type(other):
        raise _Unlike
    if isinstance(one, tuple) and len(one) == len(other):
        return tuple(_common(left, right, found, in_index) for left, right in zip(one, other, strict=True))
    if is_dataclass(one) and not isinstance(one, type):
        return replace(
            one,
            **{
                item.name: _common(getattr(one, item.name), getattr(other, item.name), found, item.name == "indices")
                for item in fields(one)
            },
        )
    raise _Unlike


def _filled(value: Any, number: Number) -> Any:
    """Put a number in the place of the index."""
    if value == Symbol(DOTTED):
        return number
    if isinstance(value, tuple):
        return tuple(_filled(part, number) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{item.name: _filled(getattr(value, item.name), number) for item in fields(value)})
    return value
