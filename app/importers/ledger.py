"""A ledger of venues as records: any file, its header found, its cells read, each fault with its row and column."""

import gc
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from app.importers.clean.columns import datum_in
from app.importers.clean.read import NOTHING, Read
from app.importers.clean.readers import Readers, readers, said_fields
from app.importers.clean.saying import Noted, said_by
from app.importers.clean.whole import placed, whole_cell
from app.importers.opened import Opened, open_file
from app.importers.record import Note, Record, Said
from app.importers.sources.table import Cell

Progress = Callable[[int, int], None]
CHINA = timedelta(hours=8)
ADCODE = re.compile(r"\d{6}")
"""A county; a functional zone has a longer code of ours."""
EXTRA = ("acquirer", "key_merchant", "fx_licence", "source_kind")


@dataclass(slots=True)
class Ledger(Opened):
    """A ledger of venues, read; `faults` are those of the whole file, each record has its own."""

    records: list[Record]


def read_ledger(
    path: Path,
    name: str,
    *,
    columns: Mapping[str, int] | None = None,
    regions: Mapping[str, str],
    progress: Progress | None = None,
    today: date | None = None,
) -> Ledger:
    """The records of a ledger of venues, each with what is wrong with it.

    Args:
        path: where it lies.
        name: what its user calls it.
        columns: field -> index of its column, as its user chose; None for what the header suggests.
        regions: name or code of each county and zone -> its adcode.
        progress: is told how many columns of how many are read.
        today: later days are wrong; None for the day that it is in China.

    Raises:
        BadFile: it cannot be read or trusted; the sentence says where and what to do.
    """
    with _collecting_later():
        return _read(path, name, columns, regions, progress, today)


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Millions of cells make no cycles: looking for some again and again costs a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _read(
    path: Path,
    name: str,
    columns: Mapping[str, int] | None,
    regions: Mapping[str, str],
    progress: Progress | None,
    today: date | None,
) -> Ledger:
    opened = open_file(path, name, chosen=columns)
    records = [Record(number) for number in opened.numbers()]
    day = today or (datetime.now(UTC) + CHINA).date()
    known = readers(opened.titles, opened.names, opened.columns, regions, day, epoch_1904=opened.table.epoch_1904)
    read = _read_columns(opened, records, known, progress)
    _write_plain(records, read)
    placed(opened, records, read, opened.table.datum or datum_in(opened.titles))
    _write_said(opened, records, read)
    for record in records:
        _finish(opened, record)
    own = {word: getattr(opened, word) for word in Opened.__dataclass_fields__}
    return Ledger(**own, records=records)


def _read_columns(
    opened: Opened, records: list[Record], known: Readers, progress: Progress | None
) -> dict[str, list[Read]]:
    """Every column that is understood, cell by cell; notes go to the records."""
    read: dict[str, list[Read]] = {}
    wanted = [(name, index) for name, index in opened.columns.items() if name in known]
    for done, (field, index) in enumerate(wanted, 1):
        read[field] = read_column(opened.cells(index), known[field])
        for record, cell in zip(records, read[field], strict=True):
            if cell.notes:
                record.faults.extend(opened.fault(record.row, field, note) for note in cell.notes)
        if progress is not None:
            progress(done, len(wanted))
    return read


def read_column(cells: Iterable[Cell], reader: Callable[[Any], Read]) -> list[Read]:
    """What each cell says; cells that are alike are read once."""
    known: dict[Any, Read] = {None: NOTHING, "": NOTHING}
    found: list[Read] = []
    for cell in cells:
        alike = cell if cell.__class__ is str else (cell.__class__, cell)
        read = known.get(alike)
        if read is None:
            read = known[alike] = whole_cell(cell, reader)
        found.append(read)
    return found


def _write_plain(records: list[Record], read: Mapping[str, list[Read]]) -> None:
    for field, cells in read.items():
        if field in said_fields() or field in {"lon", "lat", "coordinates", "datum", "terminals"}:
            continue
        for record, cell in zip(records, cells, strict=True):
            if cell.value is None:
                continue
            if field == "observed_at":
                record.observed_at = cell.value
            elif field in EXTRA:
                record.extra[field] = cell.value
            else:
                record.values[field] = cell.value


def _write_said(opened: Opened, records: list[Record], read: Mapping[str, list[Read]]) -> None:
    """What each row says; rows that say the same in the same words are thought over once."""
    fields = [field for field in read if field in said_fields() or field == "terminals"]
    known: dict[tuple[Any, ...], tuple[Mapping[str, Said], list[Noted]]] = {}
    rows = zip(*(read[field] for field in fields), strict=True)
    for record, cells in zip(records, rows, strict=False):  # no row at all where no field speaks of capabilities
        category = record.values.get("category")
        alike = (category, *map(id, cells))  # `read_column` gives the same object for the same words
        if alike not in known:
            told = {field: cell.value for field, cell in zip(fields, cells, strict=True) if cell.value is not None}
            known[alike] = said_by(told, category)
        record.said, notes = known[alike]
        record.faults.extend(opened.fault(record.row, field, note) for field, note in notes)


UNNAMED = Note(
    "name_missing", "缺少名称；请填写商户或网点名称", "has no name: write the name of the venue", refuses=True
)
NAMED_IN_ENGLISH = Note(
    "name_only_english", "没有中文名称，暂用英文名称", "has no Chinese name: the English one stands for it"
)


def _finish(opened: Opened, record: Record) -> None:
    """What needs the row as a whole: a name, and a zone where a county was expected."""
    values = record.values
    if not ADCODE.fullmatch(values.get("region", "000000")):
        values["zone"] = values.pop("region")
    if "name_zh" not in values:
        english = values.get("name_en")
        record.faults.append(opened.fault(record.row, "name_zh", NAMED_IN_ENGLISH if english else UNNAMED))
        if english:
            values["name_zh"] = english
