r"""Derivatives: \frac{\partial L}{\partial z}, \partial L/\partial z in a line, \partial_z L, \nabla_z L."""

from eqcheck.tex.conditions import Conditions
from eqcheck.tex.lexer import Token
from eqcheck.tex.names import base_letter
from eqcheck.tex.parts import Part, argument
from eqcheck.tex.syntax import Big, Entry, Group, Negative, Node, Number, Partial, Plus, Power, Symbol, Transpose

_REACH = "how far does the derivative reach? Put what is differentiated in brackets"
_ORDERS = {"1": 1, "2": 2, "3": 3, "4": 4}


class Derivatives(Conditions):
    """The part of the grammar that differentiates."""

    def derivative(self, top: Part, bottom: Part) -> Node | None:
        """Read a fraction as a derivative, if a sign of differentiation begins both sides of its bar."""
        above, below = _behind_sign(top), _behind_sign(bottom)
        if above is None or below is None:
            return None
        declared = "d" in self.names.domains or "d" in self.context.bound
        if declared and (top.first.is_sign("d") or bottom.first.is_sign("d")):
            raise top.first.refuse(r"d is declared, so this can be a fraction or a derivative; write \partial")
        order = 1
        if above.first.is_sign("^"):
            digits, end = argument((*above.items, above.end), 1)
            order, above = _order(digits), above.cut(end)
        variables = self._variables(bottom, order)
        if not above.items:
            return self._applied(variables, behind=_REACH)
        return Partial(self._body(above), variables)

    def _body(self, part: Part) -> Node:
        node = self.read(part)
        if isinstance(node, Plus | Negative):
            raise part.first.refuse("put brackets around what is differentiated")
        return node

    def _variables(self, bottom: Part, order: int) -> tuple[Node, ...]:
        """Read the ∂z_i ∂z_j below a bar."""
        variables: list[Node] = []
        rest = bottom
        while rest.items:
            behind = _behind_sign(rest)
            if behind is None:
                raise rest.first.refuse(f"expected ∂ and a variable, got '{rest.first.text}'")
            part = self.inner(behind)
            variables += part.variable(order, first=not variables)
            rest = part.rest()
        if len(variables) != order:
            raise bottom.first.refuse(
                f"a derivative of order {order} needs {order} variables, here are {len(variables)}"
            )
        return tuple(variables)

    def variable(self, order: int, first: bool) -> list[Node]:
        """Read what is differentiated by; ∂z² below ∂² means z twice, and ∂z ∂z⊤ makes a matrix."""
        token = self.token
        if token.is_sign("{"):
            part = self.inner(self.argument())
            found = part.variable(order, first)
            part.refuse_rest()
            return found
        node = self.name() if self.is_name() else None
        if isinstance(node, Power) and node.exponent == Number(float(order)):
            return [_checked(node.base, token)] * order
        if isinstance(node, Transpose) and not first:
            node = node.body
        return [_checked(node, token)]

    def _applied(self, variables: tuple[Node, ...], beside: str = "", behind: str = "") -> Node:
        """Read what is differentiated behind a sign that stands by itself."""
        node = self.factor()
        if not isinstance(node, Group | Big):
            self.loosen(beside, behind)
        return Partial(node, variables)

    def partial_in_line(self) -> Node:
        r"""Read \partial L/\partial z, or \partial_z L."""
        sign = self.token
        self.at += 1
        below, above = self.scripts()
        order = _order(above) if above else 1
        if below is not None:
            return self._applied(self._variable_below(below) * order, beside=_REACH)
        node = self.factor()
        if not self.take("/"):
            raise sign.refuse(r"∂ stands alone here; expected \partial L/\partial z or \partial_z L")
        variables: list[Node] = []
        while len(variables) < order:
            self.expect(r"\partial")
            variables += self.variable(order, first=not variables)
        if not self.token.is_sign(r"\partial"):
            self.loosen(beside="∂a/∂b c can be read in two ways; write a fraction, or brackets")
        return Partial(node, tuple(variables))

    def nabla(self) -> Node:
        """Read ∇_z L, or ∇²_z L."""
        sign = self.token
        self.at += 1
        below, above = self.scripts()
        if below is None:
            raise sign.refuse("by which symbol? Write it below the ∇")
        return self._applied(self._variable_below(below) * (_order(above) if above else 1), beside=_REACH)

    def _variable_below(self, below: Part) -> tuple[Node, ...]:
        part = self.inner(below)
        variable = part.variable(1, first=True)
        part.refuse_rest()
        return tuple(variable)


def _behind_sign(part: Part) -> Part | None:
    r"""Step over \partial, \mathrm{d} or d, if one of them begins the part."""
    if part.first.is_sign(r"\partial"):
        return part.cut(1)
    if part.first.is_sign("d"):
        return None if part.texts[1:2] == ["_"] else part.cut(1)
    if part.first.is_sign(r"\mathrm") or part.first.kind == "text":
        base, end = base_letter((*part.items, part.end), 0)
        return part.cut(end) if base == r"\mathrm{d}" else None
    return None


def _order(digits: Part) -> int:
    if "".join(digits.texts) not in _ORDERS:
        raise digits.first.refuse("expected an order from 1 to 4")
    return _ORDERS["".join(digits.texts)]


def _checked(node: Node | None, token: Token) -> Node:
    if not isinstance(node, Symbol | Entry):
        raise token.refuse("expected to differentiate by a declared symbol or an entry of one")
    return node
