"""Where a table begins: the row, or the two rows, that name its columns."""

from collections.abc import Sequence
from typing import NamedTuple

from app.importers.clean.columns import IGNORED, VENUE_COLUMNS, Guess, guess
from app.importers.clean.text import tidy
from app.importers.kinds import Column
from app.importers.sources.table import Cell, Merge, Table, is_written

LOOKED_AT = 40
"""Rows of titles that a table may have above its header."""
FEWEST = 2
JOINED = "//"


class Header(NamedTuple):
    """The header of a table.

    row: index of its first row. height: 1, or 2 where groups stand above names.
    names: per column as the file calls it. guess: what was recognised.
    """

    row: int
    height: int
    names: tuple[str, ...]
    guess: Guess

    @property
    def recognised(self) -> int:
        """How many columns are known, the numbering not counted."""
        return len(self.guess.columns.keys() - IGNORED)


def find_header(table: Table, columns: Sequence[Column] = VENUE_COLUMNS) -> Header | None:
    """The row that names most columns, or two rows that together name more; None if no row names two.

    A name of two rows is `group//name`, or either alone where the other is empty or the same.
    """
    best: Header | None = None
    for row in range(min(LOOKED_AT, len(table.rows))):
        for height in (1, 2):
            found = _header(table, row, height, columns)
            if found is not None and (best is None or found.recognised > best.recognised):
                best = found
    return best if best is not None and best.recognised >= FEWEST else None


def likeness(table: Table, columns: Sequence[Column] = VENUE_COLUMNS) -> float:
    """How much a table looks like a ledger: the columns that it names, then its rows."""
    header = find_header(table, columns)
    return (header.recognised if header else 0) + len(table.rows) / 1e7


def _header(table: Table, row: int, height: int, columns: Sequence[Column]) -> Header | None:
    names = tuple(_text(cell) for cell in table.rows[row])
    if height == 2:  # noqa: PLR2004 - two rows
        if row + 1 >= len(table.rows) or not any(names):
            return None
        names = _joined(table, row)
    if sum(1 for name in names if name) < FEWEST:
        return None
    return Header(row, height, names, guess(names, columns))


def _joined(table: Table, row: int) -> tuple[str, ...]:
    below = [_text(cell) for cell in table.rows[row + 1]]
    above = [_text(cell) for cell in table.rows[row]]
    width = max(len(above), len(below))
    above += [""] * (width - len(above))
    below += [""] * (width - len(below))
    groups = _spread(above, below, [m for m in table.merges if m.top == row and m.bottom == row and m.right > m.left])
    return tuple(_name(group, name) for group, name in zip(groups, below, strict=True))


def _spread(above: list[str], below: list[str], merges: list[Merge]) -> list[str]:
    """The group of each column: that of its merged cell, else the nearest to the left above names of its own."""
    groups = list(above)
    for merge in merges:
        for column in range(merge.left, min(merge.right + 1, len(groups))):
            groups[column] = above[merge.left]
    if not merges:
        for column in range(1, len(groups)):
            if not groups[column] and below[column] and below[column - 1]:
                groups[column] = groups[column - 1]
    return groups


def _name(group: str, name: str) -> str:
    if not name or not group or group == name:
        return name or group
    return f"{group}{JOINED}{name}"


def _text(cell: Cell) -> str:
    return tidy(cell) if is_written(cell) and isinstance(cell, str) else ""
