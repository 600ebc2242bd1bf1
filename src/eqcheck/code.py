"""Run the code that stands beside an equation, and see its result as the page's mathematics does.

The code is Python and is run like a doctest: only for authors whom one trusts.
"""

import ast
import contextlib
import importlib
import io
import warnings
from functools import lru_cache
from types import CodeType
from typing import Any

import numpy as np

from eqcheck.codelinks import CodeError
from eqcheck.domains import Domain, Labels, Naturals
from eqcheck.values import Array, Value

NOTHING = "builtins"  # the namespace of a page that names none


def run(source: str, namespace: str, names: dict[str, object]) -> Any:
    """Evaluate an expression in a module's names, with np and the symbols of the page; quietly."""
    try:
        module = importlib.import_module(namespace)
    except Exception as error:
        raise CodeError(f"the namespace {namespace!r} cannot be imported: {_told(error)}") from error
    compiled = _compiled(source)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                return eval(compiled, {**vars(module), "np": np, **names})
    except (Exception, SystemExit) as error:
        hint = "; name a module with namespace" if namespace == NOTHING and isinstance(error, NameError) else ""
        raise CodeError(f"the code {source!r} ends in {_told(error)}{hint}") from error


@lru_cache(maxsize=256)
def names(source: str) -> frozenset[str]:
    """The names that an expression uses."""
    _compiled(source)
    return frozenset(node.id for node in ast.walk(ast.parse(source, mode="eval")) if isinstance(node, ast.Name))


@lru_cache(maxsize=256)
def _compiled(source: str) -> CodeType:
    try:
        return compile(source, "code", "eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise CodeError(f"expected a Python expression, got {source!r}: {_told(error)}") from error


def _told(error: BaseException) -> str:
    """Tell an error in one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def to_python(value: Value, domain: Domain) -> object:
    """Give a symbol to the code, as a copy: a column as (K,), a matrix as it is, sizes and classes as integers."""
    if isinstance(domain, Labels):
        return np.real(np.asarray(value)).reshape(-1).astype(int)
    if isinstance(value, np.ndarray):
        real = np.array(np.real(value), float)
        return real.reshape(-1) if real.shape[1] == 1 else real
    if isinstance(domain, Naturals) or isinstance(value, int):
        return int(np.real(value))
    return float(np.real(value))


def as_array(computed: object) -> Array:
    """See what the code gives as an array of numbers."""
    if isinstance(computed, float) or (isinstance(computed, np.ndarray) and computed.dtype == float):
        return np.array(computed, float)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # imaginary parts are not dropped in silence
            array = np.asarray(computed)
            if array.dtype.kind not in "biuf":
                raise CodeError(f"the code gives no real numbers, but {type(computed).__name__}")
            return array.astype(float)
    except (TypeError, ValueError) as error:
        raise CodeError(f"the code gives no array: {_told(error)}") from error


def entry(array: Array, place: tuple[int, ...], extents: tuple[int, ...], value: Value, row: bool = False) -> Value:
    """Take the part of what was computed that belongs to one choice of the free indices.

    The shape must be that of the left side; a vector may be (K,) or (K, 1), a row is (1, K).
    """
    wanted = np.shape(value)
    if place:
        found = _part(array, place, extents, wanted, row)
    elif array.shape == wanted:
        found = array
    elif len(wanted) == 2 and wanted[1] == 1 and array.shape == wanted[:1]:
        found = array.reshape(wanted)
    else:
        found = None
    if found is None:
        expected = extents + wanted if place else wanted
        raise CodeError(
            f"the code gives {_shape(array.shape)}, and the left side is {_shape(expected)}"
            + ("; they would fit after a transpose" if array.shape == expected[::-1] != expected else "")
        )
    return found if wanted else float(found)


def _part(array: Array, place: tuple[int, ...], extents: tuple[int, ...], wanted: tuple[int, ...], row: bool) -> Any:
    if len(extents) == 1 and not wanted and array.shape in ((*extents, 1), (1, *extents)):
        return array.reshape(-1)[place] if (array.shape[0] == 1) == row else None
    if array.shape[: len(extents)] != extents:
        return None
    part = array[place]
    if part.shape == wanted:
        return part
    vector = len(wanted) == 2 and 1 in wanted and part.shape == (max(wanted),)
    return part.reshape(wanted) if vector else None


def _shape(shape: tuple[int, ...]) -> str:
    return f"an array of shape {shape}" if shape else "a number"
