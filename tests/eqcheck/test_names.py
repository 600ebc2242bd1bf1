"""Names: which are declared, and which of them a letter with its scripts means."""

import pytest
from reading import SYMBOLS, names, refusal, tree

from eqcheck.domains import Naturals, Reals
from eqcheck.notation import NotationError, read_notation
from eqcheck.tex.lexer import tokens
from eqcheck.tex.names import Match, Names, scripted_letter
from eqcheck.tex.syntax import Entry, Number, Symbol, Transpose


def declared(*lines):
    return names("\n".join(lines))


def key(symbol):
    (found,) = declared(rf"{symbol} \in \mathbb{{R}}").domains
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("W_1", "W_{1}"),
        ("W^{(1)}", "W^{( 1 )}"),
        (r"\hat y", r"\hat{y}"),
        (r"\widehat y", r"\hat y"),
        ("b_1^{(2)}", "b^{(2)}_1"),
        ("f'", r"f^\prime"),
        ("f''", "f^{''}"),
        (r"\mathbf w", r"\boldsymbol{w}"),
        (r"\mathrm{CE}", r"\text{CE}"),
        (r"\operatorname{CE}", r"\mathrm{CE}"),
        (r"L_{\text{train}}", r"L_{\mathrm{train}}"),
        (r"E_{\hat{\boldsymbol w}}", r"E_{\hat{\mathbf{w}}}"),
    ],
)
def test_a_name_has_one_spelling(one, other):
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("W_1", "W^1"),
        (r"\hat y", r"\bar y"),
        ("x", r"\mathbf x"),
        ("f", "f'"),
        ("b_{2,k}", "b_{2k}"),
        (r"L_{\text{in}}", "L_{in}"),
    ],
)
def test_what_looks_different_is_different(one, other):
    assert key(one) != key(other)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (r"x, x \in \mathbb{R}", "declared twice"),
        (r"\mathbf x, \boldsymbol{x} \in \mathbb{R}", "declared twice"),
        (r"e \in \mathbb{R}", "Euler's number"),
        (r"\partial \in \mathbb{R}", "the sign of a derivative"),
        (r"\mathrm{d} \in \mathbb{R}", "the sign of a derivative"),
        (r"\log \in \mathbb{R}", "a known function"),
        (r"\sum \in \mathbb{R}", "a sign of the language"),
        (r"\top \in \mathbb{R}", "the sign of a transpose"),
        (r"\frac \in \mathbb{R}", "not a letter"),
        (r"\foo \in \mathbb{R}", "not a letter"),
        (r"xy \in \mathbb{R}", "not one name"),
        (r"x_1_2 \in \mathbb{R}", "a second _"),
        (r"x_ \in \mathbb{R}", "expected something"),
        (r"x_{} \in \mathbb{R}", "nothing stands"),
        (r"1 \in \mathbb{R}", "expected a letter"),
        (r"\hat{\hat{\hat{\hat{\hat{\hat{\hat{\hat{\hat{\hat x}}}}}}}}} \in \mathbb{R}", "too many"),
    ],
)
def test_what_is_no_name_cannot_be_declared(line, words):
    with pytest.raises(NotationError, match=words):
        declared(line)


def find(tex, *lines):
    found = declared(*lines)
    match = found.find(scripted_letter(tokens(tex), 0)[0])
    if match is None:
        return None
    return match.key, "".join(t.text for t in match.below), "".join(t.text for t in match.above)


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("W", None),
        ("W_1", ("W_1", "", "")),
        ("W_{1,dh}", ("W_1", "dh", "")),
        ("W_{1dh}^{2}", ("W_1", "dh", "2")),
        ("W^{(1)}_{dh}", ("W^{(1)}", "dh", "")),
        (r"W^{(1)\top}", ("W^{(1)}", "", r"\top")),
        (r"W_1^\top", ("W_1", "", r"\top")),
        ("W_{12}", ("W_12", "", "")),
        ("W_{1,2}", ("W_1", "2", "")),
        ("W_{2}", None),
    ],
)
def test_the_longest_declared_name_wins(tex, expected):
    assert find(tex, r"W_1, W_{12}, W^{(1)} \in \mathbb{R}") == expected


def test_a_dash_is_a_derivative_on_a_function_only():
    assert find("f''", r"f : \mathbb{R}\to\mathbb{R}") == ("f", "", "")
    assert find("f'", r"f \in \mathbb{R}") is None
    assert find("f'", r"f, f' : \mathbb{R}\to\mathbb{R}") == ("f'", "", "")


