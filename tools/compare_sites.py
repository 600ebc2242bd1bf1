"""Say how a site that another generator built differs: python tools/compare_sites.py SITE OTHER.

Both are built from the same pages and settings, and finished by tools/after_build.py. The command ends with 1 if the
other site lacks a page, an equation, a function, a heading or a typeset formula. Other words are only reported.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from html import unescape
from pathlib import Path

ARTICLE = re.compile(r"<article\b.*?</article>", re.DOTALL)
ID = re.compile(r'\bid="([^"]+)"')
LEFT = re.compile(r'class="arithmatex"|<autoref\b')
# Formulas, and what the theme and the scripts put around the text, are compared by their count or not at all.
UNSAID = re.compile(r"<(script|style|svg|mjx-container|nav|button|form)\b.*?</\1>|<[^>]+>", re.DOTALL)
SHOWN = 12


def pages(site: Path) -> dict[str, str]:
    found = {}
    for path in sorted(site.rglob("*.html")):
        article = ARTICLE.search(path.read_text(encoding="utf-8"))
        found[path.relative_to(site).as_posix()] = article[0] if article else ""
    return found


def lacks(mine: dict[str, str], theirs: dict[str, str]) -> Iterator[str]:
    """Say what the other site lacks."""
    for name, article in mine.items():
        if name not in theirs:
            yield f"{name}: there is no such page"
            continue
        other = theirs[name]
        missing = sorted(set(ID.findall(article)) - set(ID.findall(other)))
        yield from (f"{name}: there is no #{id}" for id in missing)
        formulas = article.count("<mjx-container"), other.count("<mjx-container")
        if formulas[0] != formulas[1]:
            yield f"{name}: {formulas[1]} formulas for {formulas[0]}"
        if left := LEFT.search(other):
            yield f"{name}: {left[0]} is left as it was"


def fewer_words(mine: dict[str, str], theirs: dict[str, str]) -> Iterator[str]:
    """Say where words are missing."""
    for name, article in mine.items():
        missing = list((Counter(words(article)) - Counter(words(theirs.get(name, "")))).elements())
        if missing:
            yield f"{name}: {len(missing)} words fewer: {' '.join(missing[:8])}"


def words(article: str) -> list[str]:
    return unescape(UNSAID.sub(" ", article)).replace("¶", " ").split()


def count(site: dict[str, str]) -> str:
    text = "\n".join(site.values())
    ids = ID.findall(text)
    functions = sum(id.startswith("byhand.") for id in ids)
    equations = len({id for id in ids if id.startswith("eq-")})
    return f"{len(site)} pages, {equations} equations, {functions} functions, {text.count('<mjx-container')} formulas"


def show(word: str, lines: list[str]) -> None:
    for line in lines[:SHOWN]:
        print(f"{word}: {line}")
    if len(lines) > SHOWN:
        print(f"{word}: and {len(lines) - SHOWN} more")


def main(mine: str, theirs: str) -> int:
    sites = pages(Path(mine)), pages(Path(theirs))
    for name, site in zip((mine, theirs), sites, strict=True):
        print(f"{name}: {count(site)}")
    found = list(lacks(*sites))
    show("lacks", found)
    show("differs", list(fewer_words(*sites)))
    return 1 if found or not sites[0] else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
