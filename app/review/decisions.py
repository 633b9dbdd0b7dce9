"""Deciding once: what two people decide at the same time is decided by the first, and the second is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actor import Actor
from app.errors import BadFields, BadStatement, Fault, NotFound, Overtaken
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.permissions import Action, require
from app.policy import Policy
from app.register.changes import mark
from app.register.places import subject_of
from app.register.statements import EARLIEST, decide
from app.review.queue import newest_decisions
from app.tables import Decision, Inspection, Institution, Observation, Venue

ACCEPTED, REJECTED = "accepted", "rejected"
LONGEST_REASON = 400
REASON_NEEDED = N_("say why: whoever told it, or asks later, will want to know")
REASON_LONG = N_("is longer than %(most)s characters")
UNIT_UNKNOWN = N_("choose who must go")
DAY_PAST = N_("is in the past: choose a day from today on")


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision: on these statements, of which the newest decisions then known were these (0: none)."""

    seen: Mapping[int, int]
    outcome: str
    reason: str


def rule(session: Session, ruling: Ruling, actor: Actor, policy: Policy) -> list[Observation]:
    """Accept or reject statements, unless somebody has meanwhile; the caller commits.

    Raises:
        NotFound: no such statement. NotAllowed: its venue is not the actor's to review.
        BadFields: a rejection without a reason. Overtaken: somebody has decided on one of them since.
    """
    rows = _statements(session, list(ruling.seen))
    for row in rows:
        require(actor, Action.REVIEW, subject_of(session.get_one(Venue, row.venue_id), policy))
    _check_reason(ruling.reason, needed=ruling.outcome == REJECTED)
    mark(session, actor, {row.venue_id for row in rows})  # from here on nobody decides beside this
    if newest_decisions(session, list(ruling.seen)) != dict(ruling.seen):
        raise Overtaken(meanwhile(session, list(ruling.seen)))
    for row in rows:
        decide(session, row.id, ruling.outcome, actor, ruling.reason)
    return rows


def meanwhile(session: Session, numbers: Sequence[int]) -> str:
    """Who has decided on these statements, and how, in a sentence for programs."""
    found = decided(session, numbers)
    if found is None:
        return "the statement is not as it was when it was read; nothing was written"
    return f"decided meanwhile: {found.outcome} by {found.decided_by}; nothing was written"


def decided(session: Session, numbers: Sequence[int]) -> Decision | None:
    """The newest decision on any of these statements."""
    query = select(Decision).where(Decision.observation_id.in_(numbers)).order_by(Decision.id.desc()).limit(1)
    return session.scalar(query)


@dataclass(frozen=True, slots=True)
class Errand:
    """An inspection to be asked for: because of these statements, by whom, until when, and why."""

    about: tuple[int, ...]
    institution: str
    due_on: date
    reason: str


def ask_inspection(session: Session, errand: Errand, actor: Actor, policy: Policy, today: date) -> Inspection:
    """The inspection that is now due; the one that somebody has asked for already, where there is one.

    Raises:
        NotFound: no such statement. NotAllowed: its venue is not the actor's to review.
        BadStatement: they are of several venues. BadFields: no reason, nobody to go, or a day that is past.
    """
    rows = _statements(session, errand.about)
    venue = session.get_one(Venue, rows[0].venue_id)
    require(actor, Action.REVIEW, subject_of(venue, policy))
    if others := [row.id for row in rows if row.venue_id != venue.id]:
        msg = f"statement {others[0]} is of another venue than statement {rows[0].id}: ask for an inspection of each"
        raise BadStatement(msg)
    _check_reason(errand.reason, needed=True)
    _check_errand(session, errand, today)
    mark(session, actor, [])
    for other in session.scalars(
        select(Inspection).where(Inspection.venue_id == venue.id, Inspection.done_on.is_(None))
    ):
        if set(errand.about) & set(other.result.get("about", ())):
            return other
    made = Inspection(
        venue_id=venue.id,
        institution=errand.institution,
        due_on=errand.due_on,
        reason=errand.reason,
        result={"about": list(errand.about)},
        recorded_by=actor.name,
    )
    session.add(made)
    session.flush()
    return made


def _statements(session: Session, numbers: Sequence[int]) -> list[Observation]:
    rows = list(session.scalars(select(Observation).where(Observation.id.in_(numbers)).order_by(Observation.id)))
    missing = set(numbers) - {row.id for row in rows}
    if missing or not rows:
        raise NotFound(f"there is no statement {min(missing, default='without a number')}")
    return rows


def _check_reason(reason: str, *, needed: bool) -> None:
    if (needed and not reason.strip()) or "\0" in reason:
        raise BadFields({"reason": Fault(REASON_NEEDED)})
    if len(reason) > LONGEST_REASON:
        raise BadFields({"reason": Fault(REASON_LONG, {"most": LONGEST_REASON})})


def _check_errand(session: Session, errand: Errand, today: date) -> None:
    faults = {}
    if session.get(Institution, errand.institution) is None:
        faults["institution"] = Fault(UNIT_UNKNOWN)
    if not max(EARLIEST, today) <= errand.due_on:
        faults["due_on"] = Fault(DAY_PAST)
    if faults:
        raise BadFields(faults)
