"""A table of cells as a file holds it, before anybody knows what its columns mean."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Cell = Any
"""A string, a number, True or False, a date, a datetime, a time; None or "" where nothing is written."""


class Merge(NamedTuple):
    """A block of merged cells, as indexes into `Table.rows`; the last row and column belong to it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Table:
    """The cells of one sheet or file.

    rows: the cells, row by row; rows may differ in length.
    row_numbers: per row of `rows`, its number in the sheet or file, as its user counts (from 1; a header that
        the file does not have, such as that of a GeoJSON, is 0).
    sheet: the name of the sheet or layer, "" where files have none.
    kind: xlsx, xlsm, xls, csv, geojson, gpkg, parquet, osm.
    datum: the datum of the positions, where the file itself says it.
    remarks: sentences on the file as a whole, Chinese and English.
    may_be_cut: the file ends in the middle of a line.
    """

    rows: list[list[Cell]]
    row_numbers: list[int]
    sheet: str
    kind: str
    datum: str | None = None
    merges: tuple[Merge, ...] = ()
    epoch_1904: bool = False
    remarks: list[tuple[str, str]] = field(default_factory=list)
    may_be_cut: bool = False

    @property
    def first_row(self) -> int:
        """The number of the first row."""
        return self.row_numbers[0] if self.row_numbers else 1

    def is_blank(self) -> bool:
        """Whether nothing is written anywhere."""
        return not any(is_written(cell) for row in self.rows for cell in row)


Score = Callable[[Table], float]
"""How much a table looks like what is wanted."""


def is_written(cell: Cell) -> bool:
    """Whether a cell holds anything but spaces."""
    return cell is not None and (not isinstance(cell, str) or (cell != "" and not cell.isspace()))


def letter(column: int) -> str:
    """What a spreadsheet calls a column, counted from 0.

    >>> letter(0), letter(25), letter(26), letter(299)
    ('A', 'Z', 'AA', 'KN')
    """
    name, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        name = chr(ord("A") + digit) + name
    return name
