"""Who takes part: the textbook's formulas, scipy, torch, jax and byhand, each as a table of functions.

Each function takes and returns numpy arrays of one dtype. Those of a row take logits of shape (1, K), and
where they need it the class c. A table lacks what its library does not offer. A library that is not
installed is left out, with a word.
"""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

Table = dict[str, Callable[..., Any]]

ROW_FUNCTIONS = ("softmax", "log_softmax", "logsumexp")
LABEL_FUNCTIONS = ("cross_entropy", "cross_entropy_gradient", "softmax_vjp")
ACTIVATIONS = ("sigmoid", "sigmoid_derivative", "tanh_derivative", "softplus")
FUNCTIONS = (*ROW_FUNCTIONS, *LABEL_FUNCTIONS, *ACTIVATIONS)


def one_hot(z: np.ndarray, c: int) -> np.ndarray:
    y = np.zeros_like(z)
    y[..., c] = 1
    return y


def textbook() -> Table:
    """Give the formulas as books and lecture notes print them, with the largest logit subtracted first."""

    def softmax(z):
        e = np.exp(z - z.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    def logsumexp(z):
        m = z.max(axis=-1, keepdims=True)
        return (m + np.log(np.exp(z - m).sum(axis=-1, keepdims=True)))[..., 0]

    def softmax_vjp(z, c):
        p, g = softmax(z), one_hot(z, c)
        return p * (g - (p * g).sum(axis=-1, keepdims=True))

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    return {
        "softmax": softmax,
        "log_softmax": lambda z: np.log(softmax(z)),
        "logsumexp": logsumexp,
        "cross_entropy": lambda z, c: -np.log(softmax(z))[..., c],
        "cross_entropy_gradient": lambda z, c: softmax(z) - one_hot(z, c),
        "softmax_vjp": softmax_vjp,
        "sigmoid": sigmoid,
        "sigmoid_derivative": lambda z: sigmoid(z) * (1 - sigmoid(z)),
        "tanh_derivative": lambda z: 1 - np.tanh(z) ** 2,
        "softplus": lambda z: np.log(1 + np.exp(z)),
    }


def scipy() -> Table:
    from scipy import special

    table = {
        "softmax": lambda z: special.softmax(z, axis=-1),
        "log_softmax": lambda z: special.log_softmax(z, axis=-1),
        "logsumexp": lambda z: special.logsumexp(z, axis=-1),
        "cross_entropy": lambda z, c: -special.log_softmax(z, axis=-1)[..., c],
        "cross_entropy_gradient": lambda z, c: special.softmax(z, axis=-1) - one_hot(z, c),
        "sigmoid": special.expit,
    }
    if hasattr(special, "softplus"):  # since 1.17
        table["softplus"] = special.softplus
    return table


def torch() -> Table:
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)

    def forward(f):
        return lambda z: f(torch.from_numpy(z)).numpy()

    def derivative(f, cotangent=None):
        def slope(z, *c):
            x = torch.from_numpy(z.copy()).requires_grad_()
            y = f(x, *c)
            y.backward(torch.ones_like(y) if cotangent is None else torch.from_numpy(cotangent(z, *c)))
            return x.grad.numpy()

        return slope

    def cross_entropy(z, c):
        return functional.cross_entropy(z, torch.tensor([c]))

    return {
        "softmax": forward(lambda z: torch.softmax(z, -1)),
        "log_softmax": forward(lambda z: torch.log_softmax(z, -1)),
        "logsumexp": forward(lambda z: torch.logsumexp(z, -1)),
        "cross_entropy": lambda z, c: cross_entropy(torch.from_numpy(z), c).numpy(),
        "cross_entropy_gradient": derivative(cross_entropy),
        "softmax_vjp": derivative(lambda z, c: torch.softmax(z, -1), one_hot),
        "sigmoid": forward(torch.sigmoid),
        "sigmoid_derivative": derivative(torch.sigmoid),
        "tanh_derivative": derivative(torch.tanh),
        "softplus": forward(functional.softplus),
    }


def jax() -> Table:
    import jax

    jax.config.update("jax_enable_x64", True)

    def forward(f):
        compiled = jax.jit(f)
        return lambda z, *c: np.asarray(compiled(z, *c))

    def derivative(f):
        return forward(lambda z: jax.vjp(f, z)[1](jax.numpy.ones_like(z))[0])

    def cross_entropy(z, c):
        return -jax.nn.log_softmax(z)[0, c]

    def softmax_vjp(z, c):
        return jax.vjp(jax.nn.softmax, z)[1](jax.nn.one_hot(jax.numpy.array([c]), z.shape[-1], dtype=z.dtype))[0]

    return {
        "softmax": forward(jax.nn.softmax),
        "log_softmax": forward(jax.nn.log_softmax),
        "logsumexp": forward(lambda z: jax.nn.logsumexp(z, axis=-1)),
        "cross_entropy": forward(cross_entropy),
        "cross_entropy_gradient": forward(jax.grad(cross_entropy)),
        "softmax_vjp": forward(softmax_vjp),
        "sigmoid": forward(jax.nn.sigmoid),
        "sigmoid_derivative": derivative(jax.nn.sigmoid),
        "tanh_derivative": derivative(jax.numpy.tanh),
        "softplus": forward(jax.nn.softplus),
    }


def ours() -> Table:
    import byhand

    return {
        "softmax": byhand.softmax,
        "log_softmax": byhand.log_softmax,
        "logsumexp": byhand.logsumexp,
        "cross_entropy": lambda z, c: byhand.cross_entropy(z, [c]),
        "cross_entropy_gradient": lambda z, c: byhand.cross_entropy_gradient(z, [c]),
        "softmax_vjp": lambda z, c: byhand.softmax_vjp(one_hot(z, c), z),
        "sigmoid": byhand.sigmoid,
        "sigmoid_derivative": byhand.sigmoid_derivative,
        "tanh_derivative": byhand.tanh_derivative,
        "softplus": byhand.softplus,
    }


def present() -> dict[str, Table]:
    """Give the tables of all who are installed."""
    tables = {}
    for contender in (textbook, scipy, torch, jax, ours):
        try:
            tables[contender.__name__] = contender()
        except ImportError as error:
            print(f"{contender.__name__}: skipped, it cannot be imported ({error})", file=sys.stderr)
    return tables
