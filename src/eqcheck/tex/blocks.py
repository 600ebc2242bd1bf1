"""Choices and matrices: what TeX sets in rows and columns."""

from eqcheck.tex.conditions import Conditions
from eqcheck.tex.parts import Part, environment
from eqcheck.tex.syntax import Call, Cases, Condition, Group, Matrix, Node

_CASES = {"cases", "dcases"}
_MATRICES = {"bmatrix", "pmatrix", "matrix", "smallmatrix", "Bmatrix", "array"}
_LAST_RESORT = {"otherwise", "else", "otherwise."}


class Blocks(Conditions):
    """The part of the grammar that stands in rows."""

    def block(self) -> Node:
        """Read cases or a matrix."""
        token = self.token
        kind, inside, self.at = environment(self.found, self.at)
        if kind in _CASES:
            return self._cases(inside)
        if kind in _MATRICES:
            return self._matrix(inside)
        if kind == "vmatrix":
            return Call("det", (self._matrix(inside),))
        raise token.refuse(f"cannot read the environment {kind} here")

    def choice(self) -> Node:
        """Read a brace with lines behind it, as people set cases by hand."""
        opened = self.token
        self.at += 1
        kind, inside, self.at = environment(self.found, self.at)
        if self.take(r"\}"):
            return Group(self._matrix(inside))
        if not self.take(r"\right.") or kind not in ("array", "aligned", "matrix"):
            raise opened.refuse("cannot read what stands behind this brace")
        return self._cases(inside)

    def _matrix(self, inside: Part) -> Node:
        rows = [tuple(self.read(cell) for cell in row.split("&")) for row in _rows(inside)]
        for number, row in enumerate(rows):
            if len(row) != len(rows[0]):
                raise _rows(inside)[number].first.refuse("this row is longer or shorter than the first")
        return Matrix(tuple(rows))

    def _cases(self, inside: Part) -> Node:
        branches = tuple(self._branch(row) for row in _rows(inside))
        for number, (_, conditions) in enumerate(branches[:-1]):
            if conditions is None:
                raise _rows(inside)[number].first.refuse("what is said otherwise comes last")
        return Cases(branches)

    def _branch(self, row: Part) -> tuple[Node, tuple[Condition, ...] | None]:
        """Read one line of cases: a value, and when it is taken."""
        value, *said = row.split("&")
        if not said:
            words = next((at for at, token in value.outside() if token.kind == "text"), len(value.items))
            value, said = value.cut(0, words), [value.cut(words)]
        if len(said) > 1:
            raise said[1].first.refuse("a second & in a line of cases")
        while value.items and (value.items[-1].is_sign(",", ";") or value.items[-1].kind == "gap"):
            value = value.cut(0, len(value.items) - 1)
        node = self.read(value)
        if said[0].first.kind == "text" and said[0].first.text.strip(" .") in _LAST_RESORT:
            rest = self.inner(said[0].cut(1))
            rest.take(",", ".", ";")
            rest.refuse_rest()
            return node, None
        if not said[0].items:
            raise said[0].first.refuse("expected a condition, or otherwise")
        return node, self.inner(said[0]).conditions()


def _rows(inside: Part) -> list[Part]:
    rows = [row for row in inside.split("row") if row.items]
    if not rows:
        raise inside.end.refuse("nothing stands in here")
    return rows
