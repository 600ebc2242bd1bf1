"""Planted errors on all the pages: what survives is listed, with the reason."""

import tomllib
from functools import cache
from pathlib import Path

import pytest

from eqcheck import ledger
from eqcheck.judge import Reader, judge, judge_statements, judge_with_readers
from eqcheck.notation import read_notation
from eqcheck.pages import read_book
from eqcheck.planted import tree_mutants as tree_module
from eqcheck.planted.crew import Job, teeth_of
from eqcheck.planted.ink_mutants import written
from eqcheck.planted.mutants import form_of
from eqcheck.planted.tree_mutants import tree_mutants
from eqcheck.tex.lexer import tokens
from eqcheck.tex.statements import read_statements

ROOT = Path(__file__).parents[2]
SURVIVORS = [
    survivor
    for page in sorted(ROOT.glob("tests/survivors/*.toml"))
    for survivor in tomllib.loads(page.read_text(encoding="utf-8"))["survivor"]
]
PAGES = [page for page in read_book(ROOT / "docs").pages if page.equations]


def read(tex, names):
    return tuple(read_statements(tex, names))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_tokens_written_again_read_the_same(page):
    for equation in page.equations:
        before = [(token.kind, token.text) for token in tokens(equation.tex)[:-1]]
        again = [(token.kind, token.text) for token in tokens(written(tokens(equation.tex)[:-1]))[:-1]]
        assert again == before


def readers(page):
    """Each equation of a page that holds, with the reader as it is before it."""
    reader = Reader()
    for fence in page.notations:
        reader.names.declare(read_notation(fence.body))
    for equation in page.equations:
        before = Reader(reader.names, dict(reader.definitions))
        if judge(equation, reader, page.namespace).status == "holds":
            yield equation, before


def listed(page):
    ids = {equation.id for equation in page.equations}
    return {(line["id"], line["mutant"]) for line in SURVIVORS if line["id"] in ids}


@cache
def planted_in_the_book(seed):
    """The survivors of each page; those of seed 0 out of the ledger, where it is about the equations as they stand."""
    kept = ledger.read(ROOT / "build" / "ledger.json") if seed == 0 else {}
    found, jobs = {}, {}
    for page in PAGES:
        found[page.name] = set()
        for equation, verdict, before in judge_with_readers(page, seed=seed):
            record = kept.get(equation.id)
            known = record and record.key == ledger.key(equation, page, page.namespace) and record.mutants is not None
            if known:
                found[page.name] |= {(equation.id, words) for words in record.survivors}
            elif verdict.status == "holds":
                jobs[page.name, equation.id] = Job(equation, before, page.namespace, seed, False)
    for (page, name), outcome in zip(jobs, teeth_of(list(jobs.values())), strict=True):
        found[page] |= {(name, words) for words in outcome.survivors}
    return found


@pytest.mark.parametrize("seed", [0, 2])  # what chance catches in one seed, it lets through in another
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_survivor_of_the_book_is_listed_and_every_listed_one_survives(page, seed):
    found = planted_in_the_book(seed)[page.name]
    new, stale = (
        "".join(f"\n  {name}: {words}" for name, words in sorted(lines))
        for lines in (found - listed(page), listed(page) - found)
    )
    assert not new, f"not caught, and not in tests/survivors; a hole in the judge?{new}"
    assert not stale, f"in tests/survivors, and caught today; take the line out:{stale}"


def test_every_line_of_the_list_is_of_the_book_and_has_a_reason():
    ids = {equation.id for page in PAGES for equation in page.equations}
    lines = [(line["id"], line["mutant"]) for line in SURVIVORS]
    assert len(lines) == len(set(lines))
    assert {name for name, _ in lines} <= ids
    for line in SURVIVORS:
        assert line.keys() == {"id", "mutant", "reason"}
        assert len(line["reason"].split()) > 5


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_left_out_for_its_form_is_true_indeed(page, monkeypatch):
    """The form is a judge too: whatever it lets pass as no error must hold, on every page of the book."""
    tried = 0
    for equation, before in readers(page):
        statements = read(equation.tex, before.names)
        form = form_of(statements, before.names)
        with monkeypatch.context() as patch:
            patch.setattr(tree_module, "form_of", lambda mutated, _: mutated)
            mutants = tree_mutants(statements, before.names)
        for mutant in mutants:
            if form_of(mutant.statements, before.names) == form:
                copy = Reader(before.names, dict(before.definitions))
                verdict = judge_statements(equation, list(mutant.statements), copy, page.namespace)
                assert verdict.status == "holds" or "same to the letter" in verdict.message, (equation.id, mutant)
                tried += 1
    assert tried > 10 or (tried and len(page.equations) < 10)
