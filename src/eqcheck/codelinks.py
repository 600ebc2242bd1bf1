"""Find out which documented functions a line of code calls, so that the page can link them."""

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType


class CodeError(Exception):
    """Code beside an equation that is no expression, or whose module cannot be imported."""


@dataclass(frozen=True)
class Link:
    """A stretch of the code, and the full name of the function that it names."""

    start: int
    end: int
    target: str


def links(code: str, namespace: str) -> list[Link]:
    """Find the functions of the namespace in an expression, from left to right."""
    try:
        tree = ast.parse(code, mode="eval")
    except SyntaxError as error:
        raise CodeError(f"expected a Python expression, got {code!r}: {error.msg}") from error
    try:
        module = importlib.import_module(namespace)
    except (ImportError, TypeError, ValueError) as error:
        raise CodeError(f"the namespace {namespace!r} cannot be imported: {error}") from error
    return sorted(_found(code, tree, module, namespace), key=lambda link: link.start)


def _found(code: str, tree: ast.Expression, module: ModuleType, namespace: str) -> Iterator[Link]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Name | ast.Attribute):
            continue
        thing = _resolve(node, module)
        home = getattr(thing, "__module__", None) or ""
        if callable(thing) and (home == namespace or home.startswith(f"{namespace}.")):
            name = getattr(thing, "__qualname__", "")
            # ast counts bytes
            start, end = (
                len(code.encode()[:offset].decode()) for offset in (node.col_offset, node.end_col_offset or 0)
            )
            yield Link(start, end, f"{home}.{name}")


def _resolve(node: ast.AST, module: ModuleType) -> object:
    """Follow a dotted name from the module down; None for whatever else."""
    if isinstance(node, ast.Name):
        return getattr(module, node.id, None)
    if isinstance(node, ast.Attribute):
        owner = _resolve(node.value, module)
        return getattr(owner, node.attr, None) if isinstance(owner, ModuleType) else None
    return None
