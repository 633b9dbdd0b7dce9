"""Hostile files are refused without costing memory, measured in a process of their own."""

import subprocess
import sys
import zipfile
from collections.abc import Iterable
from itertools import repeat
from pathlib import Path

import pytest

from app.settings import ROOT
from ledger_files import workbook

MIB = 1024 * 1024
SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"
READ = """
import sys
from pathlib import Path
from app.errors import BadFile
from app.importers.ledger import read_ledger

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

before = peak()
try:
    print(len(read_ledger(Path(sys.argv[1]), "a.xlsx", regions={}).records))
except BadFile as error:
    print(error)
print((peak() - before) // 1024)
"""
"""The peak is the kernel's: `getrusage` counts that of the parent, which was forked, as well."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")


def read(path: Path) -> tuple[str, int]:
    """What came of reading a file, and the megabytes that it took."""
    command = [sys.executable, "-c", READ, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own Python
    said, taken = done.stdout.strip().splitlines()
    return said, int(taken)


def with_sheet(path: Path, pieces: Iterable[bytes], level: int = 1) -> Path:
    """A workbook whose sheet is these pieces, written without holding them."""
    template = workbook(path.with_suffix(".template"), [["名称", "县区"]])
    source = zipfile.ZipFile(template)
    with source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as packed:
        for part in source.namelist():
            if part != SHEET:
                packed.writestr(part, source.read(part))
        with packed.open(SHEET, "w", force_zip64=True) as sheet:
            for piece in pieces:
                sheet.write(piece)
    return path


def rows(first: int) -> bytes:
    """The XML of 2,000 rows, some 800 kB."""
    lines = []
    for number in range(first, first + 2000):
        text = f"<is><t>{number * 7919 % 1_000_003}</t></is>"
        cells = "".join(f'<c r="{c}{number}" t="inlineStr">{text}</c>' for c in "ABCDEFGH")
        lines.append(f'<row r="{number}">{cells}</row>')
    return "".join(lines).encode()


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """400 MB of spaces in half a megabyte: known from the archive's directory."""
    said, taken = read(with_sheet(tmp_path / "a", repeat(b" " * MIB, 400), level=6))
    assert "as no sheet does: it is not opened" in said
    assert taken < 30


def test_a_bomb_that_lies_about_its_size_is_not_unpacked(tmp_path: Path) -> None:
    """The directory says ten bytes: reading stops there, and the file is damaged."""
    path = with_sheet(tmp_path / "a", repeat(b" " * MIB, 100))
    content = bytearray(path.read_bytes())
    size = (100 * MIB).to_bytes(4, "little")
    for at in (content.find(size), content.rfind(size)):
        content[at : at + 4] = (10).to_bytes(4, "little")
    path.write_bytes(content)
    said, taken = read(path)
    assert "is damaged or cut off" in said
    assert taken < 30


def test_a_sheet_of_200_mb_is_refused_with_what_is_allowed(tmp_path: Path) -> None:
    """Before it is read."""
    piece = rows(1)
    said, taken = read(with_sheet(tmp_path / "a", repeat(piece, 200 * MIB // len(piece) + 1)))
    assert "at most 160 MB are opened: cut the ledger into several files" in said
    assert taken < 30


def test_stray_cells_far_apart_do_not_cost_what_lies_between(tmp_path: Path) -> None:
    """One at each end of the widest sheet that there can be."""
    near, far = b'<row r="1"><c r="A1"><v>1</v></c></row>', b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    said, taken = read(with_sheet(tmp_path / "a", [HEAD, near, far, TAIL]))
    assert "row 1048576, column XFD" in said
    assert taken < 30


def test_what_is_measured_is_measured(tmp_path: Path) -> None:
    """A sheet that is read costs more than one that is refused."""
    said, taken = read(with_sheet(tmp_path / "a", [HEAD, *(rows(n) for n in range(1, 20_000, 2000)), TAIL]))
    assert "no row names the columns" in said
    assert 8 < taken < 300
