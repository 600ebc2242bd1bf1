"""What the tests of the built book share: the book, planted copies of it, a server, a browser."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from built import NEEDED, ROOT, Copy, build, read_pages
from figures import STEMS, draw
from playwright.sync_api import Playwright, sync_playwright
from server import SUB_PATH, serve

sys.path.insert(0, str(ROOT / "tools"))
import chromium


@pytest.fixture(scope="session")
def drawn() -> None:
    """Stop where the book cannot be built yet."""
    for part in (*NEEDED, Path("node_modules", "@mathjax")):
        if not (ROOT / part).exists():
            pytest.fail(f"there is no {part.as_posix()} yet: run `make test`, which makes and installs it first", False)


def built(folder: Path, **environment: str) -> Path:
    code, output = build(ROOT, folder, **environment)
    if code:
        pytest.fail(f"the book does not build:\n{output}", False)
    return folder


@pytest.fixture(scope="session")
def site(drawn, tmp_path_factory) -> Path:
    """The book: the one that `make test` has built and names in SITE, or else one that is built here."""
    if before := os.environ.get("SITE"):
        return ROOT / before
    return built(tmp_path_factory.mktemp("book") / "site")


@pytest.fixture(scope="session")
def pages(site):
    """The pages of the built book, parsed."""
    return read_pages(site)


@pytest.fixture(scope="session")
def figures(tmp_path_factory) -> Path:
    """The pictures of the book, drawn afresh."""
    folder = tmp_path_factory.mktemp("figures")
    printed = draw(folder, hash_seed="1")
    assert printed.count("\n") == 1
    assert printed.startswith(f"{len(STEMS)} figures ")
    return folder


@pytest.fixture
def copy(drawn, tmp_path) -> Copy:
    """A copy of the book to plant an error in."""
    return Copy(tmp_path)


@pytest.fixture(scope="session")
def address(site) -> Iterator[str]:
    """Where the book is served; it ends with a slash."""
    with serve(site, "/") as address:
        yield address


@pytest.fixture(scope="session")
def published(drawn, tmp_path_factory) -> Iterator[SimpleNamespace]:
    """The book as it is published: built for its address, and served from a path below a host."""
    folder = tmp_path_factory.mktemp("published") / "site"
    with serve(folder, SUB_PATH) as address:
        built(folder, SITE_URL=address)
        yield SimpleNamespace(folder=folder, address=address, base=SUB_PATH)


@pytest.fixture(scope="session")
def browser():
    """A Chromium without a window. It lays out a page at once, unless its context is a `new_context_in_slices`."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        patient(browser, "new_context", lambda context: patient(context, "new_page", until_laid_out))
        browser.new_context_in_slices = browser.new_context
        patient(browser, "new_context", lambda context: context.add_init_script(AT_ONCE))
        yield browser
        browser.close()


# Slices let a reader in while a long page is laid out, and take much longer in all.
AT_ONCE = """
new MutationObserver((_, observer) => {
  if (!document.documentElement?.classList.contains("in-slices")) return;
  document.documentElement.classList.remove("in-slices");
  observer.disconnect();
}).observe(document, { subtree: true, attributeFilter: ["class"] });
"""


def patient(owner, name, then) -> None:
    """Let a method of an object do something with what it returns."""
    method = getattr(owner, name)

    def done(*arguments, **options):
        made = method(*arguments, **options)
        then(made)
        return made

    setattr(owner, name, done)


def until_laid_out(page) -> None:
    """Let a page be open when its last slice is laid out (slices.js); `wait_until="commit"` does not wait."""
    goto = page.goto

    def opened(url, **options):
        answer = goto(url, **options)
        if options.get("wait_until") != "commit":
            page.wait_for_selector("html:not(.in-slices)", state="attached")
        return answer

    page.goto = opened


def launch(playwright: Playwright):
    try:
        return chromium.launch(playwright)
    except chromium.NoBrowser as absent:
        if os.environ.get("CI"):
            pytest.fail(str(absent), False)
        pytest.skip(str(absent))
