"""The command: judge the equations of Markdown pages, and say which hold."""

import argparse
import dataclasses
import importlib.util
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from eqcheck import code, ledger
from eqcheck.alone import rows
from eqcheck.crew import FEW, spread
from eqcheck.judge import judge_with_readers
from eqcheck.ledger import Record
from eqcheck.named_tests import tests_of
from eqcheck.notation import NotationError
from eqcheck.pages import Book, Page, PageError, read_page
from eqcheck.planted.crew import Job, teeth_of
from eqcheck.planted.teeth import Teeth

HOLDS, FAILS, CANNOT_RUN = 0, 1, 2


class CannotRunError(Exception):
    """There is nothing to run on: no such path, no such module."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit code."""
    options = _options(arguments)
    try:
        pages, broken = _pages([Path(path) for path in options.paths])
        if options.namespace:
            _module(options.namespace, "--namespace")
        tests = tests_of(_folders(options.tests))
        records = [dataclasses.replace(e, tests=tests.get(e.id, ())) for e in _records(pages, broken, options)]
    except CannotRunError as error:
        print(f"eqcheck: {error}", file=sys.stderr)
        return CANNOT_RUN
    if options.ledger:
        ledger.write(records, Path(options.ledger))
    if options.json:
        print(json.dumps(_document(records, broken), indent=1))
    else:
        _tell(records, broken, listed=not options.ledger)
    good = records and not broken and all(entry.status != "fails" for entry in records)
    return HOLDS if good else FAILS


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="eqcheck",
        description="Evaluate both sides of every equation in the math fences of Markdown pages.",
        epilog="Exit code: 0, all hold; 1, some equation does not, or there is none; 2, it could not run.",
    )
    parser.add_argument("paths", nargs="*", default=["."], metavar="PATH", help="pages, or folders of them")
    parser.add_argument("--namespace", default="", metavar="MODULE", help="the module in which code= is evaluated")
    parser.add_argument("--no-code", action="store_true", help="leave code= aside: definitions are then unanchored")
    parser.add_argument("--broadcast", action="store_true", help="let a row be added to every row of a matrix")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
    parser.add_argument(
        "--mutate",
        action="store_true",
        help="plant errors, and count those caught",
    )
    parser.add_argument(
        "--ledger", default="", metavar="FILE", help="keep the outcome, and take what is unchanged from it"
    )
    parser.add_argument(
        "--tests",
        action="append",
        default=[],
        metavar="DIR",
        help="a folder of tests named test_eq_…; may be given again",
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="draw other instances")
    return parser.parse_args(arguments)


def _pages(paths: list[Path]) -> tuple[list[Page], list[str]]:
    """Read the pages; one whose fences cannot be read is a complaint, not the end."""
    pages: list[Page] = []
    broken: list[str] = []
    for path in paths:
        if not path.exists():
            raise CannotRunError(f"no such file or folder: {path}")
        for file in sorted(path.rglob("*.md")) if path.is_dir() else [path]:
            try:
                pages.append(read_page(file.read_text(encoding="utf-8"), file.as_posix()))
            except PageError as error:
                broken.append(str(error))
            except UnicodeDecodeError:
                broken.append(f"{file}:1: not a text in UTF-8")
    try:
        _ = Book(tuple(pages)).equations
    except PageError as error:
        broken.append(str(error))
    return pages, broken


def _folders(names: list[str]) -> list[Path]:
    folders = [Path(name) for name in names]
    for folder in folders:
        if not folder.is_dir():
            raise CannotRunError(f"no such folder of tests: {folder}")
    return folders


def _module(name: str, where: str) -> None:
    try:
        found = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        found = None
    if found is None:
        raise CannotRunError(f"no such module: {name} (named by {where})")


def _records(pages: list[Page], broken: list[str], options: argparse.Namespace) -> list[Record]:
    known = ledger.read(Path(options.ledger)) if options.ledger else {}
    outcomes: dict[int, Outcome] = {}
    rest: dict[int, Task] = {}
    for place, page in enumerate(pages):
        namespace = options.namespace or page.namespace
        if page.namespace and not options.namespace and not options.no_code:
            _module(page.namespace, page.name)
        kept = _kept(page, namespace, known, options)
        if kept is None:
            rest[place] = (page, namespace, options, known)
        else:
            outcomes[place] = ("", kept, {})
    # A long page that begins last would keep the others waiting.
    order = sorted(rest, key=lambda place: -len(rest[place][0].equations))
    few = sum(len(page.equations) for page, *_ in rest.values()) <= FEW
    outcomes |= zip(order, spread(_judged, [rest[place] for place in order], alone=few), strict=True)
    records: list[Record] = []
    jobs: dict[str, Job] = {}
    for _, (error, of_page, jobs_of_page) in sorted(outcomes.items(), key=lambda item: item[0]):
        broken += [error] if error else []
        records += of_page
        jobs |= jobs_of_page
    found = dict(zip(jobs, teeth_of(list(jobs.values())), strict=True))
    return [_with_teeth(entry, found[entry.id]) if entry.id in found else entry for entry in records]


