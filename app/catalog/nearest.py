"""The closest rows to a point: a tree of chords proposes, the geodesic decides."""

from math import cos, radians, sin, sqrt

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
SPARE = 6
"""So many more than are wanted are asked for: mostly one of them is too far away to be wanted after all."""

Metres = npt.NDArray[np.float64]
Degrees = npt.NDArray[np.float64]


def chord_point(lon: float, lat: float) -> tuple[float, float, float]:
    """One of `chord_points`, for which NumPy takes four times as long."""
    phi, lam = radians(lat), radians(lon)
    normal = _SEMI_MAJOR_M / sqrt(1 - _ECCENTRICITY_SQUARED * sin(phi) ** 2)
    across = normal * cos(phi)
    return across * cos(lam), across * sin(lam), normal * (1 - _ECCENTRICITY_SQUARED) * sin(phi)


def chord_points(lon: Degrees, lat: Degrees) -> npt.NDArray[np.float64]:
    """Points in space, in metres (WGS-84 earth-centred), shape (n, 3): distances without a map projection."""
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
        proposed = self._rows.take(self._proposed(self._tree, chord_point(lon, lat), count))
        there = self._columns["lon"].take(proposed), self._columns["lat"].take(proposed)
        _, _, metres = WGS84.inv(np.full(len(proposed), lon), np.full(len(proposed), lat), *there, inplace=True)
        order = np.lexsort((self._columns["record"].take(proposed), metres))[:count]
        near = order.compress(metres.take(order) <= within_m)
        return proposed.take(near), metres.take(near)

    def _proposed(self, tree: cKDTree, here: tuple[float, float, float], count: int) -> Rows:
        """The places in the tree that may be among the nearest."""
        known = len(self._rows)
        # always for two or more, as it has arrays only for several; beyond the last it gives infinity
        asked: tuple[Metres, Rows] = tree.query(here, k=min(count + SPARE, known + 1))  # type: ignore[assignment]  # as said
        chords, places = asked
        reach = float(chords[min(count, known) - 1])
        farthest = reach * (1 + margin(reach)) + ROUNDING_M
        if chords[-1] <= farthest:
            return np.array(tree.query_ball_point(here, farthest))
        found: Rows = places[: chords.searchsorted(farthest, side="right")]
        return found
