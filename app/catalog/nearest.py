"""The closest rows to a point: a tree of chords proposes, the geodesic decides."""

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from app.catalog.filters import Rows
from app.catalog.layout import Columns
from geo.crs import WGS84

_SEMI_MAJOR_M = 6_378_137.0
_ECCENTRICITY_SQUARED = 0.006_694_379_990_14
WIDEST = 0.01
ROUNDING_M = 0.001

Metres = npt.NDArray[np.float64]
Degrees = npt.NDArray[np.float64] | float


def chord_points(lon: Degrees, lat: Degrees) -> npt.NDArray[np.float64]:
    """Points in space, in metres (WGS-84 earth-centred), shape (n, 3): distances without a map projection.

    One longitude and latitude give one point, shape (3,).
    """
    phi, lam = np.radians(lat), np.radians(lon)
    normal = _SEMI_MAJOR_M / np.sqrt(1 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2)
    across = normal * np.cos(phi)
    up = normal * (1 - _ECCENTRICITY_SQUARED) * np.sin(phi)
    return np.array([across * np.cos(lam), across * np.sin(lam), up]).T


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

    def __len__(self) -> int:
        """How many places it holds."""
        return len(self._rows)

    def nearest(self, lon: float, lat: float, count: int, within_m: float) -> tuple[Rows, Metres]:
        """The `count` nearest rows no farther than that, with geodesic metres; ties in order of key."""
        if self._tree is None:
            return self._rows, np.empty(0)
        here = chord_points(lon, lat)
        chords, _ = self._tree.query(here, k=[min(count, len(self._rows))])
        reach = float(np.max(chords))
        proposed = self._rows[self._tree.query_ball_point(here, reach * (1 + margin(reach)) + ROUNDING_M)]
        there = self._columns["lon"][proposed], self._columns["lat"][proposed]
        _, _, metres = WGS84.inv(np.full(len(proposed), lon), np.full(len(proposed), lat), *there)
        order = np.lexsort((self._columns["record"][proposed], metres))[:count]
        near = order[metres[order] <= within_m]
        return proposed[near], metres[near]
