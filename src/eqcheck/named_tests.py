"""Find the unit tests that are named after equations: test_eq_softmax_jacobian for softmax-jacobian."""

import ast
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

_PREFIXES = ("test_eq_", "test_mistake_")


def tests_of(folders: Iterable[Path]) -> dict[str, tuple[str, ...]]:
    """List the tests of each equation, by its id. What follows a double underscore is not part of the name."""
    found: dict[str, list[str]] = defaultdict(list)
    for folder in folders:
        for file in sorted(folder.rglob("test_*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                prefix = next(
                    (p for p in _PREFIXES if isinstance(node, ast.FunctionDef) and node.name.startswith(p)), ""
                )
                if prefix and isinstance(node, ast.FunctionDef):
                    stem = node.name.removeprefix(prefix).partition("__")[0]
                    found[stem.replace("_", "-")].append(f"{file.as_posix()}::{node.name}")
    return {name: tuple(tests) for name, tests in found.items()}
