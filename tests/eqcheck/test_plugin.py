"""The pytest plugin, in a pytest of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

PAGE = r"""
```notation
x \in \mathbb{R} ; a number ; x
```

```math id="right"
x + x = 2x
```

```math id="wrong"
x + x = 3x
```

```math id="limit" unchecked="a limit"
x + x = 2x
```
"""


@pytest.fixture
def project(pytester):
    pytester.makefile(".md", notes=PAGE)
    return pytester


def test_it_does_nothing_unless_asked(project):
    project.runpytest_subprocess().assert_outcomes()


def test_each_equation_is_a_test(project):
    project.makeini("[pytest]\neqcheck = notes.md\n")
    result = project.runpytest_subprocess("-v", "-rs")
    result.assert_outcomes(passed=1, failed=1, skipped=1)
    result.stdout.fnmatch_lines(
        ["notes.md::eq-right PASSED*", "notes.md::eq-wrong FAILED*", "notes.md::eq-limit SKIPPED*"]
    )
    result.stdout.fnmatch_lines(["notes.md:9: eq-wrong: sides differ by *"])
    result.stdout.fnmatch_lines(["SKIPPED*a limit"])
    assert "Traceback" not in result.stdout.str()


def test_one_equation_is_run_by_its_name(project):
    project.makeini("[pytest]\neqcheck = notes.md\n")
    project.runpytest_subprocess("notes.md::eq-right").assert_outcomes(passed=1)


def test_the_namespace_is_named_in_the_configuration(project):
    project.makepyfile(mine="def twice(x):\n    return 2 * x\n")
    text = PAGE.split('```math id="wrong"')[0].replace('id="right"', 'id="right" code="twice(x)"')
    project.makefile(".md", notes=text)
    project.makeini("[pytest]\neqcheck = notes.md\neqcheck_namespace = mine\npythonpath = .\n")
    project.runpytest_subprocess().assert_outcomes(passed=1)


def test_tests_of_two_folders_run_in_one_call():
    root = Path(__file__).parents[2]
    files = ["tests/byhand/test_affine.py", "tests/eqcheck/test_badge.py"]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *files]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert {line.partition("::")[0] for line in run.stdout.splitlines() if "::" in line} == set(files)
