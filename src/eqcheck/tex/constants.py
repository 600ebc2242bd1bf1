r"""What needs no declaration: numbers, known functions, e, \pi, \delta_{ij}, \mathbf{1}_N, I_K, \mathbb{1}[k = c]."""

import math

from eqcheck.domains import Naturals
from eqcheck.tex.conditions import Conditions
from eqcheck.tex.lexer import Token
from eqcheck.tex.names import Scripted, spell
from eqcheck.tex.parts import Part
from eqcheck.tex.pointwise import POINT
from eqcheck.tex.syntax import (
    Big,
    Call,
    Constant,
    Delta,
    Divide,
    Indicator,
    Negative,
    Node,
    Number,
    Plus,
    Power,
    Symbol,
    Times,
    Transpose,
)
from eqcheck.tex.vocabulary import COMMANDS, OF_MATRICES, RELATIONS, TRANSPOSES, WORDS
from eqcheck.walk import walk

_ONES = {r"\mathbf{1}", r"\mathbb{1}"}
_KINDS = {
    **dict.fromkeys(_ONES, "ones"), r"\mathbf{0}": "zeros", "I": "identity", r"\mathbf{I}": "identity",
    r"\mathbb{I}": "identity", r"\mathrm{I}": "identity",
}  # fmt: skip
_LONGEST_NUMBER = 30
_LONGEST_SHOWN = 12  # tokens that are repeated in a message
_MOST_DASHES = 4
_LONGEST_WORD = max(map(len, WORDS))
# log(x)^2 can be read in two ways; for these, everybody reads (tanh(x))^2.
_SQUARED = {"diag", "tanh", "sinh", "cosh", "sin", "cos", "erf", "sigmoid", "relu"}
_FAR = "how far does the function reach? Put its argument in brackets"


