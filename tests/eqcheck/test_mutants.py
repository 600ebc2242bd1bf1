"""Planted errors: each operator on a small page, and what counts as no error."""

from collections import Counter
from textwrap import dedent

import pytest

from eqcheck.judge import Reader, Verdict, judge_statements
from eqcheck.notation import read_notation
from eqcheck.pages import Equation, read_page
from eqcheck.planted import teeth as teeth_module
from eqcheck.planted.ink_mutants import MOST, ink_mutants
from eqcheck.planted.mutants import Mutant, form_of, spread
from eqcheck.planted.teeth import Teeth, caught, planted, teeth, teeth_of_page
from eqcheck.planted.tree_mutants import tree_mutants
from eqcheck.spell import Speller
from eqcheck.tex.statements import read_statements

NOTATION = r"""
N, D, K \in \mathbb{N}            ; sizes ; N, D, K
i, j, k \in \{1,\dots,K\}         ; indices
d \in \{1,\dots,D\}               ; an index of another range
c \in \{1,\dots,K\} fixed         ; a class
p, q \in \mathbb{R}^{K}           ; vectors
M \in \mathbb{R}^{K\times K}      ; a square matrix
X \in \mathbb{R}^{N\times D}      ; a matrix
W_1, W_2 \in \mathbb{R}^{D\times K} ; matrices
A, B \in \mathbb{R}^{N\times K}   ; matrices
a, b, x, y \in \mathbb{R}         ; numbers ; a, b, x, y
f, g : \mathbb{R}\to\mathbb{R}    ; functions
F : \mathbb{R}\times\mathbb{R}\to\mathbb{R} ; a function of two numbers
"""


@pytest.fixture(scope="module")
def names():
    reader = Reader()
    reader.names.declare(read_notation(NOTATION))
    return reader.names


def read(tex, names):
    return tuple(read_statements(tex, names))


# Trees as text


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"W_2^\top A", "W_2⊤ A"),
        (r"\sum_{k=1}^{K} e^{p_k}", "∑_{k=1…K} e^{p_k}"),
        (r"\sum_{i \ne j} p_i", "∑_{i, i≠j} p_i"),
        (r"\frac{\partial a}{\partial p_j}", "∂a/∂p_j"),
        (r"-(a - b)^2 + a b", "−(a − b)^2 + a b"),
        (r"\frac{a + b}{2}", "(a + b)/2"),
        (r"W_{1,dk} + W_{2,dk}", "W_{1,dk} + W_{2,dk}"),
        (r"A \odot (1 - B)", "A ⊙ (1 − B)"),
        (r"f'(x) + f^{-1}(x)", "f′(x) + f^{−1}(x)"),
        (r"\delta_{ij} + \mathbb{1}[i = c]", "δ_{ij} + 1[i=c]"),
        (r"\mathbf{1}_N + \mathbf{0}_N", "1_N + 0_N"),
        (r"\begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}", "{1 if x>0; 0 otherwise}"),
        (r"|a| + \|p\|", "|a| + ‖p‖"),
        (r"\max(0, x)", "max(0, x)"),
        (r"p_{i+1}", "p_{i + 1}"),
        (r"\|p\|_1", "‖p‖_1"),
        (r"\|M\|_F^2", "‖M‖_F^2"),
        (r"\langle p, q \rangle", "⟨p, q⟩"),
        (r"\operatorname{tr}(M)", "tr(M)"),
        (r"(M p)_i", "(M p)_i"),
        (r"\left. x^2 \right|_{x=1}", "(x^2)|_{x=1}"),
    ],
)
def test_a_tree_is_written_as_one_line(tex, text, names):
    (statement,) = read_statements(tex, names)
    assert Speller(names)(statement.sides[0]) == text


