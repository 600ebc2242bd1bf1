"""What expressions are worth: the algebra of numbers and matrices, and what does not fit in it."""

import numpy as np
import pytest
from judged import page

from eqcheck.evaluate import evaluate, holds
from eqcheck.instances import RandomSource
from eqcheck.judge import read_names
from eqcheck.tex.statements import read_statements
from eqcheck.tex.syntax import Condition, Number
from eqcheck.world import Failure, Misfit, Scope, Setting, Undefined, World

NAMES = read_names(page()).names
SIZES = {"N": 2, "D": 3, "H": 4, "K": 5}


@pytest.fixture
def world():
    return World(Setting(NAMES, {}, evaluate), SIZES, RandomSource((0,)))


def value(world, tex, **scope):
    return evaluate(world, read_statements(f"a = {tex}", NAMES)[0].sides[1], Scope(scope))


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("2^3", 8),
        ("-2^2", -4),
        (r"\frac{1}{4}", 0.25),
        (r"2 \cdot 3 + 1", 7),
        (r"\sum_{k=1}^{4} k", 10),
        (r"\sum_{k=3}^{4} k", 7),
        (r"\prod_{k=1}^{4} k", 24),
        (r"\sum_{k=4}^{3} k", 0),
        (r"\prod_{k=4}^{3} k", 1),
        (r"\sum_{k=1}^{K} 1", 5),
        (r"\max_k k", 5),
        (r"\min_k k", 1),
        (r"\max(1, 2, 3)", 3),
        (r"\min(1, -2)", -2),
        (r"|-3|", 3),
        (r"\log e^2", 2),
        (r"\sqrt{9}", 3),
        (r"\delta_{12} + \delta_{22}", 1),
        (r"\mathbf{1}_K^\top \mathbf{1}_K", 5),
        (r"\operatorname{tr}(I_K)", 5),
        (r"\det(I_3)", 1),
        (r"\|\mathbf{1}_4\|", 2),
        (r"\|-3\|", 3),
        (r"\begin{bmatrix} 1 & 2 \end{bmatrix} \begin{bmatrix} 3 \\ 4 \end{bmatrix}", 11),
        (r"\begin{cases} 1 & \text{if } 1 > 2 \\ 2 & \text{otherwise} \end{cases}", 2),
        (r"\mathbb{1}[1 \le 2]", 1),
        (r"10^{400}", np.inf),
        ("2^{2000}", np.nan),
        (r"0^{-1}", np.nan),
        (r"(-1)^{0.5}", np.nan),
        (r"\log(-1)", np.nan),
        (r"\frac{1}{0}", np.nan),
    ],
)
def test_numbers(world, tex, expected):
    with np.errstate(all="ignore"):
        assert float(np.real(value(world, tex))) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"X^\top", lambda X, v, S: X.T),
        (r"S v", lambda X, v, S: S @ v),
        (r"v v^\top", lambda X, v, S: v @ v.T),
        (r"v (v^\top v)", lambda X, v, S: v * (v.T @ v)),
        (r"S \odot S", lambda X, v, S: S * S),
        (r"2 X - 1", lambda X, v, S: 2 * X - 1),
        (r"S^{-1}", lambda X, v, S: np.linalg.inv(S)),
        (r"\operatorname{diag}(v)", lambda X, v, S: np.diag(v.ravel())),
        (r"\operatorname{diag}(S)", lambda X, v, S: np.diag(S).reshape(-1, 1)),
        (r"e^{X}", lambda X, v, S: np.exp(X)),
        (r"\max(0, X)", lambda X, v, S: np.maximum(0, X)),
        (r"\sum_{k=1}^{2} k S", lambda X, v, S: 3 * S),
        (r"\mathbf{0}_K", lambda X, v, S: np.zeros((5, 1))),
    ],
)
def test_matrices(world, tex, expected):
    X, v, S = (world.value(name) for name in ("X", "v", "S"))
    np.testing.assert_allclose(value(world, tex), expected(X, v, S))


def test_entries_rows_and_columns(world):
    X, v = world.value("X"), world.value("v")
    assert value(world, "X_{12}") == X[0, 1]
    assert value(world, "X_{n2}", n=2) == X[1, 1]
    assert value(world, "v_3") == v[2, 0]
    np.testing.assert_array_equal(value(world, r"X_{1,:}"), X[:1])
    np.testing.assert_array_equal(value(world, r"X_{:,2}"), X[:, 1:2])


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        ("X W^\\top", "product: N × D times H × D"),
        ("X + W", "sum: N × D and D × H"),
        (r"X \odot W", "⊙: N × D and D × H"),
        (r"2 \odot W", "joins a number and a matrix"),
        ("X^2", "power of a matrix of shape N × D"),
        ("2^X", "an exponent is a matrix"),
        (r"\frac{1}{X}", "divided by a matrix of shape N × D"),
        ("X_{13} + X_{14}", "an index of X is 4, and this axis of X has 3 entries"),
        ("X_1", "X is N × D and has 1 indices"),
        ("x_1", "x is a number and has no entries"),
        (r"\operatorname{tr}(X)", "trace of a matrix of shape 2 × 3"),
        (r"\operatorname{tr}(x)", "needs one matrix"),
        (r"\max(x, X)", "max of a number and a matrix"),
        (r"\max(W, X)", "different shapes"),
        (r"\mathrm{CE}(v, X)", "is N × D, declared as K × 1"),
    ],
)
def test_what_does_not_fit(world, tex, said):
    with pytest.raises(Misfit, match=said.replace("(", r"\(")):
        value(world, tex)


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        (r"\prod_{k=1}^{2} S", "product of matrices over an index"),
        (r"\max_k S", "max of matrices over an index"),
        (r"v_{c / 2 + 0.3}", "not a whole number"),
        (r"\sum_{k=1}^{x} 1", "bound of a sum is not a whole number"),
        (r"\mathrm{CE}'(t, q)", "dash on a function that is not one of a single number"),
        (r"\mathbf{1}_{0}", "constant of size 0"),
        (r"\begin{cases} 1 & \text{if } X > 1 \\ 2 & \text{otherwise} \end{cases}", "compares matrices"),
        (r"\begin{cases} 1 & \text{if } 1 < 2 \\ 2 & \text{if } 1 < 3 \end{cases}", "two cases apply"),
    ],
)
def test_what_has_no_value(world, tex, said):
    with pytest.raises(Failure, match=said):
        value(world, tex)


def test_conditions_go_by_real_parts_and_say_nothing_just_where_they_change(world):
    step = 1e-30j
    assert holds(world, Condition("<", Number(1.0), Number(2.0 + step)), Scope())
    with pytest.raises(Undefined):
        holds(world, Condition("<", Number(2.0), Number(2.0 + step)), Scope())


def test_a_costly_node_is_computed_once_for_each_choice_of_its_indices(world):
    display = r"\sum_{i=1}^{K} \sum_{j=1}^{K} \left(\sum_{k=1}^{K} z_k v_k\right)"
    before = world.setting.work
    value(world, display)
    assert world.setting.work - before < 150  # 5 · 5 · 5 · 3 without
