r"""Which names a page declares, and which of them a letter with its scripts means.

Declared names win: W_1, W^{(1)}, \hat y. Whatever else stands in a subscript is an index.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from eqcheck.domains import Domain, FunctionDomain, Indices, read_domain
from eqcheck.lexer import Refusal, Token, tokens
from eqcheck.notation import Declaration, NotationError

ACCENTS = {r"\hat", r"\bar", r"\tilde", r"\vec", r"\dot", r"\overline", r"\breve", r"\check", r"\underline"}
FONTS = {
    r"\mathbf", r"\boldsymbol", r"\mathrm", r"\mathcal", r"\mathit", r"\mathsf", r"\mathbb", r"\mathtt",
    r"\operatorname", r"\mathfrak", r"\mathscr",
}  # fmt: skip
RESERVED = {"e": "Euler's number", r"\delta": "Kronecker's delta", r"\partial": "the sign of a derivative"}


@dataclass(frozen=True)
class Scripted:
    """A letter as it was read: its base, and the tokens below and above it."""

    base: str
    below: tuple[Token, ...] = ()
    above: tuple[Token, ...] = ()
    primes: int = 0

    def key(self, below: int, above: bool) -> str:
        """Spell the name with its first `below` items, and with what stands above it or not."""
        sub = "".join(token.text for token in self.below[:below] if token.text != ",")
        sup = "".join(token.text for token in self.above) if above else ""
        return self.base + (f"_{{{sub}}}" if sub else "") + (f"^{{{sup}}}" if sup else "") + "'" * self.primes


@dataclass
class Names:
    """The declared names of a page, each with the set it is in."""

    domains: dict[str, Domain] = field(default_factory=dict)
    python: dict[str, str] = field(default_factory=dict)
    tex: dict[str, str] = field(default_factory=dict)

    def declare(self, declarations: Sequence[Declaration]) -> None:
        """Take in the lines of a notation fence."""
        for declaration in declarations:
            domain = read_domain(declaration.domain, declaration.function, declaration.fixed)
            for place, symbol in enumerate(declaration.symbols):
                key = self._spell(symbol)
                if key in self.domains:
                    raise NotationError(f"{symbol} is declared twice")
                if key in RESERVED:
                    raise NotationError(f"{symbol} cannot be declared: it is {RESERVED[key]}")
                self.domains[key] = domain
                self.tex[key] = symbol
                if declaration.names:
                    self.python[declaration.names[place]] = key

    def _spell(self, symbol: str) -> str:
        found = tokens(symbol)
        try:
            scripted, end = scripted_letter(found, 0)
        except Refusal as error:
            raise NotationError(f"{symbol}: {error}") from error
        if found[end].kind != "end":
            raise NotationError(f"{symbol!r} is not one name")
        return scripted.key(len(scripted.below), above=True)

    def is_index(self, key: str) -> bool:
        """Tell whether a name runs over a range by itself, meaning "for all"."""
        domain = self.domains.get(key)
        return isinstance(domain, Indices) and not domain.fixed

    def is_function(self, key: str) -> bool:
        """Tell whether a name is declared as a function."""
        return isinstance(self.domains.get(key), FunctionDomain)

    def find(self, scripted: Scripted) -> tuple[str, int, bool] | None:
        """Find the longest declared name: (name, how many items below belong to it, whether above does)."""
        for base in (scripted.base, *(f"{font}{{{scripted.base}}}" for font in (r"\mathbf", r"\boldsymbol"))):
            other = Scripted(base, scripted.below, scripted.above, scripted.primes)
            for below in range(len(scripted.below), -1, -1):
                for above in (True, False):
                    if other.key(below, above) in self.domains:
                        return other.key(below, above), below, above and bool(scripted.above)
            # a dash on a function is its derivative
            plain = Scripted(base, scripted.below).key(len(scripted.below), above=False)
            if self.is_function(plain):
                return plain, len(scripted.below), False
        return None


def scripted_letter(found: Sequence[Token], at: int) -> tuple[Scripted, int]:
    """Read a letter with its font or accent, and its scripts in any order."""
    base, at = base_letter(found, at)
    below: tuple[Token, ...] | None = None
    above: tuple[Token, ...] | None = None
    primes = 0
    while True:
        token = found[at]
        if token.text == "_" and below is None:
            below, at = script(found, at + 1)
        elif token.text == "^" and above is None:
            above, at = script(found, at + 1)
            if above and all(part.text == "'" for part in above):
                primes, above = primes + len(above), None
        elif token.text == "'":
            primes, at = primes + 1, at + 1
        elif token.text in "_^" and token.kind == "mark":
            raise token.refuse(f"a second {token.text} on the same letter")
        else:
            return Scripted(base, below or (), above or (), primes), at


def base_letter(found: Sequence[Token], at: int) -> tuple[str, int]:
    """Read a letter, a Greek letter, or one in a font or under an accent."""
    token = found[at]
    if token.kind == "letter":
        return token.text, at + 1
    if token.kind == "command" and (token.text in ACCENTS or token.text in FONTS):
        inside, at = script(found, at + 1)
        text = "".join(part.text for part in inside)
        return f"{token.text}{{{text}}}", at
    if token.kind == "text":
        return rf"\mathrm{{{token.text}}}", at + 1
    if token.kind == "command":
        return token.text, at + 1
    raise token.refuse(f"expected a letter, got {token.text!r}")


def script(found: Sequence[Token], at: int) -> tuple[tuple[Token, ...], int]:
    """Read what TeX takes as one argument: a group in braces, or a single token."""
    token = found[at]
    if token.text != "{" or token.kind != "mark":
        if token.kind == "end" or token.text in ("}", "_", "^", "&"):
            raise token.refuse(f"expected something here, got {token.text!r}")
        if token.kind == "command" and token.text in ACCENTS | FONTS | {r"\frac", r"\sqrt"}:
            raise token.refuse(f"put braces around {token.text} here")
        return (token,), at + 1
    depth = 0
    for end in range(at, len(found)):
        if found[end].kind == "mark":
            depth += {"{": 1, "}": -1}.get(found[end].text, 0)
        if depth == 0:
            return tuple(found[at + 1 : end]), end + 1
    raise token.refuse("this { is never closed")