# What is no error


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(r"a = \sum_{k=1}^{K} p_k", r"a = \sum_{j=1}^{K} p_j", id="bound index renamed"),
        pytest.param(r"a = \sum_{k=1}^{K} p_k", r"a = \sum_k p_k", id="range written out"),
        pytest.param(r"p_i = q_i", r"p_j = q_j", id="free index renamed everywhere"),
        pytest.param(r"a = \sum_i \sum_j M_{ij}", r"a = \sum_k \sum_i M_{ki}", id="two bound indices renamed"),
        pytest.param(r"a = x y b", r"a = b x y", id="numbers multiplied"),
        pytest.param(r"A = a X W_1", r"A = X W_1 a", id="a number moved in a matrix product"),
        pytest.param(r"a = x - y", r"a = -y + x", id="terms moved"),
        pytest.param(r"a = (x y) b", r"a = x (y b)", id="brackets that bind nothing"),
        pytest.param(r"a = x - (y - b)", r"a = x - y + b", id="bracket resolved"),
        pytest.param(r"a = \frac{-x y}{b}", r"a = -x \cdot \frac{y}{b}", id="fraction taken apart"),
        pytest.param(r"a = \frac{0 - x}{b}", r"a = -\frac{x}{b}", id="zero dropped"),
        pytest.param(r"A = B \odot A", r"A = A \odot B", id="⊙ commutes"),
        pytest.param(r"M_{ij} = \delta_{ij}", r"M_{ij} = \delta_{ji}", id="delta is symmetric"),
        pytest.param(r"M_{ij} = \delta_{ij}", r"M_{ij} = \mathbb{1}[j = i]", id="delta as an indicator"),
        pytest.param(r"a = b \quad \text{for } i \ne j", r"a = b \quad \text{for } j \ne i", id="≠ is symmetric"),
        pytest.param(r"a = \max(x, y)", r"a = \max(y, x)", id="max is symmetric"),
        pytest.param(r"a = x^\top", r"a = x", id="transpose of a number"),
        pytest.param(
            r"a = \frac{\partial^2 a}{\partial x\,\partial y}",
            r"a = \frac{\partial^2 a}{\partial y\,\partial x}",
            id="second derivatives commute",
        ),
    ],
)
def test_what_has_the_same_form_is_no_error(one, other, names):
    assert form_of(read(one, names), names) == form_of(read(other, names), names)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(r"a = \sum_{k=1}^{K} p_k q_k", r"a = \sum_{j=1}^{K} p_k q_j", id="one index renamed"),
        pytest.param(r"p_i = q_i", r"p_j = q_i", id="free index renamed"),
        pytest.param(r"a = p^\top q", r"a = q p^\top", id="matrix product swapped"),
        pytest.param(r"a = x - y", r"a = y - x", id="difference turned"),
        pytest.param(r"a = \frac{x}{y}", r"a = \frac{y}{x}", id="fraction upside down"),
        pytest.param(r"a = \frac{x}{y}", r"a = x y", id="division dropped"),
        pytest.param(r"a = x (y + b)", r"a = x y + b", id="bracket lost"),
        pytest.param(r"p = q^\top", r"p = q", id="transpose of a vector"),
        pytest.param(r"a = \sum_i \sum_j M_{ij}", r"a = \sum_i \sum_j M_{ii}", id="inner index for outer"),
        pytest.param(r"a = F(x, y)", r"a = F(y, x)", id="arguments swapped"),
        pytest.param(r"a \le b", r"a < b", id="strict"),
        pytest.param(r"a = x x", r"a = x", id="factor dropped"),
        pytest.param(r"a = x + 0 y", r"a = x + 1 y", id="zero as a factor"),
    ],
)
def test_what_says_something_else_has_another_form(one, other, names):
    assert form_of(read(one, names), names) != form_of(read(other, names), names)


# Errors in the tree


