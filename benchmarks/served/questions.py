"""What is asked, and the right answers, worked out from the register's own rows without any of the servers."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod
from scipy.spatial import cKDTree

from geo.mercator import fractions

EARTH = Geod(ellps="WGS84")
FEW, AROUND, BUFFER, EXTENT = 10, 100, 128, 4096
ZOOMS = (12, 13, 14)
MOST = 2_500
"""Tiles with more venues are left out: Paymap would gather them, and then the answers could not be compared."""
SAME_METRES = 1e-3
OFF_THE_GRID = 5e-7
"""Positions have six decimals: so no venue lies on the edge of a box, where the last bit of a number would decide."""

Box = tuple[float, float, float, float]
Point = tuple[float, float]
Tile = tuple[int, int, int]


@dataclass(frozen=True)
class Venues:
    """Where the venues of a register are, in degrees as they are served, and which take foreign cards."""

    ids: npt.NDArray[np.str_]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    card: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, register: Path) -> "Venues":
        """Those of a register of SQLite."""
        with sqlite3.connect(register) as source:
            rows = source.execute("SELECT id, geometry FROM venue ORDER BY id").fetchall()
            yes = "SELECT venue_id FROM capability_summary WHERE capability = 'foreign_card' AND status = 'yes'"
            takes = {key for (key,) in source.execute(yes)}
        ids, shapes = zip(*rows, strict=True)
        lon, lat = shapely.get_coordinates(shapely.from_wkb(shapes)).round(6).T
        return cls(np.array(ids), lon, lat, np.array([key in takes for key in ids]))

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(np.column_stack((self.lon, self.lat)))

    def boxes(self, count: int, rng: np.random.Generator) -> list[Box]:
        """Boxes around venues, each with about a hundred of them."""
        middles = self._tree.data[rng.choice(len(self.ids), count)]
        halves = self._tree.query(middles, [AROUND], p=np.inf)[0] + OFF_THE_GRID
        corners = np.hstack((middles - halves, middles + halves)).round(7)
        return [(w, s, e, n) for w, s, e, n in corners.tolist()]

    def points(self, count: int, rng: np.random.Generator) -> list[Point]:
        """Points some hundred metres from venues."""
        at = self._tree.data[rng.choice(len(self.ids), count)] + rng.normal(0, 0.005, (count, 2))
        return [(lon, lat) for lon, lat in at.round(6).tolist()]

    def tiles(self, count: int, rng: np.random.Generator) -> list[Tile]:
        """The tiles around so many venues, of any of the zooms; none twice, none with too many venues."""
        chosen, zooms = rng.choice(len(self.ids), count), rng.choice(ZOOMS, count)
        x, y = (place[chosen] * 2**zooms // 1 for place in self._places)
        found = dict.fromkeys(zip(zooms.tolist(), x.astype(int).tolist(), y.astype(int).tolist(), strict=True))
        return [tile for tile in found if self.in_tile(tile) <= MOST]

    def in_box(self, box: Box) -> list[str]:
        """The ids of the venues in a box, in order."""
        west, south, east, north = box
        within = (self.lon >= west) & (self.lon <= east) & (self.lat >= south) & (self.lat <= north)
        found: list[str] = self.ids[within].tolist()
        return found

    def nearest(self, point: Point) -> list[float]:
        """The metres to the nearest venues that take foreign cards."""
        lon, lat = self.lon[self.card], self.lat[self.card]
        metres = EARTH.inv(np.full(len(lon), point[0]), np.full(len(lat), point[1]), lon, lat)[2]
        found: list[float] = np.sort(metres)[:FEW].tolist()
        return found

    def metres(self, point: Point, ids: Sequence[str]) -> list[float]:
        """How far those of these venues are that take foreign cards."""
        return [EARTH.inv(*point, self.lon[n], self.lat[n])[2] for n in np.searchsorted(self.ids, ids) if self.card[n]]

    def in_tile(self, tile: Tile, buffer: int = BUFFER) -> int:
        """How many venues a tile and so many units of its extent around it hold."""
        zoom, x, y = tile
        east, south = self._places
        left, top = (east * 2**zoom - x) * EXTENT, (south * 2**zoom - y) * EXTENT
        low, high = -buffer, EXTENT + buffer
        return int(np.count_nonzero((left >= low) & (left < high) & (top >= low) & (top < high)))

    @cached_property
    def _places(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        return fractions(self.lon, self.lat)


def spellings(word: str) -> list[str]:
    """Every way to write a word in a query with some of its letters escaped: the same question under a new address."""
    return ["".join(letters) for letters in product(*((letter, f"%{ord(letter):02X}") for letter in word))]
