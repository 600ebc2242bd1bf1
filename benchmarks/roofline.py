"""The roofline: what this machine can do, and how close each part of a training step comes to it.

A part that does F operations and moves B bytes takes at least max(F/peak, B/bandwidth) seconds. Counted are
the bytes of the arrays that a part reads and writes, each once. Where these stay in a cache, the part can be
faster than memory allows; so bandwidth is measured for several sizes.
"""

import statistics
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from speed import BATCHES, RATE, clock, new_network, seconds_of

import byhand
from byhand import deep_network

SIZE = 4  # bytes of a float32
ARRAYS = (2**13, 2**16, 2**19, 2**22, 2**25, 2**27)  # bytes of each array that bandwidth is measured on
MATRIX = 1536  # rows and columns of the matrices of the peak


class Part(NamedTuple):
    """One line of the step: what it is, its operations, the bytes it moves, and itself."""

    name: str
    direction: str
    operations: int
    bytes: int
    run: Callable[[], object]


def measure(seconds: float) -> dict:
    """Measure the machine, and then each part of the training step on it."""
    bandwidth = {str(size): _bandwidth(size, seconds) for size in ARRAYS}
    machine = {"peak": _peak(seconds), "bandwidth": bandwidth, "memory": bandwidth[str(ARRAYS[-1])]}
    return machine | {"step": [_measure_step(batch, machine, seconds) for batch in BATCHES]}


def _bandwidth(size: int, seconds: float) -> float:
    """Add two arrays into a third, of so many bytes each; bytes read and written in a second."""
    x, y, total = (np.ones(size // SIZE, "float32") for _ in range(3))
    return _short(3 * size / _median(lambda: np.add(x, y, out=total), seconds))


def _peak(seconds: float) -> float:
    """Multiply two large matrices; operations in a second."""
    A, B = np.ones((2, MATRIX, MATRIX), "float32")
    C = np.empty_like(A)
    return _short(2 * MATRIX**3 / _median(lambda: np.matmul(A, B, out=C), seconds))


def _median(run: Callable[[], object], seconds: float) -> float:
    run()
    repeats = max(1, round(0.001 / seconds_of(run, 1)))
    times, end = [], clock() + seconds
    while len(times) < 5 or clock() < end:
        times.append(seconds_of(run, repeats))
    return statistics.median(times)


def _measure_step(batch: int, machine: dict, seconds: float) -> dict:
    """Measure each part of the step alone, and each pass as a whole."""
    taken = parts(batch)
    lines = [
        {"part": part.name, "direction": part.direction}
        | _place(part.operations, part.bytes, _median(part.run, seconds / 4), machine)
        for part in taken
    ]
    whole = []
    for direction, run in passes(batch).items():
        own = [part for part in taken if part.direction == direction]
        operations, moved = sum(part.operations for part in own), sum(part.bytes for part in own)
        line = {"direction": direction} | _place(operations, moved, _median(run, seconds), machine)
        line["roof_microseconds"] = _short(
            sum(one["roof_microseconds"] for one in lines if one["direction"] == direction)
        )
        whole.append(line)
    return {"batch": batch, "passes": whole, "parts": lines}


def _place(operations: int, moved: int, took: float, machine: dict) -> dict:
    """Put something under the roof: the time it took, and the least it could take."""
    by_operations, by_bytes = operations / machine["peak"], moved / machine["memory"]
    return {
        "operations": operations,
        "bytes": moved,
        "operations_per_byte": _short(operations / moved),
        "microseconds": _short(1e6 * took),
        "roof_microseconds": _short(1e6 * max(by_operations, by_bytes)),
        "limit": "operations" if by_operations > by_bytes else "bytes",
    }


def passes(batch: int) -> dict[str, Callable[[], object]]:
    """Give the passes as a user calls them."""
    X, labels, weights, biases = new_network(batch)
    _, cache = deep_network.forward(X, weights, biases)
    gradients = deep_network.backward(cache, labels)

    def step():
        for theta, gradient in zip(weights + biases, gradients.dW + gradients.db, strict=True):
            byhand.sgd_step(theta, gradient, RATE)

    return {
        "forward": lambda: deep_network.forward(X, weights, biases),
        "backward": lambda: deep_network.backward(cache, labels),
        "step": step,
    }


def parts(batch: int) -> list[Part]:
    """Take the training step apart, into what deep_network and sgd_step do."""
    X, labels, weights, biases = new_network(batch)
    P, cache = deep_network.forward(X, weights, biases)
    A, Z, dZ = cache.A, cache.Z, deep_network.backward(cache, labels).dZ
    gradients = deep_network.backward(cache, labels)
    ones, last = np.ones((1, batch), "float32"), len(weights)
    found: list[Part] = []

    def add(name: str, direction: str, operations: int, numbers: int, run: Callable[[], object]) -> None:
        found.append(Part(name, direction, operations, numbers * SIZE, run))

    def product(name: str, direction: str, left: np.ndarray, right: np.ndarray) -> None:
        operations = 2 * left.shape[0] * left.shape[1] * right.shape[1]
        numbers = left.size + right.size + left.shape[0] * right.shape[1]
        add(name, direction, operations, numbers, lambda: left @ right)

    for n, (W, b, Z_l) in enumerate(zip(weights, biases, Z, strict=True), 1):
        product(f"A{n - 1} @ W{n}", "forward", A[n - 1], W)
        add(f"Z{n} + b{n}", "forward", Z_l.size, 2 * Z_l.size + b.size, lambda Z_l=Z_l, b=b: Z_l + b)
        if n < last:
            add(f"relu(Z{n})", "forward", Z_l.size, 2 * Z_l.size, lambda Z_l=Z_l: byhand.relu(Z_l))
    add("softmax", "forward", 5 * P.size, 2 * P.size, lambda: byhand.softmax(Z[-1]))
    for n in range(last, 0, -1):
        dZ_n, W, b = dZ[n - 1], weights[n - 1], biases[n - 1]
        if n == last:
            add("(P - Y) / N", "backward", 2 * P.size, 2 * P.size, lambda: _output_delta(P, labels))
        else:
            product(f"dZ{n + 1} @ W{n + 1}.T", "backward", dZ[n], weights[n].T)
            Z_n = Z[n - 1]
            add(f"dA{n} * (Z{n} > 0)", "backward", 2 * Z_n.size, 3 * Z_n.size, lambda d=dZ_n, Z_n=Z_n: d * (Z_n > 0))
        product(f"A{n - 1}.T @ dZ{n}", "backward", A[n - 1].T, dZ_n)
        product(f"ones @ dZ{n}", "backward", ones, dZ_n)
    for n, (W, dW) in enumerate(zip(weights, gradients.dW, strict=True), 1):
        add(f"W{n} - eta dW{n}", "step", 2 * W.size, 3 * W.size, lambda W=W, dW=dW: byhand.sgd_step(W, dW, RATE))
    return found


def _output_delta(P: np.ndarray, labels: np.ndarray) -> np.ndarray:
    delta = P / len(P)
    delta[np.arange(len(P)), labels] -= 1 / len(P)
    return delta


def _short(x: float) -> float:
    return float(f"{x:.4g}")
