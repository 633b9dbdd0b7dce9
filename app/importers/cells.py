"""Where people live, as points."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cells:
    """Points (WGS-84 degrees) and the people that each stands for."""

    lon: Floats
    lat: Floats
    people: Floats

    @classmethod
    def none(cls) -> "Cells":
        """No cell at all."""
        return cls(np.empty(0), np.empty(0), np.empty(0))

    def within(self, area: shapely.Geometry) -> "Cells":
        """Those in the area."""
        return self.chosen(shapely.contains_xy(area, self.lon, self.lat))

    def chosen(self, which: NDArray[Any]) -> "Cells":
        """Those at these places, or of this mask."""
        return Cells(self.lon[which], self.lat[which], self.people[which])
