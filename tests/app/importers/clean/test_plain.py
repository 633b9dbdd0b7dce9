"""Text, telephone numbers, numbers; and characters that no text holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.importers.clean.plain import read_number, read_phone, read_text
from app.importers.clean.text import is_blank, key, odd_characters, tidy
from app.importers.clean.whole import whole_cell


@given(st.text())
def test_tidying_twice_changes_nothing(text: str) -> None:
    """And leaves no strange space, no control character, no half of a character."""
    once = tidy(text)
    assert tidy(once) == once
    assert not odd_characters(once)
    assert once == once.strip()
    assert key(once) == key(text)


@given(st.integers(0, 10**14))
def test_a_number_that_is_a_name_keeps_its_digits(number: int) -> None:
    """Excel gives every number as a float; full width means the same."""
    wide = str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert tidy(float(number)) == tidy(number) == tidy(wide) == str(number)


def test_chinese_punctuation_stays() -> None:
    """Brackets of a name are part of it."""
    assert tidy("示例·杏花坞餐厅（古楼街道１号店）") == "示例·杏花坞餐厅（古楼街道1号店）"


def test_a_text_that_is_too_long_refuses_the_row() -> None:
    """The sentence says how long it may be."""
    assert read_text(5)("12345").value == "12345"
    (note,) = read_text(5)("123456").notes
    assert note.refuses
    assert "5" in note.zh
    assert "at most 5" in note.en


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("0635-8412345", "0635-8412345"), ("０６３５－８４１２３４５", "0635-8412345"),
        ("(0635)8412345转801", "(0635)8412345转801"),
        (13800001234.0, "13800001234"), ("0635—8412345、8412346", "0635-8412345;8412346"),
        ("+86 635 8412345", "+86 635 8412345"),
        ("0635 - 8412345", "0635-8412345"), ("/", None),
    ],
)  # fmt: skip
def test_a_telephone_number(cell: object, phone: str | None) -> None:
    """With area code, extension, several of them, or as the number that Excel made of it."""
    assert read_phone(cell) == (phone, ())


def test_a_number_that_excel_has_spoilt_is_not_taken() -> None:
    """1.38E+10 has lost its digits; other text is kept; both are told."""
    assert [(n.code, n.refuses) for n in read_phone("1.38E+10").notes] == [("phone_lost", False)]
    assert read_phone("1.38E+10").value is None
    read = read_phone("见门口")
    assert (read.value, read.notes[0].code) == ("见门口", "phone_odd")


def test_numbers_with_units() -> None:
    """Metres and machines; words are no number."""
    assert [read_number(c).value for c in ("150米", "2台", 3, "约200", "1,500")] == [150, 2, 3, 200, 1500]
    assert [read_number(c).notes[0].refuses for c in ("很多", True, "-1")] == [True] * 3


@pytest.mark.parametrize("shown", ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#name?"])
def test_a_failed_formula_refuses_the_row(shown: str) -> None:
    """Whatever the column; a shop may be called #1."""
    read = whole_cell(shown, read_text(100))
    assert (read.value, [(n.code, n.refuses) for n in read.notes]) == (None, [("formula_error", True)])
    assert whole_cell("#1号店", read_text(100)).value == "#1号店"


def test_characters_that_no_text_holds() -> None:
    """A NUL is removed with a remark; half a character, or the mark of a lost one, refuses the row."""
    read = whole_cell("示例\0店", read_text(100))
    assert (read.value, [(n.code, n.refuses) for n in read.notes]) == ("示例店", [("characters_removed", False)])
    assert "U+0000" in read.notes[0].en
    for lost in ("示例\ud800店", "示例\ufffd店"):
        assert [(n.code, n.refuses) for n in whole_cell(lost, read_text(100)).notes] == [("characters_lost", True)]


def test_a_long_run_of_spaces_is_blank() -> None:
    """As is a dash, but not a word."""
    assert all(is_blank(c) for c in (None, "", " " * 100, "　", "—", "／", "null"))
    assert not any(is_blank(c) for c in (0, False, "无", "0", 0.0))
