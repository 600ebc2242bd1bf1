r"""Split a display into statements: chains of relations over several rows, with the conditions behind them.

A row is divided into clauses at commas, wide spaces and the word "and". A clause goes on with the
chain of the row above, begins a chain of its own, or is a condition on the chain before it.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from eqcheck.domains import read_domain
from eqcheck.notation import NotationError
from eqcheck.tex.conditions import AND_WORDS, IF_WORDS, about_indices, in_list
from eqcheck.tex.cursor import Context
from eqcheck.tex.layers import DEPTH, Layers, decided
from eqcheck.tex.lexer import Refusal, Token, tokens
from eqcheck.tex.names import Names
from eqcheck.tex.parser import Parser
from eqcheck.tex.parts import Part, environment, whole
from eqcheck.tex.pointwise import settled
from eqcheck.tex.rows import STARTS, goes_on_with_side, trimmed, without_leading_marks, without_marks
from eqcheck.tex.syntax import Condition, Node, ShapeOf, Statement
from eqcheck.tex.tables import table
from eqcheck.tex.vocabulary import RELATIONS

_CHAINS = {"aligned", "align", "alignat", "alignedat", "split", "equation", "gather", "gathered", "eqnarray", "flalign"}
_LONGEST = 50_000  # characters of a display
_DEEPEST = 4  # environments around a display


def read_statements(tex: str, names: Names) -> list[Statement]:
    """Read all the statements of a display; what speaks of a general layer, for each layer."""
    if len(tex) > _LONGEST:
        raise Refusal(f"a display of more than {_LONGEST:,} characters", 1, 1)
    part = whole(tokens(tex))
    rows = table(trimmed(part), Context(names))
    if rows:
        return rows
    runs = [_Display(names, layers).read(part) for layers in _layers(part, names)]
    if any(len(run) != len(runs[0]) for run in runs):
        raise part.first.refuse("this cannot be read in the same way for each layer")
    found: list[Statement] = []
    for alike in zip(*runs, strict=True):
        found += dict.fromkeys(statement for statement in alike if statement is not None)
    if not found:
        raise part.first.refuse("there is no equation here")
    return found


def _layers(part: Part, names: Names) -> list[Layers]:
    """List the layers for which a display is read: one choice for each index of layers in it."""
    counters = names.layer_indices()
    indices = sorted(counters & {*part.texts}) if counters else []
    if len(indices) > 2:
        raise part.first.refuse("more than two indices of layers in one display")
    depth = dict.fromkeys(names.depths, DEPTH)
    choices = itertools.product(range(1, DEPTH + 1), repeat=len(indices))
    return [{**depth, **dict(zip(indices, numbers, strict=True))} for numbers in choices]


@dataclass
class _Chain:
    """A statement as it is read, row by row; with what could not be read, where that may not matter."""

    sides: list[Node] = field(default_factory=list)
    relations: list[str] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    bare: list[Token] = field(default_factory=list)
    fault: Refusal | None = None


class _Display:
    """The statements of one display, as they are found."""

    def __init__(self, names: Names, layers: Layers) -> None:
        self.names, self.layers = names, layers
        self.chains: list[_Chain] = []

    def read(self, part: Part) -> list[Statement | None]:
        """Read all the rows; a statement that is not about this layer is None."""
        kind, part = _unwrapped(part)
        columns = 3 if kind == "eqnarray" else 2
        for row in _joined(part.split("row"), columns):
            self._row(row, columns)
        return [self._finished(chain) for chain in self.chains]

    def _finished(self, chain: _Chain) -> Statement | None:
        verdicts = [decided(condition) if self.layers else None for condition in chain.conditions]
        if False in verdicts:
            return None
        if chain.fault:
            layers = ", ".join(f"{name} = {number}" for name, number in self.layers.items())
            raise Refusal(f"{chain.fault}; this is read at {layers}", chain.fault.line, chain.fault.column)
        open_ones = [condition for condition, holds in zip(chain.conditions, verdicts, strict=True) if not holds]
        statement = settled(Statement(tuple(chain.sides), tuple(chain.relations), tuple(open_ones)))
        if statement is None:
            raise chain.bare[0].refuse("a function stands here without its argument, beside other symbols")
        return statement

    # ---- rows -------------------------------------------------------------------------------

    def _row(self, row: Part, columns: int) -> None:
        plain = trimmed(without_marks(row, columns))
        if not plain.items:
            return
        goes_on = self._goes_on(row, plain)
        behind, condition = False, False  # whether this row has a chain yet; whether its last clause was a condition
        for number, (divider, clause) in enumerate(_clauses(plain)):
            if number == 0 and goes_on:
                condition = self._chain(clause, self.chains[-1])
            elif self.chains and _begins_condition(clause):
                self.chains[-1].conditions += self._conditions(clause)
                condition = True
            elif condition and divider != "gap":
                found = self._conditions(clause)
                if found and not about_indices(found, self.names):
                    raise clause.first.refuse("is this a condition or a statement? Put it on a row of its own")
                self.chains[-1].conditions += found
            else:
                condition = self._begin(clause, behind)
            behind = True

    def _goes_on(self, row: Part, plain: Part) -> bool:
        """Tell whether a row goes on with the chain above; refuse it where that cannot be seen."""
        goes_on = plain.first.is_sign(*STARTS)
        if row.first.is_sign("&") and not goes_on:
            raise row.first.refuse("this row starts with & and no relation: what is on its left side?")
        signed = plain.first.is_sign("+") or (plain.first.is_sign("-") and len(row.split("&")) == 1)
        if self.chains and signed:
            raise plain.first.refuse("is this a row of its own, or more of the side above? Put & before its sign")
        if goes_on and not self.chains:
            raise plain.first.refuse("this row has no left side")
        return goes_on

    def _begin(self, clause: Part, behind: bool) -> bool:
        """Read a chain of its own; or, behind one, a comparison of indices. Tell whether it ends in a condition."""
        chain = _Chain()
        condition = self._chain(clause, chain)
        if behind and not condition and not chain.fault and not {":=", r"\in"} & {*chain.relations}:
            pairs = zip(chain.sides, chain.relations, chain.sides[1:], strict=False)
            compared = [Condition(relation, left, right) for left, relation, right in pairs]
            about_layers = bool(self.layers) and None not in map(decided, compared)
            if about_layers or about_indices(tuple(compared), self.names):
                self.chains[-1].conditions += compared
                return True
        self.chains.append(chain)
        return condition

    # ---- clauses ----------------------------------------------------------------------------

    def _chain(self, clause: Part, chain: _Chain) -> bool:
        """Read sides with relations between them, and the conditions behind their words. Tell whether there are any."""
        words = next((at for at, token in clause.outside() if _says_if(token)), len(clause.items))
        try:
            self._sides(clause.cut(0, words), chain)
        except Refusal as error:
            if not self.layers:
                raise
            chain.fault = chain.fault or error  # there may be no such layer, and a condition that says so
        if words < len(clause.items):
            chain.conditions += self._conditions(clause.cut(words))
        return words < len(clause.items)

    def _sides(self, part: Part, chain: _Chain) -> None:
        parser = Parser(part, Context(self.names, layers=self.layers, bare=chain.bare))
        if not chain.sides:
            chain.sides.append(parser.expression())
        while (relation := parser.relation(also=(r"\in",))) is not None:
            chain.relations.append(relation)
            if relation == r"\in":
                chain.sides.append(_set(parser.rest()))
                return
            chain.sides.append(parser.expression())
        parser.refuse_rest()

    def _conditions(self, clause: Part) -> tuple[Condition, ...]:
        if clause.in_brackets:
            clause = clause.cut(1, len(clause.items) - 1)
        return Parser(clause, Context(self.names, layers=self.layers)).conditions()


def _unwrapped(part: Part) -> tuple[str, Part]:
    """Take off the environments around a whole display, a box, and the brace of a system."""
    kind = ""
    for _ in range(_DEEPEST):
        part = trimmed(part)
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


def _joined(rows: list[Part], columns: int) -> list[Part]:
    """Put a row that goes on with the side above behind the row in which that side stands."""
    found: list[Part] = []
    for row in rows:
        if found and goes_on_with_side(row):
            more = without_leading_marks(row)
            if not _ends_in_side(trimmed(without_marks(found[-1], columns))):
                raise more.first.refuse("does this row go on with a side? The row above does not end in one")
            found[-1] = Part((*trimmed(found[-1]).items, *more.items), more.end)
        elif trimmed(row).items:
            found.append(row)
    return found


def _ends_in_side(row: Part) -> bool:
    """Tell whether a row is one clause that ends in a side: in no condition, comma or full stop."""
    clauses = [*_clauses(row)]
    if len(clauses) != 1 or row.items[-1].is_sign(",", ";", "."):
        return False
    clause = clauses[0][1]
    return not _begins_condition(clause) and not any(_says_if(token) for _, token in clause.outside())


def _tops(part: Part) -> Iterator[int]:
    return (place for place, _ in part.outside())


def _clauses(row: Part) -> Iterator[tuple[str, Part]]:
    """Divide a row into clauses, each with what divides it from the one before: a comma, a gap, a word."""
    start, divider = 0, ""
    for place, token in row.outside():
        kind = _divides(row, place, token)
        if kind:
            if trimmed(row.cut(start, place)).items:
                yield divider, _clause(row.cut(start, place))
                divider = kind
            elif kind == "gap":
                divider = kind
            start = place + 1
    if trimmed(row.cut(start)).items:
        yield divider, _clause(row.cut(start))


def _divides(row: Part, place: int, token: Token) -> str:
    before = row.items[place - 1] if place else token
    after = row.items[place + 1] if place + 1 < len(row.items) else row.end
    if token.kind == "gap":  # a wide space beside a relation is only a wide space
        return "" if before.is_sign(*STARTS) or after.is_sign(*STARTS) else "gap"
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
    """Tell whether a clause begins with for, if, …, or is a range, or a comparison in brackets."""
    if _says_if(clause.first) or any(token.is_sign(",") for _, token in clause.outside()):
        return True
    return clause.in_brackets and any(token.is_sign(*RELATIONS, r"\in") for token in clause.items)


def _set(part: Part) -> ShapeOf:
    domain = " ".join(part.texts)
    try:
        read_domain(domain)
    except NotationError as error:
        raise part.first.refuse(str(error)) from error
    return ShapeOf(domain)
