"""Pages: which fences count, what a header may say, what is refused and where."""

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eqcheck.pages import Book, PageError, fences, read_book, read_page

MATH = '```math id="a"\nx = y\n```\n'
steady = settings(derandomize=True, deadline=None, database=None, max_examples=200)


def page(text):
    return read_page(dedent(text), "p.md")


def refusal(text):
    with pytest.raises(PageError) as refused:
        page(text)
    return str(refused.value)


# Which fences count


def test_an_equation_is_read_with_its_place():
    (equation,) = page('# Title\n\n```math id="softmax" kind="definition" code="softmax(z)"\np_i = 1\n```\n').equations
    assert (equation.page, equation.line, equation.number) == ("p.md", 3, 1)
    assert (equation.id, equation.anchor, equation.kind) == ("softmax", "eq-softmax", "definition")
    assert (equation.tex, equation.code, equation.unchecked, equation.cites) == ("p_i = 1", "softmax(z)", "", "")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param('```math id="a"\nx = y\n```', 1, id="top level"),
        pytest.param('!!! note\n\n    ```math id="a"\n    x = y\n    ```', 3, id="admonition"),
        pytest.param('??? note\n    ```math id="a"\n    x = y\n    ```', 2, id="details"),
        pytest.param('=== "tab"\n\n    ```math id="a"\n    x = y\n    ```', 3, id="tab"),
        pytest.param('1. item\n\n    ```math id="a"\n    x = y\n    ```', 3, id="list"),
        pytest.param('- a\n    - b\n\n        ```math id="a"\n        x = y\n        ```', 4, id="list in a list"),
        pytest.param('- a\n\n\t```math id="a"\n\tx = y\n\t```', 3, id="tab characters"),
        pytest.param('> ```math id="a"\n> x = y\n> ```', 1, id="quote"),
        pytest.param('> > ```math id="a"\n> > x = y\n> > ```', 1, id="quote in a quote"),
        pytest.param('~~~math id="a"\nx = y\n~~~', 1, id="tildes"),
        pytest.param('`````math id="a"\nx = y\n`````', 1, id="longer marks"),
        pytest.param('```math id="a"\nx = y\n``````', 1, id="longer end"),
        pytest.param('```  math   id="a"  \nx = y\n```  ', 1, id="spaces"),
        pytest.param('```python\n1\n```\n\n```math id="a"\nx = y\n```', 5, id="behind another fence"),
        pytest.param('```text\n```python\n```\n\n```math id="a"\nx = y\n```', 5, id="behind a fence in a fence"),
    ],
)
def test_a_fence_counts_wherever_markdown_lets_it_stand(text, line):
    (equation,) = read_page(text, "p.md").equations
    assert (equation.id, equation.tex, equation.line) == ("a", "x = y", line)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"````markdown\n{MATH}````\n", id="longer fence"),
        pytest.param(f"~~~markdown\n{MATH}~~~\n", id="the other mark"),
        pytest.param(f"~~~text `a`\n{MATH}~~~\n", id="the other mark, with backticks behind it"),
        pytest.param(f"````\n{MATH}```math\n````\n", id="shown twice, once in vain"),
        pytest.param('```text\n```math id="a"\n```\n', id="a body line with a header ends nothing"),
        pytest.param('Write `math id="a"` behind three backticks.\n', id="inline"),
        pytest.param('```Math id="a"\nx\n```\n', id="another language"),
        pytest.param('``math id="a"\nx\n``\n', id="two marks"),
    ],
)
def test_a_fence_that_is_only_shown_does_not_count(text):
    assert read_page(text, "p.md").equations == ()


def test_the_body_is_kept_to_the_letter_without_its_indentation():
    text = '- a\n\n    ```math id="a"\n    \\begin{aligned}\n      x &= `y` \\\\\n\n    \\end{aligned}\n    ```\n'
    assert page(text).equations[0].tex == "\\begin{aligned}\n  x &= `y` \\\\\n\n\\end{aligned}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('- a\n\n    ```math id="a"\n  x = y\n    ```', id="less indented"),
        pytest.param('> ```math id="a"\n>x = y\n> ```', id="quote without a space"),
        pytest.param('- a\n\n    ```math id="a"\n\tx = y\n    ```', id="tab in the body, spaces before the fence"),
    ],
)
def test_no_letter_of_a_body_is_lost_with_its_indentation(text):
    assert read_page(text, "p.md").equations[0].tex == "x = y"


def test_inline_code_of_three_backticks_at_the_start_of_a_line_opens_no_fence():
    assert [e.id for e in read_page(f"```` ```math ```` opens a fence.\n\n{MATH}", "p.md").equations] == ["a"]


