"""Days as people write them in China, and as Excel counts them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.importers.clean.read import NOTHING, Read, refused, remarked
from app.importers.clean.text import is_blank, key, tidy
from app.importers.sources.table import Cell

EARLIEST = date(2000, 1, 1)
OLDEST = date(1900, 1, 2)
"""Excel shows an empty or broken date as 1900-01-00 or -01."""
SERIALS = (1, 80_000)
DAYS_TO_1904 = 1462
DIGITS = str.maketrans("〇零○Ｏ一二三四五六七八九", "0000123456789")
_SEPARATOR = r"[-/.·、年_]"
_FULL = re.compile(rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}})[-/.·、月_](\d{{1,2}})[日号]?")
_SHORT = re.compile(r"(\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?")
_SOLID = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_MONTH = re.compile(rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}})月?份?")
_DAY = re.compile(r"(\d{1,2})[月/.-](\d{1,2})[日号]?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_TIME = re.compile(
    r"[t,]?(?:上午|下午|早上|晚上)?\d{1,2}[:时点]\d{1,2}(?:[:分]\d{0,2}(?:\.\d+)?)?[秒分]?(?:z|[+-]\d{2}:?\d{2})?$"
)
_WEEKDAY = re.compile(r"\(?(?:星期|周)[一二三四五六日天]\)?$")
_VAGUE = re.compile(r"季度|半年|上旬|中旬|下旬|[初底末]$|年度|q[1-4]|左右|前后")
_TENS = re.compile(r"([二三]?)十([一二三四五六七八九]?)")
LONGEST_DAY = 8
"""Longer texts hold a time as well."""
WRITE = ("请写成 2024-07-03 这样的日期", "write a day such as 2024-07-03")


@dataclass(frozen=True, slots=True)
class Days:
    """How days are to be read.

    today: later ones are wrong. earliest: earlier ones are.
    year: of a day without one (7月3日), where header or title says it. epoch_1904: how the workbook counts.
    """

    today: date
    earliest: date = EARLIEST
    year: int | None = None
    epoch_1904: bool = False


def read_date(cell: Cell, days: Days) -> Read:
    """The day that a cell names."""
    if is_blank(cell):
        return NOTHING
    if isinstance(cell, datetime):
        return _checked(cell.date(), cell, days)
    if isinstance(cell, date):
        return _checked(cell, cell, days)
    if isinstance(cell, bool | time | timedelta):
        return _unreadable(cell)
    if isinstance(cell, int | float):
        return _number(float(cell), cell, days)
    return _text(cell, days)


def _number(number: float, cell: Cell, days: Days) -> Read:
    if _SOLID.fullmatch(tidy(cell)):
        return _text(tidy(cell), days)
    if not SERIALS[0] <= number <= SERIALS[1]:
        return _unreadable(cell)
    serial = int(number) + (DAYS_TO_1904 if days.epoch_1904 else 0)
    if serial <= 60:  # noqa: PLR2004 - Excel counts a 29 February 1900 that never was
        return _checked(date(1899, 12, 31) + timedelta(min(serial, 59)), cell, days)
    return _checked(date(1899, 12, 30) + timedelta(serial), cell, days)


def _text(cell: Cell, days: Days) -> Read:
    text = _WEEKDAY.sub("", key(cell).rstrip("。.;,"))
    text = _TIME.sub("", text) if len(text) > LONGEST_DAY else text
    text = _TENS.sub(_tens, text).translate(DIGITS)
    for pattern, build in _PATTERNS:
        if found := pattern.fullmatch(text):
            return build(*map(int, found.groups()), cell, days)
    if re.fullmatch(r"[1-9]\d{4}(\.\d+)?", text):
        return _number(float(text), cell, days)
    return _vague(cell) if _VAGUE.search(text) or re.fullmatch(r"\d{4}年?", text) else _unreadable(cell)


def _tens(found: re.Match[str]) -> str:
    tens = "一二三".find(found[1]) + 1 if found[1] else 1
    return f"{tens}{found[2] or '0'}".translate(DIGITS)


def _built(year: int, month: int, day: int, cell: Cell, days: Days) -> Read:
    try:
        return _checked(date(year, month, day), cell, days)
    except ValueError:
        return refused(
            "date_impossible",
            f"“{tidy(cell)}”不是存在的日期；{WRITE[0]}",
            f"{tidy(cell)!r} is no day that exists: {WRITE[1]}",
        )


def _short(year: int, month: int, day: int, cell: Cell, days: Days) -> Read:
    return _built(2000 + year, month, day, cell, days)


def _month(year: int, month: int, cell: Cell, days: Days) -> Read:
    if not 1 <= month <= 12:  # noqa: PLR2004 - months
        return _unreadable(cell)
    found = _built(year, month, 1, cell, days)
    if found.value is None:
        return found
    told = f"{found.value:%Y-%m-%d}"
    return remarked(
        found.value,
        "date_month",
        f"“{tidy(cell)}”只写到月份，按 {told} 记",
        f"{tidy(cell)!r} names a month: taken as {told}",
    )


def _day_first(first: int, second: int, year: int, cell: Cell, days: Days) -> Read:
    if first > 12 >= second:  # noqa: PLR2004 - months
        return _built(year, second, first, cell, days)
    if second > 12 >= first or first == second:  # noqa: PLR2004 - months
        return _built(year, first, second, cell, days)
    return refused(
        "date_ambiguous",
        f"“{tidy(cell)}”分不清日和月；{WRITE[0]}",
        f"{tidy(cell)!r}: which is the day and which the month? {WRITE[1]}",
    )


def _yearless(month: int, day: int, cell: Cell, days: Days) -> Read:
    if days.year is None:
        return refused(
            "date_without_year", f"“{tidy(cell)}”没有年份；{WRITE[0]}", f"{tidy(cell)!r} has no year: {WRITE[1]}"
        )
    found = _built(days.year, month, day, cell, days)
    if found.value is None:
        return found
    told = f"{found.value:%Y-%m-%d}"
    return remarked(
        found.value,
        "date_year_from_title",
        f"“{tidy(cell)}”没有年份，按表头或标题的 {days.year} 年记为 {told}",
        f"{tidy(cell)!r} has no year: taken as {told}, by the year in header or title",
    )


def _checked(day: date, cell: Cell, days: Days) -> Read:
    if day > days.today:
        return refused(
            "date_future", f"日期 {day} 在今天之后；请改为实际日期", f"{day} is after today: give the day when it was"
        )
    if day < days.earliest:
        return refused(
            "date_too_early",
            f"日期 {day} 早于 {days.earliest}（原文“{tidy(cell)}”）；{WRITE[0]}",
            f"{day} is before {days.earliest} (written {tidy(cell)!r}): {WRITE[1]}",
        )
    return Read(day)


def _vague(cell: Cell) -> Read:
    return refused(
        "date_vague",
        f"“{tidy(cell)}”不是某一天；{WRITE[0]}，可填该时段的最后一天",
        f"{tidy(cell)!r} is no single day: {WRITE[1]}, perhaps the last one of that period",
    )


def _unreadable(cell: Cell) -> Read:
    return refused(
        "date_unreadable", f"“{tidy(cell)}”不是可识别的日期；{WRITE[0]}", f"{tidy(cell)!r} is no date: {WRITE[1]}"
    )


def year_in(*texts: str) -> int | None:
    """The one year that titles name; None where they name none or several."""
    years = {int(y) for text in texts for y in re.findall(r"(?<!\d)(20\d{2})\s*[年.\-/_]", tidy(text))}
    return years.pop() if len(years) == 1 else None


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[..., Read]], ...] = (
    (_FULL, _built),
    (_SOLID, _built),
    (_SHORT, _short),
    (_MONTH, _month),
    (_DAY_FIRST, _day_first),
    (_DAY, _yearless),
)
