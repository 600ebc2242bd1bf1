"""Cut TeX into tokens, each with the place where it stands."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
    (?P<comment>%[^\n]*)
  | (?P<gap>\\qquad(?![A-Za-z])|\\quad(?![A-Za-z]))
  | (?P<thin>\\[,;:>\ ]|~|\\(?:thinspace|medspace|thickspace|enspace|hfill)(?![A-Za-z]))
  | (?P<space>\s+|\\!)
  | (?P<row>\\\\\*?(?:\s*\[\s*-?[\d.]+\s*(?:em|ex|pt|pc|cm|mm|mu|in)\s*\])?|\\(?:newline|cr)(?![A-Za-z]))
  | (?P<edge>\\(?:left|right)\s*\.)
  | (?P<bar>\\(?:left|right|[bB]igg?[lr])\s*(?:\||\\\||\\[lr]?[vV]ert(?![A-Za-z])))
  | (?P<negated>\\not\s*=)
  | (?P<command>\\(?:[A-Za-z]+|.))
  | (?P<letter>[^\W\d_])
  | (?P<digit>[0-9])
  | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SIZED = re.compile(r"\\(left|right|[bB]igg?[lr])\s*(.*)", re.DOTALL)
_DOUBLE = {r"\|", r"\Vert", r"\lVert", r"\rVert"}
# What TeX uses to space, size and number, and what says nothing about the mathematics.
_LAYOUT = """
    displaystyle textstyle scriptstyle limits nolimits nonumber notag left right middle big bigl bigr bigm
    Big Bigl Bigr Bigm bigg biggl biggr biggm Bigg Biggl Biggr Biggm mathstrut strut hline allowbreak nobreak
"""
_SILENT = {rf"\{word}" for word in _LAYOUT.split()}
_TEXT = {r"\text", r"\textrm", r"\mbox", r"\textnormal", r"\textit", r"\textup", r"\hbox"}
_DROPPED = {r"\label", r"\tag", r"\vspace", r"\color", r"\textcolor", r"\phantom", r"\hphantom", r"\vphantom"}
_WIDE = {r"\hspace", r"\mspace"}
_WITH_BRACES = _TEXT | _DROPPED | _WIDE
_SAME = {
    r"\dfrac": r"\frac", r"\tfrac": r"\frac", r"\cfrac": r"\frac", r"\leq": r"\le", r"\leqslant": r"\le",
    r"\geq": r"\ge", r"\geqslant": r"\ge", r"\neq": r"\ne", r"\lt": "<", r"\gt": ">", r"\equiv": "=",
    r"\vert": "|", r"\mid": "|", r"\Vert": r"\|", r"\parallel": r"\|", "‖": r"\|", r"\lbrace": r"\{",
    r"\rbrace": r"\}", r"\lbrack": "[", r"\rbrack": "]", r"\bm": r"\boldsymbol", r"\pmb": r"\boldsymbol",
    r"\intercal": r"\top", "⊤": r"\top", r"\prime": "'", "’": "'", "′": "'", r"\ast": "*", r"\colon": ":",
    r"\ldots": r"\dots", r"\cdots": r"\dots", r"\dotsc": r"\dots", r"\dotsb": r"\dots", "…": r"\dots",
    r"\widehat": r"\hat", r"\widetilde": r"\tilde", r"\land": r"\wedge", r"\coloneqq": r"\coloneq",
    r"\triangleq": r"\coloneq", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "∈": r"\in", "·": r"\cdot",
    "×": r"\times", "⊙": r"\odot", "∂": r"\partial", "∇": r"\nabla", "−": "-", r"\lnot": r"\neg",
}  # fmt: skip


class Refusal(Exception):
    """TeX that the reader does not know, or that can be read in two ways; with line and column."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line, self.column = line, column


