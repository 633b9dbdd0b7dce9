"""The closest rows to a point: a tree of chords proposes, the geodesic decides."""

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from app.catalog.filters import Rows
from app.catalog.layout import Columns
from geo.crs import geodesic_distance

_SEMI_MAJOR_M = 6_378_137.0
_ECCENTRICITY_SQUARED = 0.006_694_379_990_14
WIDEST = 0.01
ROUNDING_M = 0.001


def chord_points(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Points in space, in metres (WGS-84 earth-centred), shape (n, 3): distances without a map projection."""
    phi, lam = np.radians(lat), np.radians(lon)
    normal = _SEMI_MAJOR_M / np.sqrt(1 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2)
    across = normal * np.cos(phi)
    up = normal * (1 - _ECCENTRICITY_SQUARED) * np.sin(phi)
    return np.column_stack([across * np.cos(lam), across * np.sin(lam), up])


def margin(chord: float) -> float:
    """How much longer, as a share, the chord to a place may be whose geodesic is no longer than this chord's.

    The curvature of the ellipsoid differs by 1 % with place and direction. That matters to an arc by a
    24th of the square of chord over radius; the factor here is ten times as large.
    """
    return min(WIDEST, 0.004 * (chord / _SEMI_MAJOR_M) ** 2)


class Neighbours:
    """The located rows of some columns, ready to be asked for the nearest."""

    def __init__(self, columns: Columns, rows: Rows) -> None:
        self._columns = columns
        self._rows = rows[np.isfinite(columns["lon"][rows])]
        lon, lat = columns["lon"][self._rows], columns["lat"][self._rows]
        self._tree = cKDTree(chord_points(lon, lat)) if len(self._rows) else None

    def nearest(self, lon: float, lat: float, count: int) -> list[tuple[float, int]]:
        """The `count` nearest rows as (geodesic metres, row), fewer where there are fewer; ties in order of key."""
        if self._tree is None:
            return []
        here = chord_points(np.array([lon]), np.array([lat]))[0]
        chords, _ = self._tree.query(here, k=[min(count, len(self._rows))])
        reach = float(np.max(chords))
        proposed = self._rows[self._tree.query_ball_point(here, reach * (1 + margin(reach)) + ROUNDING_M)]
        metres = geodesic_distance(lon, lat, self._columns["lon"][proposed], self._columns["lat"][proposed])
        order = np.lexsort((self._columns["record"][proposed], metres))[:count]
        return [(float(metres[i]), int(proposed[i])) for i in order]
