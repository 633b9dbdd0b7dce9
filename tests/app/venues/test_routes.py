"""The API of venues, over a real application."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.actor import SYSTEM
from app.db import make_sessions
from app.main import create_app
from app.register.statements import record
from app.settings import Settings
from small_register import seen, venue_id


@pytest.fixture
def client(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    """A client of an application over the small register, in which A takes Visa."""
    with make_sessions(engine).begin() as session:
        record(session, [seen("a", "foreign_card", "yes", "2026-01-01", "visa")], SYSTEM)
    with TestClient(create_app(settings)) as made:
        yield made


def test_venues_are_geojson_with_the_contract_s_properties(client: TestClient) -> None:
    """The list is a FeatureCollection with counts; a venue without a position has a null geometry."""
    answer = client.get("/api/v1/venues")
    features = {f["id"]: f for f in answer.json()["features"]}
    assert answer.headers["content-type"] == "application/geo+json"
    assert (answer.json()["numberMatched"], answer.json()["numberReturned"]) == (4, 4)
    assert features[venue_id("d")]["geometry"] is None
    card = features[venue_id("a")]["properties"]["capabilities"]["foreign_card"]
    assert (card["status"], card["schemes"], card["aspects"]["visa"]["observed_at"]) == ("yes", ["visa"], "2026-01-01")


def test_nothing_observed_is_unknown(client: TestClient) -> None:
    """A venue that nobody looked at claims nothing, and is found by `unknown`, never by `no`."""
    asked = {"capability": "foreign_card", "status": "unknown"}
    unknown = client.get("/api/v1/venues", params=asked).json()
    refused = client.get("/api/v1/venues", params={**asked, "status": "no"}).json()
    assert (unknown["numberMatched"], refused["numberMatched"]) == (3, 0)


def test_nearest_answers_with_metres(client: TestClient) -> None:
    """The nearest place that takes Visa, with its distance."""
    asked = {"lon": 115.96, "lat": 36.45, "capability": "foreign_card", "scheme": "visa"}
    (found,) = client.get("/api/v1/venues/nearest", params=asked).json()["features"]
    assert found["id"] == venue_id("a")
    assert found["properties"]["distance_m"] == pytest.approx(896.5, abs=1)


def test_paging_follows_the_next_link(client: TestClient) -> None:
    """Following `next` shows every venue once."""
    address, shown = "/api/v1/venues?limit=3", []
    while address:
        page = client.get(address).json()
        shown += [f["id"] for f in page["features"]]
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
    assert sorted(shown) == [venue_id(letter) for letter in "abcd"]


def test_an_unchanged_version_is_not_sent_again(client: TestClient) -> None:
    """The ETag of an answer brings 304 until something changes."""
    tag = client.get("/api/v1/venues").headers["etag"]
    assert client.get("/api/v1/venues", headers={"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("venues?bbox=36,115,37,116,1", "bbox"),
        ("venues?bbox=116,36,115,37", "bbox"),
        ("venues?bbox=36,115,37,116", "bbox"),
        ("venues?bbox=nan,36,116,37", "bbox"),
        ("venues?limit=10001", "limit"),
        ("venues?limit=1.5", "limit"),
        ("venues?capability=credit", "capability"),
        ("venues?status=yes", "status"),
        ("venues?cursor=zzz", "cursor"),
        ("venues?updated_since=yesterday", "updated_since"),
        ("venues?region=999999", "region"),
        ("venues?colour=red", "colour"),
        ("venues/nearest?lon=36.4&lat=116", "lat"),
        ("venues/nearest?lat=36.4", "lon"),
    ],
)
def test_a_bad_parameter_is_named(client: TestClient, address: str, parameter: str) -> None:
    """A malformed or unknown parameter is a 400 problem that names it."""
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == parameter


def test_an_unknown_venue_is_404(client: TestClient) -> None:
    """A venue that the register never had is a 404 problem."""
    assert client.get("/api/v1/venues/nowhere").status_code == 404


def test_readiness_names_the_version(client: TestClient) -> None:
    """Readiness says that the catalog is loaded and how many venues it holds."""
    assert client.get("/readyz").json()["venues"] == 4
    assert client.get("/healthz").text == "ok"
