"""The ledgers over HTTP: who may see and write what, forms, corrections with their history, sums."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.ledgers.kinds import LEDGERS
from app.ledgers.listing import packs_since
from app.main import create_app
from app.settings import Settings
from app.tables import AuditLine, ChangePackCount, Institution, KeyListVersion, PosDevice, Region
from small_register import venue_id
from staff import sign_in

from .test_kinds import units  # noqa: F401 - the register that these need

PAGE = {"accept": "text/html", "accept-language": "en"}
WHO = {
    "regulator": {},
    "admin": {},
    "own bank": {"institution": "boc"},
    "other bank": {"institution": "icbc"},
    "own department": {"institution": "W"},
    "other department": {"institution": "H"},
    "own county": {"region": "371502"},
    "other county": {"region": "371503"},
}
ROWS = {
    "change_packs": {"institution": "boc", "month": "2026-03", "recipient_kind": "business", "packs": "120"},
    "pos_devices": {"venue": venue_id("a"), "acquirer": "boc", "device_no": "3105", "schemes": "visa; jcb"},
    "inspections": {"venue": venue_id("a"), "institution": "W", "due_on": "2030-01-01", "reason": "quarterly"},
    "activities": {
        "institution": "W",
        "kind": "training",
        "held_on": "2026-03-15",
        "title": "Cards",
        "participants": "9",
    },
    "licences": {
        "venue": venue_id("d"),
        "kind": "personal_fx",
        "held": "yes",
        "valid_from": "2024-07-03",
        "source": "x",
    },
}
ALL = {"regulator", "admin"}
MAY_WRITE = {
    "change_packs": ALL | {"own bank"},
    "pos_devices": ALL | {"own bank"},
    "inspections": ALL | {"own department", "own county"},
    "activities": ALL | {"own department"},
    "licences": ALL,
}
MAY_SEE = {
    "change_packs": ALL | {"own bank"},
    "pos_devices": ALL | {"own bank", "own department", "own county"},
    "inspections": ALL | {"own department", "own county"},
    "activities": ALL | {"own department"},
    "licences": ALL | {"own bank", "own county"},
}


@pytest.fixture
def client(engine: Engine, settings: Settings, units: None) -> Iterator[TestClient]:  # noqa: F811, ARG001 - the fixture
    """A client of the whole application that follows no redirect."""
    with Session(engine) as session:
        session.add(Region(adcode="371503", level="county", name_zh="茌平区", name_en="Chiping", source="-"))
        session.commit()
    with TestClient(create_app(settings), follow_redirects=False) as made:
        yield made


def as_(client: TestClient, who: str) -> dict[str, str]:
    """Sign somebody in; the field that a form needs."""
    return {"csrf": sign_in(client, who.rsplit(maxsplit=1)[-1], **WHO[who])["x-csrf-token"]}


def rows(engine: Engine, key: str) -> int:
    """How many rows a ledger has."""
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(LEDGERS[key].table)) or 0


def newest(engine: Engine, key: str) -> int:
    """The number of the newest row of a ledger."""
    with Session(engine) as session:
        return session.scalar(select(func.max(LEDGERS[key].table.id))) or 0


@pytest.mark.parametrize("key", LEDGERS)
def test_who_may_write_and_see(client: TestClient, engine: Engine, key: str) -> None:
    """Role by role, own and other: adding, changing, removing and looking; and the list shows what one may see."""
    address = f"/console/ledgers/{key}"
    regulator = as_(client, "regulator")
    assert client.post(f"{address}/new", data={**ROWS[key], **regulator}, headers=PAGE).status_code == 303
    number = newest(engine, key)
    seen = client.get(f"{address}/{number}", headers=PAGE).text.partition('name="seen" value="')[2].partition('"')[0]
    for who in WHO:
        csrf = as_(client, who)
        writes = who in MAY_WRITE[key]
        added = client.post(f"{address}/new", data={**ROWS[key], **csrf}, headers=PAGE).status_code
        removed = client.post(f"{address}/{number}/remove", data={**csrf, "seen": seen}, headers=PAGE).status_code
        shown = client.get(f"{address}/{number}", headers=PAGE).status_code
        listed = client.get(address, headers=PAGE)
        assert (who, added, removed) == (who, *((422, 422) if writes else (403, 403)))
        assert (who, shown) == (who, 200 if who in MAY_SEE[key] else 403)
        assert (who, f"{address}/{number}" in listed.text) == (who, who in MAY_SEE[key])
    assert rows(engine, key) == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_is_drawn(client: TestClient, lang: str) -> None:
    """Empty and with a row, list and form, in either language."""
    csrf = as_(client, "regulator")
    for key, row in ROWS.items():
        for address in ("", "/new"):
            assert client.get(f"/console/ledgers/{key}{address}?lang={lang}", headers=PAGE).status_code == 200
        client.post(f"/console/ledgers/{key}/new", data={**row, **csrf}, headers=PAGE)
        assert client.get(f"/console/ledgers/{key}?lang={lang}", headers=PAGE).status_code == 200
        assert client.get(f"/console/ledgers/{key}/1?lang={lang}", headers=PAGE).status_code == 200
    for address in ("", "/key_list", "/key_list/key_merchants"):
        assert client.get(f"/console/ledgers{address}?lang={lang}", headers=PAGE).status_code == 200
    assert client.get("/console/ledgers/nothing", headers=PAGE).status_code == 404
    assert client.get("/console/ledgers/key_list/nothing", headers=PAGE).status_code == 404


def test_a_correction_keeps_what_stood_there(client: TestClient, engine: Engine) -> None:
    """The page of the row tells before, who and when; a second corrector of the same state is refused."""
    address = "/console/ledgers/change_packs"
    csrf = as_(client, "own bank")
    client.post(f"{address}/new", data={**ROWS["change_packs"], **csrf}, headers=PAGE)
    page = client.get(f"{address}/1", headers=PAGE).text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    changed = {**ROWS["change_packs"], **csrf, "packs": "150", "seen": seen}
    assert client.post(f"{address}/1", data=changed, headers=PAGE).status_code == 303
    late = client.post(f"{address}/1", data={**changed, "packs": "99"}, headers=PAGE)
    assert late.status_code == 412
    after = client.get(f"{address}/1", headers=PAGE).text
    assert "Packs <b>120</b>" in after.replace("<bdi>", "").replace("</bdi>", "")
    with Session(engine) as session:
        assert session.scalar(select(ChangePackCount.packs)) == 150
        (line,) = session.scalars(select(AuditLine).where(AuditLine.outcome == "replaced"))
        assert (line.facts["before"]["packs"], line.by) == (120, "bank-boc")


def test_a_removed_row_leaves_its_words(client: TestClient, engine: Engine) -> None:
    """With a reason only, and all that it said stays in the trail."""
    address = "/console/ledgers/change_packs"
    csrf = as_(client, "own bank")
    client.post(f"{address}/new", data={**ROWS["change_packs"], **csrf}, headers=PAGE)
    seen = client.get(f"{address}/1", headers=PAGE).text.partition('name="seen" value="')[2].partition('"')[0]
    assert client.post(f"{address}/1/remove", data={**csrf, "seen": seen}, headers=PAGE).status_code == 422
    done = client.post(f"{address}/1/remove", data={**csrf, "seen": seen, "reason": "twice"}, headers=PAGE)
    assert (done.status_code, rows(engine, "change_packs")) == (303, 0)
    with Session(engine) as session:
        (line,) = session.scalars(select(AuditLine).where(AuditLine.outcome == "removed"))
        assert (line.facts["reason"], line.facts["before"]["packs"]) == ("twice", 120)


@pytest.mark.parametrize(
    ("key", "wrong", "words"),
    [
        ("change_packs", {"packs": "many"}, "is no number"),
        ("change_packs", {"packs": ""}, "is missing"),
        ("change_packs", {"recipient_kind": "x"}, "is no choice"),
        ("pos_devices", {"venue": "nowhere"}, "there is no venue"),
        ("activities", {"held_on": "2999-01-01"}, "is after today"),
        ("licences", {"held": ""}, "is missing"),
    ],
)
def test_a_bad_field_comes_back_with_its_fault(
    client: TestClient, engine: Engine, key: str, wrong: dict[str, str], words: str
) -> None:
    """Beside the field, with what was typed; and nothing is written."""
    csrf = as_(client, "regulator")
    page = client.post(f"/console/ledgers/{key}/new", data={**ROWS[key], **csrf, **wrong}, headers=PAGE)
    assert page.status_code == 422
    assert words in page.text
    assert rows(engine, key) == 0


def test_sums_and_filters_are_of_what_is_asked(client: TestClient, engine: Engine) -> None:
    """By bank, month and words; the sum is over all pages."""
    csrf = as_(client, "regulator")
    for month, bank, packs in (("2026-03", "boc", 100), ("2026-04", "boc", 20), ("2026-04", "icbc", 3)):
        row = {**ROWS["change_packs"], "month": month, "institution": bank, "packs": str(packs)}
        assert client.post("/console/ledgers/change_packs/new", data={**row, **csrf}, headers=PAGE).status_code == 303
    assert rows(engine, "change_packs") == 3
    for query, total in (
        ("", 123),
        ("institution=boc", 120),
        ("since=2026-04", 23),
        ("until=2026-03", 100),
        ("q=zzz", None),
    ):
        page = client.get(f"/console/ledgers/change_packs?{query}", headers=PAGE).text
        assert (query, f"<b>{total}</b>" in page) == (query, total is not None)


def test_t4_counts_businesses_of_commercial_banks_from_the_start(session: Session) -> None:
    """Not residents, not a policy bank, not before the counting start."""
    session.add_all(
        Institution(code=c, kind="bank", name_zh=c, bank_class=k, source="-")
        for c, k in (("good", "city_commercial"), ("policy", "policy"))
    )
    session.flush()
    counted = [("good", date(2024, 7, 1), "business", 5), ("good", date(2024, 6, 1), "business", 50),
               ("good", date(2024, 8, 1), "resident", 500), ("policy", date(2024, 8, 1), "business", 5000)]  # fmt: skip
    session.add_all(
        ChangePackCount(institution=i, month=m, recipient_kind=r, packs=p, source="-", recorded_by="-")
        for i, m, r, p in counted
    )
    session.flush()
    assert packs_since(session, date(2024, 7, 3)) == 5


def test_devices_are_never_public(client: TestClient, engine: Engine) -> None:
    """No public answer holds a device's number."""
    csrf = as_(client, "own bank")
    row = {**ROWS["pos_devices"], "device_no": "SECRET-9"}
    client.post("/console/ledgers/pos_devices/new", data={**row, **csrf}, headers=PAGE)
    with Session(engine) as session:
        assert session.scalars(select(PosDevice)).one().schemes == {"schemes": ["visa", "jcb"]}
    client.cookies.clear()
    for address in (
        f"/api/v1/venues/{venue_id('a')}",
        f"/v/{venue_id('a')}",
        "/api/v1/venues",
        "/ogc/collections/venues/items",
    ):
        assert "SECRET-9" not in client.get(address).text


