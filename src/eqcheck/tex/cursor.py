"""The common ground of the parser's parts: a place in the tokens, and what is known there.

Each part of the grammar is a class of its own above this one, in a file of its own, and the parser
joins them. A part that needs the whole grammar (an expression inside a fraction) calls the methods
that are only named here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Self

from eqcheck.tex.layers import Layers, numbered
from eqcheck.tex.lexer import Refusal, Token
from eqcheck.tex.names import Names, Scripted, scripted_letter
from eqcheck.tex.parts import Part, argument, closing, end_at
from eqcheck.tex.syntax import Node
from eqcheck.tex.vocabulary import OPEN

DEEPEST = 40


@dataclass(frozen=True)
class Context:
    """What holds in a part of an expression: the page's names, the indices of the sums around it, the layer."""

    names: Names
    bound: frozenset[str] = frozenset()
    layers: Layers = field(default_factory=dict)
    depth: int = 0
    bare: list[Token] = field(default_factory=list)  # functions that stand without an argument


@dataclass(frozen=True)
class Loose:
    """A factor whose reach no reader can see, and why nothing may stand close to it.

    `beside` speaks of a factor behind it without a sign, `behind` of any factor behind it, `before`
    of one before it. It holds as long as the cursor stands where the factor ended.
    """

    at: int
    beside: str = ""
    behind: str = ""
    before: str = ""


class Cursor:
    """A place in a part of the tokens."""

    def __init__(self, part: Part, context: Context) -> None:
        self.found = (*part.items, part.end)
        self.context = context
        self.at = 0
        self.loose = Loose(-1)
        self.compound = False  # whether what was read last has several terms or factors
        self.bar = ""  # the | or ‖ that would close what is open here

    @property
    def names(self) -> Names:
        """The declared names."""
        return self.context.names

    # ---- tokens -----------------------------------------------------------------------------

    @property
    def token(self) -> Token:
        """The token that comes next."""
        return self.found[self.at]

    @property
    def following(self) -> Token:
        """The token behind the next one."""
        return self.found[min(self.at + 1, len(self.found) - 1)]

    @property
    def at_end(self) -> bool:
        """Tell whether everything has been read."""
        return self.at == len(self.found) - 1

    def take(self, *texts: str) -> bool:
        """Step over the next token if it is one of these signs."""
        if self.token.is_sign(*texts):
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> None:
        """Step over the next token, which must be this one."""
        if not self.take(text):
            raise self.token.refuse(f"expected '{text}', got '{self.token.text}'")

    def argument(self) -> Part:
        """Read what TeX takes as one argument."""
        part, self.at = argument(self.found, self.at)
        return part

    def rest(self) -> Part:
        """All that has not been read."""
        return Part(self.found[self.at : -1], self.found[-1])

    def scripted(self) -> Scripted:
        """Read a letter with its scripts."""
        scripted, self.at = scripted_letter(self.found, self.at)
        if not self.context.layers:
            return scripted
        below, above = numbered(scripted.below, self.context.layers), numbered(scripted.above, self.context.layers)
        return replace(scripted, below=below, above=above)

    def scripts(self) -> tuple[Part | None, Part | None]:
        """Read what stands below and above, in any order."""
        below: Part | None = None
        above: Part | None = None
        while self.token.is_sign("_", "^"):
            token = self.token
            self.at += 1
            if (below if token.text == "_" else above) is not None:
                raise token.refuse(f"a second {token.text} in the same place")
            if token.text == "_":
                below = self.argument()
            else:
                above = self.argument()
        return below, above

    def bracketed(self) -> Part:
        """Step over a pair of brackets, and give what is in it."""
        opened = self.token.text
        close = closing(self.found, self.at, opened, OPEN[opened])
        inside = Part(self.found[self.at + 1 : close], end_at(self.found[close]))
        self.at = close + 1
        return inside

    def behind(self, items: tuple[Token, ...]) -> Part:
        """Make a part of what is left of a script that has just been read."""
        if items and items[0].is_sign(","):
            items = items[1:]
        return Part(items, end_at(self.token))

    def refuse_rest(self) -> None:
        """Make sure that everything has been read."""
        if not self.at_end:
            raise self.token.refuse(f"cannot read '{self.token.text}' here")

    def refusal(self, message: str) -> Refusal:
        """Make the error that points at the next token."""
        return self.token.refuse(message)

    # ---- parts ------------------------------------------------------------------------------

    def inner(self, part: Part) -> Self:
        """Read a part by itself."""
        return type(self)(part, self._deeper_context())

    def read(self, part: Part) -> Node:
        """Read a part as one expression."""
        return self.inner(part).whole()

    def whole(self) -> Node:
        """Read everything as one expression."""
        node = self.expression()
        self.refuse_rest()
        return node

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Count how deep this is, so that neither the reader nor the evaluator runs out of stack."""
        before = self.context
        self.context = self._deeper_context()
        yield
        self.context = before

    def _deeper_context(self) -> Context:
        if self.context.depth >= DEEPEST:
            raise self.refusal("this is nested too deeply")
        context = self.context
        return Context(context.names, context.bound, context.layers, context.depth + 1, context.bare)

    @contextmanager
    def binding(self, indices: frozenset[str] = frozenset(), layers: Layers | None = None) -> Iterator[None]:
        """Let indices run in what is read now, or be in this layer."""
        before = self.context
        self.context = replace(before, bound=before.bound | indices, layers={**before.layers, **(layers or {})})
        yield
        self.context = before

    def loosen(self, beside: str = "", behind: str = "", before: str = "") -> None:
        """Remember that the factor just read has no visible end."""
        self.loose = Loose(self.at, beside, behind, before)

    @property
    def tied(self) -> Loose:
        """What is known about the end of the factor just read."""
        return self.loose if self.loose.at == self.at else Loose(self.at)

    # ---- the grammar, filled in above -------------------------------------------------------

    def expression(self) -> Node:
        """Read terms with plus and minus between them."""
        raise NotImplementedError

    def term(self) -> Node:
        """Read a product."""
        raise NotImplementedError

    def factor(self) -> Node:
        """Read one factor with what stands above it."""
        raise NotImplementedError

    def starts_factor(self) -> bool:
        """Tell whether the next token can begin a factor that stands beside the last."""
        raise NotImplementedError

    def raised(self, node: Node, above: Part) -> Node:
        """Put a power, an inverse or a transpose on a node."""
        raise NotImplementedError

    def is_name(self) -> bool:
        """Tell whether the next token can begin a name."""
        raise NotImplementedError

    def name(self) -> Node:
        """Read a name with its indices."""
        raise NotImplementedError

    def indices(self, below: Part, flat: bool = False) -> tuple[Node | None, ...]:
        """Read a subscript as indices."""
        raise NotImplementedError
