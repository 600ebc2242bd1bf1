"""Write each equation of the book into a file of its own: python tools/equations.py LEDGER FOLDER.

A page that gathers equations, such as the cheat sheet or the known mistakes, includes them by their names,
`--8<-- "equations/softmax-jacobian.md"`, and so never types one a second time. Below a known mistake
stands its counterexample, as the checker found it.
"""

import sys
from pathlib import Path

from eqcheck import ledger
from eqcheck.badge import TEX
from eqcheck.pages import Equation, read_book


def main(source: str, target: str) -> None:
    folder = Path(target)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        old.unlink()
    records = ledger.read(Path(source))
    for equation in read_book(Path("docs")).equations.values():
        counterexample = records[equation.id].message if equation.kind == "mistake" else ""
        (folder / f"{equation.id}.md").write_text(text(equation, counterexample), encoding="utf-8")


def text(equation: Equation, counterexample: str) -> str:
    lines = [f'```math cites="{equation.id}"', equation.tex.strip(), "```"]
    if counterexample:
        lines += ["", f"*Refuted:* {in_dollars(counterexample)}."]
    return "\n".join(lines) + "\n"


def in_dollars(message: str) -> str:
    """Set the symbols of a message that are written in TeX."""
    return TEX.sub(r"$\g<0>$", message)


if __name__ == "__main__":
    main(*sys.argv[1:])
