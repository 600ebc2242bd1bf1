"""The laws of the house: what must be true of the tree as a whole.

Each law is a function from plain data to a list of complaints. It is tested twice: on the tree, where the
list must be empty, and on planted data, where it must not.
"""

import ast
import graphlib
import inspect
import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml
from mkdocs.utils.yaml import yaml_load

import byhand
from byhand import backpropagation
from eqcheck.codelinks import links
from eqcheck.notation import NotationError, read_notation
from eqcheck.pages import Equation, equation, fences, read_book

ROOT = Path(__file__).parents[1]

# Topics that have a module and no page of derivations yet. The set only shrinks.
PAGES_TO_COME = set()

# Functions whose equation stands on no page yet, and what their docstrings rest on. It only shrinks too.
FUNCTIONS_WITHOUT_PAGE = {}

# Imports go down, from a floor to a lower one.
FLOORS = [
    ["gradient_check"],  # a judge: below everything, so that it shares no code with the judged
    ["_checks"],
    ["_shift"],
    ["activations", "affine", "gradient_descent", "log_softmax", "softmax"],
    ["binary_cross_entropy", "cross_entropy", "entropy", "logistic_unit", "squared_error"],
    ["backpropagation", "deep_network"],
    ["training"],
    ["__main__"],  # the command: python -m byhand
]


# What is in the tree


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def stems(pattern, prefix=""):
    return {path.stem.removeprefix(prefix) for path in ROOT.glob(pattern)} - {"index"}


def modules():
    return {stem for stem in stems("src/byhand/*.py") if not stem.startswith("_")}


@cache
def book():
    return read_book(ROOT / "docs")


def derivations():
    return [page for page in book().pages if page.name.startswith("derivations/")]


@cache
def public_functions():
    """The functions that byhand offers, itself and in its modules, by their full names."""
    offered = [getattr(byhand, name) for name in byhand.__all__]
    networks = [thing for thing in offered if inspect.ismodule(thing)]
    offered += [getattr(network, name) for network in networks for name in defined(inspect.getsource(network))]
    return {f"{f.__module__}.{f.__name__}": f for f in offered if inspect.isfunction(f)}


def defined(source):
    """The public functions that a module defines."""
    return [n.name for n in ast.parse(source).body if isinstance(n, ast.FunctionDef) and not n.name.startswith("_")]


def docstrings(source):
    """The docstrings of a module's source, nested and private ones too."""
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    return [doc for node in ast.walk(ast.parse(source)) if isinstance(node, kinds) and (doc := ast.get_docstring(node))]


def is_exercise(equation):
    return "-exercise-" in equation.id


def math_fences(text, name):
    return [equation(fence, name, 1) for fence in fences(text) if fence.language == "math"]


