"""Text as people type it in cells, made plain."""

import re
import unicodedata
from datetime import date, datetime

from app.importers.sources.table import Cell

WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum()}
"""Full-width digits and letters; full-width punctuation is proper Chinese and stays."""
_STRANGE = "\u00a0\u1680\u202f\u205f\u3000\t\r\n\v\f\u2028\u2029\x85" + "".join(map(chr, range(0x2000, 0x200B)))
SPACES = dict.fromkeys(map(ord, _STRANGE), " ")
GONE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e"))
PLAIN = {**WIDE, **SPACES, **GONE}
ODD = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffd]")
"""What no text holds: control characters, halves of characters, the mark of a character that was lost."""
BLANKS = frozenset(
    {"", "/", "／", "//", "\\", "-", "--", "---", "—", "——", "－", "_", "*", "无数据", "null", "none", "nan", "<null>"}
)
"""What people write into a cell to say that they write nothing."""
LONGEST_BLANK = max(map(len, BLANKS)) + 8
"""A longer cell says something, or is nothing but spaces."""
_UNTIDY = re.compile(f"[{re.escape(''.join(map(chr, PLAIN)))}]|  |{ODD.pattern}")
_RUNS = re.compile(" {2,}")


def tidy(cell: Cell) -> str:
    """A cell as text that may be kept: no strange spaces or characters, digits and letters of one width.

    >>> tidy(" Ｖｉｐ　１２８号（东） "), tidy(1001.0), tidy(None)
    ('Vip 128号（东）', '1001', '')
    """
    if not isinstance(cell, str):
        return _written(cell)
    if _UNTIDY.search(cell) is None:
        return cell.strip(" ")
    return _RUNS.sub(" ", ODD.sub("", cell.translate(PLAIN))).strip()


def key(cell: Cell) -> str:
    """A cell as a word to be looked up: one width, lower case, no space at all.

    >>> key(" Ｖｉｓａ 卡"), key("县（市、区）")
    ('visa卡', '县(市、区)')
    """
    text = tidy(cell)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return text.casefold().replace(" ", "")


def is_blank(cell: Cell) -> bool:
    """Whether a cell says nothing: empty, spaces, or a dash or stroke."""
    if not isinstance(cell, str):
        return cell is None
    if len(cell) > LONGEST_BLANK:
        return cell.isspace()
    return tidy(cell).lower() in BLANKS


def written(cell: Cell) -> str:
    """As `tidy`, but "" for a dash or stroke that stands for nothing."""
    text = tidy(cell)
    return "" if len(text) <= LONGEST_BLANK and text.lower() in BLANKS else text


def odd_characters(text: str) -> str:
    """The characters of a text that no text holds, by their numbers; "" where there are none."""
    if ODD.search(text) is None:
        return ""
    return ", ".join(sorted({f"U+{ord(c):04X}" for c in ODD.findall(text)}))


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:  # noqa: PLR2004 - all digits are exact
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return str(cell)[:19]
    return str(cell).strip()
