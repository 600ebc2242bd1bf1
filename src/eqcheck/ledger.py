"""The record of a run: what came out for each equation, and of what it is the outcome.

An entry holds only for what was judged: its key is a digest of the equation, of the notation and the
definitions before it, of the code it was compared with, and of the checker. Whoever shows a record
compares the keys, and shows "not checked" where they differ.
"""

import hashlib
import importlib.util
import json
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from eqcheck.alone import Row
from eqcheck.judge import Verdict
from eqcheck.pages import Equation, Page


@dataclass(frozen=True)
class Record:
    """What is known of one equation."""

    page: str
    line: int
    id: str
    kind: str
    status: str
    relations: int
    comparisons: int
    worst_relative_error: float
    code: str
    message: str
    mutants: int | None = None
    killed: int | None = None
    survivors: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    symbols: tuple[Row, ...] = ()
    key: str = field(default="", compare=False)


@dataclass(frozen=True)
class Way:
    """How strictly was judged: with the code or without, and whether a row may be added to every row.

    It is a part of the key, so that the outcome of a weaker check is never taken for that of the whole one.
    """

    no_code: bool = False
    broadcast: bool = False


STRICT = Way()


def record(equation: Equation, verdict: Verdict, page: Page, namespace: str, way: Way = STRICT) -> Record:
    """Make the record of a verdict."""
    return Record(
        page=equation.page,
        line=equation.line,
        id=equation.id,
        kind=equation.kind,
        status=verdict.status,
        relations=verdict.relations,
        comparisons=verdict.comparisons,
        worst_relative_error=verdict.worst,
        code=equation.code,
        message=verdict.message,
        key=key(equation, page, namespace, way),
    )


def key(equation: Equation, page: Page, namespace: str, way: Way = STRICT) -> str:
    """Digest all that a verdict depends on."""
    before = [
        (other.tex, other.code)
        for other in page.equations
        if other.number <= equation.number and (other.kind == "definition" or ":=" in other.tex)
    ]
    parts = [
        [fence.body for fence in page.notations],
        before,
        [equation.kind, equation.tex, equation.code, equation.unchecked],
        [_source("eqcheck"), _source(namespace) if namespace else ""],
        asdict(way),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@cache
def _source(module: str) -> str:
    """Digest the source of a package, or of a module that stands alone."""
    spec = importlib.util.find_spec(module.partition(".")[0])
    if spec is None or spec.origin is None:
        return ""
    origin = Path(spec.origin)
    files = sorted(origin.parent.rglob("*.py")) if origin.name == "__init__.py" else [origin]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def write(records: list[Record], path: Path) -> None:
    """Write the ledger, the same bytes for the same records."""
    path.parent.mkdir(parents=True, exist_ok=True)
    entries = {entry.id: asdict(entry) for entry in records}
    path.write_text(json.dumps(entries, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def read(path: Path) -> dict[str, Record]:
    """Read a ledger; one that is missing or damaged is empty, so that all is judged again."""
    try:
        entries: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return {
            name: Record(
                **{
                    **entry,
                    "survivors": tuple(entry["survivors"]),
                    "tests": tuple(entry["tests"]),
                    "symbols": tuple(
                        Row(row["tex"], row["meaning"], tuple((symbol, origin) for symbol, origin in row["origins"]))
                        for row in entry["symbols"]
                    ),
                }
            )
            for name, entry in entries.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}
