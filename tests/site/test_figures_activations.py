"""The picture of the activations is true."""

import re
from math import cosh, exp

from figures import printed, words

SLOPES = {
    "ReLU": lambda z: float(z > 0),
    "softplus": lambda z: 1 / (1 + exp(-z)),
    "tanh": lambda z: 1 / cosh(z) ** 2,
    "sigmoid": lambda z: 1 / (2 + exp(z) + exp(-z)),
}


def test_the_slopes_of_the_description_are_true(figures):
    (description,) = words(figures, "activations", "desc")
    for name, slope in SLOPES.items():
        found = re.search(rf"{name} ((?:\d\.\d{{3}}(?:, )?){{5}})", description)[1]
        assert found.split(", ") == printed(map(slope, (-5, -2, 0, 2, 5)), 3)


def test_each_curve_bears_its_name_in_both_panels(figures):
    texts = words(figures, "activations")
    assert [texts.count(name) for name in SLOPES] == [2, 2, 2, 2]


def test_the_circle_is_at_the_value_that_the_code_answers(figures):
    (description,) = words(figures, "activations", "desc")
    assert "an open circle at 0 marks" in description
