"""Pages set by Markdown itself, with the extensions that the site uses."""

import os
import re

import markdown
import pytest
from bs4 import BeautifulSoup
from mkdocs_autorefs import AutorefsExtension
from pymdownx.superfences import SuperFencesException

from eqcheck.pages import PageError

pytestmark = pytest.mark.usefixtures("library")

LIB = "---\neqcheck: {namespace: lib}\n---\n\n"
PLAIN = '```math id="softmax"\np < q\n```\n'


class Site:
    """A folder of pages and the Markdown that sets them."""

    def __init__(self, docs):
        self.docs = docs
        self.markdown = markdown.Markdown(
            extensions=[
                *("admonition", "attr_list", "def_list", "md_in_html", "tables", "toc", "pymdownx.details"),
                *("pymdownx.arithmatex", "pymdownx.superfences", "pymdownx.tabbed", "eqcheck.extension"),
                AutorefsExtension(),
            ],
            extension_configs={
                "pymdownx.arithmatex": {"generic": True, "block_syntax": []},
                "pymdownx.tabbed": {"alternate_style": True},
                "eqcheck.extension": {"docs": str(docs)},
            },
        )

    def write(self, name, text):
        (self.docs / name).write_text(text, encoding="utf-8")

    def html(self, text):
        """Set a text, as the site does: without its front matter."""
        return self.markdown.reset().convert(re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL))

    def set(self, text):
        return BeautifulSoup(self.html(text), "html.parser")

    def page(self, text, name="page.md"):
        """Set a text that is also a page of the folder."""
        self.write(name, text)
        return self.set(text)


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def texts(soup, selector):
    return [element.get_text() for element in soup.select(selector)]


def references(soup):
    return [(element["identifier"], element.get_text()) for element in soup.select("autoref")]


# Displays


def test_an_equation_is_set_with_its_anchor_number_label_and_code(site):
    soup = site.page(f'{LIB}```math id="a-b" kind="definition" code="2 * f(z) + inner.f(1)"\nz\n```\n')
    (box,) = soup.select("div.eq")
    assert texts(box, ".arithmatex") == [r"\[z\]"]
    assert texts(box, "a.eq-number#eq-a-b[href='#eq-a-b']") == ["(1)"]
    assert texts(box, ".eq-kind") == ["Definition"]
    assert texts(box, "code") == ["2 * f(z) + inner.f(1)"]
    assert references(box) == [("lib.f", "f"), ("lib.inner.f", "inner.f")]


def test_a_mistake_is_called_wrong_and_an_unchecked_equation_says_so(site):
    soup = site.page('```math id="a" kind="mistake"\nz\n```\n\n```math id="b" unchecked="a *bound* < 1"\nz\n```\n')
    assert texts(soup, ".eq-mistake .eq-kind") == ["Wrong"]
    assert texts(soup, ".eq-claim .eq-unchecked") == ["not checked: a *bound* < 1"]
    assert texts(soup, ".eq-number") == ["(1)", "(2)"]


def test_tex_reaches_the_page_to_the_letter(site):
    tex = "a_b_c *d* e*f* `q` $x$ [g][] [h](i) <b> & \\\\ \\{ \\} {j} http://k.l 1 < 2 > 0 ^^m^^ !!! \"n\" 'o'"
    html = site.html(f'```math id="a"\n{tex}\n\n  {tex}\n```\n')
    assert BeautifulSoup(html, "html.parser").select_one(".arithmatex").get_text() == f"\\[{tex}\n\n  {tex}\\]"
    assert "&lt;b&gt; &amp; " in html


def test_tex_is_there_for_scripts_to_the_letter(site):
    """Beside an equation, and where it is repeated; `to the letter` is what stands between the fence's lines."""
    tex = "a_b *d* `q` $x$ [g][] <b> & \\\\ {j} 1 < 2 > 0 \"n\" 'o' :smile: ==m== &\n\n  \\(k\\) \\[l\\]"
    (box,) = site.page(f'```math id="a"\n{tex}\n```\n').select("div.eq")
    assert box["data-tex"] == tex
    (box,) = site.set(
        f'!!! note\n\n    ```math cites="a"\n    {tex.replace(chr(10), chr(10) + "    ")}\n    ```\n'
    ).select(".eq-citation")
    assert box["data-tex"] == tex


