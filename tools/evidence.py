"""Write the evidence page's tables out of the ledger: python tools/evidence.py LEDGER OUT.

Each equation of the book with its function, doctest, unit tests and what the checker found. A claim or
a definition without function, doctest or unit test is a hole, and ends the build. The equations in the
solutions of exercises are checked like all others, and need no function and no unit test of their own.
"""

import doctest
import importlib
import sys
from pathlib import Path

from eqcheck import ledger
from eqcheck.codelinks import links
from eqcheck.ledger import Record
from eqcheck.pages import Book, Equation, read_book

NAMESPACE = "byhand"
NONE = "–"


def main(source: str, target: str) -> None:
    book = in_reading_order(read_book(Path("docs")))
    records = ledger.read(Path(source))
    holes = [hole for equation in book.equations.values() for hole in missing(equation, records)]
    if holes:
        sys.exit("\n".join(f"evidence: {hole}" for hole in holes))
    Path(target).write_text(text(book, records), encoding="utf-8")


def in_reading_order(book: Book) -> Book:
    """Put the pages in the order in which the navigation names them."""
    navigation = Path("mkdocs.yml").read_text(encoding="utf-8")
    return Book(tuple(sorted(book.pages, key=lambda page: navigation.find(page.name))))


def missing(equation: Equation, records: dict[str, Record]) -> list[str]:
    where = f"{equation.page}:{equation.line}: {equation.anchor}"
    record = records.get(equation.id)
    if record is None:
        return [f"{where} is not in the ledger"]
    functions = functions_of(equation) if equation.kind != "mistake" else []
    holes = [f"{where}: {name} has no doctest" for name in functions if not has_doctest(name)]
    if is_exercise(equation):
        return holes
    if not record.tests:
        holes.append(f"{where} has no unit test named after it")
    if equation.kind != "mistake" and not functions:
        holes.append(f"{where} calls no function of {NAMESPACE}")
    return holes


def is_exercise(equation: Equation) -> bool:
    return "-exercise-" in equation.id


def functions_of(equation: Equation) -> list[str]:
    return [link.target for link in links(equation.code, NAMESPACE)] if equation.code else []


def has_doctest(name: str) -> bool:
    module, _, function = name.rpartition(".")
    text = getattr(importlib.import_module(module), function).__doc__ or ""
    return bool(doctest.DocTestParser().get_examples(text))


def text(book: Book, records: dict[str, Record]) -> str:
    lines = [summary([records[name] for name in book.equations])]
    for page in book.pages:
        if page.equations:
            lines += [
                "",
                f"## {title(page.name)}",
                "",
                "| equation | function | doctest | unit tests | outcome |",
                "| --- | --- | --- | --- | --- |",
            ]
            lines += [row(equation, records[equation.id]) for equation in page.equations]
    return "\n".join(lines) + "\n"


def title(page: str) -> str:
    return next(line for line in Path("docs", page).read_text(encoding="utf-8").splitlines() if line.startswith("# "))[
        2:
    ]


def summary(records: list[Record]) -> str:
    def count(status: str) -> int:
        return sum(record.status == status for record in records)

    cells = [
        ("equations", len(records)),
        ("hold", count("holds")),
        ("known mistakes, refuted", count("refuted")),
        ("not checked", count("unchecked")),
        ("fail", count("fails")),
        ("relations", sum(record.relations for record in records)),
        ("comparisons", sum(record.comparisons for record in records)),
        ("worst relative error", f"{max(record.worst_relative_error for record in records):.1e}"),
    ]
    planted = sum(record.mutants or 0 for record in records)
    if planted:
        cells += [("planted errors", planted), ("of them caught", sum(record.killed or 0 for record in records))]
    spared = sum(record.mutants is None for record in records)
    if spared:
        cells.append(("equations in which no errors were planted for this copy", spared))
    (first, number), *rest = cells
    return "\n".join([f"| {first} | {number} |", "| --- | ---: |", *(f"| {name} | {value} |" for name, value in rest)])


def row(equation: Equation, record: Record) -> str:
    functions = list(dict.fromkeys(functions_of(equation)))
    cells = [
        f"[{equation.id}][{equation.anchor}]",
        ", ".join(f"[`{name.rpartition('.')[2]}`][{name}]" for name in functions) or NONE,
        ", ".join("yes" if has_doctest(name) else "no" for name in functions) or NONE,
        ", ".join(["exercise"] * is_exercise(equation) + [f"`{test.rpartition('::')[2]}`" for test in record.tests]),
        outcome(record),
    ]
    return f"| {' | '.join(cells)} |"


def outcome(record: Record) -> str:
    if record.status == "refuted":
        return "refuted"
    if record.status != "holds":
        return f"not checked: {record.message}"
    teeth = f"; {record.killed} of {record.mutants} planted errors caught" if record.mutants else ""
    return f"holds in {record.comparisons} comparisons, worst error {record.worst_relative_error:.0e}{teeth}"


if __name__ == "__main__":
    main(*sys.argv[1:])
