"""Show a reader what the checker found: a quiet word beside the equation, which unfolds to say how."""

from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from eqcheck.ledger import Record

_WORDS = {"holds": "checked", "refuted": "refuted", "unchecked": "not checked", "fails": "does not hold"}


def badge(record: Record | None) -> Element:
    """Set the badge of a record; of none, if the equation was not checked as it stands."""
    status = record.status if record else "unchecked"
    box = Element("details", {"class": f"eq-check eq-check-{status}"})
    SubElement(box, "summary").text = AtomicString(_WORDS[status])
    for sentence in _sentences(record):
        SubElement(box, "p").text = AtomicString(sentence)
    if record and record.tests:
        tests = SubElement(box, "p")
        tests.text = AtomicString("Unit tests: ")
        for place, test in enumerate(record.tests):
            name = SubElement(tests, "code")
            name.text = AtomicString(test.rpartition("::")[2])
            name.tail = ", " if place < len(record.tests) - 1 else "."
    return box


def _sentences(record: Record | None) -> list[str]:
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
        sentences.append("The left side was compared with the code as well.")
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
