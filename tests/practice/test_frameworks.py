"""How the frameworks spell it: each line of the page is run, where its framework is installed.

The page is its own record of what is expected. A fence with a library's name as its title holds statements, and
`#>` below a statement says what it gives. A list says first the answer, then spellings that give it:

    Answer
    :   `0.614`

    PyTorch
    :   `F.cross_entropy(Z, labels)`
"""

import ast
import math
import os
import re
import warnings
from functools import cache
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from byhand import cross_entropy, cross_entropy_gradient, one_hot, softmax, softmax_vjp

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "practice" / "frameworks.md").read_text(encoding="utf-8")

NEEDS = {
    "byhand": ["byhand"],
    "PyTorch": ["torch"],
    "JAX": ["jax", "optax"],
    "SciPy": ["scipy", "sklearn"],
}
LIVES_WITH = {**{name: name for name in NEEDS}, "Optax": "JAX", "scikit-learn": "SciPy"}  # and shares its set-up


class Line(NamedTuple):
    """A piece of code on the page, and what the page says that it gives, if it says so."""

    number: int
    library: str
    code: str
    shown: str


# Reading the page


def read(text):
    """Take all code that the page shows for a library, in the page's order."""
    return sorted([*fenced(text), *listed(text)])


def fenced(text):
    found = []
    for fence in re.finditer(r'^```py title="([^"\n]+)"\n(.*?)^```$', text, flags=re.MULTILINE | re.DOTALL):
        start = text[: fence.start(2)].count("\n")
        found += [
            Line(start + number, LIVES_WITH[fence[1]], code, shown) for number, code, shown in statements(fence[2])
        ]
    return found


def statements(source):
    """Divide a source into its statements, each with the output that stands below it."""
    lines = source.splitlines()
    parsed = ast.parse(source).body
    ends = [(node.lineno, node.end_lineno) for node in parsed]
    for (first, last), (following, _) in pairwise([*ends, (len(lines) + 1, None)]):
        shown = [line.removeprefix("#> ") for line in lines[last : following - 1] if line.startswith("#>")]
        yield first, "\n".join(lines[first - 1 : last]), "\n".join(shown)


def listed(text):
    found, answer = [], None
    for item in re.finditer(r"^(\S.*)\n((?::   .*\n)+)", text, flags=re.MULTILINE):
        number = text[: item.start(2)].count("\n") + 1
        codes = [
            (number + i, code) for i, line in enumerate(item[2].splitlines()) for code in re.findall("`(.+?)`", line)
        ]
        if item[1] == "Answer":
            ((_, answer),) = codes
        else:
            found += [Line(number, LIVES_WITH[item[1]], code, answer) for number, code in codes]
    return found


LINES = read(PAGE)
CLAIMS = [line for line in LINES if line.shown]


# Running it


def run(line, namespace):
    """Run a line; if something is to be shown, return it as the page writes it."""
    if not line.shown:
        exec(line.code, namespace)
        return ""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            given = written(eval(line.code, namespace))
        except Exception as error:
            given = f"raises {type(error).__name__}"
    return "\n".join([*(f"warns {warning.category.__name__}" for warning in caught), given])


def written(value):
    """Write a number or an array with three digits behind the point."""
    values = [np.asarray(entry) for entry in value] if isinstance(value, list) else value
    return repr((np.asarray(values).astype(float).round(3) + 0.0).tolist())


def outputs(lines, library):
    namespace = {}
    return {line: run(line, namespace) for line in lines if line.library == library}


@cache
def outputs_of_the_page(library):
    for module in NEEDS[library]:
        require(module)
    return outputs(LINES, library)


def require(module):
    if os.environ.get("FRAMEWORKS") == "all":
        return __import__(module)
    return pytest.importorskip(module, reason=f"{module} is not installed here; `make frameworks` installs and runs it")


@pytest.mark.parametrize("line", CLAIMS, ids=lambda line: f"{line.library}-{line.number}")
def test_the_page_shows_what_the_framework_gives(line):
    assert outputs_of_the_page(line.library)[line] == line.shown, line.code


# Is everything read, and would a wrong number be found?


