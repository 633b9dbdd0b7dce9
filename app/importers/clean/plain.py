"""Plain attributes: text of a bounded length, telephone numbers, numbers."""

import math
import re
from collections.abc import Callable

from app.importers.clean.read import NOTHING, Read, refused, remarked
from app.importers.clean.text import is_blank, tidy, written
from app.importers.sources.table import Cell

PHONE = re.compile(r"[+(\d][\d\-() ]{4,}(?:(?:转|ext\.?|分机|#|\*) ?\d{1,6})?", re.IGNORECASE)
LONGEST_PHONE = 60


def read_text(longest: int) -> Callable[[Cell], Read]:
    """A reader of text of at most so many characters."""

    def read(cell: Cell) -> Read:
        text = written(cell)
        if not text:
            return NOTHING
        if len(text) > longest:
            return refused(
                "too_long",
                f"超过 {longest} 字（现 {len(text)} 字）；请缩短",
                f"has {len(text)} characters, at most {longest}: shorten it",
            )
        return Read(text)

    return read


def read_phone(cell: Cell) -> Read:
    """A telephone number, or several separated by `;`; other text is kept with a remark."""
    text = written(cell)
    if not text:
        return NOTHING
    if " " not in text and PHONE.fullmatch(text):
        return Read(text)
    if re.search(r"\de\+\d", text, re.IGNORECASE):
        return remarked(
            None,
            "phone_lost",
            f"“{text}”：Excel 已丢失电话号码的后几位，未采用；请把该列设为文本后重填",
            f"{text!r}: Excel has lost digits of it, it is not taken: format the column as text and write it anew",
        )
    parts = [_phone(part) for part in re.split(r"[;；,，、/]|\s{2,}", text) if part.strip()]
    told = ";".join(parts)
    if len(told) > LONGEST_PHONE:
        return remarked(
            None,
            "too_long",
            f"电话超过 {LONGEST_PHONE} 字，未采用",
            f"the telephone number is longer than {LONGEST_PHONE} characters: not taken",
        )
    if not all(PHONE.fullmatch(part) for part in parts):
        return remarked(
            told,
            "phone_odd",
            f"“{told}”不像电话号码，按原文保留",
            f"{told!r} does not look like a telephone number: kept as it is",
        )
    return Read(told)


def _phone(part: str) -> str:
    plain = part.strip().translate(str.maketrans("－—–−（）", "----()"))
    return re.sub(r"\s*[-]\s*", "-", plain)


def read_number(cell: Cell) -> Read:
    """A number from 0 on; units after it are let be."""
    if is_blank(cell):
        return NOTHING
    found = re.fullmatch(r"约?(\d+(?:\.\d+)?)(?:米|m|台|个|部|家|户|%)?", tidy(cell).replace(",", ""), re.IGNORECASE)
    if found is None or isinstance(cell, bool) or not math.isfinite(float(found[1])):
        return refused("number_unreadable", f"“{tidy(cell)}”应为数字", f"{tidy(cell)!r} is no number")
    return Read(float(found[1]))
