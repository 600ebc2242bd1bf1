"""The evidence page: what counts as a hole in it, and what stands in a row."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from eqcheck.ledger import Record
from eqcheck.pages import Book, Equation, Page


@pytest.fixture
def evidence(monkeypatch):
    """The tool, with a namespace of two functions: one with an example in its docstring."""
    path = Path(__file__).parents[2] / "tools" / "evidence.py"
    spec = spec_from_file_location("evidence", path)
    tool = module_from_spec(spec)
    spec.loader.exec_module(tool)
    shown = ModuleType("shown")
    exec("def f(x):\n    '''>>> 1 + 1\n    2'''\ndef bare(x): 'no example: >>>'\n", shown.__dict__)
    monkeypatch.setitem(sys.modules, "shown", shown)
    monkeypatch.setattr(tool, "NAMESPACE", "shown")
    return tool


def equation(id="a", code="f(x)", kind="claim"):
    return Equation(page="p.md", line=3, number=1, id=id, kind=kind, tex="x = x", code=code)


def record(id="a", tests=("tests/test_p.py::test_eq_a",), **fields):
    known = {"kind": "claim", "status": "holds", "code": "", "message": "", **fields}
    return Record(
        page="p.md", line=3, id=id, relations=1, comparisons=9, worst_relative_error=0.0, tests=tests, **known
    )


@pytest.mark.parametrize(
    ("fields", "tests", "holes"),
    [
        ({}, ("t.py::test_eq_a",), []),
        ({}, (), ["has no unit test named after it"]),
        ({"code": ""}, ("t",), ["calls no function of shown"]),
        ({"code": "bare(x)"}, ("t",), ["shown.bare has no doctest"]),
        ({"code": "", "kind": "mistake"}, ("t",), []),
        ({"code": "", "kind": "mistake"}, (), ["has no unit test named after it"]),
        ({"id": "a-exercise-b", "code": ""}, (), []),
        ({"id": "a-exercise-b", "kind": "mistake", "code": ""}, (), []),
        ({"id": "a-exercise-b", "code": "bare(x)"}, (), ["shown.bare has no doctest"]),
        ({"id": "exercise-b", "code": ""}, (), ["has no unit test named after it", "calls no function of shown"]),
    ],
)
def test_what_is_missing_is_a_hole(evidence, fields, tests, holes):
    one = equation(**fields)
    found = evidence.missing(one, {one.id: record(one.id, tests)})
    assert [hole.removeprefix(f"p.md:3: {one.anchor}").lstrip(": ") for hole in found] == holes


def test_what_is_not_in_the_ledger_is_a_hole_in_an_exercise_too(evidence):
    assert len(evidence.missing(equation("a-exercise-b"), {})) == 1


@pytest.mark.parametrize(
    ("fields", "tests", "cells"),
    [
        ({}, ("t.py::test_eq_a", "t.py::test_eq_a__2"), ["[`f`][shown.f]", "yes", "`test_eq_a`, `test_eq_a__2`"]),
        (
            {"code": "f(bare(f(x)))"},
            ("t.py::test_eq_a",),
            ["[`f`][shown.f], [`bare`][shown.bare]", "yes, no", "`test_eq_a`"],
        ),
        ({"code": "", "kind": "mistake"}, ("t.py::test_mistake_a",), ["–", "–", "`test_mistake_a`"]),
        ({"id": "a-exercise-b", "code": ""}, (), ["–", "–", "exercise"]),
        ({"id": "a-exercise-b"}, ("t.py::test_eq_a",), ["[`f`][shown.f]", "yes", "exercise, `test_eq_a`"]),
    ],
)
def test_a_row_has_the_functions_their_doctests_and_the_unit_tests(evidence, fields, tests, cells):
    one = equation(**fields)
    row = evidence.row(one, record(one.id, tests))
    assert row.split(" | ")[1:-1] == cells
    assert row.startswith(f"| [{one.id}][{one.anchor}] | ")
    assert row.endswith(" | holds in 9 comparisons, worst error 0e+00 |")


def test_exercises_stand_in_the_table_of_their_page(evidence, monkeypatch):
    monkeypatch.setattr(evidence, "title", lambda page: "Some page")
    equations = (equation(), equation("a-exercise-b", code=""))
    text = evidence.text(Book((Page("p.md", equations, ()),)), {one.id: record(one.id) for one in equations})
    header, _, *rows = text.partition("## Some page\n\n")[2].splitlines()
    assert header == "| equation | function | doctest | unit tests | outcome |"
    assert len(rows) == 2
    assert "| equations | 2 |" in text
