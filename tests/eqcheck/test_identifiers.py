"""Indices of a name, and the examples of a data set."""

import pytest
from constructs import ONE, TWO, i, means, misses
from reading import SYMBOLS, refusal, tree

from eqcheck.tex.syntax import (
    Entry,
    Number,
    Plus,
    Symbol,
    Transpose,
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


# ---- examples of a data set ---------------------------------------------------------------------

ROWS = (
    SYMBOLS.replace("a, x \\in", "a \\in").replace(r", \mathbf{y}", "")
    + "Y \\in \\mathbb{R}^{D\\times N}\nr \\in \\mathbb{R}^{N}\n"
    + "v, U \\in \\mathbb{R}^{D}\nV \\in \\mathbb{R}^{N\\times D}\ns \\in \\mathbb{R}\nS \\in \\mathbb{R}^{N}\n"
)
n = Symbol("n")
TWO_FITS = (
    "is A^{(i)} a row or a column? i runs to K, and both axes of A have K entries; "
    "write A_{i,:} for the row, A_{:,i} for the column"
)


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
        ("X^{(n + 1)}", Transpose(Entry("X", (Plus((n, ONE)), None)))),
        ("p^{(i)}", Entry("p", (i,))),
        ("v^{(n)}", Transpose(Entry("V", (n, None)))),  # v is one row of V
        ("s^{(n)}", Entry("S", (n,))),
    ],
)
def test_an_example_is_the_row_or_column_that_the_index_runs_along(tex, expected):
    assert tree(tex, ROWS) == expected


@pytest.mark.parametrize(
    ("tex", "message"),
    [
        ("x^{@(i)}", "x^{(i)} is not declared, and is no row or column of X: i runs to K, and X is N \\times D"),
        ("w^{@(n)}", "w^{(n)} is not declared, and is no row or column of W: n runs to N, and W is D \\times K"),
        ("@h^{(n)}", "h^{(n)} is not declared"),
        ("A^{@(i)}", TWO_FITS),
        ("p^{@(n)}", "p^{(n)} is not declared, and is no row or column of p: n runs to N, and p is K"),
        ("a^{@(n)}", "a^{(n)} is not declared, and is no row or column of a: n runs to N, and a is a number"),
        ("u^{@(n)}", "u^{(n)} is not declared, and is no row or column of u: n runs to N, and u is a number"),
        ("@x^{(1)}", "x^{(1)} is not declared"),
        ("@x^{(n+i)}", "x^{(n+i)} is not declared"),
        ("x^{@(n)}_{12}", "x^{(n)} has one index too many: X is N \\times D"),
        ("p^{@(i)}_1", "p^{(i)} has one index too many: p is K"),
    ],
)
def test_an_index_that_could_be_either_is_refused(tex, message):
    assert refusal(f"a = {tex}", ROWS) == message
