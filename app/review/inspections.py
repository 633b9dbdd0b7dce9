"""巡检: what is due for whom, and what an inspector found when he went. The caller commits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from app.actor import Actor
from app.console.reach import own_venues
from app.errors import BadFields, Fault, NotFound, Overtaken
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.permissions import Action, Subject, may, require
from app.policy import Policy
from app.register.changes import mark
from app.register.places import subject_of
from app.register.statements import EARLIEST, Statement, record
from app.review.claims import SOURCE
from app.review.evidence import OF_INSPECTION
from app.review.photos import MEDIA_TYPE, Photo
from app.review.tried import Found
from app.tables import Attachment, Inspection, Observation, Venue
from app.vocabulary import SourceKind

LONGEST_NOTE, MOST_PHOTOS = 1000, 4
NOTHING_TRIED = N_("say of at least one thing what you found, or write a note why nothing could be tried")
DAY_WRONG = N_("choose a day that is not in the future")
NOTE_LONG = N_("is longer than %(most)s characters")
MANY_PHOTOS = N_("at most %(most)s photographs")


@dataclass(frozen=True, slots=True)
class Visit:
    """What an inspector sends: where, when, what was tried and found.

    `key` is the form's own, so that a form that comes twice is one visit.
    """

    venue_id: str
    day: date
    found: Sequence[Found]
    key: str
    note: str = ""
    photos: Sequence[Photo] = field(default_factory=tuple)
    inspection_id: int | None = None


def assigned(inspection: Inspection) -> Subject:
    """Whose an inspection is by being the one who was asked to go."""
    unit = inspection.institution
    return Subject("", institution=unit, lead=unit, region=unit)


def may_inspect(actor: Actor, venue: Venue, inspection: Inspection | None, policy: Policy) -> bool:
    """Whether the actor may inspect: a venue of his own, or one that he was asked to go to."""
    asked = inspection is not None and inspection.institution is not None
    return may(actor, Action.INSPECT, subject_of(venue, policy)) or (
        asked and inspection is not None and may(actor, Action.INSPECT, assigned(inspection))
    )


def due(actor: Actor, policy: Policy, *, everybody: bool = False) -> Select[Inspection, Venue]:
    """The inspections that are due for the actor, the earliest first; `everybody`: all those that it may do."""
    mine = _allowed(actor, policy) if everybody else _mine(actor, policy)
    return (
        select(Inspection, Venue)
        .join(Venue, Venue.id == Inspection.venue_id)
        .where(Inspection.done_on.is_(None), Venue.deleted_at.is_(None), mine)
        .order_by(Inspection.due_on.is_(None), Inspection.due_on, Inspection.id)
    )


def done(actor: Actor, policy: Policy) -> Select[Inspection, Venue]:
    """The inspections that were done at what the actor may inspect, the latest first."""
    return (
        select(Inspection, Venue)
        .join(Venue, Venue.id == Inspection.venue_id)
        .where(Inspection.done_on.is_not(None), _allowed(actor, policy))
        .order_by(Inspection.done_on.desc(), Inspection.id.desc())
    )


def save(session: Session, visit: Visit, actor: Actor, policy: Policy, today: date) -> Inspection:
    """The inspection as it is kept, with the statements that came of it; the same form again gives the same one.

    Raises:
        NotFound: no such venue or inspection. NotAllowed: it is not the actor's to inspect.
        BadFields: nothing was tried, or the day is in the future. Overtaken: somebody else has done it meanwhile.
    """
    venue, kept = _found(session, visit)
    if not may_inspect(actor, venue, kept, policy):
        require(actor, Action.INSPECT, subject_of(venue, policy))
    _check(visit, today)
    mark(session, actor, [venue.id])  # from here on the same form is not saved twice at once
    before = _saved(session, visit)
    if before is not None:
        return before
    made = kept or Inspection(venue_id=venue.id, institution=actor.institution, result={}, recorded_by=actor.name)
    session.add(made)
    made.done_on = visit.day
    made.recorded_by = actor.name
    said = [[f.capability, f.aspect, f.status] for f in visit.found]
    made.result = {**(made.result or {}), "key": visit.key, "note": visit.note, "found": said}
    session.flush()
    _write(session, made, visit, actor)
    return made


def statements_of(session: Session, inspection: Inspection) -> list[Observation]:
    """What came of an inspection, and what took any of it back."""
    ours = select(Observation).where(
        Observation.venue_id == inspection.venue_id, Observation.source_ref == f"{SOURCE}{inspection.id}"
    )
    said = list(session.scalars(ours.order_by(Observation.id)))
    back = select(Observation).where(Observation.withdraws.in_([o.id for o in said]))
    return [*said, *session.scalars(back.order_by(Observation.id))]


def _allowed(actor: Actor, policy: Policy) -> ColumnElement[bool]:
    return or_(own_venues(actor, Action.INSPECT, policy), _for_me(actor))


def _mine(actor: Actor, policy: Policy) -> ColumnElement[bool]:
    """What the actor was asked to do, and what nobody was asked to do at a venue of its own."""
    unasked = Inspection.institution.is_(None)
    return or_(_for_me(actor), and_(unasked, own_venues(actor, Action.INSPECT, policy)))


def _for_me(actor: Actor) -> ColumnElement[bool]:
    return Inspection.institution.in_([unit for unit in (actor.institution, actor.region) if unit])


def _found(session: Session, visit: Visit) -> tuple[Venue, Inspection | None]:
    venue = session.get(Venue, visit.venue_id)
    kept = None if visit.inspection_id is None else session.get(Inspection, visit.inspection_id)
    if venue is None or venue.deleted_at is not None:
        msg = f"there is no venue {visit.venue_id}"
        raise NotFound(msg)
    if visit.inspection_id is not None and (kept is None or kept.venue_id != venue.id):
        msg = f"there is no inspection {visit.inspection_id}"
        raise NotFound(msg)
    return venue, kept


def _check(visit: Visit, today: date) -> None:
    faults = {}
    if not visit.found and not visit.note.strip():
        faults["found"] = Fault(NOTHING_TRIED)
    if not EARLIEST <= visit.day <= today:
        faults["day"] = Fault(DAY_WRONG)
    if len(visit.note) > LONGEST_NOTE:
        faults["note"] = Fault(NOTE_LONG, {"most": LONGEST_NOTE})
    if len(visit.photos) > MOST_PHOTOS:
        faults["photo"] = Fault(MANY_PHOTOS, {"most": MOST_PHOTOS})
    if faults:
        raise BadFields(faults)


def _saved(session: Session, visit: Visit) -> Inspection | None:
    """The inspection that this very form made before."""
    if visit.inspection_id is not None:
        there = session.get_one(Inspection, visit.inspection_id, populate_existing=True)
        if there.done_on is not None and there.result.get("key") != visit.key:
            msg = f"inspection {there.id}: {there.recorded_by} has done it meanwhile; nothing was written"
            raise Overtaken(msg)
        return there if there.done_on is not None else None
    there_too = select(Inspection).where(Inspection.venue_id == visit.venue_id, Inspection.done_on.is_not(None))
    return next((one for one in session.scalars(there_too) if one.result.get("key") == visit.key), None)


def _write(session: Session, made: Inspection, visit: Visit, actor: Actor) -> None:
    kind, reference = SourceKind.INSPECTION, f"{SOURCE}{made.id}"
    said = [
        Statement(visit.venue_id, f.capability, f.status, visit.day, kind, reference, f.aspect) for f in visit.found
    ]
    record(session, said, actor)
    session.add_all(
        Attachment(
            subject=OF_INSPECTION,
            subject_id=str(made.id),
            media_type=MEDIA_TYPE,
            sha256=photo.sha256,
            content=photo.content,
            facts={"width": photo.width, "height": photo.height},
            recorded_by=actor.name,
        )
        for photo in visit.photos
    )
