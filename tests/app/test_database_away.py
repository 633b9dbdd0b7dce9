"""What is still answered while the database is away, and that all of it comes back by itself."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import make_url
from starlette.testclient import TestClient

from app.actor import SYSTEM
from app.db import make_engine, make_sessions
from app.main import create_app
from app.register.statements import record
from app.settings import Settings
from small_register import fill, seen, venue_id

MEMORY = [
    "/api/v1/venues",
    "/api/v1/venues?q=甲",
    "/api/v1/venues/nearest?lon=116&lat=36.4",
    f"/api/v1/venues/{venue_id('a')}",
    "/api/v1/regions",
    "/api/v1/coverage?region=371502",
    "/",
]
HISTORY = f"/api/v1/venues/{venue_id('a')}/observations"
DATABASE = [HISTORY, "/api/v1/gaps?region=371502&as_of=2026-02-01"]
PATIENCE_S = 20


@dataclass(frozen=True)
class Place:
    """A database with the small register that can be taken away and brought back."""

    url: str
    take: Callable[[], None]
    give: Callable[[], None]


@pytest.fixture(params=["sqlite", "postgis"])
def place(request: pytest.FixtureRequest) -> Place:
    """SQLite's file moves away; PostgreSQL ends every connection and lets none in."""
    url: str = request.getfixturevalue(f"migrated_{request.param}_url")
    engine = make_engine(url)
    fill(engine)
    with make_sessions(engine).begin() as session:
        record(session, [seen("a", "foreign_card", "yes", "2026-01-01", "visa")], SYSTEM)
    engine.dispose()
    if request.param == "postgis":
        cluster = request.getfixturevalue("postgis")
        return Place(url, lambda: cluster.shut(url), lambda: cluster.open(url))
    file = Path(make_url(url).database)
    return Place(url, lambda: move(file, aside(file)), lambda: move(aside(file), file))


@pytest.fixture
def client(place: Place, tmp_path: Path) -> Iterator[TestClient]:
    """An application over it that asks for changes often."""
    settings = Settings(var_dir=tmp_path / "var", database_url=place.url, poll_seconds=0.05, _env_file=None)
    with TestClient(create_app(settings)) as made:
        yield made


def aside(file: Path) -> Path:
    """Where the database goes."""
    return file.with_suffix(".away")


def move(one: Path, other: Path) -> None:
    """Move a SQLite database with the files beside it."""
    for suffix in ("", "-wal", "-shm"):
        beside = one.with_name(one.name + suffix)
        if beside.exists():
            beside.replace(other.with_name(other.name + suffix))


def wait_for(client: TestClient, state: str) -> dict:
    """What `/readyz` says once the database is in that state."""
    end = time.monotonic() + PATIENCE_S
    while (said := client.get("/readyz").json())["database"] != state:
        assert time.monotonic() < end, f"still not {state}: {said}"
        time.sleep(0.02)
    return said


def forget_connections(client: TestClient) -> None:
    """A file that was moved stays readable through the connections that are open, so they are closed."""
    client.app.state.register.sessions.kw["bind"].dispose()


def test_reads_go_on_from_memory_and_all_comes_back(client: TestClient, place: Place) -> None:
    """Memory answers with a warning, what needs the database says 503 and when to ask again, then all is well."""
    for address in (*MEMORY, *DATABASE[:1]):
        assert client.get(address).status_code == 200
        assert "warning" not in client.get(address).headers
    place.take()
    forget_connections(client)
    said = wait_for(client, "away")
    assert said["ready"] is True
    assert said["database_away_since"]
    for address in MEMORY:
        answer = client.get(address)
        assert (answer.status_code, answer.headers["warning"][:4]) == (200, "110 ")
    for address in DATABASE:
        answer = client.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert answer.headers["retry-after"].isdigit()
    place.give()
    assert wait_for(client, "ok")["database_away_since"] is None
    for address in (*MEMORY, *DATABASE):
        assert (client.get(address).status_code, "warning" in client.get(address).headers) == (200, False)


def test_nobody_need_have_asked_before(client: TestClient, place: Place) -> None:
    """What a worker has not answered yet, it answers from memory too: pages, figures and maps of any capability."""
    end = time.monotonic() + PATIENCE_S
    while not client.app.state.register._towns:  # noqa: SLF001 - nothing else tells that the frames have been read
        assert time.monotonic() < end
        time.sleep(0.02)
    place.take()
    forget_connections(client)
    wait_for(client, "away")
    here = "region=371502&capability=cash"
    pages = ("/maps/venues", f"/maps/coverage?{here}", f"/v/{venue_id('a')}")
    for address in (*MEMORY, *pages, f"/api/v1/coverage?{here}"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["warning"][:4]) == (200, "110 "), address


def test_what_the_database_missed_is_read_when_it_is_back(client: TestClient, place: Place) -> None:
    """A statement that is written after the return is served, without a restart."""
    place.take()
    forget_connections(client)
    wait_for(client, "away")
    place.give()
    wait_for(client, "ok")
    engine = make_engine(place.url)
    with make_sessions(engine).begin() as session:
        record(session, [seen("b", "cash", "yes", "2026-01-02")], SYSTEM)
    engine.dispose()
    end = time.monotonic() + PATIENCE_S
    while not client.get("/api/v1/venues?capability=cash&status=yes").json()["numberMatched"]:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_before_the_register_is_loaded_nothing_is_claimed(place: Place, tmp_path: Path) -> None:
    """Data, pages of data and readiness are 503; the process is alive."""
    settings = Settings(var_dir=tmp_path / "var", database_url=place.url, _env_file=None)
    early = TestClient(create_app(settings))  # without its lifespan, nothing is loaded
    assert early.get("/healthz").text == "ok"
    assert (early.get("/readyz").status_code, early.get("/readyz").json()) == (503, {"ready": False})
    for address in (*(a for a in MEMORY if a != "/"), *DATABASE):
        answer = early.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert "retry-after" in answer.headers


def test_a_lost_database_is_told_once(client: TestClient, place: Place, caplog: pytest.LogCaptureFixture) -> None:
    """Not every half second."""
    with caplog.at_level(logging.WARNING, "paymap"):
        place.take()
        forget_connections(client)
        wait_for(client, "away")
        time.sleep(0.3)
    assert len([r for r in caplog.records if "does not answer" in r.getMessage()]) == 1
    place.give()
