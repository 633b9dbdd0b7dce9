"""What a row says that the register does not: attributes that differ, and statements that are new."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from pyproj import Geod
from sqlalchemy import Row

from app.catalog.feature import public_phone
from app.importers.clean.hours import read_hours
from app.importers.clean.plain import read_phone
from app.importers.clean.text import tidy
from app.importers.record import Record, Said
from app.imports.held import Word
from app.register.statements import EARLIEST
from app.vocabulary import Status

EARTH = Geod(ellps="WGS84")
SAME_SPOT_M = 0.5
"""Two positions this near are one: what is exported is rounded to a centimetre."""
FILLED_ONLY = frozenset({"notes"})
"""What a file may say where nobody has said anything yet."""
PROVENANCE = frozenset({"id", "source", "source_date", "location_quality", "location_error_m"})
"""Not compared by themselves: they come with a new venue, or with a position."""
NAMES = frozenset({"name_zh", "external_id", "institution", "category", "region", "operator"})
"""What only the venue's own ledger changes: one that calls it by its number or its id."""
Saying = tuple[str, str, str, date, str, dict[str, Any]]
"""Capability, aspect, status, day, source, details."""


def attributes(values: Mapping[str, Any], row: Row[Any], *, own: bool) -> dict[str, Any]:
    """The attributes, but for the position, in which the register differs from a file; an empty cell says nothing.

    Args:
        values: of the file's row.
        row: of the register.
        own: the file calls the venue by its own number.
    """
    wanted = {}
    for name, value in values.items():
        here = getattr(row, name, None)
        if name in PROVENANCE or value is None or value == here or (name in NAMES and not own and here is not None):
            continue
        if (name in FILLED_ONLY and here is not None) or _reads_alike(name, value, here):
            continue
        wanted[name] = value
    return wanted


def metres(row: Row[Any], lon: float, lat: float) -> float | None:
    """How far the register's position lies from another; None where it has none."""
    if row.geometry is None:
        return None
    _, _, far = EARTH.inv(row.geometry.x, row.geometry.y, lon, lat)
    return float(far)


def sayings(record: Record, observed_on: date | None, source: str) -> Iterator[tuple[str, Said, date | None, str]]:
    """Each capability that a row speaks of, with the day and the source that hold for it."""
    for capability, said in record.said.items():
        yield capability, said, said.observed_at or record.observed_at or observed_on, said.source or source


@lru_cache
def is_day(day: date, today: date) -> bool:
    """Whether something may have been observed on this day."""
    return EARLIEST <= day <= today + timedelta(days=1)


def news(
    capability: str,
    said: Said,
    day: date,
    source: str,
    known: set[tuple[str, str, Word]],
    force: Mapping[tuple[str, str | None], Word],
) -> list[Saying]:
    """The statements of a cell that the register does not hold; `unknown` says nothing.

    Args:
        capability: what is spoken of.
        said: what the row says of it.
        day: when it was seen.
        source: where it is from.
        known: every statement on the venue.
        force: what is in force for the venue.
    """
    if not known and not force:
        return _all(capability, said, day, source)
    summed = force.get((capability, None))
    settled = summed is not None and summed.status == (said.status or summed.status) and summed.day == day
    settled = settled and source in {summed.source, summed.source_kind}  # type: ignore[union-attr]  # not None here
    whole = said.status if said.status != Status.UNKNOWN else None
    made: list[Saying] = []
    if whole and not settled and not _held(known, capability, "", whole, day, source):
        made.append((capability, "", whole, day, source, dict(said.details)))
    for aspect, status in said.aspects.items():
        here = force.get((capability, aspect))
        if status == Status.UNKNOWN or (settled and here is not None and here.status == status):
            continue
        if not _held(known, capability, aspect, status, day, source):
            made.append((capability, aspect, status, day, source, {} if whole else dict(said.details)))
    return made


def _all(capability: str, said: Said, day: date, source: str) -> list[Saying]:
    """The statements of a cell on a venue of which nothing is known."""
    made: list[Saying] = []
    if said.status and said.status != Status.UNKNOWN:
        made.append((capability, "", said.status, day, source, said.details))
    details = {} if made else said.details
    made += [(capability, a, s, day, source, details) for a, s in said.aspects.items() if s != Status.UNKNOWN]
    return made


def _held(known: set[tuple[str, str, Word]], capability: str, aspect: str, status: str, day: date, source: str) -> bool:
    return any(
        (c, a, word.status, word.day) == (capability, aspect, status, day) and source in {word.source, word.source_kind}
        for c, a, word in known
    )


def _reads_alike(name: str, told: object, here: object) -> bool:
    """Whether what the register holds would be read like this from a file, where a mobile number is not told."""
    if not isinstance(here, str):
        return False
    if name == "phone":
        return bool(read_phone(public_phone(here)).value == told)
    return told == (read_hours(here).value if name == "opening_hours" else tidy(here))
