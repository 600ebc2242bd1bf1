"""Exact values, by mpmath, and errors against them in units in the last place."""

from functools import cached_property
from typing import NamedTuple

import numpy as np
from mpmath import MPContext

mp = MPContext()
mp.prec = 140

SMALLEST = {"float32": -149, "float64": -1074}  # exponents of the smallest numbers above 0
DIGITS = {"float32": 24, "float64": 53}


class Exact(NamedTuple):
    """Numbers (high + low)·2^exponent with 1/2 ≤ |high| ≤ 1: far more digits than a float has, at any size."""

    high: np.ndarray
    low: np.ndarray
    exponent: np.ndarray


def pack(values: list) -> Exact:
    """Put mpmath's numbers into arrays."""
    return Exact(*(np.array(column) for column in zip(*map(_split, values), strict=True)))


def _split(value: object) -> tuple[float, float, int]:
    sign, mantissa, exponent, bits = mp.mpf(value)._mpf_
    if not mantissa or exponent + bits < 2 * SMALLEST["float64"]:  # nothing, or next to nothing
        return 0.0, 0.0, SMALLEST["float64"]
    mantissa, exponent = int(mantissa) << 106 >> bits, exponent + bits  # 106 bits: two floats' worth
    high, low = mantissa >> 53, mantissa & (2**53 - 1)
    unit = -(2.0**-53) if sign else 2.0**-53
    return high * unit, low * unit * 2.0**-53, exponent


def errors(actual: np.ndarray, exact: Exact) -> tuple[np.ndarray, np.ndarray]:
    """Return the errors in ulp of the exact value, and relative to it; infinite where a number is not finite."""
    dtype = actual.dtype.name
    high, low, exponent = exact
    last_place = np.ldexp(1.0, np.maximum(exponent - DIGITS[dtype], SMALLEST[dtype]) - exponent)
    with np.errstate(all="ignore"):
        scaled = np.ldexp(np.ravel(actual).astype(float), -exponent)
        error = np.abs((scaled - high) - low)
        relative = np.where(error == 0, 0, error / np.abs(high))
    error[~np.isfinite(scaled)] = relative[~np.isfinite(scaled)] = np.inf
    return error / last_place, relative


class Row:
    """The exact values that one row of logits leads to. Its exponentials are taken once for all functions."""

    def __init__(self, z: np.ndarray) -> None:
        values, self.places = np.unique(np.ravel(z).astype(float), return_inverse=True)
        counts = np.bincount(self.places)
        self.z = [mp.mpf(float(value)) for value in values]
        m = self.z[-1]
        self.shifted = [z_k - m for z_k in self.z]
        self.e = [mp.exp(d) for d in self.shifted]
        self.rest = mp.fsum(int(n) * e_k for n, e_k in zip(counts[:-1], self.e[:-1], strict=True)) + int(counts[-1] - 1)
        self.sum = 1 + self.rest
        self.log_sum = mp.log1p(self.rest)
        self.m = m

    def softmax(self) -> Exact:
        """Return p."""
        return self._softmax

    @cached_property
    def _softmax(self) -> Exact:
        return self._spread([e_k / self.sum for e_k in self.e])

    def log_softmax(self) -> Exact:
        """Return log p."""
        return self._spread([d - self.log_sum for d in self.shifted])

    def logsumexp(self) -> Exact:
        """Return ℓ."""
        return pack([self.m + self.log_sum])

    def condition(self) -> float:
        """Say by how much log-sum-exp magnifies a relative change of the logits: the mean of |z| over |ℓ|."""
        weights = np.array([float(e_k) for e_k in self.e])[self.places]
        sizes = np.array([abs(float(z_k)) for z_k in self.z])[self.places]
        ell = abs(float(self.m + self.log_sum))
        return float(weights @ sizes / weights.sum()) / ell if ell else np.inf

    def cross_entropy(self, c: int) -> Exact:
        """Return −log p_c."""
        return pack([self.log_sum - self.shifted[self.places[c]]])

    def cross_entropy_gradient(self, c: int) -> Exact:
        """Return p − y."""
        return _replace(self.softmax(), c, -self._others(c) / self.sum)

    def softmax_vjp(self, c: int) -> Exact:
        """Return p_j (y_j − p_c): the cotangent is the one-hot row y of the class c."""
        p_c = self.e[self.places[c]] / self.sum
        products = self._spread([-e_k / self.sum * p_c for e_k in self.e])
        return _replace(products, c, p_c * self._others(c) / self.sum)

    def _others(self, c: int) -> object:
        """Sum all exponentials but that of c, without subtracting where c is the largest."""
        e_c = self.e[self.places[c]]
        return self.rest if e_c == 1 else self.sum - e_c

    def _spread(self, values: list) -> Exact:
        return Exact(*(column[self.places] for column in pack(values)))


def _replace(exact: Exact, place: int, value: object) -> Exact:
    copy = Exact(*(column.copy() for column in exact))
    for column, part in zip(copy, _split(value), strict=True):
        column[place] = part
    return copy


def _decay(z: float, times: int = 1) -> object:
    return mp.exp(-times * abs(mp.mpf(float(z))))


def sigmoid(z: float) -> object:
    q = _decay(z)
    return (1 if z >= 0 else q) / (1 + q)


def sigmoid_derivative(z: float) -> object:
    q = _decay(z)
    return q / (1 + q) ** 2


def tanh_derivative(z: float) -> object:
    q = _decay(z, times=2)
    return 4 * q / (1 + q) ** 2


def softplus(z: float) -> object:
    return max(mp.mpf(float(z)), 0) + mp.log1p(_decay(z))


ACTIVATIONS = {f.__name__: f for f in (sigmoid, sigmoid_derivative, tanh_derivative, softplus)}
