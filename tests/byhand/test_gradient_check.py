"""Numerical derivatives, their errors, and how gradients are compared: judged by mpmath and exact fractions."""

from fractions import Fraction

import numpy as np
import pytest
from array_rules import (
    RAGGED,
    assert_keeps_dtype,
    assert_leaves_inputs_alone,
    assert_takes_any_layout,
    not_real_numbers,
    refuses,
)
from hypothesis import given
from hypothesis import strategies as st
from judges import arrays, assert_close, eighths, exact_gradient, mp, textbook_softmax

from byhand import (
    best_step,
    central_difference,
    complex_step,
    cross_entropy,
    cross_entropy_gradient,
    error_model,
    forward_difference,
    polynomial,
    relative_error,
    relu,
    richardson,
    softmax_vjp,
)

DIFFERENCES = [forward_difference, central_difference, richardson]
ALL = [*DIFFERENCES, complex_step]
every_judge = pytest.mark.parametrize("judge", ALL, ids=lambda judge: judge.__name__)
z_page = np.array([3.0, 1.0, -3.0])
inf, nan = np.inf, np.nan

# Small fractions, with which a polynomial is computed exactly.
COEFFICIENTS = st.lists(st.integers(-8, 8), min_size=5, max_size=5)
PLACES = st.integers(-16, 16).map(lambda n: n / 8)
STEPS = st.sampled_from((0.125, 0.25, 0.5, 1.0))
POSITIVE = st.floats(1e-3, 1e3)


def exactly(q, x, order=0):
    """A derivative of the polynomial, in fractions."""
    q = [Fraction(q_k) for q_k in q]
    for _ in range(order):
        q = [k * q_k for k, q_k in enumerate(q)][1:]
    return sum(q_k * Fraction(x) ** k for k, q_k in enumerate(q))


def at(q):
    return lambda x: polynomial(q, x)


def assert_exact(actual, expected):
    np.testing.assert_allclose(float(actual), float(expected), rtol=1e-12, atol=1e-11)


def cube(x):
    return x**3


def loss(z):
    """The textbook's cross-entropy for the second class: it takes complex numbers."""
    return np.log(np.exp(z).sum()) - z[1]


# A polynomial, and Taylor's formula


@given(COEFFICIENTS, PLACES)
def test_eq_gradient_check_polynomial(q, x):
    assert Fraction(float(polynomial(q, x))) == exactly(q, x)


@given(COEFFICIENTS, PLACES, STEPS)
def test_eq_gradient_check_taylor(q, x, h):
    h = Fraction(h)
    terms = [exactly(q, x), exactly(q, x, 1) * h, exactly(q, x, 2) / 2 * h**2, exactly(q, x, 3) / 6 * h**3, q[4] * h**4]
    assert Fraction(float(polynomial(q, x + float(h)))) == sum(terms)


# The four derivatives, against exact fractions


@given(COEFFICIENTS, PLACES, STEPS)
def test_eq_gradient_check_forward(q, x, h):
    assert_exact(forward_difference(at(q), x, h), (exactly(q, x + h) - exactly(q, x)) / Fraction(h))


@given(COEFFICIENTS, PLACES, STEPS)
def test_eq_gradient_check_forward_error(q, x, h):
    expected = exactly(q, x, 2) / 2 * Fraction(h) + exactly(q, x, 3) / 6 * Fraction(h) ** 2 + q[4] * Fraction(h) ** 3
    assert_exact(forward_difference(at(q), x, h) - float(exactly(q, x, 1)), expected)


@given(COEFFICIENTS, PLACES, STEPS)
def test_eq_gradient_check_central(q, x, h):
    assert_exact(central_difference(at(q), x, h), (exactly(q, x + h) - exactly(q, x - h)) / (2 * Fraction(h)))


@given(COEFFICIENTS, PLACES, STEPS)
def test_eq_gradient_check_central_error(q, x, h):
    expected = exactly(q, x, 3) / 6 * Fraction(h) ** 2
    assert_exact(central_difference(at(q), x, h) - float(exactly(q, x, 1)), expected)


