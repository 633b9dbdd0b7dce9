"""No address that writes, and no page of the staff, is open to anybody by an oversight."""

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Route
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from staff import sign_in, token

PUBLIC = {
    ("POST", "/console/sign-in"),
    ("POST", "/console/reset/{secret}"),
    ("GET", "/console/sign-in"),
    ("GET", "/console/reset/{secret}"),
    ("GET", "/console/oidc/start"),
    ("GET", "/console/oidc/back"),
}
"""What is open on purpose, each with a guard of its own: the origin, the link's secret, the flow's secret."""
READING = {"GET", "HEAD", "OPTIONS"}
PAGE = {"accept": "text/html"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of one application over the small register."""
    from small_register import small_database  # noqa: PLC0415 - for this fixture only

    settings = Settings(var_dir=tmp_path_factory.mktemp("guarded"), _env_file=None)
    with small_database(settings), TestClient(create_app(settings), follow_redirects=False) as made:
        yield made


def addresses(client: TestClient) -> list[tuple[str, str]]:
    """Every method and path of the application that must not be open."""
    return sorted(
        (method, route.path)
        for route in flat(client.app.routes)
        for method in route.methods or ()
        if method not in {"HEAD", "OPTIONS"}
        if (method not in READING or route.path.startswith("/console")) and (method, route.path) not in PUBLIC
    )


def flat(routes: list[BaseRoute]) -> Iterator[Route | APIRoute]:
    """The routes, also those of routers that were included whole."""
    for route in routes:
        if isinstance(route, Route | APIRoute):
            yield route
        elif (router := getattr(route, "original_router", None)) is not None:
            yield from flat(router.routes)


def filled(path: str) -> str:
    """A path with something in each hole."""
    return re.sub(r"{[^}]*}", "1", path)


def test_there_is_something_to_guard(client: TestClient) -> None:
    """The walk finds addresses, and those that are public are real ones."""
    found = addresses(client)
    assert {method for method, _ in found} >= {"GET", "POST"}
    assert ("POST", "/console/people") in found
    known = {(m, r.path) for r in flat(client.app.routes) for m in r.methods or ()}
    assert known >= PUBLIC


def test_nobody_gets_in(client: TestClient) -> None:
    """A program gets 401, a reader is sent to sign in, before anything else is looked at."""
    client.cookies.clear()
    for method, path in addresses(client):
        plain = client.request(method, filled(path))
        assert plain.status_code == 401, (method, path, plain.text)
        page = client.request(method, filled(path), headers=PAGE)
        sent = page.headers.get("location", "")
        assert page.status_code == 401 or "/console/sign-in" in sent, (method, path, page.status_code)


def test_a_write_without_the_page_s_token_is_refused(client: TestClient) -> None:
    """Whoever has signed in, and whatever else is sent."""
    sign_in(client, "admin")
    for method, path in addresses(client):
        if method not in READING:
            for sent in ({}, {"data": {"csrf": "0" * 64}}, {"headers": {"x-csrf-token": "wrong"}}):
                said = client.request(method, filled(path), **sent)
                assert said.status_code == 403, (method, path, said.text)
    client.cookies.clear()


def test_a_token_to_read_writes_nowhere(client: TestClient) -> None:
    """At no address."""
    reading = token(client, "admin", ["read"])
    for method, path in addresses(client):
        if method not in READING:
            assert client.request(method, filled(path), headers=reading).status_code == 403, (method, path)
