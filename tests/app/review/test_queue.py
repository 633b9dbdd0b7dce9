"""What waits for whom, and what becomes of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actor import SYSTEM, Actor
from app.errors import BadFields, BadStatement, NotAllowed, NotFound, Overtaken
from app.policy import Policy
from app.register.changes import mark
from app.register.statements import decide, record, withdraw
from app.review import queue
from app.review.claims import Claims
from app.review.decisions import Errand, Ruling, ask_inspection, rule
from app.review.evidence import questions
from app.review.preview import Choice, outlooks
from app.review.queue import Asked, waiting
from app.tables import Inspection, Institution, Observation, Venue
from app.tables.base import now
from small_register import seen, venue_id

POLICY = Policy(class_lead={"hotel": "W", "hospital": "H", "mall": "C"})
REGULATOR = Actor("wang", "regulator", "P")
TOURISM = Actor("li", "department", "W")
HEALTH = Actor("zhao", "department", "H")
COUNTY = Actor("sun", "county", "371502", "371502")
ELSEWHERE = Actor("qian", "county", "371521", "371521")
BANK = Actor("bank", "bank", "boc")
TODAY = date(2026, 11, 24)
WITHIN = timedelta(days=90)


@pytest.fixture
def claims() -> Claims:
    """Conflicts within ninety days."""
    return Claims(WITHIN)


@pytest.fixture
def told(session: Session) -> list[int]:
    """One visitor's report on A in two parts, one from OpenStreetMap on B, and two sources that disagree on C."""
    session.add(Institution(code="W", kind="city_department", name_zh="文旅局", source="-"))
    said = [
        seen("a", "foreign_card", "no", "2026-10-01", "visa", "visitor_report"),
        seen("a", "foreign_card", "yes", "2026-10-01", "jcb", "visitor_report"),
        seen("b", "cash", "yes", "2026-10-02", kind="openstreetmap"),
        seen("c", "cash", "yes", "2026-10-01", kind="ledger"),
        seen("c", "cash", "no", "2026-10-20", kind="inspection"),
    ]
    ids = record(session, said, SYSTEM)
    session.commit()
    return ids


def keys(session: Session, actor: Actor, claims: Claims, **asked: str) -> list[str]:
    """The keys of what waits for the actor."""
    return [item.key for item in waiting(session, actor, POLICY, claims, Asked(**asked))]


def test_a_report_in_parts_is_one_question(session: Session, told: list[int], claims: Claims) -> None:
    """What one source said at one time of one capability is decided together; a conflict names both sides."""
    items = waiting(session, REGULATOR, POLICY, claims, Asked())
    found = {(item.kind, item.newer, item.older) for item in items}
    assert found == {
        ("visitor_report", (told[0], told[1]), ()),
        ("openstreetmap", (told[2],), ()),
        ("conflict", (told[4],), (told[3],)),
    }
    assert queue.counted(items) == {"visitor_report": 1, "openstreetmap": 1, "conflict": 1}


@pytest.mark.parametrize(
    ("actor", "letters"),
    [(REGULATOR, "abc"), (TOURISM, "a"), (HEALTH, "b"), (COUNTY, "abc"), (ELSEWHERE, ""), (BANK, "")],
    ids=["regulator", "tourism", "health", "county", "another county", "bank"],
)
def test_one_sees_what_one_may_decide(
    session: Session, told: list[int], claims: Claims, actor: Actor, letters: str
) -> None:
    """A department sees its classes, a county its ground, a bank nothing; and what one cannot see one cannot decide."""
    items = waiting(session, actor, POLICY, claims, Asked())
    assert {item.venue_id[0] for item in items} == set(letters)
    for letter, number in (("a", told[0]), ("b", told[2]), ("c", told[4])):
        ruling = Ruling({number: queue.newest_decisions(session, [number])[number]}, "accepted", "")
        if letter in letters:
            rule(session, ruling, actor, POLICY)
        else:
            with pytest.raises(NotAllowed):
                rule(session, ruling, actor, POLICY)
        session.rollback()


