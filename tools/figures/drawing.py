"""The drawing tools: what a picture is, its colours and sizes, text, bars, boxes and arrows."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

# Matplotlib wants colours where the page has names: these stand in until the picture is written.
INK, FAINT, GROUND, ONE, TWO, THREE = (f"#{n:02x}{n:02x}{n:02x}" for n in range(1, 7))
COLOUR_NAMES = {INK: "ink", FAINT: "faint", GROUND: "ground", ONE: "1", TWO: "2", THREE: "3"}

WIDTH = 480  # px; shown at 350 px, on a phone, the smallest text is still above 9 px
SMALL, NORMAL, LARGE = 13, 14, 17
THEME = {
    "svg.fonttype": "none",
    "svg.hashsalt": "byhand",
    "font.size": SMALL,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.major.pad": 6,
    "grid.color": FAINT,
    "figure.facecolor": "none",
    "lines.linewidth": 2,
}
SUB = "₁₂₃"


class Picture(NamedTuple):
    """A drawing, and in words what it shows."""

    figure: Figure
    title: str
    description: str


def numbers(values: Iterable[float], places: int, sign: bool = False) -> list[str]:
    """Print numbers as the pages do, with a true minus."""
    return [f"{value:{'+' if sign else ''}.{places}f}".replace("-", "−") for value in values]


def symbol(name: str) -> str:
    """Turn a name of the code into the symbol of the page: dZ2 into Δ₂."""
    letter, layer = re.fullmatch(r"(\D+)(\d?)", name).groups()
    letter = "*Δ*" if letter == "dZ" else re.sub(r"([A-Z]|b)", r"*\1*", letter)
    return letter + (SUB[int(layer) - 1] if layer else "")


def sheet(height: float) -> Figure:
    """Make an empty figure, a unit of which is a pixel."""
    return Figure(figsize=(WIDTH / 72, height / 72), dpi=72)


def panel(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Put axes into a figure, measured in pixels from the top left."""
    total = figure.get_figheight() * 72
    return figure.add_axes((left / WIDTH, 1 - (top + height) / total, width / WIDTH, height / total))


def canvas(height: float) -> Axes:
    """Make axes for free drawing: pixels from the top left."""
    ax = panel(sheet(height), 0, 0, WIDTH, height)
    ax.set(xlim=(0, WIDTH), ylim=(height, 0))
    ax.set_axis_off()
    return ax


def say(ax: Axes, x: float, y: float, text: str, size: float = NORMAL, ha: str = "center", **style: Any) -> None:
    """Write text on a canvas, its baseline at y."""
    ax.text(x, y, text, size=size, ha=ha, va="baseline", **style)


def note(ax: Axes, text: str, point: tuple[float, float], dx: float, dy: float, ha: str = "center") -> None:
    """Write text beside a point of a graph, dx and dy pixels off."""
    ax.annotate(text, point, (dx, dy), textcoords="offset points", ha=ha, va="baseline", annotation_clip=False)


def heading(ax: Axes, text: str) -> None:
    """Write what a panel shows above it."""
    ax.set_title(text, size=NORMAL, pad=12, color=INK)


def bars(
    ax: Axes, places: Iterable[float], values: Iterable[float], texts: Iterable[str], colours: Iterable[str]
) -> None:
    """Draw bars with their values written at their ends."""
    for place, value, text, colour in zip(places, values, texts, colours, strict=True):
        ax.bar(place, value, width=0.7, color=colour)
        note(ax, text, (place, value), 0, -15 if value < 0 else 5)


def box(ax: Axes, x: float, y: float, width: float, height: float) -> None:
    """Draw the frame of a box."""
    ax.add_patch(Rectangle((x, y), width, height, fc="none", ec=INK, lw=1))


def link(ax: Axes, start: tuple[float, float], end: tuple[float, float], sign: str) -> None:
    """Join two boxes by a line with a sign in its middle."""
    middle = np.add(start, end) / 2
    ax.plot(*zip(start, end, strict=True), color=ONE, lw=1.5)
    ax.add_patch(Circle(middle, 15, fc=GROUND, ec=ONE, lw=1.5, zorder=3))
    say(ax, middle[0], middle[1] + 7, sign, size=20, zorder=4)


def arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw an arrow."""
    style = {"arrowstyle": "->", "color": INK, "lw": 1.2, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 12}
    ax.annotate("", end, start, arrowprops=style)


def quantity(ax: Axes, x: float, y: float, text: str, shape: str, size: float = LARGE) -> None:
    """Write a quantity with its shape below."""
    say(ax, x, y, text, size=size)
    say(ax, x, y + 19, shape, size=SMALL)
