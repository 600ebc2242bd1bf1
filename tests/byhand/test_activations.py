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
        (softplus, lambda x: mp.log1p(mp.exp(x)), 0.51),  # rounded once
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


# The page of activations. The judges are mpmath with 50 digits, the textbook's exponentials, loops and scipy.

near = st.floats(-20, 20, allow_subnormal=False)
SIGMOID, TANH = TEXTBOOK_ACTIVATIONS["sigmoid"], TEXTBOOK_ACTIVATIONS["tanh"]


@given(wide)
def test_eq_sigmoid(z):
    [x] = exact(z)
    assert ulps(sigmoid(z), [1 / (1 + mp.exp(-x))]) <= 4


@given(near)
def test_eq_sigmoid_other_form(z):
    [x] = exact(z)
    assert ulps(sigmoid(z), [mp.exp(x) / (1 + mp.exp(x))]) <= 4


@given(near)
def test_eq_sigmoid_symmetry(z):
    [x] = exact(z)
    s = 1 / (1 + mp.exp(-x))
    assert ulps(sigmoid(-z), [1 - s]) <= 4
    assert sigmoid(z) + sigmoid(-z) == pytest.approx(1, abs=1e-15)


@given(near)
def test_eq_sigmoid_derivative_steps(z):
    [x] = exact(z)
    sides = [
        mp.exp(-x) / (1 + mp.exp(-x)) ** 2,
        1 / (1 + mp.exp(-x)) * mp.exp(-x) / (1 + mp.exp(-x)),
        1 / (1 + mp.exp(-x)) / (1 + mp.exp(x)),
    ]
    assert [ulps(sigmoid_derivative(z), [side]) <= 7 for side in sides] == [True, True, True]


@given(near)
def test_eq_sigmoid_derivative(z):
    [x] = exact(z)
    s = 1 / (1 + mp.exp(-x))
    assert ulps(sigmoid_derivative(z), [s - s * s]) <= 7


def test_eq_sigmoid_derivative__two_judges(rng):
    z = rng.normal(size=(2, 3))
    every = np.eye(6).reshape(2, 3, 2, 3)
    assert_derivative(every * sigmoid_derivative(z), SIGMOID, sigmoid, z)


def test_eq_sigmoid_derivative__by_hand():
    assert sigmoid([1.0, 2.0, -2.0]).round(3).tolist() == [0.731, 0.881, 0.119]
    assert round(0.881 * 0.119, 3) == round(float(sigmoid_derivative(2.0)), 3) == 0.105


@given(near)
def test_eq_sigmoid_derivative_square(z):
    [x] = exact(z)
    square = (1 / (1 + mp.exp(-x)) - mp.mpf(1) / 2) ** 2
    assert ulps(sigmoid_derivative(z), [mp.mpf(1) / 4 - square]) <= 7
    assert sigmoid_derivative(z) <= 0.25


@given(wide)
def test_eq_sigmoid_derivative_even(z):
    assert sigmoid_derivative(-z) == sigmoid_derivative(z)


@given(st.floats(1e-6, 1 - 1e-6))
def test_eq_sigmoid_logit(s):
    np.testing.assert_allclose(sigmoid(scipy.special.logit(s)), s, rtol=1e-14)
    np.testing.assert_allclose(sigmoid(np.log(s / (1 - s))), s, rtol=1e-14)


@given(near)
def test_eq_tanh(z):
    [x] = exact(z)
    assume(abs(z) > 1e-20)  # where 50 digits are enough for the difference
    assert ulps(tanh(z), [(mp.exp(x) - mp.exp(-x)) / (mp.exp(x) + mp.exp(-x))]) <= 2


@given(near)
def test_eq_tanh_one_exponential(z):
    [x] = exact(z)
    assume(abs(z) > 1e-20)
    assert ulps(tanh(z), [(1 - mp.exp(-2 * x)) / (1 + mp.exp(-2 * x))]) <= 2


@given(wide)
def test_eq_tanh_odd(z):
    assert tanh(-z) == -tanh(z)


@given(near)
def test_eq_tanh_sigmoid(z):
    [x] = exact(z)
    assume(abs(z) > 1e-20)
    assert ulps(tanh(z), [2 / (1 + mp.exp(-2 * x)) - 1]) <= 2
    assert_close(tanh(z), 2 * scipy.special.expit(2 * z) - 1)


@given(near)
def test_eq_tanh_derivative_steps(z):
    [x] = exact(z)
    above, below = mp.exp(x) - mp.exp(-x), mp.exp(x) + mp.exp(-x)
    assert ulps(tanh_derivative(z), [(below**2 - above**2) / below**2]) <= 6
    assert ulps(tanh_derivative(z), [1 - (above / below) ** 2]) <= 6


@given(near)
def test_eq_tanh_derivative(z):
    [x] = exact(z)
    assert ulps(tanh_derivative(z), [1 - mp.tanh(x) ** 2]) <= 6


