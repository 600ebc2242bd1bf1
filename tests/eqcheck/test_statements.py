"""Displays: rows, chains, conditions, tables, layers; and that any text ends in statements or in a refusal."""

import random
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged import verdict
from reading import SYMBOLS, names, refusal, statements

from eqcheck.notation import NotationError, read_notation
from eqcheck.pages import read_book
from eqcheck.tex.lexer import Refusal, tokens
from eqcheck.tex.names import Names
from eqcheck.tex.statements import read_statements
from eqcheck.tex.syntax import Call, Condition, Entry, Negative, Number, Partial, Plus, ShapeOf, Statement, Symbol

steady = settings(derandomize=True, deadline=None, database=None, max_examples=400)
a, x, u, i, j, k, K, N = (Symbol(name) for name in "axuijkKN")
ONE = Number(1.0)
A_IS_X = Statement((a, x), ("=",))
DIFFER = Condition(r"\ne", i, j)
P_IS_P = Statement((Entry("p", (i,)), Entry("p", (j,))), ("=",))


# ---- rows ---------------------------------------------------------------------------------------

CHAIN = Statement((a, x, u), ("=", "="))


@pytest.mark.parametrize(
    "tex",
    [
        "a = x = u",
        r"\begin{aligned} a &= x \\ &= u \end{aligned}",
        r"\begin{aligned} a &= x \\ &= u \\ \end{aligned}",
        r"\begin{align*} a &= x \nonumber \\ &= u \label{eq:1} \end{align*}",
        r"\begin{align} a & = x \\[4pt] & {} = u \tag{2} \end{align}",
        r"\begin{equation} \begin{split} a &= x \\ &= u \end{split} \label{eq:1} \end{equation}",
        r"\begin{eqnarray} a &=& x \\ &=& u \end{eqnarray}",
        r"\begin{eqnarray*} a & = & x \\ & = & u \end{eqnarray*}",
        r"\begin{gather*} a = x \\ = u \end{gather*}",
        r"a = x \\ = u",
        r"\boxed{a = x = u}",
        r"a = x = u.",
        r"\quad a = x \quad = u",
        r"\begin{equation} \begin{aligned}[t] a &= x \\ &= u \end{aligned} \end{equation}",
        r"a \equiv x \overset{\text{(1)}}{=} u",
        r"a \stackrel{!}{=} x = u",
    ],
)
def test_a_chain_is_written_in_many_ways(tex):
    assert statements(tex) == [CHAIN]


@pytest.mark.parametrize(
    ("tex", "relation"),
    [
        ("a := x", ":="),
        (r"a \coloneqq x", ":="),
        (r"a \triangleq x", ":="),
        (r"a \overset{\text{def}}{:=} x", ":="),
        (r"a \leq x", r"\le"),
        (r"a \ge x", r"\ge"),
        ("a < x", "<"),
        (r"a \gt x", ">"),
        (r"a \not= x", r"\ne"),
    ],
)
def test_relations(tex, relation):
    assert statements(tex) == [Statement((a, x), (relation,))]


NO_SIDE = "does this row go on with a side? The row above does not end in one"
OWN_OR_MORE = "is this a row of its own, or more of the side above? Put & before its sign"


@pytest.mark.parametrize(
    "row", [r"&\quad + u", "& + u", "&{}+ u", "{}+ u", "+ u", r"&&{} + u", r"& \qquad {} + u", r"\quad & + u"]
)
def test_a_row_that_begins_with_a_sign_goes_on_with_the_side_above(row):
    assert statements(rf"a &= x \\ {row}") == statements("a = x + u")
    assert statements(rf"a &= x \\ {row} \\ &\le a") == statements(r"a = x + u \\ \le a")
    minus = row.replace("+", "-")
    assert statements(rf"\begin{{aligned}} a &= x \\[2pt] {minus} \\ {row} \end{{aligned}}") == statements(
        "a = x - u + u"
    )


