"""The Excel file that a ledger is filled in with: headers in both languages, an example, lists to choose from."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # xlsxwriter has no types
from xlsxwriter.utility import xl_col_to_name, xl_range_abs  # type: ignore[import-untyped]  # as above

from app.importers.clean.text import tidy
from app.importers.kinds import REFUSE, Column, Line, Outcome, Remark
from app.ledgers.books import Books
from app.ledgers.fields import Field, both
from app.vocabulary import SCHEMES

EXAMPLE = "示例"
"""How the cell begins that tells an example from a row."""
NOTE = both("note", "填报备注", "Remark", ("备注", "note", "说明"))
EXAMPLE_WORDS = f"{EXAMPLE}（导入时忽略，可删除） example: not taken"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS = 5_000
"""As far down as the lists to choose from reach."""
KINDS = {
    "text": ("文字", "text"),
    "long": ("文字", "text"),
    "number": ("整数", "whole number"),
    "day": ("日期，如 2026-03-31", "day, such as 2026-03-31"),
    "month": ("月份，如 2026-03", "month, such as 2026-03"),
    "choice": ("从列表中选择", "choose from the list"),
    "flag": ("是 或 否", "yes or no"),
    "schemes": ("卡组织，用“;”分隔", "card schemes, parted by ;"),
    "venue": ("登记册中的编号或名称", "number or name as in the register"),
    "status": ("是、否 或 部分；未试则留空", "yes, no or limited; empty where it was not tried"),
}


def template(zh: str, en: str, fields: Sequence[Field], books: Books) -> bytes:
    """The workbook: a sheet to fill in, one that explains it, and a hidden one with the choices."""
    made = BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "constant_memory": False})
    sheet, told, lists = (book.add_worksheet(name) for name in ("填报 Fill in", "说明 Notes", "lists"))
    lists.hide()
    look = _formats(book)
    place = 0
    for field in fields:
        for column in field.columns:
            _head(sheet, place, column, look, required=field.required)
            sheet.write(1, place, _example(field, column), look["example"])
            _choose(sheet, lists, place, _choices(field, books))
            place += 1
    _head(sheet, place, NOTE, look, required=False)
    sheet.write(1, place, EXAMPLE_WORDS, look["example"])
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 34)
    _explain(told, f"{zh} {en}", fields, look)
    book.close()
    return made.getvalue()


def as_example(line: Line, fields: Sequence[Field]) -> Outcome | None:
    """What becomes of a row that is marked as the example: not taken, typed over or not; None of any other row."""
    if not tidy(line.cells.get(NOTE.field)).startswith(EXAMPLE):
        return None
    untouched = all(tidy(line.cells.get(c.field)) == _example(f, c) for f in fields for c in f.columns)
    return Outcome(line.row, REFUSE, remarks=[_UNTOUCHED if untouched else _STILL_MARKED])


_UNTOUCHED = Remark("", "example", "示例行，不导入", "an example, not taken", "note")
_STILL_MARKED = Remark(
    NOTE.zh,
    "example_mark",
    "这一行仍带有示例标记：请清空该单元格",
    "the row still carries the example mark: clear that cell",
    "error",
)


def _formats(book: Any) -> dict[str, Any]:  # noqa: ANN401 - xlsxwriter has no types
    head = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#e8eff6"}
    return {
        "head": book.add_format(head),
        "needed": book.add_format({**head, "bg_color": "#fff1cc"}),
        "example": book.add_format({"italic": True, "font_color": "#565f6b", "bg_color": "#f6f4ef"}),
        "plain": book.add_format({"text_wrap": True, "valign": "top"}),
        "text": book.add_format({"num_format": "@"}),
    }


def _head(sheet: Any, place: int, column: Column, look: dict[str, Any], *, required: bool) -> None:  # noqa: ANN401 - xlsxwriter has no types
    sheet.set_column(place, place, max(14, len(column.zh) * 2 + 2, len(column.en) + 2), look["text"])
    sheet.write(0, place, f"{column.zh}\n{column.en}", look["needed" if required else "head"])


def _example(field: Field, column: Column) -> str:
    if field.kind == "venue":
        return "A-001" if column.field == "external_id" else "示例大酒店"
    return field.example


def _choices(field: Field, books: Books) -> list[str]:
    """The words to choose from in a column; none where anything may be written."""
    if field.kind == "choice" and field.choices is not None:
        return [term.zh for term in field.choices(books)]
    if field.kind == "flag":
        return ["是", "否"]
    return ["是", "部分", "否"] if field.kind == "status" else []


def _choose(sheet: Any, lists: Any, place: int, words: Sequence[str]) -> None:  # noqa: ANN401 - xlsxwriter has no types
    if not words:
        return
    lists.write_column(0, place, words)
    where = f"=lists!{xl_range_abs(0, place, len(words) - 1, place)}"
    sheet.data_validation(
        1,
        place,
        ROWS,
        place,
        {
            "validate": "list",
            "source": where,
            "error_type": "warning",
            "error_title": "不在列表中",
            "error_message": "请从列表中选择。Choose from the list.",
        },
    )


def _explain(sheet: Any, title: str, fields: Sequence[Field], look: dict[str, Any]) -> None:  # noqa: ANN401 - xlsxwriter has no types
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 2, 22)
    sheet.set_column(3, 3, 10)
    sheet.set_column(4, 5, 44)
    sheet.write(0, 0, title, look["head"])
    lines = [
        ("一行一条；第二行是示例，导入时忽略。", "One row each; the second row is an example and is not taken."),
        (
            "黄色表头必填。同一条再次导入不会重复，只会更正。",
            "Yellow headers must be filled in. What is imported again is not doubled but corrected.",
        ),
    ]
    for number, (zh, en) in enumerate(lines, 1):
        sheet.write(number, 0, f"{zh} {en}")
    heads = ("列", "表头", "Header", "必填", "填写方法", "How to fill in")
    sheet.write_row(4, 0, heads, look["head"])
    for number, row in enumerate(_rows(fields), 5):
        sheet.write_row(number, 0, row, look["plain"])


def _rows(fields: Sequence[Field]) -> Iterable[tuple[str, ...]]:
    columns = [(field, column) for field in fields for column in field.columns]
    for number, (field, column) in enumerate(columns):
        kind_zh, kind_en = KINDS[field.kind]
        zh = f"{kind_zh}。{field.hint_zh}" if field.hint_zh else kind_zh
        en = f"{kind_en}. {field.hint_en}" if field.hint_en else kind_en
        if field.kind == "schemes":
            zh, en = f"{zh}：{'、'.join(SCHEMES)}", f"{en}: {', '.join(SCHEMES)}"
        needed = "是 yes" if field.required else ""
        yield (xl_col_to_name(number), column.zh, column.en, needed, zh, en)
