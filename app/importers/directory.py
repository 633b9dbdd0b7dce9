"""A city's venues and bank outlets from its folder, checked row by row."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import shapely

from app.importers.rows import YES_NO, Faults, Row, rows
from app.vocabulary import CATEGORIES, LocationQuality
from geo.datum import to_wgs84
from geo.errors import UnknownDatum

NAMESPACE = uuid5(NAMESPACE_URL, "paymap:venue")
PLACED = ("lon", "lat", "datum", "location_quality")
VENUE_COLUMNS = (
    "external_id", "name_zh", "name_en", "category", "level", "region", "address_zh", "address_en", "phone", *PLACED,
    "location_error_m", "opening_hours", "operator", "part_of", "source", "notes",
)  # fmt: skip
BRANCH_COLUMNS = ("cnaps", "name_zh", "name_en", "bank", "region", "zone", "serves_public", "source", "notes")
_SAME = ("name_zh", "name_en", "category", "level", "region", "address_zh", "address_en", "phone", "opening_hours",
         "operator", "source", "notes")  # fmt: skip


def venue_key(source_key: str) -> str:
    """The id of a venue that a source names: the same in every register."""
    return str(uuid5(NAMESPACE, source_key))


def venues(folder: Path, city: str, borders: Mapping[str, shapely.Geometry]) -> list[dict[str, Any]]:
    """The columns of each venue in `venues.csv`.

    Raises:
        BadFile: naming each row and field that is wrong.
    """
    path = folder / "venues.csv"
    faults, table = Faults(path), list(rows(path, VENUE_COLUMNS))
    found = [_venue(row, city, borders, faults) for row in table]
    keys = {row.number: row.cells["external_id"].strip() for row in table}
    _check_unique(keys, "external_id", faults)
    for row in table:
        if row.text("part_of") is not None and row.text("part_of") not in keys.values():
            faults.add(row.number, "part_of", f"{row.cells['part_of']!r} is no external_id of this file")
    faults.refuse()
    return found


def branches(folder: Path, bank_codes: Mapping[str, str], regions: set[str]) -> list[dict[str, Any]]:
    """The columns of each bank outlet in `branches.csv`: named and coded, without a position.

    Raises:
        BadFile: naming each row and field that is wrong.
    """
    path = folder / "branches.csv"
    faults, table = Faults(path), list(rows(path, BRANCH_COLUMNS))
    found = [_branch(row, bank_codes, regions, faults) for row in table]
    _check_unique({row.number: row.cells["cnaps"].strip() for row in table}, "cnaps", faults)
    faults.refuse()
    return found


def _venue(row: Row, city: str, borders: Mapping[str, shapely.Geometry], faults: Faults) -> dict[str, Any]:
    _check_words(row, set(borders), faults)
    part_of = row.text("part_of")
    key = row.cells["external_id"].strip()
    return {
        **{name: row.text(name) for name in _SAME},
        "id": venue_key(f"{city}:{key}"),
        "external_id": key,
        "part_of": part_of and venue_key(f"{city}:{part_of}"),
        **_position(row, borders, faults),
    }


def _check_words(row: Row, regions: set[str], faults: Faults) -> None:
    faults.check_filled(row, ("external_id", "name_zh", "source"))
    faults.check_word(row, "category", CATEGORIES)
    if row.cells["region"] not in regions:
        faults.add(row.number, "region", f"{row.cells['region']!r} is not an adcode of this city")


def _position(row: Row, borders: Mapping[str, shapely.Geometry], faults: Faults) -> dict[str, Any]:
    given = [name for name in PLACED if row.text(name) is not None]
    nowhere = dict.fromkeys(
        ("geometry", "original_lon", "original_lat", "original_datum", "location_quality", "location_error_m")
    )
    if not given:
        return nowhere
    if len(given) < len(PLACED):
        faults.add(row.number, min(set(PLACED) - set(given)), f"is empty; a position needs {', '.join(PLACED)}")
        return nowhere
    if row.cells["location_quality"] not in set(LocationQuality):
        faults.add(row.number, "location_quality", f"is not one of {', '.join(LocationQuality)}")
        return nowhere
    try:
        lon, lat = float(row.cells["lon"]), float(row.cells["lat"])
        error = None if row.text("location_error_m") is None else float(row.cells["location_error_m"])
        if error is not None and not 0 <= error < math.inf:
            faults.add(row.number, "location_error_m", f"{error} is not a number of metres")
        x, y = to_wgs84([lon], [lat], row.cells["datum"])
    except (ValueError, UnknownDatum) as wrong:
        faults.add(row.number, "lon, lat, datum", str(wrong))
        return nowhere
    point = shapely.Point(float(x[0]), float(y[0]))
    border = borders.get(row.cells["region"])
    if border is not None and not shapely.covers(border, point):
        faults.add(row.number, "lon, lat", f"{lon}, {lat} ({row.cells['datum']}) lies outside {row.cells['region']}")
    return {
        "geometry": point,
        "original_lon": lon,
        "original_lat": lat,
        "original_datum": row.cells["datum"],
        "location_quality": row.cells["location_quality"],
        "location_error_m": error,
    }


def _branch(row: Row, bank_codes: Mapping[str, str], regions: set[str], faults: Faults) -> dict[str, Any]:
    faults.check_filled(row, ("cnaps", "name_zh", "source"))
    faults.check_word(row, "serves_public", YES_NO)
    if row.cells["bank"] not in bank_codes:
        faults.add(row.number, "bank", f"{row.cells['bank']!r} is not in banks.csv")
    for name in ("region", "zone"):
        if (name == "region" or row.text(name) is not None) and row.cells[name] not in regions:
            faults.add(row.number, name, f"{row.cells[name]!r} is not a region or zone of this city")
    return {
        "id": venue_key(f"cnaps:{row.cells['cnaps'].strip()}"),
        "external_id": row.text("cnaps"),
        "category": "bank_branch",
        "operator": row.text("bank"),
        "institution": bank_codes.get(row.cells["bank"]),
        "serves_public": row.cells["serves_public"] == "yes",
        **{name: row.text(name) for name in ("name_zh", "name_en", "region", "zone", "source", "notes")},
    }


def _check_unique(keys: Mapping[int, str], column: str, faults: Faults) -> None:
    first: dict[str, int] = {}
    for number, key in keys.items():
        if key in first:
            faults.add(number, column, f"{key!r} stands in row {first[key]} already")
        first.setdefault(key, number)
