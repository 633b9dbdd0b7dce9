"""Tiles over a real application: addresses, conditional requests, compression, and what a map program asks first."""

import gzip
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

import mvt_reader
from app.actor import SYSTEM
from app.db import make_sessions
from app.main import create_app
from app.register.statements import record
from app.settings import Settings
from app.tiles.made import Tiles
from app.tiles.routes import LAST_ZOOM
from small_register import seen, venue_id

HERE = "/tiles/venues/8/210/100.mvt"
PLAIN = {"accept-encoding": "identity"}


@pytest.fixture
def client(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    """A client of an application over the small register, in which A takes foreign cards."""
    with make_sessions(engine).begin() as session:
        record(session, [seen("a", "foreign_card", "yes", "2026-01-01", "visa")], SYSTEM)
    with TestClient(create_app(settings)) as made:
        yield made


def names(client: TestClient, address: str = HERE) -> dict[str, str]:
    """The venues of a tile: the last letter of their English name, and what is known of foreign cards."""
    spots = [spot for layer in mvt_reader.read(client.get(address).content) for spot in layer.spots]
    return {spot.properties["name_en"][-1]: spot.properties["foreign_card"] for spot in spots}


def test_a_tile_has_the_located_venues(client: TestClient) -> None:
    """Each venue with a position is in the tile with what is known of it; D, which has none, is in no tile."""
    answer = client.get(HERE)
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert names(client) == {"A": "yes", "B": "unknown", "C": "unknown"}
    assert names(client, "/tiles/venues/0/0/0.mvt") == names(client)


def test_filters_are_those_of_the_list(client: TestClient) -> None:
    """A tile has what the list has for the same parameters."""
    assert names(client, f"{HERE}?capability=foreign_card") == {"A": "yes"}
    assert names(client, f"{HERE}?category=mall,hospital") == {"B": "unknown", "C": "unknown"}
    assert names(client, f"{HERE}?q=甲") == {"A": "yes"}


def test_a_tile_without_venues_has_no_content(client: TestClient) -> None:
    """An empty tile is 204, which map programs take for empty; it can be revalidated too."""
    answer = client.get("/tiles/venues/10/0/0.mvt")
    assert (answer.status_code, answer.content) == (204, b"")
    again = client.get("/tiles/venues/10/0/0.mvt", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


def test_what_did_not_change_is_not_made_again(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the ETag of a version the answer is 304, without encoding anything; a change brings the new tile."""
    tag = client.get(HERE).headers["etag"]
    app = client.app
    app.state.tiles = Tiles(app.state.register)
    monkeypatch.setattr(app.state.tiles, "made", None)
    assert client.get(HERE, headers={"if-none-match": tag}).status_code == 304
    monkeypatch.undo()
    with app.state.register.sessions.begin() as session:
        record(session, [seen("b", "foreign_card", "no", "2026-01-02")], SYSTEM)
    app.state.register.refresh()
    assert client.get(HERE, headers={"if-none-match": tag}).status_code == 200
    assert names(client)["B"] == "no"


def test_a_tile_is_made_once_for_a_version(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second request for a tile is answered from memory, compressed or not."""
    first = [client.get(HERE, headers=asked) for asked in (PLAIN, {"accept-encoding": "gzip"})]
    monkeypatch.setattr(client.app.state.tiles, "made", None)
    again = [client.get(HERE, headers=asked) for asked in (PLAIN, {"accept-encoding": "gzip"})]
    assert first[0].content == first[1].content
    assert [answer.content for answer in again] == [answer.content for answer in first]


def test_compression_is_what_the_client_takes(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that takes gzip gets it, and the same tile; caches are told that answers differ."""
    many = client.get(HERE, headers=PLAIN).content * 20
    monkeypatch.setattr(client.app.state.tiles, "made", lambda *_: many)
    with client.app.state.register.sessions.begin() as session:
        record(session, [seen("b", "foreign_card", "no", "2026-01-02")], SYSTEM)
    client.app.state.register.refresh()
    with client.stream("GET", HERE, headers={"accept-encoding": "br, gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
    plain = client.get(HERE, headers=PLAIN)
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(raw) == plain.content
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert packed.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("address", ["10/1024/0", "10/0/1024", "10/-1/0", f"{LAST_ZOOM + 1}/0/0", "-1/0/0", "99/0/0"])
def test_a_tile_that_does_not_exist_is_404(client: TestClient, address: str) -> None:
    """A tile outside the pyramid is a problem that says which tiles there are, also to who brings an ETag."""
    tag = client.get(HERE).headers["etag"]
    answer = client.get(f"/tiles/venues/{address}.mvt", headers={"if-none-match": tag})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("ten/0/0.mvt", "z"),
        ("1.5/0/0.mvt", "z"),
        ("1/x/0.mvt", "x"),
        ("1/0/٣.mvt", "y"),
        ("1/0/12345678901.mvt", "y"),
        ("1/0/0.mvt?colour=red", "colour"),
        ("1/0/0.mvt?category=cathedral", "category"),
        ("1/0/0.mvt?bbox=1,1,2,2", "bbox"),
        ("1/0/0.mvt?status=yes", "status"),
    ],
)
def test_a_bad_tile_is_named(client: TestClient, address: str, parameter: str) -> None:
    """What is malformed or unknown is a 400 problem that names it."""
    answer = client.get(f"/tiles/venues/{address}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == parameter


def test_tilejson_leads_to_the_tiles(client: TestClient) -> None:
    """TileJSON 3 says where the city and its tiles are, and names each property that a tile has."""
    answer = client.get("/tiles/venues.json?category=hotel")
    said = answer.json()
    assert said["tilejson"] == "3.0.0"
    assert said["bounds"] == pytest.approx([115.9, 36.4, 116.1, 36.6])
    assert (said["minzoom"], said["maxzoom"]) == (0, LAST_ZOOM)
    (address,) = said["tiles"]
    assert address == "http://testserver/tiles/venues/{z}/{x}/{y}.mvt?category=hotel"
    (layer,) = said["vector_layers"]
    (spot,) = mvt_reader.read(client.get(address.format(z=10, x=841, y=400)).content)[0].spots
    assert (spot.properties["id"], layer["id"]) == (venue_id("a"), "venues")
    assert spot.properties.keys() <= layer["fields"].keys()
    assert client.get("/tiles/venues.json", headers={"if-none-match": answer.headers["etag"]}).status_code == 304


def test_tilejson_stays_under_its_prefix(engine: Engine, settings: Settings) -> None:
    """Behind a proxy that takes a prefix off, the tiles' address has it."""
    assert engine is not None
    with TestClient(create_app(settings.model_copy(update={"root_path": "/pay"})), root_path="/pay") as client:
        assert client.get("/pay/tiles/venues.json").json()["tiles"] == [
            "http://testserver/pay/tiles/venues/{z}/{x}/{y}.mvt"
        ]


def test_any_site_may_read_the_tiles(client: TestClient) -> None:
    """A map on another site may draw them."""
    assert client.get(HERE).headers["access-control-allow-origin"] == "*"
