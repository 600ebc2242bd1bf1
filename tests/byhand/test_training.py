"""From pixels to accuracy: the scale, the training, what is counted, the weights in a file, the command."""

import io
import os
import re
import subprocess
import sys
import zipfile
from math import log, sqrt

import numpy as np
import pytest
from array_rules import RAGGED, assert_keeps_dtype, assert_leaves_inputs_alone, not_real_numbers, refuses
from judges import assert_close, central_difference, complex_step, textbook_softmax

import byhand.__main__ as command
from byhand import backpropagation, one_hot, training

# Small examples


@pytest.fixture
def small(rng):
    """Twelve examples of three kinds, and a network of random weights; no two sizes alike."""
    X, labels = rng.normal(3, 2, size=(12, 5)), rng.integers(0, 3, size=12)
    weights = [rng.normal(size=shape) for shape in ((5, 4), (1, 4), (4, 3), (1, 3))]
    return X, labels, training.Network(np.array(2.5), np.array(1.5), *weights)


def by_loops(network, X):
    """The page's forward pass, entry by entry: hidden activations, logits and probabilities."""
    mu, rho, W1, b1, W2, b2 = network
    A, Z = np.zeros((len(X), W1.shape[1])), np.zeros((len(X), W2.shape[1]))
    for n, h in np.ndindex(A.shape):
        A[n, h] = max(0.0, sum((X[n, d] - mu) / rho * W1[d, h] for d in range(len(W1))) + b1[0, h])
    for n, k in np.ndindex(Z.shape):
        Z[n, k] = sum(A[n, h] * W2[h, k] for h in range(len(W2))) + b2[0, k]
    return A, Z, textbook_softmax(Z)


# The scale


PIXELS = [0, 0, 8, 16]  # of the page


def test_eq_training_mean(small):
    X, *_ = small
    assert_close(training.fit_scale(X).mean, sum(x for row in X for x in row) / 60)
    assert training.fit_scale([PIXELS]).mean == 6


def test_eq_training_deviation(small):
    X, *_ = small
    mu = sum(x for row in X for x in row) / 60
    assert_close(training.fit_scale(X).deviation, sqrt(sum((x - mu) ** 2 for row in X for x in row) / 60))
    assert round(float(training.fit_scale([PIXELS]).deviation), 3) == round(sqrt(44), 3) == 6.633


def test_eq_training_standardised(small):
    X, *_ = small
    S = training.standardise(X, 2.5, 1.5)
    for n, d in np.ndindex(X.shape):
        assert_close(S[n, d], (X[n, d] - 2.5) / 1.5)
    by_hand = training.standardise([PIXELS], *training.fit_scale([PIXELS]))
    assert round(float(by_hand[0, 3]), 3) == 1.508


def test_eq_training_standardised_mean(small):
    X, *_ = small
    assert abs(sum(training.standardise(X, *training.fit_scale(X)).flat)) < 1e-12


def test_eq_training_standardised_square(small):
    X, *_ = small
    assert_close(sum(s * s for s in training.standardise(X, *training.fit_scale(X)).flat) / 60, 1)


# The network


def test_eq_training_relu(small):
    """The hidden layer of a network is a rectifier: a network whose second layer shows it."""
    for x in (-2.0, -0.5, 0.0, 0.5, 2.0):
        network = training.Network(*map(np.array, (0.0, 1.0, [[1.0]], [[0.0]], [[1.0, 0.0]], [[0.0, 0.0]])))
        (p,) = training.probabilities(network, [[x]])
        assert_close(log(p[0] / p[1]), max(0, x))


def test_eq_training_hidden(small):
    X, _, network = small
    assert_close(training._forward(network, X)[1].A1, by_loops(network, X)[0])


def test_eq_training_logits(small):
    X, _, network = small
    assert_close(training._forward(network, X)[1].Z2, by_loops(network, X)[1])