def test_the_lines_of_a_chain_have_anchors(site):
    chain = r"\begin{aligned} a &= b \\ &= c \end{aligned}"
    soup = site.page(f'```math id="a"\n{chain}\n```\n\n```math id="a-2"\n{chain}\n```\n')
    assert [tag["id"] for tag in soup.select("[id^=eq-]")] == [
        "eq-a",
        "eq-a.1",
        "eq-a.2",
        "eq-a-2",
        "eq-a-2.1",
        "eq-a-2.2",
    ]
    assert site.set(f'```math cites="a"\n{chain}\n```\n').select("[id]") == []


def test_code_reaches_the_page_to_the_letter(site):
    code = "f(z) < 1 & g('*a* `b` $c$ \\\\n')[z] > {1}"
    assert texts(site.page(f'{LIB}```math id="a" code="{code}"\nz\n```\n'), "code") == [code]


@pytest.mark.parametrize(
    ("text", "around"),
    [
        ('!!! note\n\n    ```math id="a"\n    p < q\n    ```', "div.admonition"),
        ('??? note\n\n    ```math id="a"\n    p < q\n    ```', "details"),
        ('=== "one"\n\n    ```math id="a"\n    p < q\n    ```', "div.tabbed-block"),
        ('- item\n\n    ```math id="a"\n    p < q\n    ```', "ul > li"),
        ('1. item\n\n    ```math id="a"\n    p < q\n    ```\n\n2. item', "ol > li"),
        ('> ```math id="a"\n> p < q\n> ```', "blockquote"),
        ('<div class="box" markdown>\n\n```math id="a"\np < q\n```\n\n</div>', "div.box"),
        ('Term\n\n:   Meaning\n\n    ```math id="a"\n    p < q\n    ```', "dd"),
        ('~~~math id="a"\np < q\n~~~', ""),
        ('````math id="a"\np < q\n````', ""),
    ],
)
def test_an_equation_is_set_wherever_markdown_lets_it_stand(site, text, around):
    soup = site.page(f"{text}\n\nSee [eq-a][].\n")
    (box,) = soup.select(f"{around} div.eq")
    assert texts(box, ".arithmatex") == [r"\[p < q\]"]
    assert box.select_one("#eq-a").get_text() == "(1)"
    assert box.find_parent("p") is None
    assert references(soup) == [("eq-a", "equation\N{NO-BREAK SPACE}(1)")]


def test_a_fence_that_is_only_shown_is_not_set(site):
    soup = site.page(f'````markdown\n{PLAIN}````\n\n```math id="b"\nz\n```\n')
    assert texts(soup, ".eq-number") == ["(1)"]
    assert 'id="softmax"' in soup.select_one(".highlight").get_text()


def test_other_fences_and_other_paragraphs_stay_as_they_are(site):
    soup = site.page(f"```python\nprint(1 < 2)\n```\n\n<p>raw</p>\n\ntext\n\n{PLAIN}")
    assert texts(soup, ".highlight") == ["print(1 < 2)\n"]
    assert texts(soup, "p") == ["raw", "text"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('para\n\n    ```math id="a"\n    z\n    ```', id="an indented block of code"),
        pytest.param('> ```math id="a"\n>x = y\n> ```', id="a quote without a space"),
        pytest.param('```math id="a"\nz\n   ```', id="an end with another indentation"),
        pytest.param('```math id="a"\nz\n`````', id="a longer end"),
        pytest.param('- item\n    ```math id="a"\n    z\n    ```', id="no blank line before it in a list"),
        pytest.param('text\n```math id="a"\nz\n```', id="no blank line before it"),
    ],
)
def test_an_equation_that_markdown_does_not_set_in_a_paragraph_of_its_own_is_an_error(site, text):
    with pytest.raises(PageError, match=r'^this text:\d: .*"a"'):
        site.set(text)


def test_a_notation_that_markdown_does_not_set_is_an_error(site):
    with pytest.raises(PageError, match=r"^this text:3: "):
        site.set("para\n\n    ```notation\n    z \\in K\n    ```")


def test_code_without_a_namespace_is_set_without_links(site):
    soup = site.set('```math id="a" code="f(z)"\nz\n```\n')
    assert texts(soup, "code.eq-code") == ["f(z)"]
    assert references(soup) == []


# Notation


