"""The first page in a real browser: quiet, usable by thumb and by keyboard, and never calling out."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import shapely
from playwright.sync_api import Page, expect
from small_visit import app_of, key, place, seen_at

from app.settings import Settings

NASTY = "<img src=x onerror=alert(1)>${alert(2)}"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
NEAR = {"location_quality": "approximate", "location_error_m": 800.0}
VENUES = (
    place("甲酒店", name_en="First Inn", point=shapely.Point(115.2, 36.2), location_quality="sourced"),
    place("乙酒店", point=shapely.Point(115.8, 36.8), **NEAR, **seen_at("yes", 12, visa="yes")),
    place(NASTY, "mall", point=shapely.Point(115.8, 36.2), location_quality="surveyed"),
    place("丙支行", "bank_branch"),
    *(place(f"丁酒店{n:02}") for n in range(30)),
)
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, summary, input:not([type=hidden])")]
  .filter((e) => e.offsetParent && !e.closest("p.small") && !e.matches(".skip"))
  .filter((e) => { const b = e.getBoundingClientRect(); return b.height < 43.5 || b.width < 43.5; })
  .map((e) => e.outerHTML)"""


@pytest.fixture(scope="module")
def address(serve: Callable, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the pages are served."""
    var: Path = tmp_path_factory.mktemp("var")
    return serve(app_of(VENUES, Settings(var_dir=var, _env_file=None)))


@pytest.fixture
def phone(browser_page: Page) -> Iterator[Page]:
    """A page as wide as a phone."""
    browser_page.set_viewport_size(PHONE)
    return browser_page


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
@pytest.mark.parametrize("path", ["/?lang=en", "/?lang=zh", "/guide", "/privacy", f"/v/{key('乙酒店')}"])
def test_pages_fit_and_can_be_pressed(browser_page: Page, address: str, size: dict[str, int], path: str):
    """No page scrolls sideways, and everything that can be pressed is at least 44 px."""
    browser_page.set_viewport_size(size)
    browser_page.goto(address + path, wait_until="networkidle")
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert browser_page.evaluate(SMALL_TARGETS) == []


def test_typing_narrows_the_list_in_place(phone: Page, address: str):
    """The list follows the typing without a page load, and Back brings the list before it."""
    phone.goto(address + "/?lang=en")
    phone.evaluate("window.kept = true")
    phone.fill("#q", "first")
    expect(phone.locator(".row")).to_have_count(1)
    assert phone.url.endswith("lang=en&q=first")
    phone.go_back()
    expect(phone.locator(".row")).to_have_count(20)
    assert phone.evaluate("window.kept")


def test_pills_filter_and_keep_the_focus(phone: Page, address: str):
    """A pill pressed by keyboard filters the list, and the keyboard stays where it was."""
    phone.goto(address + "/?lang=en")
    phone.locator(".pill", has_text="Change money").focus()
    phone.keyboard.press("Enter")
    expect(phone.locator(".row")).to_have_count(20)
    expect(phone.locator(".pill.on:focus")).to_have_text("Change money")


def test_more_rows_continue_after_the_last(phone: Page, address: str):
    """The focus moves to the first of the new rows."""
    phone.goto(address + "/?lang=en")
    phone.get_by_text("Show more places").click()
    expect(phone.locator("#row-21 a:focus")).to_be_visible()


def test_map_opens_as_a_sheet_on_a_phone(phone: Page, address: str):
    """The map is shut until asked for; then it stands above the list with every located place."""
    phone.goto(address + "/?lang=en")
    expect(phone.locator("#map-sheet")).to_be_hidden()
    phone.get_by_role("button", name="Map").click()
    expect(phone.locator("[data-map-note]")).to_have_text("3 places with a position in this view")
    assert phone.locator("#map-sheet").bounding_box()["y"] < phone.locator("#places").bounding_box()["y"]
    phone.get_by_role("button", name="Map", exact=True).click()
    expect(phone.locator("#map-sheet")).to_be_hidden()


def test_map_is_open_on_a_desktop_and_names_stay_text(browser_page: Page, address: str):
    """Beside the list there is room for the map; a hostile name is only a name on it."""
    browser_page.set_viewport_size(DESKTOP)
    browser_page.goto(address + "/?lang=en")
    browser_page.get_by_role("button", name=NASTY).click()
    expect(browser_page.locator(".leaflet-popup-content b")).to_have_text(NASTY)
    assert browser_page.locator("img[src=x]").count() == 0


def test_map_shows_what_the_list_means(browser_page: Page, address: str):
    """A filter of the list is a filter of the map."""
    browser_page.set_viewport_size(DESKTOP)
    browser_page.goto(address + "/?lang=en")
    browser_page.locator(".pill", has_text="Pay by card").click()
    browser_page.locator(".pill", has_text="takes foreign cards 1").click()
    expect(browser_page.locator("[data-map-note]")).to_have_text("1 places with a position in this view")


def test_map_that_cannot_load_says_so(phone: Page, address: str, browser_watch):
    """Without its data the map says that the list works without it."""
    phone.route("**/api/v1/regions", lambda route: route.abort())
    phone.goto(address + "/?lang=en")
    phone.get_by_role("button", name="Map").click()
    expect(phone.locator("[data-map-note]")).to_have_text(
        "The map could not be loaded. The list below works without it."
    )
    browser_watch.complaints.clear()
