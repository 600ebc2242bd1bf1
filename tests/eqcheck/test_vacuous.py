"""A side without a value is compared with nothing, and never passes for one that was."""

import pytest
from judged import definition, verdict

SYMBOLS = r"""
N, I, J \in \mathbb{N} ; sizes ; N, I, J
n \in \{1,\dots,N\} ; examples
i \in \{1,\dots,I\} ; hidden units
j \in \{1,\dots,J\} ; outputs
Z, A \in \mathbb{R}^{N\times I} ; pre-activations, activations ; Z, A
W \in \mathbb{R}^{I\times J} ; weights ; W
G \in \mathbb{R}^{N\times J} ; what the layer above is told ; G
E \in \mathbb{R} ; the loss
\Delta \in \mathbb{R}^{N\times I} ; what this layer is told ; D
x \in \mathbb{R} ; a number ; x
R : \mathbb{R}\to\mathbb{R} ; the rectifier
"""
TOLD = "(G @ W.T) * (Z > 0)"
NETWORK = [
    definition(r"R(x) = \max(0, x)", "np.maximum(0, x)"),
    definition(r"A = R(Z)", "np.maximum(0, Z)"),
    definition(r"E = \sum_n \sum_j G_{nj} (A W)_{nj}", "(G * (np.maximum(0, Z) @ W)).sum()"),
    definition(r"\Delta = (G W^\top) \odot R'(Z)", TOLD),
]
GRADIENT = r"\frac{\partial E}{\partial Z}"


def last(tex, code=TOLD):
    """The verdict on what stands below the network. Of `TOLD`, some entry is 0 in each instance."""
    return verdict(*NETWORK, {"tex": tex, "code": code}, symbols=SYMBOLS, namespace="numpy")


def test_the_right_gates_hold():
    assert last(rf"{GRADIENT} = (G W^\top) \odot R'(Z)").status == "holds"
    assert last(r"\Delta_{ni} = R'(Z_{ni}) \sum_j G_{nj} W_{ij}").status == "holds"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(r"\Delta", r"(G W^\top) \odot R'(\Delta)", id="a shut unit is told 0, where R has no slope"),
        pytest.param(r"\Delta", r"\Delta \odot R'(\Delta)", id="the same, from itself"),
        pytest.param(GRADIENT, rf"{GRADIENT} \odot R'({GRADIENT})", id="the same, from the loss"),
    ],
)
@pytest.mark.parametrize("code", [TOLD, ""])
def test_what_the_code_confirms_does_not_cover_a_side_that_has_a_value_nowhere(left, right, code):
    """The comparisons with the code were once counted with those of the sides, and such a line held."""
    found = last(f"{left} = {right}", code)
    assert found.status == "fails"
    assert "nothing was compared: at no instance do both sides have a value" in found.message


def test_a_relation_does_not_cover_another():
    right = r"(G W^\top) \odot R'(Z)"
    assert last(rf"\Delta = {right} = (G W^\top) \odot R'(\Delta)").status == "fails"
    assert last(rf"\Delta = (G W^\top) \odot R'(\Delta) = {right}").status == "fails"
    assert "Δ ⊙ R′(Δ)" in last(rf"{GRADIENT} = {right} = \Delta \odot R'(\Delta)").message


def test_a_statement_does_not_cover_another():
    holds = rf"{GRADIENT} = (G W^\top) \odot R'(Z)"
    assert last(rf"{holds}, \quad \Delta = \Delta \odot R'(\Delta)").status == "fails"
    assert last(rf"\Delta = \Delta \odot R'(\Delta), \quad {holds}").status == "fails"


def test_points_without_a_value_leave_the_others_to_be_compared():
    """Entry by entry, some entry of Δ is not 0; there the wrong gates give themselves away."""
    found = last(r"\Delta_{ni} = R'(\Delta_{ni}) \sum_j G_{nj} W_{ij}")
    assert found.status == "fails"
    assert "differ" in found.message


def test_a_relation_is_compared_although_a_side_behind_it_has_no_value():
    found = last(r"\Delta_{ni} = 2 \Delta_{ni} = \Delta_{ni} + \Delta_{ni} R'(\Delta_{ni})")
    assert "differ" in found.message


def test_code_that_is_compared_nowhere_confirms_nothing():
    found = last(r"R'(x - x) \le 1", code="0")
    assert "nothing was compared" in found.message
    anchored = definition(r"\Delta = (G W^\top) \odot R'(0 Z)", TOLD)
    found = verdict(*NETWORK[:3], anchored, symbols=SYMBOLS, namespace="numpy")
    assert "nothing was compared with the code" in found.message
