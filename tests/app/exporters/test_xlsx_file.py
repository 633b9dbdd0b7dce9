"""What Excel makes of the workbook."""

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from starlette.testclient import TestClient

from app.errors import TooLarge
from app.exporters import xlsx_file
from app.exporters.chosen import View, chosen
from app.exporters.formats import FORMATS
from app.exporters.rows import batches
from app.exporters.told import about


@pytest.fixture
def sheet(client: TestClient, tmp_path: Path) -> Worksheet:
    """The sheet of the register's workbook."""
    path = tmp_path / "venues.xlsx"
    path.write_bytes(client.get("/api/v1/exports/venues.xlsx").content)
    return openpyxl.load_workbook(path).active


def cell(sheet: Worksheet, heading: str, row: int) -> openpyxl.cell.Cell:
    """The cell below a heading."""
    (column,) = [head.column for head in sheet[1] if head.value == heading]
    return sheet.cell(row, column)


def test_the_headings_stand_still(sheet: Worksheet) -> None:
    """They stay when one scrolls and when one prints, and rows can be filtered."""
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.auto_filter.ref.endswith("5")


def test_cells_are_what_they_mean(sheet: Worksheet) -> None:
    """A number that is a name is text, a day is a day, a position a number; no text is a formula."""
    number, day, lon = (cell(sheet, heading, 2) for heading in ("编号", "开业日期", "经度"))
    assert (number.value, number.data_type, number.number_format) == ("001020304050", "s", "@")
    assert (day.value, day.is_date) == (datetime(2020, 2, 29), True)  # noqa: DTZ001 - Excel knows no zones
    assert (lon.value, lon.data_type) == (115.95, "n")
    assert (cell(sheet, "名称", 3).value, cell(sheet, "名称", 3).data_type) == ("=1+1", "s")


def test_what_statuses_rest_on_is_folded_away(sheet: Worksheet) -> None:
    """The ledger's columns are in sight, those beside a status are one click away."""
    shown = {head.value for head in sheet[1] if not sheet.column_dimensions[head.column_letter].hidden}
    assert {"名称", "受理境外银行卡", "接受现金"} <= shown
    assert cell(sheet, "受理境外银行卡核实日期", 1).value not in shown or _grouped(sheet)


def _grouped(sheet: Worksheet) -> bool:
    """Whether the columns are in a group that begins further left (openpyxl names a run by its first column)."""
    column = cell(sheet, "受理境外银行卡核实日期", 1).column
    return any(d.hidden and d.outlineLevel == 1 and d.min <= column <= d.max for d in sheet.column_dimensions.values())


def test_more_than_a_sheet_holds_is_refused(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Excel would lose the rest without a word; we say what to do instead."""
    monkeypatch.setattr(xlsx_file, "MOST_ROWS", 3)
    with (
        chosen(client.app.state.register, View()) as found,
        pytest.raises(TooLarge, match="CSV"),
    ):
        FORMATS["xlsx"].write(about(found, "zh"), batches(found), tmp_path / "venues.xlsx")
