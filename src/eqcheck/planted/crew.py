"""Judge many pages, and plant errors in many equations, on all the processors there are.

Each page or equation is a job of its own, and the answers come back in the order of the jobs: what is
found does not depend on how many processes there are, nor on which of them is quicker.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TypeVar

from eqcheck.judge import Reader
from eqcheck.pages import Equation
from eqcheck.planted.teeth import Teeth, teeth

FEW = 12  # equations that are done before another process has even begun

Task = TypeVar("Task")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Job:
    """One equation that holds, the reader as it was before it, and how it is judged."""

    equation: Equation
    before: Reader
    namespace: str
    seed: int
    broadcast: bool


def teeth_of(jobs: Sequence[Job], processes: int = 0) -> list[Teeth]:
    """Plant errors in the equation of each job."""
    return spread(_done, jobs, processes, alone=len(jobs) <= FEW)


def spread(
    do: Callable[[Task], Answer], tasks: Sequence[Task], processes: int = 0, alone: bool = False
) -> list[Answer]:
    """Do the tasks in as many processes as there are processors; in this one if `alone`, and no number is given."""
    crew = min(processes or _processors(), len(tasks))
    if crew > 1 and (processes or not alone):
        try:
            # a fresh interpreter inherits nothing from this one, so that all systems do the same
            with ProcessPoolExecutor(crew, mp_context=get_context("spawn")) as pool:
                return list(pool.map(do, tasks))
        except (OSError, BrokenProcessPool):
            pass  # there may be no more processes here; then one does it all
    return [do(task) for task in tasks]


def _done(job: Job) -> Teeth:
    return teeth(job.equation, job.before, job.namespace, job.seed, job.broadcast)


def _processors() -> int:
    """Count the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
