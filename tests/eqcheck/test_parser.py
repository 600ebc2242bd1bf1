"""Expressions: what each construct means, and the near misses that are refused, with their place."""

from contextlib import suppress

import numpy as np
import pytest
from reading import SIZES, SYMBOLS, close, names, refusal, symbols, tree, value

from eqcheck.tex.cursor import DEEPEST
from eqcheck.tex.lexer import Refusal
from eqcheck.tex.statements import read_statements
from eqcheck.tex.syntax import (
    At,
    Big,
    Call,
    Condition,
    Constant,
    Delta,
    Divide,
    Entry,
    Group,
    Hadamard,
    Indicator,
    Negative,
    Number,
    Partial,
    Pick,
    Plus,
    Power,
    Range,
    Symbol,
    Times,
    Transpose,
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


# ---- brackets, braces, norms --------------------------------------------------------------------

test_brackets = means(
    ("(a + x) u", Times((Group(Plus((a, x))), u))),
    (r"\left[ a + x \right] u", Times((Group(Plus((a, x))), u))),
    (r"\{a + x\}", Group(Plus((a, x)))),
    ("{a} x", Times((a, x))),
    (r"{W^{(1)}}^\top", Transpose(Symbol("W^{(1)}"))),
    (r"\color{red}{a} x", Times((a, x))),
    (r"\textcolor{red}{a + x}", Plus((a, x))),
    (r"\underbrace{a + x}_{\text{both}} u", Times((Group(Plus((a, x))), u))),
    (r"\overbrace{a}^{1}", Group(a)),
    (r"\boxed{a}", Group(a)),
    ("(X W)_{12}", lambda v: (v.X @ v.W)[0, 1]),
    (r"(A^\top)_{2,3}", lambda v: v.A[2, 1]),
    ("[X W]_{1,:}", lambda v: (v.X @ v.W)[:1]),
    ("(A z)_2^2", lambda v: (v.A @ v.z)[1, 0] ** 2),
    ("{p}_{3}", lambda v: v.p[2, 0]),
    ("|a|", lambda v: abs(v.a)),
    (r"\lvert a - x \rvert^2", lambda v: (v.a - v.x) ** 2),
    (r"2|a|", lambda v: 2 * abs(v.a)),
    (r"\left| a \left| x \right| u \right|", lambda v: abs(v.a * abs(v.x) * v.u)),
    ("|a||x|", lambda v: abs(v.a * v.x)),
    (r"|a| x \cdot |u|", lambda v: abs(v.a) * v.x * abs(v.u)),
    (r"\left\|A p\right\|", lambda v: np.linalg.norm(v.A @ v.p)),
    (r"\|p\|", lambda v: np.linalg.norm(v.p)),
    (r"\frac12 \|p - z\|_2^2", lambda v: ((v.p - v.z) ** 2).sum() / 2),
    (r"\|p\|^2_2", lambda v: (v.p**2).sum()),
    ("||p|| ||z||", lambda v: np.linalg.norm(v.p) * np.linalg.norm(v.z)),
    (r"\lVert A \rVert_F^2", lambda v: (v.A**2).sum()),
    (r"\|A\|_{\text{F}}", lambda v: np.linalg.norm(v.A)),
    (r"\|p\|_1", lambda v: abs(v.p).sum()),
    (r"\langle p, z \rangle", lambda v: (v.p * v.z).sum()),
    (r"\left\langle A p, z \right\rangle", lambda v: (v.z.T @ v.A @ v.p)[0, 0]),
)

test_brackets_misses = misses(
    ("@(a", "this ( is never closed"),
    ("@(a]", "this ( is never closed"),
    ("a@)", "cannot read ')' here"),
    ("(@)", "something is missing here"),
    ("|a@", "expected '|', got 'the end'"),
    ("||a|@", "expected '|', got 'the end'"),
    ("|a| x @|u|", r"which bars belong together? Write \left| and \right|"),
    (r"\left| a |@", "something is missing here"),
    (r"\|p\|_@3", "only the norms 1, 2 and F are known"),
    (r"\|p\|_{@\infty}", "only the norms 1, 2 and F are known"),
    (r"|p|_@1", "cannot read a subscript here"),
    (r"\frac{a}{x}_@k", "cannot read a subscript here"),
    (r"\langle @p \rangle", "an inner product takes two vectors, with a comma between them"),
    (r"\langle @p, z, p \rangle", "an inner product takes two vectors, with a comma between them"),
    ("{a + x} @u", UNSEEN),
    ("u @{a + x}", UNSEEN),
    ("{a x}@^2", UNSEEN),
    ("{x^2}@^3", UNSEEN),
    (r"{A^\top}@^2", UNSEEN),
    (r"\log{a x}@", UNSEEN),
    (r"\color{red}{a + x} @u", UNSEEN),
    ("(x)@'", "a dash belongs to the name of a function, not here"),
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


# ---- indices ------------------------------------------------------------------------------------

test_indices = means(
    ("A_{12}", lambda v: v.A[0, 1]),
    ("A_{1,2}", lambda v: v.A[0, 1]),
    (r"A_{2,:}", lambda v: v.A[1:2]),
    (r"A_{:,2}", lambda v: v.A[:, 1:2]),
    (r"A_{2,\cdot}", lambda v: v.A[1:2]),
    ("A_{1+1,5-2}", lambda v: v.A[1, 2]),
    ("p_{C_2}", lambda v: v.p[int(v.C[1, 0]) - 1, 0]),
    ("A_{1C_1}", lambda v: v.A[0, int(v.C[0, 0]) - 1]),
    ("p_{10}", Entry("p", (Number(10.0),))),
    ("A_{10,2}", Entry("A", (Number(10.0), TWO))),
    ("y_2", lambda v: v.y[1, 0]),
    (r"\mathbf y_2", lambda v: v.y[1, 0]),
    (r"\boldsymbol{y}", lambda v: v.y),
    (r"\hat y_2", lambda v: v.yhat[1, 0]),
)

test_indices_misses = misses(
    ("p@_{}", "nothing stands behind this _"),
    ("p_{i,}@", "cannot read 'the end' in a subscript"),
    ("A_{@:k}", "cannot read ':' in a subscript"),
    ("p_@x", "x is no index"),
    ("p_{@A}", "A is no index"),
    (r"p_{@\text{hid}}", "cannot read 'hid' in a subscript"),
    ("p_{i+}@", "something is missing here"),
    ("p_@m", "m is not declared"),
    ("@y", "y is not declared"),
)


# ---- functions ----------------------------------------------------------------------------------

test_functions = means(
    *((tex, Call("log", (u,))) for tex in (r"\log u", r"\ln u", r"\log(u)", r"\log\left[u\right]", r"\log{u}")),
    (r"\log u^2", Call("log", (Power(u, TWO),))),
    (r"\log^2 u", Power(Call("log", (u,)), TWO)),
    (r"\log_2 8", lambda v: 3.0),
    (r"\log_{10} u", lambda v: np.log10(v.u)),
    (r"\log \frac{u}{2}", Call("log", (Divide(u, TWO),))),
    (r"\log \sum_k e^{p_k} - x", lambda v: np.log(np.exp(v.p).sum()) - v.x),
    (r"\log |a|", lambda v: np.log(abs(v.a))),
    (r"a \log u", Times((a, Call("log", (u,))))),
    (r"-\log u + x", Plus((Negative(Call("log", (u,))), x))),
    (r"\tanh(x)^2", Power(Call("tanh", (x,)), TWO)),
    (r"\tanh'(x)", Call("tanh", (x,), 1)),
    (r"\tanh^{-1}(x)", Call("tanh", (x,), -1)),
    ("tanh(x)", Call("tanh", (x,))),
    ("log(u) + x", Plus((Call("log", (u,)), x))),
    ("x log(u)", Times((x, Call("log", (u,))))),
    (r"\exp(A)", lambda v: np.exp(v.A)),
    ("e^{x + a}", lambda v: np.exp(v.x + v.a)),
    ("e^x", lambda v: np.exp(v.x)),
    (r"\mathrm{e}^{x}", lambda v: np.exp(v.x)),
    ("e", lambda v: np.e),
    (r"2 e^{-x} a", lambda v: 2 * np.exp(-v.x) * v.a),
    (r"\cos x + \sin x", lambda v: np.cos(v.x) + np.sin(v.x)),
    (r"\erf(0.5)", lambda v: 0.5204998778130465),
    (r"2\pi", lambda v: 2 * np.pi),
    (r"\operatorname{diag}(p)", lambda v: np.diag(v.p[:, 0])),
    (r"\text{diag}(A)", lambda v: np.diag(v.A)[:, None]),
    (r"\operatorname{tr}(A)", lambda v: np.trace(v.A)),
    (r"\mathrm{Tr} A", lambda v: np.trace(v.A)),
    (r"\det A", lambda v: np.linalg.det(v.A)),
    (r"\text{ReLU}(A)", lambda v: np.maximum(v.A, 0)),
    (r"\operatorname{ReLU}'(2)", lambda v: 1.0),
    (r"\operatorname{sigmoid}(x)", lambda v: 1 / (1 + np.exp(-v.x))),
    (r"\text{softmax}(p)", lambda v: softmax(v.p)),
    (r"\operatorname{softmax}(X W)", lambda v: softmax(v.X @ v.W)),
    (r"\operatorname*{softmax}(b)", lambda v: softmax(v.b)),
    (r"\operatorname{softmax}(p)_2", lambda v: softmax(v.p)[1, 0]),
    (r"\max(0, x, a)", Call("max", (ZERO, x, a))),
    (r"\min\{a, x\}", Call("min", (a, x))),
    ("max(0, x)", Call("max", (ZERO, x))),
    ("f(x)", Call("f", (x,))),
    ("f'(x)", Call("f", (x,), 1)),
    ("f^{'}(x)", Call("f", (x,), 1)),
    (r"f^{\prime\prime}(x)", Call("f", (x,), 2)),
    ("f^{-1}(x)", Call("f", (x,), -1)),
    ("f(x) a", Times((Call("f", (x,)), a))),
    ("f(x)^2", Power(Call("f", (x,)), TWO)),
    ("f(A)_{12}", Pick(Call("f", (A,)), (ONE, TWO))),
    ("f(g(x))", Call("f", (Call("g", (x,)),))),
    *((f"F(p{bar} z)", Call("F", (p, z))) for bar in (",", r"\,\|\,", "|", r"\mid", ";", r"\parallel")),
    (r"F(\|p\| p, z)", Call("F", (Times((Call("norm", (p,)), p)), z))),
)

test_functions_misses = misses(
    (r"\log a @x", FAR),
    (r"\log a @\cdot x", FAR),
    (r"\log a @/ x", FAR),
    (r"\log a @\odot x", FAR),
    (r"\log a @(x + 1)", FAR),
    (r"\log(@a, x)", "log takes one argument"),
    (r"\log(u)@^2", "is this a power of the function or of what is in its brackets?"),
    (r"\exp(u)@^x", "is this a power of the function or of what is in its brackets?"),
    (r"@\exp -x", "a function stands here without its argument, beside other symbols"),
    (r"\log^@x u", "cannot read what stands above log"),
    (r"\tanh_@2 u", "cannot read what stands below tanh"),
    (r"@\det' A", "cannot read det with these signs on it"),
    (r"@\operatorname{softmax}'(p)", "cannot read softmax with these signs on it"),
    (r"\max(@a)", r"\max of one thing; write the index below the sign"),
    (r"\max @a", r"expected brackets behind \max, or an index below it"),
    (r"@\text{max}_k p_k", "cannot read max with these signs on it"),
    ("@tanh x", "t is not declared"),
    ("@exp(x)", r"is this the function exp or a product? Write \exp, or \cdot"),
    (r"@\operatorname{foo}(x)", r"\mathrm{foo} is not declared"),
    ("@e^z_i", "an index stands below the e; put braces around the exponent: e^{z_i}"),
    ("@e_i^z", "an index stands below the e; put braces around the exponent: e^{z_i}"),
    ("@e'", "e with a dash is not declared"),
    ("@f a", "f is a function; put its argument in brackets"),
    ("@f'''''(a)", "more than 4 dashes"),
    ("@F", "F is a function; put its argument in brackets"),
    ("f_@i(a)", "cannot read an index on the function f"),
    ("f^@2(a)", "cannot read what stands above the function f"),
    ("f'^{@-1}(a)", "cannot read what stands above the function f"),
    ("@f(a, x)", "f takes 1 argument, and has 2 here"),
    ("@F(p)", "F takes 2 arguments, and has 1 here"),
    ("@x(a)", "x is not declared as a function; for a product, leave out the brackets"),
    ("@x(p_k)", "x is not declared as a function; for a product, leave out the brackets"),
    ("@x(a, 1)", "x is not declared as a function; for a product, leave out the brackets"),
    ("@x(2)", "x is not declared as a function; for a product, leave out the brackets"),
)


def test_a_power_of_a_function_in_brackets_may_be_a_transpose():
    assert tree(r"\exp(A)^\top") == Transpose(Call("exp", (A,)))
    assert tree(r"A (B)^\top") == Times((A, Transpose(Group(B))))


# ---- constants and indicators -------------------------------------------------------------------

EQUAL = Condition("=", k, Symbol("c"))

test_constants = means(
    (r"\delta_{ij}", Delta(i, j)),
    (r"\delta_{i,j}", Delta(i, j)),
    (r"\delta_{k C_2}", Delta(k, Entry("C", (TWO,)))),
    (r"\mathbf{1}_N", Constant("ones", Symbol("N"))),
    (r"\mathbf 0_{K}", Constant("zeros", Symbol("K"))),
    (r"\mathbf{1}_{N\times K}", lambda v: np.ones((2, 5))),
    (r"\mathbf{0}_{N\times K}", lambda v: np.zeros((2, 5))),
    ("I_K", lambda v: np.eye(5)),
    (r"\mathbf{I}_{K\times K}", lambda v: np.eye(5)),
    (r"\mathbb{I}_{K-1}", lambda v: np.eye(4)),
    *(
        (tex, Indicator(EQUAL))
        for tex in (
            r"\mathbb{1}[k=c]",
            r"\mathbb 1(k = c)",
            r"\mathbb{1}\{k = c\}",
            r"\mathbf{1}_{k=c}",
            r"\mathbb{1}_{[k = c]}",
            r"\mathbb{I}(k = c)",
            r"I[k = c]",
            r"1\{k = c\}",
            "[k = c]",
        )
    ),
    (r"\mathbb{1}[x > 0]", Indicator(Condition(">", x, ZERO))),
)

test_constants_misses = misses(
    (r"\delta_@i", "Kronecker's delta has two indices"),
    (r"\delta_{@ijk}", "Kronecker's delta has two indices"),
    (r"@\delta", r"\delta is not declared"),
    (r"@\mathbf{1}", r"of which size is \mathbf{1}? Write it below, as in \mathbf{1}_N"),
    ("@I A", r"of which size is I? Write it below, as in \mathbf{1}_N"),
    (r"\mathbf{1}_@k", "expected a size"),
    (r"\mathbf{1}_{@NK}", "expected a size"),
    (r"I_{@N\times K}", "expected a size, or two"),
    (r"\mathbb{1}[k@]", "expected a comparison, got ']'"),
    (r"\mathbb{1}[@0 < k < 2]", "expected one comparison"),
)


# ---- sums over indices --------------------------------------------------------------------------

OVER_K = (Range("k", ONE, Symbol("K")),)
P_K = Entry("p", (k,))

test_sums = means(
    (r"\operatorname{diag}(p)^{-1}", lambda v: np.diag(1 / v.p[:, 0])),
    (r"\sum_{k'=1}^{K} p_{k'}", lambda v: v.p.sum()),
    (r"\sum_{k=1}^{K} p_k", Big("sum", OVER_K, (), P_K)),
    (r"\sum^{K}_{k=1} p_k", Big("sum", OVER_K, (), P_K)),
    (r"\sum\limits_{k=1}^K p_k", Big("sum", OVER_K, (), P_K)),
    (r"\sum_k p_k", Big("sum", (Range("k"),), (), P_K)),
    (r"\sum_{k \in \{1,\dots,K\}} p_k", Big("sum", OVER_K, (), P_K)),
    (r"\sum_k p_k + a", Plus((Big("sum", (Range("k"),), (), P_K), a))),
    (r"a \sum_k p_k x", Times((a, Big("sum", (Range("k"),), (), Times((P_K, x)))))),
    (r"\sum_{m=1}^{K} p_m", lambda v: v.p.sum()),
    (r"\sum_{m=0}^{K-1} p_{m+1}", lambda v: v.p.sum()),
    (r"\sum_{i \ne 2} p_i", lambda v: v.p.sum() - v.p[1, 0]),
    (r"\sum_{i=1, i \ne 2}^{K} p_i", lambda v: v.p.sum() - v.p[1, 0]),
    (r"\sum_{\substack{i=1 \\ i \ne 2}}^{K} p_i", lambda v: v.p.sum() - v.p[1, 0]),
    (r"\sum_{i : i \ne 2} p_i", lambda v: v.p.sum() - v.p[1, 0]),
    (r"\sum_{k \le 3} p_k", lambda v: v.p[:3].sum()),
    (r"\sum_{i,j} A_{ij}", lambda v: v.A.sum()),
    (r"\sum_{i,j=1}^{K} A_{ij}", lambda v: v.A.sum()),
    (r"\sum_{i=1}^{2}\sum_{j=1}^{K} A_{ij}", lambda v: v.A[:2].sum()),
    (r"\prod_k p_k", lambda v: v.p.prod()),
    (r"\max_k p_k", lambda v: v.p.max()),
    (r"\min_{k} p_k - a", lambda v: v.p.min() - v.a),
    (r"\sum_k e^{p_k} / K", lambda v: np.exp(v.p).sum() / 5),
)


test_sums_misses = misses(
    (r"@\sum p_k", "over which index? Write it below the sign"),
    (r"\sum_{@k=1} p_k", "this range has a beginning and no end"),
    (r"\sum_k p_k \sum_@k z_k", "k runs already; take another index"),
    (r"\sum_{k,@k} p_k", "k runs already; take another index"),
    (r"\sum_@c p_c", "c is declared, and not as an index that can run"),
    (r"\sum_{@p=1}^{K} p_k", "p is declared, and not as an index that can run"),
    (r"\sum_{@e=1}^{K} p_e", "e cannot be an index: it is Euler's number"),
    (r"\sum_{d=1}^{K} \frac{@d a}{d x}", r"d is declared, so this can be a fraction or a derivative; write \partial"),
    (r"\sum_{T=1}^{K} A^@T", r"T is declared, so this can be a power or a transpose; write ^\top for the transpose"),
    (r"\sum_@m p_m", "m is not declared as an index"),
    (r"\sum_{@1 \le k} p_k", "expected the name of an index"),
    (r"\sum_{k \in @S} p_k", r"expected a range like \{1,\dots,K\}"),
    (r"\sum_{k, @} p_k", "expected the name of an index"),
    (r"\sum_k^K@", "something is missing here"),
    (r"@\prod_k p_k a", "how far does this sign reach? Put what belongs to it in brackets"),
    (r"@\prod_k p_k / a", "how far does this sign reach? Put what belongs to it in brackets"),
    (r"@\max_k p_k a", "how far does this sign reach? Put what belongs to it in brackets"),
    (r"\sum_{m=1}^{K} p_m + @m", "m is not declared"),
)

test_dots = means(
    (r"p_1 + \dots + p_K", lambda v: v.p.sum()),
    (r"p_1 + p_2 + \cdots + p_K", lambda v: v.p.sum()),
    (r"p_1 + p_2 + p_3 + \ldots + p_K", lambda v: v.p.sum()),
    (r"a + p_1 z_1 + \dots + p_K z_K + x", lambda v: v.a + (v.p * v.z).sum() + v.x),
    (r"e^{p_1} + \dots + e^{p_{K-1}}", lambda v: np.exp(v.p[:4]).sum()),
    (r"p_2 + \dots + p_K", lambda v: v.p[1:].sum()),
    (
        r"A_{1i} B_{1i} + \dots + A_{Ki} B_{Ki}",
        Big(
            "sum",
            (Range("…", ONE, Symbol("K")),),
            (),
            Times((Entry("A", (Symbol("…"), i)), Entry("B", (Symbol("…"), i)))),
        ),
    ),
)

UNLIKE = "what do the dots stand for? The terms beside them differ in more than one index"
test_dots_misses = misses(
    (r"p_1 + @\dots + z_K", UNLIKE),
    (r"A_{12} + @\dots + A_{KN}", UNLIKE),
    (r"p_1 + @\dots + p_1", UNLIKE),
    (r"a + @\dots + a^K", UNLIKE),
    (r"p_1 + p_3 + @\dots + p_K", "what do the dots stand for? The terms before them do not begin with 0 or 1"),
    (r"p_1 + \dots@", "expected '+', got 'the end'"),
    (r"p_1 + \dots @- p_K", "expected '+', got '-'"),
    (r"@\dots + p_K", r"cannot read '\dots'"),
    (r"p_1 @\dots p_K", r"cannot read '\dots' here"),
    (r"p_1 - @\dots - p_K", r"cannot read '\dots'"),
)


# ---- derivatives --------------------------------------------------------------------------------

XX = Times((x, x))

test_derivatives = means(
    *(
        (tex, Partial(Power(x, TWO), (x,)))
        for tex in (
            r"\frac{\partial x^2}{\partial x}",
            r"\frac{\partial}{\partial x} x^2",
            r"\frac{\mathrm{d} x^2}{\mathrm{d} x}",
            r"\frac{d x^2}{d x}",
            r"\frac{d}{dx} x^2",
            r"{\partial x^2 \over \partial x}",
            r"\partial x^2/\partial x",
            r"\partial{x^2}/\partial{x}",
            r"\frac{\partial{x^2}}{\partial{x}}",
            r"\partial_x x^2",
            r"\partial_{x} x^2",
            r"\nabla_x x^2",
            r"\nabla_{\!x}\, x^2",
        )
    ),
    (r"\frac{\partial x x}{\partial x}", Partial(XX, (x,))),
    (r"\frac{\partial}{\partial x} (x x) a", Times((Partial(Group(XX), (x,)), a))),
    (r"\nabla_x a \odot A", Hadamard((Partial(a, (x,)), A))),
    (r"\partial a/\partial x\,\partial x/\partial u", Times((Partial(a, (x,)), Partial(x, (u,))))),
    (r"\frac{\partial a}{\partial A_{12}}", Partial(a, (Entry("A", (ONE, TWO)),))),
    (r"\frac{\partial a}{\partial W^{(1)}_{ij}}", Partial(a, (Entry("W^{(1)}", (i, j)),))),
    (r"\nabla_{W^{(1)}} a", Partial(a, (Symbol("W^{(1)}"),))),
    (r"\frac{\partial^2 a}{\partial z_i\,\partial z_j}", Partial(a, (Entry("z", (i,)), Entry("z", (j,))))),
    (r"\frac{\partial^2 a}{\partial z_i^2}", Partial(a, (Entry("z", (i,)),) * 2)),
    (r"\frac{\partial^2}{\partial x^2} a", Partial(a, (x, x))),
    (r"\frac{\partial^2 a}{\partial z\,\partial z^\top}", Partial(a, (z, z))),
    (r"\partial^2 a/\partial x\,\partial u", Partial(a, (x, u))),
    (r"\nabla^2_z a", Partial(a, (z, z))),
    (r"\nabla_z^2 a", Partial(a, (z, z))),
    (r"\frac{\partial^2 x^3}{\partial x^2}", lambda v: 6 * v.x),
    (r"\nabla_z (z^\top A z)", lambda v: (v.A + v.A.T) @ v.z),
    (r"\frac{\partial (A z)}{\partial z}", lambda v: v.A),
    (r"\frac{a}{x}", Divide(a, x)),
)

test_derivatives_misses = misses(
    (r"\frac{\partial a}{\partial@}", "expected to differentiate by a declared symbol or an entry of one"),
    (r"\frac{\partial a}{\partial x @u}", "expected ∂ and a variable, got 'u'"),
    (r"\frac{\partial @a + x}{\partial x}", "put brackets around what is differentiated"),
    (r"\frac{\partial^2 a}{@\partial x}", "a derivative of order 2 needs 2 variables, here are 1"),
    (r"\frac{\partial a}{@\partial x \partial u}", "a derivative of order 1 needs 1 variables, here are 2"),
    (r"\frac{\partial^@5 a}{\partial x}", "expected an order from 1 to 4"),
    (r"\frac{\partial a}{\partial @(a x)}", "expected to differentiate by a declared symbol or an entry of one"),
    (r"\frac{\partial a}{\partial @z^\top}", "expected to differentiate by a declared symbol or an entry of one"),
    (r"\frac{\partial a}{\partial @f}", "expected to differentiate by a declared symbol or an entry of one"),
    (r"\frac{\partial}{\partial x} a @x", REACH),
    (r"\frac{\partial}{\partial x} a @\cdot x", REACH),
    (r"\frac{@\partial a}{x}", r"∂ stands alone here; expected \partial L/\partial z or \partial_z L"),
    (r"@\partial a", r"∂ stands alone here; expected \partial L/\partial z or \partial_z L"),
    (r"\partial a/@x", r"expected '\partial', got 'x'"),
    (r"\partial a/\partial x @u", "∂a/∂b c can be read in two ways; write a fraction, or brackets"),
    (r"@\nabla a", "by which symbol? Write it below the ∇"),
    (r"\nabla_{x@, u} a", "cannot read ',' here"),
    (r"\nabla_x a @u", REACH),
    (r"\partial_x a @u", REACH),
)


# ---- at a point ---------------------------------------------------------------------------------

THREE = Number(3.0)

test_points = means(
    (r"\left. a x \right|_{x=3}", At(Group(Times((a, x))), "x", THREE)),
    (r"\left.\frac{\partial a}{\partial x}\right\rvert_{x=3}", At(Group(Partial(a, (x,))), "x", THREE)),
    (r"\frac{\partial a}{\partial x}\Big|_{x=3}", At(Partial(a, (x,)), "x", THREE)),
    (r"2 f'(x)|_{x=3}", Times((TWO, At(Call("f", (x,), 1), "x", THREE)))),
    (r"\left. a x \right|_{x=3, a=2}", At(At(Group(Times((a, x))), "x", THREE), "a", TWO)),
    (r"\left. \frac{\partial}{\partial x} x^3 \right|_{x=2}", lambda v: 12.0),
    (r"\left. \nabla_z (z^\top z) \right|_{z = 1}", lambda v: np.full((5, 1), 2.0)),
    (r"\left. A z \right|_{z = p}", lambda v: v.A @ v.p),
    (r"\left. |x| + x \right|_{x = -2}", lambda v: 0.0),
)

test_points_misses = misses(
    (r"\left. a \right@)", r"expected the bar that \left. belongs to, got ')'"),
    (r"\left. a @\right| x", "expected the point below the bar, as in |_{z=0}"),
    (r"\left. a @\right|_{x=0}^{x=1}", "expected the point below the bar, as in |_{z=0}"),
    (r"\frac{a}{x}|_{x@}", "expected '=', got '}'"),
    (r"\frac{a}{x}|_{@p_1 = 2}", "expected a declared symbol and its value, as in |_{z=0}"),
    (r"\frac{a}{x}|_{@1 = 2}", "expected a declared symbol and its value, as in |_{z=0}"),
    (r"a @x|_{x=1}", r"from where on does the bar reach? Write \left. … \right|"),
)


# ---- blocks -------------------------------------------------------------------------------------

LINES = r"x & \text{if } x > 0 \\ 0 & \text{otherwise}"
CASES = tree(rf"\begin{{cases}} {LINES} \end{{cases}}")


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{dcases} x & \text{if } x > 0, \\ 0 & \text{otherwise.} \end{dcases}",
        r"\begin{cases} x, & x > 0 \\ 0, & \text{else} \end{cases}",
        r"\begin{cases} x & \text{for } x > 0 \\ 0 & \text{otherwise} \\ \end{cases}",
        r"\begin{cases} x \text{ if } x > 0 \\ 0 \text{ otherwise} \end{cases}",
        r"\begin{cases} x & \text{if $x > 0$} \\ 0 & \text{otherwise} \end{cases}",
        rf"\left\{{ \begin{{array}}{{ll}} {LINES} \end{{array}} \right.",
        rf"\left\{{ \begin{{aligned}} {LINES} \end{{aligned}} \right.",
    ],
)
def test_cases_are_written_in_many_ways(tex):
    assert CASES.branches == ((x, (Condition(">", x, ZERO),)), (ZERO, None))
    assert tree(tex) == CASES


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (r"0 < x \le 1", (Condition("<", ZERO, x), Condition(r"\le", x, ONE))),
        (r"x > 0, a > 0", (Condition(">", x, ZERO), Condition(">", a, ZERO))),
        (r"x > 0 \text{ and } a > 0", (Condition(">", x, ZERO), Condition(">", a, ZERO))),
        (r"x > 0 \wedge a > 0", (Condition(">", x, ZERO), Condition(">", a, ZERO))),
        (r"\text{if } i = j", (Condition("=", i, j),)),
        (r"a = x = 1", (Condition("=", a, x), Condition("=", x, ONE))),
    ],
)
def test_conditions_may_be_several(said, expected):
    assert tree(rf"\begin{{cases}} 1 & {said} \\ 0 & \text{{otherwise}} \end{{cases}}").branches[0][1] == expected


