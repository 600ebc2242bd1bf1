"""What each construct of an expression means: tables of cases, and the names they use."""

import numpy as np
import pytest
from reading import SIZES, close, refusal, symbols, tree, value

from eqcheck.tex.syntax import (
    Number,
    Symbol,
)

V = symbols()
K = SIZES["K"]
a, x, u, z, p, A, B = (Symbol(name) for name in "axuzpAB")
i, j, k = (Symbol(name) for name in "ijk")
ZERO, ONE, TWO = Number(0.0), Number(1.0), Number(2.0)


def softmax(m):
    return np.exp(m) / np.exp(m).sum(axis=0 if m.shape[1] == 1 else 1, keepdims=True)


def means(*cases):
    """Each expression has this tree, or this value."""

    def test(tex, expected):
        if callable(expected):
            close(value(tex), expected(V))
        else:
            assert tree(tex) == expected

    return pytest.mark.parametrize(("tex", "expected"), cases)(test)


def misses(*cases):
    """Each expression is refused at the @ with this message."""

    def test(tex, message):
        assert refusal(f"a = {tex}") == message

    return pytest.mark.parametrize(("tex", "message"), cases)(test)


FAR = "how far does the function reach? Put its argument in brackets"
REACH = "how far does the derivative reach? Put what is differentiated in brackets"
UNSEEN = "TeX does not show these braces; write brackets"
TWO_WAYS = "a/b c can be read in two ways; write a fraction, or brackets"
