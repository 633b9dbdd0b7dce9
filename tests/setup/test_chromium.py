"""The browser that the tests use draws Chinese, runs scripts, and tells on a page that calls out."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from starlette.responses import HTMLResponse

from servers.chromium import Watch


def page_with(body: str) -> Callable:
    """An app that answers every path with one page."""
    return HTMLResponse(f"<!doctype html><link rel=icon href=data:,><body>{body}")


def test_page_runs_its_script(browser_page: Page, serve: Callable) -> None:
    """A script of the page changes the page."""
    browser_page.goto(serve(page_with("<p id=a>聊城</p><script>a.textContent += '市'</script>")))
    assert browser_page.locator("#a").inner_text() == "聊城市"


def test_chinese_has_a_font(browser_page: Page, serve: Callable) -> None:
    """Two Chinese characters are drawn differently: neither is the box of a missing glyph."""
    browser_page.goto(serve(page_with("<b id=a>城</b><br><b id=b>聊</b>")))
    assert browser_page.locator("#a").screenshot() != browser_page.locator("#b").screenshot()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<script>throw new Error('broken')</script>", "broken"),
        ("<script>console.error('unwell')</script>", "unwell"),
    ],
)
def test_a_page_with_an_error_is_told_on(
    body: str, told: str, browser_page: Page, browser_watch: Watch, serve: Callable
) -> None:
    """An uncaught error and a console error both reach the watch."""
    browser_page.goto(serve(page_with(body)))
    assert told in browser_watch.complaints[0]
    browser_watch.complaints.clear()


def test_a_page_that_calls_out_is_told_on(browser_page: Page, browser_watch: Watch, serve: Callable) -> None:
    """A request to another host reaches the watch, and does not reach the host."""
    browser_page.goto(serve(page_with("<img src=http://elsewhere.invalid/pixel.png>")))
    assert browser_watch.strays == ["http://elsewhere.invalid/pixel.png"]
    browser_watch.strays.clear()
    browser_watch.complaints.clear()
