"""Venues come in, change, go and come back, each with its line of history. The caller commits.

History holds what was set, not what it was set from: the values before are in the lines before. A
position is one thing: its six columns move together.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast

import shapely
from sqlalchemy import Row, Table, bindparam, select, update
from sqlalchemy.orm import Session

from app.actor import Actor
from app.errors import BadStatement, NotFound, Overtaken
from app.permissions import Subject
from app.policy import Policy
from app.register import bulk
from app.register.changes import mark
from app.tables import Venue, VenueHistory
from app.tables.base import now
from geo.datum import to_wgs84

POSITION = ("original_lon", "original_lat", "original_datum", "location_quality", "location_error_m")
"""What history says of a position; `geometry` follows from it."""
REMOVED = "removed"
CHUNK = 5_000
_OURS = {"id", "version", "created_at", "updated_at", "deleted_at"}
_TABLE = cast("Table", Venue.__table__)
ATTRIBUTES = frozenset(_TABLE.c.keys()) - _OURS
"""The columns that may be set."""


def position(
    lon: float | None,
    lat: float | None,
    datum: str = "wgs84",
    quality: str = "sourced",
    error_m: float | None = None,
) -> dict[str, Any]:
    """The six columns of a position as it was given, or of none where `lon` or `lat` is None.

    Raises:
        UnknownDatum: naming the datums that there are.
    """
    if lon is None or lat is None:
        return dict.fromkeys(("geometry", *POSITION))
    x, y = to_wgs84([lon], [lat], datum)
    given = dict(zip(POSITION, (lon, lat, datum, quality, error_m), strict=True))
    return {"geometry": shapely.Point(float(x[0]), float(y[0])), **given}


def subject_of(venue: Venue | Row[Any], policy: Policy) -> Subject:
    """Whose a venue is, for the table of permissions."""
    lead = policy.class_lead.get(venue.category)
    return Subject(venue.name_zh, venue.institution, lead, venue.region, venue.zone)


def add(
    session: Session,
    rows: Sequence[Mapping[str, Any]],
    actor: Actor,
    import_id: int | None = None,
    *,
    marked: bool = False,
) -> None:
    """Write new venues and the first line of history of each, which holds all that is known of it.

    Args:
        session: the caller commits.
        rows: columns of the venue table by name, `id` among them; what a row leaves out is not known.
        actor: who adds.
        import_id: the import that brings them.
        marked: the caller's transaction has numbered this change already.

    Raises:
        BadStatement: a column that is not there to be set.
    """
    if not rows:
        return
    ids = [row["id"] for row in rows]
    _number(session, actor, ids, marked=marked)
    names = _checked({name for row in rows for name in row} - {"id"})
    bulk.insert(session, Venue, len(rows), {"id": ids, **{n: _column(rows, n) for n in names}, **_times()})
    plain = [{k: v for k, v in row.items() if k not in {"id", "geometry", "area"} and v is not None} for row in rows]
    remember(session, dict(zip(ids, plain, strict=True)), actor, import_id)


def change(
    session: Session,
    changes: Mapping[str, Mapping[str, Any]],
    actor: Actor,
    *,
    import_id: int | None = None,
    seen: Mapping[str, int] | None = None,
    marked: bool = False,
) -> None:
    """Set attributes of venues; what already holds its value is not written, nor is a version raised for it.

    Args:
        session: the caller commits.
        changes: by venue id, the new values by column; a position by all of its columns (`position`).
        actor: who changes.
        import_id: the import that brings the values.
        seen: by venue id, the version that the caller saw; a newer one in the register is not overwritten.
        marked: the caller's transaction has numbered this change already.

    Raises:
        NotFound: there is no such venue, or it was removed. Overtaken: somebody changed it since it was seen.
        BadStatement: a column that is not there to be set.
    """
    if not changes:
        return
    if not marked:
        held = _held(session, changes)
        changes = {k: v for k, v in changes.items() if _news(held[k], v) or _is_old(held, seen, k)}
        if not changes:
            return
        mark(session, actor, changes)  # from here on nobody writes beside this: what is read now stays true
    held = _held(session, changes)
    for key in changes:
        if _is_old(held, seen, key):
            raise Overtaken(f"{held[key].name_zh}: somebody has changed it since it was read; nothing was written")
    news = {key: made for key, values in changes.items() if (made := _news(held[key], values))}
    _write(session, news)
    said = {key: {n: v for n, v in values.items() if n not in {"geometry", "area"}} for key, values in news.items()}
    remember(session, said, actor, import_id)


def remove(
    session: Session,
    ids: Collection[str],
    actor: Actor,
    reason: str,
    import_id: int | None = None,
    *,
    marked: bool = False,
) -> None:
    """Take venues out of the register; their rows, statements and history stay. Gone ones are left as they are."""
    _put(session, ids, actor, {REMOVED: True, "reason": reason}, import_id, marked=marked)


def restore(
    session: Session,
    ids: Collection[str],
    actor: Actor,
    reason: str,
    import_id: int | None = None,
    *,
    marked: bool = False,
) -> None:
    """Bring removed venues back as they were. Those that are there are left as they are."""
    _put(session, ids, actor, {REMOVED: False, "reason": reason}, import_id, marked=marked)


def remember(
    session: Session, said: Mapping[str, Mapping[str, Any]], actor: Actor, import_id: int | None = None
) -> None:
    """One line of history per venue: what was set, by whom and when."""
    columns: dict[str, Any] = {
        "venue_id": list(said),
        "attributes": list(said.values()),
        "valid_from": bulk.Every(now().date()),
        "recorded_at": bulk.Every(now()),
        "recorded_by": bulk.Every(actor.name),
        "import_id": bulk.Every(import_id),
    }
    bulk.insert(session, VenueHistory, len(said), columns)


def _put(
    session: Session,
    ids: Collection[str],
    actor: Actor,
    said: Mapping[str, Any],
    import_id: int | None,
    *,
    marked: bool,
) -> None:
    gone = said[REMOVED]
    there = read(session, ids)
    turned = [key for key, row in there.items() if (row.deleted_at is not None) != gone]
    if not turned:
        return
    _number(session, actor, turned, "delete" if gone else "upsert", marked=marked)
    at = now()
    values = {"deleted_at": at if gone else None, "updated_at": at, "version": _TABLE.c.version + 1}
    for part in _chunks(turned):
        session.execute(update(_TABLE).where(_TABLE.c.id.in_(part)).values(values))
    session.expire_all()
    remember(session, dict.fromkeys(turned, said), actor, import_id)


def _number(session: Session, actor: Actor, ids: Iterable[str], kind: str = "upsert", *, marked: bool) -> None:
    if not marked:
        mark(session, actor, ids, kind)


def _checked(names: Collection[str]) -> list[str]:
    unknown = sorted(set(names) - ATTRIBUTES)
    if unknown:
        raise BadStatement(f"{unknown[0]}: is no attribute of a venue that can be set")
    return sorted(names)


def _column(rows: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    if name == "serves_public":
        return [row.get(name, True) for row in rows]
    return [row.get(name) for row in rows]


def _times() -> dict[str, bulk.Every]:
    at = now()
    return {"created_at": bulk.Every(at), "updated_at": bulk.Every(at)}


def read(session: Session, ids: Collection[str]) -> dict[str, Row[Any]]:
    """All columns of these venues, by id; removed ones too."""
    session.flush()
    found: dict[str, Row[Any]] = {}
    for part in _chunks(list(ids)):
        found |= {row.id: row for row in session.execute(select(_TABLE).where(_TABLE.c.id.in_(part)))}
    return found


def _held(session: Session, wanted: Mapping[str, Mapping[str, Any]]) -> dict[str, Row[Any]]:
    """The venues as they stand, all of which are there."""
    _checked({name for values in wanted.values() for name in values})
    held = {key: row for key, row in read(session, wanted).items() if row.deleted_at is None}
    missing = wanted.keys() - held.keys()
    if missing:
        raise NotFound(f"there is no venue {min(missing)}")
    return held


def _is_old(held: Mapping[str, Row[Any]], seen: Mapping[str, int] | None, key: str) -> bool:
    return seen is not None and key in seen and held[key].version != seen[key]


def _news(row: Row[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the row does not hold; all of a position where any of it moved."""
    made = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not made.keys().isdisjoint({"geometry", *POSITION}):
        made |= {name: values[name] for name in ("geometry", *POSITION) if name in values}
    return made


def _write(session: Session, news: Mapping[str, Mapping[str, Any]]) -> None:
    """One statement for all venues that change the same columns."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for key, values in news.items():
        row = {"key": key, **{f"to_{name}": value for name, value in values.items()}}
        alike.setdefault(tuple(sorted(values)), []).append(row)
    at = now()
    connection = session.connection()
    for names, rows in alike.items():
        values = {name: bindparam(f"to_{name}", type_=_TABLE.c[name].type) for name in names}
        counted = {"version": _TABLE.c.version + 1, "updated_at": at}
        connection.execute(update(_TABLE).where(_TABLE.c.id == bindparam("key")).values({**values, **counted}), rows)
    session.expire_all()


def _chunks(keys: Sequence[str]) -> list[Sequence[str]]:
    return [keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK)]


def day(value: date | str | None) -> date | None:
    """A day as the table holds it, from history's JSON or as it is."""
    return None if value is None else some_day(value)


def some_day(value: date | str) -> date:
    """As `day`, of a day that is there."""
    return date.fromisoformat(value) if isinstance(value, str) else value
