"""Expressions: what binds how tightly, and the near misses that are refused, with their place."""

from contextlib import suppress

import numpy as np
import pytest
from constructs import (
    ONE,
    TWO,
    TWO_WAYS,
    ZERO,
    A,
    B,
    V,
    a,
    k,
    means,
    misses,
    u,
    x,
)
from reading import tree, value

from eqcheck.tex.cursor import DEEPEST
from eqcheck.tex.lexer import Refusal
from eqcheck.tex.syntax import (
    Constant,
    Divide,
    Entry,
    Group,
    Hadamard,
    Negative,
    Number,
    Plus,
    Power,
    Symbol,
    Times,
    Transpose,
)

# ---- precedence ---------------------------------------------------------------------------------

test_precedence = means(
    ("-x^2", Negative(Power(x, TWO))),
    ("2^{-1}", Power(TWO, Negative(ONE))),
    ("a - x - u", Plus((a, Negative(x), Negative(u)))),
    ("+a + x", Plus((a, x))),
    ("a x + u", Plus((Times((a, x)), u))),
    (r"a \cdot x \times u", Times((a, x, u))),
    ("a / x / u", Divide(Divide(a, x), u)),
    (r"a x / u \cdot 2", Times((a, Divide(x, u), TWO))),
    (r"A \odot B", Hadamard((A, B))),
    (r"A \circ B", Hadamard((A, B))),
    (r"a A \odot B", Hadamard((Times((a, A)), B))),
    ("a * x", Times((a, x), star=True)),
    ("a u * x", Times((Times((a, u)), x), star=True)),
    ("a(1 - a)", Times((a, Group(Plus((ONE, Negative(a))))))),
    ("x^10", Times((Power(x, ONE), ZERO))),
    (r"\frac12 x", Times((Divide(ONE, TWO), x))),
    ("12.5 x", Times((Number(12.5), x))),
    ("x 2", Times((x, TWO))),
    ("p_k^2", Power(Entry("p", (k,)), TWO)),
    ("p^2_k", Power(Entry("p", (k,)), TWO)),
    (r"a x^2 u", Times((a, Power(x, TWO), u))),
)

test_precedence_misses = misses(
    ("a/x @u", TWO_WAYS),
    ("1/2 @x", TWO_WAYS),
    ("a/x/u/a/x@/u", "so many slashes; write fractions"),
    ("a @/ \\sum_k a p_k", "how far does the divisor reach? Write a fraction"),
    ("a + @-x", "+ and - stand side by side; put brackets around the negative term"),
    ("a - @-x", "cannot read '-'"),
    (r"a \cdot @-x", "cannot read '-'"),
    ("a x^2@^3", "a second ^ on the same letter"),
    ("(a)^2@^3", "a second ^ in the same place"),
    ("p_i@_j", "a second _ on the same letter"),
    ("x@^{}", "nothing stands behind this ^"),
    ("x@!", "cannot read '!' here"),
    (r"x @\pm u", r"cannot read '\pm'"),
    (r"@\alpha", r"\alpha is not declared"),
    ("@1.2.3", "this is no number that can be read"),
    ("@" + "9" * 31, "this is no number that can be read"),
    ("@1e-3", "is this a number with an exponent? Write 10^{-3} for that"),
    (r"a @\text{units}", "cannot read 'units' here"),
    ("a +@", "something is missing here"),
    ("@", "something is missing here"),
)


# ---- fractions and roots ------------------------------------------------------------------------

test_fractions = means(
    *((tex, Divide(a, x)) for tex in (r"\frac{a}{x}", r"\dfrac ax", r"\tfrac{a}x", r"\cfrac{a}{x}", r"{a \over x}")),
    (r"{a + x \over 2} u", Times((Divide(Plus((a, x)), TWO), u))),
    (r"\frac{a}{x}^2", Power(Divide(a, x), TWO)),
    (r"\sqrt{a}", Power(Group(a), Number(0.5))),
    (r"\sqrt 2", Power(Group(TWO), Number(0.5))),
    (r"\sqrt[3]{u}", lambda v: v.u ** (1 / 3)),
)

test_fractions_misses = misses(
    (r"\frac{a}@", "expected something here, got 'the end'"),
    (r"\frac{@}{x}", "something is missing here"),
    (r"{a \over x \over @u}", r"a second \over in the same braces"),
    (r"\sqrt{@}", "something is missing here"),
    (r"x^@\frac12", r"put braces around \frac here"),
    (r"p_@\hat k", r"put braces around \hat here"),
)


# ---- transposes, inverses, powers ---------------------------------------------------------------

test_scripts = means(
    *((f"A^{top}", Transpose(A)) for top in (r"\top", "T", "{T}", r"\mathsf T", r"{\mathsf{T}}", r"\mathrm{T}")),
    (r"A^{\text{T}}", Transpose(A)),
    (r"A^\intercal", Transpose(A)),
    ("A^{-1}", lambda v: np.linalg.inv(v.A)),
    (r"A^{-\top}", lambda v: np.linalg.inv(v.A).T),
    ("A^{-T}", lambda v: np.linalg.inv(v.A).T),
    (r"W^{(1)\top}", Transpose(Symbol("W^{(1)}"))),
    ("a^{[1]T}", Transpose(Symbol("a^{[1]}"))),
    (r"(W^{(1)})^\top", Transpose(Group(Symbol("W^{(1)}")))),
    (r"\mathbf{1}_K^\top", Transpose(Constant("ones", Symbol("K")))),
    ("W^{(1)}_{12}", Entry("W^{(1)}", (ONE, TWO))),
    ("W_{1,2k}", Entry("W_1", (TWO, k))),
)

test_scripts_misses = misses(
    ("W^{@(3)}", "W^{(3)} is not declared"),
    ("a^{@(2)}", "a^{(2)} is not declared"),
    ("(a)^{@(2)}", "what stands in brackets above is no power; is this a name that is not declared?"),
    ("W^{(1)@2}", "cannot read what stands above here"),
    ("x^{@*}", "cannot read '*'"),
    ("@x'", "x with a dash is not declared"),
)


# ---- depth --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opens", "closes"),
    [("(", ")"), ("{", "}"), ("x^{", "}"), (r"\frac{1}{", "}"), (r"\log ", ""), (r"\sqrt{", "}"), ("(|", "|)"),
     (r"\nabla_x ", ""), ("p_{C_{", "}}"), (r"\sum_{k=1}^{", "}")],
)  # fmt: skip
@pytest.mark.parametrize("times", [DEEPEST // 2, DEEPEST, 10 * DEEPEST, 1000])
def test_what_is_nested_too_deeply_is_refused(opens, closes, times):
    tex = opens * times + "x" + closes * times
    with pytest.raises(Refusal) if times >= DEEPEST else suppress(Refusal):
        tree(tex)


def test_ten_brackets_are_not_too_deep():
    assert value("(" * 10 + "x" + ")" * 10) == V.x