def test_fences_tells_what_stands_on_the_page():
    first, second, third = fences('```math id="a"\nx\n```\n~~~py title="t"\n~~~\n```notation\nz\nw')
    assert (first.language, first.header, first.body, first.line, first.closed) == ("math", 'id="a"', "x", 1, True)
    assert (second.language, second.header, second.body, second.line) == ("py", 'title="t"', "", 4)
    assert (third.language, third.body, third.line, third.closed) == ("notation", "z\nw", 6, False)


# What a header may say


def test_attributes_may_come_in_any_order():
    text = """
        ```math unchecked="no [judge] yet" code="np.einsum('nh,lk->nlhk', f(z) < 1)" kind="mistake" id="a-2"
        x
        ```
    """
    (equation,) = page(text).equations
    assert equation.code == "np.einsum('nh,lk->nlhk', f(z) < 1)"
    assert (equation.id, equation.kind, equation.unchecked) == ("a-2", "mistake", "no [judge] yet")


NO_CODE = 'code="" is empty: expected the expression that computes the left side, or no code at all'


def test_a_claim_is_the_default_and_needs_no_code():
    (equation,) = page(MATH).equations
    assert (equation.kind, equation.code) == ("claim", "")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("", 'a math fence has either id="…", its permanent name, or cites="…", the id of an equation it repeats'),
        (
            'id="a" cites="b"',
            'a math fence has either id="…", its permanent name, or cites="…", the id of an equation it repeats',
        ),
        ('id=""', "expected an id of small letters, digits and single dashes, got ''"),
        ('id="A"', "expected an id of small letters, digits and single dashes, got 'A'"),
        ('id="a--b"', "expected an id of small letters, digits and single dashes, got 'a--b'"),
        ('id="a-"', "expected an id of small letters, digits and single dashes, got 'a-'"),
        ('id="-a"', "expected an id of small letters, digits and single dashes, got '-a'"),
        ('id="a_b"', "expected an id of small letters, digits and single dashes, got 'a_b'"),
        ('id="a b"', "expected an id of small letters, digits and single dashes, got 'a b'"),
        ('id="é"', "expected an id of small letters, digits and single dashes, got 'é'"),
        ('cites="A"', "expected an id of small letters, digits and single dashes, got 'A'"),
        ('id="a" kind="theorem"', "expected kind to be one of claim, definition, mistake, got 'theorem'"),
        ('id="a" kind=""', "expected kind to be one of claim, definition, mistake, got ''"),
        ('id="a" kind="definition" code=""', NO_CODE),
        ('id="a" code=" "', NO_CODE),
        ('id="a" label="b"', "unknown attribute 'label'"),
        ('id="a" z="1" b="2"', "unknown attribute 'b'"),
        ('id="a" id="b"', """expected attributes like id="softmax", got 'id="b"'"""),
        ("id='a'", """expected attributes like id="softmax", got "id='a'\""""),
        ("id=a", """expected attributes like id="softmax", got 'id=a'"""),
        ('id="a', """expected attributes like id="softmax", got 'id="a'"""),
        ('id = "a"', """expected attributes like id="softmax", got 'id = "a"'"""),
        ('id="a" junk', """expected attributes like id="softmax", got 'junk'"""),
        ('junk id="a"', """expected attributes like id="softmax", got 'junk id="a"'"""),
        ('id="a", kind="claim"', """expected attributes like id="softmax", got ', kind="claim"'"""),
        ('id="a" Kind="claim"', """expected attributes like id="softmax", got 'Kind="claim"'"""),
    ],
)
def test_a_header_that_cannot_be_meant_is_refused(header, message):
    assert refusal(f"text\n\n```math {header}\nx\n```\n") == f"p.md:3: {message}"


@pytest.mark.parametrize("body", ["", "\n", "  \n\t\n"])
def test_an_empty_equation_is_refused(body):
    assert refusal(f'```math id="a"\n{body}```\n') == "p.md:1: the equation is empty"


@pytest.mark.parametrize("text", ['\n```math id="a"\nx\n', '\n```math id="a"\nx\n~~~\n``\n', "\n```notation\nz\n"])
def test_an_unclosed_fence_is_refused(text):
    assert refusal(text) == "p.md:2: this fence is never closed"


def test_a_page_cites_by_reference_only():
    assert refusal('```math cites="a"\nx\n```\n') == (
        'p.md:1: cites="…" is for docstrings; on a page, refer with [text][eq-…]'
    )


# Pages and books