class Constants(Conditions):
    """The part of the grammar that is the same on every page."""

    def number(self) -> Node:
        """Read digits, with a point perhaps."""
        token, digits = self.token, ""
        while self.token.kind == "digit" or (self.token.is_sign(".") and self.following.kind == "digit"):
            digits += self.token.text
            self.at += 1
        if digits.count(".") > 1 or len(digits) > _LONGEST_NUMBER:
            raise token.refuse("this is no number that can be read")
        if self.token.is_sign("e") and self.following.is_sign("-", "+") and self.found[self.at + 2].kind == "digit":
            raise token.refuse("is this a number with an exponent? Write 10^{-3} for that")
        if digits == "1" and self.token.is_sign(r"\{"):  # 1{k = c}
            return Indicator(self.condition_in_brackets())
        return Number(float(digits))

    def is_function_word(self) -> bool:
        """Tell whether the next token is a known function."""
        return self.token.is_sign(*COMMANDS)

    def is_declared_or_word(self) -> bool:
        r"""Tell whether the word in a \text is a name."""
        base = rf"\mathrm{{{self.token.text}}}"
        return self.token.text in WORDS or any(key.startswith(base) for key in self.names.domains)

    def spelled_out(self) -> str:
        """Find a known function that is written in plain letters, as in tanh(z)."""
        letters = ""
        for token in self.found[self.at : self.at + _LONGEST_WORD + 1]:
            if token.kind != "letter":
                break
            letters += token.text
        if letters not in WORDS or not self.found[self.at + len(letters)].is_sign("(", "["):
            return ""
        if all(letter == "e" or letter in self.names.domains or letter in self.context.bound for letter in letters):
            written = rf"\{letters}" if rf"\{letters}" in COMMANDS else rf"\operatorname{{{letters}}}"
            product = r" \cdot ".join(letters)
            raise self.refusal(
                f"{letters}(…) can be read in two ways, since {', '.join(letters)} are symbols here: "
                rf"write {written}(…) for the function, or {product} \cdot (…) for a product"
            )
        return letters

    def undeclared(self, scripted: Scripted, token: Token) -> Node:
        """Read what is no declared name."""
        base = scripted.base
        word = base[1:] if base in COMMANDS else base.removeprefix(r"\mathrm{").removesuffix("}")
        if word in WORDS and word != base:
            return self.known(word, scripted, token)
        if scripted.primes:
            raise token.refuse(f"{token.text} with a dash is not declared")
        above, below = self.behind(scripted.above), self.behind(scripted.below)
        if base in ("e", r"\mathrm{e}"):
            if below.items:
                raise token.refuse("an index stands below the e; put braces around the exponent: e^{z_i}")
            return Call("exp", (self.read(above) if above.items else Number(1.0),))
        if base == r"\delta" and below.items:
            node = self._kronecker(below)
        elif base in _KINDS:
            node = self._constant(base, below, token)
        elif base == r"\pi" and not below.items:
            node = Number(math.pi)
        else:
            shown = f"{base}^{{{spell(above.items)}}}" if above.in_brackets else base
            raise token.refuse(f"{shown} is not declared")
        return self.raised(node, above) if above.items else node

    def _kronecker(self, below: Part) -> Node:
        pair = self.indices(below)
        if len(pair) != 2 or pair[0] is None or pair[1] is None:
            raise below.first.refuse("Kronecker's delta has two indices")
        return Delta(pair[0], pair[1])

    def _constant(self, base: str, below: Part, token: Token) -> Node:
        """Read an indicator, or a column or a matrix of a given size."""
        kind = _KINDS[base]
        if any(sign.is_sign(*RELATIONS) for sign in below.items) and kind != "zeros":
            inside = below.cut(1, len(below.items) - 1) if below.in_brackets else below
            return Indicator(self.inner(inside).one_condition())
        if not below.items:
            if kind == "zeros" or not self.token.is_sign("(", "[", r"\{"):
                raise token.refuse(rf"of which size is {base}? Write it below, as in \mathbf{{1}}_N")
            return Indicator(self.condition_in_brackets())
        sizes = [self._size(part) for part in below.split(r"\times")]
        if len(sizes) > 2 or (kind == "identity" and sizes[0] != sizes[-1]):
            raise below.first.refuse("expected a size, or two")
        if len(sizes) == 2 and kind != "identity":
            return Times((Constant(kind, sizes[0]), Transpose(Constant(kind, sizes[1]))))
        return Constant(kind, sizes[0])

    def _size(self, part: Part) -> Node:
        size = self.read(part)
        for node in walk(size):
            named = isinstance(node, Symbol) and isinstance(self.names.domains.get(node.name), Naturals)
            if not named and not isinstance(node, Number | Plus | Negative):
                raise part.first.refuse("expected a size")
        return size

    # ---- known functions --------------------------------------------------------------------

    def known(self, word: str, scripted: Scripted, token: Token) -> Node:
        """Read a known function with its argument, in brackets or not."""
        function, order, above = WORDS[word], scripted.primes, self.behind(scripted.above)
        if function in ("max", "min") and not (scripted.below or above.items or order):
            return Call(function, self.several(token))
        if spell(above.items) == "-1" and not order:
            order, above = -1, above.cut(2)
        if (order and function in OF_MATRICES) or function in ("max", "min"):
            raise token.refuse(f"cannot read {word} with these signs on it")
        if scripted.below and function != "log":
            raise scripted.below[0].refuse(f"cannot read what stands below {word}")
        if above.items and not all(digit.kind == "digit" for digit in above.items):
            raise above.first.refuse(f"cannot read what stands above {word}")
        self.refuse_order(order, token)
        node = self._applied_to(function, order, token)
        if scripted.below:
            node = Divide(node, Call("log", (self.read(self.behind(scripted.below)),)))
        return Power(node, self.read(above)) if above.items else node

    def several(self, token: Token) -> tuple[Node, ...]:
        """Read the arguments of a maximum: at least two."""
        if not self.token.is_sign("(", "[", r"\{"):
            raise self.refusal(f"expected brackets behind {token.text}, or an index below it")
        inside = self.bracketed()
        parts = inside.split(",")
        if len(parts) < 2:
            raise inside.first.refuse(f"{token.text} of one thing; write the index below the sign")
        return tuple(self.read(part) for part in parts)

    def bare(self, function: str, order: int, token: Token) -> Node:
        """Apply a function that is written without its argument to a point that has no name."""
        self.context.bare.append(token)
        return Call(function, (Symbol(POINT),), order)

    def refuse_order(self, order: int, token: Token) -> None:
        """Refuse more dashes than can be told apart."""
        if order > _MOST_DASHES:
            raise token.refuse(f"more than {_MOST_DASHES} dashes")

    def _applied_to(self, function: str, order: int, token: Token) -> Node:
        if self.token.is_sign("(", "[", r"\{"):
            inside = self.bracketed()
            if len(inside.split(",")) > 1:
                raise inside.first.refuse(f"{function} takes one argument")
            node = Call(function, (self.read(inside),), order)
            if self.token.is_sign("^") and function not in _SQUARED:
                self._refuse_power(function, inside)
            return node
        if not self.starts_factor() and not self.token.is_sign(r"\partial") and function not in OF_MATRICES:
            return self.bare(function, order, token)
        argument = self.factor()
        if self.tied.before:
            raise self.refusal(self.tied.before)
        if not isinstance(argument, Big):
            self.loosen(behind=_FAR)
        return Call(function, (argument,), order)

    def _refuse_power(self, function: str, inside: Part) -> None:
        """Refuse log(x)^2, but not a transpose, and say how to write what is meant."""
        start = self.at
        self.at += 1
        above = self.argument()
        if spell(above.items) not in TRANSPOSES | {"T"}:
            what, power, said = _shown(inside), _shown(above), rf"\{function}"
            power = power if len(above.items) == 1 else f"{{{power}}}"
            base = what if len(inside.items) == 1 else f"({what})"
            raise self.found[start].refuse(
                f"this can be read in two ways: write ({said}({what}))^{power} for a power of the function, "
                f"or {said}({base}^{power}) for a power of what is in its brackets"
            )
        self.at = start


def _shown(part: Part) -> str:
    """Write a part as TeX for a message; dots for what is long, or has words in it."""
    if len(part.items) > _LONGEST_SHOWN or any(token.kind == "text" for token in part.items):
        return "…"
    spaced = [
        f"{token.text} " if token.text[0] == "\\" and token.text[-1].isalpha() else token.text for token in part.items
    ]
    return "".join(spaced).strip()