@given(COEFFICIENTS, PLACES, STEPS)
def test_eq_gradient_check_richardson(q, x, h):
    q = [*q, 3, -2]  # degree 6, where it is not exact, and the weights show
    wide, narrow = (
        (exactly(q, x + step) - exactly(q, x - step)) / (2 * Fraction(step)) for step in (Fraction(h), Fraction(h) / 2)
    )
    assert_exact(richardson(at(q), x, h), (4 * narrow - wide) / 3)


@given(COEFFICIENTS, PLACES, STEPS)
def test_eq_gradient_check_richardson_exact(q, x, h):
    assert_exact(richardson(at(q), x, h), exactly(q, x, 1))


@given(PLACES, STEPS)
def test_richardson_is_not_exact_for_the_fifth_power(x, h):
    assert_exact(richardson(lambda x: x**5, x, h), 5 * Fraction(x) ** 4 - Fraction(h) ** 4 / 4)


@given(COEFFICIENTS, PLACES, STEPS)
def test_eq_gradient_check_real_part(q, x, h):
    expected = exactly(q, x) - exactly(q, x, 2) / 2 * Fraction(h) ** 2 + q[4] * Fraction(h) ** 4
    assert_exact(polynomial(q, x + 1j * h).real, expected)


@given(COEFFICIENTS, PLACES, STEPS)
def test_eq_gradient_check_imaginary_part(q, x, h):
    expected = exactly(q, x, 1) * Fraction(h) - exactly(q, x, 3) / 6 * Fraction(h) ** 3
    assert_exact(polynomial(q, x + 1j * h).imag, expected)


@given(COEFFICIENTS, PLACES, STEPS)
def test_eq_gradient_check_complex_step(q, x, h):
    assert_exact(complex_step(at(q), x, h), exactly(q, x, 1) - exactly(q, x, 3) / 6 * Fraction(h) ** 2)
    assert_exact(complex_step(at(q), x), exactly(q, x, 1))


@given(eighths(3, largest=5))
def test_the_complex_step_is_right_to_the_last_digit(z):
    assert relative_error(complex_step(loss, z), np.array(exact_gradient(z, 1), float)) < 1e-14


@pytest.mark.parametrize(
    ("judge", "h", "low", "high"),
    [(forward_difference, 1e-8, 1e-10, 1e-6), (central_difference, 1e-5, 1e-13, 1e-9), (richardson, 1e-3, 0, 1e-11)],
)
def test_at_its_best_step_each_difference_has_the_digits_that_the_page_says(judge, h, low, high):
    exact = float(mp.diff(lambda x: mp.exp(mp.sin(x)), mp.mpf("0.75")))
    assert low < relative_error(judge(lambda x: np.exp(np.sin(x)), 0.75, h), exact) < high


def test_the_page_example():
    judges = [[float(judge(cube, 2.0, h)) for judge in ALL] for h in (0.1, 0.05)]
    assert_close(judges[0], [12.61, 12.01, 12.0, 11.99])
    assert_close(judges[1][1], 12.0025)


# Rounding, and the best step


@given(COEFFICIENTS, PLACES, STEPS, PLACES, PLACES)
def test_eq_gradient_check_rounding(q, x, h, eps1, eps2):
    actual = central_difference(lambda t: polynomial(q, t) + np.where(t > x, eps1, eps2), x, h)
    ahead, behind = exactly(q, x + h) + Fraction(eps1), exactly(q, x - h) + Fraction(eps2)
    assert_exact(actual, (ahead - behind) / (2 * Fraction(h)))
    clean = (exactly(q, x + h) - exactly(q, x - h)) / (2 * Fraction(h))
    assert_exact(actual, clean + (Fraction(eps1) - Fraction(eps2)) / (2 * Fraction(h)))


@given(PLACES, STEPS, PLACES, PLACES)
def test_eq_gradient_check_rounding_bound(x, h, eps1, eps2):
    actual = abs(float(central_difference(lambda t: np.where(t > x, eps1, eps2), x, h)))
    assert actual == abs(eps1 - eps2) / (2 * h) <= (abs(eps1) + abs(eps2)) / (2 * h)