test_matrices = means(
    *(
        (rf"\begin{{{kind}}} 1 & a \\ x & 2 \end{{{kind}}}", lambda v: np.array([[1, v.a], [v.x, 2]]))
        for kind in ("bmatrix", "pmatrix", "matrix", "smallmatrix")
    ),
    (r"\left[\begin{array}{c|c} 1 & 2 \\ \hline 3 & 4 \end{array}\right]", lambda v: np.array([[1, 2], [3, 4]])),
    (r"\begin{bmatrix} 1 \\ 2 \\ \end{bmatrix}^\top", lambda v: np.array([[1, 2]])),
    (r"\begin{bmatrix} -1 & \frac{1}{2} + a \end{bmatrix}", lambda v: np.array([[-1, 0.5 + v.a]])),
    (r"\begin{vmatrix} 1 & 2 \\ 3 & 4 \end{vmatrix}", lambda v: -2.0),
    (r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}_{21}", lambda v: 3.0),
)

test_blocks_misses = misses(
    (r"\begin{cases} a @\end{cases}", "expected a condition, or otherwise"),
    (r"\begin{cases} a & x @\end{cases}", r"expected a comparison, got '\end'"),
    (r"\begin{cases} a & @\text{perhaps} \end{cases}", "cannot read the words 'perhaps'"),
    (r"\begin{cases} a & x > 0 @\text{ or } x < 0 \end{cases}", "cannot read 'or' here"),
    (r"\begin{cases} @1 & \text{otherwise} \\ a & x > 0 \end{cases}", "what is said otherwise comes last"),
    (r"\begin{cases} a & x > 0 & @1 \end{cases}", "a second & in a line of cases"),
    (r"\begin{cases} @\end{cases}", "nothing stands in here"),
    (r"\begin{bmatrix} 1 & 2 \\ @3 \end{bmatrix}", "this row is longer or shorter than the first"),
    (r"\begin{bmatrix} 1 & @\\ 3 & 4 \end{bmatrix}", "something is missing here"),
    (r"\begin{bmatrix} 1 & @\dots \end{bmatrix}", r"cannot read '\dots'"),
    (r"\begin{bmatrix} @\vdots \end{bmatrix}", r"cannot read '\vdots'"),
    (r"@\begin{Vmatrix} 1 \end{Vmatrix}", "cannot read the environment Vmatrix here"),
    (r"\begin{cases} a & x > 0 @\end{bmatrix}", r"\begin{cases} is closed by \end{bmatrix}"),
    (r"@\begin{cases} a", r"this \begin is never closed"),
    (r"@\begin cases", r"expected the name of an environment behind \begin"),
    (r"\left@\{ \begin{array}{l} a \end{array} \right)", "cannot read what stands behind this brace"),
)