def test_notation_is_set_as_a_table(site):
    soup = site.page(
        "```notation\nW_1, b_1 \\in \\mathbb{R}^{N\\times D} ; *its* $x < y$, see [eq-softmax][] ; W1, b1\n"
        f"c \\in K fixed ; a \\; b\n```\n\n{PLAIN}"
    )
    assert texts(soup, "th") == ["Symbol", "In", "Meaning", "Code"]
    first, second = soup.select("tbody tr")
    assert texts(first, ".arithmatex") == [r"\(W_1, b_1\)", r"\(\mathbb{R}^{N\times D}\)", r"\(x < y\)"]
    assert texts(first, "em") == ["its"]
    assert texts(first, "code") == ["W1", "b1"]
    assert references(first) == [("eq-softmax", "equation\N{NO-BREAK SPACE}(1)")]
    assert texts(second, "td") == [r"\(c\)", r"\(K\)", r"a \; b, fixed", ""]


# References


def test_a_reference_shows_the_number_and_from_elsewhere_the_page_too(site):
    site.page(f'```math id="first"\nz\n```\n\n{PLAIN}', "cross_entropy.md")
    here = site.set(
        f'```math id="a"\nz\n```\n\n{PLAIN}\n[x][eq-softmax], [eq-softmax][], [`f`][eq-softmax], [*y*][eq-a].'
    )
    assert references(here) == [
        ("eq-softmax", "x\N{NO-BREAK SPACE}(2)"),
        ("eq-softmax", "equation\N{NO-BREAK SPACE}(2)"),
        ("eq-softmax", "f\N{NO-BREAK SPACE}(2)"),
        ("eq-a", "y\N{NO-BREAK SPACE}(1)"),
    ]
    elsewhere = site.set("[x][eq-softmax] and [eq-softmax][]")
    assert references(elsewhere) == [
        ("eq-softmax", "x\N{NO-BREAK SPACE}(cross entropy 2)"),
        ("eq-softmax", "equation\N{NO-BREAK SPACE}(cross entropy 2)"),
    ]
    assert texts(elsewhere, "autoref > .eq-reference") == ["\N{NO-BREAK SPACE}(cross entropy 2)"] * 2


def test_a_reference_to_an_equation_further_down_has_its_number(site):
    assert references(site.set(f"[x][eq-softmax]\n\n{PLAIN}")) == [("eq-softmax", "x\N{NO-BREAK SPACE}(1)")]


def test_a_reference_to_nothing_has_no_number_and_is_left_to_the_site_to_refuse(site):
    site.page(PLAIN)
    soup = site.set("[x][eq-nothing] [eq-nothing][] [y][softmax] [z][lib.f]")
    assert references(soup) == [("eq-nothing", "x"), ("eq-nothing", "eq-nothing"), ("softmax", "y"), ("lib.f", "z")]


def test_without_autorefs_a_reference_stays_text_and_displays_are_set(tmp_path):
    extensions = ["pymdownx.superfences", "eqcheck.extension"]
    html = markdown.markdown(f"{PLAIN}\n[x][eq-softmax]", extensions=extensions)
    assert 'id="eq-softmax"' in html
    assert "<p>[x][eq-softmax]</p>" in html


# Citations


def test_a_citation_repeats_an_equation_and_links_to_it(site):
    site.page(f'{PLAIN}\n```math id="two"\nx\n  = y\n```\n', "cross_entropy.md")
    soup = site.set('```math cites="two"\nx =\n    y\n```\n')
    assert " ".join(soup.select_one(".eq-citation .arithmatex").get_text().split()) == r"\[x = y\]"
    assert references(soup) == [("eq-two", "equation\N{NO-BREAK SPACE}(cross entropy 2)")]
    assert soup.select("[id]") == []


def test_a_citation_takes_no_number(site):
    site.page(PLAIN, "cross_entropy.md")
    soup = site.set('```math cites="softmax"\np < q\n```\n\n```math id="a"\nz\n```\n\n[eq-a][]')
    assert texts(soup, ".eq-number") == ["(1)"]


def test_a_citation_that_differs_is_refused_with_both_sides(site):
    site.page(PLAIN, "cross_entropy.md")
    with pytest.raises(SuperFencesException) as refused:
        site.set('```math cites="softmax"\np > q\n```\n')
    for word in ("equation softmax", "cross_entropy.md:1", "'p < q'", "'p > q'"):
        assert word in str(refused.value)


def test_a_citation_of_nothing_is_refused(site):
    with pytest.raises(SuperFencesException, match='no page has an equation id="softmax"'):
        site.set('```math cites="softmax"\np < q\n```\n')


