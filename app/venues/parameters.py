"""Query parameters into filters; whatever is malformed is refused with its name and what is allowed."""

import base64
import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.catalog.catalog import Cursor
from app.catalog.filters import Filters
from app.errors import BadParameter
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
LANGUAGES = ("zh", "en")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 200


@dataclass(frozen=True)
class Query:
    """The raw parameters of a request, each name at most once."""

    values: Mapping[str, str]

    @classmethod
    def of(cls, pairs: Collection[tuple[str, str]], allowed: Collection[str]) -> "Query":
        """The parameters, refused where one is unknown or given twice."""
        values: dict[str, str] = {}
        for name, value in pairs:
            if name not in allowed:
                raise BadParameter(name, f"unknown; this address knows {', '.join(sorted(allowed))}")
            if name in values:
                raise BadParameter(name, "given twice; use commas for more than one value")
            values[name] = value
        return cls(values)

    def words(self, name: str, known: Collection[str]) -> frozenset[str]:
        """A comma-separated list of known words."""
        found = frozenset(w.strip() for w in self.values.get(name, "").split(",") if w.strip())
        for word in sorted(found - set(known)):
            raise BadParameter(name, f"{word!r} is not known; allowed: {', '.join(sorted(known))}")
        if name in self.values and not found:
            raise BadParameter(name, "is empty; leave it out or name a value")
        return found

    def number(self, name: str, low: float, high: float, usual: float | None = None) -> float:
        """A finite number in a range."""
        raw = self.values.get(name)
        if raw is None:
            if usual is None:
                raise BadParameter(name, "is missing")
            return usual
        try:
            value = float(raw)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            raise BadParameter(name, f"{raw!r} is not a number from {low:g} to {high:g}")
        return value

    def whole(self, name: str, low: int, high: int, usual: int) -> int:
        """A whole number in a range."""
        value = self.number(name, low, high, usual)
        if value != int(value):
            raise BadParameter(name, f"{self.values[name]!r} is not a whole number from {low} to {high}")
        return int(value)

    def language(self) -> str:
        """The language of `name`: Chinese unless another is asked for."""
        return next(iter(sorted(self.words("lang", LANGUAGES))), "zh")


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
        open_at=_moment(query, "open_at", zone, now),
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
    moment = _moment(query, "updated_since", ZoneInfo("UTC"), None)
    return None if moment is None else max(0, int((moment - _EPOCH).total_seconds() * 1_000_000))


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


def _moment(query: Query, name: str, zone: ZoneInfo, now: datetime | None) -> datetime | None:
    raw = query.values.get(name)
    if raw is None:
        return None
    if raw == "now" and now is not None:
        return now
    try:
        moment = datetime.fromisoformat(raw.replace(" ", "+"))
    except ValueError:
        raise BadParameter(name, f"{raw!r} is not a time such as 2026-11-23T14:00:00+08:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