def imports(source):
    """The modules that a source imports, wherever in it; a relative import begins with a dot."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return found


def tracked():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return {name: (ROOT / name).read_bytes() for name in listed.split("\0") if name and (ROOT / name).is_file()}


def claim(id, kind="claim", tex="x", **fields):
    """Plant an equation."""
    return Equation(page="p.md", line=1, number=1, id=id, kind=kind, tex=tex, **fields)


# 1. One topic, one stem. A page of practice tells of the code as a whole: it has a test file, and no module


def stray_stems(modules, tests, references, pages, pages_to_come):
    return [
        *(f"{stem}: a module or a test without the other" for stem in modules ^ tests),
        *(f"{stem}: a module or a reference page without the other" for stem in modules ^ references),
        *(f"{stem}: a page without a module" for stem in pages - modules),
        *(f"{stem}: neither a page nor in PAGES_TO_COME" for stem in modules - pages - pages_to_come),
        *(f"{stem}: in PAGES_TO_COME, but its page is here or its module is not" for stem in pages_to_come & pages),
        *(f"{stem}: in PAGES_TO_COME without a module" for stem in pages_to_come - modules),
    ]


def test_page_module_and_test_have_one_stem():
    tests = stems("tests/byhand/test_*.py", "test_")
    assert (
        stray_stems(modules(), tests, stems("docs/reference/*.md"), stems("docs/derivations/*.md"), PAGES_TO_COME) == []
    )


def test_a_page_of_practice_and_its_test_have_one_stem():
    assert stems("docs/practice/*.md") == stems("tests/practice/test_*.py", "test_")


@pytest.mark.parametrize(
    "planted",
    [
        ({"a"}, {"a", "b"}, {"a"}, {"a"}, set()),
        ({"a", "b"}, {"a"}, {"a", "b"}, {"a", "b"}, set()),
        ({"a"}, {"a"}, set(), {"a"}, set()),
        ({"a"}, {"a"}, {"a"}, {"a", "b"}, set()),
        ({"a"}, {"a"}, {"a"}, set(), set()),
        ({"a"}, {"a"}, {"a"}, {"a"}, {"a"}),
        ({"a"}, {"a"}, {"a"}, {"a"}, {"b"}),
    ],
)
def test_a_stray_stem_is_found(planted):
    assert len(stray_stems(*planted)) == 1


# 2. Every equation has a test named after it


def untested(equations, tests):
    """Compare the tests' names with those that the equations ask for; a suffix stands behind two underscores.

    The solution of an exercise is checked by eqcheck and run as an example; no function implements it.
    """
    implemented = [e for e in equations if not is_exercise(e)]
    wanted = {f"test_{'mistake' if e.kind == 'mistake' else 'eq'}_{e.id.replace('-', '_')}": e.id for e in implemented}
    named = {name.split("__")[0] for name in tests if re.match("test_(eq|mistake)_", name)}
    return [
        *(f"{wanted[name]}: no test {name}" for name in sorted(wanted.keys() - named)),
        *(f"{name}: no such equation" for name in sorted(named - wanted.keys())),
    ]


def test_every_equation_has_a_test_named_after_it():
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in ROOT.glob("tests/*/test_*.py")]
    tests = {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert untested(book().equations.values(), tests) == []


@pytest.mark.parametrize(
    "tests",
    [
        ["test_mistake_b"],
        ["test_eq_a_b"],
        ["test_eq_a_b", "test_mistake_b", "test_eq_c"],
        ["test_eq_a_b", "test_mistake_b", "test_mistake_a_b"],
        ["test_eq_a_b_more", "test_eq_a_b", "test_mistake_b"],
    ],
)
def test_a_missing_test_and_a_test_of_nothing_are_found(tests):
    equations = [claim("a-b"), claim("b", "mistake")]
    assert untested(equations, ["test_eq_a_b__page", "test_eq_a_b", "test_mistake_b__x", "test_other"]) == []
    assert len(untested(equations, tests)) == 1


# 3. A docstring's equation is its page's


def drifted(cited, equations):
    return [
        f"{where}: {e.cites} differs from its page, or has none"
        for where, found in cited.items()
        for e in found
        if e.cites not in equations or e.tex.split() != equations[e.cites].tex.split()
    ]


def uncited(cited, without_page):
    """Name the functions whose docstrings repeat no equation, but for those that have a reason."""
    bare = {where for where, found in cited.items() if not found}
    return sorted(bare ^ set(without_page))


def test_a_docstring_repeats_the_equation_of_its_page():
    sources = {stem: docstrings(read(f"src/byhand/{stem}.py")) for stem in stems("src/byhand/*.py")}
    cited = {stem: [e for doc in found for e in math_fences(doc, stem)] for stem, found in sources.items()}
    assert sum(map(len, cited.values())) > 20
    assert drifted(cited, book().equations) == []


def test_every_function_repeats_an_equation():
    assert (
        uncited({name: math_fences(f.__doc__, name) for name, f in public_functions().items()}, FUNCTIONS_WITHOUT_PAGE)
        == []
    )


def test_a_drifted_and_a_missing_citation_are_found():
    def cited(tex, cites="a"):
        return {"f": math_fences(f'```math cites="{cites}"\n{tex}\n```', "f")}

    page = {"a": claim("a", tex="x =\n y")}
    assert drifted(cited("x  = y"), page) == []
    assert len(drifted(cited("x = z"), page)) == len(drifted(cited("x = y", "b"), page)) == 1
    assert len(drifted({"f": math_fences('```math id="a"\nx = y\n```', "f")}, page)) == 1
    assert uncited({"f": [1], "g": []}, {"g": "why"}) == []
    assert uncited({"f": [1], "g": []}, {}) == uncited({"f": [1], "g": [1]}, {"g": "why"}) == ["g"]


# 4. Every equation is tied to code


def untied(equations, names, namespace):
    """Say which equations have no code, or code with a name that stands nowhere."""
    complaints = []
    for e in equations:
        if e.kind == "mistake" or (is_exercise(e) and not e.code):
            continue
        if not e.code or not links(e.code, namespace):
            complaints.append(f"{e.id}: its code calls no function of {namespace}")
            continue
        found = [node for node in ast.walk(ast.parse(e.code)) if isinstance(node, ast.Name)]
        bound = {node.id for node in found if isinstance(node.ctx, ast.Store)}  # by a comprehension
        used = {node.id for node in found} - bound
        unknown = {name for name in used - names if not hasattr(sys.modules[namespace], name)}
        complaints += [f"{e.id}: {name} is neither declared nor in {namespace}" for name in sorted(unknown)]
    return complaints


def test_every_equation_is_tied_to_code():
    for page in book().pages:
        declared = {name for fence in page.notations for line in read_notation(fence.body) for name in line.names}
        assert page.namespace == ("byhand" if page.equations else ""), page.name
        assert untied(page.equations, {"np", *declared}, "byhand") == []


@pytest.mark.parametrize("code", ["", "np.ones(z)", "softmax(w)", "softmax(softmx(z))", "numpy.exp(softmax(z))"])
def test_an_equation_that_is_not_tied_to_code_is_found(code):
    assert untied([claim("a", code="np.exp(softmax(z))"), claim("b", "mistake")], {"np", "z"}, "byhand") == []
    assert untied([claim("a", code="[softmax(row) for row in z]")], {"np", "z"}, "byhand") == []
    assert len(untied([claim("a", code=code)], {"np", "z"}, "byhand")) == 1


def test_a_solution_needs_no_code_and_no_test_of_its_own():
    assert untied([claim("a-exercise-b")], {"np"}, "byhand") == untested([claim("a-exercise-b")], []) == []
    assert len(untied([claim("a-exercise-b", code="softmx(z)")], {"np", "z"}, "byhand")) == 1


# 5. Every public function is on a page, and is documented


def unlinked(functions, linked, without_page):
    return sorted(set(functions) - set(linked) - set(without_page))


def undocumented(name, docstring):
    sections = re.findall(r"^(\w+)\n-+$", docstring, flags=re.MULTILINE)
    wanted = ["Parameters", "Returns", "Raises", "Examples"]
    missing = [section for section in wanted if sections.count(section) != 1]
    examples = docstring.split("\nExamples\n")[-1].count(">>> ") if not missing else 1
    return [f"{name}: no section {section}" for section in missing] + [f"{name}: no example"] * (examples == 0)


def test_every_public_function_is_linked_from_a_page():
    linked = {
        link.target for page in derivations() for e in page.equations if e.code for link in links(e.code, "byhand")
    }
    for page in derivations():
        linked |= set(re.findall(r"\]\[(byhand\.[\w.]+)\]", read(f"docs/{page.name}")))
    assert unlinked(public_functions(), linked, FUNCTIONS_WITHOUT_PAGE) == []


def test_every_public_function_is_documented():
    assert len(public_functions()) > 20
    assert [
        line for name, f in public_functions().items() for line in undocumented(name, inspect.getdoc(f) or "")
    ] == []


def test_an_unlinked_and_an_undocumented_function_are_found():
    assert unlinked({"f", "g"}, {"f", "other"}, {"g": "why"}) == []
    assert unlinked({"f", "g"}, {"f"}, {}) == unlinked({"f", "g"}, {"f"}, {"f": "why"}) == ["g"]
    good = inspect.getdoc(byhand.softmax)
    assert undocumented("f", good) == []
    for section in ("Parameters", "Returns", "Raises", "Examples"):
        assert undocumented("f", good.replace(f"{section}\n", "Other\n")) == [f"f: no section {section}"]
    assert undocumented("f", good.replace(">>> ", "... ")) == ["f: no example"]
    assert len(undocumented("f", "")) == 4


# 6. The reference is the public API


def off_reference(modules, references, nav):
    """Compare the modules with what the reference pages show, and those pages with the navigation."""
    shown = {stem: re.findall(r"^::: *(\S+)", text, flags=re.MULTILINE) for stem, text in references.items()}
    return [
        *(
            f"{stem}: not shown by its reference page alone"
            for stem in modules
            if shown.get(stem) != [f"byhand.{stem}"]
        ),
        *(f"{stem}: a reference page of no module" for stem in shown.keys() - modules),
        *(f"{stem}: not in the navigation" for stem in shown if f"reference/{stem}.md" not in nav),
    ]


def unexported(names, public):
    """Name the functions that the reference shows and `byhand` does not offer, and the other way round."""
    return sorted({f"byhand.{stem}.{name}" for stem, found in names.items() for name in found} ^ set(public))


def in_nav(nav):
    """Flatten a navigation into the pages that it lists."""
    if isinstance(nav, str):
        return [nav]
    return [page for part in (nav.values() if isinstance(nav, dict) else nav) for page in in_nav(part)]


def test_the_reference_has_each_module():
    references = {stem: read(f"docs/reference/{stem}.md") for stem in stems("docs/reference/*.md")}
    nav = in_nav(yaml_load(read("mkdocs.yml"))["nav"])
    assert off_reference(modules(), references, nav) == []
    assert sorted(nav) == sorted(page.name for page in book().pages)


def test_every_function_of_the_reference_is_public():
    names = {stem: defined(read(f"src/byhand/{stem}.py")) for stem in modules()}
    assert unexported(names, public_functions()) == []


@pytest.mark.parametrize(
    ("references", "nav"),
    [
        ({}, ["reference/a.md"]),
        ({"a": "::: byhand.b"}, ["reference/a.md"]),
        ({"a": "::: byhand.a\n::: byhand.b"}, ["reference/a.md"]),
        ({"a": "::: byhand.a"}, ["reference/b.md"]),
        ({"a": "::: byhand.a", "b": ""}, ["reference/a.md", "reference/b.md"]),
    ],
)
def test_a_hole_in_the_reference_is_found(references, nav):
    assert off_reference({"a"}, {"a": "# A\n\n::: byhand.a\n"}, in_nav([{"A": ["reference/a.md"]}])) == []
    assert len(off_reference({"a"}, references, nav)) == 1


def test_a_function_that_is_not_offered_is_found():
    names = {"a": defined("def f(): pass\ndef _g(): pass\nclass C:\n    def h(): pass\n")}
    assert unexported(names, {"byhand.a.f": 1}) == []
    assert unexported(names, {}) == unexported({"a": []}, {"byhand.a.f": 1}) == ["byhand.a.f"]


# 7. Imports go down, and the two packages do not know each other


def climbing(stem, imported, floors):
    """Say which imports of a module of byhand go up or sideways, or out of the house."""
    floor = {stem: height for height, stems in enumerate(floors) for stem in stems}
    if stem not in floor:
        return [f"{stem}: on no floor"]
    complaints = []
    for name in sorted(imported):
        package, _, module = name.partition(".")
        if package == "byhand":
            allowed = floor.get(module, len(floors)) < floor[stem]
        else:
            allowed = package == "numpy" or package in sys.stdlib_module_names
        complaints += [] if allowed else [f"{stem}: imports {name}"]
    return complaints


def test_imports_of_byhand_go_down():
    sources = {stem: read(f"src/byhand/{stem}.py") for stem in stems("src/byhand/*.py") - {"__init__"}}
    assert [line for stem, source in sources.items() for line in climbing(stem, imports(source), FLOORS)] == []
    assert sorted(sources) == sorted(stem for floor in FLOORS for stem in floor)
    assert {name.partition(".")[0] for name in imports(read("src/byhand/__init__.py"))} == {"byhand"}


def test_eqcheck_does_not_know_byhand():
    for path in ROOT.glob("src/eqcheck/**/*.py"):
        assert "byhand" not in {name.partition(".")[0] for name in imports(path.read_text(encoding="utf-8"))}, path


def circle(graph):
    """Modules that import each other in a circle, if there are any."""
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return error.args[1]
    return []


def eqcheck_imports(source, modules):
    """The modules of eqcheck that a source imports, named from the package down."""
    names = {name.removeprefix("eqcheck.") for name in imports(source) if name.startswith("eqcheck.")}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "eqcheck":
            inside = f"{node.module}.".removeprefix("eqcheck.")
            names |= {inside + alias.name for alias in node.names}
    return names & modules


def test_the_imports_of_eqcheck_go_one_way():
    root = ROOT / "src" / "eqcheck"
    sources = {
        ".".join(path.relative_to(root).with_suffix("").parts): path.read_text(encoding="utf-8")
        for path in root.rglob("*.py")
    }
    assert circle({name: eqcheck_imports(source, sources.keys()) for name, source in sources.items()}) == []
    stems = {name.rpartition(".")[2] for name in sources} - {"__init__", "__main__"}
    listed = set(re.findall(r"`(\w+)`", sources["__init__"]))
    assert sorted(stems - listed) == [], "in the package, and not in the list of where to look"


def test_a_circle_is_found():
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})) == {"a", "b", "c"}
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []
    source = "from eqcheck import code\nfrom eqcheck.tex import parts\nfrom eqcheck.tex.lexer import Token\n"
    assert eqcheck_imports(source, {"code", "judge", "tex.parts", "tex.lexer"}) == {"code", "tex.parts", "tex.lexer"}


@pytest.mark.parametrize(
    ("stem", "source"),
    [
        ("b", "from byhand.c import f"),
        ("b", "from byhand.b2 import f"),
        ("b", "import byhand.c as c"),
        ("b", "def f():\n    from byhand import c"),
        ("b", "from . import a"),
        ("b", "from .a import f"),
        ("b", "import eqcheck.pages"),
        ("b", "from scipy import special"),
        ("b", "import byhand.new"),
        ("new", ""),
    ],
)
def test_an_import_that_climbs_is_found(stem, source):
    floors = [["a"], ["b", "b2"], ["c"]]
    assert (
        climbing("b", imports("import math, numpy as np\nfrom byhand.a import f\nfrom numpy.typing import X"), floors)
        == []
    )
    assert len(climbing(stem, imports(source), floors)) == 1


# 8. byhand loads numpy and nothing else


def loaded(first, second):
    """What a fresh Python has loaded after the second import and had not after the first."""
    code = f"import sys, {first}; old = set(sys.modules); import {second}; print(*set(sys.modules) - old)"
    run = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True, text=True)
    return run.stdout.split()


def intruders(modules, package):
    roots = {name.partition(".")[0] for name in modules}
    return sorted(roots - {package, "numpy"} - sys.stdlib_module_names)


def test_byhand_loads_numpy_and_nothing_else():
    modules = loaded("numpy", "byhand")
    assert "byhand.softmax" in modules
    assert intruders(modules, "byhand") == []


def test_an_intruder_is_found():
    assert intruders(["byhand.softmax", "math", "numpy.linalg", "scipy.special", "markdown"], "byhand") == [
        "markdown",
        "scipy",
    ]
    assert "markdown" in intruders(loaded("numpy", "markdown"), "byhand")


# 9. Displayed math stands in math fences


def displays(text):
    """The marks of displayed math outside fences and code."""
    prose = re.sub(r"^[ \t>]*(`{3,}|~{3,})[^\n]*\n.*?^[ \t>]*\1[`~]*[ \t]*$", "", text, flags=re.MULTILINE | re.DOTALL)
    prose = re.sub(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", "", prose, flags=re.DOTALL)
    return re.findall(r"\$\$|\\\[|\\begin\{", prose)


def test_displayed_math_stands_in_math_fences():
    texts = {path: path.read_text(encoding="utf-8") for path in ROOT.glob("docs/**/*.md")}
    assert {path: found for path, text in texts.items() if (found := displays(text))} == {}
    docs = [doc for path in ROOT.glob("src/byhand/*.py") for doc in docstrings(path.read_text(encoding="utf-8"))]
    assert [found for doc in docs if (found := displays(doc))] == []


@pytest.mark.parametrize("mark", ["$$", r"\[", r"\begin{aligned}"])
def test_displayed_math_outside_a_fence_is_found(mark):
    shown = f"Write `{mark}` or `` a`{mark} ``.\n\n> ```math\n> {mark}\n> ```\n\n~~~~\n~~~\n{mark}\n~~~~\n\n$x$\n"
    assert displays(shown) == []
    assert len(displays(f"{shown}{mark} x\n")) == 1
    assert len(displays(f"{mark} x\n\n{shown}")) == 1


# 10. The shapes of the table are the shapes of a run


def misshapen(declared, arrays, sizes):
    """Compare declared shapes, in letters, with those of arrays; a gradient has the shape of its own variable."""
    complaints = []
    for name, array in arrays.items():
        letters = declared.get(name) or declared.get(name.removeprefix("d"))
        shape = letters and tuple(sizes.get(letter) or int(letter) for letter in letters)
        if array.shape != shape:
            complaints.append(f"{name}: declared {letters}, has {array.shape}")
    return complaints


def declared_shapes(page):
    found = {}
    for line in (line for fence in page.notations for line in read_notation(fence.body)):
        try:
            found |= dict.fromkeys(line.names, line.shape)
        except NotationError:
            continue  # sizes and functions have none
    return found


def test_the_shapes_of_the_table_are_the_shapes_of_a_run():
    sizes = {"N": 5, "D": 2, "H": 4, "K": 3}
    (page,) = (page for page in book().pages if page.name == "derivations/backpropagation.md")
    declared = declared_shapes(page)
    parameters = [np.ones([int(sizes.get(s) or s) for s in declared[name]]) for name in ("X", "W1", "b1", "W2", "b2")]
    P, cache = backpropagation.forward(*parameters)
    gradients = backpropagation.backward(cache, np.zeros(sizes["N"], int))
    arrays = {"P": P, **gradients._asdict(), **{k: v for k, v in cache._asdict().items() if k != "activation"}}
    assert {"dZ1", "dZ2"} <= declared.keys()
    assert len(arrays) == 16
    assert misshapen(declared, arrays, sizes) == []


@pytest.mark.parametrize(
    ("name", "shape"), [("W", ("H", "D")), ("dW", ("H", "D")), ("b", ("H",)), ("W", ()), ("c", ("H",))]
)
def test_a_wrong_shape_is_found(name, shape):
    declared = {"W": ("D", "H"), "b": ("1", "H")}
    good = {"W": np.ones((2, 4)), "dW": np.ones((2, 4)), "b": np.ones((1, 4))}
    assert misshapen(declared, good, {"D": 2, "H": 4}) == []
    assert len(misshapen(declared, {name: np.ones([{"D": 2, "H": 4}[s] for s in shape])}, {"D": 2, "H": 4})) == 1


# 11. Every example and every equation is run


def examples(name, text):
    """Count what pytest should collect: each example of a page, each docstring with examples of a module."""
    if name.endswith(".py"):
        return sum(">>> " in doc for doc in docstrings(text))
    shown = [fence.body for fence in fences(text) if fence.language == "markdown"]
    return text.count(">>> ") - sum(body.count(">>> ") for body in shown)


def uncollected(wanted, collected):
    return [
        f"{name}: {wanted[name]} wanted, {collected[name]} collected"
        for name in wanted
        if wanted[name] != collected[name]
    ]


@pytest.fixture(scope="module")
def collected():
    """What pytest collects, but for the tests themselves."""
    paths = tomllib.loads(read("pyproject.toml"))["tool"]["pytest"]["ini_options"]["testpaths"]
    assert "tests" in paths
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *(path for path in paths if path != "tests")]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
    return [line.split("::") for line in run.stdout.splitlines() if "::" in line]


def test_every_example_is_collected(collected):
    files = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("src/**/*.py")]
    names = [path.relative_to(ROOT).as_posix() for path in files]
    wanted = Counter({name: examples(name, read(name)) for name in names})
    assert wanted.total() > 50
    assert uncollected(wanted, Counter(name for name, item in collected if not item.startswith("eq-"))) == []


def test_every_equation_is_collected(collected):
    wanted = Counter(f"docs/{e.page}" for e in book().equations.values())
    assert wanted.total() > 50
    assert uncollected(wanted, Counter(name for name, item in collected if item.startswith("eq-"))) == []


def test_an_example_that_is_not_collected_is_found():
    assert examples("a.md", "```pycon\n>>> 1\n1\n>>> 2\n2\n```\n````markdown\n```pycon\n>>> 3\n```\n````\n") == 2
    assert (
        examples(
            "a.py", '"""A.\n\n>>> 1\n1\n>>> 2\n2\n"""\ndef f():\n    def g():\n        """>>> 3"""\n    """F."""\n'
        )
        == 2
    )
    assert uncollected(Counter(a=2, b=0), Counter(a=2)) == []
    assert uncollected(Counter(a=2), Counter(a=1)) == ["a: 2 wanted, 1 collected"]
    assert len(uncollected(Counter(a=2, b=1), Counter(a=2))) == 1


# 12. The project speaks of itself alone


def addresses(name, content):
    """Find package registries' addresses, and paths that exist on one machine only."""
    text = content.decode(errors="replace")
    patterns = [r"https?://(?:files|registry)\.", r"(?<![\w.~-])/(?:work|root)/"]
    if name.startswith("requirements/"):
        patterns.append(r"\w+://|^--?(?:i\b|index|extra-index|find-links)")
    if name == "package-lock.json":
        patterns.append(r'"resolved"')
    return [f"{name}: {found[0]}" for pattern in patterns if (found := re.search(pattern, text, flags=re.MULTILINE))]


