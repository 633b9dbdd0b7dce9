"""Workbooks: the sheet that looks most like a ledger, read without running anything that is in the file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    XmlError,
    ZipError,
)

from app.importers.sources import limits
from app.importers.sources.archive import Looked, look_through
from app.importers.sources.refusal import damaged, locked, unreadable
from app.importers.sources.table import Merge, Score, Table, letter

MACROS = (
    "工作簿含有宏：只读取了单元格，未运行任何宏。",
    "The workbook has macros: only its cells were read, nothing was run.",
)
NOTHING_SEEN = Looked({}, epoch_1904=False, macros=False)


def read_workbook(path: Path, name: str, kind: str, score: Score) -> Table:
    """The cells of the sheet that looks most like a ledger; the others are named in a remark.

    Args:
        path: the file.
        name: what its user calls it.
        kind: xlsx, xlsm or xls, as its content says.
        score: how much a table looks like a ledger.

    Raises:
        BadFile: locked, damaged, too large, or nothing in it.
    """
    looked = NOTHING_SEEN if kind == "xls" else look_through(path, name)
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            found = _best(_tables(book, name, kind, looked), score)
    except PasswordError as error:
        raise locked(name) from error
    except (CalamineError, XmlError, ZipError, OSError) as error:
        raise damaged(name) from error
    except BaseException as error:
        if type(error).__module__ != "pyo3_runtime":  # a panic of the reader, which is no Exception
            raise
        raise damaged(name) from error
    if found is None:
        raise unreadable(name, "工作簿的所有工作表都是空的", "there is nothing in any sheet of this workbook")
    if looked.macros:
        found.remarks.append(MACROS)
    return found


def _tables(book: CalamineWorkbook, name: str, kind: str, looked: Looked) -> Iterator[Table]:
    sheets = [s for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
    visible = [s for s in sheets if s.visible == SheetVisibleEnum.Visible]
    for sheet in visible or sheets:
        yield _table(book.get_sheet_by_name(sheet.name), name, kind, looked)


def _table(sheet: CalamineSheet, name: str, kind: str, looked: Looked) -> Table:
    limits.check_rows(name, sheet.end[0] + 1 if sheet.end else 0, sheet.name)
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    for number, row in enumerate(rows, 1):
        if len(row) > limits.COLUMNS and any(cell != "" for cell in row[limits.COLUMNS :]):
            at = next(i for i, cell in enumerate(row) if i >= limits.COLUMNS and cell != "")
            raise limits.column_too_far(name, letter(at), number, sheet.name)
    merges = tuple(Merge(*start, *end) for start, end in sheet.merged_cell_ranges or ())
    for row_number, column, shows in looked.failed.get(sheet.name, ()):  # the reader leaves these cells empty
        if row_number <= len(rows) and column < len(rows[row_number - 1]):
            rows[row_number - 1][column] = shows
    numbers = list(range(1, len(rows) + 1))
    return Table(rows, numbers, sheet.name, kind, merges=merges, epoch_1904=looked.epoch_1904)


def _best(tables: Iterator[Table], score: Score) -> Table | None:
    best: Table | None = None
    points, passed = -1.0, []
    for table in tables:
        if table.is_blank():
            continue
        own = score(table)
        if best is None or own > points:
            passed += [best.sheet] if best else []
            best, points = table, own
        else:
            passed.append(table.sheet)
    if best is not None and passed:
        best.remarks.append(_others(best.sheet, passed))
    return best


def _others(read: str, passed: list[str]) -> tuple[str, str]:
    names = "、".join(passed)
    return (
        f"读取的是工作表“{read}”；未读取：{names}。",
        f"The sheet {read} was read; these were not: {', '.join(passed)}.",
    )
