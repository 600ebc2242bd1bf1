"""What a course's own module looks like: the functions that its notes name in code="…"."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def relu(z):
    return np.maximum(z, 0)


def loss(z, t):
    return ((z - t) ** 2).sum() / (2 * len(z))
