"""The read index answers as the register stands."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.actor import SYSTEM
from app.catalog.catalog import Catalog, Cursor
from app.catalog.filters import Filters
from app.catalog.live import Live
from app.register.changes import mark
from app.register.statements import record
from app.settings import Settings
from app.tables import Venue
from app.tables.base import now
from small_register import seen, venue_id


@pytest.fixture
def live(engine: Engine, settings: Settings) -> Iterator[Live]:
    """A worker's view of the small register."""
    view = Live(engine, settings, lambda _hours, _at: None)
    view.load()
    yield view
    view.stop()


def names(catalog: Catalog, filters: Filters) -> set[str]:
    """The English names of the venues found."""
    return {json.loads(f)["properties"]["name_en"][-1] for f in catalog.find(filters, limit=100).features}


def write(live: Live, *said: object) -> None:
    """Record statements and let the worker see them."""
    with live.sessions.begin() as session:
        record(session, said, SYSTEM)  # type: ignore[arg-type]
    live.refresh()


def test_filters_combine(live: Live) -> None:
    """Within a filter a comma means OR, between filters AND."""
    write(live, seen("a", "foreign_card", "yes", "2026-01-01", "visa"), seen("b", "foreign_card", "yes", "2026-01-01"))
    catalog = live.catalog
    visa = Filters(capability="foreign_card", statuses=frozenset({"yes"}), schemes=frozenset({"visa"}))
    assert names(catalog, visa) == {"A"}
    assert names(catalog, Filters(capability="foreign_card")) == {"A", "B"}
    assert names(catalog, Filters(capability="foreign_card", statuses=frozenset({"unknown"}))) == {"C", "D"}
    assert names(catalog, Filters(categories=frozenset({"hotel", "mall"}), bbox=(115.9, 36.4, 116.0, 36.5))) == {"A"}
    assert names(catalog, Filters(q="酒店")) == {"A", "D"}


def test_a_base_and_a_delta_answer_alike(live: Live) -> None:
    """What a worker learns as a delta is byte for byte what a fresh base says."""
    write(live, seen("a", "foreign_card", "no", "2026-01-01"), seen("c", "cash", "limited", "2020-01-01"))
    fresh = Live(live.sessions.kw["bind"], live.settings, lambda _hours, _at: None)
    fresh.load()
    assert live.catalog.delta is not None
    assert fresh.catalog.delta is None
    for letter in "abcd":
        assert live.catalog.one(venue_id(letter)) == fresh.catalog.one(venue_id(letter))


def test_a_removed_venue_is_a_tombstone_and_keeps_its_page(live: Live) -> None:
    """A removed venue is in no list, is told to clients that sync, and can still be looked up."""
    with live.sessions.begin() as session:
        venue = session.get_one(Venue, venue_id("b"))
        venue.deleted_at = venue.updated_at = now()
        mark(session, SYSTEM, [venue.id], "delete")
    live.refresh()
    page = live.catalog.find(Filters(), limit=10, since=0)
    assert names(live.catalog, Filters()) == {"A", "C", "D"}
    assert [t.id for t in page.tombstones] == [venue_id("b")]
    assert json.loads(live.catalog.one(venue_id("b")) or b"{}")["properties"]["removed"] is True


def test_nearest_is_by_geodesic_distance_and_needs_a_position(live: Live) -> None:
    """The nearest come first with their metres; a venue without a position is not among them."""
    found = [json.loads(f)["properties"] for f in live.catalog.nearest(115.95, 36.45, Filters(), limit=10)]
    assert [p["name_en"][-1] for p in found] == ["A", "B", "C"]
    assert found[0]["distance_m"] == 0
    assert found[1]["distance_m"] == pytest.approx(896.5, abs=1)


@given(limit=st.integers(1, 5))
def test_pages_lose_and_double_nothing(limit: int) -> None:
    """Following the cursor shows every venue once, whatever the page size."""
    for catalog in CATALOGS:
        shown: list[str] = []
        after: Cursor | None = None
        while True:
            page = catalog.find(Filters(), limit=limit, after=after)
            shown += [json.loads(f)["id"] for f in page.features]
            if (after := page.following) is None:
                break
        assert sorted(shown) == [venue_id(letter) for letter in "abcd"]


CATALOGS: list[Catalog] = []


@pytest.fixture(autouse=True)
def _catalogs(live: Live, session: Session) -> Iterator[None]:
    """A catalog with a base alone, and one with a delta, for the property test."""
    CATALOGS.append(live.catalog)
    write(live, seen("a", "cash", "yes", "2026-01-01"))
    CATALOGS.append(live.catalog)
    assert session.scalar(select(Venue.id)) is not None
    yield
    CATALOGS.clear()
