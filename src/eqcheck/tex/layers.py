r"""Networks of any depth: W^{(\ell)} stands for one matrix in each layer.

A page that declares W^{(\ell)} is read for a network of `DEPTH` layers: the declaration makes the
names W^{(1)}, W^{(2)}, W^{(3)}, and a statement about \ell becomes one statement for each layer.
Three layers are enough to have a first, a last, and one between.
"""

from collections.abc import Iterator, Mapping, Sequence

from eqcheck.tex.lexer import Token
from eqcheck.tex.syntax import Condition, Group, Negative, Node, Number, Plus
from eqcheck.tex.vocabulary import FONTS

DEPTH = 3
Layers = Mapping[str, int]  # the number of the layer, for each index of layers, and the depth
_EDGES = {"(", ")", "[", "]", "{", "}", ",", "_", "^"}


def numbered(script: Sequence[Token], layers: Layers) -> tuple[Token, ...]:
    r"""Put numbers in place of the indices of layers: (\ell-1) becomes (1) in layer 2."""
    found: list[Token] = []
    for run in _runs(script):
        if run[0].text in FONTS:
            found += run
            continue
        total = _total(run, layers)
        if total is not None:
            found += _digits(total, run[0])
        else:
            found += [digit for token in run for digit in _replaced(token, run, layers)]
    return tuple(found)


def mentioned(script: Sequence[Token]) -> set[str]:
    r"""The letters and commands that stand by themselves in a script, and are no part of a word like \mathrm{hid}."""
    return {token.text for run in _runs(script) if run[0].text not in FONTS for token in run}


def _runs(script: Sequence[Token]) -> Iterator[list[Token]]:
    """Divide a script at its brackets and commas; a word is a run of its own, which begins with its font."""
    run: list[Token] = []
    depth = -1  # of the braces of a word
    for token in script:
        if depth >= 0:
            depth += token.is_sign("{") - token.is_sign("}")
            run.append(token)
            edge = depth <= 0
        else:
            edge = token.is_sign(*_EDGES)
            if (edge or token.text in FONTS) and run:
                yield run
                run = []
            run.append(token)
            depth = 0 if token.text in FONTS else -1
        if edge:
            yield run
            run, depth = [], -1
    if run:
        yield run


def _total(run: list[Token], layers: Layers) -> int | None:
    r"""Add up \ell - 1 or L - \ell + 1; None if this is no such sum."""
    if not any(token.is_sign(*layers) for token in run):
        return None
    total, sign, term = 0, 1, ""
    for token in run:
        if token.is_sign("+", "-"):
            if not term:
                return None
            total, sign, term = total + sign * int(term), 1 if token.text == "+" else -1, ""
        elif token.is_sign(*layers) and not term:
            term = str(layers[token.text])
        elif token.kind == "digit" and not term:
            term = token.text
        else:
            return None
    return total + sign * int(term) if term else None


def _replaced(token: Token, run: list[Token], layers: Layers) -> list[Token]:
    if not token.is_sign(*layers):
        return [token]
    if any(other.kind == "digit" for other in run):
        raise token.refuse(f"which layer is this? Put {token.text} in brackets or behind a comma")
    return _digits(layers[token.text], token)


def _digits(number: int, token: Token) -> list[Token]:
    if number < 0:
        raise token.refuse(f"there is no layer {number}")
    return [Token("digit", digit, token.line, token.column) for digit in str(number)]


def constant(node: Node) -> float | None:
    """The value of what is made of numbers alone."""
    match node:
        case Number(value):
            return value
        case Negative(body):
            inner = constant(body)
            return None if inner is None else -inner
        case Group(body):
            return constant(body)
        case Plus(terms):
            values = [constant(term) for term in terms]
            return None if None in values else sum(value for value in values if value is not None)
    return None


def decided(condition: Condition) -> bool | None:
    """Tell whether a condition on layers holds; None if it speaks of something else."""
    a, b = constant(condition.left), constant(condition.right)
    if a is None or b is None:
        return None
    return {"=": a == b, r"\ne": a != b, r"\le": a <= b, r"\ge": a >= b, "<": a < b, ">": a > b}[condition.relation]