def test_filters_narrow_the_queue(session: Session, told: list[int], claims: Claims) -> None:
    """By capability, class, county and venue."""
    assert keys(session, REGULATOR, claims, capability="foreign_card") == [str(told[0])]
    assert keys(session, REGULATOR, claims, category="hospital") == [str(told[2])]
    assert keys(session, REGULATOR, claims, venue=venue_id("c")) == [f"{told[4]}-{told[3]}"]
    assert keys(session, REGULATOR, claims, region="371521") == []


def test_a_decision_takes_it_off_the_queue(session: Session, told: list[int], claims: Claims) -> None:
    """Accepted, rejected or withdrawn: it waits no more; either way of settling a conflict settles it."""
    rule(session, Ruling({told[0]: 0, told[1]: 0}, "accepted", ""), REGULATOR, POLICY)
    rule(session, Ruling({told[2]: 0}, "rejected", "tag copied from elsewhere"), REGULATOR, POLICY)
    session.commit()
    assert keys(session, REGULATOR, claims) == [f"{told[4]}-{told[3]}"]
    newest = queue.newest_decisions(session, [told[4]])
    rule(session, Ruling(newest, "accepted", "seen again"), REGULATOR, POLICY)
    session.commit()
    assert keys(session, REGULATOR, claims) == []


def test_a_withdrawn_report_waits_no_more(session: Session, told: list[int], claims: Claims) -> None:
    """Nobody is asked about what was taken back."""
    withdraw(session, told[2], SYSTEM, "sent twice")
    session.commit()
    assert str(told[2]) not in keys(session, REGULATOR, claims)


def test_the_second_is_told_that_it_was_decided(session: Session, told: list[int]) -> None:
    """Two reviewers had the same page: the second hears who decided and how, and nothing is written."""
    rule(session, Ruling({told[2]: 0}, "rejected", "wrong shop"), HEALTH, POLICY)
    session.commit()
    with pytest.raises(Overtaken, match="rejected by zhao"):
        rule(session, Ruling({told[2]: 0}, "accepted", ""), REGULATOR, POLICY)
    session.rollback()
    assert questions(session, [])[:] == []
    assert queue.newest_decisions(session, [told[2]])[told[2]] > 0


def test_a_rejection_says_why(session: Session, told: list[int]) -> None:
    """Without a reason nothing is rejected; nor is a statement that is not there."""
    with pytest.raises(BadFields, match="reason"):
        rule(session, Ruling({told[2]: 0}, "rejected", "  "), REGULATOR, POLICY)
    with pytest.raises(NotFound):
        rule(session, Ruling({99_999: 0}, "accepted", ""), REGULATOR, POLICY)


def test_evidence_of_a_report_is_what_it_would_overturn(session: Session, told: list[int], claims: Claims) -> None:
    """Beside a visitor's report stands what is public now on the same question."""
    (standing,) = record(session, [seen("a", "foreign_card", "yes", "2026-09-01", "visa", "ledger")], SYSTEM)
    session.commit()
    (question,) = questions(session, waiting(session, TOURISM, POLICY, claims, Asked()))
    assert [e.id for e in question.against] == [standing]
    assert [(e.aspect, e.status, e.decision) for e in question.newer] == [("visa", "no", 0), ("jcb", "yes", 0)]
    assert question.venue.name_zh == "甲酒店"
    assert told[0] == question.newer[0].id


def test_the_preview_is_what_then_happens(session: Session, told: list[int]) -> None:
    """For each choice, what is foretold is what the register says after it."""
    choices = {
        "now": Choice(venue_id("a"), "foreign_card"),
        "accept": Choice(venue_id("a"), "foreign_card", counting=(told[0], told[1])),
        "older": Choice(venue_id("c"), "cash", dropped=(told[4],)),
    }
    foretold = outlooks(session, choices)
    assert (foretold["now"].status, foretold["now"].of("visa")) == ("unknown", "unknown")
    rule(session, Ruling({told[0]: 0, told[1]: 0}, "accepted", ""), REGULATOR, POLICY)
    decide(session, told[4], "rejected", REGULATOR, "seen again")
    after = outlooks(session, {k: Choice(c.venue_id, c.capability) for k, c in choices.items()})
    assert after == {**foretold, "now": foretold["accept"]}
    assert foretold["accept"].of("visa") == "no"
    assert (foretold["accept"].status, foretold["older"].status) == ("yes", "yes")


