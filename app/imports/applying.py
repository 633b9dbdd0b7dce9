"""Writing an import's rows in one transaction: all that were accepted, or none."""

from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from sqlalchemy.orm import Session

from app.actor import Actor
from app.errors import Overtaken
from app.importers.kinds import NEW, REFUSE, Outcome
from app.imports.held import FX_LICENCE
from app.register import bulk, places
from app.register.changes import mark
from app.register.places import POSITION
from app.register.statements import Statement, record
from app.tables import Licence
from app.vocabulary import SourceKind

NAMED = 5_000
"""Above this many venues a change says that everything may have changed: readers rebuild, which is cheaper."""
DAYS = ("opened_on", "closed_on", "source_date")


def write(
    session: Session,
    rows: Sequence[Outcome],
    actor: Actor,
    import_id: int,
    *,
    number: int,
    removed: frozenset[str] = frozenset(),
    source_kind: str = SourceKind.LEDGER,
) -> bool:
    """Write what the rows say, in the caller's transaction; whether there was anything to write.

    Args:
        session: the caller commits.
        rows: as they were judged; those that ask or are refused are left out.
        actor: who applies.
        import_id: under which all of it is written.
        number: the change of the register that the rows were judged against.
        removed: the removed venues of the register, which come back where a row names them as new.
        source_kind: what kind of source the file is.

    Raises:
        Overtaken: somebody has written since; nothing is written.
    """
    taken = [row for row in rows if row.outcome != REFUSE and _writes(row)]
    if not taken:
        return False
    taken.sort(key=_venue)  # in the order of the indexes: three times as quick for many rows
    touched = {_venue(row) for row in taken}
    if mark(session, actor, touched if len(touched) <= NAMED else None) != number + 1:
        msg = "the register has changed since the file was compared with it; nothing was written"
        raise Overtaken(msg)
    new = [row for row in taken if row.outcome == NEW]
    _add(session, [row for row in new if row.cells["id"] not in removed], actor, import_id)
    _bring_back(session, [row for row in new if row.cells["id"] in removed], actor, import_id)
    changes = {row.venue_id: _changes(row.cells["change"]) for row in taken if row.venue_id and row.cells.get("change")}
    places.change(session, changes, actor, import_id=import_id, marked=True)
    record(session, _statements(taken, import_id, source_kind), actor, marked=True)
    _license(session, taken, actor, import_id)
    return True


def _venue(row: Outcome) -> str:
    return row.venue_id or str(row.cells["id"])


def _writes(row: Outcome) -> bool:
    cells = row.cells
    return row.outcome == NEW or bool(cells.get("change") or cells.get("say") or cells.get("licence"))


def _add(session: Session, rows: Sequence[Outcome], actor: Actor, import_id: int) -> None:
    points = _points(rows)
    made = [{**_columns(row), "geometry": point} for row, point in zip(rows, points, strict=True)]
    places.add(session, made, actor, import_id, marked=True)


def _points(rows: Sequence[Outcome]) -> list[shapely.Point | None]:
    there = [row.cells["add"].get("location_quality") is not None for row in rows]
    spots = [(row.cells["lon"], row.cells["lat"]) for row, t in zip(rows, there, strict=True) if t]
    made = iter(shapely.points(spots) if spots else ())
    return [next(made) if t else None for t in there]


def _columns(row: Outcome) -> dict[str, Any]:
    """The columns of a new venue."""
    made = {**row.cells["add"], "id": row.cells["id"]}
    return made | {name: places.day(made[name]) for name in DAYS if name in made}


def _bring_back(session: Session, rows: Sequence[Outcome], actor: Actor, import_id: int) -> None:
    """A venue that was removed, as by an undone import, is the venue again, with what the file says."""
    places.restore(session, [row.cells["id"] for row in rows], actor, "import", import_id, marked=True)
    nothing = dict.fromkeys(places.ATTRIBUTES - {"serves_public", "area", "part_of"})
    points = _points(rows)
    changes = {
        row.cells["id"]: {**nothing, **{k: v for k, v in _columns(row).items() if k != "id"}, "geometry": point}
        for row, point in zip(rows, points, strict=True)
    }
    places.change(session, changes, actor, import_id=import_id, marked=True)


def _changes(change: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """The new values by column."""
    made: dict[str, Any] = {}
    for name, (_, value) in change.items():
        if name == "position":
            made |= position(value)
        else:
            made[name] = places.day(value) if name in DAYS else value
    return made


def position(kept: Sequence[Any]) -> dict[str, Any]:
    """The six columns of a position as an import keeps it."""
    *given, spot = kept
    return {"geometry": None if spot is None else shapely.Point(spot), **dict(zip(POSITION, given, strict=True))}


def _statements(rows: Sequence[Outcome], import_id: int, kind: str) -> list[Statement]:
    made = []
    for row in rows:
        venue = _venue(row)
        for capability, aspect, status, day, source, details in row.cells.get("say", ()):
            seen = places.some_day(day)
            made.append(Statement(venue, capability, status, seen, kind, source, aspect, details, import_id=import_id))
    return made


def _license(session: Session, rows: Sequence[Outcome], actor: Actor, import_id: int) -> None:
    said = [(_venue(row), *row.cells["licence"]) for row in rows if row.cells.get("licence")]
    columns: dict[str, Any] = {
        "venue_id": [venue for venue, *_ in said],
        "held": [held for _, held, *_ in said],
        "valid_from": [places.some_day(day) for _, _, day, _ in said],
        "source": [source for *_, source in said],
        "kind": bulk.Every(FX_LICENCE),
        "import_id": bulk.Every(import_id),
        "recorded_by": bulk.Every(actor.name),
    }
    bulk.insert(session, Licence, len(said), columns)
