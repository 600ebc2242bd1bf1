"""Activation functions and their derivatives."""

import numpy as np
import pytest
import scipy.special
from array_rules import (
    RAGGED,
    assert_keeps_dtype,
    assert_leaves_inputs_alone,
    assert_takes_any_layout,
    not_real_numbers,
    refuses,
)
from hypothesis import assume, given
from hypothesis import strategies as st
from judges import (
    TEXTBOOK_ACTIVATIONS,
    arrays,
    assert_close,
    assert_derivative,
    central_difference,
    complex_step,
    exact,
    mp,
    ulps,
)

from byhand import (
    relu,
    relu_derivative,
    sigmoid,
    sigmoid_derivative,
    softplus,
    softplus_derivative,
    tanh,
    tanh_derivative,
)

FUNCTIONS = [
    sigmoid,
    sigmoid_derivative,
    tanh,
    tanh_derivative,
    relu,
    relu_derivative,
    softplus,
    softplus_derivative,
]
each_function = pytest.mark.parametrize("f", FUNCTIONS)
wide = st.floats(-700, 700, allow_subnormal=False)
inf, nan = np.inf, np.nan


def diagonal(slopes):
    """Entrywise functions: entry i of z moves entry i alone."""
    return np.diag(slopes)


# Sigmoid. The bounds in ulp are about twice the worst of 47,000 values, which stands beside them.


@given(wide)
def test_eq_hidden_sigmoid(z):
    [x] = exact(z)
    assert ulps(sigmoid(z), [1 / (1 + mp.exp(-x))]) <= 4  # 2.0
    np.testing.assert_allclose(sigmoid(z), scipy.special.expit(z), rtol=1e-14)


def test_eq_hidden_sigmoid_derivative_steps(rng):
    z = rng.normal(size=6)
    e, actual = np.exp(-z), sigmoid_derivative(z)
    assert_close(actual, diagonal(complex_step(TEXTBOOK_ACTIVATIONS["sigmoid"], z)))
    assert_close(actual, e / (1 + e) ** 2)
    assert_close(actual, 1 / (1 + e) * e / (1 + e))
    assert_close(actual, 1 / (1 + e) * (1 - 1 / (1 + e)))


@given(wide)
def test_eq_hidden_sigmoid_derivative(z):
    [x] = exact(z)
    s = 1 / (1 + mp.exp(-x))
    if abs(z) < 60:  # where 50 digits are enough for 1 - s
        assert ulps(sigmoid_derivative(z), [s * (1 - s)]) <= 7  # 3.4
    assert ulps(sigmoid_derivative(z), [mp.exp(-x) / (1 + mp.exp(-x)) ** 2]) <= 7


def test_eq_hidden_sigmoid_derivative__two_judges(rng):
    z = rng.normal(size=6)
    assert_derivative(np.diag(sigmoid_derivative(z)), TEXTBOOK_ACTIVATIONS["sigmoid"], sigmoid, z)


def test_sigmoid_derivative_is_largest_at_zero():
    assert sigmoid_derivative(0.0) == 0.25
    assert (sigmoid_derivative(np.array([-0.5, 0.5])) < 0.25).all()


# Tanh


@given(wide)
def test_eq_hidden_tanh(z):
    [x] = exact(z)
    assume(abs(z) > 1e-20)  # where 50 digits are enough for the difference
    expected = (mp.exp(x) - mp.exp(-x)) / (mp.exp(x) + mp.exp(-x))
    assert ulps(tanh(z), [expected]) <= 2  # 1.1


@given(st.floats(-20, 20))
def test_eq_hidden_tanh_derivative_steps(z):
    [x] = exact(z)
    plus, minus = mp.exp(x) + mp.exp(-x), mp.exp(x) - mp.exp(-x)
    assert ulps(tanh_derivative(z), [(plus**2 - minus**2) / plus**2]) <= 6


@given(st.floats(-340, 340))
def test_eq_hidden_tanh_derivative(z):
    [x] = exact(z)
    if abs(z) < 40:  # where 50 digits are enough for 1 - tanh²
        assert ulps(tanh_derivative(z), [1 - mp.tanh(x) ** 2]) <= 6  # 3.3
    assert ulps(tanh_derivative(z), [4 / (mp.exp(x) + mp.exp(-x)) ** 2]) <= 6


def test_eq_hidden_tanh_derivative__two_judges(rng):
    z = rng.normal(size=6)
    assert_derivative(np.diag(tanh_derivative(z)), TEXTBOOK_ACTIVATIONS["tanh"], tanh, z)


# ReLU


@given(st.floats(allow_nan=False))
def test_eq_hidden_relu(z):
    assert relu(z) == max(0, z)


def test_eq_hidden_relu__both_sides_and_the_kink():
    assert relu([-2.5, -0.0, 0.0, 1.5]).tolist() == [0, 0, 0, 1.5]


@given(arrays(6))
def test_eq_hidden_relu_derivative(z):
    expected = [1 if entry > 0 else 0 for entry in z]
    assert relu_derivative(z).tolist() == expected
    assert diagonal(complex_step(TEXTBOOK_ACTIVATIONS["relu"], z)).tolist() == expected
    if min(abs(z)) > 0.01:  # the differences must not straddle the kink
        np.testing.assert_allclose(diagonal(central_difference(relu, z)), expected, atol=1e-10)


def test_eq_hidden_relu_derivative__at_the_kink_it_is_zero():
    assert relu_derivative([-1e-300, -0.0, 0.0, 1e-300]).tolist() == [0, 0, 0, 1]


