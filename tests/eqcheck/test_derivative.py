"""Derivatives: against what is known, in every nesting, and silent where there is none."""

import mpmath
import numpy as np
import pytest
from judged import definition, verdict

from eqcheck.derivative import inverse, slope
from eqcheck.functions import ENTRYWISE
from eqcheck.world import Undefined


@pytest.mark.parametrize("name", ["log", "exp", "tanh", "sinh", "cosh", "sin", "cos", "erf"])
@pytest.mark.parametrize("x", [0.07, 0.5, 1.3])
def test_the_known_functions_have_the_slopes_of_mpmath(name, x):
    function = ENTRYWISE[name]
    for order, tolerance in ((1, 1e-13), (2, 1e-9), (3, 1e-5)):
        expected = float(mpmath.diff(getattr(mpmath, name), x, order))
        assert slope(function, order, False)(x) == pytest.approx(expected, rel=tolerance)
    assert slope(function, 1, True)(x) == pytest.approx(float(mpmath.diff(getattr(mpmath, name), x)), rel=1e-9)


def test_a_complex_step_is_not_taken_on_top_of_another():
    outer = slope(lambda x: slope(np.exp, 1, False)(2 * x), 1, False)
    assert outer(0.3) == pytest.approx(2 * np.exp(0.6), rel=1e-9)


def test_a_kink_has_no_slope():
    kink = ENTRYWISE["abs"]
    for taken in (False, True):
        with pytest.raises(Undefined):
            slope(kink, 1, taken)(0.0)
        assert slope(kink, 1, taken)(-0.5) == pytest.approx(-1)
    with pytest.raises(Undefined):  # it lies between the points of the difference
        slope(kink, 1, True)(0.00004)


def test_a_step_that_leaves_the_domain_is_made_shorter():
    def inside(a):
        return 2 * a if a < 1 else np.nan

    for near in (0.5, 0.997, 0.9995):
        assert slope(inside, 1, True)(near) == pytest.approx(2, rel=1e-9)
    assert np.isnan(slope(inside, 1, True)(1.5))
    with pytest.raises(Undefined):  # so near to a pole, what is steep looks like a kink; it is no NaN
        slope(lambda a: ENTRYWISE["log"](1 - a), 1, True)(0.997)


def test_a_root_of_zero_is_zero_and_has_no_slope():
    zero = r"x - x"
    assert verdict(rf"\sqrt{{{zero}}} = 0").status == "holds"
    assert "not a number" in verdict(rf"({zero})^{{-1/2}} = 0").message
    # once this held, since a NaN has no imaginary part
    assert "not a number" in verdict(r"\left. \frac{\partial \sqrt{x}}{\partial x} \right|_{x=0} = 0").message


def test_the_inverse_of_a_function_and_its_slope():
    square = inverse(lambda x: x**3 + x)
    assert square(10.0) == pytest.approx(2.0, rel=1e-12)
    assert slope(square, 1, False)(10.0) == pytest.approx(1 / 13, rel=1e-12)
    assert np.isnan(inverse(np.tanh)(2.0))
    assert inverse(lambda x: -x)(3.0) == pytest.approx(-3)


def test_a_derivative_by_a_part_of_a_matrix():
    total = definition(r"E = \sum_{n=1}^{N} \sum_{d=1}^{D} X_{nd}^2", "(X ** 2).sum()")
    assert verdict(total, r"\frac{\partial E}{\partial X_{nd}} = 2 X_{nd}").status == "holds"
    assert verdict(total, r"\frac{\partial E}{\partial X_{1d}} = 2 X_{1d}").status == "holds"
    assert verdict(total, r"\frac{\partial E}{\partial X_{1d}} = 2 X_{2d}").status == "fails"


def test_a_vector_by_a_matrix_is_no_matrix():
    assert "write it with indices" in verdict(r"\frac{\partial (S v)}{\partial S} = S").message
    assert verdict(r"\frac{\partial (\sum_{k=1}^K S_{ik} v_k)}{\partial S_{jl}} = \delta_{ij} v_l").status == "holds"


def test_a_vector_by_a_number_is_a_vector():
    assert verdict(r"\frac{\partial (x^2 v)}{\partial x} = 2 x v").status == "holds"


def test_a_free_function_has_derivatives_too():
    assert verdict(r"\frac{\partial f(x)^2}{\partial x} = 2 f(x) f'(x)").status == "holds"
    assert verdict(r"\frac{\partial f(x)^2}{\partial x} = 2 f'(x)").status == "fails"
    assert verdict(r"\frac{\partial f(R(x))}{\partial x} = f'(R(x)) R'(x)").status == "holds"
    assert verdict(r"\frac{\partial f(R(x))}{\partial x} = f'(x) R'(x)").status == "fails"


def test_there_is_no_derivative_by_an_index():
    assert "is an index" in verdict(r"\sum_{k=1}^K \frac{\partial z_k}{\partial k} = 1").message
