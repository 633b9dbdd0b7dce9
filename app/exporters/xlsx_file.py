"""An Excel workbook: one sheet, its headings held still, text as text and days as days, row by row to the disk."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # the package ships no types
from xlsxwriter.format import Format  # type: ignore[import-untyped]  # as above
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]  # as above

from app.errors import TooLarge
from app.exporters.columns import Kind
from app.exporters.rows import Batch
from app.exporters.told import About

MOST_ROWS = 1_048_575
"""A sheet of Excel has one more, for the headings."""
PAPER, INK, SANDBOX = "#F6F4EF", "#1B1F24", "#FFF1CC"
_LONGEST = 32_767
"""Characters in a cell of Excel."""


def write(about: About, batches: Iterable[Batch], path: Path) -> None:
    """Write the workbook.

    Raises:
        TooLarge: more venues than a sheet has rows.
    """
    options = {"constant_memory": True, "tmpdir": str(path.parent), "default_date_format": "yyyy-mm-dd"}
    with Workbook(str(path), options) as book:
        book.set_properties({"title": about.title, "subject": about.version})
        sheet = book.add_worksheet("支付场所" if about.lang == "zh" else "Venues")
        formats = _lay_out(book, sheet, about)
        for row, cells in enumerate(_rows(about, batches), 1):
            if row > MOST_ROWS:
                raise TooLarge(f"a sheet of Excel holds {MOST_ROWS:,} venues: choose fewer, or take CSV")
            _write_row(sheet, row, cells, formats)
        sheet.autofilter(0, 0, sheet.dim_rowmax or 0, len(about.columns) - 1)


def _rows(about: About, batches: Iterable[Batch]) -> Iterator[tuple[Any, ...]]:
    for batch in batches:
        yield from zip(*about.in_words(batch), strict=True)


def _lay_out(book: Workbook, sheet: Worksheet, about: About) -> list[Format | None]:
    """Widths, headings and what is held still; the format of each column's cells."""
    text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy-mm-dd"})
    formats = [{Kind.NUMBER: None, Kind.DATE: day}.get(column.kind, text) for column in about.columns]
    paper = SANDBOX if about.simulated else PAPER
    head = book.add_format({"bold": True, "bg_color": paper, "font_color": INK, "bottom": 1, "valign": "vcenter"})
    for number, (column, form) in enumerate(zip(about.columns, formats, strict=True)):
        folded = {"level": 1, "hidden": True} if column.beside else {}
        sheet.set_column(number, number, column.width, form, folded)
    for number, heading in enumerate(about.headings):
        sheet.write_string(0, number, heading, head)
    sheet.set_row(0, 24)
    sheet.freeze_panes(1, 0)
    sheet.set_header(f"&L{about.title.replace('&', '&&')}")
    sheet.repeat_rows(0)
    sheet.set_landscape()
    return formats


def _write_row(sheet: Worksheet, row: int, cells: tuple[Any, ...], formats: list[Format | None]) -> None:
    for number, value in enumerate(cells):
        if value is None:
            continue
        if isinstance(value, str):
            sheet.write_string(row, number, value[:_LONGEST], formats[number])
        elif isinstance(value, date):
            sheet.write_datetime(row, number, value, formats[number])
        else:
            sheet.write_number(row, number, value, formats[number])
