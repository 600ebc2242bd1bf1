"""The code of Backprop by Hand: each function is one equation of the book, in numpy alone."""

from byhand import backpropagation
from byhand.activations import (
    relu,
    relu_derivative,
    sigmoid,
    sigmoid_derivative,
    softplus,
    softplus_derivative,
    tanh,
    tanh_derivative,
)
from byhand.affine import affine, affine_vjp
from byhand.cross_entropy import (
    cross_entropy,
    cross_entropy_gradient,
    one_hot,
    soft_cross_entropy,
    soft_cross_entropy_gradient,
)
from byhand.gradient_descent import sgd_step
from byhand.log_softmax import log_softmax, logsumexp
from byhand.softmax import softmax, softmax_jacobian, softmax_vjp
from byhand.squared_error import softmax_squared_error_gradient, squared_error, squared_error_gradient

__all__ = [
    "affine",
    "affine_vjp",
    "backpropagation",
    "cross_entropy",
    "cross_entropy_gradient",
    "log_softmax",
    "logsumexp",
    "one_hot",
    "relu",
    "relu_derivative",
    "sgd_step",
    "sigmoid",
    "sigmoid_derivative",
    "soft_cross_entropy",
    "soft_cross_entropy_gradient",
    "softmax",
    "softmax_jacobian",
    "softmax_squared_error_gradient",
    "softmax_vjp",
    "softplus",
    "softplus_derivative",
    "squared_error",
    "squared_error_gradient",
    "tanh",
    "tanh_derivative",
]
