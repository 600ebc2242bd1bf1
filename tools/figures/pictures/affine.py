"""The picture of the affine layer: its four products, as rectangles whose touching sides fit."""

import numpy as np
from drawing import INK, LARGE, ONE, SMALL, THREE, TWO, Picture, canvas, say
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

import byhand

N, D, H = 4, 3, 2
CELL = 20  # px; a row or a column of a matrix


def affine_shapes() -> Picture:
    """Show the product of the forward pass and the three of the backward pass."""
    letters = {N: "*N*", D: "*D*", H: "*H*", 1: "1"}
    X, W, b, G = np.ones((N, D)), np.ones((D, H)), np.ones((1, H)), np.ones((N, H))
    Z = byhand.affine(X, W, b)
    dX, dW, db = byhand.affine_vjp(G, X, W, b)
    ones = np.ones((1, N))
    ax = canvas(530)
    products = (
        ("**forward**", ("*X*", X, ONE), ("*W*", W, TWO), ("*XW*", Z, THREE), "*d* is summed"),
        ("**weights**", ("*X*ᵀ", X.T, ONE), ("*G*", G, THREE), ("∂*L*/∂*W*", dW, TWO), "*n* is summed"),
        ("**bias**", ("**1**ᵀ", ones, INK), ("*G*", G, THREE), ("∂*L*/∂*b*", db, TWO), "*n* is summed"),
        ("**inputs**", ("*G*", G, THREE), ("*W*ᵀ", W.T, TWO), ("∂*L*/∂*X*", dX, ONE), "*h* is summed"),
    )
    told = []
    for row, (name, left, right, product, summed) in enumerate(products):
        middle = 76 + 132 * row
        say(ax, 8, middle - 2, name, ha="left")
        say(ax, 8, middle + 17, summed, size=SMALL, ha="left")
        for centre, (symbol, array, colour) in zip((170, 272, 410), (left, right, product), strict=True):
            rectangle(ax, centre, middle, array.shape, colour)
            say(ax, centre, middle - 10 * array.shape[0] - 8, symbol)
            size = "×".join(letters[side] for side in array.shape)
            say(ax, centre, middle + 10 * array.shape[0] + 18, size, size=SMALL)
        say(ax, 221, middle + 6, "·", size=LARGE)
        say(ax, 341, middle + 6, "=", size=LARGE)
        sizes = [" by ".join(letters[side] for side in array.shape) for _, array, _ in (left, right, product)]
        told.append(f"{name}: {sizes[0]} times {sizes[1]} is {sizes[2]}, {summed}".replace("*", ""))
    return Picture(
        ax.figure,
        "The four products of an affine layer",
        f"Rectangles with N = {N} rows of examples, D = {D} inputs and H = {H} units. {'; '.join(told)}.",
    )


def rectangle(ax: Axes, x: float, y: float, shape: tuple[int, ...], colour: str) -> None:
    """Draw a matrix around a point, a cell for each entry."""
    rows, columns = shape
    left, top = x - columns * CELL / 2, y - rows * CELL / 2
    for i, j in np.ndindex(rows, columns):
        corner = (left + j * CELL, top + i * CELL)
        ax.add_patch(Rectangle(corner, CELL, CELL, fc=to_rgba(colour, 0.25), ec=colour, lw=1))
