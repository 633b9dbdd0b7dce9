"""Venues and statements by plain forms, as a browser without scripts sends them."""

import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from httpx2 import Response
from sqlalchemy import select
from starlette.testclient import TestClient

from app.tables import AuditLine, Venue, VenueHistory
from small_register import venue_id
from staff import sign_in

from .conftest import BANK, BESIDE, HERE, OTHER_BANK

A, B = (f"/console/venues/{venue_id(letter)}" for letter in "ab")


def fields(page: str) -> dict[str, str]:
    """What the form that writes would send as it stands."""
    form = next(
        f for f in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'name="version"' in f or 'name="name_zh"' in f
    )
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        named = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in named and named.get("type") not in {"radio", "checkbox"}:
            found[named["name"]] = unescape(named.get("value", ""))
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected>', inner) or re.search(r'<option value="([^"]*)"', inner)
        found[name] = unescape(chosen[1]) if chosen else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(text)
    return found


def held(client: TestClient, letter: str) -> Venue:
    """A venue as the database has it."""
    with client.app.state.sessions() as session:
        return session.get_one(Venue, venue_id(letter))


def moved(answer: Response) -> str:
    """Where the answer to a form sends the browser."""
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_a_form_changes_what_was_changed_in_it(client: TestClient, bank: dict[str, str]) -> None:
    """Sent back as it came it writes nothing; with one field changed, history has that field only."""
    del bank
    form = fields(client.get(f"{A}/edit").text)
    assert moved(client.post(f"{A}/edit", data=form)).startswith(A)
    assert held(client, "a").version == 1
    client.post(f"{A}/edit", data={**form, "phone": "0635-1"})
    with client.app.state.sessions() as session:
        (line,) = session.scalars(select(VenueHistory).where(VenueHistory.venue_id == venue_id("a")))
    assert line.attributes == {"phone": "0635-1"}


def test_a_form_comes_back_with_its_faults_beside_the_fields(client: TestClient, bank: dict[str, str]) -> None:
    """422, every value still there, each fault described by its own field, in the reader's language."""
    del bank
    form = fields(client.get(f"{A}/edit").text)
    answer = client.post(f"{A}/edit?lang=en", data={**form, "name_zh": " ", "lat": "136", "level": "5A"})
    assert answer.status_code == 422
    assert re.search(r'id="name_zh-error">must not be empty<', answer.text)
    assert re.search(r'<input id="lat"[^>]*value="136"[^>]*aria-describedby="lat-error"', answer.text)
    assert 'value="5A"' in answer.text
    chinese = client.post(f"{A}/edit?lang=zh", data={**form, "name_zh": ""})
    assert 'id="name_zh-error">不能为空<' in chinese.text
    assert held(client, "a").version == 1


def test_a_pin_in_another_county_asks_by_name(client: TestClient, regulator: dict[str, str]) -> None:
    """The form says where the pin lies; the answer changes the county, or keeps it."""
    del regulator
    form = fields(client.get(f"{A}/edit").text) | {"lon": "116.2", "lat": "36.5", "datum": "wgs84"}
    asked = client.post(f"{A}/edit?lang=zh", data=form)
    assert asked.status_code == 422
    assert "该位置在茌平区，不在东昌府区" in asked.text
    moved(client.post(f"{A}/edit", data={**form, "outside": "move"}))
    assert held(client, "a").region == BESIDE


def test_an_overtaken_edit_shows_both_versions(client: TestClient, bank: dict[str, str]) -> None:
    """412; what the other changed and what I changed, each with its choice; the choice is then saved."""
    form = fields(client.get(f"{A}/edit").text)
    client.post(f"{A}/edit", data={**form, "phone": "0635-1", "level": "4"})
    late = client.post(f"{A}/edit?lang=en", data={**form, "phone": "0635-2", "name_en": "Mine"})
    assert late.status_code == 412
    assert held(client, "a").phone == "0635-1"
    radios = re.findall(r'<input type="radio" name="(\w+)" value="([^"]*)" required( checked)?>', late.text)
    assert radios == [
        ("name_en", "Place A", ""),
        ("name_en", "Mine", " checked"),
        ("level", "4", " checked"),
        ("level", "", ""),
        ("phone", "0635-1", ""),
        ("phone", "0635-2", ""),
    ]
    chosen = {name: value for name, value, on in radios if on} | {"phone": "0635-2"}
    again = fields(late.text) | chosen | {"csrf": bank["x-csrf-token"]}
    moved(client.post(f"{A}/edit", data=again))
    now = held(client, "a")
    assert (now.phone, now.level, now.name_en) == ("0635-2", "4", "Mine")
    assert now.geometry.x == 115.95


def test_two_positions_are_one_choice(client: TestClient, bank: dict[str, str]) -> None:
    """Nobody's longitude is mixed with somebody else's latitude."""
    form = fields(client.get(f"{A}/edit").text)
    placed = {"datum": "wgs84", "location_quality": "surveyed"}
    client.post(f"{A}/edit", data={**form, **placed, "lon": "116.01", "lat": "36.51"})
    late = client.post(f"{A}/edit", data={**form, **placed, "lon": "116.02", "lat": "36.52"})
    theirs, mine = (
        v for n, v, _ in re.findall(r'type="radio" name="(\w+)" value="([^"]*)"( ?)', late.text) if n == "position"
    )
    assert (theirs, mine) == ("116.01;36.51;wgs84;surveyed;", "116.02;36.52;wgs84;surveyed;")
    moved(client.post(f"{A}/edit", data={**fields(late.text), "position": mine, "csrf": bank["x-csrf-token"]}))
    assert held(client, "a").geometry.coords[0] == (116.02, 36.52)


