"""A whole ledger: a file in, records out, each fault at its place."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from app.errors import BadFile
from app.importers.kinds import Column, Line
from app.importers.ledger import Ledger, Progress, read_ledger
from app.importers.opened import read_lines
from app.importers.record import Record, Said
from ledger_files import csv_file, workbook, xls_file

TODAY = date(2026, 11, 24)
REGIONS = {"东昌府区": "371502", "莘县": "371522", "高新区": "371500-gxq"}
HEAD = "编号,名称,类别,县区,经度,纬度,坐标系,受理外卡,卡组织,现金,核实日期\n"


def read(path: Path, columns: Mapping[str, int] | None = None, progress: Progress | None = None) -> Ledger:
    """The ledger in a file."""
    return read_ledger(path, path.name, columns=columns, regions=REGIONS, progress=progress, today=TODAY)


def of_csv(
    tmp_path: Path, text: str, columns: Mapping[str, int] | None = None, progress: Progress | None = None
) -> Ledger:
    """The ledger in a CSV text."""
    return read(csv_file(tmp_path / "a.csv", text), columns, progress)


def codes(record: Record) -> list[tuple[str, str, bool]]:
    """What is said of a record: letter of the column, code, whether it refuses the row."""
    return [(fault.letter, fault.code, fault.refuses) for fault in record.faults]


def messy(path: Path) -> Path:
    """A workbook with everything that a real one has."""
    rows: list[list[Any]] = [
        ["聊城市重点商户台账（2024年）"],
        ["填报单位：示例银行"],
        ["序号", "商户名称", "商户类型", "县（市、区）", "经度(GCJ-02)", "纬度", "是否受理外卡", "卡组织",
         None, "核实时间"],
        [None, None, None, None, None, None, None, "Visa", "万事达"],
        [1, "示例甲店 ", "饭店", "莘县", 115.67, 36.23, "是", "√", "×", "7月3日"],
        [2, "示例乙店", "超 市", None, 36.24, 115.68, "否", None, None, "2024年8月1日"],
        [None, "小计", None, None, None, None, 2],
        ["序号", "商户名称", "商户类型", "县（市、区）"],
        [3, "示例丙店", "汽修", "历下区", "东经", 36.2, "也许", None, None, "2024年第二季度"],
        ["合计", None, None, None, None, None, 3],
        ["制表人：示例"],
    ]  # fmt: skip
    return workbook(path, rows, merges=["A1:J1", "D5:D6", "H3:I3", *(f"{c}3:{c}4" for c in "ABCDEFGJ")])


def test_a_messy_workbook_becomes_records(tmp_path: Path) -> None:
    """Titles, two header rows, merged cells, subtotals, footers: three rows of data, under their own numbers."""
    ledger = read(messy(tmp_path / "a.xlsx"))
    assert (ledger.header_row, [r.row for r in ledger.records], ledger.unknown_columns) == (4, [5, 6, 9], {})
    first, second, _ = ledger.records
    assert first.values == {"name_zh": "示例甲店", "category": "restaurant", "region": "371522"}
    assert first.said == {"foreign_card": Said("yes", {"visa": "yes", "mastercard": "no"})}
    assert (first.observed_at, first.lon, first.lat, first.datum) == (date(2024, 7, 3), 115.67, 36.23, "gcj02")
    assert codes(first) == [("C", "category_ambiguous", False), ("J", "date_year_from_title", False)]
    assert (second.values["region"], second.lon, second.lat) == ("371522", 115.68, 36.24)
    assert codes(second) == [("E", "coordinates_swapped", False)]
    assert not second.refused


def test_every_fault_of_a_row_is_told_at_once(tmp_path: Path) -> None:
    """Row, the column as the file calls it, its letter, and the mend in both languages."""
    record = read(messy(tmp_path / "a.xlsx")).records[2]
    assert record.refused
    assert codes(record) == [
        ("C", "category_unknown", True), ("D", "region_unknown", True), ("E", "coordinate_unreadable", True),
        ("G", "status_unreadable", True), ("J", "date_vague", True),
    ]  # fmt: skip
    fault = record.faults[3]
    assert (fault.row, fault.column) == (9, "是否受理外卡")
    assert fault.message_zh == "“也许”不是可识别的状态；请填 是、否、部分 或 未知"
    assert fault.message_en == "'也许' is no status: write yes, no, limited or unknown"


def test_the_same_ledger_reads_alike_in_any_table(tmp_path: Path) -> None:
    """xlsx, xls, CSV."""
    rows = [["名称", "类别", "县区", "经度", "纬度", "坐标系", "受理外卡", "核实日期"],
            ["示例店", "超市", "莘县", 115.67, 36.23, "百度", "是", "2024-07-03"]]  # fmt: skip
    text = "\n".join(",".join(map(str, row)) for row in rows) + "\n"
    files = [workbook(tmp_path / "a.xlsx", rows), xls_file(tmp_path / "a.xls", rows)]
    files.append(csv_file(tmp_path / "a.csv", text, "gb18030"))
    values = {"name_zh": "示例店", "category": "supermarket", "region": "371522"}
    day = date(2024, 7, 3)
    wanted = Record(2, values, {"foreign_card": Said("yes")}, {}, day, 115.67, 36.23, "bd09")
    assert [read(path).records for path in files] == [[wanted]] * 3


def test_columns_that_somebody_chose_hold(tmp_path: Path) -> None:
    """In place of what the header says, also where it says nothing that we know."""
    text = "甲,乙,丙\n示例店,超市,莘县\n"
    chosen = {"name_zh": 0, "category": 1, "region": 2}
    (record,) = of_csv(tmp_path, text, columns=chosen).records
    assert record.values == {"name_zh": "示例店", "category": "supermarket", "region": "371522"}
    known = "名称,英文名,类别\n示例店,Sample,超市\n"
    ledger = of_csv(tmp_path, known, columns={"name_zh": 1, "category": 2})
    assert (ledger.records[0].values["name_zh"], ledger.unknown_columns) == ("Sample", {0: "名称"})


@pytest.mark.parametrize(
    ("chosen", "says"), [({"name_zh": 9}, "there is no column 10"), ({"colour": 0}, "'colour' is no field")]
)
def test_columns_that_are_not_there_are_refused(tmp_path: Path, chosen: dict[str, int], says: str) -> None:
    """With their name."""
    with pytest.raises(BadFile, match=says):
        of_csv(tmp_path, "名称,类别\n示例店,超市\n", columns=chosen)


def test_a_table_without_a_header_is_refused(tmp_path: Path) -> None:
    """The sentence says what stands where a header should."""
    with pytest.raises(BadFile, match=r"row 1: no row names the columns \(such as 名称\); this one says 示例店, 超市"):
        of_csv(tmp_path, "示例店,超市\n示例二店,餐饮\n")


@pytest.mark.parametrize("end", ["示例二", "示例二店,超市", "2,示例二店,超市,莘县,115"])
def test_a_csv_that_is_cut_in_a_row_is_refused(tmp_path: Path, end: str) -> None:
    """A last line with too few cells and no end."""
    with pytest.raises(BadFile, match="row 3: the last line has fewer than 11 cells") as caught:
        of_csv(tmp_path, f"{HEAD}1,示例店,超市,莘县,115.6,36.2,gps,是,,,2024-07-03\n{end}")
    assert "文件可能被截断" in caught.value.zh


def test_a_footer_without_a_line_break_is_no_cut(tmp_path: Path) -> None:
    """Nor is a whole last row, nor a short row that ends."""
    row = "1,示例店,超市,莘县,115.6,36.2,gps,是,,,2024-07-03"
    for end in ("合计,1", "备注：虚构", row.replace("1,", "2,", 1), "3,示例三店,超市\n"):
        assert len(of_csv(tmp_path, f"{HEAD}{row}\n{end}").records) in {1, 2}


def test_a_row_needs_a_name(tmp_path: Path) -> None:
    """An English one will do."""
    first, second = of_csv(tmp_path, "名称,英文名称,类别,县区\n,Sample Hotel,酒店,\n,,超市,莘县\n").records
    assert (first.values["name_zh"], codes(first)) == ("Sample Hotel", [("A", "name_only_english", False)])
    assert codes(second) == [("A", "name_missing", True)]


@pytest.mark.parametrize(
    ("lon", "lat", "place", "said"),
    [
        ("115.6", "36.2", (115.6, 36.2), []), ("115.6", "", (None, None), [("E", "position_half", True)]),
        ("0", "0", (None, None), [("E", "position_zero", False)]), ("", "", (None, None), []),
        ("115.6", "北", (None, None), [("F", "coordinate_unreadable", True)]),
        ("E115°36′0″", "N36°12′0″", (115.6, 36.2), []),
        ("36.2", "115.6", (115.6, 36.2), [("E", "coordinates_swapped", False)]),
    ],
)  # fmt: skip
def test_a_position_is_two_numbers_or_none(
    tmp_path: Path, lon: str, lat: str, place: tuple[Any, Any], said: list[Any]
) -> None:
    """Half of one refuses the row; none is none."""
    (record,) = of_csv(tmp_path, f"{HEAD}1,示例店,超市,莘县,{lon},{lat},高德,是,,,2024-07-03\n").records
    assert ((record.lon, record.lat), codes(record)) == (place, said)
    assert record.datum == ("gcj02" if place[0] else None)


def test_a_datum_comes_from_row_then_header_then_file(tmp_path: Path) -> None:
    """Or is not known; a word that is no datum refuses the row."""
    rows = "\n".join(f'店,"115.6,36.2",{datum}' for datum in ("GCJ-02", "", "未知", "北京54"))
    records = of_csv(tmp_path, f"名称,百度经纬度,坐标系\n{rows}\n").records
    assert [r.datum for r in records] == ["gcj02", "bd09", "bd09", "bd09"]
    assert codes(records[3]) == [("C", "datum_unknown", True)]
    heads = {
        "名称,经度,纬度": None,
        "名称,经度,纬度(BD-09)": "bd09",
        "台账（坐标系：GCJ-02）,,\n名称,经度,纬度": "gcj02",
    }
    for head, datum in heads.items():
        assert of_csv(tmp_path, f"{head}\n甲,115.6,36.2\n").records[0].datum == datum


def test_a_zone_is_no_county(tmp_path: Path) -> None:
    """It stands in a column of its own."""
    (record,) = of_csv(tmp_path, "名称,县区\n示例店,高新区\n").records
    assert record.values == {"name_zh": "示例店", "zone": "371500-gxq"}


def test_what_goes_beside_the_venue_is_kept_apart(tmp_path: Path) -> None:
    """Key merchant, licence, acquirer, terminals; what nobody understands is told."""
    head = "名称,是否重点商户,对私结售汇,收单机构,受理外卡,终端数量,开业日期,审批文号"
    ledger = of_csv(tmp_path, f"{head}\n示例店,是,否,示例银行,是,2,2019-05-01,X1\n")
    (record,) = ledger.records
    assert record.extra == {"key_merchant": True, "fx_licence": False, "acquirer": "示例银行"}
    assert record.said == {"foreign_card": Said("yes", {}, {"terminals": 2})}
    assert (record.values["opened_on"], ledger.unknown_columns) == (date(2019, 5, 1), {7: "审批文号"})


def test_formulas_nuls_and_halves_of_characters_are_told(tmp_path: Path) -> None:
    """Each at its row and column."""
    records = of_csv(tmp_path, "名称,类别,备注\n示例\0店,超市,好\n示例店,#REF!,好\n示例店,超市,\ufffd坏\n").records
    assert [codes(r) for r in records] == [
        [("A", "characters_removed", False)], [("B", "formula_error", True)], [("C", "characters_lost", True)],
    ]  # fmt: skip


def test_days_of_a_1904_workbook(tmp_path: Path) -> None:
    """Numbers that nobody formatted count from there as well."""
    rows = [["名称", "核实日期"], ["示例店", date(2024, 7, 3)], ["示例二店", 45476 - 1462]]
    path = workbook(tmp_path / "a.xlsx", rows)
    book = openpyxl.load_workbook(path)
    book.epoch = CALENDAR_MAC_1904
    book.save(path)
    assert [r.observed_at for r in read(path).records] == [date(2024, 7, 3)] * 2


def test_remarks_on_the_file_are_faults_without_a_row(tmp_path: Path) -> None:
    """Sheets that were not read."""
    path = workbook(tmp_path / "a.xlsx", [["名称", "类别"], ["示例店", "超市"]], 选项=[["是"], ["否"]])
    ledger = read(path)
    assert [(f.row, f.code, f.refuses) for f in ledger.faults] == [(None, "file", False)]
    assert "选项" in ledger.faults[0].message_zh


def test_progress_is_told_column_by_column(tmp_path: Path) -> None:
    """Up to the last one."""
    told: list[tuple[int, int]] = []
    text = f"{HEAD}1,示例店,超市,莘县,115.6,36.2,gps,是,Visa,是,2024-07-03\n"
    of_csv(tmp_path, text, progress=lambda *done: told.append(done))
    assert told == [(n, 11) for n in range(1, 12)]


def test_other_ledgers_give_their_cells_as_they_are(tmp_path: Path) -> None:
    """By the columns that they have; blanks are None, subtotals no line."""
    named = {"bank": "银行", "month": "月份", "packs": "零钱包数量"}
    columns = [Column(field, zh, field) for field, zh in named.items()]
    rows = [["示例银行", "2024-07", 30], ["/", "2024-08", 5], ["合计", None, 35]]
    path = workbook(tmp_path / "a.xlsx", [["零钱包台账"], list(named.values()), *rows])
    opened, lines = read_lines(path, "a.xlsx", columns)
    assert lines == [
        Line(3, {"bank": "示例银行", "month": "2024-07", "packs": 30}),
        Line(4, {"bank": None, "month": "2024-08", "packs": 5}),
    ]
    assert opened.header_row == 2


STATUS = st.sampled_from(["yes", "no", "limited", "unknown"])
NAME = st.text("示例甲乙丙丁（）·ABC 123", min_size=3, max_size=20).map(lambda s: " ".join(s.split())).filter(bool)


@given(
    st.lists(
        st.tuples(NAME, STATUS, st.floats(115.3, 116.5), st.floats(35.7, 37.1), st.dates(date(2000, 1, 1), TODAY)),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, rows: list[Any]) -> None:
    """Names, statuses, positions and days of any ledger, through CSV."""
    folder = tmp_path_factory.mktemp("ledger")
    lines = [f"示例{n},{s},{x!r},{y!r},{d}" for n, s, x, y, d in rows]
    records = of_csv(folder, "\n".join(["名称,现金,经度,纬度,核实日期", *lines, ""])).records
    told = [(r.values["name_zh"], r.said["cash"].status, r.lon, r.lat, r.observed_at) for r in records]
    assert told == [(f"示例{n}", *others) for n, *others in rows]
