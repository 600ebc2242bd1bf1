"""The pictures of the network of three layers: its passes and shapes, and how it learns."""

from itertools import pairwise

import numpy as np
from drawing import (
    FAINT,
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

COLUMNS = (60, 240, 420)  # inputs, hidden units, outputs
UNITS = (124, 220, 316)  # the three units of each column that a network of any size is drawn with
PLATE = {"fc": GROUND, "ec": "none", "pad": 1.5}  # under a text that lies on a line


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


def network_numbers() -> Picture:
    """Show the page's two examples in the network: values on the way forward, gradients on the way back."""
    X, theta, labels = page_example()
    P, cache = network.forward(X, *theta)
    d = network.backward(cache, labels)
    ax = canvas(756)
    told = []
    for n, label in enumerate(labels):
        top = 372 * n
        say(ax, 8, top + 22, f"**example {n + 1}**, class {label + 1} is true", ha="left")
        for x, text in zip(COLUMNS, ("*X*", "*A*₁", "*P*"), strict=True):
            say(ax, x, top + 52, text, size=LARGE)
        say(ax, COLUMNS[1], top + 360, "*Δ*₁ ← d*A*₁", color=TWO)
        say(ax, COLUMNS[2], top + 360, "*Δ*₂", color=TWO)
        values = [[f"{x:g}" for x in X[n]], numbers(cache.A1[n], 3), numbers(P[n], 3)]
        before, after = numbers(d.dZ1[n], 3), numbers(d.dA1[n], 3)
        output = numbers(d.dZ2[n], 3)
        below = [("", ""), [f"{z} ← {a}" for z, a in zip(before, after, strict=True)], output]
        draw_weighted(ax, cache.W1, cache.W2, top + 200)
        for x, texts, slopes, colour in zip(COLUMNS, values, below, (INK, ONE, THREE), strict=True):
            for y, text, slope in zip(heights(len(texts), top + 200), texts, slopes, strict=True):
                ax.add_patch(Circle((x, y), 23, fc=GROUND, ec=colour, lw=2, zorder=2))
                say(ax, x, y + 5, text, size=SMALL, zorder=3)
                if slope:
                    say(ax, x, y + 41, slope, size=SMALL, color=TWO, zorder=3, bbox=PLATE)
        for y, bias in zip(heights(cache.b1.size, top + 200), cache.b1[0], strict=True):
            if bias:
                say(ax, COLUMNS[1], y - 29, f"bias {numbers([bias], 0)[0]}", size=SMALL, zorder=3, bbox=PLATE)
        told.append(
            f"Example {n + 1}: inputs {', '.join(values[0])}; A₁ is {', '.join(values[1])}; P is "
            f"{', '.join(values[2])}; Δ₂ is {', '.join(output)}; dA₁ is {', '.join(after)}; Δ₁ is {', '.join(before)}."
        )
    weights = (", ".join(numbers(W.ravel(), 0)) for W in (cache.W1, cache.W2))
    told.append("Row by row, W₁ is {} and W₂ is {}.".format(*weights))
    return Picture(ax.figure, "The two examples in the network, forward and backward", " ".join(told))


def tanh_network() -> Picture:
    """Show the network with tanh for one example, with the shape of each of its quantities."""
    shape = shapes_of_one_example()
    ax = canvas(396)
    units = (("1", "*i*", "*I*"), ("1", "*j*", "*J*"), ("1", "*k*", "*K*"))
    heads = ("inputs *x*", "tanh: *r* → *a*", "softmax: *s* → *p*")
    for x, head, names in zip(COLUMNS, heads, ("x", "r a", "s p"), strict=True):
        say(ax, x, 22, head)
        (size,) = {shape[name] for name in names.split()}
        say(ax, x, 42, f"shape {size}", size=SMALL)
    for left, (weight, edge) in enumerate((("U", "*U*ᵢⱼ"), ("V", "*V*ⱼₖ"))):
        start, end = COLUMNS[left : left + 2]
        for a, b in np.ndindex(3, 3):
            style = {"color": TWO, "lw": 2.4, "zorder": 1.5} if a == b == 1 else {"color": INK, "lw": 0.8, "zorder": 1}
            ax.plot([start, end], [UNITS[a], UNITS[b]], **style)
        say(ax, (start + end) / 2, 80, f"*{weight}*: {shape[weight]}", size=LARGE)
        say(ax, (start + end) / 2, UNITS[1] - 10, edge, zorder=3, bbox=PLATE)
    for x, names, colour in zip(COLUMNS, units, (INK, ONE, THREE), strict=True):
        for y, name in zip(UNITS, names, strict=True):
            ax.add_patch(Circle((x, y), 20, fc=GROUND, ec=colour, lw=2, zorder=2))
            say(ax, x, y + 5, name, zorder=3)
        for above, below in pairwise(UNITS):
            say(ax, x, (above + below) / 2 + 6, "⋮", size=LARGE, zorder=3)
    for x, bias, unit in ((COLUMNS[1], "u", "*j*"), (COLUMNS[2], "v", "*k*")):
        say(ax, x, 362, f"bias *{bias}*: {shape[bias]}")
        say(ax, x, 382, f"added once to unit {unit}", size=SMALL)
    plain = {name: text.replace("*", "").replace("×", " by ") for name, text in shape.items()}
    return Picture(
        ax.figure,
        "A network with tanh and softmax, I–J–K",
        f"Three columns of units, 1 to I, 1 to J and 1 to K, each unit joined to all units of the next column. "
        f"Shapes: {', '.join(f'{name} is {size}' for name, size in plain.items())}. The edge from i to j has the "
        f"weight U with the indices i and j, the edge from j to k the weight V with the indices j and k.",
    )


def backpropagation_explorer() -> Picture:
    """Show every quantity of the page's example beside its gradient: the still picture of the explorer."""
    X, theta, labels = page_example()
    P, cache = network.forward(X, *theta)
    L = np.reshape(network.loss(cache, labels), (1, 1))
    values = cache._asdict() | {"P": P, "L": L} | network.backward(cache, labels)._asdict()
    rows = (("X",), ("W1", "dW1"), ("b1", "db1"), ("Z1", "dZ1"), ("A1", "dA1"))
    rows += (("W2", "dW2"), ("b2", "db2"), ("Z2", "dZ2"), ("P",), ("L",))
    ax = canvas(532)
    say(ax, 8, 20, "**forward**, downwards", ha="left")
    say(ax, 258, 20, "**backward**, upwards", ha="left")
    given, told, line = ("X", "W1", "b1", "W2", "b2"), [], 58
    for row in rows:
        for name, left, colour in zip(row, (8, 258), (INK, TWO), strict=False):
            places = 0 if name in given else 3
            texts = [numbers(entries, places) for entries in values[name]]
            middle = line + 10 * (len(texts) - 1)
            say(ax, left, middle, symbol(name), size=LARGE, ha="left", color=colour)
            for i, j in np.ndindex(len(texts), len(texts[0])):
                say(ax, left + 92 + 55 * j, line + 20 * i, texts[i][j], size=SMALL, ha="right", color=colour)
            told.append(f"{symbol(name)} is {'; '.join(', '.join(entries) for entries in texts)}")
        line += 20 * len(values[row[0]]) + 12
        ax.plot([8, 472], [line - 20] * 2, color=FAINT, lw=0.8)
    return Picture(
        ax.figure,
        "Every quantity of the example beside its gradient",
        f"A table: each quantity of the way forward, from X down to L, and beside it in the same shape the gradient "
        f"of the loss with respect to it. Row by row, {'. '.join(told)}.",
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


def heights(count: int, middle: float) -> np.ndarray:
    """Spread some units evenly around a height."""
    return middle + 96 * (np.arange(count) - (count - 1) / 2)


def draw_weighted(ax: Axes, W1: np.ndarray, W2: np.ndarray, middle: float) -> None:
    """Draw the edges of both layers with their weights, written where the edges are apart; dashed for 0."""
    for left, (W, near) in enumerate(((W1, 0.25), (W2, 0.75))):
        columns = np.array(COLUMNS[left : left + 2])
        for (i, j), weight in np.ndenumerate(W):
            ends = np.array([heights(W.shape[0], middle)[i], heights(W.shape[1], middle)[j]])
            ax.plot(columns, ends, color=INK, lw=0.8, dashes=(None, None) if weight else (4, 4), zorder=1)
            x, y = (line[0] + near * (line[1] - line[0]) for line in (columns, ends))
            say(ax, x, y + 5, numbers([weight], 0)[0], size=SMALL, zorder=1.5, bbox=PLATE)


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


def shapes_of_one_example() -> dict[str, str]:
    """Run the network with tanh for one example, and name the shape of everything in it by letters."""
    I, J, K = 7, 5, 4  # noqa: E741  the page's letters
    letters = {I: "*I*", J: "*J*", K: "*K*"}
    x, U, u, V, v = np.ones(I), np.ones((I, J)), np.ones(J), np.ones((J, K)), np.ones(K)
    r = byhand.affine([x], U, u)[0]
    a = byhand.tanh(r)
    s = byhand.affine([a], V, v)[0]
    p = byhand.softmax(s)
    arrays = {"x": x, "U": U, "u": u, "r": r, "a": a, "V": V, "v": v, "s": s, "p": p}
    return {name: "×".join(letters[size] for size in array.shape) for name, array in arrays.items()}


def page_example() -> tuple[np.ndarray, list[np.ndarray], np.ndarray]:
    """Give the page's two examples, the four parameters of its network, and the labels."""
    X, labels = np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([0, 1])
    W1, b1 = np.array([[1.0, 0.0, -1.0], [0.0, 1.0, 1.0]]), np.array([[0.0, -1.0, 0.0]])
    W2, b2 = np.array([[1.0, -1.0], [0.0, 1.0], [-1.0, 0.0]]), np.zeros((1, 2))
    return X, [W1, b1, W2, b2], labels
