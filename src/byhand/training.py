"""Training a two-layer network on real digits, from pixels to the accuracy on digits that it has never seen."""

import zlib
from collections.abc import Callable
from os import PathLike
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

import byhand.backpropagation as backpropagation
from byhand._checks import FloatArray, IntArray, float_array, label_array, matrix, not_empty_batch, same_shape, size
from byhand.deep_network import he
from byhand.gradient_descent import momentum_step


class Scale(NamedTuple):
    """What standardisation needs: the mean and the standard deviation of all the numbers it was fitted to."""

    mean: FloatArray
    deviation: FloatArray


class Network(NamedTuple):
    """All that a prediction needs: the scale of the inputs, as scalars, and the weights and biases.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand.training import Network, predict
    >>> hold = Network(np.float64(0), np.float64(1), np.eye(2), np.zeros((1, 2)), np.eye(2), np.zeros((1, 2)))
    >>> predict(hold, [[3.0, 1.0], [0.0, 2.0]]).tolist()
    [0, 1]
    """

    mean: FloatArray
    deviation: FloatArray
    W1: FloatArray
    b1: FloatArray
    W2: FloatArray
    b2: FloatArray


def fit_scale(X: ArrayLike) -> Scale:
    r"""Measure the mean and the standard deviation of all the numbers in the training examples.

    ```math cites="training-mean"
    \mu = \frac{1}{ND}\sum_{n=1}^{N}\sum_{d=1}^{D} X_{nd}
    ```

    ```math cites="training-deviation"
    \rho = \sqrt{\frac{1}{ND}\sum_{n=1}^{N}\sum_{d=1}^{D} (X_{nd} - \mu)^2}
    ```

    Parameters
    ----------
    X
        The training examples and no others, one in each row, shape (N, D). float32 and float64 are
        kept, integers become float64.

    Returns
    -------
    mean, deviation : FloatArray
        μ and ρ, scalars.

    Raises
    ------
    TypeError
        If `X` is neither float32, float64 nor integer.
    ValueError
        If `X` is no matrix or is empty, if an entry is not finite, or if all its entries are equal.

    Examples
    --------
    >>> from byhand import training
    >>> mean, deviation = training.fit_scale([[0, 16], [16, 0]])
    >>> float(mean), float(deviation)
    (8.0, 8.0)
    """
    X = matrix(X, "X")
    not_empty_batch(X, "X")
    _finite(X, "X")
    mean = X.mean()
    deviation = np.sqrt(((X - mean) ** 2).mean())
    if deviation == 0:
        raise ValueError(f"X: expected entries that are not all equal, got {X.flat[0]} everywhere")
    return Scale(mean, deviation)


def standardise(X: ArrayLike, mean: ArrayLike, deviation: ArrayLike) -> FloatArray:
    r"""Bring inputs to the scale on which the training examples have mean 0 and deviation 1.

    ```math cites="training-standardised"
    S_{nd} = \frac{X_{nd} - \mu}{\rho}
    ```

    Parameters
    ----------
    X
        Examples, one in each row, shape (N, D). float32 and float64 are kept, integers become float64.
    mean, deviation
        What [`fit_scale`][byhand.training.fit_scale] measured on the training examples; they get the
        dtype of `X`.

    Returns
    -------
    FloatArray
        The examples on the new scale, the shape of `X`.

    Raises
    ------
    TypeError
        If an argument is neither float32, float64 nor integer.
    ValueError
        If `X` is no matrix, `mean` or `deviation` is no scalar, or the deviation is not positive.

    Examples
    --------
    >>> from byhand import training
    >>> training.standardise([[0, 8, 16]], mean=8, deviation=4).tolist()
    [[-2.0, 0.0, 2.0]]
    """
    X = matrix(X, "X")
    mean, deviation = (float_array(s, name, X.dtype) for s, name in ((mean, "mean"), (deviation, "deviation")))
    same_shape(mean, "mean", (), "a scalar")
    same_shape(deviation, "deviation", (), "a scalar")
    if not deviation > 0:
        raise ValueError(f"deviation: expected a positive number, got {deviation}")
    return (X - mean) / deviation


