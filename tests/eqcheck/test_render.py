"""What a fence becomes: elements with anchors, numbers, links and text to the letter."""

from xml.etree.ElementTree import tostring

import pytest
from markdown.util import AtomicString

from eqcheck import render
from eqcheck.notation import read_notation
from eqcheck.pages import Equation, PageError, read_page
from eqcheck.steps import steps

EQUATION = Equation(page="p.md", line=3, number=4, id="softmax", kind="claim", tex=r"p < q & \frac{a}{b}")


def shown(element, css_class):
    return ["".join(e.itertext()) for e in element.iter() if css_class in e.get("class", "").split()]


def changed(**fields):
    return Equation(**{**EQUATION.__dict__, **fields})


def test_a_display_has_its_number_and_its_anchor():
    box = render.display(EQUATION, namespace="")
    (link,) = box.iter("a")
    assert (link.get("id"), link.get("href"), link.text) == ("eq-softmax", "#eq-softmax", "(4)")
    assert shown(box, "arithmatex") == [r"\[p < q & \frac{a}{b}\]"]
    assert r"\[p &lt; q &amp; \frac{a}{b}\]" in tostring(box, encoding="unicode")
    assert box.get("class").split() == ["eq", "eq-claim"]
    assert shown(box, "eq-foot") == []


@pytest.mark.parametrize(("kind", "label"), [("claim", []), ("definition", ["Definition"]), ("mistake", ["Wrong"])])
def test_a_display_says_of_what_kind_it_is(kind, label):
    box = render.display(changed(kind=kind), namespace="")
    assert shown(box, "eq-kind") == label
    assert f"eq-{kind}" in box.get("class").split()


def test_a_display_says_that_it_is_not_checked():
    box = render.display(changed(unchecked="a *bound*"), namespace="")
    assert shown(box, "eq-unchecked") == ["not checked: a *bound*"]


@pytest.mark.usefixtures("library")
def test_code_is_linked_and_shown_to_the_letter():
    code = "1 < inner.f('a', g(z)) & f(2)"
    box = render.display(changed(code=code), namespace="lib")
    assert shown(box, "eq-code") == [code]
    assert [(link.get("identifier"), link.text) for link in box.iter("autoref")] == [
        ("lib.inner.f", "inner.f"),
        ("lib.inner.f", "g"),
        ("lib.f", "f"),
    ]


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(("code", "namespace"), [("np.f(3)", "lib"), ("z", "lib"), ("f(z)", "")])
def test_code_without_a_link_is_shown_too(code, namespace):
    box = render.display(changed(code=code), namespace=namespace)
    assert shown(box, "eq-code") == [code]
    assert list(box.iter("autoref")) == []


def test_a_citation_links_to_the_equation_and_has_no_anchor():
    box = render.citation("p < q", EQUATION)
    assert shown(box, "arithmatex") == [r"\[p < q\]"]
    assert [e.get("identifier") for e in box.iter("autoref")] == ["eq-softmax"]
    assert [e for e in box.iter() if e.get("id")] == []


def test_a_citation_names_the_tests_of_the_equation():
    tests = ("t/test_x.py::test_eq_softmax", "t/test_y.py::test_eq_softmax__again")
    assert shown(render.citation("z", EQUATION), "eq-tests") == []
    box = render.citation("z", EQUATION, tests)
    assert shown(box, "eq-tests") == ["Tested by test_eq_softmax, test_eq_softmax__again"]
    assert shown(box, "eq-foot") == ["eq-softmax Tested by test_eq_softmax, test_eq_softmax__again"]
    assert list(box.iter("a")) == []
    box = render.citation("z", EQUATION, tests, lambda path: f"https://example.org/{path}")
    assert [(link.get("href"), "".join(link.itertext())) for link in box.iter("a")] == [
        ("https://example.org/t/test_x.py", "test_eq_softmax"),
        ("https://example.org/t/test_y.py", "test_eq_softmax__again"),
    ]


