"""Plant errors in the syntax tree, one at a time: those that people make who know the TeX and not the mathematics.

Each operator takes a node and gives changed nodes, each with a few words that say what was changed.
Where there are more mutants than `MOST`, that many are taken at equal distances.
"""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from eqcheck.domains import FunctionDomain, Indices
from eqcheck.planted.mutants import Mutant, form_of, is_number, spread
from eqcheck.planted.regroup import regrouped
from eqcheck.spell import RELATIONS, Speller
from eqcheck.tex.names import Names
from eqcheck.tex.syntax import (
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
    Negative,
    Node,
    Number,
    Partial,
    Plus,
    Power,
    Range,
    Statement,
    Symbol,
    Times,
    Transpose,
)

Changed = Iterator[tuple[Any, str]]
_LOOSENED = {"<": r"\le", ">": r"\ge", r"\le": "<", r"\ge": ">"}
OTHER_RELATION = {"=": r"\ne", r"\ne": "=", "<": ">", ">": "<", r"\le": r"\ge", r"\ge": r"\le"}
_OTHER_BIG = {"sum": "product", "product": "sum", "max": "min", "min": "max"}
_DROPPED = {"log", "exp", "tanh", "sinh", "cosh", "sin", "cos", "erf", "abs"}
MOST = 500
_MOST_OTHERS = 4  # other symbols tried for one; the nearest in the order of declaration
_MOST_WORDS = 60


def tree_mutants(statements: tuple[Statement, ...], names: Names) -> list[Mutant]:
    """Plant every error of the trees, but those that change nothing by the form of the trees alone."""
    return spread(list(_all(statements, names)), MOST)


def _all(statements: tuple[Statement, ...], names: Names) -> Iterator[Mutant]:
    planter, form = _Planter(names), form_of(statements, names)
    seen: set[tuple[Statement, ...]] = {statements}
    told: Counter[str] = Counter()
    for place, statement in enumerate(statements):
        which = f"statement {place + 1}, " if len(statements) > 1 else ""
        for changed, words in planter.statement(statement):
            mutated = (*statements[:place], changed, *statements[place + 1 :])
            told[which + words] += 1  # counted before any is left out, so that number 2 is the second on the page
            if mutated in seen or form_of(mutated, names) == form:
                continue
            seen.add(mutated)
            again = f" (number {told[which + words]})" if told[which + words] > 1 else ""
            yield Mutant(which + words + again, mutated)