def test_no_file_names_a_registry_or_a_machine():
    files = tracked()
    assert {"requirements/docs.txt", "requirements/test.txt", "package-lock.json"} <= files.keys()
    assert [line for name, content in files.items() for line in addresses(name, content)] == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.md", "https:" + "//files.example.org/a.whl"),
        ("a.json", "https:" + "//registry.example.org/a"),
        ("a.py", 'open("/' + 'work/a")'),
        ("a.yml", "/" + "root/.cache"),
        ("requirements/a.txt", "a @ https://example.org/a"),
        ("requirements/a.txt", "--index-url x"),
        ("requirements/a.txt", "a==1\n-i x"),
        ("package-lock.json", '{"resolved": "x"}'),
    ],
)
def test_an_address_is_found(name, content):
    good = b"https://example.org/files./registry./work/ a/root/b ~/work/c\n# via b-index\na==1 \\\n    --hash=sha256:1"
    assert addresses("a.md", good) == addresses("requirements/a.txt", good.split(b"\n", 1)[1]) == []
    assert len(addresses(name, content.encode())) == 1


# 13. What the README tells to type exists


def missing_targets(text, makefile):
    """Compare the targets that a page names with those of the Makefile that say what they do."""
    targets = set(re.findall(r"^([a-z]+):.*## ", makefile, flags=re.MULTILINE))
    named = {
        word
        for line in re.findall(r"^make ([^\n#]+)|`make ([^`]+)`", text, flags=re.M)
        for word in "".join(line).split()
    }
    return sorted(word for word in named - targets if "=" not in word)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_make_knows_what_is_named(name):
    assert missing_targets(read(name), read("Makefile")) == []


