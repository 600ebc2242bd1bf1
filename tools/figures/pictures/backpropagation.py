"""The pictures of the network of three layers: its passes and shapes, and how it learns."""

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
    note,
    numbers,
    panel,
    quantity,
    say,
    sheet,
    symbol,
)
from matplotlib.axes import Axes
from matplotlib.patches import Circle

import byhand
from byhand import backpropagation as network


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
