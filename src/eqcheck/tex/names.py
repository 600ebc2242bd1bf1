r"""Which names a page declares, and which of them a letter with its scripts means.

Declared names win: W_1, W^{(1)}, \hat y. Whatever else stands in a subscript is an index.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from eqcheck.domains import Domain, FunctionDomain, Indices, Naturals, read_domain, size_letter
from eqcheck.notation import Declaration, NotationError
from eqcheck.tex.layers import DEPTH, mentioned, numbered
from eqcheck.tex.lexer import Refusal, Token, tokens
from eqcheck.tex.parts import argument, end_at
from eqcheck.tex.vocabulary import FONTS as FONTS
from eqcheck.tex.vocabulary import GREEK, MODIFIERS, RESERVED

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
    depths: set[str] = field(default_factory=set)  # the L that counts layers, where W^{(\ell)} is declared

    def declare(self, declarations: Sequence[Declaration]) -> None:
        """Take in the lines of a notation fence."""
        for declaration in declarations:
            for place, symbol in enumerate(declaration.symbols):
                name = declaration.names[place] if declaration.names else ""
                try:
                    self._declare_symbol(symbol, declaration, name)
                except Refusal as error:
                    raise NotationError(f"{symbol}: {error}") from error
        for key, domain in self.domains.items():
            if not isinstance(domain, Indices) and {*map(size_letter, domain.extents)} & self.depths:
                raise NotationError(f"{self.tex[key]}: a size in it counts layers, as the index in W^{{(\\ell)}} does")

    def _declare_symbol(self, symbol: str, declaration: Declaration, name: str) -> None:
        """Declare one name; with an index in it, one name for each layer."""
        found = tokens(symbol)
        scripted, _ = scripted_letter(found, 0)
        indices = {*filter(self.is_index, mentioned((*scripted.below, *scripted.above)))}
        if not indices:
            self._declare_name(symbol, found, declaration.domain, declaration, name)
            return
        index = self.domains[min(indices)]
        if len(indices) > 1 or not isinstance(index, Indices) or not isinstance(self.domains.get(index.size), Naturals):
            raise NotationError(f"{symbol}: expected one index that runs to a declared size")
        self.depths.add(index.size)
        self.python = {python: key for python, key in self.python.items() if key != index.size}
        for layer in range(1, DEPTH + 1):
            layers = {min(indices): layer, index.size: DEPTH}
            spelled = "".join(token.text for token in numbered(tokens(declaration.domain)[:-1], layers))
            items = (*numbered(found[:-1], layers), found[-1])
            tex = "".join(f"{token.text} " if token.text[0] == "\\" else token.text for token in items[:-1])
            self._declare_name(tex, items, spelled, declaration, f"{name}{layer}" if name else "")

    def _declare_name(
        self, symbol: str, found: Sequence[Token], domain: str, declaration: Declaration, name: str
    ) -> None:
        scripted, end = scripted_letter(found, 0)
        key = scripted.key(len(scripted.below), len(scripted.above))
        if found[end].kind != "end":
            raise NotationError(f"'{symbol}' is not one name")
        if key in RESERVED:
            raise NotationError(f"{symbol} cannot be declared: it is {RESERVED[key]}")
        if scripted.base[0] == "\\" and "{" not in scripted.base and scripted.base not in GREEK:
            raise NotationError(f"{symbol} is not a letter, and so no name")
        if key in self.domains:
            raise NotationError(f"{symbol} is declared twice")
        spelled = re.sub(r"_\{([A-Za-z0-9]+)\}", r"_\1", domain)  # sizes like D_{in}, as names are spelled
        self.domains[key] = read_domain(spelled, declaration.function, declaration.fixed)
        self.tex[key] = symbol
        self.bold.setdefault(_plain(key), key)
        if name:
            self.python[name] = key

    def layer_indices(self) -> set[str]:
        """The indices that count layers."""
        if not self.depths:
            return set()
        return {
            key for key, domain in self.domains.items() if isinstance(domain, Indices) and domain.size in self.depths
        }

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
        for upto, sup in above:
            for at, sub in below:
                key = spell_name(scripted.base, sub, sup, scripted.primes)
                below_it = scripted.below[at:]
                if key not in self.domains and below_it:  # perhaps a plain entry of a bold vector
                    key = self.bold.get(key, key)
                if key in self.domains:
                    return Match(key, below_it, scripted.above[upto:])
        # a dash on a function is its derivative
        for at, sub in below:
            plain = spell_name(scripted.base, sub, "", 0)
            if scripted.primes and self.is_function(plain):
                return Match(plain, scripted.below[at:], scripted.above)
        return None


def _prefixes(script: tuple[Token, ...]) -> Iterator[tuple[int, str]]:
    """Go through the beginnings of a script that could belong to a name, the longest first."""
    if not script:
        yield 0, ""
        return
    padded = _padded(script)
    ends = [0]
    while ends[-1] < len(script) and len(ends) <= _MOST_ITEMS:
        ends.append(_item_end(padded, ends[-1]))
    for end in reversed(ends):
        yield end, spell(script[:end]).rstrip(",")


def _item_end(padded: Sequence[Token], at: int) -> int:
    """Find the end of one item of a script: a token, with its font or in its braces."""
    fonts = padded[at].kind == "command" and padded[at].text in MODIFIERS
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
    if token.kind == "command" and token.text in MODIFIERS:
        star = token.text == r"\operatorname" and found[at + 1].is_sign("*")
        inside, end = argument(found, at + 1 + star)
        if not inside.items:
            raise token.refuse(f"nothing stands in {token.text}")
        return f"{FONTS.get(token.text, token.text)}{{{spell(inside.items, depth + 1)}}}", end
    if token.kind in ("letter", "command"):
        return token.text, at + 1
    raise token.refuse(f"expected a letter, got '{token.text}'")


def spell(script: Sequence[Token], depth: int = 0) -> str:
    """Spell what stands in a script, in one way for all the ways that look alike."""
    padded = _padded(script)
    text, at = "", 0
    while at < len(script):
        token = script[at]
        if token.kind == "text" or (token.kind == "command" and token.text in MODIFIERS):
            base, at = base_letter(padded, at, depth)
            text += base
        else:
            text += "" if token.is_sign("{", "}") else token.text
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
