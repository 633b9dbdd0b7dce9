"""The under-served areas of a capability, and which of them nothing unknown could fill."""

import hashlib

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from app.coverage.reach import Placed
from app.frames import Town
from geo.frames import metre_crs
from geo.gaps import gaps
from geo.grid import centroids


def holes(
    town: Town, capability: str, cells: gpd.GeoDataFrame, standard_m: float, unsure: pd.Series, department: str | None
) -> gpd.GeoDataFrame:
    """`geo.gaps.gaps` of the cells, with id, capability and the department that answers for the ground."""
    found = gaps(
        cells[["region", "area_km2", "geometry"]],
        cells["distance_m"],
        cells["possible_m"],
        cells["people"],
        standard_m=standard_m,
        possible_everywhere=unsure,
    )
    spots = found.geometry.centroid.get_coordinates()
    ids = [_id(capability, *row) for row in zip(found["region"], spots["x"], spots["y"], strict=True)]
    return found.assign(id=ids, capability=capability, department=department, as_of=town.as_of)


def unsure(
    town: Town, cells: gpd.GeoDataFrame, hopeful: Placed, standard_m: float, *, list_complete: bool
) -> pd.Series:
    """True for each cell near which a place might serve that cannot be measured to.

    Args:
        town: for the counties' shapes.
        cells: in metres.
        hopeful: the venues whose status is yes or unknown.
        standard_m: how near is near enough.
        list_complete: where places may be missing from the register altogether, no cell is sure.
    """
    if not list_complete:
        return pd.Series(data=True, index=cells.index)
    centres = np.asarray(centroids(cells).geometry.array)
    maybe = np.zeros(len(cells), dtype=bool)
    for ground, reach_m in _grounds(town, cells, hopeful):
        shapely.prepare(ground)
        maybe |= shapely.dwithin(ground, centres, reach_m + standard_m)
    return pd.Series(maybe, index=cells.index)


def _grounds(town: Town, cells: gpd.GeoDataFrame, hopeful: Placed) -> list[tuple[shapely.Geometry, float]]:
    """Where the unmeasurable places may be: the county of each unlocated one, the circle of each rough one."""
    plane = metre_crs(cells)
    shapes = town.regions.to_crs(plane).geometry
    parents = town.regions["parent"]
    grounds = []
    for code in hopeful.nowhere["region"].unique():
        shape = shapes.get(code)
        if shape is None and code in parents.index:
            shape = shapes.get(parents[code])
        grounds.append((shapes.union_all() if shape is None else shape, 0.0))
    points = hopeful.rough.geometry.to_crs(plane)
    return grounds + list(zip(points, hopeful.rough["location_error_m"], strict=True))


def _id(capability: str, region: str, x: float, y: float) -> str:
    """The same name for the same hole from day to day, as long as its middle stays."""
    told = f"{capability}:{region}:{x:.0f}:{y:.0f}"
    return f"{region}-{hashlib.sha256(told.encode()).hexdigest()[:10]}"
