"""The ledger: its key changes with all that a verdict depends on, and with nothing else."""

import pytest

from eqcheck import ledger
from eqcheck.judge import judge_page
from eqcheck.pages import read_page

PAGE = r"""
```notation
x, y \in \mathbb{R} ; numbers ; x, y
```

```math id="first" kind="definition" code="2 * x"
y = 2x
```

```math id="second" code="4 * x"
2y = 4x
```

```math id="third"
x + x = 2x
```
"""


def key(text, which, namespace=""):
    page = read_page(text, "notes.md")
    return ledger.key(next(equation for equation in page.equations if equation.id == which), page, namespace)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2y = 4x", "2y = 4x + 0"),
        ('code="4 * x"', 'code="x * 4"'),
        (r"x, y \in \mathbb{R}", r"x, y \in \mathbb{R}_{>0}"),
        ("y = 2x", "y = x + x"),
        ('id="second" code', 'id="second" unchecked="so" code'),
        ('id="second" code', 'id="second" kind="mistake" code'),
    ],
)
def test_the_key_depends_on(old, new):
    assert PAGE.count(old)
    assert key(PAGE, "second") != key(PAGE.replace(old, new, 1), "second")


@pytest.mark.parametrize(
    ("old", "new"),
    [("x + x = 2x", "x + x + x = 3x"), ("\n```math", "\nprose\n\n```math"), ('id="third"', 'id="other"')],
)
def test_the_key_does_not_depend_on(old, new):
    assert key(PAGE, "second") == key(PAGE.replace(old, new, 1), "second")


def test_the_key_depends_on_the_source_of_the_code(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    keys = set()
    for value in (1, 2):
        (tmp_path / "namespace_of_a_ledger.py").write_text(f"value = {value}\n")
        ledger._source.cache_clear()
        keys.add(key(PAGE, "second", "namespace_of_a_ledger"))
    ledger._source.cache_clear()
    assert len(keys) == 2
    assert key(PAGE, "second") not in keys


def test_what_is_written_is_read(tmp_path):
    page = read_page(PAGE, "notes.md")
    records = [ledger.record(equation, verdict, page, "") for equation, verdict in judge_page(page)]
    path = tmp_path / "deep" / "ledger.json"
    ledger.write(records, path)
    assert ledger.read(path) == {record.id: record for record in records}
    assert [ledger.read(path)[record.id].key for record in records] == [record.key for record in records]
    once = path.read_bytes()
    ledger.write(records[::-1], path)
    assert path.read_bytes() == once


def test_a_ledger_that_is_not_there_is_empty(tmp_path):
    assert ledger.read(tmp_path / "no_such.json") == {}
