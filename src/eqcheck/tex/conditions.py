r"""Comparisons and conditions: i \ne j, 0 < x \le 1, \text{for } i = 1,\dots,K."""

from eqcheck.domains import Indices, Labels, Naturals
from eqcheck.tex.cursor import Cursor
from eqcheck.tex.layers import constant
from eqcheck.tex.lexer import Token
from eqcheck.tex.names import Names
from eqcheck.tex.parts import Part
from eqcheck.tex.syntax import Condition, Entry, Node, Number, Symbol
from eqcheck.tex.vocabulary import RELATIONS
from eqcheck.walk import walk

IF_WORDS = {"for", "for all", "for every", "for each", "for any", "if", "when", "with", "where"}
AND_WORDS = {"and", "and for", "and if"}


class Conditions(Cursor):
    """The part of the grammar that compares."""

    def relation(self, also: tuple[str, ...] = ()) -> str | None:
        r"""Step over a relation, if one comes next: =, :=, \le, and = with a remark above it."""
        token = self.token
        if token.is_sign(":") and self.following.is_sign("="):
            self.at += 2
            return ":="
        if token.is_sign(r"\coloneq"):
            self.at += 1
            return ":="
        if token.is_sign(r"\overset", r"\stackrel"):
            self.at += 1
            self.argument()
            inner = self.inner(self.argument())
            relation = inner.relation()
            if relation is None:
                raise inner.token.refuse("expected a relation below the remark")
            inner.refuse_rest()
            return relation
        if token.is_sign(*RELATIONS, *also):
            self.at += 1
            return token.text
        return None

    def comparison(self) -> tuple[Condition, ...]:
        """Read a comparison, a chain of them, or the range of an index."""
        found: list[Condition] = []
        left = self.expression()
        if isinstance(left, Symbol | Number) and self.take(r"\in"):
            return self._up_to(left, self.end_of_range())
        while (relation := self.relation()) is not None:
            right = self.expression()
            if relation == "=" and self.token.is_sign(",") and isinstance(left, Symbol | Number):
                return self._range(left, right)
            found.append(Condition("=" if relation == ":=" else relation, left, right))
            left = right
        if not found:
            raise self.refusal(f"expected a comparison, got '{self.token.text}'")
        return tuple(found)

    def one_condition(self) -> Condition:
        """Read one comparison, and nothing else."""
        first = self.token
        found = self.comparison()
        self.refuse_rest()
        if len(found) != 1:
            raise first.refuse("expected one comparison")
        return found[0]

    def condition_in_brackets(self) -> Condition:
        """Read the [k = c] behind an indicator."""
        if not self.token.is_sign("(", "[", r"\{"):
            raise self.refusal("expected a condition in brackets behind the indicator")
        return self.inner(self.bracketed()).one_condition()

    def conditions(self) -> tuple[Condition, ...]:
        """Read all that is left as conditions, with their words."""
        found: list[Condition] = []
        for part in _pieces(self.rest()):
            piece = self.inner(part)
            while piece.token.kind == "text" or piece.token.is_sign(r"\forall"):
                if piece.token.kind == "text" and piece.token.text not in IF_WORDS | AND_WORDS:
                    raise piece.token.refuse(f"cannot read the words '{piece.token.text}'")
                piece.at += 1
            found += () if piece._only_an_index() else piece.comparison()
            piece.refuse_rest()
        self.at = len(self.found) - 1
        return tuple(found)

    def _only_an_index(self) -> bool:
        r"""Step over the i in "for all i, j", which is no condition."""
        start, layer = self.at, self.token.is_sign(*self.context.layers)
        node = self.name() if self.is_name() else None
        if self.at_end and (layer or (isinstance(node, Symbol) and self.names.is_index(node.name))):
            return True
        self.at = start
        return False

    def end_of_range(self) -> Node:
        r"""Read \{1,\dots,K\}, and give the K."""
        token = self.token
        if token.is_sign(r"\{"):
            items = self.inner(self.bracketed())
            if items.take("1") and items.take(",") and items._dots():
                return items.whole()
        raise token.refuse(r"expected a range like \{1,\dots,K\}")

    def _dots(self) -> bool:
        r"""Step over \dots, or 2, \dots, and the comma behind."""
        return (not self.take("2") or self.take(",")) and self.take(r"\dots") and self.take(",")

    def _range(self, index: Node, first: Node) -> tuple[Condition, ...]:
        r"""Read the rest of i = 1, \dots, K, or of \ell = L, \dots, 1."""
        self.expect(",")
        if not self._dots():
            raise self.refusal(r"expected a range like i = 1,\dots,K")
        last = self.expression()
        low, high = constant(first), constant(last)
        if low is not None and high is not None and low > high:
            first, last = last, first
        above = self._up_to(index, last)
        return above if first == Number(1.0) else (Condition(r"\ge", index, first), *above)

    def _up_to(self, index: Node, last: Node) -> tuple[Condition, ...]:
        """Bound an index from above; where it ends there anyway, nothing is to be said."""
        domain = self.names.domains.get(index.name) if isinstance(index, Symbol) else None
        if isinstance(domain, Indices) and isinstance(last, Symbol) and domain.size == last.name:
            return ()
        return (Condition(r"\le", index, last),)


def in_list(items: tuple[Token, ...], place: int) -> bool:
    r"""Tell whether a comma stands in 1, 2, \dots, K, and so divides nothing."""
    after = [token.text for token in items[place + 1 : place + 4]]
    return after[:1] == [r"\dots"] or after[1:] == [",", r"\dots"] or (place > 0 and items[place - 1].is_sign(r"\dots"))


def _pieces(part: Part) -> list[Part]:
    """Divide at commas, at ∧ and at the word and."""
    found, start = [], 0
    for place, token in part.outside():
        comma = token.is_sign(",", ".", ";") and not in_list(part.items, place)
        if (
            comma
            or token.kind == "gap"
            or token.is_sign(r"\wedge")
            or (token.kind == "text" and token.text in AND_WORDS)
        ):
            found.append(part.cut(start, place))
            start = place + 1
    return [piece for piece in [*found, part.cut(start)] if piece.items]


def about_indices(conditions: tuple[Condition, ...], names: Names) -> bool:
    """Tell whether conditions speak of indices, classes and sizes alone."""
    nodes = [node for item in conditions for side in (item.left, item.right) for node in walk(side)]
    named = [names.domains.get(node.name) for node in nodes if isinstance(node, Symbol | Entry)]
    indices = any(isinstance(domain, Indices | Labels) for domain in named)
    return indices and all(isinstance(domain, Indices | Labels | Naturals) for domain in named)