def test_the_readme_begins_with_serve_and_test():
    assert re.findall(r"^make (\w+)$", read("README.md"), flags=re.MULTILINE)[:2] == ["serve", "test"]


def test_a_missing_target_is_found():
    makefile = "serve: a ## Show\n\t@x\nhidden: b\ntest: ## Test\n"
    assert missing_targets("```console\nmake serve\n```\nor `make test PYTEST=-x`, to make it", makefile) == []
    assert missing_targets("make serve\nmake hidden\n`make test other`\n", makefile) == ["hidden", "other"]


# 14. One version


def versions(pyproject, citation, cite, package):
    """Collect the versions that the files name; a page may name its own more than once."""
    return {
        tomllib.loads(pyproject)["project"]["version"],
        str(yaml.safe_load(citation)["version"]),
        *(re.findall(r"(?i)\bversion(?: *= *\{| )(\d[\w.]*\w)", cite) or [None]),
        *([package["version"]] if "version" in package else []),
    }


def test_there_is_one_version():
    files = [read(name) for name in ("pyproject.toml", "CITATION.cff", "docs/cite.md")]
    assert len(versions(*files, json.loads(read("package.json")))) == 1


@pytest.mark.parametrize("changed", range(6))
def test_a_second_version_is_found(changed):
    cites = "Equation 1, version 1.2.0.\n", "Version 1.2.0, 2026\n", "  version = {1.2.0},\n"
    files = ['[project]\nversion = "1.2.0"\n', "version: 1.2.0\n", *cites, '{"version": "1.2.0"}']
    for edit, count in ((str, 1), (lambda text: text.replace("1.2.0", "1.2.1"), 2)):
        pyproject, citation, *cites, package = [edit(t) if n == changed else t for n, t in enumerate(files)]
        assert len(versions(pyproject, citation, "".join(cites), json.loads(package))) == count
    assert None in versions(*files[:2], "", {})


