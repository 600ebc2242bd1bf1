"""The pictures of gradient descent: walks on a valley, with three learning rates and by three methods."""

from collections.abc import Callable, Iterable

import numpy as np
from drawing import FAINT, INK, ONE, THREE, TWO, Picture, heading, note, numbers, panel, sheet
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse

import byhand

CURVATURES = np.array([1.0, 10.0])
START = np.array([5.0, 1.0])
RATES = (0.02, 0.18, 0.205)
BEST = 2 / CURVATURES.sum()
STEPS = 30

Step = Callable[[int, np.ndarray], np.ndarray]


def gradient_descent_rates() -> Picture:
    """Show twelve steps on the valley with a small, a good and a too large learning rate."""
    figure = sheet(570)
    ends = []
    for row, rate in enumerate(RATES):
        path = walk(plain(rate), 12)
        valley(figure, 36 + 185 * row, path, ONE, f"*η* = {rate}")
        ends.append(f"η = {rate} to {point(path[-1])}, height {height(path[-1]):.3f}")
    return Picture(
        figure,
        "Three learning rates on one valley",
        f"Three panels, each with the rings of a valley with the curvatures 1 and 10 and a walk of 12 steps from "
        f"{point(START)}, height {height(START):.3f}. The walks lead with {'; with '.join(ends)}. The first creeps "
        f"along the valley, the second zigzags into it, the third jumps from side to side, further out each time.",
    )


def gradient_descent_methods() -> Picture:
    """Show the paths of momentum and of Adam, and the height over the steps beside the best plain descent."""
    methods = (
        ("plain, *η* = 2/11", plain(BEST), TWO, (2, 2)),
        ("momentum, *η* = 0.1, *β* = 0.5", momentum(0.1, 0.5), ONE, (None, None)),
        ("Adam, *η* = 0.4", adam(0.4), THREE, (7, 3)),
    )
    paths = [walk(step, STEPS) for _, step, _, _ in methods]
    figure = sheet(700)
    for row, n in enumerate((1, 2)):
        valley(figure, 36 + 185 * row, paths[n], methods[n][2], methods[n][0])
    axes = panel(figure, 54, 414, 412, 240)
    heading(axes, "height over the steps")
    for row, ((name, _, colour, dashes), path) in enumerate(zip(methods, paths, strict=True)):
        axes.semilogy([height(place) for place in path], color=colour, dashes=dashes)
        level = 10.0 ** (-5.6 - 1.0 * row)
        axes.plot([0.6, 3], [level] * 2, color=colour, dashes=dashes)
        note(axes, name, (3, level), 8, -5, "left")
    axes.set(xlim=(0, STEPS), ylim=(10.0**-8.5, 10.0**2), xlabel="step")
    axes.set_yticks([10.0**n for n in (1, -2, -5, -8)], ["10", "10⁻²", "10⁻⁵", "10⁻⁸"])
    axes.minorticks_off()
    axes.grid(lw=0.8)
    ends = [f"{name.replace('*', '')}, {height(path[-1]):.1e}" for (name, *_), path in zip(methods, paths, strict=True)]
    return Picture(
        figure,
        "Momentum and Adam on the valley",
        f"Above, two walks of {STEPS} steps from {point(START)} on a valley with the curvatures 1 and 10. After 10 "
        f"steps momentum is at {point(paths[1][10])}, Adam at {point(paths[2][10])}. Below, three curves of the "
        f"height over the steps with a logarithmic scale, from {height(START):.3f} down to: {'; '.join(ends)}.",
    )


def plain(rate: float) -> Step:
    """Return the plain step."""
    return lambda t, w: byhand.sgd_step(w, CURVATURES * w, rate)


def momentum(rate: float, beta: float) -> Step:
    """Return a step that keeps its velocity."""
    velocity = np.zeros(2)

    def step(t: int, w: np.ndarray) -> np.ndarray:
        nonlocal velocity
        w, velocity = byhand.momentum_step(w, velocity, CURVATURES * w, rate, beta)
        return w

    return step


def adam(rate: float) -> Step:
    """Return a step that keeps its two averages."""
    m, v = np.zeros((2, 2))

    def step(t: int, w: np.ndarray) -> np.ndarray:
        nonlocal m, v
        w, m, v = byhand.adam_step(w, m, v, CURVATURES * w, t, rate)
        return w

    return step


def walk(step: Step, steps: int) -> list[np.ndarray]:
    """Return the start and the place after each step."""
    path = [START]
    for t in range(1, steps + 1):
        path.append(step(t, path[-1]))
    return path


def height(w: np.ndarray) -> float:
    """Return the height of the valley."""
    return float(byhand.squared_error(np.sqrt(CURVATURES) * w, 0 * w))


def valley(figure: Figure, top: float, path: Iterable[np.ndarray], colour: str, text: str) -> None:
    """Draw the rings of equal height, the lowest point, and a walk."""
    axes = panel(figure, 30, top, 436, 138)
    axes.set(xlim=(-6.1, 6.1), ylim=(-1.95, 1.95), yticks=[-1, 0, 1])
    for level in (0.5, 2, 5, 10, 17.5):
        across = 2 * np.sqrt(2 * level / CURVATURES)
        axes.add_patch(Ellipse((0, 0), *across, fc="none", ec=FAINT, lw=1.2))
    axes.plot(0, 0, "+", color=INK, ms=10, mew=1.5)
    axes.plot(*np.transpose(path), "-o", color=colour, ms=4, lw=1.3)
    heading(axes, text)


def point(w: np.ndarray) -> str:
    """Print a place."""
    return f"({', '.join(numbers(w, 3))})"
