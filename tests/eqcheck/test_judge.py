"""Verdicts: their numbers, what they tell a teacher, and that every display ends in one."""

import os
import re
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from judged import AFFINE, LOSS, ONE_HOT, SOFTMAX, definition, mistake, page, verdict, verdicts

from eqcheck.compare import NotANumber, worst_entry
from eqcheck.counterexample import spell
from eqcheck.judge import Verdict, judge_page
from eqcheck.notation import NotationError
from eqcheck.pages import read_book
from eqcheck.sides import sides
from eqcheck.world import MOST_WORK

BOOK = [one for one in read_book(Path(__file__).parents[2] / "docs").pages if one.equations]
SEEDS = range(int(os.environ.get("EQCHECK_SEEDS", "4")))


def test_a_message_shows_a_side_with_all_its_rows():
    found = verdict(r"\begin{aligned} (a + x)^2 &= a^2 + 2 a x \\ &\quad - x^2 \\ &= a^2 \end{aligned}")
    assert "a^2 + 2 a x - x^2 is" in " ".join(found.message.split())
    assert sides(r"a &= x \\ & + u \\ &= a") == [("a", "x + u"), ("x + u", "a")]
    assert sides(r"a &= x \\ -u &= a") == [("a", "x"), ("-u", "a")]


# The numbers of a verdict


def test_a_verdict_counts_relations_and_comparisons_and_keeps_the_worst_error():
    outcome = verdict(r"(a + x)^2 = a^2 + 2 a x + x^2 = x^2 + 2 a x + a^2")
    assert (outcome.status, outcome.relations, outcome.message) == ("holds", 2, "")
    assert outcome.comparisons >= 6
    assert 0 <= outcome.worst < 1e-12


def test_what_is_not_checked_says_why():
    assert verdicts({"tex": r"\what", "unchecked": "a picture"}) == [Verdict("unchecked", message="a picture")]


def test_what_cannot_be_read_tells_where():
    outcome = verdict("x +\n)")
    assert outcome.status == "fails"
    assert outcome.message.endswith("(line 12, column 1)")


def test_a_page_whose_notation_cannot_be_read_says_so():
    with pytest.raises(NotationError, match=r"p\.md:1: "):
        judge_page(page("x = x", symbols=r"x \in \mathbb{Q}"))


def test_a_namespace_given_to_the_judge_wins_over_the_page():
    one = page({"tex": "x + x = 2 x", "code": "pi * 0 + 2 * x"}, namespace="nobodys_module")
    assert [outcome.status for _, outcome in judge_page(one, "math")] == ["holds"]
    assert [outcome.status for _, outcome in judge_page(one)] == ["fails"]


LAYERED = r"""
K, L \in \mathbb{N} ; sizes
\ell \in \{1,\dots,L\} ; layers
z \in \mathbb{R}^{K} ; input ; z
w_\ell \in \mathbb{R} ; weights ; w
s_\ell \in \mathbb{R}^{K} ; what each layer gives
"""


@pytest.mark.parametrize(
    ("tex", "code", "status"),
    [
        (r"s_\ell = w_\ell z", "(w1 * z, w2 * z, w3 * z)", "holds"),
        (r"s_\ell = w_1 z", "(w1 * z, w2 * z, w3 * z)", "fails"),  # right in the first layer only
        (r"s_\ell = w_\ell z", "(w1 * z, w2 * z, w2 * z)", "fails"),
        (r"s_\ell = w_1 z", "w1 * z", "fails"),
        (r"s_\ell = w_\ell z", "w1 * z", "fails"),
        (r"s_\ell = w_\ell z", "(w1 * z, w2 * z)", "fails"),
    ],
)
def test_a_definition_of_all_layers_is_compared_with_the_code_in_each(tex, code, status):
    outcome = verdict(definition(tex, code), symbols=LAYERED)
    assert outcome.status == status
    if code.count("w") < 3:
        assert "3 values are defined here, and the code gives" in outcome.message
        assert "it must be a tuple, (s_1, s_2, s_3)" in outcome.message


