"""Areas as small lists of whole numbers: simplified, and in steps of 0.00001 degree (about a metre)."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from shapely.ops import polylabel

from app.frames import Town
from app.maps import basemap
from app.settings import Settings

STEPS_PER_DEGREE = 100_000
COUNTY_TOLERANCE = 0.0008
"""Degrees (about 80 m) that a county's border may be moved; less than a pixel when the city fills a screen."""

Rings = list[list[list[int]]]


def encoded(shape: shapely.Geometry) -> Rings:
    """The polygons of a shape, each a list of rings, each flat `[lon, lat, dlon, dlat, ...]` in steps.

    >>> encoded(shapely.box(0, 0, 0.00002, 0.00001))
    [[[2, 0, 0, 1, -2, 0, 0, -1]]]
    """
    parts = [p for p in shapely.get_parts(shape) if isinstance(p, shapely.Polygon) and not p.is_empty]
    return [[_steps(ring) for ring in (p.exterior, *p.interiors)] for p in parts]


def _steps(ring: shapely.LinearRing) -> list[int]:
    """A ring without its closing vertex: first the place, then the differences."""
    vertices = np.rint(shapely.get_coordinates(ring)[:-1] * STEPS_PER_DEGREE).astype(np.int64)
    flat: list[int] = np.diff(vertices, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel().tolist()
    return flat


def spot(shape: shapely.Geometry) -> list[float]:
    """Latitude and longitude of a good place for a label: deep inside the largest part."""
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    west, south, east, north = largest.bounds
    point = polylabel(largest, max(east - west, north - south) / 50)
    return [round(point.y, 5), round(point.x, 5)]


def county_shapes(town: Town, settings: Settings) -> gpd.GeoSeries:
    """The counties by adcode, simplified together so that neighbours still share their border."""
    counties = town.counties()
    shapes = np.asarray(counties.geometry.array)
    simple = shapely.coverage_simplify(shapes, COUNTY_TOLERANCE)
    return gpd.GeoSeries(basemap.drawn(simple, settings), index=counties.index, crs=counties.crs)


def bounds(shapes: gpd.GeoSeries) -> list[list[float]]:
    """South-west and north-east corner as latitude and longitude."""
    west, south, east, north = (round(float(x), 5) for x in shapes.total_bounds)
    return [[south, west], [north, east]]


def as_drawn(frame: gpd.GeoDataFrame, settings: Settings) -> npt.NDArray[np.object_]:
    """A frame's geometry as it lies on the map, from whatever reference system it is in."""
    return basemap.drawn(np.asarray(frame.geometry.to_crs("EPSG:4326").array), settings)
