"""The badge says what the ledger says, and nothing where the ledger speaks of another equation."""

import dataclasses
import re
from html import unescape
from pathlib import Path

import markdown
import pytest

from eqcheck import ledger
from eqcheck.alone import Row, rows
from eqcheck.badge import badge
from eqcheck.command import main
from eqcheck.judge import judge_page, judge_with_readers
from eqcheck.pages import read_book, read_page

DOCS = Path(__file__).parents[2] / "docs"

HOLDS = ledger.Record(
    "p.md", 1, "x", "claim", "holds", 2, 45, 3.2e-16, "f(x)", "", 30, 28, ("a", "b"), ("t.py::test_eq_x",)
)  # fmt: skip


def words(record, *way):
    return " ".join(badge(record, *way).itertext())


def test_checked():
    assert words(HOLDS) == (
        "checked Checked numerically: 2 relations, 45 comparisons, worst relative error 3 · 10⁻¹⁶. "
        "The left side was compared with the code as well. "
        "28 of 30 planted errors caught; the others leave a true statement. Unit tests:  test_eq_x ."
    )


@pytest.mark.parametrize(
    ("message", "symbols"),
    [
        (r"N=2, \hat C=(3, 1): left 0, right 1 at k=1, l=3", [r"\hat C"]),
        (
            r"sides differ by 0.15: v_{\mathrm{He}} is 0.67, \sqrt{\frac{2}{M}} is 0.82",
            [r"v_{\mathrm{He}}", r"\sqrt{\frac{2}{M}}"],
        ),
        ("the index j runs to 5, and this axis of W^{(2)} has 4 entries", ["W^{(2)}"]),
        ("K=2, z=(1, 0): left 1, right 2", []),
    ],
)
def test_the_symbols_of_a_counterexample_are_formulas(message, symbols):
    sentence = badge(dataclasses.replace(HOLDS, status="refuted", message=message)).find("p")
    assert [span.text for span in sentence.iter("span")] == [rf"\({symbol}\)" for symbol in symbols]
    assert "".join(sentence.itertext()).replace(r"\(", "").replace(r"\)", "") == f"Counterexample: {message}."


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


def test_the_permanent_name_can_be_read():
    assert "Permanent name: eq-x" in " ".join(badge(HOLDS, name="eq-x").itertext()).replace("  ", " ")
    assert "eq-x" in "".join(badge(None, name="eq-x").itertext())
    assert "Permanent name" not in words(HOLDS)


def test_without_a_record_it_is_not_checked():
    assert words(None).startswith("not checked The record of the last check is not about this equation as it stands.")


PAGE = r"""---
eqcheck: {namespace: math}
---

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

    def render(text, page="", **more):
        (docs / "page.md").write_text(page or text, encoding="utf-8")
        options = {"eqcheck.extension": {"docs": str(docs), "ledger": str(kept), **more}}
        extensions = ["pymdownx.superfences", "attr_list", "eqcheck.extension"]
        return markdown.markdown(text, extensions=extensions, extension_configs=options)

    def checked(way=ledger.STRICT, tests=()):
        judged = judge_page(page, "math", with_code=not way.no_code, broadcast=way.broadcast)
        records = [ledger.record(equation, verdict, page, "math", way) for equation, verdict in judged]
        ledger.write([dataclasses.replace(record, tests=tests) for record in records], kept)

    page = read_page(PAGE, "page.md")
    render.checked = checked
    checked()
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


WAYS = [ledger.Way(), ledger.Way(broadcast=True), ledger.Way(no_code=True), ledger.Way(True, True)]


@pytest.mark.parametrize("run", WAYS)
@pytest.mark.parametrize("shown", WAYS)
def test_a_check_is_shown_only_where_that_way_of_checking_is_asked_for(rendered, run, shown):
    rendered.checked(run)
    html = rendered(PAGE, **dataclasses.asdict(shown))
    assert ("eq-check-holds" in html) == (run == shown)
    assert ("eq-check-unchecked" in html) == (run != shown)


def test_a_weaker_check_says_what_it_left_out():
    assert "The code was left aside." in words(HOLDS, ledger.Way(no_code=True))
    assert "compared with the code" not in words(HOLDS, ledger.Way(no_code=True))
    assert "(--broadcast)" in words(HOLDS, ledger.Way(broadcast=True))
    assert "--broadcast" not in words(HOLDS)


def test_tests_are_linked_where_their_address_is_known(rendered):
    rendered.checked(tests=("tests/a b/test_x.py::test_eq_twice", "tests/test_y.py::test_eq_twice__again"))
    assert "<a href" not in rendered(PAGE).partition("Unit tests")[2]
    html = rendered(PAGE, tests_url="https://example.org/blob/v{version}/{path}", version="1.2")
    assert (
        'Unit tests: <a href="https://example.org/blob/v1.2/tests/a%20b/test_x.py"><code>test_eq_twice</code></a>, '
        '<a href="https://example.org/blob/v1.2/tests/test_y.py"><code>test_eq_twice__again</code></a>.'
    ) in html


def test_a_citation_names_the_tests_that_the_record_has(rendered):
    cited = '```math cites="twice"\nx + x = 2x\n```\n'
    assert "Tested by" not in rendered(cited, PAGE)
    rendered.checked(tests=("t.py::test_eq_twice",))
    assert "Tested by <code>test_eq_twice</code>" in rendered(cited, PAGE)
    html = rendered(cited, PAGE, tests_url="https://example.org/{path}")
    assert 'Tested by <a href="https://example.org/t.py"><code>test_eq_twice</code></a>' in html


CITED = r"""---
eqcheck: {namespace: math}
---

