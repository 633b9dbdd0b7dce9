"""The city, its counties and the zones over them as a collection."""

import shapely
from sqlalchemy import select

from app.catalog.live import Live
from app.db import reading
from app.errors import DatabaseUnavailable
from app.ogc.asked import Asked
from app.ogc.fields import REGION_FIELDS
from app.ogc.held import Held
from app.ogc.kept import Kept
from app.ogc.page import Extent, Feature, Page
from app.tables import Region

GRID = 1e-6


class Regions:
    """Few, and seldom changed: read once per version of the register."""

    name = "regions"
    titles = ("区域", "Regions")
    says = (
        "市、县（市、区）及功能区；功能区没有几何边界。",
        "The city, its counties and the functional zones; a zone has no border of its own.",
    )
    fields = REGION_FIELDS

    def __init__(self, live: Live) -> None:
        self._live = live
        self._held: Kept[Held] = Kept(1)
        self._last: Held | None = None

    def page(self, asked: Asked) -> Page:
        """The regions asked for, by adcode."""
        return self._all().page(asked)

    def one(self, name: str) -> Feature | None:
        """The region of an adcode."""
        return self._all().one(name)

    def extent(self) -> Extent:
        """The city's box."""
        return self._all().extent()

    def counties(self) -> frozenset[str]:
        """The adcodes of the counties."""
        return frozenset(f["id"] for f in self._all().features if f["properties"]["level"] == "county")

    def _all(self) -> Held:
        return self._held.of(self._live.catalog.version, self._read)

    def _read(self) -> Held:
        """The regions of the database; while it is away, the ones read before."""
        try:
            with reading(self._live.sessions) as session:
                self._last = Held.of(_feature(region) for region in session.scalars(select(Region)))
        except DatabaseUnavailable:
            if self._last is None:
                raise
        return self._last


def _feature(region: Region) -> Feature:
    shape = None if region.geometry is None else shapely.set_precision(region.geometry, GRID)
    properties = REGION_FIELDS.flat({name: getattr(region, name) for name in REGION_FIELDS.of})
    geometry = None if shape is None else shapely.geometry.mapping(shape)
    return {"type": "Feature", "id": region.adcode, "geometry": geometry, "properties": properties}