def test_eq_training_probabilities(small):
    X, _, network = small
    assert_close(training.probabilities(network, X), by_loops(network, X)[2])


def test_eq_training_loss(small):
    X, labels, network = small
    P = by_loops(network, X)[2]
    assert_close(training.loss(network, X, labels), -sum(log(P[n, c]) for n, c in enumerate(labels)) / 12)


def test_eq_training_largest(small):
    X, _, network = small
    P = by_loops(network, X)[2]
    for n, guess in enumerate(training.predict(network, X)):
        assert P[n, guess] == max(P[n])


def test_of_equal_probabilities_the_first_counts():
    zeros = np.zeros((2, 3)), np.zeros((1, 3)), np.zeros((3, 4)), np.zeros((1, 4))
    assert training.predict(training.Network(np.array(0.0), np.array(1.0), *zeros), [[1, 2]]).tolist() == [0]


# What is counted


TRUE, GUESS = [3, 3, 8, 8, 3], [3, 8, 8, 8, 3]  # of the page


def test_eq_training_accuracy(rng):
    true, guess = rng.integers(0, 3, size=(2, 50))
    assert_close(training.accuracy(guess, true), sum(g == t for g, t in zip(guess, true, strict=True)) / 50)
    assert training.accuracy(GUESS, TRUE) == 0.8


def test_eq_training_scatter(rng):
    true, guess = rng.integers(0, 3, size=(2, 50))
    alpha = training.accuracy(guess, true)
    assert_close(sum(((g == t) - alpha) ** 2 for g, t in zip(guess, true, strict=True)) / 50, alpha * (1 - alpha))


def test_eq_training_standard_error():
    """What it says of the scatter of an accuracy is seen in ten thousand accuracies of 360 guesses."""
    alpha = 357 / 360
    assert round(sqrt(alpha * (1 - alpha) / 360), 4) == 0.0048
    right = np.random.default_rng(1).random((10_000, 360)) < alpha
    accuracies = [training.accuracy(row.astype(int), np.ones(360, int)) for row in right]
    np.testing.assert_allclose(np.std(accuracies), 0.0048, rtol=0.05)


def test_eq_training_confusion(rng):
    true, guess = rng.integers(0, 4, size=(2, 50))
    M = training.confusion_matrix(guess, true, 5)
    for k, j in np.ndindex(5, 5):
        assert M[k, j] == sum(t == k and g == j for t, g in zip(true, guess, strict=True))
    assert training.confusion_matrix(GUESS, TRUE, 10)[np.ix_([3, 8], [3, 8])].tolist() == [[2, 1], [0, 2]]


def one_hot_by_hand(classes, K):
    return [[int(c == k) for k in range(K)] for c in classes]


def test_eq_training_one_hot():
    assert one_hot_by_hand(TRUE, 10) == one_hot(TRUE, 10).tolist()


def test_eq_training_confusion_product(rng):
    true, guess = rng.integers(0, 4, size=(2, 50))
    Y, Y_hat = one_hot_by_hand(true, 4), one_hot_by_hand(guess, 4)
    product = [[sum(Y[n][k] * Y_hat[n][j] for n in range(50)) for j in range(4)] for k in range(4)]
    assert training.confusion_matrix(guess, true, 4).tolist() == product


def test_eq_training_confusion_rows(rng):
    true, guess = rng.integers(0, 4, size=(2, 50))
    sums = training.confusion_matrix(guess, true, 4).sum(axis=1)
    assert sums.tolist() == [list(true).count(k) for k in range(4)]


def test_eq_training_confusion_accuracy(rng):
    true, guess = rng.integers(0, 4, size=(2, 50))
    assert_close(training.confusion_matrix(guess, true, 4).trace() / 50, np.mean(true == guess))


def test_mistake_training_confusion_transposed_mistake():
    assert training.confusion_matrix(TRUE, GUESS, 10)[np.ix_([3, 8], [3, 8])].tolist() == [[2, 0], [1, 2]]


