"""CSV in the encodings and with the separators that people's programs write."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadFile
from app.importers.sources import limits, read_table
from ledger_files import csv_file

TEXT = '名称,县区,备注\r\n示例店,莘县,"两行\n备注，含逗号,"\r\n\r\n示例二店,冠县,\r\n'
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_encoding_and_separator_gives_the_same_cells(tmp_path: Path, encoding: str, separator: str) -> None:
    """With a mark or without; line breaks in quotes stay, and blank lines count."""
    text = TEXT.replace(",", separator)
    table = read_table(csv_file(tmp_path / "a.csv", text, encoding), "a.csv")
    assert table.rows[1] == ["示例店", "莘县", f"两行\n备注，含逗号{separator}"]
    assert table.rows[2] == []
    assert (table.rows[3], table.row_numbers) == (["示例二店", "冠县", ""], [1, 2, 3, 4])
    assert (table.kind, table.may_be_cut) == ("csv", False)


def test_utf_16_big_end_first(tmp_path: Path) -> None:
    """As some programs write it."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xfe\xff" + TEXT.encode("utf-16-be"))
    assert read_table(path, "a.csv").rows[3] == ["示例二店", "冠县", ""]


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n'"), max_size=12)


@given(rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    """Any text in any cell, by Python's own writer."""
    text = io.StringIO()
    csv.writer(text).writerows([["名称", "县区", "备注"], *rows])
    path = csv_file(tmp_path_factory.mktemp("csv") / "a.csv", text.getvalue(), "utf-8-sig")
    assert read_table(path, "a.csv").rows[1:] == rows


def test_the_line_that_tells_excel_the_separator_is_no_row(tmp_path: Path) -> None:
    """`sep=;` stands above the first row."""
    table = read_table(csv_file(tmp_path / "a.csv", "sep=;\r\n名称;县区\r\n示例,店;莘县\r\n"), "a.csv")
    assert table.rows == [["名称", "县区"], ["示例,店", "莘县"]]


def test_a_guard_against_formulas_is_taken_off(tmp_path: Path) -> None:
    """Exports put an apostrophe before what a spreadsheet would reckon."""
    table = read_table(csv_file(tmp_path / "a.csv", "名称,县区\n'=示例店,'tis\n"), "a.csv")
    assert table.rows[1] == ["=示例店", "'tis"]


def refusal(path: Path) -> str:
    """The sentence with which a file is refused; the Chinese one names the file as well."""
    with pytest.raises(BadFile) as caught:
        read_table(path, "台账.csv")
    assert caught.value.zh.startswith("台账.csv")
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('名称,备注\n示例店,"没有闭合\n示例二店,x\n'.encode(),
         'row 2: a quotation mark (") opens a cell that is never closed'),
        ('名称,备注\n示例店,"引号"后\n'.encode(), "row 2: text follows a closing quotation mark"),
        ("名称,备注\n示例店,好\n".encode()[:-2], "row 2: the file ends in the middle of a character"),
        ("名称,备注\n示例店,好\n".encode("gb18030") + b"\xff\xff,1\n",
         "row 3: byte 1 of the line is no text in UTF-8 or GB18030"),
        ("名称,备注\n示例店,好\n".encode("utf-16-le"), "is no text, or UTF-16 without its mark"),
        (b"a,b\n" + b"x" * 131_073 + b",1\n", "row 2: a cell is longer than 131,072 characters"),
        (b"\n", "the file is empty"),
        (b"", "the file is empty"),
        (b" , ,\n,,\n", "the file is empty"),
        ((",".join(f"c{i}" for i in range(300)) + "\n").encode(),
         "row 1, column GS: there is something beyond column 200"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_trusted_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    """With the row, and what to do."""
    path = tmp_path / "a"
    path.write_bytes(content)
    assert sentence in refusal(path)


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the number that may be sent at once."""
    monkeypatch.setattr(limits, "ROWS", 3)
    assert "row 4: at most 3 rows are read at once" in refusal(
        csv_file(tmp_path / "a", "名称,县区\n" + "店,莘县\n" * 5)
    )


def test_a_last_line_that_does_not_end_is_told(tmp_path: Path) -> None:
    """Whoever reads the rows decides what it means."""
    assert read_table(csv_file(tmp_path / "a", "名称,县区\n示例店"), "a").may_be_cut
