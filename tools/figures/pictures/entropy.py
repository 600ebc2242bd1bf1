"""The picture of entropy: the cost of each prediction for one unsure target, and its two parts."""

import numpy as np
from drawing import INK, ONE, THREE, TWO, Picture, heading, note, numbers, panel, sheet

import byhand

TARGET = np.array([0.75, 0.25])
SHOWN = np.array([0.25, 0.75])  # the prediction whose cost is taken apart


def entropy_and_divergence() -> Picture:
    """Show the cross-entropy of every prediction for two classes, with the entropy as its floor."""
    floor, gap = float(byhand.entropy(TARGET)), float(byhand.kl_divergence(TARGET, SHOWN))
    cost = _cost(SHOWN[0])
    parts = numbers([floor, gap, cost], 3)
    figure = sheet(360)
    axes = panel(figure, 36, 42, 430, 262)
    q_1 = np.linspace(0.04, 0.995, 200)
    axes.plot(q_1, [_cost(q) for q in q_1], color=ONE)
    axes.plot([0, 1], [floor, floor], color=THREE)
    axes.plot([SHOWN[0]] * 2, [0, floor], color=THREE, lw=5)
    axes.plot([SHOWN[0]] * 2, [floor, cost], color=TWO, lw=5)
    axes.plot(TARGET[0], floor, "o", color=INK, ms=9)
    axes.plot(SHOWN[0], cost, "o", color=INK, ms=9)
    note(axes, f"cross-entropy {parts[2]}", (SHOWN[0], cost), 12, 6, "left")
    note(axes, f"divergence {parts[1]}", (SHOWN[0], floor + gap / 2), -12, -4, "right")
    note(axes, f"entropy {parts[0]}", (SHOWN[0], floor / 2), -12, -4, "right")
    note(axes, "*q* = *t*", (TARGET[0], floor), 0, -22)
    axes.set(xlim=(0, 1), ylim=(0, 2.5), yticks=(0, 1, 2))
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"])
    axes.grid(lw=0.8)
    axes.set_xlabel("*q*₁, what the prediction gives to class 1")
    heading(axes, "the cost of a prediction, if *t*₁ = 0.75")
    return Picture(
        figure,
        "Entropy and divergence",
        f"The curve of the cross-entropy over the predicted probability of class 1, for the target 0.75 and 0.25. It "
        f"is lowest at 0.75, where it touches a horizontal line at the entropy, {parts[0]}, and rises to both sides. "
        f"At a prediction of 0.25 the cross-entropy is {parts[2]}: a bar of the entropy, {parts[0]}, up to the line, "
        f"and on it a bar of the divergence, {parts[1]}.",
    )


def _cost(q_1: float) -> float:
    return float(byhand.soft_cross_entropy(np.log([q_1, 1 - q_1]), TARGET))
