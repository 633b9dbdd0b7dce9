"""People out of a GeoTIFF: read where the city is, in strips, whatever the file's extent and projection."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import rasterio  # type: ignore[import-untyped]  # ships no types
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.errors import RasterioError  # type: ignore[import-untyped]  # ships no types
from rasterio.io import DatasetReader  # type: ignore[import-untyped]  # ships no types
from rasterio.windows import Window  # type: ignore[import-untyped]  # ships no types
from shapely.geometry.base import BaseGeometry

from app.errors import BadFile
from app.importers.cells import Cells, Floats

STRIP = 512
METRES_PER_DEGREE = 111_320.0
OUTLINE_STEP = 0.02  # degrees: between two such points no projection in use bends by a pixel


def read_raster(path: Path, area: BaseGeometry, finest_m: float) -> Cells:
    """The pixels with people whose centre is in the area, summed into blocks of about `finest_m`.

    Raises:
        BadFile: the raster cannot be read or trusted.
    """
    try:
        with rasterio.open(path) as raster:
            _check_raster(path, raster)
            step = max(1, round(finest_m / _pixel_m(raster)))
            parts = [_blocks(*part, step) for part in _strips(path, raster, area, step)]
    except RasterioError as error:
        raise BadFile(f"{path.name}: is no GeoTIFF that can be read: {error}") from error
    columns = [np.concatenate([getattr(part, name) for part in parts]) for name in ("lon", "lat", "people")]
    return Cells(*columns)


def _check_raster(path: Path, raster: DatasetReader) -> None:
    if raster.crs is None:
        raise BadFile(f"{path.name}: does not say its coordinate system: set it, for example with gdal_edit -a_srs")
    if raster.count != 1:
        raise BadFile(f"{path.name}: has {raster.count} bands: give a file whose one band is people per pixel")


def _pixel_m(raster: DatasetReader) -> float:
    side = float(np.sqrt(abs(raster.transform.determinant)))
    return side * (METRES_PER_DEGREE if raster.crs.is_geographic else raster.crs.linear_units_factor[1])


def _strips(
    path: Path, raster: DatasetReader, area: BaseGeometry, step: int
) -> Iterator[tuple[Cells, NDArray[np.int64], NDArray[np.int64]]]:
    """The pixels with people in the area, with their rows and columns, some rows of blocks at a time."""
    to_degrees = Transformer.from_crs(raster.crs.to_wkt(), "EPSG:4326", always_xy=True)
    (top, bottom), (left, right) = _window(raster, area, to_degrees)
    top -= top % step  # so that the blocks are the same wherever the area begins
    height = step * max(1, STRIP // step)
    yield Cells.none(), np.empty(0, "i8"), np.empty(0, "i8")
    for first in range(top, bottom, height):
        window = Window(left, first, max(0, right - left), min(height, bottom - first))
        people = raster.read(1, window=window, masked=True).astype("f8").filled(np.nan)
        people = people * raster.scales[0] + raster.offsets[0]
        _check_pixels(path, people, first, left)
        row, column = np.nonzero(people > 0)
        x, y = raster.transform @ (column + left + 0.5, row + first + 0.5)
        cells = Cells(*to_degrees.transform(x, y), people[row, column])
        inside = shapely.contains_xy(area, cells.lon, cells.lat)
        yield cells.chosen(inside), row[inside] + first, column[inside] + left


def _window(raster: DatasetReader, area: BaseGeometry, to_degrees: Transformer) -> list[tuple[int, int]]:
    """The rows and the columns (from, to) that the area's box falls on; an empty range if it falls beside."""
    lon, lat = shapely.get_coordinates(shapely.segmentize(shapely.box(*area.bounds), OUTLINE_STEP)).T
    x, y = to_degrees.transform(lon, lat, direction="INVERSE")
    column, row = ~raster.transform @ (np.asarray(x), np.asarray(y))
    ranges = []
    for place, size in ((row, raster.height), (column, raster.width)):
        known = place[np.isfinite(place)]
        low, high = (int(known.min()) - 1, int(known.max()) + 2) if len(known) else (0, 0)
        ranges.append((min(max(low, 0), size), min(max(high, 0), size)))
    return ranges


def _check_pixels(path: Path, people: Floats, top: int, left: int) -> None:
    wrong = np.argwhere((people < 0) | np.isinf(people))
    if len(wrong):
        row, column = wrong[0]
        where = f"row {top + row}, column {left + column} (from 0)"
        raise BadFile(f"{path.name}: {where}: {people[row, column]} people: declare it as the file's nodata value")


def _blocks(cells: Cells, row: NDArray[np.int64], column: NDArray[np.int64], step: int) -> Cells:
    """The cells summed by squares of `step` pixels, each told at its most populous pixel."""
    if step == 1:
        return cells
    _, block = np.unique(np.column_stack([row // step, column // step]), axis=0, return_inverse=True)
    order = np.lexsort([cells.people, block])
    last = np.append(np.flatnonzero(np.diff(block[order])), len(order) - 1) if len(order) else order
    told = cells.chosen(order[last])
    return Cells(told.lon, told.lat, np.bincount(block, cells.people).astype("f8"))
