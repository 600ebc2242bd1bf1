"""The picture of the affine layer is true."""

import re

from figures import words


def test_affine_shapes_fit(figures):
    (description,) = words(figures, "affine_shapes", "desc")
    found = re.findall(r"(\w+): (\w) by (\w) times (\w) by (\w) is (\w) by (\w), (\w) is summed", description)
    assert found == [
        ("forward", *"ND", *"DH", *"NH", "d"),
        ("weights", *"DN", *"NH", *"DH", "n"),
        ("bias", *"1N", *"NH", *"1H", "n"),
        ("inputs", *"NH", *"HD", *"ND", "h"),
    ]
    for _, *sides, summed in found:
        assert sides[1] == sides[2] == summed.upper()
    drawn = [text for text in words(figures, "affine_shapes") if "×" in text]
    assert drawn == [f"{a}×{b}" for _, *sides, _ in found for a, b in (sides[:2], sides[2:4], sides[4:])]
