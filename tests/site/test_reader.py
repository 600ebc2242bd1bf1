"""The path of someone who is here for the first time: find an equation, run it, change it, take its citation away.

READER_PICTURES=FOLDER keeps a picture of each step.
"""

import os
import re
from pathlib import Path

import numpy as np
import pytest
from bibtex import read_bibtex
from mpmath import exp, mpf
from playwright.sync_api import expect
from test_run import PATIENCE, python  # noqa: F401

PICTURES = os.environ.get("READER_PICTURES")
EQUATION = "softmax-jacobian"
Z = ["2.0", "0.5", "-1.0"]


@pytest.fixture
def page(browser, width):
    context = browser.new_context_in_slices(viewport={"width": width, "height": 844})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    wrong = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert wrong == []


def picture(page, step):
    if PICTURES:
        page.screenshot(path=Path(PICTURES, f"{page.viewport_size['width']}-{step}.png"))


def jacobian(z):
    """Compute it by the quotient rule, in many digits."""
    e = [exp(mpf(z_k)) for z_k in z]
    s = sum(e)
    return np.array([[float(((i == j) * e[i] * s - e[i] * e[j]) / s**2) for j in range(len(z))] for i in range(len(z))])


@pytest.mark.parametrize("width", [1280, 390])
def test_a_new_reader_finds_runs_changes_and_cites_an_equation(page, address, python, width):  # noqa: F811
    page.goto(address)
    picture(page, "1-home")
    if width < 960:
        page.locator("header [for=__search]").first.click()
    page.get_by_role("textbox", name="Search").fill("softmax jacobian")
    first = page.locator(".md-search-result__item a").first
    first.wait_for()
    picture(page, "2-search")
    first.click()
    page.wait_for_url(re.compile("/derivations/softmax/"))

    # The page's own table of contents, or its text, leads to the equation.
    box = page.locator(f'.eq:has(> [id="eq-{EQUATION}"])')
    box.scroll_into_view_if_needed()
    expect(box).to_be_in_viewport()
    picture(page, "3-equation")

    # The first example below it.
    after = box.locator('xpath=following::*[contains(@class, "language-pycon")][1]')
    after.get_by_role("button", name=re.compile(r"Run example \d+")).click()
    panel = page.get_by_role("group", name=re.compile(r"Example \d+, to run")).first
    expect(panel.get_by_role("status")).to_contain_text("Done: the page's own output.")
    picture(page, "4-run")

    # Other logits.
    editor = panel.get_by_role("textbox")
    editor.fill(
        f"from byhand import softmax_jacobian\nfor row in softmax_jacobian([{', '.join(Z)}]):\n    row.tolist()"
    )
    panel.get_by_role("button", name=re.compile("Run")).click()
    expect(panel.get_by_role("status")).to_have_text("Done.")
    rows = [
        [float(x) for x in line.strip("[]").split(",")]
        for line in panel.locator(".run-output").inner_text().split("\n")
        if line
    ]
    np.testing.assert_allclose(rows, jacobian(Z), rtol=1e-15)
    picture(page, "5-changed")

    # Its citation.
    box.get_by_role("button", name=re.compile("Copy or cite equation")).click()
    tools = page.locator(".eq-panel:popover-open")
    tools.get_by_role("button", name="Copy citation, BibTeX").click()
    tools.locator('[data-copied="yes"]').wait_for()
    picture(page, "6-cited")
    entry = read_bibtex(page.evaluate("navigator.clipboard.readText()"))
    assert entry.fields["url"] == f"{address}derivations/softmax/#eq-{EQUATION}"
    page.goto(entry.fields["url"])
    expect(box).to_be_in_viewport()
    assert page.locator(":target").get_attribute("id") == f"eq-{EQUATION}"
