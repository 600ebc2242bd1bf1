"""Lose or move brackets: trees that a page would show if a bracket, or a brace, stood elsewhere."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

from eqcheck.tex.syntax import Big, Divide, Group, Hadamard, Negative, Node, Plus, Power, Times

LOST, WIDER, INWARD = "bracket lost", "bracket put", "exponent moved inside"


def regrouped(node: Node) -> Iterator[tuple[Node, str]]:
    """Give each other way to bracket a node, and what was done."""
    match node:
        case Times(factors) | Hadamard(factors):
            yield from _products(node, factors)
        case Negative(Group(Plus(terms))):
            yield Plus((Negative(terms[0]), *terms[1:])), LOST
        case Big(_, _, _, Group(Plus(terms))):
            yield Plus((replace(node, body=terms[0]), *terms[1:])), LOST
        case Power(Group(body), exponent):
            yield from _powers(body, exponent)
        case Big(_, _, _, Power(body, exponent)):
            yield Power(Group(replace(node, body=body)), exponent), "exponent moved outside"
        case Plus(terms):
            yield from _wider(terms)


def _products(node: Times | Hadamard, factors: tuple[Node, ...]) -> Iterator[tuple[Node, str]]:
    for place, factor in enumerate(factors):
        before, after = factors[:place], factors[place + 1 :]
        match factor:
            case Group(Plus(terms)):
                first, last = _product(node, (*before, terms[0])), _product(node, (terms[-1], *after))
                yield Plus((first, *terms[1:-1], last)), LOST
            case Group(Times(inner)) if isinstance(node, Hadamard):  # (AB) ⊙ C becomes A(B ⊙ C)
                within = Hadamard((*before, inner[-1], *after))
                yield Times((*inner[:-1], Group(within))), "bracket moved"


def _product(like: Times | Hadamard, factors: tuple[Node, ...]) -> Node:
    """Multiply, with a minus of one factor in front of the whole."""
    plain = tuple(factor.body if isinstance(factor, Negative) else factor for factor in factors)
    body = plain[0] if len(plain) == 1 else replace(like, factors=plain)
    return Negative(body) if any(isinstance(factor, Negative) for factor in factors) else body


def _powers(body: Node, exponent: Node) -> Iterator[tuple[Node, str]]:
    match body:
        case Times(factors):
            yield Times((*factors[:-1], Power(factors[-1], exponent))), LOST
        case Divide(top, bottom):
            yield Divide(top, Power(bottom, exponent)), LOST
        case Negative(inner):
            yield Negative(Power(inner, exponent)), LOST
        case Plus(terms):
            last = terms[-1]
            raised = Negative(Power(last.body, exponent)) if isinstance(last, Negative) else Power(last, exponent)
            yield Plus((*terms[:-1], raised)), LOST
            yield Plus(tuple(_raised(term, exponent) for term in terms)), INWARD
        case Big(_, _, _, inside):
            yield replace(body, body=Power(Group(inside), exponent)), INWARD


def _raised(term: Node, exponent: Node) -> Node:
    return Negative(_raised(term.body, exponent)) if isinstance(term, Negative) else Power(term, exponent)


def _wider(terms: tuple[Node, ...]) -> Iterator[tuple[Node, str]]:
    """Let a sum sign take in the term behind it: ∑ a + b becomes ∑ (a + b)."""
    for place, (term, following) in enumerate(itertools.pairwise(terms)):
        big = term.body if isinstance(term, Negative) else term
        if isinstance(big, Big):
            taken: Node = replace(big, body=Group(Plus((big.body, following))))
            taken = Negative(taken) if isinstance(term, Negative) else taken
            rest = (*terms[:place], taken, *terms[place + 2 :])
            yield (rest[0] if len(rest) == 1 else Plus(rest)), WIDER