@pytest.mark.parametrize(
    ("tex", "lines"),
    [
        ("a = b", 0),
        (r"\begin{aligned} a &= b \end{aligned}", 0),
        (r"\begin{aligned} a &= b \\ &= c \end{aligned}", 2),
        (r"\begin{aligned} a &= b \\ &= c \\ \end{aligned}", 2),
        (r"\begin{aligned} a &= b \\[4pt] &= c % no \\ line" "\n" r"\\ &= d \end{aligned}", 3),
        (r"\begin{gathered} a = b \\ c = d \end{gathered}", 2),
        (r"\begin{align*} a &= b \\ c &= d \end{align*}", 2),
        (r"a = \begin{cases} 1 \\ 2 \end{cases}", 0),
        (r"\begin{aligned} a &= \begin{cases} 1 \\ 2 \end{cases} \\ &= {b \\ c} \\ &= \{d\} \end{aligned}", 3),
        (r"\begin{cases} \begin{aligned} 1 \\ 2 \end{aligned} \end{cases}", 0),
        (r"\begin{aligned} a \\ b \end{aligned} \begin{aligned} c \\ d \end{aligned}", 0),
    ],
)
def test_each_line_of_a_chain_is_a_step(tex, lines):
    assert steps(tex) == lines
    anchors = [e.get("id") for e in render.display(changed(tex=tex), namespace="").iter("span") if e.get("id")]
    assert anchors == [f"eq-softmax.{line}" for line in range(1, lines + 1)]


def test_the_anchor_of_a_step_is_no_equation_s():
    with pytest.raises(PageError, match="small letters, digits and single dashes"):
        read_page('```math id="softmax.2"\nz\n```\n', "p.md")


def rows(text):
    box = render.symbols(read_notation(text))
    return [["".join(cell.itertext()) for cell in row] for row in box.iter("tr")]


def test_the_table_has_a_row_for_each_declaration():
    assert rows("W_1, b_1 \\in \\mathbb{R} ; weights ; W1, b1\nc \\in \\{1,\\dots,K\\} fixed ; the class\n") == [
        ["Symbol", "In", "Meaning", "Code"],
        [r"\(W_1, b_1\)", r"\(\mathbb{R}\)", "weights", "W1, b1"],
        [r"\(c\)", r"\(\{1,\dots,K\}\)", "the class, fixed", ""],
    ]


def test_the_table_has_no_code_column_where_nothing_has_a_python_name():
    assert rows(r"z \in \mathbb{R} ; logits") == [["Symbol", "In", "Meaning"], [r"\(z\)", r"\(\mathbb{R}\)", "logits"]]


def test_a_fixed_symbol_without_a_meaning_is_just_fixed():
    assert rows(r"c \in \mathbb{R} fixed")[1][2] == "fixed"


@pytest.mark.usefixtures("library")
def test_only_the_meaning_is_left_to_markdown():
    box = render.symbols(read_notation(r"z \in \mathbb{R} ; *the* $z$ ; z"))
    texts = [e.text for e in box.iter() if e.text]
    assert [text for text in texts if not isinstance(text, AtomicString)] == ["*the* $z$"]
    box = render.display(changed(kind="mistake", code="1 + f(z)", unchecked="why"), namespace="lib")
    assert all(isinstance(e.text, AtomicString) for e in box.iter() if e.text)


@pytest.mark.usefixtures("library")
def test_the_markup_is_what_the_style_sheet_and_the_site_expect():
    box = render.display(changed(code="f(z)", unchecked="why"), namespace="lib")
    assert tostring(box, encoding="unicode") == (
        '<div class="eq eq-claim" data-tex="p &lt; q &amp; \\frac{a}{b}">'
        '<div class="eq-math"><div class="arithmatex">\\[p &lt; q &amp; \\frac{a}{b}\\]</div></div>'
        '<a id="eq-softmax" class="eq-number" href="#eq-softmax" title="Permanent link to this equation">(4)</a>'
        '<div class="eq-foot">'
        '<code class="eq-code"><autoref identifier="lib.f">f</autoref>(z)</code>'
        '<span class="eq-unchecked">not checked: why</span>'
        "</div></div>"
    )
    assert tostring(render.display(changed(kind="mistake"), namespace=""), encoding="unicode").endswith(
        '<div class="eq-foot"><span class="eq-kind">Wrong</span></div></div>'
    )
    assert tostring(render.citation("z", EQUATION), encoding="unicode") == (
        '<div class="eq eq-citation" data-tex="z">'
        '<div class="eq-math"><div class="arithmatex">\\[z\\]</div></div>'
        '<div class="eq-foot"><autoref identifier="eq-softmax">eq-softmax</autoref></div></div>'
    )
    assert tostring(render.symbols(read_notation("z \\in K ; logits")), encoding="unicode") == (
        '<div class="eq-notation"><table>'
        '<thead><tr><th scope="col">Symbol</th><th scope="col">In</th><th scope="col">Meaning</th></tr></thead>'
        '<tbody><tr><td><span class="arithmatex">\\(z\\)</span></td>'
        '<td><span class="arithmatex">\\(K\\)</span></td><td>logits</td></tr></tbody></table></div>'
    )
