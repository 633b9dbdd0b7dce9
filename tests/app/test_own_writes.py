"""Whoever wrote sees it at once, whichever worker answers."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient

from app.actor import SYSTEM
from app.db import make_sessions
from app.main import create_app
from app.own_writes import cookie, told
from app.register.changes import latest
from app.register.statements import record
from app.settings import Settings
from small_register import seen, venue_id

STATUS = f"/api/v1/venues/{venue_id('a')}"


def status(client: TestClient, **cookies: str) -> str | None:
    """What a worker says of foreign cards at venue A."""
    sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
    said = client.get(STATUS, headers={"cookie": sent} if sent else {}).json()["properties"]["capabilities"]
    return said.get("foreign_card", {}).get("status")


@pytest.fixture
def workers(engine: Engine, settings: Settings) -> Iterator[list[TestClient]]:
    """Two workers that ask for changes once a minute; the first has an address that writes."""
    slow = settings.model_copy(update={"poll_seconds": 60})

    def write(_request: Request) -> Response:
        with make_sessions(engine).begin() as session:
            record(session, [seen("a", "foreign_card", "yes", "2026-01-01", "visa")], SYSTEM)
            change = latest(session)
        return told(PlainTextResponse("written"), change, slow)

    def worker(prepare: Callable[[FastAPI], None]) -> FastAPI:
        app = create_app(slow)
        prepare(app)
        return app

    with ExitStack() as stack:
        writing = worker(lambda app: app.router.add_route("/write", write, ["POST"]))
        apps = (writing, worker(lambda _app: None))
        yield [stack.enter_context(TestClient(app)) for app in apps]


def test_the_writer_sees_it_in_the_next_request(workers: list[TestClient], settings: Settings) -> None:
    """A worker that has not asked for changes yet does so for the one who made one, and for nobody before."""
    change = workers[0].post("/write").cookies[cookie(settings)]
    assert status(workers[1]) is None
    assert status(workers[1], **{cookie(settings): change}) == "yes"


@pytest.mark.parametrize("said", ["", "-1", "x", "9" * 30, "1; ; =", "²"])
def test_a_cookie_that_nobody_gave_changes_nothing(workers: list[TestClient], settings: Settings, said: str) -> None:
    """The answer is the one that everybody gets."""
    assert workers[1].get(STATUS, headers={"cookie": f"{cookie(settings)}={said}".encode()}).status_code == 200


def test_the_cookie_is_no_script_s_and_no_other_site_s(workers: list[TestClient], settings: Settings) -> None:
    """It is sent to this register only, and the sandbox has its own."""
    said = workers[0].post("/write").headers["set-cookie"].lower()
    assert {"httponly", "samesite=lax", "path=/"} <= {part.strip() for part in said.split(";")}
    assert cookie(settings) != cookie(settings.for_sandbox())
