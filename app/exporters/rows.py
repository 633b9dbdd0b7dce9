"""What is told of the chosen venues, a batch of columns at a time, out of the database."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import shapely
from sqlalchemy import Select, Text, and_, cast, or_, select
from sqlalchemy.orm import Session

from app.catalog.feature import public_details, public_phone
from app.catalog.rows import key_lists
from app.exporters.chosen import Chosen
from app.exporters.columns import ASPECTS, BESIDE, COLUMNS, DETAILS, OBSERVED_AT, SIMULATED, SOURCE, beside
from app.tables import CapabilitySummary, CurrentStatus, KeyList, Licence, Observation, Venue
from app.tables.geometry import Wkb
from app.vocabulary import CAPABILITIES, CURRENCIES, SCHEMES, Status

BATCH = 5_000
DECIMALS = 7
"""A centimetre."""
FX_LICENCE, LICENSED = "personal_fx", "bank_branch"
"""Whose licence it is that ledgers tell of."""
_DIRECT = (
    "id", "external_id", "name_zh", "name_en", "category", "level", "address_zh", "address_en", "region", "zone",
    "location_quality", "location_error_m", "phone", "opening_hours", "operator", "opened_on", "source",
)  # fmt: skip
"""The columns that are told as the venue table has them."""
_LISTED = {"schemes": ("foreign_card", SCHEMES), "currencies": ("currency_exchange", CURRENCIES)}

Values = dict[str, list[Any]]


@dataclass(frozen=True)
class Batch:
    """Some venues as columns by field, and their positions as WKB; None where nothing is known."""

    columns: Values
    points: list[bytes | None]

    def __len__(self) -> int:
        return len(self.points)


@dataclass(frozen=True)
class Lists:
    """The key lists that venues are on, and which of them are of merchants."""

    of_venue: Mapping[str, tuple[str, ...]]
    merchants: frozenset[str]

    @classmethod
    def of(cls, session: Session) -> "Lists":
        """As the register has them."""
        merchants = session.scalars(select(KeyList.code).where(KeyList.kind == "merchants"))
        return cls(key_lists(session), frozenset(merchants))


def batches(chosen: Chosen, *, simulated: bool = False, size: int = BATCH) -> Iterator[Batch]:
    """All chosen venues in order of id."""
    lists = Lists.of(chosen.session)
    for ids in chosen.ids(size):
        batch = _batch(chosen, ids, lists)
        if simulated:
            batch.columns[SIMULATED.field] = [Status.YES.value] * len(ids)
        yield batch


def _batch(chosen: Chosen, ids: Sequence[str], lists: Lists) -> Batch:
    session = chosen.session
    columns, points = _venues(session, ids)
    columns["lon"], columns["lat"], points = _placed(points)
    columns["datum"] = [None if lon is None else "wgs84" for lon in columns["lon"]]
    columns["phone"] = [phone and public_phone(phone) for phone in columns["phone"]]
    on = [lists.of_venue.get(key, ()) for key in ids]
    columns["key_lists"] = [";".join(codes) or None for codes in on]
    columns["key_merchant"] = [None if lists.merchants.isdisjoint(c) else Status.YES.value for c in on]
    columns["fx_licence"] = _licences(session, ids, columns["category"], chosen.day)
    columns |= _said(session, ids, columns["category"])
    return Batch({column.field: columns[column.field] for column in COLUMNS}, points)


def _venues(session: Session, ids: Sequence[str]) -> tuple[Values, list[bytes | None]]:
    named = [getattr(Venue, name) for name in _DIRECT]
    query = select(*named, Wkb(Venue.geometry)).where(Venue.id.in_(ids))
    rows = sorted(map(tuple, session.execute(query)))  # by id, which no two share; a database may have its own order
    *values, points = (list(column) for column in zip(*rows, strict=True))
    return dict(zip(_DIRECT, values, strict=True)), points


def _placed(points: Sequence[bytes | None]) -> tuple[list[float | None], list[float | None], list[bytes | None]]:
    """Longitudes, latitudes, and the points that lie just there."""
    shapes = shapely.from_wkb(np.array(points, dtype=object))
    lon, lat = (axis.round(DECIMALS) for axis in (shapely.get_x(shapes), shapely.get_y(shapes)))
    made = np.full(len(shapes), None, dtype=object)
    there = ~shapely.is_missing(shapes)
    made[there] = shapely.to_wkb(shapely.points(lon[there], lat[there]))
    return _known(lon), _known(lat), made.tolist()


def _known(numbers: npt.NDArray[np.float64]) -> list[float | None]:
    return [None if number != number else number for number in numbers.tolist()]  # noqa: PLR0124 - NaN is not itself


def _licences(session: Session, ids: Sequence[str], categories: Sequence[str], day: date) -> list[str | None]:
    """Whether each branch holds the licence for personal foreign exchange on a day."""
    query = (
        select(Licence.venue_id, Licence.held)
        .where(
            Licence.venue_id.in_(ids),
            Licence.kind == FX_LICENCE,
            and_(Licence.valid_from <= day, or_(Licence.valid_to.is_(None), Licence.valid_to >= day)),
        )
        .order_by(Licence.valid_from, Licence.id)
    )
    held = dict(session.execute(query).all())
    word = {True: Status.YES.value, False: Status.NO.value}
    usual = {key: Status.UNKNOWN.value for key, c in zip(ids, categories, strict=True) if c == LICENSED}
    return [word[held[key]] if key in held else usual.get(key) for key in ids]


def _said(session: Session, ids: Sequence[str], categories: Sequence[str]) -> Values:
    """The columns of all capabilities, the lists of what works, and the day of the newest statement."""
    place = {key: number for number, key in enumerate(ids)}
    columns: Values = {OBSERVED_AT: [None] * len(ids)}
    for key, capability in CAPABILITIES.items():
        columns[key] = [Status.UNKNOWN.value if c in capability.categories else None for c in categories]
        columns |= {beside(key, what): [None] * len(ids) for what in BESIDE}
    newest = columns[OBSERVED_AT]
    for venue, capability, status, day, source, details in session.execute(_summaries(ids)):
        at = place[venue]
        columns[capability][at] = status
        columns[beside(capability, OBSERVED_AT)][at] = day
        columns[beside(capability, SOURCE)][at] = source
        columns[beside(capability, DETAILS)][at] = _details(details)
        newest[at] = day if newest[at] is None else max(newest[at], day)
    return columns | _told_apart(session, ids, columns)


def _told_apart(session: Session, ids: Sequence[str], columns: Values) -> Values:
    """The aspects of each capability as `visa=yes; jcb=no`, and the lists of those that work."""
    query = select(CurrentStatus.venue_id, CurrentStatus.capability, CurrentStatus.aspect, CurrentStatus.status)
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for venue, capability, aspect, status in session.execute(
        query.where(CurrentStatus.venue_id.in_(ids), CurrentStatus.aspect != "")
    ):
        found[capability, venue][aspect] = status
    place = {key: number for number, key in enumerate(ids)}
    for (capability, venue), said in found.items():
        told = "; ".join(f"{aspect}={said[aspect]}" for aspect in CAPABILITIES[capability].aspects if aspect in said)
        columns[beside(capability, ASPECTS)][place[venue]] = told
    return {
        field: [_working(found.get((capability, key), {}), words) for key in ids]
        for field, (capability, words) in _LISTED.items()
    }


def _working(said: Mapping[str, str], words: Sequence[str]) -> str | None:
    """The words that are known to work, with semicolons between them."""
    return ";".join(word for word in words if said.get(word) == Status.YES) or None


def _summaries(ids: Sequence[str]) -> Select[*tuple[Any, ...]]:
    held = CapabilitySummary
    evidence = (Observation.observed_at, Observation.source_kind, cast(Observation.details, Text))
    return (
        select(held.venue_id, held.capability, held.status, *evidence)
        .join(Observation, Observation.id == held.observation_id)
        .where(held.venue_id.in_(ids))
    )


def _details(text: str | None) -> dict[str, Any] | None:
    """The details of a statement; most have none, and are not even read."""
    return None if text in {None, "{}", "null"} else public_details(orjson.loads(text))