def test_all_that_the_page_shows_is_read():
    fences = [line for line in PAGE.splitlines() if line.startswith("```py ")]
    assert [fence for fence in fences if not re.fullmatch('```py title="(.+)"', fence)] == []
    assert {line.library for line in CLAIMS} == NEEDS.keys()
    below_statements = sum(line.shown.count("\n") + 1 for line in fenced(PAGE) if line.shown)
    assert below_statements == len(re.findall("^#>", PAGE, flags=re.MULTILINE)) > 40
    in_lists = sum(line.count("`") // 2 for line in PAGE.splitlines() if line.startswith(":   "))
    assert len(listed(PAGE)) == in_lists - PAGE.count("\nAnswer\n:   `") > 40


@pytest.mark.parametrize("library", NEEDS)
def test_a_wrong_number_is_found(library):
    assert outputs_of_the_page(library)
    claims = [line for line in fenced(PAGE) if line.library == library and line.shown]
    code, shown = claims[-1].code, claims[-1].shown
    assert PAGE.count(f"{code}\n#> {shown}\n") >= 1
    wrong = "0.615" if shown != "0.615" else "0.616"
    for right, planted in [
        ("Answer\n:   `0.614`", "Answer\n:   `0.615`"),
        (f"{code}\n#> {shown}\n", f"{code}\n#> {wrong}\n"),
    ]:
        lines = read(PAGE.replace(right, planted))
        differing = [line for line, given in outputs(lines, library).items() if line.shown != given]
        assert differing
        assert {line.shown for line in differing} == {planted.split()[-1].strip("`")}


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("1 / 3", "0.333"),
        ("-0.0001", "0.0"),
        ("[1.0, float('nan')]", "[1.0, nan]"),
        ("1 / 0", "raises ZeroDivisionError"),
        ("__import__('warnings').warn('x') or 2.0", "warns UserWarning\n2.0"),
    ],
)
def test_what_a_line_gives_is_written_in_one_way(code, given):
    assert run(Line(1, "byhand", code, "something"), {}) == given


@pytest.mark.parametrize("text", ["Numpy\n:   `1`\n", '```py title="Numpy"\n1\n```\n', "Answer\n:   `1` or `2`\n"])
def test_a_page_that_cannot_be_read_is_refused(text):
    assert read("Answer\n:   `1`\n\nSciPy\n:   `2`\n\n" + '```py title="JAX"\n1\n#> 1\n#> 2\n```\n') == [
        Line(5, "SciPy", "2", "1"),
        Line(8, "JAX", "1", "1\n2"),
    ]
    with pytest.raises((KeyError, ValueError)):
        read(text)


# The versions


VERSIONS = dict(re.findall(r"^\| ([\w-]+) \| ([\d.]+) \|$", PAGE, flags=re.MULTILINE))


def test_the_page_names_the_versions_that_make_installs():
    """Of two that are locked for different Pythons it may name either."""
    locked = set(re.findall(r"^([\w-]+)==([\d.]+)", (ROOT / "requirements" / "bench.txt").read_text(), re.MULTILINE))
    torch = re.search(r"^TORCH \?= ([\d.]+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    assert set(VERSIONS.items()) - locked == {("torch", torch)}
    assert len(VERSIONS) == 5


@pytest.mark.parametrize("package", VERSIONS)
def test_the_page_names_the_version_that_ran(package):
    require({"scikit-learn": "sklearn"}.get(package, package))
    installed = version(package).partition("+")[0]
    if installed != VERSIONS[package]:
        pytest.skip(f"the page was written with {package} {VERSIONS[package]}, this is {installed}")


# The equations: softmax twice


def losses(z, c):
    """The loss, and that of softmax taken twice, by the definitions and one number after the other."""
    p = shares([float(logit) for logit in z])
    return -math.log(p[c]), -math.log(shares(p)[c])


def shares(z):
    exponentials = [math.exp(logit) for logit in z]
    return [exponential / sum(exponentials) for exponential in exponentials]


@pytest.fixture(params=range(5))
def example(request):
    rng = np.random.default_rng(request.param)
    K = 3 + request.param
    return rng.normal(scale=2, size=K), int(rng.integers(K))


def test_eq_frameworks_softmax(example):
    z, _ = example
    np.testing.assert_allclose(softmax(z), shares(z), rtol=1e-13)


def test_eq_frameworks_loss(example):
    np.testing.assert_allclose(cross_entropy(*example), losses(*example)[0], rtol=1e-13)


def test_eq_frameworks_softmax_twice(example):
    z, _ = example
    np.testing.assert_allclose(softmax(softmax(z)), shares(shares(z)), rtol=1e-13)


def test_eq_frameworks_loss_twice(example):
    z, c = example
    np.testing.assert_allclose(cross_entropy(softmax(z), c), losses(z, c)[1], rtol=1e-13)


def gradient_twice(z, c):
    return softmax_vjp(softmax(softmax(z)) - one_hot(c, len(z)), z)


def test_eq_frameworks_gradient_twice(example):
    z, c = example
    h = 1e-5 * np.eye(len(z))
    slopes = [(losses(z + nudge, c)[1] - losses(z - nudge, c)[1]) / 2e-5 for nudge in h]
    np.testing.assert_allclose(gradient_twice(z, c), slopes, rtol=1e-6, atol=1e-9)
    assert abs(gradient_twice(z, c) - cross_entropy_gradient(z, c)).max() > 0.01


def test_eq_frameworks_gradient_twice__page():
    assert gradient_twice(np.array([3.0, 1.0, -3.0]), 2).round(3).tolist() == [0.032, -0.029, -0.003]


def test_mistake_frameworks_softmax_twice_mistake():
    once, twice = losses([3.0, 1.0, -3.0], 2)
    assert (round(once, 3), round(twice, 3)) == (6.129, 1.51)
    assert [round(loss, 3) for loss in losses([50.0, 0.0, 0.0], 0)] == [0.0, 0.551]
    assert [round(loss, 3) for loss in losses([7.0, 7.0, 7.0], 0)] == [1.099, 1.099]
