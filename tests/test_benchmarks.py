"""The benchmark's harness: it writes what pages read, and it sees a contender that loses digits. Nothing is timed."""

import importlib
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from byhand import deep_network

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
INSTALLED = {"textbook", "scipy", "ours"}  # torch and jax live in an environment of their own


@pytest.fixture(scope="module")
def bench():
    """The modules of the harness, by name."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        names = ("accuracy", "contenders", "exact", "report", "roofline", "speed")
        yield {name: importlib.import_module(name) for name in names}
    finally:
        sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="module")
def tables(bench):
    functions = bench["contenders"]
    return {name: getattr(functions, name)() for name in sorted(INSTALLED)}


@pytest.fixture(scope="module")
def planted(tables):
    """All who are installed, and byhand with one answer in each function moved by 1000 ulp."""

    def off(f):
        def moved(*arguments):
            result = np.array(f(*arguments))
            result.flat[0] += 1000 * np.spacing(np.abs(result.flat[0]))
            return result

        return moved

    return tables | {"planted": {name: off(f) for name, f in tables["ours"].items()}}


@pytest.fixture(scope="module")
def functions(bench, planted):
    return bench["accuracy"].measure(planted, sizes=(1, 10), count=20, rows=4)


def test_each_function_is_measured_in_both_types(bench, functions):
    assert list(functions) == list(bench["contenders"].FUNCTIONS)
    for by_dtype in functions.values():
        assert list(by_dtype) == ["float32", "float64"]
        for cells in by_dtype.values():
            assert {"textbook", "ours", "planted"} <= set(cells)
            assert all(set(cell) == {"ulp", "all_digits_lost", "where"} for cell in cells.values())


def test_a_planted_error_is_found(functions):
    for function, by_dtype in functions.items():
        scale = 100 if function == "logsumexp" else 1  # its errors are divided by the condition
        for cells in by_dtype.values():
            assert cells["ours"]["ulp"] < 20, function
            assert cells["planted"]["ulp"] > 900 / scale, function


def test_the_textbook_loses_all_digits_and_byhand_does_not(functions):
    losing = {name for name, by_dtype in functions.items() if by_dtype["float64"]["textbook"]["all_digits_lost"]}
    assert losing >= {"log_softmax", "cross_entropy", "cross_entropy_gradient", "softmax_vjp", "tanh_derivative"}
    assert not any(cells["ours"]["all_digits_lost"] for by_dtype in functions.values() for cells in by_dtype.values())


@pytest.mark.parametrize(
    ("actual", "expected", "ulp"),
    [
        (1.0, "1", 0),
        (1 + 2.0**-51, "1", 2),
        (1.0, "1.00000000000000011102230246251565404236316680908203125", 0.5),
        (np.float32(2.0**-23), "1", 2**23 - 1),
        (5e-324, "0", 1),
        (0.0, "1e-330", 0),
        (-1e-310, "1e-310", 4.04804506614621e13),
        (np.nan, "1", np.inf),
        (-np.inf, "0", np.inf),
    ],
)
def test_an_error_is_counted_in_units_in_the_last_place(bench, actual, expected, ulp):
    exact = bench["exact"]
    ulps, _ = exact.errors(np.array([actual]), exact.pack([exact.mp.mpf(expected)]))
    np.testing.assert_allclose(ulps, [ulp], rtol=1e-6, atol=1e-6)


def test_curves_say_where_and_how_much(bench, tables):
    curves = bench["accuracy"].measure_curves(tables, points=17)
    for curve in curves.values():
        assert set(curve) == {"function", "x_is", "x", "ulp"}
        assert all(len(ulps) == len(curve["x"]) == 17 for ulps in curve["ulp"].values())
        assert max(curve["ulp"]["ours"]) < 10
        assert any(ulp is None or ulp > 100 for ulp in curve["ulp"]["textbook"])


def test_the_record_is_json_and_becomes_tables(bench, functions):
    record = {
        "made": bench["report"].made("python benchmarks", INSTALLED),
        "accuracy": {"sizes": [1, 2, 10], "functions": functions},
        "speed": {
            "cross_entropy_value_and_gradient": [
                {
                    "shape": [64, 10],
                    "dtype": "float32",
                    "microseconds": {"ours": 40.0, "torch": 80.0},
                    "ratio": {"ours": 0.5, "torch": 1.0},
                }
            ],
            "softmax": [],
            "training_step": [{"batch": 64, "dtype": "float32", "microseconds": {"ours": 40.0}, "ratio": {}}],
            "far_logits": [],
            "import": {"numpy": 60.0},
        },
    }
    text = bench["report"].tables(json.loads(bench["report"].write(record)))
    assert {"python", "numpy", "scipy", "mpmath"} <= set(record["made"]["versions"])
    assert "| 64×10, float32 | 80 (1.00) | 40 (0.50) |" in text
    assert "| batch 64, float32 | 40 |" in text
    assert "| log_softmax, float64 | all digits |" in text


def test_a_framework_that_is_missing_is_skipped_with_a_word(bench, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setitem(sys.modules, "jax", None)
    assert set(bench["contenders"].present()) == INSTALLED
    assert [line.split(":")[0] for line in capsys.readouterr().err.splitlines()] == ["torch", "jax"]


def test_all_contenders_of_a_comparison_compute_the_same(bench, tables):
    z, labels = bench["speed"].logits_and_labels((8, 10), "float64")
    results = [f() for f in bench["speed"].cross_entropy_thunks(tables, z, labels).values()]
    losses, gradients = zip(*results, strict=True)
    for loss, gradient in zip(losses, gradients, strict=True):
        np.testing.assert_allclose(loss, losses[0], rtol=1e-12)
        np.testing.assert_allclose(gradient, gradients[0], atol=1e-14)
    probabilities = [f() for f in bench["speed"].softmax_thunks(tables, z).values()]
    for p in probabilities:
        np.testing.assert_allclose(p, probabilities[0], rtol=1e-12)


def test_the_step_in_place_is_the_step_of_the_book(bench):
    speed = bench["speed"]
    X, labels, weights, biases = speed.new_network(batch=5)
    _, cache = deep_network.forward(X, weights, biases)
    gradients = deep_network.backward(cache, labels)
    W, b = speed._step_in_place(X, labels, weights)()
    for before, after, gradient in zip([*weights, *biases], [*W, *b], [*gradients.dW, *gradients.db], strict=True):
        expected = before - np.float32(speed.RATE) * gradient
        np.testing.assert_allclose(after, expected, atol=1e-8)
        assert abs(after - before).max() > 1e-6


def test_the_parts_of_the_step_run_and_count_the_products(bench):
    parts = bench["roofline"].parts(batch=3)
    assert len({part.name for part in parts}) == len(parts)
    for part in parts:
        part.run()
    products = sum(part.operations for part in parts if "@" in part.name and "ones" not in part.name)
    forward = 2 * 3 * (784 * 256 + 256 * 128 + 128 * 10)
    assert products == 3 * forward - 2 * 3 * 784 * 256  # backward twice as much, but nobody asks for dX


def test_the_committed_record_is_of_a_whole_run_with_all_frameworks(bench):
    record = json.loads((BENCHMARKS / "results.json").read_text(encoding="utf-8"))
    assert set(record) == {"made", "accuracy", "curves", "speed", "roofline"}
    assert record["made"]["command"] == "python benchmarks all"
    assert {"python", "numpy", "scipy", "torch", "jax", "mpmath"} == set(record["made"]["versions"])
    assert list(record["accuracy"]["functions"]) == list(bench["contenders"].FUNCTIONS)
    assert record["accuracy"]["sizes"] == [1, 2, 10, 1000, 100_000]
    for function, by_dtype in record["accuracy"]["functions"].items():
        for cells in by_dtype.values():
            assert {"textbook", "torch", "jax", "ours"} <= set(cells), function
    for case in record["speed"]["cross_entropy_value_and_gradient"]:
        assert set(case["ratio"]) == {"textbook", "scipy", "torch", "jax", "ours"}
    assert bench["report"].tables(record).count("\n| ") > 100
