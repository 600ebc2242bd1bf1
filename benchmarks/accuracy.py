"""How many digits are right: the worst error of each function of each contender, and its course over the input."""

from collections.abc import Callable, Iterable

import exact
import numpy as np
from contenders import ACTIVATIONS, LABEL_FUNCTIONS, ROW_FUNCTIONS, Table
from families import DTYPES, SIZES, logits, numbers

Tables = dict[str, Table]
NEIGHBOURS = 8  # a point of a curve is the worst of so many inputs


class Worst:
    """The worst error so far, in ulp, with where it was, and whether it ate every digit."""

    def __init__(self) -> None:
        self.ulp, self.lost, self.where = -1.0, False, ""

    def meet(self, actual: np.ndarray, expected: exact.Exact, where: str, scale: float = 1.0) -> None:
        """Take the errors of one more result into account."""
        ulps, relative = exact.errors(np.asarray(actual), expected)
        self.lost |= bool(((relative > 0.99) & (ulps > 10)).any())  # one ulp of a tiny number is all it has
        if ulps.max() / scale > self.ulp:
            self.ulp, self.where = float(ulps.max()) / scale, where

    def record(self) -> dict:
        """Give what the record keeps."""
        return {"ulp": shorten(self.ulp), "all_digits_lost": self.lost, "where": self.where}


def shorten(x: float) -> float | None:
    """Round to three digits; what is not finite becomes None, which JSON can hold."""
    return float(f"{x:.3g}") if np.isfinite(x) else None


def measure(tables: Tables, sizes: tuple[int, ...] = SIZES, count: int = 500, rows: int = 12) -> dict:
    """Measure the worst errors: by function, dtype and contender; on `rows` short rows of each family."""
    functions = (*ROW_FUNCTIONS, *LABEL_FUNCTIONS, *ACTIVATIONS)
    result: dict = {function: {dtype: {} for dtype in DTYPES} for function in functions}
    with np.errstate(all="ignore"):
        for dtype in DTYPES:
            worst = {(function, name): Worst() for name, table in tables.items() for function in table}
            _measure_rows(tables, worst, logits(dtype, sizes, rows))
            _measure_activations(tables, worst, dtype, count)
            for (function, name), found in worst.items():
                result[function][dtype][name] = found.record()
    return result


def _measure_rows(tables: Tables, worst: dict, inputs: Iterable[tuple[str, np.ndarray]]) -> None:
    rng = np.random.default_rng(20240919)
    for family, z in inputs:
        K, row = z.shape[1], exact.Row(z)
        where = f"{family}, K = {K}"
        for function in ROW_FUNCTIONS:
            expected = getattr(row, function)()
            scale = max(1.0, row.condition()) if function == "logsumexp" else 1.0
            for name, table in tables.items():
                if function in table:
                    worst[function, name].meet(table[function](z), expected, where, scale)
        confident, anything = int(z.argmax()), int(rng.integers(K))
        for c in {confident, anything} if K <= 1000 else {confident}:
            for function in LABEL_FUNCTIONS:
                expected = getattr(row, function)(c)
                for name, table in tables.items():
                    if function in table:
                        worst[function, name].meet(table[function](z, c), expected, where)


def _measure_activations(tables: Tables, worst: dict, dtype: str, count: int) -> None:
    z = numbers(dtype, count)
    for function in ACTIVATIONS:
        expected = exact.pack([exact.ACTIVATIONS[function](x) for x in z])
        for name, table in tables.items():
            if function in table:
                ulps, _ = exact.errors(np.asarray(table[function](z)), expected)
                worst[function, name].meet(table[function](z), expected, f"z = {z[ulps.argmax()]:.3g}")


# Curves: the error over the input, in float64

Curve = tuple[str, str, str, np.ndarray, Callable[[float], np.ndarray | float], int]


def _pair(x: float) -> np.ndarray:
    return np.array([[x, 0.0]])


def _apart(x: float) -> np.ndarray:
    return np.array([[0.3 * x, -0.7 * x]])  # the difference of the two is rounded


def curves(points: int) -> Iterable[Curve]:
    """Name each curve, its function, what x is, the x, how the input is made of it, and the class (0)."""
    yield "sigmoid", "sigmoid", "z", np.linspace(-760, 40, points), float, 0
    yield "sigmoid_derivative", "sigmoid_derivative", "z", np.linspace(-50, 50, points), float, 0
    yield "tanh_derivative", "tanh_derivative", "z", np.linspace(-25, 25, points), float, 0
    yield "softplus", "softplus", "z", np.linspace(-50, 50, points), float, 0
    yield "cross_entropy", "cross_entropy", "x in z = [x, 0], class 0", np.linspace(-10, 50, points), _pair, 0
    gradient = "cross_entropy_gradient"
    yield gradient, gradient, "x in z = [x, 0], class 0", np.linspace(-10, 50, points), _pair, 0
    yield "softmax_vjp", "softmax_vjp", "x in z = [x, 0], class 0", np.linspace(-10, 50, points), _pair, 0
    yield "log_softmax", "log_softmax", "x in z = [x, 0]", np.linspace(-10, 50, points), _pair, 0
    yield "softmax", "softmax", "x in z = [0.3 x, −0.7 x]", np.linspace(0, 740, points), _apart, 0


def measure_curves(tables: Tables, points: int = 80) -> dict:
    """Measure the error over the input: at each point the worst of some inputs close to it."""
    result = {}
    with np.errstate(all="ignore"):
        for name, function, meaning, x, make, c in curves(points):
            takers = {who: table for who, table in tables.items() if function in table}
            ulps: dict[str, list] = {who: [] for who in takers}
            for inputs in _neighbours(x):
                for who, errors in _errors(takers, function, [make(value) for value in inputs], c).items():
                    ulps[who].append(shorten(errors))
            result[name] = {
                "function": function,
                "x_is": meaning,
                "x": [float(f"{value:.6g}") for value in x],
                "ulp": ulps,
            }
    return result


def _neighbours(x: np.ndarray) -> np.ndarray:
    """Give a row of inputs for each point: the point, and some on the way to the next."""
    rng = np.random.default_rng(20240920)
    step = np.append(np.diff(x), 0)[:, None]
    return x[:, None] + step * np.sort(rng.uniform(size=(len(x), NEIGHBOURS))) * (np.arange(NEIGHBOURS) > 0)


def _errors(takers: Tables, function: str, inputs: list, c: int) -> dict[str, float]:
    """Give each contender's worst error at some inputs."""
    if function in ACTIVATIONS:
        z = np.array(inputs)
        expected = exact.pack([exact.ACTIVATIONS[function](x) for x in z])
        return {
            who: float(exact.errors(np.asarray(table[function](z)), expected)[0].max()) for who, table in takers.items()
        }
    worst = dict.fromkeys(takers, 0.0)
    for z in inputs:
        arguments = (c,) if function in LABEL_FUNCTIONS else ()
        expected = getattr(exact.Row(z), function)(*arguments)
        for who, table in takers.items():
            ulps, _ = exact.errors(np.asarray(table[function](z, *arguments)), expected)
            worst[who] = max(worst[who], float(ulps.max()))
    return worst
