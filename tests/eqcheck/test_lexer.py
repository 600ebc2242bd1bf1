"""Tokens: what TeX sets, and where it stands."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eqcheck.tex.lexer import Refusal, Token, tokens

steady = settings(derandomize=True, deadline=None, database=None, max_examples=200)


def texts(tex):
    return [token.text for token in tokens(tex)[:-1]]


def kinds(tex):
    return [token.kind for token in tokens(tex)[:-1]]


def test_tokens_know_their_kind_and_place():
    assert tokens("W_1\n = \\log 2") == [
        Token("letter", "W", 1, 1),
        Token("mark", "_", 1, 2),
        Token("digit", "1", 1, 3),
        Token("mark", "=", 2, 2),
        Token("command", r"\log", 2, 4),
        Token("digit", "2", 2, 9),
        Token("end", "the end", 2, 10),
    ]


def test_tex_takes_one_digit_and_so_does_the_reader():
    assert texts("x^10") == ["x", "^", "1", "0"]


@pytest.mark.parametrize("tex", [r"\left( a \right)", r"\bigl(a\bigr)", r"\Bigg( a \Bigg)", r"\displaystyle (a)"])
def test_sizes_say_nothing(tex):
    assert texts(tex) == ["(", "a", ")"]


@pytest.mark.parametrize("tex", [r"a\,b", r"a\;b", r"a\!b", r"a\:b", r"a\ b", "a~b", "a % c\nb", r"a\nonumber b"])
def test_spaces_and_comments_vanish(tex):
    assert texts(tex) == ["a", "b"]


@pytest.mark.parametrize("tex", [r"a\quad b", r"a\qquad b", r"a\hspace{1cm}b", r"a\hspace*{1cm}b"])
def test_wide_spaces_stay(tex):
    assert kinds(tex) == ["letter", "gap", "letter"]


def test_a_quad_is_no_part_of_a_longer_command():
    assert texts(r"\quadx") == [r"\quadx"]


@pytest.mark.parametrize(
    "tex", [r"a\label{eq:x{y}}b", r"a \tag{1} b", r"\color{red} ab", r"\textcolor{red} ab", r"a\phantom{=}b"]
)
def test_what_is_no_mathematics_vanishes_with_its_argument(tex):
    assert texts(tex) == ["a", "b"]


@pytest.mark.parametrize(
    ("tex", "same"),
    [
        (r"\dfrac12", r"\frac12"),
        (r"\tfrac12", r"\frac12"),
        (r"\cfrac12", r"\frac12"),
        (r"a \leq b \geq c \neq d", r"a \le b \ge c \ne d"),
        (r"a \not= b", r"a \ne b"),
        (r"a \equiv b", "a = b"),
        (r"\left| a \right|", r"\lvert a \rvert"),
        (r"\left\| a \right\Vert", r"\lVert a \rVert"),
        (r"\bigl\vert a \Biggr |", r"\lvert a \rvert"),
        (r"\Big| a \vert \mid", "|a||"),
        (r"\Vert a \parallel", r"\|a\|"),
        (r"f^\prime", "f^'"),
        (r"\ldots \cdots", r"\dots \dots"),
        ("a ≤ b − c · d", r"a \le b - c \cdot d"),
        (r"\bm{x}", r"\boldsymbol{x}"),
    ],
)
def test_one_thing_has_one_spelling(tex, same):
    assert [(token.kind, token.text) for token in tokens(tex)[:-1]] == [
        (token.kind, token.text) for token in tokens(same)[:-1]
    ]


def test_rows_end_with_a_space_perhaps():
    assert kinds(r"a \\ b \\[2pt] c \\* d \newline e") == ["letter", "row"] * 4 + ["letter"]
    assert texts(r"a \\ [k = c]")[2:] == ["[", "k", "=", "c", "]"]


def test_a_missing_bracket_of_a_pair_is_a_token():
    assert texts(r"\left. a \right|") == [r"\left.", "a", r"\rvert"]
    assert texts(r"\left\{ a \right.") == [r"\{", "a", r"\right."]


def test_words_are_one_token():
    assert tokens(r"1 \text{ if } x")[1] == Token("text", "if", 1, 3)
    assert kinds(r"\textrm{a} \mbox{b} \text{\{}") == ["text"] * 3


def test_words_may_hold_mathematics():
    found = tokens(r"\text{if $x > 0$ and $y$}")
    assert [(token.kind, token.text) for token in found[:-1]] == [
        ("text", "if"),
        ("letter", "x"),
        ("mark", ">"),
        ("digit", "0"),
        ("text", "and"),
        ("letter", "y"),
    ]
    assert found[1].column == 11


@pytest.mark.parametrize(
    ("tex", "column", "words"),
    [
        (r"a \text b", 3, "expected { and text"),
        (r"a \label", 3, "expected { and text"),
        (r"a \text{b", 8, "never closed"),
        (r"1\,000", 4, "a space between two digits"),
        (r"2\;3", 4, "a space between two digits"),
        (r"\text{if $x}", 10, "no partner"),
    ],
)
def test_what_cannot_be_cut_is_refused(tex, column, words):
    with pytest.raises(Refusal, match=words) as refused:
        tokens(tex)
    assert (refused.value.line, refused.value.column) == (1, column)


@steady
@given(st.text())
def test_any_text_is_cut_or_refused(text):
    try:
        found = tokens(text)
    except Refusal:
        return
    assert found[-1].kind == "end"
    lines = text.split("\n")
    for token in found[:-1]:
        if token.kind in ("letter", "digit"):
            assert lines[token.line - 1][token.column - 1] == token.text
