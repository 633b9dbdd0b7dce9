"""What holds for every cell, whatever its column; and the position of a row, which stands in several."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from app.importers.clean.coordinates import in_order
from app.importers.clean.read import NOTHING, Read, refused
from app.importers.clean.text import odd_characters, tidy
from app.importers.record import Fault, Note, Record
from app.importers.sources.table import Cell

FORMULA_ERRORS = frozenset({
    "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA",
})  # fmt: skip
LOST = ("U+FFFD", "U+D8", "U+D9", "U+DA", "U+DB", "U+DC", "U+DD", "U+DE", "U+DF")
HALF = Note(
    "position_half",
    "经度、纬度只填了一个；请补全",
    "only one of longitude and latitude is given: give both",
    refuses=True,
)
NOWHERE = Note("position_zero", "坐标为 0，按没有坐标处理", "the position is 0, 0: taken as none")


class _Sheet(Protocol):
    names: tuple[str, ...]
    columns: dict[str, int]
    datums: dict[int, str]

    def fault(self, row: int | None, name: str, note: Note) -> Fault:
        """A note with its place."""


def whole_cell(cell: Cell, reader: Callable[[Cell], Read]) -> Read:
    """What a reader reads, unless a formula failed there or characters were lost."""
    if not isinstance(cell, str):
        return reader(cell)
    if cell[:1] == "#" and (shown := tidy(cell).upper()) in FORMULA_ERRORS:
        return refused(
            "formula_error",
            f"公式出错（{shown}）；请改正公式或填入值",
            f"the formula failed ({shown}): mend it, or write the value",
        )
    if not (odd := odd_characters(cell)):
        return reader(cell)
    if any(f"U+{code}" in odd or code in odd for code in LOST):
        return refused(
            "characters_lost",
            f"文字已损坏（{odd}）；请重新填写或另存为 UTF-8",
            f"characters were lost ({odd}): write the cell anew, or save the file as UTF-8",
        )
    read = reader(cell)
    note = Note("characters_removed", f"已去除不可见字符 {odd}", f"characters that no text holds were removed: {odd}")
    return Read(read.value, (*read.notes, note))


def placed(sheet: _Sheet, records: Sequence[Record], read: Mapping[str, list[Read]], datum: str | None = None) -> None:
    """Write position and datum of each row: from two columns, or from one that holds both."""
    nothing = [NOTHING] * len(records)
    lons, lats = read.get("lon", nothing), read.get("lat", nothing)
    pairs, datums = read.get("coordinates", nothing), read.get("datum", nothing)
    named = {field: _header_datum(sheet, field) for field in ("lon", "coordinates")}
    for record, lon, lat, pair, own in zip(records, lons, lats, pairs, datums, strict=True):
        field = "lon"
        x, y = lon.value, lat.value
        if x is None and y is None and pair.value is not None:
            (x, y), field = pair.value, "coordinates"
        notes = _put(record, x, y, failed=bool(lon.notes or lat.notes))
        record.faults.extend(sheet.fault(record.row, field, note) for note in notes)
        if record.lon is not None:
            record.datum = own.value or named.get(field) or datum


def _header_datum(sheet: _Sheet, field: str) -> str | None:
    """The datum that the header of a field names, or that of the latitude beside it."""
    fields = ("lon", "lat") if field == "lon" else (field,)
    said = [sheet.datums[sheet.columns[f]] for f in fields if sheet.columns.get(f) in sheet.datums]
    return said[0] if said else None


def _put(record: Record, lon: float | None, lat: float | None, *, failed: bool) -> tuple[Note, ...]:
    if lon is None and lat is None:
        return ()
    if lon is None or lat is None:
        return () if failed else (HALF,)
    if lon == 0 and lat == 0:
        return (NOWHERE,)
    (record.lon, record.lat), notes = in_order(lon, lat)
    return notes