def train(
    X: ArrayLike,
    labels: ArrayLike,
    classes: int,
    seed: int = 0,
    hidden: int = 64,
    epochs: int = 20,
    batch_size: int = 32,
    learning_rate: float = 0.1,
    momentum: float = 0.9,
    watch: Callable[[Network], object] | None = None,
) -> Network:
    r"""Train a network with one layer of ReLU units by mini-batches and momentum.

    In each epoch the examples are shuffled, together with their labels, and cut into batches. Each batch
    moves each of the four parameters θ by one step:

    ```math cites="momentum-velocity"
    u^{\mathrm{new}} = \beta\,u + g
    ```

    ```math cites="momentum-step"
    \theta^{\mathrm{mom}} = \theta - \eta\,u^{\mathrm{new}}
    ```

    Parameters
    ----------
    X
        Training examples as they were measured, one in each row, shape (N, D). They are standardised here.
    labels
        Their classes, counted from 0, shape (N,) and an integer type.
    classes
        K, the number of classes.
    seed
        Decides the first weights and the shuffling. The same seed gives the same network on the same
        machine.
    hidden
        H, the number of hidden units.
    epochs
        How often each example is used.
    batch_size
        The examples in a batch; what is left at the end of an epoch makes a smaller one.
    learning_rate, momentum
        η and β.
    watch
        Called with the network before the first epoch and after each one, if given.

    Returns
    -------
    Network
        The trained network, with the scale of its training examples. Weights of shape (D, H) and (H, K),
        biases of shape (1, H) and (1, K).

    Raises
    ------
    TypeError
        If `X` is neither float32, float64 nor integer, `labels` are not integers, or a size is no integer.
    ValueError
        If `X` is no matrix or is empty, if there is not one label for each row, or if a size or a rate is
        out of its range.
    IndexError
        If a label is negative, or K or more.

    Examples
    --------
    >>> from byhand import training
    >>> X, labels = [[0.0, 1.0], [1.0, 0.0], [0.0, 3.0], [3.0, 0.0]], [1, 0, 1, 0]
    >>> network = training.train(X, labels, classes=2, hidden=8, batch_size=2)
    >>> training.predict(network, X).tolist()
    [1, 0, 1, 0]
    """
    X = matrix(X, "X")
    for value, name in (
        (classes, "classes"),
        (hidden, "hidden"),
        (batch_size, "batch_size"),
    ):
        _at_least_one(value, name)
    mean, deviation = fit_scale(X)
    S, C = standardise(X, mean, deviation), label_array(labels, classes)
    same_shape(C, "labels", (len(X),), "the rows of X")
    rng = np.random.default_rng(seed)
    theta = _first_weights(rng, (X.shape[1], hidden, classes), S.dtype)
    velocity = [np.zeros_like(parameter) for parameter in theta]
    for epoch in range(size(epochs, "epochs") + 1):
        if epoch:
            order = rng.permutation(len(S))
            for start in range(0, len(S), batch_size):
                batch = order[start : start + batch_size]
                theta, velocity = _step(theta, velocity, S[batch], C[batch], learning_rate, momentum)
        if watch is not None:
            watch(Network(mean, deviation, *theta))
    return Network(mean, deviation, *theta)


def probabilities(network: Network, X: ArrayLike) -> FloatArray:
    r"""Say how sure the network is of each class.

    ```math cites="training-hidden"
    A = \operatorname{ReLU}(S\,W_1 + \mathbf{1}_N b_1)
    ```

    ```math cites="training-probabilities"
    P_{nk} = \frac{e^{Z_{nk}}}{\sum_{l=1}^{K} e^{Z_{nl}}}
    ```

    Parameters
    ----------
    network
        What [`train`][byhand.training.train] or [`load_weights`][byhand.training.load_weights] returned.
    X
        Examples as they were measured, one in each row, shape (N, D). They are standardised here, with
        the scale of the training examples.

    Returns
    -------
    FloatArray
        Probabilities, shape (N, K).

    Raises
    ------
    TypeError
        If `X` is neither float32, float64 nor integer.
    ValueError
        If `X` does not have one column for each input of the network.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import training
    >>> zeros = np.zeros((2, 3)), np.zeros((1, 3)), np.zeros((3, 4)), np.zeros((1, 4))
    >>> training.probabilities(training.Network(np.array(0.0), np.array(1.0), *zeros), [[5, 6]]).tolist()
    [[0.25, 0.25, 0.25, 0.25]]
    """
    return _forward(network, X)[0]


