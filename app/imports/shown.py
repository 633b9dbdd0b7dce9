"""A page of an import's rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, select
from sqlalchemy.orm import Session

from app.importers.kinds import ASK, NEW, OUTCOMES, REFUSE, SAME
from app.imports.judge import COLUMN_NAMES
from app.imports.remarks import FILLS
from app.tables import Import, ImportRow

PER_PAGE = 50
CHANGED = "changed"
SHOWS = ("", NEW, SAME, CHANGED, ASK, REFUSE)
LONGEST = 40


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
