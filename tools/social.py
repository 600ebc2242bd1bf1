"""Draw the pictures that stand for the book elsewhere: python tools/social.py OUT.

social.png is what a link to the book shows when it is shared, 1200 × 630 pixels; its numbers come from byhand.
touch.png is docs/assets/favicon.svg for those who do not take SVG.
"""

import sys
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Path as Curve
from matplotlib.patches import PathPatch

import byhand

WIDTH, HEIGHT, ICON = 1200, 630, 180
GROUND, INK, QUIET, LINE = "#232b4d", "#ffffff", "#b9c2ea", "#4a5690"
UP, DOWN = "#f3a35c", "#6fcdb2"
THEME = {"font.family": "STIXGeneral", "mathtext.fontset": "stix"}  # both come with matplotlib
LOGITS, LABEL = np.array([2.0, 1.0, 0.0]), 1


def social() -> Figure:
    """Draw the book's name, its first equation, and the gradient that it gives."""
    ax = canvas(WIDTH, HEIGHT, GROUND)
    say(ax, 72, 150, "Backprop by Hand", 78, weight="bold")
    say(ax, 74, 212, "Softmax, cross-entropy and backpropagation", 33, QUIET)
    say(ax, 72, 378, r"$\dfrac{\partial L}{\partial z_j}\;=\;p_j-y_j$", 76)
    say(ax, 74, 528, "Every equation is derived step by step,", 33, QUIET)
    say(ax, 74, 572, "tied to code, and tested.", 33, QUIET)
    gradient(ax)
    return ax.figure


def gradient(ax: Axes) -> None:
    """Draw p − y as bars, one for each class."""
    left, middle, width, gap, unit = 784, 330, 84, 34, 250
    for j, value in enumerate(byhand.cross_entropy_gradient(LOGITS, LABEL)):
        x = left + j * (width + gap)
        ax.bar(x + width / 2, -unit * value, width, bottom=middle, color=UP if value > 0 else DOWN)
        end = middle - unit * value
        text = f"{value:+.3f}".replace("-", "−")
        say(ax, x + width / 2, end - 14 if value > 0 else end + 38, text, 30, ha="center")
        say(ax, x + width / 2, middle + 40 if value > 0 else middle - 18, f"$z_{j + 1}$", 32, QUIET, ha="center")
    ax.plot([left - 24, left + 3 * width + 2 * gap + 24], [middle, middle], color=QUIET, lw=3)


def touch() -> Figure:
    """Draw the favicon again, out of the same lines."""
    ax = canvas(ICON, ICON, "#3d4f9f")
    ax.set(xlim=(0, 32), ylim=(32, 0))
    stem = [(20, 6.5), (17, 6.5), (15.8, 8.1), (15.2, 11.5), (13, 22.5), (12.5, 25.2), (11.7, 26.2), (9.8, 26.2)]
    bend = [Curve.MOVETO, *[Curve.CURVE4] * 3, Curve.LINETO, *[Curve.CURVE4] * 3]
    for points, codes, colour in (
        (stem, bend, INK),
        ([(10.5, 13.5), (19.5, 13.5)], None, INK),
        ([(23, 17), (18.5, 21.5), (23, 26)], None, "#f2b84b"),
    ):
        style = {"fc": "none", "ec": colour, "lw": 2.6 * ICON / 32, "capstyle": "round", "joinstyle": "round"}
        ax.add_patch(PathPatch(Curve(points, codes), **style))
    return ax.figure


def canvas(width: int, height: int, ground: str) -> Axes:
    """Make axes for free drawing: pixels from the top left."""
    figure = Figure(figsize=(width / 72, height / 72), dpi=72, facecolor=ground)
    ax = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
    ax.set_axis_off()
    return ax


def say(ax: Axes, x: float, y: float, text: str, size: float, colour: str = INK, **style: Any) -> None:
    """Write text, its baseline at y."""
    ax.text(x, y, text, size=size, color=colour, va="baseline", **style)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with matplotlib.rc_context(THEME):
        for draw in (social, touch):
            draw().savefig(folder / f"{draw.__name__}.png", metadata={"Software": None})


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python tools/social.py OUT")
    main(Path(sys.argv[1]))
