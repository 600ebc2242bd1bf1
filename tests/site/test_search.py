"""The search finds words, functions, equations, terms in English and Chinese, and symbols by their names."""

import json
import sys

import pytest
from built import ROOT
from server import serve
from test_browser import Watch

sys.path.insert(0, str(ROOT / "tools"))
from finish import search_index

PAGES, LINKS = 5, 8  # the first results: so many pages, and so many links of each
SOFTMAX = "derivations/softmax/"

QUERIES = {
    "words": [
        ("temperature", f"{SOFTMAX}#temperature"),
        ("maximum likelihood", "derivations/entropy/#maximum-likelihood"),
        ("known mistakes", "mistakes/"),
        ("momentum", "derivations/gradient_descent/#momentum"),
        ("overflow", "practice/digits/"),
        ("learning rate", "glossary/#term-learning-rate"),
        ("vanishing gradient", "glossary/#term-vanishing-gradient"),
        ("one-hot", "glossary/#term-one-hot-vector"),
        ("Jacobian", SOFTMAX),
        ("gradient check", "derivations/gradient_check/"),
    ],
    "functions": [
        ("softmax_vjp", "reference/softmax/#byhand.softmax.softmax_vjp"),
        ("logsumexp", "reference/log_softmax/#byhand.log_softmax.logsumexp"),
        ("momentum_step", "reference/gradient_descent/#byhand.gradient_descent.momentum_step"),
        ("sigmoid_derivative", "reference/activations/#byhand.activations.sigmoid_derivative"),
        ("byhand.affine.affine", "reference/affine/#byhand.affine.affine"),
        ("one_hot", "reference/cross_entropy/#byhand.cross_entropy.one_hot"),
    ],
    "equations": [
        ("softmax-jacobian", f"{SOFTMAX}#eq-softmax-jacobian"),
        ("eq-softmax-jacobian", f"{SOFTMAX}#eq-softmax-jacobian"),
        ("softmax-temperature", f"{SOFTMAX}#eq-softmax-temperature"),
        ("hidden-delta", "derivations/backpropagation/#eq-hidden-delta"),
        ("cross-entropy-gradient", "derivations/cross_entropy/#eq-cross-entropy-gradient"),
        ("eq-softmax-quotient-denominator-mistake", f"{SOFTMAX}#eq-softmax-quotient-denominator-mistake"),
        ("adam-velocity", "derivations/gradient_descent/"),
    ],
    "Chinese": [
        ("交叉熵", "glossary/#term-cross-entropy"),
        ("雅可比矩阵", "glossary/#term-jacobian"),
        ("反向传播", "glossary/#term-backpropagation"),
        ("温度", "glossary/#term-temperature"),
        ("学习率", "glossary/#term-learning-rate"),
        ("梯度下降", "glossary/#term-gradient-descent"),
        ("独热向量", "glossary/#term-one-hot-vector"),
        ("散度", "glossary/#term-kullback-leibler-divergence"),
        ("术语表", "glossary/"),
    ],
    "symbols": [
        ("sigma", "notation/#symbol-sigma"),
        (r"\sigma", "notation/#symbol-sigma"),
        ("σ", "notation/#symbol-sigma"),
        ("delta", "notation/#symbol-kronecker-s-delta"),
        ("Δ", "notation/#symbol-capital-delta"),
        ("tau", "notation/#symbol-tau"),
        ("temperature tau", "notation/#symbol-tau"),
        ("eta learning rate", "notation/#symbol-eta"),
        ("η", "notation/#symbol-eta"),
        ("theta", "notation/#symbol-theta"),
        ("Hadamard", "notation/#symbol-circled-dot"),
        ("∂", "notation/#symbol-curly-d"),
    ],
}

RESULTS = """() => [...document.querySelectorAll(".md-search-result__item")]
    .map((item) => [...item.querySelectorAll("a")].map((link) => link.href.replace(/[?]h=[^#]*/, "")))"""