# 15. Every mistake is gathered on one page, with the true equation beside it


def ungathered(text, equations):
    """Compare the mistakes that a page includes with those of the book, and each with what it calls right."""
    included = re.split(r'^--8<-- "equations/([\w-]+)\.md"$', text, flags=re.MULTILINE)[1:]
    times = Counter(included[::2])
    wanted = {e.id for e in equations.values() if e.kind == "mistake" and not is_exercise(e)}
    true = {id for id, e in equations.items() if e.kind != "mistake" and not is_exercise(e)}
    right = {id: re.match(r"\s*Right: (.+)", below) for id, below in zip(included[::2], included[1::2], strict=True)}
    links = {id: re.findall(r"\]\[eq-([\w-]+)\]", found[1]) if found else [] for id, found in right.items()}
    return [
        *(f"{id}: on no page of known mistakes" for id in sorted(wanted - times.keys())),
        *(f"{id}: among the mistakes, and it is none" for id in sorted(times.keys() - wanted)),
        *(f"{id}: gathered {count} times" for id, count in times.items() if count > 1),
        *(f"{id}: no true equation beside it" for id, to in links.items() if not to or not true.issuperset(to)),
    ]


def test_every_mistake_is_gathered_and_set_right():
    assert ungathered(read("docs/mistakes.md"), book().equations) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('--8<-- "equations/sign.md"\n\nRight: [minus][eq-a].\n', ""),
        ("sum.md", "a.md"),
        ("[both][eq-a] and [b][eq-b].\n", '[both][eq-a].\n\n--8<-- "equations/sign.md"\n\nRight: [minus][eq-a].\n'),
        ("Right: [minus][eq-a].", "See [minus][eq-a]."),
        ("Right: [minus][eq-a].", "Right: minus."),
        ("[minus][eq-a]", "[minus][eq-c]"),
        ("[minus][eq-a]", "[minus][eq-sum]"),
        ("[b][eq-b]", "[b][eq-sum]"),
    ],
)
def test_a_mistake_that_is_not_gathered_or_not_set_right_is_found(old, new):
    mistakes = [claim(id, "mistake") for id in ("sign", "sum", "a-exercise-find")]
    equations = {e.id: e for e in (claim("a"), claim("b"), *mistakes)}
    page = (
        '# M\n\n--8<-- "equations/sign.md"\n\nRight: [minus][eq-a].\n'
        '\n--8<-- "equations/sum.md"\n\nRight: [both][eq-a] and [b][eq-b].\nSource: [not this][eq-sum]\n'
    )
    assert ungathered(page, equations) == []
    assert page.count(old) == 1
    assert ungathered(page.replace(old, new), equations) != []


# 16. A test that hangs is ended


def test_a_test_that_hangs_is_ended_and_named(tmp_path):
    (tmp_path / "test_it.py").write_text("import time\n\n\ndef test_hangs():\n    time.sleep(600)\n", encoding="utf-8")
    options = [f"--config-file={ROOT / 'pyproject.toml'}", f"--rootdir={tmp_path}", "--numprocesses=1", str(tmp_path)]
    soon = ["-o", "faulthandler_timeout=1"]
    run = subprocess.run([sys.executable, "-m", "pytest", *options, *soon], capture_output=True, text=True, timeout=120)
    assert run.returncode == 1
    assert "crashed while running 'test_it.py::test_hangs'" in run.stdout
    assert "in test_hangs" in run.stderr
