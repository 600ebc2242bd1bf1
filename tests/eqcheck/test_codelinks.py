"""Links from a line of code to the functions that it calls."""

import pytest

from eqcheck.codelinks import CodeError, Link, links

pytestmark = pytest.mark.usefixtures("library")


def targets(code):
    return [(code[link.start : link.end], link.target) for link in links(code, "lib")]


def test_a_link_says_where_it_stands_and_what_it_names():
    assert links("1 + f(z)", "lib") == [Link(start=4, end=5, target="lib.f")]


def test_a_function_is_named_by_the_module_that_defines_it():
    assert targets("g(z)") == [("g", "lib.inner.f")]


def test_dotted_names_are_followed_from_module_to_module():
    assert targets("inner.f(z) + inner.Box(z)") == [("inner.f", "lib.inner.f"), ("inner.Box", "lib.inner.Box")]


def test_links_go_from_left_to_right():
    assert targets("f(g(z), inner.f(Box(f)))") == [
        ("f", "lib.f"),
        ("g", "lib.inner.f"),
        ("inner.f", "lib.inner.f"),
        ("Box", "lib.Box"),
        ("f", "lib.f"),
    ]


def test_a_method_and_a_field_are_not_linked():
    assert targets("f(z).open().number") == [("f", "lib.f")]
    assert targets("Box.open(z)") == [("Box", "lib.Box")]


@pytest.mark.parametrize(
    "code",
    ["np.f(z)", "np.inner.f(z)", "z.f", "stranger(z)", "homeless(z)", "box", "number", "inner", "len(z)", "W1 @ b1"],
)
def test_what_is_not_the_namespaces_own_is_not_linked(code):
    assert targets(code) == []


def test_names_behind_letters_of_other_alphabets_keep_their_place():
    assert targets("σ + f(z)") == [("f", "lib.f")]


@pytest.mark.parametrize("code", ["f(", "z = f(z)", "", "f(z); g(z)", "import lib", " f(z)", "f(z)\0"])
def test_code_that_is_no_expression_is_refused(code):
    with pytest.raises(CodeError) as refused:
        links(code, "lib")
    assert str(refused.value).startswith(f"expected a Python expression, got {code!r}: ")


def test_a_module_that_is_missing_is_refused():
    with pytest.raises(CodeError, match=r"^the namespace 'no_such_module' cannot be imported: No module named"):
        links("f(z)", "no_such_module")


@pytest.mark.parametrize("namespace", [".", ".lib", "lib..inner"])
def test_a_namespace_that_names_no_module_is_refused(namespace):
    with pytest.raises(CodeError, match="cannot be imported"):
        links("f(z)", namespace)
