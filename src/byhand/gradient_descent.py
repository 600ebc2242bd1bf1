"""Gradient descent: take a step against the gradient, plain, with weight decay, with momentum, or by Adam."""

from numbers import Real
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from byhand._checks import FloatArray, float_array, same_shape, size


class MomentumStep(NamedTuple):
    """What a step with momentum gives: the new parameters, and the velocity that the next step needs."""

    theta: FloatArray
    velocity: FloatArray


class AdamStep(NamedTuple):
    """What a step of Adam gives: the new parameters, and the two averages that the next step needs."""

    theta: FloatArray
    m: FloatArray
    v: FloatArray


def sgd_step(theta: ArrayLike, gradient: ArrayLike, learning_rate: float) -> FloatArray:
    r"""Move parameters a little way downhill; below, the hidden weights of the network.

    ```math cites="gd-step"
    \theta^{\mathrm{new}} = \theta - \eta\,g
    ```

    ```math cites="network-sgd-step"
    W_1^{\mathrm{new}} = W_1 - \eta\,\frac{\partial L}{\partial W_1}
    ```

    Parameters
    ----------
    theta
        Parameters of any shape: weights or a bias. float32 and float64 are kept, integers become
        float64.
    gradient
        The loss's gradient with respect to `theta`, in its shape.
    learning_rate
        η, positive and finite: how far to go.

    Returns
    -------
    FloatArray
        The new parameters, in the shape and dtype of `theta`. The old ones are not changed.

    Raises
    ------
    TypeError
        If `theta` or `gradient` is neither float32, float64 nor integer, or the learning rate is no
        real number.
    ValueError
        If their shapes differ, or if the learning rate is not positive and finite.

    Examples
    --------
    >>> from byhand import sgd_step
    >>> sgd_step([1.0, -2.0], [4.0, -8.0], learning_rate=0.25).tolist()
    [0.0, 0.0]
    """
    theta, gradient = _same_shapes(theta, gradient=gradient)
    theta_new = -_positive(learning_rate, "learning_rate") * gradient
    theta_new += theta  # in memory that is already there
    return theta_new


def weight_decay_step(theta: ArrayLike, gradient: ArrayLike, learning_rate: float, weight_decay: float) -> FloatArray:
    r"""Shrink the parameters by a small part of themselves, and take a step against the gradient of the loss.

    ```math cites="weight-decay-step"
    \theta^{\mathrm{decay}} = (1 - \eta\lambda)\,\theta - \eta\,g
    ```

    Parameters
    ----------
    theta
        Parameters of any shape, usually weights; biases are seldom shrunk. float32 and float64 are
        kept, integers become float64.
    gradient
        The gradient of the loss without the penalty, in the shape of `theta`.
    learning_rate
        η, positive and finite.
    weight_decay
        λ, the strength of the penalty, 0 or more and finite.

    Returns
    -------
    FloatArray
        The new parameters, in the shape and dtype of `theta`. The old ones are not changed.

    Raises
    ------
    TypeError
        If `theta` or `gradient` is neither float32, float64 nor integer, or a rate is no real number.
    ValueError
        If the shapes differ, if the learning rate is not positive and finite, or if the weight decay
        is negative or not finite.

    Examples
    --------
    >>> from byhand import weight_decay_step
    >>> weight_decay_step([8.0, -4.0], [0.0, 2.0], learning_rate=0.5, weight_decay=0.25).tolist()
    [7.0, -4.5]
    """
    theta, gradient = _same_shapes(theta, gradient=gradient)
    eta = _positive(learning_rate, "learning_rate")
    if not 0 <= _number(weight_decay, "weight_decay") < np.inf:
        raise ValueError(f"weight_decay: expected a finite number, 0 or more, got {weight_decay}")
    return (1 - eta * float(weight_decay)) * theta - eta * gradient


def momentum_step(
    theta: ArrayLike, velocity: ArrayLike, gradient: ArrayLike, learning_rate: float, momentum: float
) -> MomentumStep:
    r"""Add the gradient to a part of the old velocity, and take a step against the new velocity.

    ```math cites="momentum-velocity"
    u^{\mathrm{new}} = \beta\,u + g
    ```

    ```math cites="momentum-step"
    \theta^{\mathrm{mom}} = \theta - \eta\,u^{\mathrm{new}}
    ```

    Parameters
    ----------
    theta
        Parameters of any shape. float32 and float64 are kept, integers become float64.
    velocity
        u, what the last step returned; zeros before the first step. The shape of `theta`.
    gradient
        The gradient of the loss at `theta`, in its shape.
    learning_rate
        η, positive and finite.
    momentum
        β, the part of the velocity that stays: 0 or more, and less than 1.

    Returns
    -------
    theta : FloatArray
        The new parameters, in the shape and dtype of `theta`. The old ones are not changed.
    velocity : FloatArray
        The new velocity, of the same shape.

    Raises
    ------
    TypeError
        If an array is neither float32, float64 nor integer, or a rate is no real number.
    ValueError
        If the shapes differ, if the learning rate is not positive and finite, or if the momentum is
        not in [0, 1).

    Examples
    --------
    >>> from byhand import momentum_step
    >>> theta, velocity = momentum_step([1.0], [4.0], [2.0], learning_rate=0.25, momentum=0.5)
    >>> theta.tolist(), velocity.tolist()
    ([0.0], [4.0])
    """
    theta, u, gradient = _same_shapes(theta, velocity=velocity, gradient=gradient)
    eta, beta = _positive(learning_rate, "learning_rate"), _fraction(momentum, "momentum")
    u = beta * u + gradient
    return MomentumStep(theta - eta * u, u)


