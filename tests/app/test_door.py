"""What is answered at the door is what the ordinary way answers, to the byte."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from http import HTTPStatus
from random import Random

import pytest
from httpx2 import Response
from sqlalchemy import Engine
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from app.actor import SYSTEM
from app.db import make_sessions
from app.door import Door
from app.main import create_app
from app.own_writes import cookie
from app.register.statements import record
from app.settings import Settings
from plain_way import without_door
from small_register import seen, small_database

PLACES = ("/api/v1/venues", "/api/v1/venues/nearest", "/tiles/venues/8/210/100.mvt", "/tiles/venues/10/0/0.mvt")
VALUES = {
    "bbox": ("115.9,36.4,116.1,36.6", "115.9,36.4,115.955,36.5", "1,1,2,2", "2,2,1,1", "115.9, 36.4 ,116.1,36.6"),
    "lon": ("116", "115.95", "190", "36.4", ""),
    "lat": ("36.4", "36.45", "116", "x"),
    "limit": ("1", "2", "100", "1001", "0", "1.5"),
    "lang": ("zh", "en", "fr"),
    "capability": ("foreign_card", "cash", "credit"),
    "status": ("yes", "unknown", "yes,limited", ",", "no"),
    "scheme": ("visa", "visa,jcb"),
    "category": ("hotel", "hotel,mall", "castle"),
    "region": ("371502", "371500,371502", "1"),
    "q": ("酒店", "%E7%94%B2", "a+b", "甲 酒店"),
    "open_at": ("now", "2026-11-23T14:00:00+08:00"),
    "max_distance_m": ("900", "1e6"),
    "updated_since": ("2020-01-01", "2026-11-23T14:00:00+08:00"),
    "cursor": ("zzz",),
    "fbclid": ("1",),
}
ALWAYS = {PLACES[1]: ("lon", "lat")}
HEADERS = (
    {"accept-encoding": "identity"},
    {"accept-encoding": "identity", "if-none-match": "*"},
    {"accept-encoding": "identity", "if-none-match": '"other", W/"one"'},
    {"accept-encoding": "identity", "host": "pay.example:8080"},
    {"accept-encoding": "identity", "host": "a b"},
    {"accept-encoding": "identity", "accept": "text/html"},
    {"accept-encoding": "identity", "origin": "https://elsewhere.example"},
    {"accept-encoding": "identity", "authorization": "Bearer unknown"},
    {"accept-encoding": "identity", "cookie": "session=unknown; paymap_change=x"},
    {"accept-encoding": "gzip;q=0"},
    {"accept-encoding": "gzip"},
)
Ways = tuple[TestClient, TestClient]


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ways]:
    """One register with a door before it, and without one."""
    settings = Settings(var_dir=tmp_path_factory.mktemp("door"), _env_file=None)
    with small_database(settings) as engine, make_sessions(engine).begin() as session:
        record(session, [seen("a", "foreign_card", "yes", "2026-01-01", "visa")], SYSTEM)
    with ExitStack() as stack:
        plain = stack.enter_context(TestClient(without_door(create_app(settings))))
        yield stack.enter_context(TestClient(create_app(settings))), plain


class Behind:
    """ASGI middleware behind the door that counts what comes through."""

    seen = 0

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count, and pass on."""
        Behind.seen += scope["type"] == "http"
        await self.app(scope, receive, send)


@pytest.fixture
def behind(engine: Engine, settings: Settings) -> Iterator[Callable[..., int]]:
    """How many requests come through the door when an address is asked for."""
    assert engine
    app = create_app(settings)
    at = next(n for n, layer in enumerate(app.user_middleware) if layer.cls is Door)
    app.user_middleware.insert(at + 1, Middleware(Behind))
    with TestClient(app) as client:

        def came_through(address: str, method: str = "GET", **headers: str) -> int:
            before = Behind.seen
            client.request(method, address, headers={"accept-encoding": "identity", **headers})
            return Behind.seen - before

        yield came_through


