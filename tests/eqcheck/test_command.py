"""The command: what it prints, what it returns, and what it keeps."""

import json
from pathlib import Path

import pytest

from eqcheck.command import main

GOOD = r"""
```notation
x \in \mathbb{R} ; a number ; x
```

```math id="square" code="x**2 + 2*x + 1"
(x + 1)^2 = x^2 + 2x + 1
```
"""
BAD = GOOD.replace("= x^2 + 2x", "= x^2 - 2x").replace('"square"', '"bad-square"')
MISTAKE = GOOD.replace('id="square" code="x**2 + 2*x + 1"', 'id="slip" kind="mistake"').replace("+ 2x", "+ 4x")


@pytest.fixture
def page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def written(text, name="notes.md"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return name

    return written


def test_all_hold(page, capsys):
    assert main([page(GOOD)]) == 0
    assert capsys.readouterr().out.startswith(
        "1 equations: 1 hold, 0 mistakes refuted, 0 fail, 0 unchecked; 1 relations"
    )


def test_one_fails(page, capsys):
    assert main([page(BAD)]) == 1
    first, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("notes.md:6: eq-bad-square: sides differ by")


def test_the_code_fails(page, capsys):
    assert main([page(GOOD.replace("2*x", "3*x"))]) == 1
    assert main([page(GOOD.replace("2*x", "3*x")), "--no-code"]) == 0


def test_a_definition_without_code_is_anchored_to_nothing(page, capsys):
    text = GOOD.replace('code="x**2 + 2*x + 1"', 'kind="definition"').replace("(x + 1)^2", "y")
    notes = page(text.replace("; x\n", "; x\ny \\in \\mathbb{R} ; another\n"))
    assert main([notes]) == 1
    assert 'an unanchored definition: it needs code="…"' in capsys.readouterr().out
    assert main([notes, "--no-code"]) == 0
    assert "1 of the definitions unanchored" in capsys.readouterr().out


def test_many_pages_together_give_what_each_gives_alone(page, capsys):
    def many(stem, text):
        notation, math = text.split("```math", 1)
        return notation + "".join("```math" + math.replace("square", f"{stem}-{n}") for n in range(7))

    names = [page(many("a", GOOD), "a.md"), page(many("b", BAD), "b.md"), page(many("c", GOOD), "c.md")]
    broken = page(GOOD.replace(r"\in", ""), "broken.md")

    def run(*pages):
        code = main([*pages, "--json"])
        return code, json.loads(capsys.readouterr().out)

    code, together = run(names[0], broken, *names[1:])
    assert code == 1
    assert together["equations"] == [entry for name in names for entry in run(name)[1]["equations"]]
    assert len(together["equations"]) == 21
    assert together["summary"]["unreadable"] == run(broken)[1]["summary"]["unreadable"] != []


def test_a_mistake_is_refuted_and_a_true_one_fails(page, capsys):
    assert main([page(MISTAKE)]) == 0
    assert "1 mistakes refuted" in capsys.readouterr().out
    assert main([page(MISTAKE.replace("+ 4x", "+ 2x"))]) == 1
    assert "marked as a mistake, and it holds" in capsys.readouterr().out


def test_unchecked_is_counted(page, capsys):
    assert main([page(GOOD.replace('id="square"', 'id="square" unchecked="a limit"'))]) == 0
    assert "0 hold, 0 mistakes refuted, 0 fail, 1 unchecked" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no_such.md"], "no such file or folder: no_such.md"),
        (["notes.md", "--namespace", "no_such_module"], "no such module: no_such_module"),
        (["notes.md", "--namespace", "no.such.module"], "no such module: no.such.module"),
    ],
)
def test_it_could_not_run(page, capsys, arguments, said):
    page(GOOD)
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_the_front_matter_names_a_module_that_is_not_there(page, capsys):
    assert main([page("---\neqcheck: {namespace: no_such_module}\n---\n" + GOOD)]) == 2
    assert "no such module: no_such_module (named by notes.md)" in capsys.readouterr().err


def test_no_equation_is_no_success(page, capsys):
    assert main([page("# Nothing\n")]) == 1
    assert "nothing was checked" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace('id="square" ', ""), "notes.md:6: a math fence has either id"),
        (GOOD + GOOD[GOOD.index("```math") :], "stands already at notes.md:6"),
        (GOOD.replace(r"x \in \mathbb{R}", r"x \in \mathbb{Q}"), "notes.md:2: "),
        (GOOD.rstrip().removesuffix("```"), "never closed"),
    ],
)
def test_a_page_that_cannot_be_read(page, capsys, text, said):
    assert main([page(text)]) == 1
    both = capsys.readouterr()
    assert said in both.out + both.err


def test_bytes_that_are_no_text(page, tmp_path, capsys):
    (tmp_path / "notes.md").write_bytes(b"\xff\xfe\x00")
    assert main(["notes.md"]) == 1
    assert "not a text in UTF-8" in capsys.readouterr().out