# Refusals


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (PLAIN + "\n" + PLAIN, PageError, '^this text:5: id="softmax" is given twice$'),
        ("\n```math\nz\n```\n", PageError, "^this text:[12]: a math fence has either id="),
        ('```math id="a" kind="x"\nz\n```\n', PageError, "^this text:1: expected kind to be one of"),
        ('```math id="a"\nz\n', PageError, "^this text:1: this fence is never closed$"),
        ("```notation\nz\n```\n", SuperFencesException, "^notation: expected a declaration like"),
    ],
)
def test_a_fence_that_cannot_be_read_is_an_error(site, text, error, message):
    with pytest.raises(error, match=message):
        site.set(text)


@pytest.mark.parametrize(
    ("namespace", "code", "message"),
    [
        ("lib", "f(", r"^equation a: expected a Python expression, got 'f\('"),
        ("no_such_module", "f(z)", "^equation a: the namespace 'no_such_module' cannot be imported"),
    ],
)
def test_code_that_cannot_be_read_is_an_error(site, namespace, code, message):
    with pytest.raises(SuperFencesException, match=message):
        site.page(f'---\neqcheck: {{namespace: {namespace}}}\n---\n```math id="a" code="{code}"\nz\n```\n')


def test_a_fault_of_the_code_that_sets_an_equation_is_not_swallowed(site, monkeypatch):
    monkeypatch.setattr("eqcheck.render.display", lambda *_, **__: 1 / 0)
    with pytest.raises((ZeroDivisionError, SuperFencesException, PageError)):
        site.set(PLAIN)


def test_an_id_given_on_two_pages_is_an_error_on_any_page_that_refers(site):
    site.write("a.md", PLAIN)
    site.write("b.md", PLAIN)
    with pytest.raises(PageError, match=r'^b\.md:1: id="softmax" stands already at a\.md:1'):
        site.set("[x][eq-softmax]")


@pytest.mark.parametrize("extensions", [["eqcheck.extension"], ["eqcheck.extension", "pymdownx.superfences"]])
def test_superfences_must_come_first(extensions):
    with pytest.raises(ValueError, match=r"^eqcheck\.extension needs pymdownx\.superfences before it"):
        markdown.Markdown(extensions=extensions)


# One Markdown, many texts, pages that change


def test_texts_set_one_after_the_other_do_not_mix(site):
    first = site.set(f'```math id="a"\nz\n```\n\n{PLAIN}')
    second = site.set(f"{PLAIN}\n[x][eq-softmax] [y][eq-a]")
    assert texts(first, ".eq-number") == ["(1)", "(2)"]
    assert texts(second, ".eq-number") == ["(1)"]
    assert references(second) == [("eq-softmax", "x\N{NO-BREAK SPACE}(1)"), ("eq-a", "y")]


def test_the_book_is_read_again_when_a_page_changes(site):
    page = site.docs / "page.md"
    site.write("page.md", PLAIN)
    assert references(site.set("[x][eq-softmax]")) == [("eq-softmax", "x\N{NO-BREAK SPACE}(page 1)")]
    before = page.stat().st_mtime_ns
    site.write("page.md", f'```math id="new"\nz\n```\n\n{PLAIN}')
    os.utime(page, ns=(before + 1, before + 1))
    assert references(site.set("[x][eq-softmax]")) == [("eq-softmax", "x\N{NO-BREAK SPACE}(page 2)")]
    site.write("another.md", '```math id="third"\nz\n```\n')
    assert references(site.set("[x][eq-third]")) == [("eq-third", "x\N{NO-BREAK SPACE}(another 1)")]
    page.unlink()
    assert references(site.set("[x][eq-softmax]")) == [("eq-softmax", "x")]


def test_without_a_folder_the_equations_of_the_text_itself_are_known(tmp_path, monkeypatch):
    (tmp_path / "page.md").write_text('```math id="other"\nz\n```\n')
    monkeypatch.chdir(tmp_path)
    md = markdown.Markdown(extensions=["pymdownx.superfences", "eqcheck.extension", AutorefsExtension()])
    soup = BeautifulSoup(md.convert(f"{PLAIN}\n[x][eq-softmax] [y][eq-other]"), "html.parser")
    assert references(soup) == [("eq-softmax", "x\N{NO-BREAK SPACE}(1)"), ("eq-other", "y")]
