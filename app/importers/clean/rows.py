"""Which rows of a table hold data: not titles, subtotals, footers, repeated headers or nothing at all."""

import re
from collections.abc import Sequence

from app.importers.clean.header import Header
from app.importers.clean.text import is_blank, key, tidy
from app.importers.sources.table import Cell, Table, is_written

TOTAL = re.compile(
    r".{0,12}(?:合计|小计|总计|共计|累计|汇总|总数|subtotal|grandtotal|total|sum)[:：]?(?:共?[\d,.]+[家户个台处条]?)?"
)
COUNT = re.compile(r"\s*共?\s*[\d,.，．]+\s*[家户个台处条]?\s*")
"""What a subtotal says where a name should stand."""
FOOTER = re.compile(
    r"^(?:制表人?|填报人|填表人|审核人?|负责人|经办人|复核人?|填报单位|制表单位|报送单位|单位负责人|联系人|联系电话"
    r"|制表日期|填报日期|填表日期|填报时间|制表时间|报送日期|备注|注|说明|填表说明|数据来源|preparedby|notes?|source|signature)(?:\([^)]{1,6}\))?[:：]"
)  # fmt: skip
SECTION = re.compile(r"^(?:[(（]?[一二三四五六七八九十]+[)）]?[、.．]|第[一二三四五六七八九十]+[部分章节])")
SUSPECT = re.compile(
    "计|汇总|总数|total|sum|[:：]|^ *[一二三四五六七八九十(（第]|^[\\d.()（）]+$|名 *称|name", re.IGNORECASE
)
"""What a title, a subtotal, a footer or a header may hold where a name should stand."""
FILLED_DOWN = frozenset({
    "region", "zone", "category", "level", "operator", "acquirer", "datum", "observed_at", "source", "source_kind",
})  # fmt: skip
"""What holds for every row of a cell that is merged over several."""
MOST_PATTERN = 40


def data_rows(table: Table, header: Header, columns: dict[str, int]) -> list[int]:
    """The indexes of the rows that hold data, in order.

    Args:
        table: all cells, merged ones filled down.
        header: where the data begins, and what repeats it.
        columns: the columns that matter, by field.
    """
    heading = {i: key(name.rpartition("//")[2]) for i, name in enumerate(header.names) if name}
    name_at = next((columns[f] for f in ("name_zh", "name_en") if f in columns), None)
    across = {m.top for m in table.merges if m.right - m.left >= 2 and m.top == m.bottom}  # noqa: PLR2004 - a title spans more
    first = header.row + header.height
    return [
        i for i in range(first, len(table.rows)) if not _is_none(table.rows[i], heading, name_at, merged=i in across)
    ]


def fill_down(table: Table, columns: dict[str, int], first: int) -> None:
    """Write what a cell merged over several rows says into each of them, in columns where it holds for all."""
    filled = {columns[field] for field in FILLED_DOWN if field in columns}
    for merge in table.merges:
        if merge.left == merge.right and merge.left in filled and merge.bottom > merge.top >= first:
            _fill(table.rows, merge.top, merge.bottom, merge.left)


def _fill(rows: list[list[Cell]], top: int, bottom: int, column: int) -> None:
    said = rows[top][column] if column < len(rows[top]) else None
    for row in rows[top + 1 : bottom + 1]:
        if column < len(row):
            row[column] = said


def closes(row: Sequence[Cell]) -> bool:
    """Whether a row is a subtotal, a footer, or empty: what ends a table."""
    written = [cell for cell in row if is_written(cell)]
    return not written or _is_footer(written[0]) or any(map(_is_total, written[:3]))


def _is_none(row: Sequence[Cell], heading: dict[int, str], name_at: int | None, *, merged: bool) -> bool:
    name = row[name_at] if name_at is not None and name_at < len(row) else None
    named = isinstance(name, str) and not is_blank(name) and COUNT.fullmatch(name) is None
    if isinstance(name, str) and named and not merged and SUSPECT.search(name) is None and name not in heading.values():
        return False  # nearly every row of a ledger: the name of a shop
    written = [i for i, cell in enumerate(row) if is_written(cell)]
    if not written:
        return True
    if (not named or written[0] == name_at) and closes(row):
        return True
    if len(written) == 1 and (merged or not named or SECTION.match(tidy(row[written[0]]))):
        return True
    return _repeats(row, written, heading) or _counts(row, written)


def _is_footer(cell: Cell) -> bool:
    return isinstance(cell, str) and FOOTER.match(key(cell[:MOST_PATTERN])) is not None


def _is_total(cell: Cell) -> bool:
    return isinstance(cell, str) and len(cell) <= MOST_PATTERN and TOTAL.fullmatch(key(cell)) is not None


def _repeats(row: Sequence[Cell], written: list[int], heading: dict[int, str]) -> bool:
    """Whether at least half of what the row says, and two cells, is what the header says there."""
    if not isinstance(row[written[0]], str) or not any(i in heading for i in written[:3]):
        return False
    same = 0
    for i in written[:6]:
        if isinstance(row[i], str) and heading.get(i) == key(row[i]):
            same += 1
        elif same == 0 and i != written[0]:
            return False
    return same >= 2 and same * 2 >= min(len(written), 6)  # noqa: PLR2004 - one word may be chance


def _counts(row: Sequence[Cell], written: list[int]) -> bool:
    """Whether the row numbers the columns, as 1, 2, 3 do."""
    if len(written) < 3 or tidy(row[written[0]]).strip("()（）") != "1":  # noqa: PLR2004 - two numbers may be data
        return False
    return [tidy(row[i]).strip("()（）") for i in written] == [str(n) for n in range(1, len(written) + 1)]
