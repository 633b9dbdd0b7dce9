"""What a request asks for, and which rows of some columns it means."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from app.catalog.bits import CAPABILITY_BIT, CATEGORY_CODE, aspects_of_kind
from app.catalog.layout import Columns
from app.vocabulary import Status

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
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

    bbox: tuple[float, float, float, float] | None = None
    categories: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    capability: str | None = None
    statuses: frozenset[str] = frozenset()
    schemes: frozenset[str] = frozenset()
    currencies: frozenset[str] = frozenset()
    directions: frozenset[str] = frozenset()
    q: str | None = None
    open_at: datetime | None = None

    @property
    def aspects(self) -> dict[str, frozenset[str]]:
        """The aspect filters by kind, empty ones left out."""
        asked = {"scheme": self.schemes, "currency": self.currencies, "direction": self.directions}
        return {kind: words for kind, words in asked.items() if words}


OpenAt = Callable[[str, datetime], bool | None]
"""Whether opening hours (as text) are open at a moment; None where that cannot be said."""


def matching(columns: Columns, filters: Filters, is_open: OpenAt) -> Rows:
    """The live rows that pass every filter, ascending."""
    rows = _in_bbox(columns, filters.bbox)
    for test in _tests(columns, filters):
        rows = rows[test(rows)]
    if filters.q:
        rows = rows[np.isin(rows, _named(columns, filters.q), assume_unique=True)]
    if filters.open_at is not None:
        rows = rows[_open(columns, rows, filters.open_at, is_open)]
    return rows


def _in_bbox(columns: Columns, bbox: tuple[float, float, float, float] | None) -> Rows:
    if bbox is None:
        return np.flatnonzero(columns["live"])
    west, south, east, north = bbox
    runs = [_run(columns, box) for box in _boxes(columns.facts["grid"], bbox)]
    rows = np.concatenate([np.arange(a, b) for a, b in runs]) if runs else np.empty(0, "i8")
    lon, lat = columns["lon"][rows], columns["lat"][rows]
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north) & columns["live"][rows]
    kept: Rows = rows[inside]
    return kept


def _boxes(grid: dict[str, Any], bbox: tuple[float, float, float, float]) -> list[tuple[int, int, int]]:
    """The grid rows that a bbox touches, each with its first and last column."""
    west, south, east, north = bbox
    x0, x1 = ((x - grid["west"]) / grid["step_x"] for x in (west, east))
    y0, y1 = ((y - grid["south"]) / grid["step_y"] for y in (south, north))
    # the easternmost and northernmost venues sit on the grid's very edge and belong to its last cell
    if min(x1, y1) < -EDGE or x0 > grid["columns"] + EDGE or y0 > grid["rows"] + EDGE:
        return []
    first, last = (int(np.clip(x, 0, grid["columns"] - 1)) for x in (x0, x1))
    low, high = (int(np.clip(y, 0, grid["rows"] - 1)) for y in (y0, y1))
    return [(row, first, last) for row in range(low, high + 1)]


def _run(columns: Columns, box: tuple[int, int, int]) -> tuple[int, int]:
    row, first, last = box
    at = row * columns.facts["grid"]["columns"]
    return int(columns["cell_start"][at + first]), int(columns["cell_start"][at + last + 1])


def _tests(columns: Columns, filters: Filters) -> list[Callable[[Rows], Mask]]:
    tests: list[Callable[[Rows], Mask]] = []
    if filters.categories:
        tests.append(_one_of(columns["category"], [CATEGORY_CODE[c] for c in filters.categories]))
    if filters.regions:
        codes = {adcode: n for n, adcode in enumerate(columns.facts["regions"])}
        tests.append(_one_of(columns["region"], [codes[r] for r in filters.regions if r in codes]))
    if filters.aspects:
        for kind, words in filters.aspects.items():
            bits = aspects_of_kind(kind, filters.capability)
            wanted = [bits[word] for word in words if word in bits]
            tests.append(_any_status(columns, "asp", wanted, filters.statuses))
    elif filters.capability is not None:
        tests.append(_any_status(columns, "cap", [CAPABILITY_BIT[filters.capability]], filters.statuses))
    return tests


def _one_of(column: npt.NDArray[Any], codes: list[int]) -> Callable[[Rows], Mask]:
    wanted = np.zeros(256, bool)
    wanted[codes] = True
    return lambda rows: wanted[column[rows]]


def _any_status(columns: Columns, prefix: str, bits: list[int], statuses: frozenset[str]) -> Callable[[Rows], Mask]:
    """A test that at least one of the bits has one of the statuses."""
    wanted = statuses or frozenset(HAS_IT)
    masks = {word: columns[f"{prefix}_{word}"] for word in ("yes", "limited", "no")}
    kind = masks["yes"].dtype.type

    def test(rows: Rows) -> Mask:
        found = np.zeros(len(rows), bool)
        known = masks["yes"][rows] | masks["limited"][rows] | masks["no"][rows]
        for bit in bits:
            found |= (known & kind(bit) == 0) if Status.UNKNOWN in wanted else False
            for word, mask in masks.items():
                if word in wanted:
                    found |= mask[rows] & kind(bit) != 0
        return found

    return test


def _named(columns: Columns, q: str) -> Rows:
    """The rows in whose search text every word of `q` occurs."""
    words = [word.encode() for word in q.casefold().split()]
    found = [_containing(columns, word) for word in words]
    if not found:
        return np.arange(len(columns))
    return np.array(sorted(set.intersection(*found)), dtype="i8")


def _containing(columns: Columns, word: bytes) -> set[int]:
    hits, at = [], columns.search.find(word)
    while at >= 0:
        hits.append(at)
        at = columns.search.find(word, at + 1)
    return set((np.searchsorted(columns["search_start"], hits, side="right") - 1).tolist())


def _open(columns: Columns, rows: Rows, at: datetime, is_open: OpenAt) -> Mask:
    answers = np.array([*(is_open(text, at) is True for text in columns.facts["hours"]), False])
    open_rows: Mask = answers[columns["hours"][rows]]
    return open_rows
