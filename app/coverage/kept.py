"""The figures that this process has computed, kept while the data stay as they are."""

import hashlib
from collections import OrderedDict
from datetime import date
from threading import Lock

import geopandas as gpd
import numpy as np
import shapely
from anyio import CapacityLimiter
from sqlalchemy import select

from app.catalog.live import Live
from app.coverage.compute import Ground, coverage_of
from app.coverage.demand import demand
from app.coverage.figures import Coverage
from app.db import reading
from app.errors import BadParameter, DatabaseUnavailable
from app.frames import Town
from app.policy import Policy
from app.tables import Institution
from app.vocabulary import CATEGORIES

MOST = 64
SLOW_AT_ONCE = 4
"""Threads that may wait for figures and maps: the others are for whoever needs one for a moment."""
METRES_PER_KM = 1000


class Coverages:
    """Figures on demand: one computation for many askers, forgotten when newer data make them old."""

    def __init__(self, live: Live, policy: Policy) -> None:
        self.policy = policy
        self._live = live
        self._figures: OrderedDict[tuple[str, str, str, date | None], Coverage] = OrderedDict()
        self._demand: tuple[str, gpd.GeoDataFrame] | None = None
        self._named: dict[str, tuple[str, str]] | None = None
        self._turn = Lock()
        self.threads = CapacityLimiter(SLOW_AT_ONCE)

    def of(self, capability: str, region: str, as_of: date | None = None) -> Coverage:
        """The figures of a capability in a region on a day (None: now).

        Raises:
            BadParameter: there is no such region.
        """
        town = self._live.town(as_of)
        if region not in town.regions.index:
            known = ", ".join(town.regions.index)
            raise BadParameter("region", f"{region!r} is not known; allowed: {known}")
        key = (town.version, capability, region, as_of)
        with self._turn:
            if key not in self._figures:
                self._figures[key] = coverage_of(town, self._ground(town), capability, region)
                while len(self._figures) > MOST:
                    self._figures.popitem(last=False)
            self._figures.move_to_end(key)
            return self._figures[key]

    def _ground(self, town: Town) -> Ground:
        settings = self._live.settings
        return Ground(
            policy=self.policy,
            demand=self._people_of(town),
            radii=tuple(km * METRES_PER_KM for km in settings.ring_km),
            # The sandbox is its own world: it was made as a whole, so its lists are complete.
            complete=frozenset(CATEGORIES) if settings.sandbox else self.policy.complete_classes,
            departments=self.departments(),
        )

    def _people_of(self, town: Town) -> gpd.GeoDataFrame:
        """The cells, computed anew only when borders or people change, which statements never do."""
        mark = _mark(town)
        if self._demand is None or self._demand[0] != mark:
            self._demand = (mark, demand(town, self._live.settings.cell_m))
        return self._demand[1]

    def departments(self) -> dict[str, tuple[str, str]]:
        """The names (zh, en) of departments by code; those read before while the database is away.

        Raises:
            DatabaseUnavailable: it is away, and none were read before.
        """
        query = select(Institution.code, Institution.name_zh, Institution.name_en).where(Institution.kind != "bank")
        try:
            with reading(self._live.sessions) as session:
                self._named = {code: (zh, en or zh) for code, zh, en in session.execute(query)}
        except DatabaseUnavailable:
            if self._named is None:
                raise
        return self._named


def _mark(town: Town) -> str:
    """Tells one set of borders and people from another."""
    said = hashlib.sha256(town.population_source.encode())
    said.update(b"".join(shapely.to_wkb(np.asarray(town.counties().geometry.array))))
    said.update(town.people.to_numpy().tobytes())
    if town.population_cells is not None:
        said.update(town.population_cells["people"].to_numpy().tobytes())
    return said.hexdigest()
