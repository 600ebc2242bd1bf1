"""Cases and matrices."""

import numpy as np
import pytest
from constructs import ONE, ZERO, a, i, j, means, misses, x
from reading import tree

from eqcheck.tex.syntax import (
    Condition,
)

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
