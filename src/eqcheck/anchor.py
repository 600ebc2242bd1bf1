"""Compare an equation with the code beside it: what is defined is anchored by nothing else."""

import contextlib

import numpy as np

from eqcheck import code
from eqcheck.codelinks import CodeError
from eqcheck.compare import Difference, NotANumber
from eqcheck.comparison import BY_CODE, Comparison
from eqcheck.evaluate import evaluate
from eqcheck.instances import RandomSource, sizes_for
from eqcheck.links import uses
from eqcheck.reader import EQUALS
from eqcheck.spell import Speller
from eqcheck.tex.syntax import Entry, Node, Statement, Symbol
from eqcheck.values import Value
from eqcheck.walk import walk
from eqcheck.world import Scope, Undefined, World

MOST_FREED = 24  # instances of a definition beyond what the page gives it
_FREED = 2  # comparisons of one that are enough


class Anchor(Comparison):
    """The part of a trial that runs code."""

    def compare_code(self, world: World, lenient: bool = False) -> None:
        """Compare the first sides of all the statements with what the code gives in one instance."""
        names = {
            name: code.to_python(world.value(key), world.names.domains[key]) for name, key in self.mentioned.items()
        }
        computed = code.run(self.equation.code, self.namespace, names)
        several = len(self.statements) > 1 and isinstance(computed, tuple)
        parts = list(computed) if several else [computed]
        if not self.defining <= set(range(len(parts))):
            raise CodeError(self._too_few(len(parts)))
        for number, part in enumerate(parts):
            if number < len(self.statements):
                self._compare_computed(world, number, part, lenient)

    def _too_few(self, given: int) -> str:
        """Say that a definition would be compared with nothing."""
        speller = Speller(self.names)
        wanted = [speller(statement.sides[0]) for statement in self.statements]
        return (
            f"{len(self.defining)} values are defined here, and the code gives {given}: "
            f"it must be a tuple, ({', '.join(wanted)})"
        )

    def _compare_computed(self, world: World, number: int, computed: object, lenient: bool) -> None:
        left = self.statements[number].sides[0]
        indices = self.left_indices[number]
        array = code.as_array(computed)
        for scope in self.points(world, number):
            value = self._first_value(world, self.statements[number], scope)
            if value is None:
                continue
            if lenient and not np.isfinite(value).all():
                continue
            place = tuple(scope.values[index] - 1 for index in indices)
            extents = tuple(world.extent(index) or 0 for index in indices)
            row = bool(indices) and self._along_row(world, left, indices[0])
            try:
                given = code.entry(array, place, extents, value, row)
                self.compare_values(world, value, given, "=", scope, (number, BY_CODE))
            except NotANumber as error:
                raise NotANumber(str(error).replace("right side", "code's value")) from error

    def _first_value(self, world: World, statement: Statement, scope: Scope) -> Value | None:
        """Evaluate the left side; where it has no value, as at a kink, the next one that is equal to it."""
        for side, relation in zip(statement.sides, ("=", *statement.relations), strict=True):
            if relation not in EQUALS:
                break
            try:
                return evaluate(world, side, scope)
            except Undefined:
                continue
        return None

    def _along_row(self, world: World, left: Node, index: str) -> bool:
        """Tell whether an index counts the entries of a row, which is 1 × K in code as well."""
        for node in walk(left):
            if isinstance(node, Entry) and node.indices == (Symbol(index),):
                return np.shape(world.value(node.name))[:1] == (1,)
        return False

    def compare_freed(self) -> None:
        """Compare a definition with its code over all that it is declared for.

        The page may give a symbol few values only, as one-hot targets; there a wrong definition can agree.
        """
        for number in self.defining:
            right = self.statements[number].sides[1]
            freed = uses(right) & self.setting.definitions.keys() & set(self.mentioned.values())
            if not freed:
                continue
            setting = self.free(frozenset(freed | self.parameters.keys()))
            sizes = sizes_for(self.letters, self.written)
            enough = self.comparisons + _FREED
            try:
                for instance in range(MOST_FREED):
                    source = RandomSource((self.seed, 1000 + instance), domains=self.parameters)
                    # code may refuse what the page never gives it
                    with contextlib.suppress(NotANumber, Undefined, CodeError):
                        self.compare_code(self.world(sizes, source, setting), lenient=True)
                    if self.comparisons >= enough:
                        break
            except Difference as difference:
                symbols = ", ".join(sorted(self.names.tex[name] for name in freed))
                difference.prefix = f"right for the {symbols} of this page, not for all that is declared: "
                raise
