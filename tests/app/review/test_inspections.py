"""Inspections: whose they are, what they leave, and that they are done once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actor import Actor
from app.db import make_engine
from app.errors import BadFields, NotAllowed, NotFound, Overtaken
from app.policy import Policy
from app.review.inspections import Visit, done, due, save, statements_of
from app.review.photos import Photo
from app.review.tried import FOUND, Found, field, read, trials
from app.tables import Attachment, CapabilitySummary, Inspection, Institution, Observation
from app.vocabulary import CAPABILITIES, CATEGORIES
from small_register import fill, venue_id

POLICY = Policy(class_lead={"hotel": "W", "hospital": "H", "mall": "C"})
TODAY = date(2026, 11, 24)
TOURISM = Actor("li", "department", "W")
REGULATOR = Actor("wang", "regulator", "P")
COUNTY = Actor("sun", "county", "371502", "371502")
ELSEWHERE = Actor("qian", "county", "371521", "371521")
BANK = Actor("bank", "bank", "boc")
UNITS = {"W": "city_department", "H": "city_department", "P": "regulator", "boc": "bank", "371502": "county"}
VISIT = Visit(venue_id("a"), TODAY, [Found("foreign_card", "visa", "yes")], "key-1", "by the lift")


@pytest.fixture(autouse=True)
def units(session: Session) -> None:
    """The institutions that may be asked to go."""
    session.add_all(Institution(code=code, kind=kind, name_zh=code, source="-") for code, kind in UNITS.items())
    session.commit()


def asked(session: Session, letter: str, unit: str | None, days: int = 7) -> Inspection:
    """An inspection that is due."""
    made = Inspection(
        venue_id=venue_id(letter), institution=unit, due_on=TODAY + timedelta(days=days), reason="go", recorded_by="x"
    )
    session.add(made)
    session.commit()
    return made


@pytest.mark.parametrize("category", CATEGORIES)
def test_what_can_be_tried_makes_sense(category: str) -> None:
    """Every capability that is asked of a class can be tried there, with every aspect, each once."""
    offered = [(t.capability, a) for t in trials(category) for a in ("", *t.aspects, *t.rare)]
    wanted = [(c.key, a) for c in CAPABILITIES.values() if category in c.categories for a in ("", *c.aspects)]
    assert sorted(offered) == sorted(wanted)


def test_a_form_is_read() -> None:
    """What was not tried is left out; a word that nobody offers is told."""
    form = {"foreign_card": "yes", "foreign_card.visa": "no", "cash": "", "mobile_pay": "maybe", "sim_service": "yes"}
    assert read("hotel", form) == (
        [Found("foreign_card", "", "yes"), Found("foreign_card", "visa", "no")],
        ["mobile_pay"],
    )
    assert field("cash") == "cash"
    assert set(FOUND) == {"yes", "limited", "no"}


def test_a_visit_leaves_statements_that_count(session: Session) -> None:
    """Each carries the inspection's number as its source and counts at once; the note stays inside."""
    made = save(session, replace(VISIT, photos=[Photo(b"jpeg", 3, 2)]), TOURISM, POLICY, TODAY)
    session.commit()
    (said,) = statements_of(session, made)
    assert (said.source_kind, said.source_ref, said.status, said.details) == (
        "inspection",
        f"inspection/{made.id}",
        "yes",
        {},
    )
    assert session.scalar(select(CapabilitySummary.status)) == "yes"
    (photo,) = session.scalars(select(Attachment))
    assert (photo.subject, photo.subject_id, photo.facts) == ("inspection", str(made.id), {"width": 3, "height": 2})
    assert made.result["note"] == "by the lift"


def test_it_closes_what_was_due(session: Session) -> None:
    """The inspection that was asked for is done, and no longer due."""
    first, second = asked(session, "a", "W", 7), asked(session, "d", "W", -3)
    before = [i.id for i, _ in session.execute(due(TOURISM, POLICY))]
    save(session, replace(VISIT, inspection_id=first.id), TOURISM, POLICY, TODAY)
    session.commit()
    assert before == [second.id, first.id]
    assert [i.id for i, _ in session.execute(due(TOURISM, POLICY))] == [second.id]
    assert [(i.id, i.done_on) for i, _ in session.execute(done(TOURISM, POLICY))] == [(first.id, TODAY)]


def test_the_same_form_twice_is_one_visit(session: Session) -> None:
    """A phone that sends again on a slow network adds nothing, for a visit that was due and for one that was not."""
    due_one = asked(session, "a", "W")
    for visit in (VISIT, replace(VISIT, inspection_id=due_one.id, key="key-2")):
        first = save(session, visit, TOURISM, POLICY, TODAY)
        session.commit()
        assert save(session, visit, TOURISM, POLICY, TODAY).id == first.id
        session.commit()
    assert session.scalar(select(func.count()).select_from(Observation)) == 2


