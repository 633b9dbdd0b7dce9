"""Programs write venues and statements; nobody writes what is not theirs, nor over what they have not seen."""

import pytest
from httpx2 import Response
from sqlalchemy import select
from starlette.testclient import TestClient

from app.actor import SYSTEM
from app.db import make_engine, make_sessions
from app.main import create_app
from app.register import statements
from app.settings import Settings
from app.tables import AuditLine, Venue, VenueHistory
from small_register import fill, seen, venue_id
from staff import sign_in, token

from .conftest import BANK, BESIDE, HERE, OTHER_BANK, own_and_other

A, B, C = (f"/api/v1/venues/{venue_id(letter)}" for letter in "abc")
NEW = {"name_zh": "新店", "category": "restaurant", "region": HERE, "source": "a test"}
SAID = {"capability": "foreign_card", "observed_at": "2026-11-20", "source_kind": "inspection", "source_ref": "no. 1"}


def faults(answer: Response) -> set[str]:
    """The fields that a problem names."""
    assert answer.status_code == 422, answer.text
    return {fault["field"] for fault in answer.json()["errors"]}


def lines(client: TestClient) -> list[AuditLine]:
    """The trail."""
    with client.app.state.sessions() as session:
        return list(session.scalars(select(AuditLine)))


def test_a_change_needs_the_version_it_is_made_from(client: TestClient, bank: dict[str, str]) -> None:
    """Without If-Match 428, with an old one 412 and nothing written, with the right one 200 and a new ETag."""
    held = client.get(f"{A}/record")
    assert held.headers["etag"] == '"1"'
    assert client.patch(A, json={"phone": "1"}, headers=bank).status_code == 428
    first = client.patch(A, json={"phone": "0635-1"}, headers={**bank, "if-match": held.headers["etag"]})
    assert (first.status_code, first.headers["etag"], first.json()["phone"]) == (200, '"2"', "0635-1")
    late = client.patch(A, json={"phone": "0635-2"}, headers={**bank, "if-match": held.headers["etag"]})
    assert late.status_code == 412
    assert client.get(f"{A}/record").json()["phone"] == "0635-1"


def test_the_tag_of_the_public_answer_will_do(client: TestClient, bank: dict[str, str]) -> None:
    """It holds until somebody writes to this venue; writing to another does not spoil it."""
    tag = client.get(A).headers["etag"]
    assert client.patch(A, json={"level": "5"}, headers={**bank, "if-match": tag}).status_code == 200
    assert client.patch(A, json={"level": "4"}, headers={**bank, "if-match": tag}).status_code == 412
    tag = client.get(A).headers["etag"]
    sign_in(client, "regulator")
    assert (
        client.patch(C, json={"level": "3"}, headers={**sign_in(client, "regulator"), "if-match": "*"}).status_code
        == 200
    )
    mine = sign_in(client, "bank", institution=BANK)
    assert client.patch(A, json={"level": "4"}, headers={**mine, "if-match": tag}).status_code == 200


def test_a_patch_merges(client: TestClient, bank: dict[str, str]) -> None:
    """What is named is set, null takes out, the rest stays; history tells what was set and by whom."""
    headers = {**bank, "if-match": "*"}
    client.patch(A, json={"phone": "0635-1", "operator": "x"}, headers=headers)
    after = client.patch(A, json={"phone": None, "closed_on": "2026-12-01"}, headers=headers).json()
    assert (after["phone"], after["operator"], after["closed_on"], after["name_zh"]) == (
        None,
        "x",
        "2026-12-01",
        "甲酒店",
    )
    with client.app.state.sessions() as session:
        last = session.scalars(select(VenueHistory).order_by(VenueHistory.id.desc())).first()
    assert (last.attributes, last.recorded_by) == ({"phone": None, "closed_on": "2026-12-01"}, "bank-boc")


def test_a_writer_sees_its_own_change_at_once(client: TestClient, bank: dict[str, str]) -> None:
    """The next answer from memory has it."""
    client.patch(A, json={"name_zh": "改名酒店"}, headers={**bank, "if-match": "*"})
    assert client.get(A).json()["properties"]["name_zh"] == "改名酒店"


def test_part_of_a_position_keeps_the_rest_of_it(client: TestClient, bank: dict[str, str]) -> None:
    """A new quality does not move the place; a new datum does."""
    headers = {**bank, "if-match": "*"}
    before = client.get(f"{A}/record").json()
    after = client.patch(A, json={"location_quality": "surveyed"}, headers=headers).json()
    assert (after["wgs84"], after["location_quality"]) == (before["wgs84"], "surveyed")
    moved = client.patch(A, json={"datum": "gcj02"}, headers=headers).json()
    assert moved["wgs84"] != before["wgs84"]
    assert client.patch(A, json={"lon": None, "lat": None}, headers=headers).json()["wgs84"] is None


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"name_zh": ""}, {"name_zh"}),
        ({"category": "castle", "lat": 136.4}, {"category", "lat"}),
        ({"lon": 116.2, "lat": 36.5}, {"outside"}),
        ({"part_of": venue_id("a")}, {"part_of"}),
        ({"part_of": "nobody"}, {"part_of"}),
        ({"opened_on": "2026-02-01", "closed_on": "2026-01-01"}, {"closed_on"}),
        ({"no_such": 1}, {"no_such"}),
    ],
)
def test_a_bad_body_names_its_fields(client: TestClient, bank: dict[str, str], body: dict, named: set[str]) -> None:
    """Nothing is written, and every field at fault is named."""
    assert faults(client.patch(A, json=body, headers={**bank, "if-match": "*"})) == named
    assert client.get(f"{A}/record").json()["version"] == 1


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff", b'"a"'])
def test_a_body_that_is_no_object_is_refused(client: TestClient, bank: dict[str, str], raw: bytes) -> None:
    """Whatever comes, the answer is a problem."""
    assert faults(client.patch(A, content=raw, headers={**bank, "if-match": "*"})) == {"body"}


