"""The parameters of a request for features; whatever is malformed is refused with its name and what is allowed."""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from app.errors import BadParameter
from app.ogc import cql
from app.ogc.cql import Filter
from app.ogc.fields import BOOLEAN, DATE, NUMBER, TIMESTAMP, Field, Fields
from app.query import SHOWN, Query, decimal, shown

MOST, USUAL = 10_000, 100
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
FLAT, SOLID = 4, 6
OPEN, TWO_ENDS = "..", 2
HALF_TURN, QUARTER_TURN = 180, 90
OWN = frozenset({"bbox", "datetime", "limit", "cursor", "filter", "filter-lang", "filter-crs", "f"})
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Place:
    """Where a feature stands in the order of pages; the next page starts after it."""

    updated: int
    id: str

    @property
    def text(self) -> str:
        """As it stands in a link."""
        return f"{self.updated}.{self.id}"


@dataclass(frozen=True)
class Asked:
    """What a request for features asks for.

    boxes: none (no bbox), one, or two where the bbox crosses ±180.
    filter: of `filter`, of the parameters named like queryables and, for venues, of `datetime`, together.
    """

    boxes: tuple[Box, ...]
    filter: Filter
    limit: int
    after: Place | None


def read(pairs: Collection[tuple[str, str]], fields: Fields) -> Asked:
    """What is asked for.

    Raises:
        BadParameter: naming the parameter and what is allowed.
    """
    for name, _ in pairs:
        if name not in OWN and name not in fields.of:
            known = ", ".join(sorted(OWN))
            raise BadParameter(name[:SHOWN], f"unknown; this address knows {known} and the collection's queryables")
    query = Query.of(pairs, OWN | set(fields.of))
    as_json(query)
    query.one_of("filter-lang", ("cql2-text",), "cql2-text")
    query.one_of("filter-crs", (CRS84,), CRS84)
    conditions = [_equal(fields.of[name], value) for name, value in query.values.items() if name in fields.of]
    during = interval(query.values["datetime"]) if "datetime" in query.values else None
    if during is not None and "updated_at" in fields.of:
        conditions.append({"op": "t_intersects", "args": [{"property": "updated_at"}, {"interval": list(during)}]})
    if "filter" in query.values:
        conditions += cql.parse(query.values["filter"], fields).conditions
    return Asked(
        boxes=boxes(query.values["bbox"]) if "bbox" in query.values else (),
        filter=Filter(tuple(conditions)),
        limit=limit(query),
        after=place(query.values["cursor"]) if "cursor" in query.values else None,
    )


def as_json(query: Query) -> None:
    """Nothing if the answer is wanted as JSON, the only form there is."""
    query.one_of("f", ("json",), "json")


def limit(query: Query) -> int:
    """How many features; more than the most means the most, as the standard says."""
    return min(MOST, query.whole("limit", 1, 2**53, USUAL))


def boxes(text: str) -> tuple[Box, ...]:
    """One box, or two where west is east of east: then it crosses ±180. Heights are read and not used."""
    numbers = [decimal(part) for part in text.split(",")]
    if len(numbers) not in (FLAT, SOLID) or not all(map(math.isfinite, numbers)):
        raise BadParameter("bbox", f"{shown(text)} is not four numbers west,south,east,north (or six, with heights)")
    west, south, east, north = flattened(numbers)
    if max(abs(west), abs(east)) > HALF_TURN or max(abs(south), abs(north)) > QUARTER_TURN:
        raise BadParameter("bbox", "longitudes go from -180 to 180 and latitudes from -90 to 90, longitude first")
    if south > north:
        raise BadParameter("bbox", "south is north of north")
    if west <= east:
        return ((west, south, east, north),)
    return ((west, south, HALF_TURN, north), (-HALF_TURN, south, east, north))


def flattened(numbers: list[float]) -> Box:
    """A box of four or six numbers without its heights."""
    half = len(numbers) // 2
    return numbers[0], numbers[1], numbers[half], numbers[half + 1]


def interval(text: str) -> tuple[str, str]:
    """The two ends of `datetime`: a moment, `start/end`, or with `..` (or nothing) for an open end."""
    ends = [_moment(end) for end in text.split("/")]
    if len(ends) == 1:
        ends = ends * 2
    told = [end for end in ends if end is not None]
    if len(ends) != TWO_ENDS or not told or told != sorted(told):
        means = "a moment such as 2026-11-23T14:00:00Z, or two with / between, the earlier first, .. for an open end"
        raise BadParameter("datetime", f"{shown(text)} is not {means}")
    start, end = (OPEN if end is None else end.isoformat() for end in ends)
    return start, end


def _moment(text: str) -> datetime | None:
    if text in ("", OPEN):
        return None
    try:  # GDAL writes a day as `2026-11-23T`
        found = datetime.fromisoformat(text.replace(" ", "+").removesuffix("T"))
    except ValueError:
        raise BadParameter("datetime", f"{shown(text)} is not a time such as 2026-11-23T14:00:00Z") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def place(text: str) -> Place:
    """The place that a `next` link named."""
    updated, _, name = text.partition(".")
    if not updated.isascii() or not updated.isdigit() or len(updated) > 18 or not name:  # noqa: PLR2004 - fits 64 bits
        raise BadParameter("cursor", "is not one that this register gave; start without it")
    return Place(int(updated), name)


def venue_key(at: Place) -> bytes:
    """The key of the venue that a place stands at."""
    try:
        return UUID(at.id).bytes
    except ValueError:
        raise BadParameter("cursor", "is not one that this collection gave; start without it") from None


def _equal(field: Field, value: str) -> cql.Node:
    return {"op": "=", "args": [{"property": field.name}, _literal(field, value)]}


def _literal(field: Field, value: str) -> cql.Node:
    if field.kind == NUMBER:
        if not math.isfinite(number := decimal(value)):
            raise BadParameter(field.name, f"{shown(value)} is not a number")
        return number
    if field.kind == BOOLEAN:
        if value not in ("true", "false"):
            raise BadParameter(field.name, f"{shown(value)} is not true or false")
        return value == "true"
    return {field.kind: _time(field, value)} if field.kind in (DATE, TIMESTAMP) else value


def _time(field: Field, value: str) -> str:
    read: Callable[[str], date] = date.fromisoformat if field.kind == DATE else datetime.fromisoformat
    try:  # GDAL writes days with slashes
        found = read(value.replace(" ", "+").replace("/", "-"))
    except ValueError:
        found = None
    if found is None or (isinstance(found, datetime) and found.tzinfo is None):
        raise BadParameter(field.name, f"{shown(value)} is not a {field.kind}")
    return found.isoformat()
