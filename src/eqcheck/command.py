"""The command: judge the equations of Markdown pages, and say which hold."""

import argparse
import dataclasses
import importlib.util
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from eqcheck import ledger
from eqcheck.judge import judge_page
from eqcheck.ledger import Record
from eqcheck.named_tests import tests_of
from eqcheck.notation import NotationError
from eqcheck.pages import Book, Page, PageError, read_page
from eqcheck.planted.teeth import teeth_of_page

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
        tests = tests_of([Path(folder) for folder in options.tests])
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
        "--tests", action="append", default=[], metavar="DIR", help="where to look for tests named test_eq_…"
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


def _module(name: str, where: str) -> None:
    try:
        found = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        found = None
    if found is None:
        raise CannotRunError(f"no such module: {name} (named by {where})")


def _records(pages: list[Page], broken: list[str], options: argparse.Namespace) -> list[Record]:
    known = ledger.read(Path(options.ledger)) if options.ledger else {}
    records: list[Record] = []
    for page in pages:
        namespace = options.namespace or page.namespace
        if page.namespace and not options.namespace and not options.no_code:
            _module(page.namespace, page.name)
        kept = _kept(page, namespace, known, options)
        try:
            records += kept if kept is not None else _judged(page, namespace, options)
        except NotationError as error:
            broken.append(str(error))
    return records


def _kept(page: Page, namespace: str, known: dict[str, Record], options: argparse.Namespace) -> list[Record] | None:
    """Take a page from the ledger if nothing it depends on has changed, and all of it held."""
    if options.seed or options.no_code or options.broadcast:
        return None
    kept: list[Record] = []
    for equation in page.equations:
        entry = known.get(equation.id)
        if entry is None or entry.status == "fails" or entry.key != ledger.key(equation, page, namespace):
            return None
        if options.mutate and entry.mutants is None:
            return None
        kept.append(dataclasses.replace(entry, page=equation.page, line=equation.line))
    return kept


def _judged(page: Page, namespace: str, options: argparse.Namespace) -> list[Record]:
    verdicts = judge_page(page, namespace, options.seed, not options.no_code, options.broadcast)
    records = [ledger.record(equation, verdict, page, namespace) for equation, verdict in verdicts]
    if options.no_code or options.broadcast:  # a weaker check: nobody may take it for the whole one
        records = [dataclasses.replace(entry, key="") for entry in records]
    return _with_teeth(records, page, namespace, options) if options.mutate else records


def _with_teeth(records: list[Record], page: Page, namespace: str, options: argparse.Namespace) -> list[Record]:
    bitten = teeth_of_page(page, namespace, options.seed, not options.no_code, options.broadcast)
    return [
        dataclasses.replace(entry, mutants=teeth.mutants, killed=teeth.killed, survivors=teeth.survivors)
        for entry, (_, teeth) in zip(records, bitten, strict=True)
    ]


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
