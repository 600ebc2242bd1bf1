"""Activation functions and their derivatives, each applied to every entry of an array."""

import numpy as np
from numpy.typing import ArrayLike

from byhand._checks import FloatArray, float_array


def sigmoid(z: ArrayLike) -> FloatArray:
    r"""Squash any real number into (0, 1).

    ```math cites="sigmoid"
    \sigma(z) = \frac{1}{1 + e^{-z}}
    ```

    Parameters
    ----------
    z
        Pre-activations, any shape. float32 and float64 are kept, integers become float64.

    Returns
    -------
    FloatArray
        σ(z), the shape of `z`.

    Raises
    ------
    TypeError
        If `z` is neither float32, float64 nor integer.

    Notes
    -----
    No exponential of a positive number is taken, so nothing overflows and a very negative `z`
    keeps its digits: with $q = e^{-|z|}$ the value is 1/(1 + q) for z ≥ 0 and q/(1 + q) below.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import sigmoid
    >>> sigmoid(np.array([-np.inf, 0.0, np.inf])).tolist()
    [0.0, 0.5, 1.0]
    >>> float(sigmoid(-745.0))  # the textbook's 1 / (1 + exp(745)) is 0
    5e-324
    """
    z = float_array(z, "z")
    q = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, q) / (1 + q)


def sigmoid_derivative(z: ArrayLike) -> FloatArray:
    r"""Give the slope of the sigmoid.

    ```math cites="sigmoid-derivative"
    \sigma'(z) = \sigma(z)\,(1 - \sigma(z))
    ```

    Parameters
    ----------
    z
        Pre-activations, any shape. float32 and float64 are kept, integers become float64.

    Returns
    -------
    FloatArray
        σ′(z), the shape of `z`.

    Raises
    ------
    TypeError
        If `z` is neither float32, float64 nor integer.

    Notes
    -----
    With $q = e^{-|z|}$ the slope is q/(1 + q)². The code computes that number, without 1 − σ(z), which
    loses every digit where σ(z) is close to 1; and it takes (1 + q)² as 1 + q(2 + q), which rounds less.

    Examples
    --------
    >>> from byhand import sigmoid_derivative
    >>> float(sigmoid_derivative(0.0))
    0.25
    >>> f"{sigmoid_derivative(40.0):.3e}"  # 1 - sigmoid(40.0) is 0
    '4.248e-18'
    """
    q = np.exp(-np.abs(float_array(z, "z")))
    return q / (1 + q * (2 + q))


def tanh(z: ArrayLike) -> FloatArray:
    r"""Squash any real number into (−1, 1).

    ```math cites="tanh"
    \tanh(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}
    ```

    Parameters
    ----------
    z
        Pre-activations, any shape. float32 and float64 are kept, integers become float64.

    Returns
    -------
    FloatArray
        tanh(z), the shape of `z`.

    Raises
    ------
    TypeError
        If `z` is neither float32, float64 nor integer.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import tanh
    >>> tanh(np.array([-np.inf, 0.0, np.inf])).tolist()
    [-1.0, 0.0, 1.0]
    """
    return np.tanh(float_array(z, "z"))


def tanh_derivative(z: ArrayLike) -> FloatArray:
    r"""Give the slope of tanh.

    ```math cites="tanh-derivative"
    \tanh'(z) = 1 - \tanh(z)^2
    ```

    Parameters
    ----------
    z
        Pre-activations, any shape. float32 and float64 are kept, integers become float64.

    Returns
    -------
    FloatArray
        tanh′(z), the shape of `z`.

    Raises
    ------
    TypeError
        If `z` is neither float32, float64 nor integer.

    Notes
    -----
    The code computes 4q/(1 + q)² with $q = e^{-2|z|}$: the same number without the subtraction, which
    loses every digit where tanh(z) is close to ±1. It takes (1 + q)² as 1 + q(2 + q), which rounds less.

    Examples
    --------
    >>> from byhand import tanh_derivative
    >>> float(tanh_derivative(0.0))
    1.0
    >>> f"{tanh_derivative(20.0):.3e}"  # 1 - tanh(20.0) ** 2 is 0
    '1.699e-17'
    """
    with np.errstate(over="ignore"):  # where 2|z| overflows, q is 0 as it should be
        q = np.exp(-2 * np.abs(float_array(z, "z")))
    return 4 * q / (1 + q * (2 + q))