def test_definitions_stay_on_their_page_and_begin_where_they_stand():
    assert [one.status for one in verdicts(r"\sum_{i=1}^K p_i = 1", SOFTMAX, r"\sum_{i=1}^K p_i = 1")] == [
        "fails",
        "holds",
        "holds",
    ]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("book", BOOK, ids=lambda one: one.name)
def test_any_seed_gives_the_same_verdicts_on_the_book(book, seed):
    wrong = {}
    for equation, outcome in judge_page(book, seed=seed):
        expected = "unchecked" if equation.unchecked else "refuted" if equation.kind == "mistake" else "holds"
        if outcome.status != expected:
            wrong[equation.id] = outcome.message
    assert wrong == {}


def test_a_seed_gives_the_same_numbers_again():
    first, second = (verdicts(SOFTMAX, ONE_HOT, LOSS, r"\nabla_z L = y - p", seed=3) for _ in range(2))
    assert first == second


# What a teacher reads


@pytest.mark.parametrize(
    ("displays", "said"),
    [
        (
            [SOFTMAX, ONE_HOT, LOSS, r"\frac{\partial L}{\partial z_j} = y_j - p_j"],
            r"\frac{\partial L}{\partial z_j} is -0.955669, y_j - p_j is 0.955669 (equal after a change of sign)",
        ),
        ([r"S = S^\top"], "(equal after a transpose)"),
        ([r"S_{ij} = S_{ji}"], "at i=1, j=2: S_{ij} is "),
        ([r"S_{ij} = S_{ji}"], "(equal with i and j swapped)"),
        ([r"z^\top v = z_i v_i"], "(equal after a sum over i)"),
        ([r"\sum_{i=1}^K z_i = \frac{1}{K} \sum_{i=1}^K z_i"], "(equal after a factor K on the right)"),
        ([r"\frac{1}{N} \sum_{k=1}^K z_k = \sum_{k=1}^K z_k"], "(equal after a factor 1/N on the right)"),
        ([r"z_i = 2 z_i"], "(equal after a factor 0.5 on the right)"),
        ([r"\log s = s"], "(the right side is the logarithm's argument)"),
        ([r"s = \frac{1}{s}"], "(the right side is the reciprocal of the left)"),
        ([r"z_i v_j = z_i v_i"], "(they agree where i = j)"),
        ([r"z_i v_j = z_i v_j (1 - \delta_{ij})"], "(they differ only where i = j)"),
        ([r"b = X W"], "1 × H and N × H"),
        (
            [AFFINE, r"\mathbf{1}_N^\top Z = Z"],
            "1 × H and N × H (equal after a sum over the first axis of the right side)",
        ),
        (
            [AFFINE, r"\frac{1}{N} \mathbf{1}_N^\top Z = Z"],
            "(equal after a mean over the first axis of the right side)",
        ),
        ([r"v = v^\top"], "K × 1 and 1 × K (equal after a transpose)"),
        ([r"\mathbf{1}_K^\top v = v"], "a number and K × 1 (equal after a sum over the entries of the right side)"),
    ],
)
def test_a_message_tells_the_sides_and_guesses_at_the_cause(displays, said):
    outcome = verdict(*displays)
    assert outcome.status == "fails"
    assert said in outcome.message
    assert "\n" not in outcome.message


def test_a_guess_is_made_only_where_it_fits_at_every_instance():
    assert "equal" not in verdict(r"|x| = x + a").message
    assert "(" not in verdict(r"A + B = A").message.partition(": ")[2].replace("(A", "")


def test_long_sides_are_not_repeated():
    long = "+".join(["x"] * 60)
    assert verdict(f"{long} = a").message.count("the left side is") == 1


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("a = b", [("a", "b")]),
        (r"\begin{aligned} a &= b \\ &= c + d \end{aligned}", [("a", "b"), ("b", "c + d")]),
        (r"a = b \quad c \le d", [("a", "b"), ("c", "d")]),
        (r"a = b, \quad c = d", [("a", "b"), ("c", "d")]),
        (r"\sum_{k=1}^{K} a_k = f(b = c)", [(r"\sum_{k=1}^{K} a_k", "f(b = c)")]),
        (r"a = b \quad \text{for } i \ne j", [("a", "b")]),
        (r"a := b = c", [("a", "b"), ("b", "c")]),
        (r"x \in \mathbb{R}", [("x", r"\mathbb{R}")]),
        (
            r"f = \begin{cases} 1 & \text{if } x = 0 \\ 0 & \text{otherwise} \end{cases}",
            [("f", r"\begin{cases} 1 \text{if } x = 0 \\ 0 \text{otherwise} \end{cases}")],
        ),
    ],
)
def test_a_display_is_cut_into_its_sides(tex, expected):
    assert sides(tex) == expected