def test_equations_are_numbered_from_1_and_notations_are_not():
    found = page("".join(f'```math id="{id}"\nx\n```\n\n```notation\n{id}\n```\n' for id in "abc"))
    assert [(e.id, e.number, e.line) for e in found.equations] == [("a", 1, 1), ("b", 2, 8), ("c", 3, 15)]
    assert [(fence.body, fence.line) for fence in found.notations] == [("a", 5), ("b", 12), ("c", 19)]


@pytest.mark.parametrize(
    ("front_matter", "namespace"),
    [
        ("eqcheck: {namespace: byhand}", "byhand"),
        ("eqcheck: { namespace: a.b_c }", "a.b_c"),
        ("eqcheck:\n  namespace: byhand", "byhand"),
        ("eqcheck:\n    namespace: byhand", "byhand"),
        ("title: x\neqcheck:\n  namespace: byhand\ntags: [a]", "byhand"),
        ("title: x", ""),
        ("noeqcheck: {namespace: byhand}", ""),
        ("title: 'eqcheck: {namespace: byhand}'", ""),
    ],
)
def test_the_namespace_stands_in_the_front_matter(front_matter, namespace):
    found = read_page(f"---\n{front_matter}\n---\n\n{MATH}", "p.md")
    assert found.namespace == namespace
    assert Book((found,)).namespace(found.equations[0]) == namespace


def test_a_namespace_below_the_front_matter_is_text():
    assert read_page("text\n\neqcheck: {namespace: byhand}\n", "p.md").namespace == ""
    assert read_page("---\ntitle: x\n---\n\n```yaml\neqcheck: {namespace: byhand}\n```\n", "p.md").namespace == ""


@pytest.mark.parametrize("front_matter", ['eqcheck: {namespace: "byhand"}', "eqcheck:\n  # why\n  namespace: byhand"])
def test_other_yaml_for_the_same_namespace_is_not_passed_over(front_matter):
    assert read_page(f"---\n{front_matter}\n---\n", "p.md").namespace == "byhand"


def test_a_book_has_the_pages_below_its_folder(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c.md").write_text(MATH, encoding="utf-8")
    (tmp_path / "a.md").write_text("---\neqcheck: {namespace: os.path}\n---\n" + MATH.replace('"a"', '"s"'))
    (tmp_path / "d.txt").write_text("```math\n")
    book = read_book(tmp_path)
    assert [page.name for page in book.pages] == ["a.md", "b/c.md"]
    assert {id: (e.page, e.line) for id, e in book.equations.items()} == {"s": ("a.md", 4), "a": ("b/c.md", 1)}
    assert book.namespace(book.equations["s"]) == "os.path"
    assert book.namespace(book.equations["a"]) == ""


def test_a_page_that_cannot_be_read_is_named_by_its_path(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c.md").write_text("\n```math\nx\n```\n")
    with pytest.raises(PageError, match=r"^b/c\.md:2: a math fence has either"):
        read_book(tmp_path)


@pytest.mark.parametrize(
    ("pages", "message"),
    [
        ({"a.md": MATH, "b.md": f"\n{MATH}"}, 'b.md:2: id="a" stands already at a.md:1; an id is given once'),
        ({"a.md": f"{MATH}\n{MATH}"}, 'a.md:5: id="a" stands already at a.md:1; an id is given once'),
    ],
)
def test_an_id_is_given_once(pages, message):
    with pytest.raises(PageError) as refused:
        _ = Book(tuple(read_page(text, name) for name, text in pages.items())).equations
    assert str(refused.value) == message


# Whatever is written is either read or refused


def assert_reads_or_refuses(text):
    try:
        found = read_page(text, "p.md")
    except PageError:
        return
    assert [equation.number for equation in found.equations] == list(range(1, len(found.equations) + 1))
    for equation in found.equations:
        assert equation.id
        assert equation.tex.strip()
        assert '="' in text.splitlines()[equation.line - 1]


@steady
@given(st.text())
def test_any_text_is_read_or_refused(text):
    assert_reads_or_refuses(text)


PIECES = (
    *(
        "```",
        "````",
        "~~~",
        "``",
        "math",
        "notation",
        "python",
        " ",
        "\n",
        "\n",
        "\n",
        "    ",
        "\t",
        "> ",
        "- ",
        "x = y",
    ),
    *('id="a"', 'id="b"', 'id="', 'kind="claim"', 'kind="definition"', 'kind="lemma"', 'code="f(x)"', 'cites="a"'),
    *(
        '```math id="a"\n',
        "\n```\n",
        '"',
        "---\n",
        "eqcheck:",
        "{namespace: byhand}",
        "\\",
        "\r",
        "\x0c",
        "\u2028",
        "\0",
    ),
)


@steady
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_pieces_of_fences_are_read_or_refused(text):
    assert_reads_or_refuses(text)