def test_a_row_goes_on_with_all_of_the_term_above():
    assert statements(r"a &= u - x \\ &+ a u, \quad \text{if } x > u") == statements(
        r"a = u - x + a u, \text{if } x > u"
    )
    assert statements(r"x &= \sum_k p_k \\ &+ u") == statements(r"x = \sum_k p_k + u")
    assert statements(r"\begin{eqnarray} a &=& x \\ && - u \\ &=& u \end{eqnarray}") == statements("a = x - u = u")


def test_a_row_with_a_left_side_of_its_own_does_not_go_on():
    assert statements(r"a &= x \\ -u &= a") == [*statements("a = x"), *statements("-u = a")]


@pytest.mark.parametrize(
    ("tex", "message"),
    [
        (r"a = x \\ @& u = a", "this row starts with & and no relation: what is on its left side?"),
        (r"a = x \\ @& \cdot u", "this row starts with & and no relation: what is on its left side?"),
        (r"a = x \\ @& (u + a)", "this row starts with & and no relation: what is on its left side?"),
        (r"@&+ u = x", "this row starts with & and no relation: what is on its left side?"),
        (r"a = x, \\ &@+ u", NO_SIDE),
        (r"a = x. \\ &@+ u", NO_SIDE),
        (r"a = x \quad \text{if } x > u \\ &@+ u", NO_SIDE),
        (r"a = x, \quad i \ne j \\ &@+ u", NO_SIDE),
        (r"p_i = p_j \\ \text{for } i \ne j \\ &@+ u", NO_SIDE),
        (r"a = x, \quad u = x \\ &@- a", NO_SIDE),
        (r"&@= x", "this row has no left side"),
        (r"a = x \\ @+ u = a", OWN_OR_MORE),
        (r"a = x \\ @- u = a", OWN_OR_MORE),
        (r"a = x + @\\ u", "something is missing here"),
        (r"a =@", "something is missing here"),
        (r"a @\approx x", r"cannot read '\approx'"),
        (r"a = x @\Rightarrow u = x", r"cannot read '\Rightarrow'"),
        (r"a \overset{?}{@\sim} x", "expected a relation below the remark"),
        (r"a = x = @\begin{aligned} u \end{aligned}", "cannot read the environment aligned here"),
        (r"@\begin{multline} a = x \end{multline}", "cannot read the environment multline here"),
        (r"\begin{align} a &= x @\end{aligned}", r"\begin{align} is closed by \end{aligned}"),
        (r"a = x @\text{ by the chain rule}", "cannot read 'by the chain rule' here"),
        ("@", "there is no equation here"),
        (r"@\begin{aligned}\end{aligned}", "there is no equation here"),
        ("@" + " " * 50_001, "a display of more than 50,000 characters"),
    ],
)
def test_rows_that_are_no_statement(tex, message):
    assert refusal(tex) == message


def test_a_row_may_begin_with_a_minus_where_its_left_side_is_marked():
    assert statements(r"\begin{aligned} a &= x \\ -a &= u \end{aligned}") == [
        A_IS_X,
        Statement((Negative(a), u), ("=",)),
    ]


# ---- several statements -------------------------------------------------------------------------

BOTH = [A_IS_X, Statement((x, u), ("=",))]


@pytest.mark.parametrize(
    "tex",
    [
        r"a = x, \quad x = u",
        r"a = x \quad x = u",
        r"a = x \qquad x = u.",
        r"a = x \hspace{1cm} x = u",
        r"a = x, x = u",
        r"a = x; x = u",
        r"a = x \text{ and } x = u",
        r"a = x \\ x = u",
        r"\begin{gathered} a = x, \\ x = u. \end{gathered}",
        r"\begin{align} a &= x & x &= u \end{align}",
        r"\begin{alignat}{2} a &= x &\quad x &= u \end{alignat}",
        r"\left\{ \begin{aligned} a &= x \\ x &= u \end{aligned} \right.",
    ],
)
def test_several_statements_stand_in_one_display(tex):
    assert statements(tex) == BOTH