def questions(count: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Addresses with headers, at random but the same each time: most make sense, some do not."""
    rng = Random(3)  # noqa: S311 - nothing secret
    for _ in range(count):
        place = rng.choice(PLACES)
        names = [*ALWAYS.get(place, ()), *rng.sample(sorted(VALUES), rng.choice((0, 1, 1, 2, 3)))]
        said = "&".join(f"{name}={rng.choice(VALUES[name][: rng.choice((2, 9))])}" for name in names)
        yield f"{place}?{said}", rng.choice(HEADERS)


def shown(answer: Response) -> tuple[int, list[tuple[str, str]], bytes]:
    """All that a client sees of an answer; but a 304 for an answer that is kept says `vary`, and another does not."""
    skipped = "vary" if answer.status_code == HTTPStatus.NOT_MODIFIED else ""
    return (
        answer.status_code,
        [header for header in answer.headers.multi_items() if header[0] != skipped],
        answer.content,
    )


def test_both_ways_give_the_same(ways: Ways) -> None:
    """Status, headers in their order and body are the same for a thousand questions, right and wrong ones."""
    statuses = set()
    for address, headers in questions(1_000):
        at_the_door, plain = (client.get(address, headers=headers) for client in ways)
        assert shown(at_the_door) == shown(plain), (address, headers)
        statuses.add(plain.status_code)
    assert statuses == {200, 204, 304, 400}


def test_both_ways_know_what_the_client_has(ways: Ways) -> None:
    """An answer's own tag gives 304 on either way, with the same headers."""
    address = f"{PLACES[1]}?lon=116&lat=36.4"
    tag = ways[1].get(address).headers["etag"]
    asked = {"accept-encoding": "identity", "if-none-match": tag}
    at_the_door, plain = (client.get(address, headers=asked) for client in ways)
    assert plain.status_code == 304
    assert shown(at_the_door) == shown(plain)


def test_both_ways_say_how_old_answers_are(ways: Ways, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the database is away, both answer from memory with the same warning."""
    for client in ways:
        monkeypatch.setattr(client.app.state.register, "unreachable_since", datetime(2026, 11, 23, tzinfo=UTC))
    at_the_door, plain = (client.get(PLACES[0], headers={"accept-encoding": "identity"}) for client in ways)
    assert "2026-11-23" in plain.headers["warning"]
    assert shown(at_the_door) == shown(plain)


@pytest.mark.parametrize("path", ["/pay/api/v1/venues", "/api/v1/venues"])
def test_both_ways_link_below_a_prefix(engine: Engine, settings: Settings, path: str) -> None:
    """Below a path of its own, whether or not the proxy took it off, both give the same links."""
    assert engine
    below = settings.model_copy(update={"root_path": "/pay"})
    with TestClient(create_app(below)) as door, TestClient(without_door(create_app(below))) as plain:
        asked = {"headers": {"accept-encoding": "identity"}}
        assert shown(door.get(f"{path}?limit=2", **asked)) == shown(plain.get(f"{path}?limit=2", **asked))
        assert "/pay/api/v1/venues?" in plain.get(f"{path}?limit=2").text


@pytest.mark.parametrize("address", ["/api/v1/venues?bbox=115.9,36.4,116.1,36.6", "/api/v1/venues?limit=2&lang=en"])
def test_plain_questions_are_answered_at_the_door(behind: Callable[..., int], address: str) -> None:
    """Nothing behind the door hears of them."""
    assert behind(address) == 0


def test_the_nearest_are_answered_at_the_door_once_their_tree_is_grown(behind: Callable[..., int]) -> None:
    """The first such question grows it, in a thread, and takes the ordinary way."""
    address = "/api/v1/venues/nearest?lon=116&lat=36.4&category=hotel"
    assert [behind(address), behind(address)] == [1, 0]


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("/api/v1/venues", {"method": "HEAD"}),
        ("/api/v1/venues", {"method": "OPTIONS"}),
        ("/api/v1/venues", {"accept-encoding": "gzip, br"}),
        ("/api/v1/venues?limit=1001", {}),
        ("/api/v1/venues?q=酒店", {}),
        ("/api/v1/venues?open_at=now", {}),
        ("/api/v1/venues?limit=x", {}),
        ("/api/v1/venues/", {}),
        (f"/api/v1/venues?limit={'0' * 8_000}1", {}),
    ],
)
def test_the_rest_goes_on(behind: Callable[..., int], address: str, asked: dict[str, str]) -> None:
    """Another method, an answer to compress, one that takes a thread, anything wrong."""
    assert behind(address, **asked) == 1


def test_the_door_waits_for_one_s_own_write(engine: Engine, settings: Settings) -> None:
    """Whoever wrote is answered at the door with the change that the cookie names, though nobody asked for it yet."""
    slow = settings.model_copy(update={"poll_seconds": 60})
    with TestClient(create_app(slow)) as client:
        with make_sessions(engine).begin() as session:
            record(session, [seen("a", "foreign_card", "yes", "2026-01-01", "visa")], SYSTEM)
        address, asked = "/api/v1/venues?capability=foreign_card", {"accept-encoding": "identity"}
        assert client.get(address, headers=asked).json()["numberMatched"] == 0
        own = {**asked, "cookie": f"{cookie(slow)}=1"}
        assert client.get(address, headers=own).json()["numberMatched"] == 1
