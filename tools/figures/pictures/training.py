"""The pictures of training: digits, the loss of each epoch, and what is taken for what."""

from functools import cache
from typing import NamedTuple

import numpy as np
from drawing import FAINT, INK, ONE, SMALL, TWO, Picture, canvas, heading, note, panel, say, sheet
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from byhand import training
from byhand.__main__ import CLASSES, digits

INKED = 16  # the value of the darkest pixel


class Run(NamedTuple):
    """One run of the training: the digits held out, what they are taken for, and the losses of each epoch."""

    X_test: np.ndarray
    labels_test: np.ndarray
    predicted: np.ndarray
    losses: list[float]
    losses_test: list[float]


@cache
def run() -> Run:
    """Train the network of the page, once for all pictures."""
    X, labels, X_test, labels_test = digits()
    losses, losses_test = [], []

    def watch(network: training.Network) -> None:
        losses.append(float(training.loss(network, X, labels)))
        losses_test.append(float(training.loss(network, X_test, labels_test)))

    network = training.train(X, labels, CLASSES, watch=watch)
    return Run(X_test, labels_test, training.predict(network, X_test), losses, losses_test)


def training_digits() -> Picture:
    """Show the first digit of each kind among those held out, and what the network takes it for."""
    X, labels, predicted, *_ = run()
    ax = canvas(236)
    told = []
    for kind in range(CLASSES):
        index = int(np.flatnonzero(labels == kind)[0])
        left, top = 12 + 93 * (kind % 5), 8 + 116 * (kind // 5)
        pixel_squares(ax, X[index].reshape(8, 8), left, top, 10.5)
        say(ax, left + 42, top + 102, str(predicted[index]), size=SMALL)
        told.append(f"a {kind} is taken for a {predicted[index]}")
    return Picture(
        ax.figure,
        "Ten handwritten digits",
        f"Ten digits drawn in 8 by 8 squares of different sizes, with a number below each: {', '.join(told)}.",
    )


def training_loss() -> Picture:
    """Show the loss of each epoch, on the digits that are learnt and on those held out."""
    _, _, _, losses, losses_test = run()
    figure = sheet(370)
    axes = panel(figure, 60, 42, 398, 270)
    epochs = len(losses) - 1
    guess = float(np.log(CLASSES))
    axes.axhline(guess, color=INK, lw=1, dashes=(2, 3))
    axes.semilogy(losses, color=ONE)
    axes.semilogy(losses_test, color=TWO, dashes=(6, 2))
    axes.set(xlim=(0, epochs), ylim=(2e-4, 6), xticks=range(0, epochs + 1, 5), xlabel="epoch")
    axes.set_yticks([1, 0.1, 0.01, 0.001], ["1", "0.1", "0.01", "0.001"])
    axes.minorticks_off()
    axes.grid(lw=0.8)
    heading(axes, "mean loss")
    note(axes, "knows nothing: log 10", (epochs, guess), 0, -16, "right")
    note(axes, "held out", (epochs, losses_test[-1]), 0, 10, "right")
    note(axes, "learnt from", (epochs, losses[-1]), 0, 14, "right")
    return Picture(
        figure,
        "The loss while training",
        f"Two curves over {epochs} epochs with a logarithmic scale. On the digits that the network learns from, the "
        f"loss falls from {losses[0]:.2f} to {losses[-1]:.4f}. On those held out it falls from {losses_test[0]:.2f} to "
        f"{min(losses_test):.3f} at its lowest and ends at {losses_test[-1]:.3f}. A line at {guess:.3f} is the loss of "
        f"a network that knows nothing.",
    )


def training_confusion() -> Picture:
    """Show how often each digit held out was taken for each."""
    _, labels, predicted, *_ = run()
    counts = training.confusion_matrix(predicted, labels, CLASSES)
    ax = canvas(476)
    size, left, top = 40, 68, 62
    say(ax, left + 5 * size, 20, "predicted")
    say(ax, 20, top + 5 * size, "true", rotation=90)
    for k in range(CLASSES):
        say(ax, left + size * (k + 0.5), top - 10, str(k), size=SMALL)
        say(ax, left - 14, top + size * (k + 0.5) + 5, str(k), size=SMALL)
        ax.add_patch(Rectangle((left + size * k, top + size * k), size, size, fc="none", ec=ONE, lw=2))
    ax.add_patch(Rectangle((left, top), 10 * size, 10 * size, fc="none", ec=FAINT, lw=1))
    for (k, guess), count in np.ndenumerate(counts):
        x, y = left + size * (guess + 0.5), top + size * (k + 0.5) + 5
        if count:
            colour = INK if k == guess else TWO
            say(ax, x, y, str(count), weight="normal" if k == guess else "bold", color=colour)
        else:
            say(ax, x, y, "·", color=FAINT)
    wrong = [f"{counts[k, g]} of {k} for {g}" for k, g in zip(*np.nonzero(counts), strict=True) if k != g]
    return Picture(
        ax.figure,
        "The confusion matrix of the digits held out",
        f"A table of ten rows, the true digits, and ten columns, the predicted ones. Its diagonal is "
        f"{', '.join(str(count) for count in counts.diagonal())}. Beside it: {', '.join(wrong) or 'zeros only'}.",
    )


def pixel_squares(ax: Axes, pixels: np.ndarray, left: float, top: float, step: float) -> None:
    """Draw each pixel as a square whose area is its ink; all of a digit are one path."""
    corners, codes = [], []
    for (row, column), value in np.ndenumerate(pixels):
        half = step / 2 * np.sqrt(value / INKED)
        if half > 0:
            x, y = left + step * (column + 0.5), top + step * (row + 0.5)
            corners += [(x + sx * half, y + sy * half) for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]
            codes += [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY]
    ax.add_patch(PathPatch(Path(corners, codes), fc=INK, ec="none"))
