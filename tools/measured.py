"""Write the tables of the measured pages out of the benchmarks' record: python tools/measured.py RECORD FOLDER.

accuracy.md and speed.md, where the time goes and what the machine can do (roofline.md), where another
contender is better (beaten.md), and which targets of speed are met (targets.md). Each says when, on what and
with which versions it was measured.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

FUNCTIONS = {
    "softmax": "softmax",
    "log_softmax": "log-softmax",
    "logsumexp": "log-sum-exp, error over max(1, condition)",
    "cross_entropy": "cross-entropy",
    "cross_entropy_gradient": "gradient of cross-entropy",
    "softmax_vjp": "softmax VJP, one-hot cotangent",
    "sigmoid": "sigmoid",
    "sigmoid_derivative": "slope of sigmoid",
    "tanh_derivative": "slope of tanh",
    "softplus": "softplus",
}
CONTENDERS = ("textbook", "scipy", "torch", "jax", "matrix products", "in place", "ours")
SPEED = {
    "cross_entropy_value_and_gradient": "Cross-entropy, value and gradient",
    "softmax": "Softmax",
    "training_step": "A training step, forward, backward and update",
    "far_logits": "Cross-entropy, value and gradient, with 10⁴ added to all logits",
}
DIRECTIONS = {"forward": "forward pass", "backward": "backward pass", "step": "update of the weights"}
IN_DETAIL = 256  # the batch whose parts are shown, in the picture too
NONE = "–"
NO_BREAK = "\N{NO-BREAK SPACE}"

Record = dict


def main(source: str, target: str) -> None:
    record = json.loads(Path(source).read_text(encoding="utf-8"))
    folder = Path(target)
    folder.mkdir(parents=True, exist_ok=True)
    for write in (accuracy, beaten, speed, targets, roofline):
        text = f"{write(record)}\n\n{made(record['made'])}\n"
        (folder / f"{write.__name__}.md").write_text(text, encoding="utf-8")


def made(made: Record) -> str:
    """Say when, on what and with which versions the record was made."""
    versions = ", ".join(f"{name} {version}" for name, version in made["versions"].items())
    machine = made["machine"]
    return (
        f"*Measured on {made['date']} with {versions}, on {machine['cpu']} with {machine['cores']} cores "
        f"({machine['system']}, {machine['numpy_blas']}), threads: {made['threads']}.*"
    )


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, rule, *lines))


def columns(names: Iterable[str]) -> list[str]:
    """Give those contenders that occur, in one order for all tables."""
    found = set(names)
    return [name for name in CONTENDERS if name in found]


# Accuracy


def accuracy(record: Record) -> str:
    functions = record["accuracy"]["functions"]
    who = columns(name for by_dtype in functions.values() for cells in by_dtype.values() for name in cells)
    lines = [
        [f"{FUNCTIONS[function]}, {dtype}", *(digits(cells.get(name)) for name in who)]
        for function, by_dtype in functions.items()
        for dtype, cells in by_dtype.items()
    ]
    return table(["worst error in ulp", *who], lines)


def digits(cell: Record | None) -> str:
    if cell is None:
        return NONE
    if cell["all_digits_lost"] or cell["ulp"] is None:
        return "all digits"
    return f"{cell['ulp']:.1f}" if cell["ulp"] < 100 else f"{cell['ulp']:.0f}"


def beaten(record: Record) -> str:
    """List where another contender has a smaller worst error than ours."""
    lines = [
        [f"{FUNCTIONS[function]}, {dtype}", name, f"{cell['ulp']:.2f}", f"{cells['ours']['ulp']:.2f}"]
        for function, by_dtype in record["accuracy"]["functions"].items()
        for dtype, cells in by_dtype.items()
        for name, cell in cells.items()
        if name != "ours" and cell["ulp"] is not None and cell["ulp"] < cells["ours"]["ulp"]
    ]
    return (
        table(["worst error in ulp", "better is", "its error", "ours"], lines) if lines else "In no row of the table."
    )


# Speed


def speed(record: Record) -> str:
    parts = []
    for key, title in SPEED.items():
        cases = record["speed"][key]
        who = columns(name for case in cases for name in case["microseconds"])
        lines = [[case_name(case), *(timing(case, name) for name in who)] for case in cases]
        parts.append(f"**{title}:** microseconds, and in brackets the ratio to torch\n\n{table(['case', *who], lines)}")
    imports = [[words(name), f"{ms:.1f}"] for name, ms in record["speed"]["import"].items()]
    return "\n\n".join([*parts, f"**Import:** milliseconds\n\n{table(['what is imported', 'ms'], imports)}"])


def words(name: str) -> str:
    return f"`import {name}`" if " " not in name else name


def case_name(case: Record) -> str:
    size = "×".join(map(str, case["shape"])) if "shape" in case else f"batch {case['batch']}"
    return f"{size}, {case['dtype']}"


def timing(case: Record, name: str) -> str:
    if name not in case["microseconds"]:
        return NONE
    ratio = f"{NO_BREAK}({case['ratio'][name]:.2f})" if name in case["ratio"] else ""
    return plain(case["microseconds"][name]) + ratio


def plain(number: float) -> str:
    """Write three digits, and no power of ten."""
    return np.format_float_positional(number, precision=3, unique=False, fractional=False, trim="-")


def targets(record: Record) -> str:
    """Compare what was reached with what was wanted, case by case; the worst case speaks for a target."""
    lines = []
    for title, limit, reached in wanted(record["speed"]):
        if reached:
            ratio, where = max(reached)
            met = sum(ratio <= limit for ratio, _ in reached)
            lines.append([title, f"{limit:g}", f"{ratio:.2f} ({where})", f"{met} of {len(reached)}"])
    return table(["ratio of our time to", "wanted at most", "the worst case", "cases that meet it"], lines)


def wanted(speed: Record) -> list[tuple[str, float, list[tuple[float, str]]]]:
    """Name each target: to what, the wanted ratio, and the ratios reached, each with its case."""
    loss, softmax, step = (speed[key] for key in SPEED if key != "far_logits")
    short = [case for case in loss if case["shape"][1] == 10]
    middle = [case for case in loss if case["shape"][1] <= 1000]
    few = [case for case in softmax if case["shape"][1] <= 100]
    return [
        ("torch: cross-entropy, value and gradient, K = 10", 0.5, ratios(short, "torch")),
        ("torch: cross-entropy, value and gradient, all shapes", 1.0, ratios(loss, "torch")),
        ("scipy: cross-entropy, value and gradient, K ≤ 1000", 0.7, ratios(middle, "scipy")),
        ("scipy: softmax, all shapes", 1.0, ratios(softmax, "scipy")),
        ("torch: softmax, K ≤ 100", 1.0, ratios(few, "torch")),
        ("torch: a training step", 0.85, ratios(step, "torch")),
        ("the bare matrix products: a training step", 1.15, ratios(step, "matrix products")),
    ]


def ratios(cases: Iterable[Record], other: str) -> list[tuple[float, str]]:
    times = [(case["ratio"] or case["microseconds"], case_name(case)) for case in cases]  # ratios are to torch
    return [(taken["ours"] / taken[other], name) for taken, name in times if other in taken]


# The roofline


def roofline(record: Record) -> str:
    measured = record["roofline"]
    sums = [[size(int(one)), f"{speed / 1e9:.0f}"] for one, speed in measured["bandwidth"].items()]
    parts = [
        f"The peak, from the product of two large float32 matrices: **{measured['peak'] / 1e9:.0f}** thousand million "
        f"operations a second. The bandwidth, from adding two arrays into a third:",
        table(["size of each array", "thousand million bytes a second"], sums),
    ]
    for step in measured["step"]:
        whole = sum(one["microseconds"] for one in step["passes"])
        lines = [line(f"**{DIRECTIONS[one['direction']]}**", one, whole, "") for one in step["passes"]]
        if step["batch"] == IN_DETAIL:
            lines += [line(f"`{one['part']}`", one, whole, one["limit"]) for one in step["parts"]]
        head = ["part", "operations a byte", "µs", "share", "least, µs", "limit"]
        parts.append(f"**Batch {step['batch']}, float32**\n\n{table(head, lines)}")
    return "\n\n".join(parts)


def size(count: int) -> str:
    return f"{count // 2**20} MiB" if count >= 2**20 else f"{count // 2**10} KiB"


def line(name: str, part: Record, whole: float, limit: str) -> list[str]:
    took = part["microseconds"]
    least, intensity = plain(part["roof_microseconds"]), plain(part["operations_per_byte"])
    return [name, intensity, f"{took:.0f}", f"{took / whole:.0%}", least, limit]


if __name__ == "__main__":
    main(*sys.argv[1:])
