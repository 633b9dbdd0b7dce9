"""Inspections over HTTP: who may, what a form leaves, photographs, and that a form sent twice is one visit."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.tables import Attachment, Inspection, Observation
from app.tables.base import now
from small_register import venue_id
from staff import sign_in

from .test_photos import bomb, opened, photo

Shared = tuple[TestClient, dict[str, int]]
PAGE = {"accept": "text/html", "accept-language": "en"}
TODAY = now().astimezone(ZoneInfo("Asia/Shanghai")).date()
"""The city's day, which is ahead of UTC's for a third of each day."""
WHO = {
    "regulator": {},
    "admin": {},
    "own department": {"institution": "W"},
    "other department": {"institution": "H"},
    "own county": {"region": "371502"},
    "other county": {"region": "371503"},
    "own bank": {"institution": "boc"},
    "other bank": {"institution": "abc"},
}
MAY_INSPECT_A = {"regulator", "admin", "own department", "own county", "own bank"}


def as_(client: TestClient, who: str) -> dict[str, str]:
    """Sign somebody in; the field that a form needs."""
    return {"csrf": sign_in(client, who.rsplit(maxsplit=1)[-1], **WHO[who])["x-csrf-token"]}


def due(engine: Engine, unit: str | None = "W", days: int = 7) -> int:
    """The number of an inspection that is due at A."""
    with Session(engine) as session:
        made = Inspection(
            venue_id=venue_id("a"),
            institution=unit,
            due_on=TODAY + timedelta(days=days),
            reason="看看",
            recorded_by="x",
        )
        session.add(made)
        session.commit()
        return made.id


def form(csrf: dict[str, str], **more: str) -> dict[str, str]:
    """A form of a visit to A in which Visa worked."""
    return {**csrf, "venue": venue_id("a"), "day": TODAY.isoformat(), "key": "k1", "foreign_card.visa": "yes", **more}


def counted(engine: Engine, table: type) -> int:
    """How many rows a table has."""
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("who", WHO)
def test_who_may_inspect_a(client: TestClient, engine: Engine, who: str) -> None:
    """Own and other, by form and by address: 403 for the others, and nothing is written."""
    number = due(engine)
    csrf = as_(client, who)
    before = counted(engine, Observation)
    shown = [
        client.get(f"/console/inspections/new?venue={venue_id('a')}", headers=PAGE).status_code,
        client.get(f"/console/inspections/{number}", headers=PAGE).status_code,
    ]
    written = [
        client.post("/console/inspections/new", data=form(csrf), headers=PAGE).status_code,
        client.post(f"/console/inspections/{number}", data=form(csrf, key="k2"), headers=PAGE).status_code,
    ]
    listed = client.get("/console/inspections", headers=PAGE).status_code
    allowed = who in MAY_INSPECT_A
    assert (shown, written, listed) == ([200, 200], [303, 303], 200) if allowed else ([403, 403], [403, 403], 200)
    assert counted(engine, Observation) == before + 2 * allowed


def test_who_was_asked_to_go_may(client: TestClient, engine: Engine) -> None:
    """Another bank that was asked to inspect A may do that one, and no other."""
    number = due(engine, "abc")
    csrf = as_(client, "other bank")
    assert client.get(f"/console/inspections/{number}", headers=PAGE).status_code == 200
    assert client.post(f"/console/inspections/{number}", data=form(csrf), headers=PAGE).status_code == 303
    assert client.post("/console/inspections/new", data=form(csrf, key="k3"), headers=PAGE).status_code == 403


def test_what_is_due_is_told_with_what_comes_next(client: TestClient, engine: Engine) -> None:
    """Overdue ones are marked; after saving, the page says what was saved and what is next."""
    late, next_one = due(engine, days=-3), due(engine, days=5)
    csrf = as_(client, "own department")
    page = client.get("/console/inspections", headers=PAGE).text
    assert "3 days overdue" in page
    assert page.index(f"/console/inspections/{late}") < page.index(f"/console/inspections/{next_one}")
    saved = client.post(f"/console/inspections/{late}", data=form(csrf), headers=PAGE)
    after = client.get(saved.headers["location"], headers=PAGE).text
    assert "Saved: 甲酒店" in after
    assert f"/console/inspections/{next_one}" in after.partition("Next:")[2][:200]


def test_a_form_asks_what_makes_sense(shared: Shared) -> None:
    """A hotel is asked for cards and currencies, not for change packs; nothing is tried until somebody says so."""
    client, _ = shared
    as_(client, "regulator")
    page = client.get(f"/console/inspections/new?venue={venue_id('a')}", headers=PAGE).text
    assert 'name="foreign_card.visa"' in page
    assert 'name="currency_exchange.VND"' in page
    assert 'name="change_pack"' not in page
    groups = re.findall(r'<input type="radio" name="([\w.]+)" value="" checked>', page)
    assert len(groups) == len(set(groups)) == page.count('role="radiogroup"') > 20


def test_a_photo_is_kept_without_its_place_and_shown_to_staff_only(client: TestClient, engine: Engine) -> None:
    """Re-encoded; another bank gets 403, a visitor is sent to sign in."""
    csrf = as_(client, "own bank")
    sent = photo(size=(3000, 2000))
    files = [("photo", ("IMG_1.jpg", sent, "image/jpeg"))]
    saved = client.post("/console/inspections/new", data=form(csrf), files=files, headers=PAGE)
    assert saved.status_code == 303
    with Session(engine) as session:
        kept = session.scalars(select(Attachment)).one()
    address = f"/console/attachments/{kept.id}"
    answer = client.get(address)
    assert (answer.status_code, answer.headers["content-type"], answer.headers["x-content-type-options"]) == (
        200,
        "image/jpeg",
        "nosniff",
    )
    assert "no-store" in answer.headers["cache-control"]
    assert (opened(answer.content).size, dict(opened(answer.content).getexif())) == ((1600, 1067), {})
    assert address in client.get(f"/console/inspections/{kept.subject_id}", headers=PAGE).text
    as_(client, "other bank")
    assert client.get(address).status_code == 403
    client.cookies.clear()
    assert client.get(address).status_code == 401
    assert client.get(f"/api/v1/venues/{venue_id('a')}").text.count("attachment") == 0


@pytest.mark.parametrize(
    ("sent", "words"),
    [(b"%PDF-1.7", "is no picture"), (bomb(9000), "too large"), (b"\xff\xd8" + b"0" * (12 * 2**20), "too large")],
    ids=["pdf", "bomb", "long"],
)
def test_a_bad_photo_keeps_the_form(client: TestClient, engine: Engine, sent: bytes, words: str) -> None:
    """The page comes back with what was chosen, says what was wrong with the picture, and nothing is written."""
    before = counted(engine, Observation)
    csrf = as_(client, "regulator")
    files = [("photo", ("x.jpg", sent, "image/jpeg"))]
    page = client.post("/console/inspections/new", data=form(csrf, note="by the lift"), files=files, headers=PAGE)
    assert page.status_code == 422
    assert words in page.text
    assert "by the lift" in page.text
    assert 'name="foreign_card.visa" value="yes" checked' in page.text
    assert 'name="key" value="k1"' in page.text
    assert counted(engine, Observation) == before


def test_too_many_photos_are_refused(shared: Shared) -> None:
    """Before they are looked into."""
    client, _ = shared
    csrf = as_(client, "regulator")
    files = [("photo", (f"{n}.jpg", photo(), "image/jpeg")) for n in range(5)]
    assert client.post("/console/inspections/new", data=form(csrf), files=files, headers=PAGE).status_code == 413


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"foreign_card.visa": ""}, "at least one thing"),
        ({"foreign_card.visa": "maybe"}, "choose one of those offered"),
        ({"day": "2999-01-01"}, "not in the future"),
        ({"day": "soon"}, "not in the future"),
        ({"note": "x" * 1001}, "longer than 1000"),
    ],
)
def test_a_field_that_cannot_be_is_said(shared: Shared, wrong: dict[str, str], words: str) -> None:
    """In words."""
    client, _ = shared
    csrf = as_(client, "regulator")
    answer = client.post("/console/inspections/new", data=form(csrf, **wrong), headers=PAGE)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_form_sent_twice_is_one_visit(client: TestClient, engine: Engine) -> None:
    """The second answer leads to the same place."""
    csrf = as_(client, "regulator")
    files = [("photo", ("x.jpg", photo(), "image/jpeg"))]
    answers = [
        client.post("/console/inspections/new", data=form(csrf), files=files, headers=PAGE).headers["location"]
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert (counted(engine, Inspection), counted(engine, Attachment)) == (1, 1)


def test_a_second_inspector_is_told(client: TestClient, engine: Engine) -> None:
    """Somebody else has done it: 412, and nothing more is written."""
    number = due(engine)
    client.post(f"/console/inspections/{number}", data=form(as_(client, "own department")), headers=PAGE)
    before = counted(engine, Observation)
    late = client.post(f"/console/inspections/{number}", data=form(as_(client, "regulator"), key="other"), headers=PAGE)
    assert late.status_code == 412
    assert counted(engine, Observation) == before


def test_a_wrong_result_is_withdrawn_by_another(client: TestClient, engine: Engine) -> None:
    """From the inspection's page, with a reason; the statement stays in the record."""
    csrf = as_(client, "own department")
    client.post("/console/inspections/new", data=form(csrf), headers=PAGE)
    with Session(engine) as session:
        said = session.scalars(select(Observation).order_by(Observation.id.desc())).first()
        number = int(said.source_ref.removeprefix("inspection/"))
    address = f"/console/inspections/{number}/withdraw"
    assert client.post(address, data={**csrf, "statement": str(said.id)}, headers=PAGE).status_code == 422
    assert client.post(address, data={**csrf, "statement": "1", "reason": "x"}, headers=PAGE).status_code == 404
    done = client.post(address, data={**csrf, "statement": str(said.id), "reason": "another card"}, headers=PAGE)
    assert done.status_code == 303
    page = client.get(done.headers["location"], headers=PAGE).text
    assert "withdrawn by department-W: another card" in page
    assert "visa" not in client.get(f"/api/v1/venues/{venue_id('a')}").text.partition('"capabilities"')[2]
    other = as_(client, "other bank")
    assert (
        client.post(address, data={**other, "statement": str(said.id), "reason": "x"}, headers=PAGE).status_code == 403
    )


@pytest.mark.parametrize("number", ["0", "999999", "9" * 18, "9" * 25, "x"])
def test_what_is_not_there_is_not_found(shared: Shared, number: str) -> None:
    """No number breaks a page."""
    client, _ = shared
    as_(client, "regulator")
    for address in (f"/console/inspections/{number}", f"/console/attachments/{number}"):
        assert client.get(address, headers=PAGE).status_code in {404, 422}
