"""The maps in a real browser: quiet, readable, usable by keyboard, and never calling out."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from app.main import create_app
from app.settings import Settings
from small_map import NASTY, NASTY_ID, observe, real_city

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
SMALL_TARGETS = """() => [...document.querySelectorAll("summary, select, button, .pm-side input, .pm-links a")]
  .filter((e) => e.offsetParent && e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML)"""
UNNAMED = """() => [...document.querySelectorAll("button, select, input:not([type=hidden]), a, [role=button]")]
  .filter((e) => !(e.getAttribute("aria-label") || e.title || e.textContent.trim() || e.labels?.length
    || e.querySelector("[aria-label]"))).map((e) => e.outerHTML)"""
OVERLAPS = """() => {
  const shown = [...document.querySelectorAll(".pm-county, .pm-badge")].filter((e) => !e.matches(".pm-hidden"));
  const around = document.querySelectorAll(".pm-card, .leaflet-control");
  const boxes = [...shown, ...around].map((e) => e.getBoundingClientRect());
  return boxes.flatMap((a, i) => boxes.slice(i + 1).map((b) => [a, b])).filter(([a, b]) =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).length;
}"""

HIDDEN_BY_BADGES = """() => {
  const boxes = (found) => [...document.querySelectorAll(found)].map((e) => e.getBoundingClientRect());
  const badges = boxes(".pm-badge:not(.pm-hidden)");
  const others = boxes(".pm-venue, .pm-group, .pm-county:not(.pm-hidden), .pm-card, .leaflet-control");
  const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return badges.flatMap((a, i) => [...badges.slice(i + 1), ...others].filter((b) => over(a, b))).length;
}"""

MARKS_HIDDEN_OR_CUT = """() => {
  const boxes = (found) => [...document.querySelectorAll(found)].map((e) => e.getBoundingClientRect());
  const [frame] = boxes(".folium-map");
  const names = boxes(".pm-county:not(.pm-hidden)");
  const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const cut = (a) => a.left < frame.left || a.right > frame.right || a.top < frame.top || a.bottom > frame.bottom;
  return boxes(".folium-map :is(.pm-venue, .pm-group)").filter((a) => cut(a) || names.some((b) => over(a, b))).length;
}"""


@pytest.fixture(scope="module")
def unobserved(serve: Callable, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where Liaocheng is served as its directory has it, with nothing observed."""
    with real_city(Settings(var_dir=tmp_path_factory.mktemp("var"), _env_file=None)) as settings:
        yield serve(create_app(settings))


