"""What a spreadsheet makes of a CSV file."""

import csv
from datetime import date
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from app.exporters.csv_file import pieces
from app.exporters.rows import Batch
from app.exporters.told import About
from app.importers.apostrophe import FORMULA, bare, guarded

ABOUT = About("en", ("聊城市", "Liaocheng"), "v", simulated=False, regions={})
TEXTS = st.one_of(st.text(), st.text(alphabet="'=+-@\t\r\n＝1", max_size=6))


def written(name: str) -> list[list[str]]:
    """The cells of a file of one venue with this name."""
    row = dict.fromkeys(c.field for c in ABOUT.columns) | {"name_zh": name, "lon": -5.0, "opened_on": date(2020, 1, 2)}
    batch = Batch({field: [value] for field, value in row.items()}, [None])
    text = b"".join(pieces(ABOUT, [batch])).decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline="")))


@given(text=TEXTS)
def test_every_text_comes_back(text: str) -> None:
    """Whatever the text, also one that looks as if it had been made safe already."""
    assert bare(guarded(text)) == text


@given(text=TEXTS.filter(bool))
def test_no_cell_is_reckoned(text: str) -> None:
    """No text begins with what a spreadsheet reckons, and the reader gets the same text."""
    head, row = written(text.replace("\x00", ""))
    cell = row[head.index("name_zh")]
    assert not cell.startswith(tuple(FORMULA))
    assert bare(cell) == text.replace("\x00", "")


def test_a_number_stays_a_number() -> None:
    """A western longitude is no formula."""
    head, row = written("x")
    assert (row[head.index("lon")], row[head.index("opened_on")]) == ("-5.0", "2020-01-02")


def test_excel_is_told_the_encoding() -> None:
    """The file begins with the mark without which Excel takes Chinese for something else."""
    assert next(pieces(ABOUT, [])).startswith(b"\xef\xbb\xbf")
