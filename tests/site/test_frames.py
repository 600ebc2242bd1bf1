"""What waits for the browser: does it end when the browser draws no more?"""

import frames
import pytest
from frames import StandsStill, let_draw
from test_browser import VIEWS, seen_from_all_sides

STOP = "window.requestAnimationFrame = () => 0;"


def test_frames_that_come_are_waited_for(browser):
    page = browser.new_page()
    page.evaluate("() => { window.frames_drawn = 0; requestAnimationFrame(() => { window.frames_drawn += 1; }); }")
    let_draw(page, 2)
    assert page.evaluate("window.frames_drawn") == 1
    page.close()


def test_frames_that_do_not_come_are_missed(browser, monkeypatch):
    monkeypatch.setattr(frames, "LIMIT", 500)
    page = browser.new_page()
    page.evaluate(STOP)
    with pytest.raises(StandsStill, match=r"about:blank: no frame was drawn within 500 ms"):
        let_draw(page)
    page.close()


@pytest.mark.parametrize(("times", "limit"), [(2, 4000), (3, 500)])
def test_a_page_is_opened_again_when_the_browser_draws_no_more(browser, site, address, monkeypatch, times, limit):
    monkeypatch.setattr(frames, "LIMIT", limit)
    page = browser.new_page()
    opened = f"window.name = Number(window.name) + 1; if (Number(window.name) <= {times}) {STOP}"
    page.add_init_script(f"if (location.href.startsWith('{address}')) {{ {opened} }}")
    if times < 3:
        assert set(seen_from_all_sides(page, f"{address}404.html", site / "404.html").looks) == set(VIEWS)
    else:
        with pytest.raises(StandsStill):
            seen_from_all_sides(page, f"{address}404.html", site / "404.html")
    page.close()
