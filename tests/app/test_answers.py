"""What every answer carries: a tag, how long it holds, who may read it."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from app import answers
from app.actor import SYSTEM
from app.db import make_sessions
from app.headers import SECURITY_HEADERS
from app.main import create_app
from app.register.statements import record
from app.settings import Settings
from app.tables import Venue
from small_register import seen, small_database, venue_id

READ = [
    "/api/v1/venues",
    "/api/v1/venues/nearest?lon=116&lat=36.4",
    f"/api/v1/venues/{venue_id('a')}",
    f"/api/v1/venues/{venue_id('a')}/observations",
    "/api/v1/regions",
    "/api/v1/vocabulary",
    "/api/v1/coverage?region=371502",
    "/api/v1/gaps?region=371502",
]
OTHERS = ["/", "/guide", "/docs", "/openapi.json", "/healthz", "/readyz", "/static/css/tokens.css", "/static/nothing"]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of an application over the small register; A is always open."""
    settings = Settings(var_dir=tmp_path_factory.mktemp("answers"), _env_file=None)
    with small_database(settings) as engine, make_sessions(engine).begin() as session:
        session.get_one(Venue, venue_id("a")).opening_hours = "24/7"
        record(session, [seen("a", "foreign_card", "yes", "2026-01-01", "visa")], SYSTEM)
    with TestClient(create_app(settings)) as made:
        yield made


@pytest.mark.parametrize("address", READ)
def test_what_the_client_has_is_not_sent_again(client: TestClient, address: str) -> None:
    """Its tag, weak or strong, alone, in a list, or `*`, brings 304 with the tag and no body."""
    tag = client.get(address).headers["etag"]
    strong = tag.removeprefix("W/")
    for told in (tag, strong, f'"other", {tag}', f'W/{strong} , W/"x"', "*"):
        again = client.get(address, headers={"if-none-match": told})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    for told in ('"other"', strong.strip('"'), '""'):
        assert client.get(address, headers={"if-none-match": told}).status_code == 200


@pytest.mark.parametrize(
    "address", ["/api/v1/venues?limit=0", "/api/v1/venues/nowhere", "/api/v1/coverage?region=1", "/api/v1/regions?a=b"]
)
def test_a_wrong_question_is_refused_whatever_the_client_has(client: TestClient, address: str) -> None:
    """304 says that the answer is the same; a question without an answer has none."""
    assert client.get(address, headers={"if-none-match": "*"}).status_code in {400, 404}


def test_an_answer_about_now_holds_five_minutes(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within them the client's answer is the newest; after them it is asked anew. A named time has no clock."""
    now = datetime(2026, 11, 24, 6, 3, tzinfo=UTC)

    monkeypatch.setattr(answers, "time", lambda: now.timestamp())  # noqa: PLW0108 - `now` moves on below
    asked = "/api/v1/venues?open_at=now"
    first = client.get(asked)
    assert [f["id"] for f in first.json()["features"]] == [venue_id("a")]
    assert first.json()["features"][0]["properties"]["open_now"] is True
    has = {"if-none-match": first.headers["etag"]}
    assert client.get(asked, headers=has).status_code == 304
    now += timedelta(minutes=1, seconds=59)
    assert client.get(asked, headers=has).status_code == 304
    now += timedelta(seconds=1)
    assert client.get(asked, headers=has).status_code == 200
    named = "/api/v1/venues?open_at=2026-11-24T14:00"
    assert client.get(named).headers["etag"] == client.get("/api/v1/venues").headers["etag"]


@pytest.mark.parametrize("address", [*READ, *OTHERS])
def test_head_is_get_without_the_body(client: TestClient, address: str) -> None:
    """The same status and headers, and nothing after them."""
    got, headed = client.get(address), client.head(address)
    assert (headed.status_code, headed.content) == (got.status_code, b"")
    assert headed.headers["content-length"] == got.headers["content-length"] or "content-encoding" in got.headers
    assert headed.headers["content-type"] == got.headers["content-type"]


@pytest.mark.parametrize("address", [*READ, *OTHERS])
def test_a_wrong_method_is_a_problem(client: TestClient, address: str) -> None:
    """It names the methods that are allowed."""
    answer = client.delete(address)
    assert answer.status_code == 405 or "nothing" in address
    assert answer.headers["content-type"] == "application/problem+json"
    assert "GET" in answer.headers.get("allow", "")


@pytest.mark.parametrize("address", [*READ, *OTHERS, "/api/v1/nowhere", "/api/v1/venues?x=y"])
def test_every_answer_has_the_security_headers(client: TestClient, address: str) -> None:
    """Data, pages, files and refusals alike."""
    assert set(SECURITY_HEADERS) <= set(client.get(address).headers)


def test_a_long_address_is_refused(client: TestClient) -> None:
    """Before anything looks at it."""
    answer = client.get(f"/api/v1/venues?q={'a' * 9000}")
    assert (answer.status_code, answer.headers["content-type"]) == (414, "application/problem+json")
    assert set(SECURITY_HEADERS) <= set(answer.headers)


def test_any_site_may_read_the_data_and_no_page(client: TestClient) -> None:
    """Open data without credentials; pages, and writing, stay with this site."""
    for address in (*READ, "/api/v1/venues?x=y", "/api/v1/nowhere"):
        headers = client.get(address, headers={"origin": "https://example.org"}).headers
        assert headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in headers
    for address in OTHERS:
        assert "access-control-allow-origin" not in client.get(address).headers
    assert "access-control-allow-origin" not in client.post("/api/v1/venues").headers


def test_a_browser_may_ask_before_it_reads(client: TestClient) -> None:
    """A preflight for reading is granted, one for writing is not."""
    asked = {"origin": "https://example.org", "access-control-request-headers": "if-none-match"}
    read = client.options("/api/v1/venues", headers={**asked, "access-control-request-method": "GET"})
    assert (read.status_code, read.headers["access-control-allow-methods"]) == (204, "GET, HEAD")
    write = client.options("/api/v1/venues", headers={**asked, "access-control-request-method": "POST"})
    assert write.status_code == 405


def test_a_large_answer_is_compressed_for_those_who_can_read_it(client: TestClient) -> None:
    """The tag is the same with and without, for it is weak."""
    packed = client.get("/api/v1/venues", headers={"accept-encoding": "gzip"})
    plain = client.get("/api/v1/venues", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert packed.headers["etag"] == plain.headers["etag"]
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert int(packed.headers["content-length"]) < len(gzip.compress(plain.content, 1)) * 1.1


def test_nobody_but_the_server_says_where_we_are(client: TestClient) -> None:
    """Forwarded headers that no trusted proxy has vouched for do not change the links."""
    told = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "x-forwarded-prefix": "/evil"}
    page = client.get("/api/v1/venues?limit=1", headers=told).json()
    assert all(link["href"].startswith("http://testserver/api/v1/venues?limit=1") for link in page["links"])