def loss(network: Network, X: ArrayLike, labels: ArrayLike) -> FloatArray:
    r"""Take the mean cross-entropy of the network on some examples.

    ```math cites="training-loss"
    L = -\frac{1}{N}\sum_{n=1}^{N} \log P_{n C_n}
    ```

    Parameters
    ----------
    network
        What [`train`][byhand.training.train] or [`load_weights`][byhand.training.load_weights] returned.
    X
        Examples as they were measured, one in each row, shape (N, D).
    labels
        Their classes, counted from 0, shape (N,) and an integer type.

    Returns
    -------
    FloatArray
        The mean over the examples, a scalar, in nats.

    Raises
    ------
    TypeError
        If `X` is neither float32, float64 nor integer, or `labels` are not integers.
    ValueError
        If `X` does not have one column for each input, if there is not one label for each row, or if
        there is no example.
    IndexError
        If a label is negative, or K or more.

    Examples
    --------
    >>> import numpy as np
    >>> from byhand import training
    >>> zeros = np.zeros((2, 3)), np.zeros((1, 3)), np.zeros((3, 4)), np.zeros((1, 4))
    >>> network = training.Network(np.array(0.0), np.array(1.0), *zeros)
    >>> float(training.loss(network, [[5, 6]], [3])) == float(np.log(4))
    True
    """
    return backpropagation.loss(_forward(network, X)[1], labels)


def predict(network: Network, X: ArrayLike) -> IntArray:
    r"""Name the likeliest class of each example; the first of them if several are equally likely.

    It is the class in which the probability is as large as the largest:

    ```math cites="training-largest"
    p^{\max}_n = \max_{k} P_{nk}
    ```

    Parameters
    ----------
    network
        What [`train`][byhand.training.train] or [`load_weights`][byhand.training.load_weights] returned.
    X
        Examples as they were measured, one in each row, shape (N, D).

    Returns
    -------
    IntArray
        Classes counted from 0, shape (N,).

    Raises
    ------
    TypeError
        If `X` is neither float32, float64 nor integer.
    ValueError
        If `X` does not have one column for each input of the network.

    Examples
    --------
    >>> from byhand import training
    >>> network = training.train([[0.0], [1.0]], [1, 0], classes=2, hidden=8)
    >>> training.predict(network, [[-2.0], [3.0]]).tolist()
    [1, 0]
    """
    return probabilities(network, X).argmax(axis=1)


def accuracy(predicted: ArrayLike, labels: ArrayLike) -> float:
    r"""Say which share of the predictions is right.

    ```math cites="training-accuracy"
    \alpha = \frac{1}{N}\sum_{n=1}^{N} \delta_{\hat C_n C_n}
    ```

    Parameters
    ----------
    predicted
        Predicted classes, shape (N,) and an integer type.
    labels
        The true classes, of the same shape.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    TypeError
        If they are not integers.
    ValueError
        If they do not have the same length, are no rows, or are empty.

    Examples
    --------
    >>> from byhand import training
    >>> training.accuracy([3, 1, 4, 1], [3, 1, 4, 5])
    0.75
    """
    predicted, labels = _two_rows(predicted, labels)
    return float((predicted == labels).mean())


def confusion_matrix(predicted: ArrayLike, labels: ArrayLike, classes: int) -> IntArray:
    r"""Count how often each class was taken for each: the true one in the row, the predicted one in the column.

    ```math cites="training-confusion"
    M_{kl} = \sum_{n=1}^{N} \delta_{k C_n}\,\delta_{l \hat C_n}
    ```

    Parameters
    ----------
    predicted
        Predicted classes, counted from 0, shape (N,) and an integer type.
    labels
        The true classes, of the same shape.
    classes
        K, the number of classes.

    Returns
    -------
    IntArray
        Counts, shape (K, K).

    Raises
    ------
    TypeError
        If they are not integers.
    ValueError
        If they do not have the same length, are no rows, or are empty, or if there is no class.
    IndexError
        If a class is negative, or K or more.

    Examples
    --------
    >>> from byhand import training
    >>> training.confusion_matrix([0, 1, 1], [0, 1, 0], classes=2).tolist()
    [[1, 1], [0, 1]]
    """
    predicted, labels = _two_rows(predicted, labels)
    counts = np.zeros((_at_least_one(classes, "classes"), classes), np.intp)
    np.add.at(counts, (label_array(labels, classes), label_array(predicted, classes)), 1)
    return counts


