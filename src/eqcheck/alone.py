"""What a reader needs who comes to one equation alone: its symbols, with what the page's table says of each."""

from dataclasses import dataclass

from eqcheck.links import uses
from eqcheck.notation import Declaration, read_notation
from eqcheck.pages import Equation, Page
from eqcheck.reader import Reader
from eqcheck.tex.lexer import Refusal
from eqcheck.tex.statements import read_statements
from eqcheck.tex.syntax import Node


@dataclass(frozen=True)
class Row:
    """A row of the page's table of symbols, and by which equations above this one its symbols are defined.

    An origin is the id of an equation; before it stands the symbol, if there are several in the row.
    """

    tex: str
    meaning: str
    origins: tuple[tuple[str, str], ...] = ()


def rows(equation: Equation, before: Reader, page: Page) -> tuple[Row, ...]:
    """List the rows of the table in which the symbols of an equation stand; the reader is as it was before it."""
    try:
        statements = read_statements(equation.tex, before.names)
    except Refusal:
        return ()
    nodes: list[Node] = []
    for statement in statements:
        nodes += statement.sides
        nodes += [part for condition in statement.conditions for part in (condition.left, condition.right)]
    used = {before.names.tex[name]: name for name in uses(*nodes) if name in before.names.tex}
    lines = [line for fence in page.notations for line in read_notation(fence.body)]
    return tuple(_row(line, used, before) for line in lines if not used.keys().isdisjoint(line.symbols))


def _row(line: Declaration, used: dict[str, str], before: Reader) -> Row:
    defined = {symbol: before.definitions.get(used[symbol]) for symbol in line.symbols if symbol in used}
    relation = ":" if line.function else r"\in"
    return Row(
        f"{', '.join(line.symbols)} {relation} {line.domain}",
        line.meaning,
        tuple((symbol if len(line.symbols) > 1 else "", found.origin) for symbol, found in defined.items() if found),
    )
