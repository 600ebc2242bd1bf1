"""The picture of the activations: four functions, and their slopes below."""

import numpy as np
from drawing import GROUND, INK, ONE, THREE, TWO, Picture, heading, note, numbers, panel, sheet
from matplotlib.axes import Axes

import byhand

SOLID, LONG, SHORT = (None, None), (8, 3), (4, 2)
STYLES = {"ReLU": (INK, SOLID), "softplus": (THREE, LONG), "tanh": (TWO, SHORT), "sigmoid": (ONE, SOLID)}
FUNCTIONS = {
    "ReLU": (byhand.relu, byhand.relu_derivative),
    "softplus": (byhand.softplus, byhand.softplus_derivative),
    "tanh": (byhand.tanh, byhand.tanh_derivative),
    "sigmoid": (byhand.sigmoid, byhand.sigmoid_derivative),
}
Z = np.linspace(-5, 5, 201)
HIGHEST = 2.5  # ReLU and softplus leave the upper panel here


def activations() -> Picture:
    """Show sigmoid, tanh, ReLU and softplus, and the slope of each."""
    figure = sheet(624)
    above, below = panel(figure, 38, 44, 430, 256), panel(figure, 38, 358, 430, 220)
    for name, (f, slope) in FUNCTIONS.items():
        values = f(Z)
        _curve(above, name, Z[values <= HIGHEST], values[values <= HIGHEST])
        if name == "ReLU":
            _curve(below, name, Z[Z <= 0], slope(Z[Z <= 0]))
            _curve(below, name, Z[Z > 0], slope(Z[Z > 0]))
        else:
            _curve(below, name, Z, slope(Z))
    below.plot(0, slope_at_zero := float(byhand.relu_derivative(0.0)), "o", ms=8, mfc=GROUND, mec=INK, mew=2)
    for name, point, ha in (
        ("ReLU", (2.15, 1.72), "left"),
        ("softplus", (-0.9, 0.75), "right"),
        ("tanh", (-1.1, -0.7), "right"),
        ("sigmoid", (3.0, 0.6), "left"),
    ):
        note(above, name, point, 0, 0, ha)
    for name, point, ha in (
        ("ReLU", (2.6, 1.04), "left"),
        ("softplus", (1.6, 0.72), "left"),
        ("tanh", (-0.85, 0.62), "right"),
        ("sigmoid", (-1.75, 0.18), "right"),
    ):
        note(below, name, point, 0, 0, ha)
    above.set(xlim=(-5, 5), ylim=(-1.2, HIGHEST))
    below.set(xlim=(-5, 5), ylim=(0, 1.12))
    above.set_yticks([-1, 0, 1, 2], ["−1", "0", "1", "2"])
    below.set_yticks([0, 0.25, 0.5, 1], ["0", "¼", "½", "1"])
    for ax in (above, below):
        ax.set_xticks(range(-4, 5, 2), ["−4", "−2", "0", "2", "4"])
        ax.grid(lw=0.8)
    below.set_xlabel("pre-activation *z*")
    heading(above, "the value")
    heading(below, "the slope")
    points = (-5.0, -2.0, 0.0, 2.0, 5.0)
    told = [f"{name} {', '.join(numbers(slope(np.array(points)), 3))}" for name, (_, slope) in FUNCTIONS.items()]
    return Picture(
        figure,
        "Four activations and their slopes",
        f"Above, four curves over the pre-activation from −5 to 5: ReLU is 0 up to a corner at 0 and then rises "
        f"straight; softplus follows it smoothly from above; tanh is a step from −1 to 1; sigmoid a step from 0 to 1. "
        f"Below, their slopes; at z = −5, −2, 0, 2 and 5 they are: {'; '.join(told)}. ReLU's slope jumps from 0 to 1 "
        f"at 0, where an open circle at {slope_at_zero:g} marks the value that the code answers.",
    )


def _curve(ax: Axes, name: str, x: np.ndarray, y: np.ndarray) -> None:
    colour, dashes = STYLES[name]
    ax.plot(x, y, color=colour, dashes=dashes)
