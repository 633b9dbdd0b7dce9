"""A worker that follows the changes answers exactly as one that starts afresh."""

import json
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.actor import SYSTEM
from app.catalog import live as live_module
from app.catalog.build import microseconds
from app.catalog.catalog import Catalog
from app.catalog.filters import Filters
from app.register.changes import mark
from app.register.statements import record
from app.tables import Region, Venue
from catalog_worker import Maker
from random_register import TODAY, RandomRegister
from small_register import fill, seen, venue_id


def same(one: Catalog, other: Catalog, made: RandomRegister) -> None:
    """Nothing can be asked of the two that they would answer differently."""
    assert (one.version, one.count) == (other.version, other.count)
    for key in made.ids:
        assert one.one(key) == other.one(key)
    for _ in range(12):
        asked, (lon, lat), limit = made.filters(), made.place(), made.chance.choice((3, 1000))
        assert one.find(asked, limit=limit, lang="en") == other.find(asked, limit=limit, lang="en")
        assert one.nearest(lon, lat, asked, limit=limit) == other.nearest(lon, lat, asked, limit=limit)
    assert one.find(Filters(), limit=1000, since=0) == other.find(Filters(), limit=1000, since=0)


@pytest.mark.parametrize("seed", range(4))
def test_base_and_delta_answer_like_a_fresh_base(register: Engine, worker: Maker, seed: int) -> None:
    """After any writes, and over midnights, on SQLite and on PostGIS."""
    made = RandomRegister(register, seed)
    made.fill(40)
    view = worker(register)
    for step in range(5):
        for _ in range(made.chance.randint(1, 6)):
            made.write()
            view.refresh()
        view.day = TODAY + timedelta(step // 2)
        view.refresh()
        fresh = worker(register, f"fresh-{step}", day=view.day)
        same(view.catalog, fresh.catalog, made)


def test_what_turned_stale_stays_stale_when_something_else_is_written(register: Engine, worker: Maker) -> None:
    """At midnight a year-old statement turns stale in a delta, and later deltas do not forget it."""
    fill(register)
    say(register, "a", TODAY - timedelta(365))
    view = worker(register)
    assert b'"stale":false' in (view.catalog.one(venue_id("a")) or b"")
    view.day = TODAY + timedelta(1)
    view.refresh()
    turned = view.catalog.one(venue_id("a"))
    say(register, "b", TODAY)
    view.refresh()
    assert b'"stale":true' in (turned or b"")
    assert view.catalog.one(venue_id("a")) == turned


def test_a_venue_opens_and_closes_on_its_day(register: Engine, worker: Maker) -> None:
    """A planned closure takes a venue off the list on its day, not before; a planned opening puts it there."""
    fill(register)
    with Session(register) as session:
        session.get_one(Venue, venue_id("a")).closed_on = TODAY + timedelta(1)
        session.get_one(Venue, venue_id("b")).opened_on = TODAY + timedelta(1)
        mark(session, SYSTEM, [venue_id("a"), venue_id("b")])
        session.commit()
    view = worker(register)
    assert found(view.catalog) == {"a", "c", "d"}
    view.day = TODAY + timedelta(1)
    view.refresh()
    assert found(view.catalog) == {"b", "c", "d"}
    news = view.catalog.find(Filters(), limit=9, since=microseconds(datetime.combine(view.day, time(), UTC)))
    assert [stone.id for stone in news.tombstones] == [venue_id("a")]
    assert [json.loads(feature)["id"] for feature in news.features] == [venue_id("b")]


def test_a_new_region_and_its_venues_reach_every_worker(register: Engine, worker: Maker) -> None:
    """A load that adds a county, marked as a change of everything, is followed by a new base."""
    fill(register)
    view = worker(register)
    with Session(register) as session:
        session.add(Region(adcode="371599", level="county", name_zh="-", name_en="-", source="-"))
        session.flush()
        session.get_one(Venue, venue_id("c")).region = "371599"
        mark(session, SYSTEM, None)
        session.commit()
    view.refresh()
    assert found(view.catalog, Filters(regions=frozenset({"371599"}))) == {"c"}
    assert view.catalog.delta is None


def test_very_many_at_once_make_a_new_base(register: Engine, worker: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """When more than a delta should hold turns stale in one night, a new base is made, without a delta."""
    fill(register)
    monkeypatch.setattr(live_module, "TOO_MANY", 0)
    view = worker(register)
    say(register, "a", TODAY)
    view.refresh()
    assert view.catalog.delta is None
    assert b"inspection" in (view.catalog.one(venue_id("a")) or b"")


def found(catalog: Catalog, asked: Filters | None = None) -> set[str]:
    """The letters of the venues listed."""
    letters = {venue_id(letter): letter for letter in "abcd"}
    features = catalog.find(asked or Filters(), limit=100).features
    return {letter for key, letter in letters.items() if any(f'"id":"{key}"'.encode() in f for f in features)}


def say(engine: Engine, letter: str, day: object) -> None:
    """Somebody sees that a venue takes cash."""
    with Session(engine) as session:
        record(session, [seen(letter, "cash", "yes", str(day))], SYSTEM)
        session.commit()
