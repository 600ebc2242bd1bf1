"""The pictures of the network of three layers are true."""

import re

from figures import words


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