def save_weights(path: str | PathLike[str], network: Network) -> None:
    r"""Write all that a prediction needs into a file of arrays, `.npz`, without pickle.

    That is the scale and the parameters in

    ```math cites="training-hidden"
    A = \operatorname{ReLU}(S\,W_1 + \mathbf{1}_N b_1)
    ```

    ```math cites="training-logits"
    Z = A\,W_2 + \mathbf{1}_N b_2
    ```

    Parameters
    ----------
    path
        Where to write. A file that is there is replaced.
    network
        What [`train`][byhand.training.train] returned.

    Returns
    -------
    None
        The file is the result.

    Raises
    ------
    OSError
        If the file cannot be written.
    TypeError, ValueError
        If the arrays are no network, as in [`load_weights`][byhand.training.load_weights]; then nothing
        is written.

    Examples
    --------
    >>> import os, tempfile
    >>> from byhand import training
    >>> network = training.train([[0.0], [1.0]], [1, 0], classes=2, hidden=8)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     training.save_weights(os.path.join(folder, "weights.npz"), network)
    ...     os.listdir(folder)
    ['weights.npz']
    """
    network = _checked(network._asdict(), "network")
    with open(path, "wb") as file:
        np.savez(file, **network._asdict())


def load_weights(path: str | PathLike[str]) -> Network:
    r"""Read what [`save_weights`][byhand.training.save_weights] wrote, and check that it is a network.

    The shapes must fit together in

    ```math cites="training-hidden"
    A = \operatorname{ReLU}(S\,W_1 + \mathbf{1}_N b_1)
    ```

    ```math cites="training-logits"
    Z = A\,W_2 + \mathbf{1}_N b_2
    ```

    Parameters
    ----------
    path
        The file. It is read without pickle, so that a strange file can run no code.

    Returns
    -------
    Network
        The scale, the weights and the biases.

    Raises
    ------
    OSError
        If the file cannot be read.
    TypeError
        If an array in it is not float32 or float64.
    ValueError
        If it is no `.npz` file or a damaged one, if an array is missing or unknown, if the shapes do not
        fit together, or if an entry is not finite. The message names the file and the array.

    Examples
    --------
    >>> import os, tempfile
    >>> from byhand import training
    >>> network = training.train([[0.0], [1.0]], [1, 0], classes=2, hidden=8)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "weights.npz")
    ...     training.save_weights(path, network)
    ...     again = training.load_weights(path)
    >>> training.predict(again, [[0.0], [1.0]]).tolist()
    [1, 0]
    """
    from zipfile import BadZipFile  # here, because it would double the time that `import byhand` takes

    with open(path, "rb") as file:
        try:
            found = np.load(file, allow_pickle=False)
        except (ValueError, EOFError, BadZipFile) as error:
            raise ValueError(f"{path}: expected weights, .npz, got another file or a damaged one") from error
        if not isinstance(found, np.lib.npyio.NpzFile):
            raise ValueError(f"{path}: expected a file of several arrays, .npz, got a single array")
        return _checked({name: _member(found, name, path) for name in found.files}, str(path))


def _forward(network: Network, X: ArrayLike) -> tuple[FloatArray, backpropagation.Cache]:
    """Standardise the examples as the training examples were, and run the network forward."""
    mean, deviation, W1, b1, W2, b2 = network
    S = standardise(matrix(X, "X", columns=len(W1)), mean, deviation)
    return backpropagation.forward(S, W1, b1, W2, b2, activation="relu")


