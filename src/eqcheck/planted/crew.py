"""Plant errors in many equations: each is a job of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from eqcheck.crew import FEW, spread
from eqcheck.judge import Reader
from eqcheck.pages import Equation
from eqcheck.planted.teeth import Teeth, teeth


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


def _done(job: Job) -> Teeth:
    return teeth(job.equation, job.before, job.namespace, job.seed, job.broadcast)
