"""The picture of cross-entropy for two classes: the loss over the logit, and its slope."""

import numpy as np
from drawing import INK, ONE, TWO, Picture, heading, note, numbers, panel, sheet

import byhand

LOGIT = 2.0  # the example of the page


def binary_cross_entropy() -> Picture:
    """Show the loss of one logit for both labels, and below its derivative."""
    figure = sheet(560)
    z = np.linspace(-6, 6, 200)
    top = panel(figure, 40, 38, 424, 220)
    bottom = panel(figure, 40, 322, 424, 180)
    told = {"loss": [], "slope": []}
    for y, colour in ((1, ONE), (0, TWO)):
        for axes, kind, f in ((top, "loss", _loss), (bottom, "slope", _slope)):
            axes.plot(z, [f(value, y) for value in z], color=colour)
            axes.plot(LOGIT, f(LOGIT, y), "o", color=INK, ms=9)
            told[kind] += numbers([f(LOGIT, y)], 3)
    note(top, f"*y* = 1: {told['loss'][0]}", (LOGIT, _loss(LOGIT, 1)), 0, 12, "left")
    note(top, f"*y* = 0: {told['loss'][1]}", (LOGIT, _loss(LOGIT, 0)), -12, 4, "right")
    note(bottom, f"*y* = 1: {told['slope'][0]}", (LOGIT, _slope(LOGIT, 1)), 26, -22)
    note(bottom, f"*y* = 0: {told['slope'][1]}", (LOGIT, _slope(LOGIT, 0)), -12, 6, "right")
    top.set(xlim=(-6, 6), ylim=(0, 6.2), xticks=range(-6, 7, 2), yticks=range(0, 7, 2))
    bottom.set(xlim=(-6, 6), ylim=(-1.15, 1.15), xticks=range(-6, 7, 2), yticks=(-1, 0, 1))
    for axes in (top, bottom):
        axes.set_xticks(range(-6, 7, 2), ["−6", "−4", "−2", "0", "2", "4", "6"])
        axes.grid(lw=0.8)
    bottom.set_yticks((-1, 0, 1), ["−1", "0", "1"])
    bottom.set_xlabel("logit *z*")
    heading(top, "the loss, for both labels")
    heading(bottom, "its slope, *σ*(*z*) − *y*")
    return Picture(
        figure,
        "Cross-entropy for two classes",
        f"Above, two curves over the logit z from −6 to 6. For the label 1 the loss falls from 6 towards 0, for the "
        f"label 0 it is the mirror image. At z = 2 the losses are {told['loss'][0]} and {told['loss'][1]}. Below, "
        f"their slopes: for the label 1 from −1 up to 0, for the label 0 from 0 up to 1. At z = 2 they are "
        f"{told['slope'][0]} and {told['slope'][1]}.",
    )


def _loss(z: float, y: int) -> float:
    return float(byhand.binary_cross_entropy(z, y))


def _slope(z: float, y: int) -> float:
    return float(byhand.binary_cross_entropy_gradient(z, y))
