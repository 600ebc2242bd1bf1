"""`make serve`: a change is shown at once, in the pages that it shows in, as a whole build would show it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from typing import NoReturn

import pytest
from built import MAKEFILE
from small_book import SmallBook
from test_reproducible import files

(COMMAND,) = re.findall(r"mkdocs (serve\b.*) --dev-addr", MAKEFILE)
NAV = """nav:
  - index.md
  - Unit: unit.md
  - Other: other.md
  - Reference: reference.md
"""
UNIT = """---
description: An equation.
eqcheck:
  namespace: byhand
---

# Unit

Some words.

```notation
K \\in \\mathbb{N} ; number of classes ; K
i, k \\in \\{1,\\dots,K\\} ; class indices
z \\in \\mathbb{R}^{K} ; logits ; z
p \\in \\mathbb{R}^{K} ; probabilities ; p
```

```math id="served" kind="definition" code="np.exp(z) / np.exp(z).sum()"
p_i := \\frac{e^{z_i}}{\\sum_{k=1}^{K} e^{z_k}}
```
"""
PAGES = {
    "index.md": "---\ndescription: Home.\n---\n\n# Home\n\nWelcome.\n",
    "unit.md": UNIT,
    "other.md": "---\ndescription: Refers to it.\n---\n\n# Other\n\nSee [there][eq-served].\n",
    "reference.md": "---\ndescription: A module.\n---\n\n# Reference\n\n::: byhand.served\n",
}
MODULE = '''"""A module."""


def served(z: float) -> float:
    """Serve a number, $q_5$."""
    return z
'''
# What the Makefile of the book does, as far as the server needs it.
CHECK = f"""build/ledger.json: docs/unit.md
\t@{sys.executable} -m eqcheck docs --ledger $@ && touch $@
build/equations/.done build/evidence.md: build/ledger.json
\t@touch $@
"""
LIVE = re.compile(r"livereload\((\d+), *(\d+)\)")


class Served:
    """A book that is served. It waits for pages as a browser does, which asks to be told of the next reload."""

    def __init__(self, book: SmallBook, port: int) -> None:
        self.book, self.address, self.said = book, f"http://127.0.0.1:{port}/", ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", *COMMAND.split(), "--dev-addr", f"127.0.0.1:{port}"],
            cwd=book.root,
            env=os.environ | {"NO_COLOR": "1", "NO_MKDOCS_2_WARNING": "1", "PYTHONUNBUFFERED": "1"} | book.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            preexec_fn=heed_ctrl_c,
        )
        self.limit = threading.Timer(300, self.process.kill)  # so that a test fails which else would wait for ever
        self.limit.start()

    def get(self, place: str) -> str:
        with urllib.request.urlopen(self.address + place, timeout=120) as answer:
            return answer.read().decode()

    def shows(self, place: str, wanted: str) -> str:
        """Wait for the reload after which a page has what is wanted, and return the page."""
        for _ in range(5):
            page = self.get(place)
            if re.search(wanted, page, re.DOTALL):
                return page
            epoch, request = LIVE.search(page).groups()
            self.get(f"livereload/{epoch}/{request}")  # it answers when there is another build
        return self.fail(f"{place} does not show {wanted!r}")

    def says(self, wanted: str) -> str:
        """Read what the server says until this is in it; return that line."""
        for line in self.process.stdout:
            self.said += line
            if re.search(wanted, line):
                return line
        return self.fail(f"it has not said {wanted!r}")

    def fail(self, why: str) -> NoReturn:
        self.end()
        pytest.fail(f"{why}; the server said\n{self.said}")

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        if not self.process.stdout.closed:
            self.said += self.process.stdout.read()
            self.process.stdout.close()
        self.process.wait()
        self.limit.cancel()


def heed_ctrl_c() -> None:
    """Let a process end at Ctrl-C, also where it was to ignore that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture(scope="module")
def served(drawn, tmp_path_factory):
    book = SmallBook(tmp_path_factory.mktemp("served"), PAGES, NAV)
    book.write("src/byhand/served.py", MODULE)
    book.write("Makefile", CHECK)
    code, output = book.run("eqcheck", "docs", "--ledger", "build/ledger.json")
    assert code == 0, output
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as where a shell has started the tests in the background
    try:
        served = Served(book, port)
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        served.says("Serving on")
        yield served
    finally:
        served.end()
    assert served.process.returncode == 0, "Ctrl-C has not ended it"


