"""Who asks, and which writes are trusted."""

from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, update
from starlette.testclient import TestClient

from app.accounts import sign_ins
from app.accounts.secret import digest
from app.main import create_app
from app.settings import Settings
from app.tables import Account, ApiToken, AuditLine, SignIn
from app.tables.base import now
from app.tables.change import Register
from staff import sign_in, token, with_addresses

READ, WRITE, PERSON = "/api/v1/read", "/api/v1/write", "/api/v1/person"


def lines(client: TestClient, action: str) -> list[AuditLine]:
    """The lines of the trail about an action."""
    with client.app.state.sessions() as session:
        return list(session.scalars(select(AuditLine).where(AuditLine.action == action)))


def change(client: TestClient, table: type, **values: object) -> None:
    """Set columns of every row of a table."""
    with client.app.state.sessions.begin() as session:
        session.execute(update(table).values(**values))


def refuse_writes(engine: Engine) -> None:
    """Make a database read-only for every connection to come."""
    engine.dispose()
    sqlite = engine.dialect.name == "sqlite"

    @event.listens_for(engine, "connect")
    def refuse(connection: Any, _record: object) -> None:  # noqa: ANN401 - either driver's
        sentence = "PRAGMA query_only = 1" if sqlite else "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
        connection.cursor().execute(sentence)
        if not sqlite:
            connection.commit()


def test_nobody_is_told_how_to_come_in(client: TestClient) -> None:
    """A program gets 401 and the scheme, a reader the sign-in page that leads back."""
    plain = client.get(READ)
    assert (plain.status_code, plain.headers["www-authenticate"]) == (401, 'Bearer realm="paymap"')
    page = client.get("/console/trail?by=x", headers={"accept": "text/html"})
    assert page.status_code == HTTPStatus.SEE_OTHER
    assert page.headers["location"] == "/console/sign-in?next=%2Fconsole%2Ftrail%3Fby%3Dx"
    assert client.post(WRITE).status_code == 401


def test_a_sign_in_reads_and_writes(client: TestClient) -> None:
    """The cookie tells who; with the token of its pages it writes, by header or by form."""
    guard = sign_in(client, "bank", institution="boc")
    assert client.get(READ).json() == {"who": "bank-boc", "role": "bank"}
    assert client.post(WRITE, headers=guard).json() == {"who": "bank-boc"}
    assert client.post(WRITE, data={"csrf": guard["x-csrf-token"]}).status_code == 200
    assert client.post(WRITE, files={"csrf": (None, guard["x-csrf-token"])}).status_code == 200
    assert len(lines(client, "test")) == 3


@pytest.mark.parametrize("sent", [{}, {"data": {"csrf": "0" * 64}}, {"headers": {"x-csrf-token": ""}},
                                  {"json": {"csrf": "x"}}, {"files": {"csrf": ("f.txt", b"x")}},
                                  {"headers": {"x-csrf-token": "é".encode()}}])  # fmt: skip
def test_a_write_without_the_page_s_token_is_refused(client: TestClient, sent: dict) -> None:
    """Nothing is written, and a line says who sent it."""
    sign_in(client, "admin")
    assert client.post(WRITE, **sent).status_code == 403
    assert lines(client, "test") == []
    assert [(line.by, line.outcome) for line in lines(client, "write")] == [("admin", "refused")]


def test_another_s_token_does_not_fit(client: TestClient) -> None:
    """The token of a page is that of one sign-in, not of a person nor of everybody."""
    before = sign_in(client, "admin")
    sign_in(client, "admin")
    assert client.post(WRITE, headers=before).status_code == 403


@pytest.mark.parametrize("sign", [{"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://testserver.evil.example"},
                                  {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}])  # fmt: skip
def test_another_site_s_page_is_refused(client: TestClient, sign: dict[str, str]) -> None:
    """Even with a token that is right."""
    guard = sign_in(client, "admin")
    assert client.post(WRITE, headers=guard | sign).status_code == 403
    assert client.post(WRITE, headers=guard | {"origin": "http://testserver"}).status_code == 200
    assert client.post("/console/sign-in", data={"login": "admin"}, headers=sign).status_code == 403


def test_another_site_is_not_let_in_by_the_browser(client: TestClient) -> None:
    """A preflight for a write or with credentials is not granted, and a personal answer names no origin."""
    asked = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    assert "access-control-allow-origin" not in client.options(WRITE, headers=asked).headers
    sign_in(client, "admin")
    said = client.get(READ, headers={"origin": "https://evil.example"}).headers
    assert not [name for name in said if name.startswith("access-control")]
    assert client.get("/api/v1/venues").headers["access-control-allow-origin"] == "*"


