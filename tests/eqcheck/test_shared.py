"""Values taken over from a like trial lead to the verdict to which computing them leads."""

from dataclasses import asdict

import pytest
from judged import LOSS, ONE_HOT, SOFTMAX, definition, page

from eqcheck import world as world_module
from eqcheck.instances import EasySource, RandomSource
from eqcheck.judge import Trial, judge_statements, judge_with_readers
from eqcheck.planted.teeth import planted
from eqcheck.shared import Shared
from eqcheck.tex.statements import read_statements

RELU = definition(r"R(x) = \max(0, x)", "np.maximum(0, x)")
BOTH = definition(r"s = \max(\sum_k p_k^2, \frac{1}{2})", "max((p ** 2).sum(), 0.5)")
PAGE = page(
    RELU,
    SOFTMAX,
    ONE_HOT,
    LOSS,
    r"\frac{\partial L}{\partial z_i} = p_i - y_i",
    r"\frac{\partial^2 L}{\partial z_i\,\partial z_j} = p_i (\delta_{ij} - p_j)",
    r"\sum_{k=1}^{K} (R(z_k) + R(-z_k)) = \sum_{k=1}^{K} |z_k|",
    BOTH,
    r"\frac{\partial s}{\partial a} = 0",
    r"\log\sum_i e^{z_i} \ge \max_i z_i",
)
JUDGED = [(equation, before) for equation, _, before in judge_with_readers(PAGE, "numpy")]


def trial(equation, before, shared):
    """Run a trial of a claim, as far as it goes."""
    statements = read_statements(equation.tex, before.names)
    found = Trial(equation, statements, before.copy(), "numpy", 0, shared=shared)
    found.run()
    return found


@pytest.mark.parametrize(("equation", "before"), JUDGED, ids=[equation.tex for equation, _ in JUDGED])
def test_the_verdicts_are_the_same_to_the_letter(equation, before):
    together = Shared(before.definitions)
    for mutant in planted(equation, before, "numpy"):
        if mutant.statements is not None:
            alone, lent = (
                judge_statements(equation, list(mutant.statements), before.copy(), "numpy", 0, False, False, shared)
                for shared in (None, together)
            )
            assert asdict(alone) == asdict(lent), mutant.description


@pytest.mark.parametrize("place", [4, 5, 6, 8])
def test_the_bill_is_paid_in_full(place):
    """Each trial counts the work, and notes the branches, whoever did it and how often it was done before."""
    equation, before = JUDGED[place]
    together = Shared(before.definitions)
    alone, first, again = (trial(equation, before, shared).setting for shared in (None, together, together))
    for lent in (first, again):
        assert lent.work == alone.work > 0
        assert lent.idle == alone.idle
        assert branches(lent.fired) == branches(alone.fired) != []
        assert branches(lent.fired_at_boundary) == branches(alone.fired_at_boundary)


def branches(fired):
    return sorted(map(sorted, fired.values()))


def test_what_a_value_took_is_not_done_again(monkeypatch):
    equation, before = JUDGED[4]
    together = Shared(before.definitions)
    done = []
    whole = world_module.World._defined
    monkeypatch.setattr(world_module.World, "_defined", lambda self, name: done.append(name) or whole(self, name))
    trial(equation, before, together)
    assert {"p", "y", "L"} <= set(done)
    done.clear()
    trial(equation, before, together)
    assert done == []


def test_what_an_error_changes_is_not_taken_over(monkeypatch):
    """Seen red: where a definition's own name is lent as well, a wrong definition is judged by the right values."""
    equation, before = JUDGED[3]
    right, wrong = (
        read_statements(tex, before.names) for tex in (equation.tex, r"L = -\sum_{k=1}^{K} y_k \log p_k + p_1")
    )

    def status(statements, shared):
        return judge_statements(equation, statements, before.copy(), "numpy", 0, False, False, shared).status

    together = Shared(before.definitions)
    assert [status(right, together), status(wrong, together)] == ["holds", "fails"]

    class Careless(Shared):
        def twin(self, setting, sizes, source):
            setting.borrowed = frozenset(setting.definitions)
            found = super().twin(setting, sizes, source)
            if found is not None:
                found.setting.definitions.setdefault("L", setting.definitions["L"])
            return found

    careless = Careless(before.definitions)
    assert [status(right, careless), status(wrong, careless)] == ["holds", "holds"]


def test_no_value_is_lent_where_the_order_of_drawing_has_a_say():
    equation, before = JUDGED[4]
    found = Trial(equation, read_statements(equation.tex, before.names), before.copy(), "numpy", 0)
    together = Shared(before.definitions)
    assert together.twin(found.setting, {"K": 2}, EasySource(0)) is None
    assert together.twin(found.setting, {"K": 2}, RandomSource((0,))) is not None
