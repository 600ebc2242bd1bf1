"""Functions and constants, and how far a function reaches."""

import numpy as np
import pytest
from constructs import FAR, ONE, TWO, ZERO, A, B, a, i, j, k, means, misses, p, softmax, u, x, z
from reading import names, refusal, tree

from eqcheck.tex.statements import read_statements
from eqcheck.tex.syntax import (
    Call,
    Condition,
    Constant,
    Delta,
    Divide,
    Entry,
    Group,
    Indicator,
    Negative,
    Partial,
    Pick,
    Plus,
    Power,
    Symbol,
    Times,
    Transpose,
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

IN_TWO_WAYS = (
    "this can be read in two ways: write {} for a power of the function, or {} for a power of what is in its brackets"
)

test_functions_misses = misses(
    (r"\log a @x", FAR),
    (r"\log a @\cdot x", FAR),
    (r"\log a @/ x", FAR),
    (r"\log a @\odot x", FAR),
    (r"\log a @(x + 1)", FAR),
    (r"\log(@a, x)", "log takes one argument"),
    (r"\log(u)@^2", IN_TWO_WAYS.format(r"(\log(u))^2", r"\log(u^2)")),
    (r"\ln(u + 1)@^{10}", IN_TWO_WAYS.format(r"(\log(u+1))^{10}", r"\log((u+1)^{10})")),
    (r"\exp(\frac{u}{a})@^x", IN_TWO_WAYS.format(r"(\exp(\frac {u}{a}))^x", r"\exp((\frac {u}{a})^x)")),
    (r"\exp(a+a+a+a+a+a+u)@^x", IN_TWO_WAYS.format(r"(\exp(…))^x", r"\exp((…)^x)")),
    (r"@\exp -x", "a function stands here without its argument, beside other symbols"),
    (r"\log^@x u", "cannot read what stands above log"),
    (r"\tanh_@2 u", "cannot read what stands below tanh"),
    (r"@\det' A", "cannot read det with these signs on it"),
    (r"@\operatorname{softmax}'(p)", "cannot read softmax with these signs on it"),
    (r"\max(@a)", r"\max of one thing; write the index below the sign"),
    (r"\max @a", r"expected brackets behind \max, or an index below it"),
    (r"@\text{max}_k p_k", "cannot read max with these signs on it"),
    ("@tanh x", "t is not declared"),
    (
        "@exp(x)",
        "exp(…) can be read in two ways, since e, x, p are symbols here: "
        r"write \exp(…) for the function, or e \cdot x \cdot p \cdot (…) for a product",
    ),
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


def test_the_variable_of_the_derivative_names_the_point():
    (statement,) = read_statements(r"\partial f/\partial x = f(x)(1 - f) = x f'", names())
    f = Call("f", (x,))
    assert statement.sides[0] == Partial(f, (x,))
    assert statement.sides[1] == Times((f, Group(Plus((ONE, Negative(f))))))
    assert statement.sides[2] == Times((x, Call("f", (x,), 1)))


@pytest.mark.parametrize(
    "tex",
    [
        r"\frac{\partial @f}{\partial x} = f(a)",
        "a = @f",
        "@f' = f(x)",
        "@f = a",
        r"a = @\log",
        r"@f' = \frac{\partial f}{\partial x} \frac{\partial g}{\partial u}",
    ],
)
def test_a_bare_function_stands_beside_no_other_symbol(tex):
    assert refusal(tex) == "a function stands here without its argument, beside other symbols"


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
