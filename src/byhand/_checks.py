"""Checks of arguments. Each error names the argument, what was expected and what came."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

FloatArray = NDArray[np.floating[Any]]
IntArray = NDArray[np.integer[Any]]
FLOATS = {np.dtype(np.float32), np.dtype(np.float64)}


def float_array(value: ArrayLike, name: str, dtype: DTypeLike | None = None) -> FloatArray:
    """Keep float32 and float64, turn integers into float64, refuse the rest; then turn into the dtype, if any."""
    array = _array(value, name)
    if array.dtype in FLOATS:
        return array if dtype is None else array.astype(dtype, copy=False)
    if array.dtype.kind in "iu":
        return array.astype(dtype or np.float64)
    raise TypeError(f"{name}: expected float32, float64 or integers, got {array.dtype}")


def class_scores(value: ArrayLike, name: str, axis: int = -1) -> FloatArray:
    """Demand at least one number along the axis of the classes."""
    array = float_array(value, name)
    if not -array.ndim <= axis < array.ndim:
        raise ValueError(f"{name}: expected an array with an axis {axis}, got shape {array.shape}")
    if array.shape[axis] == 0:
        raise ValueError(f"{name}: expected at least one class on axis {axis}, got shape {array.shape}")
    return array


def label_array(value: ArrayLike, classes: int) -> IntArray:
    """Demand class indices in {0, …, K-1}."""
    labels = _array(value, "labels")
    if labels.size > 0 and labels.dtype.kind not in "iu":
        raise TypeError(f"labels: expected integers, got {labels.dtype}")
    indices = labels.astype(np.intp, copy=False)
    if indices.size and _largest(indices.view(np.uintp)) >= classes:  # read without a sign, what is below 0 is large
        raise IndexError(f"labels: expected 0 to {classes - 1}, got {_outside(labels, classes)}")
    return indices


def size(value: int, name: str) -> int:
    """Demand a whole number that is not negative."""
    if not isinstance(value, int | np.integer):
        raise TypeError(f"{name}: expected an integer, got {value!r}")
    if value < 0:
        raise ValueError(f"{name}: expected 0 or more, got {value}")
    return int(value)


def same_shape(array: NDArray[Any], name: str, shape: tuple[int, ...], whose: str) -> None:
    """Demand the shape that another argument has, or implies."""
    if array.shape != shape:
        raise ValueError(f"{name}: expected the shape {shape} of {whose}, got {array.shape}")


def matrix(value: ArrayLike, name: str, rows: int | None = None, columns: int | None = None) -> FloatArray:
    """Demand a matrix, of the given size where one is given."""
    array = float_array(value, name)
    wanted = tuple("any" if size is None else str(size) for size in (rows, columns))
    if array.ndim != 2 or rows not in (None, array.shape[0]) or columns not in (None, array.shape[1]):
        raise ValueError(f"{name}: expected a matrix of shape ({wanted[0]}, {wanted[1]}), got {array.shape}")
    return array


def not_empty_batch(array: FloatArray, name: str) -> None:
    """Demand at least one example: the mean over none has no value."""
    if array.size == 0:
        raise ValueError(f"{name}: expected at least one example to take the mean over, got shape {array.shape}")


def scores_and_targets(value: ArrayLike, name: str, t: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Demand a batch of at least one row, and a target for each of its entries, in the batch's own dtype."""
    array = class_scores(value, name)
    not_empty_batch(array, name)
    targets = float_array(t, "t", array.dtype)
    same_shape(targets, "t", array.shape, name)
    return array, targets


def _largest(indices: NDArray[np.uintp]) -> int:
    """Find the largest index; argmax does it in a third of the time that max takes for few."""
    return indices.item(indices.argmax())


def _outside(labels: IntArray, classes: int) -> int:
    """Find the first label that is no class."""
    return int(labels[(labels < 0) | (labels >= classes)][0])


def _array(value: ArrayLike, name: str) -> NDArray[Any]:
    try:
        return np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name}: expected rows of equal length, got a ragged sequence") from error
