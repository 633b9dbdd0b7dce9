"""What goes wrong becomes a problem, and tells nobody what was asked."""

import logging
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.errors import DatabaseUnavailable, PaymapError
from app.headers import SECURITY_HEADERS, SecurityHeaders
from app.problems import Refusals, on_http_error, on_paymap_error


async def broken(request: Request):
    """A mistake of ours whose words hold what the visitor asked, and so do those of its cause."""
    try:
        float(request.query_params["lon"])
    except ValueError as error:
        raise RuntimeError(f"SELECT near {request.url}") from error


async def away(_request: Request):
    """The database does not answer."""
    raise DatabaseUnavailable("the database does not answer")


async def half(_request: Request):
    """An answer that breaks in the middle."""

    async def parts() -> AsyncIterator[bytes]:
        yield b"begun"
        raise RuntimeError("lost")

    return StreamingResponse(parts())


@pytest.fixture
def client() -> TestClient:
    """The three, behind the middlewares of the application."""
    app = Starlette(
        routes=[Route("/broken", broken), Route("/away", away), Route("/half", half)],
        middleware=[Middleware(SecurityHeaders), Middleware(Refusals)],
        exception_handlers={PaymapError: on_paymap_error, HTTPException: on_http_error},
    )
    return TestClient(app)


def test_a_mistake_of_ours_says_nothing(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """The client gets a 500 problem; the log the kinds of the errors and their lines, and nobody's position."""
    with caplog.at_level(logging.DEBUG):
        answer = client.get("/broken?lon=116.123x&lat=36.456")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert set(SECURITY_HEADERS) <= set(answer.headers)
    for told in (answer.text, "".join(r.getMessage() for r in caplog.records if r.name == "paymap")):
        assert "116.123" not in told
        assert "SELECT" not in told.replace('f"SELECT', "")
    assert "Traceback" not in answer.text
    assert "RuntimeError" in caplog.text
    assert "ValueError" in caplog.text
    assert "test_problems.py" in caplog.text


def test_a_missing_database_may_come_back(client: TestClient) -> None:
    """503 says when to ask again, and no cache keeps it."""
    answer = client.get("/away")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.headers["cache-control"] == "no-store"


def test_a_half_answer_stays_half(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is appended to what has been sent; the mistake is logged."""
    assert client.get("/half").content == b"begun"
    assert "RuntimeError" in caplog.text


def test_a_wrong_method_names_the_right_ones(client: TestClient) -> None:
    """RFC 9110 wants `Allow`."""
    answer = client.post("/away")
    assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (405, {"GET", "HEAD"})
