"""A second judge: central differences along the real axis in place of every complex step, on every page.

It shares no number with the first: no derivative is read from an imaginary part.
"""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from judged import SOFTMAX, verdict

from eqcheck import comparison, derivative, judge
from eqcheck.pages import read_book, read_page
from eqcheck.trial import Trial

ROOT = Path(__file__).parents[2]
BOOK = [page for page in read_book(ROOT / "docs").pages if page.equations]
CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.md"))


@pytest.fixture
def second(monkeypatch):
    """Let all derivatives be central differences."""
    monkeypatch.setattr(judge, "Trial", partial(Trial, central=True))
    monkeypatch.setattr(derivative, "STEP", np.nan)  # whoever still takes a complex step gets no number
    monkeypatch.setattr(comparison, "TOLERANCE", 1e-5)  # a difference of differences loses half of the digits


def statuses(page, namespace):
    return {equation.id: verdict.status for equation, verdict in judge.judge_page(page, namespace)}


@pytest.mark.parametrize("page", BOOK, ids=lambda page: page.name)
def test_it_agrees_on_the_book(page, second):
    expected = {equation.id: "refuted" if equation.kind == "mistake" else "holds" for equation in page.equations}
    unchecked = {equation.id for equation in page.equations if equation.unchecked}
    assert statuses(page, page.namespace) == expected | dict.fromkeys(unchecked, "unchecked")


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_it_agrees_on_the_corpus(path, second, monkeypatch):
    monkeypatch.syspath_prepend(str(path.parent))
    outcome = statuses(read_page(path.read_text(encoding="utf-8"), path.name), "own_notes")
    assert {name for name, status in outcome.items() if status != "holds"} == set()


def test_it_sees_what_is_wrong(second):
    assert verdict(SOFTMAX, r"\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} - p_j)").status == "holds"
    assert verdict(SOFTMAX, r"\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} - p_i)").status == "fails"


def test_it_takes_no_complex_step(monkeypatch):
    monkeypatch.setattr(derivative, "STEP", np.nan)
    assert "not a number" in verdict(SOFTMAX, r"\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} - p_j)").message