def test_mistake_training_mean_probability_mistake():
    """One example, sure with 0.4 and right: the accuracy is 1."""
    logits = np.log([[0.4, 0.3, 0.3]])
    network = training.Network(
        np.array(0.0), np.array(1.0), np.zeros((1, 1)), np.zeros((1, 1)), np.zeros((1, 3)), logits
    )
    assert training.accuracy(training.predict(network, [[5.0]]), [0]) == 1
    assert_close(training.probabilities(network, [[5.0]])[0, 0], 0.4)


def test_mistake_training_accuracy_classes_mistake():
    M = training.confusion_matrix(GUESS, TRUE, 10)
    assert (M.trace() / 10, training.accuracy(GUESS, TRUE)) == (0.4, 0.8)


# Training


def textbook_training(X, labels, classes, seed, hidden, epochs, batch_size, eta, beta):
    """The page's training in plain numpy, with the gradient by central differences: slow, and not byhand's."""
    rng = np.random.default_rng(seed)
    S = (X - X.mean()) / X.std()
    D = X.shape[1]
    W1, W2 = rng.normal(0, sqrt(2 / D), (D, hidden)), rng.normal(0, sqrt(2 / hidden), (hidden, classes))
    shapes = [(D, hidden), (1, hidden), (hidden, classes), (1, classes)]
    sizes = np.cumsum([np.prod(shape) for shape in shapes])[:-1]
    theta = np.concatenate([W1.ravel(), np.zeros(hidden), W2.ravel(), np.zeros(classes)])
    velocity = np.zeros_like(theta)

    def unpacked(theta):
        return [part.reshape(shape) for part, shape in zip(np.split(theta, sizes), shapes, strict=True)]

    for _ in range(epochs):
        order = rng.permutation(len(S))
        for start in range(0, len(S), batch_size):
            batch = order[start : start + batch_size]

            def loss(theta, batch=batch):
                W1, b1, W2, b2 = unpacked(theta)
                hidden_units = S[batch] @ W1 + b1
                P = textbook_softmax(hidden_units * (hidden_units.real > 0) @ W2 + b2)
                return -np.mean([np.log(P[n, c]) for n, c in enumerate(labels[batch])])

            velocity = beta * velocity + complex_step(loss, theta)
            theta = theta - eta * velocity
    return unpacked(theta)


def test_training_is_the_textbook_s(small):
    X, labels, _ = small
    network = training.train(X, labels, 3, seed=4, hidden=6, epochs=3, batch_size=5, learning_rate=0.05, momentum=0.8)
    expected = textbook_training(X, labels, 3, 4, 6, 3, 5, 0.05, 0.8)
    for found, wanted in zip(network[2:], expected, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-12)
    np.testing.assert_array_equal([network.mean, network.deviation], training.fit_scale(X))


def test_the_judge_of_training_is_right(small):
    """The complex step of its rectifier is the central difference's, away from the kink."""
    Z = np.array([[-1.0, 0.5], [2.0, -0.3]])
    np.testing.assert_allclose(
        complex_step(lambda z: (z * (z.real > 0)).sum(), Z),
        central_difference(lambda z: np.maximum(z, 0).sum(), Z),
        atol=1e-10,
    )


def test_a_seed_gives_the_same_network_again(small):
    X, labels, _ = small
    first, again, other = (training.train(X, labels, 3, seed=seed, epochs=2) for seed in (5, 5, 6))
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(first.W1, other.W1)


def test_training_is_watched(small):
    X, labels, _ = small
    seen = []
    network = training.train(X, labels, 3, epochs=4, watch=seen.append)
    assert len(seen) == 5
    assert not seen[0].b1.any()
    for a, b in zip(seen[-1], network, strict=True):
        np.testing.assert_array_equal(a, b)
    losses = [float(training.loss(network, X, labels)) for network in seen]
    assert losses[-1] < losses[0]