def test_a_folder_is_read_with_all_below_it(page, tmp_path, capsys):
    (tmp_path / "deep").mkdir()
    page(GOOD)
    page(MISTAKE, "deep/more.md")
    assert main(["."]) == 0
    assert capsys.readouterr().out.startswith("2 equations")


def test_json_is_the_contract(page, capsys):
    assert main([page(GOOD), page(MISTAKE, "more.md"), "--json", "--mutate"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["summary"]["holds"] == 1
    assert document["summary"]["refuted"] == 1
    first, second = document["equations"]
    wanted = {
        "page", "line", "id", "kind", "status", "relations", "comparisons", "worst_relative_error",
        "code", "message", "mutants", "killed", "survivors",
    }  # fmt: skip
    assert wanted <= first.keys()
    assert (first["page"], first["line"], first["id"], first["kind"]) == ("notes.md", 6, "square", "claim")
    assert first["status"] == "holds"
    assert first["mutants"] >= first["killed"] > 10
    assert first["mutants"] - first["killed"] == len(first["survivors"])
    assert second["status"] == "refuted"
    assert second["message"]


def test_the_ledger_keeps_what_is_unchanged(page, capsys, monkeypatch):
    page(GOOD)
    assert main(["notes.md", "--ledger", "ledger.json"]) == 0
    first = Path("ledger.json").read_bytes()
    monkeypatch.setattr("eqcheck.command.judge_with_readers", None)
    assert main(["notes.md", "--ledger", "ledger.json"]) == 0
    assert Path("ledger.json").read_bytes() == first
    page(GOOD.replace("2x + 1", "2x + 1 + 0"))
    with pytest.raises(TypeError):
        main(["notes.md", "--ledger", "ledger.json"])


def test_what_failed_is_judged_again(page, capsys, monkeypatch):
    page(BAD)
    assert main(["notes.md", "--ledger", "ledger.json"]) == 1
    monkeypatch.setattr("eqcheck.command.judge_with_readers", None)
    with pytest.raises(TypeError):
        main(["notes.md", "--ledger", "ledger.json"])


WAYS = [[], ["--no-code"], ["--broadcast"], ["--no-code", "--broadcast"]]


@pytest.mark.parametrize("first", WAYS)
@pytest.mark.parametrize("second", WAYS)
def test_a_check_of_one_way_is_not_taken_for_one_of_another(page, capsys, monkeypatch, first, second):
    page(GOOD)
    assert main(["notes.md", "--ledger", "ledger.json", *first]) == 0
    monkeypatch.setattr("eqcheck.command.judge_with_readers", None)
    if first == second:
        assert main(["notes.md", "--ledger", "ledger.json", *second]) == 0
    else:
        with pytest.raises(TypeError):
            main(["notes.md", "--ledger", "ledger.json", *second])


def test_a_weaker_check_does_not_make_a_page_hold(page, capsys):
    page(GOOD.replace("2*x", "3*x"))
    assert main(["notes.md", "--ledger", "ledger.json", "--no-code"]) == 0
    assert main(["notes.md", "--ledger", "ledger.json"]) == 1
    assert main(["notes.md", "--ledger", "ledger.json", "--broadcast"]) == 1


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"square": 1}', '{"square": {}}'])
def test_a_damaged_ledger_is_written_anew(page, tmp_path, capsys, damage):
    page(GOOD)
    (tmp_path / "ledger.json").write_text(damage)
    assert main(["notes.md", "--ledger", "ledger.json"]) == 0
    assert json.loads((tmp_path / "ledger.json").read_text())["square"]["status"] == "holds"


def test_a_row_is_added_to_every_row_only_when_asked(page, capsys):
    text = r"""
```notation
N, H \in \mathbb{N} ; sizes
X \in \mathbb{R}^{N\times H} ; rows
b \in \mathbb{R}^{1\times H} ; a row
```

```math id="bias"
X + b = b + X
```
"""
    assert main([page(text)]) == 1
    assert main([page(text), "--broadcast"]) == 0


def test_tests_are_looked_for_in_several_folders(page, tmp_path, capsys):
    page(GOOD)
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"test_{folder}.py").write_text(f"def test_eq_square__{folder}(): ...\n")
    arguments = ["notes.md", "--tests", "first", "--tests", "second", "--json"]
    assert main(arguments) == 0
    (entry,) = json.loads(capsys.readouterr().out)["equations"]
    assert entry["tests"] == [f"{folder}/test_{folder}.py::test_eq_square__{folder}" for folder in ("first", "second")]
    assert main([*arguments, "--tests", "third"]) == 2
    assert "no such folder of tests: third" in capsys.readouterr().err


def test_unit_tests_are_found_by_their_names(page, tmp_path, capsys):
    page(GOOD)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_square.py").write_text("def test_eq_square(): ...\ndef test_eq_square__again(): ...\n")
    assert main(["notes.md", "--json", "--tests", "tests"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)["equations"]
    assert entry["tests"] == ["tests/test_square.py::test_eq_square", "tests/test_square.py::test_eq_square__again"]