def test_a_list_is_drafted_and_confirmed(client: TestClient, engine: Engine) -> None:
    """Its department enters and takes off with a reason, the office confirms what it saw, and the catalog follows."""
    address = "/console/ledgers/key_list/key_merchants"
    hospital, hotel = as_(client, "other department"), {"venue": venue_id("a"), "large": "yes", "clause": "二(一)1"}
    assert client.post(f"{address}/enter", data={**hotel, **hospital}, headers=PAGE).status_code == 403
    assert (
        client.post(f"{address}/take-off", data={"venue": venue_id("b"), **hospital}, headers=PAGE).status_code == 422
    )
    gone = {"venue": venue_id("b"), "reason": "closed its shop", **hospital}
    assert client.post(f"{address}/take-off", data=gone, headers=PAGE).status_code == 303
    own = as_(client, "own department")
    assert client.post(f"{address}/enter", data={**hotel, **own}, headers=PAGE).status_code == 303
    assert client.post(f"{address}/confirm", data={**own, "valid_from": "2026-01-01"}, headers=PAGE).status_code == 403
    before = client.get(f"/api/v1/venues/{venue_id('b')}").json()["properties"]["key_lists"]
    office = as_(client, "regulator")
    page = client.get(address, headers=PAGE).text
    assert "closed its shop" in page
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    stale = {**office, "valid_from": "2026-12-01", "seen": "0"}
    assert client.post(f"{address}/confirm", data=stale, headers=PAGE).status_code == 412
    done = client.post(f"{address}/confirm", data={**stale, "seen": seen}, headers=PAGE)
    assert done.status_code == 303
    listed = {x: client.get(f"/api/v1/venues/{venue_id(x)}").json()["properties"]["key_lists"] for x in "ab"}
    assert (before, listed) == (["key_merchants"], {"a": ["key_merchants"], "b": []})
    with Session(engine) as session:
        assert [v.confirmed_by for v in session.scalars(select(KeyListVersion).order_by(KeyListVersion.number))] == [
            "wang",
            "regulator",
        ]


def test_only_the_office_confirms(client: TestClient) -> None:
    """An admin keeps people, not lists."""
    csrf = as_(client, "admin")
    form = {**csrf, "valid_from": "2026-01-01", "seen": "0"}
    answer = client.post("/console/ledgers/key_list/key_merchants/confirm", data=form, headers=PAGE)
    assert answer.status_code == 403


def test_templates_are_sent(client: TestClient) -> None:
    """As Excel, with the ledger's name."""
    as_(client, "own bank")
    for key in (*LEDGERS, "key_list"):
        answer = client.get(f"/console/ledgers/{key}/template.xlsx")
        assert (answer.status_code, answer.content[:2]) == (200, b"PK")
        assert f"{key}.xlsx" in answer.headers["content-disposition"]
    assert client.get("/console/ledgers/nothing/template.xlsx").status_code == 404