def test_a_point_in_a_number_divides_nothing():
    assert statements("a = 0.5, x = 1.")[0].sides[1] == Number(0.5)


# ---- conditions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        r"\quad \text{for } i \ne j",
        r"\text{ if } i \ne j",
        r", \text{where } i \neq j.",
        r"\quad (i \ne j)",
        r", \quad i \ne j",
        r"\qquad \forall i \ne j",
        r"\quad \text{for all $i \ne j$}",
        r" \\ \text{for } i \ne j",
        r"\quad \text{for } i \ne j, \quad i = 1, \dots, K",
    ],
)
def test_a_condition_is_written_in_many_ways(said):
    assert statements(f"p_i = p_j {said}") == [Statement(P_IS_P.sides, ("=",), (DIFFER,))]


@pytest.mark.parametrize(
    "said",
    [
        r"\quad i = 1, \dots, K",
        r", \quad i = 1, 2, \ldots, K",
        r"\quad \text{for all } i",
        r"\quad \text{for } i, j = 1, \dots, K",
        r"\quad \forall i, j \in \{1, \dots, K\}",
        r"\quad \text{for every } i \text{ and } j",
    ],
)
def test_the_whole_range_of_an_index_is_no_condition(said):
    assert statements(f"p_i = p_j {said}") == [P_IS_P]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (r"\text{for } i = 2, \dots, K", (Condition(r"\ge", i, Number(2.0)),)),
        (r"\text{for } i = 1, \dots, K - 1", (Condition(r"\le", i, Plus((K, Negative(ONE)))),)),
        (r"\text{for } i \in \{1, \dots, N\}", (Condition(r"\le", i, N),)),
        (r"\text{for } i \ne j, i \ne k", (DIFFER, Condition(r"\ne", i, k))),
        (r"\text{for } 1 < i \le j", (Condition("<", ONE, i), Condition(r"\le", i, j))),
        (r"\text{if } i = c", (Condition("=", i, Symbol("c")),)),
        (r"\text{if } a > 0", (Condition(">", a, Number(0.0)),)),
    ],
)
def test_conditions_are_read(said, expected):
    assert statements(rf"p_i = p_j \quad {said}")[0].conditions == expected


def test_a_statement_may_follow_behind_a_condition():
    found = statements(r"p_i = p_j \quad \text{for } i \ne j \qquad a = x")
    assert found == [Statement(P_IS_P.sides, ("=",), (DIFFER,)), A_IS_X]


@pytest.mark.parametrize(
    ("tex", "message"),
    [
        (
            r"p_i = p_j \text{ for } i \ne j, @a = x",
            "is this a condition or a statement? Put it on a row of its own",
        ),
        (r"p_i = p_j \text{ for } @\text{most } i", "cannot read the words 'most'"),
        (r"p_i = p_j \text{ for } i \ne@", "something is missing here"),
        (r"p_i = p_j \text{ for } i = 1, \dots@", "expected a range like i = 1,\\dots,K"),
        (r"p_i = p_j \text{ for } i \in @S", r"expected a range like \{1,\dots,K\}"),
        (r"p_i = p_j @\text{ unless } i = j", "cannot read 'unless' here"),
    ],
)
def test_conditions_that_cannot_be_read(tex, message):
    assert refusal(tex) == message


# ---- sets ---------------------------------------------------------------------------------------


def test_a_statement_may_say_in_which_set_something_is():
    (found,) = statements(r"\frac{\partial a}{\partial p} \in \mathbb{R}^{K}")
    assert found.relations == (r"\in",)
    assert found.sides == (Partial(a, (Symbol("p"),)), ShapeOf(r"\mathbb { R } ^ { K }"))
    assert len(statements(r"W \in \mathbb{R}^{D\times K}, \quad a \in \{1, \dots, K\}, \quad u \in (0, 1)")) == 3


def test_an_unknown_set_is_refused():
    assert refusal(r"a \in @\mathbb{Q}").startswith("cannot read the set")
    assert refusal(r"a \in@").startswith("cannot read the set")


