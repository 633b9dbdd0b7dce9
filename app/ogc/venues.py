"""The venues as a collection: by the catalog's masks as far as they reach, by evaluating the rest."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any
from uuid import UUID

import numpy as np
import orjson

from app.catalog.build import microseconds
from app.catalog.catalog import Catalog, Cursor, Part
from app.catalog.filters import Filters
from app.catalog.live import Live
from app.ogc.asked import Asked, Box, Place, venue_key
from app.ogc.fields import GEOMETRY, VENUE_FIELDS
from app.ogc.kept import Kept
from app.ogc.page import Extent, Feature, Page
from app.ogc.places import Places, name_of
from app.ogc.pushed import Pushed, pushed
from app.ogc.regions import Regions

LISTS_KEPT = 16
Venue = Mapping[str, Any]
"""A venue's feature as the contract has it."""


class Venues:
    """Open venues in order of (updated_at, id), so that paging loses nothing that is changed meanwhile."""

    name = "venues"
    titles = ("场所", "Venues")
    says = (
        "商户、景区、银行网点等场所及其支付服务。位置未知的场所没有几何，按标准包含在任何 bbox 中。",
        "Places and what each can do for a payer. One without a known position has no geometry and is in every bbox.",
    )
    fields = VENUE_FIELDS

    def __init__(self, live: Live, regions: Regions) -> None:
        self._live = live
        self._regions = regions
        self._lists: Kept[Places] = Kept(LISTS_KEPT)

    def page(self, asked: Asked) -> Page:
        """The venues asked for."""
        todo = pushed(asked, self._regions.counties())
        after = None if asked.after is None else Cursor(asked.after.updated, venue_key(asked.after))
        if todo.wanted is None:
            return Page([], 0, None)
        search = _Search(self._live.catalog, self._lists, todo, todo.wanted)
        found = search.evaluated(after, asked.limit) if todo.rest else search.by_masks(after, asked.limit)
        shown = found.venues[: asked.limit]
        more = len(found.venues) > asked.limit
        return Page(
            [_flat(venue) for venue in shown],
            found.matched,
            Place((last := _place(shown[-1])).updated, name_of(last)) if more else None,
        )

    def one(self, name: str) -> Feature | None:
        """An open venue; a closed one has left the collection."""
        found = self._live.catalog.one(name)
        venue = None if found is None else orjson.loads(found)
        if venue is None or venue["id"] != name or "removed" in venue["properties"]:
            return None
        return _flat(venue)

    def extent(self) -> Extent:
        """The city's box, which no position of a venue leaves."""
        first = self._live.catalog.find(Filters(), limit=1).features
        since = orjson.loads(first[0])["properties"]["updated_at"] if first else None
        return Extent(self._regions.extent().box, since)


@dataclass(frozen=True)
class _Found:
    """Venues from the first of a page on, one more than the page needs where there are, and how many match in all."""

    venues: list[Venue]
    matched: int


@dataclass(frozen=True)
class _Search:
    """One question to one snapshot of the catalog."""

    catalog: Catalog
    lists: Kept[Places]
    todo: Pushed
    wanted: Filters

    def by_masks(self, after: Cursor | None, limit: int) -> _Found:
        """What the catalog finds by itself, with the venues that have no position where a box was asked for."""
        pages = [
            self.catalog.find(self.wanted.within(box), limit=limit + 1, after=after)
            for box in self.todo.boxes or (None,)
        ]
        matched = sum(page.matched for page in pages)
        located: list[Iterable[Venue]] = [map(orjson.loads, page.features) for page in pages]
        if self.todo.boxes:
            nowhere = self._nowhere()
            matched += len(nowhere)
            located.append(self._venues(nowhere.after(after)))
        return _Found(list(islice(merge(*located, key=_place), limit + 1)), matched)

    def evaluated(self, after: Cursor | None, limit: int) -> _Found:
        """What passes the part of the filter that has to be evaluated; all pages share one evaluation."""
        key = (self.catalog.version, self.wanted, self.todo.boxes, repr(self.todo.rest.conditions))
        places = self.lists.of(key, lambda: Places(self._passing()))
        return _Found(list(islice(self._venues(places.after(after)), limit + 1)), len(places))

    def _venues(self, places: Iterable[Cursor]) -> Iterator[Venue]:
        for place in places:
            if (found := self.catalog.one(name_of(place))) is not None:
                yield orjson.loads(found)

    def _nowhere(self) -> Places:
        """The venues without a position that pass the filters."""
        key = (self.catalog.version, self.wanted, "nowhere")
        return self.lists.of(key, lambda: Places(part.place(row) for part, row in self._rows(None, nowhere=True)))

    def _passing(self) -> Iterator[Cursor]:
        """Where the venues stand that the rest of the filter is true of; what looks the same is decided once."""
        rest, decided = self.todo.rest, dict[bytes, bool]()
        picks = [(name, VENUE_FIELDS.of[name].pick) for name in rest.properties if name != GEOMETRY]
        with_geometry = GEOMETRY in rest.properties
        for part, row in self._in_question():
            venue = orjson.loads(part.feature(row, "zh"))
            values = {name: pick(venue["properties"]) for name, pick in picks}
            if with_geometry:
                values[GEOMETRY] = venue["geometry"]
            look = orjson.dumps(values)
            if (holds := decided.get(look)) is None:
                holds = decided[look] = rest.holds(values)
            if holds:
                yield part.place(row)

    def _in_question(self) -> Iterator[tuple[Part, int]]:
        for box in self.todo.boxes or (self.todo.near,):
            yield from self._rows(box)
        if self.todo.boxes:
            yield from self._rows(None, nowhere=True)

    def _rows(self, box: Box | None, *, nowhere: bool = False) -> Iterator[tuple[Part, int]]:
        filters = self.wanted.within(box)
        for part in self.catalog.parts:
            rows = part.rows(filters, self.catalog.is_open, self.todo.since)
            if nowhere:
                rows = rows[np.isnan(part.columns["lon"][rows])]
            yield from ((part, row) for row in rows.tolist())


def _place(venue: Venue) -> Cursor:
    updated = datetime.fromisoformat(venue["properties"]["updated_at"])
    return Cursor(microseconds(updated), UUID(venue["id"]).bytes)


def _flat(venue: Venue) -> Feature:
    properties = VENUE_FIELDS.flat(venue["properties"])
    return {"type": "Feature", "id": venue["id"], "geometry": venue["geometry"], "properties": properties}
