"""One venue as a GeoJSON feature, ready to be sent, with the places marked where an answer may differ.

What depends on the request (the name's language, `open_now`, `distance_m`) stands at the front of the
properties, so that an answer is the stored head, a few fresh bytes and the stored tail.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from shapely import Point

from app.vocabulary import CATEGORIES, Status, aspect_kind

PLURAL = {"scheme": "schemes", "wallet": "wallets", "currency": "currencies", "direction": "directions"}
NEVER = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Claim:
    """A status in force with its evidence, for a capability (aspect `""`) or one aspect of it."""

    capability: str
    aspect: str
    status: str
    observed_at: date
    source: str
    details: Mapping[str, Any]


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
    closed_on: date | None = None
    deleted_at: datetime | None = None
    key_lists: tuple[str, ...] = ()
    summaries: tuple[Claim, ...] = ()
    aspects: tuple[Claim, ...] = field(default=())

    @property
    def live(self) -> bool:
        """Neither removed nor closed."""
        return self.deleted_at is None and self.closed_on is None


@dataclass(frozen=True, slots=True)
class Rendered:
    """The pieces of a feature; a feature is `head + name + middle + tail` (see `assemble`)."""

    head: bytes
    tail: bytes
    name_zh: bytes
    name_en: bytes


def assemble(
    head: bytes, name: bytes, tail: bytes, open_now: bytes = b"null", distance_m: float | None = None
) -> bytes:
    """A whole feature from its stored pieces and what the request asked for."""
    distance = b"" if distance_m is None else b',"distance_m":%.1f' % distance_m
    return b'%s,"name":%s,"open_now":%s%s%s' % (head, name, open_now, distance, tail)


def render(venue: VenueRow, today: date, stale_after: timedelta) -> Rendered:
    """The stored pieces of a venue's feature, with `stale` as of today."""
    geometry = None
    if venue.point is not None:
        geometry = {"type": "Point", "coordinates": [round(venue.point.x, 6), round(venue.point.y, 6)]}
    head = {"type": "Feature", "id": venue.id, "geometry": geometry, "properties": {"id": venue.id}}
    rest = orjson.dumps(_properties(venue, today, stale_after))
    return Rendered(
        head=orjson.dumps(head)[:-2],
        tail=b"," + rest[1:] + b"}",
        name_zh=orjson.dumps(venue.name_zh),
        name_en=orjson.dumps(venue.name_en or venue.name_zh),
    )


def stale_from(venue: VenueRow, today: date, stale_after: timedelta) -> date:
    """The first day after today on which something about the venue turns stale."""
    days = [claim.observed_at + stale_after + timedelta(days=1) for claim in venue.summaries]
    return min((day for day in days if day > today), default=NEVER)


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
        "phone": venue.phone,
        "opening_hours": venue.opening_hours,
        "operator": venue.operator,
        "part_of": venue.part_of,
        "key_lists": venue.key_lists,
        "location_quality": venue.location_quality,
        "location_error_m": venue.location_error_m,
        "source": venue.source,
        "updated_at": venue.updated_at,
        **_ending(venue),
        "capabilities": said,
    }


def _ending(venue: VenueRow) -> dict[str, Any]:
    if venue.live:
        return {}
    return {"closed_on": venue.closed_on, "removed": venue.deleted_at is not None}


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
