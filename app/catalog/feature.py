"""One venue as a GeoJSON feature, ready to be sent, with the places marked where an answer may differ.

Stored is the feature that most ask for: with its Chinese name, and nothing said of hours or distance. What depends on
the request (the name's language, `open_now`, `distance_m`) stands at the front of the properties, one after the other.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import orjson
from shapely import Point

from app.vocabulary import CATEGORIES, Status, aspect_kind

Piece = bytes | memoryview
NULL = b"null"
_NAME, _OPEN_NOW = b',"name":', b',"open_now":'
_UNSAID = _OPEN_NOW + NULL
PLURAL = {"scheme": "schemes", "wallet": "wallets", "currency": "currencies", "direction": "directions"}
NEVER = date(9999, 12, 31)
_BETWEEN_NUMBERS = re.compile(r"[;,/、；，]")
_MOBILE = re.compile(r"(?<!\d)(?:(?:00)?86\D?|0)?1[3-9](?:[-.\s]?\d){9}")


@dataclass(frozen=True, slots=True)
class Claim:
    """A status in force and when it was seen, for a capability (aspect `""`, with its evidence) or one aspect of it."""

    capability: str
    aspect: str
    status: str
    observed_at: date
    source: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VenueRow:
    """Everything about a venue that its feature says."""

    id: str
    name_zh: str
    name_en: str | None
    category: str
    level: str | None
    region: str
    zone: str | None
    address_zh: str | None
    address_en: str | None
    phone: str | None
    opening_hours: str | None
    operator: str | None
    part_of: str | None
    point: Point | None
    location_quality: str | None
    location_error_m: float | None
    source: str
    updated_at: datetime
    opened_on: date | None = None
    closed_on: date | None = None
    deleted_at: datetime | None = None
    key_lists: tuple[str, ...] = ()
    summaries: tuple[Claim, ...] = ()
    aspects: tuple[Claim, ...] = field(default=())

    def live_on(self, day: date) -> bool:
        """Neither removed, nor closed by then, nor still to open."""
        opened = self.opened_on is None or self.opened_on <= day
        return self.deleted_at is None and opened and (self.closed_on is None or self.closed_on > day)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A feature with the places where it may differ (see `retold`), and its position; NaN where it has none."""

    feature: bytes
    name_en: bytes
    name_at: int
    open_at: int
    lon: float
    lat: float


def retold(
    stored: Sequence[Piece],
    fronts: Sequence[Piece],
    open_at: Iterable[int],
    open_now: bytes,
    metres: Sequence[float] | None,
) -> list[Piece]:
    """Stored features with what a request asked for in place of what most ask for.

    Args:
        stored: the features.
        fronts: what each begins with, up to the end of its name.
        open_at: where that is in the stored one.
        open_now: JSON that is the same for all.
        metres: the distance of each, or None where none was asked for.
    """
    said = _OPEN_NOW + open_now
    rests = [piece[at + len(_UNSAID) :] for piece, at in zip(stored, open_at, strict=True)]
    if metres is None:
        return [b"".join((front, said, rest)) for front, rest in zip(fronts, rests, strict=True)]
    told = zip(fronts, metres, rests, strict=True)
    return [b"".join((front, said, b',"distance_m":%.1f' % far, rest)) for front, far, rest in told]


def render(venue: VenueRow, today: date, stale_after: timedelta) -> Rendered:
    """The stored pieces of a venue's feature, with `stale` as of today."""
    lon, lat, geometry = math.nan, math.nan, None
    if venue.point is not None:
        lon, lat = round(venue.point.x, 6), round(venue.point.y, 6)
        geometry = {"type": "Point", "coordinates": [lon, lat]}
    head = {"type": "Feature", "id": venue.id, "geometry": geometry, "properties": {"id": venue.id}}
    front, name = orjson.dumps(head)[:-2] + _NAME, orjson.dumps(venue.name_zh)
    rest = orjson.dumps(_properties(venue, today, stale_after))
    return Rendered(
        feature=b"".join((front, name, _UNSAID, b",", rest[1:], b"}")),
        name_en=orjson.dumps(venue.name_en or venue.name_zh),
        name_at=len(front),
        open_at=len(front) + len(name),
        lon=lon,
        lat=lat,
    )


