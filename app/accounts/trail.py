"""The trail: what somebody did, or was refused, that leaves no other record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actor import Actor
from app.tables import AuditLine

NOBODY = Actor("", "nobody")
"""Who has not signed in."""
LONGEST_SUBJECT = 200


def note(session: Session, actor: Actor, action: str, outcome: str, subject: str = "", **facts: Any) -> None:  # noqa: ANN401 - facts are JSON
    """Add a line; the caller commits."""
    line = AuditLine(
        by=actor.name, role=actor.role, action=action, outcome=outcome, subject=subject[:LONGEST_SUBJECT], facts=facts
    )
    session.add(line)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines to see; what is empty bounds nothing."""

    by: str = ""
    action: str = ""
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def lines(session: Session, wanted: Wanted, most: int) -> Sequence[AuditLine]:
    """The newest lines first; `before` is the id that the last page ended with."""
    asked = select(AuditLine).order_by(AuditLine.id.desc()).limit(most)
    for column in ("by", "action", "outcome"):
        if said := getattr(wanted, column):
            asked = asked.where(getattr(AuditLine, column) == said)
    if wanted.since is not None:
        asked = asked.where(AuditLine.at >= wanted.since)
    if wanted.until is not None:
        asked = asked.where(AuditLine.at < wanted.until)
    if wanted.before is not None:
        asked = asked.where(AuditLine.id < wanted.before)
    return session.scalars(asked).all()


def actions(session: Session) -> Sequence[str]:
    """Every action that there are lines of."""
    return session.scalars(select(AuditLine.action).distinct().order_by(AuditLine.action)).all()
