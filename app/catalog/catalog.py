"""A moment of the register, ready to be read: a shared base, and this worker's newer rows over it."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from threading import Lock
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from app.catalog.feature import assemble
from app.catalog.filters import Filters, OpenAt, Rows, matching
from app.catalog.layout import Columns
from app.catalog.nearest import Neighbours

TREES_KEPT = 16


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

    def rows(self, filters: Filters, is_open: OpenAt) -> Rows:
        """The matching rows that still hold."""
        found = matching(self.columns, filters, is_open)
        return found[self.valid[found]]

    def row_of(self, key: bytes) -> int | None:
        """The row of a venue, live or not; None where it is not here."""
        order = self.columns["key_order"]
        at = int(np.searchsorted(self.columns["key"], np.bytes_(key), sorter=order))
        if at == len(order):
            return None
        row = int(order[at])
        return row if self.valid[row] and _key(self.columns, row) == key else None

    def feature(self, row: int, lang: str, open_now: bytes = b"null", distance_m: float | None = None) -> bytes:
        """One feature, with the name in `lang`."""
        c = self.columns
        start, end = int(c["start"][row]), int(c["start"][row + 1])
        record = c.blob[start:end]
        name_at, name_en_at, tail_at = (int(c[n][row]) for n in ("name_at", "name_en_at", "tail_at"))
        name = record[name_en_at:tail_at] if lang == "en" else record[name_at:name_en_at]
        return assemble(record[:name_at], name, record[tail_at:], open_now, distance_m)

    def place(self, row: int) -> Cursor:
        """Where a row stands in the order of pages."""
        return Cursor(int(self.columns["updated"][row]), _key(self.columns, row))


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
        found = [(part, part.rows(filters, self.is_open)) for part in self.parts]
        matched = sum(len(rows) for _, rows in found)
        start = Cursor(since, b"") if since is not None and after is None else after
        ordered = sorted(
            (
                (part.place(int(row)), part, int(row))
                for part, rows in found
                for row in _first(part, rows, start, limit + 1)
            ),
            key=lambda entry: entry[0],
        )
        shown = ordered[:limit]
        following = shown[-1][0] if len(ordered) > limit else None
        gone = () if since is None else tuple(self._tombstones(since))
        answer_open = filters.open_at is not None
        return Page(
            tuple(part.feature(row, lang, b"true" if answer_open else b"null") for _, part, row in shown),
            matched,
            following,
            gone,
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
        closest = sorted(found, key=lambda entry: (entry[0], entry[1].place(entry[2])))[:limit]
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

    def turning_stale(self, today: date) -> list[str]:
        """The venues of which something has turned stale by `today`."""
        turned = [(p, np.flatnonzero(p.valid & (p.columns["stale_from"] <= today.toordinal()))) for p in self.parts]
        return [str(UUID(bytes=_key(p.columns, int(row)))) for p, rows in turned for row in rows]

    def with_delta(self, newer: Columns, change: int, day: date) -> "Catalog":
        """The snapshot with these rows in place of the base's (`newer` holds all that the base lacks)."""
        valid = np.ones(len(self.base.columns), bool)
        whole = Part(self.base.columns, valid.copy())
        for newer_row in range(len(newer)):
            row = whole.row_of(_key(newer, newer_row))
            if row is not None:
                valid[row] = False
        delta = Part(newer, np.ones(len(newer), bool))
        return replace(self, base=Part(self.base.columns, valid), delta=delta, change=change, day=day, _trees=_Trees())

    def _tombstones(self, since: int) -> Iterator[Tombstone]:
        for part in self.parts:
            c = part.columns
            for row in np.flatnonzero(~c["live"] & part.valid & (c["updated"] >= since)):
                place = part.place(int(row))
                yield Tombstone(str(UUID(bytes=place.key)), place.updated)


def _key(columns: Columns, row: int) -> bytes:
    """A row's key, whole: NumPy drops the zero bytes at the end of a string."""
    return bytes(columns["key"][row]).ljust(16, b"\0")


def _first(part: Part, rows: Rows, after: Cursor | None, limit: int) -> Rows:
    """The first `limit` of the rows, in page order, that come after the cursor."""
    updated = part.columns["updated"][rows]
    if after is not None:
        rows = rows[updated >= after.updated]
        later = np.array([part.place(int(row)) > after for row in rows[part.columns["updated"][rows] == after.updated]])
        keep = np.ones(len(rows), bool)
        keep[part.columns["updated"][rows] == after.updated] = later
        rows = rows[keep]
    ranks = part.columns["sync_rank"][rows]
    if len(rows) > limit:
        rows = rows[np.argpartition(ranks, limit - 1)[:limit]]
    return rows


class _Trees:
    """The neighbour trees asked for lately, one per set of filters that does not depend on place or clock."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[Any, Neighbours] = OrderedDict()

    def neighbours(self, part: Part, filters: Filters, is_open: OpenAt) -> Neighbours:
        key = (id(part), filters)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = Neighbours(part.columns, part.rows(filters, is_open))
                while len(self._kept) > TREES_KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]
