"""The sets that symbols are in."""

import numpy as np
import pytest

from eqcheck.domains import (
    FunctionDomain,
    Indices,
    Labels,
    Naturals,
    Reals,
    Simplex,
    extent,
    read_domain,
    size_letter,
)
from eqcheck.notation import NotationError

SIZES = {"N": 2, "K": 3}


def random(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(
    ("tex", "domain"),
    [
        (r"\mathbb{N}", Naturals()),
        (r"\mathbb{R}", Reals()),
        (r"\mathbb{R}^K", Reals(("K",))),
        (r"\mathbb{R}^{N\times K}", Reals(("N", "K"))),
        (r"\mathbb{R}_{>0}^{K}", Reals(("K",), ">0")),
        (r"\mathbb{R}_{\ge 0}", Reals((), r"\ge0")),
        (r"\mathbb{R}_{+}^{K}", Reals(("K",), r"\ge0")),
        (r"\{1,\dots,K\}", Indices("K")),
        (r"\{1,\dots,K\}^{N}", Labels("K", "N")),
        (r"\Delta^{K-1}", Simplex("K")),
        (r"(0,1)^{K}", Reals(("K",), "unit")),
        (r"\{0,1\}", Reals((), "bits")),
    ],
)
def test_sets_are_read(tex, domain):
    assert read_domain(tex) == domain


def test_a_function_leads_from_sets_to_a_set():
    domain = read_domain(r"\Delta^{K-1}\times(0,1)^{K}\to\mathbb{R}^{K}", function=True)
    assert domain == FunctionDomain((Simplex("K"), Reals(("K",), "unit")), Reals(("K",)))
    with pytest.raises(NotationError, match="expected a function"):
        read_domain(r"\mathbb{R}", function=True)


def test_what_is_no_set_is_refused():
    with pytest.raises(NotationError, match="cannot read the set"):
        read_domain(r"\mathbb{Q}")


def test_sizes_are_letters_and_numbers():
    assert [extent(size, SIZES) for size in ("K", "4", "K+1", "(N-1)")] == [3, 4, 4, 1]
    assert [size_letter(size) for size in ("K", "4", "K+1", "(N-1)")] == ["K", "", "K", "N"]
    for size, said in (
        ("M", "not declared"),
        ("K*2", "cannot read"),
        ("9999999999", "out of range"),
        ("N-5", "out of"),
    ):
        with pytest.raises(NotationError, match=said):
            extent(size, SIZES)
    with pytest.raises(NotationError, match="entries"):
        Reals(("N", "90000")).dimensions(SIZES)


DOMAINS = [
    Reals(),
    Reals(("K",)),
    Reals(("N", "K")),
    Reals(("K",), ">0"),
    Reals(("K",), r"\ge0"),
    Reals(("K",), "unit"),
    Reals(("K",), "bits"),
    Simplex("K"),
    Labels("K", "N"),
    Indices("K", fixed=True),
]


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
def test_whatever_is_drawn_is_in_the_set(domain):
    for seed in range(20):
        for value in (
            domain.sample(random(seed), SIZES),
            domain.boundary(random(seed), SIZES),
            domain.easy(seed, SIZES),
        ):
            assert domain.contains(value, SIZES), value
            assert np.shape(value) == domain.dimensions(SIZES)


@pytest.mark.parametrize(
    ("domain", "value"),
    [
        (Reals(), np.nan),
        (Reals(), np.zeros((1, 1))),
        (Reals((), ">0"), 0.0),
        (Reals((), r"\ge0"), -0.1),
        (Reals((), "unit"), 1.5),
        (Reals((), "bits"), 0.5),
        (Simplex("K"), np.full((3, 1), 0.5)),
        (Simplex("K"), np.array([[1.5], [-0.5], [0.0]])),
        (Simplex("K"), np.full((2, 1), 0.5)),
        (Labels("K", "N"), np.array([[0.0], [1.0]])),
        (Indices("K"), 4),
        (Indices("K"), 1.5),
    ],
)
def test_what_is_not_in_the_set(domain, value):
    assert not domain.contains(value, SIZES)


def test_the_boundary_has_zeros_and_never_only_zeros():
    for seed in range(20):
        values = Reals(("K",)).boundary(random(seed), SIZES)
        assert 0 < np.count_nonzero(values) < 3
    assert Reals().boundary(random(), SIZES) == 0.0
    assert Reals((), ">0").boundary(random(), SIZES) > 0


@pytest.mark.parametrize("domain", [Reals(("N",), "bits"), Labels("K", "N"), Indices("K", fixed=True)], ids=str)
def test_finite_sets_are_gone_through_element_by_element(domain):
    count = domain.count(SIZES)
    elements = {str(domain.element(number, SIZES)) for number in range(count)}
    assert len(elements) == count == {Reals: 4, Labels: 9, Indices: 3}[type(domain)]
    assert all(domain.contains(domain.element(number, SIZES), SIZES) for number in range(count))


def test_infinite_sets_cannot_be_gone_through():
    assert [domain.count(SIZES) for domain in (Reals(), Reals(("K",)), Simplex("K"))] == [None, None, None]


def test_easy_numbers_begin_with_zeros_and_have_few_digits():
    assert Reals(("N",)).easy(0, SIZES).reshape(-1).tolist() == [0.0, 0.0]
    assert Reals(("N", "K")).easy(1, SIZES).tolist() == [[1, 0, 0], [0, 1, 0]]
    assert Simplex("N").easy(0, SIZES).reshape(-1).tolist() == [0.5, 0.5]
    for turn in range(30):
        assert set(Reals(("N", "K")).easy(turn, SIZES).reshape(-1)) <= {0.0, 1.0, 2.0, -1.0, 0.5, -2.0}
