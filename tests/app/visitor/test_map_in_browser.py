"""The little map: the venues in their shapes, by thumb and by keyboard, from this host only."""

from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
from playwright.sync_api import Page, expect
from starlette.types import ASGIApp, Receive, Scope, Send

from app.settings import Settings
from small_visit import app_of, key, place, seen_at

DESKTOP = {"width": 1440, "height": 900}
ROOT = "/city/paymap/demo"
ABOUT = {"location_quality": "approximate", "location_error_m": 9000.0}
KNOWN = {"location_quality": "surveyed"}
VENUES = (
    place("甲", point=shapely.Point(115.2, 36.2), **KNOWN, **seen_at("yes", 12)),
    place("乙", point=shapely.Point(115.8, 36.8), **ABOUT, **seen_at("no", 12)),
    place("丙", point=shapely.Point(115.95, 36.5), **KNOWN),
    *(place(f"丁{n}", point=shapely.Point(115.3 + n / 1000, 36.8), **KNOWN) for n in range(4)),
)
CROWD = [place(f"众{n:03}", point=shapely.Point(115.1 + n / 1000, 36.5), **KNOWN) for n in range(600)]


def below(app: ASGIApp, root: str) -> ASGIApp:
    """The app as a server with a path prefix hands requests to it."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "root_path": root} if scope["type"] == "http" else scope, receive, send)

    return answer


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the settings may name."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="module")
def address(serve: Callable[[ASGIApp], str], var: Path) -> str:
    """Where a sandbox under a path prefix is served."""
    settings = Settings(var_dir=var, root_path=ROOT, sandbox=True, _env_file=None)
    return serve(below(app_of(VENUES, settings), ROOT)) + ROOT


@pytest.fixture
def desktop(browser_page: Page, address: str) -> Page:
    """The first page with its map open and drawn."""
    browser_page.set_viewport_size(DESKTOP)
    browser_page.goto(f"{address}/?lang=en")
    expect(browser_page.locator("[data-map-note]")).to_have_text("Located places in view: 7")
    return browser_page


def test_shapes_rings_and_circles(desktop: Page):
    """Lone venues have the shape of their status, neighbours share a ring, an approximate one lies in a circle."""
    assert {use.get_attribute("href").split("#")[1] for use in desktop.locator(".pin use").all()} == {
        "yes", "no", "unknown",
    }  # fmt: skip
    assert desktop.locator(".ring text").all_text_contents() == ["4"]
    assert desktop.locator(".leaflet-overlay-pane path[stroke-dasharray='4 4']").count() == 1
    assert desktop.locator(".pin").get_by_role("button").count() == 0
    assert {pin.get_attribute("alt") or pin.get_attribute("title") for pin in desktop.locator(".pin").all()} == {
        "甲", "乙", "丙",
    }  # fmt: skip


def test_keyboard_opens_a_place(desktop: Page):
    """Enter on a mark tells what was seen there and moves on to its link; Escape shuts it again."""
    desktop.get_by_role("button", name="乙").focus()
    desktop.keyboard.press("Enter")
    popup = desktop.locator(".leaflet-popup-content")
    expect(popup).to_contain_text("Foreign cards: seen refused")
    expect(popup).to_contain_text("position approximate")
    expect(popup.locator("a:focus")).to_have_attribute("href", f"{ROOT}/v/{key('乙')}?lang=en")
    desktop.keyboard.press("Enter")
    expect(desktop.locator("h1")).to_have_text("乙")


def test_keyboard_goes_into_a_ring(desktop: Page):
    """Space on a ring zooms to its places, and the keyboard stays in the map."""
    desktop.get_by_role("button", name="4 places: zoom in").focus()
    desktop.keyboard.press(" ")
    expect(desktop.locator(".pin[title='丁0']")).to_be_visible()
    assert desktop.evaluate("document.activeElement.closest('#map') !== null")


def test_popup_outlives_the_move_that_makes_room_for_it(desktop: Page):
    """The map moves under a popup near its edge and draws its marks anew; the popup stays."""
    with desktop.expect_response("**/api/v1/venues/clusters?*"):
        desktop.locator(".pin[title='乙']").click()
    desktop.wait_for_timeout(400)  # a popup that goes is seen for a fifth of a second while it fades
    expect(desktop.locator(".leaflet-popup-content b")).to_have_text("乙")


def test_counts_every_place(browser_page: Page, serve: Callable[[ASGIApp], str], var: Path):
    """Of more places than can be drawn the note and the rings count every one, before and after a ring is entered."""
    browser_page.set_viewport_size(DESKTOP)
    browser_page.goto(serve(app_of(CROWD, Settings(var_dir=var, _env_file=None))) + "/?lang=en")
    expect(browser_page.locator("[data-map-note]")).to_have_text("Located places in view: 600")
    assert drawn(browser_page) == len(CROWD)
    with browser_page.expect_response("**/clusters?*"):
        browser_page.locator(".ring").first.press("Enter")
    expect(browser_page.locator("[data-map-note]")).not_to_have_text("Located places in view: 600")
    said = browser_page.locator("[data-map-note]").text_content() or ""
    assert drawn(browser_page) == int(said.removeprefix("Located places in view: "))


def drawn(page: Page) -> int:
    """The places that the map shows, alone and in rings."""
    return page.locator(".pin").count() + sum(map(int, page.locator(".ring text").all_text_contents()))


def test_rings_have_statuses_only_of_what_was_asked(browser_page: Page, serve: Callable[[ASGIApp], str], var: Path):
    """A ring is neutral until a capability is chosen; then each status has its share of it."""
    point = shapely.Point(115.5, 36.5)
    near = [place(f"近{n}", point=point, **KNOWN, **(seen_at("yes", 3) if n else {})) for n in range(4)]
    address = serve(app_of(near, Settings(var_dir=var, _env_file=None)))
    browser_page.set_viewport_size(DESKTOP)
    browser_page.goto(f"{address}/?lang=en")
    expect(browser_page.locator(".ring text")).to_have_text("4")
    expect(browser_page.locator(".ring .arc")).to_have_count(0)
    browser_page.goto(f"{address}/?lang=en&capability=foreign_card")
    expect(browser_page.locator(".ring .arc.yes")).to_have_attribute("stroke-dasharray", "75 100")
    expect(browser_page.locator(".ring .arc.unknown")).to_have_attribute("stroke-dasharray", "25 100")


def test_nothing_is_asked_for_outside_the_sandbox(browser_page: Page, address: str):
    """Page, scripts, styles, images, map data and marks all come from below the prefix."""
    asked: list[str] = []
    browser_page.on("request", lambda request: asked.append(request.url))
    browser_page.set_viewport_size(DESKTOP)
    browser_page.goto(f"{address}/?lang=zh", wait_until="networkidle")
    browser_page.locator(".pin").first.click()
    browser_page.locator(".leaflet-popup-content a").click()
    expect(browser_page.locator(".sandbox-note")).to_be_visible()
    browser_page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith(f"{address}/")] == []
    assert {"clusters", "regions", "map.js", "leaflet.js", "sandbox.svg"} <= {
        url.split("?")[0].rsplit("/", 1)[-1] for url in asked
    }


def test_phone_can_shut_the_map(browser_page: Page, address: str):
    """A thumb reaches a button at the map's foot; the keyboard is back where the map was opened."""
    browser_page.set_viewport_size({"width": 390, "height": 844})
    browser_page.goto(f"{address}/?lang=en")
    browser_page.get_by_role("button", name="Map", exact=True).click()
    browser_page.get_by_role("button", name="Close the map").click()
    expect(browser_page.locator("#map-sheet")).to_be_hidden()
    expect(browser_page.locator("[data-open-map]:focus")).to_be_visible()


def test_motion_stops_where_the_reader_asks(browser_page: Page, address: str):
    """With reduced motion neither the page nor the map moves by itself."""
    browser_page.emulate_media(reduced_motion="reduce")
    browser_page.set_viewport_size(DESKTOP)
    browser_page.goto(f"{address}/?lang=en", wait_until="networkidle")
    quick = "getComputedStyle(document.documentElement).getPropertyValue('--quick').trim()"
    assert browser_page.evaluate(quick) in {"0ms", "0s"}
    assert browser_page.locator("#map.leaflet-fade-anim, #map .leaflet-zoom-anim").count() == 0
