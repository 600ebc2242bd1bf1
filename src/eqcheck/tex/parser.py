"""Turn tokens into expressions. What can be read in two ways is refused, never guessed.

expression   term + term - term
term         factor factor, factor · factor, factor / factor, factor ⊙ factor
factor       a name, a number, a bracket, a construct; with what stands above and below it
"""

from eqcheck.tex.brackets import Brackets
from eqcheck.tex.ellipsis import with_dots
from eqcheck.tex.identifiers import Identifiers
from eqcheck.tex.lexer import Token
from eqcheck.tex.names import spell
from eqcheck.tex.parts import Part
from eqcheck.tex.quotients import Quotients
from eqcheck.tex.sums import Sums
from eqcheck.tex.syntax import Big, Divide, Hadamard, Negative, Node, Number, Plus, Power, Times, Transpose
from eqcheck.tex.vocabulary import BARS, BIG, ENTRYWISE, NAMES, OPEN, PRODUCTS, RELATIONS, TRANSPOSES

_NO_FACTORS = {
    *RELATIONS, *PRODUCTS, *ENTRYWISE, *OPEN.values(), r"\dots", r"\in", r"\end", r"\over", r"\right.", r"\to",
    r"\coloneq", r"\overset", r"\stackrel", r"\wedge", r"\rvert", r"\rVert",
}  # fmt: skip
# The methods that read what begins with a sign or a command.
_CONSTRUCTS = {
    "{": "braces", **dict.fromkeys(OPEN, "bracket"), **dict.fromkeys(BARS, "norm"), **dict.fromkeys(BIG, "big"),
    r"\left.": "all_at_point", r"\frac": "fraction", r"\sqrt": "root", r"\underbrace": "looked_through",
    r"\overbrace": "looked_through", r"\boxed": "looked_through", r"\partial": "partial_in_line", r"\nabla": "nabla",
    r"\begin": "block",
}  # fmt: skip
_MOST_SLASHES = 4
_TWO_WAYS = "a/b c can be read in two ways; write a fraction, or brackets"


