"""Do many tasks on all the processors there are.

Each is done by itself, and the answers come back in the order of the tasks: what is found does not depend on
how many processes there are, nor on which of them is quicker.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

FEW = 12  # equations that are done before another process has even begun

Task = TypeVar("Task")
Answer = TypeVar("Answer")


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


def _processors() -> int:
    """Count the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
