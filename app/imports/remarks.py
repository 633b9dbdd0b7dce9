"""The user's own file again, with a column that says what becomes of each row, and the cells at fault coloured."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter  # type: ignore[import-untyped]  # the package ships no types
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from app.importers.kinds import Outcome
from app.importers.sources import Table, read_table
from app.imports import kept
from app.imports.doing import on_disk
from app.tables import Import

KEPT_AS_IT_IS = 20_000
"""Rows of a workbook that is given back with its looks; a longer one comes back as a plain table, for memory's sake."""
FILLS = {"error": "F8C9C4", "warning": "FCE8B2"}
TITLE = {"zh": ("导入结果", "备注"), "en": ("Result", "Remarks")}
WORDS = {
    "zh": {"same": "已有", "new": "新增", "ask": "待确认", "refuse": "未采用"},
    "en": {"same": "known", "new": "new", "ask": "to be decided", "refuse": "not taken"},
}
WIDTHS = (10, 60)


def workbook(session: Session, made: Import, lang: str) -> bytes:
    """The file as xlsx, with two columns added to the right of the table."""
    rows = {row.row: row for row in kept.outcomes(session, made.id)}
    with on_disk(made) as path:
        if made.facts.get("file_kind") in {"xlsx", "xlsm"} and len(rows) <= KEPT_AS_IT_IS:
            return _own(path, made, rows, lang)
        return _plain(read_table(path, made.file_name), made, rows, lang)


def _own(path: Path, made: Import, rows: dict[int, Outcome], lang: str) -> bytes:
    """The user's workbook, as it looks."""
    book = openpyxl.load_workbook(path)
    sheet = book[made.facts["sheet"]] if made.facts.get("sheet") in book.sheetnames else book.worksheets[0]
    header, at = int(made.facts["header_row"]), _free_column(sheet, made)
    for offset, (title, width) in enumerate(zip(TITLE[lang], WIDTHS, strict=True)):
        _say(sheet.cell(max(header, 1), at + offset), title, bold=True)
        sheet.column_dimensions[get_column_letter(at + offset)].width = width
    for number, row in rows.items():
        _say(sheet.cell(number, at), WORDS[lang][row.outcome])
        _say(sheet.cell(number, at + 1), sentences(row, lang))
        for letter, level in _faults(row):
            sheet.cell(number, column_index_from_string(letter)).fill = _fill(level)
        if level := _gravest(row):
            sheet.cell(number, at).fill = _fill(level)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _free_column(sheet: Worksheet, made: Import) -> int:
    """The first column to the right of everything."""
    return max(sheet.max_column, len(made.facts.get("header", ()))) + 1


def _say(cell: Any, text: str, *, bold: bool = False) -> None:  # noqa: ANN401 - a cell, merged or not
    if not isinstance(cell, Cell):
        return
    cell.value = text
    cell.data_type = "s"  # a text that begins with = is a text
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.font = Font(bold=bold)


def _fill(level: str) -> PatternFill:
    return PatternFill("solid", start_color=FILLS[level], end_color=FILLS[level])


def _plain(table: Table, made: Import, rows: dict[int, Outcome], lang: str) -> bytes:
    """The cells of any other file as a new workbook, row by row."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    fills = {level: book.add_format({"bg_color": f"#{colour}"}) for level, colour in FILLS.items()}
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    width = max((len(cells) for cells in table.rows), default=0)
    sheet.set_column(width, width, WIDTHS[0])
    sheet.set_column(width + 1, width + 1, WIDTHS[1], wrapped)
    for at, (number, cells) in enumerate(zip(table.row_numbers, table.rows, strict=True)):
        row = rows.get(number)
        faults = dict(_faults(row)) if row else {}
        for column, cell in enumerate(cells):
            if cell not in (None, ""):
                sheet.write_string(at, column, str(cell), fills.get(faults.get(get_column_letter(column + 1), "")))
        if number == made.facts["header_row"]:
            sheet.write_row(at, width, TITLE[lang], bold)
        elif row is not None:
            sheet.write_string(at, width, WORDS[lang][row.outcome], fills.get(_gravest(row)))
            sheet.write_string(at, width + 1, sentences(row, lang), wrapped)
    book.close()
    return out.getvalue()


def _faults(row: Outcome) -> Sequence[tuple[str, str]]:
    """The letters of the columns at fault, the gravest last."""
    found = [(r.letter, r.level) for r in row.remarks if r.letter and r.level in FILLS]
    return sorted(found, key=lambda told: told[1] == "error")


def _gravest(row: Outcome) -> str:
    levels = {r.level for r in row.remarks}
    return next((level for level in FILLS if level in levels), "")


def sentences(row: Outcome, lang: str) -> str:
    """What is said of a row, the gravest first, one sentence a line."""
    order = {"error": 0, "warning": 1, "note": 2}
    said = sorted(row.remarks, key=lambda r: order.get(r.level, 1))
    texts = ((r.column, r.zh if lang == "zh" else r.en) for r in said)
    between = "：" if lang == "zh" else ": "
    return "\n".join(f"{column}{between}{text}" if column else text for column, text in texts)
