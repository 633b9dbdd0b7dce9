"""The queue's pages: a guess taken, a position saved, the next venue; nobody places what is not theirs."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from app.tables import AuditLine, Venue, VenueHistory
from staff import sign_in

from .conftest import BANK, KEYS

HERE = "/console/locate"
GOOD = {
    "version": "1",
    "lon": "116.0",
    "lat": "36.5",
    "datum": "wgs84",
    "location_quality": "surveyed",
    "location_error_m": "",
}
FIRST, SECOND, OTHER = (KEYS[name] for name in ("沙镇支行", "甲酒店支行", "别家支行"))


@pytest.fixture
def send(client: TestClient) -> Callable:
    """A function that saves a position as the bank."""
    csrf = sign_in(client, "bank", institution=BANK)["x-csrf-token"]
    return lambda key, **fields: client.post(f"{HERE}/{key}", data={"csrf": csrf, **GOOD, **fields})


def held(client: TestClient, key: str) -> Venue:
    """A venue as the database has it."""
    with client.app.state.sessions() as session:
        return session.get_one(Venue, key)


def test_a_saved_position_leads_to_the_next_venue(client: TestClient, send: Callable) -> None:
    """It is written with its quality, and the progress counts it."""
    answer = send(FIRST)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}?skip={FIRST}&done=located")
    assert (held(client, FIRST).geometry.coords[0], held(client, FIRST).location_quality) == ((116.0, 36.5), "surveyed")
    following = client.get(answer.headers["location"] + "&lang=en").text
    assert "甲酒店支行" in following
    assert "1 of 2 located" in following


def test_a_source_is_named_where_there_is_one(client: TestClient, send: Callable) -> None:
    """`sourced` without saying from what is refused; the source stays in the history."""
    assert send(FIRST, location_quality="sourced").status_code == 422
    assert held(client, FIRST).geometry is None
    assert send(FIRST, location_quality="sourced", place_source="the bank's own map").status_code == 303
    with client.app.state.sessions() as session:
        last = session.scalars(select(VenueHistory).order_by(VenueHistory.id.desc())).first()
    assert last.attributes == {"reason": "the bank's own map"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lon": "", "lat": ""}, "lon"),
        ({"datum": ""}, "datum"),
        ({"location_quality": ""}, "location_quality"),
        ({"location_quality": "approximate"}, "location_error_m"),
        ({"lon": "116.9"}, "outside"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(client: TestClient, send: Callable, change: dict, field: str) -> None:
    """Nothing is written, and what was typed is still there."""
    answer = send(FIRST, **change)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert held(client, FIRST).geometry is None


def test_guesses_are_offered_with_reasons(client: TestClient, send: Callable) -> None:
    """Named after a located hotel: its place first, the county last; taken by a link, it fills the fields only."""
    del send
    page = client.get(f"{HERE}?venue={SECOND}&lang=en").text
    assert "Its name or address names a located venue" in page
    assert "The middle of" in page
    taken = client.get(f"{HERE}?venue={SECOND}&guess=1").text
    assert re.search(r'<input id="lon"[^>]*value="115.950000"', taken)
    assert re.search(r'<option value="approximate" selected', taken)
    assert held(client, SECOND).geometry is None
    assert client.get(f"{HERE}?venue={SECOND}&guess=99").status_code == 200


def test_an_overtaken_position_is_not_written(client: TestClient, send: Callable) -> None:
    """412, and the venue as it stands now."""
    assert send(FIRST).status_code == 303
    late = send(FIRST, lon="116.05")
    assert late.status_code == 412
    assert 'value="116.0"' in late.text
    assert held(client, FIRST).geometry.x == 116.0


def test_nobody_places_what_is_not_theirs(client: TestClient, send: Callable) -> None:
    """403 and a line in the trail, to see and to save; the list has one's own only."""
    assert send(OTHER).status_code == 403
    assert client.get(f"{HERE}?venue={OTHER}").status_code == 403
    assert "别家支行" not in client.get(f"{HERE}/list").text
    with client.app.state.sessions() as session:
        assert len(session.scalars(select(AuditLine).where(AuditLine.outcome == "refused")).all()) == 2


def test_the_queue_says_when_it_is_done(client: TestClient, send: Callable) -> None:
    """And offers the approximate ones; of which there may be none."""
    send(FIRST)
    send(SECOND)
    assert "Every venue of yours has a position." in client.get(f"{HERE}?lang=en").text
    assert "No position of yours is approximate." in client.get(f"{HERE}?which=approximate").text
    assert client.get(f"{HERE}/list?which=approximate&region=371502&page=9").status_code == 200


def test_the_county_asked_for_is_kept(client: TestClient, send: Callable) -> None:
    """Through saving and skipping."""
    del send
    csrf = sign_in(client, "regulator")["x-csrf-token"]
    page = client.get(f"{HERE}?region=371502").text
    action = re.search(r'<form class="split even locate" method="post" action="([^"]+)"', page)[1]
    assert action.endswith("?region=371502")
    moved = client.post(action, data={"csrf": csrf, **GOOD}).headers["location"]
    assert moved.endswith("region=371502")
