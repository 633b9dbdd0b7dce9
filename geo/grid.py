"""Regular cells over a region, and the people in them."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo.errors import BadFrame
from geo.frames import checked, in_metres, metre_crs

BLOCK = 16  # cells along the side of a block, by which a long border is cut before its cells are
AREA, COLLECTION = 2, 7  # shapely's dimension of a polygon, and type of a mixture
Shapes = NDArray[np.object_]
Steps = NDArray[np.int64]


def cells(region: gpd.GeoDataFrame, size_m: float) -> gpd.GeoDataFrame:
    """Return square cells of side `size_m` over each region, clipped at its border.

    One row per region and square that share area; columns `region` (the region's index label), `ix`,
    `iy` (the square's step east and north), `area_km2` (in the plane) and `geometry`, in the regions'
    plane. Squares start at multiples of `size_m`, and the index is "region:ix:iy", so the same city
    always has the same cells. A square on a border between regions has a row in each.

    Raises:
        BadFrame: as for `geo.frames.checked`, or shapes without area.
        ValueError: `size_m` is not positive.

    >>> town = gpd.GeoDataFrame(index=["T"], geometry=[shapely.box(0, 0, 1500, 1000)], crs=4548)
    >>> cells(town, 1000).area_km2.to_dict()
    {'T:0:0': 1.0, 'T:1:0': 0.5}
    """
    if not size_m > 0:
        message = f"size_m must be positive, not {size_m}"
        raise ValueError(message)
    if (shapely.get_dimensions(np.asarray(checked(region, "region").geometry.array)) != AREA).any():
        message = "region: a shape without area"
        raise BadFrame(message)
    if region.empty:
        return _frame(np.array([], dtype=object), np.empty((0, 2), dtype=np.int64), _none(), region)
    plane = in_metres(region, metre_crs(region))
    parts = [_clipped(shape, size_m) for shape in plane.geometry]
    labels = np.repeat(plane.index.to_numpy(), [len(steps) for steps, _ in parts])
    steps = np.concatenate([steps for steps, _ in parts])
    return _frame(labels, steps, np.concatenate([shapes for _, shapes in parts]), plane)


def centroids(cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the cells with their centre of area as geometry: demand for `geo.reach`.

    >>> town = gpd.GeoDataFrame(index=["T"], geometry=[shapely.box(0, 0, 1000, 1000)], crs=4548)
    >>> centroids(cells(town, 1000)).geometry.iloc[0].wkt
    'POINT (500 500)'
    """
    return cells.set_geometry(cells.geometry.centroid)


def spread_evenly(cells: gpd.GeoDataFrame, people: pd.Series) -> pd.Series:
    """Return people per cell: each region's figure (by region label) shared out by area.

    The cells of a region add up to its figure. Where the figure is NaN or not given, the people of
    the cells are NaN, which is not zero.

    >>> town = gpd.GeoDataFrame(index=["T"], geometry=[shapely.box(0, 0, 1500, 1000)], crs=4548)
    >>> spread_evenly(cells(town, 1000), pd.Series({"T": 300})).tolist()
    [200.0, 100.0]
    """
    whole = cells.groupby("region")["area_km2"].transform("sum")
    figure = cells["region"].map(people.astype("float64"))
    return (figure * (cells["area_km2"] / whole)).astype("float64").rename("people")


def people_in_cells(cells: gpd.GeoDataFrame, points: gpd.GeoDataFrame) -> pd.Series:
    """Return people per cell, from the column `people` of points such as a population grid's centres.

    A point on the line between cells counts in one of them only; a point in no cell counts nowhere,
    so compare the sums. A cell without points has 0 people: the grid is taken to be complete.

    Raises:
        BadFrame: as for `geo.frames.checked`, or no column `people`.

    >>> town = gpd.GeoDataFrame(index=["T"], geometry=[shapely.box(0, 0, 1500, 1000)], crs=4548)
    >>> homes = gpd.GeoDataFrame({"people": [3, 4]}, geometry=gpd.points_from_xy([9, 1400], [9, 9]), crs=4548)
    >>> people_in_cells(cells(town, 1000), homes).tolist()
    [3.0, 4.0]
    """
    if "people" not in points.columns:
        message = "points: no column 'people'"
        raise BadFrame(message)
    shapes = np.asarray(in_metres(checked(points, "points"), CRS(cells.crs)).geometry.array)
    point, cell = shapely.STRtree(np.asarray(cells.geometry.array)).query(shapes, predicate="intersects")
    once = np.unique(point, return_index=True)[1]
    counts = np.bincount(
        cell[once], weights=points["people"].to_numpy(dtype="float64")[point[once]], minlength=len(cells)
    )
    return pd.Series(counts, index=cells.index, name="people")


def _frame(labels: Shapes, steps: Steps, shapes: Shapes, plane: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    names = [f"{label}:{ix}:{iy}" for label, (ix, iy) in zip(labels, steps.tolist(), strict=True)]
    columns = {"region": labels, "ix": steps[:, 0], "iy": steps[:, 1], "area_km2": shapely.area(shapes) / 1e6}
    return gpd.GeoDataFrame(columns, index=pd.Index(names, dtype=object), geometry=shapes, crs=plane.crs)


def _clipped(region: shapely.Geometry, size: float) -> tuple[Steps, Shapes]:
    """Return the squares that share area with a region, by rows from the south-west, cut to it.

    First the region is cut into blocks, then each block into squares: a square is then cut from the
    few vertices of its block, not from the whole border.
    """
    tall = size * BLOCK
    blocks, pieces = _cut(_steps_over(region, tall), region, tall)
    corner = np.indices((BLOCK, BLOCK)).reshape(2, -1).T
    steps = (blocks[:, None, :] * BLOCK + corner[None, :, :]).reshape(-1, 2)
    steps, shapes = _cut(steps, np.repeat(pieces, BLOCK * BLOCK), size)
    order = np.lexsort((steps[:, 0], steps[:, 1]))
    return steps[order], shapes[order]


def _steps_over(region: shapely.Geometry, size: float) -> Steps:
    """Return the steps of every square that meets the region's bounding box."""
    west, south, east, north = (int(np.floor(edge / size)) for edge in shapely.bounds(region))
    across, up = np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1))
    return np.column_stack((across.ravel(), up.ravel())).astype(np.int64)


def _cut(steps: Steps, outline: shapely.Geometry | Shapes, size: float) -> tuple[Steps, Shapes]:
    """Return the squares that share area with the outline (one for all, or one each), cut to it."""
    shapely.prepare(outline)
    outlines = np.broadcast_to(np.asarray(outline, dtype=object), len(steps))
    near = shapely.intersects(outlines, _squares(steps, size))
    steps, outlines = steps[near], outlines[near]
    shapes = _squares(steps, size)
    border = ~shapely.covers(outlines, shapes)
    shapes[border] = _areas(shapely.intersection(shapes[border], outlines[border]))
    kept = shapely.area(shapes) > 0
    return steps[kept], shapes[kept]


def _squares(steps: Steps, size: float) -> Shapes:
    # Every corner is a step times the size, so that neighbours share their corners to the last bit.
    (west, south), (east, north) = (steps * size).T, ((steps + 1) * size).T
    return np.asarray(shapely.box(west, south, east, north), dtype=object)


def _areas(shapes: Shapes) -> Shapes:
    """Return the shapes without the lines and points that a cut along an edge leaves beside an area."""
    mixed = shapely.get_type_id(shapes) == COLLECTION
    if mixed.any():
        shapes[mixed] = shapely.buffer(shapes[mixed], 0)
    return shapes


def _none() -> Shapes:
    return np.array([], dtype=object)
