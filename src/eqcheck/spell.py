r"""Write a syntax tree as a line of text, for messages: W_2⊤ Δ_2, ∑_k e^{z_k}, ∂L/∂z_j."""

from eqcheck.tex.names import Names
from eqcheck.tex.syntax import (
    At,
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
    Pick,
    Plus,
    Power,
    Range,
    ShapeOf,
    Symbol,
    Times,
    Transpose,
)

# fmt: off
_SIGNS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "varepsilon": "ε", "epsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ",
}
# fmt: on
RELATIONS = {r"\le": "≤", r"\ge": "≥", r"\ne": "≠", r"\in": "∈"}
_BIG = {"sum": "∑", "product": "∏"}
_NORMS = {"norm": "", "norm1": "_1", "frobenius": "_F"}
_CONSTANTS = {"ones": "1", "zeros": "0"}
_SUM, _TERM, _FACTOR = 0, 1, 2
_STRENGTH: dict[type[Node], int] = {
    Plus: _SUM, Negative: _SUM, Times: _TERM, Hadamard: _TERM, Divide: _TERM, Big: _TERM, Partial: _TERM
}  # fmt: skip


class Speller:
    """Writes trees in the names of a page."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def __call__(self, node: Node) -> str:
        """Write a node, in brackets nowhere but where they are needed."""
        match node:
            case Group(body):
                return f"({self(body)})"
            case Plus(terms):
                return self._sum(terms)
            case Negative(body):
                return f"−{self._tight(body, _TERM)}"
            case Times(factors):
                return " ".join(self._tight(factor, _FACTOR) for factor in factors)
            case Hadamard(factors):
                return " ⊙ ".join(self._tight(factor, _FACTOR) for factor in factors)
            case Divide(top, bottom):
                return f"{self._tight(top, _FACTOR)}/{self._tight(bottom, _FACTOR)}"
            case Power(base, exponent):
                return f"{self._tight(base, _FACTOR)}^{_braces(self(exponent))}"
            case Transpose(body):
                return f"{self._tight(body, _FACTOR)}⊤"
            case _:
                return self._construct(node)

    def _construct(self, node: Node) -> str:
        match node:
            case Big(operator, ranges, conditions, body):
                below = ", ".join([*map(self.range, ranges), *map(self.condition, conditions)])
                return f"{_BIG.get(operator, operator)}_{_braces(below)} {self._tight(body, _TERM)}"
            case Partial(body, variables):
                order = {1: "", 2: "²", 3: "³"}.get(len(variables), f"^{len(variables)}")
                by = " ".join(f"∂{self(variable)}" for variable in variables)
                return f"∂{order}{self._tight(body, _FACTOR)}/{by}"
            case Call("exp", (argument,), 0):
                return f"e^{_braces(self(argument))}"
            case Call("abs", (argument,)):
                return f"|{self(argument)}|"
            case Call(("norm" | "norm1" | "frobenius") as norm, (argument,)):
                return f"‖{self(argument)}‖{_NORMS[norm]}"
            case Call("inner", (left, right)):
                return f"⟨{self(left)}, {self(right)}⟩"
            case Call("trace", (argument,)):
                return f"tr({self(argument)})"
            case Call(function, arguments, order):
                dash = "^{−1}" if order < 0 else "′" * order
                return f"{self.name(function)}{dash}({', '.join(map(self, arguments))})"
            case _:
                return self._atom(node)

    def _atom(self, node: Node) -> str:
        match node:
            case Number(value):
                return f"{value:g}"
            case Symbol(name):
                return self.name(name)
            case Entry(name, indices):
                return self._entry(name, indices)
            case Pick(body, indices):
                return f"{self._tight(body, _FACTOR)}_{_braces(self._subscript(indices))}"
            case At(body, name, value):
                return f"{self._tight(body, _FACTOR)}|_{{{self.name(name)}={self(value)}}}"
            case Delta(left, right):
                return f"δ_{_braces(self._subscript((left, right)))}"
            case Indicator(condition):
                return f"1[{self.condition(condition)}]"
            case Constant(kind, size):
                return f"{_CONSTANTS.get(kind, 'I')}_{_braces(self(size))}"
            case Cases(branches):
                return "{" + "; ".join(self._branch(value, conditions) for value, conditions in branches) + "}"
            case Matrix(rows):
                return "[" + "; ".join(", ".join(map(self, row)) for row in rows) + "]"
            case ShapeOf(domain):
                return domain
        return type(node).__name__.lower()  # a construct that is younger than this printer

    def _branch(self, value: Node, conditions: tuple[Condition, ...] | None) -> str:
        if conditions is None:
            return f"{self(value)} otherwise"
        return f"{self(value)} if {', '.join(map(self.condition, conditions))}"

    def _sum(self, terms: tuple[Node, ...]) -> str:
        text = self._tight(terms[0], _TERM) if isinstance(terms[0], Plus) else self(terms[0])
        for term in terms[1:]:
            minus = isinstance(term, Negative)
            text += f" − {self._tight(term.body, _TERM)}" if isinstance(term, Negative) else ""
            text += "" if minus else f" + {self._tight(term, _TERM)}"
        return text

    def condition(self, condition: Condition) -> str:
        """Write a condition."""
        relation = RELATIONS.get(condition.relation, condition.relation)
        return f"{self(condition.left)}{relation}{self(condition.right)}"

    def range(self, item: Range) -> str:
        """Write an index with its bounds, as below a sum."""
        name = self.name(item.index)
        if item.first is None:
            return name + (f"≤{self(item.last)}" if item.last else "")
        return f"{name}={self(item.first)}…{self(item.last) if item.last else ''}"

    def name(self, key: str) -> str:
        """Write a declared name, or the name of a known function."""
        tex = self.names.tex.get(key, key).removeprefix("\\operatorname{").removeprefix("\\mathrm{")
        tex = tex.removesuffix("}") if tex.count("{") < tex.count("}") else tex
        return " ".join(_sign(part) for part in tex.split())

    def _entry(self, name: str, indices: tuple[Node | None, ...]) -> str:
        stem, _, below = self.name(name).partition("_")
        inside = self._subscript(indices)
        own = below.strip("{}")
        return f"{stem}_{_braces(f'{own},{inside}' if own else inside)}"

    def _subscript(self, indices: tuple[Node | None, ...]) -> str:
        parts = [":" if index is None else self(index) for index in indices]
        return ("" if all(len(part) == 1 for part in parts) else ",").join(parts)

    def _tight(self, node: Node, strength: int) -> str:
        weak = _STRENGTH.get(type(node), _FACTOR) < strength
        return f"({self(node)})" if weak else self(node)


def _sign(tex: str) -> str:
    """Write one word of a name: Greek letters as such, whatever else as TeX has it."""
    stem, mark, rest = tex.partition("_")
    return _SIGNS.get(stem.removeprefix("\\"), stem) + mark + rest


def _braces(text: str) -> str:
    return text if len(text) == 1 else f"{{{text}}}"
