"""One venue as a GeoJSON feature, ready to be sent, with the places marked where an answer may differ.

What depends on the request (the name's language, `open_now`, `distance_m`) stands at the front of the
properties, so that an answer is the stored head, a few fresh bytes and the stored tail.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from mmap import mmap
from typing import Any

import orjson
from shapely import Point

from app.vocabulary import CATEGORIES, Status, aspect_kind

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
    """The pieces of a feature (see `assembled`), and its position as the feature gives it; NaN where it has none."""

    head: bytes
    tail: bytes
    name_zh: bytes
    name_en: bytes
    lon: float
    lat: float


def assembled(
    blob: bytes | mmap, cuts: Iterable[tuple[int, ...]], open_now: bytes, metres: Sequence[float] | None
) -> list[bytes]:
    """Whole features from their stored pieces and what the request asked for.

    Args:
        blob: the stored pieces.
        cuts: of each feature where its head begins and ends, its name, its tail.
        open_now: JSON that is the same for all.
        metres: the distance of each, or None where none was asked for.
    """
    middle = b',"open_now":%s' % open_now
    if metres is None:
        return [b"".join((blob[a:b], b',"name":', blob[c:d], middle, blob[e:f])) for a, b, c, d, e, f in cuts]
    return [
        b"".join((blob[a:b], b',"name":', blob[c:d], middle, b',"distance_m":%.1f' % far, blob[e:f]))
        for (a, b, c, d, e, f), far in zip(cuts, metres, strict=True)
    ]


def render(venue: VenueRow, today: date, stale_after: timedelta) -> Rendered:
    """The stored pieces of a venue's feature, with `stale` as of today."""
    lon, lat, geometry = math.nan, math.nan, None
    if venue.point is not None:
        lon, lat = round(venue.point.x, 6), round(venue.point.y, 6)
        geometry = {"type": "Point", "coordinates": [lon, lat]}
    head = {"type": "Feature", "id": venue.id, "geometry": geometry, "properties": {"id": venue.id}}
    rest = orjson.dumps(_properties(venue, today, stale_after))
    return Rendered(
        head=orjson.dumps(head)[:-2],
        tail=b"," + rest[1:] + b"}",
        name_zh=orjson.dumps(venue.name_zh),
        name_en=orjson.dumps(venue.name_en or venue.name_zh),
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
    return {**{k: v for k, v in claim.details.items() if k not in own}, **own}
