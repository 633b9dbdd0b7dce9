"""Whose venues wait, in an order that one can go through."""

import pytest
from sqlalchemy.orm import Session

from app.actor import SYSTEM, Actor
from app.db import make_engine, make_sessions
from app.locating.queue import Queue
from app.policy import Policy
from app.register import places
from app.tables import Venue
from small_register import fill, venue_id

from .conftest import BANK, KEYS, branches


@pytest.fixture
def session(migrated_url: str) -> Session:
    """The branches, on SQLite and on PostGIS."""
    engine = make_engine(migrated_url)
    fill(engine)
    branches(engine)
    with make_sessions(engine)() as opened:
        yield opened
    engine.dispose()


def queue(
    session: Session, role: str = "regulator", which: str = "none", region: str | None = None, **bounds: str
) -> Queue:
    """The queue of somebody."""
    return Queue(session, Actor("x", role, bounds.get("institution"), bounds.get("at")), Policy(), which, region)


def walked(waiting: Queue) -> list[str]:
    """The names that come up when one skips each."""
    names, venue = [], waiting.following(None)
    for _ in range(10):
        if venue is None or venue.name_zh in names:
            break
        names.append(venue.name_zh)
        venue = waiting.following(venue)
    return names


def test_each_venue_comes_up_once(session: Session) -> None:
    """Skipping goes through all that wait and begins again; the list has the same, in the same order."""
    waiting = queue(session)
    assert set(walked(waiting)) == {*KEYS, "丁酒店"}
    assert [v.name_zh for v in waiting.page(1)] == walked(waiting)
    assert waiting.count() == 4


def test_one_sees_what_is_ones_own(session: Session) -> None:
    """A bank its branches; a county none of another; nobody what the role may not edit."""
    assert set(walked(queue(session, "bank", institution=BANK))) == {"沙镇支行", "甲酒店支行"}
    assert walked(queue(session, "county", at="371503")) == []
    assert walked(queue(session, "visitor")) == []
    assert walked(queue(session, region="371503")) == []


def test_approximate_places_are_a_queue_of_their_own(session: Session) -> None:
    """A rough position is progress and still waits to be made better; a removed or closed venue does not wait."""
    assert (queue(session).progress().total, queue(session).progress().located) == (7, 3)
    places.change(session, {KEYS["沙镇支行"]: places.position(115.8, 36.4, "wgs84", "approximate", 3000)}, SYSTEM)
    places.remove(session, [venue_id("d")], SYSTEM, "test")
    progress = queue(session).progress()
    assert (progress.total, progress.located, progress.approximate, progress.without) == (6, 4, 1, 2)
    assert walked(queue(session, which="approximate")) == ["沙镇支行"]
    assert "沙镇支行" not in walked(queue(session))


def test_after_the_last_one_comes_the_first(session: Session) -> None:
    """One that is skipped comes again when it is the only one: it still waits."""
    waiting = queue(session, "bank", institution=BANK)
    first, second = (session.get_one(Venue, KEYS[name]) for name in walked(waiting))
    assert waiting.following(second).id == first.id
    places.change(session, {first.id: places.position(115.8, 36.4)}, SYSTEM)
    assert waiting.following(second).id == second.id
