"""A position as it is typed or pinned: read, put into WGS-84, and held against the county's border."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import BadFields, Fault
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.query import SHOWN, decimal
from app.register.places import position
from app.tables import Region
from app.vocabulary import LocationQuality
from geo.crs import geodesic_distance
from geo.datum import normalise_datum, to_wgs84
from geo.errors import UnknownDatum

PLACED = ("lon", "lat", "datum", "location_quality", "location_error_m")
"""What says where a place is; all or none."""
OUTSIDE = "outside"
"""The field that answers a position outside the county: `move` (change the county) or `keep`."""
JOINED = "position"
"""All of `PLACED` in one field, parted by semicolons: one choice of two whole positions."""
FARTHEST_ERROR_M = 100_000
BORDER_M = 200.0
"""Borders are drawn to about a hundred metres: a position this near to its county may be in it."""

MISSING = N_("is missing: longitude and latitude belong together")
IS_NO_NUMBER = N_("%(value)s is not a number")
SWAPPED = N_("%(value)s is out of range; are longitude and latitude swapped?")
NO_DATUM = N_("say which datum the numbers are in: wgs84, cgcs2000, gcj02 (Amap, Tencent) or bd09 (Baidu)")
NO_QUALITY = N_("say how the position is known: surveyed, sourced or approximate")
NO_ERROR = N_("say how far off an approximate position may be, in metres")
BAD_ERROR = N_("is not a number of metres from 0 to %(most)s")
ELSEWHERE = N_("this position lies in %(where)s, not in %(chosen)s: change the county, or confirm that it is right")
NOWHERE = N_("this position lies outside the city: confirm that it is right, or mend it")


@dataclass(frozen=True, slots=True)
class Border:
    """A county with its shape."""

    adcode: str
    shape: BaseGeometry


def read_position(given: Mapping[str, object]) -> dict[str, Any]:
    """The six columns of the position that is given; of none where longitude and latitude are empty.

    Raises:
        BadFields: naming each part and what is wrong with it.
    """
    said = {name: str("" if given.get(name) is None else given[name]).strip() for name in PLACED}
    if not said["lon"] and not said["lat"]:
        return position(None, None)
    faults: dict[str, Fault] = {}
    lon, lat = (_degrees(said, name, most, faults) for name, most in (("lon", 180), ("lat", 90)))
    datum = _datum(said["datum"], faults)
    quality = said["location_quality"]
    if quality not in set(LocationQuality):
        faults["location_quality"] = Fault(NO_QUALITY)
    error = _error(said["location_error_m"], quality, faults)
    if faults:
        raise BadFields(faults)
    return position(lon, lat, datum, quality, error)


def parted(joined: str) -> dict[str, str]:
    """The parts of a position that came in one field."""
    return dict(zip(PLACED, [*joined.split(";"), *("",) * len(PLACED)], strict=False))


def where(lon: float, lat: float, datum: str) -> tuple[float, float]:
    """A point in WGS-84 degrees.

    Raises:
        UnknownDatum, BadCoordinates: naming what is wrong.
    """
    x, y = to_wgs84([lon], [lat], datum)
    return float(x[0]), float(y[0])


def borders(session: Session) -> list[Border]:
    """The counties that have a border."""
    query = select(Region.adcode, Region.geometry).where(Region.level == "county", Region.geometry.is_not(None))
    return [Border(adcode, shape) for adcode, shape in session.execute(query) if shape is not None]


def county_at(point: shapely.Point, counties: list[Border]) -> str | None:
    """The county that a point lies in; None outside of all."""
    return next((c.adcode for c in counties if c.shape.covers(point)), None)


def check_county(
    point: shapely.Point | None, error_m: float | None, region: str, counties: list[Border], confirmed: str
) -> str:
    """The county that a venue belongs to: the one chosen, or the one its position lies in where that was asked for.

    Raises:
        BadFields: the position lies elsewhere, and nobody has said that this is right.
    """
    own = next((c for c in counties if c.adcode == region), None)
    if point is None or own is None or confirmed == "keep" or _metres_off(point, own) <= max(BORDER_M, error_m or 0):
        return region
    found = county_at(point, counties)
    if found is not None and confirmed == "move":
        return found
    fault = Fault(NOWHERE) if found is None else Fault(ELSEWHERE, {"where": found, "chosen": region})
    raise BadFields({OUTSIDE: fault})


def _metres_off(point: shapely.Point, county: Border) -> float:
    near = shapely.shortest_line(point, county.shape).coords
    (x0, y0), (x1, y1) = near[0], near[-1]
    return float(geodesic_distance(x0, y0, x1, y1))


def _degrees(said: Mapping[str, str], name: str, most: int, faults: dict[str, Fault]) -> float:
    text = said[name]
    value = decimal(text)
    if not text:
        faults[name] = Fault(MISSING)
    elif math.isnan(value):
        faults[name] = Fault(IS_NO_NUMBER, {"value": text[:SHOWN]})
    elif abs(value) > most:
        faults[name] = Fault(SWAPPED, {"value": text[:SHOWN]})
    return value


def _datum(text: str, faults: dict[str, Fault]) -> str:
    try:
        return normalise_datum(text)
    except UnknownDatum:
        faults["datum"] = Fault(NO_DATUM)
        return ""


def _error(text: str, quality: str, faults: dict[str, Fault]) -> float | None:
    if not text:
        if quality == LocationQuality.APPROXIMATE:
            faults["location_error_m"] = Fault(NO_ERROR)
        return None
    value = decimal(text)
    if not 0 <= value <= FARTHEST_ERROR_M:
        faults["location_error_m"] = Fault(BAD_ERROR, {"most": FARTHEST_ERROR_M})
    return value
