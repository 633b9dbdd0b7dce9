"""A template, filled in as its user would, comes back as it was meant."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from sqlalchemy.orm import Session

from app.importers.kinds import Line, Outcome
from app.importers.opened import read_lines
from app.ledgers.books import books
from app.ledgers.kinds import KINDS, LEDGERS
from app.ledgers.list_kind import FIELDS
from app.ledgers.template import EXAMPLE_WORDS, NOTE, template
from app.settings import Settings

from .test_kinds import GOOD, WRITERS, units  # noqa: F401 - the register that these need


def made(session: Session, settings: Settings, key: str) -> bytes:
    """The template of a ledger."""
    fields = LEDGERS[key].fields if key in LEDGERS else FIELDS
    return template(KINDS[key].zh, KINDS[key].en, fields, books(session, WRITERS[key], settings))


def filled_in(content: bytes, rows: list[dict[str, object]], columns: dict[str, int], path: Path) -> Path:
    """The workbook with rows below its example."""
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    for number, row in enumerate(rows, 3):
        for name, value in row.items():
            sheet.cell(number, columns[name] + 1, value)
    book.save(path)
    return path


def read_back(path: Path, key: str) -> list[Line]:
    """The rows of the file as the import reads them."""
    _, lines = read_lines(path, path.name, KINDS[key].columns)
    return lines


@pytest.fixture
def taken(session: Session, settings: Settings, tmp_path: Path) -> Callable[[str], list[Outcome]]:
    """A function that fills the template of a ledger in with its good row, and gives what becomes of each row."""

    def take(key: str) -> list[Outcome]:
        columns = {c.field: n for n, c in enumerate(KINDS[key].columns)}
        path = filled_in(made(session, settings, key), [GOOD[key]], columns, tmp_path / f"{key}.xlsx")
        return KINDS[key].stage(session, read_back(path, key), WRITERS[key], settings)

    return take


@pytest.mark.parametrize("key", KINDS)
def test_a_filled_in_template_comes_back(taken: Callable[[str], list[Outcome]], key: str) -> None:
    """The example is not taken, the row is; every header is recognised."""
    example, row = taken(key)
    said = [(r.code, r.level) for r in example.remarks]
    assert (example.outcome, example.cells, said) == ("refuse", {}, [("example", "note")])
    assert (row.outcome, [r.code for r in row.remarks if r.level == "error"]) == ("new", [])


@pytest.mark.parametrize("key", KINDS)
def test_a_row_typed_over_the_example_is_not_lost_in_silence(session: Session, settings: Settings, key: str) -> None:
    """It is refused, and the remark says which cell to clear."""
    typed = Line(2, {**GOOD[key], NOTE.field: EXAMPLE_WORDS})
    (outcome,) = KINDS[key].stage(session, [typed], WRITERS[key], settings)
    (remark,) = outcome.remarks
    assert (outcome.outcome, remark.level, remark.column) == ("refuse", "error", NOTE.zh)
    assert remark.en == "the row still carries the example mark: clear that cell"
    assert "示例标记" in remark.zh


@pytest.mark.parametrize("key", KINDS)
def test_a_template_explains_itself(session: Session, settings: Settings, key: str) -> None:
    """Both languages in each header, one line per column on the second sheet, and lists where there is a choice."""
    book = openpyxl.load_workbook(BytesIO(made(session, settings, key)))
    sheet, told, hidden = book.worksheets
    columns = KINDS[key].columns
    heads = [cell.value for cell in sheet[1]]
    assert heads == [f"{c.zh}\n{c.en}" for c in columns]
    assert [row[1].value for row in told.iter_rows(min_row=6)] == [c.zh for c in columns[:-1]]
    assert hidden.sheet_state == "hidden"
    fields = LEDGERS[key].fields if key in LEDGERS else FIELDS
    chosen = sum(f.kind in {"choice", "flag", "status"} for f in fields)
    assert len(sheet.data_validations.dataValidation) == chosen


def test_a_template_holds_no_macro_and_no_link(session: Session, settings: Settings) -> None:
    """Nothing that a careful office would refuse."""
    names = ZipFile(BytesIO(made(session, settings, "change_packs"))).namelist()
    assert not [name for name in names if "vba" in name.lower() or "externalLink" in name]


def test_the_lists_hold_the_register_s_banks(session: Session, settings: Settings) -> None:
    """Only banks where a bank is asked for."""
    book = openpyxl.load_workbook(BytesIO(made(session, settings, "change_packs")))
    assert [cell.value for cell in book.worksheets[2]["A"] if cell.value] == ["中国银行", "中国工商银行"]
