"""A moment of the register, ready to be read: a shared base, and this worker's newer rows over it."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from heapq import merge
from itertools import islice
from operator import attrgetter
from threading import Lock
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from app.catalog.feature import assemble
from app.catalog.filters import Filters, OpenAt, Rows, matching, open_hours
from app.catalog.layout import Columns
from app.catalog.nearest import Neighbours

TREES_KEPT = 16
FEW = 16
"""A page out of fewer rows than a sixteenth is sorted out of them; out of more, it is met soon in order."""


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """The last thing a page showed, by (updated, key); the next page starts after it."""

    updated: int
    key: bytes


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A venue that is gone (removed, or closed for good), for clients that keep a copy."""

    id: str
    updated: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of features as bytes, how many match in all, and where the next page starts."""

    features: tuple[bytes, ...]
    matched: int
    following: Cursor | None
    tombstones: tuple[Tombstone, ...] = ()


@dataclass(frozen=True)
class Part:
    """Columns with the rows of them that nothing newer replaces."""

    columns: Columns
    valid: npt.NDArray[np.bool_]

    def rows(self, filters: Filters, is_open: OpenAt, since: int | None = None) -> Rows:
        """The matching rows that still hold, and were written at or after `since`."""
        found = matching(self.columns, filters, is_open)
        found = found[self.valid[found]]
        return found if since is None else found[self.columns["updated"][found] >= since]

    def row_of(self, key: bytes) -> int | None:
        """The row of a venue, live or not; None where it is not here."""
        c = self.columns
        at = int(np.searchsorted(c["key"], np.bytes_(key)))
        row = int(c["row"][at]) if at < len(c) else None
        return row if row is not None and self.valid[row] and c.key(row) == key else None

    def feature(self, row: int, lang: str, open_now: bytes = b"null", distance_m: float | None = None) -> bytes:
        """One feature, with the name in `lang`."""
        c = self.columns
        at = int(c["record"][row])
        record = c.blob[int(c["start"][at]) : int(c["start"][at + 1])]
        name_at, name_en_at, tail_at = (int(c[n][row]) for n in ("name_at", "name_en_at", "tail_at"))
        name = record[name_en_at:tail_at] if lang == "en" else record[name_at:name_en_at]
        return assemble(record[:name_at], name, record[tail_at:], open_now, distance_m)

    def place(self, row: int) -> Cursor:
        """Where a row stands in the order of pages."""
        return Cursor(int(self.columns["updated"][row]), self.columns.key(row))

    def first(self, rows: Rows, count: int, after: Cursor | None) -> Rows:
        """Of some rows the first `count` that come after the cursor, in the order of pages."""
        sync, ranks = self.columns["sync"], self.columns["sync_rank"]
        start = 0 if after is None else bisect_right(sync, after, key=lambda row: self.place(int(row)))
        if len(rows) * FEW > len(sync):
            wanted = np.zeros(len(sync), bool)
            wanted[rows] = True
            return _met_first(sync[start:], wanted, count)
        later = rows[ranks[rows] >= start]
        if len(later) > count:
            later = later[np.argpartition(ranks[later], count)[:count]]
        ordered: Rows = later[np.argsort(ranks[later])]
        return ordered


def _met_first(order: npt.NDArray[np.int32], wanted: npt.NDArray[np.bool_], count: int) -> Rows:
    """The first `count` wanted rows in an order, of which no more is walked than it takes."""
    reach = count
    while True:
        met: Rows = order[:reach][wanted[order[:reach]]][:count].astype("i8")
        if len(met) == count or reach >= len(order):
            return met
        reach *= 4


@dataclass(frozen=True)
class Catalog:
    """An unchanging snapshot; a refresh makes a new one."""

    base: Part
    delta: Part | None
    change: int
    day: date
    instance: str
    is_open: OpenAt
    _trees: "_Trees" = field(default_factory=lambda: _Trees())  # noqa: PLW0108 - the class is defined below

    @property
    def version(self) -> str:
        """What an ETag says: the register, its newest change, and the local day (`stale` turns at midnight)."""
        return f"{self.instance[:8]}-{self.change}-{self.day:%Y%m%d}"

    @property
    def parts(self) -> tuple[Part, ...]:
        """The base, and the delta where there is one."""
        return (self.base,) if self.delta is None else (self.base, self.delta)

    @cached_property
    def count(self) -> int:
        """How many live venues there are."""
        return sum(int((p.columns["live"] & p.valid).sum()) for p in self.parts)

    def find(
        self,
        filters: Filters,
        *,
        limit: int,
        lang: str = "zh",
        after: Cursor | None = None,
        since: int | None = None,
    ) -> Page:
        """One page of the matching venues in order of (updated, key).

        Args:
            filters: which venues.
            limit: the most features on a page.
            lang: language of `name`.
            after: the cursor of the page before.
            since: only what was written at or after this moment (microseconds), with tombstones.
        """
        found = [(part, part.rows(filters, self.is_open, since)) for part in self.parts]
        first = ([(part, row) for row in part.first(rows, limit + 1, after).tolist()] for part, rows in found)
        ordered = list(islice(merge(*first, key=lambda entry: entry[0].place(entry[1])), limit + 1))
        shown = ordered[:limit]
        opened = b"null" if filters.open_at is None else b"true"
        return Page(
            tuple(part.feature(row, lang, opened) for part, row in shown),
            sum(len(rows) for _, rows in found),
            shown[-1][0].place(shown[-1][1]) if len(ordered) > limit else None,
            () if since is None else tuple(sorted(self._tombstones(since), key=attrgetter("updated", "id"))),
        )

    def nearest(
        self,
        lon: float,
        lat: float,
        filters: Filters,
        *,
        limit: int,
        lang: str = "zh",
        within_m: float = np.inf,
    ) -> list[bytes]:
        """The closest matching venues with a position, nearest first, with `distance_m`."""
        found: list[tuple[float, Part, int]] = []
        for part in self.parts:
            neighbours = self._trees.neighbours(part, filters, self.is_open)
            found += [(metres, part, row) for metres, row in neighbours.nearest(lon, lat, limit)]
        closest = sorted(found, key=lambda entry: (entry[0], entry[1].columns.key(entry[2])))[:limit]
        known = b"true" if filters.open_at is not None else b"null"
        return [part.feature(row, lang, known, metres) for metres, part, row in closest if metres <= within_m]

    def one(self, venue_id: str, lang: str = "zh") -> bytes | None:
        """A venue's feature, closed and removed ones too; None where the register never had it."""
        try:
            key = UUID(venue_id).bytes
        except ValueError:
            return None
        for part in self.parts:
            if (row := part.row_of(key)) is not None:
                return part.feature(row, lang)
        return None

    def turned(self, today: date) -> dict[str, int]:
        """The venues of the base whose feature has changed by itself by `today`, with when they were written."""
        c = self.base.columns
        rows = np.flatnonzero(c["turns"] <= today.toordinal())
        return {str(UUID(bytes=c.key(row))): int(c["updated"][row]) for row in rows.tolist()}

    def with_delta(self, newer: Columns, change: int, day: date) -> "Catalog":
        """The snapshot with these rows in place of the base's (`newer` holds all that the base lacks)."""
        base = self.base.columns
        at = np.searchsorted(base["key"], newer["key"])
        held, newer_keys = at[at < len(base)], newer["key"][at < len(base)]
        valid = np.ones(len(base), bool)
        valid[base["row"][held[base["key"][held] == newer_keys]]] = False
        delta = Part(newer, np.ones(len(newer), bool))
        return replace(self, base=Part(base, valid), delta=delta, change=change, day=day, _trees=_Trees())

    def _tombstones(self, since: int) -> Iterator[Tombstone]:
        for part in self.parts:
            c = part.columns
            for row in np.flatnonzero(~c["live"] & part.valid & (c["updated"] >= since)):
                place = part.place(int(row))
                yield Tombstone(str(UUID(bytes=place.key)), place.updated)


class _Trees:
    """The neighbour trees asked for lately: one for each choice of filters, and of opening hours open together."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[Any, Neighbours] = OrderedDict()

    def neighbours(self, part: Part, filters: Filters, is_open: OpenAt) -> Neighbours:
        opened = open_hours(part.columns, filters.open_at, is_open)
        key = (id(part), replace(filters, open_at=None), None if opened is None else opened.tobytes())
        with self._lock:
            if key not in self._kept:
                self._kept[key] = Neighbours(part.columns, part.rows(filters, is_open))
                while len(self._kept) > TREES_KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]
