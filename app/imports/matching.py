"""The rows of a file and the venues of the register, side by side."""

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import shapely

from app.catalog.town import WGS84
from app.importers.kinds import NEW, SAME
from app.importers.record import Record
from app.imports.held import Held
from app.imports.judge import Found
from app.imports.places import Placed
from geo.match import match
from geo.names import NameWords


def frame(
    records: Sequence[Record], houses: Sequence[str | None], places: Sequence[Placed], held: Held
) -> gpd.GeoDataFrame:
    """The rows as `geo.match` compares them, by their place in the file."""
    columns = {name: [r.values.get(name) for r in records] for name in ("category", "phone")}
    columns["external_id"] = _numbers([r.values.get("external_id") for r in records], houses, held)
    columns |= {"name": [r.values.get("name_zh") for r in records]}
    columns |= {"address": [r.values.get("address_zh") for r in records]}
    columns |= {"region": [p.region_values.get("region") for p in places], "institution": list(houses)}
    errors = np.array([r.values.get("location_error_m") for r in records], dtype=float)
    points = _points(places)
    return gpd.GeoDataFrame({**columns, "location_error_m": errors}, geometry=points, crs=WGS84)


def _numbers(numbers: Sequence[str | None], houses: Sequence[str | None], held: Held) -> list[str | None]:
    """The rows' own numbers, as far as they are numbers of the register.

    No two ledgers number alike: where the register has none of an institution's numbers, the ledger counts in
    another way, and a number that differs says nothing. A ledger that is nobody's shares only what is equal.
    """
    known = set(zip(held.venues["institution"].fillna("").tolist(), held.venues["external_id"].tolist(), strict=True))
    pairs = [(house or "", number) for house, number in zip(houses, numbers, strict=True)]
    alike = {house for house, number in pairs if house and number and (house, number) in known}
    return [number if house in alike or (house, number) in known else None for house, number in pairs]


def _points(places: Sequence[Placed]) -> np.ndarray:
    """A point per row; None where it has no position."""
    there = np.array([place.lon is not None for place in places], dtype=bool)
    spots = [(place.lon, place.lat) for place in places if place.lon is not None]
    made = np.full(len(places), None, dtype=object)
    made[there] = shapely.points(np.array(spots, dtype=float).reshape(-1, 2))
    return made


def found(
    records: Sequence[Record], houses: Sequence[str | None], places: Sequence[Placed], held: Held, words: NameWords
) -> list[Found]:
    """What each row is: by the register's own id where the file carries it, else by `geo.match`."""
    matched = match(frame(records, houses, places, held), held.venues, words=words)
    columns = (matched[name].tolist() for name in ("outcome", "venue", "reason", "score", "candidates", "twin"))
    made = []
    for record, outcome, venue, reason, score, candidates, twin in zip(records, *columns, strict=True):
        key = record.values.get("id")
        if key is not None:
            made.append(Found(SAME, key, "id") if key in held.venues.index else Found(NEW))
        else:
            there = venue if outcome == SAME else None
            again = None if twin is None else records[twin].row
            made.append(Found(outcome, there, reason, float(score), tuple(candidates or ()), again))
    return made


def houses(records: Sequence[Record], institutions: Mapping[str, str], usual: str | None) -> list[str | None]:
    """The institution of each row: by its operator, else the file's."""
    made = []
    for record in records:
        named = record.values.get("operator")
        made.append(institutions.get(named, usual) if named else usual)
    return made
