"""A build that cannot fail proves nothing: each error planted here must stop it, and be named."""

import re
import shutil

import pytest
from built import ROOT, Copy

PAGE = "docs/derivations/softmax.md"
CODE = "src/byhand/softmax.py"


def math(body, header='id="planted"'):
    return f"```math {header}\n{body}\n```"


def stops(copy):
    code, output = copy.build()
    assert code != 0, f"the build lets it pass:\n{output}"
    return output


# ---- what is a warning, and an error in a strict build: all planted at once, each must be named ----

WARNINGS = {
    "reference": ("[x][eq-no-such]", r"derivations/softmax\.md.*eq-no-such"),
    "function": ("[`x`][byhand.softmax.no_such]", r"derivations/softmax\.md.*byhand\.softmax\.no_such"),
    "link": ("[x](no_such.md)", r"derivations/softmax\.md.*no_such\.md"),
    "link-to-anchor": ("[x](cross_entropy.md#no-such-there)", r"derivations/softmax\.md.*#no-such-there"),
    "link-to-anchor-here": ("[x](#no-such-here)", r"derivations/softmax\.md.*#no-such-here"),
    "link-to-equation": ("[x](cross_entropy.md#eq-no-such-link)", r"derivations/softmax\.md.*#eq-no-such-link"),
    "picture": ("![x](no_such.png)", r"derivations/softmax\.md.*no_such\.png"),
}
ELSEWHERE = {
    "reference-in-a-docstring": r"softmax\.py.*eq-no-such-shift",
    "page-without-menu": r"no_such_menu\.md",
    "menu-without-page": r"cite\.md",
}


@pytest.fixture(scope="module")
def warned(drawn, tmp_path_factory):
    copy = Copy(tmp_path_factory.mktemp("warned"))
    copy.append(PAGE, "\n\n".join(text for text, _ in WARNINGS.values()))
    copy.replace(CODE, "[eq-softmax-shift][]", "[eq-no-such-shift][]")
    (copy.root / "docs" / "no_such_menu.md").write_text("# A page\n", encoding="utf-8")
    (copy.root / "docs" / "cite.md").unlink()
    return stops(copy)


@pytest.mark.parametrize("case", [*WARNINGS, *ELSEWHERE])
def test_the_build_warns(warned, case):
    message = ELSEWHERE.get(case) or WARNINGS[case][1]
    assert re.search(rf"^WARNING .*(\n  .*)*{message}", warned, re.MULTILINE), warned


def test_a_single_warning_stops_the_build(copy):
    copy.append(PAGE, WARNINGS["reference"][0])
    assert "Aborted with 1 warnings in strict mode" in stops(copy)


# ---- what cannot be typeset: all planted at once, each must be named -------------------------------

UNTYPESET = {
    "macro": (r"So $1 + \foo$ it is.", r"1 \+ \\foo"),
    "macro-in-display": (math(r"2 + \foo"), r"2 \+ \\foo"),
    "brace": (r"So $\frac{3{2}$ it is.", r"\\frac\{3\{2\}"),
    "brace-in-display": (math(r"\frac{4{2}", 'id="planted-brace"'), r"\\frac\{4\{2\}"),
    "environment": (math(r"\begin{aligned} 5", 'id="planted-chain"'), r"\\begin\{aligned\} 5"),
    "label": (r"So $6 + \ref{no-such}$ it is.", r"6 \+ \\ref\{no-such\}"),
}
# These are found in what is left when all is set, a page at a time, so each needs a page of its own.
LEFT = {
    "dollars": ("docs/notation.md", "$$x = 7$$", r"\$"),
    "brackets": ("docs/cite.md", r"\\[x = 8\\]", r"x = 8"),
}


@pytest.fixture(scope="module")
def untypeset(drawn, tmp_path_factory):
    copy = Copy(tmp_path_factory.mktemp("untypeset"))
    copy.append(PAGE, "\n\n".join(text for text, _ in UNTYPESET.values()))
    for page, text, _ in LEFT.values():
        copy.append(page, text)
    output = stops(copy)
    assert "WARNING" not in output
    return output


