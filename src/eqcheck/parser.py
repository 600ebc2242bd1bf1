"""Turn tokens into expressions. What can be read in two ways is refused, never guessed."""

from collections.abc import Sequence

from eqcheck.lexer import Token
from eqcheck.names import ACCENTS, FONTS, Names, Scripted, script, scripted_letter
from eqcheck.syntax import (
    Big,
    Call,
    Cases,
    Condition,
    Constant,
    Delta,
    Divide,
    Entry,
    Group,
    Hadamard,
    Indicator,
    Matrix,
    Negative,
    Node,
    Number,
    Partial,
    Plus,
    Power,
    Range,
    Symbol,
    Times,
    Transpose,
)

FUNCTIONS = {
    r"\log": "log", r"\ln": "log", r"\exp": "exp", r"\tanh": "tanh", r"\sinh": "sinh", r"\cosh": "cosh",
    r"\sin": "sin", r"\cos": "cos", r"\det": "det", r"\erf": "erf",
    r"\operatorname{diag}": "diag", r"\mathrm{diag}": "diag", r"\operatorname{tr}": "trace",
    r"\mathrm{tr}": "trace", r"\operatorname{erf}": "erf",
}  # fmt: skip
BIG = {r"\sum": "sum", r"\prod": "product", r"\max": "max", r"\min": "min"}
RELATIONS = {"=", r"\le", r"\ge", "<", ">", r"\ne"}
_TRANSPOSES = (
    {r"\top"},
    {r"\mathsf", "{", "T", "}"},
    {r"\mathrm", "{", "T", "}"},
    {r"\mathsf", "T"},
    {r"\mathrm", "T"},
)
_OPEN, _CLOSE = {"(": ")", "[": "]", r"\{": r"\}"}, {")", "]", r"\}"}
_DEEPEST = 60


