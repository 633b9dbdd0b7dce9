"""Where a table begins, and which of its rows hold data."""

from typing import Any

from app.importers.clean.header import find_header, likeness
from app.importers.clean.rows import data_rows, fill_down
from app.importers.sources import Merge, Table

HEADER = ["序号", "商户名称", "县区", "类别", "受理外卡"]


def table(*rows: list[Any], merges: tuple[Merge, ...] = ()) -> Table:
    """A sheet of these rows."""
    return Table([list(row) for row in rows], list(range(1, len(rows) + 1)), "台账", "xlsx", merges=merges)


def numbers(sheet: Table) -> list[int]:
    """The numbers of its data rows."""
    header = find_header(sheet)
    assert header is not None
    return [sheet.row_numbers[i] for i in data_rows(sheet, header, header.guess.columns)]


def test_titles_stand_above_the_header() -> None:
    """However many: the row that names most columns is it."""
    sheet = table(
        ["聊城市商户台账"],
        ["填报单位：示例银行", None, "日期：2024年7月"],
        [],
        HEADER,
        [1, "示例店", "莘县", "超市", "是"],
    )
    header = find_header(sheet)
    assert (header.row, header.height, header.names) == (3, 1, tuple(HEADER))
    assert numbers(sheet) == [5]


def test_groups_stand_above_names() -> None:
    """卡组织 over Visa, 万事达, JCB: merged across, or, in a CSV, written once."""
    above = ["商户名称", "县区", "卡组织", None, None, "坐标", None]
    below = [None, None, "Visa", "万事达", "JCB", "经度", "纬度"]
    across = (Merge(0, 0, 1, 0), Merge(0, 1, 1, 1), Merge(0, 2, 0, 4), Merge(0, 5, 0, 6))
    for merges in (across, ()):
        header = find_header(table(above, below, ["示例店", "莘县", "√", "√", "×", 115.9, 36.4], merges=merges))
        assert header.height == 2
        assert set(header.guess.columns) == {"name_zh", "region", "foreign_card:visa", "foreign_card:mastercard",
                                             "foreign_card:jcb", "lon", "lat"}  # fmt: skip
        assert header.names[3] == "卡组织//万事达"


def test_a_group_tells_which_capability_a_scheme_is_of() -> None:
    """Visa below 外卡取现 is withdrawal."""
    sheet = table(
        ["名称", "县区", "受理外卡", None, "外卡取现", None],
        [None, None, "Visa", "JCB", "Visa", "JCB"],
        ["店", "莘县", 1, 0, 1, 0],
    )
    assert set(find_header(sheet).guess.columns) >= {"foreign_card:visa", "foreign_card_atm:visa"}


def test_a_first_row_of_data_is_not_taken_for_names() -> None:
    """A shop row whose cell says Visa does not become a header of two rows."""
    sheet = table(["名称", "类别", "支持卡种"], ["示例店", "超市", "Visa"])
    assert find_header(sheet).height == 1
    assert numbers(sheet) == [2]


def test_a_table_without_a_header_has_none() -> None:
    """Nor has one with a single word that we know."""
    assert find_header(table(["示例店", 115.9, 36.4], ["示例店二", 115.8, 36.5])) is None
    assert find_header(table(["名称", "甲", "乙"])) is None


def test_what_is_no_data_is_left_out() -> None:
    """Blank rows, subtotals, repeated headers, numbered columns, sections and footers; hidden words stay data."""
    sheet = table(
        HEADER, ["(1)", "(2)", "(3)", "(4)", "(5)"], ["一、东昌府区"], [1, "示例店", "东昌府区", "超市", "是"],
        [None] * 5,
        ["东昌府区小计", None, None, None, 1], ["序号", "商户 名称", "县区", "类别", "受理外卡"],
        [2, "示例二店", "莘县", "超市", "否"],
        ["", "　", None, "", ""], ["合 计", None, None, None, 2], [None, "总计", None, None, "2户"],
        ["制表人：某某", None, "审核：某某"], ["备注：以上数据截至2024年7月"], ["", "填报单位（盖章）：示例银行"],
    )  # fmt: skip
    assert numbers(sheet) == [4, 8]


def test_shops_with_odd_names_are_data() -> None:
    """合计 in a name, a colon in a name, a number as name, a name alone."""
    sheet = table(
        HEADER, [1, "示例合计美超市", "莘县", "超市", "是"], [2, "注:示例餐厅", "莘县", "餐饮", "是"],
        [3, "7-11", "莘县", "超市", "是"],
        [4, "一、二、三号店", "莘县", "超市", "否"], [None, "示例孤店", None, None, None],
        [5, None, "莘县", "超市", "是"],
    )  # fmt: skip
    assert numbers(sheet) == [2, 3, 4, 5, 6, 7]


def test_a_title_across_the_middle_is_no_data() -> None:
    """Merged over the columns, wherever it begins."""
    sheet = table(
        HEADER,
        [None, "东昌府区商户", None, None, None],
        [1, "示例店", "莘县", "超市", "是"],
        merges=(Merge(1, 1, 1, 4),),
    )
    assert numbers(sheet) == [3]


def test_merged_cells_fill_down_where_they_hold_for_all() -> None:
    """County, class and bank; not names, and not a block over several columns."""
    sheet = table(
        ["名称", "县区", "机构", "受理外卡"], ["示例甲", "莘县", "示例银行", "是"], ["示例乙", None, None, None],
        [None, None, None, None],
        merges=(Merge(1, 1, 2, 1), Merge(1, 2, 2, 2), Merge(1, 3, 2, 3), Merge(1, 0, 2, 0)),
    )  # fmt: skip
    header = find_header(sheet)
    fill_down(sheet, header.guess.columns, 1)
    assert sheet.rows[2] == ["示例乙", "莘县", "示例银行", None]
    assert sheet.rows[3] == [None] * 4


def test_a_ledger_looks_more_like_one_than_a_list_of_choices() -> None:
    """By the columns that it names, then by its rows."""
    ledger, choices = table(HEADER, [1, "示例店", "莘县", "超市", "是"]), table(*[["是"], ["否"]] * 50)
    assert likeness(ledger) > likeness(choices)
    assert likeness(table(HEADER, *[[1, "店", "莘县", "超市", "是"]] * 9)) > likeness(ledger)
