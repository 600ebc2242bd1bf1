"""Let the search find equations, terms and symbols: one entry of the index for each, with an address of its own.

The theme indexes a page section by section. An equation is looked for by its permanent name, a term of the glossary
by its English or Chinese word, and a symbol by what it is called, so each becomes an entry that leads to its place.
"""

import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from eqcheck.pages import Equation, read_book

INDEX = Path("search", "search_index.json")
GLOSSARY = "glossary/"
ANCHOR = re.compile(r'\bid="eq-([a-z0-9-]+)"')
TERM = re.compile(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", re.DOTALL)
NOTATION = "notation/"
SYMBOLS = re.compile(r'id="how-a-symbol-is-called".*?</table>', re.DOTALL)
SYMBOL = re.compile(r"<tr>\s*<td[^>]*>.*?</td>\s*<td[^>]*>(.*?)</td>\s*<td[^>]*>(.*?)</td>", re.DOTALL)
DISPLAY = re.compile(r"\\\[.*?\\\]", re.DOTALL)
DELIMITER = re.compile(r"\\[()]")
TAG = re.compile(r"<[^>]+>")
EVIDENCE = "evidence/#"  # lists of names, each of which leads to its own place

Entry = dict[str, object]


def complete(site: Path, docs: Path) -> None:
    """Add equations and terms to the index; it must come before the formulas are typeset."""
    found = anchor(site)
    file = site / INDEX
    if not file.exists():
        return  # another generator has an index of its own kind
    equations = read_book(docs).equations
    index = json.loads(file.read_text(encoding="utf-8"))
    index["docs"] = [entry for page in _by_page(index["docs"]) for entry in _completed(site, page, equations, found)]
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    file.write_text(text, encoding="utf-8", newline="\n")


def anchor(site: Path) -> dict[str, list[Entry]]:
    """Give each term of the glossary and each named symbol an anchor; return their entries, by page."""
    return {GLOSSARY: _terms(site), NOTATION: _symbols(site)}


def _by_page(entries: list[Entry]) -> list[list[Entry]]:
    pages: dict[str, list[Entry]] = {}
    for entry in entries:
        pages.setdefault(_page(entry), []).append(entry)
    return list(pages.values())


def _page(entry: Entry) -> str:
    return str(entry["location"]).partition("#")[0]


def _completed(
    site: Path, entries: list[Entry], equations: dict[str, Equation], found: dict[str, list[Entry]]
) -> Iterator[Entry]:
    page = _page(entries[0])
    file = site / page / "index.html" if not page.endswith(".html") else site / page
    html = file.read_bytes().decode()
    for entry in entries:
        listed = str(entry["location"]).startswith((EVIDENCE, f"{GLOSSARY}#"))
        # Displayed equations have entries of their own.
        yield entry | {"text": "" if listed else DELIMITER.sub(" ", DISPLAY.sub("", str(entry["text"])))}
    yield from found.get(page, ())
    for name in dict.fromkeys(ANCHOR.findall(html)):
        if name in equations:
            yield _of_equation(page, equations[name])


def _of_equation(page: str, equation: Equation) -> Entry:
    code = f"<p><code>{escape(equation.code, quote=False)}</code></p>" if equation.code else ""
    return {
        "location": f"{page}#{equation.anchor}",
        "title": f"{equation.id} ({equation.number})",
        "text": f"{code}{escape(' '.join(equation.tex.split()), quote=False)}",
        "boost": _weight(equation.id),
    }


def _weight(name: str) -> float:
    """Put a section before the equations that share its words, and a short name before those that contain it."""
    return round(0.8 - 0.01 * name.count("-"), 2)


def _terms(site: Path) -> list[Entry]:
    """Give each term of the glossary an anchor, and find its entry for the index."""
    return _anchored(site, GLOSSARY, TERM, "dt", "term")


def _symbols(site: Path) -> list[Entry]:
    """The same for each symbol in the table of their names."""
    return _anchored(site, NOTATION, SYMBOL, "tr", "symbol", SYMBOLS)


def _anchored(
    site: Path, page: str, pattern: re.Pattern[str], tag: str, kind: str, within: re.Pattern[str] | None = None
) -> list[Entry]:
    file = site / page / "index.html"
    if not file.exists():
        return []
    entries: list[Entry] = []

    def anchored(match: re.Match[str]) -> str:
        name = f"{kind}-{_slug(match[1])}"
        entries.append({"location": f"{page}#{name}", "title": _plain(match[1]), "text": _plain(match[2])})
        return match[0].replace(f"<{tag}>", f'<{tag} id="{name}">', 1)

    html = file.read_bytes().decode()
    if within is None:
        html = pattern.sub(anchored, html)
    else:
        html = within.sub(lambda part: pattern.sub(anchored, part[0]), html, count=1)
    file.write_bytes(html.encode())
    return entries


def _slug(term: str) -> str:
    """Name a term by its first English word or words: "logits · …" is logits, "Jacobian (matrix) · …" jacobian."""
    first = re.split(r"[,(·]", _plain(term))[0]
    return re.sub(r"[^a-z0-9]+", "-", first.lower()).strip("-")


def _plain(html: str) -> str:
    return " ".join(DELIMITER.sub(" ", TAG.sub("", html)).split())
