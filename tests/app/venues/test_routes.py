"""The API of venues, over a real application."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import geopandas as gpd
import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.actor import SYSTEM
from app.db import make_sessions
from app.main import create_app
from app.register.statements import record
from app.settings import Settings
from app.tables import Region
from small_register import seen, small_database, venue_id


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of an application over the small register, in which A takes Visa."""
    settings = Settings(var_dir=tmp_path_factory.mktemp("small"), _env_file=None)
    with small_database(settings) as engine, make_sessions(engine).begin() as session:
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
        ("venues?bbox=116,36,inf,37", "bbox"),
        ("venues?bbox=115,36,116", "bbox"),
        ("venues?bbox=115,36,116,3_7", "bbox"),
        ("venues?bbox=115,36,181,37", "bbox"),
        ("venues?limit=0", "limit"),
        ("venues?limit=1_0", "limit"),
        ("venues?limit=", "limit"),
        ("venues?limit=1&limit=1", "limit"),
        ("venues?q=", "q"),
        ("venues?q=a%00b", "q"),
        ("venues?category=hotel,inn", "category"),
        ("venues?category=,", "category"),
        ("venues?category=hotel&scene=medical", "category"),
        ("venues?scene=night", "scene"),
        ("venues?capability=cash,signage", "capability"),
        ("venues?capability=cash&scheme=visa", "scheme"),
        ("venues?capability=foreign_card&currency=USD", "currency"),
        ("venues?scheme=maestro", "scheme"),
        ("venues?currency=usd", "currency"),
        ("venues?direction=up", "direction"),
        ("venues?lang=de", "lang"),
        ("venues?open_at=noon", "open_at"),
        ("venues?open_at=0001-01-01T00:00", "open_at"),
        ("venues?open_at=9999-12-31T23:59", "open_at"),
        ("venues?cursor=__________________________8", "cursor"),
        ("venues?updated_since=now", "updated_since"),
        ("venues/nearest?lon=36.4&lat=116", "lat"),
        ("venues/nearest?lat=36.4", "lon"),
        ("venues/nearest?lon=116&lat=36&max_distance_m=-1", "max_distance_m"),
        ("venues/nearest?lon=nan&lat=36", "lon"),
        ("venues/nearest?lon=116&lat=91", "lat"),
        ("venues/nearest?lon=116&lat=36&bbox=1,2,3,4", "bbox"),
        ("regions?lang=en", "lang"),
        ("vocabulary?a=b", "a"),
    ],
)
def test_a_bad_parameter_is_named(client: TestClient, address: str, parameter: str) -> None:
    """A malformed or unknown parameter is a 400 problem that names it."""
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == parameter


def test_swapped_coordinates_are_called_so(client: TestClient) -> None:
    """The likeliest mistake is named."""
    assert "swapped" in client.get("/api/v1/venues/nearest?lon=36.4&lat=116").json()["detail"]
    assert "swapped" in client.get("/api/v1/venues?bbox=36,115,37,116").json()["detail"]


def test_a_long_mistake_is_cut_short(client: TestClient) -> None:
    """A refusal says back only as much as a reader needs."""
    assert len(client.get(f"/api/v1/venues?category={'x' * 5000}").json()["detail"]) < 600


@pytest.mark.parametrize("name", ["nowhere", "0" * 36, "%00", "{aaaaaaaa-0000-4000-8000-000000000001}"])
def test_an_unknown_venue_is_404(client: TestClient, name: str) -> None:
    """A venue that the register never had is a 404 problem, and so is what was observed there."""
    for address in (f"/api/v1/venues/{name}", f"/api/v1/venues/{name}/observations"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_the_city_means_all_its_counties(settings: Settings, engine: Engine) -> None:
    """Venues lie in counties; asking for the city finds those of all."""
    with make_sessions(engine).begin() as session:
        session.add(Region(adcode="371500", level="city", name_zh="聊城市", name_en="", source="-"))
        session.flush()
        session.get_one(Region, "371502").parent = "371500"
    with TestClient(create_app(settings)) as client:
        found = [client.get(f"/api/v1/venues?region={r}").json()["numberMatched"] for r in ("371500", "371502")]
    assert found == [4, 4]


def test_the_regions_are_named_by_their_code(client: TestClient) -> None:
    """The feature's id is the adcode, and so is the property."""
    (county,) = client.get("/api/v1/regions").json()["features"]
    assert county["id"] == county["properties"]["adcode"] == "371502"
    assert county["geometry"]["type"] == "MultiPolygon"


@pytest.mark.parametrize("address", ["venues", "venues/nearest?lon=116&lat=36.4", "regions", "gaps?region=371502"])
def test_geopandas_reads_it(client: TestClient, tmp_path: Path, address: str) -> None:
    """Each collection is GeoJSON that a GIS opens, venues without a position included."""
    answer = client.get(f"/api/v1/{address}")
    (tmp_path / "answer.geojson").write_bytes(answer.content)
    frame = gpd.read_file(tmp_path / "answer.geojson")
    assert len(frame) == len(answer.json()["features"]) > 0
    assert frame.crs.to_epsg() == 4326
    if address == "venues":
        assert frame.set_index("id").geometry.isna().to_dict()[venue_id("d")]


def test_links_hold_behind_a_proxy_that_is_trusted(settings: Settings, engine: Engine) -> None:
    """Host and prefix are the visitor's, and so is the scheme where the server trusts who says it."""
    del engine
    app = ProxyHeadersMiddleware(create_app(settings.model_copy(update={"root_path": "/pay"})), trusted_hosts="*")
    headers = {"host": "map.example.cn", "x-forwarded-proto": "https", "x-forwarded-for": "10.0.0.1"}
    with TestClient(app) as client:
        page = client.get("/api/v1/venues?limit=3&q=酒店&category=hotel", headers=headers).json()
        more = client.get("/api/v1/venues?limit=3", headers=headers).json()
    (own,) = page["links"]
    assert own["href"] == f"https://map.example.cn/pay/api/v1/venues?limit=3&q={quote('酒店')}&category=hotel"
    assert more["links"][1]["href"].startswith("https://map.example.cn/pay/api/v1/venues?limit=3&cursor=")


def test_readiness_names_the_version(client: TestClient) -> None:
    """Readiness says that the catalog is loaded and how many venues it holds."""
    assert client.get("/readyz").json()["venues"] == 4
    assert client.get("/healthz").text == "ok"
