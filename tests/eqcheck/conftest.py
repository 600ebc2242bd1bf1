"""A small package for the code beside equations, so that no test here depends on another library."""

import sys
from types import ModuleType

import pytest


@pytest.fixture
def library(monkeypatch):
    """A package `lib` with f, inner.f, g (which is inner.f) and a class; `np` and `stranger` are not its own."""
    source = "def f(): 'f'\nclass Box:\n    def open(self): 'open'\nnumber = 1\n"
    lib, inner, np, other = (ModuleType(name) for name in ("lib", "lib.inner", "np", "libother"))
    for module in (lib, inner, np, other):
        exec(source, module.__dict__)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    lib.inner, lib.np, lib.g, lib.stranger = inner, np, inner.f, other.f
    lib.box = lib.Box()
    lib.homeless = lambda z: z
    lib.homeless.__module__ = None  # as for some functions written in C
