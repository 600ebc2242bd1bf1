"""Sums, products, maxima and minima over indices: the range, the conditions, and the rest of the term."""

from dataclasses import dataclass, field

from eqcheck.tex.constants import Constants
from eqcheck.tex.layers import DEPTH, constant
from eqcheck.tex.names import scripted_letter
from eqcheck.tex.parts import Part
from eqcheck.tex.syntax import Big, Call, Divide, Group, Hadamard, Node, Number, Plus, Range, Symbol, Times
from eqcheck.tex.vocabulary import BIG, RESERVED
from eqcheck.walk import walk


@dataclass
class _Below:
    """What stands below a sign: indices with their bounds, and conditions."""

    ranges: dict[str, Range] = field(default_factory=dict)
    conditions: list[Part] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)  # indices that share the bounds of the next one: i, j = 1
    last: Node | None = None  # what stands above the sign


class Sums(Constants):
    """The part of the grammar that lets indices run."""

    def big(self) -> Node:
        """Read a sum and its like."""
        token = self.token
        operator = BIG[token.text]
        self.at += 1
        below, above = self.scripts()
        if below is None and operator in ("max", "min"):
            return Call(operator, self.several(token))
        if below is None:
            raise token.refuse("over which index? Write it below the sign")
        if self.token.is_sign("'"):
            raise self.refusal("cannot read a dash behind this sign")
        if below.first.is_sign(*self.names.layer_indices()):
            return self._over_layers(operator, below, above)
        found = self._ranges(below, above)
        with self.binding(frozenset(found.ranges)):
            conditions = tuple(condition for part in found.conditions for condition in self.inner(part).conditions())
            body = self.term()
        if operator != "sum" and _partly(body, found.ranges):
            raise token.refuse("how far does this sign reach? Put what belongs to it in brackets")
        return Big(operator, tuple(found.ranges.values()), conditions, body)

    def _over_layers(self, operator: str, below: Part, above: Part | None) -> Node:
        """Write a sum over layers out, term by term."""
        index = below.first
        start = self.inner(below.cut(1))
        first: Node = Number(1.0)
        if not start.at_end:
            start.expect("=")
            first = start.whole()
        last = self.read(above) if above else Number(float(DEPTH))
        low, high = constant(first), constant(last)
        if low is None or high is None or not 0 <= low <= high <= DEPTH or index.text in self.context.bound:
            raise index.refuse("cannot read a sum over the layers with these bounds")
        at, terms = self.at, []
        for layer in range(int(low), int(high) + 1):
            self.at = at
            with self.binding(frozenset({index.text}), {index.text: layer}):
                terms.append(self.term())
        if operator in ("max", "min"):
            return Call(operator, tuple(terms)) if len(terms) > 1 else terms[0]
        return Group(Plus(tuple(terms)) if operator == "sum" else Times(tuple(map(Group, terms))))

    def _ranges(self, below: Part, above: Part | None) -> _Below:
        r"""Read k=1, or k, or i \ne j, or n, k, or i, j = 1, or k \in \{1,\dots,K\} below the sign."""
        found = _Below(last=self.read(above) if above else None)
        for part in self._divided(below):
            self._take_in(part, found)
        return found

    def _divided(self, below: Part) -> list[Part]:
        if not below.first.is_sign(r"\substack"):
            return [part for half in below.split(":", "|") for part in half.split(",")]
        inner = self.inner(below.cut(1))
        rows = inner.argument().split("row")
        inner.refuse_rest()
        return [part for row in rows for part in row.split(",")]

    def _take_in(self, part: Part, found: _Below) -> None:
        """Read one index with its bounds, or one condition."""
        key, end = self._index(part)
        sign, rest = part.cut(end).first, part.cut(end + 1)
        if key in found.ranges and end < len(part.items):
            found.conditions.append(part)
            return
        self._refuse_running(key, part, found)
        if sign.is_sign("="):
            if found.last is None:
                raise part.first.refuse("this range has a beginning and no end")
            first = self.read(rest)
            found.ranges.update({name: Range(name, first, found.last) for name in (*found.waiting, key)})
            found.waiting = []
        elif not self.names.is_index(key):
            raise part.first.refuse(f"{part.first.text} is not declared as an index")
        elif sign.is_sign(r"\in"):
            found.ranges[key] = Range(key, Number(1.0), self._end_of_range(rest))
        else:
            found.ranges[key] = Range(key, None, found.last)
            if end < len(part.items):
                found.conditions.append(part)
            else:
                found.waiting.append(key)

    def _index(self, part: Part) -> tuple[str, int]:
        """Read the name of an index, and find where it ends."""
        if part.first.kind not in ("letter", "command") or not self.inner(part).is_name():
            raise part.first.refuse("expected the name of an index")
        scripted, end = scripted_letter((*part.items, part.end), 0)
        return scripted.key(len(scripted.below), len(scripted.above)), end

    def _refuse_running(self, key: str, part: Part, found: _Below) -> None:
        if key in self.context.bound or key in found.ranges:
            raise part.first.refuse(f"{part.first.text} runs already; take another index")
        if key in RESERVED:
            raise part.first.refuse(f"{part.first.text} cannot be an index: it is {RESERVED[key]}")
        if key in self.names.domains and not self.names.is_index(key):
            raise part.first.refuse(f"{part.first.text} is declared, and not as an index that can run")

    def _end_of_range(self, part: Part) -> Node:
        inner = self.inner(part)
        last = inner.end_of_range()
        inner.refuse_rest()
        return last


def _partly(body: Node, ranges: dict[str, Range]) -> bool:
    """Tell whether some factor of a term does not depend on the index."""
    if isinstance(body, Divide):
        return not (_mentions(body.top, ranges) and _mentions(body.bottom, ranges))
    return isinstance(body, Times | Hadamard) and not all(_mentions(factor, ranges) for factor in body.factors)


def _mentions(node: Node, ranges: dict[str, Range]) -> bool:
    return any(isinstance(part, Symbol) and part.name in ranges for part in walk(node))
