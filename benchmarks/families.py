"""The inputs: six families of logits, and the numbers that activations are tried on."""

from collections.abc import Callable, Iterator

import numpy as np

SIZES = (1, 2, 10, 1000, 100_000)
DTYPES = ("float32", "float64")
LOWEST = {"float32": -103.0, "float64": -745.0}  # e to this power is the smallest number of the type

Rng = np.random.Generator


def _small(rng: Rng, n: int, K: int, lowest: float) -> np.ndarray:
    return rng.normal(size=K)


def _large(rng: Rng, n: int, K: int, lowest: float) -> np.ndarray:
    return 100 * rng.normal(size=K)


def _offset(rng: Rng, n: int, K: int, lowest: float) -> np.ndarray:
    return rng.normal(size=K) + (1e4, 1e8)[n % 2]


def _dominant(rng: Rng, n: int, K: int, lowest: float) -> np.ndarray:
    z = rng.normal(size=K)
    z[rng.integers(K)] = rng.uniform(15, -lowest)
    return z


def _ties(rng: Rng, n: int, K: int, lowest: float) -> np.ndarray:
    return rng.integers(0, 3, size=K).astype(float)


def _wide(rng: Rng, n: int, K: int, lowest: float) -> np.ndarray:
    return rng.uniform(lowest, 0, size=K)


FAMILIES: dict[str, Callable[[Rng, int, int, float], np.ndarray]] = {
    "small": _small,
    "large": _large,
    "offset": _offset,
    "one dominant": _dominant,
    "ties": _ties,
    "wide": _wide,
}


def logits(dtype: str, sizes: tuple[int, ...], rows: int) -> Iterator[tuple[str, np.ndarray]]:
    """Give, row by row, the name of a family and logits of shape (1, K): fewer long ones, for these take long."""
    rng = np.random.default_rng(20240917)
    for K in sizes:
        for name, family in FAMILIES.items():
            for n in range(rows if K <= 10 else 2 if K <= 1000 else 1):
                yield name, family(rng, n, K, LOWEST[dtype])[None].astype(dtype)


def numbers(dtype: str, count: int) -> np.ndarray:
    """Give numbers from the smallest to the largest of the type, and evenly where the exponential lives."""
    rng = np.random.default_rng(20240918)
    limits = np.finfo(dtype)
    sizes = np.exp(rng.uniform(np.log(float(limits.smallest_subnormal)), np.log(float(limits.max)), count))
    even = rng.uniform(LOWEST[dtype], -LOWEST[dtype], count)
    near = rng.uniform(-40, 40, 2 * count)
    return np.concatenate([[0.0], sizes, -sizes, even, near]).astype(dtype)