# ---- examples of a data set ---------------------------------------------------------------------

ROWS = (
    SYMBOLS.replace("a, x \\in", "a \\in").replace(r", \mathbf{y}", "")
    + "Y \\in \\mathbb{R}^{D\\times N}\nr \\in \\mathbb{R}^{N}\n"
)
n = Symbol("n")


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("x^{(n)}", Transpose(Entry("X", (n, None)))),
        ("x^{[n]}", Transpose(Entry("X", (n, None)))),
        ("x^{(n)}_2", Entry("X", (n, TWO))),
        ("X^{(n)}", Transpose(Entry("X", (n, None)))),
        ("y^{(n)}", Entry("Y", (None, n))),
        ("y^{(n)}_2", Entry("Y", (TWO, n))),
        ("r^{(n)}", Entry("r", (n,))),
        ("C^{(n)}", Entry("C", (n,))),
    ],
)
def test_an_example_is_the_row_or_column_that_the_index_runs_along(tex, expected):
    assert tree(tex, ROWS) == expected


@pytest.mark.parametrize(
    ("tex", "message"),
    [
        ("@x^{(i)}", "x^{(i)} is not declared"),  # i runs along no axis of X
        ("@w^{(n)}", "w^{(n)} is not declared"),
        ("A^{@(i)}", "A^{(i)} is not declared"),  # and along both of A
        ("p^{@(n)}", "p^{(n)} is not declared"),
        ("@x^{(1)}", "x^{(1)} is not declared"),
        ("@x^{(n+1)}", "x^{(n+1)} is not declared"),
        ("@x^{(n)}_{12}", "x^{(n)} is not declared"),
    ],
)
def test_an_index_that_could_be_either_is_refused(tex, message):
    assert refusal(f"a = {tex}", ROWS) == message


# ---- functions without arguments ----------------------------------------------------------------


def test_a_bare_function_is_taken_at_a_point_without_a_name():
    point = Symbol("·")
    (statement,) = read_statements("f' = f (1 - f)", names())
    f = Call("f", (point,))
    assert statement.sides == (Call("f", (point,), 1), Times((f, Group(Plus((ONE, Negative(f)))))))


def test_a_bare_function_is_taken_where_its_derivative_is():
    (statement,) = read_statements(r"\frac{\mathrm{d} f}{\mathrm{d} x} = f(1 - f) + \tanh'", names())
    f = Call("f", (x,))
    assert statement.sides[0] == Partial(f, (x,))
    assert statement.sides[1] == Plus((Times((f, Group(Plus((ONE, Negative(f)))))), Call("tanh", (x,), 1)))


@pytest.mark.parametrize(
    "tex",
    [
        "a = @f",
        "@f' = f(x)",
        "@f = a",
        r"a = @\log",
        r"@f' = \frac{\partial f}{\partial x} \frac{\partial g}{\partial u}",
    ],
)
def test_a_bare_function_stands_beside_no_other_symbol(tex):
    assert refusal(tex) == "a function stands here without its argument, beside other symbols"


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
