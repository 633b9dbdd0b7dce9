"""Points gathered by cells of a plane: how many, of which kinds, and where their middle is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer]
Floats = NDArray[np.float64]

DENSE = 8
"""How many cells for each point a table may have that is filled rather than sorted."""


@dataclass(frozen=True)
class Cells:
    """The cells that hold something, row by row; each array has one entry per cell.

    counts: (cells, kinds), how many of each kind.
    x_sum, y_sum: the sums of the positions, from which the middle is had.
    member: an index of one of the points; of the only one where there is one.
    """

    column: Ints
    row: Ints
    counts: Ints
    x_sum: Floats
    y_sum: Floats
    member: Ints

    @property
    def total(self) -> Ints:
        """How many points each cell holds."""
        total: Ints = self.counts.sum(axis=1)
        return total

    @property
    def nbytes(self) -> int:
        """What the arrays take."""
        return sum(array.nbytes for array in vars(self).values())

    def within(self, columns: tuple[int, int], rows: tuple[int, int]) -> "Cells":
        """Only the cells from the first to before the last of the columns and rows."""
        low, high = np.searchsorted(self.row, rows)
        part = slice(int(low), int(high))
        inside = (self.column[part] >= columns[0]) & (self.column[part] < columns[1])
        return Cells(*(array[part][inside] for array in vars(self).values()))

    def chosen(self, which: NDArray[np.bool_]) -> "Cells":
        """Only these cells."""
        return Cells(*(array[which] for array in vars(self).values()))


def gather(column: Ints, row: Ints, x: Floats, y: Floats, kind: Ints, kinds: int) -> Cells:
    """Return the cells of points.

    Args:
        column: the cell of each point, eastward.
        row: the cell of each point, southward.
        x: the position whose middle is wanted.
        y: as `x`.
        kind: 0 to below `kinds`.
        kinds: how many kinds there are.

    >>> cells = gather(np.array([7, 7, 8]), np.array([3, 3, 3]), np.array([1.0, 2.0, 5.0]), np.zeros(3),
    ...                np.array([0, 1, 1]), 2)
    >>> cells.column.tolist(), cells.counts.tolist(), cells.x_sum.tolist()
    ([7, 8], [[1, 1], [0, 1]], [3.0, 5.0])
    """
    place, group, member = _grouped(column, row)
    counts = np.bincount(group * kinds + kind, minlength=len(place[0]) * kinds).reshape(-1, kinds)
    return Cells(*place, counts, _added(group, x, place), _added(group, y, place), member)


def joined(several: Sequence[Cells]) -> Cells:
    """Return cells one after the other; those in the same place stay apart until `merge`."""
    return Cells(*(np.concatenate(arrays) for arrays in zip(*(vars(cells).values() for cells in several), strict=True)))


def merge(cells: Cells) -> Cells:
    """Return the cells with those of the same column and row added up.

    >>> twice = Cells(*np.array([[7, 7], [3, 3]]), np.array([[1], [2]]), np.ones(2), np.zeros(2), np.array([4, 9]))
    >>> merge(twice).total.tolist(), merge(twice).x_sum.tolist()
    ([3], [2.0])
    """
    place, group, first = _grouped(cells.column, cells.row)
    counts = np.column_stack([_added(group, each, place) for each in cells.counts.T]).astype(np.int64)
    sums = _added(group, cells.x_sum, place), _added(group, cells.y_sum, place)
    return Cells(*place, counts, *sums, cells.member[first])


def _added(group: Ints, values: NDArray[np.number], place: tuple[Ints, Ints]) -> Floats:
    return np.bincount(group, weights=values, minlength=len(place[0])).astype(np.float64, copy=False)


def _grouped(column: Ints, row: Ints) -> tuple[tuple[Ints, Ints], Ints, Ints]:
    """The distinct (columns, rows) in order, which of them each entry is of, and one entry of each."""
    if len(row) == 0:
        none = np.empty(0, dtype=np.int64)
        return (none, none), none, none
    west, north, width = int(column.min()), int(row.min()), int(np.ptp(column)) + 1
    code = (row.astype(np.int64) - north) * width + (column - west)
    spread = (int(np.ptp(row)) + 1) * width
    if spread > max(DENSE * len(code), 1 << 16):
        place, member, group = np.unique(code, return_index=True, return_inverse=True)
    else:  # a table of all cells is quicker than sorting
        entry = np.full(spread, -1, dtype=np.int64)
        entry[code] = np.arange(len(code))
        place = np.flatnonzero(entry >= 0)
        member = entry[place]
        entry[place] = np.arange(len(place))
        group = entry[code]
    return (place % width + west, place // width + north), group, member
