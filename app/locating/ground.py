"""What the register knows of a county that helps to place a venue there."""

import csv
import math
from functools import lru_cache
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.importers.name_words import name_words
from app.locating.guesses import Ground, Guess, Located, Sought, guesses
from app.settings import Settings
from app.tables import Institution, Region, Venue
from geo.crs import geodesic_distance
from geo.names import NameWords

MOST_LOCATED = 20_000
"""A county has fewer; more would only make the reader wait."""
ROUNDED_M = 100


def offered(session: Session, settings: Settings, venue: Venue) -> list[Guess]:
    """The places to offer for a venue; each error rounded up to a hundred metres."""
    county = session.get(Region, venue.region)
    ground = Ground(
        _located(session, venue),
        townships(settings.city_dir, venue.region),
        _middle(county.geometry if county else None),
    )
    sought = Sought(venue.name_zh, venue.address_zh or "", county.name_zh if county else "")
    found = guesses(sought, ground, _words(session, settings))
    return [Guess(g.kind, g.named, g.lon, g.lat, math.ceil(g.error_m / ROUNDED_M) * ROUNDED_M, g.of) for g in found]


@lru_cache
def townships(city_dir: Path | None, county: str) -> tuple[str, ...]:
    """The names of a county's townships; none for a city without a list of them."""
    path = city_dir / "townships.csv" if city_dir else None
    if path is None or not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(row["name_zh"] for row in csv.DictReader(file) if row["county"] == county)


def _located(session: Session, venue: Venue) -> list[Located]:
    columns = (Venue.id, Venue.name_zh, Venue.address_zh, Venue.geometry, Venue.location_error_m)
    query = (
        select(*columns)
        .where(Venue.region == venue.region, Venue.geometry.is_not(None), Venue.deleted_at.is_(None))
        .where(Venue.id != venue.id)
        .order_by(Venue.id)
        .limit(MOST_LOCATED)
    )
    return [
        Located(key, name, f"{name} {address or ''}", point.x, point.y, error or 0)
        for key, name, address, point, error in session.execute(query)
        if isinstance(point, shapely.Point)
    ]


def _middle(border: BaseGeometry | None) -> tuple[float, float, float] | None:
    """A point inside a county, and the way from it to the county's farthest corner."""
    if border is None:
        return None
    point = border.representative_point()
    corners = shapely.get_coordinates(border.convex_hull)
    lon, lat = [point.x] * len(corners), [point.y] * len(corners)
    return point.x, point.y, float(geodesic_distance(lon, lat, corners[:, 0], corners[:, 1]).max())


def _words(session: Session, settings: Settings) -> NameWords:
    places = session.scalars(select(Region.name_zh)).all()
    banks = session.scalars(select(Institution.name_zh).where(Institution.kind == "bank")).all()
    return _name_words(settings.data_dir, tuple(places), tuple(banks))


@lru_cache(maxsize=4)
def _name_words(data_dir: Path, places: tuple[str, ...], banks: tuple[str, ...]) -> NameWords:
    return name_words(data_dir, places, banks)