# Mistakes, in numbers that can be followed by hand


@pytest.mark.parametrize(
    ("displays", "said"),
    [
        (
            [SOFTMAX, r"\frac{\partial p_i}{\partial z_j} = \delta_{ij} p_i (1 - p_i)"],
            "K=2, z=(0, 0): left -1/4, right 0 at i=1, j=2",
        ),
        ([SOFTMAX, ONE_HOT, LOSS, r"\nabla_z L = y - p"], "K=2, c=1, z=(0, 0): left -1/2, right 1/2 at entry 1, 1"),
        ([SOFTMAX, ONE_HOT, LOSS, "L = -y_c p_c"], "K=2, c=1, z=(0, 0): left 0.693 (log 2), right -1/2"),
        ([r"x^2 = 2 x"], "x=1: left 1, right 2"),
        ([r"A + B = A + B - A B"], "A=1, B=1: left 2, right 1"),
        ([r"z_c = z_1"], "K=2, c=2, z=(1, 0): left 0, right 1"),
        ([r"Z = X W + b"], "shapes do not fit in a sum: N × H and 1 × H"),
    ],
)
def test_a_counterexample_is_small_and_has_few_digits(displays, said):
    *before, wrong = displays
    outcome = verdict(*before, mistake(wrong))
    assert outcome.status == "refuted"
    assert said in outcome.message
    assert "\n" not in outcome.message


def test_the_longer_counterexample_gives_the_values_behind_it():
    outcome = verdict(SOFTMAX, mistake(r"p_i = z_i"))
    assert outcome.counterexample == "K=2, z=(0, 0), so p=(1/2, 1/2): left 1/2, right 0 at i=1"
    layer = verdict(AFFINE, mistake(r"Z = X W"))
    assert layer.message.startswith("N=2, D=3, H=4")
    assert "X=[1, 0, 0; 0, 1, 0]" in layer.counterexample
    assert "b=(1, 0, 0, 0)" in layer.counterexample


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.25, "1/4"),
        (-0.5, "-1/2"),
        (0.0, "0"),
        (3.0, "3"),
        (np.log(2), "0.693 (log 2)"),
        (-np.log(3), "-1.1 (-log 3)"),
    ],
)
def test_numbers_are_spelled_as_a_reader_would(value, text):
    assert spell(value) == text


def test_vectors_and_matrices_are_spelled_in_a_line():
    assert spell(np.array([[0.5], [0.25]])) == "(1/2, 1/4)"
    assert spell(np.array([[1.0, 0.1234567], [0.0, 2.0]])) == "[1, 0.123; 0, 2]"


# Comparing


def test_errors_are_measured_by_the_size_of_the_sides():
    assert worst_entry(1e9, 1e9 + 1, "=")[0] == pytest.approx(1e-9)
    assert worst_entry(np.array([[1.0], [2.0]]), np.array([[1.0], [3.0]]), "=") == (pytest.approx(1 / 3), (1, 0))
    for relation, left, right in (
        (r"\le", 1.0, 2.0),
        (r"\ge", 2.0, 2.0),
        ("<", 1.0, 2.0),
        (">", 2.0, 1.0),
        (r"\ne", 1.0, 2.0),
    ):
        assert worst_entry(left, right, relation)[0] == 0
    for relation, left, right in (
        (r"\le", 2.0, 1.0),
        (r"\ge", 1.0, 2.0),
        ("<", 2.0, 2.0),
        (">", 2.0, 2.0),
        (r"\ne", 2.0, 2.0),
    ):
        assert worst_entry(left, right, relation)[0] >= 0.5


