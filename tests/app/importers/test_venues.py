"""A folder that changes meets a register in which people wrote since."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.importers.venues import LOADER, write_venues
from app.tables import Venue, VenueHistory
from small_register import venue_id

KEY = "eeeeeeee-0000-4000-8000-000000000000"
OTHER = "ffffffff-0000-4000-8000-000000000000"
PLACE = {"original_lon": 115.9, "original_lat": 36.4, "original_datum": "wgs84", "location_quality": "sourced",
         "location_error_m": None, "geometry": shapely.Point(115.9, 36.4)}  # fmt: skip


def row(key: str = KEY, **other: object) -> dict[str, Any]:
    """What a file says of a hotel without a position."""
    nowhere = dict.fromkeys(PLACE)
    told = {"id": key, "external_id": "x", "category": "hotel", "name_zh": "酒店", "phone": "1", "region": "371502"}
    return {**told, "source": "a list", **nowhere, **other}


@pytest.fixture
def written(session: Session) -> Iterator[Callable[..., list[str]]]:
    """A function that writes rows and gives what was kept."""

    def write(*rows: dict[str, Any]) -> list[str]:
        kept = write_venues(session, list(rows))
        session.flush()
        return kept

    yield write
    session.rollback()


def edit(session: Session, **fields: object) -> Venue:
    """Somebody changes the hotel, and the history says so."""
    venue = session.get_one(Venue, KEY)
    for name, value in fields.items():
        setattr(venue, name, value)
    plain = {name: value for name, value in fields.items() if not isinstance(value, datetime | shapely.Point)}
    day = datetime.now(UTC).date()
    session.add(VenueHistory(venue_id=KEY, valid_from=day, recorded_by="somebody", attributes=plain))
    session.flush()
    return venue


def histories(session: Session) -> list[dict[str, Any]]:
    """What the loader noted of the hotel, in order."""
    query = select(VenueHistory.attributes).where(VenueHistory.venue_id == KEY, VenueHistory.recorded_by == LOADER)
    return list(session.scalars(query.order_by(VenueHistory.id)))


def test_what_a_file_changes_is_changed(session: Session, written: Callable) -> None:
    """The field, the history and the version move; a second time nothing does."""
    written(row())
    assert written(row(phone="2")) == []
    venue = session.get_one(Venue, KEY)
    assert (venue.phone, venue.version, histories(session)[1:]) == ("2", 2, [{"phone": "2"}])
    written(row(phone="2"))
    assert (venue.version, len(histories(session))) == (2, 2)


def test_what_people_wrote_stays(session: Session, written: Callable) -> None:
    """Where no file says anything new, an edit is no contradiction."""
    written(row())
    venue = edit(session, phone="9", opening_hours="24/7")
    assert written(row(name_zh="大酒店")) == []
    assert (venue.phone, venue.opening_hours, venue.name_zh) == ("9", "24/7", "大酒店")


def test_a_contradiction_is_told_and_people_are_right(session: Session, written: Callable) -> None:
    """Theirs stays, once and again, until a file agrees."""
    written(row())
    venue = edit(session, phone="9")
    for _ in range(2):
        assert written(row(phone="2")) == ["酒店: phone 9 stays, though a file says phone 2"]
        assert venue.phone == "9"
    assert written(row(phone="9")) == []
    assert written(row(phone="3")) == []
    assert venue.phone == "3"


def test_a_position_is_one_thing(session: Session, written: Callable) -> None:
    """A file locates what nobody located; it does not mix its position with another one."""
    written(row())
    written(row(**PLACE))
    venue = session.get_one(Venue, KEY)
    assert venue.geometry == PLACE["geometry"]
    found = shapely.Point(116.0, 36.5)
    edit(session, geometry=found, original_lon=116.0, original_lat=36.5, location_quality="surveyed")
    (kept,) = written(row(**{**PLACE, "original_lon": 115.8, "geometry": shapely.Point(115.8, 36.4)}))
    assert (venue.geometry, venue.original_lon, venue.location_quality) == (found, 116.0, "surveyed")
    assert kept.startswith("酒店: original_lon 116.0, original_lat 36.5")


def test_what_no_file_names_any_more_is_removed_and_comes_back(session: Session, written: Callable) -> None:
    """Removed once, not anew at every load; named again, it is back."""
    written(row(), row(OTHER))
    written(row(OTHER))
    venue = session.get_one(Venue, KEY)
    removed = venue.deleted_at
    assert removed is not None
    written(row(OTHER))
    assert venue.deleted_at == removed
    written(row(), row(OTHER))
    assert venue.deleted_at is None


def test_what_people_touched_is_not_removed(session: Session, written: Callable) -> None:
    """Nor is anything that no file ever named."""
    written(row())
    venue = edit(session, phone="9")
    assert written() == ["酒店: stays, though no file names it any more"]
    assert venue.deleted_at is None
    assert session.get_one(Venue, venue_id("a")).deleted_at is None


def test_what_people_removed_does_not_come_back(session: Session, written: Callable) -> None:
    """A file that still names it is told of."""
    written(row())
    venue = edit(session, deleted_at=datetime.now(UTC))
    assert written(row(phone="2")) == ["酒店: removed, but a file names it"]
    assert (venue.deleted_at is not None, venue.phone) == (True, "1")
