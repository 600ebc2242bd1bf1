"""Show a reader what the checker found: a quiet word beside the equation, which unfolds to say how."""

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from eqcheck.alone import Row
from eqcheck.ledger import STRICT, Record, Way

# A symbol in a message: \hat C in "N=2, \hat C=(1, 2): left 1", W^{(2)} in "this axis of W^{(2)} has 4 entries".
TEX = re.compile(r"(?<=[:,] )[^,:=]*\\[^,:=]*?(?==| is )|\w+[\^_]\{[^{}]*\}")

_WORDS = {"holds": "checked", "refuted": "refuted", "unchecked": "not checked", "fails": "does not hold"}


def unaddressed(path: str) -> str:
    """Give a file of tests no address."""
    return ""


def badge(
    record: Record | None, way: Way = STRICT, address: Callable[[str], str] = unaddressed, name: str = ""
) -> Element:
    """Set the badge of a record; of none, if the equation was not checked as it stands.

    `way` says how strictly it was checked, `address` gives the address of a file of tests, if it has one,
    and `name` is the permanent name of the equation, to be read and searched for.
    """
    status = record.status if record else "unchecked"
    box = Element("details", {"class": f"eq-check eq-check-{status}"})
    SubElement(box, "summary").text = AtomicString(_WORDS[status])
    for sentence in _sentences(record, way):
        box.append(_typeset(sentence))
    if record and record.tests:
        box.append(named_tests("p", "Unit tests: ", record.tests, address, end="."))
    if name:
        said = SubElement(box, "p")
        said.text = AtomicString("Permanent name: ")
        SubElement(said, "code").text = AtomicString(name)
    if record and record.symbols:
        box.append(_symbols(record.symbols))
    return box


def _typeset(sentence: str) -> Element:
    """Make a paragraph of a sentence, with its symbols as formulas."""
    found = Element("p")
    start, last = 0, found
    for symbol in TEX.finditer(sentence):
        _say(found, last, sentence[start : symbol.start()])
        last = SubElement(found, "span", {"class": "arithmatex"})
        last.text = AtomicString(rf"\({symbol[0]}\)")
        start = symbol.end()
    _say(found, last, sentence[start:])
    return found


def _say(paragraph: Element, last: Element, words: str) -> None:
    if last is paragraph:
        paragraph.text = AtomicString(words)
    else:
        last.tail = AtomicString(words)


def named_tests(tag: str, lead: str, tests: tuple[str, ...], address: Callable[[str], str], end: str = "") -> Element:
    """Name unit tests, each with a link to its file, if that has an address."""
    found = Element(tag, {"class": "eq-tests"})
    found.text = AtomicString(lead)
    for place, test in enumerate(tests):
        path, _, function = test.rpartition("::")
        target = address(path)
        item = SubElement(found, "a", {"href": target}) if target else found
        name = SubElement(item, "code")
        name.text = AtomicString(function)
        last = name if item is found else item
        last.tail = ", " if place < len(tests) - 1 else end or None
    return found


def _symbols(rows: tuple[Row, ...]) -> Element:
    """List what the symbols of this one equation are, and which equation defines each."""
    found = Element("ul", {"class": "eq-symbols", "data-search-exclude": ""})
    for row in rows:
        item = SubElement(found, "li")
        SubElement(item, "span", {"class": "arithmatex"}).text = AtomicString(rf"\({row.tex}\)")
        said = SubElement(item, "span")
        said.text = row.meaning
        words: Element | None = None
        for symbol, origin in row.origins:
            lead = f"{', ' if words is not None else '; ' if row.meaning else ''}{symbol and f'${symbol}$ '}by "
            if words is None:
                said.text += lead
            else:
                words.tail = lead
            words = SubElement(said, "autoref", {"identifier": f"eq-{origin}"})
            words.text = AtomicString(origin)
    return found


def _sentences(record: Record | None, way: Way) -> list[str]:
    if record is None:
        return ["The record of the last check is not about this equation as it stands."]
    if record.status == "refuted":
        return [f"Counterexample: {record.message}."]
    if record.status != "holds":
        return [record.message]
    sentences = [
        f"Checked numerically: {_count(record.relations, 'relation')}, {_count(record.comparisons, 'comparison')}, "
        f"worst relative error {_power(record.worst_relative_error)}."
    ]
    if record.code:
        aside = "The code was left aside." if way.no_code else "The left side was compared with the code as well."
        sentences.append(aside)
    if way.broadcast:
        sentences.append("A row may stand for a matrix with that row in every row (--broadcast).")
    if record.mutants:
        caught = f"{record.killed} of {_count(record.mutants, 'planted error')} caught"
        rest = "; the others leave a true statement." if record.survivors else "."
        sentences.append(caught + rest)
    return sentences


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _power(error: float) -> str:
    """Write an error as one digit and a power of ten; 0 means that all digits agree."""
    if error == 0:
        return "0"
    digit, exponent = f"{error:.0e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{digit} · 10{raised}"
