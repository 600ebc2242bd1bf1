"""Instances: what is pinned, what is shared, which sizes and values are chosen."""

import numpy as np
import pytest
from judged import SYMBOLS, page

from eqcheck.domains import FunctionDomain, Indices, Reals, Simplex
from eqcheck.evaluate import evaluate
from eqcheck.instances import EasySource, RandomSource, choices, letters_of, sizes_for, smooth
from eqcheck.judge import read_names
from eqcheck.links import Definition, Links, free_indices, uses
from eqcheck.tex.statements import read_statements
from eqcheck.world import Failure, Setting, World

NAMES = read_names(page()).names


def side(tex, place=1):
    return read_statements(tex, NAMES)[0].sides[place]


def world(source=None, **definitions):
    setting = Setting(NAMES, {name: Definition(side(tex)) for name, tex in definitions.items()}, evaluate)
    return World(setting, {"N": 2, "D": 3, "H": 4, "K": 5}, source or RandomSource((0,)))


def test_a_leaf_is_drawn_once_and_does_not_depend_on_the_others():
    one, other = world(), world()
    other.value("x")
    assert (one.value("v") == other.value("v")).all()
    assert (one.value("v") == one.value("v")).all()
    assert not (one.value("v") == one.value("z")).all()
    assert not (one.value("v") == world(RandomSource((1,))).value("v")).all()


def test_what_is_nudged_moves_what_follows_and_nothing_else():
    here = world(E="E = x^2", L="L = E + a")
    moved = here.nudged("x", (), 1.0)
    assert moved.value("x") == here.value("x") + 1
    assert moved.value("E") == pytest.approx((here.value("x") + 1) ** 2)
    assert moved.value("L") == pytest.approx(moved.value("E") + here.value("a"))
    assert moved.value("a") == here.value("a")
    pinned = here.nudged("E", (), 1.0)
    assert pinned.value("x") == here.value("x")
    assert pinned.value("L") == pytest.approx(here.value("L") + 1)
    assert pinned.nudged("x", (), 1.0).value("L") == pinned.value("L")  # E is held fast


def test_an_index_without_a_value_is_none():
    with pytest.raises(Failure, match="has no value here"):
        world().value("k")
    with pytest.raises(Failure, match="without its argument"):
        world().value("f")


def test_shapes_are_spelled_in_the_letters_of_the_page():
    assert world().shape(np.zeros((2, 3))) == "N × D"
    assert world().shape(np.zeros((7, 1))) == "7 × 1"
    assert world().shape(0.5) == "a number"


def test_links_follow_definitions():
    links = Links({"E": Definition(side("E = x^2")), "L": Definition(side("L = E + a"))})
    assert links.made_of("L") == {"L", "E", "a", "x"}
    assert links.affected("x") == {"E", "L"}
    assert links.affected("a") == {"L"}
    assert links.depends({"L"}, "x")
    assert not links.depends({"E"}, "a")
    assert uses(side(r"x = \sum_{k=1}^K z_k f(a)")) == {"k", "K", "z", "f", "a"}


def test_free_indices_stand_in_the_order_of_the_page_with_the_variable_last():
    (statement,) = read_statements(r"\frac{\partial p_i}{\partial z_j} = \sum_{k=1}^K S_{ik} S_{kj}", NAMES)
    assert free_indices(statement, NAMES) == ["i", "j"]


def test_sizes_are_small_different_and_change_all_at_once():
    letters, written = letters_of({"X", "W", "b"}, (), NAMES)
    plain = sizes_for(letters, written)
    assert plain == {"N": 2, "D": 3, "H": 4}
    for seed in range(10):
        other = sizes_for(letters, written, np.random.default_rng(seed))
        assert len(set(other.values())) == 3
        assert all(other[letter] != plain[letter] for letter in letters)
    assert sizes_for(["K"], {"K"}, np.random.default_rng(0)) == {"K": 3}
    assert sizes_for([], set()) == {}


def test_sizes_stay_away_from_numbers_and_offsets():
    for seed in range(10):
        sizes = sizes_for(["N", "K"], {"N", "K", "2", "K-1", "N+1"}, np.random.default_rng(seed))
        extents = [sizes["N"], sizes["K"], 2, sizes["K"] - 1, sizes["N"] + 1]
        assert len(set(extents)) == 5
        assert min(extents) >= 2


def test_choices_go_through_finite_sets_as_long_as_they_are_few():
    sizes = {"N": 2, "K": 3}
    assert len(list(choices({"A", "B", "x"}, NAMES, sizes))) == 4
    assert len(list(choices({"c", "A"}, NAMES, sizes))) == 6
    assert len(list(choices({"C"}, NAMES, sizes))) == 9
    assert list(choices({"C"}, NAMES, {"N": 4, "K": 5})) == []
    assert len(list(choices({"C", "c"}, NAMES, {"N": 2, "K": 3}))) == 3
    assert list(choices({"k", "x"}, NAMES, sizes)) == []


def test_a_source_may_widen_a_set_or_hold_a_value_fast():
    source = RandomSource((0,), fixed={"x": 7.0}, domains={"v": Simplex("K")})
    assert source.leaf("x", Reals(), {}) == 7.0
    assert source.leaf("v", Reals(("K",)), {"K": 4}).sum() == pytest.approx(1)
    assert RandomSource((0,), boundary=True).leaf("x", Reals(), {}) == 0.0
    assert EasySource(0).leaf("x", Reals(), {}) == 0.0
    assert EasySource(0, {"c": 2}).leaf("c", Indices("K", fixed=True), {"K": 3}) == 2


def test_a_free_function_is_smooth_in_all_its_arguments_and_has_the_shape_it_is_declared_with():
    domain = FunctionDomain((Reals(("K",)), Reals()), Reals(("N",)))
    function = smooth(np.random.default_rng(0), domain, {"K": 3, "N": 2})
    v = np.ones((3, 1))
    assert function(v, 1.0).shape == (2, 1)
    for place in range(3):
        moved = v.copy()
        moved[place] += 0.1
        assert (function(moved, 1.0) != function(v, 1.0)).all()
    assert (function(v, 1.1) != function(v, 1.0)).all()


def test_the_symbols_of_the_tests_are_all_read():
    assert len(NAMES.domains) > 20
    assert SYMBOLS.count(r"\in") > 10
