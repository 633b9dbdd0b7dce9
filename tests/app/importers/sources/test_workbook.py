"""Workbooks, well-made and hostile."""

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from app.errors import BadFile
from app.importers.sources import Merge, limits, read_table
from app.importers.sources.table import Table
from ledger_files import workbook, xls_file

ROWS = [["名称", "县区", "经度"], ["示例店", "莘县", 115.98], [None, None, None], ["示例二店", None, 1]]
HALF_PAST_NINE = datetime.fromisoformat("2024-07-03T09:30:00")
"""Without a time zone, as a workbook knows none."""
SHEET = "xl/worksheets/sheet1.xml"


def by_rows(table: Table) -> float:
    """Longer sheets look better."""
    return len(table.rows)


def rewritten(path: Path, edit: Callable[[str, bytes], bytes], *, add: dict[str, bytes] | None = None) -> Path:
    """The workbook with each part edited, and some added."""
    with zipfile.ZipFile(path) as packed:
        parts = {part: packed.read(part) for part in packed.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for part, content in (parts | (add or {})).items():
            packed.writestr(part, edit(part, content))
    return path


def with_cells(path: Path, xml: bytes) -> Path:
    """The workbook with more cells behind its last row."""
    return rewritten(path, lambda part, c: c.replace(b"</sheetData>", xml + b"</sheetData>") if part == SHEET else c)


def refusal(path: Path, name: str = "台账.xlsx") -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(BadFile) as caught:
        read_table(path, name)
    assert caught.value.zh.startswith(name)
    assert caught.value.zh != str(caught.value)
    return str(caught.value)


def test_cells_keep_their_rows_and_types(tmp_path: Path) -> None:
    """Texts, numbers, days, times; blank rows count, hidden rows are read, merges are told."""
    rows: list[list[Any]] = [
        ["名称", "核实日期", "是"],
        ["示例店", date(2024, 7, 3), True],
        [None],
        ["示例二店", HALF_PAST_NINE, 2],
    ]
    path = workbook(tmp_path / "a.xlsx", rows, merges=["A2:A3"])
    book = openpyxl.load_workbook(path)
    book.active.row_dimensions[4].hidden = True
    book.active["A4"].comment = openpyxl.comments.Comment("a note", "somebody")
    book.save(path)
    table = read_table(path, "a.xlsx")
    assert table.rows == [
        ["名称", "核实日期", "是"],
        ["示例店", date(2024, 7, 3), True],
        ["", "", ""],
        ["示例二店", HALF_PAST_NINE, 2.0],
    ]
    assert (table.row_numbers, table.merges, table.kind, table.sheet) == (
        [1, 2, 3, 4],
        (Merge(1, 0, 2, 0),),
        "xlsx",
        "台账",
    )


def test_an_old_workbook_reads_alike(tmp_path: Path) -> None:
    """BIFF8, as it was before 2007."""
    table = read_table(xls_file(tmp_path / "a.xls", ROWS), "a.xls")
    assert (table.rows, table.kind) == (
        [["名称", "县区", "经度"], ["示例店", "莘县", 115.98], ["", "", ""], ["示例二店", "", 1.0]],
        "xls",
    )


def test_failed_formulas_are_shown(tmp_path: Path) -> None:
    """So that their rows can be refused; a formula's last result is its cell."""
    path = workbook(tmp_path / "a.xlsx", [["名称", "经度"], ["示例店", None]])
    cells = b'<row r="3"><c r="A3"><f>B1</f><v>115.5</v></c><c r="B3" t="e"><f>A1/0</f><v>#DIV/0!</v></c></row>'
    assert read_table(with_cells(path, cells), "a.xlsx").rows[2] == [115.5, "#DIV/0!"]


def test_the_sheet_that_looks_most_like_a_ledger_is_taken(tmp_path: Path) -> None:
    """The others are named in a remark, hidden ones are not looked at."""
    path = workbook(tmp_path / "a.xlsx", [["说明"]], sheet="封面", 商户=ROWS, 选项=[["是"], ["否"]], 空表=[])
    book = openpyxl.load_workbook(path)
    book["选项"].sheet_state = "hidden"
    book.save(path)
    table = read_table(path, "a.xlsx", by_rows)
    assert table.sheet == "商户"
    assert table.remarks == [("读取的是工作表“商户”；未读取：封面。", "The sheet 商户 was read; these were not: 封面.")]


def test_macros_are_not_run_and_told_of(tmp_path: Path) -> None:
    """Only the cells are read; under the name of a plain workbook the file is refused."""
    path = rewritten(
        workbook(tmp_path / "a.xlsm", ROWS), lambda _, content: content, add={"xl/vbaProject.bin": b"\xd0\xcf"}
    )
    table = read_table(path, "a.xlsm")
    assert (table.kind, table.rows[1][0]) == ("xlsm", "示例店")
    assert "nothing was run" in table.remarks[0][1]
    assert "an Excel workbook with macros" in refusal(path)


def test_a_workbook_of_1904_says_so(tmp_path: Path) -> None:
    """Its serial numbers count from another day; days themselves are right already."""
    path = workbook(tmp_path / "a.xlsx", [["核实日期"], [date(2024, 7, 3)]])
    book = openpyxl.load_workbook(path)
    book.epoch = CALENDAR_MAC_1904
    book.save(path)
    table = read_table(path, "a.xlsx")
    assert (table.epoch_1904, table.rows[1][0]) == (True, date(2024, 7, 3))
    assert not read_table(workbook(path, ROWS), "a.xlsx").epoch_1904


def test_a_cell_far_away_is_refused_before_it_costs_memory(tmp_path: Path) -> None:
    """With sheet, row and column; an empty formatted cell there is nothing."""
    far = b'<row r="1048576"><c r="C1048576" t="n"><v>1</v></c></row>'
    assert "sheet 台账, row 1048576, column C: at most 200,000 rows" in refusal(
        with_cells(workbook(tmp_path / "a", ROWS), far)
    )
    wide = b'<row r="9"><c s="1" r="XFD9"><v>1</v></c></row>'
    assert "sheet 台账, row 9, column XFD: there is something beyond column 200" in refusal(
        with_cells(workbook(tmp_path / "a", ROWS), wide)
    )
    hidden = b"<row r='900000'><c><v>1</v></c></row>"
    assert "row 900000" in refusal(with_cells(workbook(tmp_path / "a", ROWS), hidden))
    styled = b'<row r="1048576" ht="15"><c r="XFD1048576" s="1"/></row>'
    assert len(read_table(with_cells(workbook(tmp_path / "a", ROWS), styled), "a").rows) == 4


def test_300_columns_are_refused(tmp_path: Path) -> None:
    """In either format, with the first column that is too many."""
    wide = [[f"列{i}" for i in range(250)]]
    assert "row 1, column GS: there is something beyond column 200" in refusal(workbook(tmp_path / "a", wide))
    assert "row 1, column GS" in refusal(xls_file(tmp_path / "b", wide), "b.xls")


def test_entities_are_refused(tmp_path: Path) -> None:
    """A sheet that declares some is no sheet."""
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    for part in (SHEET, "xl/workbook.xml"):
        path = rewritten(workbook(tmp_path / "a", ROWS), lambda p, c, part=part: bomb + c if p == part else c)
        assert "it is not opened" in refusal(path) or "is damaged" in refusal(path)


def test_a_part_that_is_too_large_is_refused_by_what_it_says_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without unpacking it."""
    path = workbook(tmp_path / "a", ROWS)
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 2000)
    assert "at most 0 MB are opened" in refusal(path)
    monkeypatch.undo()
    monkeypatch.setattr(limits, "UNPACKED_TOTAL", 2000)
    assert "unpacks to 0 MB" in refusal(path)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_workbook_that_is_cut_off_is_refused(tmp_path: Path, share: float) -> None:
    """Wherever it ends."""
    path = workbook(tmp_path / "a", ROWS)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    assert "is damaged or cut off" in refusal(path)


def test_a_reader_that_panics_is_a_damaged_file(tmp_path: Path) -> None:
    """Whatever single bytes are changed, the answer is a table or a sentence."""
    good = xls_file(tmp_path / "a", ROWS).read_bytes()
    for at in range(512, 1200, 7):
        (tmp_path / "b").write_bytes(good[:at] + b"\xff" + good[at + 1 :])
        try:
            read_table(tmp_path / "b", "b.xls")
        except BadFile as error:
            assert error.zh  # noqa: PT017 - either is right


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    """Sheets without a cell."""
    assert "there is nothing in any sheet" in refusal(workbook(tmp_path / "a", []))


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where no cell stands apart."""
    monkeypatch.setattr(limits, "ROWS", 3)
    assert "row 4: at most 3 rows" in refusal(workbook(tmp_path / "a", ROWS))
