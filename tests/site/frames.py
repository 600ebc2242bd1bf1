"""Wait for what a browser does by itself: it makes what is unfolded, and draws the next frames.

A Chromium without a window now and then draws no more after some changes of its size, until the next page is opened.
So nothing here waits without end.
"""

from playwright.sync_api import Page

LIMIT = 10_000  # milliseconds
DRAWN = """async ([count, limit]) => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => resolve(true)));
  const late = new Promise((resolve) => setTimeout(() => resolve(false), limit));
  for (let i = 0; i < count; i += 1) if (!await Promise.race([frame(), late])) return false;
  return true;
}"""


class StandsStill(Exception):
    """The browser draws no more."""


def let_draw(page: Page, count: int = 1) -> None:
    """Let a page draw some frames, with what it does before each."""
    if not page.evaluate(DRAWN, [count, LIMIT]):
        raise StandsStill(f"{page.url}: no frame was drawn within {LIMIT} ms")


def unfold(page: Page) -> None:
    """Unfold all boxes of a page, and let their symbols be made (unfold.js)."""
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    # A function: the pages' policy lets Playwright read an expression only the first time that it asks.
    page.wait_for_function("() => !document.querySelector('details > noscript')", polling=50)