@pytest.fixture(scope="module")
def address(serve: Callable, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where Liaocheng is served, with nothing observed but two hotels side by side."""
    with real_city(Settings(var_dir=tmp_path_factory.mktemp("var"), _env_file=None)) as settings:
        observe(settings)
        yield serve(create_app(settings))


def opened(page: Page, address: str) -> Page:
    """The page of a map once it has drawn itself."""
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("data-drawn", "1")
    return page


def closer(page: Page) -> None:
    """Look at the two hotels from so near that each stands for itself."""
    page.evaluate(
        "() => { const map = Object.values(window).find((v) => v instanceof L.Map);"
        " map.setView([36.35, 115.855], 15, { animate: false }); }"
    )
    expect(page.locator(".pm-venue")).to_have_count(2)


@pytest.mark.parametrize(
    ("size", "query"),
    [
        (PHONE, "venues?lang=en"),
        (PHONE, "coverage?lang=zh"),
        (DESKTOP, "venues?lang=zh"),
        (DESKTOP, "coverage?lang=en"),
    ],
)
def test_maps_fit_are_named_and_can_be_pressed(
    browser_page: Page, address: str, size: dict[str, int], query: str
) -> None:
    """Nothing scrolls sideways or overlaps, everything that can be pressed has a name, and on a phone 44 px."""
    browser_page.set_viewport_size(size)
    opened(browser_page, f"{address}/maps/{query}")
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert browser_page.evaluate(UNNAMED) == []
    assert browser_page.evaluate(OVERLAPS) == 0
    if size is PHONE:
        browser_page.locator(".pm-panel summary").click()
        assert browser_page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_badges_hide_nothing(browser_page: Page, address: str, size: dict[str, int]) -> None:
    """At first a badge lies on no mark, name, card or other badge; one cut to its number is still named whole."""
    browser_page.set_viewport_size(size)
    browser_page.emulate_media(reduced_motion="reduce")  # a mark that still glides is measured where it will not stay
    opened(browser_page, f"{address}/maps/coverage?lang=en")
    assert browser_page.locator(".pm-badge:not(.pm-hidden)").count() > 0
    assert browser_page.evaluate(HIDDEN_BY_BADGES) == 0
    short = browser_page.get_by_role("button", name=re.compile(r"^G\d+ [\d,]+ people$")).locator(".pm-short")
    if size is PHONE:
        expect(short).not_to_have_count(0)
        assert short.first.bounding_box()["width"] < 40


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_no_gap_of_the_first_view_goes_unseen(browser_page: Page, unobserved: str, size: dict[str, int]) -> None:
    """Every number stands on the map though a name stands on its spot; on a wide map with its people."""
    browser_page.set_viewport_size(size)
    browser_page.emulate_media(reduced_motion="reduce")
    opened(browser_page, f"{unobserved}/maps/coverage?lang=en")
    shown = browser_page.locator(".pm-badge:not(.pm-hidden)")
    expect(shown.locator("b")).to_contain_text([f"G{n}" for n in range(1, 9)])
    assert browser_page.locator(".pm-badge").count() == shown.count() == 8
    assert browser_page.evaluate(HIDDEN_BY_BADGES) == 0
    if size is DESKTOP:
        expect(browser_page.locator(".pm-short")).to_have_count(0)


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
@pytest.mark.parametrize("page", ["venues", "coverage"])
def test_names_step_aside_for_marks(browser_page: Page, unobserved: str, size: dict[str, int], page: str) -> None:
    """At first no name lies on a mark, and no mark is cut by the edge of the map."""
    browser_page.set_viewport_size(size)
    browser_page.emulate_media(reduced_motion="reduce")
    opened(browser_page, f"{unobserved}/maps/{page}?lang=en")
    assert browser_page.locator(".pm-county:not(.pm-hidden)").count() == 8
    assert browser_page.evaluate(MARKS_HIDDEN_OR_CUT) == 0


def test_the_map_has_most_of_a_phone(browser_page: Page, address: str) -> None:
    """Panel and legend are folded below the map; opened, they leave it a good third."""
    browser_page.set_viewport_size(PHONE)
    opened(browser_page, f"{address}/maps/coverage?lang=zh")
    land = browser_page.locator(".folium-map")
    assert land.bounding_box()["height"] > 0.75 * PHONE["height"]
    browser_page.locator(".pm-panel summary").click()
    browser_page.locator(".pm-legend summary").click()
    assert land.bounding_box()["height"] > PHONE["height"] / 3


def test_what_nobody_looked_at_says_not_known(browser_page: Page, address: str) -> None:
    """A service without an observation: each county reads so, none has a shade, and every gap is only possible."""
    browser_page.set_viewport_size(DESKTOP)
    opened(browser_page, f"{address}/maps/coverage?lang=zh&capability=cash")
    expect(browser_page.locator(".pm-figures strong")).to_have_text("待核实")
    assert set(browser_page.locator(".pm-county strong").all_text_contents()) == {"待核实"}
    fills = browser_page.eval_on_selector_all(
        ".leaflet-pm-fill-pane path", "all => all.map((e) => e.getAttribute('fill'))"
    )
    assert set(fills) == {"url(#pm-unknown)"}
    assert browser_page.locator(".pm-gap:not(.pm-possible)").count() == 0
    assert browser_page.locator(".pm-badge b.pm-possible").count() > 0


def test_a_hostile_name_is_only_a_name(browser_page: Page, address: str) -> None:
    """In the tooltip, in the popup and for a screen reader it stands as it was written, and nothing of it runs."""
    opened(browser_page, f"{address}/maps/venues?lang=zh")
    closer(browser_page)
    mark = browser_page.get_by_role("button", name=NASTY)
    expect(mark).to_have_attribute("title", f"{NASTY}: 受理")
    mark.click()
    expect(browser_page.locator(".pm-popup h2")).to_have_text(NASTY)
    expect(browser_page.locator(".pm-popup a")).to_have_attribute("href", f"/v/{NASTY_ID}?lang=zh")
    assert browser_page.locator("img[src=x]").count() == 0


def test_a_mark_opens_by_keyboard(browser_page: Page, address: str) -> None:
    """Enter on a focused mark opens what a click opens; Escape closes it and leads back."""
    opened(browser_page, f"{address}/maps/venues?lang=en")
    closer(browser_page)
    browser_page.get_by_role("button", name="乙酒店: foreign cards not taken").focus()
    browser_page.keyboard.press("Enter")
    expect(browser_page.locator(".pm-popup h2")).to_have_text("乙酒店")
    expect(browser_page.locator(".pm-popup")).to_contain_text("seen 2026-05-01")
    browser_page.keyboard.press("Escape")
    expect(browser_page.locator(".pm-popup")).to_have_count(0)
    expect(browser_page.get_by_role("button", name="乙酒店: foreign cards not taken")).to_be_focused()


def test_another_service_is_shown_in_place(browser_page: Page, address: str) -> None:
    """The venue map switches marks, names, figures and links without a request."""
    opened(browser_page, f"{address}/maps/venues?lang=en")
    closer(browser_page)
    browser_page.evaluate("window.kept = true")
    browser_page.get_by_label("Service").select_option("cash")
    expect(browser_page.get_by_role("button", name="乙酒店: not known yet")).to_be_visible()
    expect(browser_page.locator(".pm-figures strong")).to_have_text("not known")
    expect(browser_page.get_by_role("link", name="Coverage map")).to_have_attribute(
        "href", "/maps/coverage?capability=cash&lang=en"
    )
    assert browser_page.evaluate("window.kept")


def test_layers_are_switched(browser_page: Page, address: str) -> None:
    """Fills exclude each other and the legend follows; gaps, names and venues go and come back."""
    browser_page.set_viewport_size(DESKTOP)
    opened(browser_page, f"{address}/maps/coverage?lang=en&region=371502")
    browser_page.locator(".leaflet-control-layers").hover()
    expect(browser_page.locator("[data-fill=surface]")).to_be_visible()
    browser_page.get_by_label("Share by county").check()
    expect(browser_page.locator("[data-fill=shares]")).to_be_visible()
    expect(browser_page.locator("[data-fill=surface]")).to_be_hidden()
    for layer, drawn in (
        ("Gaps", ".pm-gap"), ("County names and shares", ".pm-county"), ("Key places", ".pm-venue, .pm-group"),
    ):  # fmt: skip
        shown = browser_page.locator(f".folium-map :is({drawn})")
        before = shown.count()
        browser_page.get_by_label(layer).uncheck()
        expect(shown).not_to_have_count(before)
        browser_page.get_by_label(layer).check()
        expect(shown).to_have_count(before)


def test_the_reader_asks_for_another_map(browser_page: Page, address: str) -> None:
    """Service, area and day are asked for on the page; today is not written into the address."""
    opened(browser_page, f"{address}/maps/coverage?lang=en")
    browser_page.get_by_label("Service").select_option("cash")
    browser_page.get_by_label("Area").select_option("371526")
    browser_page.get_by_role("button", name="Show").click()
    expect(browser_page).to_have_url(f"{address}/maps/coverage?capability=cash&region=371526&lang=en")
    browser_page.get_by_label("As of").fill("2026-04-30")
    browser_page.get_by_role("button", name="Show").click()
    expect(browser_page).to_have_url(re.compile("as_of=2026-04-30"))
    expect(browser_page.locator(".pm-panel")).to_contain_text("As of 2026-04-30")


def test_ways_lead_home_and_to_the_other_language(browser_page: Page, address: str) -> None:
    """The page leads to the first page, to the other map, and to itself in Chinese."""
    opened(browser_page, f"{address}/maps/coverage?lang=en&region=371526")
    browser_page.get_by_role("link", name="中文").click()
    expect(browser_page.locator("h1")).to_have_text("支付服务覆盖图")
    expect(browser_page.locator(".pm-heading")).to_contain_text("高唐县")
    browser_page.get_by_role("link", name="支付服务地图").click()
    expect(browser_page.locator("h1")).to_have_text("支付服务地图")
    browser_page.get_by_role("link", name="首页").click()
    expect(browser_page).to_have_url(f"{address}/?lang=zh")


def test_a_map_that_was_kept_still_runs(browser_page: Page, address: str) -> None:
    """After a 304 the browser's own copy draws itself under the policy that it came with."""
    with browser_page.expect_response(f"{address}/maps/venues") as first:
        opened(browser_page, f"{address}/maps/venues")
    with browser_page.expect_response(f"{address}/maps/venues") as again:
        browser_page.reload()
    expect(browser_page.locator("html")).to_have_attribute("data-drawn", "1")
    assert first.value.headers["etag"] == again.value.headers["etag"]


def test_a_map_prints_on_one_sheet(browser_page: Page, address: str) -> None:
    """A3 across, one page, nothing left over."""
    opened(browser_page, f"{address}/maps/coverage?lang=zh")
    sheet = browser_page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    (width, height), *_ = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", sheet)
    assert (round(float(width)), round(float(height))) == (1191, 842)
