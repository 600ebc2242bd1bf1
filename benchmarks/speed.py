"""How long it takes: contenders in turn, one thread, in one run; medians, and ratios within each turn.

The clock is that of the processor, where it is fine enough: what other programs take is not counted.
"""

import itertools
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from contenders import Table
from families import DTYPES

import byhand
from byhand import deep_network

Thunk = Callable[[], object]
Thunks = dict[str, Thunk]

SHAPES = ((64, 10), (1024, 10), (256, 1000), (64, 32000))
FAR = 1e4  # added to all logits, it makes the exact shift necessary
FAR_SHAPES = ((1024, 10), (64, 32000))
LAYERS = (784, 256, 128, 10)
BATCHES = (64, 256, 1024)
RATE = 1e-4
CACHE = Path(__file__).parents[1] / "build/bench-bytecode"
TURN = 0.004  # seconds that a contender gets in each turn
IMPORTS = {
    "byhand": "numpy, byhand",
    "numpy": "numpy",
    "scipy": "scipy.special",
    "torch": "torch",
    "jax": "jax",
}


CLOCK = "process_time" if time.get_clock_info("process_time").resolution < 1e-6 else "perf_counter"
clock = getattr(time, CLOCK)


def compare(thunks: Thunks, base: str, seconds: float) -> dict:
    """Time all in turn for about so many seconds; give medians, and the median ratio to the base in the same turn."""
    repeats = {name: max(1, round(TURN / _once(thunk))) for name, thunk in thunks.items()}
    one_turn = sum(seconds_of(thunk, repeats[name]) * repeats[name] for name, thunk in thunks.items())
    turns = max(5, round(seconds / one_turn))
    times: dict[str, list[float]] = {name: [] for name in thunks}
    order = list(thunks)
    for turn in range(turns):
        for name in order[turn % len(order) :] + order[: turn % len(order)]:
            times[name].append(seconds_of(thunks[name], repeats[name]))
    result: dict = {"turns": turns, "microseconds": {}, "ratio": {}}
    for name, values in times.items():
        result["microseconds"][name] = float(f"{1e6 * statistics.median(values):.4g}")
        if base in times:
            ratios = [own / other for own, other in zip(values, times[base], strict=True)]
            result["ratio"][name] = float(f"{statistics.median(ratios):.3g}")
    return result


def _once(thunk: Thunk) -> float:
    for _ in range(3):  # the first calls compile, and fetch memory
        thunk()
    return seconds_of(thunk, 1)


def seconds_of(thunk: Thunk, repeats: int) -> float:
    start = clock()
    for _ in range(repeats):
        thunk()
    return (clock() - start) / repeats


# Functions of the logits


def logits_and_labels(shape: tuple[int, int], dtype: str) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(20240921)
    return 3 * rng.normal(size=shape).astype(dtype), rng.integers(shape[1], size=shape[0])


def cross_entropy_thunks(tables: dict[str, Table], z: np.ndarray, labels: np.ndarray) -> Thunks:
    """Value and gradient of the mean over the batch."""
    n = np.arange(len(z))

    def by_probabilities():
        e = np.exp(z - z.max(axis=-1, keepdims=True))
        p = e / e.sum(axis=-1, keepdims=True)
        loss = -np.log(p[n, labels]).mean()
        p[n, labels] -= 1
        return loss, p / len(z)

    def by_scipy():
        log_p = special.log_softmax(z, axis=-1)
        p = np.exp(log_p)
        p[n, labels] -= 1
        return -log_p[n, labels].mean(), p / len(z)

    def by_torch():
        logits.grad = None
        loss = functional.cross_entropy(logits, targets)
        loss.backward()
        return loss, logits.grad

    def by_jax():
        return jax.block_until_ready(compiled(*arrays))

    thunks: Thunks = {"textbook": by_probabilities}
    if "scipy" in tables:
        from scipy import special

        thunks["scipy"] = by_scipy
    if "torch" in tables:
        import torch
        from torch.nn import functional

        logits, targets = torch.from_numpy(z.copy()).requires_grad_(), torch.from_numpy(labels)
        thunks["torch"] = by_torch
    if "jax" in tables:
        import jax

        def loss(z, labels):
            return -jax.nn.log_softmax(z)[jax.numpy.arange(len(z)), labels].mean()

        compiled, arrays = jax.jit(jax.value_and_grad(loss)), (jax.numpy.asarray(z), jax.numpy.asarray(labels))
        thunks["jax"] = by_jax
    return thunks | {"ours": lambda: byhand.cross_entropy_value_and_gradient(z, labels)}


