"""A real Chromium that may talk to this machine only, and pages that tell on what goes wrong in them."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

HERE = {"127.0.0.1", "localhost", "[::1]"}
MANNERS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    # Belt and braces: a name other than this machine's does not resolve.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


@dataclass
class Watch:
    """What pages did wrong: `complaints` of their scripts and console, `strays` to other hosts."""

    complaints: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)

    def on(self, page: Page) -> None:
        """Watch one more page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in HERE:
            self.strays.append(request.url)


def chromium_program() -> str | None:
    """The path of this machine's Chromium, or None."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


# One browser per test module, not per run: while Playwright runs, its event loop stands in this thread,
# and a test of another module that calls asyncio.run would be refused.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window; without one the test skips, and fails where CI is set."""
    program = chromium_program()
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Chromium is missing: run setup/system_packages.sh")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=MANNERS)
        yield started
        started.close()


@pytest.fixture
def browser_watch() -> Watch:
    """What went wrong in the test's pages so far; a test that expects a complaint clears it."""
    return Watch()


@pytest.fixture
def browser_page(browser: Browser, browser_watch: Watch) -> Iterator[Page]:
    """A page of its own profile, 1280 by 800; the test fails if it complains or asks another host for anything."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.on("page", browser_watch.on)
    yield context.new_page()
    context.close()
    assert browser_watch.strays == []
    assert browser_watch.complaints == []