ORDERS = st.sampled_from((1, 2, 4, 2.5))


@given(POSITIVE, POSITIVE, POSITIVE, ORDERS)
def test_eq_gradient_check_error_model(h, A, B, m):
    assert_close(error_model(h, A, B, m), A * h**m + B / h)


@given(POSITIVE, POSITIVE, POSITIVE, ORDERS)
def test_eq_gradient_check_error_slope(h, A, B, m):
    slope = m * A * h ** (m - 1) - B / h**2
    exact = mp.diff(lambda h: A * h**m + B / h, mp.mpf(h))
    np.testing.assert_allclose(slope, float(exact), rtol=1e-9, atol=1e-9)
    tolerance = 1e-8 * (m * A * h ** (m - 1) + B / h**2)
    actual = central_difference(lambda h: error_model(h, A, B, m), h, 1e-5 * h)
    np.testing.assert_allclose(actual, float(exact), rtol=0, atol=tolerance)


@given(POSITIVE, POSITIVE, ORDERS)
def test_eq_gradient_check_best_step(A, B, m):
    h = best_step(A, B, m)
    assert_close(h, float((mp.mpf(B) / (m * mp.mpf(A))) ** (1 / (mp.mpf(m) + 1))))
    np.testing.assert_allclose(m * A * h**m, B / h, rtol=1e-12)


@given(POSITIVE, POSITIVE, POSITIVE, ORDERS)
def test_eq_gradient_check_best_error(h, A, B, m):
    best = best_step(A, B, m)
    actual = float(error_model(best, A, B, m))
    assert_close(actual, A * best**m + B / best)
    np.testing.assert_allclose(actual, (m + 1) / m * B / best, rtol=1e-12)
    assert actual <= (A * h**m + B / h) * (1 + 1e-12)


def test_the_order_is_that_of_the_central_difference_unless_told_otherwise():
    assert best_step(3.0, 0.5) == best_step(3.0, 0.5, 2)
    assert error_model(0.25, 3.0, 0.5) == error_model(0.25, 3.0, 0.5, 2)
    assert best_step(1.0, 1e-300) > 0


# Relative error

GRADIENTS = arrays(4, elements=st.integers(-64, 64).map(lambda n: n / 8))


def by_loops(a, b):
    scale = max(max(abs(a_i) for a_i in a), max(abs(b_i) for b_i in b))
    return max(abs(a_i - b_i) for a_i, b_i in zip(a, b, strict=True)) / scale if scale else 0


@given(GRADIENTS, GRADIENTS)
def test_eq_gradient_check_relative_error(a, b):
    assert_close(relative_error(a, b), by_loops(a, b))
    assert 0 <= relative_error(a, b) <= 2
    assert isinstance(relative_error(a, b), float)


@given(GRADIENTS, GRADIENTS)
def test_eq_gradient_check_relative_error_symmetric(a, b):
    assert relative_error(a, b) == relative_error(b, a)


@given(GRADIENTS, GRADIENTS, st.sampled_from((2.0**-1000, 2.0**-3, 2.0**1000)))
def test_eq_gradient_check_relative_error_scale(a, b, s):
    assert relative_error(s * a, s * b) == relative_error(a, b)


@given(GRADIENTS)
def test_eq_gradient_check_relative_error_sign(a):
    assert relative_error(a, -a) == (2 if a.any() else 0)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([0.0, 0.0], [0.0, 0.0], 0),
        ([0.0], [1e-300], 1),
        ([5e-324], [-5e-324], 2),
        ([1.7e308], [-1.7e308], 2),
        ([0.0, 1.0], [1e-12, 1.0], 1e-12),
        ([nan, 1.0], [nan, 1.0], nan),
        ([1.0, 1.0], [1.0, nan], nan),
        ([inf], [inf], nan),
        ([inf, 1.0], [-inf, 1.0], nan),
        ([inf, 1.0], [2.0, 1.0], nan),
    ],
)
def test_relative_error_of_extremes(a, b, expected):
    np.testing.assert_equal(relative_error(a, b), expected)
    np.testing.assert_equal(relative_error(np.array(a)[None, :], np.array(b)[None, :]), expected)