```notation
K \in \mathbb{N} ; classes ; K
i, k \in \{1,\dots,K\} ; indices
z, w \in \mathbb{R}^{K} ; logits, and $w$ ; z, w
s \in \mathbb{R} ; their sum
f : \mathbb{R}\to\mathbb{R} ; any function
```

```math id="sum" kind="definition" code="z.sum()"
s = \sum_{k=1}^{K} z_k
```

```math id="slope"
\frac{\partial s}{\partial z_i} = 1
```

```math id="function"
f(s) = f(s + 0)
```
"""


def listed(html, anchor):
    """What the badge of one equation lists: TeX, meaning, and the equation it is defined by."""
    behind = html.partition(f'id="eq-{anchor}"')[2].partition("</ul>")[0].partition("<ul")[2]
    return [
        (unescape(tex), re.sub("<[^>]*>", "", said).strip())
        for tex, said in re.findall(r'<li><span class="arithmatex">\\\((.*?)\\\)</span><span>(.*?)</span></li>', behind)
    ]


def test_the_symbols_of_one_equation_are_listed_for_who_cites_it_alone(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").write_text(CITED, encoding="utf-8")
    kept = tmp_path / "ledger.json"
    assert main([str(tmp_path / "docs"), "--ledger", str(kept)]) == 0
    options = {"docs": str(tmp_path / "docs"), "ledger": str(kept)}
    html = markdown.markdown(
        CITED,
        extensions=["pymdownx.superfences", "pymdownx.arithmatex", "eqcheck.extension"],
        extension_configs={"eqcheck.extension": options, "pymdownx.arithmatex": {"generic": True}},
    )
    indices = (r"i, k \in \{1,\dots,K\}", "indices")
    logits = (r"z, w \in \mathbb{R}^{K}", r"logits, and \(w\)")
    assert listed(html, "slope") == [indices, logits, (r"s \in \mathbb{R}", "their sum; by sum\N{NO-BREAK SPACE}(1)")]
    assert '<autoref identifier="eq-sum">' in html
    assert listed(html, "sum")[-1] == (r"s \in \mathbb{R}", "their sum")  # by itself
    assert listed(html, "function")[-1] == (r"f : \mathbb{R}\to\mathbb{R}", "any function")
    assert ledger.read(kept)["sum"].symbols == (
        Row(r"K \in \mathbb{N}", "classes"),
        Row(r"i, k \in \{1,\dots,K\}", "indices"),
        Row(r"z, w \in \mathbb{R}^{K}", "logits, and $w$"),
        Row(r"s \in \mathbb{R}", "their sum"),
    )


def test_the_gradient_of_cross_entropy_can_be_cited_alone():
    (page,) = (page for page in read_book(DOCS).pages if page.name == "derivations/cross_entropy.md")
    found = {
        equation.id: [(row.tex, row.meaning, row.origins) for row in rows(equation, before, page)]
        for equation, _, before in judge_with_readers(page)
    }
    row = {tex: (meaning, origins) for tex, meaning, origins in found["cross-entropy-gradient"]}
    assert row.keys() == {rf"{letter} \in \mathbb{{R}}^{{K}}" for letter in "zpy"} | {r"L \in \mathbb{R}"}
    assert row[r"p \in \mathbb{R}^{K}"][1] == (("", "cross-entropy-softmax"),)
    assert row[r"y \in \mathbb{R}^{K}"][1] == (("", "one-hot"),)
    assert row[r"z \in \mathbb{R}^{K}"][1] == ()
    assert row[r"L \in \mathbb{R}"] == ("the loss of one example", (("", "cross-entropy"),))


def test_of_several_symbols_in_a_row_each_has_its_own_definition():
    rows = (Row("p, q", "both", (("p", "one"), ("q", "two"))), Row("r", "", (("", "three"),)))
    said = words(dataclasses.replace(HOLDS, symbols=rows))
    assert re.sub(" +", " ", said).endswith(r"\(p, q\) both; $p$ by one , $q$ by two \(r\) by three")
