"""The parts of a zipped workbook, looked through before anything of it is read.

How large the parts say they are, whether they unpack to that; whether a cell stands far away from all others
(the reader would need memory for everything between); whether the XML plays tricks; which formulas failed.
"""

import re
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from app.errors import BadFile
from app.importers.sources import limits
from app.importers.sources.refusal import damaged, locked, unreadable

CHUNK = limits.MIB
OVERLAP = 4096
"""Bytes seen twice: a tag on the edge of a chunk is seen whole at least once."""
QUOTE = rb"[\"']"
FAR = re.compile(rb"\br=[\"'](?:(?:[A-Z]{3}|G[S-Z]|[H-Z][A-Z])\d|[A-Z]{0,3}\d{6})")
FAILURE = re.compile(rb"\bt=[\"']e[\"']")
"""What nearly every chunk lacks: it is looked for first, which is ten times as fast."""
FAR_CELL = re.compile(
    rb"<(?:\w+:)?c\s[^<>]*?\br=" + QUOTE + rb"(?:([A-Z]{3}|G[S-Z]|[H-Z][A-Z])(\d{1,7})|([A-Z]{1,3})(\d{6,7}))" + QUOTE
    + rb"[^<>]*(?<!/)>(?!</)"
)  # fmt: skip
"""A cell with something in it that may be beyond the last row or column that is read (GR is the 200th)."""
FAR_ROW = re.compile(
    rb"<(?:\w+:)?row\s[^<>]*?\br=" + QUOTE + rb"(\d{6,7})" + QUOTE + rb"[^<>]*>\s*<(?:\w+:)?c(?![^<>]*\sr=)"
)
FAILED = re.compile(
    rb"<(?:\w+:)?c\s(?=[^<>]*\bt=[\"']e[\"'])[^<>]*?\br=" + QUOTE + rb"([A-Z]{1,3})(\d{1,7})" + QUOTE
    + rb"[^<>]*>(?:(?!</(?:\w+:)?c>).){0,2000}?<(?:\w+:)?v>([^<]{1,20})<", re.DOTALL
)  # fmt: skip
TRICKS = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
EPOCH_1904 = re.compile(rb"\bdate1904=" + QUOTE + rb"(?:1|true)" + QUOTE)
MOST_FAILED = 1000
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

TROUBLE = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, ValueError, OSError)
"""What a damaged archive raises."""
Failed = tuple[tuple[int, int, str], ...]


class Looked(NamedTuple):
    """What looking through a workbook found: failed formulas (row, column, shown) per sheet, and how it counts days."""

    failed: dict[str, Failed]
    epoch_1904: bool
    macros: bool


def look_through(path: Path, name: str) -> Looked:
    """What is to be known of a workbook before it is read.

    Raises:
        BadFile: it is damaged or larger than we open, or plays tricks; the sentence names sheet, row and column.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive, name)
            sheets = _sheets(archive)
            failed = {sheet: _look_at(archive, part, name, sheet) for part, sheet in sheets.items()}
            epoch = EPOCH_1904.search(_small(archive, "xl/workbook.xml")) is not None
            return Looked(failed, epoch, "xl/vbaProject.bin" in archive.namelist())
    except (*TROUBLE, ET.ParseError) as error:
        raise damaged(name) from error
    except RuntimeError as error:  # how zipfile tells of a part that is locked
        raise locked(name) from error


def _check_sizes(archive: zipfile.ZipFile, name: str) -> None:
    parts = archive.infolist()
    for part in parts:
        if part.file_size > limits.RATIO_FROM and part.file_size > limits.RATIO * max(part.compress_size, 1):
            raise unreadable(
                name,
                f"其中的 {part.filename} 压缩比异常（解压后 {_mib(part.file_size)}），不予打开；请在 Excel 中另存",
                f"its part {part.filename} unpacks to {_mib(part.file_size)} from nothing, as no sheet does: it is "
                "not opened; save it anew in Excel",
            )
    largest = max(parts, key=lambda part: part.file_size)
    if largest.file_size > limits.UNPACKED_BYTES:
        raise _too_large(name, largest.filename, largest.file_size)
    total = sum(part.file_size for part in parts)
    if total > limits.UNPACKED_TOTAL:
        raise _too_large(name, "xl", total)


def _too_large(name: str, part: str, size: int) -> BadFile:
    most = _mib(limits.UNPACKED_BYTES)
    return unreadable(
        name,
        f"其中的 {part} 解压后为 {_mib(size)}，最多打开 {most}；请拆成几个文件",
        f"its part {part} unpacks to {_mib(size)}; at most {most} are opened: cut the ledger into several files",
    )


def _mib(size: int) -> str:
    return f"{size / limits.MIB:,.0f} MB"


def _small(archive: zipfile.ZipFile, part: str) -> bytes:
    """A part of a few kilobytes; one that plays tricks is as good as damaged."""
    content = archive.read(part)
    if TRICKS.search(content):
        raise zipfile.BadZipFile(part)
    return content


def _sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of each worksheet and its name."""
    relations = ET.fromstring(_small(archive, "xl/_rels/workbook.xml.rels"))  # noqa: S314 - no entities, see _small
    targets = {r.get("Id"): r.get("Target", "") for r in relations}
    book = ET.fromstring(_small(archive, "xl/workbook.xml"))  # noqa: S314 - no entities, see _small
    named = {targets.get(s.get(RELATION), ""): s.get("name", "") for s in book.iter() if s.tag.endswith("}sheet")}
    full = {(t[1:] if t.startswith("/") else f"xl/{t}"): sheet for t, sheet in named.items() if t}
    return {part: sheet for part, sheet in full.items() if part in archive.NameToInfo and "worksheets" in part}


def _look_at(archive: zipfile.ZipFile, part: str, name: str, sheet: str) -> Failed:
    failed: dict[tuple[int, int], str] = {}
    for chunk in _chunks(archive, part):
        if TRICKS.search(chunk) or b"\0" in chunk:
            raise unreadable(
                name,
                "XML 中声明了实体或不是普通 XML，不予打开；请在 Excel 中另存后再上传",
                "its XML declares entities or is no plain XML, as no sheet does: it is not opened; save it anew "
                "in Excel",
                sheet=sheet,
            )
        _check_far(chunk, name, sheet)
        for found in FAILED.finditer(chunk) if FAILURE.search(chunk) else ():
            if len(failed) < MOST_FAILED:
                failed[int(found[2]), index_of(found[1].decode())] = found[3].decode("utf-8", "replace")
    return tuple((row, column, shows) for (row, column), shows in failed.items())


def _chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    with archive.open(part) as handle:
        before = b""
        while chunk := handle.read(CHUNK):
            yield before + chunk
            before = chunk[-OVERLAP:]


def _check_far(chunk: bytes, name: str, sheet: str) -> None:
    if FAR.search(chunk) is None:
        return
    for found in FAR_CELL.finditer(chunk):
        column, row = (found[1] or found[3]).decode(), int(found[2] or found[4])
        if index_of(column) >= limits.COLUMNS:
            raise limits.column_too_far(name, column, row, sheet)
        limits.check_rows(name, row, sheet, column)
    for found in FAR_ROW.finditer(chunk):
        limits.check_rows(name, int(found[1]), sheet)


def index_of(column: str) -> int:
    """The place of a column from 0 by its letters.

    >>> index_of("A"), index_of("GR"), index_of("KN")
    (0, 199, 299)
    """
    number = 0
    for character in column:
        number = number * 26 + ord(character) - 64
    return number - 1
