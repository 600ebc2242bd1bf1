"""Look for barriers with axe: what it finds on a page, as lines that name the rule and the place."""

import re
from pathlib import Path

from built import ROOT
from frames import let_draw, unfold

# `target-size` belongs to WCAG 2.2 AA and is off by default. Each rule runs that these tags have.
AXE = (ROOT / Path("node_modules", "axe-core", "axe.min.js")).read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
COLOUR = ["color-contrast", "link-in-text-block"]  # the rules of A and AA that a change of colours can break

# Best practice that cannot be had. The box that opens the drawer is the theme's, and the drawer is styled by its place
# before all landmarks. The corner of a table with headings on two sides is empty, and Markdown makes it a heading.
EXCEPT = re.compile(r"region: #__drawer: |empty-table-header: .*th:nth-child\(1\): ")

# A formula is hundreds of boxes that axe would measure one by one, and a code block repeats a handful of colours.
# So each formula becomes one box with its text, in its place and colour, and each block keeps one of each colour.
# The shadows at the edges of an equation are taken away, because axe does not judge colours on a gradient.
FOLD = r"""
() => {
  const formulas = [...document.querySelectorAll("mjx-math")].map((math) => [math, math.getBoundingClientRect()]);
  for (const [math, { width, height }] of formulas) {
    math.replaceChildren(math.textContent);
    math.style.cssText = `display: inline-block; width: ${width}px; height: ${height}px; overflow: hidden;
      font-family: sans-serif`;
  }
  for (const math of document.querySelectorAll("mjx-assistive-mml math")) math.replaceChildren(math.textContent);
  for (const math of document.querySelectorAll(".eq-math")) math.style.backgroundImage = "none";
  for (const shape of document.querySelectorAll("figure svg :is(path, use, circle, rect, line)")) shape.remove();
  for (const code of document.querySelectorAll("pre > code")) {
    const seen = new Set();
    for (const span of code.querySelectorAll("span[class]:not(:has(*))")) {
      if (seen.has(span.className)) span.replaceWith(span.textContent);
      seen.add(span.className);
    }
    code.normalize();
  }
}
"""

RUN = r"""
async (chosen) => {
  const rules = chosen.includes("wcag22aa") ? { "target-size": { enabled: true } } : {};
  const { violations } = await axe.run(document, { runOnly: chosen, rules, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => {
    const why = [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ");
    return `${id}: ${node.target.join(" ")}: ${why}`;
  }));
}
"""


def barriers(page) -> list[str]:
    """Fold what repeats itself on an open page, and say what axe finds."""
    unfold(page)
    let_draw(page, 2)  # what scrolls now becomes a stop
    page.evaluate(FOLD)
    page.evaluate(AXE)
    return _run(page, TAGS)


def barriers_of_colour(page) -> list[str]:
    """Say what axe finds of colours on a page that was looked at before, and has changed its colours."""
    return _run(page, COLOUR)


def _run(page, chosen: list[str]) -> list[str]:
    return [line for line in page.evaluate(RUN, chosen) if not EXCEPT.match(line)]
