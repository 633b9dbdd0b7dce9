"""What a file is, by content and name."""

import gzip
import zipfile
from pathlib import Path

import pytest

from app.errors import BadFile
from app.importers.sources import read_table
from app.importers.sources.kind import kind_of
from ledger_files import compound, workbook, xls_file


def archive(path: Path, *parts: str) -> Path:
    """A zip archive with these parts."""
    with zipfile.ZipFile(path, "w") as packed:
        for part in parts:
            packed.writestr(part, "x")
    return path


def refusal(path: Path, name: str) -> BadFile:
    """The refusal of a file under a name."""
    with pytest.raises(BadFile) as caught:
        kind_of(path, name)
    return caught.value


def test_the_content_tells_the_kind(tmp_path: Path) -> None:
    """Whatever the file is called on our disk."""
    path = tmp_path / "upload"
    assert kind_of(workbook(path, [["名称"]]), "a.xlsx") == "xlsx"
    assert kind_of(xls_file(path, [["名称"]]), "a.xls") == "xls"
    for content, kind in (("名称,县区", "csv"), ('{"type": "FeatureCollection"}', "geojson"),
                          ('<?xml version="1.0"?><osm version="0.6"></osm>', "osm")):  # fmt: skip
        path.write_text(content, encoding="utf-8")
        assert kind_of(path, "台账") == kind
    for start, kind in (
        (b"SQLite format 3\0", "gpkg"),
        (b"PAR1", "parquet"),
        (b"\0\0\0\x0d\x0a\x09OSMHeader", "osm.pbf"),
    ):
        path.write_bytes(start + b"...")
        assert kind_of(path, "台账") == kind
    assert kind_of(archive(path, "xl/workbook.xml", "xl/vbaProject.bin"), "a.xlsm") == "xlsm"


@pytest.mark.parametrize(
    ("name", "says"),
    [("a.xlsx", "plain text (.csv)"), ("a.xls", "plain text"), ("a.geojson", "plain text"), ("a.parquet", ".csv")],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, name: str, says: str) -> None:
    """And told what it is, in both languages."""
    path = tmp_path / "upload"
    path.write_text("名称,县区\n示例店,莘县\n", encoding="utf-8")
    refused = refusal(path, name)
    assert says in str(refused)
    assert "与文件名不符" in refused.zh
    assert "an Excel workbook (.xlsx)" in str(refusal(workbook(path, [["名称"]]), "a.csv"))
    assert kind_of(path, "a.XLSX") == "xlsx"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"%PDF-1.7", "a PDF"), (b"\x89PNG\r\n", "a picture"),
        (gzip.compress(b"a,b", mtime=0), "an archive: unpack it first"),
        (b"7z\xbc\xaf\x27\x1c", "an archive"), (b"MZ\x90\0", "a program"),
        (b"<html><table>", "a web page saved as a table"),
        (b'<?xml version="1.0"?><Workbook>', "XML, but neither OpenStreetMap nor a workbook"),
        (b"{\\rtf1", "a Word document"),
        (b"PK\x05\x06" + bytes(18), "an archive"),
    ],
)  # fmt: skip
def test_other_files_are_named_and_refused(tmp_path: Path, content: bytes, says: str) -> None:
    """Not read as if they were text."""
    path = tmp_path / "upload"
    path.write_bytes(content)
    assert says in str(refusal(path, "a"))


@pytest.mark.parametrize(
    ("parts", "says"),
    [(["content.xml"], "an OpenDocument sheet"), (["xl/workbook.bin"], "a binary workbook"),
     (["word/document.xml"], "a Word document"),
     (["a.csv"], "an archive")],
)  # fmt: skip
def test_other_archives_are_named_and_refused(tmp_path: Path, parts: list[str], says: str) -> None:
    """By what is in them."""
    assert says in str(refusal(archive(tmp_path / "upload", *parts), "a"))


def test_locked_files_are_refused(tmp_path: Path) -> None:
    """A new workbook with a password is a compound file, an old one has a record that says so."""
    sentence = "is locked with a password: save it without one"
    assert sentence in str(
        refusal(compound(tmp_path / "a", {"EncryptionInfo": b"x", "EncryptedPackage": b"y"}), "a.xlsx")
    )
    assert sentence in str(refusal(xls_file(tmp_path / "b", [["名称"]], locked=True), "b.xls"))
    assert "an Office file without sheets" in str(refusal(compound(tmp_path / "c", {"WordDocument": b"x"}), "c.xls"))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """Has no content to tell."""
    with pytest.raises(BadFile, match="there is no such file"):
        read_table(tmp_path / "none", "a.csv")