@pytest.mark.parametrize("case", UNTYPESET)
def test_a_formula_that_cannot_be_typeset_is_named(untypeset, case):
    assert re.search(rf"typeset: derivations.softmax.index\.html: .*: .*{UNTYPESET[case][1]}", untypeset), untypeset


@pytest.mark.parametrize("case", LEFT)
def test_a_display_outside_a_fence_is_named(untypeset, case):
    page, _, message = LEFT[case]
    name = page.removeprefix("docs/").removesuffix(".md")
    assert re.search(rf"typeset: {name}.index\.html: math left untypeset: [^;]*?{message}", untypeset), untypeset


# ---- what ends the build at once ---------------------------------------------------------------------

ADDED = {
    "id-twice": (math("x = 1", 'id="softmax"'), r'id="softmax" .*(twice|already)'),
    "id-of-another-page": (math("x = 1", 'id="hidden-affine"'), r'id="hidden-affine" .*already'),
    "no-id": (math("x = 1", ""), r'softmax\.md:\d+: a math fence has either id="…"'),
    "attribute": (math("x = 1", 'id="planted" kid="claim"'), r"softmax\.md:\d+: unknown attribute 'kid'"),
    "definition-without-code": (math("x = 1", 'id="planted" kind="definition"'), r"softmax\.md:\d+: a definition"),
    "code": (math("x = 1", 'id="planted" code="softmax(z"'), r"equation planted: expected a Python expression"),
    "notation": ("```notation\nK \\in\n```", r"notation: "),
    "snippet": ('--8<-- "no_such.svg"', r"no_such\.svg"),
}


@pytest.mark.parametrize("case", ADDED)
def test_the_build_stops_at_an_error_on_a_page(copy, case):
    planted, message = ADDED[case]
    copy.append(PAGE, planted)
    output = stops(copy)
    assert re.search(message, output), output


REPLACED = {
    "citation": ('cites="softmax"', 'cites="no-such"', 'no page has an equation id="no-such"'),
    "equation": (
        r"\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} - p_j)",
        r"\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} + p_j)",
        r"equation softmax-jacobian: .*it differs from derivations/softmax\.md:\d+",
    ),
}


@pytest.mark.parametrize("case", REPLACED)
def test_the_build_stops_at_an_error_in_a_docstring(copy, case):
    old, new, message = REPLACED[case]
    copy.replace(CODE, old, new)
    output = stops(copy)
    assert re.search(message, output), output


def test_the_build_stops_at_a_missing_picture(copy):
    (copy.root / "build" / "figures" / "home.svg").unlink()
    assert "home.svg" in stops(copy)


def test_the_build_stops_at_a_module_that_is_not_there(copy):
    copy.append("docs/reference/softmax.md", "::: byhand.no_such")
    assert "byhand.no_such" in stops(copy)


# ---- and where nothing is wrong, nothing stops -------------------------------------------------------


def test_a_copy_without_an_error_is_built_from_its_own_sources(copy):
    copy.replace(CODE, "Turn logits into probabilities.", "Turn planted words into others.")
    code, output = copy.build()
    assert code == 0, output
    assert "WARNING" not in output
    assert "Turn planted words" in (copy.root / "site/reference/softmax/index.html").read_text(encoding="utf-8")


def test_a_wrong_sign_in_the_code_is_caught(copy):
    shutil.copytree(ROOT / "tests" / "byhand", copy.root / "tests" / "byhand")
    shutil.copy(ROOT / "pyproject.toml", copy.root)
    judge = ["pytest", "-q", "-p", "no:cacheprovider", "--maxfail=1", "tests/byhand/test_softmax.py"]
    code, output = copy.run(*judge)
    assert code == 0, output

    copy.replace(CODE, "J = -p[", "J = p[")
    code, output = copy.run(*judge)
    assert code == 1, output
    assert re.search(r"^FAILED tests/byhand/test_softmax\.py::test_eq_softmax_\w+", output, re.MULTILINE), output
