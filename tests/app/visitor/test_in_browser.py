"""The first page in a real browser: quiet, usable by thumb and by keyboard, and never calling out."""

from collections.abc import Callable, Iterator

import pytest
import shapely
from playwright.sync_api import Browser, Page, expect

from app.settings import Settings
from servers.chromium import Watch
from small_visit import app_of, key, place, seen_at

LONG = "Donaudampfschifffahrtsgesellschaftskapitaenswitwenhaus und Grand Hotel " * 2
NASTY = "<img src=x onerror=alert(1)>${alert(2)}"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
NEAR = {"location_quality": "approximate", "location_error_m": 800.0}
VENUES = (
    place("甲酒店", name_en="First Inn", point=shapely.Point(115.2, 36.2), location_quality="sourced"),
    place("乙酒店", point=shapely.Point(115.8, 36.8), **NEAR, **seen_at("yes", 12, visa="yes")),
    place(NASTY, "mall", point=shapely.Point(115.8, 36.2), location_quality="surveyed"),
    place("丙支行", "bank_branch"),
    place(LONG[:120], name_en=LONG, address_zh=LONG),
    *(place(f"丁酒店{n:02}") for n in range(30)),
)
CUT_OFF = """() => [...document.querySelectorAll("main *")]
  .filter((e) => e.offsetParent && !e.closest(".quiet, .map-sheet, .pills:not(.wrap), svg, input"))
  .filter((e) => getComputedStyle(e).overflowX !== "visible" && e.clientWidth && e.scrollWidth > e.clientWidth + 1)
  .map((e) => e.outerHTML.slice(0, 200))"""
FOCUSED = """() => { const e = document.activeElement;
  return [parseFloat(getComputedStyle(e).outlineWidth), e.textContent || e.labels?.[0]?.textContent || ""]; }"""
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, summary, input:not([type=hidden])")]
  .filter((e) => e.offsetParent && !e.closest("p.small") && !e.matches(".skip"))
  .filter((e) => { const b = e.getBoundingClientRect(); return b.height < 43.5 || b.width < 43.5; })
  .map((e) => e.outerHTML)"""


@pytest.fixture(scope="module")
def address(serve: Callable, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the pages are served."""
    return serve(app_of(VENUES, Settings(var_dir=tmp_path_factory.mktemp("var"), _env_file=None)))


@pytest.fixture
def scriptless(browser: Browser, browser_watch: Watch) -> Iterator[Page]:
    """A phone that runs no scripts."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="en-GB")
    context.on("page", browser_watch.on)
    yield context.new_page()
    context.close()
    assert browser_watch.strays == []
    assert browser_watch.complaints == []


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


@pytest.mark.parametrize("path", ["/?lang=en", "/?lang=zh", "/guide?lang=en", f"/v/{key(LONG[:120])}?lang=en"])
def test_twice_the_text_size_is_still_whole(phone: Page, address: str, path: str):
    """At 200 % text size nothing is cut off, and nothing has to be read sideways."""
    phone.goto(address + path, wait_until="networkidle")
    phone.evaluate("document.documentElement.style.fontSize = '200%'")
    assert phone.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 32
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert phone.evaluate(CUT_OFF) == []


def test_everything_works_without_scripts(scriptless: Page, address: str):
    """Search, filters, more rows, venue pages and the large map are links and forms."""
    scriptless.goto(address + "/")
    expect(scriptless.locator("#map-sheet")).to_be_hidden()
    expect(scriptless.locator("[data-open-map]")).to_have_attribute("href", "/maps/venues?lang=en")
    scriptless.get_by_text("Show more places").click()
    expect(scriptless.locator(".row")).to_have_count(35)
    scriptless.get_by_text("Kind of place and county").click()
    scriptless.locator(".pill", has_text="Shopping").click()
    expect(scriptless.locator(".row")).to_have_count(1)
    scriptless.get_by_text("Remove the filter").click()
    scriptless.fill("#q", "first")
    scriptless.locator("#places form button").click()
    scriptless.locator(".row").click()
    expect(scriptless.locator("h1")).to_have_text("First Inn")
    scriptless.go_back()
    scriptless.fill("#outlet", "丙")
    scriptless.locator("#outlets form button").click()
    expect(scriptless.locator(".row")).to_have_count(1)


def test_keyboard_sees_where_it_is(phone: Page, address: str):
    """Every stop of the Tab key on the first page has a name and a visible outline."""
    phone.goto(address + "/?lang=en")
    for _ in range(25):
        phone.keyboard.press("Tab")
        outline, name = phone.evaluate(FOCUSED)
        assert outline >= 2, name
        assert name.strip()


def test_result_is_told_to_a_screen_reader(phone: Page, address: str):
    """What a filter leaves is said in a region that stays on the page."""
    phone.goto(address + "/?lang=en")
    phone.locator(".pill", has_text="SIM card").click()
    expect(phone.get_by_role("status").filter(has_text="0 places")).to_be_attached()


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
    expect(phone.locator("[data-map-note]")).to_have_text("Located places in view: 3")
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
    expect(browser_page.locator("[data-map-note]")).to_have_text("Located places in view: 1")


def test_map_that_cannot_load_says_so(phone: Page, address: str, browser_watch: Watch):
    """Without its data the map says that the list works without it."""
    phone.route("**/api/v1/regions", lambda route: route.abort())
    phone.goto(address + "/?lang=en")
    phone.get_by_role("button", name="Map").click()
    expect(phone.locator("[data-map-note]")).to_have_text(
        "The map could not be loaded. The list below works without it."
    )
    browser_watch.complaints.clear()
