"""The badge says what the ledger says, and nothing where the ledger speaks of another equation."""

import dataclasses

import markdown
import pytest

from eqcheck import ledger
from eqcheck.badge import badge
from eqcheck.judge import judge_page
from eqcheck.pages import read_page

HOLDS = ledger.Record(
    "p.md", 1, "x", "claim", "holds", 2, 45, 3.2e-16, "f(x)", "", 30, 28, ("a", "b"), ("t.py::test_eq_x",)
)  # fmt: skip


def words(record):
    return " ".join(badge(record).itertext())


def test_checked():
    assert words(HOLDS) == (
        "checked Checked numerically: 2 relations, 45 comparisons, worst relative error 3 · 10⁻¹⁶. "
        "The left side was compared with the code as well. "
        "28 of 30 planted errors caught; the others leave a true statement. Unit tests:  test_eq_x ."
    )


def test_one_is_no_plural_and_no_error_is_zero():
    record = dataclasses.replace(HOLDS, relations=1, comparisons=1, worst_relative_error=0.0, code="", mutants=None)
    assert "1 relation, 1 comparison, worst relative error 0." in words(record)
    assert "planted" not in words(record)
    assert "code" not in words(record)


@pytest.mark.parametrize(
    ("status", "message", "said"),
    [
        ("refuted", "1 and 2 at i=1", "refuted Counterexample: 1 and 2 at i=1."),
        ("unchecked", "a limit", "not checked a limit"),
        ("fails", "sides differ", "does not hold sides differ"),
    ],
)
def test_the_other_outcomes(status, message, said):
    assert words(dataclasses.replace(HOLDS, status=status, message=message, tests=())) == said


def test_without_a_record_it_is_not_checked():
    assert words(None).startswith("not checked The record of the last check is not about this equation as it stands.")


PAGE = r"""
```notation
x \in \mathbb{R} ; a number
```

```math id="twice"
x + x = 2x
```
"""


@pytest.fixture
def rendered(tmp_path):
    docs, kept = tmp_path / "docs", tmp_path / "ledger.json"
    docs.mkdir()

    def render(text):
        (docs / "page.md").write_text(text, encoding="utf-8")
        options = {"eqcheck.extension": {"docs": str(docs), "ledger": str(kept)}}
        extensions = ["pymdownx.superfences", "attr_list", "eqcheck.extension"]
        return markdown.markdown(text, extensions=extensions, extension_configs=options)

    page = read_page(PAGE, "page.md")
    ledger.write([ledger.record(equation, verdict, page, "") for equation, verdict in judge_page(page)], kept)
    return render


def test_the_page_shows_the_record(rendered):
    assert 'class="eq-check eq-check-holds"' in rendered(PAGE)


@pytest.mark.parametrize(
    ("old", "new"), [("= 2x", "= 3x"), (r"\mathbb{R}", r"\mathbb{R}_{>0}"), ('"twice"', '"other"')]
)
def test_a_changed_equation_is_not_checked(rendered, old, new):
    html = rendered(PAGE.replace(old, new))
    assert 'class="eq-check eq-check-unchecked"' in html
    assert "eq-check-holds" not in html