# Softplus


@given(wide)
def test_softplus_against_fifty_digits(z):
    [x] = exact(z)
    assert ulps(softplus(z), [mp.log1p(mp.exp(x))]) <= 3  # 1.3


@given(wide)
def test_softplus_derivative_is_the_sigmoid(z):
    [x] = exact(z)
    assert ulps(softplus_derivative(z), [1 / (1 + mp.exp(-x))]) <= 4  # 2.0


def test_softplus_derivative_against_two_judges(rng):
    z = rng.normal(size=6)
    assert_derivative(np.diag(softplus_derivative(z)), lambda z: np.log(1 + np.exp(z)), softplus, z)


# Extremes


@pytest.mark.parametrize(
    ("f", "at_minus_infinity", "at_plus_infinity"),
    [
        (sigmoid, 0, 1),
        (sigmoid_derivative, 0, 0),
        (tanh, -1, 1),
        (tanh_derivative, 0, 0),
        (relu, 0, inf),
        (relu_derivative, 0, 1),
        (softplus, 0, inf),
        (softplus_derivative, 0, 1),
    ],
)
def test_far_out_and_undefined(f, at_minus_infinity, at_plus_infinity):
    assert f(np.array([-inf, inf])).tolist() == [at_minus_infinity, at_plus_infinity]
    far = [at_minus_infinity, 1e300 if at_plus_infinity == inf else at_plus_infinity]
    assert f(np.array([-1e300, 1e300])).tolist() == far
    np.testing.assert_array_equal(f(np.array([nan, 1e3, -1e3]))[0], nan)


# Digits: what the textbook's form would lose


def test_sigmoid_keeps_the_digits_of_a_very_negative_number():
    assert sigmoid(-745.0) == 5e-324  # 1 / (1 + exp(745)) overflows to 0
    assert ulps(sigmoid(-700.0), [1 / (1 + mp.exp(700))]) <= 1  # 0.04 measured


@pytest.mark.parametrize("z", [40.0, -40.0, 100.0])
def test_sigmoid_derivative_keeps_its_digits(z):
    exact_slope = mp.exp(-mp.mpf(abs(z))) / (1 + mp.exp(-mp.mpf(abs(z)))) ** 2
    assert ulps(sigmoid_derivative(z), [exact_slope]) <= 1  # 0.3 measured; s(1 - s) is 0 at 40


@pytest.mark.parametrize("z", [20.0, -20.0, 100.0])
def test_tanh_derivative_keeps_its_digits(z):
    exact_slope = 4 / (mp.exp(z) + mp.exp(-z)) ** 2
    assert ulps(tanh_derivative(z), [exact_slope]) <= 1  # 0.1 measured; 1 - tanh² is 0 at 20


def test_softplus_keeps_its_digits():
    assert softplus(1e3) == 1e3  # log(1 + exp(1000)) overflows
    assert ulps(softplus(-40.0), [mp.log1p(mp.exp(-40))]) <= 1  # 0.15 measured; log(1 + exp(-40)) is 0
    assert ulps(softplus(-700.0), [mp.log1p(mp.exp(-700))]) <= 1


@pytest.mark.parametrize(
    ("f", "formula", "bound"),
    [
        (sigmoid, lambda x: 1 / (1 + mp.exp(-x)), 6),  # 3.0 was the worst of 45,000
        (sigmoid_derivative, lambda x: mp.exp(-x) / (1 + mp.exp(-x)) ** 2, 9),  # 4.8
        (tanh, mp.tanh, 3),  # 1.4
        (tanh_derivative, lambda x: 4 / (mp.exp(x) + mp.exp(-x)) ** 2, 8),  # 4.0
        (softplus, lambda x: mp.log1p(mp.exp(x)), 5),  # 2.6
    ],
    ids=["sigmoid", "sigmoid_derivative", "tanh", "tanh_derivative", "softplus"],
)
def test_float32_keeps_its_digits(rng, f, formula, bound):
    z = rng.uniform(-40, 40, size=500).astype(np.float32)
    assert ulps(f(z), [formula(x) for x in exact(z)]) <= bound


# Rules


@each_function
@given(z=arrays(2, 3, 4))
def test_an_array_is_its_entries_one_by_one(f, z):
    actual = f(z)
    assert actual.shape == z.shape
    for index in np.ndindex(z.shape):
        np.testing.assert_allclose(actual[index], f(z[index]), rtol=1e-14)


@each_function
def test_activations_keep_the_house_rules(rng, f):
    z = 3 * rng.normal(size=(2, 3, 4))
    assert_keeps_dtype(f, z)
    assert_leaves_inputs_alone(f, z)
    assert_takes_any_layout(f, z)
    assert f(np.zeros((0, 3))).shape == (0, 3)


# Refusals


@each_function
@not_real_numbers
def test_pre_activations_must_be_real_numbers(f, bad, dtype):
    with refuses(TypeError, "z", dtype):
        f(bad)


@each_function
def test_pre_activations_must_not_be_ragged(f):
    with refuses(ValueError, "z", "a ragged sequence"):
        f(RAGGED)


# A known mistake: the inverse for the derivative, at 0.5


def test_mistake_sigmoid_inverse_mistake():
    p = 0.5
    inverse = np.log(p / (1 - p))
    assert sigmoid(inverse) == p  # it is the inverse
    assert inverse == 0
    assert round(float(sigmoid_derivative(0.5)), 3) == 0.235