# ---- truth tables -------------------------------------------------------------------------------

BITS = r"\begin{array}{cc|c} A & B & A B \\ \hline 0 & 0 & 0 \\ 0 & 1 & 0 \\ 1 & 0 & 0 \\ 1 & 1 & 1 \end{array}"


def test_a_truth_table_is_a_statement_for_each_row():
    found = statements(BITS.replace("A", "a").replace("B", "x"))
    assert len(found) == 4
    assert found[1].conditions == (Condition("=", a, Number(0.0)), Condition("=", x, ONE))
    assert found[1].sides[1] == Number(0.0)
    assert verdict(BITS).status == "holds"


@pytest.mark.parametrize(
    ("tex", "message"),
    [
        (
            r"\begin{array}{c|c} @1 & a \\ 0 & 0 \end{array}",
            "expected a head with a symbol for each column on the left of the bar",
        ),
        (r"\begin{array}{c|c} a & x \\ @0 \end{array}", "this row is longer or shorter than the head"),
        (r"\begin{array}{c|c} a & x \\ 0 & @\end{array}", "something is missing here"),
    ],
)
def test_tables_that_cannot_be_read(tex, message):
    assert refusal(tex) == message


# ---- layers -------------------------------------------------------------------------------------

LAYERS = r"""
N, L \in \mathbb{N}
\ell \in \{1,\dots,L\}
n_0, n_\ell \in \mathbb{N}
W^{(\ell)} \in \mathbb{R}^{n_{\ell-1}\times n_\ell}
b^{(\ell)} \in \mathbb{R}^{1\times n_\ell}
A^{(0)} \in \mathbb{R}^{N\times n_0}
Z^{(\ell)}, A^{(\ell)}, \Delta^{(\ell)} \in \mathbb{R}^{N\times n_\ell}
g : \mathbb{R}\to\mathbb{R}
J \in \mathbb{R}
"""


def layer(tex):
    return statements(tex, LAYERS)


def test_a_statement_on_a_layer_is_one_for_each():
    first, second, third = layer(r"Z^{(\ell)} = A^{(\ell-1)} W^{(\ell)} \text{ for all } \ell")
    assert first.sides[0] == Symbol("Z^{(1)}")
    assert second == layer("Z^{(2)} = A^{(1)} W^{(2)}")[0]
    assert third == layer("Z^{(L)} = A^{(L-1)} W^{(L)}")[0]


@pytest.mark.parametrize(
    "said",
    [r"\text{for } \ell < L", r"\ell = 1, \dots, L - 1", r"\ell = L-1, \dots, 1", r"\ell \ne L", r"(\ell \le L - 1)"],
)
def test_a_condition_says_for_which_layers(said):
    assert layer(rf"Z^{{(\ell)}} = Z^{{(\ell+1)}}, \quad {said}") == layer(r"Z^{(1)} = Z^{(2)} \\ Z^{(2)} = Z^{(3)}")


def test_a_sum_over_layers_is_written_out():
    (found,) = layer(r"J = \sum_{\ell=1}^{L} \|W^{(\ell)}\|_F^2 + J")
    assert found == layer(r"J = (\|W^{(1)}\|_F^2 + \|W^{(2)}\|_F^2 + \|W^{(3)}\|_F^2) + J")[0]
    assert layer(r"J = \sum_\ell \ell") == layer("J = (1 + 2 + 3)")


@pytest.mark.parametrize(
    ("tex", "message"),
    [
        (r"Z^{(\ell)} = @Z^{(\ell+1)}", r"Z^{(4)} is not declared; this is read at L = 3, \ell = 3"),
        (r"Z^{(\ell)} = @Y^{(\ell)}", r"Y^{(1)} is not declared; this is read at L = 3, \ell = 1"),
        (r"Z^{(2@\ell)} = J", r"which layer is this? Put \ell in brackets or behind a comma; "
                              r"this is read at L = 3, \ell = 1"),
        (r"J = \sum_{@\ell=1}^{N} J", "cannot read a sum over the layers with these bounds; "
                                      r"this is read at L = 3, \ell = 1"),
    ],
)  # fmt: skip
def test_a_layer_that_is_not_there_is_refused(tex, message):
    assert refusal(tex, LAYERS) == message


