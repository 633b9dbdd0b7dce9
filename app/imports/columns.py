"""Which column of a file is what, as its user sees and changes it; and where its rows lie in each datum."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.errors import BadParameter
from app.importers.clean.columns import VENUE_COLUMNS
from app.importers.kinds import Column
from app.importers.sources.table import letter
from app.imports.asked import Setup
from app.imports.datum import named
from app.tables import Import
from geo.datum import to_wgs84
from geo.errors import BadCoordinates

CANDIDATES = ("wgs84", "gcj02", "bd09")
"""CGCS2000 is WGS-84 here."""
FIELD, IGNORED = "column-", ""


@dataclass(frozen=True)
class Heading:
    """A column of the file: its place, letter and name, what it was taken for, and some of its cells."""

    index: int
    letter: str
    name: str
    field: str
    cells: list[str]


@dataclass(frozen=True)
class Sheet:
    """The columns of a file, and the fields that they can be."""

    headings: list[Heading]
    fields: list[tuple[str, str]]
    missing: list[str]


def known(made: Import, setup: Setup) -> tuple[Column, ...]:
    """The columns of the ledger that an import is of."""
    kind = setup.kind(made.kind)
    return VENUE_COLUMNS if kind is None else kind.columns


def sheet(made: Import, setup: Setup, lang: str) -> Sheet:
    """The columns of an import's file as a page shows them."""
    fields = known(made, setup)
    taken = {index: field for field, index in made.columns.items()}
    preview = made.facts.get("preview", [])
    headings = [
        Heading(index, letter(index), str(name).replace("//", " / "), taken.get(index, IGNORED),
                [row[index] for row in preview if index < len(row)])
        for index, name in enumerate(made.facts.get("header", ()))
    ]  # fmt: skip
    missing = [_name(c, lang) for c in fields if c.required and c.field not in made.columns]
    return Sheet(headings, [(c.field, _name(c, lang)) for c in fields], missing)


def _name(column: Column, lang: str) -> str:
    return column.zh if lang == "zh" else column.en.replace("_", " ").replace(":", ": ")


def choose(made: Import, filled: Mapping[str, Any], setup: Setup) -> None:
    """Take what the form says: a field per column, the datum, the day.

    Raises:
        BadParameter: two columns for one field, an unknown field, datum or day.
    """
    fields = {column.field for column in known(made, setup)}
    chosen: dict[str, int] = {}
    for name, field in filled.items():
        if not name.startswith(FIELD) or field == IGNORED:
            continue
        index = name.removeprefix(FIELD)
        if field not in fields or not index.isdecimal():
            raise BadParameter(name, f"{field!r} is no field of this ledger")
        if field in chosen:
            raise BadParameter(name, f"{field}: two columns cannot both be this")
        chosen[field] = int(index)
    facts = {
        **made.facts,
        "stated_datum": named(filled.get("datum") or None),
        "observed_on": _day(filled.get("observed_on")),
    }
    made.facts = facts | ({"chosen_columns": chosen} if chosen else {})


def _day(said: str | None) -> str | None:
    try:
        return date.fromisoformat(said).isoformat() if said else None
    except ValueError:
        raise BadParameter("observed_on", f"{said!r} is no day") from None


def landings(made: Import) -> dict[str, list[list[float]]]:
    """Where a sample of the rows without a datum lies in each datum, as longitude and latitude (WGS-84)."""
    points = made.facts.get("points", [])
    if not points:
        return {}
    lon, lat = zip(*points, strict=True)
    try:
        moved = {datum: to_wgs84(lon, lat, datum) for datum in CANDIDATES}
    except BadCoordinates:
        return {}
    return {
        d: [[round(float(a), 6), round(float(b), 6)] for a, b in zip(x, y, strict=True)] for d, (x, y) in moved.items()
    }