def test_a_form_without_a_version_is_taken_for_an_old_one(client: TestClient, bank: dict[str, str]) -> None:
    """What does not say what it was made from overwrites nothing."""
    form = fields(client.get(f"{A}/edit").text)
    del form["version"], form["was"]
    assert client.post(f"{A}/edit", data={**form, "phone": "1"}).status_code == 412
    assert client.post(f"{A}/edit", data={**form, "phone": "1", "version": "x", "was": "{"}).status_code == 412
    assert bank


def test_a_venue_is_added_with_the_bounds_of_its_maker(client: TestClient, bank: dict[str, str]) -> None:
    """A bank's new venue is its own; a county's lies in it."""
    del bank
    form = fields(client.get("/console/venues/new").text)
    assert form["institution"] == BANK
    where = moved(
        client.post(
            "/console/venues/new",
            data={**form, "name_zh": "新网点", "category": "bank_branch", "region": HERE, "source": "t"},
        )
    )
    assert "新网点" in client.get(where).text
    sign_in(client, "county", region=BESIDE)
    assert fields(client.get("/console/venues/new").text)["region"] == BESIDE


def test_closing_and_removing_keep_the_reason(client: TestClient, post: Callable) -> None:
    """A venue closes, opens, leaves and comes back; each time somebody says why."""
    send = post("bank", institution=BANK)
    assert send(f"{A}/close", version="1", closed_on="2026-11-01", reason=" ").status_code == 422
    moved(send(f"{A}/close", version="1", closed_on="2026-11-01", reason="sold"))
    assert client.get(f"/api/v1/venues/{venue_id('a')}").json()["properties"]["closed_on"] == "2026-11-01"
    assert send(f"{A}/close", version="1", closed_on="", reason="not sold").status_code == 412
    moved(send(f"{A}/close", version="2", closed_on="", reason="not sold"))
    assert send(f"{A}/remove").status_code == 422
    moved(send(f"{A}/remove", reason="twice in the list"))
    assert held(client, "a").deleted_at is not None
    assert "twice in the list" in client.get(A).text
    moved(send(f"{A}/restore", reason="not twice"))
    assert held(client, "a").deleted_at is None


def test_a_statement_is_recorded_and_withdrawn(client: TestClient, post: Callable) -> None:
    """The form names aspects; the withdrawal names its reason; both stand on the venue's page, the first struck."""
    send = post("bank", institution=BANK)
    page = client.get(f"{A}/statements/new?capability=foreign_card").text
    assert 'name="aspect:visa"' in page
    bad = send(
        f"{A}/statements", capability="foreign_card", observed_at="2026-11-20", source_kind="ledger", source_ref=""
    )
    assert bad.status_code == 422
    good = {"capability": "foreign_card", "observed_at": "2026-11-20", "source_kind": "ledger", "source_ref": "no. 7"}
    moved(send(f"{A}/statements", **good, **{"aspect:visa": "yes", "aspect:jcb": ""}))
    number = re.search(r'id="statement-(\d+)"', client.get(A).text)[1]
    assert client.post(f"/console/statements/{number}/withdraw").status_code == 403
    moved(send(f"/console/statements/{number}/withdraw", reason="typed in the wrong row"))
    after = client.get(f"{A}?lang=en").text
    assert re.search(rf'<li class="taken" id="statement-{number}">', after)
    assert "typed in the wrong row" in after


def test_a_bank_edits_no_other_banks_venue_by_page(client: TestClient, post: Callable) -> None:
    """403 with a page, and a line in the trail, for every form; the buttons are not even there."""
    send = post("bank", institution=BANK)
    assert f"{B}/edit" not in client.get(B).text
    answers = [
        client.get(f"{B}/edit"),
        send(f"{B}/edit", version="1", name_zh="抢来的"),
        send(f"{B}/edit", version="1", institution=BANK),
        send(f"{A}/edit", version="1", institution=OTHER_BANK),
        send(f"{B}/close", version="1", closed_on="2026-01-01", reason="x"),
        send(f"{B}/remove", reason="x"),
        send(
            f"{B}/statements",
            capability="cash",
            status="no",
            observed_at="2026-01-01",
            source_kind="ledger",
            source_ref="x",
        ),
    ]
    assert [answer.status_code for answer in answers] == [403] * len(answers)
    with client.app.state.sessions() as session:
        assert len(session.scalars(select(AuditLine).where(AuditLine.outcome == "refused")).all()) == len(answers)
        assert {v.version for v in session.scalars(select(Venue))} == {1}


def test_a_form_without_its_guard_writes_nothing(client: TestClient, bank: dict[str, str]) -> None:
    """Another site's page cannot send a form in somebody's name."""
    del bank
    form = fields(client.get(f"{A}/edit").text) | {"csrf": "guessed", "phone": "1"}
    assert client.post(f"{A}/edit", data=form).status_code == 403
    assert held(client, "a").phone is None


@pytest.mark.parametrize(
    "path", ["/console", "/console/venues", A, f"{A}/edit", "/console/venues/new", "/console/locate"]
)
def test_the_pages_send_strangers_to_sign_in(client: TestClient, path: str) -> None:
    """And afterwards back to where they wanted to go."""
    answer = client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/console/sign-in?next=")


def test_what_was_is_told_as_json(client: TestClient, bank: dict[str, str]) -> None:
    """The form carries what it was made from, so that an overtaken edit can be compared."""
    del bank
    assert json.loads(fields(client.get(f"{A}/edit").text)["was"])["name_zh"] == "甲酒店"