def test_an_inspection_that_is_asked_for_is_due(session: Session, told: list[int], claims: Claims) -> None:
    """It has a reason, somebody to go and a day; asking twice is asking once; the question waits behind the others."""
    errand = Errand((told[0], told[1]), "W", date(2026, 12, 1), "two reports of refused Visa")
    made = ask_inspection(session, errand, TOURISM, POLICY, TODAY)
    session.commit()
    again = ask_inspection(session, errand, REGULATOR, POLICY, TODAY)
    session.commit()
    assert again.id == made.id
    assert (made.institution, made.due_on, made.done_on, made.recorded_by) == ("W", date(2026, 12, 1), None, "li")
    assert keys(session, REGULATOR, claims)[-1] == str(told[0])
    assert keys(session, REGULATOR, claims, inspection="asked") == [str(told[0])]
    assert str(told[0]) not in keys(session, REGULATOR, claims, inspection="open")


def test_an_inspection_is_of_one_venue(session: Session, told: list[int]) -> None:
    """A statement of another one is named, and nobody is sent."""
    errand = Errand((told[0], told[3]), "W", date(2026, 12, 1), "go")
    with pytest.raises(BadStatement, match=f"statement {told[3]} is of another venue"):
        ask_inspection(session, errand, TOURISM, POLICY, TODAY)
    assert session.scalars(select(Inspection)).all() == []


@pytest.mark.parametrize(
    ("field", "errand"),
    [
        ("reason", Errand((1,), "W", TODAY, "")),
        ("institution", Errand((1,), "nobody", TODAY, "go")),
        ("due_on", Errand((1,), "W", TODAY - timedelta(days=1), "go")),
    ],
    ids=["reason", "institution", "day"],
)
def test_an_errand_without_its_parts_is_refused(session: Session, told: list[int], field: str, errand: Errand) -> None:
    """Each field says what is wrong."""
    assert told
    with pytest.raises(BadFields) as refused:
        ask_inspection(session, errand, REGULATOR, POLICY, TODAY)
    assert list(refused.value.faults) == [field]


def test_the_inspection_that_was_asked_for_settles_the_conflict(
    session: Session, told: list[int], claims: Claims
) -> None:
    """Its result, though it contradicts one side, does not come back as a question."""
    visit = Inspection(
        venue_id=venue_id("c"), done_on=date(2026, 11, 1), result={"about": [told[3], told[4]]}, recorded_by="li"
    )
    session.add(visit)
    session.flush()
    found = replace(seen("c", "cash", "yes", "2026-11-01"), source_ref=f"inspection/{visit.id}")
    (number,) = record(session, [found], TOURISM)
    session.commit()
    assert session.get_one(Observation, number).status == "yes"
    assert not [k for k in keys(session, REGULATOR, claims) if k.startswith(str(number))]


def test_a_removed_venue_asks_nothing(session: Session, told: list[int], claims: Claims) -> None:
    """What waits at a place that has been taken out of the register waits no more."""
    session.get_one(Venue, venue_id("b")).deleted_at = now()
    session.commit()
    assert str(told[2]) not in keys(session, REGULATOR, claims)


def test_what_is_kept_of_conflicts_is_what_is_computed_anew(session: Session, told: list[int], claims: Claims) -> None:
    """After each write, those who keep the conflicts know the same as somebody who begins."""
    steps = [
        lambda: record(session, [seen("b", "cash", "no", "2026-10-03", kind="ledger")], SYSTEM),
        lambda: record(session, [seen("b", "cash", "yes", "2026-10-04", kind="inspection")], SYSTEM),
        lambda: decide(session, told[4], "rejected", REGULATOR, "seen again"),
        lambda: withdraw(session, told[4] + 1, SYSTEM, "wrong"),
        lambda: mark(session, SYSTEM, None),
    ]
    counts = [len(claims.conflicts(session))]
    for step in steps:
        step()
        session.commit()
        kept, anew = claims.conflicts(session), Claims(WITHIN).conflicts(session)
        assert set(kept["newer"]) == set(anew["newer"])
        counts.append(len(kept))
    assert counts == [1, 1, 2, 1, 0, 0]
