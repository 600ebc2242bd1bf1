"""Plant errors in an equation, and count how many of them the judge catches.

A mutant is judged as the equation was: same kind, same code, the definitions that stand before it. It
is caught when the verdict is anything but "holds". A survivor is a true statement, or a hole in the
judge. A mistake is not mutated: it is wrong as it stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from eqcheck import code
from eqcheck.judge import Reader, judge_statements, judge_with_readers
from eqcheck.pages import Equation, Page
from eqcheck.planted.ink_mutants import ink_mutants
from eqcheck.planted.mutants import Mutant
from eqcheck.planted.tree_mutants import tree_mutants
from eqcheck.shared import Shared
from eqcheck.tex.statements import read_statements
from eqcheck.tex.syntax import Call, Entry, Statement, Symbol


@dataclass(frozen=True)
class Teeth:
    """How many errors were planted, how many were caught, and a word on each that was not."""

    mutants: int = 0
    killed: int = 0
    survivors: tuple[str, ...] = ()


def teeth(equation: Equation, reader_before: Reader, namespace: str, seed: int = 0, broadcast: bool = False) -> Teeth:
    """Plant errors in an equation that holds; the reader is as it was before it. Without a namespace, no code."""
    survivors: list[str] = []
    count = 0
    shared = Shared(reader_before.definitions)
    for mutant in planted(equation, reader_before, namespace):
        count += 1
        if not caught(mutant, equation, reader_before, namespace, seed, broadcast, shared):
            survivors.append(mutant.description)
    return Teeth(count, count - len(survivors), tuple(survivors))


def teeth_of_page(
    page: Page, namespace: str = "", seed: int = 0, with_code: bool = True, broadcast: bool = False
) -> list[tuple[Equation, Teeth]]:
    """Plant errors in all the equations of a page that hold, in order."""
    module = (namespace or page.namespace or code.NOTHING) if with_code else ""
    return [
        (equation, teeth(equation, before, module, seed, broadcast) if verdict.status == "holds" else Teeth())
        for equation, verdict, before in judge_with_readers(page, namespace, seed, with_code, broadcast)
    ]


def planted(equation: Equation, reader: Reader, namespace: str) -> Iterator[Mutant]:
    """Give the mutants of an equation: those of the trees, then those of the ink.

    A definition that is compared with no code may say what it likes, and so nothing is planted in it;
    nor is another name given to what it defines, since that is another definition, and no wrong one.
    """
    if equation.kind == "mistake" or equation.unchecked:
        return
    statements = tuple(read_statements(equation.tex, reader.names))
    defined = _defined(equation, statements)
    if defined and not (equation.code and namespace):
        return
    seen: set[tuple[Statement, ...]] = set()
    for maker in (
        tree_mutants(statements, reader.names),
        ink_mutants(equation.tex, statements, reader.names),
    ):
        for mutant in maker:
            if mutant.statements is not None:
                if mutant.statements in seen or (defined and _defined(equation, mutant.statements) != defined):
                    continue
                seen.add(mutant.statements)
            yield mutant


def caught(
    mutant: Mutant,
    equation: Equation,
    reader: Reader,
    namespace: str,
    seed: int = 0,
    broadcast: bool = False,
    shared: Shared | None = None,
) -> bool:
    """Judge a mutant on a copy of the reader."""
    if mutant.statements is None:
        return True
    verdict = judge_statements(
        equation, list(mutant.statements), reader.copy(), namespace, seed, broadcast, False, shared
    )
    return verdict.status != "holds"


def _defined(equation: Equation, statements: tuple[Statement, ...]) -> tuple[str, ...]:
    """The names that an equation defines; a left side that cannot be defined has none."""
    found = []
    for statement in statements:
        if equation.kind == "definition" or statement.relations[:1] == (":=",):
            match statement.sides[0]:
                case Symbol(name) | Entry(name, _) | Call(name, _):
                    found.append(name)
                case _:
                    found.append("")
    return tuple(found)
