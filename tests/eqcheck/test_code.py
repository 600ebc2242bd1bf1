"""Code beside an equation: what it is given, what is taken back, and what it cannot do."""

import sys
from types import ModuleType

import numpy as np
import pytest
from judged import SOFTMAX, definition, verdict, verdicts

from eqcheck.code import as_array, entry, names, run, to_python
from eqcheck.codelinks import CodeError
from eqcheck.domains import Indices, Labels, Naturals, Reals, Simplex


def test_symbols_reach_the_code_in_the_shapes_of_numpy():
    assert to_python(np.ones((3, 1)), Simplex("K")).shape == (3,)
    assert to_python(np.ones((1, 3)), Reals(("1", "H"))).shape == (1, 3)
    assert to_python(np.ones((2, 3)), Reals(("N", "D"))).shape == (2, 3)
    assert to_python(np.float64(2), Reals()) == 2.0
    assert type(to_python(np.float64(2), Reals())) is float
    assert type(to_python(3, Naturals())) is int
    assert type(to_python(3, Indices("K", fixed=True))) is int
    labels = to_python(np.array([[1.0], [2.0]]), Labels("K", "N"))
    assert labels.tolist() == [1, 2]
    assert labels.dtype.kind == "i"


def test_code_that_changes_what_it_is_given_changes_nothing_else():
    change = {"tex": "v + z = z + v", "code": "(v.fill(0), z.fill(0), v + z)[2]"}
    assert "differs" in verdict(change).message
    assert [one.status for one in verdicts(change, r"v + z = z + v")] == ["fails", "holds"]


@pytest.mark.parametrize(
    ("tex", "code", "said"),
    [
        (r"v + z = z + v", "(v + z)[None]", "shape (1, 2), and the left side is an array of shape (2, 1)"),
        (r"v + z = z + v", "X", "shape"),
        (r"X + X = 2 X", "2 * X.T", "they would fit after a transpose"),
        (r"X + X = 2 X", "(2 * X).reshape(-1)", "shape (6,)"),
        (r"a + x = x + a", "np.array([a + x])", "shape (1,), and the left side is a number"),
        (r"b + b = 2 b", "(2 * b).reshape(-1)", "shape"),
        (r"z_i + v_i = v_i + z_i", "(v + z)[None]", "shape (1, 2)"),
        (r"z_i v_j = v_j z_i", "np.outer(z, v)[None]", "shape (1, 2, 2)"),
        (r"z_i v_j = v_j z_i", "np.outer(z, v).reshape(-1)", "shape (4,)"),
    ],
)
def test_a_wrong_shape_is_a_failure_and_not_squeezed_away(tex, code, said):
    outcome = verdict({"tex": tex, "code": code})
    assert outcome.status == "fails"
    assert said in outcome.message


@pytest.mark.parametrize(
    ("tex", "code"),
    [
        (r"v + z = z + v", "v + z"),
        (r"v + z = z + v", "(v + z)[:, None]"),
        (r"z_i + v_i = v_i + z_i", "v + z"),
        (r"z_i + v_i = v_i + z_i", "(v + z)[:, None]"),
        (r"b_h + b_h = 2 b_h", "2 * b"),
        (r"b + b = 2 b", "2 * b"),
        (r"X_{nd} + X_{nd} = 2 X_{nd}", "2 * X"),
        (r"z_i v_j = v_j z_i", "np.outer(z, v)"),
        (r"a + x = x + a", "np.float64(a) + x"),
        (r"K + 1 = 1 + K", "K + 1"),
        (r"z_c + 1 = 1 + z_c", "z[c - 1] + 1"),
    ],
)
def test_the_shapes_that_may_come_back(tex, code):
    assert verdict({"tex": tex, "code": code}).message == ""


