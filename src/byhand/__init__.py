"""The code of Backprop by Hand: each function is one equation of the book, in numpy alone."""

from byhand import backpropagation, deep_network, training
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
from byhand.binary_cross_entropy import binary_cross_entropy, binary_cross_entropy_gradient
from byhand.cross_entropy import (
    cross_entropy,
    cross_entropy_gradient,
    cross_entropy_value_and_gradient,
    one_hot,
    smooth_labels,
    soft_cross_entropy,
    soft_cross_entropy_gradient,
    weighted_cross_entropy,
    weighted_cross_entropy_gradient,
)
from byhand.entropy import entropy, kl_divergence
from byhand.gradient_check import (
    best_step,
    central_difference,
    complex_step,
    error_model,
    forward_difference,
    polynomial,
    relative_error,
    richardson,
)
from byhand.gradient_descent import adam_step, momentum_step, sgd_step, weight_decay_step
from byhand.log_softmax import log_softmax, log_softmax_vjp, logsumexp
from byhand.logistic_unit import gate_margin, logistic_unit, logistic_unit_gradient, with_ones
from byhand.softmax import softmax, softmax_jacobian, softmax_vjp
from byhand.squared_error import softmax_squared_error_gradient, squared_error, squared_error_gradient

__all__ = [
    "adam_step",
    "affine",
    "affine_vjp",
    "backpropagation",
    "best_step",
    "binary_cross_entropy",
    "binary_cross_entropy_gradient",
    "central_difference",
    "complex_step",
    "cross_entropy",
    "cross_entropy_gradient",
    "cross_entropy_value_and_gradient",
    "deep_network",
    "entropy",
    "error_model",
    "forward_difference",
    "gate_margin",
    "kl_divergence",
    "log_softmax",
    "log_softmax_vjp",
    "logistic_unit",
    "logistic_unit_gradient",
    "logsumexp",
    "momentum_step",
    "one_hot",
    "polynomial",
    "relative_error",
    "relu",
    "relu_derivative",
    "richardson",
    "sgd_step",
    "sigmoid",
    "sigmoid_derivative",
    "smooth_labels",
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
    "training",
    "weight_decay_step",
    "weighted_cross_entropy",
    "weighted_cross_entropy_gradient",
    "with_ones",
]