def test_backpropagation_holds_in_every_layer():
    forward = (
        r"Z^{(\ell)} := A^{(\ell-1)} W^{(\ell)} + \mathbf{1}_N b^{(\ell)}, \qquad A^{(\ell)} := g(Z^{(\ell)})",
        r"J := \tfrac12 \|A^{(L)}\|_F^2",
        r"\Delta^{(L)} := A^{(L)} \odot g'(Z^{(L)})",
        r"\Delta^{(\ell)} := (\Delta^{(\ell+1)} W^{(\ell+1)\top}) \odot g'(Z^{(\ell)}) \quad \text{for } \ell < L",
    )
    right = r"\frac{\partial J}{\partial W^{(\ell)}} = A^{(\ell-1)\top} \Delta^{(\ell)}"
    wrong = r"\frac{\partial J}{\partial b^{(\ell)}} = \mathbf{1}_N^\top A^{(\ell)}"
    options = {"symbols": LAYERS, "with_code": False}
    assert verdict(*forward, right, **options).status == "holds"
    assert verdict(*forward, wrong, **options).status == "fails"


# ---- what other people's notes write ------------------------------------------------------------


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{equation} {\partial{(z^\top z)} \over \partial{z_j}} = 2 z_j \label{g} \end{equation}",
        r"\partial_{z_j} (z^{\mathrm{T}} z) \equiv z_j * 2",
        r"\begin{eqnarray} ||z||^2 &=& z_1^2 + \dots + z_K^2 \nonumber \\ &=& \langle z, z \rangle \end{eqnarray}",
        r"\text{softmax}(z)_i = \frac{\exp(z_i)}{\sum^{K}_{m=1} \exp(z_m)}",
        r"\operatorname{softmax}(X W)_{nh} = \frac{e^{(XW)_{nh}}}{\sum_{m=1}^{H} e^{(XW)_{nm}}}",
        r"cos(a)^2 = 1 - \sin^2 a",
        r"\tanh' = 1 - \tanh^2",
        r"S_{:,k} = S \operatorname{diag}(\mathbf{1}_K)_{:,k}",
        r"S^{-1} S = \mathbf{I}_K, \quad \|S\|_F^2 = \operatorname{tr}(S S^{T})",
        r"\color{blue}{z_i} \cdot \mathbb{1}(i = j) = z_j \delta_{ij} \hspace{2em} \cos^2 a = 1 - \sin^2 a",
        r"\frac{2}{\sqrt{\pi}} e^{-a^2} = \erf'(a)",
        r"\left. \frac{\partial}{\partial a} (a^2 x) \right|_{a = 0} = 0",
    ],
)
def test_notes_of_other_people_hold(tex):
    found = verdict(tex)
    assert (found.status, found.message) == ("holds", "")


# ---- any text -----------------------------------------------------------------------------------


def read_or_refuse(tex, declared):
    refused, found = None, []
    try:
        found = read_statements(tex, declared)
    except Refusal as error:
        refused = error
    if refused:
        assert 1 <= refused.line <= tex.count("\n") + 1
        assert refused.column >= 1
    else:
        assert found
        assert all(len(one.sides) == len(one.relations) + 1 for one in found)