def adam_step(
    theta: ArrayLike,
    m: ArrayLike,
    v: ArrayLike,
    gradient: ArrayLike,
    t: int,
    learning_rate: float = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
) -> AdamStep:
    r"""Divide an average of the gradients by the root of an average of their squares, and step against that.

    ```math cites="adam-first-moment"
    m^{\mathrm{new}} = \beta_1\,m + (1 - \beta_1)\,g
    ```

    ```math cites="adam-second-moment"
    v^{\mathrm{new}}_k = \beta_2\,v_k + (1 - \beta_2)\,g_k^2
    ```

    ```math cites="adam-corrected"
    \hat m = \frac{m^{\mathrm{new}}}{1 - \beta_1^t}, \quad
    \hat v = \frac{v^{\mathrm{new}}}{1 - \beta_2^t}
    ```

    ```math cites="adam-step"
    \theta^{\mathrm{Adam}}_k = \theta_k - \eta\,\frac{\hat m_k}{\sqrt{\hat v_k} + \epsilon}
    ```

    Parameters
    ----------
    theta
        Parameters of any shape. float32 and float64 are kept, integers become float64.
    m, v
        The averages that the last step returned; zeros before the first step. The shape of `theta`.
        `v` holds averages of squares and is not negative.
    gradient
        The gradient of the loss at `theta`, in its shape.
    t
        The number of this step: 1 for the first.
    learning_rate
        η, positive and finite.
    beta1, beta2
        β₁ and β₂, the part of each average that stays: 0 or more, and less than 1.
    epsilon
        ε, positive and finite: it keeps the division from meeting a zero.

    Returns
    -------
    theta : FloatArray
        The new parameters, in the shape and dtype of `theta`. The old ones are not changed.
    m, v : FloatArray
        The new averages, of the same shape. They are not corrected.

    Raises
    ------
    TypeError
        If an array is neither float32, float64 nor integer, a rate is no real number, or `t` is no
        integer.
    ValueError
        If the shapes differ, if `v` has a negative entry, if `t` is not 1 or more, if the learning
        rate or ε is not positive and finite, or if β₁ or β₂ is not in [0, 1).

    References
    ----------
    Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.

    Examples
    --------
    >>> from byhand import adam_step
    >>> theta, m, v = adam_step([1.0, 1.0], [0.0, 0.0], [0.0, 0.0], [100.0, -0.25], t=1, learning_rate=0.125)
    >>> theta.round(6).tolist()
    [0.875, 1.125]
    """
    theta, m, v, gradient = _same_shapes(theta, m=m, v=v, gradient=gradient)
    if (v < 0).any():
        raise ValueError(f"v: expected averages of squares, 0 or more, got {v[v < 0].flat[0]}")
    if size(t, "t") < 1:
        raise ValueError(f"t: expected 1 for the first step, then 2, and so on, got {t}")
    eta, eps = _positive(learning_rate, "learning_rate"), _positive(epsilon, "epsilon")
    beta1, beta2 = _fraction(beta1, "beta1"), _fraction(beta2, "beta2")
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient**2
    m_hat = m / (1 - beta1 ** int(t))
    v_hat = v / (1 - beta2 ** int(t))
    return AdamStep(theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v)


def _same_shapes(theta: ArrayLike, **others: ArrayLike) -> list[FloatArray]:
    """Demand numbers, and of the others the shape of theta; give them its dtype."""
    theta = float_array(theta, "theta")
    arrays = [theta]
    for name, other in others.items():
        arrays.append(float_array(other, name, theta.dtype))
        same_shape(arrays[-1], name, theta.shape, "theta")
    return arrays


def _number(value: float, name: str) -> float:
    """Demand a real number."""
    if not isinstance(value, Real):
        raise TypeError(f"{name}: expected a number, got {value!r}")
    return float(value)


def _positive(value: float, name: str) -> float:
    """Demand a positive, finite number."""
    if not 0 < _number(value, name) < np.inf:
        raise ValueError(f"{name}: expected a positive, finite number, got {value}")
    return float(value)


def _fraction(value: float, name: str) -> float:
    """Demand a number that is 0 or more, and less than 1."""
    if not 0 <= _number(value, name) < 1:
        raise ValueError(f"{name}: expected a number in [0, 1), got {value}")
    return float(value)
