"""The console in a real browser: the pin and its fields, two people at one venue, search as one types, keys."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.testclient import TestClient

from app.accounts import sign_ins
from app.main import create_app
from app.settings import Settings
from servers.chromium import Watch
from small_register import small_database, venue_id
from staff import sign_in

from .conftest import BANK, own_and_other

A = f"/console/venues/{venue_id('a')}"


@pytest.fixture(scope="module")
def served(serve: Callable, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Callable]]:
    """Where the console is served, and a function that gives the session cookie of somebody of a role."""
    settings = Settings(var_dir=Path(tmp_path_factory.mktemp("var")), _env_file=None)
    with small_database(settings) as engine:
        own_and_other(engine)
        app = create_app(settings)
        with TestClient(app) as client:  # its lifespan loads the register; the server has one of its own
            sign_in(client, "regulator")

            def cookie(role: str, **bounds: str) -> str:
                sign_in(client, role, **bounds)
                return client.cookies[sign_ins.cookie(settings)]

            yield serve(app), cookie


@pytest.fixture
def desk(browser_page: Page, served: tuple[str, Callable]) -> Page:
    """A page of a regulator who reads English."""
    signed_in(browser_page, served, "regulator")
    return browser_page


def signed_in(page: Page, served: tuple[str, Callable], role: str, **bounds: str) -> None:
    """Give a page the cookies of somebody."""
    address, cookie = served
    page.context.add_cookies(
        [
            {"name": "paymap_session", "value": cookie(role, **bounds), "url": address},
            {"name": "paymap_lang", "value": "en", "url": address},
        ]
    )


def held(served: tuple[str, Callable], page: Page) -> dict:
    """Venue A as the interface tells it to the page's reader."""
    return page.request.get(f"{served[0]}/api/v1/venues/{venue_id('a')}/record").json()


def test_a_dragged_pin_writes_the_fields_and_the_register(desk: Page, served: tuple[str, Callable]) -> None:
    """Pulling the pin sets the numbers in WGS-84 and says the county; saving moves the venue there."""
    desk.goto(f"{served[0]}{A}/edit")
    pin = desk.locator(".drag-pin")
    pin.scroll_into_view_if_needed()
    box = pin.bounding_box()
    at = (box["x"] + box["width"] / 2, box["y"] + 10)
    desk.mouse.move(*at)
    desk.mouse.down()
    desk.mouse.move(at[0] + 60, at[1] + 20, steps=4)
    desk.mouse.up()
    expect(desk.locator("[data-pin-note]")).to_contain_text("东昌府区")
    lon, lat = (float(desk.locator(f"#{name}").input_value()) for name in ("lon", "lat"))
    assert lon > 115.95
    assert lat < 36.45
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("status").first).to_have_text("Saved.")
    assert held(served, desk)["wgs84"] == [pytest.approx(lon), pytest.approx(lat)]


def test_the_pin_moves_by_arrow_keys(desk: Page, served: tuple[str, Callable]) -> None:
    """Nobody needs a mouse for it."""
    desk.goto(f"{served[0]}{A}/edit")
    desk.locator(".drag-pin").focus()
    before = float(desk.locator("#lat").input_value())
    desk.keyboard.press("ArrowUp")
    expect(desk.locator("#lat")).not_to_have_value(str(before))
    assert float(desk.locator("#lat").input_value()) > before


def test_typed_numbers_move_the_pin(desk: Page, served: tuple[str, Callable]) -> None:
    """In their own datum: the same numbers as GCJ-02 lie elsewhere, and another county is told."""
    desk.goto(f"{served[0]}{A}/edit")
    expect(desk.locator(".drag-pin")).to_be_visible()
    desk.locator("#lon").fill("116.2")
    desk.locator("#lat").fill("36.5")
    desk.locator("#lat").blur()
    expect(desk.locator("[data-pin-note]")).to_contain_text("Chiping, which is not the county chosen")
    with desk.expect_response(lambda answer: "datum=gcj02" in answer.url) as told:
        desk.locator("#datum").select_option("gcj02")
    assert told.value.json()["lon"] == pytest.approx(116.194, abs=0.002)


def test_an_overtaken_edit_is_settled_field_by_field(
    browser: Browser, desk: Page, browser_watch: Watch, served: tuple[str, Callable]
) -> None:
    """Two people open one venue; the second to save is shown both versions, chooses, and saves."""
    second = browser.new_context()
    theirs = second.new_page()
    signed_in(theirs, served, "bank", institution=BANK)
    for page in (desk, theirs):
        page.goto(f"{served[0]}{A}/edit")
    theirs.locator("#phone").fill("0635-1111")
    theirs.locator("#level").fill("4")
    theirs.get_by_role("button", name="Save").click()
    expect(theirs.get_by_role("status").first).to_have_text("Saved.")
    desk.locator("#phone").fill("0635-2222")
    with desk.expect_response(lambda answer: answer.request.method == "POST") as answered:
        desk.get_by_role("button", name="Save").click()
    assert answered.value.status == 412
    expect(desk.get_by_role("heading", name="Somebody was faster")).to_be_visible()
    browser_watch.complaints.clear()  # that of the 412
    assert held(served, desk)["phone"] == "0635-1111"
    desk.get_by_label("0635-2222").check()
    desk.get_by_role("button", name="Save this choice").click()
    expect(desk.get_by_role("status").first).to_have_text("Saved.")
    assert {name: held(served, desk)[name] for name in ("phone", "level")} == {"phone": "0635-2222", "level": "4"}
    second.close()