class Token(NamedTuple):
    """One token: its kind (command, letter, digit, mark, row, gap, text, end), its text, its place."""

    kind: str
    text: str
    line: int
    column: int

    def refuse(self, message: str) -> Refusal:
        """Make the error that points here."""
        return Refusal(message, self.line, self.column)

    def is_sign(self, *texts: str) -> bool:
        """Tell whether this is one of these signs, and not a word or an end that looks like one."""
        return self.text in texts and self.kind not in ("text", "end")


def tokens(tex: str) -> list[Token]:
    """Cut TeX into tokens. Spaces vanish, but wide ones stay as gaps: they may divide two statements."""
    return [*_Lexer(tex).cut(0, len(tex))]


class _Lexer:
    """Goes through one text, and knows on which line each place is."""

    def __init__(self, tex: str) -> None:
        self.tex = tex
        self.starts = [0, *(match.end() for match in re.finditer("\n", tex))]

    def token(self, kind: str, text: str, at: int) -> Token:
        """Make a token of what begins at a place."""
        line = bisect_right(self.starts, at)
        return Token(kind, text, line, at - self.starts[line - 1] + 1)

    def cut(self, at: int, end: int, inner: bool = False) -> Iterator[Token]:
        """Cut the text between two places; the end gets a token too, unless a part is cut out of a whole."""
        last, thin = "", False  # the kind of the last token, and whether a space was set behind it
        while at < end:
            match = _TOKEN.match(self.tex, at, end)
            assert match is not None  # the last alternative takes any character
            kind, text, start = match.lastgroup or "mark", match[0], at
            at = match.end()
            if kind in ("space", "comment") or text in _SILENT:
                continue
            if kind == "thin":
                thin = True
                continue
            if kind == "digit" and last == "digit" and thin:
                raise self.token(kind, text, start).refuse("a space between two digits: is this one number or two?")
            last, thin = kind, False
            if kind == "command" and text in _WITH_BRACES:
                inside, at = self._braced(at, end, start)
                if text in _WIDE:
                    yield self.token("gap", text, start)
                elif text in _TEXT:
                    yield from self._words(inside, at - 1, start)
            elif kind == "edge":  # the missing bracket of a pair
                yield self.token("command", "".join(text.split()), start)
            else:
                same = r"\ne" if kind == "negated" else _leaning(text) if kind == "bar" else _SAME.get(text)
                if same:
                    kind, text = "command" if same[0] == "\\" else "mark", same
                yield self.token(kind, text, start)
        if not inner:
            yield self.token("end", "the end", end)

    def _words(self, start: int, end: int, at: int) -> Iterator[Token]:
        r"""Cut \text{if $x > 0$}: words, and mathematics between dollars."""
        for number, piece in enumerate(pieces := self.tex[start:end].split("$")):
            if number % 2 and number == len(pieces) - 1:
                raise self.token("text", piece, start - 1).refuse("this $ has no partner")
            if number % 2:
                yield from self.cut(start, start + len(piece), inner=True)
            elif piece.strip() or len(pieces) == 1:
                yield self.token("text", piece.strip(), start if number else at)
            start += len(piece) + 1

    def _braced(self, at: int, end: int, command: int) -> tuple[int, int]:
        """Find what stands in braces behind a command: where it begins, and where the text goes on."""
        while at < end and self.tex[at] in " *\n":
            at += 1
        if at >= end or self.tex[at] != "{":
            raise self.token("command", "", command).refuse("expected { and text behind this command")
        depth = 0
        for place in range(at, end):
            if self.tex[place - 1] != "\\":
                depth += {"{": 1, "}": -1}.get(self.tex[place], 0)
            if depth == 0:
                return at + 1, place + 1
        raise self.token("command", "", at).refuse("this { is never closed")


def _leaning(text: str) -> str:
    r"""Spell a bar that opens or closes by the command before it: \left| is \lvert."""
    size, bar = _SIZED.findall(text)[0]
    return rf"\{'l' if size == 'left' or size[-1] == 'l' else 'r'}{'V' if bar in _DOUBLE else 'v'}ert"
