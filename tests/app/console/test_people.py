"""The pages about people: one's own, everybody's, the trail."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from app.accounts import passwords
from app.tables import Account, ApiToken, AuditLine, SignIn
from app.tables.base import now
from staff import PASSWORD, person, put_cookie, sign_in

ME, PEOPLE, TRAIL = "/console/me", "/console/people", "/console/trail"
NEW = {"old": PASSWORD, "password": "another password", "again": "another password"}


@pytest.fixture
def admin(client: TestClient) -> dict[str, str]:
    """The headers of a write by the admin who is signed in."""
    return sign_in(client, "admin")


def account(client: TestClient, login: str) -> Account:
    """An account as it is kept now."""
    with client.app.state.sessions() as session:
        return session.scalars(select(Account).where(Account.login == login)).one()


def lines(client: TestClient, action: str) -> list[AuditLine]:
    """The lines of the trail about an action, oldest first."""
    with client.app.state.sessions() as session:
        return list(session.scalars(select(AuditLine).where(AuditLine.action == action).order_by(AuditLine.id)))


def link_in(text: str) -> str:
    """The path of the one-time link that a page shows."""
    return re.search(r'value="http://testserver(/console/reset/[\w-]+)"', text).group(1)


def test_somebody_is_added_and_sets_a_password(client: TestClient, admin: dict[str, str]) -> None:
    """The admin gets a link once, and never a password."""
    wang = {"login": "Wang.Fang", "name": "王芳", "role": "bank", "institution": "boc", "region": "371502"}
    added = client.post(PEOPLE, data=wang, headers=admin)
    assert added.status_code == 200
    path = link_in(added.text)
    made = account(client, "wang.fang")
    assert (made.name, made.role, made.institution, made.region, made.password_hash) == (
        "王芳",
        "bank",
        "boc",
        None,
        None,
    )
    listed = client.get(PEOPLE).text
    assert "wang.fang" in listed
    assert path not in listed
    client.post(path, data=NEW)
    assert passwords.is_right(account(client, "wang.fang").password_hash, NEW["password"])
    assert [(x.by, x.subject) for x in lines(client, "person_added")] == [("admin", "wang.fang")]


@pytest.mark.parametrize(("wrong", "word"), [
    ({"login": "x"}, "2 至 80"), ({"login": "admin"}, "已被使用"), ({"institution": ""}, "须选定所属机构"),
    ({"role": "king"}, "bank, department"), ({"role": "county"}, "须选定所辖区域"), ({"name": "a\x00"}, "限一行"),
])  # fmt: skip
def test_a_slip_is_said_beside_its_field(client: TestClient, admin: dict[str, str], wrong: dict, word: str) -> None:
    """In the reader's language, with what was typed kept, and nobody added."""
    said = {"login": "li.na", "name": "李娜", "role": "bank", "institution": "boc", **wrong}
    page = client.post(PEOPLE, data=said, headers=admin)
    assert (page.status_code, word in page.text) == (422, True)
    assert 'aria-invalid="true"' in page.text or "error" in page.text
    with client.app.state.sessions() as session:
        assert session.scalars(select(Account.login)).all() == ["admin"]


def test_somebody_is_changed_put_out_and_let_in(client: TestClient, admin: dict[str, str]) -> None:
    """At once: the next request of theirs is another role's, or nobody's."""
    login = person(client.app.state.sessions, "bank", institution="boc")
    one = f"{PEOPLE}/{account(client, login).id}"
    said = {"name": "", "role": "regulator"}
    assert client.post(one, data=said, headers=admin).headers["location"] == f"{one}?done=changed"
    assert (account(client, login).role, account(client, login).institution) == ("regulator", None)
    client.post(f"{one}/active", headers=admin)
    assert not account(client, login).active
    assert "已停用" in client.get(one).text
    client.post(f"{one}/active", data={"on": "1"}, headers=admin)
    assert account(client, login).active
    told = [x.facts for x in lines(client, "person_changed")]
    assert told == [{"role": ["bank", "regulator"], "institution": ["boc", None]}]


def test_the_last_admin_is_not_lost(client: TestClient, admin: dict[str, str]) -> None:
    """Not even by the admin."""
    me = f"{PEOPLE}/{account(client, 'admin').id}"
    assert client.post(f"{me}/active", headers=admin).status_code == 422
    assert "最后一名管理员" in client.post(me, data={"role": "bank", "institution": "boc"}, headers=admin).text
    assert (account(client, "admin").role, account(client, "admin").active) == ("admin", True)


