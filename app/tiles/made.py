"""Making the tiles of a register, from what is ready-made of its present version."""

from app.catalog.filters import Filters
from app.catalog.live import Live
from app.tiles.city import Bounds
from app.tiles.encode import Address, tile
from app.tiles.pieces import Ready

CITY_ZOOM = 9
"""A city is about a tile of this zoom; each zoom on, a tile has about a quarter as many venues."""
FEW = 2_000
"""Tiles that usually have no more venues than this are quickly made, the densest of them too."""


class Tiles:
    """Tiles of a register."""

    def __init__(self, live: Live) -> None:
        self.bounds = Bounds(live)
        self._live = live
        self._ready = Ready()

    def quick(self, filters: Filters, at: Address) -> bool:
        """Whether making a tile takes a millisecond or two, less than handing it to a thread under load would."""
        catalog = self._live.catalog
        usual = sum(len(part.columns) for part in catalog.parts) / 4 ** max(at.zoom - CITY_ZOOM, 0)
        return usual <= FEW and filters.q is None and filters.open_at is None and self._ready.has(catalog)

    def made(self, filters: Filters, at: Address, lang: str) -> bytes:
        """The tile of the present version."""
        catalog = self._live.catalog
        return tile(catalog, self._ready.of(catalog), filters, at, lang)
