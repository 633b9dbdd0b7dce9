"""The pages of a phone in a real browser: a visit with a photograph, the nearest first, and the keys of the queue."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.accounts import sign_ins
from app.db import make_engine
from app.main import create_app
from app.settings import Settings
from app.tables import Attachment, Inspection, Observation
from small_register import small_database, venue_id
from staff import sign_in

from .conftest import tell
from .test_photos import photo

PHONE = {"width": 390, "height": 844}
Served = tuple[str, str, Settings]


@pytest.fixture(scope="module")
def served(serve: Callable, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Where the console is served, the session cookie of the hotels' department, and the settings."""
    settings = Settings(var_dir=Path(tmp_path_factory.mktemp("var")), _env_file=None)
    with small_database(settings) as engine:
        tell(engine)
        with Session(engine) as session:
            for letter in ("a", "c", "d"):
                session.add(Inspection(venue_id=venue_id(letter), institution="W", reason="看看", recorded_by="x"))
            session.commit()
        app = create_app(settings)
        with TestClient(app) as client:
            sign_in(client, "department", institution="W")
            yield serve(app), client.cookies[sign_ins.cookie(settings)], settings


@pytest.fixture
def phone(browser_page: Page, served: Served) -> Page:
    """A phone of an inspector who reads English and stands beside C."""
    address, cookie, _ = served
    context = browser_page.context
    context.add_cookies([{"name": "paymap_session", "value": cookie, "url": address}])
    context.add_cookies([{"name": "paymap_lang", "value": "en", "url": address}])
    context.grant_permissions(["geolocation"], origin=address)
    context.set_geolocation({"longitude": 116.051, "latitude": 36.551})
    browser_page.set_viewport_size(PHONE)
    return browser_page


def test_the_nearest_come_first_and_the_place_stays_on_the_phone(phone: Page, served: Served) -> None:
    """C is beside the phone, A is farther, D has no position; no request carries where the phone is."""
    asked: list[str] = []
    phone.goto(f"{served[0]}/console/inspections")
    phone.on("request", lambda request: asked.append(f"{request.url} {request.post_data or ''}"))
    phone.get_by_role("button", name="Nearest first").click()
    names = phone.locator("[data-errands] .errand-link b")
    expect(names).to_have_text(["丙商场", "甲酒店", "丁酒店"])
    expect(phone.locator("[data-distance]").first).to_have_text("140 m")
    assert not [url for url in asked if "116.05" in url]


def test_an_inspection_with_a_photo_from_a_phone(phone: Page, served: Served) -> None:
    """Four taps and a picture: statements that count, a photograph without its place, and the next one offered."""
    address, _, settings = served
    phone.goto(f"{address}/console/inspections")
    phone.get_by_role("link", name="甲酒店").click()
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    sizes = phone.locator(".four label").evaluate_all("all => all.map(x => x.getBoundingClientRect().height)")
    assert min(size for size in sizes if size) >= 44
    cards = phone.locator("fieldset", has_text="Foreign cards")
    cards.get_by_role("radiogroup", name="Visa").get_by_role("radio", name="Yes").check()
    cards.get_by_role("radiogroup", name="JCB").get_by_role("radio", name="No", exact=True).check()
    phone.get_by_label("Note").fill("second till")
    picture = {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": photo(size=(2400, 1800), turned=6)}
    phone.get_by_label("Photographs").set_input_files([picture])
    phone.get_by_role("button", name="Save the inspection").click()
    expect(phone.get_by_role("status").first).to_contain_text("Saved: 甲酒店")
    expect(phone.get_by_role("status").first).to_contain_text("Next:")
    engine = make_engine(settings.engine_url)
    with Session(engine) as session:
        said = session.scalars(select(Observation).where(Observation.source_ref.startswith("inspection/"))).all()
        kept = session.scalars(select(Attachment)).one()
    engine.dispose()
    assert {(o.aspect, o.status) for o in said} == {("visa", "yes"), ("jcb", "no")}
    assert (kept.facts["width"], kept.facts["height"]) == (1200, 1600)
    assert b"Exif" not in kept.content
    phone.get_by_role("link", name="what was found").click()
    shown = phone.locator(".photos img")
    expect(shown).to_have_js_property("naturalWidth", 1200)


def test_without_scripts_the_form_is_sent_all_the_same(browser_page: Page, served: Served) -> None:
    """Nothing but HTML is needed."""
    address, cookie, _ = served
    plain = browser_page.context.browser.new_context(java_script_enabled=False, viewport=PHONE, locale="en")
    plain.add_cookies([{"name": "paymap_session", "value": cookie, "url": address}])
    page = plain.new_page()
    page.goto(f"{address}/console/inspections/new?venue={venue_id('d')}&lang=en")
    page.get_by_role("radiogroup", name="Cash (yuan)").get_by_role("radio", name="Yes").check()
    page.get_by_role("button", name="Save the inspection").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved: 丁酒店")
    plain.close()


def test_the_queue_is_walked_by_keys(phone: Page, served: Served) -> None:
    """J goes to a question, r to its reason, i to its errand, a accepts; letters typed into a field do none of that."""
    phone.set_viewport_size({"width": 1280, "height": 800})
    phone.goto(f"{served[0]}/console/review")
    card = phone.locator(".question").first
    phone.keyboard.press("j")
    expect(card).to_be_focused()
    phone.keyboard.press("r")
    expect(card.get_by_label("Reason", exact=True)).to_be_focused()
    phone.keyboard.type("jail")
    expect(card.get_by_label("Reason", exact=True)).to_have_value("jail")
    phone.keyboard.press("Escape")
    phone.keyboard.press("i")
    expect(card.get_by_label("What to find out")).to_be_focused()
    phone.keyboard.press("Escape")
    phone.keyboard.press("a")
    expect(phone.get_by_role("status").first).to_have_text("Accepted. It counts from now on.")
