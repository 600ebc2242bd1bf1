"""The pictures of lost digits: the error of each contender over the input, as the benchmarks recorded it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from drawing import INK, ONE, SMALL, THREE, TWO, Picture, canvas, heading, panel, say
from matplotlib.axes import Axes
from matplotlib.figure import Figure

RECORD = Path(__file__).parents[3] / "benchmarks" / "results.json"
STYLES = {  # the wide ones first: a line that lies on another one leaves both to be seen
    "textbook": (TWO, 7),
    "scipy": (THREE, 4),
    "torch": (INK, 1.2),
    "ours": (ONE, 2.5),
}
LOWEST, ALL_DIGITS, INFINITE = 0.1, 2.0**52, 1e18
TICKS = {1: "1", 1e4: "10⁴", 1e8: "10⁸", 1e12: "10¹²", 1e16: "10¹⁶"}
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
NAMES = {
    "softmax": "softmax",
    "log_softmax": "log-softmax",
    "cross_entropy": "cross-entropy",
    "cross_entropy_gradient": "gradient of cross-entropy",
    "softmax_vjp": "softmax’s product with a cotangent",
    "sigmoid": "sigmoid",
    "sigmoid_derivative": "slope of the sigmoid",
    "tanh_derivative": "slope of tanh",
    "softplus": "softplus",
}


def digits_softmax() -> Picture:
    """Show the error of softmax, whose shift is rounded."""
    return Picture(*_panels("softmax"))


def digits_log_softmax() -> Picture:
    """Show the errors of log-softmax and of cross-entropy."""
    return Picture(*_panels("log_softmax", "cross_entropy"))


def digits_gradient() -> Picture:
    """Show the errors of cross-entropy's gradient and of softmax's vector-Jacobian product."""
    return Picture(*_panels("cross_entropy_gradient", "softmax_vjp"))


def digits_sigmoid() -> Picture:
    """Show the error of the sigmoid."""
    return Picture(*_panels("sigmoid"))


def digits_slopes() -> Picture:
    """Show the errors of the slopes of sigmoid and tanh."""
    return Picture(*_panels("sigmoid_derivative", "tanh_derivative"))


def digits_softplus() -> Picture:
    """Show the error of softplus."""
    return Picture(*_panels("softplus"))


def _panels(*names: str) -> tuple[Figure, str, str]:
    """Draw the panels, and give with them the title and the description."""
    curves = json.loads(RECORD.read_text(encoding="utf-8"))["curves"]
    sheet = canvas(66 + 286 * len(names))
    present = [who for who in STYLES if any(who in curves[name]["ulp"] for name in names)]
    _legend(sheet, present)
    for place, name in enumerate(names):
        _draw(panel(sheet.figure, 58, 72 + 286 * place, 402, 196), name, curves[name])
    told = " ".join(_tell(name, curves[name]) for name in names)
    return (
        sheet.figure,
        f"The error of {' and of '.join(NAMES[name] for name in names)}, in ulp",
        f"The error in ulp, on a logarithmic scale, over the input, in float64. {told} A dashed line marks 2⁵² ulp, "
        f"where every digit is lost; an error below {LOWEST} is drawn at {LOWEST}, one that is not finite at the top.",
    )


def _legend(sheet: Axes, present: Sequence[str]) -> None:
    for place, who in enumerate(present):
        colour, width = STYLES[who]
        left = 58 + 104 * place
        sheet.plot([left, left + 28], [14, 14], color=colour, lw=width)
        say(sheet, left + 36, 19, who, size=SMALL, ha="left")


def _draw(ax: Axes, name: str, curve: dict[str, Any]) -> None:
    ax.set(yscale="log", ylim=(LOWEST / 2, INFINITE * 2), xlim=(curve["x"][0], curve["x"][-1]))
    ax.axhline(ALL_DIGITS, color=INK, lw=1, ls=(0, (4, 3)))
    for who, (colour, width) in STYLES.items():
        if who in curve["ulp"]:
            ax.plot(curve["x"], [_height(ulp) for ulp in curve["ulp"][who]], color=colour, lw=width)
    ax.set_yticks(list(TICKS), list(TICKS.values()))
    ax.minorticks_off()
    ax.grid(axis="y", lw=0.8)
    ax.set_xlabel("*x*" if curve["x_is"] == "z" else curve["x_is"].replace("z", "*z*").replace("x", "*x*"))
    heading(ax, NAMES[name])


def _height(ulp: float | None) -> float:
    return INFINITE if ulp is None else max(ulp, LOWEST)


def _tell(name: str, curve: dict[str, Any]) -> str:
    """Say for each contender the worst error, and where it is."""
    parts = []
    for who in STYLES:
        if who in curve["ulp"]:
            errors = [float("inf") if ulp is None else ulp for ulp in curve["ulp"][who]]
            worst = max(errors)
            parts.append(f"{who} {_number(worst)} at {curve['x'][errors.index(worst)]:g}".replace("-", "−"))
    return f"For {NAMES[name]} the worst errors are: {', '.join(parts)}."


def _number(value: float) -> str:
    if value == float("inf"):
        return "infinite"
    if value < 1e4:
        return f"{value:.3g}" if value < 1000 else f"{value:.0f}"
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits}·10{str(int(exponent)).translate(SUPERSCRIPTS)}"
