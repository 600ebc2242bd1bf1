r"""Plant errors in the ink: a token lost, two tokens swapped, one token for another of its class.

A token counts if a reader sees it. Spaces, braces, \left and the like do not; but a pair of braces
that is lost moves what it held, and so counts too. Where there are more mutants than `MOST`, that
many are taken at equal distances, in the order in which they stand in the display.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from eqcheck.domains import Domain, FunctionDomain, Indices
from eqcheck.planted.mutants import Mutant, form_of, spread
from eqcheck.tex.lexer import Refusal, Token, tokens
from eqcheck.tex.names import FONTS, Names, Scripted, scripted_letter
from eqcheck.tex.statements import read_statements
from eqcheck.tex.syntax import Statement
from eqcheck.tex.vocabulary import RELATIONS

MOST = 150
_LAYOUT = {"{", "}", "&", r"\begin", r"\end"}
_SCRIPTS = {"_", "^"}
_PARTNERS = {
    "+": ("-",), "-": ("+",), "^": ("_",), "_": ("^",), r"\odot": (r"\cdot",), r"\cdot": ("+",), r"\sum": (r"\prod",),
    r"\prod": (r"\sum",), r"\log": (r"\exp",), r"\exp": (r"\log",), r"\max": (r"\min",), r"\min": (r"\max",),
    "<": (">",), ">": ("<",), r"\le": (r"\ge",), r"\ge": (r"\le",), r"\ne": ("=",), "(": (r"\log(",),
    r"\mathbf": (r"\mathbb",),
}  # fmt: skip
_MOST_LETTERS = 3
_WINDOW = 8
_SPACED = RELATIONS | {"+", "-"}
_COMMAND = re.compile(r"\\[A-Za-z]+$")

Edit = tuple[list[Token], str]


def ink_mutants(tex: str, statements: tuple[Statement, ...], names: Names) -> Iterator[Mutant]:
    """Plant errors in the TeX, but those that leave the ink or the form of the trees as it was."""
    form = form_of(statements, names)
    told: Counter[str] = Counter()
    for edited, words in spread(_distinct(_edits(tokens(tex)[:-1], names)), MOST):
        mutated = _read(edited, names)
        told[words] += 1
        if mutated is not None and form_of(mutated, names) == form:
            continue
        again = f" (number {told[words]})" if told[words] > 1 else ""
        yield Mutant(f"ink: {words}{again}", mutated)


def written(found: Sequence[Token]) -> str:
    """Write tokens as TeX again; only the spaces differ."""
    text, loose = "", True
    for token in found:
        piece = rf"\text{{{token.text}}}" if token.kind == "text" else token.text
        alone = token.text.strip("«»") in _SPACED
        glued = not (alone or loose) and not (piece[0].isalpha() and _COMMAND.search(text))
        text += piece if glued or not text else f" {piece}"
        loose = alone
    return text


def _distinct(edits: Iterator[Edit]) -> list[Edit]:
    found: dict[str, Edit] = {}
    for edited, words in edits:
        found.setdefault(written(edited), (edited, words))
    return list(found.values())


def _read(found: list[Token], names: Names) -> tuple[Statement, ...] | None:
    try:
        return tuple(read_statements(written(found), names))
    except Refusal:
        return None


def _edits(found: list[Token], names: Names) -> Iterator[Edit]:
    others = _other_letters(names)
    hidden = _environment_names(found)
    for place, token in enumerate(found):
        rest = found[place + 1 :]
        if _visible(token) and place not in hidden:
            yield [*found[:place], *rest], f"{_told(token)} deleted: {_around(found, place)}"
            partners = () if token.kind == "text" else (*_PARTNERS.get(token.text, ()), *others.get(token.text, ()))
            for other in (*partners, *_other_digits(token)):
                swapped = Token(token.kind, other, token.line, token.column)
                yield [*found[:place], swapped, *rest], f"{other} for {_told(token)}: {_around(found, place)}"
            yield from _swapped(found, place, hidden)
        elif token.text == "{" and token.kind == "mark" and place not in hidden:
            yield from _braces_lost(found, place)


def _visible(token: Token) -> bool:
    return token.kind not in ("gap", "row", "end") and (token.kind == "text" or token.text not in _LAYOUT)


def _swapped(found: list[Token], place: int, hidden: set[int]) -> Iterator[Edit]:
    """Swap a token with the next visible one. Signs of a script are no ink by themselves and stay in place."""
    if found[place].text in _SCRIPTS:
        return
    following = next((at for at in range(place + 1, len(found)) if _visible(found[at]) and at not in hidden), None)
    if following is None or found[following].text in _SCRIPTS or found[following].text == found[place].text:
        return
    if any(token.kind == "row" for token in found[place:following]):
        return
    edited = list(found)
    edited[place], edited[following] = found[following], found[place]
    yield edited, f"{_told(found[place])} and {_told(found[following])} swapped: {_around(found, place, following)}"


def _braces_lost(found: list[Token], place: int) -> Iterator[Edit]:
    """Drop a pair of braces around more than one token, as in e^z_i for e^{z_i}."""
    depth = 0
    for end in range(place, len(found)):
        depth += {"{": 1, "}": -1}.get(found[end].text, 0) if found[end].kind == "mark" else 0
        if depth == 0:
            if end - place > 2:
                edited = [*found[:place], *found[place + 1 : end], *found[end + 1 :]]
                yield edited, f"braces lost: {_around(found, place, end)}"
            return


def _environment_names(found: list[Token]) -> set[int]:
    r"""The places of what is no mathematics: the name behind \begin, the letters in \operatorname{…}."""
    hidden: set[int] = set()
    for place, token in enumerate(found):
        if token.text in (r"\begin", r"\end", r"\operatorname"):
            end = next((at for at in range(place, len(found)) if found[at].text == "}"), place)
            hidden |= set(range(place + 1, end + 1))
    return hidden


def _other_letters(names: Names) -> dict[str, tuple[str, ...]]:
    """For the letter of each declared name, the letters of other names of its set; an index gets one more."""
    letters: dict[str, Domain] = {}
    for key, domain in names.domains.items():
        base = _letter(names.tex.get(key, key))
        if base and not isinstance(domain, FunctionDomain):
            letters.setdefault(base, domain)
    others: dict[str, tuple[str, ...]] = {}
    for base, domain in letters.items():
        alike = [other for other in letters if other != base and _alike(letters[other], domain)]
        strange = [other for other in letters if isinstance(letters[other], Indices) and other not in (base, *alike)]
        others[base] = (*alike[:_MOST_LETTERS], *(strange[:1] if isinstance(domain, Indices) else ()))
    return others


def _alike(one: Domain, other: Domain) -> bool:
    if isinstance(one, Indices) and isinstance(other, Indices):
        return one.size == other.size
    return one == other


def _letter(tex: str) -> str:
    r"""The single token that begins a name: W of W_1, \Delta of \Delta_2; nothing for \bar v."""
    try:
        scripted: Scripted = scripted_letter(tokens(tex), 0)[0]
    except Refusal:
        return ""
    return "" if any(scripted.base.startswith(font) for font in FONTS) or "{" in scripted.base else scripted.base


def _other_digits(token: Token) -> tuple[str, ...]:
    return (str((int(token.text) + 1) % 10),) if token.kind == "digit" and token.text.isascii() else ()


def _told(token: Token) -> str:
    return token.text.strip() or "a space"


def _around(found: list[Token], *places: int) -> str:
    """Show the tokens around an edit, with what is edited in marks."""
    first, last = max(0, places[0] - _WINDOW), min(len(found), places[-1] + _WINDOW + 1)
    shown = [
        Token(token.kind, f"«{token.text}»" if at in places else token.text, token.line, token.column)
        for at, token in enumerate(found[first:last], start=first)
    ]
    dots = ("… " if first else "", " …" if last < len(found) else "")
    return dots[0] + written(shown).replace("\n", " ").strip() + dots[1]