def test_no_number_is_no_agreement():
    for value in ("np.nan", "np.inf"):
        assert verdict({"tex": "a + x = x + a", "code": value}).status == "fails"
    assert verdict({"tex": r"\log x = \log x + 0", "code": "np.nan"}).status == "fails"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("nothing(a)", "NameError: name 'nothing' is not defined; name a module"),
        ("exit()", "SystemExit"),
        ("(_ for _ in ()).throw(SystemExit(3))", "SystemExit: 3"),
        ("(_ for _ in ()).throw(RecursionError)", "RecursionError"),
        ("a +", "expected a Python expression"),
        ("'text'", "no real numbers, but str"),
        ("None", "no real numbers, but NoneType"),
        ("1j * a", "no real numbers, but complex"),
        ("[[1], [1, 2]]", "no array"),
    ],
)
def test_an_error_of_the_code_is_told_by_its_name(code, said):
    outcome = verdict({"tex": "a + x = x + a", "code": code})
    assert outcome.status == "fails"
    assert said in outcome.message
    assert "\n" not in outcome.message


def test_code_is_quiet(capfd):
    loud = "(print('loud'), np.log(-1.0), __import__('warnings').warn('loud'), a + x)[3]"
    assert verdict({"tex": "a + x = x + a", "code": loud}).status == "holds"
    assert capfd.readouterr() == ("", "")


def test_an_interrupt_is_not_kept_from_the_user():
    with pytest.raises(KeyboardInterrupt):
        run("(_ for _ in ()).throw(KeyboardInterrupt)", "builtins", {})


def test_the_namespace_is_a_module_of_the_author(monkeypatch):
    module = ModuleType("somebodys")
    module.double = lambda number: 2 * number
    monkeypatch.setitem(sys.modules, "somebodys", module)
    display = {"tex": "x + x = 2 x", "code": "double(x)"}
    assert verdict(display, namespace="somebodys").status == "holds"
    assert "cannot be imported" in verdict(display, namespace="nobodys_module").message


def test_a_module_that_breaks_on_import_is_told(tmp_path, monkeypatch):
    (tmp_path / "broken_notes.py").write_text("1 / 0")
    monkeypatch.syspath_prepend(tmp_path)
    assert "ZeroDivisionError" in verdict({"tex": "x + x = 2 x", "code": "x"}, namespace="broken_notes").message


def test_several_statements_may_have_a_value_each():
    both = r"L = a + x \quad E = a x"
    assert verdict(definition(both, "(a + x, a * x)")).status == "holds"
    assert "differs" in verdict(definition(both, "(a + x, a + x)")).message


def test_a_function_of_the_page_does_not_hide_the_one_of_the_module():
    symbols = r"f : \mathbb{R}\to\mathbb{R} ; a function ; abs" + "\n" + r"x \in \mathbb{R} ; a number ; x"
    assert verdict(definition(r"f(x) = \max(x, -x)", "abs(x)"), symbols=symbols).status == "holds"


def test_a_chain_is_compared_with_the_code_where_its_left_side_has_no_value():
    relu = definition(r"f(x) = \max(0, x)", "max(x, 0)")
    slope = r"f'(x) = \begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}"
    assert verdict(relu, {"tex": slope, "code": "float(x > 0)"}).status == "holds"
    assert "the code gives 1" in verdict(relu, {"tex": slope, "code": "float(x >= 0)"}).message


def test_jacobians_are_compared_entry_by_entry():
    jacobian = r"\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} - p_j)"
    right = "(lambda p: np.diag(p) - np.outer(p, p))(np.exp(z) / np.exp(z).sum())"
    assert verdict(SOFTMAX, {"tex": jacobian, "code": right}).status == "holds"
    assert "the code differs" in verdict(SOFTMAX, {"tex": jacobian, "code": right.replace(" - ", " + ")}).message


def test_names_are_those_that_an_expression_uses():
    assert names("np.exp(z[c - 1]) + K") == {"np", "z", "c", "K"}
    with pytest.raises(CodeError, match="expected a Python expression"):
        names("a b")


def test_an_entry_of_what_was_computed():
    table = as_array([[1, 2, 3], [4, 5, 6]])
    assert entry(table, (1, 2), (2, 3), 0.0) == 6.0
    assert entry(as_array([7, 8]), (), (), np.zeros((2, 1))).tolist() == [[7], [8]]
    assert entry(as_array(True), (), (), 0.0) == 1.0
    with pytest.raises(CodeError, match="a number"):
        entry(as_array(3.0), (0,), (2,), 0.0)
