"""Count the lines of a displayed chain, each of which has a permanent link of its own."""

import re

# The environments whose rows are steps; the rows of a matrix, or of cases, are parts of one.
_CHAINS = {"aligned", "gathered", "split", "align", "gather", "align*", "gather*"}
_MARK = re.compile(
    r"%[^\n]*|\\begin\s*\{(?P<begin>[^{}]*)\}|\\end\s*\{(?P<end>[^{}]*)\}|(?P<row>\\\\)|\\.|[{}]", re.DOTALL
)


def steps(tex: str) -> int:
    """Count the lines of the chain that an equation is; 0 if it is none, or has one line only."""
    chains = _chains(tex)
    if len(chains) != 1:
        return 0
    lines = chains[0] if chains[0][-1].strip() else chains[0][:-1]  # a last \\ opens no line
    return len(lines) if len(lines) > 1 else 0


def _chains(tex: str) -> list[list[str]]:
    """Cut the chains that stand within nothing else into their lines."""
    chains: list[list[str]] = []
    depth, start, inside = 0, 0, False
    for mark in _MARK.finditer(tex):
        depth -= mark["end"] is not None or mark[0] == "}"
        if depth == 0 and mark["begin"]:
            inside, start = mark["begin"] in _CHAINS, mark.end()
            chains += [[]] if inside else []
        if inside and ((depth == 1 and mark["row"]) or (depth == 0 and mark["end"])):
            chains[-1].append(tex[start : mark.start()])
            start = mark.end()
        depth += mark["begin"] is not None or mark[0] == "{"
    return [chain for chain in chains if chain]
