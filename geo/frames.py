"""The contract of a frame, checked once where it comes in."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from geo.crs import zone_crs
from geo.errors import BadFrame

POINT = 0


def checked(frame: gpd.GeoDataFrame, what: str) -> gpd.GeoDataFrame:
    """Return the frame itself, once its index is unique, its CRS set and every geometry usable.

    Usable means neither missing nor empty nor invalid.

    Raises:
        BadFrame: the message names `what`, the fault and the first row that has it.

    >>> town = gpd.GeoDataFrame(geometry=[shapely.Point(116, 36)], crs="EPSG:4326")
    >>> checked(town, "town") is town
    True
    """
    shapes = _labelled(frame, what)
    # An absent geometry is neither empty nor invalid to shapely's eye, so the three are asked one by one.
    _all_good(what, frame.index, ~shapely.is_missing(shapes), "no geometry")
    _all_good(what, frame.index, ~shapely.is_empty(shapes), "an empty geometry")
    _all_good(what, frame.index, shapely.is_valid(shapes), "an invalid geometry")
    return frame


def same_index(values: pd.Series, frame: pd.DataFrame, what: str) -> pd.Series:
    """Return the series itself, once its index is the frame's, in the same order.

    Raises:
        BadFrame: the two do not match.

    >>> frame = pd.DataFrame(index=["a", "b"])
    >>> same_index(pd.Series([1, 2], index=["a", "b"]), frame, "people").tolist()
    [1, 2]
    """
    if not values.index.equals(frame.index):
        _refuse(what, "its index is not that of the cells")
    return values


def metre_crs(frame: gpd.GeoDataFrame) -> CRS:
    """Return the plane to measure a frame in: its own when that is true to metres, else its zone's.

    Degrees and Web Mercator are not true to metres.

    >>> metre_crs(gpd.GeoDataFrame(geometry=[shapely.Point(116, 36)], crs="EPSG:4326")).to_epsg()
    4548
    """
    crs = CRS(frame.crs)
    if crs.is_projected and _true_to_metres(crs):
        return crs
    west, south, east, north = frame.total_bounds
    lon, _ = Transformer.from_crs(crs, 4326, always_xy=True).transform((west + east) / 2, (south + north) / 2)
    return zone_crs(lon)


def in_metres(frame: gpd.GeoDataFrame, crs: CRS) -> gpd.GeoDataFrame:
    """Return the frame in the plane `crs`: itself when it is there already, else a projected copy.

    >>> town = gpd.GeoDataFrame(geometry=[shapely.Point(117, 36)], crs="EPSG:4326")
    >>> round(in_metres(town, zone_crs(117)).geometry.x.item())
    500000
    """
    return frame if frame.crs == crs else frame.to_crs(crs)


def places(frame: gpd.GeoDataFrame, what: str) -> NDArray[np.float64]:
    """Return one x, y per row: a point's own, any other shape's representative point.

    Raises:
        BadFrame: as for `checked`.

    >>> area = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 2, 2)], crs=4548)
    >>> places(area, "area").tolist()
    [[1.0, 1.0]]
    """
    shapes = _labelled(frame, what)
    areas = shapely.get_type_id(shapes) != POINT
    if not areas.any():
        spots = shapely.get_coordinates(shapes)
        # As many finite pairs as points: none is empty or invalid. Asking each point costs as much as the search.
        if len(spots) == len(shapes) and np.isfinite(spots).all():
            return spots
    checked(frame, what)
    return shapely.get_coordinates(np.where(areas, shapely.point_on_surface(shapes), shapes))


def projected(spots: NDArray[np.float64], source: CRS, target: CRS) -> NDArray[np.float64]:
    """Return the x, y pairs in the plane `target`: themselves when they are there already.

    Raises:
        BadFrame: a pair has no place in the plane.

    >>> projected(np.array([[117.0, 0.0]]), CRS(4326), zone_crs(117)).round().tolist()
    [[500000.0, 0.0]]
    """
    if source == target:
        return spots
    x, y = Transformer.from_crs(source, target, always_xy=True).transform(*spots.T)
    moved = np.column_stack((x, y))
    if not np.isfinite(moved).all():
        lost = spots[~np.isfinite(moved).all(axis=1)][0].tolist()
        _refuse("positions", f"{lost} in {source.name} has no place in {target.name}")
    return moved


def _labelled(frame: gpd.GeoDataFrame, what: str) -> NDArray[np.object_]:
    """Return the frame's shapes, once its index is unique and its CRS set."""
    if not frame.index.is_unique:
        _refuse(what, f"index label {frame.index[frame.index.duplicated()][0]!r} occurs twice")
    if frame.crs is None:
        _refuse(what, "no CRS is set")
    return np.asarray(frame.geometry.array)


def _true_to_metres(crs: CRS) -> bool:
    operation = crs.coordinate_operation
    mercator = operation is not None and "Mercator" in operation.method_name
    transverse = operation is not None and "Transverse" in operation.method_name
    return crs.axis_info[0].unit_name == "metre" and (transverse or not mercator)


def _all_good(what: str, index: pd.Index, good: NDArray[np.bool_], fault: str) -> None:
    if not good.all():
        first = index[int(np.flatnonzero(~good)[0])]
        _refuse(what, f"{int((~good).sum())} row(s) with {fault}, the first is {first!r}")


def _refuse(what: str, fault: str) -> None:
    message = f"{what}: {fault}"
    raise BadFrame(message)