def _member(found: Any, name: str, path: str | PathLike[str]) -> NDArray[Any]:
    """Read one array of an open file."""
    from zipfile import BadZipFile

    try:
        array = found[name]
    except (ValueError, EOFError, OSError, BadZipFile, zlib.error) as error:
        if "allow_pickle" in str(error):
            raise ValueError(f"{path}: {name} is an array of Python objects, which could run code; refused") from error
        raise ValueError(f"{path}: {name} is damaged: {error}") from error
    if not isinstance(array, np.ndarray):
        raise ValueError(f"{path}: {name} is no array")
    return array


def _checked(arrays: dict[str, Any], source: str) -> Network:
    """Demand the arrays of a network, floating-point and finite, with shapes that fit together."""
    missing = [name for name in Network._fields if name not in arrays]
    unknown = sorted(arrays.keys() - set(Network._fields))
    if missing or unknown:
        told = [f"{', '.join(names)} {what}" for names, what in ((missing, "missing"), (unknown, "unknown")) if names]
        raise ValueError(f"{source}: expected the arrays {', '.join(Network._fields)}; {'; '.join(told)}")
    for name, array in arrays.items():
        arrays[name] = array = np.asarray(array)
        if array.dtype not in (np.float32, np.float64):
            raise TypeError(f"{source}: {name}: expected float32 or float64, got {array.dtype}")
    W1, W2 = arrays["W1"], arrays["W2"]
    for name in ("W1", "W2"):
        if arrays[name].ndim != 2 or arrays[name].size == 0:
            raise ValueError(f"{source}: {name}: expected a matrix, got shape {arrays[name].shape}")
    H, K = W2.shape
    wanted = {"mean": (), "deviation": (), "W1": (len(W1), H), "b1": (1, H), "W2": (H, K), "b2": (1, K)}
    for name, shape in wanted.items():
        if arrays[name].shape != shape:
            raise ValueError(f"{source}: {name}: expected the shape {shape}, got {arrays[name].shape}")
        _finite(arrays[name], f"{source}: {name}")
    if not arrays["deviation"] > 0:
        raise ValueError(f"{source}: deviation: expected a positive number, got {arrays['deviation']}")
    return Network(**{name: arrays[name] for name in Network._fields})


def _finite(array: FloatArray, name: str) -> None:
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: expected finite numbers, got {array[~np.isfinite(array)].flat[0]}")


def _at_least_one(value: int, name: str) -> int:
    if size(value, name) < 1:
        raise ValueError(f"{name}: expected 1 or more, got {value}")
    return value


def _two_rows(predicted: ArrayLike, labels: ArrayLike) -> tuple[IntArray, IntArray]:
    """Demand two rows of integers of one length, at least one."""
    rows = np.asarray(predicted), np.asarray(labels)
    for row, name in zip(rows, ("predicted", "labels"), strict=True):
        if row.ndim != 1 or row.size == 0:
            raise ValueError(f"{name}: expected a row of at least one class, got shape {row.shape}")
        if row.dtype.kind not in "iu":
            raise TypeError(f"{name}: expected integers, got {row.dtype}")
    same_shape(rows[0], "predicted", rows[1].shape, "labels")
    return rows


def _first_weights(rng: "np.random.Generator", widths: tuple[int, int, int], dtype: Any) -> list[FloatArray]:
    """Draw W1 and W2 for a layer of ReLU units; the biases begin at 0."""
    D, H, K = widths
    return [array.astype(dtype) for array in (he(rng, D, H), np.zeros((1, H)), he(rng, H, K), np.zeros((1, K)))]


def _step(
    theta: list[FloatArray], velocity: list[FloatArray], S: FloatArray, C: IntArray, eta: float, beta: float
) -> tuple[list[FloatArray], list[FloatArray]]:
    """Run one batch forward and backward, and move the four parameters."""
    W1, b1, W2, b2 = theta
    _, cache = backpropagation.forward(S, W1, b1, W2, b2, activation="relu")
    slope = backpropagation.backward(cache, C)
    gradients = slope.dW1, slope.db1, slope.dW2, slope.db2
    steps = [momentum_step(*of_one, eta, beta) for of_one in zip(theta, velocity, gradients, strict=True)]
    return [step.theta for step in steps], [step.velocity for step in steps]
