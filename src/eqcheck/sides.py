"""Cut a display into the sides of its relations, as TeX, for messages."""

import re

from eqcheck.tex.lexer import Token, tokens
from eqcheck.tex.parts import whole
from eqcheck.tex.rows import goes_on_with_side, without_leading_marks
from eqcheck.tex.vocabulary import RELATIONS

_CHAIN = re.compile(
    r"\\(?:begin|end)\s*\{(?:aligned|align|split|equation|gather|gathered|eqnarray)\*?\}(?:\{[rcl]*\})?"
)
_OPENS, _CLOSES = {"{", "(", "[", r"\{", r"\begin"}, {"}", ")", "]", r"\}", r"\end"}


def sides(tex: str) -> list[tuple[str, str]]:
    """List the two sides of every relation of a display that was read, in order."""
    plain = _in_one_row(_CHAIN.sub(" ", tex))
    starts = [0]
    for line in plain.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    found: list[tuple[str, str]] = []
    left = pending = ""
    start, open_relation, said = 0, False, False

    def close(end: int) -> None:
        nonlocal left, open_relation
        text = _clean(plain[start:end])
        if open_relation:
            found.append((pending, text))
            open_relation = False
        left = text or left

    for token, depth in _with_depth(tokens(plain)):
        at = starts[token.line - 1] + token.column - 1
        if token.kind == "end":
            close(len(plain))
        elif depth == 0 and _divides(token):
            if not said:
                close(at)
            said = token.kind == "text"
            start = at + (0 if token.kind == "text" else len(token.text))
        elif depth == 0 and not said and _relates(token, plain, at):
            close(at)
            pending, open_relation = left, True
            start = at + _length(token, plain, at)
    return found


def _in_one_row(plain: str) -> str:
    """Blank out the ends of rows behind which a side goes on."""
    starts = [0, *(match.end() for match in re.finditer("\n", plain))]
    part = whole(tokens(plain))
    ends = [token for _, token in part.outside() if token.kind == "row"]
    for end, row in zip(ends, part.split("row")[1:], strict=True):
        if goes_on_with_side(row):
            sign = without_leading_marks(row).first
            at, goes_on = (starts[token.line - 1] + token.column - 1 for token in (end, sign))
            plain = plain[:at] + " " * (goes_on - at) + plain[goes_on:]
    return plain


def _with_depth(found: list[Token]) -> list[tuple[Token, int]]:
    depth, kept = 0, []
    for token in found:
        opens = token.kind in ("mark", "command") and token.text in _OPENS
        closes = token.kind in ("mark", "command") and token.text in _CLOSES
        depth += opens - closes
        kept.append((token, depth + closes))
    return kept


def _divides(token: Token) -> bool:
    return token.kind in ("row", "gap", "text") or (token.kind == "mark" and token.text in ",;")


def _relates(token: Token, plain: str, at: int) -> bool:
    if token.kind == "text" or plain[max(at - 1, 0) : at + 1] == ":=":
        return False
    return token.text in RELATIONS or token.text == r"\in" or plain[at : at + 2] == ":="


def _length(token: Token, plain: str, at: int) -> int:
    written = re.compile(r"\\[A-Za-z]+|:=|.").match(plain, at)
    return len(written[0]) if written else len(token.text)


def _clean(text: str) -> str:
    return " ".join(text.replace("&", " ").split())
