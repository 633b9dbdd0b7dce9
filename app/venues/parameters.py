"""The parameters of the venues' addresses, and how they become filters; what is malformed is refused by name."""

import base64
import math
import re
from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.catalog.build import microseconds
from app.catalog.catalog import Cursor
from app.catalog.filters import Filters
from app.errors import BadParameter
from app.parameter import LANG, Count, Number, Parameter, Word, Words
from app.query import EARLIEST, Query, decimal, moment, shown
from app.vocabulary import CAPABILITIES, CATEGORIES, CURRENCIES, DIRECTIONS, SCENES, SCHEMES, Status, aspect_kind

MOST, USUAL = 10_000, 100
HALF_TURN, QUARTER_TURN = 180, 90
CURSOR_BYTES = 24
LATEST = 2**63
HALF_THE_EARTH_M = 30_000_000
_LONGEST = 200

CATEGORY = Words(name="category", says="Classes of venue.", example="hotel,scenic_spot", known=tuple(CATEGORIES))
SCENE = Words(
    name="scene", says="Scenes of life, each a set of classes.", example="lodging", known=tuple(s.key for s in SCENES)
)
CAPABILITY = Word(
    name="capability",
    says="What the venue shall do for a payer; without `status`, those where it works (yes or limited).",
    example="foreign_card",
    known=tuple(CAPABILITIES),
)
STATUS = Words(
    name="status",
    says="What is known of the capability, or of the scheme, currency or direction where one is asked for."
    " Needs `capability`. What nobody has observed is `unknown`, never `no`.",
    example="yes,limited",
    known=tuple(Status),
)
SCHEME = Words(name="scheme", says="Card schemes, each by its own evidence.", example="visa,mastercard", known=SCHEMES)
CURRENCY = Words(name="currency", says="Currencies to change (ISO 4217).", example="USD,EUR", known=CURRENCIES)
DIRECTION = Words(name="direction", says="Buying yuan, or changing them back.", example="buy_yuan", known=DIRECTIONS)
REGION = Parameter(
    name="region",
    says="Adcodes of the city, counties or zones (`/api/v1/regions`), with commas between them.",
    example="371502",
)
Q = Parameter(
    name="q",
    says="Words that all occur in the names, the address or the operator.",
    example="酒店",
    shape={"type": "string", "minLength": 1, "maxLength": _LONGEST},
)
OPEN_AT = Parameter(
    name="open_at",
    says="Only venues known to be open at a time; `now` means the start of the present five minutes.",
    example="now",
    shape={"anyOf": [{"const": "now"}, {"type": "string", "format": "date-time"}]},
)
BBOX = Parameter(
    name="bbox",
    says="Box in degrees (WGS-84): west,south,east,north.",
    example="115.9,36.3,116.1,36.6",
    shape={"type": "string", "pattern": r"^-?[0-9.]+(,-?[0-9.]+){3}$"},
)
LIMIT = Count(name="limit", says="Most venues on a page.", example="100", low=1, high=MOST, usual=USUAL)
FEW = Count(name="limit", says="Most venues in the answer.", example="5", low=1, high=MOST, usual=10)
CURSOR = Parameter(name="cursor", says="Where the next page starts; taken from the link `next`.", example="")
UPDATED_SINCE = Parameter(
    name="updated_since",
    says="Only what was written at or after a time; `removed` then lists what is gone since.",
    example="2026-01-01T00:00:00+08:00",
    shape={"type": "string", "format": "date-time"},
)
LON = Number(name="lon", says="Longitude in degrees (WGS-84).", example="115.98", low=-180, high=180, required=True)
LAT = Number(name="lat", says="Latitude in degrees (WGS-84).", example="36.45", low=-90, high=90, required=True)
FARTHEST = Number(
    name="max_distance_m",
    says="Nothing farther away than this, metres.",
    example="2000",
    low=0,
    high=HALF_THE_EARTH_M,
    usual=HALF_THE_EARTH_M,
)
FILTERS: tuple[Parameter, ...] = (
    CATEGORY, SCENE, CAPABILITY, STATUS, SCHEME, CURRENCY, DIRECTION, REGION, Q, OPEN_AT, LANG,
)  # fmt: skip
LIST = (BBOX, *FILTERS, LIMIT, CURSOR, UPDATED_SINCE)
NEAREST = (LON, LAT, FARTHEST, *FILTERS, FEW)
STATEMENTS = (LIMIT, CURSOR)
ONE = (LANG,)


def filters(query: Query, regions: Collection[str], zone: ZoneInfo, now: datetime) -> Filters:
    """The filters that a request asks for.

    Args:
        query: as it came.
        regions: the adcodes that there are.
        zone: of a time written without one.
        now: what the word means.

    Raises:
        BadParameter: naming the parameter and what is allowed.
    """
    chosen = tuple(query.values.get(parameter.name) for parameter in FILTERS)
    fixed = _chosen(chosen, tuple(regions), zone, now if OPEN_AT.name in query.values else EARLIEST)
    return fixed.within(bbox(query.values["bbox"])) if "bbox" in query.values else fixed


