"""Venues come in, change, go and come back."""

from collections.abc import Callable, Iterator
from datetime import date
from time import perf_counter
from typing import Any

import pytest
import shapely
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.actor import Actor
from app.db import make_engine, make_sessions
from app.errors import BadStatement, NotFound, Overtaken
from app.policy import Policy
from app.register import places
from app.register.changes import latest
from app.tables import Change, Venue, VenueHistory
from small_register import fill, venue_id

CLERK = Actor("clerk", "bank", "icbc")
NEW = "eeeeeeee-0000-4000-8000-000000000000"


@pytest.fixture
def shared(migrated_url: str) -> Iterator[Engine]:
    """The small register on SQLite and on PostGIS."""
    made = make_engine(migrated_url)
    fill(made)
    yield made
    made.dispose()


@pytest.fixture
def session(shared: Engine) -> Iterator[Session]:
    """A session that the test commits itself."""
    with make_sessions(shared)() as opened:
        yield opened


def row(key: str = NEW, **other: object) -> dict[str, Any]:
    """A new hotel with a position in GCJ-02."""
    placed = places.position(115.99, 36.46, "gcj02", "sourced", 30.0)
    told = {"id": key, "name_zh": "戊酒店", "category": "hotel", "region": "371502", "source": "test"}
    return {**told, "opened_on": date(2025, 5, 1), **placed, **other}


def histories(session: Session, key: str) -> list[tuple[dict[str, Any], str]]:
    """What was set, and by whom, in order."""
    query = select(VenueHistory.attributes, VenueHistory.recorded_by).where(VenueHistory.venue_id == key)
    return [(said, by) for said, by in session.execute(query.order_by(VenueHistory.id))]


def test_a_new_venue_is_there_with_all_that_is_known(session: Session) -> None:
    """Its row, its history, and a number that tells readers."""
    places.add(session, [row()], CLERK)
    session.commit()
    venue = session.get_one(Venue, NEW)
    assert (venue.name_zh, venue.version, venue.opened_on, venue.serves_public) == ("戊酒店", 1, date(2025, 5, 1), True)
    assert shapely.distance(venue.geometry, shapely.Point(115.99, 36.46)) > 0.003
    ((said, by),) = histories(session, NEW)
    assert (said["original_datum"], said["opened_on"], by) == ("gcj02", "2025-05-01", "clerk")
    assert "geometry" not in said
    assert session.scalars(select(Change.venue_id).where(Change.number == latest(session))).all() == [NEW]


def test_what_is_no_attribute_is_refused(session: Session) -> None:
    """A version or an unknown column is not set."""
    for wrong in ({"version": 7}, {"colour": "red"}):
        with pytest.raises(BadStatement, match=next(iter(wrong))):
            places.add(session, [row(**wrong)], CLERK)
        with pytest.raises(BadStatement, match=next(iter(wrong))):
            places.change(session, {venue_id("a"): wrong}, CLERK)


def test_the_database_refuses_like_it_always_does(session: Session) -> None:
    """Two venues of one number in one institution do not come in, by the bulk way either."""
    with pytest.raises(IntegrityError):
        places.add(session, [row(), row()], CLERK)


def test_a_change_is_written_once(session: Session) -> None:
    """Version and history move; the same again changes nothing, not even the number of the change."""
    for _ in range(2):
        places.change(session, {venue_id("a"): {"phone": "1", "name_zh": "甲酒店"}}, CLERK)
        session.commit()
        venue = session.get_one(Venue, venue_id("a"))
        assert (venue.phone, venue.version, latest(session)) == ("1", 2, 1)
    assert histories(session, venue_id("a")) == [({"phone": "1"}, "clerk")]


def test_a_position_moves_as_one(session: Session) -> None:
    """What stays the same of a position is in its line of history too."""
    places.change(session, {venue_id("d"): places.position(115.97, 36.47, "wgs84", "surveyed")}, CLERK)
    session.commit()
    venue = session.get_one(Venue, venue_id("d"))
    assert (venue.geometry, venue.location_quality) == (shapely.Point(115.97, 36.47), "surveyed")
    ((said, _),) = histories(session, venue_id("d"))
    assert set(said) == set(places.POSITION)
    places.change(session, {venue_id("d"): places.position(None, None)}, CLERK)
    session.commit()
    assert session.get_one(Venue, venue_id("d")).geometry is None


def test_who_was_overtaken_writes_nothing(session: Session) -> None:
    """Neither to the venue that moved on nor to any other of the same call."""
    places.change(session, {venue_id("a"): {"phone": "1"}}, CLERK)
    session.commit()
    wanted = {venue_id("b"): {"phone": "2"}, venue_id("a"): {"phone": "2"}}
    with pytest.raises(Overtaken, match="甲酒店"):
        places.change(session, wanted, CLERK, seen={venue_id("a"): 1, venue_id("b"): 1})
    session.rollback()
    assert session.get_one(Venue, venue_id("b")).phone is None


def test_a_removed_venue_keeps_its_row_and_comes_back(session: Session) -> None:
    """Twice the same is written once; what is removed is not changed."""
    for _ in range(2):
        places.remove(session, [venue_id("a")], CLERK, "twice in the list")
        session.commit()
    assert session.get_one(Venue, venue_id("a")).deleted_at is not None
    assert session.scalars(select(Change.kind)).all() == ["delete"]
    with pytest.raises(NotFound, match=venue_id("a")):
        places.change(session, {venue_id("a"): {"phone": "1"}}, CLERK)
    session.rollback()
    for _ in range(2):
        places.restore(session, [venue_id("a")], CLERK, "it was not")
        session.commit()
    assert session.get_one(Venue, venue_id("a")).deleted_at is None
    reasons = [said for said, _ in histories(session, venue_id("a"))]
    assert reasons == [
        {"removed": True, "reason": "twice in the list"},
        {"removed": False, "reason": "it was not"},
    ]


def test_whose_a_venue_is(session: Session) -> None:
    """The unit that leads its class, its county, its bank."""
    subject = places.subject_of(session.get_one(Venue, venue_id("a")), Policy(class_lead={"hotel": "W"}))
    assert (subject.name, subject.lead, subject.region, subject.institution) == ("甲酒店", "W", "371502", None)


def test_ten_thousand_come_in_quickly(session: Session, record_property: Callable[[str, object], None]) -> None:
    """Far under a millisecond each, venue and history together."""
    rows = [row(f"{n:08d}-0000-4000-8000-000000000000", external_id=str(n)) for n in range(10_000)]
    begun = perf_counter()
    places.add(session, rows, CLERK)
    session.commit()
    record_property("seconds", perf_counter() - begun)
    assert session.scalar(select(func.count(VenueHistory.id))) == len(rows)
    assert perf_counter() - begun < 10