def test_a_huge_body_is_not_read(client: TestClient, bank: dict[str, str]) -> None:
    """Reading stops at a megabyte."""
    assert client.patch(A, content=b" " * 1_000_001, headers={**bank, "if-match": "*"}).status_code == 413


def test_a_bank_edits_no_other_banks_venue(client: TestClient, bank: dict[str, str]) -> None:
    """403 and a line in the trail, for every write; the venue stays as it was."""
    refusals = [
        client.patch(B, json={"phone": "1"}, headers={**bank, "if-match": "*"}),
        client.post(f"{B}/observations", json={**SAID, "status": "yes"}, headers=bank),
        client.patch(A, json={"institution": OTHER_BANK}, headers={**bank, "if-match": "*"}),
        client.post("/api/v1/venues", json={**NEW, "institution": OTHER_BANK}, headers=bank),
        client.post("/api/v1/venues", json=NEW, headers=bank),
        client.get(f"{B}/record"),
    ]
    assert [answer.status_code for answer in refusals] == [403] * len(refusals)
    assert len(lines(client)) == len(refusals)
    assert {(line.by, line.outcome) for line in lines(client)} == {("bank-boc", "refused")}
    with client.app.state.sessions() as session:
        assert {v.version for v in session.scalars(select(Venue))} == {1}


def test_a_bank_takes_over_no_other_banks_venue(client: TestClient, bank: dict[str, str]) -> None:
    """Saying that it is one's own does not make it so."""
    assert client.patch(B, json={"institution": BANK}, headers={**bank, "if-match": "*"}).status_code == 403


def test_a_county_moves_nothing_out_of_its_reach(client: TestClient) -> None:
    """Neither away into another county, by word or by pin, nor in from there."""
    here = {**sign_in(client, "county", region=HERE), "if-match": "*"}
    assert client.patch(C, json={"level": "4"}, headers=here).status_code == 200
    assert client.patch(C, json={"region": BESIDE, "outside": "keep"}, headers=here).status_code == 403
    pin = {"lon": 116.2, "lat": 36.5, "datum": "wgs84", "location_quality": "surveyed", "outside": "move"}
    assert client.patch(C, json=pin, headers=here).status_code == 403
    beside = {**sign_in(client, "county", region=BESIDE), "if-match": "*"}
    assert client.patch(C, json={"region": BESIDE}, headers=beside).status_code == 403


def test_a_department_sees_to_the_classes_it_leads(client: TestClient) -> None:
    """Hotels are the culture and tourism bureau's; a hotel does not become a mall by its hand."""
    headers = {**sign_in(client, "department", institution="W"), "if-match": "*"}
    assert client.patch(A, json={"level": "4"}, headers=headers).status_code == 200
    assert client.patch(A, json={"category": "mall"}, headers=headers).status_code == 403
    assert client.patch(C, json={"level": "4"}, headers=headers).status_code == 403


def test_nobody_writes_without_signing_in(client: TestClient) -> None:
    """401; with a cookie but without its guard, or with a token to read only, 403."""
    assert client.patch(A, json={}, headers={"if-match": "*"}).status_code == 401
    assert client.get(f"{A}/record").status_code == 401
    sign_in(client, "regulator")
    assert client.patch(A, json={"phone": "1"}, headers={"if-match": "*"}).status_code == 403
    client.cookies.clear()
    reader = token(client, "regulator", scopes=["read"])
    assert client.patch(A, json={"phone": "1"}, headers={**reader, "if-match": "*"}).status_code == 403
    writer = token(client, "regulator")
    assert client.patch(A, json={"phone": "1"}, headers={**writer, "if-match": "*"}).status_code == 200


def test_a_private_record_is_kept_for_nobody_else(client: TestClient, bank: dict[str, str]) -> None:
    """What the owner may read is not answered to a stranger from memory, nor kept by a cache."""
    del bank
    owned = client.get(f"{A}/record")
    assert (owned.status_code, owned.headers["cache-control"]) == (200, "no-store")
    client.cookies.clear()
    assert client.get(f"{A}/record").status_code == 401


