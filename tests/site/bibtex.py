"""A small strict reader of BibTeX: one entry, each field in braces or a bare word, nothing left over."""

import re
from dataclasses import dataclass

_HEAD = re.compile(r"@(?P<kind>[a-z]+)\{(?P<key>[A-Za-z0-9.:-]+)(?=,)")
_FIELD = re.compile(r",\s*(?P<name>[a-z]+)\s*=\s*(?:(?P<word>[a-z]+)|(?P<open>\{))")
_SPECIAL = re.compile(r"(?<!\\)[%#&$~^\"]|[^ -~]")


@dataclass(frozen=True)
class Entry:
    kind: str
    key: str
    fields: dict[str, str]


def read_bibtex(text: str) -> Entry:
    """Read one entry, or raise ValueError with what is wrong."""
    head = _HEAD.match(text)
    if not head:
        raise ValueError(f"no head: {text[:40]!r}")
    fields: dict[str, str] = {}
    at = head.end()
    while field := _FIELD.match(text, at):
        value, at = (field["word"], field.end()) if field["word"] else _braced(text, field.end())
        if field["name"] in fields or not value:
            raise ValueError(f"twice, or empty: {field['name']}")
        if field["name"] != "url" and _SPECIAL.search(value):
            raise ValueError(f"a character that TeX does not take: {value!r}")
        fields[field["name"]] = value
    if text[at:].strip() != "}":
        raise ValueError(f"left over: {text[at:]!r}")
    return Entry(head["kind"], head["key"], fields)


def _braced(text: str, start: int) -> tuple[str, int]:
    depth = 1
    for mark in re.compile(r"\\.|[{}]").finditer(text, start):
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if not depth:
            return text[start : mark.start()], mark.end()
    raise ValueError(f"a brace is never closed: {text[start : start + 40]!r}")
