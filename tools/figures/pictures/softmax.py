"""The pictures of softmax: temperature and Jacobian."""

import numpy as np
from drawing import (
    FAINT,
    INK,
    LARGE,
    NORMAL,
    ONE,
    SUB,
    THREE,
    TWO,
    Picture,
    bars,
    canvas,
    heading,
    numbers,
    panel,
    say,
    sheet,
)
from example import LOGITS
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

import byhand


def softmax_temperature() -> Picture:
    """Show the logits, and the probabilities that four temperatures make of them."""
    figure = sheet(610)
    top = panel(figure, 130, 34, 220, 120)
    bars(top, range(3), LOGITS, numbers(LOGITS, 0), (ONE, TWO, THREE))
    top.set(ylim=(-4.2, 4.2), yticks=[])
    top.set_xticks(range(3), [f"*z*{sub}" for sub in SUB])
    top.axhline(0, color=INK, lw=0.8)
    top.spines[["left", "bottom"]].set_visible(False)
    heading(top, "logits *z*")
    told = []
    for place, tau in enumerate((0.5, 1, 2, 10)):
        p = byhand.softmax(LOGITS / tau)
        ax = panel(figure, 8 + 248 * (place % 2), 224 + 206 * (place // 2), 216, 138)
        bars(ax, range(3), p, numbers(p, 3), (ONE, TWO, THREE))
        ax.set(ylim=(0, 1.15), yticks=[])
        ax.set_xticks(range(3), [f"*q*{sub}" for sub in SUB])
        ax.spines["left"].set_visible(False)
        heading(ax, f"*q* at *τ* = {tau:g}")
        told.append(f"{', '.join(numbers(p, 3))} at τ = {tau:g}")
    return Picture(
        figure,
        "Softmax at four temperatures",
        f"Bars for three classes. The logits are 3, 1 and −3. The probabilities, softmax of z over τ, are "
        f"{'; '.join(told)}. The colder, the more the largest logit takes; the hotter, the more even the shares.",
    )


def softmax_jacobian() -> Picture:
    """Show how far each probability moves when one logit is nudged."""
    jacobian = byhand.softmax_jacobian(LOGITS)
    ax = canvas(424)
    left, top, width, height = 104, 66, 122, 92
    say(ax, left + 1.5 * width, 20, "∂*p*ᵢ / ∂*z*ⱼ  at  *z* = [3, 1, −3]", size=NORMAL)
    for i, j in np.ndindex(3, 3):
        value, x, y = jacobian[i, j], left + j * width, top + i * height
        colour = to_rgba(ONE if value > 0 else TWO, 0.5 * abs(value) / abs(jacobian).max())
        ax.add_patch(Rectangle((x, y), width, height, fc=colour, ec=FAINT, lw=1))
        say(ax, x + width / 2, y + height / 2 + 6, numbers([value], 5, sign=True)[0], size=LARGE)
    bottom = top + 3 * height
    for k, total in enumerate(numbers(abs(jacobian.sum(axis=0)), 5)):
        say(ax, left - 12, top + (k + 0.5) * height + 5, f"*p*{SUB[k]} moves", ha="right")
        say(ax, left + (k + 0.5) * width, top - 12, f"*z*{SUB[k]} is nudged")
        say(ax, left + (k + 0.5) * width, bottom + 25, total)
    say(ax, left - 12, bottom + 25, "sum", ha="right")
    for x, colour, word in ((left + 20, ONE, "moves up"), (left + 202, TWO, "moves down")):
        ax.add_patch(Rectangle((x, bottom + 52), 18, 18, fc=to_rgba(colour, 0.5), ec=FAINT, lw=1))
        say(ax, x + 27, bottom + 66, word, ha="left")
    rows = "; ".join(f"p{sub}: {', '.join(numbers(row, 5, sign=True))}" for sub, row in zip(SUB, jacobian, strict=True))
    return Picture(
        ax.figure,
        "The Jacobian of softmax",
        f"A table at z = 3, 1, −3. A row for each probability that moves, a column for each logit that is nudged. "
        f"{rows}. A probability moves up with its own logit and down with the others. Each column sums to 0.",
    )
