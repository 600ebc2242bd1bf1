"""The pictures of training are true: counted and drawn again without byhand."""

import re
from math import log
from xml.etree import ElementTree

import numpy as np
import pytest
from figures import SVG, words
from sklearn.datasets import load_digits


@pytest.fixture(scope="module")
def held_out():
    pixels, labels = load_digits(return_X_y=True)
    test = np.random.default_rng(2015).permutation(len(pixels))[:360]
    return pixels[test], labels[test].tolist()


def test_each_kind_is_drawn_once_with_its_prediction(figures):
    (description,) = words(figures, "training_digits", "desc")
    told = re.findall(r"a (\d) is taken for a (\d)", description)
    assert [true for true, _ in told] == list("0123456789")
    assert [guess for _, guess in told] == words(figures, "training_digits")


def squares(figures):
    """The squares of each digit: centre and area, read out of its path."""
    found = []
    for path in ElementTree.parse(figures / "training_digits.svg").getroot().iter(f"{SVG}path"):
        corners = re.findall(r"M ([\d.]+) ([\d.]+) L ([\d.]+) ([\d.]+) L ([\d.]+) ([\d.]+)", path.get("d"))
        digit = [tuple(map(float, corner)) for corner in corners]
        if len(digit) > 5:
            found.append([((c[0] + c[4]) / 2, (c[1] + c[5]) / 2, (c[2] - c[0]) ** 2) for c in digit])
    return found


def test_the_drawn_digits_have_the_pixels_of_the_data(figures, held_out):
    pixels, labels = held_out
    drawn = squares(figures)
    assert len(drawn) == 10
    for kind, digit in enumerate(drawn):
        ink = pixels[labels.index(kind)]
        largest = max(area for *_, area in digit) / max(ink)
        assert len(digit) == np.count_nonzero(ink)
        np.testing.assert_allclose([area / largest for *_, area in digit], ink[ink > 0], atol=0.15)
        rows = sorted({round(y) for _, y, _ in digit})
        assert len(rows) == np.count_nonzero(ink.reshape(8, 8).any(axis=1))


def test_the_loss_begins_near_a_guess_and_ends_far_below(figures):
    (description,) = words(figures, "training_loss", "desc")
    start, end, start_test, lowest, end_test, guess = map(float, re.findall(r"\d+\.\d+", description))
    assert guess == round(log(10), 3)
    assert all(abs(value - guess) < 1.5 for value in (start, start_test))
    assert end < 0.002 < lowest <= end_test < 0.15
    assert "knows nothing: log 10" in words(figures, "training_loss")


def test_the_confusion_matrix_counts_the_digits_held_out(figures, held_out):
    _, labels = held_out
    (description,) = words(figures, "training_confusion", "desc")
    diagonal = [int(n) for n in re.search(r"diagonal is ([\d, ]+)\.", description)[1].split(", ")]
    rows = list(diagonal)
    for count, true, guess in re.findall(r"(\d+) of (\d) for (\d)", description):
        assert true != guess
        rows[int(true)] += int(count)
    assert rows == [labels.count(kind) for kind in range(10)]
    assert sum(diagonal) >= 0.97 * 360


def test_the_confusion_matrix_writes_each_count(figures):
    texts = words(figures, "training_confusion")
    (description,) = words(figures, "training_confusion", "desc")
    counts = re.search(r"diagonal is ([\d, ]+)\.", description)[1].split(", ")
    beside = [count for count, *_ in re.findall(r"(\d+) of (\d) for (\d)", description)]
    numbers = [text for text in texts if text.isdecimal()]
    assert sorted(numbers) == sorted([*counts, *beside, *"0123456789", *"0123456789"])
    assert texts.count("·") == 100 - len(counts) - len(beside)
