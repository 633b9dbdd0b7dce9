"""The read index answers exactly what going through every venue would answer."""

import json
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

import brute_force
from app.catalog.build import microseconds
from app.catalog.catalog import Catalog, Cursor
from app.catalog.filters import Filters
from app.catalog.nearest import chord_points, margin
from catalog_worker import Maker, open_by_text
from geo.crs import geodesic_distance
from random_register import MOMENTS, TODAY, TOWN, WORLD, RandomRegister

SIZES = {0: 0, 1: 1, 2: 40, 3: 60, 4: 80, 5: 120}


def ids(features: object) -> list[str]:
    """The ids of features, in their order."""
    return [json.loads(feature)["id"] for feature in features]


def by_hand(facts: list[brute_force.Fact], asked: Filters) -> list[brute_force.Fact]:
    """The venues that the slow way finds."""
    return [fact for fact in facts if brute_force.matches(fact, asked, TODAY, open_by_text)]


def grown(engine: Engine, seed: int, spots: tuple[tuple[float, float], ...] = TOWN) -> RandomRegister:
    """A register with some history."""
    made = RandomRegister(engine, seed, spots)
    made.fill(SIZES[seed])
    for _ in range(SIZES[seed] // 3):
        made.write()
    return made


def facts_of(engine: Engine) -> list[brute_force.Fact]:
    """Every venue as the tables have it."""
    with Session(engine, expire_on_commit=False) as session:
        return brute_force.facts(session, TODAY)


@pytest.mark.parametrize("seed", SIZES)
def test_every_filter_and_combination(sqlite_register: Engine, worker: Maker, seed: int) -> None:
    """Whatever is asked, the venues found are those that match, in order, and counted."""
    made = grown(sqlite_register, seed)
    catalog, facts = worker(sqlite_register).catalog, facts_of(sqlite_register)
    assert catalog.count == len(by_hand(facts, Filters()))
    for _ in range(200):
        asked = made.filters()
        page, expected = catalog.find(asked, limit=10_000), by_hand(facts, asked)
        assert ids(page.features) == [fact.venue.id for fact in expected], asked
        assert page.matched == len(expected)


@pytest.mark.parametrize("spots", [TOWN, WORLD], ids=["town", "world"])
@pytest.mark.parametrize("seed", SIZES)
def test_nearest_is_by_geodesic(sqlite_register: Engine, worker: Maker, seed: int, spots: tuple) -> None:
    """The nearest are those of the shortest geodesics, ties by key, also at the poles and where longitudes meet."""
    made = grown(sqlite_register, seed, spots)
    catalog, facts = worker(sqlite_register).catalog, facts_of(sqlite_register)
    for _ in range(60):
        asked, (lon, lat) = made.filters(), made.place()
        limit, within = made.chance.choice((1, 2, 5, 1000)), made.chance.choice((np.inf, 0.0, 4000.0, 5_000_000.0))
        expected = brute_force.nearest(by_hand(facts, asked), lon, lat, within)[:limit]
        found = [json.loads(f) for f in catalog.nearest(lon, lat, asked, limit=limit, within_m=within)]
        assert [f["id"] for f in found] == [venue for venue, _ in expected]
        assert [f["properties"]["distance_m"] for f in found] == pytest.approx([m for _, m in expected], abs=0.051)


def test_chords_propose_every_place_that_the_geodesic_may_prefer() -> None:
    """Over the whole earth, no place with a shorter geodesic has a chord beyond the margin."""
    rng = np.random.default_rng(0)
    lon, lat = rng.uniform(-180, 180, 3000), np.degrees(np.arcsin(rng.uniform(-1, 1, 3000)))
    for x, y in ((116.0, 36.45), (0.0, 0.0), (12.0, 89.99), (-64.0, -36.4), (180.0, -45.0)):
        near = np.concatenate((np.geomspace(1e-6, 1, 500), np.ones(2500)))
        some_lon, some_lat = x + (lon - x) * near, y + (lat - y) * near
        metres = geodesic_distance(x, y, some_lon, some_lat)
        chords = np.linalg.norm(chord_points(some_lon, some_lat) - chord_points(np.array([x]), np.array([y])), axis=1)
        order = np.argsort(metres)
        longest_before = np.maximum.accumulate(chords[order])
        allowed = np.array([chord * (1 + margin(chord)) + 0.001 for chord in chords[order]])
        assert (longest_before <= allowed).all()


@pytest.mark.parametrize("seed", [1, 3, 5])
def test_pages_lose_and_double_nothing(sqlite_register: Engine, worker: Maker, seed: int) -> None:
    """Following the cursor shows every match once in order, through equal times, a base and a delta."""
    made = grown(sqlite_register, seed)
    view = worker(sqlite_register)
    made.write()
    view.refresh()
    for limit in (1, 3, 7):
        asked = made.filters() if limit > 1 else Filters()
        assert followed(view.catalog, asked, limit) == ids(view.catalog.find(asked, limit=10_000).features)


def followed(catalog: Catalog, asked: Filters, limit: int) -> list[str]:
    """The ids of all pages."""
    shown, after = [], None
    while True:
        page = catalog.find(asked, limit=limit, after=after)
        assert len(page.features) <= limit
        shown += ids(page.features)
        if (after := page.following) is None:
            return shown


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_pages_while_people_write(sqlite_register: Engine, worker: Maker, seed: int) -> None:
    """A copy kept by following pages, and syncing once more, holds what the register holds in the end."""
    made = grown(sqlite_register, seed)
    view, after = worker(sqlite_register), Cursor(0, b"")
    copy: dict[str, dict] = {}
    stay = set(ids(view.catalog.find(Filters(), limit=10_000).features))
    shown: list[str] = []
    while after is not None:
        page = view.catalog.find(Filters(), limit=5, after=after, since=0)
        taken(copy, page)
        shown += ids(page.features)
        after = page.following
        if len(shown) < 40:
            made.write()
            view.refresh()
    standing = {json.loads(f)["id"]: json.loads(f) for f in view.catalog.find(Filters(), limit=10_000).features}
    assert set(shown) >= stay & set(standing)
    assert copy == standing


def taken(copy: dict[str, dict], page: object) -> None:
    """Put a page into the client's copy, and take out what is gone."""
    for feature in page.features:
        copy[json.loads(feature)["id"]] = json.loads(feature)
    for stone in page.tombstones:
        copy.pop(stone.id, None)


@pytest.mark.parametrize("seed", [3, 5])
def test_updated_since(sqlite_register: Engine, worker: Maker, seed: int) -> None:
    """What was written at or after a moment is found and counted, a statement is a writing, and the gone are told."""
    made = grown(sqlite_register, seed)
    view = worker(sqlite_register)
    newest = max(fact.updated for fact in facts_of(sqlite_register))
    for _ in range(20):
        made.write()
    view.refresh()
    facts = facts_of(sqlite_register)
    for since in (MOMENTS[1], newest, newest + timedelta(microseconds=1), facts[-1].updated):
        page = view.catalog.find(Filters(), limit=10_000, since=microseconds(since))
        expected = [fact.venue.id for fact in by_hand(facts, Filters()) if fact.updated >= since]
        assert (ids(page.features), page.matched) == (expected, len(expected))
        gone = {fact.venue.id for fact in facts if not fact.live(TODAY) and fact.updated >= since}
        assert {stone.id for stone in page.tombstones} == gone


def test_a_feature_says_what_the_tables_say(sqlite_register: Engine, worker: Maker) -> None:
    """Name, time of writing and each status in force stand in the feature as in the tables."""
    grown(sqlite_register, 5)
    catalog = worker(sqlite_register).catalog
    for fact in facts_of(sqlite_register):
        said = json.loads(catalog.one(fact.venue.id) or b"")["properties"]
        assert said["updated_at"] == fact.updated.isoformat()
        assert {c: known["status"] for c, known in said["capabilities"].items()} == dict(fact.whole)
        aspects = {
            (c, a): s["status"] for c, known in said["capabilities"].items() for a, s in known["aspects"].items()
        }
        assert aspects == {pair: status for pair, status in fact.aspects.items() if pair[1]}
        assert ("removed" in said) is not fact.live(TODAY)


def test_no_venue_is_no_trouble(sqlite_register: Engine, worker: Maker) -> None:
    """An empty register is counted, listed, searched and asked for the nearest, and has nothing."""
    grown(sqlite_register, 0)
    catalog = worker(sqlite_register).catalog
    asked = Filters(q="酒店", bbox=(-180, -90, 180, 90))
    assert (catalog.count, catalog.find(asked, limit=5).features, catalog.nearest(0, 90, asked, limit=5)) == (0, (), [])
    assert catalog.one("00000000-0000-0000-0000-000000000000") is None
    assert catalog.one("not a key") is None
