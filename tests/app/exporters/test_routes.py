"""Files over HTTP: what they are called, when they are sent, and what becomes of those that nobody waits for."""

import json
import re
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.actor import SYSTEM
from app.db import make_sessions
from app.errors import Busy
from app.exporters import sending
from app.exporters.chosen import View
from app.exporters.formats import FORMATS
from app.exporters.orders import Order
from app.exporters.sending import Exports, Sending
from app.main import create_app
from app.register.changes import mark
from app.settings import Settings
from app.tables import Register
from file_readers import read_geojson
from small_register import venue_id


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_is_named_and_not_sent_twice(client: TestClient, left: Path, name: str) -> None:
    """Its name tells city, version and day, its tag the version; nothing is left on the disk."""
    answer = client.get(f"/api/v1/exports/venues.{name}")
    assert answer.headers["content-type"] == FORMATS[name].media_type
    version = client.app.state.register.catalog.version
    assert answer.headers["content-disposition"] == f'attachment; filename="paymap-liaocheng-{version}.{name}"'
    assert re.search(r"-\d{8}$", version)
    same = client.get(f"/api/v1/exports/venues.{name}", headers={"if-none-match": answer.headers["etag"]})
    assert same.status_code == 304
    assert list(left.glob("*")) == []


def test_the_filters_are_those_of_the_list(client: TestClient, tmp_path: Path) -> None:
    """The file has what the list has, whatever is asked."""
    for query in (
        "category=hotel",
        "capability=cash&status=limited",
        "q=甲",
        "bbox=115.9,36.4,116,36.5",
        "region=371502",
    ):
        listed = client.get(f"/api/v1/venues?{query}").json()
        (tmp_path / "f.geojson").write_bytes(client.get(f"/api/v1/exports/venues.geojson?{query}").content)
        assert set(read_geojson(tmp_path / "f.geojson")) == {feature["id"] for feature in listed["features"]}


def test_what_was_written_since(client: TestClient, engine: Engine, tmp_path: Path) -> None:
    """With `updated_since` the file has only what was written later."""
    moment = client.get("/api/v1/venues").json()["features"][-1]["properties"]["updated_at"]
    with make_sessions(engine).begin() as session:
        mark(session, SYSTEM, [venue_id("c")])
    client.app.state.register.refresh()
    answer = client.get("/api/v1/exports/venues.geojson", params={"updated_since": moment.replace("Z", "+00:00")})
    (tmp_path / "f.geojson").write_bytes(answer.content)
    assert venue_id("c") in read_geojson(tmp_path / "f.geojson")


@pytest.mark.parametrize(
    ("query", "parameter"), [("limit=3", "limit"), ("status=yes", "status"), ("bbox=1", "bbox"), ("lang=fr", "lang")]
)
def test_a_bad_parameter_is_named(client: TestClient, query: str, parameter: str) -> None:
    """A file is whole, so there is no limit; what is malformed is refused as in the list."""
    answer = client.get(f"/api/v1/exports/venues.csv?{query}")
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_an_unknown_format_is_not_there(client: TestClient) -> None:
    """The problem names the formats that there are."""
    answer = client.get("/api/v1/exports/venues.pdf")
    assert answer.status_code == 404
    assert "parquet" in answer.json()["detail"]


def test_a_file_of_a_sandbox_says_so(engine: Engine, settings: Settings) -> None:
    """In its name, in its head, and in each of its rows."""
    with Session(engine) as session:
        session.execute(update(Register).values(simulated=True))
        session.commit()
    with TestClient(create_app(settings.model_copy(update={"sandbox": True}))) as client:
        answer = client.get("/api/v1/exports/venues.geojson")
    assert "-simulated.geojson" in answer.headers["content-disposition"]
    told = answer.json()
    assert told["simulated"] is True
    assert {feature["properties"]["simulated"] for feature in told["features"]} == {"yes"}


def heard(client: TestClient, order: Order, exports: Exports, send: Any = None) -> list[dict]:  # noqa: ANN401 - a callable or nothing
    """What a client that goes away at once is sent."""
    sent: list[dict] = []

    async def gone() -> dict:
        return {"type": "http.disconnect"}

    async def keep(message: dict) -> None:
        sent.append(message)

    async def answer() -> None:
        await Sending(exports, order, {})({"type": "http", "method": "GET", "headers": []}, gone, send or keep)

    client.portal.call(answer)
    return sent


@pytest.mark.parametrize("name", ["gpkg", "xlsx", "parquet"])
def test_nobody_waits_and_nothing_is_left(client: TestClient, left: Path, name: str) -> None:
    """When the client has gone, the file is not made to its end, nor kept, nor sent."""
    exports = client.app.state.exports
    sent = heard(client, Order(View(), FORMATS[name], "en"), exports)
    assert sent == []
    assert list(left.iterdir()) == []


def test_a_stream_ends_when_nobody_listens(client: TestClient) -> None:
    """The snapshot is let go of: no connection stays checked out."""
    client.app.state.register.stop()
    sent = heard(client, Order(View(), FORMATS["csv"], "en"), client.app.state.exports)
    assert not any(message.get("more_body") is False for message in sent)
    assert client.app.state.register.sessions.kw["bind"].pool.checkedout() == 0


def test_a_client_that_takes_nothing_is_let_go(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few slow ones cannot keep all others from their files."""
    import anyio  # noqa: PLC0415 - only here

    monkeypatch.setattr(sending, "SLOWEST_S", 0.05)

    async def never(message: dict) -> None:
        if message["type"] == "http.response.body":
            await anyio.sleep(60)

    exports = client.app.state.exports
    heard(client, Order(View(), FORMATS["geojson"], "en"), exports, never)
    assert client.get("/api/v1/exports/venues.geojson").status_code == 200


def test_who_waits_too_long_is_told_to_come_again(client: TestClient) -> None:
    """A few files at once; the others get a 503 that says when."""
    exports = Exports(client.app.state.register, at_once=1, patience_s=0.05)
    client.app.state.exports = exports

    async def while_another_has_the_turn() -> Any:  # noqa: ANN401 - the error
        async with exports.turn():
            with pytest.raises(Busy) as refused:
                async with exports.turn():
                    pass
        return refused.value

    assert "try again" in str(client.portal.call(while_another_has_the_turn))
    assert client.get("/api/v1/exports/venues.csv").status_code == 200


def test_a_problem_is_told_before_anything_is_sent(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the turn never comes, the answer is a problem with Retry-After, not half a file."""
    exports = Exports(client.app.state.register, at_once=1, patience_s=0.0)
    monkeypatch.setattr(exports, "turn", _refusing)
    client.app.state.exports = exports
    answer = client.get("/api/v1/exports/venues.csv")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.headers["retry-after"]
    assert json.loads(answer.content)["status"] == 503


def _refusing() -> Any:  # noqa: ANN401 - stands in for a context manager
    raise Busy("others are taking files")