def softmax_thunks(tables: dict[str, Table], z: np.ndarray) -> Thunks:
    thunks: Thunks = {"textbook": lambda: tables["textbook"]["softmax"](z)}
    if "scipy" in tables:
        from scipy import special

        thunks["scipy"] = lambda: special.softmax(z, axis=-1)
    if "torch" in tables:
        import torch

        tensor = torch.from_numpy(z)
        thunks["torch"] = lambda: torch.softmax(tensor, -1)
    return thunks | {"ours": lambda: byhand.softmax(z)}


# A step of training


def new_network(batch: int) -> tuple[np.ndarray, np.ndarray, list[np.ndarray], list[np.ndarray]]:
    rng = np.random.default_rng(20240922)
    X, labels = rng.normal(size=(batch, LAYERS[0])).astype("float32"), rng.integers(LAYERS[-1], size=batch)
    pairs = list(itertools.pairwise(LAYERS))
    weights = [deep_network.he(rng, inputs, outputs).astype("float32") for inputs, outputs in pairs]
    return X, labels, weights, [np.zeros((1, outputs), "float32") for _, outputs in pairs]


def step_thunks(tables: dict[str, Table], batch: int) -> Thunks:
    """Forward, backward and one step of gradient descent."""
    X, labels, weights, biases = new_network(batch)
    _, cache = deep_network.forward(X, weights, biases)
    A, dZ = cache.A, deep_network.backward(cache, labels).dZ

    def by_hand(weights=weights, biases=biases):
        _, cache = deep_network.forward(X, weights, biases)
        gradients = deep_network.backward(cache, labels)
        weights[:] = [byhand.sgd_step(W, dW, RATE) for W, dW in zip(weights, gradients.dW, strict=True)]
        biases[:] = [byhand.sgd_step(b, db, RATE) for b, db in zip(biases, gradients.db, strict=True)]

    def products(W=tuple(weights)):
        for layer in range(len(W)):
            A[layer] @ W[layer]
        for layer in reversed(range(len(W))):
            A[layer].T @ dZ[layer]
            if layer:
                dZ[layer] @ W[layer].T

    thunks: Thunks = {"ours": by_hand, "matrix products": products, "in place": _step_in_place(X, labels, weights)}
    if "torch" in tables:
        thunks["torch"] = _torch_step(X, labels, weights)
    return thunks