@pytest.mark.parametrize(
    ("tex", "description"),
    [
        (r"a = x + y", "right: − for + before y"),
        (r"a = x - y", "right: + for − before y"),
        (r"a = x - y", "right: term dropped: −y"),
        (r"a = -x", "right: minus dropped before x"),
        (r"a = x", "right: minus put before x"),
        (r"a = x y", "right: factor dropped: x in x y"),
        (r"A = X W_1", "right: factors swapped: W_1 X"),
        (r"A = A \odot B", "right: ⊙ becomes product: A B"),
        (r"A = X W_1", "right: product becomes ⊙: X ⊙ W_1"),
        (r"a = \frac{1}{N} x", "right: factor dropped: 1/N in (1/N) x"),
        (r"a = \frac{x}{N}", "right: /N dropped behind x"),
        (r"a = \frac{x}{y}", "right: fraction upside down: y/x"),
        (r"a = x^2", "right: exponent 2 dropped on x"),
        (r"a = x^2", "right: 2 becomes 3"),
        (r"A = X^\top", "right: transpose dropped on X"),
        (r"A = X W_1", "right: transpose put on X"),
        (r"A = X W_1", "right: W_2 for W_1 in X W_1"),
        (r"a = x", "right: y for x"),
        (r"p_i = q_i", "right: p_i for q_i"),
        (r"p_i = q_i", "right: j for i in q_i"),
        (r"p_i = q_i", "right: c for i in q_i"),
        (r"p_i = q_i", "right: d for i in q_i"),
        (r"M_{ij} = M_{ij} + 1", "right: indices swapped: M_{ji} for M_{ij}"),
        (r"a = \log x", "right: log dropped: x for log(x)"),
        (r"a = e^{x}", "right: exp dropped: x for e^x"),
        (r"a = f'(x)", "right: f(x) for f′(x)"),
        (r"a = f'(x)", "right: f^{−1}(x) for f′(x)"),
        (r"a = f(x)", "right: g(x) for f(x)"),
        (r"a = F(x, y)", "right: arguments swapped: F(y, x)"),
        (r"a = \max(0, x)", "right: min(0, x) for max(0, x)"),
        (r"a = \sum_{k=1}^{K} p_k", "right: ∑_{k=1…K} dropped before p_k"),
        (r"a = \sum_{k=1}^{K} p_k", "right: product for sum: ∏_{k=1…K} p_k"),
        (r"a = \sum_{k=1}^{K} p_k", "right: bound K − 1 for K in k=1…K"),
        (r"a = \sum_{k=1}^{K} p_k", "right: N for K in k=1…K"),
        (r"a = \sum_{k=1}^{K} p_k", "right: the sum begins one later in k=1…K"),
        (r"a = \sum_{k=1}^{K} p_k", "right: index j below the sign in k=1…K"),
        (r"p_j = \sum_{i \ne j} q_i", "right: = for ≠ in i≠j"),
        (r"p_j = \sum_{i \ne j} q_i", "right: condition i≠j dropped"),
        (r"q_i = \frac{\partial b}{\partial p_i}", "right: j for i in p_i"),
        (r"a = \frac{\partial b}{\partial p_i}", "right: derivative dropped: b for ∂b/∂p_i"),
        (r"a = \frac{\partial b}{\partial x}", "right: derivative upside down: ∂x/∂b"),
        (r"a = \frac{\partial^2 b}{\partial x\,\partial y}", "right: ∂b/∂x for ∂²b/∂x ∂y"),
        (r"M_{ij} = \delta_{ij}", "right: δ_{ij} becomes 1"),
        (r"M_{ij} = \delta_{ij}", "right: i≠j for δ_{ij}"),
        (r"a = \mathbf{1}_K^\top p", "right: 0_K for 1_K"),
        (r"a = \mathbf{1}_K^\top p", "right: N for K"),
        (r"a = x (y - b)", "right: bracket lost: x y − b for x (y − b)"),
        (r"a = x (y - b) x", "right: bracket lost: x y − b x for x (y − b) x"),
        (r"a = -(y - b)", "right: bracket lost: −y − b for −(y − b)"),
        (r"a = (x y)^2", "right: bracket lost: x y^2 for (x y)^2"),
        (r"a = (x + y)^2", "right: exponent moved inside: x^2 + y^2 for (x + y)^2"),
        (r"a = \sum_k (p_k + x)", "right: bracket lost: ∑_k p_k + x for ∑_k (p_k + x)"),
        (r"a = \sum_k p_k + x", "right: bracket put: ∑_k (p_k + x) for ∑_k p_k + x"),
        (r"a = (\sum_k p_k)^2", "right: exponent moved inside: ∑_k (p_k)^2 for (∑_k p_k)^2"),
        (r"a = \sum_k p_k^2", "right: exponent moved outside: (∑_k p_k)^2 for ∑_k p_k^2"),
        (r"A = (A M) \odot B", "right: bracket moved: A (M ⊙ B) for (A M) ⊙ B"),
        (r"a \ge 0", "≤ for ≥"),
        (r"a \ge 0", "> for ≥"),
        (r"a = b \quad \text{for } i \ne j", "condition i≠j dropped"),
        (r"a = \begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{if } x < 0 \end{cases}", "right: < for > in x>0"),
        (r"a = \begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{if } x < 0 \end{cases}", "right: ≥ for > in x>0"),
        (r"a = \begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{if } x < 0 \end{cases}", "right: case 1 dropped"),
        (
            r"a = \begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{if } x < 0 \end{cases}",
            "right: values swapped: {0 if x>0; 1 if x<0}",
        ),
        (r"a = x = y", "side 3: x for y"),
        (r"a = x, \quad b = y", "statement 2, right: x for y"),
    ],
)
def test_an_error_is_planted_in_the_tree(tex, description, names):
    found = {mutant.description for mutant in tree_mutants(read(tex, names), names)}
    assert description in found


