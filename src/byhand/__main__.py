"""Train a network on handwritten digits, and test it: python -m byhand."""

import argparse
import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from byhand._checks import FloatArray, IntArray
from byhand.training import Network, accuracy, load_weights, predict, save_weights, train

HELD_OUT = 360  # of 1,797 digits
SPLIT_SEED = 2015  # the same digits are held out in every run, so that weights from a file never saw them
CLASSES = 10
EPILOG = "Exit code: 0 if all went well, 1 if a file or a package is bad or missing, 2 for wrong arguments."


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    given = arguments(argv)
    try:
        report(given.seed, given.epochs, given.weights)
    except (ImportError, OSError, TypeError, ValueError) as error:
        print(f"byhand: {error}", file=sys.stderr)
        return 1
    return 0


def report(seed: int, epochs: int, weights: Path | None) -> None:
    """Train or read a network, and print its accuracy on the digits held out."""
    X, labels, X_test, labels_test = digits()
    if weights and weights.exists():
        network = for_digits(load_weights(weights), weights, X.shape[1])
        print(f"weights read from {weights}; nothing is trained")
    else:
        if weights and not weights.parent.is_dir():
            raise FileNotFoundError(f"{weights}: there is no folder {weights.parent}")
        print(f"{len(X)} digits to learn from, {len(X_test)} held out; seed {seed}, {epochs} epochs", flush=True)
        with progress(epochs) as advance:
            network = train(X, labels, CLASSES, seed=seed, epochs=epochs, watch=lambda _: advance())
        if weights:
            save_weights(weights, network)
            print(f"weights written to {weights}")
    predicted = predict(network, X_test)
    share, right = accuracy(predicted, labels_test), int((predicted == labels_test).sum())
    print(f"accuracy on the held-out digits: {share:.1%} ({right} of {len(predicted)})")


def digits() -> tuple[FloatArray, IntArray, FloatArray, IntArray]:
    """Load the digits: pixels and labels to learn from, and the same of those held out."""
    X, labels = optional("sklearn.datasets", "scikit-learn").load_digits(return_X_y=True)
    order = np.random.default_rng(SPLIT_SEED).permutation(len(X))
    test, rest = order[:HELD_OUT], order[HELD_OUT:]
    return X[rest], labels[rest], X[test], labels[test]


def for_digits(network: Network, path: Path, pixels: int) -> Network:
    """Demand a network for these pixels and these classes."""
    came = network.W1.shape[0], network.W2.shape[1]
    if came != (pixels, CLASSES):
        wanted = f"{pixels} inputs and {CLASSES} classes"
        raise ValueError(f"{path}: expected a network with {wanted}, got {came[0]} inputs and {came[1]} classes")
    return network


def optional(module: str, package: str) -> Any:
    """Import a package that byhand itself does without."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f"{package} is missing: install it, or backprop-by-hand[digits]") from error


@contextmanager
def progress(epochs: int) -> Iterator[Callable[[], object]]:
    """Show a bar on stderr while the block runs, and give a function that moves it on; no terminal, no bar."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    with optional("tqdm", "tqdm").tqdm(total=epochs, desc="training", unit="epoch") as bar:
        calls = count()
        yield lambda: bar.update(min(next(calls), 1))  # the first call comes before the first epoch


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m byhand",
        description="Train a two-layer network on handwritten digits, and test it on digits that it has never seen.",
        epilog=EPILOG,
    )
    parser.add_argument("--seed", type=natural, default=0, help="of the first weights and the shuffling (default: 0)")
    parser.add_argument("--epochs", type=natural, default=20, help="how often each digit is used (default: 20)")
    parser.add_argument(
        "--weights",
        type=Path,
        metavar="FILE",
        help="an .npz file. If it is there, its network is tested, and nothing is trained. If not, the trained "
        "network is written to it",
    )
    return parser.parse_args(argv)


def natural(text: str) -> int:
    """Read 0 or a positive integer."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected 0 or a positive integer, got {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
