"""What `mkdocs serve` does at a change: it makes those pages anew that the change shows in, and no others.

MkDocs itself makes the whole book anew each time. Here a page is made anew when one of its ingredients is another:
its text, what it includes, the module that it documents, the number of an equation that it names, or what the checker
found about one. At any other change, such as in a stylesheet, in the navigation, or a page that is new, MkDocs does as
ever. So what other pages have from a page, its place in the search and in "Referenced by", waits for such a change.

Where an equation has changed, the checker runs beside all this, and the pages follow when it has finished.
"""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

from after_build import DOCS, ROOT, finish_again
from finish.markdown import INCLUDED, MODULE
from mkdocs.commands.build import _build_page, _populate_page
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import File, InclusionLevel

from eqcheck import ledger
from eqcheck.pages import Book, Equation, PageError, read_book

SOURCES = ROOT / "src"
LEDGER = ROOT / "build" / "ledger.json"
CHECK = ("build/ledger.json", "build/equations/.done", "build/evidence.md")
FINISHED = ROOT / "build" / "check" / "finished"  # touched by the checker, and watched by the server
NAMED = re.compile(r"\beq-([a-z0-9-]+)")
SET = re.compile(r'\b(?:id|cites)="([a-z0-9-]+)"')

last = SimpleNamespace()  # what MkDocs had in hand when it made the whole book: config, files, nav, env


class Seen(NamedTuple):
    """What there was to build from at one time."""

    pages: dict[str, tuple]  # the ingredients of each page
    others: dict[str, int]  # when each other file was changed
    unjudged: dict[str, str]  # the equations that are not in the ledger as they stand, with their keys


class Rebuild:
    """Stands in the place of MkDocs' builder. Its errors are told by the server; the next change tries again."""

    def __init__(self, server: LiveReloadServer, whole: Callable[..., None]) -> None:
        self.whole = whole
        self.whole_is_good = True
        self.check = Check(server)
        self.seen = look()

    def __call__(self, config: object = None) -> None:
        """Make anew what a change is about."""
        try:
            seen = look()
        except PageError as error:
            raise Abort(f"serve: {error}") from error
        self.check.begin(seen.unjudged)
        if self.whole_is_good and (seen.others, seen.pages.keys()) == (self.seen.others, self.seen.pages.keys()):
            self._some([name for name in seen.pages if seen.pages[name] != self.seen.pages[name]])
        else:
            self._all()
        self.seen = seen

    def _all(self) -> None:
        self.whole_is_good = False
        self.whole()
        self.whole_is_good = True

    def _some(self, names: list[str]) -> None:
        print(f"serve: makes anew {', '.join(names) or 'nothing'}", flush=True)
        files = [file for file in documents() if file.src_uri in names]
        titles = [file.page.title for file in files if file.page]
        if files:
            make(files)
        if titles != [file.page.title for file in files if file.page]:
            self._all()  # other pages show them, in the navigation


class Check:
    """Runs the checker beside the server, and lets the server know when it has finished."""

    def __init__(self, server: LiveReloadServer) -> None:
        self._asked: dict[str, str] = {}
        self._wanted = threading.Event()
        FINISHED.parent.mkdir(parents=True, exist_ok=True)
        server.watch(str(FINISHED.parent))
        threading.Thread(target=self._work, daemon=True).start()

    def begin(self, unjudged: dict[str, str]) -> None:
        """Judge these equations, unless that was tried before."""
        if unjudged and unjudged != self._asked:
            self._wanted.set()
        self._asked = unjudged

    def _work(self) -> None:
        make = os.environ.get("MAKE") or shutil.which("make")
        while make and self._wanted.wait():
            self._wanted.clear()
            subprocess.run([make, "--no-print-directory", "--keep-going", *CHECK], cwd=ROOT, check=False)
            FINISHED.touch()


# What pages are made of


def look() -> Seen:
    """Find what there is to build from."""
    book, records = read_book(DOCS), read_ledger(LEDGER.stat().st_mtime_ns if LEDGER.exists() else 0)
    judged = {name: (records.get(name), key_of(equation, book)) for name, equation in book.equations.items()}
    texts = {file.src_uri: Path(file.abs_src_path) for file in documents()}
    pages = {
        name: ingredients(path.read_text(encoding="utf-8"), book, judged)
        for name, path in texts.items()
        if path.is_file()
    }
    others = {
        str(path): path.stat().st_mtime_ns
        for place in map(Path, (last.config.docs_dir, last.config.config_file_path, *last.config.watch))
        for path in (place.rglob("*") if place.is_dir() else [place])
        if path.is_file() and SOURCES not in path.parents and path not in texts.values()
    }
    unjudged = {name: key for name, (record, key) in judged.items() if record is None or record.key != key}
    return Seen(pages, others, unjudged)


def documents() -> list[File]:
    return list(last.files.documentation_pages(inclusion=InclusionLevel.is_in_serve))


Judged = dict[str, tuple[ledger.Record | None, str]]


def ingredients(text: str, book: Book, judged: Judged) -> tuple:
    """Gather all that a page is made of, in a form that can be compared."""
    parts = [text, *included(text), *documented(text)]
    known = book.equations
    named, shown = ([known[name] for name in found(pattern, parts) if name in known] for pattern in (NAMED, SET))
    return parts, [(one.page, one.number) for one in named], [(one.number, *badge(judged[one.id])) for one in shown]


def found(pattern: re.Pattern[str], parts: list[str]) -> list[str]:
    return sorted({name for part in parts for name in pattern.findall(part)})


def badge(judged: tuple[ledger.Record | None, str]) -> tuple:
    """What the badge of an equation says, wherever on its page it stands."""
    record, key = judged
    return (replace(record, line=0), record.key == key) if record else (None, False)


def included(text: str) -> Iterator[str]:
    places = [ROOT / place for place in last.config.mdx_configs["pymdownx.snippets"]["base_path"]]
    for _, name in INCLUDED.findall(text):
        yield from (path.read_text(encoding="utf-8") for place in places if (path := place / name).is_file())


def documented(text: str) -> Iterator[str]:
    for name in MODULE.findall(text):
        path = Path(SOURCES, *name.split(".")).with_suffix(".py")
        yield path.read_text(encoding="utf-8") if path.is_file() else ""


def key_of(equation: Equation, book: Book) -> str:
    page = next(page for page in book.pages if page.name == equation.page)
    return ledger.key(equation, page, page.namespace)


@lru_cache(maxsize=1)
def read_ledger(stamp: int) -> dict[str, ledger.Record]:
    """Read the ledger when it has changed: then the sources that it speaks of are those of now."""
    ledger._source.cache_clear()
    return ledger.read(LEDGER)


# Making pages as MkDocs does


def make(files: list[File]) -> None:
    """Make some pages anew, with all that MkDocs knows of the others."""
    forget_modules()
    for file in files:
        _populate_page(file.page, last.config, last.files)
    env = last.config.plugins.on_env(last.env, config=last.config, files=last.files)
    for file in files:
        _build_page(file.page, last.config, documents(), last.nav, env)
        file.page.validate_anchor_links(files=last.files, log_level=last.config.validation.links.anchors)
    names = [file.dest_uri for file in files]
    if wrong := finish_again(Path(last.config.site_dir), Path(last.config.config_file_path), names):
        raise Abort(wrong)


def forget_modules() -> None:
    """Let mkdocstrings read our modules again."""
    for handler in last.config.plugins["mkdocstrings"].handlers.seen_handlers:
        handler._modules_collection.members.clear()
