"""Spare the browser work on a long page: what is folded waits unread, and a table moves without its neighbours."""

import re

from finish.pages import Pages

SYMBOLS = re.compile(r'<ul class="eq-symbols".*?</ul>', re.DOTALL)
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)


def lighten(pages: Pages) -> None:
    for name, page in pages.items():
        pages[name] = TABLE.sub(boxed, SYMBOLS.sub(folded, page))


def folded(symbols: re.Match[str]) -> str:
    """Let an equation's list of symbols, most of a page's formulas, wait as text; unfold.js makes elements of it.

    Where no script runs, it is elements from the start.
    """
    return f"<noscript>{symbols[0]}</noscript>"


def boxed(table: re.Match[str]) -> str:
    """Give a table a box of its own.

    The theme's script moves each table into a box that scrolls. Among neighbours, that would make the browser
    reckon the style of all of them anew, with every formula.
    """
    return f'<div class="table">{table[0]}</div>'
