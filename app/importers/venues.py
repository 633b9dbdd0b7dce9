"""Writing what a city's files say of its venues, without taking back what people wrote since.

The database is the truth; the files are where it began. What the files said before stands in the history,
under the loader's name. A field that a file changes is changed where it still holds what the file said
before; where people wrote something else, theirs stays and the difference is told.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actor import Actor
from app.register.places import POSITION, REMOVED, remember
from app.tables import Venue, VenueHistory
from app.tables.base import now

LOADER = "directory"
_ACTOR = Actor(LOADER, "admin")


def write_venues(session: Session, wanted: list[dict[str, Any]]) -> list[str]:
    """Add, change or remove what the files say; one sentence for each thing that stays as people wrote it."""
    before = _said_before(session)
    kept: list[str] = []
    for values in wanted:
        venue = session.get(Venue, values["id"])
        if venue is None:
            session.add(Venue(**values))
            session.flush()
            plain = {k: v for k, v in values.items() if k not in {"id", "geometry"} and v is not None}
            remember(session, {values["id"]: plain}, _ACTOR)
        else:
            kept += _change(session, venue, values, before.get(venue.id, {}))
    for gone in sorted(before.keys() - {values["id"] for values in wanted}):
        kept += _remove(session, session.get_one(Venue, gone), before[gone])
    return kept


def _said_before(session: Session) -> dict[str, dict[str, Any]]:
    """What the loader last said of each field of each of its venues."""
    query = select(VenueHistory.venue_id, VenueHistory.attributes).where(VenueHistory.recorded_by == LOADER)
    said: dict[str, dict[str, Any]] = {}
    for venue, attributes in session.execute(query.order_by(VenueHistory.id)):
        said.setdefault(venue, {}).update(attributes)
    return said


def _change(session: Session, venue: Venue, values: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[str]:
    if venue.deleted_at is not None and not before.get(REMOVED):
        yield f"{venue.name_zh}: removed, but a file names it"
        return
    done: dict[str, Any] = {}
    if venue.deleted_at is not None:
        venue.deleted_at, done[REMOVED] = None, False
    for names in (POSITION, *((name,) for name in values if name not in {"id", "geometry", *POSITION})):
        here = {name: getattr(venue, name) for name in names}
        told = {name: before.get(name) for name in names}
        news = {name: values.get(name) for name in names}
        if news == told:
            continue
        if here in (told, news):  # what people wrote before the file did is from now on what the file said
            done |= news
        else:
            yield f"{venue.name_zh}: {_words(here)} stays, though a file says {_words(news)}"
    if done:
        _apply(session, venue, values, done)


def _apply(session: Session, venue: Venue, values: Mapping[str, Any], done: dict[str, Any]) -> None:
    for name, value in done.items():
        if name != REMOVED:
            setattr(venue, name, value)
    if POSITION[0] in done:
        venue.geometry = values["geometry"]
    venue.updated_at = now()
    remember(session, {venue.id: done}, _ACTOR)


def _remove(session: Session, venue: Venue, before: Mapping[str, Any]) -> Iterator[str]:
    if venue.deleted_at is not None or before.get(REMOVED):
        return
    by_people = select(VenueHistory.id).where(VenueHistory.venue_id == venue.id, VenueHistory.recorded_by != LOADER)
    if session.scalar(by_people.limit(1)) is not None:
        yield f"{venue.name_zh}: stays, though no file names it any more"
        return
    venue.deleted_at = venue.updated_at = now()
    remember(session, {venue.id: {REMOVED: True}}, _ACTOR)


def _words(fields: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {'empty' if value is None else value}" for name, value in fields.items())