MARKS = [*"abxpKNijkc0123456789WXABfFyeIdT", *"{}()[]|_^'&=<>+-*/,.;:!$%~?#@", "\\\\", "\n", " "]
TEX = r"""
\frac \dfrac \sqrt \over \sum \prod \max \min \log \exp \tanh \partial \nabla \delta \mathbf \mathbb \mathrm \hat \bar
\operatorname \left( \right) \left. \right. \right| \left\{ \{ \} \| \langle \rangle \cdot \times \odot \circ \top
\mathsf{T} \dots \in \le \ne := \quad \hspace{1cm} \text{if} \text{otherwise} \text{softmax} \text{for } \forall
\begin{cases} \end{cases} \begin{bmatrix} \end{bmatrix} \begin{aligned} \end{aligned} \begin{array}{c|c} \end{array}
\underbrace \boxed \overset \substack \color{red} \label{x} \mathbb{1} \mathbf{1} \pi \alpha \ell W^{(\ell)} e^{ x_{
\sum_{k=1}^{K} \sum_{\ell=1}^{L} \frac{\partial \frac{d x^{ p_1 tanh( exp( 1\{ |_{x=0} \int \lim ² é 𝟙 −
"""
WORDS = TEX.split()
LAYERED = names(SYMBOLS + "L \\in \\mathbb{N}\n\\ell \\in \\{1,\\dots,L\\}\nV^{(\\ell)} \\in \\mathbb{R}^{K}\n")


@steady
@given(st.lists(st.sampled_from([*MARKS, *WORDS]), max_size=25).map(" ".join))
def test_any_tokens_are_read_or_refused(tex):
    read_or_refuse(tex, LAYERED)


@steady
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(tex):
    read_or_refuse(tex, LAYERED)


def _equations():
    for page in read_book(Path(__file__).parents[2] / "docs").pages:
        declared = Names()
        for fence in page.notations:
            declared.declare(read_notation(fence.body))
        yield from ((equation, declared) for equation in page.equations)


EQUATIONS = list(_equations())


@pytest.mark.parametrize(("equation", "declared"), EQUATIONS, ids=[equation.id for equation, _ in EQUATIONS])
def test_any_change_of_the_ink_is_read_or_refused(equation, declared):
    read_statements(equation.tex, declared)
    ink = [rf"\text{{{token.text}}}" if token.kind == "text" else token.text for token in tokens(equation.tex)[:-1]]
    chance = random.Random(equation.id)
    for _ in range(60):
        changed = [*ink]
        for _ in range(chance.randint(1, 3)):
            place, other = chance.randrange(len(changed)), chance.randrange(len(changed))
            match chance.randrange(4):
                case 0 if len(changed) > 1:
                    del changed[place]
                case 1:
                    changed.insert(place, changed[other])
                case 2:
                    changed[place], changed[other] = changed[other], changed[place]
                case _:
                    changed[place] = chance.choice([*MARKS, *WORDS])
        read_or_refuse(" ".join(changed), declared)


@pytest.mark.parametrize("piece", [*MARKS, *WORDS, "x^", "x+", "x/", "f'", "p_{C_", "f(", "\\hat{", "\\log ", "(a)^"])
def test_a_long_display_is_read_or_refused(piece):
    read_or_refuse(piece * 1000, LAYERED)
    read_or_refuse("a = x" + piece * 1000, LAYERED)


@pytest.mark.parametrize("piece", ["x", "x+", "{", "a=a,", "a=x\\\\", "p_{C_", r"\sum_k ", "|"])
def test_so_is_the_longest_one(piece):
    read_or_refuse("a = x" + piece * (49_000 // len(piece)), LAYERED)


LINES = [
    "N", "K", r"\in", r"\mathbb{N}", r"\mathbb{R}", "^", "{", "}", "K", r"\times", ";", "z", "_", "i", "fixed",
         r"\{1,\dots,K\}", r"\ell", "(", ")", "W", r"^{(\ell)}", r"\{1,\dots,L\}", "L", ":", r"\to", ",", r"\hat", "\n",
         r"\Delta^{K-1}", "T", r"\mathbf", "x", r"L \in \mathbb{N}" + "\n" + r"\ell \in \{1,\dots,L\}" + "\n",
]  # fmt: skip


@steady
@given(st.lists(st.sampled_from(LINES), max_size=25).map(" ".join))
def test_any_notation_is_declared_or_refused(text):
    with suppress(NotationError):
        Names().declare(read_notation(text))


def test_a_call_is_a_call():
    assert statements("a = f(x)") == [Statement((a, Call("f", (x,))), ("=",))]
