"""Where each row lies: its position in WGS-84, its county, and what contradicts what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from app.importers.record import Record
from app.imports.datum import Choice, positions
from app.imports.held import Held

DECIMALS = 7
OVER_THE_BORDER = 0.01
"""About a kilometre in degrees: borders are drawn, and remembered, no finer."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A row's position (WGS-84; None where it has none that can be taken), its datum, and its region.

    remarks: code, field and facts of each thing to be said. told: the position that the row tells, taken or not.
    """

    lon: float | None
    lat: float | None
    datum: str | None
    region_values: dict[str, str]
    remarks: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    told: tuple[float, float] | None = None


def placed(records: Sequence[Record], choice: Choice, held: Held, city: str) -> list[Placed]:
    """One place per record."""
    lon, lat = positions(records, choice.datum)
    lon, lat = lon.round(DECIMALS), lat.round(DECIMALS)
    counties = {code: row.geometry for code, row in held.regions.items() if row.level == "county"}
    here = _county(lon, lat, counties)
    beyond = _beyond(lon, lat, here, held.regions[city].geometry if city in held.regions else None)
    hint = ("", "") if choice.guess is None else (f"(推测为 {choice.guess})", f" (the rows suggest {choice.guess})")
    made = []
    for i, record in enumerate(records):
        if record.lon is None:
            made.append(Placed(None, None, None, said_region(record), _without(record, held, city)))
        elif np.isnan(lon[i]):
            made.append(Placed(None, None, None, said_region(record), [("no_datum", "lon", {"hint": hint})]))
        else:
            spot = (float(lon[i]), float(lat[i]))
            datum = record.datum or choice.datum
            made.append(_located(record, spot, datum, here[i], beyond=bool(beyond[i]), held=held, city=city))
    return made


def _located(
    record: Record,
    spot: tuple[float, float],
    datum: str | None,
    here: str | None,
    *,
    beyond: bool,
    held: Held,
    city: str,
) -> Placed:
    at = f"{spot[0]:.5f}, {spot[1]:.5f}"
    if beyond:
        told = {"at": at, "city": _names(held, city)}
        return Placed(None, None, None, said_region(record), [("outside_city", "lon", told)], spot)
    said = record.values.get("region")
    if here is None or said in {None, here, city} or held.regions[said].level != "county":
        return Placed(*spot, datum, said_region(record) | ({"region": here} if here and said in {None, city} else {}))
    if shapely.distance(held.regions[said].geometry, shapely.Point(spot)) <= OVER_THE_BORDER:
        return Placed(*spot, datum, said_region(record))
    facts = {"at": at, "there": _names(held, here), "county": _names(held, said)}
    return Placed(None, None, None, said_region(record), [("outside_county", "lon", facts)], spot)


def said_region(record: Record) -> dict[str, str]:
    """County and zone, as far as the row says them."""
    return {name: record.values[name] for name in ("region", "zone") if name in record.values}


def _without(record: Record, held: Held, city: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [] if "region" in record.values else [("no_region", "region", {"city": _names(held, city)})]


def _names(held: Held, code: str) -> tuple[str, str]:
    row = held.regions.get(code)
    return (code, code) if row is None else (row.name_zh, row.name_en or row.name_zh)


def _county(lon: np.ndarray, lat: np.ndarray, counties: Mapping[str, shapely.Geometry]) -> np.ndarray:
    """The county of each position; None outside of all."""
    found = np.full(len(lon), None, dtype=object)
    for code, border in counties.items():
        if border is not None:
            shapely.prepare(border)
            found[shapely.intersects_xy(border, lon, lat)] = code
    return found


def _beyond(lon: np.ndarray, lat: np.ndarray, here: np.ndarray, border: shapely.Geometry | None) -> np.ndarray:
    """Which positions are in no county and not within a kilometre of the city."""
    outside = np.array([code is None for code in here], dtype=bool) & ~np.isnan(lon)
    if border is not None and outside.any():
        points = shapely.points(lon[outside], lat[outside])
        outside[outside] = shapely.distance(border, points) > OVER_THE_BORDER
    return np.asarray(outside, dtype=bool)
