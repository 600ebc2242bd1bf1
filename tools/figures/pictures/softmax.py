"""The pictures of softmax: temperature and Jacobian."""

import numpy as np
from drawing import (
    FAINT,
    INK,
    LARGE,
    NORMAL,
    ONE,
    SMALL,
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


def softmax_explorer() -> Picture:
    """Show logits, probabilities, gradient and Jacobian together: the still picture of the explorer."""
    p, jacobian = byhand.softmax(LOGITS), byhand.softmax_jacobian(LOGITS)
    gradient = byhand.cross_entropy_gradient(LOGITS, 1)
    figure = sheet(428)
    told = []
    for place, (name, values, places, reach) in enumerate(
        (("logits *z*", LOGITS, 0, 4.4), ("probabilities *p*", p, 3, 1.3), ("gradient *p* − *y*", gradient, 3, 1.3))
    ):
        ax = panel(figure, 10 + 158 * place, 34, 144, 120)
        texts = numbers(values, places, sign=place == 2)
        colours = [THREE] * 3 if place < 2 else [ONE if value > 0 else TWO for value in values]
        bars(ax, range(3), values, texts, colours)
        ax.set(ylim=(0 if place == 1 else -reach, reach), yticks=[])
        ax.set_xticks(range(3), [f"class {k}" for k in (1, 2, 3)], size=SMALL)
        ax.axhline(0, color=INK, lw=0.8)
        ax.spines[["left", "bottom"]].set_visible(False)
        heading(ax, name)
        told.append(f"{name}: {', '.join(texts)}")
    ax = panel(figure, 0, 190, 480, 238)
    ax.set(xlim=(0, 480), ylim=(238, 0))
    ax.set_axis_off()
    say(ax, 240, 22, "Jacobian ∂*p*ᵢ / ∂*z*ⱼ")
    left, top, width, height = 92, 58, 116, 48
    for i, j in np.ndindex(3, 3):
        value, x, y = jacobian[i, j], left + j * width, top + i * height
        share = 0.5 * float(np.sqrt(4 * abs(value)))  # no entry is larger than 1/4
        ax.add_patch(Rectangle((x, y), width, height, fc=to_rgba(ONE if value > 0 else TWO, share), ec=FAINT, lw=1))
        say(ax, x + width / 2, y + height / 2 + 6, numbers([value], 3, sign=True)[0], size=LARGE)
    for k, sub in enumerate(SUB):
        say(ax, left - 12, top + (k + 0.5) * height + 5, f"*p*{sub}", ha="right")
        say(ax, left + (k + 0.5) * width, top - 10, f"*z*{sub}")
        say(ax, left + (k + 0.5) * width, top + 3 * height + 24, numbers(abs(jacobian.sum(axis=0)), 3)[k])
    say(ax, left - 12, top + 3 * height + 24, "sum", ha="right")
    rows = "; ".join(f"p{sub}: {', '.join(numbers(row, 3, sign=True))}" for sub, row in zip(SUB, jacobian, strict=True))
    return Picture(
        figure,
        "Softmax, its gradient and its Jacobian at one point",
        f"Bars for three classes, of which class 2 is the true one. {'. '.join(told)}. Below them the Jacobian as a "
        f"table, a row for each probability, a column for each logit. {rows}. Each column sums to 0.",
    )