def test_the_second_of_two_like_errors_has_a_number(names):
    found = [mutant.description for mutant in tree_mutants(read("a = x y + x b", names), names)]
    assert "right: factor dropped: y in x y" in found
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    "tex", [r"a = \sum_{k=1}^{K} p_k q_k", r"M_{ij} = p_i (\delta_{ij} - p_j)", r"A = X W_1 + B \odot A"]
)
def test_no_mutant_is_the_equation_itself(tex, names):
    statements = read(tex, names)
    form = form_of(statements, names)
    mutants = [*tree_mutants(statements, names), *ink_mutants(tex, statements, names)]
    assert mutants
    assert all(mutant.statements is None or form_of(mutant.statements, names) != form for mutant in mutants)
    assert max(Counter(mutant.description for mutant in mutants).values()) == 1


def test_a_tree_mutant_is_another_tree_each_time(names):
    mutants = tree_mutants(read(r"M_{ij} = p_i (\delta_{ij} - p_j)", names), names)
    assert len({mutant.statements for mutant in mutants}) == len(mutants)


def test_too_many_mutants_are_thinned_out_evenly():
    assert spread(list(range(10)), 5) == [0, 2, 4, 6, 8]
    assert spread([1, 2], 5) == [1, 2]


# Errors in the ink


def ink(tex, names):
    return {mutant.description: mutant for mutant in ink_mutants(tex, read(tex, names), names)}


@pytest.mark.parametrize(
    ("tex", "description", "becomes"),
    [
        (r"a = x - y", "ink: - deleted: a = x «-» y", "a = x y"),
        (r"a = x - y", "ink: + for -: a = x «-» y", "a = x + y"),
        (r"a = x^2", "ink: ^ deleted: a = x«^»2", "a = x 2"),
        (r"p_i = q_i", "ink: ^ for _: p_i = q«_»i", "p_i = q^i"),
        (r"p_i = q_i", "ink: j for i: p_i = q_«i»", "p_i = q_j"),
        (r"p_i = q_i", "ink: d for i: p_i = q_«i»", "p_i = q_d"),
        (r"p_i = q_i", "ink: p for q: p_i = «q»_i", "p_i = p_i"),
        (r"a = 12", "ink: 3 for 2: a = 1«2»", "a = 13"),
        (r"a = \frac{x}{y}", r"ink: x and y swapped: a = \frac{«x»}{«y»}", r"a = \frac{y}{x}"),
        (r"a = \frac{x}{y}", r"ink: \frac deleted: a = «\frac»{x}{y}", "a = x y"),
        (r"a = e^{x y}", "ink: braces lost: a = e^«{»xy«}»", "a = e^x y"),
        (r"a = \log x", r"ink: \log deleted: a = «\log»x", "a = x"),
        (r"A = A \odot B", r"ink: \cdot for \odot: A = A«\odot»B", r"A = A \cdot B"),
        (r"a \le x", r"ink: \ge for \le: a «\le» x", r"a \ge x"),
    ],
)
def test_an_error_is_planted_in_the_ink(tex, description, becomes, names):
    mutant = ink(tex, names)[description]
    assert mutant.statements == read(becomes, names)


def test_ink_that_cannot_be_read_any_more_counts_too(names):
    mutant = ink(r"a = \frac{x}{y}", names)[r"ink: x deleted: a = \frac{«x»}{y}"]
    assert mutant.statements is None


