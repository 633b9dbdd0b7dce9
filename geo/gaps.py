"""Where people are too far from a service: connected areas, each with one county and one certainty.

A cell is under-served when its distance exceeds the standard. It is `confirmed` when it would be so
even if every place of unknown status served, and no unlocated place could be near; else `possible`.
"""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo.errors import BadFrame
from geo.frames import checked, same_index

TRIED = 400  # sites tried at a time: an area of thousands of cells need not try each
COLUMNS = ("region", "certainty", "people", "area_km2", "worst_distance_m", "best_site", "cells", "geometry")


def gaps(
    cells: gpd.GeoDataFrame,
    distance: pd.Series,
    possible_distance: pd.Series,
    people: pd.Series,
    *,
    standard_m: float,
    possible_everywhere: pd.Series | None = None,
) -> gpd.GeoDataFrame:
    """Return one row per under-served area, the one with most people first; the index is its rank from 1.

    `cells` is what `geo.grid.cells` returns; the series are on its index: metres to the nearest `yes`,
    metres to the nearest yes-or-unknown, people, and True where an unlocated place might serve, so
    that nothing there is confirmed. Cells that touch, if only at a corner, are one area as long as
    region and certainty are the same: each area has one responsible county.

    Columns: `region`; `certainty` (confirmed, possible); `people` (NaN where a cell's are not known);
    `area_km2`; `worst_distance_m` (NaN where a cell has nothing to go to at any distance);
    `best_site`, the centre of the cell from which most people of the area are within the standard
    (most area, where people are not known; of large areas a sample is tried, then the surroundings of
    its best); `cells`, how many; `geometry`. `best_site` is a GeoSeries in the same CRS; projecting
    the frame does not project it.

    Raises:
        BadFrame: a series is not on the cells' index, a distance is missing, or the CRS is in degrees.

    >>> from geo.grid import cells, spread_evenly
    >>> town = gpd.GeoDataFrame(index=["T"], geometry=[shapely.box(0, 0, 3000, 1000)], crs=4548)
    >>> grid = cells(town, 1000)
    >>> metres = pd.Series([500, 1500, 2500], index=grid.index)
    >>> people = spread_evenly(grid, pd.Series({"T": 90}))
    >>> gaps(grid, metres, metres, people, standard_m=1000)[["certainty", "people"]].values.tolist()
    [['confirmed', 60.0]]
    """
    table = _table(cells, distance, possible_distance, people)
    maybe = possible_distance <= standard_m
    if possible_everywhere is not None:
        maybe |= same_index(possible_everywhere, cells, "possible_everywhere").astype(bool)
    short = table.assign(certainty=np.where(maybe, "possible", "confirmed"))[distance > standard_m]
    shapes = np.asarray(short.geometry.array)
    centres = shapely.get_coordinates(shapely.centroid(shapes))
    rows = [_gap(short.iloc[rows], shapes[rows], centres[rows], standard_m) for rows in _areas(short, shapes)]
    return _ranked(rows, cells)


def _table(
    cells: gpd.GeoDataFrame, distance: pd.Series, possible_distance: pd.Series, people: pd.Series
) -> gpd.GeoDataFrame:
    """Return the cells with `distance` and `people` beside them, all checked."""
    checked(cells, "cells")
    if cells.crs is not None and cells.crs.is_geographic:
        message = "cells: degrees have no metres; make the cells with geo.grid.cells"
        raise BadFrame(message)
    for values, what in ((distance, "distance"), (possible_distance, "possible_distance")):
        if same_index(values, cells, what).isna().any():
            message = f"{what}: missing for {values.index[values.isna()][0]!r} (unreachable is inf)"
            raise BadFrame(message)
    same_index(people, cells, "people")
    return cells[["region", "area_km2", "geometry"]].assign(distance=distance, people=people)


def _areas(short: gpd.GeoDataFrame, shapes: NDArray[np.object_]) -> Iterator[NDArray[np.intp]]:
    """Yield the row numbers of each area: the connected components of cells that touch and belong together."""
    if short.empty:
        return
    kind = short.groupby(["region", "certainty"], sort=False, dropna=False).ngroup().to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    together = kind[one] == kind[other]
    one, other = one[together], other[together]
    graph = coo_array((np.ones(len(one), dtype=bool), (one, other)), shape=(len(short), len(short)))
    count, label = connected_components(graph, directed=False)
    order = np.argsort(label, kind="stable")
    yield from np.split(order, np.searchsorted(label[order], np.arange(1, count)))


def _gap(
    area: gpd.GeoDataFrame, shapes: NDArray[np.object_], centres: NDArray[np.float64], standard_m: float
) -> dict[str, object]:
    worst = area["distance"].max()
    people = area["people"].sum(skipna=False)
    weight = area["people"] if people > 0 else area["area_km2"]
    site = centres[_best(centres, weight.to_numpy(dtype="float64"), standard_m)]
    return {
        "region": area["region"].iloc[0],
        "certainty": area["certainty"].iloc[0],
        "people": people,
        "area_km2": area["area_km2"].sum(),
        "worst_distance_m": worst if np.isfinite(worst) else np.nan,
        "best_site": shapely.Point(site),
        "cells": len(area),
        "geometry": _joined(shapes),
    }


def _joined(shapes: NDArray[np.object_]) -> shapely.Geometry:
    """Return the union. Cells of one region share their edges to the last bit, which makes it fifteen times faster."""
    whole = shapely.coverage_union_all(shapes)
    return whole if whole.is_valid else shapely.union_all(shapes)


def _best(centres: NDArray[np.float64], weight: NDArray[np.float64], radius: float) -> int:
    """Return the row of the centre with most weight within the radius of it."""
    tree = cKDTree(centres)
    tried = _sample(np.arange(len(centres)))
    best = _heaviest(tree, tried, weight, radius)
    if len(tried) == len(centres):
        return best
    extent = np.ptp(centres, axis=0)
    around = 2 * max(np.sqrt(extent.prod() / TRIED), extent.max() / TRIED)
    near = np.asarray(tree.query_ball_point(centres[best], around, return_sorted=True), dtype=np.intp)
    return _heaviest(tree, np.union1d(_sample(near), [best]), weight, radius)


def _sample(rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return at most `TRIED` of the rows, evenly."""
    return rows[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), TRIED)).round().astype(np.intp))]


def _heaviest(tree: cKDTree, tried: NDArray[np.intp], weight: NDArray[np.float64], radius: float) -> int:
    reached = tree.query_ball_point(tree.data[tried], radius)
    return int(tried[np.argmax([weight[rows].sum() for rows in reached])])


def _ranked(rows: list[dict[str, object]], cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table = table.sort_values(["people", "area_km2"], ascending=False, kind="stable", na_position="last")
    table.index = pd.RangeIndex(1, len(table) + 1, name="rank")
    frame = gpd.GeoDataFrame(table, geometry="geometry", crs=cells.crs)
    return frame.assign(best_site=gpd.GeoSeries(table["best_site"], crs=cells.crs))
