"""Ledgers as files, for tests: what no library at hand writes is written here byte by byte."""

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def workbook(
    path: Path,
    rows: Sequence[Sequence[Any]],
    *,
    merges: Sequence[str] = (),
    sheet: str = "台账",
    **others: Sequence[Sequence[Any]],
) -> Path:
    """An xlsx file with these rows; further sheets by name."""
    book = Workbook()
    first = book.active
    first.title = sheet
    for row in rows:
        first.append(list(row))
    for merge in merges:
        first.merge_cells(merge)
    for name, more in others.items():
        other = book.create_sheet(name)
        for row in more:
            other.append(list(row))
    book.save(path)
    return path


def csv_file(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """A CSV file."""
    path.write_bytes(text.encode(encoding))
    return path


def compound(path: Path, streams: Mapping[str, bytes]) -> Path:
    """A compound file (OLE) with streams of any content, as Office wrote before 2007."""
    sectors: list[bytes] = []
    chain: list[int] = []
    starts: dict[str, tuple[int, int]] = {}
    for name, content in streams.items():
        padded = content.ljust(max(4096, -(-len(content) // SECTOR) * SECTOR), b"\0")
        starts[name] = (len(sectors), len(padded))
        count = len(padded) // SECTOR
        chain += [*range(len(sectors) + 1, len(sectors) + count), END]
        sectors += [padded[i : i + SECTOR] for i in range(0, len(padded), SECTOR)]
    entries = [_entry("Root Entry", 5, END, 0, child=1 if starts else FREE)]
    names = list(starts)
    for at, name in enumerate(names):
        entries.append(_entry(name, 2, *starts[name], right=at + 2 if at + 1 < len(names) else FREE))
    while len(entries) % 4:
        entries.append(_entry("", 0, 0, 0))
    directory = len(sectors)
    content = b"".join(entries)
    count = len(content) // SECTOR
    chain += [*range(directory + 1, directory + count), END]
    sectors += [content[i : i + SECTOR] for i in range(0, len(content), SECTOR)]
    table = len(sectors)
    fats = -(-(len(chain) + 4) // 128)
    chain += [FAT] * fats
    numbers = [*chain, *[FREE] * (fats * 128 - len(chain))]
    packed = struct.pack(f"<{len(numbers)}I", *numbers)
    sectors += [packed[i : i + SECTOR] for i in range(0, len(packed), SECTOR)]
    path.write_bytes(_head(directory, [*range(table, table + fats)]) + b"".join(sectors))
    return path


def _entry(name: str, kind: int, start: int, size: int, *, child: int = FREE, right: int = FREE) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0" if name else b""
    links = struct.pack("<III", FREE, right, child)
    return (
        text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + links + bytes(16 + 4 + 16)
        + struct.pack("<IQ", start, size)
    )  # fmt: skip


def _head(directory: int, fats: Sequence[int]) -> bytes:
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    fixed = struct.pack("<16sHHHHHHII", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0)
    counts = struct.pack("<IIIIIIIII", len(fats), directory, 0, 4096, END, 0, END, 0, fats[0])
    rest = struct.pack(f"<{108}I", *fats[1:], *[FREE] * (109 - len(fats)))
    return magic + fixed + counts + rest


def xls_file(path: Path, rows: Sequence[Sequence[str | float | None]], *, locked: bool = False) -> Path:
    """An old Excel workbook (BIFF8) with one sheet of texts and numbers; `locked` marks it as encrypted."""
    book = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    if locked:
        book += _record(0x2F, struct.pack("<HHH", 0, 1, 1))
    name = "台账".encode("utf-16-le")
    sheet = struct.pack("<IBB", 0, 0, 0) + bytes([2, 1]) + name
    size = len(book) + len(_record(0x85, sheet)) + len(_record(0xA, b""))
    book += _record(0x85, struct.pack("<I", size) + sheet[4:]) + _record(0xA, b"")
    body = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    for r, row in enumerate(rows):
        body += b"".join(_cell(r, c, value) for c, value in enumerate(row) if value is not None)
    return compound(path, {"Workbook": book + body + _record(0xA, b"")})


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _cell(row: int, column: int, value: str | float) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        text = value.encode("utf-16-le")
        return _record(0x204, place + struct.pack("<HB", len(value), 1) + text)
    return _record(0x203, place + struct.pack("<d", value))
