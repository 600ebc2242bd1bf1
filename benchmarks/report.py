"""The record's head, and its tables in Markdown."""

import datetime
import importlib
import json
import os
import platform
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from speed import CLOCK

NAMES = {
    "softmax": "softmax",
    "log_softmax": "log_softmax",
    "logsumexp": "log-sum-exp, per max(1, cond)",
    "cross_entropy": "cross-entropy",
    "cross_entropy_gradient": "its gradient",
    "softmax_vjp": "softmax VJP, one-hot",
    "sigmoid": "sigmoid",
    "sigmoid_derivative": "sigmoid′",
    "tanh_derivative": "tanh′",
    "softplus": "softplus",
}


def made(command: str, contenders: Iterable[str]) -> dict:
    """Say how, when and on what a record was made."""
    modules = {"textbook": "numpy", "ours": "mpmath"}
    names = sorted({modules.get(name, name) for name in contenders} | {"numpy", "mpmath"})
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return {
        "command": command,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "versions": {"python": platform.python_version()}
        | {name: importlib.import_module(name).__version__ for name in names},
        "machine": {
            "cpu": _cpu(),
            "cores": os.cpu_count(),
            "system": f"{platform.system()} {platform.machine()}",
            "numpy_blas": f"{blas['name']} {blas['version']}",
            "numpy_simd": np.show_config(mode="dicts")["SIMD Extensions"]["found"],
        },
        "threads": 1,
        "clock": CLOCK,
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or "unknown"


def write(record: dict) -> str:
    """Write the record as JSON, each list of numbers or names on one line."""
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, indent=1)
    return re.sub(r"\[[^\[\]{}]*\]", lambda found: re.sub(r"\n\s*", " ", found[0]), text) + "\n"


def tables(record: dict) -> str:
    """Write all that the record holds, as Markdown."""
    parts = [_made(record["made"])]
    if "accuracy" in record:
        parts.append(_accuracy(record["accuracy"]))
    if "speed" in record:
        parts.append(_speed(record["speed"]))
    if "roofline" in record:
        parts.append(_roofline(record["roofline"]))
    return "\n\n".join(parts)


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *lines))


def _made(made: dict) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in made["versions"].items())
    machine = made["machine"]
    where = f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}; numpy's BLAS: {machine['numpy_blas']}"
    return f"`{made['command']}`, {made['date']}: {versions}. {where}. Threads: {made['threads']}."


def _accuracy(accuracy: dict) -> str:
    functions = accuracy["functions"]
    who = _columns(name for by_dtype in functions.values() for cells in by_dtype.values() for name in cells)
    lines = [
        [f"{NAMES[function]}, {dtype}", *(_digits(cells.get(name)) for name in who)]
        for function, by_dtype in functions.items()
        for dtype, cells in by_dtype.items()
    ]
    sizes = ", ".join(map(str, accuracy["sizes"]))
    title = f"Worst error in ulp against mpmath; K in {{{sizes}}}, six families of logits"
    return f"**{title}**\n\n{_table(['function', *who], lines)}"


def _columns(names: Iterable[str]) -> list[str]:
    """Give the contenders, in one order for all tables."""
    found = set(names)
    order = ["textbook", "scipy", "torch", "jax", "matrix products", "in place", "ours"]
    return [name for name in order if name in found] + sorted(found - set(order))


def _digits(cell: dict | None) -> str:
    if cell is None:
        return "–"
    if cell["all_digits_lost"] or cell["ulp"] is None:
        return "all digits"
    return f"{cell['ulp']:.1f}" if cell["ulp"] < 100 else f"{cell['ulp']:.3g}"


def _speed(speed: dict) -> str:
    parts = []
    titles = {
        "cross_entropy_value_and_gradient": "Cross-entropy, value and gradient",
        "softmax": "Softmax",
        "training_step": "A training step",
        "far_logits": "Cross-entropy, value and gradient, with 10⁴ added to all logits",
    }
    for key, title in titles.items():
        who = _columns(name for case in speed[key] for name in case["microseconds"])
        lines = [[_case(case), *(_time(case, name) for name in who)] for case in speed[key]]
        parts.append(f"**{title}: µs (ratio to torch)**\n\n{_table(['', *who], lines)}")
    lines = [[f"`import {name}`" if " " not in name else name, f"{ms:.1f}"] for name, ms in speed["import"].items()]
    return "\n\n".join([*parts, f"**Import, ms**\n\n{_table(['', 'ms'], lines)}"])


def _case(case: dict) -> str:
    size = "×".join(map(str, case["shape"])) if "shape" in case else f"batch {case['batch']}"
    return f"{size}, {case['dtype']}"


def _time(case: dict, name: str) -> str:
    if name not in case["microseconds"]:
        return "–"
    ratio = f" ({case['ratio'][name]:.2f})" if name in case["ratio"] else ""
    return _plain(case["microseconds"][name]) + ratio


def _roofline(roofline: dict) -> str:
    sizes = {int(size): speed / 1e9 for size, speed in roofline["bandwidth"].items()}
    sums = ", ".join(f"{size // 1024} KiB: {speed:.0f}" for size, speed in sizes.items())
    parts = [f"**Peak {roofline['peak'] / 1e9:.0f} Gflop/s; adding arrays, GB/s by the size of each: {sums}**"]
    for step in roofline["step"]:
        lines = [_part(f"`{part['part']}`", part, part["limit"]) for part in step["parts"]]
        lines += [_part(f"**{whole['direction']}**, whole", whole, "") for whole in step["passes"]]
        head = ["part", "Mflop", "MB", "flop/byte", "µs", "roof, µs", "limit"]
        parts.append(f"**The step's parts, batch {step['batch']}, float32**\n\n{_table(head, lines)}")
    return "\n\n".join(parts)


def _part(name: str, part: dict, limit: str) -> list[str]:
    millions = [_plain(part[key] / 1e6) for key in ("operations", "bytes")]
    rest = [_plain(part[key]) for key in ("operations_per_byte", "microseconds", "roof_microseconds")]
    return [name, *millions, *rest, limit]


def _plain(number: float) -> str:
    """Write three digits, and no power of ten."""
    return np.format_float_positional(number, precision=3, unique=False, fractional=False, trim="-")
