r"""Split a display into statements: chains of relations over several rows, with the conditions behind them.

A row is divided into clauses at commas, wide spaces and the word "and". A clause goes on with the
chain of the row above, begins a chain of its own, or is a condition on the chain before it.
"""

from collections.abc import Iterator

from eqcheck.conditions import AND_WORDS, IF_WORDS, about_indices, in_list
from eqcheck.cursor import Context
from eqcheck.domains import read_domain
from eqcheck.lexer import Token, tokens
from eqcheck.names import Names
from eqcheck.notation import NotationError
from eqcheck.parser import Parser
from eqcheck.parts import Part, environment, whole
from eqcheck.pointwise import settled
from eqcheck.syntax import Condition, ShapeOf, Statement
from eqcheck.vocabulary import RELATIONS

_CHAINS = {"aligned", "align", "alignat", "alignedat", "split", "equation", "gather", "gathered", "eqnarray", "flalign"}
_STARTS = {*RELATIONS, r"\in", ":", r"\coloneq", r"\overset", r"\stackrel"}
_DEEPEST = 4  # environments around a display


def read_statements(tex: str, names: Names) -> list[Statement]:
    """Read all the statements of a display."""
    return _Display(names).read(whole(tokens(tex)))


class _Display:
    """The statements of one display, as they are found."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.statements: list[Statement] = []

    def read(self, part: Part) -> list[Statement]:
        """Read all the rows."""
        kind, part = _unwrapped(part)
        for row in part.split("row"):
            self._row(row, columns=3 if kind == "eqnarray" else 2)
        if not self.statements:
            raise part.first.refuse("there is no equation here")
        return [self._finished(statement, part) for statement in self.statements]

    def _finished(self, statement: Statement, part: Part) -> Statement:
        settles = settled(statement)
        if settles is None:
            raise part.first.refuse("a function stands here without its argument, beside other symbols")
        return settles

    # ---- rows -------------------------------------------------------------------------------

    def _row(self, row: Part, columns: int) -> None:
        marked = row.first.is_sign("&")
        plain = _trimmed(_without_marks(row, columns))
        if not plain.items:
            return
        goes_on = plain.first.is_sign(*_STARTS)
        if marked and not goes_on:
            raise row.first.refuse("this row starts with & and no relation: what is on its left side?")
        signed = plain.first.is_sign("+") or (plain.first.is_sign("-") and not any(row.split("&")[1:]))
        if self.statements and signed:
            raise plain.first.refuse("does this row go on with the one above? Put the whole of a side on one row")
        if goes_on and not self.statements:
            raise plain.first.refuse("this row has no left side")
        chain, condition = False, False  # whether this row has a chain yet; whether its last clause was a condition
        for number, (divider, clause) in enumerate(_clauses(plain)):
            if number == 0 and goes_on:
                self.statements[-1] = self._chain(clause, self.statements[-1])
                chain = True
            elif self.statements and _begins_condition(clause):
                self._add_conditions(self._conditions(clause))
                condition = True
            elif condition and divider != "gap":
                found = self._conditions(clause)
                if not about_indices(found, self.names):
                    raise clause.first.refuse("is this a condition or a statement? Put it on a row of its own")
                self._add_conditions(found)
            else:
                condition = self._begin(clause, behind=chain)
                chain = True

    def _begin(self, clause: Part, behind: bool) -> bool:
        """Read a chain of its own; or, behind one, a comparison of indices. Tell whether it ends in a condition."""
        statement = self._chain(clause, None)
        pairs = zip(statement.sides, statement.relations, statement.sides[1:], strict=False)
        if behind and not statement.conditions and not {":=", r"\in"} & {*statement.relations}:
            compared = tuple(Condition(relation, left, right) for left, relation, right in pairs)
            if about_indices(compared, self.names):
                self._add_conditions(compared)
                return True
        self.statements.append(statement)
        return bool(statement.conditions)

    def _add_conditions(self, found: tuple[Condition, ...]) -> None:
        last = self.statements[-1]
        self.statements[-1] = Statement(last.sides, last.relations, (*last.conditions, *found))

    # ---- clauses ----------------------------------------------------------------------------

    def _chain(self, clause: Part, before: Statement | None) -> Statement:
        """Read sides with relations between them, and the conditions behind their words."""
        words = next((at for at, token in clause.outside() if _says_if(token)), len(clause.items))
        parser = self._parser(clause.cut(0, words))
        sides = [*before.sides] if before else [parser.expression()]
        relations = [*before.relations] if before else []
        while (relation := parser.relation(also=(r"\in",))) is not None:
            relations.append(relation)
            if relation == r"\in":
                sides.append(_set(parser.rest()))
                parser.at = len(parser.found) - 1
            else:
                sides.append(parser.expression())
        parser.refuse_rest()
        conditions = [*before.conditions] if before else []
        if words < len(clause.items):
            conditions += self._conditions(clause.cut(words))
        return Statement(tuple(sides), tuple(relations), tuple(conditions))

    def _conditions(self, clause: Part) -> tuple[Condition, ...]:
        if clause.in_brackets:
            clause = clause.cut(1, len(clause.items) - 1)
        return self._parser(clause).conditions()

    def _parser(self, part: Part) -> Parser:
        return Parser(part, Context(self.names))


def _unwrapped(part: Part) -> tuple[str, Part]:
    """Take off the environments around a whole display, a box, and the brace of a system."""
    kind = ""
    for _ in range(_DEEPEST):
        part = _trimmed(part)
        found = (*part.items, part.end)
        if part.texts[:2] == [r"\{", r"\begin"] and part.texts[-1] == r"\right.":
            inner = environment(found, 1)
            if inner[0] in _CHAINS and inner[2] == len(part.items) - 1:
                part = part.cut(1, len(part.items) - 1)
        elif part.first.is_sign(r"\begin"):
            name, inside, end = environment(found, 0)
            if name not in _CHAINS or end < len(part.items):
                break
            kind, part = name, inside
        elif part.first.is_sign(r"\boxed") and part.texts[1:2] == ["{"] and [*_tops(part)] == [0, 1]:
            part = part.cut(2, len(part.items) - 1)
        else:
            break
    return kind, part


def _tops(part: Part) -> Iterator[int]:
    return (place for place, _ in part.outside())


def _trimmed(part: Part) -> Part:
    """Drop wide spaces and empty braces at the beginning, and wide spaces at the end."""
    start, stop = 0, len(part.items)
    while start < stop and (part.items[start].kind == "gap" or part.texts[start : start + 2] == ["{", "}"]):
        start += 1 if part.items[start].kind == "gap" else 2
    while stop > start and part.items[stop - 1].kind == "gap":
        stop -= 1
    return part.cut(start, stop) if (start, stop) != (0, len(part.items)) else part


def _without_marks(row: Part, columns: int) -> Part:
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


def _clauses(row: Part) -> Iterator[tuple[str, Part]]:
    """Divide a row into clauses, each with what divides it from the one before: a comma, a gap, a word."""
    start, divider = 0, ""
    for place, token in row.outside():
        kind = _divides(row, place, token)
        if kind:
            if _trimmed(row.cut(start, place)).items:
                yield divider, _clause(row.cut(start, place))
                divider = kind
            elif kind == "gap":
                divider = kind
            start = place + 1
    if _trimmed(row.cut(start)).items:
        yield divider, _clause(row.cut(start))


def _divides(row: Part, place: int, token: Token) -> str:
    before = row.items[place - 1] if place else token
    after = row.items[place + 1] if place + 1 < len(row.items) else row.end
    if token.kind == "gap":  # a wide space beside a relation is only a wide space
        return "" if before.is_sign(*_STARTS) or after.is_sign(*_STARTS) else "gap"
    if token.kind == "text" and token.text.strip(" ,") in AND_WORDS:
        return "and"
    if token.is_sign("."):
        return "" if before.kind == "digit" and after.kind == "digit" else ","
    return "," if token.is_sign(",", ";") and not in_list(row.items, place) else ""


def _clause(part: Part) -> Part:
    """Drop the wide spaces that divide nothing."""
    return Part(tuple(token for token in part.items if token.kind != "gap"), part.end)


def _says_if(token: Token) -> bool:
    if token.is_sign(r"\forall"):
        return True
    return token.kind == "text" and token.text.strip(" ,") in IF_WORDS


def _begins_condition(clause: Part) -> bool:
    """Tell whether a clause begins with for, if, …, or is a comparison in brackets."""
    if _says_if(clause.first):
        return True
    return clause.in_brackets and any(token.is_sign(*RELATIONS, r"\in") for token in clause.items)


def _set(part: Part) -> ShapeOf:
    domain = " ".join(part.texts)
    try:
        read_domain(domain)
    except NotationError as error:
        raise part.first.refuse(str(error)) from error
    return ShapeOf(domain)
