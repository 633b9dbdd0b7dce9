"""Coming in and going out, as a browser does it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus

import pytest
from argon2 import PasswordHasher
from httpx2 import Response
from sqlalchemy import Engine, select, update
from starlette.testclient import TestClient

from app.accounts import resets, sign_ins
from app.accounts.passwords import is_old
from app.actor import SYSTEM
from app.main import create_app
from app.settings import Settings
from app.tables import Account, AuditLine, SignIn, SignInLock
from app.tables.base import now
from staff import PASSWORD, person, put_cookie, sign_in

HERE = "/console/sign-in"
ME = "/console/me"


def come_in(client: TestClient, login: str, password: str = PASSWORD, wanted: str = "", **more: str) -> Response:
    """Send the form."""
    return client.post(HERE, data={"login": login, "password": password, "next": wanted}, **more)


def trail(client: TestClient) -> list[tuple[str, str, str]]:
    """Who, what and how it ended, oldest first."""
    with client.app.state.sessions() as session:
        return [(x.by, x.action, x.outcome) for x in session.scalars(select(AuditLine).order_by(AuditLine.id))]


@pytest.fixture
def wang(client: TestClient) -> str:
    """The login of a regulator."""
    return person(client.app.state.sessions, "regulator", login="wang")


def test_one_comes_in_and_goes_out(client: TestClient, wang: str) -> None:
    """With login and password to the page that was wanted; the cookie is then worth nothing."""
    came = come_in(client, " Wang ", wanted="/console/trail?by=wang")
    assert (came.status_code, came.headers["location"]) == (HTTPStatus.SEE_OTHER, "/console/trail?by=wang")
    said = {part.strip().lower() for part in came.headers["set-cookie"].split(";")}
    assert {"httponly", "samesite=lax", "path=/", "max-age=43200"} <= said
    assert "secure" not in said
    page = client.get(ME)
    csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', page.text).group(1)
    secret = client.cookies["paymap_session"]
    assert client.post("/console/sign-out").status_code == 403
    assert client.post("/console/sign-out", data={"csrf": csrf}).headers["location"] == HERE
    assert "paymap_session" not in client.cookies
    put_cookie(client, secret)
    assert client.get(ME).status_code == 401
    assert trail(client) == [(wang, "sign_in", "done"), (wang, "write", "refused"), (wang, "sign_out", "done")]


def test_by_https_the_cookie_stays_on_https(engine: Engine, settings: Settings) -> None:
    """It is marked so; below a prefix it is sent below that prefix only."""
    del engine
    below = settings.model_copy(update={"root_path": "/paymap"})
    with TestClient(create_app(below), base_url="https://city.example/paymap", follow_redirects=False) as client:
        person(client.app.state.sessions, "admin")
        came = client.post("/console/sign-in", data={"login": "admin", "password": PASSWORD})
        assert {"secure", "path=/paymap"} <= {part.strip().lower() for part in came.headers["set-cookie"].split(";")}
        assert came.headers["location"] == "/paymap/console"


def test_a_session_cannot_be_planted(client: TestClient, wang: str) -> None:
    """A cookie that somebody else put there is replaced, and the sign-in that it named ends."""
    put_cookie(client, "a" * 43)
    come_in(client, wang)
    assert client.cookies["paymap_session"] != "a" * 43
    before = client.cookies["paymap_session"]
    come_in(client, wang)
    after = client.cookies["paymap_session"]
    assert before != after
    put_cookie(client, before)
    assert client.get(ME).status_code == 401


@pytest.mark.parametrize("wanted", [
    "https://evil.example/console", "//evil.example/console", "/\\evil.example/console", "/console/../demo", "",
    "/consolex", "javascript:alert(1)", "/console\r\nset-cookie: a=b", "/console//evil.example", "console", "/v/1",
    "/console\t/x", "https:/console", "/console@evil.example", "/demo/console", "\x00/console",
])  # fmt: skip
def test_one_is_not_sent_elsewhere(client: TestClient, wang: str, wanted: str) -> None:
    """Only to a page of the staff of this very instance."""
    assert come_in(client, wang, wanted=wanted).headers["location"] == "/console"
    assert client.get(HERE, params={"next": wanted}).headers["location"] == "/console"


@pytest.mark.parametrize("wanted", ["/console", "/console/people/1", "/console/venues?q=聊城&bbox=115,36,116,37"])
def test_one_is_sent_back(client: TestClient, wang: str, wanted: str) -> None:
    """To any page of the staff, with its query."""
    location = come_in(client, wang, wanted=wanted).headers["location"]
    assert location.isascii()
    assert client.get(HERE, params={"next": wanted}).headers["location"] == location
    assert location.startswith(wanted.partition("聊")[0])


def test_a_wrong_login_and_a_wrong_password_look_alike(client: TestClient, wang: str) -> None:
    """The same status, the same page but for what was typed, the same lock after as many tries."""

    def seen(login: str, password: str) -> tuple[int, str, str | None]:
        said = come_in(client, login, password)
        text = re.sub(rf'value="{login}"', "", said.text)
        return said.status_code, re.sub(r"\d+ 秒|\d+ seconds", "", text), said.headers.get("retry-after") and "later"

    known = [seen(wang, "wrong password") for _ in range(7)]
    unknown = [seen("nobody.at.all", "wrong password") for _ in range(7)]
    assert known == unknown
    assert [status for status, *_ in known] == [403] * 5 + [429] * 2


def test_while_locked_the_right_password_waits(client: TestClient, wang: str) -> None:
    """And afterwards comes in, and the count starts anew; the trail tells the lock once."""
    for _ in range(5):
        come_in(client, wang, "wrong password")
    locked = come_in(client, wang)
    assert (locked.status_code, locked.headers["retry-after"]) == (429, "5")
    with client.app.state.sessions.begin() as session:
        session.execute(update(SignInLock).values(locked_until=now() - timedelta(seconds=1)))
    assert come_in(client, wang).status_code == HTTPStatus.SEE_OTHER
    with client.app.state.sessions() as session:
        assert session.scalars(select(SignInLock)).all() == []
    assert trail(client) == [(wang, "sign_in", "failed")] * 4 + [(wang, "sign_in", "locked"), (wang, "sign_in", "done")]


def test_what_nobody_s_login_was_is_not_written_down(client: TestClient) -> None:
    """It may be a password in the wrong field."""
    come_in(client, "my secret password", "x")
    with client.app.state.sessions() as session:
        (line,) = session.scalars(select(AuditLine))
        assert "secret" not in str(vars(line))


@pytest.mark.parametrize("change", [{"active": False}, {"password_hash": None}])
def test_who_is_put_out_or_has_no_password_stays_out(client: TestClient, wang: str, change: dict) -> None:
    """With the same words as for a wrong password."""
    with client.app.state.sessions.begin() as session:
        session.execute(update(Account).values(**change))
    assert come_in(client, wang).status_code == 403


@pytest.mark.parametrize("login", ["", "a" * 100_000, "\x00", "\u202ewang", "'; DROP TABLE account; --", "ｗａｎｇ\n"])
def test_strange_logins_are_wrong_and_no_error(client: TestClient, login: str) -> None:
    """Whatever was typed."""
    assert come_in(client, login, "x").status_code in {403, 413}


def test_old_parameters_are_renewed(client: TestClient, wang: str) -> None:
    """Coming in makes the hash anew, and the password stays."""
    with client.app.state.sessions.begin() as session:
        session.execute(update(Account).values(password_hash=PasswordHasher(1, 64, 1).hash(PASSWORD)))
    assert come_in(client, wang).status_code == HTTPStatus.SEE_OTHER
    with client.app.state.sessions() as session:
        assert not is_old(session.scalars(select(Account.password_hash)).one())
    assert come_in(client, wang).status_code == HTTPStatus.SEE_OTHER


def test_a_link_sets_the_password_and_signs_nobody_in(client: TestClient, wang: str) -> None:
    """Then it is used up; every sign-in of before has ended."""
    sign_in(client, "regulator", login=wang)
    with client.app.state.sessions.begin() as session:
        link = resets.make(session, session.scalars(select(Account)).one(), client.app.state.settings, SYSTEM)
    path = f"/console/reset/{link}"
    assert wang in client.get(path).text
    for fields in ({}, {"password": "short", "again": "short"}, {"password": "a new password", "again": "another one"}):
        assert client.post(path, data=fields).status_code == 422
    new = {"password": "a new password", "again": "a new password"}
    assert client.post(path, data=new).headers["location"] == f"{HERE}?set=1"
    assert "paymap_session" not in client.cookies
    for said in (client.get(path), client.post(path, data=new), client.get("/console/reset/x")):
        assert said.status_code == 404
    assert come_in(client, wang).status_code == 403
    assert come_in(client, wang, "a new password").status_code == HTTPStatus.SEE_OTHER
    with client.app.state.sessions() as session:
        assert session.scalar(select(SignIn).where(SignIn.revoked_at.is_(None)).limit(1)) is not None
        assert len(session.scalars(select(SignIn).where(SignIn.revoked_at.is_not(None))).all()) == 1


def test_the_real_register_knows_nobody(client: TestClient, wang: str) -> None:
    """Its sign-in page offers no account, whatever the address says."""
    del wang
    page = client.get(HERE, params={"as": "admin"}).text
    assert "sandbox-only" not in page
    assert "as=bank" not in page


@pytest.fixture
def sandbox(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    """A client of a sandbox whose known admin is there."""
    del engine
    there = settings.model_copy(update={"sandbox": True, "root_path": "/demo"})
    with TestClient(create_app(there), base_url="http://testserver/demo", follow_redirects=False) as made:
        person(made.app.state.sessions, "admin", login="admin")
        yield made


def test_the_sandbox_s_accounts_fill_in_the_form(sandbox: TestClient) -> None:
    """Those that are there, each by a button that keeps where one wanted to go."""
    page = sandbox.get("/console/sign-in", params={"as": "admin", "next": "/demo/console/people"})
    assert 'value="sandbox-only"' in page.text
    assert "/demo/console/sign-in?as=admin&amp;next=%2Fdemo%2Fconsole%2Fpeople" in page.text
    assert "?as=bank" not in page.text


def test_the_sandbox_s_accounts_are_everybody_s(sandbox: TestClient) -> None:
    """Nobody takes one from the others: no other password, no link, no other role, not put out."""
    headers = sign_in(sandbox, "admin", login="admin")
    new = {"old": PASSWORD, "password": "a new password", "again": "a new password"}
    for path in ("me/password", "people/1", "people/1/active", "people/1/link"):
        assert sandbox.post(f"/console/{path}", data=new | {"role": "bank"}, headers=headers).status_code == 403, path
    cookie = sign_ins.cookie(sandbox.app.state.settings)
    assert cookie == "paymap_demo_session"