def test_the_first_build_is_whole(served):
    page = served.get("unit/")
    assert "<mjx-container" in page
    assert "eq-check-holds" in page
    assert "eq-served" in served.get("search/search_index.json")
    assert "/unit.md)" in served.get("llms.txt")


def test_a_page_is_shown_with_its_new_formulas(served):
    assert "mjx-c1D52E" not in served.get("assets/mathjax/mathjax.css"), "this is to be a new character"
    served.book.replace("docs/unit.md", "Some words.", r"Some *other* words, and $\mathfrak{q} + 1$.")
    page = served.shows("unit/", "<em>other</em> words")
    assert re.search(r"words, and <mjx-container[^$]*?mjx-c1D52E", page), "the formula is not set"
    assert "mjx-c1D52E" in served.get("assets/mathjax/mathjax.css"), "the stylesheet does not know the new character"
    assert "eq-check-holds" in page
    served.says("^serve: makes anew unit.md$")


def test_what_names_an_equation_follows_its_number_and_what_the_checker_finds(served):
    assert "(unit 1)" in served.get("other/")
    first = '```math id="served-first"\nz_i + 1 = 1 + z_i\n```\n\n```math id="served"'
    served.book.replace("docs/unit.md", '```math id="served"', first)
    served.shows("other/", r"\(unit 2\)")
    served.says("^serve: makes anew other.md, unit.md$")
    served.shows("unit/", 'id="eq-served-first".*?eq-check-holds.*?id="eq-served"')
    served.says("^serve: makes anew unit.md$")


@pytest.mark.parametrize(("old", "new"), [("Serve a", "Serve *another*"), ("Serve *another*", "Serve *one more*")])
def test_a_docstring_is_shown_each_time(served, old, new):
    served.book.replace("src/byhand/served.py", old, new)
    page = served.shows("reference/", re.sub(r"\*(.+)\*", r"<em>\1</em>", new))
    assert re.search("number, <mjx-container", page), "the formula is not set"
    served.says("^serve: makes anew reference.md$")


def test_an_error_is_told_and_the_page_is_shown_when_it_is_mended(served):
    served.book.replace("docs/other.md", "See", r"$\foo$ See")
    assert r"\foo" in served.says("typeset: other.index.html")
    served.says("An error happened during the rebuild")
    served.book.replace("docs/other.md", r"$\foo$ See", "Mended: see")
    served.shows("other/", "Mended: see")


def test_an_error_of_a_fence_is_told(served):
    served.book.replace("docs/unit.md", 'id="served-first"', 'id="served"')
    assert 'id="served" stands already' in served.says("serve: unit.md")
    served.book.replace("docs/unit.md", 'id="served"\nz_i', 'id="served-first"\nz_i')
    served.shows("unit/", 'id="eq-served-first"')


def test_a_title_is_shown_on_all_pages(served):
    served.book.replace("docs/index.md", "# Home", "# Start here")
    served.shows("other/", "Start here")
    served.says("Building documentation")


def test_any_other_file_makes_the_whole_book_anew(served):
    with (served.book.root / "docs" / "assets" / "style.css").open("a") as style:
        style.write("\n.planted { color: red }\n")
    served.says("Building documentation")
    served.shows("other/", "Mended: see")
    assert ".planted" in served.get("assets/style.css")


def test_a_build_after_it_is_the_same_as_a_build_without(served, tmp_path):
    fresh = SmallBook(tmp_path, {}, NAV)
    for part in ("docs", "src", "build"):
        shutil.rmtree(fresh.root / part)
        shutil.copytree(served.book.root / part, fresh.root / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.rmtree(fresh.root / "build" / "fonts", ignore_errors=True)
    for book in (served.book, fresh):
        code, output = book.build(SOURCE_DATE_EPOCH="1700000000")
        assert code == 0, output
    before, after = files(fresh.root / "site"), files(served.book.root / "site")
    assert before.keys() == after.keys()
    assert [name for name in before if before[name] != after[name]] == []