def _step_in_place(X: np.ndarray, labels: np.ndarray, weights: list[np.ndarray]) -> Thunk:
    """The least that numpy needs: nothing is checked, no memory is asked for, and digits may be lost."""
    W = [W.copy() for W in weights]
    b, zeros = [W_l[:1] * 0 for W_l in W], [W_l[0] * 0 for W_l in W]
    Z = [X @ W[0]]
    for W_l in W[1:]:
        Z.append(Z[-1] @ W_l)
    A, dZ, positive = [X, *(Z_l.copy() for Z_l in Z[:-1])], [Z_l.copy() for Z_l in Z], [Z_l > 0 for Z_l in Z]
    dW, db = [W_l.copy() for W_l in W], [b_l.copy() for b_l in b]
    N, last = len(X), len(W) - 1
    n, ones, ones_of_classes = np.arange(N), np.ones((1, N), "float32"), np.ones(LAYERS[-1], "float32")

    def step():
        for layer in range(len(W)):
            np.matmul(A[layer], W[layer], out=Z[layer])
            Z[layer] += b[layer]
            if layer < last:
                np.maximum(Z[layer], zeros[layer], out=A[layer + 1])
        e = np.exp(Z[last], out=dZ[last])
        e /= (N * e.dot(ones_of_classes))[:, None]
        e[n, labels] -= 1 / N
        for layer in reversed(range(len(W))):
            np.matmul(A[layer].T, dZ[layer], out=dW[layer])
            np.matmul(ones, dZ[layer], out=db[layer])
            if layer:
                np.matmul(dZ[layer], W[layer].T, out=dZ[layer - 1])
                dZ[layer - 1] *= np.greater(Z[layer - 1], 0, out=positive[layer - 1])
            for theta, gradient in ((W[layer], dW[layer]), (b[layer], db[layer])):
                gradient *= RATE
                theta -= gradient
        return W, b

    return step


def _torch_step(X: np.ndarray, labels: np.ndarray, weights: list[np.ndarray]) -> Thunk:
    import torch
    from torch import nn

    layers: list[nn.Module] = []
    for W in weights:
        linear = nn.Linear(*W.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(W.T))
            linear.bias.zero_()
        layers += [linear, nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    inputs, targets = torch.from_numpy(X), torch.from_numpy(labels)

    def step():
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(inputs), targets).backward()
        optimizer.step()

    return step


# All together


def measure(tables: dict[str, Table], seconds: float) -> dict:
    """Compare everything, each comparison for about so many seconds."""
    result: dict = {"cross_entropy_value_and_gradient": [], "softmax": [], "training_step": [], "far_logits": []}
    for dtype in DTYPES:
        for shape in SHAPES:
            z, labels = logits_and_labels(shape, dtype)
            case = {"shape": list(shape), "dtype": dtype}
            thunks = cross_entropy_thunks(tables, z, labels)
            result["cross_entropy_value_and_gradient"].append(case | compare(thunks, "torch", seconds))
            result["softmax"].append(case | compare(softmax_thunks(tables, z), "torch", seconds))
        for shape in FAR_SHAPES:
            z, labels = logits_and_labels(shape, dtype)
            thunks = cross_entropy_thunks(tables, z + z.dtype.type(FAR), labels)
            result["far_logits"].append({"shape": list(shape), "dtype": dtype} | compare(thunks, "torch", seconds))
    for batch in BATCHES:
        case = {"layers": list(LAYERS), "batch": batch, "dtype": "float32"}
        result["training_step"].append(case | compare(step_thunks(tables, batch), "torch", seconds))
    return result | {"import": measure_imports(tables, 5 if seconds < 1 else 11)}


def measure_imports(tables: dict[str, Table], runs: int) -> dict:
    """Time imports, each in a Python of its own: medians, in milliseconds.

    The first of each is not counted: it compiles, which an installation has done before.
    """
    wanted = {name: modules for name, modules in IMPORTS.items() if name in {"numpy", "byhand", *tables}}
    times: dict[str, list[float]] = {name: [] for name in (*wanted, "byhand after numpy")}
    for modules in wanted.values():
        _import(f"import {modules}")
    for _ in range(runs):
        for name, modules in wanted.items():
            times[name].append(_import(f"import {modules}"))
        times["byhand after numpy"].append(_import("import byhand", "import numpy"))
    return {name: round(statistics.median(values), 1) for name, values in times.items()}


def _import(statement: str, before: str = "pass") -> float:
    program = f"import time\n{before}\nstart = time.{CLOCK}()\n{statement}\nprint(time.{CLOCK}() - start)"
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(CACHE)}
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, env=os.environ | compiled
    )
    return 1000 * float(run.stdout)