def test_relative_error_takes_any_two_dtypes(rng):
    a = rng.normal(size=(2, 3, 4))
    assert 0 < relative_error(a.astype(np.float32), a) < 1e-7
    assert relative_error(np.array([3], np.uint8), np.array([4], np.int32)) == 0.25
    assert_leaves_inputs_alone(relative_error, a, a + 1)


# Kinks, and what is not analytic


@given(st.floats(0.01, 0.99), STEPS, PLACES, PLACES)
def test_eq_gradient_check_kink(theta, h, alpha, beta):
    def kinked(t):
        return np.where(t > 0, alpha * t, beta * t)

    actual = central_difference(kinked, (2 * theta - 1) * h, h)
    np.testing.assert_allclose(actual, (alpha * 2 * theta * h + beta * 2 * (1 - theta) * h) / (2 * h), atol=1e-13)
    np.testing.assert_allclose(actual, theta * alpha + (1 - theta) * beta, atol=1e-13)


@pytest.mark.parametrize("h", [1e-5, 0.1, 2.0])
def test_at_the_kink_of_relu_the_differences_disagree(h):
    assert [float(judge(relu, 0.0, h)) for judge in DIFFERENCES] == [1, 0.5, 0.5]


@pytest.mark.parametrize("f", [abs, np.abs, lambda x: np.sqrt(x * np.conj(x)), lambda x: np.real(x) ** 2])
def test_the_complex_step_is_wrong_for_what_is_not_analytic(f):
    assert float(complex_step(f, 2.0)) == 0
    assert float(central_difference(lambda x: np.real(f(x)), 2.0, 1e-5)) > 0.99


def test_the_complex_step_of_byhand_is_refused():
    with refuses(TypeError, "z", "complex128"):
        complex_step(relu, z_page)


def test_a_step_that_moves_nothing_gives_nothing():
    assert forward_difference(loss, z_page, 1e-17).tolist() == [0, 0, 0]
    assert central_difference(loss, z_page, 1e-17).tolist() == [0, 0, 0]


# One direction


@given(eighths(4, largest=3), st.integers(0, 3))
def test_eq_gradient_check_loss(z, c):
    expected = mp.log(mp.fsum(mp.exp(mp.mpf(z_k)) for z_k in z)) - mp.mpf(z[c])
    np.testing.assert_allclose(cross_entropy(z, c), float(expected), rtol=1e-13, atol=1e-15)


@given(eighths(4, largest=3), st.integers(0, 3))
def test_eq_gradient_check_loss_gradient(z, c):
    assert_close(cross_entropy_gradient(z, c), np.array(exact_gradient(z, c), float))


def along(z, v, c, t):
    """The loss along a line, in 50 digits."""
    line = [mp.mpf(z_k) + t * mp.mpf(v_k) for z_k, v_k in zip(z, v, strict=True)]
    return mp.log(mp.fsum(map(mp.exp, line))) - line[c]


@given(eighths(4, largest=3), eighths(4, largest=2), st.integers(0, 3), PLACES)
def test_eq_gradient_check_line(z, v, c, t):
    np.testing.assert_allclose(cross_entropy(z + t * v, c), float(along(z, v, c, mp.mpf(t))), rtol=1e-13, atol=1e-14)


