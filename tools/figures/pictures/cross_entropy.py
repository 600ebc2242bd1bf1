"""The picture of cross-entropy: the loss, and its gradient."""

import numpy as np
from drawing import INK, ONE, SUB, THREE, TWO, Picture, bars, heading, note, numbers, panel, sheet
from example import LABEL, LOGITS

import byhand


def cross_entropy() -> Picture:
    """Show the loss over the probability of the true class, and the gradient with respect to the logits."""
    p, y = byhand.softmax(LOGITS), np.eye(3)[LABEL]
    losses = [float(byhand.cross_entropy(LOGITS, label)) for label in range(3)]
    gradient = byhand.cross_entropy_gradient(LOGITS, LABEL)
    figure = sheet(640)
    top = panel(figure, 30, 34, 440, 235)
    curve = np.geomspace(np.exp(-7), 1, 200)
    top.plot(curve, -np.log(curve), color=ONE)
    told = []
    for k, (dx, dy, ha) in enumerate(((52, 20, "right"), (14, 4, "left"), (14, -3, "left"))):
        top.plot(p[k], losses[k], "o", color=INK, ms=9)
        told.append(f"*p*{SUB[k]} = {numbers(p, 6)[k]}, −log *p*{SUB[k]} = {numbers(losses, 3)[k]}")
        note(top, told[k], (p[k], losses[k]), dx, dy, ha)
    top.set(xlim=(-0.02, 1.02), ylim=(0, 7.3), yticks=range(8))
    top.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"])
    top.grid(lw=0.8)
    heading(top, "the loss −log *p*, if this class is the true one")
    bottom = panel(figure, 8, 350, 464, 225)
    for k, values in enumerate(zip(p, y, gradient, strict=True)):
        texts = [numbers([value], places)[0] for value, places in zip(values, (3, 0, 3), strict=True)]
        bars(bottom, 3.5 * k + np.arange(3), values, texts, (ONE, THREE, TWO))
        note(bottom, f"class {k + 1}" + (" (true)" if k == LABEL else ""), (3.5 * k + 1, -1.2), 0, -42)
    bottom.set(xlim=(-0.7, 9.7), ylim=(-1.2, 1.2), yticks=[])
    bottom.set_xticks([3.5 * k + bar for k in range(3) for bar in range(3)], ["*p*", "*y*", "*p* − *y*"] * 3)
    bottom.axhline(0, color=INK, lw=0.8)
    bottom.spines[["left", "bottom"]].set_visible(False)
    heading(bottom, "class 2 is the true one: the gradient is *p* − *y*")
    return Picture(
        figure,
        "Cross-entropy and its gradient",
        f"Above, the curve −log p falls from infinity at p = 0 to 0 at p = 1. On it the three classes of "
        f"softmax(3, 1, −3): {'; '.join(told)}. Below, bars for true class 2: p is {', '.join(numbers(p, 3))}, "
        f"y is {', '.join(numbers(y, 0))}, and the gradient p − y is {', '.join(numbers(gradient, 3))}.",
    )
