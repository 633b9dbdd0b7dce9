"""Taking a simulation out of a sandbox, with all that was hung on it since."""

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.demo.standing import LIKE
from app.tables import (
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


def simulation(session: Session) -> None:
    """Remove every simulated row and what refers to one; the real directory stays as it is."""
    gone = select(Venue.id).where(Venue.source.like(LIKE))
    _statements(session)
    cases = select(Case.id).where(Case.venue_id.in_(gone))
    session.execute(delete(CaseEvent).where(CaseEvent.case_id.in_(cases)))
    session.execute(delete(Case).where(Case.venue_id.in_(gone)))
    for table in (KeyListEntry, Licence, PosDevice, Inspection, VenueHistory):
        session.execute(delete(table).where(table.venue_id.in_(gone)))
    versions = select(KeyListVersion.id).where(KeyListVersion.source.like(LIKE))
    session.execute(delete(KeyListEntry).where(KeyListEntry.version_id.in_(versions)))
    session.execute(delete(KeyListVersion).where(KeyListVersion.source.like(LIKE)))
    session.execute(delete(ChangePackCount).where(ChangePackCount.source.like(LIKE)))
    session.execute(update(ImportRow).where(ImportRow.venue_id.in_(gone)).values(venue_id=None))
    session.execute(update(Venue).where(Venue.part_of.in_(gone)).values(part_of=None))
    session.execute(delete(Venue).where(Venue.source.like(LIKE)))


def _statements(session: Session) -> None:
    gone = select(Venue.id).where(Venue.source.like(LIKE))
    session.execute(delete(CurrentStatus))
    session.execute(delete(CapabilitySummary))
    first = select(Observation.id).where(or_(Observation.source_ref.like(LIKE), Observation.venue_id.in_(gone)))
    doomed = or_(Observation.source_ref.like(LIKE), Observation.venue_id.in_(gone), Observation.withdraws.in_(first))
    session.execute(delete(Decision).where(Decision.observation_id.in_(select(Observation.id).where(doomed))))
    session.execute(delete(Observation).where(doomed))