def test_training_keeps_the_dtype_and_the_inputs(small):
    X, labels, _ = small
    assert_keeps_dtype(lambda X: training.train(X, labels, 3, epochs=0), X)
    assert_leaves_inputs_alone(lambda X: training.train(X, labels, 3, epochs=2), X)
    assert_keeps_dtype(lambda X: training.fit_scale(X), X)
    assert_keeps_dtype(lambda X: training.standardise(X, 1.0, 2.0), X)


# Real digits


@pytest.fixture(scope="module")
def digits():
    return command.digits()


@pytest.fixture(scope="module")
def trained(digits):
    X, labels, _, _ = digits
    return training.train(X, labels, 10)


def held_out(network, digits):
    _, _, X, labels = digits
    return training.accuracy(training.predict(network, X), labels)


def test_held_out_digits_are_no_training_digits(digits):
    X, labels, X_test, labels_test = digits
    assert (len(X), len(X_test), len(labels), len(labels_test)) == (1437, 360, 1437, 360)
    from sklearn.datasets import load_digits

    pixels, names = load_digits(return_X_y=True)
    rows = sorted(map(tuple, np.column_stack([pixels, names])))
    assert rows == sorted(
        map(tuple, np.vstack([np.column_stack(part) for part in ((X, labels), (X_test, labels_test))]))
    )
    assert {*map(tuple, X)}.isdisjoint(map(tuple, X_test))


def test_the_network_reads_digits(digits, trained):
    assert held_out(trained, digits) >= 0.97


def planted(monkeypatch, change):
    """Train with the gradients changed."""
    true = backpropagation.backward
    monkeypatch.setattr(backpropagation, "backward", lambda cache, labels: change(true(cache, labels)))


@pytest.mark.parametrize(
    "change",
    [
        lambda g: g._replace(dW2=-g.dW2),
        lambda g: g._replace(dW1=-g.dW1, db1=-g.db1),
        lambda g: g._replace(**{name: -getattr(g, name) for name in ("dW1", "db1", "dW2", "db2")}),
        lambda g: g._replace(dW2=g.dW2[:, ::-1]),
        lambda g: g._replace(dW1=g.dW1.T),
    ],
    ids=["sign of dW2", "sign of the hidden layer", "all signs", "classes reversed", "transposed"],
)
def test_a_wrong_gradient_does_not_read_digits(monkeypatch, digits, change):
    X, labels, _, _ = digits
    planted(monkeypatch, change)
    with np.errstate(all="ignore"):
        assert held_out(training.train(X, labels, 10, epochs=3), digits) < 0.97


def test_labels_of_other_digits_teach_nothing(digits):
    X, labels, _, _ = digits
    shuffled = np.random.default_rng(0).permutation(labels)
    assert held_out(training.train(X, shuffled, 10, epochs=3), digits) < 0.3


def test_too_high_a_learning_rate_learns_nothing(digits):
    X, labels, _, _ = digits
    network = training.train(X, labels, 10, learning_rate=3.0)
    assert training.loss(network, X, labels) > 2.2
    assert held_out(network, digits) < 0.3


# Refusals


@not_real_numbers
def test_examples_are_real_numbers(bad, dtype):
    with refuses(TypeError, "X", dtype):
        training.fit_scale(bad)
    with refuses(TypeError, "X", dtype):
        training.train(bad, [0], 2)


def test_examples_have_a_scale():
    for X, told in ((np.zeros((0, 3)), r"shape \(0, 3\)"), ([1.0], r"\(1,\)"), (RAGGED, "a ragged sequence")):
        with refuses(ValueError, "X", told):
            training.fit_scale(X)
    with refuses(ValueError, "X", "2.0 everywhere"):
        training.fit_scale([[2.0, 2.0]])
    with refuses(ValueError, "X", "nan"):
        training.fit_scale([[2.0, np.nan]])
    with refuses(ValueError, "deviation", r"0\.0"):
        training.standardise([[1.0]], 0.0, 0.0)
    with refuses(ValueError, "mean", r"\(1,\)"):
        training.standardise([[1.0]], [0.0], 1.0)