def _kept(page: Page, namespace: str, known: dict[str, Record], options: argparse.Namespace) -> list[Record] | None:
    """Take a page from the ledger if nothing it depends on has changed, and all of it held."""
    if options.seed:
        return None
    kept: list[Record] = []
    for equation in page.equations:
        entry = known.get(equation.id)
        if entry is None or entry.status == "fails":
            return None
        if entry.key != ledger.key(equation, page, namespace, _way(options)):
            return None
        if options.mutate and entry.mutants is None:
            return None
        kept.append(dataclasses.replace(entry, page=equation.page, line=equation.line))
    return kept


Task = tuple[Page, str, argparse.Namespace, dict[str, Record]]
Outcome = tuple[str, list[Record], dict[str, Job]]


def _judged(task: Task) -> Outcome:
    """Judge a page; return what is wrong with it as a whole, the records, and what is left to do.

    Errors are planted anew only where the equation, or what it depends on, is another than in the ledger.
    """
    jobs: dict[str, Job] = {}
    try:
        return "", _records_of_page(*task, jobs), jobs
    except NotationError as error:
        return str(error), [], {}


def _records_of_page(
    page: Page, namespace: str, options: argparse.Namespace, known: dict[str, Record], jobs: dict[str, Job]
) -> list[Record]:
    records: list[Record] = []
    with_code = not options.no_code
    for equation, verdict, before in judge_with_readers(page, namespace, options.seed, with_code, options.broadcast):
        entry = ledger.record(equation, verdict, page, namespace, _way(options))
        entry = dataclasses.replace(entry, symbols=rows(equation, before, page))
        if options.mutate:
            entry = _with_teeth(entry, Teeth())
            module = (namespace or code.NOTHING) if with_code else ""
            old = known.get(equation.id)
            if old and old.key == entry.key and old.mutants is not None and not options.seed:
                entry = _with_teeth(entry, Teeth(old.mutants, old.killed or 0, old.survivors))
            elif entry.status == "holds":
                jobs[equation.id] = Job(equation, before, module, options.seed, options.broadcast)
        records.append(entry)
    return records


def _way(options: argparse.Namespace) -> ledger.Way:
    return ledger.Way(no_code=options.no_code, broadcast=options.broadcast)


def _with_teeth(entry: Record, teeth: Teeth) -> Record:
    return dataclasses.replace(entry, mutants=teeth.mutants, killed=teeth.killed, survivors=teeth.survivors)


def _document(records: list[Record], broken: list[str]) -> dict[str, object]:
    entries = [dataclasses.asdict(entry) for entry in records]
    for entry in entries:
        del entry["key"]
    return {"equations": entries, "summary": {**_counts(records), "unreadable": broken}}


def _counts(records: list[Record]) -> dict[str, int | float]:
    statuses = Counter(entry.status for entry in records)
    return {
        "equations": len(records),
        **{status: statuses[status] for status in ("holds", "refuted", "fails", "unchecked")},
        "relations": sum(entry.relations for entry in records),
        "comparisons": sum(entry.comparisons for entry in records),
        "worst_relative_error": max((entry.worst_relative_error for entry in records), default=0.0),
        "mutants": sum(entry.mutants or 0 for entry in records),
        "killed": sum(entry.killed or 0 for entry in records),
    }


def _tell(records: list[Record], broken: list[str], listed: bool) -> None:
    for complaint in broken:
        print(complaint)
    for entry in records:
        if entry.status == "fails":
            print(f"{entry.page}:{entry.line}: eq-{entry.id}: {entry.message}")
        for survivor in entry.survivors if listed else ():
            print(f"{entry.page}:{entry.line}: eq-{entry.id}: not caught: {survivor}")
    counts = _counts(records)
    if not records:
        print("no equation was found, and so nothing was checked")
        return
    print(
        f"{counts['equations']} equations: {counts['holds']} hold, {counts['refuted']} mistakes refuted, "
        f"{counts['fails']} fail, {counts['unchecked']} unchecked; {counts['relations']} relations, "
        f"{counts['comparisons']} comparisons, worst relative error {counts['worst_relative_error']:.1e}"
    )
    unanchored = sum(entry.message.startswith("unanchored") for entry in records)
    if unanchored:
        print(f"{unanchored} of the definitions unanchored: they were compared with no code")
    if counts["mutants"]:
        print(f"{counts['killed']} of {counts['mutants']} planted errors caught")
