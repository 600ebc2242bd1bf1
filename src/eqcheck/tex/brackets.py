"""Brackets and braces of all kinds: groups, norms, inner products, and the bar that says at which point."""

from collections.abc import Iterator
from contextlib import contextmanager

from eqcheck.tex.blocks import Blocks
from eqcheck.tex.names import spell
from eqcheck.tex.parts import Part
from eqcheck.tex.syntax import At, Call, Cases, Divide, Entry, Group, Indicator, Matrix, Node, Partial, Pick, Symbol
from eqcheck.tex.vocabulary import BARS, RELATIONS

_NORMS = {"": "norm", "2": "norm", "F": "frobenius", r"\mathrm{F}": "frobenius", "1": "norm1"}
_UNSEEN = "TeX does not show these braces; write brackets"


class Brackets(Blocks):
    """The part of the grammar that stands between two signs."""

    def bracket(self) -> Node:
        """Read an expression in brackets; or an inner product, a condition, a choice."""
        token = self.token
        if token.is_sign(r"\{") and self.following.is_sign(r"\begin"):
            return self.choice()
        inside = self.bracketed()
        if token.is_sign(r"\langle"):
            pair = inside.split(",")
            if len(pair) != 2:
                raise inside.first.refuse("an inner product takes two vectors, with a comma between them")
            return Call("inner", (self.read(pair[0]), self.read(pair[1])))
        if token.is_sign("[") and any(sign.is_sign(*RELATIONS) for _, sign in inside.outside()):
            return Indicator(self.inner(inside).one_condition())
        return Group(self.read(inside))

    def braces(self) -> Node:
        """Read what stands in braces. They show nowhere, and so may hold together only what does so by itself."""
        part = self.inner(self.argument())
        over = any(token.is_sign(r"\over") for _, token in part.rest().outside())
        node = part.whole()
        if not over and (part.compound or part.tied.behind):
            self.loosen(behind=_UNSEEN, before=_UNSEEN)
        return node

    def looked_through(self) -> Node:
        """Look through a brace above or below an expression, or a box around it."""
        self.at += 1
        inside = self.argument()
        self.scripts()
        return Group(self.read(inside))

    # ---- norms ------------------------------------------------------------------------------

    @contextmanager
    def fenced(self, bar: str) -> Iterator[None]:
        """Read on until this bar, which closes what is open."""
        before, self.bar = self.bar, bar
        yield
        self.bar = before

    def norm(self) -> Node:
        """Read |x|, ‖x‖ or ||x||."""
        opened = self.token
        twice = opened.is_sign("|") and self.following.is_sign("|")
        self.at += 1 + twice
        with self.fenced(BARS[opened.text]):
            node = self.expression()
        for _ in range(1 + twice):
            self.expect(BARS[opened.text])
        if opened.is_sign("|", r"\lvert") and not twice:
            return Call("abs", (node,))
        below, above = self.scripts()
        which = spell(below.items) if below else ""
        if which not in _NORMS:
            raise (below or self.rest()).first.refuse("only the norms 1, 2 and F are known")
        norm = Call(_NORMS[which], (node,))
        return self.raised(norm, above) if above else norm

    def entry(self, node: Node, below: Part) -> Node:
        """Take an entry of what stands in brackets: (XW)_{nh}."""
        if isinstance(node, Symbol):
            return Entry(node.name, self.indices(below))
        bars = isinstance(node, Call) and node.function in {"abs", *_NORMS.values()}
        if bars or not isinstance(node, Group | Call | Matrix):
            raise below.first.refuse("cannot read a subscript here")
        return Pick(node, self.indices(below))

    # ---- at a point -------------------------------------------------------------------------

    def at_point(self, node: Node) -> Node:
        """Read the bar behind a factor: f′|_{z=0}."""
        visible = isinstance(node, Group | Call | Divide | Partial | Cases | Matrix | At)
        node = self._points(node)
        if not visible:
            self.loosen(before=r"from where on does the bar reach? Write \left. … \right|")
        return node

    def all_at_point(self) -> Node:
        r"""Read \left. … \right|_{z=0}."""
        self.at += 1
        with self.fenced(r"\rvert"):
            node = self.expression()
        if not self.token.is_sign(r"\rvert"):
            raise self.refusal(rf"expected the bar that \left. belongs to, got '{self.token.text}'")
        return self._points(Group(node))

    def _points(self, node: Node) -> Node:
        bar = self.token
        self.at += 1
        below, above = self.scripts()
        if below is None or above is not None:
            raise bar.refuse("expected the point below the bar, as in |_{z=0}")
        for part in below.split(","):
            point = self.inner(part)
            variable = point.name() if point.is_name() else None
            if not isinstance(variable, Symbol) or variable.name in self.context.bound:
                raise part.first.refuse("expected a declared symbol and its value, as in |_{z=0}")
            point.expect("=")
            node = At(node, variable.name, point.whole())
        return node
