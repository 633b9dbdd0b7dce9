"""Emptying a sandbox of its places, with all that was hung on them since."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.tables import (
    Attachment,
    CapabilitySummary,
    Case,
    CaseEvent,
    ChangePackCount,
    CurrentStatus,
    Decision,
    ImportRow,
    Inspection,
    KeyListEntry,
    KeyListVersion,
    Licence,
    Observation,
    PosDevice,
    Venue,
    VenueHistory,
)

REFERRING_FIRST = (
    CurrentStatus, CapabilitySummary, Decision, Observation, Attachment, CaseEvent, Case, KeyListEntry, KeyListVersion,
    Licence, PosDevice, Inspection, VenueHistory, ChangePackCount,
)  # fmt: skip


def places(session: Session) -> None:
    """Remove every venue and all that is told of one; borders, people, institutions and accounts stay."""
    for table in REFERRING_FIRST:
        session.execute(delete(table))
    session.execute(update(ImportRow).values(venue_id=None))
    session.execute(delete(Venue))
