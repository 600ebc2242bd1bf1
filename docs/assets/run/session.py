"""Run a reader's code as Python's console does. The page's worker loads this into Pyodide."""

import ast
import importlib
import io
import json
import linecache
import sys
import time
import traceback
from contextlib import contextmanager

LIMIT = 20_000  # characters of output; a page that holds more is of no use to anyone
PAUSE = 0.1  # seconds between two pieces of output, once there have been
MANY = 100  # of them, so that a flood does not drown the page


class Output(io.TextIOBase):
    """Send what is printed in pieces, and no more than LIMIT characters of it."""

    def __init__(self, send):
        self.send = send
        self.held = []
        self.length = 0
        self.pieces = 0
        self.sent = time.monotonic()

    def writable(self):
        """Say that one may print."""
        return True

    def write(self, text):
        """Hold a text until the next piece is sent."""
        room = max(LIMIT - self.length, 0)
        self.length += len(text)
        if room:
            self.held.append(text[:room])
        if "\n" in text and (self.pieces < MANY or time.monotonic() - self.sent > PAUSE):
            self.flush()
        return len(text)

    def flush(self):
        """Send what is held."""
        if self.held:
            self.send("".join(self.held))
            self.pieces += 1
        self.held = []
        self.sent = time.monotonic()

    def end(self):
        """Send the rest, and say what was cut."""
        self.flush()
        if self.length > LIMIT:
            self.send(f"\n[cut: {self.length - LIMIT:,} more characters were printed]\n")


class NoInput(io.TextIOBase):
    """Stand where the keyboard would be."""

    def readable(self):
        """Say that one may ask."""
        return True

    def readline(self, size=-1):
        """Refuse to read."""
        raise OSError("there is no keyboard input in this page; write the value into the code")

    read = readline


@contextmanager
def streams(output):
    """Let Python read from nowhere, and print into the page."""
    before = sys.stdin, sys.stdout, sys.stderr
    sys.stdin, sys.stdout, sys.stderr = NoInput(), output, output
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = before


class Session:
    """What is remembered between two runs: the names, by scope."""

    def __init__(self):
        self.scopes = {}

    def run(self, scope, name, source, send):
        """Run the statements one by one, as typed into the console; say which error ended it."""
        names = self.scopes.setdefault(scope, {"__name__": "__main__", "__builtins__": __builtins__})
        # A traceback quotes the lines from here.
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        output = Output(send)
        result = {"error": None}
        with streams(output):
            try:
                for statement in compile(source, name, "exec", ast.PyCF_ONLY_AST, dont_inherit=True).body:
                    exec(compile(ast.Interactive([statement]), name, "single", dont_inherit=True), names)
            except BaseException as error:
                output.write(report(error))
                result = {"error": type(error).__name__}
        output.end()
        return json.dumps(result)

    def doctests(self, path, send):
        """Run the doctests of a function, each in words of doctest's own; count them."""
        import doctest  # takes a moment to load, and few readers ask for it

        module_name, _, name = path.rpartition(".")
        module = importlib.import_module(module_name)
        finder = doctest.DocTestFinder(recurse=False)
        output = Output(send)
        failed = attempted = 0
        with streams(output):
            for test in finder.find(getattr(module, name), path, module):
                results = doctest.DocTestRunner(verbose=True).run(test, out=output.write)
                failed += results.failed
                attempted += results.attempted
        output.end()
        return json.dumps({"failed": failed, "attempted": attempted})


def report(error):
    """Say what went wrong as the console does, without the lines of this file."""
    told = traceback.TracebackException.from_exception(error)
    if isinstance(error, SyntaxError) and not frames(told):
        return "".join(told.format_exception_only())
    for part in chain(told):
        part.stack = traceback.StackSummary.from_list(frames(part))
    return "".join(told.format())


def frames(told):
    """Take the lines of a traceback that are not this file's."""
    return [frame for frame in told.stack if frame.filename != HERE]


def chain(told):
    """Go through an exception and those that led to it."""
    while told:
        yield told
        for part in told.exceptions or ():
            yield from chain(part)
        told = told.__cause__ or told.__context__


HERE = Session.run.__code__.co_filename
