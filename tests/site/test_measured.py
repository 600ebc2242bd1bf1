"""The tables of measurements say what the record says, and a number that is changed there changes here."""

import copy
import json
import re
import subprocess
import sys

import pytest
from figures import ROOT

RECORD = json.loads((ROOT / "benchmarks/results.json").read_text(encoding="utf-8"))
TABLES = ["accuracy", "beaten", "roofline", "speed", "targets"]


def write(record, folder):
    source = folder / "record.json"
    source.write_text(json.dumps(record), encoding="utf-8")
    subprocess.run([sys.executable, str(ROOT / "tools/measured.py"), str(source), str(folder / "out")], check=True)
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((folder / "out").glob("*.md"))}


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return write(RECORD, tmp_path_factory.mktemp("measured"))


def rows(text):
    """Return the cells of all the tables in a text, without heads and rules."""
    lines = text.splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line, after in zip(lines, [*lines[1:], ""], strict=True)
        if line.startswith("| ") and not line.startswith("| ---") and not after.startswith("| ---")
    ]


def test_each_table_says_when_on_what_and_with_what(tables):
    made = RECORD["made"]
    assert list(tables) == TABLES
    for text in tables.values():
        assert f"Measured on {made['date']}" in text
        assert made["machine"]["cpu"] in text
        for name, version in made["versions"].items():
            assert f"{name} {version}" in text


def test_the_pages_show_each_table():
    pages = "".join((ROOT / f"docs/practice/{name}.md").read_text(encoding="utf-8") for name in ("digits", "speed"))
    assert sorted(re.findall(r'--8<-- "measured/(\w+)\.md"', pages)) == TABLES


def test_the_worst_errors_are_those_of_the_record(tables):
    flat = [cells for by_dtype in RECORD["accuracy"]["functions"].values() for cells in by_dtype.values()]
    found = rows(tables["accuracy"])
    assert len(found) == len(flat)
    head = next(line for line in tables["accuracy"].splitlines() if line.startswith("| worst"))
    who = [cell.strip() for cell in head.strip("|").split("|")][1:]
    for line, cells in zip(found, flat, strict=True):
        for name, printed in zip(who, line[1:], strict=True):
            if name not in cells:
                assert printed == "–"
            elif cells[name]["all_digits_lost"]:
                assert printed == "all digits"
            else:
                assert float(printed) == pytest.approx(cells[name]["ulp"], rel=0.01, abs=0.051)


def test_whoever_is_better_is_listed(tmp_path):
    record = copy.deepcopy(RECORD)
    for by_dtype in record["accuracy"]["functions"].values():
        for cells in by_dtype.values():
            for name, cell in cells.items():
                cell["ulp"] = 1.0 if name == "ours" else 2.0
    assert rows(write(record, tmp_path)["beaten"]) == []
    record["accuracy"]["functions"]["softplus"]["float32"]["scipy"]["ulp"] = 0.5
    assert rows(write(record, tmp_path)["beaten"]) == [["softplus, float32", "scipy", "0.50", "1.00"]]


def test_the_times_are_those_of_the_record(tables):
    cases = [case for key in list(RECORD["speed"])[:3] for case in RECORD["speed"][key]]
    found = rows(tables["speed"])[: len(cases)]
    for line, case in zip(found, cases, strict=True):
        printed = {float(cell.split()[0]) for cell in line[1:] if cell != "–"}
        assert printed == {float(f"{value:.3g}") for value in case["microseconds"].values()}
        assert sum("(1.00)" in cell for cell in line[1:]) >= ("torch" in case["ratio"])


def test_numbers_are_written_without_powers_of_ten(tables):
    for name, table in tables.items():
        assert re.findall(r".*\de[+-]?\d.*", table) == [], name


def test_the_parts_are_those_of_the_record(tables):
    found = {line[0].strip("`"): line for line in rows(tables["roofline"])}
    (step,) = [one for one in RECORD["roofline"]["step"] if one["batch"] == 256]
    whole = sum(one["microseconds"] for one in step["passes"])
    for part in step["parts"]:
        _, intensity, took, share, _, limit = found[part["part"]]
        assert float(intensity) == pytest.approx(part["operations"] / part["bytes"], rel=0.01)
        assert float(took) == pytest.approx(part["microseconds"], abs=0.51)
        assert float(share.rstrip("%")) == pytest.approx(100 * part["microseconds"] / whole, abs=0.51)
        assert limit == part["limit"]


def test_a_missed_target_is_told(tmp_path):
    record = copy.deepcopy(RECORD)
    steps = record["speed"]["training_step"]
    for case in steps:
        case["ratio"] = {"ours": 0.8, "matrix products": 0.75, "torch": 1.0}
    (line,) = [line for line in rows(write(record, tmp_path)["targets"]) if line[0] == "torch: a training step"]
    assert line[1:] == ["0.85", "0.80 (batch 64, float32)", "3 of 3"]
    steps[1]["ratio"]["ours"] = 0.9
    (line,) = [line for line in rows(write(record, tmp_path)["targets"]) if line[0] == "torch: a training step"]
    assert line[1:] == ["0.85", "0.90 (batch 256, float32)", "2 of 3"]


def test_a_missing_contender_is_left_out(tmp_path):
    record = copy.deepcopy(RECORD)
    for by_dtype in record["accuracy"]["functions"].values():
        for cells in by_dtype.values():
            cells.pop("torch", None)
    for key in record["speed"].keys() - {"import"}:
        for case in record["speed"][key]:
            case["microseconds"].pop("torch", None)
            case["ratio"] = {}
    tables = write(record, tmp_path)
    assert "torch |" not in tables["accuracy"] + tables["speed"]
    assert not [line for line in rows(tables["targets"]) if line[0].startswith("torch")]
    assert [line for line in rows(tables["targets"]) if line[0].startswith("scipy")]
