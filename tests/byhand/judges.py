"""Independent judges: exact values, two kinds of derivative, and the textbook's own forward pass.

Nothing here imports byhand: a judge shares no code with the judged.
"""

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from mpmath import MPContext

mp = MPContext()
mp.dps = 50


# Exact values: the page's formula in 50 digits, each float taken for what it is.


def exact(values):
    return [mp.mpf(float(value)) for value in np.asarray(values).ravel()]


def exact_softmax(z):
    z = exact(z)
    total = mp.fsum(mp.exp(z_k) for z_k in z)
    return [mp.exp(z_i) / total for z_i in z]


def exact_logsumexp(z):
    return mp.log(mp.fsum(mp.exp(z_k) for z_k in exact(z)))


def exact_log_softmax(z):
    return [z_i - exact_logsumexp(z) for z_i in exact(z)]


def exact_jacobian(z):
    p = exact_softmax(z)
    return [[p_i * ((i == j) - p_j) for j, p_j in enumerate(p)] for i, p_i in enumerate(p)]


def exact_vjp(g, z):
    g, J = exact(g), exact_jacobian(z)
    return [mp.fsum(g[i] * J[i][j] for i in range(len(g))) for j in range(len(g))]


def exact_gradient(z, label):
    """p - y, for one example."""
    return [p_k - (k == label) for k, p_k in enumerate(exact_softmax(z))]


def ulps(actual, expected):
    """The largest error, in units in the last place of the expected value. NaN stays NaN."""
    actual = np.asarray(actual)
    errors = []
    for a, x in zip(actual.ravel(), np.array(expected, dtype=object).ravel(), strict=True):
        spacing = np.spacing(np.abs(actual.dtype.type(float(x))))
        errors.append(float(abs(mp.mpf(float(a)) - x) / mp.mpf(float(spacing))))
    return np.max(errors)


def wider_exponentials(z):
    """Exponentials with more digits than z has; where numpy has no wider type than float64, there are none."""
    wider = {np.dtype(np.float32): np.float64, np.dtype(np.float64): np.longdouble}[z.dtype]
    if np.finfo(wider).nmant == np.finfo(z.dtype).nmant:
        pytest.skip("numpy has no floats here that are longer than float64")
    return np.exp(z.astype(wider))


def wide_ulps(actual, expected):
    """The same as `ulps` where the expected values are in a wider type; it takes no time for each."""
    spacing = np.spacing(abs(expected).astype(actual.dtype)).astype(expected.dtype)
    return float((abs(actual - expected) / spacing).max())


def rows_of_digits(rng, K, top, dtype):
    """Many rows, so that one of them meets roundings that add up; the first of each is larger by top."""
    z = rng.normal(size=(2048 if K <= 100 else 256, K))
    z[:, 0] += top
    return z.astype(dtype)


# Derivatives. Both give an array of the shape of f(x) followed by the shape of x.


def complex_step(f, x, step=1e-200):
    """Differentiate an analytic f. Nothing is subtracted, so nothing is lost."""
    x = np.asarray(x, dtype=np.float64)

    def slope(index):
        nudged = x.astype(complex)
        nudged[index] += 1j * step
        return np.imag(f(nudged)) / step

    return _collect(slope, x.shape)


def central_difference(f, x, step=1e-3):
    """Differentiate any smooth f, from two points on each side."""
    x = np.asarray(x, dtype=np.float64)

    def slope(index):
        def at(steps):
            nudged = x.copy()
            nudged[index] += steps * step
            return f(nudged)

        return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step)

    return _collect(slope, x.shape)


def _collect(slope, shape):
    slopes = np.stack([slope(index) for index in np.ndindex(shape)], axis=-1)
    return slopes.reshape(slopes.shape[:-1] + shape)


def assert_derivative(actual, textbook, forward, x):
    """Two judges: the complex step of the textbook's forward pass, central differences of byhand's own."""
    np.testing.assert_allclose(actual, complex_step(textbook, x), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(actual, central_difference(forward, x), rtol=1e-8, atol=1e-10)


def assert_close(actual, expected):
    """Equal up to the rounding of a handful of operations."""
    np.testing.assert_allclose(actual, expected, rtol=1e-13, atol=1e-15)


# The textbook's forward pass: no shift, no trick, and analytic, so that it takes a complex step.


def textbook_softmax(z):
    return np.exp(z) / np.sum(np.exp(z), axis=-1, keepdims=True)


def textbook_cross_entropy(Z, labels):
    P = textbook_softmax(Z)
    return -sum(np.log(P[n, label]) for n, label in enumerate(labels)) / len(labels)


TEXTBOOK_ACTIVATIONS = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
    "relu": lambda z: z * (z.real > 0),
}


# Inputs for properties.

MODERATE = st.floats(-30, 30, allow_subnormal=False)


def arrays(*shape, elements=MODERATE):
    return npst.arrays(np.float64, shape, elements=elements)


def eighths(*shape, largest=30):
    """Logits in steps of 1/8: their differences are exact, so the errors seen are the function's own."""
    return arrays(*shape, elements=st.integers(-8 * largest, 8 * largest).map(lambda steps: steps / 8))


def one_by_one(f, axis, *arrays):
    """Apply f to each row along the axis, in a Python loop, and put the results where the rows were."""
    moved = [np.moveaxis(array, axis, -1) for array in arrays]
    rows = [f(*(array[index] for array in moved)) for index in np.ndindex(moved[0].shape[:-1])]
    return np.moveaxis(np.reshape(rows, moved[0].shape), -1, axis)
