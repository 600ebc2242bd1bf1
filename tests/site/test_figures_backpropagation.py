"""The pictures of the network of three layers are true."""

import re
from math import exp, log

from figures import decimals, printed, words


def test_backpropagation_has_the_shapes_of_the_book(figures):
    (description,) = words(figures, "backpropagation", "desc")
    assert dict(re.findall(r"(\S+) is (\w by \w|scalar)", description)) == {
        "X": "N by D",
        "Z₁": "N by H",
        "A₁": "N by H",
        "Z₂": "N by K",
        "P": "N by K",
        "L": "scalar",
        "Δ₂": "N by K",
        "dW₂": "H by K",
        "db₂": "1 by K",
        "dA₁": "N by H",
        "Δ₁": "N by H",
        "dW₁": "D by H",
        "db₁": "1 by H",
    }
    texts = words(figures, "backpropagation")
    assert sorted(text for text in texts if "×" in text) == sorted(
        shape.replace(" by ", "×") for shape in re.findall(r"\w by \w", description)
    )


def test_network_loss_goes_down_for_each_activation(figures):
    legend = re.findall(r"(\w+): (\d\.\d{3}) → (\d\.\d{3})", "\n".join(words(figures, "network_loss")))
    assert [name for name, _, _ in legend] == ["sigmoid", "tanh", "relu"]
    for name, first, last in legend:
        assert float(last) < 0.2 < float(first)
        assert f"{name} from {first} to {last}" in words(figures, "network_loss", "desc")[0]


def passes():
    """Run the page's two examples through its network, forward and backward, by plain arithmetic."""
    for x, true in (((1, 2), 0), ((0, 1), 1)):
        a = [1 / (1 + exp(-z)) for z in (x[0], x[1] - 1, x[1] - x[0])]
        first, second = exp(a[0] - a[2]), exp(a[1] - a[0])
        p = first / (first + second), second / (first + second)
        delta = [(p[k] - (k == true)) / 2 for k in range(2)]
        back = [delta[0] - delta[1], delta[1], -delta[0]]
        yield x, a, p, delta, back, [b * s * (1 - s) for b, s in zip(back, a, strict=True)]


def test_network_numbers_has_the_numbers_of_both_examples(figures):
    texts = words(figures, "network_numbers")
    expected = []
    for _, a, p, delta, back, slopes in passes():
        for numbers in (a, p, delta, back, slopes):
            expected += printed(numbers, 3)
    assert sorted(decimals(texts, 3)) == sorted(expected)
    pairs = [zip(printed(slopes, 3), printed(back, 3), strict=True) for *_, back, slopes in passes()]
    assert [text for text in texts if "←" in text and "0" in text] == [f"{s} ← {b}" for pair in pairs for s, b in pair]
    assert texts.count("bias −1") == 2
    weights = [text for text in texts if text in ("−1", "0", "1", "2")]
    assert sorted(weights) == sorted(2 * ["1", "0", "−1", "0", "1", "1", "1", "−1", "0", "1", "−1", "0"] + list("1201"))


def test_network_numbers_are_in_the_description(figures):
    (description,) = words(figures, "network_numbers", "desc")
    for n, (x, a, p, delta, back, slopes) in enumerate(passes()):
        told = [", ".join(printed(numbers, 3)) for numbers in (a, p, delta, back, slopes)]
        assert f"Example {n + 1}: inputs {x[0]}, {x[1]}; " in description
        for name, numbers in zip(("A₁", "P", "Δ₂", "dA₁", "Δ₁"), told, strict=True):
            assert f"{name} is {numbers}" in description
    assert description.endswith("W₁ is 1, 0, −1, 0, 1, 1 and W₂ is 1, −1, 0, 1, −1, 0.")


def test_backpropagation_explorer_has_every_number_of_both_passes(figures):
    (x, a, p, delta, back, slopes) = zip(*passes(), strict=True)
    z = [[1, 1, 1], [0, 0, 1]]
    logits = [[row[0] - row[2], row[1] - row[0]] for row in a]
    loss = -(log(p[0][0]) + log(p[1][1])) / 2
    products = [
        [sum(u[i] * v[j] for u, v in zip(U, V, strict=True)) for i in range(len(U[0])) for j in range(len(V[0]))]
        for U, V in ((x, slopes), (a, delta))
    ]
    sums = [[sum(column) for column in zip(*rows, strict=True)] for rows in (slopes, delta)]
    rows = [*z, *a, *logits, *p, [loss], *delta, *back, *slopes, *products, *sums]
    expected = [text.replace("−0.000", "0.000") for row in rows for text in printed(row, 3)]
    texts = words(figures, "backpropagation_explorer")
    assert sorted(decimals(texts, 3)) == sorted(expected)
    assert sorted(decimals(words(figures, "backpropagation_explorer", "desc"), 3)) == sorted(expected)
    given = " ".join(text for text in texts if text in ("−1", "0", "1", "2"))
    assert given == "1 2 0 1 1 0 −1 0 1 1 0 −1 0 1 −1 0 1 −1 0 0 0"


def test_tanh_network_has_the_shapes_of_the_page(figures):
    (description,) = words(figures, "tanh_network", "desc")
    shapes = dict(re.findall(r"(\w) is (\w(?: by \w)?)", description))
    assert shapes == dict(zip("xUuraVvsp", ("I", "I by J", "J", "J", "J", "J by K", "K", "K", "K"), strict=True))
    texts = words(figures, "tanh_network")
    for text in ("U: I×J", "V: J×K", "bias u: J", "bias v: K", "shape I", "shape J", "shape K"):
        assert texts.count(text) == 1
