"""What was said about a venue, over HTTP."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.actor import SYSTEM
from app.db import make_sessions
from app.main import create_app
from app.register.statements import decide, record, withdraw
from app.settings import Settings
from small_register import seen, venue_id

ADDRESS = f"/api/v1/venues/{venue_id('a')}/observations"


@pytest.fixture
def client(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    """An application over the small register, in which much was said about A, and one thing about B."""
    with make_sessions(engine).begin() as session:
        said = [
            seen("a", "cash", "yes", "2026-01-01"),
            seen("a", "cash", "no", "2026-01-02"),
            seen("a", "foreign_card", "yes", "2026-01-03", "visa", "visitor_report"),
            seen("a", "foreign_card", "yes", "2026-01-04", "jcb", "visitor_report"),
            seen("a", "foreign_card", "yes", "2026-01-05", "discover", "visitor_report"),
            seen("a", "mobile_pay", "yes", "2026-01-06", "alipay"),
            seen("b", "cash", "yes", "2026-01-07"),
        ]
        first, second, visa, jcb, _pending, alipay, _other = record(session, said, SYSTEM)
        for outcome in ("accepted", "rejected", "accepted"):
            decide(session, visa, outcome, SYSTEM)
        for outcome in ("accepted", "rejected"):
            decide(session, jcb, outcome, SYSTEM)
        withdraw(session, second, SYSTEM, "another shop")
        withdraw(session, withdraw(session, alipay, SYSTEM, "doubtful"), SYSTEM, "it was right")
    assert first
    with TestClient(create_app(settings)) as made:
        yield made


def test_the_latest_decision_holds(client: TestClient) -> None:
    """A statement decided three times stands once; one rejected after all, and one undecided, do not stand."""
    said = client.get(ADDRESS).json()["observations"]
    aspects = [s["aspect"] for s in said if s["capability"] == "foreign_card"]
    assert aspects == ["visa"]


def test_what_was_taken_back_says_so(client: TestClient) -> None:
    """Both stay in the record; a withdrawal that was itself withdrawn takes nothing back."""
    said = client.get(ADDRESS).json()["observations"]
    cash = {s["status"]: s for s in said if s["capability"] == "cash" and s["withdraws"] is None}
    assert (cash["no"]["withdrawn"], cash["yes"]["withdrawn"]) == (True, False)
    assert [s["withdrawn"] for s in said if s["withdraws"] == cash["no"]["id"]] == [False]
    (alipay,) = [s for s in said if s["aspect"] == "alipay" and s["withdraws"] is None]
    assert alipay["withdrawn"] is False


def test_it_tells_no_names_and_no_other_venue(client: TestClient) -> None:
    """Who said it and the file that it stood in stay inside."""
    said = client.get(ADDRESS).json()
    assert said["numberMatched"] == len(said["observations"]) == 7
    assert not any({"recorded_by", "source_ref", "import_id"} & set(s) for s in said["observations"])


def test_pages_show_each_statement_once_newest_first(client: TestClient) -> None:
    """Following `next` walks the whole history."""
    whole = client.get(ADDRESS).json()["observations"]
    address, shown = f"{ADDRESS}?limit=2", []
    while address:
        page = client.get(address).json()
        assert page["numberReturned"] == len(page["observations"]) <= 2
        shown += page["observations"]
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
    assert shown == whole
    assert [s["observed_at"] for s in whole] == sorted((s["observed_at"] for s in whole), reverse=True)


@pytest.mark.parametrize("query", ["cursor=x", "cursor=999999", "cursor=0", "limit=0", "limit=1&limit=2", "lang=en"])
def test_a_malformed_question_is_refused(client: TestClient, query: str) -> None:
    """By name, as everywhere."""
    answer = client.get(f"{ADDRESS}?{query}")
    assert (answer.status_code, answer.json()["parameter"]) == (400, query.split("=", maxsplit=1)[0])


def test_the_id_may_be_written_in_capitals(client: TestClient) -> None:
    """The answer is about the same venue."""
    shouted = client.get(ADDRESS.replace("aaaaaaaa", "AAAAAAAA")).json()
    assert shouted["observations"] == client.get(ADDRESS).json()["observations"]
    assert shouted["venue"] == venue_id("a")


def test_a_mobile_number_among_the_details_stays_inside(client: TestClient) -> None:
    """Neither the statement nor the venue tells it; what stands beside it is told."""
    noted = replace(seen("b", "cash", "yes", "2026-01-08"), details={"window": "ask Li, 13806350000", "desks": 2})
    with client.app.state.sessions.begin() as session:
        record(session, [noted], SYSTEM)
    client.app.state.register.refresh()
    for address in (f"/api/v1/venues/{venue_id('b')}", f"/api/v1/venues/{venue_id('b')}/observations"):
        told = client.get(address).text
        assert "ask Li" in told
        assert "13806350000" not in told
