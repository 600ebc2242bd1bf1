r"""The rows of a display: what stands at their edges, and which of them go on with the side above."""

from eqcheck.tex.lexer import Token
from eqcheck.tex.parts import Part
from eqcheck.tex.vocabulary import RELATIONS

STARTS = {*RELATIONS, r"\in", ":", r"\coloneq", r"\overset", r"\stackrel"}


def trimmed(part: Part) -> Part:
    """Drop wide spaces and empty braces at the beginning, and wide spaces at the end."""
    start, stop = 0, len(part.items)
    while start < stop and (part.items[start].kind == "gap" or _empty_braces(part.items[start : start + 2])):
        start += 1 if part.items[start].kind == "gap" else 2
    while stop > start and part.items[stop - 1].kind == "gap":
        stop -= 1
    return part.cut(start, stop) if (start, stop) != (0, len(part.items)) else part


def _empty_braces(items: tuple[Token, ...]) -> bool:
    return len(items) == 2 and items[0].is_sign("{") and items[1].is_sign("}")


def without_marks(row: Part, columns: int) -> Part:
    r"""Drop the marks that align; the mark between two equations side by side is a wide space."""
    kept: list[Token] = []
    marks = 0
    outside = {place for place, _ in row.outside()}
    for place, token in enumerate(row.items):
        if place not in outside or not token.is_sign("&"):
            kept.append(token)
            continue
        marks += 1
        if marks % columns == 0:
            kept.append(Token("gap", "&", token.line, token.column))
    return Part(tuple(kept), row.end)


def goes_on_with_side(row: Part) -> bool:
    """Tell whether a row begins with a sign and can be nothing but more of the side above.

    Its left column is empty, or there is no relation in it. But -u &= a says something new, and so may -u = a.
    """
    if not trimmed(without_marks(row, 2)).first.is_sign("+", "-"):
        return False
    return trimmed(row).first.is_sign("&") or not any(token.is_sign(*STARTS) for _, token in row.outside())


def without_leading_marks(row: Part) -> Part:
    """Drop the marks, wide spaces and empty braces before the sign with which a row goes on."""
    row = trimmed(row)
    while row.first.is_sign("&"):
        row = trimmed(row.cut(1))
    return row