@pytest.mark.parametrize("value", [np.nan, np.inf, 1j, np.array([[np.nan]]), np.array([[1.0, 1j]])])
def test_what_is_not_a_real_number_is_compared_with_nothing(value):
    with pytest.raises(NotANumber):
        worst_entry(value, value, "=")


# Every display ends in a verdict, soon


@pytest.mark.parametrize(
    "tex",
    [
        r"x^{x^{x^x}} = 1",
        r"9^{9^{9^{9}}} = 1",
        r"\prod_{k=1}^{100000} 10 = 1",
        r"\sum_{k=1}^{99999999} k = 1",
        r"\sum_{k=1}^{10^{30}} k = 1",
        r"\sum_{k=1}^{1000} \sum_{l=1}^{1000} \sum_{i=1}^{1000} k l i = 1",
        r"\mathbf{1}_{100000000} = \mathbf{1}_{100000000} + 0",
        r"\mathbf{1}_{x} = 1",
        r"e^{e^{e^{e^{e^{9}}}}} = 1",
        r"\frac{1}{0} = \frac{2}{0}",
        r"(x - x)^{-3} = 1",
        r"x^{0.5} = x^{1/2} + 0^{-1}",
        r"\sum_{k=1}^{x} k = 1",
        r"\sqrt{-s} = 1",
        r"S^{-1} (S - S)^{-1} = S",
        r"\det(S - S)^{-1} = 1",
        r"\frac{\partial^4 e^{x^2}}{\partial x^4} = 1",
        r"z_{x} = 1",
        r"z_{K+1} = z_{K+1} + 0",
        r"\max_k z_k = \min_k z_k",
        r"10^{300} 10^{300} x = x",
    ],
)
def test_the_monstrous_ends_in_a_verdict(tex):
    outcome = verdict(tex)
    assert outcome.status == "fails"
    assert outcome.message
    assert "\n" not in outcome.message


def test_work_is_bounded(monkeypatch):
    monkeypatch.setattr("eqcheck.world.MOST_WORK", 1000)
    assert "more work than any display should" in verdict(r"\sum_{k=1}^{5000} k = 12502500").message
    assert MOST_WORK < 10**7


def test_a_long_chain_of_definitions_is_no_problem():
    count = 300
    symbols = "\n".join(rf"a_{{{n}}} \in \mathbb{{R}} ; number ; a{n}" for n in range(1, count + 1))
    chain = [definition(f"a_{{{n}}} = a_{{{n - 1}}} + 1", f"a{n - 1} + 1") for n in range(2, count + 1)]
    assert verdict(*chain, f"a_{{{count}}} = a_{{1}} + {count - 1}", symbols=symbols).status == "holds"


TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
TYPED = [(one, equation) for one in BOOK for equation in one.equations if not equation.unchecked]
INK = sorted({token for _, equation in TYPED for token in TOKEN.findall(equation.tex)})


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_typed_ends_in_a_verdict(seed):
    random = Random(seed)
    for book, equation in random.sample(TYPED, 20):
        ink = TOKEN.findall(equation.tex)
        for _ in range(random.randint(1, 3)):
            at = random.randrange(len(ink))
            ink[at : at + 1] = random.choice([[], [random.choice(INK)], [ink[at], random.choice(INK)], [ink[at]] * 2])
            ink = ink or ["x"]
        wrong = replace(equation, tex="".join(ink), kind=random.choice(["claim", equation.kind]))
        alone = replace(
            book, equations=(*(e for e in book.equations[: equation.number - 1] if e.kind == "definition"), wrong)
        )
        *_, (_, outcome) = judge_page(alone)
        assert outcome.status in {"holds", "fails", "refuted"}
        assert "\n" not in outcome.message


def test_a_condition_that_few_instances_meet_ends_in_a_verdict():
    found = verdict(r"A B = 1 \quad \text{if } A = 0", symbols=r"A, B \in \{0,1\} ; bits")
    assert found.status == "fails"
    assert "sides differ" in found.message
