"""A grid of people from a file: a raster of people per pixel, or a table of cells."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.errors import BadFile
from app.importers.cells import Cells
from app.importers.rows import Faults, Row, rows
from geo.datum import to_wgs84
from geo.errors import UnknownDatum

RASTERS, TABLES = (".tif", ".tiff"), (".csv",)
ALIASES = {"经度": "lon", "纬度": "lat", "人口": "people", "坐标系": "datum"}


@dataclass(frozen=True, slots=True)
class Grid:
    """A file of people; `datum` is that of a table which does not say its own."""

    path: Path
    datum: str = "wgs84"


def read_cells(grid: Grid, area: BaseGeometry, finest_m: float) -> Cells:
    """The populated cells of the file inside the area; their sum is the people that it puts there.

    Args:
        grid: the file; a raster may have any extent, and is read only where the area is.
        area: the city, in WGS-84 degrees.
        finest_m: pixels smaller than this are summed into blocks of about this side, each told at its most
            populous pixel.

    Raises:
        BadFile: the file cannot be read or trusted, or has nobody in the area.
    """
    shapely.prepare(area)
    kind = grid.path.suffix.lower()
    if kind not in RASTERS + TABLES:
        raise BadFile(f"{grid.path.name}: is neither a GeoTIFF (.tif) nor a table (.csv)")
    if not grid.path.is_file():
        raise BadFile(f"{grid.path}: there is no such file")
    found = _raster(grid.path, area, finest_m) if kind in RASTERS else _table(grid).within(area)
    found = found.chosen(found.people > 0)
    if not len(found.people):
        west, south, east, north = (f"{edge:.2f}" for edge in area.bounds)
        raise BadFile(f"{grid.path.name}: has nobody in this city ({west}..{east} E, {south}..{north} N): name another")
    return found


def _table(grid: Grid) -> Cells:
    faults = Faults(grid.path)
    read = [_cell(row, grid.datum, faults) for row in rows(grid.path, ("lon", "lat", "people"), ALIASES)]
    faults.refuse()
    numbers = np.array([cell[:3] for cell in read], dtype="f8").reshape(-1, 3)
    datums = np.array([cell[3] for cell in read], dtype=object)
    for datum in set(datums):
        at = datums == datum
        numbers[at, 0], numbers[at, 1] = to_wgs84(numbers[at, 0], numbers[at, 1], datum)
    return Cells(*numbers.T)


def _cell(row: Row, datum: str, faults: Faults) -> tuple[float, float, float, str]:
    named = row.cells.get("datum", "").strip() or datum
    try:
        to_wgs84([0.0], [0.0], named)
    except UnknownDatum as wrong:
        faults.add(row.number, "datum", str(wrong))
    lon, lat, people = (_number(row, name, faults) for name in ("lon", "lat", "people"))
    if abs(lon) > 180 or abs(lat) > 90:  # noqa: PLR2004 - degrees
        swapped = abs(lat) <= 180 and abs(lon) <= 90  # noqa: PLR2004 - degrees
        mend = "are lon and lat swapped?" if swapped else "lon is -180..180 and lat -90..90, in degrees"
        faults.add(row.number, "lon, lat", f"{lon}, {lat}: {mend}")
    if people < 0:
        faults.add(row.number, "people", f"{people} is less than nobody")
    return lon, lat, people, named


def _number(row: Row, name: str, faults: Faults) -> float:
    try:
        number = float(row.cells[name])
    except ValueError:
        number = np.nan
    if not np.isfinite(number):
        faults.add(row.number, name, f"{row.cells[name]!r} is not a number")
        return 0.0
    return number


def _raster(path: Path, area: BaseGeometry, finest_m: float) -> Cells:
    from app.importers.raster import read_raster  # noqa: PLC0415 - GDAL: a start without a grid need not wait for it

    return read_raster(path, area, finest_m)
