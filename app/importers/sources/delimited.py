"""Tables of text: CSV in the encodings and with the separators that Excel, WPS and databases write."""

import csv
import io
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from app.importers.apostrophe import bare
from app.importers.sources import limits
from app.importers.sources.refusal import unreadable
from app.importers.sources.table import Table, letter

SEPARATORS = (",", ";", "\t")
LOOKED_AT = 64 * 1024
"""Characters from which the separator is told."""


def read_csv(path: Path, name: str) -> Table:
    """The cells of a CSV file as text.

    Raises:
        BadFile: neither UTF-8, UTF-16 with a mark nor GB18030; a quote that is never closed; too large.
    """
    text = _decoded(path.read_bytes(), name)
    text, separator = _separator(text)
    rows = list(_rows(text, separator, name))
    if "'" in text:
        rows = [[bare(cell) if cell[:1] == "'" else cell for cell in row] for row in rows]
    table = Table(rows, list(range(1, len(rows) + 1)), "", "csv")
    table.may_be_cut = not text.endswith(("\n", "\r"))
    return table


def _decoded(content: bytes, name: str) -> str:
    for mark, encoding in ((BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be")):
        if content.startswith(mark):
            return _strictly(content.removeprefix(mark), encoding, name)
    if b"\0" in content[:LOOKED_AT] and content[:LOOKED_AT].count(0) > len(content[:LOOKED_AT]) // 10:
        raise unreadable(
            name,
            "不是文本，或是没有标记（BOM）的 UTF-16；请另存为 CSV UTF-8",
            "is no text, or UTF-16 without its mark: save it as CSV UTF-8",
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        cut = error.reason == "unexpected end of data" and error.start > 0
        return _strictly(content, "utf-8" if cut else "gb18030", name)


def _strictly(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        if error.end >= len(content) or "end of data" in error.reason or "truncated" in error.reason:
            raise unreadable(
                name,
                "文件在一个字符中间断开；请重新上传完整的文件",
                "the file ends in the middle of a character: send it again, whole",
                row=row,
            ) from error
        at = error.start - content.rfind(b"\n", 0, error.start)
        raise unreadable(
            name,
            f"该行第 {at} 个字节不是 UTF-8 或 GB18030 文字；请另存为 CSV UTF-8",
            f"byte {at} of the line is no text in UTF-8 or GB18030: save the file as CSV UTF-8",
            row=row,
        ) from error


def _separator(text: str) -> tuple[str, str]:
    """The text without Excel's `sep=` line, and what separates its cells."""
    if text[:4].lower() == "sep=" and text[4:5] in SEPARATORS:
        return text[5:].lstrip("\r").removeprefix("\n"), text[4]
    lines = [_outside_quotes(line) for line in text[:LOOKED_AT].splitlines()[:50] if line.strip()]
    scores = {separator: _score(Counter(line.count(separator) for line in lines)) for separator in SEPARATORS}
    return text, max(scores, key=lambda separator: scores[separator])


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _score(counts: Counter[int]) -> int:
    """Many separators in many lines alike: the number of lines times what each of them holds, for the best number."""
    return max((number * lines for number, lines in counts.items()), default=0)


def _rows(text: str, separator: str, name: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            limits.check_rows(name, number)
            if len(row) > limits.COLUMNS and any(row[limits.COLUMNS :]):
                raise limits.column_too_far(name, letter(limits.COLUMNS), number)
            yield row
    except csv.Error as error:
        zh, en = _mend(str(error))
        raise unreadable(name, zh, en, row=number + 1) from error


def _mend(error: str) -> tuple[str, str]:
    if "unexpected end" in error:
        return (
            '引号（"）打开后没有闭合，文件可能被截断；请重新上传完整的文件',
            'a quotation mark (") opens a cell that is never closed: is the file cut off? Send it again, whole',
        )
    if "field larger" in error:
        return (
            '单元格超过 131,072 个字符，引号（"）可能没有闭合',
            'a cell is longer than 131,072 characters: is a quotation mark (") never closed?',
        )
    return (
        '引号（"）闭合后还有文字；单元格内的引号请写两遍',
        'text follows a closing quotation mark ("): write quotation marks inside a cell twice',
    )