def relu(z: ArrayLike) -> FloatArray:
    r"""Let positive numbers pass and hold negative ones at 0.

    ```math cites="relu"
    \operatorname{ReLU}(z) = \max(0, z)
    ```

    Parameters
    ----------
    z
        Pre-activations, any shape. float32 and float64 are kept, integers become float64.

    Returns
    -------
    FloatArray
        max(0, z), the shape of `z`.

    Raises
    ------
    TypeError
        If `z` is neither float32, float64 nor integer.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import relu
    >>> relu(np.array([-2.0, 0.0, 3.0])).tolist()
    [0.0, 0.0, 3.0]
    """
    z = float_array(z, "z")
    return np.maximum(z, np.zeros(z.shape[-1:], z.dtype))


def relu_derivative(z: ArrayLike) -> FloatArray:
    r"""Give the slope of ReLU: 1 to the right of 0, 0 to the left.

    ```math cites="relu-derivative"
    \operatorname{ReLU}'(z) = \begin{cases} 1 & \text{if } z > 0 \\ 0 & \text{if } z < 0 \end{cases}
    ```

    Parameters
    ----------
    z
        Pre-activations, any shape. float32 and float64 are kept, integers become float64.

    Returns
    -------
    FloatArray
        ReLU′(z), the shape of `z`.

    Raises
    ------
    TypeError
        If `z` is neither float32, float64 nor integer.

    Notes
    -----
    At 0 there is a kink and no derivative. The value returned there is 0, as [eq-relu-gate][] chooses.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import relu_derivative
    >>> relu_derivative(np.array([-2.0, 0.0, 3.0])).tolist()
    [0.0, 0.0, 1.0]
    """
    return np.heaviside(float_array(z, "z"), 0)


def softplus(z: ArrayLike) -> FloatArray:
    r"""Bend ReLU's corner smooth.

    ```math cites="softplus"
    \operatorname{softplus}(z) = \log(1 + e^{z})
    ```

    Parameters
    ----------
    z
        Pre-activations, any shape. float32 and float64 are kept, integers become float64.

    Returns
    -------
    FloatArray
        softplus(z), the shape of `z`.

    Raises
    ------
    TypeError
        If `z` is neither float32, float64 nor integer.

    Notes
    -----
    The code computes $\max(z, 0) + \log(1 + e^{-|z|})$, [the same number][eq-softplus-relu]: taken as it
    is written, $e^{z}$ overflows above 709.78, and in float32 above 88.72. Numbers in float32 are computed
    in float64, and rounded once.

    References
    ----------
    Dugas, Bengio, Bélisle, Nadeau and Garcia, "Incorporating second-order functional knowledge for
    better option pricing", NIPS 2000.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import softplus
    >>> softplus(np.array([-np.inf, 1000.0])).tolist()
    [0.0, 1000.0]
    >>> float(softplus(0.0)) == float(np.log(2))
    True
    """
    z = float_array(z, "z")
    q = np.exp(-np.abs(z, dtype=np.float64))
    return (np.maximum(z, 0) + np.log1p(q)).astype(z.dtype)


def softplus_derivative(z: ArrayLike) -> FloatArray:
    r"""Give the slope of softplus, which is the sigmoid.

    ```math cites="softplus-derivative"
    \operatorname{softplus}'(z) = \sigma(z)
    ```

    Parameters
    ----------
    z
        Pre-activations, any shape. float32 and float64 are kept, integers become float64.

    Returns
    -------
    FloatArray
        softplus′(z), the shape of `z`.

    Raises
    ------
    TypeError
        If `z` is neither float32, float64 nor integer.

    References
    ----------
    Dugas, Bengio, Bélisle, Nadeau and Garcia, "Incorporating second-order functional knowledge for
    better option pricing", NIPS 2000.

    Examples
    --------
    >>> from byhand import softplus_derivative
    >>> float(softplus_derivative(0.0))
    0.5
    """
    return sigmoid(z)


# An activation and its derivative, by the name that a network is told.
ACTIVATIONS = {
    "sigmoid": (sigmoid, sigmoid_derivative),
    "tanh": (tanh, tanh_derivative),
    "relu": (relu, relu_derivative),
}
