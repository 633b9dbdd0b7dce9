"""Catalogs of made-up towns, without a database."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import numpy as np
import shapely

from app.catalog.build import City, in_memory
from app.catalog.catalog import Catalog, Part
from app.catalog.feature import Claim, VenueRow
from app.vocabulary import CAPABILITIES, CATEGORIES

TODAY = date(2026, 11, 24)
COUNTIES = ("371502", "371521")
CITY = City({"371500": None, **dict.fromkeys(COUNTIES, "371500")}, TODAY, timedelta(days=365))
WEST, SOUTH, EAST, NORTH = 115.6, 36.2, 116.4, 36.8
STATUSES = ("yes", "limited", "no", None)

Place = tuple[float, float] | None


def venue(number: int, place: Place, **named: object) -> VenueRow:
    """The venue of a number at a place; its class, county and statuses follow from the number."""
    category = named.get("category") or list(CATEGORIES)[number % len(CATEGORIES)]
    said = {key: STATUSES[(number + n) % 4] for n, key in enumerate(CAPABILITIES)}
    facts = {
        "name_zh": f"第{number % 7}号店",
        "name_en": None if number % 3 == 0 else f'Shop "{number % 7}"',
        "category": category,
        "region": COUNTIES[number % 2],
        "summaries": tuple(
            Claim(key, "", status, date(2026, 1, 1), "inspection", {})
            for key, status in said.items()
            if status is not None and category in CAPABILITIES[key].categories
        ),
    }
    empty = dict.fromkeys(
        (
            "level",
            "zone",
            "address_zh",
            "address_en",
            "phone",
            "opening_hours",
            "operator",
            "part_of",
            "location_error_m",
        )
    )
    return VenueRow(
        id=str(UUID(int=number)),
        **{**empty, **facts, **named},
        point=None if place is None else shapely.Point(place),
        location_quality=None if place is None else "sourced",
        source="made up",
        updated_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def catalog_of(venues: Sequence[VenueRow], newer: Sequence[VenueRow] = ()) -> Catalog:
    """A catalog whose base has these venues, and whose delta has the newer ones in their place."""
    base = in_memory(sorted(venues, key=lambda v: v.id), CITY)
    whole = Catalog(Part(base, np.ones(len(base), bool)), None, 1, TODAY, "0" * 36, lambda _hours, _at: True)
    return whole.with_delta(in_memory(sorted(newer, key=lambda v: v.id), CITY), 2, TODAY) if newer else whole


def town(count: int, seed: int = 0) -> Catalog:
    """A town of so many venues, half of them in the middle; every tenth has no place, every fifth is newer."""
    rng = np.random.default_rng(seed)
    spread = rng.uniform((WEST, SOUTH), (EAST, NORTH), (count, 2))
    spread[::2] = rng.normal((116.0, 36.45), 0.02, (len(spread[::2]), 2))
    venues = [venue(n, None if n % 10 == 9 else tuple(place)) for n, place in enumerate(spread.tolist(), 1)]
    return catalog_of(venues, [v for n, v in enumerate(venues) if n % 5 == 0])