def test_training_refuses_what_does_not_fit(small):
    X, labels, network = small
    with refuses(ValueError, "labels", r"\(11,\)"):
        training.train(X, labels[:-1], 3)
    with refuses(IndexError, "labels", "."):
        training.train(X, labels, 1)
    with refuses(TypeError, "labels", "float64"):
        training.train(X, labels / 1.0, 3)
    for name in ("classes", "hidden", "batch_size"):
        with refuses(ValueError, name, "0"):
            training.train(X, labels, **{"classes": 3, name: 0})
        with refuses(TypeError, name, r"1\.5"):
            training.train(X, labels, **{"classes": 3, name: 1.5})
    with refuses(ValueError, "epochs", "-1"):
        training.train(X, labels, 3, epochs=-1)
    with refuses(ValueError, "learning_rate", "0"):
        training.train(X, labels, 3, learning_rate=0)
    with refuses(ValueError, "momentum", "1"):
        training.train(X, labels, 3, momentum=1)
    with refuses(ValueError, "X", r"\(12, 4\)"):
        training.predict(network, X[:, 1:])


def test_counting_refuses_what_does_not_fit():
    for count in (training.accuracy, lambda p, c: training.confusion_matrix(p, c, 3)):
        with refuses(ValueError, "predicted", r"\(2,\)") as refused:
            count([0, 1], [0, 1, 1])
        assert "the shape (3,) of labels," in str(refused.value)
        with refuses(ValueError, "predicted", r"shape \(0,\)"):
            count([], [])
        with refuses(ValueError, "labels", r"shape \(1, 1\)"):
            count([1], [[1]])
        with refuses(TypeError, "labels", "float64"):
            count([1], [1.0])
    with refuses(IndexError, "labels", "3"):
        training.confusion_matrix([3], [0], 3)
    with refuses(ValueError, "classes", "0"):
        training.confusion_matrix([0], [0], 0)


# Weights in a file


def test_weights_come_back_as_they_were(small, tmp_path):
    _, _, network = small
    for dtype in (np.float64, np.float32):
        saved = training.Network(*(array.astype(dtype) for array in network))
        training.save_weights(tmp_path / "weights", saved)
        assert [path.name for path in tmp_path.iterdir()] == ["weights"]
        for a, b in zip(training.load_weights(str(tmp_path / "weights")), saved, strict=True):
            assert a.dtype == b.dtype
            np.testing.assert_array_equal(a, b)