def test_eq_tanh_derivative__two_judges(rng):
    z = rng.normal(size=(2, 3))
    every = np.eye(6).reshape(2, 3, 2, 3)
    assert_derivative(every * tanh_derivative(z), TANH, tanh, z)


@given(near)
def test_eq_tanh_derivative_product(z):
    [x] = exact(z)
    assert ulps(tanh_derivative(z), [(1 + mp.tanh(x)) * (1 - mp.tanh(x))]) <= 6


@given(near)
def test_eq_tanh_derivative_exponential(z):
    [x] = exact(z)
    assert ulps(tanh_derivative(z), [4 * mp.exp(-2 * x) / (1 + mp.exp(-2 * x)) ** 2]) <= 6


@given(near)
def test_eq_tanh_derivative_sigmoid(z):
    [x] = exact(z)
    s = 1 / (1 + mp.exp(-2 * x))
    assert ulps(tanh_derivative(z), [4 * (s - s * s)]) <= 6


@given(st.floats(allow_nan=False))
def test_eq_relu(z):
    assert relu(z) == (z if z > 0 else 0)


@given(near)
def test_eq_relu_absolute(z):
    assert relu(z) == (z + abs(z)) / 2


@given(near.filter(bool))
def test_eq_relu_derivative(z):
    assert relu_derivative(z) == (1 if z > 0 else 0)
    step = abs(z) / 2  # does not cross the corner
    slope = (max(0, z + step) - max(0, z - step)) / (2 * step)
    np.testing.assert_allclose(relu_derivative(z), slope, rtol=1e-14)


@pytest.mark.parametrize("size", [1.0, 1e-3, 1e-300])
def test_eq_relu_one_sided(size):
    assert (relu(size) - relu(0.0)) / size == 1
    assert (relu(-size) - relu(0.0)) / -size == 0


@given(near.filter(bool))
def test_eq_relu_central_difference(h):
    assert (relu(h) - relu(-h)) / (2 * h) == 0.5


@given(near, st.floats(0, 1))
def test_eq_relu_subgradient(z, m):
    assert m * z <= relu(z)


@pytest.mark.parametrize("m", [-0.1, 1.1])
def test_eq_relu_subgradient__no_other_slope(m):
    assert any(m * z > relu(z) for z in (-1.0, 1.0))


@given(near)
def test_eq_relu_gate(z):
    assert relu_derivative(z) == float(z > 0)


def test_eq_relu_gate__at_zero():
    assert relu_derivative([0.0, -0.0]).tolist() == [0, 0]


@given(near)
def test_eq_relu_gate_of_output(z):
    assert relu_derivative(max(0.0, z)) == relu_derivative(z)


@pytest.mark.parametrize("at_zero", [0.5, 1.0])
def test_eq_relu_gate_of_output__needs_the_zero(at_zero):
    def gate(z):
        return np.heaviside(z, at_zero)

    assert gate(relu(-1.0)) != gate(-1.0)


@given(wide)
def test_eq_softplus(z):
    [x] = exact(z)
    assert ulps(softplus(z), [mp.log1p(mp.exp(x))]) <= 3
    np.testing.assert_allclose(softplus(z), np.logaddexp(0, z), rtol=1e-14)


@given(near)
def test_eq_softplus_derivative(z):
    [x] = exact(z)
    assert ulps(softplus_derivative(z), [mp.diff(lambda t: mp.log(1 + mp.exp(t)), x)]) <= 4


@given(near)
def test_eq_softplus_difference(z):
    [x] = exact(z)
    assert abs(mp.log((1 + mp.exp(x)) / (1 + mp.exp(-x))) - x) < 1e-45
    np.testing.assert_allclose(softplus(z) - softplus(-z), z, rtol=1e-14, atol=1e-14)


@given(near)
def test_eq_softplus_log_sigmoid(z):
    [x] = exact(z)
    assert ulps(softplus(-z), [-mp.log(1 / (1 + mp.exp(-x)))]) <= 3


@given(near)
def test_eq_softplus_relu(z):
    [x] = exact(z)
    assert ulps(softplus(z), [max(0, x) + mp.log1p(mp.exp(-abs(x)))]) <= 3
    assert 0 < softplus(z) - max(0, z) <= float(mp.log(2))


@given(near, st.floats(0.1, 50))
def test_eq_softplus_sharp(z, beta):
    [x, sharp] = exact([z, beta])
    expected = max(0, x) + mp.log1p(mp.exp(-sharp * abs(x))) / sharp
    np.testing.assert_allclose(softplus(beta * z) / beta, float(expected), rtol=1e-12)
    assert -1e-14 <= softplus(beta * z) / beta - max(0, z) <= np.log(2) / beta + 1e-14


def test_eq_activation_entry(rng):
    v = rng.normal(size=4)
    assert_close(sigmoid(v), [SIGMOID(entry) for entry in v])