def turns_on(venue: VenueRow, today: date, stale_after: timedelta) -> date:
    """The first day after today on which the venue opens, closes, or something said of it turns stale."""
    days = [claim.observed_at + stale_after + timedelta(days=1) for claim in venue.summaries]
    return min((day for day in (*days, venue.opened_on, venue.closed_on) if day and day > today), default=NEVER)


def changed_at(venue: VenueRow, today: date) -> datetime:
    """When the venue was last written, or opened or closed as it had been written that it would."""
    turned = (day for day in (venue.opened_on, venue.closed_on) if day and day <= today)
    return max([venue.updated_at, *(datetime.combine(day, time(), UTC) for day in turned)])


def _properties(venue: VenueRow, today: date, stale_after: timedelta) -> dict[str, Any]:
    aspects: dict[str, list[Claim]] = {}
    for claim in venue.aspects:
        if claim.aspect:
            aspects.setdefault(claim.capability, []).append(claim)
    oldest = today - stale_after
    said = {c.capability: _capability(c, aspects.get(c.capability, []), oldest) for c in venue.summaries}
    return {
        "name_zh": venue.name_zh,
        "name_en": venue.name_en,
        "category": venue.category,
        "scene": CATEGORIES[venue.category].scene,
        "level": venue.level,
        "region": venue.region,
        "zone": venue.zone,
        "address_zh": venue.address_zh,
        "address_en": venue.address_en,
        "phone": public_phone(venue.phone),
        "opening_hours": venue.opening_hours,
        "operator": venue.operator,
        "part_of": venue.part_of,
        "key_lists": venue.key_lists,
        "location_quality": venue.location_quality,
        "location_error_m": venue.location_error_m,
        "source": venue.source,
        "updated_at": changed_at(venue, today),
        **_ending(venue, today),
        "capabilities": said,
    }


def public_phone(written: str | None) -> str | None:
    """The numbers of desks and switchboards; a mobile number is a person's and stays inside.

    >>> public_phone("0635-8412418 / +86 138-0635-0000")
    '0635-8412418'
    >>> public_phone("13806350000") is None
    True
    """
    parts = [part.strip() for part in _BETWEEN_NUMBERS.split(written or "")]
    return "; ".join(part for part in parts if part and not _MOBILE.search(part)) or None


def public_details(details: Mapping[str, Any]) -> dict[str, Any]:
    """What a statement says beside its status, with every mobile number taken out of its words.

    >>> public_details({"note": "ask Mr Li, 138 0635 0000", "terminals": 2})
    {'note': 'ask Mr Li, …', 'terminals': 2}
    """
    return {name: _without_mobiles(value) for name, value in details.items()}


def _without_mobiles(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    match value:
        case str():
            return _MOBILE.sub("…", value)
        case list():
            return [_without_mobiles(part) for part in value]
        case dict():
            return public_details(value)
        case int() if _MOBILE.fullmatch(str(value)):
            return "…"
        case _:
            return value


def _ending(venue: VenueRow, today: date) -> dict[str, Any]:
    if venue.live_on(today):
        return {}
    return {"opened_on": venue.opened_on, "closed_on": venue.closed_on, "removed": venue.deleted_at is not None}


def _capability(claim: Claim, aspects: list[Claim], oldest: date) -> dict[str, Any]:
    working: dict[str, list[str]] = {}
    for aspect in aspects:
        listed = working.setdefault(PLURAL[aspect_kind(aspect.aspect)], [])
        if aspect.status == Status.YES:
            listed.append(aspect.aspect)
    own = {
        "status": claim.status,
        **working,
        "aspects": {a.aspect: {"status": a.status, "observed_at": a.observed_at} for a in aspects},
        "observed_at": claim.observed_at,
        "source": claim.source,
        "stale": claim.observed_at < oldest,
    }
    return {**{k: v for k, v in public_details(claim.details).items() if k not in own}, **own}
