"""The pictures of the logistic unit: the unit itself, and the three units that make XNOR."""

import numpy as np
from drawing import GROUND, INK, LARGE, ONE, SMALL, THREE, TWO, Picture, arrow, canvas, numbers, say
from matplotlib.axes import Axes
from matplotlib.patches import Circle

import byhand
from byhand.logistic_unit import GATES

TABLE = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
PLATE = {"fc": GROUND, "ec": "none", "pad": 1.5}  # under a text that lies on a line


def logistic_unit() -> Picture:
    """Show the unit that computes "A and B", for two ones."""
    x, theta = np.ones(2), np.array(GATES["and"])
    z = byhand.affine([x], theta[1:, None], theta[:1])[0, 0]
    h = byhand.logistic_unit(x, theta)
    ax = canvas(264)
    weights = numbers(theta, 0)
    for y, name, value, weight in zip((60, 138, 216), ("*x*₀", "A", "B"), (1, 1, 1), weights, strict=True):
        join(ax, (52, y), (222, 138), weight, 0.45)
        node(ax, (52, y), f"{value}", 20, INK)
        say(ax, 52, y - 27, f"{name}, always" if name == "*x*₀" else name, size=SMALL)
    for start, end in ((252, 318), (362, 410)):
        arrow(ax, (start, 138), (end, 138))
    node(ax, (226, 138), "*Σ*", 26, ONE)
    node(ax, (340, 138), "*σ*", 22, THREE)
    say(ax, 226, 188, f"*z* = {numbers([z], 0)[0]}")
    say(ax, 440, 143, numbers([h], 5)[0])
    say(ax, 440, 116, "*h*", size=LARGE)
    say(ax, 340, 188, "sigmoid")
    say(ax, 226, 210, "weigh, add up", size=SMALL)
    return Picture(
        ax.figure,
        "A logistic unit that computes A and B",
        f"Three inputs, all 1 here: the constant input, A and B. Their weights are {', '.join(weights)}. The unit adds "
        f"up to z = {numbers([z], 0)[0]}, and the sigmoid makes h = {numbers([h], 5)[0]} of it.",
    )


def xnor_network() -> Picture:
    """Show the network of three units with its weights, and its answers for the four inputs."""
    hidden = np.stack([byhand.logistic_unit(TABLE, GATES[gate]) for gate in ("and", "nor")], axis=1)
    answers = byhand.logistic_unit(hidden, GATES["or"])
    ax = canvas(516)
    inputs = {"1": (46, 60), "A": (46, 170), "B": (46, 280)}
    units = {"and": (236, 130), "nor": (236, 240)}
    last = (418, 185)
    told = []
    for gate, place, spots in (("and", units["and"], (0.5, 0.36, 0.22)), ("nor", units["nor"], (0.22, 0.36, 0.5))):
        for start, weight, spot in zip(inputs.values(), numbers(GATES[gate], 0), spots, strict=True):
            join(ax, start, place, weight, spot)
        told.append(f"{gate}: {', '.join(numbers(GATES[gate], 0))}")
    constant = (418, 60)
    for start, weight in zip((constant, *units.values()), numbers(GATES["or"], 0), strict=True):
        join(ax, start, last, weight, 0.42)
    told.append(f"or, on their answers: {', '.join(numbers(GATES['or'], 0))}")
    for name, place in (*inputs.items(), ("1", constant)):
        node(ax, place, name, 20, INK)
    for (name, place), colour in zip((*units.items(), ("or", last)), (ONE, TWO, THREE), strict=True):
        node(ax, place, name, 25, colour)
    for x, head in zip((34, 82, 180, 310, 430), ("A", "B", "and", "nor", "xnor"), strict=True):
        say(ax, x, 362, f"**{head}**")
    ax.plot([8, 472], [374, 374], color=INK, lw=0.8)
    rows = []
    for y, bits, first, answer in zip((400, 432, 464, 496), TABLE, hidden, answers, strict=True):
        texts = [*map(str, bits), *numbers((*first, answer), 6)]
        for x, text in zip((34, 82, 180, 310, 430), texts, strict=True):
            say(ax, x, y, text)
        rows.append(f"for A = {texts[0]}, B = {texts[1]}: and {texts[2]}, nor {texts[3]}, xnor {texts[4]}")
    return Picture(
        ax.figure,
        "XNOR from three logistic units",
        f"Two inputs A and B and a constant 1 lead to two units, which with another constant 1 lead to a third. The "
        f"weights, the bias first, are {'; '.join(told)}. The answers are {'; '.join(rows)}.",
    )


def node(ax: Axes, place: tuple[float, float], text: str, radius: float, colour: str) -> None:
    """Draw a unit or an input."""
    ax.add_patch(Circle(place, radius, fc=GROUND, ec=colour, lw=2, zorder=2))
    say(ax, place[0], place[1] + 5, text, zorder=3)


def join(ax: Axes, start: tuple[float, float], end: tuple[float, float], weight: str, spot: float) -> None:
    """Draw an edge with its weight, a part of the way along it."""
    ax.plot(*zip(start, end, strict=True), color=INK, lw=0.8, zorder=1)
    x, y = np.array(start) + spot * (np.array(end) - np.array(start))
    say(ax, x, y + 5, weight, zorder=1.5, bbox=PLATE)
