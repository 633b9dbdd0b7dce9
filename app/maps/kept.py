"""The map pages that this process has drawn, kept while nothing that they depend on has changed."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from threading import Lock
from typing import Literal

from app.catalog.live import Live
from app.coverage.kept import Coverages
from app.edition import edition
from app.maps.basemap import image_hosts
from app.maps.coverage import coverage_map
from app.maps.page import csp
from app.maps.tile_file import tile_file
from app.maps.venues import venues_map
from app.settings import Settings

MOST = 24
"""Pages kept: some tens of megabytes at a city's size."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which map, of what, when, in which language."""

    kind: Literal["venues", "coverage"]
    lang: str
    capability: str
    region: str = ""
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page, and the policy under which its scripts run."""

    body: bytes
    policy: str


class Maps:
    """Map pages on demand: one drawing for many readers.

    made_by: what pages depend on beside the register, see `deployment`.
    threads: how many readers may wait for a drawing at once.
    """

    def __init__(self, live: Live, coverages: Coverages) -> None:
        self.made_by = deployment(live.settings)
        self.threads = coverages.threads
        self._live = live
        self._coverages = coverages
        self._pages: OrderedDict[tuple[str, Asked], Drawn] = OrderedDict()
        self._turn = Lock()

    def held(self, asked: Asked) -> Drawn | None:
        """The newest page if it has been drawn already; never waits."""
        return self._pages.get((self._live.catalog.version, asked))

    def drawn(self, asked: Asked) -> Drawn:
        """The page, drawn if need be, which takes long: call it from a thread.

        Raises:
            BadParameter: there is no such region.
            DatabaseUnavailable: what the page needs is not in memory.
        """
        with self._turn:
            if (kept := self.held(asked)) is not None:
                return kept
            read, html = self._draw(asked)
            made = Drawn(html.encode(), csp(html, image_hosts(self._live.settings)))
            self._pages[read, asked] = made
            while len(self._pages) > MOST:
                self._pages.popitem(last=False)
            return made

    def _draw(self, asked: Asked) -> tuple[str, str]:
        """The version and the page. What is read first names the version: the rest is never older than it."""
        settings = self._live.settings
        if asked.kind == "venues":
            town = self._live.town()
            return town.version, venues_map(town, lang=asked.lang, settings=settings, capability=asked.capability)
        figures = self._coverages.of(asked.capability, asked.region, asked.as_of)
        town = self._live.town(asked.as_of)
        return figures.data_version, coverage_map(town, figures, lang=asked.lang, settings=settings)


def deployment(settings: Settings) -> str:
    """Tells one deployment from another: its edition, Folium and its template engine, and the file of tiles."""
    tiles = tile_file(settings)
    said = (edition(settings), version("folium"), version("branca"), "" if tiles is None else tiles.link(""))
    return hashlib.sha256(" ".join(said).encode()).hexdigest()[:16]
