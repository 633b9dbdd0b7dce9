"""What a request asks for, and which rows of some columns it means."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from app.catalog.bits import CAPABILITY_BIT, CATEGORY_CODE, KNOWN, aspects_of_kind
from app.catalog.layout import Columns
from app.vocabulary import Status

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Test = Callable[[Rows], Mask]
Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""
EDGE = 1e-6
"""How far, in cells, rounding may push a venue that lies on the edge of the grid."""
HAS_IT = (Status.YES, Status.LIMITED)
"""What a filter on a capability or an aspect means when no status is named."""


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of the contract; within one a comma means OR, between them AND.

    An aspect (scheme, currency, direction) asks for the status of that aspect, not of the whole: a venue
    that "takes foreign cards" without naming a scheme is not found by `schemes=("visa",)`.
    """

    bbox: Box | None = None
    categories: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    capability: str | None = None
    statuses: frozenset[str] = frozenset()
    schemes: frozenset[str] = frozenset()
    currencies: frozenset[str] = frozenset()
    directions: frozenset[str] = frozenset()
    q: str | None = None
    open_at: datetime | None = None

    def within(self, bbox: Box | None) -> "Filters":
        """The same in a box, or everywhere; `replace` would take three times as long."""
        return Filters(
            bbox,
            self.categories,
            self.regions,
            self.capability,
            self.statuses,
            self.schemes,
            self.currencies,
            self.directions,
            self.q,
            self.open_at,
        )

    @property
    def aspects(self) -> dict[str, frozenset[str]]:
        """The aspect filters by kind, empty ones left out."""
        asked = {"scheme": self.schemes, "currency": self.currencies, "direction": self.directions}
        return {kind: words for kind, words in asked.items() if words}


OpenAt = Callable[[str, datetime], bool | None]
"""Whether opening hours (as text) are open at a moment; None where that cannot be said."""


def open_hours(columns: Columns, at: datetime | None, is_open: OpenAt) -> Mask | None:
    """Which of the columns' texts of opening hours are open at a moment; the last answers for no text."""
    return None if at is None else np.array([*(is_open(text, at) is True for text in columns.facts["hours"]), False])


def matching(columns: Columns, filters: Filters, is_open: OpenAt) -> Rows:
    """The live rows that pass every filter, ascending."""
    rows = _in_bbox(columns, filters.bbox)
    for test in _tests(columns, filters):
        rows = rows.compress(test(rows))
    if filters.q:
        rows = rows[_named(columns, filters.q)[rows]]
    opened = open_hours(columns, filters.open_at, is_open)
    return rows if opened is None else rows[opened[columns["hours"][rows]]]


def _in_bbox(columns: Columns, bbox: Box | None) -> Rows:
    if bbox is None:
        return np.flatnonzero(columns["live"])
    west, south, east, north = bbox
    runs = stretches(columns, bbox)
    rows = np.concatenate([np.arange(a, b) for a, b in runs]) if runs else np.empty(0, "i8")
    lon, lat = columns["lon"].take(rows), columns["lat"].take(rows)
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north) & columns["live"].take(rows)
    kept: Rows = rows.compress(inside)
    return kept


def stretches(columns: Columns, bbox: Box) -> list[tuple[int, int]]:
    """The rows of the cells that a bbox touches, as first and one past the last of each row of cells."""
    grid = columns.facts["grid"]
    west, south, east, north = bbox
    x0, x1 = ((x - grid["west"]) / grid["step_x"] for x in (west, east))
    y0, y1 = ((y - grid["south"]) / grid["step_y"] for y in (south, north))
    # the easternmost and northernmost venues sit on the grid's very edge and belong to its last cell
    if min(x1, y1) < -EDGE or x0 > grid["columns"] + EDGE or y0 > grid["rows"] + EDGE:
        return []
    width, starts = grid["columns"], columns["cell_start"]
    first, last = (min(max(int(x), 0), width - 1) for x in (x0, x1))
    low, high = (min(max(int(y), 0), grid["rows"] - 1) * width for y in (y0, y1))
    begins, ends = (starts[low + column : high + column + 1 : width] for column in (first, last + 1))
    return list(zip(begins.tolist(), ends.tolist(), strict=True))


def _tests(columns: Columns, filters: Filters) -> Iterator[Test]:
    if filters.categories:
        yield _of_class(columns, filters.categories)
    if filters.regions:
        yield _within(columns, filters.regions)
    for kind, words in filters.aspects.items():
        bits = aspects_of_kind(kind, filters.capability)
        yield _any_status(columns, "asp", sum(bits.get(word, 0) for word in words), filters.statuses)
    if filters.capability is not None and not filters.aspects:
        yield _any_status(columns, "cap", CAPABILITY_BIT[filters.capability], filters.statuses)


def _of_class(columns: Columns, categories: frozenset[str]) -> Test:
    wanted = _chosen(CATEGORY_CODE[c] for c in categories)
    return lambda rows: wanted.take(columns["category"].take(rows))


def _within(columns: Columns, regions: frozenset[str]) -> Test:
    """A test that a venue lies in one of the regions: its county is in it, or its zone is."""
    within = columns.facts["within"]
    wanted = _chosen(code for region in regions for code in within.get(region, ()))
    return lambda rows: wanted.take(columns["region"].take(rows)) | wanted.take(columns["zone"].take(rows))


def _chosen(codes: Iterable[int]) -> Mask:
    chosen = np.zeros(256, bool)
    chosen[list(codes)] = True
    return chosen


def _any_status(columns: Columns, prefix: str, bits: int, statuses: frozenset[str]) -> Test:
    """A test that at least one of the bits has one of the statuses."""
    masks = {status: columns[f"{prefix}_{status}"] for status in KNOWN}
    asked = masks[Status.YES].dtype.type(bits)
    wanted = [masks[status] for status in KNOWN if status in (statuses or HAS_IT)]

    def test(rows: Rows) -> Mask:
        found = np.zeros(len(rows), bool)
        for mask in wanted:
            found |= mask.take(rows) & asked != 0
        if Status.UNKNOWN in statuses:
            known = np.bitwise_or.reduce([mask.take(rows) for mask in masks.values()])
            found |= known & asked != asked
        return found

    return test


def _named(columns: Columns, q: str) -> Mask:
    """Which rows have every word of `q` in their search text."""
    named = np.ones(len(columns), bool)
    for word in set(q.casefold().split()):
        named &= _containing(columns, word.encode())
    return named


def _containing(columns: Columns, word: bytes) -> Mask:
    """Which rows have a word in their search text."""
    hits = np.fromiter((hit.start() for hit in re.finditer(re.escape(word), columns.search)), "i8")
    records = np.searchsorted(columns["search_start"], hits, side="right") - 1
    found = np.zeros(len(columns), bool)
    found[columns["row"][records]] = True
    return found
