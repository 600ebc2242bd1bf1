"""Values that many trials have in common: those of the symbols that are defined above the equation.

A planted error changes one equation and nothing above it: in like instances, the same symbols have the same values.
They are kept in *twins* of the worlds, each with its bill. Who takes a value over pays the bill, once, and so comes
to the verdict of one who computes it.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field

import numpy as np

from eqcheck.bill import Bill
from eqcheck.domains import Sizes
from eqcheck.instances import RandomSource
from eqcheck.links import Definition
from eqcheck.tex.syntax import Node
from eqcheck.values import Value
from eqcheck.world import Compute, Failure, Scope, Setting, Source, Undefined, World


class Twin(World):
    """A world that keeps the bills of its values, and lends them."""

    def __init__(self, setting: Setting, sizes: Sizes, source: Source) -> None:
        super().__init__(setting, sizes, source)
        self._bills: dict[Hashable, Bill] = {}
        self._hopeless: set[str] = set()

    def lend(self, name: str, to: Setting) -> Value | None:
        """Give a value and its bill; nothing where there is none, which the borrower finds out alone."""
        if name in self._hopeless:
            return None
        self.setting.work = 0
        try:
            found = self.value(name)
        except (Failure, Undefined):
            self._hopeless.add(name)
            return None
        to.pay(self._bills[name])
        return found

    def value(self, name: str) -> Value:
        """Look a symbol up, and note what that takes."""
        return self._noted(name, lambda: World.value(self, name))

    def remembered(self, node: Node, scope: Scope, compute: Compute) -> Value:
        """Compute a costly node once, and note what that takes."""
        key = self.key(node, scope)
        if key is None:
            return compute(self, node, scope)
        return self._noted(key, lambda: World.remembered(self, node, scope, compute))

    def fire(self, node: Node, branch: int) -> None:
        """Note that a branch was taken."""
        self.setting.open[-1].fired.append((self.source.boundary, id(node), branch))

    def idle(self, words: str) -> None:
        """Note that a derivative is 0 because nothing moves."""
        self.setting.open[-1].idle.append(words)

    def _noted(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        unpaid, bill = self.setting.open, self._bills.get(key)
        if bill is None:
            bill, before = Bill(), self.setting.work
            unpaid.append(bill)
            try:
                found = compute()
            finally:
                unpaid.pop()
                bill.work = self.setting.work - before
                self.setting.work = before  # what is left is the work of the values around it alone
            self._bills[key] = bill
        else:
            found = compute()
        if unpaid:
            unpaid[-1].parts.append(bill)
        return found


@dataclass
class Shared:
    """The twins for all the trials of one equation. The definitions are those that stand above it."""

    definitions: Mapping[str, Definition]
    _settings: dict[Hashable, Setting] = field(default_factory=dict)
    _twins: dict[Hashable, Twin] = field(default_factory=dict)

    def twin(self, setting: Setting, sizes: Sizes, source: Source) -> Twin | None:
        """Find the twin of a world; there is none where the values depend on the order in which they are drawn."""
        if not isinstance(source, RandomSource):
            return None
        base = self._base(setting)
        fixed = tuple((name, np.shape(value), np.asarray(value).tobytes()) for name, value in source.fixed.items())
        key = (id(base), *sizes.items(), source.seed, source.boundary, source.scale, fixed, *source.domains.items())
        if key not in self._twins:
            self._twins[key] = Twin(base, sizes, source)
        return self._twins[key]

    def _base(self, setting: Setting) -> Setting:
        """Make the setting without the equation's own definitions; tell the other what it may borrow."""
        own = {name for name, found in setting.definitions.items() if self.definitions.get(name) is not found}
        common = {name: found for name, found in setting.definitions.items() if name not in own}
        key = (frozenset(common), setting.broadcast, setting.central)
        if key not in self._settings:
            self._settings[key] = Setting(setting.names, common, setting.evaluate, setting.broadcast, setting.central)
        base = self._settings[key]
        if not setting.borrowed:
            setting.borrowed = frozenset(common).difference(*map(base.links.affected, own))
        return base
