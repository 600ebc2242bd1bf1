"""The equations of the field, each with wrong versions planted by hand: all the right ones hold, no wrong one does.

A page of the corpus is a page like anybody's. The wrong versions stand in a file beside it: in the
equation of this id, this text replaced by that; the kind says what sort of error it is.
"""

import os
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from eqcheck.judge import Reader, judge, judge_page, read_names
from eqcheck.pages import read_page

CORPUS = Path(__file__).parent / "corpus"
PAGES = sorted(CORPUS.glob("*.md"))
# What the reader refuses although it is right: TeX that it cannot read yet.
NOT_READ: set[tuple[str, str]] = set()
SEEDS = range(int(os.environ.get("EQCHECK_SEEDS", "3")))  # any seed gives the same verdict; 30 take a minute


@pytest.fixture(autouse=True)
def own_module(monkeypatch):
    """Let the pages find the module that stands beside them."""
    monkeypatch.syspath_prepend(str(CORPUS))
    yield
    sys.modules.pop("own_notes", None)


def read(path):
    return read_page(path.read_text(encoding="utf-8"), path.name)


def planted(path):
    return tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))["wrong"]


WRONG = [(path, wrong) for path in PAGES for wrong in planted(path)]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_what_is_right_holds(path, seed):
    outcome = judge_page(read(path), "own_notes", seed)
    failed = {e.id: v.message for e, v in outcome if v.status != "holds" and (path.stem, e.id) not in NOT_READ}
    assert failed == {}


@pytest.mark.parametrize(
    ("path", "wrong"), WRONG, ids=[f"{path.stem}-{wrong['id']}-{number}" for number, (path, wrong) in enumerate(WRONG)]
)
def test_what_is_wrong_fails(path, wrong):
    verdict = judged(path, wrong)
    assert verdict.status == "fails", wrong
    assert "\n" not in verdict.message


def judged(path, wrong, seed=0):
    """Judge a wrong version where the right one stands: what is defined before it holds."""
    page = read(path)
    before = [equation for equation in page.equations if equation.kind == "definition"]
    (equation,) = (equation for equation in page.equations if equation.id == wrong["id"])
    assert wrong["old"] in equation.tex, "the text that is to be replaced does not stand there"
    reader = read_names(page)
    for definition in before:
        if definition.number < equation.number:
            judge(definition, reader, "own_notes", seed)
    tex = equation.tex.replace(wrong["old"], wrong["new"], 1)
    return judge(replace(equation, tex=tex), Reader(reader.names, dict(reader.definitions)), "own_notes", seed)


def test_a_right_equation_put_in_the_place_of_a_wrong_one_would_be_seen():
    path = CORPUS / "softmax.md"
    nothing = {"id": "softmax-ratio", "old": "p_i", "new": "p_i"}
    assert judged(path, nothing).status == "holds"


def test_every_equation_has_wrong_versions_and_the_corpus_is_as_large_as_it_is_said_to_be():
    few = []
    displays = 0
    for path in PAGES:
        ids = [equation.id for equation in read(path).equations]
        displays += len(ids)
        wrong = [entry["id"] for entry in planted(path)]
        assert set(wrong) <= set(ids)
        few += [(path.stem, name) for name in ids if wrong.count(name) < 2 and name != "sigmoid"]
    assert few == []
    assert displays >= 100
    assert len(WRONG) >= 300
