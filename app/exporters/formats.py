"""The formats: what each is called, who reads its headings, and how it is written."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from app.exporters import csv_file, geojson_file, gpkg_file, parquet_file, xlsx_file
from app.exporters.rows import Batch
from app.exporters.told import About

Pieces = Callable[[About, Iterable[Batch]], Iterator[bytes]]
Write = Callable[[About, Iterable[Batch], Path], None]


@dataclass(frozen=True)
class Format:
    """A format.

    Args:
        name: its word, and the ending of its files.
        media_type: as HTTP calls it.
        lang: the usual language of its headings: people read sheets, programs the others.
        write: writes a file.
        pieces: gives the file piece by piece, where it can be sent before it is whole.
    """

    name: str
    media_type: str
    lang: str
    write: Write
    pieces: Pieces | None = None


def _by_pieces(name: str, media_type: str, lang: str, pieces: Pieces) -> Format:
    def write(about: About, batches: Iterable[Batch], path: Path) -> None:
        with path.open("wb") as file:
            file.writelines(pieces(about, batches))

    return Format(name, media_type, lang, write, pieces)


_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = MappingProxyType(
    {
        f.name: f
        for f in (
            _by_pieces("geojson", "application/geo+json", "en", geojson_file.pieces),
            _by_pieces("csv", "text/csv; charset=utf-8", "zh", csv_file.pieces),
            Format("xlsx", _SHEET, "zh", xlsx_file.write),
            Format("gpkg", "application/geopackage+sqlite3", "en", gpkg_file.write),
            Format("parquet", "application/vnd.apache.parquet", "en", parquet_file.write),
        )
    }
)
