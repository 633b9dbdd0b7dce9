"""Which reader reads which column."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache

from app.importers.clean.coordinates import read_angle, read_pair
from app.importers.clean.dates import OLDEST, Days, read_date, year_in
from app.importers.clean.hours import read_hours
from app.importers.clean.places import read_category, read_level, read_region
from app.importers.clean.plain import read_number, read_phone, read_text
from app.importers.clean.read import NOTHING, Read, refused
from app.importers.clean.saying import LISTS, read_aspects, read_details
from app.importers.clean.statuses import read_flag, read_status
from app.importers.clean.text import is_blank, key, tidy
from app.importers.clean.words import read_currencies, read_schemes, read_wallets
from app.importers.sources.table import Cell
from app.vocabulary import CAPABILITIES, LocationQuality, SourceKind
from geo.datum import normalise_datum
from geo.errors import UnknownDatum

Reader = Callable[[Cell], Read]
Readers = Mapping[str, Reader]
LENGTHS = {
    "id": 36, "external_id": 120, "name_zh": 200, "name_en": 200, "address_zh": 300, "address_en": 300, "operator": 120,
    "acquirer": 120, "source": 400, "notes": 1000,
}  # fmt: skip
UNKNOWN_DATUMS = frozenset(map(key, ("未知", "不详", "不清楚", "unknown", "不确定")))


def readers(
    titles: str,
    names: Sequence[str],
    columns: Mapping[str, int],
    regions: Mapping[str, str],
    today: date,
    *,
    epoch_1904: bool = False,
) -> Readers:
    """A reader per field.

    Args:
        titles: what stands above the header, and the name of the sheet: may hold the year and say what is listed.
        names: the header.
        columns: field -> index in it.
        regions: as `read_ledger` takes them.
        today: later days are wrong.
        epoch_1904: how the workbook counts days.
    """
    days = Days(today, epoch_1904=epoch_1904)
    dates = {f: _dates(f, titles, names, columns, days) for f in columns if f.endswith(("observed_at", "ed_on"))}
    return {
        **{field: read_text(length) for field, length in LENGTHS.items()},
        **dict.fromkeys(CAPABILITIES, read_status),
        **{field: read_status for field in columns if ":" in field},
        **_apart(),
        "category": read_category(titles),
        "level": read_level,
        "region": read_region(regions),
        "zone": read_region(regions),
        "lon": read_angle,
        "lat": read_angle,
        "coordinates": read_pair,
        "datum": read_datum,
        "location_quality": _word(tuple(LocationQuality)),
        "location_error_m": read_number,
        "phone": read_phone,
        "opening_hours": read_hours,
        "terminals": read_number,
        "schemes": read_schemes,
        "wallets": read_wallets,
        "currencies": read_currencies,
        "source_kind": _word(tuple(SourceKind)),
        **dict.fromkeys(("key_merchant", "fx_licence", "serves_public"), read_flag),
        **dates,
    }


@cache
def said_fields() -> frozenset[str]:
    """The fields that speak of capabilities."""
    apart = {
        f"{c}_{word}" for c in CAPABILITIES for word in ("observed_at", "source", "source_kind", "aspects", "details")
    }
    aspects = {f"{c.key}:{a}" for c in CAPABILITIES.values() for a in c.aspects}
    return frozenset({*CAPABILITIES, *LISTS, *apart, *aspects})


def read_datum(cell: Cell) -> Read:
    """The datum that a cell names; None where it says that nobody knows."""
    if is_blank(cell) or key(cell) in UNKNOWN_DATUMS:
        return NOTHING
    try:
        return Read(normalise_datum(tidy(cell)))
    except UnknownDatum:
        text = tidy(cell)
        return refused(
            "datum_unknown",
            f"坐标系“{text}”无法识别；请写 WGS-84、CGCS2000、GCJ-02（高德、腾讯）或 BD-09（百度）",
            f"datum {text!r} is not known: write wgs84, cgcs2000, gcj02 or bd09",
        )


def _apart() -> dict[str, Reader]:
    found: dict[str, Reader] = {}
    for c in CAPABILITIES:
        found[f"{c}_source"] = read_text(LENGTHS["source"])
        found[f"{c}_source_kind"] = _word(tuple(SourceKind))
        found[f"{c}_aspects"] = read_aspects(c)
        found[f"{c}_details"] = read_details
    return found


def _dates(field: str, titles: str, names: Sequence[str], columns: Mapping[str, int], days: Days) -> Reader:
    own = names[columns[field]] if columns[field] < len(names) else ""
    read = replace(days, year=year_in(own) or year_in(titles))
    if field in {"opened_on", "closed_on"}:
        read = replace(read, earliest=OLDEST)
    return lambda cell: read_date(cell, read)


def _word(words: tuple[str, ...]) -> Reader:
    def read(cell: Cell) -> Read:
        if is_blank(cell):
            return NOTHING
        word = key(cell)
        if word not in words:
            return refused(
                "word_unknown",
                f"“{tidy(cell)}”应为 {'、'.join(words)} 之一",
                f"{tidy(cell)!r} is not one of {', '.join(words)}",
            )
        return Read(word)

    return read
