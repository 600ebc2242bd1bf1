"""The pictures of the book: one function each, every number computed by `byhand`.

In the text of a picture *…* is italic and **…** bold.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from drawing import (
    FAINT,
    GROUND,
    INK,
    LARGE,
    NORMAL,
    ONE,
    SMALL,
    SUB,
    THREE,
    TWO,
    Picture,
    arrow,
    bars,
    box,
    canvas,
    heading,
    link,
    note,
    numbers,
    panel,
    quantity,
    say,
    sheet,
    symbol,
)
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Circle, Rectangle

import byhand
from byhand import backpropagation as network

LOGITS = np.array([3.0, 1.0, -3.0])  # the book's example
LABEL = 1  # its true class, counted from 0: on the pages it is class 2


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


def cross_entropy() -> Picture:
    """Show the loss over the probability of the true class, and the gradient with respect to the logits."""
    p, y = byhand.softmax(LOGITS), np.eye(3)[LABEL]
    losses = [float(byhand.cross_entropy(LOGITS, label)) for label in range(3)]
    gradient = byhand.cross_entropy_gradient(LOGITS, LABEL)
    figure = sheet(640)
    top = panel(figure, 30, 34, 440, 235)
    curve = np.geomspace(np.exp(-7), 1, 200)
    top.plot(curve, -np.log(curve), color=ONE)
    told = []
    for k, (dx, dy, ha) in enumerate(((52, 20, "right"), (14, 4, "left"), (14, -3, "left"))):
        top.plot(p[k], losses[k], "o", color=INK, ms=9)
        told.append(f"*p*{SUB[k]} = {numbers(p, 6)[k]}, −log *p*{SUB[k]} = {numbers(losses, 3)[k]}")
        note(top, told[k], (p[k], losses[k]), dx, dy, ha)
    top.set(xlim=(-0.02, 1.02), ylim=(0, 7.3), yticks=range(8))
    top.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"])
    top.grid(lw=0.8)
    heading(top, "the loss −log *p*, if this class is the true one")
    bottom = panel(figure, 8, 350, 464, 225)
    for k, values in enumerate(zip(p, y, gradient, strict=True)):
        texts = [numbers([value], places)[0] for value, places in zip(values, (3, 0, 3), strict=True)]
        bars(bottom, 3.5 * k + np.arange(3), values, texts, (ONE, THREE, TWO))
        note(bottom, f"class {k + 1}" + (" (true)" if k == LABEL else ""), (3.5 * k + 1, -1.2), 0, -42)
    bottom.set(xlim=(-0.7, 9.7), ylim=(-1.2, 1.2), yticks=[])
    bottom.set_xticks([3.5 * k + bar for k in range(3) for bar in range(3)], ["*p*", "*y*", "*p* − *y*"] * 3)
    bottom.axhline(0, color=INK, lw=0.8)
    bottom.spines[["left", "bottom"]].set_visible(False)
    heading(bottom, "class 2 is the true one: the gradient is *p* − *y*")
    return Picture(
        figure,
        "Cross-entropy and its gradient",
        f"Above, the curve −log p falls from infinity at p = 0 to 0 at p = 1. On it the three classes of "
        f"softmax(3, 1, −3): {'; '.join(told)}. Below, bars for true class 2: p is {', '.join(numbers(p, 3))}, "
        f"y is {', '.join(numbers(y, 0))}, and the gradient p − y is {', '.join(numbers(gradient, 3))}.",
    )


def backpropagation() -> Picture:
    """Show the network of three layers between its forward and its backward chain."""
    shape = shapes()
    ax = canvas(556)
    x = dict(zip(("X", "Z1", "A1", "Z2", "P", "L"), np.linspace(34, 446, 6), strict=True))
    say(ax, 8, 20, "**forward**", ha="left")
    say(ax, 8, 352, "**backward**", ha="left")
    for name, column in x.items():
        quantity(ax, column, 80, symbol(name), shape[name])
    operations = ("*W*₁, *b*₁", "*σ*", "*W*₂, *b*₂", "softmax", "−log")
    for start, end, operation in zip(list(x)[:-1], list(x)[1:], operations, strict=True):
        arrow(ax, (x[start] + 16, 74), (x[end] - 16, 74))
        say(ax, (x[start] + x[end]) / 2, 54, operation, size=SMALL)
    draw_units(ax, list(x.values()), top=136)
    say(ax, 240, 318, "one example: *D* = 2 inputs, *H* = 3 hidden units, *K* = 2 classes", size=SMALL)
    say(ax, x["L"], 412, "*L*", size=LARGE)
    for name, place in (("dZ2", "Z2"), ("dA1", "A1"), ("dZ1", "Z1")):
        quantity(ax, x[place], 412, symbol(name), shape[name])
    for start, end, operation in (
        ("L", "Z2", "(*P* − *Y*) / *N*"),
        ("Z2", "A1", "· *W*₂ᵀ"),
        ("A1", "Z1", "⊙ *σ*′(*Z*₁)"),
    ):
        arrow(ax, (x[start] - 22, 406), (x[end] + 22, 406))
        say(ax, (x[start] + x[end]) / 2, 386, operation, size=SMALL)
    for layer, place, incoming in (("2", "Z2", "*A*₁ᵀ"), ("1", "Z1", "*X*ᵀ")):
        arrow(ax, (x[place], 440), (x[place], 462))
        delta = symbol(f"dZ{layer}")
        quantity(ax, x[place], 480, f"{symbol(f'dW{layer}')} = {incoming}{delta}", shape[f"dW{layer}"], NORMAL)
        quantity(ax, x[place], 528, f"{symbol(f'db{layer}')} = **1**ᵀ{delta}", shape[f"db{layer}"], NORMAL)
    plain = {name: text.replace("*", "").replace("×", " by ") for name, text in shape.items()}
    gradients = ("dZ2", "dW2", "db2", "dA1", "dZ1", "dW1", "db1")
    return Picture(
        ax.figure,
        "Forward and backward through three layers",
        f"Forward, left to right: {', '.join(f'{symbol(name)} is {plain[name]}' for name in x)}. Backward, right to "
        f"left from L: {', '.join(f'{symbol(name)} is {plain[name]}' for name in gradients)}. Between them the "
        f"network as circles and lines: 2 inputs, 3 hidden units before and after σ, 2 logits, 2 probabilities, L.",
    )


def network_loss() -> Picture:
    """Show gradient descent on XOR with each of the three hidden activations."""
    figure = sheet(416)
    ax = panel(figure, 42, 114, 428, 252)
    told = []
    for row, (activation, colour, dashes) in enumerate(
        (("sigmoid", ONE, (None, None)), ("tanh", TWO, (7, 3)), ("relu", THREE, (2, 2)))
    ):
        losses = xor_losses(activation, steps=200)
        ax.plot(losses, color=colour, dashes=dashes)
        first, last = numbers((losses[0], losses[-1]), 3)
        told.append(f"{activation} from {first} to {last}")
        ax.plot([0, 20], [1.06 - 0.066 * row] * 2, color=colour, dashes=dashes)
        note(ax, f"{activation}: {first} → {last}", (20, 1.06 - 0.066 * row), 10, -5, "left")
    ax.set(xlim=(0, 200), ylim=(0, 0.8), xticks=range(0, 201, 50))
    ax.set_yticks([0, 0.2, 0.4, 0.6, 0.8], ["0", "0.2", "0.4", "0.6", "0.8"])
    ax.grid(lw=0.8)
    note(ax, "step", (100, 0), 0, -42)
    note(ax, "loss *L*", (0, 0.8), -34, 12, "left")
    return Picture(
        figure,
        "The network learns XOR",
        f"Three curves of the loss L over 200 steps of gradient descent on the four examples of XOR, with 8 hidden "
        f"units, learning rate 1 and the same weights at the start: {'; '.join(told)}.",
    )


def draw_units(ax: Axes, columns: list[float], top: float) -> None:
    """Draw the units of the network as circles, a column each for x, z₁, a₁, z₂, p and L, and their edges."""
    counts = (2, 3, 3, 2, 2, 1)
    colours = (INK, ONE, ONE, TWO, TWO, THREE)
    heights = [top + 70 + 70 * (np.arange(count) - (count - 1) / 2) for count in counts]
    for left, elementwise in enumerate((False, True, False, False, False)):
        for i, j in np.ndindex(counts[left], counts[left + 1]):
            if i == j or not elementwise:
                ends = heights[left][i], heights[left + 1][j]
                ax.plot(columns[left : left + 2], ends, color=INK, lw=0.8, zorder=1)
    for column, ys, colour, filled in zip(columns, heights, colours, (0, 0, 1, 0, 1, 1), strict=True):
        for y in ys:
            ax.add_patch(Circle((column, y), 13, fc=colour if filled else GROUND, ec=colour, lw=2, zorder=2))


def complex_step(f: Callable[[Any], Any], z: np.ndarray, h: float = 1e-200) -> np.ndarray:
    """Differentiate f at z with no equation at all: nudge each entry by ih, and read the imaginary part."""
    return np.array([f(z + 1j * h * nudge).imag / h for nudge in np.eye(z.size)])


def xor_losses(activation: str, steps: int, hidden: int = 8, learning_rate: float = 1.0) -> np.ndarray:
    """Train the network on XOR, and return the loss before each step and after the last."""
    X, labels = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])
    rng = np.random.default_rng(0)
    W1, W2 = rng.normal(size=(2, hidden)), rng.normal(size=(hidden, 2)) / np.sqrt(hidden)
    theta = [W1, np.zeros((1, hidden)), W2, np.zeros((1, 2))]
    losses = []
    for _ in range(steps + 1):
        _, cache = network.forward(X, *theta, activation)
        losses.append(float(network.loss(cache, labels)))
        d = network.backward(cache, labels)
        gradients = (d.dW1, d.db1, d.dW2, d.db2)
        theta = [byhand.sgd_step(t, g, learning_rate) for t, g in zip(theta, gradients, strict=True)]
    return np.array(losses)


def shapes() -> dict[str, str]:
    """Run the network once, and name the shape of everything in it by letters: N×D."""
    N, D, H, K = 7, 5, 3, 4
    letters = {N: "*N*", D: "*D*", H: "*H*", K: "*K*", 1: "1"}
    labels = np.arange(N) % K
    P, cache = network.forward(np.ones((N, D)), np.ones((D, H)), np.ones((1, H)), np.ones((H, K)), np.ones((1, K)))
    arrays = cache._asdict() | {"P": P, "L": network.loss(cache, labels)} | network.backward(cache, labels)._asdict()
    del arrays["activation"]
    return {name: "×".join(letters[size] for size in np.shape(a)) or "scalar" for name, a in arrays.items()}


FIGURES = (home, softmax_temperature, softmax_jacobian, cross_entropy, backpropagation, network_loss)
