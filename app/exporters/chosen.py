"""Which venues a file has, and the one moment of the register that all of it tells."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalog.catalog import Catalog, version_of
from app.catalog.filters import Filters
from app.catalog.live import Live
from app.db import reading
from app.errors import Busy
from app.register.changes import latest
from app.tables import Register, Venue

TRIES = 10
KEY = 16
"""Bytes of a venue's key."""
FETCHED = 10_000


@dataclass(frozen=True)
class View:
    """What is asked for: the venues that pass the filters and, with `since`, were written at or after it."""

    filters: Filters = field(default_factory=Filters)
    since: int | None = None

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self == View()


@dataclass(frozen=True)
class Chosen:
    """The keys of the chosen venues in order, one after the other, and a session that sees the register they are of."""

    session: Session
    keys: bytes
    version: str
    day: date

    def __len__(self) -> int:
        return len(self.keys) // KEY

    def ids(self, size: int) -> Iterator[list[str]]:
        """The ids, so many at a time."""
        for start in range(0, len(self.keys), size * KEY):
            part = self.keys[start : start + size * KEY]
            yield [str(UUID(bytes=part[at : at + KEY])) for at in range(0, len(part), KEY)]


@contextmanager
def chosen(live: Live, view: View) -> Iterator[Chosen]:
    """The venues of a view, by a register that stands still until the end.

    Filters are answered by the read index, so the two have to be of one change; without filters the database is enough.

    Raises:
        Busy: others wrote all the time. DatabaseUnavailable: it does not answer.
    """
    for _ in range(TRIES):
        with reading(live.sessions) as session:
            change = latest(session)
            if view.is_all:
                yield _all(session, change, live.today())
                return
            live.refresh(change)
            if (catalog := live.catalog).change == change:
                yield Chosen(session, _keys(catalog, view), catalog.version, catalog.day)
                return
    raise Busy("the register is being written to; try again in a moment")


def _all(session: Session, change: int, day: date) -> Chosen:
    instance = session.get_one(Register, 1).instance
    query = select(Venue.id).where(
        Venue.deleted_at.is_(None),
        func.coalesce(Venue.opened_on, date.min) <= day,
        func.coalesce(Venue.closed_on, date.max) > day,
    )
    found = session.scalars(query, execution_options={"yield_per": FETCHED})
    keys = (bytes.fromhex(key.replace("-", "")) for key in found)
    return Chosen(session, _in_order(keys), version_of(instance, change, day), day)


def _keys(catalog: Catalog, view: View) -> bytes:
    rows = ((part, part.rows(view.filters, catalog.is_open, view.since)) for part in catalog.parts)
    return _in_order(part.columns.key(row) for part, found in rows for row in found.tolist())


def _in_order(keys: Iterable[bytes]) -> bytes:
    """The keys one after the other, of which a million take sixteen megabytes and not sixty."""
    held = bytearray()
    for key in keys:
        held += key
    np.frombuffer(held, dtype=f"S{KEY}").sort()
    return bytes(held)
