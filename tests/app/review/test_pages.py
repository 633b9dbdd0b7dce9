"""The queue over HTTP, by page and by interface: who may, what is shown, what is written, and who comes second."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.tables import AuditLine, Decision, Inspection
from app.tables.base import now
from small_register import venue_id
from staff import sign_in, token

Shared = tuple[TestClient, dict[str, int]]
PAGE = {"accept": "text/html", "accept-language": "zh"}
LATER = (now().date() + timedelta(days=9)).isoformat()
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
MAY_REVIEW_A = {"regulator", "admin", "own department", "own county"}
MAY_OPEN = MAY_REVIEW_A | {"other department", "other county"}


def as_(client: TestClient, who: str) -> dict[str, str]:
    """Sign somebody in on a browser that remembers nothing; the headers of a write."""
    client.cookies.clear()
    return sign_in(client, who.rsplit(maxsplit=1)[-1], **WHO[who])


def decisions(engine: Engine, number: int) -> list[tuple[str, str, str]]:
    """What was decided on a statement, in order."""
    with Session(engine) as session:
        query = select(Decision).where(Decision.observation_id == number).order_by(Decision.id)
        return [(d.outcome, d.reason, d.decided_by) for d in session.scalars(query)]


@pytest.mark.parametrize("who", WHO)
def test_who_may_decide_on_a(client: TestClient, engine: Engine, told: dict[str, int], who: str) -> None:
    """Page, form and interface agree: 403 and a line in the trail for all others; and nothing is written."""
    headers = as_(client, who)
    form = {"csrf": headers["x-csrf-token"], "seen": f"{told['report']}:0", "outcome": "accepted"}
    errand = {**form, "institution": "W", "due_on": LATER, "reason": "go"}
    page = client.get("/console/review", headers=PAGE).status_code
    answers = [
        client.post("/console/review/inspect", data=errand, headers=PAGE).status_code,
        client.post(f"/api/v1/observations/{told['report']}/decision", json={"outcome": "accepted"}, headers=headers),
    ]
    api = answers.pop().status_code
    again = client.post("/console/review/decide", data=form, headers=PAGE).status_code
    if who in MAY_REVIEW_A:
        assert (page, answers[0], api, again) == (200, 303, 201, 412)
    else:
        assert (page, answers[0], api, again) == (200 if who in MAY_OPEN else 403, 403, 403, 403)
        assert decisions(engine, told["report"]) == []
        with Session(engine) as session:
            assert session.scalars(select(Inspection)).all() == []
            assert {a.outcome for a in session.scalars(select(AuditLine))} == {"refused"}


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh", ["说法矛盾", "访客反馈", "拒收(经核实)"]), ("en", ["Contradiction", "Public now", "not taken"])],
)
def test_a_question_shows_both_sides_and_what_follows(shared: Shared, lang: str, words: list[str]) -> None:
    """In either language: what stands, what came in, and what would be public."""
    client, _ = shared
    as_(client, "regulator")
    page = client.get(f"/console/review?lang={lang}", headers=PAGE)
    assert page.status_code == 200
    for word in words:
        assert word in page.text
    assert page.text.count('class="card question"') == 3
    assert "no-store" in page.headers["cache-control"]


def test_filters_and_pages_are_in_the_address(shared: Shared) -> None:
    """What is asked for is shown, what is no choice is left out, and the counts are of every kind."""
    client, _ = shared
    as_(client, "regulator")
    for query, cards in (
        ("kind=conflict", 1),
        ("category=hotel", 1),
        ("region=371599", 0),
        ("kind=nonsense&page=x", 3),
    ):
        page = client.get(f"/console/review?{query}&lang=en", headers=PAGE)
        assert (query, page.text.count('class="card question"')) == (query, cards)


def test_a_form_accepts_and_the_second_is_told(client: TestClient, engine: Engine, told: dict[str, int]) -> None:
    """Two reviewers read the same page; the first decides, the second hears who and how, and nothing is overruled."""
    first = as_(client, "own department")
    fields = {"seen": f"{told['report']}:0", "outcome": "accepted", "back": "kind=visitor_report"}
    done = client.post("/console/review/decide", data={**fields, "csrf": first["x-csrf-token"]}, headers=PAGE)
    assert (done.status_code, done.headers["location"]) == (303, "/console/review?kind=visitor_report&done=accepted")
    public = client.get(f"/api/v1/venues/{venue_id('a')}").json()["properties"]["capabilities"]
    assert public["foreign_card"]["aspects"]["visa"]["status"] == "no"
    second = as_(client, "regulator")
    late = {**fields, "outcome": "rejected", "reason": "no", "csrf": second["x-csrf-token"]}
    answer = client.post("/console/review/decide?lang=en", data=late, headers=PAGE)
    assert answer.status_code == 412
    assert "department-W has decided this meanwhile: accepted" in answer.text
    assert decisions(engine, told["report"]) == [("accepted", "", "department-W")]


def test_a_conflict_is_settled_either_way(client: TestClient, engine: Engine, told: dict[str, int]) -> None:
    """The earlier one is right: the later one is rejected, and the public status turns back."""
    headers = as_(client, "regulator")
    (item,) = client.get("/api/v1/review?kind=conflict").json()["items"]
    assert (item["newer"][0]["id"], item["against"][0]["id"]) == (told["newer"], told["older"])
    assert (item["outlook"]["now"]["status"], item["outlook"]["rejected"]["status"]) == ("no", "yes")
    form = {"csrf": headers["x-csrf-token"], "outcome": "rejected", "reason": "seen again",
            "seen": f"{told['newer']}:{item['newer'][0]['decision']}"}  # fmt: skip
    assert client.post("/console/review/decide", data=form, headers=PAGE).status_code == 303
    assert decisions(engine, told["newer"])[-1][:2] == ("rejected", "seen again")
    assert client.get("/api/v1/review?kind=conflict").json()["numberMatched"] == 0
    public = client.get(f"/api/v1/venues/{venue_id('c')}").json()["properties"]["capabilities"]
    assert public["cash"]["status"] == "yes"


@pytest.mark.parametrize(
    ("path", "wrong", "words"),
    [
        ("decide", {"outcome": "rejected"}, "请写明理由"),
        ("inspect", {"institution": "W", "due_on": LATER}, "请写明理由"),
        ("inspect", {"institution": "nobody", "due_on": LATER, "reason": "go"}, "请选择由谁去巡检"),
        ("inspect", {"institution": "W", "due_on": "yesterday", "reason": "go"}, "日期已过"),
    ],
)
def test_what_is_missing_is_said(shared: Shared, path: str, wrong: dict[str, str], words: str) -> None:
    """The page comes back with the sentence, and the questions still stand."""
    client, told = shared
    headers = as_(client, "regulator")
    form = {"csrf": headers["x-csrf-token"], "seen": f"{told['report']}:0", **wrong}
    answer = client.post(f"/console/review/{path}", data=form, headers=PAGE)
    assert answer.status_code == 422
    assert words in answer.text
    assert answer.text.count('class="card question"') == 3


@pytest.mark.parametrize("seen", ["", "x", "1:y", "999999:0", "9" * 30 + ":0", ":", "-1:0"])
def test_a_form_about_nothing_is_not_found(shared: Shared, seen: str) -> None:
    """Nothing breaks."""
    client, _ = shared
    headers = as_(client, "regulator")
    form = {"csrf": headers["x-csrf-token"], "seen": seen, "outcome": "accepted"}
    assert client.post("/console/review/decide", data=form, headers=PAGE).status_code == 404


def test_the_interface_lists_and_decides(client: TestClient, engine: Engine, told: dict[str, int]) -> None:
    """A program with a token does the same; what it did not know of is not overruled."""
    headers = token(client, "regulator")
    page = client.get("/api/v1/review?limit=1", headers=headers).json()
    assert (page["numberMatched"], page["numberReturned"]) == (3, 1)
    assert page["counts"] == {"visitor_report": 1, "openstreetmap": 1, "conflict": 1}
    address = f"/api/v1/observations/{told['osm']}/decision"
    said = client.post(address, json={"outcome": "rejected", "reason": "old tag"}, headers=headers)
    assert said.status_code == 201
    assert decisions(engine, told["osm"]) == [("rejected", "old tag", "regulator")]
    late = client.post(address, json={"outcome": "accepted"}, headers=headers)
    assert (late.status_code, "rejected by regulator" in late.json()["detail"]) == (412, True)
    knowing = {"outcome": "accepted", "seen": said.json()["decision"]}
    assert client.post(address, json=knowing, headers=headers).status_code == 201


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("kind=x", "kind"), ("limit=0", "limit"), ("colour=red", "colour"), ("capability=", "capability")],
)
def test_a_malformed_question_is_refused(shared: Shared, query: str, parameter: str) -> None:
    """By name, as everywhere in the interface."""
    client, _ = shared
    answer = client.get(f"/api/v1/review?{query}", headers=token(client, "regulator"))
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


@pytest.mark.parametrize(
    ("number", "body", "status"),
    [
        ("999999", {"outcome": "accepted"}, 404),
        ("0", {"outcome": "accepted"}, 422),
        ("report", {"outcome": "maybe"}, 422),
        ("report", {"outcome": "rejected"}, 422),
        ("report", {"outcome": "accepted", "more": 1}, 422),
        ("report", {"outcome": "accepted", "seen": 5}, 412),
    ],
)
def test_a_malformed_decision_is_refused(shared: Shared, number: str, body: dict, status: int) -> None:
    """With the status that says why; and nothing is written."""
    client, told = shared
    address = f"/api/v1/observations/{told.get(number, number)}/decision"
    assert client.post(address, json=body, headers=token(client, "regulator")).status_code == status
    items = client.get("/api/v1/review", headers=token(client, "regulator")).json()["items"]
    assert told["report"] in {said["id"] for item in items for said in item["newer"]}
