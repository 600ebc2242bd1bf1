"""The picture of the roofline is true: its numbers are those of the benchmarks' record."""

import json
import re

import pytest
from figures import ROOT, words

ROOFLINE = json.loads((ROOT / "benchmarks/results.json").read_text(encoding="utf-8"))["roofline"]


def test_the_roof_is_that_of_the_record(figures):
    (description,) = words(figures, "speed_roofline", "desc")
    roof = re.search(r"flat at ([\d.]+); .* is ([\d.]+) .* dashed ([\d.]+) ", description)
    peak, memory, cache = map(float, roof.groups())
    assert peak * 1e9 == pytest.approx(ROOFLINE["peak"], rel=0.01)
    assert memory * 1e9 == pytest.approx(ROOFLINE["bandwidth"]["134217728"], rel=0.01)
    assert cache * 1e9 == pytest.approx(max(ROOFLINE["bandwidth"].values()), rel=0.01)


def told(description):
    listed = description.split("intensity and speed: ")[1].rstrip(".").split("; ")
    read = [re.fullmatch(r"(.+) (\S+), (\S+)", one).groups() for one in listed]
    return [(name, float(place), float(speed)) for name, place, speed in read]


def test_each_part_of_the_step_is_in_its_place(figures):
    (description,) = words(figures, "speed_roofline", "desc")
    (step,) = [one for one in ROOFLINE["step"] if one["batch"] == 256]
    recorded = [(one.get("part", one["direction"]), one) for one in step["parts"] + step["passes"]]
    found = told(description)
    assert [name for name, _, _ in found] == [name.replace("*", "⊙") for name, _ in recorded]
    for (_, place, speed), (_, one) in zip(found, recorded, strict=True):
        assert place == pytest.approx(one["operations"] / one["bytes"], rel=0.01)
        assert speed * 1e9 == pytest.approx(one["operations"] / (one["microseconds"] / 1e6), rel=0.01)


def test_the_kinds_are_named(figures):
    assert {"a product", "any other part", "a whole pass"} <= set(words(figures, "speed_roofline"))
