"""Taking an import back as a whole: what it said is withdrawn, what it changed is put back, what it added is removed.

History stays. Where somebody has written since, theirs stays and is named; where a later import has, that one has to
be undone first, for nobody could tell any more what was whose.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, aliased

from app.accounts.trail import note
from app.actor import Actor
from app.errors import Overtaken
from app.importers.kinds import NEW, Outcome
from app.imports.applying import DAYS, NAMED, position
from app.imports.held import chunks
from app.imports.kept import json_ready
from app.permissions import Action
from app.register import places
from app.register.changes import mark
from app.register.places import POSITION
from app.register.statements import withdraw_all
from app.tables import Import, Licence, Observation, VenueHistory

APPLIED = "applied"
REASON = "import {} undone"
LICENCE = (Licence.venue_id, Licence.kind, Licence.held, Licence.valid_from, Licence.valid_to, Licence.source,
           Licence.recorded_at, Licence.recorded_by)  # fmt: skip
Later = Mapping[str, set[str]]
"""By venue, what was set since the import."""


def undo(session: Session, rows: Sequence[Outcome], actor: Actor, import_id: int) -> list[dict[str, str]]:
    """Take back what the import wrote, in the caller's transaction.

    Returns:
        What stays because somebody wrote it since: `venue`, `name` and `what`.

    Raises:
        Overtaken: a later import wrote to the same places; the sentence names it.
    """
    added = [row.cells["id"] for row in rows if row.outcome == NEW]
    changed = {row.venue_id: row.cells["change"] for row in rows if row.venue_id and row.cells.get("change")}
    said = _standing(session, import_id)
    licensed = [row.venue_id for row in rows if row.venue_id and row.cells.get("licence")]
    touched = {*added, *changed, *licensed, *(o.venue_id for o in said)}
    if not touched:
        return []
    mark(session, actor, touched if len(touched) <= NAMED else None)
    later = _later(session, import_id, set(added), changed)
    withdraw_all(session, said, actor, REASON.format(import_id), import_id=import_id, marked=True)
    _take_licences(session, actor, import_id)
    stays = _put_back(session, changed, actor, import_id)
    return stays + _take_out(session, added, later, actor, import_id)


def _take_licences(session: Session, actor: Actor, import_id: int) -> None:
    """Delete the licences that the import added; the trail keeps what they said, for they have no history."""
    ours = Licence.import_id == import_id
    said = [json_ready(row._asdict()) for row in session.execute(select(*LICENCE).where(ours).order_by(Licence.id))]
    if said:
        note(session, actor, Action.UNDO_IMPORT, "done", REASON.format(import_id), licences=said)
        session.execute(delete(Licence).where(ours))


def _standing(session: Session, import_id: int) -> list[Observation]:
    """The statements of the import that nobody has taken back."""
    back = aliased(Observation)
    query = (
        select(Observation)
        .outerjoin(back, back.withdraws == Observation.id)
        .where(Observation.import_id == import_id, Observation.withdraws.is_(None), back.id.is_(None))
    )
    return list(session.scalars(query))


def _later(session: Session, import_id: int, added: set[str], changed: Mapping[str, Mapping[str, Any]]) -> Later:
    """What people set since on the venues of the import; Overtaken where a later import did."""
    last = select(func.max(VenueHistory.id)).where(VenueHistory.import_id == import_id).scalar_subquery()
    ours = select(VenueHistory.venue_id).where(VenueHistory.import_id == import_id)
    lines = select(VenueHistory.venue_id, VenueHistory.attributes, VenueHistory.import_id).where(
        VenueHistory.id > last, VenueHistory.venue_id.in_(ours)
    )
    later: dict[str, set[str]] = defaultdict(set)
    undone = set(session.scalars(select(Import.id).where(Import.state != APPLIED)))
    for venue, attributes, by_import in session.execute(lines):
        if by_import in undone:
            continue  # what it wrote, and what its undoing put back, come to nothing
        if by_import is not None and (venue in added or _fields(changed.get(venue, {})) & set(attributes)):
            _refuse(session, by_import)
        later[venue] |= set(attributes)
    for venue, by_import in _later_statements(session, import_id, sorted(added)):
        if by_import is not None:
            _refuse(session, by_import)
        later[venue].add("said")
    return later


def _later_statements(session: Session, import_id: int, added: Sequence[str]) -> list[tuple[str, int | None]]:
    """Statements of others on the venues that the import added."""
    found: list[tuple[str, int | None]] = []
    back = aliased(Observation)
    for part in chunks(added):
        query = (
            select(Observation.venue_id, Observation.import_id)
            .outerjoin(back, back.withdraws == Observation.id)
            .where(Observation.venue_id.in_(part), Observation.withdraws.is_(None), back.id.is_(None))
            .where(func.coalesce(Observation.import_id, 0) != import_id)
        )
        found += [(venue, by) for venue, by in session.execute(query)]
    return found


def _refuse(session: Session, by_import: int) -> None:
    name = session.scalar(select(Import.file_name).where(Import.id == by_import))
    raise Overtaken(f"import {by_import} ({name}) came later and wrote to the same places: undo it first")


def _fields(change: Mapping[str, Any]) -> set[str]:
    return {name for key in change for name in (POSITION if key == "position" else (key,))}


def _put_back(
    session: Session, changed: Mapping[str, Mapping[str, Any]], actor: Actor, import_id: int
) -> list[dict[str, str]]:
    """Set each attribute that is still as the import left it to what it was before."""
    here = places.read(session, changed)
    back: dict[str, dict[str, Any]] = {}
    stays = []
    for venue, change in changed.items():
        row = here[venue]
        for name, (before, after) in change.items():
            if row.deleted_at is None and _is_still(row, name, after):
                back.setdefault(venue, {}).update(_value(name, before))
            else:
                stays.append({"venue": venue, "name": row.name_zh, "what": name})
    places.change(session, back, actor, import_id=import_id, marked=True)
    return stays


def _is_still(row: Any, name: str, value: Any) -> bool:  # noqa: ANN401 - a row, and any column's value
    return all(getattr(row, column) == told for column, told in _value(name, value).items())


def _value(name: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - any column's value
    if name == "position":
        return position(value)
    return {name: places.day(value) if name in DAYS else value}


def _take_out(
    session: Session, added: Sequence[str], later: Later, actor: Actor, import_id: int
) -> list[dict[str, str]]:
    """Remove what the import added, unless somebody wrote about it since."""
    kept = sorted(set(added) & later.keys())
    gone = [key for key in added if key not in later]
    places.remove(session, gone, actor, REASON.format(import_id), import_id, marked=True)
    names = places.read(session, kept)
    return [{"venue": key, "name": names[key].name_zh, "what": "venue"} for key in kept]
