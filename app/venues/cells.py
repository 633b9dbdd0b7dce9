"""Venues gathered by cells of a grid that stands still under the map; the counts add up to what the list says."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np
import numpy.typing as npt

from app.catalog.bits import CAPABILITY_BIT
from app.catalog.catalog import Catalog, Part
from app.catalog.filters import Filters, Rows
from app.catalog.layout import Columns
from app.vocabulary import Status
from geo.clusters import Cells, gather, joined, merge
from geo.mercator import FURTHEST, fractions, tile_box

STATUSES = (Status.UNKNOWN, Status.YES, Status.LIMITED, Status.NO)
"""What the numbers that `statuses` gives mean."""
SPLIT = 2
"""A cell is a quarter of a tile wide, 64 pixels: a zoom has the cells of this many zooms on."""
FINEST = 17
"""The cells of this level (zooms of whole tiles) are counted once for each choice of filters."""
FINER = 4
"""So many levels below its own the cells of a view are looked up; venues are looked at on its edge only."""
NEAR = FINEST - SPLIT - 2
"""From nearer than this zoom the venues are counted each time: views are small then, and kept cells too coarse."""
MOST_BYTES = 64 * 2**20
_MORE = 1e-9

Box = tuple[float, float, float, float]


def statuses(columns: Columns, rows: Rows, capability: str) -> npt.NDArray[np.int64]:
    """The status of a capability for each row, as a place in `STATUSES`."""
    bit = CAPABILITY_BIT[capability]
    found = np.zeros(len(rows), "i8")
    for code, word in enumerate(STATUSES[1:], 1):
        found[columns[f"cap_{word}"].take(rows) & bit != 0] = code
    return found


def span(box: Box, zoom: int) -> int:
    """How many cells of a zoom a box touches."""
    latitudes = np.clip(np.array([box[3], box[1]]), -FURTHEST, FURTHEST)
    (west, east), (north, south) = _steps(np.array([box[0], box[2]]), latitudes, zoom + SPLIT)
    return int((east - west + 1) * (south - north + 1))


class Gathered:
    """The fine cells of the choices of filters asked for lately, of the present snapshot only.

    Not of the version: a rebuilt base has the version of the one before, and its venues in other rows.
    """

    def __init__(self) -> None:
        self._turn = Lock()
        self._catalog: Catalog | None = None
        self._kept: OrderedDict[tuple[Filters, int], Cells] = OrderedDict()

    def cells(self, catalog: Catalog, filters: Filters, box: Box, zoom: int) -> Cells:
        """The venues in a box by cells of a zoom; positions are sums of degrees, members places in the catalog.

        Whole fine cells come from what is kept; only the venues of those on the box's edge are looked at.
        """
        level = zoom + SPLIT
        if zoom > NEAR:
            return _counted(
                catalog, filters, ((part, _rows(catalog, part, filters, box)) for part in catalog.parts), level
            )
        fine = min(level + FINER, FINEST)
        (west, east), (north, south) = _steps(np.array([box[0], box[2]]), np.array([box[3], box[1]]), fine)
        whole = _Whole(fine, (int(west) + 1, int(east)), (int(north) + 1, int(south)))
        edge = ((part, _edge(catalog, part, filters, box, whole)) for part in catalog.parts)
        with self._turn:
            inner = self._cells(catalog, filters, fine).within(whole.columns, whole.rows)
        return merge(joined([_coarser(inner, fine - level), _counted(catalog, filters, edge, level)]))

    def _cells(self, catalog: Catalog, filters: Filters, level: int) -> Cells:
        """The cells of a level, counted or added up from the next finer ones."""
        if catalog is not self._catalog:
            self._kept.clear()
            self._catalog = catalog
        if (kept := self._kept.get((filters, level))) is not None:
            self._kept.move_to_end((filters, level))
            return kept
        if level < FINEST:
            made = merge(_coarser(self._cells(catalog, filters, level + 1), 1))
        else:
            rows = ((part, _rows(catalog, part, filters, None)) for part in catalog.parts)
            made = _counted(catalog, filters, rows, level)
        self._kept[filters, level] = made
        while len(self._kept) > 1 and sum(cells.nbytes for cells in self._kept.values()) > MOST_BYTES:
            self._kept.popitem(last=False)
        return made


def place(catalog: Catalog, member: int) -> tuple[Part, int]:
    """The part and the row that a member of a cell is."""
    base = len(catalog.base.columns)
    return (catalog.base, member) if member < base or catalog.delta is None else (catalog.delta, member - base)


def _rows(catalog: Catalog, part: Part, filters: Filters, box: Box | None) -> Rows:
    """The matching rows that have a position."""
    rows = part.rows(filters.within(box), catalog.is_open)
    return rows if box is not None else rows.compress(np.isfinite(part.columns["lon"].take(rows)))


@dataclass(frozen=True)
class _Whole:
    """The cells of a level that lie wholly in a box: from the first to before the last column and row."""

    level: int
    columns: tuple[int, int]
    rows: tuple[int, int]

    @property
    def nothing(self) -> bool:
        return self.columns[0] >= self.columns[1] or self.rows[0] >= self.rows[1]

    def around(self, box: Box) -> tuple[Box, ...]:
        """Boxes that together hold all of a box but these cells, and a little more."""
        west, south, east, north = box
        inner_west, _, _, inner_north = tile_box(self.level, self.columns[0], self.rows[0])
        inner_east, _, _, inner_south = tile_box(self.level, self.columns[1], self.rows[1])
        return (
            (west, south, min(inner_west + _MORE, east), north),
            (max(inner_east - _MORE, west), south, east, north),
            (west, max(inner_north - _MORE, south), east, north),
            (west, south, east, min(inner_south + _MORE, north)),
        )

    def without(self, part: Part, rows: Rows) -> Rows:
        """The rows that lie in none of these cells."""
        column, row = _steps(part.columns["lon"].take(rows), part.columns["lat"].take(rows), self.level)
        (first, last), (top, bottom) = self.columns, self.rows
        return rows.compress((column < first) | (column >= last) | (row < top) | (row >= bottom))


def _edge(catalog: Catalog, part: Part, filters: Filters, box: Box, whole: _Whole) -> Rows:
    """The matching rows in a box that are not in its whole cells."""
    if whole.nothing:
        return _rows(catalog, part, filters, box)
    rows = [_rows(catalog, part, filters, strip) for strip in whole.around(box)]
    return whole.without(part, np.unique(np.concatenate(rows)))


def _counted(catalog: Catalog, filters: Filters, found: Iterable[tuple[Part, Rows]], level: int) -> Cells:
    """The cells of a level that hold these rows, with the statuses of the capability that is asked about."""
    made = []
    for start, (part, rows) in zip((0, len(catalog.base.columns)), found, strict=False):
        lon, lat = part.columns["lon"].take(rows), part.columns["lat"].take(rows)
        kinds, kind = 1, np.zeros(len(rows), "i8")
        if filters.capability is not None:
            kinds, kind = len(STATUSES), statuses(part.columns, rows, filters.capability)
        cells = gather(*_steps(lon, lat, level), lon, lat, kind, kinds)
        made.append(replace(cells, member=rows.take(cells.member) + start))
    return merge(joined(made))


def _coarser(cells: Cells, levels: int) -> Cells:
    return replace(cells, column=cells.column >> levels, row=cells.row >> levels)


def _steps(
    lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], level: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The column and row of the cells that positions lie in."""
    x, y = (np.floor(part * 2**level).astype("i8") for part in fractions(lon, lat))
    return x, y
