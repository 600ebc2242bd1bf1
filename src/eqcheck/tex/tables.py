r"""Truth tables: an array whose head names the columns, with a bar between what is given and what follows.

    \begin{array}{cc|c} a & b & a b \\ \hline 0 & 0 & 0 \\ 0 & 1 & 0 \\ … \end{array}

Each row is a statement: where a = 0 and b = 1, a b = 0.
"""

from collections.abc import Iterator

from eqcheck.tex.cursor import Context
from eqcheck.tex.parser import Parser
from eqcheck.tex.parts import Part, argument, environment
from eqcheck.tex.syntax import Condition, Node, Statement, Symbol


def table(part: Part, context: Context) -> list[Statement]:
    """Read a display that is one table; nothing if it is none."""
    found = (*part.items, part.end)
    if part.texts[:2] != [r"\begin", "{"] or "".join(argument(found, 1)[0].texts) != "array":
        return []
    _, inside, end = environment(found, 0)
    columns = "".join(argument(found, argument(found, 1)[1])[0].texts)
    given = len(columns.partition("|")[0]) if columns.count("|") == 1 else 0
    if end < len(part.items) or not given:
        return []
    head, *rows = [row for row in inside.split("row") if row.items]
    heads = [Parser(cell, context).whole() for cell in head.split("&")]
    if len(heads) != len(columns) - 1 or not all(isinstance(node, Symbol) for node in heads[:given]):
        raise head.first.refuse("expected a head with a symbol for each column on the left of the bar")
    return [statement for row in rows for statement in _row(row, heads, given, context)]


def _row(row: Part, heads: list[Node], given: int, context: Context) -> Iterator[Statement]:
    cells = [Parser(cell, context).whole() for cell in row.split("&")]
    if len(cells) != len(heads):
        raise row.first.refuse("this row is longer or shorter than the head")
    conditions = tuple(
        Condition("=", symbol, value) for symbol, value in zip(heads[:given], cells[:given], strict=True)
    )
    for left, right in zip(heads[given:], cells[given:], strict=True):
        yield Statement((left, right), ("=",), conditions)
