"""The picture of speed: the roofline of the record's machine, and the parts of a training step below it."""

import json
from pathlib import Path

import numpy as np
from drawing import INK, ONE, SMALL, THREE, TWO, Picture, canvas, heading, note, panel, say

RECORD = Path(__file__).parents[3] / "benchmarks" / "results.json"
BATCH = 256
KINDS = {"a product": (ONE, "o"), "any other part": (TWO, "^"), "a whole pass": (THREE, "s")}
LEFT, RIGHT = 0.08, 200.0  # operations for each byte


def speed_roofline() -> Picture:
    """Show how many operations a second each part of the step does, over its intensity."""
    measured = json.loads(RECORD.read_text(encoding="utf-8"))["roofline"]
    (step,) = [one for one in measured["step"] if one["batch"] == BATCH]
    peak, memory, cache = measured["peak"], measured["memory"], max(measured["bandwidth"].values())
    sheet = canvas(430)
    for place, (kind, (colour, marker)) in enumerate(KINDS.items()):
        sheet.plot([62 + 136 * place], [14], marker=marker, ms=8, color=colour)
        say(sheet, 76 + 136 * place, 19, kind, size=SMALL, ha="left")
    ax = panel(sheet.figure, 60, 72, 400, 300)
    ax.set(xscale="log", yscale="log", xlim=(LEFT, RIGHT), ylim=(1e7, 3e11))
    for bandwidth, style in ((cache, (0, (4, 3))), (memory, "-")):
        edge = peak / bandwidth
        ax.plot([LEFT, edge, RIGHT], [LEFT * bandwidth, peak, peak], color=INK, lw=1.5, ls=style)
    told = []
    for one in step["parts"] + step["passes"]:
        kind = "a whole pass" if "part" not in one else "a product" if "@" in one["part"] else "any other part"
        colour, marker = KINDS[kind]
        speed = 1e6 * one["operations"] / one["microseconds"]
        ax.plot([one["operations_per_byte"]], [speed], marker=marker, ms=8, color=colour, alpha=0.85)
        name = one.get("part", one["direction"]).replace("*", "⊙")  # a star would make italics
        told.append(f"{name} {one['operations_per_byte']:.3g}, {speed / 1e9:.3g}")
    note(ax, f"peak: {peak / 1e9:.0f}", (LEFT, peak), 4, 8, "left")
    ax.set_xticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
    ax.set_yticks(np.logspace(7, 11, 5), ["0.01", "0.1", "1", "10", "100"])
    ax.minorticks_off()
    ax.grid(lw=0.8)
    ax.set_xlabel("operations for each byte")
    heading(ax, "thousand million operations a second")
    return Picture(
        sheet.figure,
        "The roofline, and a training step below it",
        f"Thousand million operations a second, over operations for each byte, both logarithmic. The roof is flat at "
        f"{peak / 1e9:.1f}; its slope is {memory / 1e9:.1f} thousand million bytes a second with memory, and dashed "
        f"{cache / 1e9:.1f} with arrays that fit a cache. The parts of a step at batch {BATCH}, intensity and speed: "
        f"{'; '.join(told)}.",
    )