def test_an_admin_ends_sign_ins_and_makes_links(client: TestClient, admin: dict[str, str]) -> None:
    """Of others, who then come in by password or link."""
    theirs = TestClient(client.app, follow_redirects=False)
    sign_in(theirs, "county", region="371502")
    one = f"{PEOPLE}/{account(client, 'county-371502').id}"
    assert theirs.get(ME).status_code == 200
    client.post(f"{one}/sign-ins/end", headers=admin)
    assert theirs.get(ME).status_code == 401
    first, second = (link_in(client.post(f"{one}/link", headers=admin).text) for _ in range(2))
    assert (theirs.get(first).status_code, theirs.get(second).status_code) == (404, 200)


@pytest.mark.parametrize("role", ["bank", "department", "county", "regulator"])
def test_only_an_admin_manages_people(client: TestClient, role: str) -> None:
    """Anybody else gets 403 at each address, and a line in the trail."""
    guard = sign_in(client, role, institution="boc" if role == "bank" else None)
    asked = [("GET", ""), ("POST", ""), ("GET", "/1"), ("POST", "/1"), ("POST", "/1/link"), ("POST", "/1/active")]
    for method, path in asked:
        said = client.request(method, PEOPLE + path, headers=guard | {"accept": "text/html"})
        assert (said.status_code, "manage_people" in said.text) == (403, True)
    refused = lines(client, "manage_people")
    assert [(x.role, x.outcome) for x in refused] == [(role, "refused")] * len(asked)
    assert client.get(TRAIL).status_code == (200 if role == "regulator" else 403)


@pytest.mark.parametrize("number", ["0", "-1", "999999", "x", "99999999999999999999999"])
def test_nobody_has_this_number(client: TestClient, admin: dict[str, str], number: str) -> None:
    """404, or 422 that names what is wrong."""
    del admin
    said = client.get(f"{PEOPLE}/{number}")
    assert said.status_code == (404 if number == "999999" else 422)
    assert said.headers["content-type"] == "application/problem+json"
    assert number == "999999" or said.json()["errors"][0]["field"] == "account_id"


def test_one_changes_one_s_own_password(client: TestClient) -> None:
    """With the old one; every other sign-in ends, and this browser gets a new cookie."""
    guard = sign_in(client, "regulator")
    elsewhere = TestClient(client.app, follow_redirects=False)
    sign_in(elsewhere, "regulator")
    before = client.cookies["paymap_session"]
    for wrong in (
        {"old": "wrong"},
        {"again": "else"},
        {"password": "short", "again": "short"},
        {"password": "regulator"},
    ):
        assert client.post(f"{ME}/password", data=NEW | wrong, headers=guard).status_code == 422
    assert elsewhere.get(ME).status_code == 200
    assert client.post(f"{ME}/password", data=NEW, headers=guard).headers["location"] == f"{ME}?done=password"
    assert passwords.is_right(account(client, "regulator").password_hash, NEW["password"])
    assert elsewhere.get(ME).status_code == 401
    assert client.get(ME).status_code == 200
    put_cookie(client, before)
    assert client.get(ME).status_code == 401


def test_a_stolen_sign_in_does_not_guess_the_password(client: TestClient) -> None:
    """Guessing on one's own page locks as guessing on the sign-in page does."""
    guard = sign_in(client, "regulator")
    said = [client.post(f"{ME}/password", data=NEW | {"old": "x"}, headers=guard).status_code for _ in range(6)]
    assert said == [422] * 5 + [429]
    assert client.post("/console/sign-in", data={"login": "regulator", "password": PASSWORD}).status_code == 429


def test_one_ends_one_s_other_sign_ins(client: TestClient) -> None:
    """One of them, or all but this; never anybody else's."""
    guard = sign_in(client, "regulator")
    others = [TestClient(client.app, follow_redirects=False) for _ in range(3)]
    for other, role in zip(others, ("regulator", "regulator", "admin"), strict=True):
        sign_in(other, role)
    with client.app.state.sessions() as session:
        numbers = session.scalars(select(SignIn.id).order_by(SignIn.id)).all()
    client.post(f"{ME}/sign-ins/end", data={"one": str(numbers[1])}, headers=guard)
    client.post(f"{ME}/sign-ins/end", data={"one": str(numbers[3])}, headers=guard)
    assert [other.get(ME).status_code for other in others] == [401, 200, 200]
    client.post(f"{ME}/sign-ins/end", headers=guard)
    assert [other.get(ME).status_code for other in others] == [401, 401, 200]
    assert client.get(ME).status_code == 200


