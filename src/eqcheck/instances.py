"""The instances on which an equation is tried: which sizes, and where the free symbols get their values.

All sizes are different, so that a missing transpose is a shape error. Finite sets are gone through.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import NormalDist
from zlib import crc32

import numpy as np
from numpy.random import Generator

from eqcheck.domains import Domain, FunctionDomain, Indices, Labels, Naturals, Reals, Sizes, extent, size_letter
from eqcheck.notation import NotationError
from eqcheck.tex.names import Names
from eqcheck.values import Value

MOST_CHOICES = 64  # elements of finite sets that are all gone through
MOST_LABELS = 9  # the same where labels of a whole batch are among them
_SMALLEST = 2
_NORMAL = NormalDist()
_NUMBER = Reals()
_STEPS = [number**0.5 % 1 for number in (1.25, 2, 3, 7)]  # by irrational steps one comes everywhere, soon


@dataclass(frozen=True)
class RandomSource:
    """Values at random. Each symbol has a generator of its own, so that no other has a say in it.

    `fixed` holds what is enumerated; `boundary` puts zeros where kinks like to sit; `domains` may
    widen the set of a symbol, and `scale` makes real numbers larger.
    """

    seed: tuple[int, ...]
    boundary: bool = False
    fixed: Mapping[str, Value] = field(default_factory=dict)
    domains: Mapping[str, Domain] = field(default_factory=dict)
    scale: float = 1.0

    def leaf(self, name: str, domain: Domain, sizes: Sizes) -> Value:
        """Draw a value."""
        if name in self.fixed:
            return self.fixed[name]
        domain = self.domains.get(name, domain)
        if domain == _NUMBER and not self.boundary:
            return self._spread(name) * self.scale
        value = _drawn(self._seed(name), self.boundary, domain, tuple(sizes.items()))
        return value * self.scale if self.scale != 1 and isinstance(domain, Reals) and not domain.above else value

    def function(self, name: str, domain: FunctionDomain, sizes: Sizes) -> Callable[..., Value]:
        """Draw a smooth function."""
        return smooth(np.random.default_rng(self._seed(name)), domain, sizes)

    def _spread(self, name: str) -> float:
        """Draw a number so that a few instances cover the line evenly: no branch and no gap is left out for long."""
        *seed, instance = self.seed
        quantile = (_start(*seed, crc32(name.encode())) + instance * _STEPS[crc32(name.encode()) % len(_STEPS)]) % 1
        return _NORMAL.inv_cdf(min(max(quantile, 0.01), 0.99))

    def _seed(self, name: str) -> tuple[int, ...]:
        return (*self.seed, crc32(name.encode()))


# One draw is taken by many equations: on a page, a symbol has the same values in all the instances that are alike.


@lru_cache(maxsize=256)  # a draw may be large
def _drawn(seed: tuple[int, ...], boundary: bool, domain: Domain, sizes: tuple[tuple[str, int], ...]) -> Value:
    random = np.random.default_rng(seed)
    value = domain.boundary(random, dict(sizes)) if boundary else domain.sample(random, dict(sizes))
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    return value


@lru_cache(maxsize=1024)
def _start(*seed: int) -> float:
    return np.random.default_rng(seed).random()


@dataclass(frozen=True)
class EasySource:
    """Values that a reader can follow by hand; the turn says which."""

    turn: int
    fixed: Mapping[str, Value] = field(default_factory=dict)
    boundary: bool = True
    scale: float = 1.0
    drawn: list[str] = field(default_factory=list)

    def leaf(self, name: str, domain: Domain, sizes: Sizes) -> Value:
        """Take a value, another one for each symbol of the same kind once the first turns are over."""
        self.drawn.append(name)
        if name in self.fixed:
            return self.fixed[name]
        return domain.easy(self.turn if self.turn < _ALIKE else self.turn + len(self.drawn), sizes)

    def function(self, name: str, domain: FunctionDomain, sizes: Sizes) -> Callable[..., Value]:
        """Take any smooth function: there is none that is easier than the others."""
        return smooth(np.random.default_rng(crc32(name.encode())), domain, sizes)


_ALIKE = 3


def smooth(random: Generator, domain: FunctionDomain, sizes: Sizes) -> Callable[..., Value]:
    """Make a smooth function at random, of all entries of its arguments."""
    shape = domain.result.dimensions(sizes)
    parts = math.prod(shape)
    weights = [random.standard_normal((3, parts, *argument.dimensions(sizes))) for argument in domain.arguments]

    def function(*arguments: Value) -> Value:
        total: Value = 0.0
        for argument, (outer, inner, shift) in zip(arguments, weights, strict=True):
            waves = outer * np.tanh(inner * argument + shift) + 0.3 * np.asarray(argument) * outer
            total = total + waves.reshape(parts, -1).sum(axis=1)
        return np.asarray(total).reshape(shape) if shape else np.asarray(total)[0]

    return function


def letters_of(names: Iterable[str], written: Iterable[str], declared: Names) -> tuple[list[str], set[str]]:
    """List the size letters that some symbols depend on, in order of declaration, and all sizes as written."""
    used = set(names)
    sizes = set(written)
    for name in used:
        domain = declared.domains.get(name)
        if domain is not None:
            sizes |= set(domain.extents)
    used |= {size_letter(size) for size in sizes}
    letters = [name for name, domain in declared.domains.items() if isinstance(domain, Naturals) and name in used]
    return letters, sizes


def sizes_for(letters: list[str], written: set[str], random: Generator | None = None) -> Sizes:
    """Choose sizes so small, and all so different, as can be; or others, in which each letter has changed."""
    plain, others = _different(tuple(letters), frozenset(written))
    return plain if random is None or not others else others[int(random.integers(len(others)))]


@lru_cache(maxsize=1024)
def _different(letters: tuple[str, ...], written: frozenset[str]) -> tuple[Sizes, list[Sizes]]:
    """Find the smallest sizes at which nothing that is written differently is equal, and others like that."""
    expressions = sorted(written | set(letters))
    plain: Sizes | None = None
    for largest in range(_SMALLEST + len(letters), _SMALLEST + len(letters) + 12):
        others = []
        for chosen in itertools.islice(itertools.permutations(range(_SMALLEST, largest), len(letters)), 200):
            sizes = dict(zip(letters, chosen, strict=True))
            extents = [_extent(size, sizes) for size in expressions]
            shortest = min((_extent(size, sizes) for size in expressions if not size.isdigit()), default=_SMALLEST)
            if len(set(extents)) == len(extents) and shortest >= _SMALLEST:
                plain = plain or sizes
                if all(sizes[letter] != plain[letter] for letter in letters):
                    others.append(sizes)
        if plain is not None and (others or not letters):
            return plain, others
    return plain or dict(zip(letters, range(_SMALLEST, _SMALLEST + len(letters)), strict=True)), []


def _extent(size: str, sizes: Sizes) -> int:
    try:
        return extent(size, sizes)
    except NotationError:  # told where the symbol is used
        return 10_000 + crc32(size.encode())


def choices(names: Iterable[str], declared: Names, sizes: Sizes) -> Iterator[dict[str, Value]]:
    """Go through all the elements of the finite sets, if they are few enough; nothing otherwise."""
    finite: dict[str, tuple[Domain, int]] = {}
    for name in sorted(names):
        domain = declared.domains.get(name)
        if domain is None or (isinstance(domain, Indices) and not domain.fixed):
            continue
        count = domain.count(sizes)
        if count is not None:
            finite[name] = (domain, count)
    labels = {name for name, (domain, _) in finite.items() if isinstance(domain, Labels)}
    if labels and math.prod(count for _, count in finite.values()) > MOST_LABELS:
        finite = {name: found for name, found in finite.items() if name not in labels}
    if not finite or math.prod(count for _, count in finite.values()) > MOST_CHOICES:
        return
    for numbers in itertools.product(*(range(count) for _, count in finite.values())):
        yield {
            name: domain.element(number, sizes)
            for (name, (domain, _)), number in zip(finite.items(), numbers, strict=True)
        }
