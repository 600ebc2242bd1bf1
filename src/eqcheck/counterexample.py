"""Refute a mistake by numbers that a reader can follow by hand: small sizes, few digits."""

import itertools
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from eqcheck.compare import Difference
from eqcheck.domains import FunctionDomain
from eqcheck.instances import EasySource, choices, sizes_for
from eqcheck.links import uses
from eqcheck.spell import Speller
from eqcheck.trial import Trial
from eqcheck.values import Value
from eqcheck.world import Failure, Misfit, Undefined, World

_TURNS = 40
_ENOUGH = 4  # counterexamples among which the shortest is taken
_MOST_WORK = 400_000
_SHORT = 80
_TINY = 0.01
_EXACT = 1e-10
_LARGEST_DENOMINATOR = 100


@dataclass(frozen=True)
class Counterexample:
    """An instance that refutes: in one line, and with all the values that are behind it."""

    short: str
    long: str
    effort: int  # how much there is to read, and how late it was found


def counterexample(trial: Trial) -> Counterexample | None:
    """Find an easy instance at which the sides differ, or none."""
    sizes = sizes_for(trial.letters, trial.written)
    fixed = list(itertools.islice(choices(trial.used, trial.names, sizes), 8)) or [{}]
    found: list[Counterexample] = []
    for turn, chosen in itertools.product(range(_TURNS), fixed):
        world = trial.world(sizes, EasySource(turn, chosen))
        try:
            trial.compare_statements(world)
        except Difference as difference:
            found.append(_told(trial, world, difference, 2 * turn))
        except Misfit:
            return None
        except (Failure, Undefined):
            continue
        if len(found) >= _ENOUGH or trial.setting.work > _MOST_WORK:
            break
    return min(found, key=lambda example: example.effort, default=None)


def _told(trial: Trial, world: World, difference: Difference, effort: int) -> Counterexample:
    speller = Speller(trial.names)
    sizes = [f"{letter}={world.sizes[letter]}" for letter in world.sizes]
    leaves = [
        f"{speller.name(name)}={spell(world.leaves[name])}" for name in trial.names.domains if name in world.leaves
    ]
    where = f" at {difference.place}" if difference.place else ""
    outcome = f"left {spell(difference.left)}, right {spell(difference.right)}{where}"
    given = ", ".join([*sizes, *leaves])
    short = given if len(given) <= _SHORT else ", ".join(sizes)
    sides = trial.statements[difference.statement].sides
    named = uses(*sides[difference.relation : difference.relation + 2]) & trial.setting.definitions.keys()
    values = [
        f"{speller.name(name)}={spell(world.value(name))}"
        for name, domain in trial.names.domains.items()
        if name in named and not isinstance(domain, FunctionDomain)
    ]
    so = f", so {', '.join(values)}" if values else ""
    effort += _effort(difference.left) + _effort(difference.right)
    return Counterexample(
        f"{short}: {outcome}" if short else outcome, f"{given}{so}: {outcome}" if given else outcome, effort
    )


def _effort(value: float) -> int:
    """How hard a number is to reckon with: a fraction is easy, a logarithm is not so hard."""
    text = _number(value)
    if "." not in text:
        return len(text)
    return 5 if "log" in text else 10 + 10 * (abs(value) < _TINY)


def spell(value: Value) -> str:
    """Write a value as a reader would: 1/4, log 2, (0, 1); a matrix row by row."""
    if not isinstance(value, np.ndarray):
        return _number(float(np.real(value)))
    if 1 in value.shape:
        return f"({', '.join(map(spell, value.reshape(-1)))})"
    return f"[{'; '.join(', '.join(map(spell, row)) for row in value)}]"


def _number(value: float) -> str:
    fraction = Fraction(value).limit_denominator(_LARGEST_DENOMINATOR) if abs(value) < 1e6 else Fraction(0)
    if abs(value - fraction) < _EXACT * max(1.0, abs(value)):
        return str(fraction)
    power = Fraction(float(np.exp(abs(value)))).limit_denominator(9) if abs(value) < 5 else Fraction(0)
    if power and abs(abs(value) - np.log(float(power))) < _EXACT:
        return f"{value:.3g} ({'-' if value < 0 else ''}log {power})"
    return f"{value:.3g}"
