"""Query parameters into filters over venues; whatever is malformed is refused with its name and what is allowed."""

import base64
import math
import re
from collections.abc import Collection
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.catalog.catalog import Cursor
from app.catalog.filters import Filters
from app.errors import BadParameter
from app.query import Query, moment
from app.vocabulary import CAPABILITIES, CATEGORIES, CURRENCIES, DIRECTIONS, SCENES, SCHEMES, Status

MOST = 10_000
USUAL = 100
HALF_TURN, QUARTER_TURN = 180, 90
CURSOR_BYTES = 24
FILTERS = frozenset(
    {"category", "scene", "capability", "status", "scheme", "currency", "direction", "region", "q", "open_at", "lang"}
)
LIST = FILTERS | {"bbox", "limit", "cursor", "updated_since"}
NEAREST = FILTERS | {"lon", "lat", "limit", "max_distance_m"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 200


def filters(query: Query, regions: Collection[str], zone: ZoneInfo, now: datetime) -> Filters:
    """The filters that a request asks for.

    Raises:
        BadParameter: naming the parameter and what is allowed.
    """
    capability = next(iter(query.words("capability", CAPABILITIES)), None)
    if "," in query.values.get("capability", ""):
        raise BadParameter("capability", "only one at a time")
    statuses = query.words("status", list(Status))
    if statuses and capability is None:
        raise BadParameter("status", "needs `capability`: the status of what?")
    return Filters(
        bbox=bbox(query.values["bbox"]) if "bbox" in query.values else None,
        categories=_categories(query),
        regions=query.words("region", regions),
        capability=capability,
        statuses=statuses,
        schemes=query.words("scheme", SCHEMES),
        currencies=query.words("currency", CURRENCIES),
        directions=query.words("direction", DIRECTIONS),
        q=_text(query),
        open_at=moment(query, "open_at", zone, now),
    )


def bbox(text: str) -> tuple[float, float, float, float]:
    """`west,south,east,north` in degrees; a box may be a point but not inside out."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise BadParameter("bbox", f"{text!r} is not four numbers west,south,east,north") from None
    if max(abs(west), abs(east), abs(south), abs(north)) > HALF_TURN or math.isnan(west + south + east + north):
        raise BadParameter("bbox", "degrees from -180 to 180 are expected, west,south,east,north")
    if max(abs(south), abs(north)) > QUARTER_TURN:
        raise BadParameter("bbox", "south and north are latitudes from -90 to 90; are longitude and latitude swapped?")
    if west > east:
        raise BadParameter("bbox", "west is east of east; a box across ±180 is not served")
    if south > north:
        raise BadParameter("bbox", "south is north of north")
    return west, south, east, north


def cursor(text: str) -> Cursor:
    """The cursor that a page gave."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raw = b""
    if len(raw) != CURSOR_BYTES or not re.fullmatch(r"[\w-]+", text, re.ASCII):
        raise BadParameter("cursor", "is not one that this register gave; start without it")
    return Cursor(int.from_bytes(raw[:8], "big"), raw[8:])


def cursor_text(at: Cursor) -> str:
    """A cursor as text."""
    return base64.urlsafe_b64encode(at.updated.to_bytes(8, "big") + at.key).decode().rstrip("=")


def since(query: Query) -> int | None:
    """`updated_since` in microseconds since 1970."""
    start = moment(query, "updated_since", ZoneInfo("UTC"))
    return None if start is None else max(0, int((start - _EPOCH).total_seconds() * 1_000_000))


def _categories(query: Query) -> frozenset[str]:
    scenes = query.words("scene", [s.key for s in SCENES])
    categories = query.words("category", CATEGORIES)
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
    return text or None