FOUND = """() => document.querySelector(".md-search-result__item")
    || /no match/i.test(document.querySelector(".md-search-result__meta").textContent)"""
EMPTY = "() => !document.querySelector('.md-search-result__item')"


class Searcher:
    """One page, in whose search field one query after the other is put."""

    def __init__(self, page, address: str) -> None:
        self.page, self.address = page, address
        page.set_default_timeout(60_000)
        page.goto(f"{address}?q=softmax")  # as a browser's own search field would come here
        page.wait_for_function(FOUND)

    def type(self, query: str) -> None:
        field = self.page.locator("input[name=query]")
        field.fill(query)
        field.press("End")  # the theme looks at the field when a key is let go

    def first(self, query: str) -> list[str]:
        """Give the addresses of the first results."""
        self.type("")
        self.page.wait_for_function(EMPTY)
        self.type(query)
        self.page.wait_for_function(FOUND)
        results = self.page.evaluate(RESULTS)
        return [link.removeprefix(self.address) for links in results[:PAGES] for link in links[:LINKS]]


@pytest.fixture(scope="module")
def searcher(browser, address):
    context = browser.new_context()
    watch = Watch(context, address)
    yield Searcher(context.new_page(), address)
    context.close()
    assert watch.said == watch.failed == watch.foreign == []


@pytest.mark.parametrize(
    ("query", "expected"), [pytest.param(*row, id=row[0]) for rows in QUERIES.values() for row in rows]
)
def test_the_search_finds(searcher, query, expected):
    found = searcher.first(query)
    assert expected in found, found


def test_the_table_is_large_enough():
    assert sum(map(len, QUERIES.values())) >= 30
    assert all(len(rows) >= 5 for rows in QUERIES.values())


def test_what_is_nowhere_is_not_found(searcher):
    assert searcher.first("zyzzyva") == []


def entries(site):
    return json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]


def test_every_equation_and_term_has_an_entry_of_its_own(site, pages):
    places = [entry["location"] for entry in entries(site)]
    assert len(places) == len(set(places))
    for name, page in pages.items():
        home = name.removesuffix("index.html")
        for anchor in page.select("a.eq-number[id]" + (", dt" if name == "glossary/index.html" else "")):
            assert f"{home}#{anchor['id']}" in places
    assert sum("#eq-" in place for place in places) > 300


def test_no_delimiter_of_tex_is_in_the_index(site):
    for entry in entries(site):
        assert not any(mark in entry["text"] for mark in (r"\(", r"\)", r"\[")), entry["location"]


# ---- without the step that adds them, equations are not found -----------------------------------------------


@pytest.fixture(scope="module")
def bare(browser, site, tmp_path_factory):
    """The same book, with an index without the entries of equations and symbols, and served from a sub-path."""
    folder = tmp_path_factory.mktemp("bare") / "site"
    folder.mkdir()
    for part in site.iterdir():
        if part.name != "search":
            (folder / part.name).symlink_to(part, target_is_directory=part.is_dir())
    index = json.loads((site / search_index.INDEX).read_text(encoding="utf-8"))
    added = ("#eq-", "#symbol-", "#term-")
    index["docs"] = [entry for entry in index["docs"] if not any(mark in entry["location"] for mark in added)]
    (folder / "search").mkdir()
    (folder / search_index.INDEX).write_text(json.dumps(index), encoding="utf-8")
    with serve(folder, "/sub/path/") as address:
        context = browser.new_context()
        yield Searcher(context.new_page(), address)
        context.close()


def test_below_a_path_words_are_found(bare):
    assert f"{SOFTMAX}#temperature" in bare.first("temperature")


@pytest.mark.parametrize("query", ["softmax-jacobian", "交叉熵", "tau"])
def test_what_is_taken_from_the_index_is_not_found(bare, query):
    expected = next(place for rows in QUERIES.values() for name, place in rows if name == query)
    assert expected not in bare.first(query)