REGULATOR_OF_NOBODY = Actor("wang", "regulator")


def test_two_that_come_at_once_are_one(migrated_url: str) -> None:
    """The second waits for the first and then finds it, on both databases."""
    engine = make_engine(migrated_url)
    fill(engine)

    def send(_number: int) -> int:
        with Session(engine) as session:
            made = save(session, VISIT, REGULATOR_OF_NOBODY, POLICY, TODAY)
            session.commit()
            return made.id

    with ThreadPoolExecutor(4) as threads:
        ids = set(threads.map(send, range(4)))
    with Session(engine) as session:
        assert len(ids) == 1
        assert session.scalar(select(func.count()).select_from(Observation)) == 1
    engine.dispose()


def test_somebody_else_has_done_it(session: Session) -> None:
    """Two inspectors with the same errand: the second is told who was there."""
    errand = asked(session, "a", "W")
    save(session, replace(VISIT, inspection_id=errand.id), TOURISM, POLICY, TODAY)
    session.commit()
    with pytest.raises(Overtaken, match="li has done it"):
        save(session, replace(VISIT, inspection_id=errand.id, key="other"), REGULATOR, POLICY, TODAY)


MAY = [
    (REGULATOR, "a", None, True),
    (TOURISM, "a", None, True),
    (TOURISM, "b", None, False),
    (TOURISM, "b", "W", True),
    (COUNTY, "b", None, True),
    (ELSEWHERE, "b", None, False),
    (BANK, "a", None, False),
    (BANK, "a", "boc", True),
    (BANK, "a", "W", False),
    (Actor("v", "visitor"), "a", None, False),
]


@pytest.mark.parametrize(("actor", "letter", "unit", "allowed"), MAY)
def test_who_may_inspect(session: Session, actor: Actor, letter: str, unit: str | None, allowed: object) -> None:
    """What is one's own, and what one was asked to go to; nothing else."""
    errand = asked(session, letter, unit)
    visit = replace(VISIT, venue_id=venue_id(letter), found=[Found("cash", "", "yes")], inspection_id=errand.id)
    if allowed:
        assert save(session, visit, actor, POLICY, TODAY).done_on == TODAY
    else:
        with pytest.raises(NotAllowed):
            save(session, visit, actor, POLICY, TODAY)


@pytest.mark.parametrize(
    ("actor", "mine", "all_"),
    [(TOURISM, "wn", "wn"), (REGULATOR, "n", "wnhb"), (BANK, "b", "b"), (COUNTY, "n", "wnhb"), (ELSEWHERE, "", "")],
    ids=["tourism", "regulator", "bank", "county", "another county"],
)
def test_what_is_due_for_whom(session: Session, actor: Actor, mine: str, all_: str) -> None:
    """What one was asked to do, and what nobody was asked to do at one's own; on demand all that one may do."""
    named = {"w": ("a", "W"), "n": ("d", None), "h": ("b", "H"), "b": ("c", "boc")}
    ids = {asked(session, letter, unit).id: name for name, (letter, unit) in named.items()}
    assert {ids[i.id] for i, _ in session.execute(due(actor, POLICY))} == set(mine)
    assert {ids[i.id] for i, _ in session.execute(due(actor, POLICY, everybody=True))} == set(all_)


@pytest.mark.parametrize(
    ("field_", "wrong"),
    [
        ("found", {"found": [], "note": " "}),
        ("day", {"day": TODAY + timedelta(days=1)}),
        ("day", {"day": date(1999, 1, 1)}),
        ("note", {"note": "x" * 1001}),
        ("photo", {"photos": [Photo(b"", 1, 1)] * 5}),
    ],
)
def test_a_visit_that_cannot_be_is_refused(session: Session, field_: str, wrong: dict) -> None:
    """By field."""
    with pytest.raises(BadFields) as refused:
        save(session, replace(VISIT, **wrong), TOURISM, POLICY, TODAY)
    assert list(refused.value.faults) == [field_]


def test_a_closed_door_is_a_visit_too(session: Session) -> None:
    """Nothing could be tried, and the note says why: done, and nothing is claimed."""
    made = save(session, replace(VISIT, found=[]), TOURISM, POLICY, TODAY)
    assert statements_of(session, made) == []


def test_what_is_not_there_cannot_be_inspected(session: Session) -> None:
    """An unknown venue, an unknown inspection, one of another venue."""
    errand = asked(session, "b", "W")
    for wrong in ({"venue_id": "nowhere"}, {"inspection_id": 999}, {"inspection_id": errand.id}):
        with pytest.raises(NotFound):
            save(session, replace(VISIT, **wrong), TOURISM, POLICY, TODAY)
