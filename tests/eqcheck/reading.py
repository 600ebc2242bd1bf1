"""Read and evaluate single expressions in a small notation, for the tests of the reader."""

from types import SimpleNamespace

import numpy as np
import pytest

from eqcheck.evaluate import evaluate
from eqcheck.instances import RandomSource
from eqcheck.notation import read_notation
from eqcheck.tex.lexer import Refusal
from eqcheck.tex.names import Names
from eqcheck.tex.statements import read_statements
from eqcheck.world import Scope, Setting, World

SYMBOLS = r"""
N, D, H, K \in \mathbb{N}
n \in \{1,\dots,N\}
i, j, k \in \{1,\dots,K\}
c \in \{1,\dots,K\} fixed
C \in \{1,\dots,K\}^{N}
X \in \mathbb{R}^{N\times D}
W, W_1 \in \mathbb{R}^{D\times K}
A, B \in \mathbb{R}^{K\times K}
b \in \mathbb{R}^{1\times K}
p, z \in \mathbb{R}^{K}
\hat y, \mathbf{y} \in \mathbb{R}^{K}
a, x \in \mathbb{R}
u \in \mathbb{R}_{>0}
f, g : \mathbb{R}\to\mathbb{R}
F : \mathbb{R}^{K}\times\mathbb{R}^{K}\to\mathbb{R}
W^{(1)}, W^{(2)} \in \mathbb{R}^{K\times K}
a^{[1]} \in \mathbb{R}^{K}
"""
SIZES = {"N": 2, "D": 3, "H": 4, "K": 5}
PLAIN = {"W_1": "W1", r"\hat{y}": "yhat", r"\mathbf{y}": "y", "W^{(1)}": "V1", "W^{(2)}": "V2", "a^{[1]}": "a1"}


def names(symbols=SYMBOLS):
    """The names of a notation fence."""
    found = Names()
    found.declare(read_notation(symbols))
    return found


def statements(tex, symbols=SYMBOLS):
    return read_statements(tex, names(symbols))


def tree(tex, symbols=SYMBOLS):
    """The tree of one expression."""
    return statements(f"a = {tex}", symbols)[0].sides[1]


def world(symbols=SYMBOLS, sizes=None):
    return World(Setting(names(symbols), {}, evaluate), sizes or SIZES, RandomSource((0,)))


def value(tex, symbols=SYMBOLS, **scope):
    """What one expression is worth, with these values for its free indices."""
    return evaluate(world(symbols), tree(tex, symbols), Scope(scope))


def symbols():
    """The values that the symbols have in `value`, under names of Python."""
    here = world()
    keys = [key for key in here.names.domains if not here.names.is_function(key) and not here.names.is_index(key)]
    found = {PLAIN.get(key, key): here.value(key) for key in keys}
    return SimpleNamespace(**found, f=here.function("f"), g=here.function("g"), F=here.function("F"))


def close(found, expected):
    """Compare two values, with their shapes."""
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(np.real(found), expected, rtol=1e-8, atol=1e-8)


def refusal(tex, symbols=SYMBOLS):
    """The message of a refusal, which must point at the place that is marked with an @ in the TeX."""
    before = tex[: tex.index("@")]
    with pytest.raises(Refusal) as refused:
        statements(tex.replace("@", ""), symbols)
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert (refused.value.line, refused.value.column) == place, str(refused.value)
    return str(refused.value)