def test_a_bold_vector_has_plain_entries():
    lines = (r"\mathbf y, \hat{\mathbf y} \in \mathbb{R}^{K}",)
    assert find("y_j", *lines) == (r"\mathbf{y}", "j", "")
    assert find(r"\hat y_j", *lines) == (r"\hat{\mathbf{y}}", "j", "")
    assert find("y", *lines) is None
    assert find("y_j", *lines, r"y \in \mathbb{R}") == ("y", "j", "")


def test_match_is_what_is_left():
    assert Match("x") == Match("x", (), ())


def test_python_names_lead_to_symbols():
    assert declared(r"\hat y, z \in \mathbb{R} ; ; y_hat, z").python == {"y_hat": r"\hat{y}", "z": "z"}


def test_sizes_may_carry_subscripts():
    found = declared(r"D_x, D_{in} \in \mathbb{N}", r"X \in \mathbb{R}^{D_x\times D_{in}}")
    assert found.domains["X"] == Reals(("D_x", "D_in"))
    assert found.domains["D_x"] == found.domains["D_in"] == Naturals()


# ---- declared names that hide something ---------------------------------------------------------


def test_a_declared_t_is_no_transpose():
    assert tree("A^T") == Transpose(Symbol("A"))
    assert r"write ^\top" in refusal("a = A^@T", SYMBOLS + "T \\in \\mathbb{R}\n")
    assert r"write ^\top" in refusal("a = A^{@T}", SYMBOLS + "T \\in \\mathbb{N}\n")


def test_a_declared_d_is_no_differential():
    assert r"write \partial" in refusal(r"a = \frac{@d x}{d x}", SYMBOLS + "d \\in \\mathbb{R}\n")


def test_a_declared_i_is_no_identity():
    assert r"write \mathbf{I}" in refusal("a = @I_K", SYMBOLS + "I \\in \\mathbb{N}\n")


def test_a_declared_letter_is_what_it_is_declared_as():
    assert tree(r"\pi", SYMBOLS + "\\pi \\in \\mathbb{R}\n") == Symbol(r"\pi")
    assert tree(r"\delta_k", SYMBOLS + "\\delta \\in \\mathbb{R}^{K}\n") == Entry(r"\delta", (Symbol("k"),))


# ---- one name for each layer --------------------------------------------------------------------

LAYERS = (r"N, L \in \mathbb{N}", r"\ell \in \{1,\dots,L\}", r"n_0, n_\ell \in \mathbb{N}")


def test_an_index_in_a_name_makes_one_name_for_each_layer():
    found = declared(*LAYERS, r"W^{(\ell)} \in \mathbb{R}^{n_{\ell-1}\times n_\ell} ; weights ; W")
    assert [key for key in found.domains if "W" in key] == ["W^{(1)}", "W^{(2)}", "W^{(3)}"]
    assert found.domains["W^{(2)}"] == Reals(("n_1", "n_2"))
    assert found.python == {"W1": "W^{(1)}", "W2": "W^{(2)}", "W3": "W^{(3)}"}
    assert found.tex["W^{(2)}"] == "W^{(2)}"
    assert found.layer_indices() == {r"\ell"}


def test_an_index_in_a_word_is_no_index():
    found = declared(r"K \in \mathbb{N}", r"n, w \in \{1,\dots,K\}", r"W^{\mathrm{new}} \in \mathbb{R}")
    assert r"W^{\mathrm{new}}" in found.domains
    assert found.layer_indices() == set()


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ((*LAYERS, r"X \in \mathbb{R}^{L}"), "counts layers"),
        (
            (r"K \in \mathbb{N}", r"k \in \{1,\dots,K\}", r"x_k \in \mathbb{R}", r"z \in \mathbb{R}^{K}"),
            "counts layers",
        ),
        ((*LAYERS, r"m \in \{1,\dots,L\}", r"W_{\ell m} \in \mathbb{R}"), "expected one index"),
        ((r"k \in \{1,\dots,3\}", r"x_k \in \mathbb{R}"), "expected one index"),
        ((*LAYERS, r"W^{(\ell)} \in \mathbb{R}^{n_{\ell-2}}"), "no layer -1"),
    ],
)
def test_what_counts_layers_is_nothing_else(lines, words):
    with pytest.raises(NotationError, match=words):
        declared(*lines)


def test_the_number_of_layers_has_no_python_name():
    found = Names()
    found.declare(
        read_notation("L \\in \\mathbb{N} ; ; L\n\\ell \\in \\{1,\\dots,L\\}\nw_\\ell \\in \\mathbb{R} ; ; w")
    )
    assert found.python == {"w1": "w_1", "w2": "w_2", "w3": "w_3"}
    assert tree(
        "L", "a \\in \\mathbb{R}\nL \\in \\mathbb{N}\n\\ell \\in \\{1,\\dots,L\\}\nw_\\ell \\in \\mathbb{R}"
    ) == Number(3)
