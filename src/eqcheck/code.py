"""Run the code that stands beside an equation, and see its result as the page's mathematics does.

The code is Python and is run like a doctest: only for authors whom one trusts.
"""

import ast
import importlib
import warnings
from typing import Any

import numpy as np

from eqcheck.codelinks import CodeError
from eqcheck.domains import Domain, Labels, Naturals
from eqcheck.values import Value
from eqcheck.world import Failure


def run(source: str, namespace: str, names: dict[str, object]) -> Any:
    """Evaluate an expression in a module's names, with np and the symbols of the page."""
    try:
        module = importlib.import_module(namespace)
    except ImportError as error:
        raise CodeError(f"the namespace {namespace!r} cannot be imported: {error}") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return eval(compile(source, "code", "eval"), {**vars(module), "np": np, **names})
    except Exception as error:
        raise CodeError(f"the code {source!r} ends in {type(error).__name__}: {error}") from error


def mentions(source: str, name: str) -> bool:
    """Tell whether an expression uses a name."""
    try:
        tree = ast.parse(source, mode="eval")
    except SyntaxError as error:
        raise CodeError(f"expected a Python expression, got {source!r}: {error.msg}") from error
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree))


def to_python(value: Value, domain: Domain) -> object:
    """Give a symbol to the code: a column as (K,), a matrix as it is, sizes and classes as integers."""
    if isinstance(domain, Labels):
        return np.real(np.asarray(value)).reshape(-1).astype(int)
    if isinstance(value, np.ndarray):
        real = np.real(value)
        return real.reshape(-1) if real.shape[1] == 1 else real.copy()
    if isinstance(domain, Naturals) or isinstance(value, int):
        return int(np.real(value))
    return float(np.real(value))


def entry(computed: Any, place: tuple[int, ...], value: Value) -> Value:
    """Take the part of the computed array that belongs to one choice of the free indices."""
    array = np.asarray(computed, float)
    if place and array.ndim != len(place):
        array = array.squeeze()
    if place:
        if array.ndim != len(place) or any(i >= n for i, n in zip(place, array.shape, strict=True)):
            raise Failure(f"the code gives an array of shape {np.shape(computed)}, which does not fit the indices")
        return float(array[place])
    if not isinstance(value, np.ndarray):
        if array.size != 1:
            raise Failure(f"the code gives an array of shape {array.shape}, the equation a number")
        return float(array.reshape(-1)[0])
    if array.ndim == 1 and 1 in value.shape:
        return array.reshape(value.shape) if array.size == value.size else array.reshape(-1, 1)
    return array
