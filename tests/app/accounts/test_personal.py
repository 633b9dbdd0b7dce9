"""Answers that depend on who asks are never kept, nor given to others."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app.accounts.asking import asker
from app.answers import headers
from app.main import create_app
from app.settings import Settings
from staff import sign_in, token

ADDRESS = "/api/v1/venues/mine"


def mine(request: Request) -> Response:
    """A careless answer: personal, at an address that is kept, with the tag of the register."""
    who = asker(request)
    said = headers(request.app.state.register)
    return JSONResponse({"who": who.actor.name if who else None}, headers=said)


@pytest.fixture
def client(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    """An application with the careless address."""
    del engine
    app = create_app(settings.model_copy(update={"poll_seconds": 60}))
    app.router.routes.insert(0, Route(ADDRESS, mine))
    with TestClient(app) as made:
        yield made


def test_nobody_gets_what_somebody_was_told(client: TestClient) -> None:
    """Asked again and again by one, then by nobody and by another: each hears of themselves."""
    sign_in(client, "admin")
    assert [client.get(ADDRESS).json()["who"] for _ in range(3)] == ["admin"] * 3
    client.cookies.clear()
    assert [client.get(ADDRESS).json()["who"] for _ in range(3)] == [None] * 3
    assert client.get(ADDRESS, headers=token(client, "regulator")).json()["who"] == "regulator"


def test_what_is_the_same_for_all_is_still_kept(client: TestClient) -> None:
    """A public answer does not ask who asks, and is the same for whoever has signed in."""
    before = client.get("/api/v1/venues")
    sign_in(client, "admin")
    after = client.get("/api/v1/venues")
    assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])
    assert after.headers["cache-control"] == "no-cache"
