"""The queue by keyboard in a real browser: a guess by its number, save by Enter, skip by s."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from app.accounts import sign_ins
from app.main import create_app
from app.settings import Settings
from small_register import small_database
from staff import sign_in

from .conftest import BANK, KEYS, branches


@pytest.fixture(scope="module")
def address(serve: Callable, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Where the console is served, and the session of a bank."""
    settings = Settings(var_dir=Path(tmp_path_factory.mktemp("var")), _env_file=None)
    with small_database(settings) as engine:
        branches(engine)
        app = create_app(settings)
        with TestClient(app) as client:
            sign_in(client, "bank", institution=BANK)
            yield serve(app), client.cookies[sign_ins.cookie(settings)]


def test_a_venue_is_placed_by_keys_alone(browser_page: Page, address: tuple[str, str]) -> None:
    """1 takes the first guess, which the map and the fields show; Enter saves it; s skips the next."""
    url, secret = address
    browser_page.context.add_cookies(
        [{"name": n, "value": v, "url": url} for n, v in (("paymap_session", secret), ("paymap_lang", "en"))]
    )
    browser_page.goto(f"{url}/console/locate?venue={KEYS['甲酒店支行']}")
    expect(browser_page.locator(".guess-mark")).to_have_count(2)
    browser_page.keyboard.press("1")
    expect(browser_page.locator(".drag-pin")).to_be_visible()
    expect(browser_page.locator("#lon")).to_have_value("115.950000")
    expect(browser_page.locator("#location_quality")).to_have_value("approximate")
    browser_page.locator("#lon").press("Enter")
    expect(browser_page.get_by_role("status").first).to_have_text("Saved. This is the next one.")
    expect(browser_page.get_by_text("1 of 2 located, 1 of them approximately")).to_be_visible()
    browser_page.keyboard.press("s")
    browser_page.wait_for_url("**skip=**")
    expect(browser_page.get_by_role("heading", name="沙镇支行")).to_be_visible()
