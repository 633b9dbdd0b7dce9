"""A file with its header found and its rows counted, before anybody reads what the cells say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import BadFile
from app.importers.clean.columns import IGNORED, VENUE_COLUMNS, guess
from app.importers.clean.header import Header, find_header, likeness
from app.importers.clean.rows import closes, data_rows, fill_down
from app.importers.clean.text import is_blank, tidy
from app.importers.kinds import Column, Line
from app.importers.record import Fault, Note
from app.importers.sources import Table, read_table
from app.importers.sources.refusal import unreadable
from app.importers.sources.table import Cell, letter


@dataclass(slots=True)
class Opened:
    """A file whose header was found.

    table: all its cells. header_row: the number of the row (the last of two) that names the columns.
    names: per column, as the file calls it. columns: field -> index. rows: indexes of the data rows.
    faults: what is to be said of the whole file. unknown_columns: index -> name of what is not understood.
    """

    table: Table
    header_row: int
    names: tuple[str, ...]
    columns: dict[str, int]
    datums: dict[int, str]
    rows: list[int]
    titles: str
    faults: list[Fault]
    unknown_columns: dict[int, str]

    def cells(self, index: int) -> list[Cell]:
        """A column's cells in the data rows."""
        rows = self.table.rows
        return [rows[i][index] for i in self.rows]

    def numbers(self) -> list[int]:
        """The numbers of the data rows, as the user counts."""
        return [self.table.row_numbers[i] for i in self.rows]

    def fault(self, row: int | None, name: str, note: Note) -> Fault:
        """A note on a field's cell, with the names that the file gives to row and column."""
        index = self.columns.get(name)
        column = "" if index is None else self.names[index].replace("//", " / ")
        at = "" if index is None or self.header_row == 0 else letter(index)  # maps have no lettered columns
        return Fault(row, column, note.code, note.zh, note.en, at, note.refuses)


def open_file(
    path: Path, name: str, columns: Sequence[Column] = VENUE_COLUMNS, *, chosen: Mapping[str, int] | None = None
) -> Opened:
    """A file, its header and its data rows.

    Args:
        path: where it lies.
        name: what its user calls it.
        columns: what may stand in it.
        chosen: field -> index of its column, in place of what the header suggests.

    Raises:
        BadFile: it cannot be read, or has no header that we know.
    """
    table = read_table(path, name, lambda t: likeness(t, columns))
    header = find_header(table, columns) or _chosen_header(table, chosen)
    if header is None:
        raise _no_header(name, table, columns)
    _check_chosen(name, chosen, header, columns)
    found = dict(header.guess.columns if chosen is None else chosen)
    first = header.row + header.height
    width = max((len(row) for row in table.rows[first:-1]), default=len(header.names))
    short = len(table.rows[-1]) < width
    _widen(table, len(header.names))
    fill_down(table, found, first)
    rows = data_rows(table, header, found)
    if table.may_be_cut and short and not closes(table.rows[-1]):
        raise _cut(name, table, width)
    titles = " ".join([table.sheet, *(tidy(c) for row in table.rows[: header.row] for c in row if isinstance(c, str))])
    understood = {*found.values(), *(header.guess.columns.get(word) for word in IGNORED)}
    return Opened(
        table,
        table.row_numbers[first - 1],
        header.names,
        found,
        header.guess.datums,
        rows,
        titles,
        [Fault(None, "", "file", zh, en) for zh, en in table.remarks],
        {i: name for i, name in enumerate(header.names) if name and i not in understood},
    )


def read_lines(
    path: Path, name: str, columns: Sequence[Column], *, chosen: Mapping[str, int] | None = None
) -> tuple[Opened, list[Line]]:
    """The data rows of a ledger of another kind, cells as the file has them; arguments and errors as `open_file`."""
    opened = open_file(path, name, columns, chosen=chosen)
    read = {field: [None if is_blank(c) else c for c in opened.cells(i)] for field, i in opened.columns.items()}
    lines = [
        Line(number, {field: cells[at] for field, cells in read.items() if field not in IGNORED})
        for at, number in enumerate(opened.numbers())
    ]
    return opened, lines


def _check_chosen(name: str, chosen: Mapping[str, int] | None, header: Header, columns: Sequence[Column]) -> None:
    known = {column.field for column in columns}
    for field, index in (chosen or {}).items():
        if field not in known:
            raise unreadable(name, f"没有“{field}”这一字段", f"{field!r} is no field of this ledger")
        if not 0 <= index < len(header.names):
            raise unreadable(
                name,
                f"{field}：没有第 {index + 1} 列，表头共 {len(header.names)} 列",
                f"{field}: there is no column {index + 1}, the header has {len(header.names)}",
            )


def _chosen_header(table: Table, chosen: Mapping[str, int] | None) -> Header | None:
    """Where somebody chose the columns of a header that we do not know: the first row that fills them."""
    for row, cells in enumerate(table.rows if chosen else ()):
        if chosen and all(i < len(cells) and not is_blank(cells[i]) for i in chosen.values()):
            names = tuple(tidy(cell) for cell in cells)
            return Header(row, 1, names, guess(names))
    return None


def _widen(table: Table, width: int) -> None:
    """Give every row a cell for each name of the header."""
    for row in table.rows:
        if len(row) < width:
            row.extend([None] * (width - len(row)))


def _no_header(name: str, table: Table, columns: Sequence[Column]) -> BadFile:
    wanted = "、".join(column.zh for column in columns if column.required) or columns[0].zh
    row = next((i for i, r in enumerate(table.rows) if sum(not is_blank(c) for c in r) > 1), 0)
    seen = ", ".join(tidy(c)[:20] for c in (table.rows[row] if table.rows else ()) if not is_blank(c))[:120]
    return unreadable(
        name,
        f"找不到表头（含“{wanted}”等列名的一行）；此行为：{seen}。请在数据上方加上表头，或使用模板",
        f"no row names the columns (such as {wanted}); this one says {seen}: add a header, or use the template",
        sheet=table.sheet,
        row=table.row_numbers[row] or 1,
    )


def _cut(name: str, table: Table, width: int) -> BadFile:
    return unreadable(
        name,
        f"最后一行不足 {width} 个单元格且没有换行，文件可能被截断；请重新上传完整的文件",
        f"the last line has fewer than {width} cells and does not end: is the file cut off? Send it again, whole",
        row=table.row_numbers[-1],
    )