def bad_files(network):
    """Contents of files that are no weights, and what is said of each."""
    good = network._asdict()

    def npz(**arrays):
        file = io.BytesIO()
        np.savez(file, **arrays)
        return file.getvalue()

    def npy(array):
        file = io.BytesIO()
        np.save(file, array)
        return file.getvalue()

    def zipped(name, content):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(name, content)
        return file.getvalue()

    whole = npz(**good)
    without = {name: array for name, array in good.items() if name != "b2"}
    return {
        "empty": (b"", "got another file or a damaged one"),
        "text": (b"W1 = 3\n", "got another file or a damaged one"),
        "pickle": (b"\x80\x04K\x01.", "got another file or a damaged one"),
        "cut short": (whole[: len(whole) // 2], "got another file or a damaged one"),
        "a flipped byte": (whole.replace(good["W1"].tobytes(), good["W1"].tobytes()[::-1]), "W1 is damaged"),
        "one array": (npy(good["W1"]), "got a single array"),
        "a zip of text": (zipped("W1.txt", "3"), "missing; W1.txt unknown|no array"),
        "missing": (npz(**without), "b2 missing"),
        "unknown": (npz(**good, W3=good["W1"]), "W3 unknown"),
        "both": (npz(**without, b3=good["b2"]), "b2 missing; b3 unknown"),
        "transposed": (
            npz(**good | {"W2": good["W2"].T}),
            r"b1: expected the shape \(1, 3\), got \(1, 4\)|W1: expected",
        ),
        "a bias of one axis": (npz(**good | {"b1": good["b1"][0]}), r"b1: expected the shape \(1, 4\), got \(4,\)"),
        "a weight of one axis": (npz(**good | {"W1": good["W1"][0]}), r"W1: expected a matrix, got shape \(4,\)"),
        "no class": (npz(**good | {"W2": np.zeros((4, 0))}), r"W2: expected a matrix, got shape \(4, 0\)"),
        "integers": (npz(**good | {"b2": np.ones((1, 3), int)}), "b2: expected float32 or float64, got int64"),
        "complex": (npz(**good | {"b2": 1j * good["b2"]}), "b2: expected float32 or float64, got complex128"),
        "objects": (npz(**good | {"b2": np.array([[1, None, 2]])}), "b2 is an array of Python objects"),
        "not a number": (npz(**good | {"b2": good["b2"] * np.nan}), "b2: expected finite numbers, got nan"),
        "infinite": (npz(**good | {"mean": np.array(np.inf)}), "mean: expected finite numbers, got inf"),
        "no deviation": (
            npz(**good | {"deviation": np.array(0.0)}),
            r"deviation: expected a positive number, got 0\.0",
        ),
        "a row of means": (npz(**good | {"mean": np.zeros(5)}), r"mean: expected the shape \(\), got \(5,\)"),
    }


KINDS = [
    "empty", "text", "pickle", "cut short", "a flipped byte", "one array", "a zip of text", "missing", "unknown",
    "both", "transposed", "a bias of one axis", "a weight of one axis", "no class", "integers", "complex", "objects",
    "not a number", "infinite", "no deviation", "a row of means",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_file_is_named_with_what_is_wrong(small, tmp_path, kind):
    files = bad_files(small[2])
    assert list(files) == KINDS
    content, told = files[kind]
    path = tmp_path / "weights.npz"
    path.write_bytes(content)
    with pytest.raises((TypeError, ValueError), match=rf"^{re.escape(str(path))}: .*({told})"):
        training.load_weights(path)


def test_an_object_array_runs_no_code(tmp_path, small):
    """A pickle in the file would write a file of its own; it is never unpickled."""

    class Trap:
        def __reduce__(self):
            return open, (str(tmp_path / "trapped"), "w")

    arrays = small[2]._asdict() | {"W1": np.array([[Trap()]])}
    with open(tmp_path / "weights.npz", "wb") as file:
        np.savez(file, **arrays)
    with pytest.raises(ValueError, match="W1 is an array of Python objects"):
        training.load_weights(tmp_path / "weights.npz")
    assert not (tmp_path / "trapped").exists()


def test_what_is_no_network_is_not_written(tmp_path, small):
    with pytest.raises(ValueError, match=r"^network: b2: expected finite numbers"):
        training.save_weights(tmp_path / "w.npz", small[2]._replace(b2=np.full((1, 3), np.nan)))
    assert not any(tmp_path.iterdir())
    with pytest.raises(FileNotFoundError):
        training.load_weights(tmp_path / "w.npz")


# The command


def run(capsys, *arguments):
    code = command.main(arguments)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_command_trains_writes_and_reads(tmp_path, capsys):
    path = str(tmp_path / "digits.npz")
    code, first, err = run(capsys, "--epochs", "3", "--seed", "7", "--weights", path)
    assert (code, err) == (0, "")
    assert "1437 digits to learn from, 360 held out; seed 7, 3 epochs\n" in first
    assert f"weights written to {path}\n" in first
    code, second, err = run(capsys, "--weights", path)
    assert (code, err) == (0, "")
    assert f"weights read from {path}; nothing is trained\n" in second
    assert first.splitlines()[-1] == second.splitlines()[-1]
    assert re.fullmatch(r"accuracy on the held-out digits: \d\d\.\d% \(\d+ of 360\)", first.splitlines()[-1])


def test_the_command_is_reproducible(capsys):
    first, again = (run(capsys, "--epochs", "2", "--seed", "3") for _ in range(2))
    assert first == again


def test_the_command_names_a_bad_file(tmp_path, capsys, small):
    path = tmp_path / "bad.npz"
    path.write_text("no weights")
    code, out, err = run(capsys, "--weights", str(path))
    assert (code, out) == (1, "")
    assert err == f"byhand: {path}: expected weights, .npz, got another file or a damaged one\n"
    assert path.read_text() == "no weights"
    path.unlink()
    training.save_weights(path, small[2])
    code, _, err = run(capsys, "--weights", str(path))
    assert code == 1
    assert err.endswith("expected a network with 64 inputs and 10 classes, got 5 inputs and 3 classes\n")
    code, _, err = run(capsys, "--weights", str(tmp_path / "nowhere" / "w.npz"))
    assert code == 1
    assert "there is no folder" in err
    assert run(capsys, "--weights", str(tmp_path))[0] == 1


@pytest.mark.parametrize("arguments", [["--seed", "-1"], ["--seed", "x"], ["--epochs", "1.5"], ["--what"], ["file"]])
def test_the_command_refuses_other_arguments(capsys, arguments):
    with pytest.raises(SystemExit, match="2"):
        command.main(arguments)
    assert "usage: python -m byhand" in capsys.readouterr().err


def test_the_command_helps(capsys):
    with pytest.raises(SystemExit, match="0"):
        command.main(["--help"])
    told = capsys.readouterr().out
    assert all(word in told for word in ("--seed", "--epochs", "--weights", "Exit code"))


def test_the_command_says_which_package_is_missing(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    assert run(capsys) == (1, "", "byhand: scikit-learn is missing: install it, or backprop-by-hand[digits]\n")


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_bar_is_shown_in_a_terminal_only(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    for stream, shown in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        assert command.main(["--epochs", "2"]) == 0
        assert ("2/2" in stream.getvalue()) == shown
        assert ("training" in stream.getvalue()) == shown
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert command.main(["--epochs", "2"]) == 1
    assert sys.stderr.getvalue() == "byhand: tqdm is missing: install it, or backprop-by-hand[digits]\n"


def test_python_m_byhand_runs_the_command():
    environment = os.environ | {"PYTHONWARNINGS": "error"}
    ran = subprocess.run(
        [sys.executable, "-m", "byhand", "--epochs", "1"], capture_output=True, text=True, env=environment, check=True
    )
    assert ran.stderr == ""
    assert "accuracy on the held-out digits" in ran.stdout


# Errors that `make mutation` plants, and that nothing above notices


def test_counts_are_whole_numbers():
    assert training.confusion_matrix([0], [0], 2).dtype == np.intp


def test_a_message_names_all_arrays_that_are_missing_or_unknown(small):
    arrays = {name: array for name, array in small[2]._asdict().items() if name not in ("b1", "b2")}
    told = "expected the arrays mean, deviation, W1, b1, W2, b2; b1, b2 missing; V, u unknown"
    with pytest.raises(ValueError, match=f"^file: {told}$"):
        training._checked(arrays | {"u": np.ones(1), "V": np.ones(1)}, "file")


def test_a_small_deviation_is_positive(small, tmp_path):
    network = small[2]._replace(deviation=np.array(0.5))
    training.save_weights(tmp_path / "w.npz", network)
    assert training.load_weights(tmp_path / "w.npz").deviation == 0.5


def test_the_command_tells_what_it_does(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "500")
    monkeypatch.setenv("NO_COLOR", "1")
    with pytest.raises(SystemExit):
        command.main(["--help"])
    lines = [re.sub(" +", " ", line.strip()) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "usage: python -m byhand [-h] [--seed SEED] [--epochs EPOCHS] [--weights FILE]"
    assert {
        "Train a two-layer network on handwritten digits, and test it on digits that it has never seen.",
        "--seed SEED of the first weights and the shuffling (default: 0)",
        "--epochs EPOCHS how often each digit is used (default: 20)",
        "--weights FILE an .npz file. If it is there, its network is tested, and nothing is trained. "
        "If not, the trained network is written to it",
        command.EPILOG,
    } <= set(lines)


def test_what_the_command_does_unless_told_otherwise():
    assert vars(command.arguments([])) == {"seed": 0, "epochs": 20, "weights": None}


def test_the_command_says_which_number_it_expects(capsys):
    with pytest.raises(SystemExit):
        command.main(["--seed", "x"])
    assert capsys.readouterr().err.endswith("argument --seed: expected 0 or a positive integer, got 'x'\n")


def test_the_command_uses_its_seed_and_counts_what_is_right(tmp_path, capsys, digits):
    X, labels, X_test, labels_test = digits
    path = tmp_path / "digits.npz"
    code, out, _ = run(capsys, "--epochs", "1", "--seed", "5", "--weights", str(path))
    network = training.train(X, labels, 10, seed=5, epochs=1)
    for a, b in zip(training.load_weights(path), network, strict=True):
        np.testing.assert_array_equal(a, b)
    right = sum(training.predict(network, X_test) == labels_test)
    assert code == 0
    assert out.endswith(f"accuracy on the held-out digits: {right / 3.6:.1f}% ({right} of 360)\n")


def test_the_command_names_the_file_of_another_network(tmp_path, capsys, small):
    training.save_weights(tmp_path / "w.npz", small[2])
    _, _, err = run(capsys, "--weights", str(tmp_path / "w.npz"))
    assert err.startswith(f"byhand: {tmp_path / 'w.npz'}: expected a network")


def test_the_command_speaks_before_it_trains(monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written))

    def stop(*_, **__):
        assert b"digits to learn from" in written.getvalue()
        raise ValueError("here")

    monkeypatch.setattr(command, "train", stop)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert command.main([]) == 1
    assert sys.stderr.getvalue() == "byhand: here\n"


def test_a_single_number_has_no_scale():
    with refuses(ValueError, "X", "2.0 everywhere"):
        training.fit_scale([[2.0]])


def test_standardising_names_what_does_not_fit():
    for bad, dtype in ((1j, "complex128"), ("1", "<U1")):
        with refuses(TypeError, "X", dtype):
            training.standardise([[bad]], 0.0, 1.0)
        with refuses(TypeError, "mean", dtype):
            training.standardise([[1.0]], bad, 1.0)
        with refuses(TypeError, "deviation", dtype):
            training.standardise([[1.0]], 0.0, bad)
    for name in ("mean", "deviation"):
        with pytest.raises(ValueError, match=rf"^{name}: expected the shape \(\) of a scalar, got \(1,\)$"):
            training.standardise([[1.0]], **{"mean": 0.0, "deviation": 1.0, name: [1.0]})


def test_how_it_trains_unless_told_otherwise(rng):
    X, labels = rng.normal(size=(33, 2)), rng.integers(0, 3, size=33)
    told = {"seed": 0, "hidden": 64, "epochs": 20, "batch_size": 32, "learning_rate": 0.1, "momentum": 0.9}
    for a, b in zip(training.train(X, labels, 3), training.train(X, labels, 3, **told), strict=True):
        np.testing.assert_array_equal(a, b)
    with pytest.raises(ValueError, match=r"^labels: expected the shape \(33,\) of the rows of X, got \(32,\)$"):
        training.train(X, labels[1:], 3)
