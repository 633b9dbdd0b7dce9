"""Where the city lies, for whoever wants to open a map on it."""

from threading import Lock

import numpy as np
import shapely
from sqlalchemy import select

from app.catalog.live import Live
from app.db import reading
from app.errors import DatabaseUnavailable
from app.tables import Region

WORLD = (-180.0, -85.0511, 180.0, 85.0511)

Box = tuple[float, float, float, float]


class Bounds:
    """The box around the regions; asked of the database once for each base, and kept for when it is away."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._turn = Lock()
        self._kept: tuple[int, Box] | None = None

    def box(self) -> Box:
        """West, south, east, north in degrees; the whole world where no region has a border.

        Raises:
            DatabaseUnavailable: it does not answer and never did.
        """
        loaded = int(self._live.catalog.base.columns.facts["change"])  # a new border makes a new base
        with self._turn:
            if self._kept is not None and self._kept[0] == loaded:
                return self._kept[1]
            try:
                self._kept = (loaded, self._asked())
            except DatabaseUnavailable:
                if self._kept is None:
                    raise
            return self._kept[1]

    def _asked(self) -> Box:
        with reading(self._live.sessions) as session:
            borders = session.scalars(select(Region.geometry).where(Region.geometry.is_not(None))).all()
        if not borders:
            return WORLD
        west, south, east, north = shapely.total_bounds(np.array(borders, dtype=object)).tolist()
        return west, south, east, north
