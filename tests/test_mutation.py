"""The comparison of `make mutation`: a survivor that is not listed fails it, and so does a stale line.

mutmut itself lives in an environment of its own; here are the parts around it.
"""

import ast
import importlib.util
import json
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
spec = importlib.util.spec_from_file_location("mutation", ROOT / "tools" / "mutation.py")
mutation = importlib.util.module_from_spec(spec)
spec.loader.exec_module(mutation)

DIFF = """\
--- src/byhand/softmax.py
+++ src/byhand/softmax.py
@@ -1,3 +1,4 @@
 def _vjp(z, g):
-    return p * h
+    return (
+        p / h
+    )
"""


def test_a_mutant_is_named_by_what_it_changes():
    assert mutation.name("byhand.softmax.x__vjp__mutmut_3", DIFF) == "softmax._vjp: return ( p / h )"
    assert mutation.name("byhand.a.xǁStepǁmove__mutmut_12", DIFF) == "a.Step.move: return ( p / h )"
    assert mutation.name("byhand.a.x_f__mutmut_1", "--- a\n+++ b\n-    x,\n") == "a.f: without x,"


def test_all_that_survives_is_listed_and_all_that_is_listed_survives():
    listed = mutation.read({"equivalent": [{"reason": "r", "mutants": ["f: x", "f: x"]}]})
    assert mutation.compare(Counter({"f: x": 2}), listed) == []
    assert mutation.compare(Counter(), mutation.read({})) == []


@pytest.mark.parametrize(
    ("alive", "complaints"),
    [
        (["f: x", "f: x"], ["no test notices  f: x"]),
        (["f: x", "g: x"], ["no test notices  g: x"]),
        ([], ["stale, remove    f: x"]),
        (["byhand.f.x_f__mutmut_1 (no tests)", "f: x"], ["no test notices  byhand.f.x_f__mutmut_1 (no tests)"]),
    ],
)
def test_a_new_survivor_and_a_stale_line_are_found(alive, complaints):
    assert mutation.compare(Counter(alive), Counter(["f: x"])) == complaints


def test_a_stale_line_names_what_it_may_be_now():
    complaints = mutation.compare(Counter(["f.f: h = g.sum(axis=+1)"]), Counter(["f.f: h = g.sum(axis=+2)"]))
    assert len(complaints) == 2
    assert complaints[1].endswith("perhaps now    f.f: h = g.sum(axis=+1)")


def test_each_reason_is_given():
    with pytest.raises(ValueError, match="no reason"):
        mutation.read({"equivalent": [{"reason": " ", "mutants": ["f: x"]}]})
    with pytest.raises(KeyError):
        mutation.read({"equivalent": [{"mutants": ["f: x"]}]})


def test_a_mutant_meets_the_tests_of_its_module():
    tests = ["tests/byhand/test_softmax.py::test_a", "tests/byhand/test_log_softmax.py::test_a", "tests/byhand"]
    assert mutation.own(tests, "softmax") == tests[:1]
    assert mutation.own(tests, "_shift") == tests[:2]
    assert mutation.own(tests, "affine") == mutation.own(tests, "") == []


def test_the_quick_tests_come_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert mutation.quick_first(["b", "a"]) == ["b", "a"]
    (tmp_path / "mutmut-stats.json").write_text(json.dumps({"duration_by_test": {"a": 1.0, "b": 2.0, "c": 0.5}}))
    assert mutation.quick_first(["b", "c", "a"]) == ["c", "a", "b"]
    assert mutation.quick_first(["b", "new", "a"]) == ["b", "new", "a"]


def test_the_score_counts_what_is_no_error_apart():
    statuses = Counter(killed=7, timeout=1, survived=2)
    assert mutation.score(statuses, Counter(a=1)).endswith("score 8 of 9, 88.9%")
    assert mutation.score(statuses, Counter(a=1, b=1)).endswith("score 8 of 8, 100.0%")


def functions(source):
    tree = ast.parse(source)
    methods = {
        f"{c.name}.{f.name}" for c in tree.body if isinstance(c, ast.ClassDef) for f in c.body if hasattr(f, "args")
    }
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)} | methods


def test_the_list_names_functions_that_exist():
    listed = mutation.read(tomllib.loads((ROOT / "tests" / "equivalents.toml").read_text(encoding="utf-8")))
    exist = {
        f"{path.stem}.{function}"
        for path in ROOT.glob("src/byhand/*.py")
        for function in functions(path.read_text(encoding="utf-8"))
    }
    assert {mutant.partition(":")[0] for mutant in listed} - exist == set()