def test_a_token_is_shown_once_and_works_until_revoked(client: TestClient) -> None:
    """The page that makes it has it; no other page and no table does."""
    guard = sign_in(client, "regulator")
    said = {"name": "夜间同步", "scope": "read", "days": "30"}
    secret = re.search(r"pm_[\w-]{43}", client.post(f"{ME}/tokens", data=said, headers=guard).text).group()
    page = client.get(ME).text
    assert ("夜间同步" in page, secret in page) == (True, False)
    program = TestClient(client.app, headers={"authorization": f"Bearer {secret}"})
    assert program.get(TRAIL).status_code == 200
    with client.app.state.sessions() as session:
        kept = session.scalars(select(ApiToken)).one()
    assert timedelta(days=29) < kept.expires_at - now() < timedelta(days=31)
    assert kept.scopes == {"scopes": ["read"]}
    client.post(f"{ME}/tokens/revoke", data={"one": str(kept.id)}, headers=guard)
    assert program.get(TRAIL).status_code == 401
    assert [x.action for x in (*lines(client, "token_made"), *lines(client, "token_revoked"))] == [
        "token_made", "token_revoked",
    ]  # fmt: skip


def test_another_s_token_is_not_revoked(client: TestClient) -> None:
    """By whichever number."""
    guard = sign_in(client, "regulator")
    client.post(f"{ME}/tokens", data={"name": "mine"}, headers=guard)
    other = TestClient(client.app, follow_redirects=False)
    theirs = sign_in(other, "admin")
    for one in ("1", "", "x", "9" * 30):
        assert other.post(f"{ME}/tokens/revoke", data={"one": one}, headers=theirs).status_code == HTTPStatus.SEE_OTHER
    with client.app.state.sessions() as session:
        assert session.scalars(select(ApiToken.revoked_at)).all() == [None]


@pytest.mark.parametrize(("query", "found"), [
    ("", 3), ("by=admin", 2), ("by=ADMIN ", 2), ("outcome=refused", 1), ("action=write", 1), ("by=nobody.here", 0),
    ("since=2026-01-02", 2), ("until=2026-01-01", 1), ("since=2026-01-03&until=2026-01-02", 0),
    ("since=yesterday&before=x&action=%00", 3), ("before=2", 1),
])  # fmt: skip
def test_the_trail_is_filtered(client: TestClient, admin: dict[str, str], query: str, found: int) -> None:
    """By who, what, outcome and day of the city's clock; what cannot be understood bounds nothing."""
    del admin
    days = [("admin", "sign_in", "done", 1), ("admin", "write", "refused", 2), ("li", "sign_in", "failed", 3)]
    with client.app.state.sessions.begin() as session:
        for by, action, outcome, day in days:
            at = now().replace(year=2026, month=1, day=day, hour=1)
            session.add(AuditLine(at=at, by=by, role="admin", action=action, outcome=outcome, facts={"way": "<b>"}))
            session.flush()
    page = client.get(f"{TRAIL}?{query}").text
    assert page.count("&lt;b&gt;") == found
    assert "<b></b>" not in page


def test_the_trail_goes_on_page_by_page(client: TestClient, admin: dict[str, str]) -> None:
    """A hundred lines, then a link to the older ones."""
    del admin
    with client.app.state.sessions.begin() as session:
        session.add_all(AuditLine(by=f"p{n}", role="bank", action="x", outcome="done", facts={}) for n in range(150))
    first = client.get(TRAIL, params={"action": "x"}).text
    older = re.search(r'rel="next" href="([^"]+)"', first).group(1).replace("&amp;", "&")
    second = client.get(older).text
    assert [text.count("<b>p") for text in (first, second)] == [100, 50]
    assert 'rel="next"' not in second


def test_every_page_is_in_the_reader_s_language(client: TestClient, admin: dict[str, str]) -> None:
    """Chinese first; English where it is asked for."""
    del admin
    for path, zh, en in (
        (ME, "程序令牌", "Tokens for programs"),
        (PEOPLE, "新增人员", "Add somebody"),
        (TRAIL, "结果", "Outcome"),
    ):
        assert zh in client.get(path, params={"lang": "zh"}).text
        assert en in client.get(path, params={"lang": "en"}).text