@given(eighths(4, largest=3), eighths(4, largest=2), st.integers(0, 3))
def test_eq_gradient_check_direction(z, v, c):
    exact = float(mp.diff(lambda t: along(z, v, c, t), 0))
    g = np.array(exact_gradient(z, c), float)
    np.testing.assert_allclose(sum(g[j] * v[j] for j in range(4)), exact, rtol=1e-12, atol=1e-14)
    actual = complex_step(lambda t: np.log(np.exp(z + t * v).sum()) - (z + t * v)[c], 0.0)
    np.testing.assert_allclose(actual, exact, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(cross_entropy_gradient(z, c) @ v, exact, rtol=1e-12, atol=1e-14)


@given(eighths(4, largest=3), eighths(4, largest=2), st.integers(0, 3), GRADIENTS)
def test_eq_gradient_check_direction_error(z, v, c, b):
    g = np.array(exact_gradient(z, c), float)
    actual = b @ v - complex_step(lambda t: np.log(np.exp(z + t * v).sum()) - (z + t * v)[c], 0.0)
    np.testing.assert_allclose(actual, sum((b[j] - g[j]) * v[j] for j in range(4)), rtol=1e-12, atol=1e-12)


def test_ones_let_a_gradient_of_zeros_pass_and_a_random_direction_does_not(rng):
    for v, passes in ((np.ones(3), True), (rng.normal(size=3), False)):
        slope = central_difference(lambda t, v=v: cross_entropy(z_page + t * v, 1), 0.0, 1e-5)
        assert (abs(slope - np.zeros(3) @ v) < 1e-9) == passes


def test_the_planted_half_a_thousandth_is_found():
    g = cross_entropy_gradient(z_page, 1)
    wrong = g * np.array([1.0005, 1.0, 1.0])
    for judge, h in ((central_difference, 1e-5), (richardson, 1e-3), (complex_step, 1e-200)):
        assert relative_error(judge(loss, z_page, h), g) < 1e-9
        assert 4e-4 < relative_error(judge(loss, z_page, h), wrong) < 6e-4


# Known mistakes, at the page's counterexample: the cube at 2, with a step of 0.1


def test_mistake_gradient_check_forward_denominator_mistake():
    assert_close((2.1**3 - 2.0**3) / (2 * 0.1), 6.305)
    assert_close(forward_difference(cube, 2.0, 0.1), 12.61)


def test_mistake_gradient_check_central_denominator_mistake():
    assert_close((2.1**3 - 1.9**3) / 0.1, 24.02)
    assert_close(central_difference(cube, 2.0, 0.1), 12.01)


def test_mistake_gradient_check_richardson_swapped_mistake():
    wide, narrow = ((((2 + h) ** 3) - (2 - h) ** 3) / (2 * h) for h in (0.1, 0.05))
    assert_close((4 * wide - narrow) / 3, 12.0125)
    assert_close(richardson(cube, 2.0, 0.1), 12.0)


def test_mistake_gradient_check_complex_real_mistake():
    assert_close(((2 + 0.1j) ** 3).real / 0.1, 79.4)
    assert_close(complex_step(cube, 2.0, 0.1), 11.99)


# Shapes: an array in, a number or an array out


def mixing(rng):
    """A smooth function of a batch, from (2, 3, 4) to (3, 2), with its Jacobian by loops."""
    W = rng.normal(size=(3, 2, 2, 3, 4))

    def f(x):
        return np.tensordot(W, x**3, axes=3)

    def jacobian(x):
        J = np.zeros(W.shape)
        for place in np.ndindex(W.shape):
            J[place] = W[place] * 3 * x[place[2:]] ** 2
        return J

    return f, jacobian


@every_judge
def test_an_array_gives_a_jacobian_of_the_shape_out_then_in(rng, judge):
    f, jacobian = mixing(rng)
    x = rng.normal(size=(2, 3, 4))
    actual = judge(f, x, 1e-6)
    assert actual.shape == (3, 2, 2, 3, 4)
    np.testing.assert_allclose(actual, jacobian(x), rtol=0, atol=1e-4)


@every_judge
def test_a_number_gives_a_gradient_of_the_shape_of_x(rng, judge):
    x = rng.normal(size=(2, 3, 4))
    actual = judge(lambda x: (x**3).sum(), x, 1e-6)
    assert actual.shape == (2, 3, 4)
    np.testing.assert_allclose(actual, 3 * x**2, rtol=0, atol=1e-4)
    assert judge(cube, 2.0, 1e-6).shape == ()
    assert judge(cube, np.full((1, 1), 2.0), 1e-6).shape == (1, 1, 1, 1)


def test_a_vjp_is_judged_by_a_random_cotangent(rng):
    g, z = rng.normal(size=(2, 2, 3, 4))
    assert relative_error(complex_step(lambda z: (g * textbook_softmax(z)).sum(), z), softmax_vjp(g, z)) < 1e-13


# Rules


@every_judge
def test_the_judges_keep_the_dtype_and_leave_x_alone(rng, judge):
    x = rng.normal(size=(2, 3, 4))

    def f(x):
        return (x**2).sum(axis=-1)

    for dtype in (np.float32, np.float64, np.int64, np.uint8):
        whole = np.rint(abs(x)).astype(dtype)
        actual = judge(f, whole, 0.25)
        assert actual.dtype == (np.float32 if dtype == np.float32 else np.float64)
        np.testing.assert_allclose(actual, judge(f, whole.astype(np.float64), 0.25), rtol=1e-4, atol=1e-4)
    assert_leaves_inputs_alone(lambda x: judge(f, x, 0.25), x)
    assert_takes_any_layout(lambda x: judge(f, x, 0.25), x)


@every_judge
def test_f_may_spoil_what_it_is_given(judge):
    def spoiling(x):
        value = (x**2).sum()
        x[:] = 0
        return value

    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(judge(spoiling, x, 1e-6), [2, 4], atol=1e-5)
    assert x.tolist() == [1, 2]


@pytest.mark.parametrize("judge", DIFFERENCES)
def test_f_sees_the_dtype_of_x(judge):
    seen = set()
    judge(lambda x: seen.add(x.dtype) or (x * x).sum(), np.ones(2, np.float32), 0.25)
    assert seen == {np.dtype(np.float32)}


def test_the_complex_step_keeps_the_digits_of_float32():
    actual = complex_step(loss, z_page.astype(np.float32))
    assert actual.dtype == np.float32
    assert relative_error(actual, cross_entropy_gradient(z_page, 1)) < 1e-7


@pytest.mark.parametrize("judge", DIFFERENCES)
def test_unsigned_integers_out_of_f_do_not_wrap_around(judge):
    assert float(judge(lambda x: np.uint8(4 - x), 2.0, 1.0)) == -1


@every_judge
def test_nan_is_handed_on(judge):
    assert np.isnan(judge(lambda x: x * nan, 1.0, 0.5))


def test_polynomial_and_error_model_keep_the_house_rules(rng):
    x = rng.normal(size=(2, 3, 4))
    assert_keeps_dtype(lambda x: polynomial(np.array([1, 2, 3], x.dtype), x), x)
    assert_keeps_dtype(lambda h: error_model(h, 1.0, 2.0), 1 + abs(x))
    for f in (lambda x: polynomial([1, 2, 3], x), lambda h: error_model(abs(h), 1.0, 2.0)):
        assert_leaves_inputs_alone(f, x)
        assert_takes_any_layout(f, x)
    assert polynomial([7], x).tolist() == np.full(x.shape, 7.0).tolist()
    assert polynomial([1, 1], 1j).dtype == np.complex128


# Refusals


@every_judge
@not_real_numbers
def test_x_must_be_real_numbers(judge, bad, dtype):
    with refuses(TypeError, "x", dtype):
        judge(np.sum, bad, 0.5)


@every_judge
def test_x_must_have_entries_in_rows_of_one_length(judge):
    with pytest.raises(ValueError, match=r"^x: expected at least one entry to nudge, got shape \(0, 3\)$"):
        judge(np.sum, np.zeros((0, 3)), 0.5)
    with refuses(ValueError, "x", "a ragged sequence"):
        judge(np.sum, RAGGED, 0.5)


@every_judge
def test_the_step_must_be_positive_and_finite(judge):
    for bad in (0, -1e-5, inf, nan):
        with refuses(ValueError, "h", str(bad)):
            judge(cube, 2.0, bad)
    for bad in ("1", 1j, None, np.ones(2)):
        with pytest.raises(TypeError, match=r"^h: expected a number, got "):
            judge(cube, 2.0, bad)


@pytest.mark.parametrize("judge", DIFFERENCES)
def test_f_must_give_real_numbers(judge):
    for value, came in ((1j, "complex128"), (None, "object"), ("1", "<U1"), (True, "bool")):
        with refuses(TypeError, "f", came):
            judge(lambda x, value=value: value, 2.0, 0.5)


def test_f_must_give_numbers_to_the_complex_step():
    for value, came in ((None, "object"), ("1", "<U1"), (True, "bool")):
        with refuses(TypeError, "f", came):
            complex_step(lambda x, value=value: value, 2.0)


@not_real_numbers
def test_gradients_must_be_real_numbers(bad, dtype):
    with refuses(TypeError, "a", dtype):
        relative_error(bad, np.ones((1, 2)))
    with refuses(TypeError, "b", dtype):
        relative_error(np.ones((1, 2)), bad)


def test_gradients_must_have_one_shape_and_entries():
    with pytest.raises(ValueError, match=r"^b: expected the shape \(3, 1\) of a, got \(3,\)$"):
        relative_error(np.ones((3, 1)), np.ones(3))
    with refuses(ValueError, "a", r"shape \(0,\)"):
        relative_error([], [])


def test_coefficients_must_be_a_sequence_of_real_numbers():
    with refuses(ValueError, "q", r"shape \(0,\)"):
        polynomial([], 1.0)
    with refuses(ValueError, "q", r"shape \(\)"):
        polynomial(1.0, 1.0)
    with refuses(TypeError, "q", "complex128"):
        polynomial([1j], 1.0)
    with refuses(TypeError, "x", "bool"):
        polynomial([1.0], True)


@pytest.mark.parametrize("name", ["A", "B", "m"])
def test_the_parts_of_the_error_must_be_positive(name):
    for bad in (0, -1.0, inf, nan):
        arguments = {"A": 1.0, "B": 1.0, "m": 2} | {name: bad}
        with refuses(ValueError, name, str(bad)):
            best_step(**arguments)
        with refuses(ValueError, name, str(bad)):
            error_model(1.0, **arguments)
    with refuses(TypeError, name, "'1'"):
        best_step(**({"A": 1.0, "B": 1.0} | {name: "1"}))


def test_a_step_of_the_model_must_be_positive():
    with refuses(ValueError, "h", "0.0"):
        error_model([1.0, 0.0], 1.0, 1.0)
    with refuses(ValueError, "h", "nan"):
        error_model(nan, 1.0, 1.0)
    with refuses(TypeError, "h", "bool"):
        error_model(True, 1.0, 1.0)


# Errors that `make mutation` plants, and that nothing above notices


@pytest.mark.parametrize(
    ("judge", "place"),
    [
        (forward_difference, np.equal),
        (forward_difference, np.greater),
        (central_difference, np.less),
        (central_difference, np.greater),
    ],
)
def test_f_must_give_real_numbers_at_each_place(judge, place):
    with refuses(TypeError, "f", "complex128"):
        judge(lambda x: 1j if place(x, 2.0) else 1.0, 2.0, 0.5)


@pytest.mark.parametrize("q", [[7], [7, 8]])
def test_a_polynomial_has_the_dtype_that_numpy_gives_to_q_and_x(q):
    for of_q in (np.float32, np.float64):
        for of_x in (np.float32, np.float64, np.complex64, np.complex128):
            value = polynomial(np.array(q, of_q), np.ones(3, of_x))
            assert value.dtype == np.result_type(of_q, of_x)


def test_a_message_says_which_numbers_f_must_give():
    with pytest.raises(TypeError, match=r"^f: expected it to give real numbers, got complex128$"):
        central_difference(lambda x: 1j, 2.0, 0.5)
    with pytest.raises(TypeError, match=r"^f: expected it to give numbers, got bool$"):
        complex_step(lambda x: True, 2.0)