@pytest.mark.parametrize(
    "tex",
    [
        pytest.param(r"a \,=\, \left( x \right)", id="spaces and \\left"),
        pytest.param(r"\begin{aligned} a &= x \\ &= y \end{aligned}", id="layout"),
    ],
)
def test_what_nobody_sees_is_not_touched(tex, names):
    touched = {words.split(": ")[1].removesuffix(" deleted") for words in ink(tex, names) if words.endswith("deleted")}
    assert not touched & {r"\,", r"\left", r"\right", "&", r"\\", r"\begin", r"\end", "{", "}"}


def test_ink_that_reads_the_same_is_no_error(names):
    found = ink(r"a = \sum_{i} \sum_{j} W_{1,dj} M_{ij}", names)
    assert not any(words.startswith("ink: , deleted") for words in found)


def test_the_mutants_of_the_ink_are_bounded(names):
    tex = "a = " + " + ".join(["x y b"] * 100)
    assert 0 < len(list(ink_mutants(tex, read(tex, names), names))) <= MOST


# Teeth

PAGE = r"""
```notation
K \in \mathbb{N}            ; size ; K
i, k \in \{1,\dots,K\}      ; indices
z \in \mathbb{R}^{K}        ; a vector ; z
p \in \mathbb{R}^{K}        ; another ; p
s \in \mathbb{R}            ; its sum
```

```math id="sum" kind="definition" code="z.sum()"
s = \sum_{k=1}^{K} z_k
```

```math id="slope"
\frac{\partial s}{\partial z_i} = 1
```

```math id="wrong" kind="mistake"
s = 2 \sum_{k=1}^{K} z_k
```

```math id="not-checked" unchecked="for once"
s = s + s - s
```

```math id="fails"
s = 3
```
"""


def small(text=PAGE):
    return read_page(dedent(text), "p.md")


def test_every_error_on_a_small_page_is_caught():
    found = {equation.id: outcome for equation, outcome in teeth_of_page(small(), "math")}
    assert found["sum"].mutants > 20
    assert found["slope"].mutants > 10
    for name in ("sum", "slope"):
        assert found[name].survivors == ()
        assert found[name].killed == found[name].mutants


@pytest.mark.parametrize("name", ["wrong", "not-checked", "fails"])
def test_nothing_is_planted_in_what_does_not_hold(name):
    found = {equation.id: outcome for equation, outcome in teeth_of_page(small(), "math")}
    assert found[name] == Teeth()


def test_the_same_errors_are_planted_each_time():
    assert teeth_of_page(small(), "math") == teeth_of_page(small(), "math")


def test_a_judge_that_accepts_everything_is_seen(monkeypatch):
    monkeypatch.setattr(teeth_module, "judge_statements", lambda *_: Verdict("holds"))
    found = {equation.id: outcome for equation, outcome in teeth_of_page(small(), "math")}
    assert "right: 2 for 1" not in found["slope"].survivors
    assert "right: 1 becomes 2" in found["slope"].survivors
    assert found["slope"].killed < found["slope"].mutants


def test_a_judge_with_no_eye_for_signs_is_seen(monkeypatch):
    def blind(equation, statements, *rest):
        verdict = judge_statements(equation, statements, *rest)
        return Verdict("holds") if "-1 and 1" in verdict.message or "1 and -1" in verdict.message else verdict

    monkeypatch.setattr(teeth_module, "judge_statements", blind)
    found = {equation.id: outcome for equation, outcome in teeth_of_page(small(), "math")}
    assert "left: minus put before ∂s/∂z_i" in found["slope"].survivors


def test_what_is_planted_leaves_the_reader_as_it_was():
    page = small()
    reader = Reader()
    reader.names.declare(read_notation(page.notations[0].body))
    teeth(page.equations[0], reader, "math")
    assert reader.definitions == {}


def test_another_name_for_what_is_defined_is_no_error():
    page = small()
    reader = Reader()
    reader.names.declare(read_notation(page.notations[0].body))
    for mutant in planted(page.equations[0], reader, "math"):
        assert mutant.statements is None or getattr(mutant.statements[0].sides[0], "name", "s") == "s"


def test_nothing_is_planted_in_a_definition_without_code():
    reader = Reader()
    reader.names.declare(read_notation(small().notations[0].body))
    assert list(planted(small().equations[0], reader, "")) == []


def test_what_cannot_be_read_is_caught():
    equation = Equation("p.md", 1, 1, "a", "claim", "x = y")
    assert caught(Mutant("unreadable", None), equation, Reader(), "")
