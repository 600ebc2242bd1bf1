"""The names and definitions of a page, growing from equation to equation.

A definition holds from where it stands: a symbol that is used before is free, and sampled from its set.
"""

from dataclasses import dataclass, field

from eqcheck.domains import FunctionDomain, Naturals
from eqcheck.links import Definition, Links, free_indices, uses
from eqcheck.tex.names import Names
from eqcheck.tex.syntax import Call, Entry, Node, Statement, Symbol
from eqcheck.world import Failure

EQUALS = ("=", ":=")


@dataclass
class Reader:
    """What a page has declared and defined so far."""

    names: Names = field(default_factory=Names)
    definitions: dict[str, Definition] = field(default_factory=dict)

    def copy(self) -> "Reader":
        """The same names and definitions; what one of the two defines from here on, the other does not know."""
        return Reader(self.names, dict(self.definitions))

    def define(self, statement: Statement, origin: str) -> str:
        """Take the first relation of a statement as the definition of its left side: its name."""
        if len(statement.sides) < 2 or statement.relations[0] not in EQUALS:
            raise Failure("a definition needs an equals sign")
        if statement.conditions:
            raise Failure("a definition holds without a condition; write the cases into it")
        left, right = statement.sides[:2]
        name, indices, parameters = self._left(left)
        tex = self.names.tex.get(name, name)
        before = self.definitions.get(name)
        if before and before.origin != origin:
            raise Failure(f"{tex} is defined already, in eq-{before.origin}, and what follows from it would change")
        stray = set(free_indices(Statement((right,), ()), self.names)) - {*indices, *parameters}
        if stray:
            index = self.names.tex[min(stray)]
            raise Failure(f"the index {index} stands on the right side only: what is it summed over?")
        definition = Definition(right, indices, parameters, origin)
        idle = set(parameters) - uses(right)
        if idle:
            raise Failure(
                f"{self.names.tex[min(idle)]} stands on the left side only: the function would not depend on it"
            )
        others = {key: value for key, value in self.definitions.items() if key != name}
        if name in Links(others).reach(definition.uses):
            raise Failure(f"{tex} is defined by itself; give the new value a name of its own")
        self.definitions[name] = definition
        return name

    def _left(self, left: Node) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """Read the left side of a definition: the name, its indices, its parameters."""
        if isinstance(left, Symbol):
            domain = self.names.domains.get(left.name)
            if isinstance(domain, Naturals | FunctionDomain) or self.names.is_index(left.name):
                kind = {Naturals: "a size", FunctionDomain: "a function"}.get(type(domain), "an index")
                raise Failure(f"{self.names.tex[left.name]} is {kind}, and cannot be defined like a value")
            return left.name, (), ()
        if isinstance(left, Entry):
            found = [index.name for index in left.indices if isinstance(index, Symbol)]
            if len(set(found)) != len(left.indices) or not all(map(self.names.is_index, found)):
                raise Failure("the left side of a definition by entries has a free index in each place")
            return left.name, tuple(found), ()
        if isinstance(left, Call) and left.order == 0 and self.names.is_function(left.function):
            parameters = [argument.name for argument in left.arguments if isinstance(argument, Symbol)]
            if len(set(parameters)) != len(left.arguments):
                raise Failure("the left side of the definition of a function has a symbol for each argument")
            return left.function, (), tuple(parameters)
        raise Failure("the left side of a definition is a symbol, an entry, or a function of symbols")
