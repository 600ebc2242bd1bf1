"""Cut TeX into tokens, each with the place where it stands."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|%[^\n]*|\\[,;:!\ ]|~|\\(?:quad|qquad)\b)
  | (?P<row>\\\\(?:\s*\[[^\]]*\])?)
  | (?P<command>\\(?:[A-Za-z]+|.))
  | (?P<letter>[^\W\d_])
  | (?P<digit>\d)
  | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
# What TeX uses to space, size and number, and what says nothing about the mathematics.
_SILENT = {
    r"\displaystyle", r"\textstyle", r"\limits", r"\nolimits", r"\nonumber", r"\notag", r"\left", r"\right",
    r"\big", r"\bigl", r"\bigr", r"\Big", r"\Bigl", r"\Bigr", r"\bigg", r"\biggl", r"\biggr", r"\Bigg",
    r"\Biggl", r"\Biggr", r"\bigm", r"\mathstrut", r"\thinspace", r"\medspace", r"\enspace",
}  # fmt: skip
_TEXT = {r"\text", r"\textrm", r"\mbox", r"\textnormal"}
_SAME = {
    r"\dfrac": r"\frac", r"\tfrac": r"\frac", r"\cfrac": r"\frac", r"\leq": r"\le", r"\geq": r"\ge",
    r"\neq": r"\ne", r"\lvert": "|", r"\rvert": "|", r"\lVert": r"\|", r"\rVert": r"\|", r"\Vert": r"\|",
    r"\vert": "|", r"\lbrace": r"\{", r"\rbrace": r"\}", r"\bm": r"\boldsymbol", r"\to": r"\to",
    r"\intercal": r"\top", r"\prime": "'", "’": "'", r"\ast": "*", r"\colon": ":", r"\ldots": r"\dots",
    r"\cdots": r"\dots", r"\equiv": "=", r"\lbrack": "[", r"\rbrack": "]", r"\widehat": r"\hat",
}  # fmt: skip


class Refusal(Exception):
    """TeX that the reader does not know, or that can be read in two ways; with line and column."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line, self.column = line, column


@dataclass(frozen=True)
class Token:
    """One token: its kind (command, letter, digit, mark, row, gap, text, end), its text, its place."""

    kind: str
    text: str
    line: int
    column: int

    def refuse(self, message: str) -> Refusal:
        """Make the error that points here."""
        return Refusal(message, self.line, self.column)


def tokens(tex: str) -> list[Token]:
    """Cut TeX into tokens. Spaces vanish, but wide ones stay as gaps: they may divide two statements."""
    found: list[Token] = []
    line, start, position = 1, 0, 0
    while position < len(tex):
        match = _TOKEN.match(tex, position)
        if match is None:  # pragma: no cover: the last alternative takes any character
            raise Refusal(f"cannot read {tex[position]!r}", line, position - start + 1)
        kind, text, column = match.lastgroup or "mark", match[0], position - start + 1
        position = match.end()
        if kind == "command" and text in _TEXT:
            content, position = _braced(tex, position, line, column)
            found.append(Token("text", content, line, column))
        elif kind == "command" and text in {r"\label", r"\tag", r"\hspace", r"\vspace", r"\color", r"\textcolor"}:
            position = _dropped(text, tex, position, line, column, found)
        elif kind == "space" and text in (r"\quad", r"\qquad"):
            found.append(Token("gap", text, line, column))
        elif kind != "space" and text not in _SILENT:
            text = _SAME.get(text, text)
            found.append(Token("mark" if text in "|'*:[]=" else kind, text, line, column))
        breaks = tex.count("\n", match.start(), position)
        if breaks:
            line += breaks
            start = tex.rindex("\n", 0, position) + 1
    found.append(Token("end", "the end", line, len(tex) - start + 1))
    return found


def _dropped(text: str, tex: str, position: int, line: int, column: int, found: list[Token]) -> int:
    """Step over a command whose argument is no mathematics; keep a wide space as a gap."""
    if text == r"\hspace":
        found.append(Token("gap", text, line, column))
    return _braced(tex, position, line, column)[1]


def _braced(tex: str, position: int, line: int, column: int) -> tuple[str, int]:
    while position < len(tex) and tex[position] in " *":
        position += 1
    if position >= len(tex) or tex[position] != "{":
        raise Refusal("expected { and text behind this command", line, column)
    depth, start = 0, position + 1
    for end in range(position, len(tex)):
        depth += {"{": 1, "}": -1}.get(tex[end], 0)
        if depth == 0:
            return tex[start:end], end + 1
    raise Refusal("this { is never closed", line, column)