def test_a_new_venue_is_found_at_once(client: TestClient, bank: dict[str, str]) -> None:
    """201 with its place and version; the first line of history holds all of it."""
    made = client.post("/api/v1/venues", json={**NEW, "institution": BANK, "external_id": "7"}, headers=bank)
    assert (made.status_code, made.headers["etag"], made.json()["version"]) == (201, '"1"', 1)
    assert client.get(made.headers["location"]).json()["name_zh"] == "新店"
    assert client.get(f"/api/v1/venues/{made.json()['id']}").json()["properties"]["category"] == "restaurant"
    assert faults(
        client.post("/api/v1/venues", json={**NEW, "institution": BANK, "external_id": "7"}, headers=bank)
    ) == {"external_id"}
    assert faults(client.post("/api/v1/venues", json={}, headers=bank)) == {"name_zh", "category", "region", "source"}


def test_statements_are_recorded_and_withdrawn(client: TestClient, bank: dict[str, str]) -> None:
    """One for each aspect; a withdrawal says why, and the first stays to be read."""
    body = {**SAID, "aspects": {"visa": "yes", "jcb": "no"}}
    made = client.post(f"{A}/observations", json=body, headers=bank)
    assert made.status_code == 201
    visa, jcb = made.json()["observations"]
    assert client.get(A).json()["properties"]["capabilities"]["foreign_card"]["schemes"] == ["visa"]
    assert faults(client.post(f"/api/v1/observations/{visa}/withdrawal", json={}, headers=bank)) == {"reason"}
    taken = client.post(f"/api/v1/observations/{visa}/withdrawal", json={"reason": "the shop next door"}, headers=bank)
    assert taken.status_code == 201
    said = {o["id"]: o for o in client.get(f"{A}/observations").json()["observations"]}
    assert (said[visa]["withdrawn"], said[visa]["status"], said[jcb]["withdrawn"]) == (True, "yes", False)
    assert client.post("/api/v1/observations/999/withdrawal", json={"reason": "?"}, headers=bank).status_code == 404


def test_a_bank_withdraws_no_finding_of_another_unit(client: TestClient, bank: dict[str, str]) -> None:
    """What somebody else found at its own branch stays until whoever may review it takes it back."""
    with client.app.state.sessions() as session:
        (number,) = statements.record(session, [seen("a", "cash", "no", "2026-01-01")], SYSTEM)
        session.commit()
    address, why = f"/api/v1/observations/{number}/withdrawal", {"reason": "we disagree"}
    assert client.post(address, json=why, headers=bank).status_code == 403


def test_a_bank_withdraws_no_statement_about_anothers_venue(client: TestClient, bank: dict[str, str]) -> None:
    """A statement belongs to whoever sees to its venue."""
    with client.app.state.sessions() as session:
        (number,) = statements.record(session, [seen("b", "cash", "yes", "2026-01-01")], SYSTEM)
        session.commit()
    assert (
        client.post(f"/api/v1/observations/{number}/withdrawal", json={"reason": "x"}, headers=bank).status_code == 403
    )


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({}, {"status"}),
        ({"status": "maybe"}, {"status"}),
        ({"aspects": {"gold": "yes"}}, {"aspect:gold"}),
        ({"status": "yes", "observed_at": "2999-01-01"}, {"observed_at"}),
        ({"status": "yes", "observed_at": "1999-12-31"}, {"observed_at"}),
        ({"status": "yes", "source_kind": "visitor_report"}, {"source_kind"}),
        ({"status": "yes", "source_ref": " "}, {"source_ref"}),
        ({"status": "yes", "capability": "magic"}, {"capability"}),
        ({"status": "yes", "details": [1]}, {"details"}),
    ],
)
def test_a_bad_statement_names_its_fields(
    client: TestClient, bank: dict[str, str], change: dict, named: set[str]
) -> None:
    """Nothing is recorded, and every field at fault is named."""
    assert faults(client.post(f"{A}/observations", json={**SAID, **change}, headers=bank)) == named
    assert client.get(f"{A}/observations").json()["numberMatched"] == 0


def test_writes_hold_on_both_databases(migrated_url: str, settings: Settings) -> None:
    """A venue added, changed, overtaken and observed, on SQLite and on PostGIS."""
    engine = make_engine(migrated_url)
    fill(engine)
    own_and_other(engine)
    on_it = settings.model_copy(update={"database_url": migrated_url})
    with TestClient(create_app(on_it)) as client:
        headers = sign_in(client, "regulator")
        made = client.post(
            "/api/v1/venues",
            json={**NEW, "lon": 116.0, "lat": 36.5, "datum": "gcj02", "location_quality": "sourced"},
            headers=headers,
        )
        at = f"/api/v1/venues/{made.json()['id']}"
        assert client.patch(at, json={"notes": "x"}, headers={**headers, "if-match": '"1"'}).status_code == 200
        assert client.patch(at, json={"notes": "y"}, headers={**headers, "if-match": '"1"'}).status_code == 412
        assert client.post(f"{at}/observations", json={**SAID, "status": "yes"}, headers=headers).status_code == 201
        assert client.get(at).json()["properties"]["capabilities"]["foreign_card"]["status"] == "yes"
    with make_sessions(engine)() as session:
        assert session.get(Venue, made.json()["id"]).original_datum == "gcj02"
    engine.dispose()
