"""Many equations at once: the same answers, in the same order, whoever did the work."""

import os
from concurrent.futures.process import BrokenProcessPool

import pytest
from judged import ONE_HOT, page

from eqcheck import crew
from eqcheck.crew import FEW, spread
from eqcheck.judge import judge_with_readers
from eqcheck.planted import crew as planted
from eqcheck.planted.crew import Job, teeth_of
from eqcheck.planted.teeth import Teeth, teeth_of_page

PAGE = page(ONE_HOT, r"\sum_{k=1}^{K} y_k = 1", "a + x = x + a", r"(a + x)^2 = a^2 + 2 a x + x^2")


def jobs():
    return [Job(equation, before, "numpy", 0, False) for equation, _, before in judge_with_readers(PAGE, "numpy")]


def test_several_processes_find_what_one_finds():
    alone, together = teeth_of(jobs(), 1), teeth_of(jobs(), 2)
    assert together == alone == [found for _, found in teeth_of_page(PAGE, "numpy")]
    assert sum(found.mutants for found in together) > 100
    assert together != together[::-1]


def test_answers_come_in_the_order_of_the_tasks():
    assert spread(abs, [-3, 1, -2], 2) == spread(abs, [-3, 1, -2], 1) == [3, 1, 2]
    assert spread(abs, []) == []


def done_where(job):
    return Teeth(os.getpid())


class Pool:
    """A pool that notes that it was asked for, and does the work here; or cannot."""

    asked = 0
    error = None

    def __init__(self, crew, mp_context):
        Pool.asked += 1
        if Pool.error:
            raise Pool.error

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def map(self, function, things):
        return map(function, things)


@pytest.fixture
def pool(monkeypatch):
    monkeypatch.setattr(crew, "ProcessPoolExecutor", Pool)
    monkeypatch.setattr(planted, "_done", done_where)
    monkeypatch.setattr(Pool, "asked", 0)
    return Pool


@pytest.mark.parametrize(
    ("count", "processors", "asked"), [(0, 4, 0), (1, 4, 0), (FEW, 4, 0), (FEW + 1, 4, 1), (FEW + 1, 1, 0)]
)
def test_a_few_equations_are_not_worth_another_process(pool, monkeypatch, count, processors, asked):
    monkeypatch.setattr(crew, "_processors", lambda: processors)
    assert teeth_of([jobs()[0]] * count) == [Teeth(os.getpid())] * count
    assert pool.asked == asked


@pytest.mark.parametrize("error", [OSError("no more processes"), BrokenProcessPool("it ended")])
def test_where_there_are_no_processes_one_does_it_all(pool, monkeypatch, error):
    monkeypatch.setattr(pool, "error", error)
    assert teeth_of([jobs()[0]] * 3, 2) == [Teeth(os.getpid())] * 3
    assert pool.asked == 1