def test_eq_activation_jacobian(rng):
    v = rng.normal(size=4)
    expected = np.zeros((4, 4))
    for i in range(4):
        expected[i, i] = sigmoid_derivative(v[i])
    assert_close(complex_step(SIGMOID, v), expected)
    np.testing.assert_allclose(central_difference(sigmoid, v), expected, atol=1e-11)


def test_eq_activation_loss(rng):
    g, v = rng.normal(size=(2, 4))
    assert_close((g * sigmoid(v)).sum(), sum(g[i] * SIGMOID(v[i]) for i in range(4)))


def test_eq_activation_gradient_entry(rng):
    g, v = rng.normal(size=(2, 4))
    slopes = complex_step(SIGMOID, v)
    paths = [sum(g[i] * slopes[i, j] for i in range(4)) for j in range(4)]
    assert_close(g * sigmoid_derivative(v), paths)


def test_eq_activation_gradient(rng):
    g, v = rng.normal(size=(2, 4))
    judged = complex_step(lambda v: (g * SIGMOID(v)).sum(), v)
    assert_close(g * sigmoid_derivative(v), judged)


def test_eq_activation_gradient__by_hand():
    assert (np.array([4, 1]) * sigmoid_derivative([0.0, 2.0])).round(3).tolist() == [1, 0.105]


@given(wide)
def test_eq_sigmoid_derivative_tail(z):
    [x] = exact(z)
    assert ulps(sigmoid_derivative(z), [mp.exp(-abs(x)) / (1 + mp.exp(-abs(x))) ** 2]) <= 7


@given(st.floats(-340, 340))
def test_eq_tanh_derivative_tail(z):
    [x] = exact(z)
    assert ulps(tanh_derivative(z), [4 * mp.exp(-2 * abs(x)) / (1 + mp.exp(-2 * abs(x))) ** 2]) <= 6


# The page's table of slopes, and its numbers for depth


@pytest.mark.parametrize(
    ("z", "values"),
    [
        (0.0, "0.5 0.25 0 1 0.5"),
        (1.0, "0.731 0.197 0.762 0.42 0.731"),
        (2.0, "0.881 0.105 0.964 0.0707 0.881"),
        (5.0, "0.993 0.00665 1 0.000182 0.993"),
        (-5.0, "0.00669 0.00665 -1 0.000182 0.00669"),
    ],
)
def test_the_table_of_slopes(z, values):
    functions = (sigmoid, sigmoid_derivative, tanh, tanh_derivative, softplus_derivative)
    assert [f"{f(z):.3g}" for f in functions] == values.split()


def test_the_table_of_slopes_far_out():
    assert f"{tanh(5.0):.5f}" == "0.99991"
    assert f"{sigmoid(10.0):.5f}" == f"{softplus_derivative(10.0):.5f}" == "0.99995"
    assert f"{sigmoid_derivative(10.0):.7f}" == "0.0000454"
    assert (f"{1 - tanh(10.0):.0e}", f"{tanh_derivative(10.0):.0e}") == ("4e-09", "8e-09")


# Known mistakes, with the numbers of the page


def test_mistake_sigmoid_derivative_sign_mistake():
    s = sigmoid(0.0)
    assert (s * (1 + s), sigmoid_derivative(0.0)) == (0.75, 0.25)


def test_mistake_tanh_derivative_square_mistake():
    assert (round(float(1 - tanh(1.0)), 3), round(float(tanh_derivative(1.0)), 3)) == (0.238, 0.42)
    assert 1 - tanh(0.0) == tanh_derivative(0.0)  # where it happens to be right
    assert 1 - tanh(-1.0) > 1


def test_mistake_sigmoid_derivative_place_mistake():
    twice = sigmoid_derivative(sigmoid(5.0))
    assert (f"{twice:.3f}", f"{sigmoid_derivative(5.0):.5f}") == ("0.197", "0.00665")
    for z in (0.6590460684074066, -0.4010581375415468):  # where it happens to be right
        assert abs(z) == pytest.approx(sigmoid(z))
        assert_close(sigmoid_derivative(sigmoid(z)), sigmoid_derivative(z))
    everywhere = sigmoid_derivative(sigmoid(np.linspace(-30, 30, 601)))
    assert (everywhere.min() > 0.196, everywhere.max() <= 0.25) == (True, True)


def test_mistake_tanh_sigmoid_mistake():
    assert (round(float(2 * sigmoid(1.0) - 1), 3), round(float(tanh(1.0)), 3)) == (0.462, 0.762)
    assert 2 * sigmoid(0.0) - 1 == tanh(0.0) == 0


def test_mistake_relu_slope_at_zero_mistake():
    for h in (1.0, 1e-6, 1e-300):
        assert (relu(h) - relu(0.0)) / h == 1


# Errors that `make mutation` plants, and that nothing above notices


def test_tanh_is_flat_where_twice_its_argument_overflows():
    for dtype in (np.float32, np.float64):
        largest = np.finfo(dtype).max
        assert tanh_derivative(np.array([-largest, largest])).tolist() == [0, 0]