class _Planter:
    """Goes through a tree and plants errors, in the names of one page."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._spell = Speller(names)

    def say(self, node: Node) -> str:
        """Write a node, cut short if it is long."""
        text = self._spell(node)
        return text if len(text) <= _MOST_WORDS else text[: _MOST_WORDS - 1] + "…"

    def statement(self, statement: Statement) -> Changed:
        """Change one side, one relation or one condition."""
        sides = statement.sides
        for place, side in enumerate(sides):
            label = ("left", "right")[place] if len(sides) == 2 else f"side {place + 1}"
            for changed, words in self._side(side):
                yield replace(statement, sides=(*sides[:place], changed, *sides[place + 1 :])), f"{label}: {words}"
        for place, relation in enumerate(statement.relations):
            if relation not in _LOOSENED:  # an equation turned into its opposite is no error that anybody makes
                continue
            for other in (OTHER_RELATION[relation], _LOOSENED[relation]):
                relations = (*statement.relations[:place], other, *statement.relations[place + 1 :])
                yield replace(statement, relations=relations), f"{_sign(other)} for {_sign(relation)}"
        for changed, words in self._condition_lists(statement.conditions):
            yield replace(statement, conditions=changed), words

    def _side(self, side: Node) -> Changed:
        if not isinstance(side, Plus | Negative | Number) and side != Constant("zeros", getattr(side, "size", side)):
            yield Negative(side), f"minus put before {self.say(side)}"
        yield from self.node(side, None)

    # ---- going down ---------------------------------------------------------------------------

    def node(self, node: Node, parent: Node | Condition | None) -> Changed:
        """Change a node itself, or something in it."""
        yield from self._here(node, parent)
        above = parent if isinstance(node, Group | Negative) else node
        for item in fields(node):
            for changed, words in self._inside(getattr(node, item.name), above):
                yield replace(node, **{item.name: changed}), words

    def _inside(self, value: object, parent: Node | Condition | None) -> Changed:
        if isinstance(value, Condition):
            yield from self._condition(value)
        elif isinstance(value, Node):
            yield from self.node(value, parent)
        elif isinstance(value, Range):
            yield from self._range(value)
        elif isinstance(value, tuple):
            for place, part in enumerate(value):
                for changed, words in self._inside(part, parent):
                    yield (*value[:place], changed, *value[place + 1 :]), words

    def _condition(self, condition: Condition) -> Changed:
        relation, text = condition.relation, self._spell.condition(condition)
        for other in filter(None, (OTHER_RELATION.get(relation), _LOOSENED.get(relation))):
            yield replace(condition, relation=other), f"{_sign(other)} for {_sign(relation)} in {text}"
        for side in ("left", "right"):
            for changed, words in self.node(getattr(condition, side), condition):
                yield replace(condition, **{side: changed}), words

    def _condition_lists(self, conditions: tuple[Condition, ...]) -> Changed:
        for place, condition in enumerate(conditions):
            rest = (*conditions[:place], *conditions[place + 1 :])
            yield rest, f"condition {self._spell.condition(condition)} dropped"
        yield from self._inside(conditions, None)

    def _range(self, item: Range) -> Changed:
        text = self._spell.range(item)
        if item.last is not None:
            shorter = Plus((item.last, Negative(Number(1.0))))
            yield replace(item, last=shorter), f"bound {self.say(item.last)} − 1 for {self.say(item.last)} in {text}"
            for other, words in self._symbols(item.last) if isinstance(item.last, Symbol) else ():
                yield replace(item, last=other), f"{words} in {text}"
        if isinstance(item.first, Number):
            yield replace(item, first=Number(item.first.value + 1)), f"the sum begins one later in {text}"
        for other in self._others(item.index):
            yield replace(item, index=other), f"index {self._spell.name(other)} below the sign in {text}"

    # ---- names --------------------------------------------------------------------------------

    def _others(self, name: str) -> list[str]:
        """Other declared names that could stand here: of the same set; of an index, one with another range too."""
        domains = self.names.domains
        own = domains.get(name)
        order = list(domains)
        if own is None:
            return []
        near = sorted((key for key in order if key != name), key=lambda key: abs(order.index(key) - order.index(name)))
        if not isinstance(own, Indices):
            return [key for key in near if domains[key] == own][:_MOST_OTHERS]
        indices = [(key, domain) for key in near if isinstance(domain := domains[key], Indices)]
        inside = [key for key, domain in indices if domain.size == own.size]
        outside = [key for key, domain in indices if domain.size != own.size]
        return inside[:_MOST_OTHERS] + outside[:1]

    def _symbols(self, node: Symbol) -> Changed:
        for other in self._others(node.name):
            yield Symbol(other), f"{self._spell.name(other)} for {self._spell.name(node.name)}"

    def _in(self, parent: Node | Condition | None) -> str:
        if isinstance(parent, Condition):
            return f" in {self._spell.condition(parent)}"
        return f" in {self.say(parent)}" if isinstance(parent, Entry | Delta | Times | Call | Hadamard) else ""

    # ---- the operators ------------------------------------------------------------------------

    def _here(self, node: Node, parent: Node | Condition | None) -> Changed:
        for regroup, text in regrouped(node):
            yield regroup, f"{text}: {self.say(regroup)} for {self.say(node)}"
        match node:
            case Plus(terms):
                yield from self._plus(terms)
            case Negative(body) if not isinstance(parent, Plus):
                yield body, f"minus dropped before {self.say(body)}"
            case Times(factors) | Hadamard(factors):
                yield from self._product(node, factors)
            case Divide(top, bottom):
                yield top, f"/{self.say(bottom)} dropped behind {self.say(top)}"
                yield Divide(bottom, top), f"fraction upside down: {self.say(Divide(bottom, top))}"
            case Power(base, exponent):
                yield base, f"exponent {self.say(exponent)} dropped on {self.say(base)}"
            case Transpose(body):
                yield body, f"transpose dropped on {self.say(body)}"
            case Symbol() | Entry():
                yield from self._named(node, parent)
            case Number(value):
                if value == int(value):
                    yield Number(value + 1), f"{value:g} becomes {value + 1:g}{self._in(parent)}"
            case _:
                yield from self._construct(node)

    def _plus(self, terms: tuple[Node, ...]) -> Changed:
        for place, term in enumerate(terms):
            rest = (*terms[:place], *terms[place + 1 :])
            if isinstance(term, Negative):
                flipped, words = term.body, f"+ for − before {self.say(term.body)}"
            else:
                flipped, words = Negative(term), f"− for + before {self.say(term)}"
            yield Plus((*terms[:place], flipped, *terms[place + 1 :])), words
            left = rest[0] if len(rest) == 1 else Plus(rest)
            yield left, f"term dropped: {self.say(term)}"

    def _product(self, node: Times | Hadamard, factors: tuple[Node, ...]) -> Changed:
        for place, factor in enumerate(factors):
            rest = (*factors[:place], *factors[place + 1 :])
            left = rest[0] if len(rest) == 1 else replace(node, factors=rest)
            yield left, f"factor dropped: {self.say(factor)} in {self.say(node)}"
        other = Times(factors) if isinstance(node, Hadamard) else Hadamard(factors)
        words = "product becomes ⊙" if isinstance(node, Times) else "⊙ becomes product"
        if not is_number(node, self.names):
            yield other, f"{words}: {self.say(other)}"
        if isinstance(node, Times):
            for place, (left, right) in enumerate(itertools.pairwise(factors)):
                swapped = Times((*factors[:place], right, left, *factors[place + 2 :]))
                yield swapped, f"factors swapped: {self.say(swapped)}"

    def _named(self, node: Symbol | Entry, parent: Node | Condition | None) -> Changed:
        if isinstance(node, Symbol):
            for other, words in self._symbols(node):
                yield other, words + self._in(parent)
            if not isinstance(parent, Transpose) and not is_number(node, self.names):
                yield Transpose(node), f"transpose put on {self.say(node)}"
            return
        for name in self._others(node.name):
            other = replace(node, name=name)
            yield other, f"{self.say(other)} for {self.say(node)}"
        for place, (left, right) in enumerate(itertools.pairwise(node.indices)):
            other = replace(node, indices=(*node.indices[:place], right, left, *node.indices[place + 2 :]))
            yield other, f"indices swapped: {self.say(other)} for {self.say(node)}"

    def _construct(self, node: Node) -> Changed:
        match node:
            case Big(operator, _, conditions, body):
                yield body, f"{self._sign_of(node)} dropped before {self.say(body)}"
                changed = replace(node, operator=_OTHER_BIG[operator])
                yield changed, f"{_OTHER_BIG[operator]} for {operator}: {self.say(changed)}"
                for place, condition in enumerate(conditions):
                    rest = (*conditions[:place], *conditions[place + 1 :])
                    yield replace(node, conditions=rest), f"condition {self._spell.condition(condition)} dropped"
            case Call():
                yield from self._call(node)
            case Partial():
                yield from self._partial(node)
            case Delta(left, right):
                yield Number(1.0), f"{self.say(node)} becomes 1"
                yield Plus((Number(1.0), Negative(node))), f"{self.say(left)}≠{self.say(right)} for {self.say(node)}"
            case Constant(kind, _) if kind != "identity":
                other = replace(node, kind="zeros" if kind == "ones" else "ones")
                yield other, f"{self.say(other)} for {self.say(node)}"
            case Cases(branches):
                yield from self._cases(branches)

    def _sign_of(self, node: Big) -> str:
        return self._spell(replace(node, body=Number(0.0))).removesuffix(" 0")

    def _call(self, node: Call) -> Changed:
        arguments, text = node.arguments, self.say(node)
        if node.function in _DROPPED and not node.order and len(arguments) == 1:
            yield arguments[0], f"{node.function} dropped: {self.say(arguments[0])} for {text}"
        if node.function in ("max", "min"):
            other = replace(node, function=_OTHER_BIG[node.function])
            yield other, f"{self.say(other)} for {text}"
        domain = self.names.domains.get(node.function)
        for name in self.names.domains if isinstance(domain, FunctionDomain) else ():
            if name != node.function and self.names.domains[name] == domain:
                yield replace(node, function=name), f"{self.say(replace(node, function=name))} for {text}"
        if len(arguments) == 2:
            swapped = replace(node, arguments=arguments[::-1])
            yield swapped, f"arguments swapped: {self.say(swapped)}"
        for order in {1: (0, -1), -1: (1,)}.get(node.order, (node.order - 1,) if node.order else ()):
            other = replace(node, order=order)
            yield other, f"{self.say(other)} for {text}"

    def _partial(self, node: Partial) -> Changed:
        yield node.body, f"derivative dropped: {self.say(node.body)} for {self.say(node)}"
        if len(node.variables) > 1:
            fewer = replace(node, variables=node.variables[:-1])
            yield fewer, f"{self.say(fewer)} for {self.say(node)}"
        elif isinstance(node.body, Symbol | Entry):
            over = Partial(node.variables[0], (node.body,))
            yield over, f"derivative upside down: {self.say(over)}"

    def _cases(self, branches: tuple[tuple[Node, tuple[Condition, ...] | None], ...]) -> Changed:
        for place, (value, conditions) in enumerate(branches):
            rest = (*branches[:place], *branches[place + 1 :])
            if rest:
                yield Cases(rest), f"case {self.say(value)} dropped"
            if place:
                before, said = branches[place - 1]
                swapped = (*branches[: place - 1], (value, said), (before, conditions), *branches[place + 1 :])
                yield Cases(swapped), f"values swapped: {self.say(Cases(swapped))}"


def _sign(relation: str) -> str:
    return RELATIONS.get(relation, relation)
