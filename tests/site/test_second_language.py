"""A book in a second language: its pages are prose, and take equations and symbols from the English ones."""

import re
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from built import ROOT, read_pages
from small_book import PAGE, SmallBook

sys.path.insert(0, str(ROOT / "tools"))
from translation import Translation

SAMPLE = ROOT / "tests" / "site" / "second_language"
CHAPTER = "docs_zh/derivations/softmax.md"
END = "## What a shift does"  # the sample has the English page up to here
CONFIG = "mkdocs.zh.yml"
NAV = "nav:\n  - 首页: index.md\n  - Softmax: derivations/softmax.md\n  - 代码: reference.md\n"
FUNCTIONS = "softmax.softmax", "log_softmax.logsumexp"


def english_beginning():
    return (ROOT / "docs" / "derivations" / "softmax.md").read_text(encoding="utf-8").partition(END)[0]


@pytest.fixture(scope="module")
def chinese(drawn, tmp_path_factory):
    """Build the Chinese sample, strictly."""
    functions = "\n\n".join(f"## {name} {{ #byhand.{name} }}" for name in FUNCTIONS)
    pages = {
        "index.md": PAGE.format("Home", "This page is in English."),
        "derivations/softmax.md": english_beginning(),
        "reference.md": PAGE.format("Functions", functions),
    }
    copy = SmallBook(tmp_path_factory.mktemp("bilingual"), pages, NAV)
    shutil.copytree(SAMPLE, copy.root, dirs_exist_ok=True)
    code, said = copy.tool("translation", "zh")
    assert code == 0, said
    assert said.endswith("translation: 1 of 3 pages are in zh\n")
    code, output = copy.run(
        "mkdocs", "build", "--strict", "--config-file", CONFIG, SITE_URL_ZH="", NO_MKDOCS_2_WARNING="1"
    )
    assert code == 0, output
    pages = read_pages(copy.root / "site_zh")
    return SimpleNamespace(pages=pages, page=pages["derivations/softmax/index.html"], copy=copy)


@pytest.fixture(scope="module")
def english(pages):
    return pages["derivations/softmax/index.html"]


def math_of(box):
    return str(box.select_one(".eq-math"))


def test_the_equations_are_those_of_the_english_page_to_the_letter(chinese, english):
    boxes = chinese.page.select(".eq")
    assert len(boxes) == 4
    for here, there in zip(boxes, english.select(".eq"), strict=False):
        assert here.select_one(".eq-number")["id"] == there.select_one(".eq-number")["id"]
        assert here.select_one(".eq-number").get_text() == there.select_one(".eq-number").get_text()
        assert here.select_one(".eq-code").get_text() == there.select_one(".eq-code").get_text()
        assert math_of(here) == math_of(there)


def test_the_record_of_the_english_equation_counts(chinese, english):
    def words(page):
        return [box.select_one(".eq-check summary").get_text() for box in page.select(".eq")]

    assert words(chinese.page) == words(english)[:4]


def test_the_symbols_are_the_same_and_their_meanings_are_translated(chinese, english):
    here, there = (page.select_one(".eq-notation").select("tbody tr") for page in (chinese.page, english))
    assert len(here) == len(there) > 10
    for mine, theirs in zip(here, there, strict=True):
        cells = [row.select("td") for row in (mine, theirs)]
        assert [str(cell) for cell in cells[0][:2] + cells[0][3:]] == [
            str(cell) for cell in cells[1][:2] + cells[1][3:]
        ]
        assert re.search(r"[\u4e00-\u9fff]", cells[0][2].get_text())


def test_references_have_their_numbers_and_lead_to_them(chinese):
    reference = chinese.page.select_one('article a.autorefs[href="#eq-softmax"]')
    assert reference.get_text().replace("\xa0", " ") == "softmax (1)"
    assert chinese.page.select_one('article a.autorefs[href="../../reference/#byhand.softmax.softmax"]')


def test_the_page_is_chinese_and_what_is_not_translated_is_english(chinese):
    assert chinese.page.html["lang"] == "zh"
    assert "从 logits 到概率" in chinese.page.get_text()
    assert "This page is in English." in chinese.pages["index.html"].get_text()


# ---- what is refused ------------------------------------------------------------------------------


class Drift:
    """The sample and the English page beside it, to plant a difference in."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(SAMPLE, root, dirs_exist_ok=True)
        self.write("docs/derivations/softmax.md", english_beginning())

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")

    def replace(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} has {old!r} {text.count(old)} times"
        self.write(name, text.replace(old, new))

    def wrong(self) -> list[str]:
        return list(Translation("zh", self.root).wrong())


@pytest.fixture
def bilingual(tmp_path):
    return Drift(tmp_path)


def test_the_sample_is_a_translation(bilingual):
    assert bilingual.wrong() == []


DRIFTS = {
    "missing": (CHAPTER, '--8<-- "zh/fences/softmax-ratio.md"\n', "", "zh/fences/softmax-ratio is not included"),
    "invented": (CHAPTER, "zh/fences/softmax-ratio", "zh/fences/softmax-shift", "zh/fences/softmax-shift is none of"),
    "typed": (CHAPTER, '--8<-- "zh/fences/softmax.md"', '```math id="softmax"\np = 1\n```', "a math fence; include"),
    "symbols": (CHAPTER, '--8<-- "zh/notation/derivations/softmax-1.md"', "", "softmax-1 is not included"),
    "english-changed": (
        "docs/derivations/softmax.md",
        'id="softmax-sum"',
        'id="softmax-total"',
        "softmax-total is not",
    ),
    "meaning": ("docs/derivations/softmax.md", "; class indices", "; classes", "does not translate 'classes'"),
    "meaning-left": ("docs/derivations/softmax.md", "; class indices", "; classes", "no translated page has 'class in"),
}


@pytest.mark.parametrize("case", DRIFTS)
def test_a_translation_that_drifts_is_found(bilingual, case):
    name, old, new, complaint = DRIFTS[case]
    bilingual.replace(name, old, new)
    assert any(complaint in line for line in bilingual.wrong()), bilingual.wrong()


def test_equations_in_another_order_are_found(bilingual):
    first, second = '"zh/fences/softmax-ratio.md"', '"zh/fences/softmax-sum.md"'
    bilingual.replace(CHAPTER, first, "here")
    bilingual.replace(CHAPTER, second, first)
    bilingual.replace(CHAPTER, "here", second)
    assert [line for line in bilingual.wrong() if "so that their numbers differ" in line]


def test_a_page_without_an_english_one_is_found(bilingual):
    bilingual.write("docs_zh/other.md", "# 别的\n")
    assert bilingual.wrong() == ["other.md: there is no English page of this name"]