@lru_cache
def _chosen(values: tuple[str | None, ...], regions: tuple[str, ...], zone: ZoneInfo, now: datetime) -> Filters:
    """The filters but for the box: many ask for the same ones again and again, each time in another place."""
    query = Query({p.name: value for p, value in zip(FILTERS, values, strict=True) if value is not None})
    capability, statuses = CAPABILITY.read(query), STATUS.read(query)
    if statuses and capability is None:
        raise BadParameter("status", "needs `capability`: the status of what?")
    aspects = {p.name: p.read(query) for p in (SCHEME, CURRENCY, DIRECTION)}
    if capability is not None:
        _check_aspects(capability, [name for name, asked in aspects.items() if asked])
    return Filters(
        categories=_categories(query),
        regions=query.words(REGION.name, regions),
        capability=capability,
        statuses=statuses,
        schemes=aspects["scheme"],
        currencies=aspects["currency"],
        directions=aspects["direction"],
        q=_text(query),
        open_at=moment(query, "open_at", zone, now),
    )


def point(query: Query) -> tuple[float, float]:
    """Longitude and latitude of the point that is asked about."""
    raw = query.values.get("lat", "")
    if QUARTER_TURN < abs(decimal(raw)) <= HALF_TURN and abs(decimal(query.values.get("lon", ""))) <= QUARTER_TURN:
        raise BadParameter("lat", f"{shown(raw)} is not a latitude; are longitude and latitude swapped?")
    return LON.read(query), LAT.read(query)


def bbox(text: str) -> tuple[float, float, float, float]:
    """`west,south,east,north` in degrees; a box may be a point but not inside out."""
    numbers = [decimal(part) for part in text.split(",")]
    if len(numbers) != len(("west", "south", "east", "north")) or any(math.isnan(n) for n in numbers):
        raise BadParameter("bbox", f"{shown(text)} is not four numbers west,south,east,north")
    west, south, east, north = numbers
    if max(map(abs, numbers)) > HALF_TURN:
        raise BadParameter("bbox", "degrees from -180 to 180 are expected, west,south,east,north")
    if max(abs(south), abs(north)) > QUARTER_TURN:
        raise BadParameter("bbox", "south and north are latitudes from -90 to 90; are longitude and latitude swapped?")
    if west > east:
        raise BadParameter("bbox", "west is east of east; a box across ±180 is not served")
    if south > north:
        raise BadParameter("bbox", "south is north of north")
    return west, south, east, north


def cursor(query: Query) -> Cursor | None:
    """The cursor that a page gave, or None at the start."""
    text = query.values.get("cursor")
    if text is None:
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except ValueError:
        raw = b""
    found = Cursor(int.from_bytes(raw[:8], "big"), raw[8:])
    if len(raw) != CURSOR_BYTES or found.updated >= LATEST or cursor_text(found) != text:
        raise BadParameter("cursor", "is not one that this register gave; start without it")
    return found


def cursor_text(at: Cursor) -> str:
    """A cursor as text."""
    return base64.urlsafe_b64encode(at.updated.to_bytes(8, "big") + at.key).decode().rstrip("=")


def since(query: Query) -> int | None:
    """`updated_since` in microseconds since 1970."""
    start = moment(query, "updated_since", ZoneInfo("UTC"))
    return None if start is None else microseconds(start)


def number_after(query: Query) -> int | None:
    """The number of the last statement that the page before showed."""
    text = query.values.get("cursor")
    if text is None:
        return None
    if not re.fullmatch(r"[1-9]\d{0,17}", text, re.ASCII):
        raise BadParameter("cursor", "is not one that this register gave; start without it")
    return int(text)


def _check_aspects(capability: str, asked: list[str]) -> None:
    """Refuse to ask for the scheme of something that has none."""
    for name in asked:
        if name not in {aspect_kind(aspect) for aspect in CAPABILITIES[capability].aspects}:
            raise BadParameter(name, f"{capability} has no {name}")


def _categories(query: Query) -> frozenset[str]:
    scenes, categories = SCENE.read(query), CATEGORY.read(query)
    if not scenes:
        return categories
    of_scenes = frozenset(c.key for c in CATEGORIES.values() if c.scene in scenes)
    both = of_scenes & categories if categories else of_scenes
    if not both:
        raise BadParameter("category", "none of these belongs to the scene asked for")
    return both


def _text(query: Query) -> str | None:
    text = query.values.get("q")
    if text is not None and (len(text) > _LONGEST or any(ord(c) < ord(" ") for c in text)):
        raise BadParameter("q", f"at most {_LONGEST} characters, no control characters")
    return text
