"""Days as people write them."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.importers.clean.dates import OLDEST, Days, read_date, year_in

TODAY = date(2026, 11, 24)
DAYS = Days(TODAY)
DAY = st.dates(date(2000, 1, 1), TODAY)
NUMERALS = "〇一二三四五六七八九"


def spoken(number: int) -> str:
    """A number up to 31 in Chinese."""
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else NUMERALS[tens]) + "十" if tens else ""
    return head + (NUMERALS[ones] if ones else "")


def forms(day: date) -> list[object]:
    """Everything that a day may look like in a cell."""
    year = "".join(NUMERALS[int(c)] for c in str(day.year))
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    return [
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}/{day.month:02}/{day.day:02}",
        f" {day.year} 年 {day.month} 月 {day.day} 日 ",
        f"{day:%Y-%m-%d}".translate(wide),
        f"{day:%Y%m%d}",
        float(f"{day:%Y%m%d}"),
        f"{day:%y}-{day.month}-{day.day}",
        f"{year}年{spoken(day.month)}月{spoken(day.day)}日",
        f"{day:%Y-%m-%d} 14:30:00",
        f"{day:%Y-%m-%d}T14:30:00Z",
        f"{day.year}年{day.month}月{day.day}日（星期三）",
        day,
        datetime(day.year, day.month, day.day, 9, 30),  # noqa: DTZ001 - a workbook knows no time zone
        (day - date(1899, 12, 30)).days,
        (day - date(1899, 12, 30)).days + 0.75,
    ]


@given(DAY)
def test_every_way_to_write_a_day_means_that_day(day: date) -> None:
    """Chinese, Western, full width, in words, with a time, as a number of days: nothing is said of it."""
    for form in forms(day):
        assert read_date(form, DAYS) == (day, ()), form


@given(DAY)
def test_a_workbook_of_1904_counts_from_there(day: date) -> None:
    """Its serial numbers are 1462 lower."""
    serial = (day - date(1904, 1, 1)).days
    if serial > 0:
        assert read_date(serial, Days(TODAY, epoch_1904=True)).value == day


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("7月3日", "date_without_year"),
        ("2024年第二季度", "date_vague"),
        ("2024年上半年", "date_vague"),
        ("2024年7月上旬", "date_vague"),
        ("2024年", "date_vague"),
        ("2024", "date_vague"),
        ("2024-02-30", "date_impossible"),
        ("3/7/2024", "date_ambiguous"),
        ("2026-11-25", "date_future"),
        ("1999-12-31", "date_too_early"),
        (date(1900, 1, 1), "date_too_early"),
        (36, "date_too_early"),
        (60, "date_too_early"),
        (0.5, "date_unreadable"),
        (time(9, 30), "date_unreadable"),
        (timedelta(1), "date_unreadable"),
        (True, "date_unreadable"),
        ("已核实", "date_unreadable"),
        (1e12, "date_unreadable"),
    ],
)
def test_what_is_no_day_refuses_the_row(cell: object, code: str) -> None:
    """With a sentence in both languages that shows what to write; nothing is guessed."""
    read = read_date(cell, DAYS)
    (note,) = read.notes
    assert (read.value, note.code, note.refuses) == (None, code, True)
    assert note.zh
    assert note.en


def test_a_month_alone_is_its_first_day_with_a_remark() -> None:
    """So that it never lies in the future and never looks fresher than it is."""
    for cell in ("2024/7", "2024年7月", "2024年07月份"):
        read = read_date(cell, DAYS)
        assert (read.value, [n.code for n in read.notes], read.notes[0].refuses) == (
            date(2024, 7, 1),
            ["date_month"],
            False,
        )


def test_a_year_comes_from_the_title_with_a_remark() -> None:
    """A day without a year takes the one that header or title names, if they name just one."""
    read = read_date("7月3日", Days(TODAY, year=2024))
    assert (read.value, read.notes[0].code, read.notes[0].refuses) == (date(2024, 7, 3), "date_year_from_title", False)
    assert year_in("聊城市商户台账（2024年第三季度）", "Sheet1") == 2024
    assert year_in("2023年、2024年台账") is None
    assert year_in("台账") is None


def test_a_day_first_date_is_read_where_only_one_reading_exists() -> None:
    """The 25th month does not exist."""
    assert read_date("25/7/2024", DAYS).value == read_date("7/25/2024", DAYS).value == date(2024, 7, 25)


def test_blanks_and_strokes_say_nothing() -> None:
    """No fault, no day."""
    assert [read_date(cell, DAYS) for cell in (None, "", " ", "/", "——", "　")] == [(None, ())] * 6


def test_an_opening_day_may_be_old() -> None:
    """A hospital of 1952 is no mistake."""
    assert read_date("1952年5月1日", Days(TODAY, earliest=OLDEST)).value == date(1952, 5, 1)
