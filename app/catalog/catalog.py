"""A moment of the register, ready to be read: a shared base, and this worker's newer rows over it."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from heapq import merge
from itertools import chain, islice
from operator import attrgetter
from threading import Lock
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from app.catalog.feature import NULL, Piece, retold
from app.catalog.filters import Filters, OpenAt, Rows, matching, open_hours
from app.catalog.layout import Columns
from app.catalog.nearest import Metres, Neighbours

TREES_KEPT, POINTS_KEPT = 64, 2_000_000
"""Neighbour trees, and places in all of them together; a place takes some 60 bytes."""
FEW = 16
"""A page out of fewer rows than a sixteenth is sorted out of them; out of more, it is met soon in order."""


def version_of(instance: str, change: int, day: date) -> str:
    """How a moment of a register is called."""
    return f"{instance[:8]}-{change}-{day:%Y%m%d}"


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
    """One page of features as pieces of the blob, how many match in all, and where the next page starts."""

    pieces: tuple[Piece, ...]
    matched: int
    following: Cursor | None
    tombstones: tuple[Tombstone, ...] = ()

    @property
    def features(self) -> tuple[bytes, ...]:
        """The features, each by itself."""
        return tuple(map(bytes, self.pieces))


@dataclass(frozen=True)
class Part:
    """Columns with the rows of them that nothing newer replaces."""

    columns: Columns
    valid: npt.NDArray[np.bool_]

    def rows(self, filters: Filters, is_open: OpenAt, since: int | None = None) -> Rows:
        """The matching rows that still hold, and were written at or after `since`."""
        found = matching(self.columns, filters, is_open)
        found = found.compress(self.valid.take(found))
        return found if since is None else found[self.columns["updated"][found] >= since]

    def row_of(self, key: bytes) -> int | None:
        """The row of a venue, live or not; None where it is not here."""
        c = self.columns
        at = int(np.searchsorted(c["key"], np.bytes_(key)))
        row = int(c["row"][at]) if at < len(c) else None
        return row if row is not None and self.valid[row] and c.key(row) == key else None

    def feature(self, row: int, lang: str, open_now: bytes = NULL) -> bytes:
        """One feature, with the name in `lang`."""
        return bytes(self.features(np.array([row]), lang, open_now)[0])

    def features(
        self, rows: Rows, lang: str, open_now: bytes = NULL, metres: Sequence[float] | None = None
    ) -> Sequence[Piece]:
        """The features of some rows, in their order; with `distance_m` where the metres are given."""
        c = self.columns
        start = c["start"].take(rows)
        english = start + c["english_at"].take(rows)
        stored = self._cut(start, english)
        if lang != "en" and open_now is NULL and metres is None:
            return stored
        open_at = c["open_at"].take(rows).tolist()
        fronts = [piece[:at] for piece, at in zip(stored, open_at, strict=True)]
        if lang == "en":
            name_at, names = c["name_at"].take(rows).tolist(), self._cut(english, c["start"].take(rows + 1))
            fronts = [b"".join((piece[:at], name)) for piece, at, name in zip(stored, name_at, names, strict=True)]
        return retold(stored, fronts, open_at, open_now, metres)

    def _cut(self, first: Rows, last: Rows) -> list[Piece]:
        """Stretches of the blob, not copied yet."""
        blob = memoryview(self.columns.blob)
        return [blob[a:b] for a, b in zip(first.tolist(), last.tolist(), strict=True)]

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

    @cached_property
    def version(self) -> str:
        """What an ETag says: the register, its newest change, and the local day (`stale` turns at midnight)."""
        return version_of(self.instance, self.change, self.day)

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
        ordered = _in_page_order([(part, part.first(rows, limit + 1, after)) for part, rows in found])
        shown = _cut(ordered, limit)
        more = sum(len(rows) for _, rows in ordered) > limit
        opened = _opened(filters)
        return Page(
            tuple(chain.from_iterable(part.features(rows, lang, opened) for part, rows in shown)),
            sum(len(rows) for _, rows in found),
            shown[-1][0].place(int(shown[-1][1][-1])) if more else None,
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
    ) -> list[Piece]:
        """The closest matching venues with a position, nearest first, with `distance_m`."""
        asked = [(part, self._trees.neighbours(part, filters, self.is_open)) for part in self.parts]
        found = [(part, *neighbours.nearest(lon, lat, limit, within_m)) for part, neighbours in asked]
        opened, shown = _opened(filters), _by_distance(found)
        made = (f for part, rows, metres in shown for f in part.features(rows, lang, opened, metres.tolist()))
        return list(islice(made, limit))

    def answers_at_once(self, lon: float, lat: float, filters: Filters) -> bool:
        """Whether `nearest` need not wait: its trees are grown, and few places are about as near as the nearest."""
        grid = self.base.columns.facts["grid"]
        across, up = (lon - grid["west"]) / grid["step_x"], (lat - grid["south"]) / grid["step_y"]
        around = -grid["columns"] < across < 2 * grid["columns"] and -grid["rows"] < up < 2 * grid["rows"]
        return around and all(self._trees.holds(part, filters) for part in self.parts)

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


Shown = list[tuple[Part, Rows]]
"""Rows of parts, in the order in which they are shown; a part may come more than once."""


def _in_page_order(found: list[tuple[Part, Rows]]) -> Shown:
    """The rows of all parts in the order of pages; places are looked up only where two parts have some."""
    found = [(part, rows) for part, rows in found if len(rows)]
    if len(found) <= 1:
        return found
    entries = ([(part, rows[n : n + 1]) for n in range(len(rows))] for part, rows in found)
    return list(merge(*entries, key=lambda entry: entry[0].place(int(entry[1][0]))))


def _cut(shown: Shown, count: int) -> Shown:
    """The first so many rows."""
    cut: list[tuple[Part, Rows]] = []
    for part, rows in shown:
        if count > 0:
            cut.append((part, rows[:count]))
        count -= len(rows)
    return cut


def _by_distance(found: list[tuple[Part, Rows, Metres]]) -> list[tuple[Part, Rows, Metres]]:
    """The rows of all parts, nearest first, in order of key where they are as near."""
    found = [(part, rows, metres) for part, rows, metres in found if len(rows)]
    if len(found) <= 1:
        return found
    each = [(part, rows[n : n + 1], metres[n : n + 1]) for part, rows, metres in found for n in range(len(rows))]
    return sorted(each, key=lambda entry: (entry[2][0], entry[0].columns.key(entry[1][0])))


def _opened(filters: Filters) -> bytes:
    """What `open_now` says: whatever a filter on opening hours found is open."""
    return NULL if filters.open_at is None else b"true"


class _Trees:
    """The neighbour trees asked for lately: one for each choice of filters, and of opening hours open together."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[Any, Neighbours] = OrderedDict()

    def neighbours(self, part: Part, filters: Filters, is_open: OpenAt) -> Neighbours:
        key: tuple[int, Filters, bytes | None] = (id(part), filters, None)
        if (opened := open_hours(part.columns, filters.open_at, is_open)) is not None:
            key = (id(part), replace(filters, open_at=None), opened.tobytes())
        if (grown := self._kept.get(key)) is None:
            grown = Neighbours(part.columns, part.rows(filters, is_open))
        with self._lock:  # held for a moment only: two may grow the same tree, but nobody waits for one to be grown
            self._kept[key] = grown
            self._kept.move_to_end(key)
            while len(self._kept) > TREES_KEPT or (len(self._kept) > 1 and self._points() > POINTS_KEPT):
                self._kept.popitem(last=False)
        return grown

    def _points(self) -> int:
        return sum(len(tree) for tree in self._kept.values())

    def holds(self, part: Part, filters: Filters) -> bool:
        """Whether the tree of these filters is here."""
        return filters.open_at is None and (id(part), filters, None) in self._kept
