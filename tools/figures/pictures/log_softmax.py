"""The picture of log-sum-exp: a maximum without its corner, for two logits, and its slope."""

import numpy as np
from drawing import FAINT, INK, ONE, THREE, TWO, Picture, heading, note, numbers, panel, sheet

import byhand

SHOWN = np.array([0.0, 2.0])  # the logits that the page computes


def smooth_maximum() -> Picture:
    """Show log-sum-exp of the logits x and 0 between its two bounds, and below its slope."""
    figure = sheet(560)
    x = np.linspace(-5, 5, 201)
    top = panel(figure, 36, 38, 428, 260)
    bottom = panel(figure, 36, 362, 428, 138)
    largest = np.maximum(x, 0)
    top.fill_between(x, largest, largest + np.log(2), color=FAINT, lw=0)
    top.plot(x, largest, color=TWO)
    top.plot(x, largest + np.log(2), color=THREE, lw=1.2)
    top.plot(x, _values(x), color=ONE)
    values = numbers(_values(SHOWN), 3)
    top.plot(SHOWN, _values(SHOWN), "o", color=INK, ms=8)
    note(top, f"log-sum-exp {values[0]}", (SHOWN[0], _values(SHOWN)[0]), -8, 10, "right")
    note(top, values[1], (SHOWN[1], _values(SHOWN)[1]), 12, -14, "left")
    note(top, "max(*x*, 0) + log 2", (3, 3 + np.log(2)), -12, 8, "right")
    note(top, "max(*x*, 0)", (0.8, 0.8), 14, -14, "left")
    bottom.plot([-5, 0], [0, 0], color=TWO)
    bottom.plot([0, 5], [1, 1], color=TWO)
    bottom.plot(x, _slopes(x), color=ONE)
    slopes = numbers(_slopes(SHOWN), 3)
    bottom.plot(SHOWN, _slopes(SHOWN), "o", color=INK, ms=8)
    note(bottom, slopes[0], (SHOWN[0], _slopes(SHOWN)[0]), -12, 2, "right")
    note(bottom, slopes[1], (SHOWN[1], _slopes(SHOWN)[1]), 6, -22, "left")
    marks = range(-4, 5, 2)
    for axes in (top, bottom):
        axes.set_xlim(-5, 5)
        axes.set_xticks(marks, numbers(marks, 0))
        axes.grid(lw=0.8)
    top.set(ylim=(-0.3, 5.8), yticks=(0, 2, 4))
    bottom.set(ylim=(-0.1, 1.2), yticks=(0, 1))
    bottom.set_xlabel("the logit *x*; the other one is 0")
    heading(top, "log-sum-exp of *x* and 0, and the maximum")
    heading(bottom, "their slopes")
    return Picture(
        figure,
        "Log-sum-exp as a smooth maximum",
        f"Above, over x from −5 to 5: the maximum of x and 0, which has a corner at 0; the same moved up by log 2; and "
        f"between them the smooth curve of log-sum-exp. It touches the upper one at x = 0, at {values[0]}, and "
        f"comes close to the maximum on both sides; at x = 2 it is {values[1]}. Below, the slopes: that of the maximum "
        f"jumps from 0 to 1, that of log-sum-exp is the sigmoid, {slopes[0]} at x = 0 and {slopes[1]} at x = 2.",
    )


def _pairs(x: np.ndarray) -> np.ndarray:
    return np.stack([x, np.zeros_like(x)], axis=-1)


def _values(x: np.ndarray) -> np.ndarray:
    return byhand.logsumexp(_pairs(x))


def _slopes(x: np.ndarray) -> np.ndarray:
    return byhand.softmax(_pairs(x))[:, 0]
