"""Fractions and roots."""

from eqcheck.tex.derivatives import Derivatives
from eqcheck.tex.parts import Part
from eqcheck.tex.syntax import Divide, Group, Node, Number, Power


class Quotients(Derivatives):
    """The part of the grammar that puts one thing over another."""

    def fraction(self) -> Node:
        r"""Read \frac, which may be a derivative."""
        self.at += 1
        top = self.argument()
        return self._fraction(top, self.argument())

    def whole(self) -> Node:
        r"""Read everything as one expression; \over makes a fraction of it."""
        above, *below = self.rest().split(r"\over")
        if not below:
            return super().whole()
        if len(below) > 1:
            raise below[1].first.refuse(r"a second \over in the same braces")
        self.at = len(self.found) - 1
        return self._fraction(above, below[0])

    def _fraction(self, top: Part, bottom: Part) -> Node:
        return self.derivative(top, bottom) or Divide(self.read(top), self.read(bottom))

    def root(self) -> Node:
        """Read a root."""
        self.at += 1
        degree = self.read(self.bracketed()) if self.token.is_sign("[") else None
        inside = Group(self.read(self.argument()))
        return Power(inside, Divide(Number(1.0), degree) if degree else Number(0.5))
