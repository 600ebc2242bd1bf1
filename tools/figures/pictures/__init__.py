"""The pictures of the book, a file for each page: every number is computed by `byhand`.

A picture is a function that returns a `Picture`; its name is the name of the file that is drawn. In the
text of a picture *…* is italic and **…** bold.
"""

import importlib
import inspect
from collections.abc import Callable
from pathlib import Path

from drawing import Picture


def pictures() -> list[Callable[[], Picture]]:
    """Return the functions of this folder that draw a picture, page by page."""
    stems = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem != "__init__")
    modules = [importlib.import_module(f"{__name__}.{stem}") for stem in stems]
    return [
        function
        for module in modules
        for _, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and inspect.signature(function).return_annotation is Picture
    ]
