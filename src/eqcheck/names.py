r"""Which names a page declares, and which of them a letter with its scripts means.

Declared names win: W_1, W^{(1)}, \hat y. Whatever else stands in a subscript is an index.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from eqcheck.domains import Domain, FunctionDomain, Indices, read_domain
from eqcheck.lexer import Refusal, Token, tokens
from eqcheck.notation import Declaration, NotationError
from eqcheck.parts import argument, end_at
from eqcheck.vocabulary import ACCENTS, GREEK, RESERVED
from eqcheck.vocabulary import FONTS as FONTS

_DEEPEST = 8  # \hat{\mathbf{…}}
_MOST_ITEMS = 12  # of a subscript that can belong to a name


@dataclass(frozen=True)
class Scripted:
    """A letter as it was read: its base, and the tokens below and above it."""

    base: str
    below: tuple[Token, ...] = ()
    above: tuple[Token, ...] = ()
    primes: int = 0

    def key(self, below: int, above: int) -> str:
        """Spell the name with the first tokens below and above that belong to it."""
        return spell_name(self.base, spell(self.below[:below]), spell(self.above[:above]), self.primes)


@dataclass(frozen=True)
class Match:
    """A declared name, and the tokens below and above that are left for indices, powers and transposes."""

    key: str
    below: tuple[Token, ...] = ()
    above: tuple[Token, ...] = ()


@dataclass
class Names:
    """The declared names of a page, each with the set it is in."""

    domains: dict[str, Domain] = field(default_factory=dict)
    python: dict[str, str] = field(default_factory=dict)
    tex: dict[str, str] = field(default_factory=dict)
    bold: dict[str, str] = field(default_factory=dict)  # y, where \mathbf{y} is declared

    def declare(self, declarations: Sequence[Declaration]) -> None:
        """Take in the lines of a notation fence."""
        for declaration in declarations:
            tex = re.sub(r"_\{([A-Za-z0-9]+)\}", r"_\1", declaration.domain)  # sizes like D_{in}, as names are spelled
            domain = read_domain(tex, declaration.function, declaration.fixed)
            for place, symbol in enumerate(declaration.symbols):
                key = self._read(symbol)
                if key in self.domains:
                    raise NotationError(f"{symbol} is declared twice")
                if key in RESERVED:
                    raise NotationError(f"{symbol} cannot be declared: it is {RESERVED[key]}")
                self.domains[key] = domain
                self.tex[key] = symbol
                self.bold.setdefault(_plain(key), key)
                if declaration.names:
                    self.python[declaration.names[place]] = key

    def _read(self, symbol: str) -> str:
        try:
            found = tokens(symbol)
            scripted, end = scripted_letter(found, 0)
            if found[end].kind != "end":
                raise NotationError(f"{symbol!r} is not one name")
            if scripted.base[0] == "\\" and "{" not in scripted.base and scripted.base not in GREEK | RESERVED.keys():
                raise NotationError(f"{symbol} is not a letter, and so no name")
            return scripted.key(len(scripted.below), len(scripted.above))
        except Refusal as error:
            raise NotationError(f"{symbol}: {error}") from error

    def is_index(self, key: str) -> bool:
        """Tell whether a name runs over a range by itself, meaning "for all"."""
        domain = self.domains.get(key)
        return isinstance(domain, Indices) and not domain.fixed

    def is_function(self, key: str) -> bool:
        """Tell whether a name is declared as a function."""
        return isinstance(self.domains.get(key), FunctionDomain)

    def find(self, scripted: Scripted) -> Match | None:
        """Find the longest declared name in a letter with its scripts."""
        below, above = [*_prefixes(scripted.below)], [*_prefixes(scripted.above)]
        for at, sub in below:
            for upto, sup in above:
                rest = Match("", scripted.below[at:], scripted.above[upto:])
                key = spell_name(scripted.base, sub, sup, scripted.primes)
                if key in self.domains:
                    return Match(key, rest.below, rest.above)
                if key in self.bold and rest.below:  # a plain entry of a bold vector
                    return Match(self.bold[key], rest.below, rest.above)
        # a dash on a function is its derivative
        for at, sub in below:
            plain = spell_name(scripted.base, sub, "", 0)
            if scripted.primes and self.is_function(plain):
                return Match(plain, scripted.below[at:], scripted.above)
        return None


def _prefixes(script: tuple[Token, ...]) -> Iterator[tuple[int, str]]:
    """Go through the beginnings of a script that could belong to a name, the longest first."""
    padded = _padded(script)
    ends = [0]
    while ends[-1] < len(script) and len(ends) <= _MOST_ITEMS:
        ends.append(_item_end(padded, ends[-1]))
    for end in reversed(ends):
        yield end, spell(script[:end])


def _item_end(padded: Sequence[Token], at: int) -> int:
    """Find the end of one item of a script: a token, with its font or in its braces."""
    fonts = padded[at].kind == "command" and padded[at].text in ACCENTS | FONTS.keys()
    if not fonts and not padded[at].is_sign("{"):
        return at + 1
    try:
        return argument(padded, at + fonts)[1]
    except Refusal:
        return len(padded) - 1


def _padded(script: Sequence[Token]) -> list[Token]:
    return [*script, end_at(script[-1])] if script else []


def scripted_letter(found: Sequence[Token], at: int) -> tuple[Scripted, int]:
    """Read a letter with its font or accent, and its scripts in any order."""
    base, at = base_letter(found, at)
    scripts: dict[str, tuple[Token, ...]] = {}
    primes = 0
    while True:
        token = found[at]
        if token.is_sign("_", "^"):
            if token.text in scripts:
                raise token.refuse(f"a second {token.text} on the same letter")
            script, at = argument(found, at + 1)
            if not script.items:
                raise token.refuse(f"nothing stands behind this {token.text}")
            if all(part.is_sign("'") for part in script.items):
                primes += len(script.items)
            else:
                scripts[token.text] = script.items
        elif token.is_sign("'"):
            primes, at = primes + 1, at + 1
        else:
            return Scripted(base, scripts.get("_", ()), scripts.get("^", ()), primes), at


def base_letter(found: Sequence[Token], at: int, depth: int = 0) -> tuple[str, int]:
    """Read a letter, a Greek letter, or one in a font or under an accent, in the one way to spell it."""
    token = found[at]
    if depth > _DEEPEST:
        raise token.refuse("too many accents and fonts on one letter")
    if token.kind == "text":
        return rf"\mathrm{{{token.text}}}", at + 1
    if token.kind == "command" and (token.text in ACCENTS or token.text in FONTS):
        star = token.text == r"\operatorname" and found[at + 1].is_sign("*")
        inside, end = argument(found, at + 1 + star)
        if not inside.items:
            raise token.refuse(f"nothing stands in {token.text}")
        return f"{FONTS.get(token.text, token.text)}{{{spell(inside.items, depth + 1)}}}", end
    if token.kind in ("letter", "command"):
        return token.text, at + 1
    raise token.refuse(f"expected a letter, got {token.text!r}")


def spell(script: Sequence[Token], depth: int = 0) -> str:
    """Spell what stands in a script, in one way for all the ways that look alike."""
    padded = _padded(script)
    text, at = "", 0
    while at < len(script):
        token = script[at]
        if token.kind == "text" or (token.kind == "command" and token.text in ACCENTS | FONTS.keys()):
            base, at = base_letter(padded, at, depth)
            text += base
        else:
            text += "" if token.is_sign(",", "{", "}") else token.text
            at += 1
    return text


def spell_name(base: str, below: str, above: str, primes: int) -> str:
    r"""Put a name together: W_1, W^{(1)}, D_in, E_{\hat{w}}, f'."""
    plain = below.isalnum() and below.isascii()
    sub = f"_{below}" if plain else f"_{{{below}}}" if below else ""
    return base + sub + (f"^{{{above}}}" if above else "") + "'" * primes


def _plain(key: str) -> str:
    """Take the bold font off a name."""
    while (start := key.find(r"\mathbf{")) >= 0:
        depth = 0
        for end in range(start + len(r"\mathbf"), len(key)):
            depth += {"{": 1, "}": -1}.get(key[end], 0)
            if depth == 0:
                break
        key = key[:start] + key[start + len(r"\mathbf{") : end] + key[end + 1 :]
    return key
