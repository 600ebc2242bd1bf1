"""Judge an equation: evaluate both sides of every relation on many instances, and compare.

Checked, not proved: a verdict says how many numbers were compared, and how far apart the two sides
were at worst.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from eqcheck import code, explain
from eqcheck.codelinks import CodeError
from eqcheck.compare import Difference
from eqcheck.counterexample import counterexample
from eqcheck.notation import NotationError, read_notation
from eqcheck.pages import Equation, Page
from eqcheck.reader import Reader
from eqcheck.shared import Shared
from eqcheck.tex.lexer import Refusal
from eqcheck.tex.statements import read_statements
from eqcheck.tex.syntax import Statement
from eqcheck.trial import ShapeMisfit, Trial
from eqcheck.world import Failure, Misfit

__all__ = ["Reader", "Trial", "Verdict", "judge", "judge_page", "judge_statements", "judge_with_readers"]


@dataclass
class Verdict:
    """What came out: holds, refuted (a mistake with its counterexample), fails, or unchecked.

    The message is one line; `counterexample` says more about the numbers that refute.
    """

    status: str
    relations: int = 0
    comparisons: int = 0
    worst: float = 0.0
    message: str = ""
    counterexample: str = ""


def judge_page(
    page: Page, namespace: str = "", seed: int = 0, with_code: bool = True, broadcast: bool = False
) -> list[tuple[Equation, Verdict]]:
    """Judge all the equations of a page, in order: a definition holds from where it stands."""
    judged = judge_with_readers(page, namespace, seed, with_code, broadcast)
    return [(equation, verdict) for equation, verdict, _ in judged]


def judge_with_readers(
    page: Page, namespace: str = "", seed: int = 0, with_code: bool = True, broadcast: bool = False
) -> Iterator[tuple[Equation, Verdict, Reader]]:
    """Judge a page, and give with each equation the reader as it was before it."""
    reader = read_names(page)
    module = namespace or page.namespace
    for equation in page.equations:
        before = reader.copy()
        yield equation, judge(equation, reader, module, seed, with_code, broadcast), before


def read_names(page: Page) -> Reader:
    """Read what a page declares."""
    reader = Reader()
    for fence in page.notations:
        try:
            reader.names.declare(read_notation(fence.body))
        except (NotationError, Refusal) as error:
            raise NotationError(f"{page.name}:{fence.line}: {error}") from error
    return reader


def judge(
    equation: Equation,
    reader: Reader,
    namespace: str,
    seed: int = 0,
    with_code: bool = True,
    broadcast: bool = False,
) -> Verdict:
    """Judge one equation, and take its definition over into the reader."""
    if equation.unchecked:
        return Verdict("unchecked", message=equation.unchecked)
    try:
        statements = read_statements(equation.tex, reader.names)
    except Refusal as refusal:
        line = equation.line + refusal.line
        return Verdict("fails", message=f"{refusal} (line {line}, column {refusal.column})")
    module = (namespace or code.NOTHING) if with_code else ""
    return judge_statements(equation, statements, reader, module, seed, broadcast, explained=True)


def judge_statements(
    equation: Equation,
    statements: list[Statement],
    reader: Reader,
    namespace: str,
    seed: int = 0,
    broadcast: bool = False,
    explained: bool = False,
    shared: Shared | None = None,
) -> Verdict:
    """Judge what was read out of an equation. Without a namespace the code is left aside.

    `explained` looks for a guess at the cause, or for a counterexample that is easy to follow. `shared` keeps
    values for other trials like this one.
    """
    with np.errstate(all="ignore"):  # what overflows or has no value is found when it is compared
        return _judged(equation, statements, reader, namespace, seed, broadcast, explained, shared)


def _judged(
    equation: Equation,
    statements: list[Statement],
    reader: Reader,
    namespace: str,
    seed: int,
    broadcast: bool,
    explained: bool,
    shared: Shared | None,
) -> Verdict:
    mistake = equation.kind == "mistake"
    relations = sum(len(statement.relations) for statement in statements)
    trial = None
    try:
        defining = _define(equation, statements, reader)
        if defining and namespace and not equation.code:
            raise Failure('an unanchored definition: it needs code="…", or else it can be anything')
        trial = Trial(equation, statements, reader, namespace, seed, defining, broadcast, shared=shared)
        trial.run()
    except (Difference, Misfit) as error:
        verdict = Verdict("refuted" if mistake else "fails", relations, message=str(error))
        if trial and explained:
            _explain(trial, error, verdict)
        return verdict
    except (Failure, NotationError, CodeError) as error:
        return Verdict("fails", relations, message=str(error))
    if mistake:
        return Verdict("fails", relations, message="this is marked as a mistake, and it holds")
    message = "unanchored: no code was compared" if defining and not trial.coded else ""
    return Verdict("holds", relations, trial.comparisons, trial.worst, message)


def _explain(trial: Trial, error: Difference | Misfit, verdict: Verdict) -> None:
    """Put into the verdict what a reader can follow."""
    found = counterexample(trial) if verdict.status == "refuted" and isinstance(error, Difference) else None
    if found:
        verdict.message, verdict.counterexample = found.short, found.long
    elif isinstance(error, Difference):
        verdict.message = explain.difference(trial, error)
    elif isinstance(error, ShapeMisfit):
        verdict.message = explain.misfit(error)
    if verdict.status == "refuted":
        verdict.counterexample = verdict.counterexample or verdict.message


def _define(equation: Equation, statements: list[Statement], reader: Reader) -> frozenset[int]:
    """Take the definitions of a display into the reader: the numbers of the statements that are one."""
    defining = set()
    for number, statement in enumerate(statements):
        assigned = statement.relations[:1] == (":=",) and equation.kind != "mistake"
        if assigned or equation.kind == "definition":
            reader.define(statement, equation.id)
            defining.add(number)
    return frozenset(defining)
