"""Numbering a change so that readers see changes in the order in which they were committed."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app.actor import Actor
from app.tables import Change, ChangeCounter
from app.tables.base import now


def mark(session: Session, actor: Actor, venue_ids: Iterable[str] | None, kind: str = "upsert") -> int:
    """The number of the change that this transaction makes; from here on it is alone among the writers.

    Call it late, for it waits until the writers before it have committed and holds up those after it; but
    before anything is derived from what they may have written.

    `venue_ids=None` says that everything may have changed (a load, a new boundary): readers rebuild.
    """
    number = session.scalars(
        update(ChangeCounter)
        .where(ChangeCounter.id == 1)
        .values(value=ChangeCounter.value + 1)
        .returning(ChangeCounter.value)
    ).one()
    at = now()
    row = {"number": number, "kind": kind, "at": at, "by": actor.name}
    rows = [{**row, "venue_id": None}] if venue_ids is None else [{**row, "venue_id": v} for v in set(venue_ids)]
    if rows:
        session.execute(insert(Change), rows)
    return number


def latest(session: Session) -> int:
    """The number of the newest change that is committed."""
    return session.scalar(select(ChangeCounter.value).where(ChangeCounter.id == 1)) or 0


def touched_since(session: Session, number: int) -> dict[str | None, datetime]:
    """The venues written by changes after `number`, with the last time; None among them means everything."""
    newer = select(Change.venue_id, func.max(Change.at)).where(Change.number > number).group_by(Change.venue_id)
    return dict(session.execute(newer).all())
