r"""Read a notation fence: the symbols of a page, where they live, and what they mean.

One declaration a line, up to three fields divided by semicolons:

    W_1 \in \mathbb{R}^{D\times H} ; weights of the hidden layer ; W1
"""

import re
from dataclasses import dataclass
from keyword import iskeyword

_SET = re.compile(r"\\mathbb\{R\}(?:_\{[^}]*\})?|\\\{1,\s*\\dots,\s*\w+\\\}")
_SHAPE = re.compile(rf"(?:{_SET.pattern})(?:\^(?:\{{(?P<braced>[^}}]*)\}}|(?P<single>\w)))?")


class NotationError(Exception):
    """A line of a notation fence that cannot be read."""


@dataclass(frozen=True)
class Declaration:
    """One line of a notation fence."""

    symbols: tuple[str, ...]
    domain: str
    meaning: str = ""
    names: tuple[str, ...] = ()
    function: bool = False
    fixed: bool = False

    @property
    def shape(self) -> tuple[str, ...]:
        r"""The letters of the shape: (N, D) for \mathbb{R}^{N\times D}, and () for one number."""
        match = _SHAPE.fullmatch(self.domain)
        if self.function or not match:
            raise NotationError(f"{self.domain} has no shape")
        power = match["braced"] or match["single"] or ""
        return tuple(factor.strip() for factor in power.split(r"\times")) if power else ()


def read_notation(text: str) -> list[Declaration]:
    """Read all the lines of a notation fence."""
    return [_declaration(line) for line in text.splitlines() if line.strip()]


def _declaration(line: str) -> Declaration:
    # \; is a space of TeX, not the end of a field.
    tex, *rest = (field.strip() for field in re.split(r"(?<!\\);", line))
    if len(rest) > 2:
        raise NotationError(f"expected at most three fields divided by ';', got {len(rest) + 1}: {line.strip()}")
    meaning, names = (*rest, "", "")[:2]
    relation = re.search(r"\\in\b|:", tex)
    if not relation:
        raise NotationError(f"expected a declaration like 'z \\in \\mathbb{{R}}^{{K}}', got {tex!r}")
    domain = tex[relation.end() :].strip()
    fixed = domain.endswith(" fixed")
    symbols = _list(tex[: relation.start()])
    if not symbols or not domain:
        raise NotationError(f"expected symbols and the set they are in, got {tex!r}")
    if names and len(_list(names)) != len(symbols):
        raise NotationError(f"expected one Python name for each of {', '.join(symbols)}, got {names!r}")
    for name in _list(names):
        if not name.isidentifier() or iskeyword(name):
            raise NotationError(f"expected a Python name, got {name!r}")
    return Declaration(
        symbols=symbols,
        domain=domain.removesuffix(" fixed").strip(),
        meaning=meaning,
        names=_list(names),
        function=relation[0] == ":",
        fixed=fixed,
    )


def _list(text: str) -> tuple[str, ...]:
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "{") - (letter == "}")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return tuple(part.strip() for part in parts if part.strip())
