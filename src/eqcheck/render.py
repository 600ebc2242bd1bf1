"""Turn what the fences say into HTML elements. Links stay symbolic: <autoref> is resolved by the site.

The box of an equation carries its TeX as `data-tex`, so that a script can hand it to the reader.
"""

from collections.abc import Callable
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from eqcheck.badge import named_tests, unaddressed
from eqcheck.codelinks import links
from eqcheck.notation import Declaration
from eqcheck.pages import Equation
from eqcheck.steps import steps

_LABELS = {"definition": "Definition", "mistake": "Wrong"}


def display(equation: Equation, namespace: str, badge: Element | None = None) -> Element:
    """Set a numbered equation with its permanent anchor, the code that computes it, and how it was checked."""
    box = Element("div", {"class": f"eq eq-{equation.kind}", "data-tex": equation.tex})
    _math(box, equation.tex)
    _number(box, equation.anchor, equation.number)
    _steps(box, equation)
    label = _LABELS.get(equation.kind)
    if label or equation.code or equation.unchecked or badge is not None:
        foot = SubElement(box, "div", {"class": "eq-foot"})
        if label:
            SubElement(foot, "span", {"class": "eq-kind"}).text = AtomicString(label)
        if equation.code:
            foot.append(_code(equation.code, namespace))
        if badge is not None:
            foot.append(badge)
        elif equation.unchecked:
            SubElement(foot, "span", {"class": "eq-unchecked"}).text = AtomicString(
                f"not checked: {equation.unchecked}"
            )
    return box


def citation(
    tex: str, equation: Equation, tests: tuple[str, ...] = (), address: Callable[[str], str] = unaddressed
) -> Element:
    """Set an equation that stands elsewhere, with a link to it in place of a number, and the tests named after it."""
    box = Element("div", {"class": "eq eq-citation", "data-tex": tex})
    _math(box, tex)
    foot = SubElement(box, "div", {"class": "eq-foot"})
    reference = SubElement(foot, "autoref", {"identifier": equation.anchor})
    reference.text = AtomicString(equation.anchor)
    if tests:
        reference.tail = " "  # for who reads the text alone, as the search does
        foot.append(named_tests("span", "Tested by ", tests, address))
    return box


def symbols(declarations: list[Declaration]) -> Element:
    """Set the table of symbols and shapes."""
    box = Element("div", {"class": "eq-notation"})
    table = SubElement(box, "table")
    head = SubElement(SubElement(table, "thead"), "tr")
    columns = ["Symbol", "In", "Meaning"]
    if any(declaration.names for declaration in declarations):
        columns.append("Code")
    for column in columns:
        SubElement(head, "th", {"scope": "col"}).text = AtomicString(column)
    body = SubElement(table, "tbody")
    for declaration in declarations:
        row = SubElement(body, "tr")
        _inline(SubElement(row, "td"), ", ".join(declaration.symbols))
        _inline(SubElement(row, "td"), declaration.domain)
        SubElement(row, "td").text = ", ".join(filter(None, (declaration.meaning, "fixed" * declaration.fixed)))
        if len(columns) == 4:
            _names(SubElement(row, "td"), declaration.names)
    return box


def _math(box: Element, tex: str) -> None:
    scroller = SubElement(box, "div", {"class": "eq-math"})
    SubElement(scroller, "div", {"class": "arithmatex"}).text = AtomicString(rf"\[{tex}\]")


def _inline(cell: Element, tex: str) -> None:
    SubElement(cell, "span", {"class": "arithmatex"}).text = AtomicString(rf"\({tex}\)")


def _number(box: Element, anchor: str, number: int) -> None:
    link = SubElement(box, "a", {"id": anchor, "class": "eq-number", "href": f"#{anchor}"})
    link.set("title", "Permanent link to this equation")
    link.text = AtomicString(f"({number})")


def _steps(box: Element, equation: Equation) -> None:
    """Give each line of a chain an anchor; an id has no dot, so that none can be another equation's."""
    if count := steps(equation.tex):
        anchors = SubElement(box, "div", {"class": "eq-steps"})
        for line in range(1, count + 1):
            SubElement(anchors, "span", {"id": f"{equation.anchor}.{line}"})


def _names(cell: Element, names: tuple[str, ...]) -> None:
    for place, name in enumerate(names):
        code = SubElement(cell, "code")
        code.text = AtomicString(name)
        code.tail = ", " if place < len(names) - 1 else None


def _code(code: str, namespace: str) -> Element:
    """Set the code with each function of the namespace linked to its reference."""
    element = Element("code", {"class": "eq-code"})
    found = links(code, namespace) if namespace else []
    element.text = AtomicString(code[: found[0].start] if found else code)
    for place, link in enumerate(found, start=1):
        reference = SubElement(element, "autoref", {"identifier": link.target})
        reference.text = AtomicString(code[link.start : link.end])
        reference.tail = AtomicString(code[link.end : found[place].start if place < len(found) else len(code)])
    return element