def test_the_list_follows_what_is_typed(desk: Page, served: tuple[str, Callable]) -> None:
    """Without a press of a button; the address keeps the filters, and the way back leads back."""
    desk.goto(f"{served[0]}/console/venues")
    expect(desk.locator("tbody tr")).to_have_count(4)
    desk.locator('input[type="search"]').press_sequentially("商场")
    expect(desk.locator("tbody tr")).to_have_count(1)
    desk.wait_for_url("**q=**")
    desk.reload()
    expect(desk.locator("tbody tr")).to_have_count(1)


def test_rows_are_walked_by_keys(desk: Page, served: tuple[str, Callable]) -> None:
    """Down, down, up, Enter; a slash goes to the search."""
    desk.goto(f"{served[0]}/console/venues?sort=name")
    names = desk.locator("tbody td.key a")
    desk.keyboard.press("ArrowDown")
    expect(names.nth(0)).to_be_focused()
    desk.keyboard.press("j")
    desk.keyboard.press("k")
    expect(names.nth(0)).to_be_focused()
    desk.keyboard.press("/")
    expect(desk.locator('input[type="search"]')).to_be_focused()


@pytest.mark.parametrize("size", [(390, 844), (820, 1180), (1440, 900)])
@pytest.mark.parametrize(
    "path", ["/console", "/console/venues", A, f"{A}/edit", f"{A}/statements/new", "/console/locate"]
)
def test_no_page_is_wider_than_its_screen(
    desk: Page, served: tuple[str, Callable], path: str, size: tuple[int, int]
) -> None:
    """On a phone, a tablet and a desk, also in large text, nothing is cut off at the side."""
    desk.set_viewport_size({"width": size[0], "height": size[1]})
    for query in ("", "?large=1"):
        desk.goto(f"{served[0]}{path}{query}")
        assert desk.evaluate("document.documentElement.scrollWidth") <= size[0]
    desk.goto(f"{served[0]}/console?large=0")


def test_the_present_room_is_in_view_on_a_phone(desk: Page, served: tuple[str, Callable]) -> None:
    """The bar of rooms is scrolled to where one is; the page itself stays at its top."""
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.goto(f"{served[0]}/console")
    desk.goto(f"{served[0]}/console/ledgers")
    assert desk.evaluate("document.querySelector('.rail nav').scrollLeft") > 0
    expect(desk.locator(".rail nav [aria-current]")).to_be_in_viewport(ratio=1)
    assert desk.evaluate("scrollY") == 0


def test_everything_is_done_without_scripts(browser: Browser, served: tuple[str, Callable]) -> None:
    """Search, edit, record, locate: forms and links alone."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    signed_in(page, served, "regulator")
    page.goto(f"{served[0]}/console/venues")
    page.locator('input[type="search"]').fill("丁酒店")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name="丁酒店").click()
    page.get_by_role("link", name="Edit").click()
    page.locator("#phone").fill("0635-4444")
    for name, value in (("lon", "116.01"), ("lat", "36.51"), ("location_error_m", "20")):
        page.locator(f"#{name}").fill(value)
    page.locator("#datum").select_option("gcj02")
    page.locator("#location_quality").select_option("surveyed")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_have_text("Saved.")
    page.get_by_role("link", name="Record a statement").click()
    page.locator("select[name=capability]").select_option("cash")
    page.get_by_role("button", name="Choose").click()
    page.locator("#status").select_option("yes")
    page.locator("#source_ref").fill("by hand")
    page.get_by_role("button", name="Record").click()
    expect(page.locator(".said .what")).to_have_text("Cash (yuan): takes cash")
    page.locator(".said summary").click()
    page.locator(".said textarea").fill("wrong shop")
    page.locator(".said .danger").click()
    expect(page.locator(".said li.taken")).to_have_count(1)
    context.close()


def test_the_map_of_another_venue_stays_the_same(served: tuple[str, Callable], desk: Page) -> None:
    """What is only looked at cannot be dragged."""
    desk.goto(f"{served[0]}/console/venues/{venue_id('c')}")
    expect(desk.locator(".drag-pin")).to_be_visible()
    assert desk.locator(".leaflet-marker-draggable").count() == 0
