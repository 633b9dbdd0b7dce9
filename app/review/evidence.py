"""What each side of a question says, who said it, and what backs it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.review.claims import SOURCE
from app.review.queue import Item, newest_decisions
from app.tables import Attachment, CapabilitySummary, CurrentStatus, Observation, Venue

OF_STATEMENT, OF_INSPECTION = "observation", "inspection"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One statement as a reviewer sees it; `decision` is the newest on it (0: nobody has decided)."""

    id: int
    aspect: str
    status: str
    observed_at: date
    recorded_at: datetime
    source_kind: str
    source_ref: str
    recorded_by: str
    details: Mapping[str, Any]
    decision: int
    attachments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """An item with its venue and the evidence of both sides; `against` is what the newer side would overturn."""

    item: Item
    venue: Venue
    newer: tuple[Evidence, ...]
    against: tuple[Evidence, ...]


def questions(session: Session, items: Collection[Item]) -> list[Question]:
    """The items with all that is to be seen of them."""
    against = {item.key: item.older or _in_force(session, item) for item in items}
    wanted = {n for item in items for n in (*item.newer, *against[item.key])}
    found = evidence(session, wanted)
    venues = {v.id: v for v in session.scalars(select(Venue).where(Venue.id.in_({i.venue_id for i in items})))}
    return [
        Question(item, venues[item.venue_id], _of(found, item.newer), _of(found, against[item.key])) for item in items
    ]


def evidence(session: Session, numbers: Collection[int]) -> dict[int, Evidence]:
    """Statements by their id."""
    rows = list(session.scalars(select(Observation).where(Observation.id.in_(numbers)))) if numbers else []
    decisions = newest_decisions(session, numbers) if rows else {}
    files = _attachments(session, rows)
    return {row.id: _evidence(row, decisions[row.id], files) for row in rows}


def _evidence(row: Observation, decision: int, files: Mapping[str, tuple[int, ...]]) -> Evidence:
    return Evidence(
        id=row.id,
        aspect=row.aspect,
        status=row.status,
        observed_at=row.observed_at,
        recorded_at=row.recorded_at,
        source_kind=row.source_kind,
        source_ref=row.source_ref,
        recorded_by=row.recorded_by,
        details=row.details,
        decision=decision,
        attachments=(*files.get(str(row.id), ()), *files.get(row.source_ref, ())),
    )


def _of(found: Mapping[int, Evidence], numbers: Iterable[int]) -> tuple[Evidence, ...]:
    return tuple(found[number] for number in numbers)


def _in_force(session: Session, item: Item) -> tuple[int, ...]:
    """What is public now on the same question: the aspect's own statement, or the one behind the whole."""
    aspects = select(Observation.aspect).where(Observation.id.in_(item.newer))
    here = CurrentStatus.venue_id == item.venue_id, CurrentStatus.capability == item.capability
    found = set(session.scalars(select(CurrentStatus.observation_id).where(*here, CurrentStatus.aspect.in_(aspects))))
    if not found:
        whole = CapabilitySummary.venue_id == item.venue_id, CapabilitySummary.capability == item.capability
        found = set(session.scalars(select(CapabilitySummary.observation_id).where(*whole)))
    return tuple(sorted(found))


def _attachments(session: Session, rows: Iterable[Observation]) -> dict[str, tuple[int, ...]]:
    """The files of statements by their id, and of the inspections that they came of by their source."""
    visits = {row.source_ref.removeprefix(SOURCE) for row in rows if row.source_ref.startswith(SOURCE)}
    made: dict[str, tuple[int, ...]] = {}
    for subject, ids, prefix in (
        (OF_STATEMENT, {str(row.id) for row in rows}, ""),
        (OF_INSPECTION, visits, SOURCE),
    ):
        wanted = Attachment.subject == subject, Attachment.subject_id.in_(ids)
        for key, number in session.execute(select(Attachment.subject_id, Attachment.id).where(*wanted)) if ids else ():
            made[prefix + key] = (*made.get(prefix + key, ()), number)
    return made
