"""A page of an import's rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, select
from sqlalchemy.orm import Session

from app.errors import BadFile
from app.importers.clean.text import tidy
from app.importers.kinds import ASK, NEW, OUTCOMES, REFUSE, SAME, Kind
from app.importers.opened import read_lines
from app.imports.doing import on_disk
from app.imports.judge import COLUMN_NAMES
from app.imports.remarks import FILLS
from app.tables import Import, ImportRow

PER_PAGE = 50
CHANGED = "changed"
SHOWS = ("", NEW, SAME, CHANGED, ASK, REFUSE)
LONGEST = 40
NAMING = 4
"""So many filled cells tell which row of a ledger it is."""
LINKED = 20
"""So many new venues are linked to by name."""


@dataclass(frozen=True)
class Page:
    """Some rows, which kind of rows they are, and how many of those there are."""

    rows: Sequence[ImportRow]
    show: str
    number: int
    pages: int
    matched: int


def rows(session: Session, made: Import, show: str, page: str) -> Page:
    """The rows to be shown; what the address says wrongly is taken for the usual."""
    show = show if show in SHOWS else ""
    wanted = _wanted(made, show)
    matched = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    pages = max(1, -(-matched // PER_PAGE))
    number = min(int(page) if page.isascii() and page.isdecimal() and page != "0" else 1, pages)
    found = session.scalars(wanted.order_by(ImportRow.row).limit(PER_PAGE).offset((number - 1) * PER_PAGE))
    return Page(list(found), show, number, pages, matched)


def _wanted(made: Import, show: str) -> Select[ImportRow]:
    wanted = select(ImportRow).where(ImportRow.import_id == made.id)
    if show == CHANGED:
        return wanted.where(_changes())
    return wanted.where(ImportRow.outcome == show) if show in OUTCOMES else wanted


def _changes() -> ColumnElement[bool]:
    """Rows that change an attribute: their cells hold one between the braces."""
    return cast(ImportRow.cells, Text).like('%"change":{"%')


def added(session: Session, made: Import) -> list[tuple[str, str]]:
    """The first of the venues that an import adds: id and name."""
    new = ImportRow.import_id == made.id, ImportRow.outcome == NEW
    found = session.scalars(select(ImportRow.cells).where(*new).order_by(ImportRow.row).limit(LINKED))
    return [(cells["id"], cells.get("name") or cells["id"]) for cells in found]


def named(made: Import, kind: Kind) -> dict[int, str]:
    """The first filled cells of each row of a ledger's file, as the file has them; none where it cannot be read."""
    try:
        with on_disk(made) as path:
            _, lines = read_lines(path, made.file_name, kind.columns, chosen=made.facts.get("chosen_columns"))
    except BadFile:
        return {}
    return {line.row: " · ".join(_cells(line.cells, kind)[:NAMING]) for line in lines}


def _cells(cells: Mapping[str, Any], kind: Kind) -> list[str]:
    texts = (tidy(cells.get(column.field)) for column in kind.columns)
    return [_short(text) for text in texts if text]


def differences(cells: Mapping[str, Any], lang: str) -> list[tuple[str, str, str]]:
    """What a row changes: attribute, before, after."""
    change = cells.get("change")
    if not isinstance(change, Mapping):
        return []
    at = 0 if lang == "zh" else 1
    return [(COLUMN_NAMES.get(n, (n, n))[at], _short(pair[0]), _short(pair[1])) for n, pair in change.items()]


def _short(value: Any) -> str:  # noqa: ANN401 - any column's value
    if value is None or value == [None] * 6:
        return "–"
    if isinstance(value, list):
        lon, lat = value[5] or value[:2]
        return f"{lon:.5f}, {lat:.5f}"
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def said(row: ImportRow, lang: str) -> list[tuple[str, str]]:
    """What is remarked on a row: level and sentence, the gravest first."""
    order = {**dict.fromkeys(FILLS, 1), "error": 0, "note": 2}
    found = sorted(row.remarks["said"], key=lambda r: order.get(r[4], 1))
    between = "：" if lang == "zh" else ": "
    at = 2 if lang == "zh" else 3
    return [(r[4], f"{r[0]}{between}{r[at]}" if r[0] else r[at]) for r in found]
