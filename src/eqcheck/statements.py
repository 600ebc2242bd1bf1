"""Split a display into statements: chains of relations, their rows, and the conditions behind them."""

from collections.abc import Iterator, Sequence

from eqcheck.lexer import Token, tokens
from eqcheck.names import Names
from eqcheck.parser import RELATIONS, Parser, environment, split
from eqcheck.syntax import Condition, ShapeOf, Statement

_CHAINS = {
    "aligned",
    "align",
    "align*",
    "split",
    "equation",
    "equation*",
    "gather",
    "gather*",
    "gathered",
    "eqnarray",
    "eqnarray*",
}
_FOR = {"for", "for all", "if", "when", "where"}


def read_statements(tex: str, names: Names) -> list[Statement]:
    """Read all the statements of a display."""
    found = tokens(tex)[:-1]
    while found and found[0].text == r"\begin":
        kind, inside, end = environment(found, 0)
        if kind not in _CHAINS or end < len(found):
            break
        found = list(inside)
    statements: list[Statement] = []
    for row in split(found, "row"):
        if not row:
            continue
        aligned = row[0].text == "&"
        cells = _without_marks(row)
        starts = bool(cells) and _relation(cells, 0) is not None
        if aligned and not starts:
            raise row[0].refuse("this row starts with & and no relation: what is on its left side?")
        for place, part in enumerate(_statements(cells)):
            if place == 0 and starts:
                if not statements:
                    raise row[0].refuse("this row has no left side")
                statements[-1] = _continued(statements[-1], part, names)
            else:
                statements.append(_continued(None, part, names))
    return statements


def _without_marks(row: Sequence[Token]) -> list[Token]:
    """Drop the alignment marks, but keep those inside cases and matrices."""
    kept, depth = [], 0
    for token in row:
        depth += {r"\begin": 1, r"\end": -1}.get(token.text, 0)
        if token.text != "&" or depth:
            kept.append(token)
    return kept


def _statements(found: Sequence[Token]) -> list[Sequence[Token]]:
    """Split a row at wide spaces and commas between statements, but not before the words of a condition."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for place, token in enumerate(found):
        depth += token.text in ("{", "(", "[", r"\begin") and token.kind != "text"
        depth -= token.text in ("}", ")", "]", r"\end") and token.kind != "text"
        divides = depth == 0 and (token.kind == "gap" or token.text in (",", ";", "."))
        if not divides:
            parts[-1].append(token)
        elif place + 1 < len(found) and parts[-1] and not _conditional(found[place + 1 :], parts[-1]):
            parts.append([])
    return [part for part in parts if part]


def _conditional(rest: Sequence[Token], so_far: Sequence[Token]) -> bool:
    following = next((token for token in rest if token.kind != "gap"), None)
    return following is None or following.kind == "text" or any(token.kind == "text" for token in so_far)


def _continued(statement: Statement | None, found: Sequence[Token], names: Names) -> Statement:
    words = next(
        (place for place, token in outside(found) if token.kind == "text" and _is_condition(token)), len(found)
    )
    sides = list(statement.sides) if statement else []
    relations = list(statement.relations) if statement else []
    conditions = list(statement.conditions) if statement else []
    chain = found[:words]
    place = 0
    if statement:
        relation, place = _relation(chain, 0) or ("=", 0)
        relations.append(relation)
    while True:
        parser = Parser(chain[place:], names)
        if relations and relations[-1] == r"\in":
            sides.append(ShapeOf(" ".join(token.text for token in chain[place:])))
            break
        sides.append(parser.expression())
        place += parser.at
        following = _relation(chain, place)
        if following is None:
            if parser.token.kind != "end":
                raise parser.token.refuse(f"cannot read {parser.token.text!r} here")
            break
        relations.append(following[0])
        place = following[1]
    conditions += _conditions(found[words:], names)
    return Statement(tuple(sides), tuple(relations), tuple(conditions))


def outside(found: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    """Go through the tokens that stand outside environments."""
    depth = 0
    for place, token in enumerate(found):
        depth += {r"\begin": 1, r"\end": -1}.get(token.text, 0)
        if not depth:
            yield place, token


def _is_condition(token: Token) -> bool:
    if token.text.strip() in _FOR:
        return True
    raise token.refuse(f"cannot read the words {token.text!r}")


def _conditions(found: Sequence[Token], names: Names) -> list[Condition]:
    conditions: list[Condition] = []
    rest = [token for token in found if token.kind not in ("text", "gap")]
    for part in split(rest, ",") if rest else []:
        parser = Parser(part, names)
        condition = parser.condition()
        if parser.token.kind != "end":
            raise parser.token.refuse(f"cannot read {parser.token.text!r} here")
        conditions.append(condition)
    return conditions


def _relation(found: Sequence[Token], place: int) -> tuple[str, int] | None:
    """Read a relation; := counts as one."""
    if place >= len(found):
        return None
    token = found[place]
    if token.text == ":" and place + 1 < len(found) and found[place + 1].text == "=":
        return ":=", place + 2
    if token.kind != "text" and (token.text in RELATIONS or token.text == r"\in"):
        return token.text, place + 1
    return None
