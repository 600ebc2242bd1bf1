"""The pictures of the deep network: its layers with their shapes, and what the first weights do to its numbers."""

import re
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from drawing import (
    GROUND,
    INK,
    LARGE,
    NORMAL,
    ONE,
    SMALL,
    THREE,
    TWO,
    Picture,
    arrow,
    canvas,
    heading,
    note,
    panel,
    say,
    sheet,
)
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from byhand import deep_network as network

LAYERS, UNITS, EXAMPLES = 20, 256, 100
UPPER = "⁽⁰⁾", "⁽¹⁾", "⁽²⁾", "⁽³⁾"


def deep_network() -> Picture:
    """Show the network of two hidden layers, with the shapes that a forward and a backward pass have."""
    weights, held, told = shapes()
    ax = canvas(400)
    columns = np.linspace(54, 426, 4)
    letters = ("*D*", "*I*", "*J*", "*K*")
    for column, letter, name in zip(columns, letters, ("inputs", "hidden", "hidden", "classes"), strict=True):
        say(ax, column, 22, f"{letter} {name}", size=SMALL)
    draw_units(ax, columns)
    for layer, (left, right) in enumerate(pairwise(columns), start=1):
        middle = (left + right) / 2
        say(ax, middle, 252, f"*W*{UPPER[layer]}", size=LARGE)
        say(ax, middle, 272, weights[layer - 1], size=SMALL)
        arrow(ax, (left + 30, 300), (right - 30, 300))
        if layer > 1:
            arrow(ax, (right - 30, 366), (left + 30, 366))
    for column, name, shape in zip(columns, ("*X*", "*A*⁽¹⁾", "*A*⁽²⁾", "*P*"), held, strict=True):
        say(ax, column, 304, name, size=NORMAL)
        say(ax, column, 323, shape, size=SMALL)
    for layer, (column, shape) in enumerate(zip(columns[1:], told, strict=True), start=1):
        say(ax, column, 370, f"*Δ*{UPPER[layer]}", size=NORMAL)
        say(ax, column, 389, shape, size=SMALL)
    plain = [[text.replace("*", "").replace("×", " by ") for text in texts] for texts in (weights, held, told)]
    return Picture(
        ax.figure,
        "A network with two hidden layers",
        f"Four columns of circles with lines between neighbours: D inputs, I and J hidden units, K classes. Weights: "
        f"{', '.join(f'W{layer} is {text}' for layer, text in enumerate(plain[0], start=1))}. Forward: "
        f"{', '.join(f'{name} is {text}' for name, text in zip(('X', 'A1', 'A2', 'P'), plain[1], strict=True))}. "
        f"Backward: {', '.join(f'Δ{layer} is {text}' for layer, text in enumerate(plain[2], start=1))}.",
    )


def deep_initialisation() -> Picture:
    """Show how the numbers grow or shrink from layer to layer, forward and backward, by the first weights."""
    figure = sheet(560)
    top, bottom = panel(figure, 62, 40, 396, 196), panel(figure, 62, 310, 396, 196)
    heading(top, "forward: size of the activations *A*")
    heading(bottom, "backward: size of what the layer is told, *Δ*")
    told = []
    for row, (name, draw, colour, dashes) in enumerate(
        (
            ("deviation 0.05", too_small, ONE, (None, None)),
            ("Glorot", network.glorot, TWO, (7, 3)),
            ("He", network.he, THREE, (2, 2)),
        )
    ):
        activations, gradients = sizes(draw)
        top.semilogy(range(1, LAYERS), activations, color=colour, dashes=dashes)
        bottom.semilogy(range(1, LAYERS + 1), gradients, color=colour, dashes=dashes)
        top.plot([1.6, 3.4], [10.0 ** (-4.2 - 0.72 * row)] * 2, color=colour, dashes=dashes)
        note(top, name, (3.4, 10.0 ** (-4.2 - 0.72 * row)), 8, -5, "left")
        ends = [f"{size:.1e}" for size in (activations[0], activations[-1], gradients[-1], gradients[0])]
        first, last, end, start = (
            re.sub(r"e-0(\d)", r" times ten to the −\1", text).replace("e+00", "") for text in ends
        )
        told.append(f"{name}, activations from {first} to {last}, gradients from {end} back to {start}")
    for ax, lowest, highest in ((top, -7, 1), (bottom, -10, -2)):
        ax.set(xlim=(1, LAYERS), ylim=(10.0**lowest, 10.0**highest), xticks=[1, 5, 10, 15, 20])
        exponents = range(lowest + 1, highest + 1, 2)
        ax.set_yticks([10.0**e for e in exponents], [power(e) for e in exponents])
        ax.minorticks_off()
        ax.grid(lw=0.8)
    note(bottom, "layer", (LAYERS / 2, 10.0**-10), 0, -42)
    return Picture(
        figure,
        "What the first weights do to twenty layers",
        f"Two panels with a logarithmic scale over the layers of a ReLU network of {LAYERS} layers with {UNITS} units, "
        f"three lines in each: {'; '.join(told)}.",
    )


def too_small(rng: np.random.Generator, inputs: int, outputs: int) -> np.ndarray:
    """Draw weights with a deviation that knows nothing of the layer."""
    return rng.normal(0, 0.05, (inputs, outputs))


def sizes(draw: Callable[..., np.ndarray]) -> tuple[list[float], list[float]]:
    """Run a deep network once, and return the root mean square of each A and of each Δ."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(EXAMPLES, UNITS))
    weights = [draw(rng, UNITS, UNITS) for _ in range(LAYERS)]
    _, cache = network.forward(X, weights, [np.zeros((1, UNITS))] * LAYERS)
    gradients = network.backward(cache, rng.integers(0, UNITS, EXAMPLES))
    return tuple([float(np.sqrt((a**2).mean())) for a in arrays] for arrays in (cache.A[1:], gradients.dZ))


def power(exponent: int) -> str:
    """Print a power of ten."""
    return "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")) if exponent else "1"


def draw_units(ax: Axes, columns: np.ndarray) -> None:
    """Draw two inputs, four and three hidden units and two classes, and every line between neighbours."""
    counts = (2, 4, 3, 2)
    heights = [132 + 50 * (np.arange(count) - (count - 1) / 2) for count in counts]
    for left in range(3):
        for i, j in np.ndindex(counts[left], counts[left + 1]):
            ax.plot(columns[left : left + 2], (heights[left][i], heights[left + 1][j]), color=INK, lw=0.8, zorder=1)
    for column, ys, colour in zip(columns, heights, (INK, ONE, ONE, TWO), strict=True):
        for y in ys:
            ax.add_patch(Circle((column, y), 13, fc=GROUND, ec=colour, lw=2, zorder=2))


def shapes() -> tuple[list[str], list[str], list[str]]:
    """Run the network once, and name the shapes of W, of what each layer holds, and of Δ, by letters: N×D."""
    N, widths = 7, (5, 4, 3, 2)
    letters = dict(zip((N, *widths), ("*N*", "*D*", "*I*", "*J*", "*K*"), strict=True))
    weights = [np.ones((before, after)) for before, after in pairwise(widths)]
    P, cache = network.forward(np.ones((N, widths[0])), weights, [np.ones((1, after)) for after in widths[1:]])
    gradients = network.backward(cache, np.zeros(N, int))
    return tuple(
        ["×".join(letters[size] for size in array.shape) for array in arrays]
        for arrays in (gradients.dW, (*cache.A, P), gradients.dZ)
    )
