"""Gradient descent: take a step against the gradient."""

from numbers import Real

import numpy as np
from numpy.typing import ArrayLike

from byhand._checks import FloatArray, float_array, same_shape


def sgd_step(theta: ArrayLike, gradient: ArrayLike, learning_rate: float) -> FloatArray:
    r"""Move parameters a little way downhill; here the hidden weights of the network.

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
        The new parameters, the shape of `theta`. The old ones are not changed.

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
    theta = float_array(theta, "theta")
    gradient = float_array(gradient, "gradient")
    same_shape(gradient, "gradient", theta.shape, "theta")
    if not isinstance(learning_rate, Real):
        raise TypeError(f"learning_rate: expected a number, got {learning_rate!r}")
    if not 0 < learning_rate < np.inf:
        raise ValueError(f"learning_rate: expected a positive, finite number, got {learning_rate}")
    return theta - float(learning_rate) * gradient