class Parser:
    """Reads one expression after the other out of a sequence of tokens."""

    def __init__(
        self, found: Sequence[Token], names: Names, bound: frozenset[str] = frozenset(), depth: int = 0
    ) -> None:
        self.found = [*found]
        if not self.found or self.found[-1].kind != "end":
            last = self.found[-1] if self.found else Token("end", "", 1, 1)
            self.found.append(Token("end", "the end", last.line, last.column + len(last.text)))
        self.names, self.bound, self.depth = names, bound, depth
        self.at = 0
        self.open: list[Node] = []  # functions whose argument has no brackets
        if depth > _DEEPEST:
            raise self.token.refuse("this is nested too deeply")

    @property
    def token(self) -> Token:
        """The token that comes next."""
        return self.found[self.at]

    def take(self, text: str) -> bool:
        """Step over the next token if it is this one."""
        if self.token.text == text and self.token.kind != "text":
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> None:
        """Step over the next token, which must be this one."""
        if not self.take(text):
            raise self.token.refuse(f"expected {text!r}, got {self.token.text!r}")

    def inner(self, found: Sequence[Token], bound: frozenset[str] = frozenset()) -> "Parser":
        """Read a part by itself."""
        return Parser(found, self.names, self.bound | bound, self.depth + 1)

    def whole(self) -> Node:
        """Read everything as one expression."""
        node = self.expression()
        if self.token.kind != "end":
            raise self.token.refuse(f"cannot read {self.token.text!r} here")
        return node

    # ---- sums and products ------------------------------------------------------------------

    def expression(self) -> Node:
        """Read terms with plus and minus between them."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.token.refuse("this is nested too deeply")
        terms: list[Node] = []
        while True:
            minus = self.take("-")
            if not minus and not terms:
                self.take("+")
            term = self.term()
            terms.append(Negative(term) if minus else term)
            if self.token.text == "-":
                continue
            if not self.take("+"):
                break
            if self.token.text == "-":
                raise self.token.refuse("+ and - stand side by side; put brackets around the negative term")
        self.depth -= 1
        return terms[0] if len(terms) == 1 else Plus(tuple(terms))

    def term(self) -> Node:
        """Read factors: side by side, with a dot, with a slash, with a ⊙."""
        operands: list[list[Node]] = [[self.factor()]]
        slashed = False
        while True:
            token = self.token
            if self.take(r"\cdot") or self.take("*") or self.take(r"\times"):
                operands[-1].append(self.factor())
                slashed = False
            elif self.take(r"\odot") or self.take(r"\circ"):
                operands.append([self.factor()])
                slashed = False
            elif self.take("/"):
                operands[-1][-1] = Divide(operands[-1][-1], self.factor())
                slashed = True
            elif self.starts_factor():
                if slashed:
                    raise token.refuse("a/b c can be read in two ways; write a fraction, or brackets")
                if any(operands[-1][-1] is node for node in self.open):
                    raise token.refuse("how far does the function reach? Put its argument in brackets")
                operands[-1].append(self.factor())
            else:
                break
        products = [factors[0] if len(factors) == 1 else Times(tuple(factors)) for factors in operands]
        return products[0] if len(products) == 1 else Hadamard(tuple(products))

    def starts_factor(self) -> bool:
        """Tell whether the next token can begin a factor that stands beside the last."""
        token = self.token
        if token.kind in ("letter", "digit"):
            return True
        if token.kind == "command":
            operators = {r"\cdot", r"\times", r"\odot", r"\circ", r"\to", r"\dots", r"\in", r"\end", r"\}", r"\|"}
            return token.text not in RELATIONS | operators
        return token.kind == "mark" and token.text in "({["

    # ---- factors ----------------------------------------------------------------------------

    def factor(self) -> Node:
        """Read one factor with what stands above it."""
        node = self.primary()
        while self.token.text == "^" and self.token.kind == "mark":
            above, self.at = script(self.found, self.at + 1)
            node = self.raised(node, above)
        if self.token.text == "_" and self.token.kind == "mark":
            raise self.token.refuse("cannot read a subscript here")
        return node

    def raised(self, node: Node, above: tuple[Token, ...]) -> Node:
        """Put a transpose, an inverse or a power on a node."""
        texts = [token.text for token in above]
        if set(texts) in _TRANSPOSES or (texts == ["T"] and "T" not in self.names.domains):
            return Transpose(node)
        if not above or texts == ["'"]:
            raise self.token.refuse("cannot read what stands above here")
        return Power(node, self.inner(above).whole())

    def primary(self) -> Node:
        """Read a number, a bracket, a name, or a construct that begins with a command."""
        token = self.token
        if token.kind == "digit":
            return self.number()
        if token.kind == "mark" and token.text == "{":
            inside, self.at = script(self.found, self.at)
            return self.inner(inside).whole()
        if token.text in _OPEN and token.kind in ("mark", "command"):
            return self.bracket()
        if token.text in ("|", r"\|"):
            return self.norm()
        if token.kind == "command":
            reader = {
                r"\frac": self.fraction, r"\sqrt": self.root, r"\begin": self.block, r"\nabla": self.nabla,
                r"\partial": self.inline_partial, r"\underbrace": self.underbrace,
            }.get(token.text)  # fmt: skip
            if reader:
                return reader()
            if token.text in BIG:
                return self.big()
        if token.kind in ("letter", "command") and (token.kind == "letter" or self._is_name(token)):
            return self.name()
        raise token.refuse(f"cannot read {token.text!r}")

    def _is_name(self, token: Token) -> bool:
        known = token.text in ACCENTS | FONTS | FUNCTIONS.keys() | {r"\delta"}
        return known or any(key.startswith(token.text) for key in self.names.domains)

    def number(self) -> Node:
        """Read digits, with a point perhaps."""
        digits = ""
        while self.token.kind == "digit" or (self.token.text == "." and self.found[self.at + 1].kind == "digit"):
            digits += self.token.text
            self.at += 1
        return Number(float(digits))

    def bracket(self) -> Node:
        """Read an expression in brackets."""
        opened = self.token
        self.at += 1
        node = self.expression()
        if self.token.text != _OPEN[opened.text]:
            raise self.token.refuse(f"expected {_OPEN[opened.text]!r}, got {self.token.text!r}")
        self.at += 1
        return Group(node)

    def norm(self) -> Node:
        """Read |x| or ‖x‖."""
        bar = self.token.text
        self.at += 1
        node = self.expression()
        self.expect(bar)
        double = bar == r"\|"
        if double and self.take("_"):
            which, self.at = script(self.found, self.at)
            if [token.text for token in which] not in (["2"], ["F"]):
                raise self.token.refuse("only the 2-norm and the Frobenius norm are known")
        return Call("norm" if double else "abs", (node,))

    def fraction(self) -> Node:
        r"""Read \frac, which may be a derivative."""
        self.at += 1
        top, self.at = script(self.found, self.at)
        bottom, self.at = script(self.found, self.at)
        if top and top[0].text == r"\partial" and bottom and bottom[0].text == r"\partial":
            return self.partial(list(top[1:]), list(bottom))
        if not top or not bottom:
            raise self.token.refuse("a fraction needs something above and below")
        return Divide(self.inner(top).whole(), self.inner(bottom).whole())

    def partial(self, top: list[Token], bottom: list[Token]) -> Node:
        """Read a derivative from what stands above and below its bar, without the first ∂ above."""
        order = 1
        if top and top[0].text == "^":
            digits, end = script(top, 1)
            order = int(digits[0].text) if len(digits) == 1 and digits[0].kind == "digit" else 0
            top = top[end:]
        variables: list[Node] = []
        while bottom:
            if bottom[0].text != r"\partial":
                raise bottom[0].refuse(f"expected ∂ and a variable, got {bottom[0].text!r}")
            part = self.inner(bottom[1:])
            variable = part.primary()
            if isinstance(variable, Power):  # ∂z_i^2 below ∂^2 means z_i twice
                variables += [variable.base] * order
            else:
                variables.append(variable)
            bottom = bottom[1 + part.at :]
        if len(variables) != order:
            raise self.token.refuse(f"a derivative of order {order} needs {order} variables, here are {len(variables)}")
        for variable in variables:
            if not isinstance(variable, Symbol | Entry):
                raise self.token.refuse("expected to differentiate by a declared symbol or an entry of one")
        body = self.inner(top).whole() if top else self.term()
        return Partial(body, tuple(variables))

    def inline_partial(self) -> Node:
        """Read ∂L/∂z in a line."""
        self.at += 1
        body = self.factor()
        self.expect("/")
        self.expect(r"\partial")
        variable = self.primary()
        if not isinstance(variable, Symbol | Entry):
            raise self.token.refuse("expected to differentiate by a declared symbol or an entry of one")
        return Partial(body, (variable,))

    def nabla(self) -> Node:
        """Read ∇_z L."""
        self.at += 1
        self.expect("_")
        below, self.at = script(self.found, self.at)
        variable = self.inner(below).whole()
        if not isinstance(variable, Symbol | Entry):
            raise self.token.refuse("expected to differentiate by a declared symbol or an entry of one")
        return Partial(self.factor(), (variable,))

    def root(self) -> Node:
        """Read a square root."""
        self.at += 1
        if self.token.text == "[":
            raise self.token.refuse("only square roots are known; write the power")
        inside, self.at = script(self.found, self.at)
        return Power(Group(self.inner(inside).whole()), Number(0.5))

    def underbrace(self) -> Node:
        """Look through a brace under an expression."""
        self.at += 1
        inside, self.at = script(self.found, self.at)
        if self.take("_"):
            _, self.at = script(self.found, self.at)
        return Group(self.inner(inside).whole())

    # ---- sums, products, maxima over indices ------------------------------------------------

    def big(self) -> Node:
        """Read a sum and its like: the range, the conditions, and the rest of the term."""
        token = self.token
        operator = BIG[token.text]
        self.at += 1
        below: tuple[Token, ...] = ()
        above: tuple[Token, ...] = ()
        while self.token.text in ("_", "^") and self.token.kind == "mark":
            if self.take("_"):
                below, self.at = script(self.found, self.at)
            else:
                self.at += 1
                above, self.at = script(self.found, self.at)
        if not below and operator in ("max", "min"):
            self.expect("(")
            return Call(operator, self.arguments())
        if not below:
            raise token.refuse("over which index? Write it below the sign")
        ranges, conditions = self.ranges(below, above)
        bound = frozenset(item.index for item in ranges)
        rest = self.inner(self.found[self.at :], bound)
        body = rest.term()
        self.at += rest.at
        return Big(operator, ranges, tuple(rest.inner(part).condition() for part in conditions), body)

    def ranges(
        self, below: tuple[Token, ...], above: tuple[Token, ...]
    ) -> tuple[tuple[Range, ...], list[Sequence[Token]]]:
        r"""Read k=1, or k, or i \ne j, or n, k below the sign."""
        ranges: list[Range] = []
        conditions: list[Sequence[Token]] = []
        for part in split(below, ","):
            if not part or part[0].kind not in ("letter", "command"):
                raise (part or below)[0].refuse("expected the name of an index")
            index = part[0].text
            if len(part) > 1 and part[1].text == "=":
                if not above:
                    raise part[0].refuse("this range has a beginning and no end")
                first, last = self.inner(part[2:]).whole(), self.inner(above).whole()
                ranges.append(Range(index, first, last))
            elif index in self.names.domains and self.names.is_index(index):
                ranges.append(Range(index, None, self.inner(above).whole() if above else None))
                if len(part) > 1:
                    conditions.append(part)
            else:
                raise part[0].refuse(f"{index} is not declared as an index")
        return tuple(ranges), conditions

    def condition(self) -> Condition:
        """Read a comparison."""
        left = self.expression()
        relation = self.token.text
        if relation not in RELATIONS:
            raise self.token.refuse(f"expected a comparison, got {relation!r}")
        self.at += 1
        return Condition(relation, left, self.expression())

    # ---- names ------------------------------------------------------------------------------

    def name(self) -> Node:
        """Read a letter with its scripts, and find out what it means."""
        token = self.token
        scripted, end = scripted_letter(self.found, self.at)
        found = self.names.find(scripted)
        if found is None and scripted.base in self.bound:
            found = (scripted.base, 0, False)
        if found is None:
            return self.unknown(token, scripted, end)
        key, below, above = found
        if self.names.is_function(key):
            return self.application(key, token)
        self.at = end
        indices = self.indices(scripted.below[below:])
        node: Node = Entry(key, indices) if indices else Symbol(key)
        if scripted.above and not above:
            node = self.raised(node, scripted.above)
        return node

    def unknown(self, token: Token, scripted: Scripted, end: int) -> Node:
        """Read what is no declared name: a constant or a known function."""
        base = scripted.base
        if base in FUNCTIONS:
            return self.known(FUNCTIONS[base])
        if scripted.primes:
            raise token.refuse(f"{base} with a dash is not declared")
        if base == "e" and not scripted.below:
            self.at = end
            return Call("exp", (self.inner(scripted.above).whole(),)) if scripted.above else Call("exp", (Number(1),))
        if base == "e":
            raise token.refuse("the index stands below the e; put braces around the exponent: e^{z_i}")
        if base == r"\delta":
            self.at = end
            left, right = self._two(scripted, token)
            return Delta(left, right)
        if base in (r"\mathbf{1}", r"\mathbf{0}", r"\mathbf{I}", "I") and scripted.below:
            self.at = end
            kind = {"1": "ones", "0": "zeros"}.get(base[-2:-1], "identity")
            node: Node = Constant(kind, self.inner(scripted.below).whole())
            return self.raised(node, scripted.above) if scripted.above else node
        if base in (r"\mathbb{1}", r"\mathbf{1}"):
            return self.indicator()
        raise token.refuse(f"{base} is not declared")

    def _two(self, scripted: Scripted, token: Token) -> tuple[Node, Node]:
        indices = [index for index in self.indices(scripted.below) if index is not None]
        if len(indices) != 2:
            raise token.refuse("Kronecker's delta has two indices")
        return indices[0], indices[1]

    def indicator(self) -> Node:
        """Read 𝟙[k = c]."""
        _, self.at = scripted_letter(self.found, self.at)
        opened = self.token.text
        if opened not in _OPEN:
            raise self.token.refuse("expected a condition in brackets behind the indicator")
        self.at += 1
        condition = self.condition()
        self.expect(_OPEN[opened])
        return Indicator(condition)

    def indices(self, below: Sequence[Token]) -> tuple[Node | None, ...]:
        """Read a subscript: items divided by commas, or side by side."""
        found: list[Node | None] = []
        for part in split(below, ",") if below else []:
            if [token.text for token in part] == [":"]:
                found.append(None)
            elif any(token.text in ("+", "-") for token in part):
                found.append(self.inner(part).whole())
            else:
                rest = self.inner(part)
                while rest.token.kind != "end":
                    if rest.token.kind == "digit":
                        found.append(Number(float(rest.token.text)))
                        rest.at += 1
                    else:
                        found.append(rest.name())
        return tuple(found)

    def application(self, key: str, token: Token) -> Node:
        """Read a declared function with its arguments: σ(z), σ′(z), σ^{-1}(z)."""
        scripted, self.at = scripted_letter(self.found, self.at)
        order = scripted.primes
        if scripted.above:
            if [part.text for part in scripted.above] != ["-", "1"]:
                raise token.refuse(f"cannot read what stands above {key}")
            order = -1
        if self.token.text not in ("(", "["):
            raise token.refuse(f"{key} is a function; put its argument in brackets")
        self.at += 1
        return Call(key, self.arguments(), order)

    def known(self, function: str) -> Node:
        """Read a known function with its argument, in brackets or not."""
        token = self.token
        scripted, self.at = scripted_letter(self.found, self.at)
        if scripted.below:
            raise token.refuse(f"cannot read what stands below {function}")
        if self.token.text in ("(", "["):
            self.at += 1
            node: Node = Call(function, self.arguments(), scripted.primes)
        else:
            argument = self.factor()
            node = Call(function, (argument,), scripted.primes)
            if not isinstance(argument, Big):
                self.open.append(node)
        return Power(node, self.inner(scripted.above).whole()) if scripted.above else node

    def arguments(self) -> tuple[Node, ...]:
        """Read expressions divided by commas, and the bracket that closes them."""
        found = [self.expression()]
        while self.take(","):
            found.append(self.expression())
        if self.token.text not in _CLOSE:
            raise self.token.refuse(f"expected a closing bracket, got {self.token.text!r}")
        self.at += 1
        return tuple(found)

    # ---- blocks -----------------------------------------------------------------------------

    def block(self) -> Node:
        """Read cases or a matrix."""
        token = self.token
        kind, inside, self.at = environment(self.found, self.at)
        rows = [row for row in split(inside, "row") if row]
        if kind == "cases":
            return Cases(tuple(self.branch(row) for row in rows))
        if kind in ("bmatrix", "pmatrix", "matrix"):
            return Matrix(tuple(tuple(self.inner(cell).whole() for cell in split(row, "&")) for row in rows))
        raise token.refuse(f"cannot read the environment {kind}")

    def branch(self, row: Sequence[Token]) -> tuple[Node, tuple[Condition, ...] | None]:
        """Read one line of cases."""
        value, *rest = split(row, "&")
        node = self.inner([token for token in value if token.text != ","]).whole()
        said = [token for part in rest for token in part if token.kind != "gap"]
        words = " ".join(token.text.strip() for token in said if token.kind == "text")
        mathematics = [token for token in said if token.kind != "text"]
        if not mathematics:
            if words not in ("otherwise", "else"):
                raise row[0].refuse("expected a condition, or otherwise")
            return node, None
        if words not in ("", "if", "for", "when"):
            raise row[0].refuse(f"cannot read the words {words!r}")
        return node, tuple(self.inner(part).condition() for part in split(mathematics, ","))


def split(found: Sequence[Token], at: str) -> list[Sequence[Token]]:
    """Split tokens at a separator that stands outside braces, brackets and environments."""
    parts: list[Sequence[Token]] = []
    depth, start = 0, 0
    for place, token in enumerate(found):
        opens = token.text in ("{", "(", "[", r"\{", r"\begin") and token.kind in ("mark", "command")
        closes = token.text in ("}", ")", "]", r"\}", r"\end") and token.kind in ("mark", "command")
        depth += opens - closes
        if depth == 0 and (token.kind == at or (token.text == at and token.kind == "mark")):
            parts.append(found[start:place])
            start = place + 1
    return [*parts, found[start:]]


def environment(found: Sequence[Token], at: int) -> tuple[str, Sequence[Token], int]:
    r"""Read \begin{…} … \end{…}: the name, what is inside, and where it ends."""
    name, start = script(found, at + 1)
    kind = "".join(token.text for token in name)
    depth = 0
    for place in range(at, len(found)):
        depth += {r"\begin": 1, r"\end": -1}.get(found[place].text, 0)
        if depth == 0:
            _, end = script(found, place + 1)
            return kind, found[start:place], end
    raise found[at].refuse(f"\\begin{{{kind}}} is never closed")
