"""The rules that every function keeps: the dtype, the caller's arrays, any memory layout, refusals."""

import numpy as np
import pytest

NOT_REAL_NUMBERS = [
    pytest.param([[1j, 2.0]], "complex128", id="complex"),
    pytest.param([[True, False]], "bool", id="bool"),
    pytest.param([["0.5", "1"]], "<U3", id="strings"),
    pytest.param([[None, 1.0]], "object", id="objects"),
    pytest.param(np.ones((1, 2), np.float16), "float16", id="float16"),
]
not_real_numbers = pytest.mark.parametrize(("bad", "dtype"), NOT_REAL_NUMBERS)

RAGGED = [[1.0, 2.0], [3.0]]


def refuses(error, name, came):
    """Expect an error whose message names the argument and what came."""
    return pytest.raises(error, match=rf"^{name}: expected .*, got {came}$")


def assert_keeps_dtype(f, *arrays):
    """float32 stays float32, float64 stays float64, integers become float64; the values do not depend on it."""
    for dtype in (np.float32, np.float64, np.int64, np.int32, np.int8, np.uint8):
        whole = [np.rint(abs(array) if dtype == np.uint8 else array) for array in arrays]
        results = _results(f(*(array.astype(dtype) for array in whole)))
        kept = np.float32 if dtype == np.float32 else np.float64
        assert [result.dtype for result in results] == [kept] * len(results)
        for result, expected in zip(results, _results(f(*whole)), strict=True):
            tolerance = 1e-5 if kept == np.float32 else 0
            np.testing.assert_allclose(result, expected, rtol=tolerance, atol=tolerance)


def assert_leaves_inputs_alone(f, *arrays):
    """The arguments are the same after the call, and may be read-only."""
    given = [array.copy() for array in arrays]
    f(*given)
    for after, before in zip(given, arrays, strict=True):
        np.testing.assert_array_equal(after, before)
        after.flags.writeable = False
    f(*given)


def assert_takes_any_layout(f, *arrays):
    """Every second entry of a larger array, columns first, backwards: the numbers are what counts."""
    expected = _results(f(*arrays))
    every_second = [np.repeat(array, 2, axis=-1)[..., ::2] for array in arrays]
    columns_first = [np.asfortranarray(array) for array in arrays]
    backwards = [np.flip(np.flip(array).copy()) for array in arrays]
    for layout in (every_second, columns_first, backwards):
        for result, wanted in zip(_results(f(*layout)), expected, strict=True):
            np.testing.assert_allclose(result, wanted, rtol=1e-13, atol=1e-15)


def _results(result):
    return result if isinstance(result, tuple) else (result,)
