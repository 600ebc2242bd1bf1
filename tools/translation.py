"""Make a book in a second language out of the English one: python tools/translation.py zh.

docs_zh holds what was translated, and prose only: a page in it has the path of its English page, and takes every
equation and every table of symbols from there, by name:

    --8<-- "zh/notation/derivations/softmax-1.md"
    --8<-- "zh/fences/softmax-jacobian.md"

The meanings of the symbols are translated once, in docs_zh/meanings.txt, from the English words. Out of these come,
in build/zh, the fences to include, and in build/zh/docs the pages to build: a page that is not translated yet is the
English one, so that no link is ever dead. The command ends with 1 if a translated page differs from the English one
in its equations, their order, or its symbols.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from eqcheck.pages import Book, Equation, Page, fences, read_book

INCLUDE = re.compile(r'^[ \t]*--8<-- "(\w+)/(fences|notation)/([^"]+)\.md"[ \t]*$', re.MULTILINE)
FIELD = re.compile(r"(?<!\\);")
MEANINGS = "meanings.txt"


class Translation:
    """The English book, and what of it was translated."""

    def __init__(self, language: str, root: Path = Path()) -> None:
        self.language = language
        self.english = root / "docs"
        self.translated = root / f"docs_{language}"
        self.build = root / "build" / language
        self.book: Book = read_book(self.english)
        self.meanings = dict(read_meanings((self.translated / MEANINGS).read_text(encoding="utf-8")))

    def write(self) -> None:
        """Write the fences and the pages."""
        shutil.rmtree(self.build, ignore_errors=True)
        names = self.pages()
        for page in self.book.pages:
            for equation in page.equations:
                self._write(f"fences/{equation.id}.md", math(equation))
            for place, text in enumerate(notations(page), start=1):
                translated = self.notation(text) if page.name in names else text
                self._write(f"notation/{stem(page)}-{place}.md", f"```notation\n{translated}\n```")
        shutil.copytree(self.english, self.build / "docs")
        for name in names:
            target = self.build / "docs" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.translated / name, target)

    def _write(self, name: str, text: str) -> None:
        path = self.build / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", encoding="utf-8", newline="\n")

    def pages(self) -> list[str]:
        """List the translated pages by their paths."""
        return sorted(path.relative_to(self.translated).as_posix() for path in self.translated.rglob("*.md"))

    def notation(self, text: str) -> str:
        """Translate the meanings of a notation fence; the symbols stay to the letter."""
        lines = []
        for line in text.splitlines():
            fields = FIELD.split(line)
            if len(fields) > 1:
                meaning = fields[1].strip()
                fields[1] = f" {self.meanings.get(meaning, meaning)} "
            lines.append(";".join(fields))
        return "\n".join(lines)

    def wrong(self) -> Iterator[str]:
        """Say where a translated page departs from the English one."""
        english = {page.name: page for page in self.book.pages}
        used = set()
        for name in self.pages():
            text = (self.translated / name).read_text(encoding="utf-8")
            if name not in english:
                yield f"{name}: there is no English page of this name"
                continue
            for fence in fences(text):
                if fence.language in ("math", "notation"):
                    yield f"{name}:{fence.line}: a {fence.language} fence; include the English one by its name"
            expected = list(wanted(self.language, english[name]))
            found = [match.groups() for match in INCLUDE.finditer(text)]
            yield from (f"{name}: {difference}" for difference in differences(expected, found))
            meanings = set(meanings_of(english[name]))
            used |= meanings
            yield from (f"{name}: {MEANINGS} does not translate {m!r}" for m in sorted(meanings - self.meanings.keys()))
        yield from (f"{MEANINGS}: no translated page has {m!r}" for m in sorted(self.meanings.keys() - used))


def read_meanings(text: str) -> Iterator[tuple[str, str]]:
    """Read lines of the form "number of classes ; 类别数"."""
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            english, translated = (field.strip() for field in line.split(" ; "))
            yield english, translated


Include = tuple[str, str, str]


def wanted(language: str, page: Page) -> Iterator[Include]:
    """List what a translation has to include, in the order of the English page."""
    places = [(fence.line, (language, "notation", f"{stem(page)}-{n}")) for n, fence in enumerate(page.notations, 1)]
    places += [(equation.line, (language, "fences", equation.id)) for equation in page.equations]
    return (include for _, include in sorted(places))


def differences(expected: list[Include], found: list[Include]) -> Iterator[str]:
    names = ["/".join(include) for include in expected], ["/".join(include) for include in found]
    yield from (f"{name} is not included" for name in names[0] if name not in names[1])
    yield from (f"{name} is none of this page's" for name in names[1] if name not in names[0])
    if sorted(names[0]) == sorted(names[1]) and names[0] != names[1]:
        place = next(n for n, pair in enumerate(zip(*names, strict=True)) if pair[0] != pair[1])
        yield f"{names[1][place]} stands where the English page has {names[0][place]}, so that their numbers differ"
    yield from (f"{name} is included twice" for name in dict.fromkeys(names[1]) if names[1].count(name) > 1)


def stem(page: Page) -> str:
    return page.name.removesuffix(".md")


def notations(page: Page) -> list[str]:
    return [fence.body for fence in page.notations]


def meanings_of(page: Page) -> Iterator[str]:
    for text in notations(page):
        for line in text.splitlines():
            fields = FIELD.split(line)
            if len(fields) > 1 and fields[1].strip():
                yield fields[1].strip()


def math(equation: Equation) -> str:
    """Write an equation as it stands on its page, with its name and all that is said of it."""
    attributes = {"id": equation.id, "kind": equation.kind, "code": equation.code, "unchecked": equation.unchecked}
    header = " ".join(f'{key}="{value}"' for key, value in attributes.items() if value)
    return f"```math {header}\n{equation.tex}\n```"


def main(language: str) -> int:
    translation = Translation(language)
    wrong = list(translation.wrong())
    for line in wrong:
        print(f"translation: docs_{language}/{line}", file=sys.stderr)
    if wrong:
        return 1
    translation.write()
    print(f"translation: {len(translation.pages())} of {len(translation.book.pages)} pages are in {language}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
