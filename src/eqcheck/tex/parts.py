r"""Find the outer form of TeX: arguments in braces, environments, and what separators divide."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from eqcheck.tex.lexer import Token
from eqcheck.tex.vocabulary import ACCENTS, FONTS

_OPENS = {"{", "(", "[", r"\{", r"\langle", r"\begin"}
_CLOSES = {"}", ")", "]", r"\}", r"\rangle", r"\end"}
_NEED_BRACES = ACCENTS | {r"\frac", r"\sqrt", r"\begin"}  # where TeX takes one token as an argument
_BRACKETING = {"mark", "command"}  # the kinds of token that can be brackets


@dataclass(frozen=True)
class Part:
    """A stretch of tokens, and the place behind it, where one can say that something is missing."""

    items: tuple[Token, ...]
    end: Token

    @property
    def texts(self) -> list[str]:
        """What the tokens say; a word that is no mathematics says nothing here."""
        return [token.text if token.kind != "text" else "" for token in self.items]

    @property
    def first(self) -> Token:
        """The first token, or the end where there is none."""
        return self.items[0] if self.items else self.end

    @property
    def in_brackets(self) -> bool:
        """Tell whether this is one pair of round or square brackets with something in it."""
        opens = len(self.items) > 2 and self.items[0].text in ("(", "[")
        return opens and [token.text for _, token in self.outside()] in (["("], ["["])

    def cut(self, start: int, stop: int | None = None) -> "Part":
        """Take the tokens between two places."""
        items = self.items[start:stop]
        behind = len(self.items) if stop is None else stop
        return Part(items, end_at(self.items[behind]) if behind < len(self.items) else self.end)

    def outside(self) -> list[tuple[int, Token]]:
        """List the tokens that stand in no bracket, brace or environment, each with its place."""
        return self._outside

    @cached_property
    def _outside(self) -> list[tuple[int, Token]]:
        found, depth = [], 0
        for place, token in enumerate(self.items):
            sign = token.text if token.kind in _BRACKETING else ""
            closes = sign in _CLOSES
            depth -= closes
            if depth == 0 and not closes:
                found.append((place, token))
            depth += sign in _OPENS
        return found

    def split(self, *separators: str) -> list["Part"]:
        """Divide at separators, given by text or kind, that stand outside brackets, braces and environments."""
        parts, start = [], 0
        for place, token in self.outside():
            if token.kind in separators or token.is_sign(*separators):
                parts.append(self.cut(start, place))
                start = place + 1
        return [*parts, self.cut(start)]


def whole(found: Sequence[Token]) -> Part:
    """See all the tokens of a text as one part; the last of them is the end."""
    return Part(tuple(found[:-1]), found[-1])


def end_at(token: Token) -> Token:
    """Mark the place of a token as an end."""
    return Token("end", token.text or "the end", token.line, token.column)


def argument(found: Sequence[Token], at: int) -> tuple[Part, int]:
    """Read what TeX takes as one argument: a group in braces, or a single token."""
    token = found[at]
    if token.is_sign("{"):
        close = closing(found, at, "{", "}")
        return Part(tuple(found[at + 1 : close]), end_at(found[close])), close + 1
    if token.kind in ("end", "row", "gap") or token.is_sign("}", "_", "^", "&"):
        raise token.refuse(f"expected something here, got '{token.text}'")
    if token.kind == "command" and token.text in FONTS:  # x^\mathrm{T}
        if found[at + 1].text in FONTS:
            raise token.refuse(f"put braces around {token.text} here")
        _, end = argument(found, at + 1)
        return Part(tuple(found[at:end]), end_at(found[end])), end
    if token.kind == "command" and token.text in _NEED_BRACES:
        raise token.refuse(f"put braces around {token.text} here")
    return Part((token,), end_at(found[at + 1])), at + 1


def environment(found: Sequence[Token], at: int) -> tuple[str, Part, int]:
    r"""Read \begin{…} … \end{…}: the name, what is inside, and where it ends."""
    kind, start = _name(found, at)
    close = closing(found, at, r"\begin", r"\end")
    closed, end = _name(found, close)
    if closed != kind:
        raise found[close].refuse(rf"\begin{{{kind}}} is closed by \end{{{closed}}}")
    kind = kind.removesuffix("*")
    if kind in ("array", "alignat", "alignedat"):
        _, start = argument(found, start)  # the columns
    elif [token.text for token in found[start : start + 3]] in (["[", place, "]"] for place in "tbc"):
        start += 3  # where it stands in its line
    return kind, Part(tuple(found[start:close]), end_at(found[close])), end


def _name(found: Sequence[Token], at: int) -> tuple[str, int]:
    if not found[at + 1].is_sign("{"):
        raise found[at].refuse(f"expected the name of an environment behind {found[at].text}")
    name, end = argument(found, at + 1)
    return "".join(name.texts), end


def closing(found: Sequence[Token], at: int, opens: str, closes: str) -> int:
    """Find the partner of a bracket."""
    depth = 0
    for place in range(at, len(found)):
        depth += found[place].is_sign(opens) - found[place].is_sign(closes)
        if depth == 0:
            return place
    raise found[at].refuse(f"this {opens} is never closed")
