"""The picture of the front page: one equation, three witnesses."""

from collections.abc import Callable
from typing import Any

import numpy as np
from drawing import SMALL, Picture, box, canvas, link, numbers, say
from example import LABEL, LOGITS

import byhand


def home() -> Picture:
    """Show the equation, the function and the judge, and whether they agree."""
    p, y = np.exp(LOGITS) / np.exp(LOGITS).sum(), np.eye(3)[LABEL]
    judged = complex_step(lambda z: np.log(np.exp(z).sum()) - z[LABEL], LOGITS)
    gradients = (p - y, byhand.cross_entropy_gradient(LOGITS, LABEL), judged)
    equation, function, judge = (numbers(gradient, 6) for gradient in gradients)
    ax = canvas(490)
    box(ax, 70, 34, 340, 174)
    say(ax, 240, 20, "logits *z* = [3, 1, −3], true class 2")
    say(ax, 240, 60, "**the equation you read**")
    say(ax, 240, 96, "∂*L* / ∂*z*ⱼ  =  *p*ⱼ − *y*ⱼ", size=20)
    for row, (p_j, y_j, difference) in enumerate(zip(numbers(p, 6), numbers(y, 0), equation, strict=True)):
        say(ax, 232, 132 + 26 * row, f"{p_j} − {y_j} =", ha="right")
        say(ax, 320, 132 + 26 * row, difference, ha="right")
    for x, lines, source, family, values, aside in (
        (8, ("the function", "that computes it"), "cross_entropy_gradient", "monospace", function, "in numpy alone"),
        (268, ("a judge that", "knows neither"), "complex step", "sans-serif", judge, "also: mpmath, differences"),
    ):
        box(ax, x, 278, 204, 204)
        say(ax, x + 102, 304, f"**{lines[0]}**")
        say(ax, x + 102, 323, f"**{lines[1]}**")
        say(ax, x + 102, 351, source, size=SMALL, family=family)
        for row, value in enumerate(values):
            say(ax, x + 144, 385 + 26 * row, value, ha="right")
        say(ax, x + 102, 466, aside, size=SMALL)
    for start, end, same in (
        ((150, 208), (110, 278), equation == function),
        ((330, 208), (370, 278), equation == judge),
        ((212, 374), (268, 374), function == judge),
    ):
        link(ax, start, end, "=" if same else "≠")
    return Picture(
        ax.figure,
        "An equation, the function that computes it and a judge that knows neither",
        f"For the logits 3, 1, −3 and true class 2. The equation, p minus y, gives {', '.join(equation)}. "
        f"The function cross_entropy_gradient returns {', '.join(function)}. "
        f"A complex step through the loss finds {', '.join(judge)}.",
    )


def complex_step(f: Callable[[Any], Any], z: np.ndarray, h: float = 1e-200) -> np.ndarray:
    """Differentiate f at z with no equation at all: nudge each entry by ih, and read the imaginary part."""
    return np.array([f(z + 1j * h * nudge).imag / h for nudge in np.eye(z.size)])
