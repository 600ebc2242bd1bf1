"""Declared names in an expression: symbols with their indices, examples, and functions with their arguments."""

import re

from eqcheck.domains import Domain, FunctionDomain, Indices, Labels, Naturals, Reals, Simplex
from eqcheck.tex.constants import Constants
from eqcheck.tex.lexer import Refusal, Token
from eqcheck.tex.names import Match, Scripted, scripted_letter, spell
from eqcheck.tex.parts import Part
from eqcheck.tex.syntax import Call, Entry, Negative, Node, Number, Plus, Symbol, Transpose
from eqcheck.tex.vocabulary import TRANSPOSES
from eqcheck.walk import walk


class Identifiers(Constants):
    """The part of the grammar that knows what is declared."""

    def name(self) -> Node:
        """Read a letter with its scripts, and find out what it means."""
        token, start = self.token, self.at
        word = self.spelled_out()
        if word:
            self.at += len(word)
            return self.known(word, Scripted(word), token)
        scripted = self.scripted()
        layer = self.context.layers.get(scripted.key(0, 0))
        if layer is not None and not scripted.below:
            number = Number(float(layer))
            return self.raised(number, self.behind(scripted.above)) if scripted.above else number
        match = self.names.find(scripted)
        if match is None and scripted.key(0, 0) in self.context.bound:
            match = Match(scripted.key(0, 0), scripted.below, scripted.above)
        if match is None:
            return self._example(scripted) or self.undeclared(scripted, token)
        if self.names.is_function(match.key):
            return self._function(match, scripted, token, start)
        self._refuse_application(token)
        above = self.behind(match.above)
        if above.in_brackets:
            node = self._example(scripted)
            if node is None:
                raise above.first.refuse(f"{token.text}^{{{spell(above.items)}}} is not declared")
            return node
        if len(above.items) < len(scripted.above) and spell(above.items) not in TRANSPOSES | {"T", ""}:
            raise above.first.refuse("cannot read what stands above here")
        indices = self.indices(self.behind(match.below), flat=_axes(self.names.domains.get(match.key)) == 1)
        if match.key == "I" and indices and all(map(self._is_size, indices)):
            raise token.refuse(r"I is declared; write \mathbf{I} for the identity")
        node = Entry(match.key, indices) if indices else Symbol(match.key)
        return self.raised(node, above) if above.items else node

    def _refuse_application(self, token: Token) -> None:
        """Refuse x(y): for a product nobody sets the brackets, and for a function x would be declared as one."""
        if not self.token.is_sign("(", "["):
            return
        start = self.at
        inside = self.bracketed()
        turned = self.take("^") and spell(self.argument().items) in TRANSPOSES | {"T"}
        self.at = start
        if turned:  # A (B)^\top
            return
        found = (*inside.items, inside.end)
        several = len(inside.split(",")) > 1
        one = inside.first.kind in ("letter", "command") and self.inner(inside).is_name()
        one = one and scripted_letter(found, 0)[1] == len(inside.items)
        if several or one or (inside.items and all(item.kind == "digit" for item in inside.items)):
            raise token.refuse(f"{token.text} is not declared as a function; for a product, leave out the brackets")

    # ---- indices ----------------------------------------------------------------------------

    def indices(self, below: Part, flat: bool = False) -> tuple[Node | None, ...]:
        """Read a subscript: items divided by commas, or side by side. A flat thing has one index, as in x_{10}."""
        found: list[Node | None] = []
        parts = below.split(",") if below.items else []
        for part in parts:
            if len(part.items) == 1 and part.first.is_sign(":", r"\cdot", "*"):
                found.append(None)
            elif any(token.is_sign("+", "-", "/", r"\cdot") for _, token in part.outside()):
                found.append(self.read(part))
            else:
                found += self.inner(part).side_by_side(whole_numbers=flat or len(parts) > 1)
        return tuple(found)

    def side_by_side(self, whole_numbers: bool) -> list[Node]:
        """Read indices without commas: ij, or 12, which is 1 and 2."""
        found: list[Node] = []
        while not found or not self.at_end:
            token = self.token
            if token.kind == "digit" and whole_numbers:
                found.append(self.number())
            elif token.kind == "digit":
                found.append(Number(float(token.text)))
                self.at += 1
            elif self.is_name():
                found.append(self.name())
                if not self._can_index(found[-1]):
                    raise token.refuse(f"{token.text} is no index")
            else:
                raise token.refuse(f"cannot read '{token.text}' in a subscript")
        return found

    def _is_size(self, node: Node | None) -> bool:
        return isinstance(node, Symbol) and isinstance(self.names.domains.get(node.name), Naturals)

    def _can_index(self, node: Node) -> bool:
        if isinstance(node, Symbol):
            domain = self.names.domains.get(node.name)
            return node.name in self.context.bound or isinstance(domain, Indices | Naturals)
        if isinstance(node, Entry):
            return isinstance(self.names.domains.get(node.name), Labels)
        return isinstance(node, Number)

    def _example(self, scripted: Scripted) -> Node | None:
        r"""Read x^{(i)}, the i-th example: that row or column of X which i runs along, as a column.

        Which of the two it is, is said by the declared shapes alone; where they do not say, it is refused.
        """
        above = self.behind(scripted.above)
        if not above.in_brackets or scripted.primes:
            return None
        inside = above.cut(1, len(above.items) - 1)
        index = self._counter(inside)
        match = self._collection(scripted, self._runs_to(index)) if index else None
        if match is None or index is None:
            return None
        if isinstance(self.names.domains[match.key], FunctionDomain | Naturals | Indices):
            return None
        axes = _shape(self.names.domains[match.key])
        below = self.indices(self.behind(match.below))
        size = self._runs_to(index)
        if axes.count(size) != 1 or len(below) >= max(len(axes), 1):
            raise above.first.refuse(self._no_example(scripted, match.key, spell(inside.items), size, len(below)))
        if len(axes) == 1:
            return Entry(match.key, (index,))
        row = axes[0] == size
        other = below[0] if below else None
        entry = Entry(match.key, (index, other) if row else (other, index))
        return Transpose(entry) if row and other is None else entry

    def _collection(self, scripted: Scripted, size: str) -> Match | None:
        """Find what x^{(i)} is taken from: x itself, or else X if its rows or columns are of the kind of x."""
        capital = re.sub(r"[a-z](?=\}*$)", lambda letter: letter[0].upper(), scripted.base)
        own = self.names.find(Scripted(scripted.base, scripted.below))
        other = self.names.find(Scripted(capital, scripted.below))
        if own is None or other is None:
            return own or other
        one, all_of_them = (_shape(self.names.domains[match.key]) for match in (own, other))
        alike = size not in one and all_of_them in ((size, *one), (*one, size))
        return other if alike else own

    def _counter(self, inside: Part) -> Node | None:
        """Read what counts examples: a declared index, perhaps with a number added as in i + 1."""
        if not any(isinstance(self.names.domains.get(token.text), Indices) for token in inside.items):
            return None
        try:
            node = self.read(inside)
        except Refusal:
            return None
        known = all(
            isinstance(part, Number | Plus | Negative)
            or (isinstance(part, Symbol) and isinstance(self.names.domains.get(part.name), Indices))
            for part in walk(node)
        )
        return node if known and self._runs_to(node) else None

    def _runs_to(self, node: Node) -> str:
        """How far the index in an expression runs; empty where there is not just one."""
        domains = [self.names.domains.get(part.name) for part in walk(node) if isinstance(part, Symbol)]
        return domains[0].size if len(domains) == 1 and isinstance(domains[0], Indices) else ""

    def _no_example(self, scripted: Scripted, key: str, index: str, size: str, below: int) -> str:
        """Say why x^{(i)} is no example, and what can be written instead."""
        tex, axes = self.names.tex[key], _shape(self.names.domains[key])
        shown = f"{scripted.base}^{{({index})}}"
        shape = r" \times ".join(axes)
        if below and below >= len(axes):
            return f"{shown} has one index too many: {tex} is {shape}"
        if axes.count(size) > 1:
            return (
                f"is {shown} a row or a column? {index} runs to {size}, and both axes of {tex} have {size} entries; "
                f"write {tex}_{{{index},:}} for the row, {tex}_{{:,{index}}} for the column"
            )
        return f"{shown} is not declared, and is no row or column of {tex}: {index} runs to {size}, " + (
            f"and {tex} is {shape}" if axes else f"and {tex} is a number"
        )

    # ---- functions --------------------------------------------------------------------------

    def _function(self, match: Match, scripted: Scripted, token: Token, start: int) -> Node:
        """Read a declared function with its arguments: σ(z), σ′(z), σ^{-1}(z); or bare, as in σ′ = σ(1 − σ)."""
        shown = self.names.tex[match.key]
        domain = self.names.domains[match.key]
        assert isinstance(domain, FunctionDomain)
        if match.below:
            raise match.below[0].refuse(f"cannot read an index on the function {shown}")
        order = scripted.primes - (len(match.key) - len(match.key.rstrip("'")))
        self.refuse_order(order, token)
        if match.above:
            if spell(match.above) != "-1" or order:
                raise match.above[0].refuse(f"cannot read what stands above the function {shown}")
            order = -1
        opened = self.token.is_sign("(", "[", r"\{")
        if opened and not self._bare_inside(match.key, self.found[start]):
            arguments = self._arguments(self.bracketed(), len(domain.arguments))
            if len(arguments) != len(domain.arguments):
                wanted = f"{len(domain.arguments)} argument{'s' * (len(domain.arguments) > 1)}"
                raise token.refuse(f"{shown} takes {wanted}, and has {len(arguments)} here")
            return Call(match.key, arguments, order)
        if domain.arguments != (Reals(),) or (self.starts_factor() and not opened):
            raise token.refuse(f"{shown} is a function; put its argument in brackets")
        return self.bare(match.key, order, token)

    def _bare_inside(self, key: str, letter: Token) -> bool:
        """Tell σ(1 − σ), a product, from σ(z): the function itself stands in the brackets, without brackets."""
        start = self.at
        inside = self.bracketed()
        self.at = start
        found = (*inside.items, inside.end)
        for at, token in enumerate(inside.items):
            if (token.kind, token.text) == (letter.kind, letter.text):
                scripted, end = scripted_letter(found, at)
                match = self.names.find(scripted)
                if match and match.key == key and not found[end].is_sign("(", "[", r"\{"):
                    return True
        return False

    def _arguments(self, inside: Part, count: int) -> tuple[Node, ...]:
        """Read arguments divided by commas; of two, also by a bar or a semicolon."""
        parts = inside.split(",")
        for divider in (";", r"\|", "|"):
            if len(parts) == 1 and count == 2 and len(inside.split(divider)) == 2:
                parts = inside.split(divider)
        return tuple(self.read(part) for part in parts)


def _shape(domain: Domain) -> tuple[str, ...]:
    """The sizes along the axes, as they are written."""
    if isinstance(domain, Reals):
        return domain.shape
    if isinstance(domain, Labels):
        return (domain.length,)
    return (domain.size,) if isinstance(domain, Simplex) else ()


def _axes(domain: Domain | None) -> int:
    """How many indices it takes to pick an entry."""
    return len([size for size in _shape(domain) if size != "1"]) if domain else 0
