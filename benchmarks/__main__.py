"""Measure accuracy and speed, side by side with the textbook's formulas, scipy, torch and jax.

    python benchmarks [all | accuracy | speed | roofline | tables] [--quick] [--out FILE]

It prints tables and writes a record in JSON, from which the book's pages and pictures are made: the whole
run into benchmarks/results.json, anything less into build/benchmarks.json. `tables` measures nothing and
prints the tables of a record.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

# One thread, for all. This must be said before numpy and the others are loaded.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[name] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"
if hasattr(os, "sched_setaffinity"):  # Linux: and on one core
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

HERE = Path(__file__).parent
RECORD, DRAFT = HERE / "results.json", HERE.parent / "build/benchmarks.json"


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.split("\n\n")[0])
    parser.add_argument("what", nargs="?", default="all", choices=["all", "accuracy", "speed", "roofline", "tables"])
    parser.add_argument("--quick", action="store_true", help="short rows and few turns: about a minute")
    parser.add_argument("--out", type=Path, help="the record to write, or, for tables, to read")
    arguments = parser.parse_args()
    whole = arguments.what == "all" and not arguments.quick
    path = arguments.out or (RECORD if whole or arguments.what == "tables" else DRAFT)

    import report

    if arguments.what == "tables":
        record = json.loads(path.read_text(encoding="utf-8"))
    else:
        record = measure(arguments.what, arguments.quick)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(report.write(record), encoding="utf-8")
    print(report.tables(record))
    if arguments.what != "tables":
        print(f"\nbenchmarks: written to {os.path.relpath(path)}")


def measure(what: str, quick: bool) -> dict:
    import accuracy
    import contenders
    import report
    import roofline
    import speed
    from families import SIZES

    tables = contenders.present()
    sizes = tuple(K for K in SIZES if K <= 1000) if quick else SIZES
    seconds = 0.3 if quick else 4.0
    measures = {
        "accuracy": lambda: {
            "accuracy": {"sizes": list(sizes), "functions": accuracy.measure(tables, sizes)},
            "curves": accuracy.measure_curves(tables, points=20 if quick else 80),
        },
        "speed": lambda: {"speed": speed.measure(tables, seconds)},
        "roofline": lambda: {"roofline": roofline.measure(seconds / 10)},
    }
    command = " ".join(["python benchmarks", what, *(["--quick"] if quick else [])])
    record = {"made": report.made(command, tables)}
    for name in measures if what == "all" else [what]:
        start = time.perf_counter()
        record |= measures[name]()
        print(f"benchmarks: {name} took {time.perf_counter() - start:.0f} s", file=sys.stderr)
    return record


if __name__ == "__main__":
    main()
