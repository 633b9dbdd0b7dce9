"""Web Mercator (EPSG:3857) as fractions of the world and as tiles: for drawing only, never for distances."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

FURTHEST = 85.051_128_779_806_59
"""The latitude at which the square world of Web Mercator ends, degrees."""

Floats = NDArray[np.float64]


def fractions(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Return positions in degrees as fractions of the square world, eastward and southward from its north-west corner.

    A latitude beyond ±85.0511° falls outside 0..1.

    >>> x, y = fractions([-180.0, 0.0], [0.0, 85.051_128_779_806_59])
    >>> x.tolist(), y.round(9).tolist()
    ([0.0, 0.5], [0.5, 0.0])
    """
    x = np.asarray(lon, dtype=np.float64) / 360.0 + 0.5
    y = 0.5 - np.arcsinh(np.tan(np.radians(np.asarray(lat, dtype=np.float64)))) / (2 * np.pi)
    return x, y


def tile_box(zoom: int, x: int, y: int, margin: float = 0.0) -> tuple[float, float, float, float]:
    """Return west, south, east, north of a tile in degrees, widened by `margin` tiles on each side, within the world.

    >>> [round(edge, 3) for edge in tile_box(1, 1, 0)]
    [0.0, 0.0, 180.0, 85.051]
    """
    first, last = -margin, 1 + margin
    west, north, east, south = (
        min(max(edge / 2**zoom, 0.0), 1.0) for edge in (x + first, y + first, x + last, y + last)
    )
    return _longitude(west), _latitude(south), _longitude(east), _latitude(north)


def _longitude(x: float) -> float:
    return (x - 0.5) * 360.0


def _latitude(y: float) -> float:
    return math.degrees(math.atan(math.sinh((0.5 - y) * math.tau)))
