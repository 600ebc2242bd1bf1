"""Notation fences: symbols, where they live, what they mean, how Python calls them."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eqcheck.notation import Declaration, NotationError, read_notation

steady = settings(derandomize=True, deadline=None, database=None, max_examples=200)


def declaration(line):
    (found,) = read_notation(line)
    return found


def refusal(line):
    with pytest.raises(NotationError) as refused:
        read_notation(line)
    return str(refused.value)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            r"N, D, H, K \in \mathbb{N}           ; batch size, inputs, hidden units, classes ; N, D, H, K",
            Declaration(
                tuple("NDHK"), r"\mathbb{N}", "batch size, inputs, hidden units, classes", ("N", "D", "H", "K")
            ),
        ),
        (r"i, j, k \in \{1,\dots,K\} ; class indices", Declaration(tuple("ijk"), r"\{1,\dots,K\}", "class indices")),
        (
            r"c \in \{1,\dots,K\} fixed           ; the true class           ; c",
            Declaration(("c",), r"\{1,\dots,K\}", "the true class", ("c",), fixed=True),
        ),
        (
            r"X \in \mathbb{R}^{N\times D} ; one example per row ; X",
            Declaration(("X",), r"\mathbb{R}^{N\times D}", "one example per row", ("X",)),
        ),
        (
            r"t \in \Delta^{K-1} ; target distribution ; t",
            Declaration(("t",), r"\Delta^{K-1}", "target distribution", ("t",)),
        ),
        (r"a, b \in \{0,1\} ; bits ; a, b", Declaration(("a", "b"), r"\{0,1\}", "bits", ("a", "b"))),
        (
            r"\eta \in \mathbb{R}_{>0} ; learning rate ; eta",
            Declaration((r"\eta",), r"\mathbb{R}_{>0}", "learning rate", ("eta",)),
        ),
        (
            r"\sigma : \mathbb{R}\to\mathbb{R} ; logistic function",
            Declaration((r"\sigma",), r"\mathbb{R}\to\mathbb{R}", "logistic function", function=True),
        ),
        (
            r"\mathrm{CE} : \Delta^{K-1}\times(0,1)^{K}\to\mathbb{R} ; cross-entropy",
            Declaration((r"\mathrm{CE}",), r"\Delta^{K-1}\times(0,1)^{K}\to\mathbb{R}", "cross-entropy", function=True),
        ),
        (r"z \in \mathbb{R}", Declaration(("z",), r"\mathbb{R}")),
        (r"z\in\mathbb{R};logits;z", Declaration(("z",), r"\mathbb{R}", "logits", ("z",))),
        (r"z \in \mathbb{R} ; ; z", Declaration(("z",), r"\mathbb{R}", "", ("z",))),
        (r"z \in \mathbb{R} ; logits ;", Declaration(("z",), r"\mathbb{R}", "logits")),
    ],
)
def test_a_line_declares(line, expected):
    assert declaration(line) == expected


def test_every_line_that_is_not_blank_declares():
    found = read_notation("\nz \\in \\mathbb{R} ; a\n   \n\\hat y \\in \\mathbb{R} ; b\n")
    assert [(d.symbols, d.meaning) for d in found] == [(("z",), "a"), ((r"\hat y",), "b")]
    assert read_notation(" \n\n") == []


def test_a_space_of_tex_is_no_end_of_a_field():
    found = declaration(r"z\;w \in \mathbb{R}\;fixed ; a \; b ; z")
    assert (found.symbols, found.domain, found.meaning, found.names) == (
        (r"z\;w",),
        r"\mathbb{R}\;fixed",
        r"a \; b",
        ("z",),
    )


def test_a_comma_in_braces_is_part_of_the_symbol():
    assert declaration(r"b_{2,k}, W^{(1)} \in \mathbb{R} ; ; b, W").symbols == ("b_{2,k}", "W^{(1)}")


@pytest.mark.parametrize(
    ("domain", "shape"),
    [
        (r"\mathbb{R}", ()),
        (r"\mathbb{R}_{>0}", ()),
        (r"\{1,\dots,K\}", ()),
        (r"\{1, \dots, K\}", ()),
        (r"\mathbb{R}^{K}", ("K",)),
        (r"\mathbb{R}^K", ("K",)),
        (r"\mathbb{R}_{\ge 0}^{K}", ("K",)),
        (r"\{1,\dots,K\}^{N}", ("N",)),
        (r"\mathbb{R}^{N\times D}", ("N", "D")),
        (r"\mathbb{R}^{1 \times H}", ("1", "H")),
        (r"\mathbb{R}^{A\times B\times C}", ("A", "B", "C")),
    ],
)
def test_the_shape_is_in_the_exponent(domain, shape):
    assert declaration(rf"x \in {domain} fixed").shape == shape


@pytest.mark.parametrize(
    ("line", "domain"),
    [
        (r"N \in \mathbb{N}", r"\mathbb{N}"),
        (r"t \in \Delta^{K-1}", r"\Delta^{K-1}"),
        (r"x \in \mathbb{R}^10", r"\mathbb{R}^10"),
        (r"f : \mathbb{R}", r"\mathbb{R}"),
    ],
)
def test_what_has_no_shape_says_so(line, domain):
    with pytest.raises(NotationError) as refused:
        _ = declaration(line).shape
    assert str(refused.value) == f"{domain} has no shape"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("z", r"expected a declaration like 'z \in \mathbb{R}^{K}', got 'z'"),
        (r"z \infty K", r"expected a declaration like 'z \in \mathbb{R}^{K}', got 'z \\infty K'"),
        ("; logits ; z", r"expected a declaration like 'z \in \mathbb{R}^{K}', got ''"),
        (r"z \in", r"expected symbols and the set they are in, got 'z \\in'"),
        (r"\in \mathbb{R}", r"expected symbols and the set they are in, got '\\in \\mathbb{R}'"),
        ("a, b \\in K ; bits ; a", "expected one Python name for each of a, b, got 'a'"),
        ("a \\in K ; bits ; a, b", "expected one Python name for each of a, got 'a, b'"),
        ("a \\in K ; x ; a ; y", "expected at most three fields divided by ';', got 4: a \\in K ; x ; a ; y"),
        ("a \\in K\nb", r"expected a declaration like 'z \in \mathbb{R}^{K}', got 'b'"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused(line, message):
    assert refusal(line) == message


@pytest.mark.parametrize("name", ["1z", "a.b", "a b", "lambda"])
def test_a_name_is_a_name_of_python(name):
    assert name in refusal(rf"z \in \mathbb{{R}} ; logits ; {name}")


def test_a_comma_in_braces_in_braces_is_part_of_the_symbol():
    assert declaration(r"W_{a,{b,c}} \in \mathbb{R}").symbols == (r"W_{a,{b,c}}",)


PIECES = (
    "z",
    "\\in",
    ":",
    " ",
    ";",
    ",",
    "\\;",
    r"\mathbb{R}",
    "^{K}",
    "^",
    "{",
    "}",
    r"\{1,\dots,K\}",
    r"\times",
    " fixed",
)


@steady
@given(st.text() | st.lists(st.sampled_from((*PIECES, "\n")), max_size=20).map("".join))
def test_any_text_is_read_or_refused(text):
    try:
        found = read_notation(text)
    except NotationError:
        return
    for read in found:
        assert read.symbols
        assert read.domain
        with suppress(NotationError):
            assert isinstance(read.shape, tuple)
