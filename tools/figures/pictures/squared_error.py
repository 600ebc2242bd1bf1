"""The picture of the squared error after a softmax: where it stalls, beside cross-entropy."""

import numpy as np
from drawing import INK, ONE, TWO, Picture, heading, note, numbers, panel, sheet

import byhand

TARGET = np.array([0.0, 1.0])  # the second of two classes is the true one
SHOWN = np.array([2.0, 10.0])  # what the page computes


def squared_error_stall() -> Picture:
    """Show both losses over the lead of the wrong class, and below how fast each is pushed back."""
    figure = sheet(560)
    x = np.linspace(-4, 12, 321)
    top = panel(figure, 36, 38, 428, 200)
    bottom = panel(figure, 36, 302, 428, 200)
    told = {}
    for colour, loss, slope in ((ONE, _cross_entropy, _cross_entropy_slope), (TWO, _squared_error, _error_slope)):
        for axes, f in ((top, loss), (bottom, slope)):
            axes.plot(x, [f(value) for value in x], color=colour)
            axes.plot(SHOWN, [f(value) for value in SHOWN], "o", color=INK, ms=8)
            told[f] = [f(value) for value in SHOWN]
    losses = numbers(told[_cross_entropy] + told[_squared_error], 3)
    slopes = numbers(told[_cross_entropy_slope] + told[_error_slope], 5)
    note(top, losses[0], (2, told[_cross_entropy][0]), -10, 8, "right")
    note(top, f"cross-entropy {losses[1]}", (10, told[_cross_entropy][1]), -12, 6, "right")
    note(top, losses[2], (2, told[_squared_error][0]), 8, -20, "left")
    note(top, f"squared error {losses[3]}", (10, told[_squared_error][1]), 10, 10, "right")
    note(bottom, slopes[0], (2, told[_cross_entropy_slope][0]), -10, 8, "right")
    note(bottom, f"cross-entropy {slopes[1]}", (10, told[_cross_entropy_slope][1]), 10, 10, "right")
    note(bottom, slopes[2], (2, told[_error_slope][0]), 10, 6, "left")
    note(bottom, f"squared error {slopes[3]}", (10, told[_error_slope][1]), 10, 10, "right")
    marks = range(-4, 13, 2)
    for axes in (top, bottom):
        axes.set_xlim(-4, 12)
        axes.set_xticks(marks, numbers(marks, 0))
        axes.grid(lw=0.8)
    top.set(ylim=(-1.4, 12.5), yticks=range(0, 13, 4))
    bottom.set(ylim=(-0.06, 1.2), yticks=(0, 0.5, 1))
    bottom.set_yticks((0, 0.5, 1), ["0", "0.5", "1"])
    bottom.set_xlabel("*x*, the lead of the wrong class")
    heading(top, "the two losses")
    heading(bottom, "their slopes")
    return Picture(
        figure,
        "Where the squared error stalls",
        f"Two classes with the logits x and 0, the second is true. Above, over x from −4 to 12, the losses. "
        f"Cross-entropy goes on growing, {losses[0]} at x = 2 and {losses[1]} at x = 10. The squared error levels off "
        f"below 1: {losses[2]} and {losses[3]}. Below, their slopes. Cross-entropy's climbs to 1: {slopes[0]} and "
        f"{slopes[1]}. The squared error's has a low hump and falls back to 0: {slopes[2]} and {slopes[3]}.",
    )


def _logits(x: float) -> np.ndarray:
    return np.array([x, 0.0])


def _cross_entropy(x: float) -> float:
    return float(byhand.cross_entropy(_logits(x), 1))


def _cross_entropy_slope(x: float) -> float:
    return float(byhand.cross_entropy_gradient(_logits(x), 1)[0])


def _squared_error(x: float) -> float:
    return float(byhand.squared_error(byhand.softmax(_logits(x)), TARGET))


def _error_slope(x: float) -> float:
    return float(byhand.softmax_squared_error_gradient(_logits(x), TARGET)[0])
