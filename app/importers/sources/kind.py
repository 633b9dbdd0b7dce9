"""What a file is, by its content; and whether its name says the same."""

import re
import zipfile
from pathlib import Path, PurePath

from app.errors import BadFile
from app.importers.sources.archive import TROUBLE
from app.importers.sources.refusal import damaged, locked, unreadable

HEAD = 8192
OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
LOCKED_XLS = re.compile(rb"\x09\x08\x10\0\0\x06\x05\0.{12}(?:\x86\0\0\0)?\x2f\0", re.DOTALL)
"""The record FILEPASS behind the head of an old workbook."""
Words = tuple[str, str]
PICTURE, PACKED = ("图片", "a picture"), ("压缩文件，请先解压", "an archive: unpack it first")
PROGRAM, ODS = ("程序", "a program"), ("OpenDocument 表格", "an OpenDocument sheet")
XLSB, WORD = ("二进制工作簿（.xlsb）", "a binary workbook (.xlsb)"), ("Word 文档", "a Word document")
PDF, NO_LEDGER = ("PDF", "a PDF"), ("不含表格的 Office 文件", "an Office file without sheets")
WEB_PAGE = ("另存为表格的网页", "a web page saved as a table")
FOREIGN: dict[bytes, Words] = {
    b"PK\x05\x06": PACKED, b"%PDF": PDF, b"\x89PNG": PICTURE, b"\xff\xd8\xff": PICTURE, b"GIF8": PICTURE,
    b"{\\rtf": WORD, b"\x1f\x8b": PACKED, b"BZh": PACKED, b"7z\xbc\xaf": PACKED, b"Rar!": PACKED, b"\xfd7zXZ": PACKED,
    b"MZ\x90\0": PROGRAM, b"\x7fELF": PROGRAM,
}  # fmt: skip
NAMES: dict[str, Words] = {
    "xlsx": ("Excel 工作簿（.xlsx）", "an Excel workbook (.xlsx)"),
    "xlsm": ("含宏的 Excel 工作簿（.xlsm）", "an Excel workbook with macros (.xlsm)"),
    "xls": ("旧版 Excel 工作簿（.xls）", "an old Excel workbook (.xls)"),
    "csv": ("纯文本（.csv）", "plain text (.csv)"),
    "geojson": ("GeoJSON（.geojson）", "GeoJSON (.geojson)"),
    "gpkg": ("GeoPackage（.gpkg）", "a GeoPackage (.gpkg)"),
    "parquet": ("Parquet（.parquet）", "Parquet (.parquet)"),
    "osm": ("OpenStreetMap XML（.osm）", "OpenStreetMap XML (.osm)"),
    "osm.pbf": ("OpenStreetMap 数据（.osm.pbf）", "OpenStreetMap data (.osm.pbf)"),
}
SUFFIXES = {
    ".xlsx": {"xlsx"}, ".xlsm": {"xlsm", "xlsx"}, ".xltx": {"xlsx"}, ".xls": {"xls"}, ".et": {"xls"},
    ".csv": {"csv"}, ".txt": {"csv"}, ".tsv": {"csv"}, ".geojson": {"geojson"}, ".json": {"geojson"},
    ".gpkg": {"gpkg"}, ".parquet": {"parquet"}, ".geoparquet": {"parquet"}, ".osm": {"osm"}, ".pbf": {"osm.pbf"},
    ".ods": set(), ".xlsb": set(), ".docx": set(), ".doc": set(), ".pdf": set(), ".shp": set(), ".kml": set(),
    ".zip": set(), ".xml": {"osm"},
}  # fmt: skip


def kind_of(path: Path, name: str) -> str:
    """What the file is: a key of `NAMES`.

    Raises:
        BadFile: nothing that is read here, or not what its name says.
    """
    with path.open("rb") as handle:
        head = handle.read(HEAD)
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise unreadable(name, "文件是空的", "the file is empty")
    kind = _by_content(path, name, head)
    suffix = PurePath(name).suffix.lower()
    if suffix in SUFFIXES and kind not in SUFFIXES[suffix]:
        zh, en = NAMES[kind]
        raise unreadable(
            name,
            f"内容其实是{zh}，与文件名不符；请核对后改用扩展名 .{kind}",
            f"is {en} by its content, not what its name says: check it, and give it the ending .{kind}",
        )
    return kind


def _by_content(path: Path, name: str, head: bytes) -> str:
    if head.startswith(ZIP):
        return _zipped(path, name)
    if head.startswith(OLE):
        return _compound(path, name)
    if head.startswith(b"SQLite format 3\0"):
        return "gpkg"
    if head.startswith(b"PAR1"):
        return "parquet"
    if re.match(rb"\0\0..\x0a\x09OSMHeader", head, re.DOTALL):
        return "osm.pbf"
    for start, what in FOREIGN.items():
        if head.startswith(start):
            raise _foreign(name, what)
    return _text(name, head)


def _foreign(name: str, what: Words) -> BadFile:
    return unreadable(
        name, f"是{what[0]}，不能读取；请另存为 xlsx 或 CSV", f"is {what[1]}, which is not read: save it as xlsx or CSV"
    )


def _zipped(path: Path, name: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = set(archive.namelist())
    except TROUBLE as error:
        raise damaged(name) from error
    if "xl/workbook.xml" in parts:
        return "xlsm" if "xl/vbaProject.bin" in parts else "xlsx"
    for part, what in (("xl/workbook.bin", XLSB), ("content.xml", ODS), ("word/document.xml", WORD)):
        if part in parts:
            raise _foreign(name, what)
    raise _foreign(name, PACKED)


def _compound(path: Path, name: str) -> str:
    content = path.read_bytes()
    if _utf16("EncryptedPackage") in content or LOCKED_XLS.search(content):
        raise locked(name)
    if _utf16("Workbook") in content or _utf16("Book") in content:
        return "xls"
    raise _foreign(name, NO_LEDGER)


def _utf16(word: str) -> bytes:
    return word.encode("utf-16-le")


def _text(name: str, head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] in {b"{", b"["}:
        return "geojson"
    if not start.startswith(b"<"):
        return "csv"
    if re.search(rb"<(?:osm|osmChange)[\s>]", start):
        return "osm"
    if re.search(rb"<(?:html|table|body|!doctype html)", start, re.IGNORECASE):
        raise _foreign(name, WEB_PAGE)
    raise _foreign(name, ("XML，既非 OpenStreetMap 也非工作簿", "XML, but neither OpenStreetMap nor a workbook"))