def test_an_answer_to_somebody_is_kept_by_nobody(client: TestClient) -> None:
    """Also the refusal of nobody: what depends on who asks says so to every cache."""
    refused = client.get(READ)
    sign_in(client, "admin")
    for said in (refused, client.get(READ)):
        assert said.headers["cache-control"] == "no-store"
        assert "cookie" in said.headers["vary"].lower()
    page = client.get("/console/people")
    assert page.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("over", [
    (SignIn, {"expires_at": now() - timedelta(seconds=1)}), (SignIn, {"revoked_at": now()}),
    (Account, {"active": False}), (SignIn, {"token_hash": "0" * 64}),
])  # fmt: skip
def test_a_sign_in_that_is_over_is_nobody(client: TestClient, over: tuple[type, dict]) -> None:
    """Expired, ended, of somebody put out, or unknown."""
    guard = sign_in(client, "admin")
    change(client, over[0], **over[1])
    assert client.get(READ).status_code == 401
    assert client.post(WRITE, headers=guard).status_code == 401


@pytest.mark.parametrize("secret", ["", "x", "a" * 43, "é" * 43, "a" * 5000, "' OR 1=1 --"])
def test_a_made_up_cookie_is_nobody(client: TestClient, settings: Settings, secret: str) -> None:
    """Whatever stands in it."""
    cookie = f"{sign_ins.cookie(settings)}={secret}".encode()
    assert client.get(READ, headers={"cookie": cookie}).status_code == 401


def test_the_database_holds_no_secret(client: TestClient) -> None:
    """Neither cookies nor tokens: only what they hash to."""
    sign_in(client, "admin")
    bearer = token(client, "admin")["authorization"].removeprefix("Bearer ")
    with client.app.state.sessions() as session:
        kept = {session.scalars(select(SignIn.token_hash)).one(), session.scalars(select(ApiToken.token_hash)).one()}
    assert kept == {digest(client.cookies["paymap_session"]), digest(bearer)}


def test_a_token_may_what_it_is_for(client: TestClient) -> None:
    """Reading and writing without a cookie and without the token of a page; never passwords, sign-ins, tokens."""
    both, reading = token(client, "county", region="371502"), token(client, "county", ["read"], region="371502")
    assert client.get(READ, headers=reading).json()["role"] == "county"
    assert client.post(WRITE, headers=both).status_code == 200
    refused = client.post(WRITE, headers=reading)
    assert (refused.status_code, "scope write" in refused.json()["detail"]) == (403, True)
    assert client.get(READ, headers=token(client, "county", ["write"], region="371502")).status_code == 403
    assert client.get(PERSON, headers=both).status_code == 403
    assert client.get("/console/me", headers=both).status_code == 403


@pytest.mark.parametrize("over", [
    (ApiToken, {"expires_at": now() - timedelta(seconds=1)}), (ApiToken, {"revoked_at": now()}),
    (Account, {"active": False}),
])  # fmt: skip
def test_a_token_that_is_over_is_nobody(client: TestClient, over: tuple[type, dict]) -> None:
    """Expired, revoked, or of somebody put out."""
    bearer = token(client, "admin")
    change(client, over[0], **over[1])
    assert client.get(READ, headers=bearer).status_code == 401


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer pm_x", "Basic YTpi", "Bearer pm_" + "a" * 43, "Bearer \xff"])
def test_a_bad_token_does_not_fall_back_to_the_cookie(client: TestClient, said: str) -> None:
    """Who sends a token means the token."""
    sign_in(client, "admin")
    assert client.get(READ, headers={"authorization": said.encode("latin-1")}).status_code == 401


def test_the_sandbox_s_people_are_not_the_real_one_s(client: TestClient, settings: Settings) -> None:
    """Another cookie on another path: neither lets into the other, and the real one has nobody."""
    there = settings.for_sandbox()
    assert sign_ins.cookie(settings) != sign_ins.cookie(there)
    assert (settings.root_path, there.root_path) == ("", "/demo")
    with client.app.state.sessions() as session:
        assert session.scalars(select(Account)).all() == []
        assert session.get_one(Register, 1).simulated is False


def test_a_database_that_is_away_is_503(client: TestClient, settings: Settings) -> None:
    """Who asks cannot be known then: no traceback, and nobody is let in."""
    guard = sign_in(client, "admin")
    file = Path(settings.var_dir) / "paymap.sqlite"
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).rename(file.with_name(file.name + suffix + ".away"))
    client.app.state.sessions.kw["bind"].dispose()
    for said in (client.get(READ), client.post(WRITE, headers=guard)):
        assert (said.status_code, said.headers["retry-after"]) == (503, "5")


def test_a_database_that_takes_no_writes_is_503(migrated_url: str, tmp_path: Path) -> None:
    """A replica, or a full disk: reading goes on, a write says so without a traceback."""
    settings = Settings(var_dir=tmp_path, database_url=migrated_url, _env_file=None)
    app = with_addresses(create_app(settings))
    client = TestClient(app)
    guard = sign_in(client, "admin")
    engine = app.state.sessions.kw["bind"]
    refuse_writes(engine)
    assert client.get(READ).status_code == 200
    said = client.post(WRITE, headers=guard)
    assert (said.status_code, "takes no writes" in said.json()["detail"]) == (503, True)
    page = client.post("/console/sign-in", data={"login": "a", "password": "b"}, headers={"accept": "text/html"})
    assert page.status_code == 503
    engine.dispose()
