"""How far each part of the region is from the nearest place, as one shape per class of distance."""

from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from app.maps import basemap
from app.maps.outlines import encoded
from app.maps.words import word
from app.settings import Settings

LAST_BREAKS = (2, 4)
"""Beyond the reach rings: twice and four times the widest."""
SIMPLIFIED = 1 / 15
"""Of a cell's side: straightens what a border cut, keeps every step of the grid."""


def breaks_km(settings: Settings) -> tuple[float, ...]:
    """The distances between the classes: the reach rings, then two wider ones."""
    rings = tuple(sorted(settings.ring_km))
    return (*rings, *(rings[-1] * times for times in LAST_BREAKS))


def class_words(breaks: tuple[float, ...], lang: str) -> list[str]:
    """What the legend says of each class.

    >>> class_words((1.0, 2.0), "en")
    ['within 1 km', '1–2 km', 'over 2 km']
    """
    n = [f"{b:g}" for b in breaks]
    middle = [word("between", lang, low=a, high=b) for a, b in pairwise(n)]
    return [word("closer", lang, n=n[0]), *middle, word("farther", lang, n=n[-1])]


def surface(cells: gpd.GeoDataFrame, settings: Settings) -> list[dict[str, Any]]:
    """One entry per class that occurs (`shade` 0 is nearest) with its shape; nothing if no distance is finite."""
    metres = cells["distance_m"].to_numpy(dtype=float)
    if not np.isfinite(metres).any():
        return []
    shades = np.digitize(metres, np.array(breaks_km(settings)) * 1000, right=True)
    shapes = np.asarray(cells.geometry.array)
    merged = [shapely.union_all(shapes[shades == s]) for s in np.unique(shades)]
    simple = shapely.simplify(np.array(merged, dtype=object), settings.cell_m * SIMPLIFIED)
    lying = basemap.drawn(_degrees(simple, cells), settings)
    return [{"shade": int(s), "shape": encoded(shape)} for s, shape in zip(np.unique(shades), lying, strict=True)]


def _degrees(shapes: npt.NDArray[np.object_], cells: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    return np.asarray(gpd.GeoSeries(shapes, crs=cells.crs).to_crs("EPSG:4326").array)
