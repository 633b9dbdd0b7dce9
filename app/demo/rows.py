"""Frames into table rows, in bulk: what the simulation writes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import shapely
from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session

from app.demo.ledger import Period
from app.demo.recipe import LABEL, Plan
from app.demo.standing import newest_id
from app.tables import Base, KeyList, KeyListVersion, Observation

BATCH = 20_000
CACHE_KB = 256_000
BY = LABEL
LIST_CODE = "key_merchants"
FX_LICENCE = "personal_fx"
_COPIED = (
    "id", "external_id", "category", "level", "name_zh", "name_en", "address_zh", "address_en", "phone",
    "opening_hours", "operator", "institution", "location_quality", "location_error_m", "opened_on",
    "closed_on", "source",
)  # fmt: skip

Rows = list[dict[str, Any]]
Progress = Callable[[str, int, int], None]
"""Told of each stage: its name, the steps done, and the steps in all."""


@dataclass(frozen=True)
class Made:
    """Everything that one plan says, ready to be written."""

    venues: pd.DataFrame
    observations: pd.DataFrame
    merchants: pd.DataFrame
    packs: pd.DataFrame
    period: Period
    zone: ZoneInfo


def write(session: Session, made: Made, plan: Plan, progress: Progress) -> None:
    """Insert what was made; the caller derives what follows and commits."""
    _widen_cache(session)
    start = datetime.combine(made.period.first, time(9), made.zone)
    _insert(session, "venue", venue_rows(made, start), progress)
    _insert(session, "licence", licence_rows(made, plan, start))
    _insert(session, "change_pack_count", pack_rows(made, plan))
    _write_list(session, made, plan)
    _write_statements(session, made, progress)


def _write_statements(session: Session, made: Made, progress: Progress) -> None:
    """Observations and decisions, a batch at a time: as rows, all of a large ledger would fill the memory."""
    first = newest_id(session, Observation) + 1
    for start in range(0, len(made.observations), BATCH):
        said = made.observations.iloc[start : start + BATCH]
        rows = observation_rows(made, said, first)
        _insert(session, "observation", rows)
        _insert(session, "decision", decision_rows(said, rows))
        progress("writing observations", start + len(said), len(made.observations))
    _raise_sequence(session, "observation")


def venue_rows(made: Made, start: datetime) -> Rows:
    """Rows of the venue table; the source of each says that it is simulated."""
    frame = made.venues
    columns = {name: _plain(frame[name]) for name in _COPIED}
    placed = frame["location_quality"].notna().to_numpy()
    lon, lat = frame["lon"].tolist(), frame["lat"].tolist()
    points = shapely.points(lon, lat)
    columns["region"] = frame["county"].tolist()
    columns["geometry"] = _where(placed, points)
    columns["original_lon"] = _where(placed, lon)
    columns["original_lat"] = _where(placed, lat)
    columns["original_datum"] = _where(placed, ["wgs84"] * len(frame))
    day = made.period.last + timedelta(days=1)
    fixed = {"source_date": day, "created_at": start, "updated_at": _moment(made, day.toordinal() - 1, 18)}
    return _records(columns, fixed)


def licence_rows(made: Made, plan: Plan, start: datetime) -> Rows:
    """Rows of the licence table, for the branches of which a licence is known to be held or not."""
    known = made.venues[made.venues["licensed"] != ""]
    columns = {"venue_id": known["id"].tolist(), "held": (known["licensed"] == "held").tolist()}
    fixed = {"kind": FX_LICENCE, "valid_from": made.period.first, "source": plan.source}
    return _records(columns, {**fixed, "recorded_at": start, "recorded_by": BY})


def pack_rows(made: Made, plan: Plan) -> Rows:
    """Rows of the counted ledger of change packs, each recorded early in the month after."""
    packs = made.packs
    names = ("institution", "month", "recipient_kind", "packs")
    columns = {name: packs[name].tolist() for name in names}
    latest = made.period.last.toordinal()
    columns["recorded_at"] = [_moment(made, min(m.toordinal() + 36, latest), 10) for m in packs["month"]]
    return _records(columns, {"source": plan.source, "recorded_by": BY})


def observation_rows(made: Made, said: pd.DataFrame, first: int) -> Rows:
    """Rows of the observation table for a part of the statements; the first of all has the number `first`."""
    moment = cache(lambda day, hour: _moment(made, day, hour))
    observed = cache(date.fromordinal)
    columns = {
        name: said[name].tolist()
        for name in ("venue_id", "capability", "aspect", "status", "details", "source_kind", "source_ref")
    }
    columns["id"] = (first + said.index.to_numpy()).tolist()
    columns["observed_at"] = [observed(d) for d in said["day"].tolist()]
    columns["recorded_at"] = [
        moment(d, h) for d, h in zip(said["recorded"].tolist(), said["hour"].tolist(), strict=True)
    ]
    columns["withdraws"] = [None if w < 0 else first + w for w in said["withdraws"].tolist()]
    return _records(columns, {"recorded_by": BY})


def decision_rows(said: pd.DataFrame, rows: Rows) -> Rows:
    """The decisions on the statements that are decided, made when they were recorded."""
    return [
        {
            "observation_id": row["id"],
            "outcome": outcome,
            "reason": LABEL,
            "decided_at": row["recorded_at"],
            "decided_by": BY,
        }
        for outcome, row in zip(said["outcome"].tolist(), rows, strict=True)
        if outcome
    ]


def _write_list(session: Session, made: Made, plan: Plan) -> None:
    """Two confirmed versions of the merchant list: half a year after the start, and a year later."""
    found = session.get(KeyList, LIST_CODE)
    if found is None:
        found = KeyList(code=LIST_CODE, kind="merchants", title_zh="重点商户名录", title_en="Key merchants")
        session.add(found)
    found.complete = True
    session.flush()
    of_list = select(func.max(KeyListVersion.number)).where(KeyListVersion.list_code == LIST_CODE)
    number = session.scalar(of_list) or 0
    for later, column in ((60, "first"), (400, "second")):
        number += 1
        listed = made.merchants[made.merchants[column].astype(bool)]
        version = _version(made, plan, number, later)
        version.removals = _removals(made) if column == "second" else {}
        session.add(version)
        session.flush()
        columns = {name: listed[key].tolist() for name, key in (("venue_id", "id"), ("large", "large"))}
        columns["reason"] = listed["reason"].tolist() if column == "second" else [""] * len(listed)
        _insert(session, "key_list_entry", _records(columns, {"version_id": version.id, "clause": "二(一)1"}))


def _removals(made: Made) -> dict[str, dict[str, str]]:
    """Why each merchant of the first version is not on the second."""
    gone = made.merchants[made.merchants["first"].astype(bool) & ~made.merchants["second"].astype(bool)]
    at = _moment(made, made.period.last.toordinal(), 9).isoformat()
    return {key: {"reason": why, "by": BY, "at": at} for key, why in zip(gone["id"], gone["reason"], strict=True)}


def _version(made: Made, plan: Plan, number: int, later: int) -> KeyListVersion:
    day = min(made.period.first + timedelta(days=later), made.period.last)
    return KeyListVersion(
        list_code=LIST_CODE,
        number=number,
        valid_from=day,
        source=plan.source,
        drafted_at=_moment(made, day.toordinal() - 10, 9),
        drafted_by=BY,
        confirmed_at=_moment(made, day.toordinal(), 9),
        confirmed_by=BY,
    )


def _moment(made: Made, ordinal: int, hour: int) -> datetime:
    return datetime.combine(date.fromordinal(ordinal), time(hour), made.zone).astimezone(UTC)


def _plain(column: pd.Series) -> list[Any]:
    """Python values, with None for what is missing."""
    return _where(column.notna().to_numpy(), column.tolist())


def _where(present: Iterable[Any], values: Iterable[Any]) -> list[Any]:
    return [value if there else None for there, value in zip(present, values, strict=True)]


def _records(columns: Mapping[str, list[Any]], fixed: Mapping[str, Any]) -> Rows:
    names = list(columns)
    return [{**dict(zip(names, row, strict=True)), **fixed} for row in zip(*columns.values(), strict=True)]


def _widen_cache(session: Session) -> None:
    """SQLite's page cache of 2 MB makes the indexes of a large load thrash; this connection gets more."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text(f"PRAGMA cache_size = -{CACHE_KB}"))


def _insert(session: Session, table: str, rows: Rows, progress: Progress | None = None) -> None:
    target: Table = Base.metadata.tables[table]
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        session.execute(insert(target), part)
        if progress is not None:
            progress(f"writing {table}s", start + len(part), len(rows))


def _raise_sequence(session: Session, table: str) -> None:
    """PostgreSQL's own numbering goes on after the numbers given here (SQLite's does so by itself)."""
    if session.get_bind().dialect.name == "postgresql":
        serial = func.pg_get_serial_sequence(table, "id")
        session.execute(select(func.setval(serial, newest_id(session, Observation))))