class Parser(Identifiers, Quotients, Brackets, Sums):
    """Reads one expression after the other out of a sequence of tokens."""

    def expression(self) -> Node:
        """Read terms with plus and minus between them."""
        terms: list[Node] = []
        while True:
            token = self.token
            minus = self.take("-")
            if not minus and not terms:
                self.take("+")
            if terms and not minus and self.take(r"\dots"):
                self.expect("+")
                terms = with_dots(terms, self.term(), token)
            else:
                term = self.term()
                terms.append(Negative(term) if minus else term)
            self.compound |= minus or len(terms) > 1
            if self.token.is_sign("-"):
                continue
            if not self.take("+"):
                return terms[0] if len(terms) == 1 else Plus(tuple(terms))
            if self.token.is_sign("-"):
                raise self.refusal("+ and - stand side by side; put brackets around the negative term")

    def term(self) -> Node:
        """Read factors: side by side, with a dot, with a slash, with a ⊙."""
        bars = [self.token.is_sign(*BARS)]  # which factors stand between bars
        product, slashes = _Product(self.factor()), 0
        self.compound = False
        while True:
            if self._at_dots():
                self._factors_with_dots(product)
                bars.append(False)
                continue
            sign, token, tied = self._sign(), self.token, self.tied
            if sign is None:
                return product.node()
            if tied.behind or (tied.beside and not sign):
                raise token.refuse(tied.behind or tied.beside)
            self.at += len(sign) > 0
            bars.append(self.token.is_sign("|", r"\|"))
            if bars[-1] and not sign and not bars[-2] and any(bars[:-1]):
                raise self.refusal(r"which bars belong together? Write \left| and \right|")
            factor = self.factor()
            if self.tied.before:
                raise token.refuse(self.tied.before)
            if sign == "/" and isinstance(factor, Big) and isinstance(factor.body, Times):
                raise token.refuse("how far does the divisor reach? Write a fraction")
            product.add(sign, factor)
            self.compound = True
            slashes += sign == "/"
            if slashes > _MOST_SLASHES:
                raise token.refuse("so many slashes; write fractions")
            if sign == "/" and not self.tied.behind:
                self.loosen(beside=_TWO_WAYS)

    def _at_dots(self) -> bool:
        """Tell whether dots come next, by themselves or behind a sign of a product."""
        if self.token.kind in ("letter", "digit"):
            return False
        return self.token.is_sign(r"\dots") or (self.token.is_sign(*PRODUCTS) and self.following.is_sign(r"\dots"))

    def _factors_with_dots(self, product: "_Product") -> None:
        r"""Read the dots in p_1 p_2 \cdots p_K or p_1 \cdot \ldots \cdot p_K, and the factor behind them."""
        token, tied = self.token, self.tied
        if tied.behind or tied.beside:
            raise token.refuse(tied.behind or tied.beside)
        sign = self.take(*PRODUCTS)
        token = self.token
        self.at += 1
        if sign and not self.take(*PRODUCTS):
            raise self.refusal("a sign of a product stands before the dots and none behind them")
        last = self.factor()
        if self.tied.before:
            raise token.refuse(self.tied.before)
        product.dotted(last, token)
        self.compound = True

    def _sign(self) -> str | None:
        """Tell how the next factor is joined: by a sign, by nothing, or not at all."""
        if self.token.kind in ("letter", "digit"):
            return ""
        if self.token.is_sign(*PRODUCTS):
            return "·"
        if self.token.is_sign(*ENTRYWISE):
            return "⊙"
        if self.token.is_sign("*", "/"):
            return self.token.text
        return "" if self.starts_factor() else None

    def starts_factor(self) -> bool:
        """Tell whether the next token can begin a factor that stands beside the last."""
        token = self.token
        if token.kind in ("letter", "digit"):
            return True
        if token.kind == "text":
            return self.is_name()
        if token.is_sign(*BARS):
            return token.text != self.bar and not self.following.is_sign("_")
        if token.kind == "command":
            return token.text not in _NO_FACTORS
        return token.is_sign("(", "[", "{")

    def factor(self) -> Node:
        """Read one factor with what stands above it."""
        with self.deeper():
            visible = not self.token.is_sign("{")
            node = self._primary()
            if self.token.is_sign("_", "^"):
                if self.tied.before or (not visible and isinstance(node, Power | Transpose)):
                    raise self.refusal(self.tied.before or "TeX does not show these braces; write brackets")
                below, above = self.scripts()
                node = self.entry(node, below) if below else node
                node = self.raised(node, above) if above else node
            if self.token.is_sign("'"):
                raise self.refusal("a dash belongs to the name of a function, not here")
            if self.token.is_sign("|", r"\rvert") and self.token.text != self.bar and self.following.is_sign("_"):
                node = self.at_point(node)
        return node

    def raised(self, node: Node, above: Part) -> Node:
        """Put a transpose, an inverse or a power on a node."""
        said = spell(above.items)
        if said.removeprefix("-") == "T" and ("T" in self.names.domains or "T" in self.context.bound):
            raise above.first.refuse(
                r"T is declared, so this can be a power or a transpose; write ^\top for the transpose"
            )
        if said in TRANSPOSES or said == "T":
            return Transpose(node)
        if said.startswith("-") and (said[1:] in TRANSPOSES or said == "-T"):
            return Transpose(Power(node, Negative(Number(1.0))))
        if above.in_brackets:
            raise above.first.refuse("what stands in brackets above is no power; is this a name that is not declared?")
        return Power(node, self.read(above))

    def _primary(self) -> Node:
        """Read a number, a bracket, a name, or a construct that begins with a command."""
        token = self.token
        if token.kind == "letter":
            return self.name()
        if token.kind == "digit":
            return self.number()
        if token.kind in ("mark", "command") and token.text in _CONSTRUCTS:
            construct: Node = getattr(self, _CONSTRUCTS[token.text])()
            return construct
        if self.is_name():
            return self.name()
        raise token.refuse("something is missing here" if token.kind == "end" else f"cannot read '{token.text}'")

    def is_name(self) -> bool:
        """Tell whether the next token can begin a name."""
        token = self.token
        if token.kind == "command":
            return token.text in NAMES or self.is_function_word()
        return token.kind == "letter" or (token.kind == "text" and self.is_declared_or_word())


class _Product:
    """Factors as they are read: ⊙ binds less than a product side by side, and so does *."""

    def __init__(self, factor: Node) -> None:
        self.operands: list[list[list[Node]]] = [[[factor]]]

    def add(self, sign: str, factor: Node) -> None:
        """Take in one more factor."""
        if sign == "⊙":
            self.operands.append([[factor]])
        elif sign == "*":
            self.operands[-1].append([factor])
        elif sign == "/":
            factors = self.operands[-1][-1]
            factors[-1] = Divide(factors[-1], factor)
        else:
            self.operands[-1][-1].append(factor)

    def dotted(self, last: Node, token: Token) -> None:
        """Take in dots and the factor behind them."""
        self.operands[-1][-1] = with_dots(self.operands[-1][-1], last, token, "product")

    def node(self) -> Node:
        """Make the tree."""
        operands = [_joined([_joined(factors) for factors in starred], star=True) for starred in self.operands]
        return operands[0] if len(operands) == 1 else Hadamard(tuple(operands))


def _joined(factors: list[Node], star: bool = False) -> Node:
    return factors[0] if len(factors) == 1 else Times(tuple(factors), star)
