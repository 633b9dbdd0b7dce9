"""Recording what was seen, deciding on it, and taking it back. The caller commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.actor import Actor
from app.errors import BadStatement, NotFound
from app.register.changes import mark
from app.register.current import refresh
from app.tables import Decision, Observation, Venue
from app.tables.base import now
from app.vocabulary import CAPABILITIES, TRUSTED_SOURCES, SourceKind, Status

EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody says was seen: this venue, this capability or one aspect of it, this status, this day."""

    venue_id: str
    capability: str
    status: str
    observed_at: date
    source_kind: str
    source_ref: str
    aspect: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    recorded_at: datetime | None = None
    import_id: int | None = None
    withdraws: int | None = None


def record(session: Session, said: Sequence[Statement], actor: Actor) -> list[int]:
    """The ids of the statements written; trusted sources count at once, the others wait for a decision.

    Raises:
        BadStatement: a word that the vocabulary does not know, a day out of range, a venue that is not there.
    """
    if not said:
        return []
    for number, statement in enumerate(said, 1):
        check(statement, number)
    _check_venues(session, {s.venue_id for s in said})
    at = now()
    rows = [_row(s, actor, at) for s in said]
    ids = list(session.scalars(insert(Observation).returning(Observation.id, sort_by_parameter_order=True), rows))
    trusted = [i for i, s in zip(ids, said, strict=True) if s.source_kind in TRUSTED_SOURCES]
    if trusted:
        _write_decisions(session, trusted, "accepted", actor, "trusted source")
        _follow(session, {s.venue_id for s in said if s.source_kind in TRUSTED_SOURCES}, actor)
    return ids


def decide(session: Session, observation_id: int, outcome: str, actor: Actor, reason: str = "") -> None:
    """Accept or reject a statement; the newest decision holds.

    Raises:
        NotFound: no such statement. BadStatement: an outcome other than accepted or rejected.
    """
    if outcome not in {"accepted", "rejected"}:
        msg = f"outcome: {outcome!r} is neither accepted nor rejected"
        raise BadStatement(msg)
    found = _one(session, observation_id)
    _write_decisions(session, [found.id], outcome, actor, reason)
    _follow(session, {found.venue_id}, actor)


def withdraw(session: Session, observation_id: int, actor: Actor, reason: str) -> int:
    """The id of the statement that takes another back; the other stays as it was written.

    Raises:
        NotFound: no such statement.
    """
    found = _one(session, observation_id)
    taking_back = Observation(
        venue_id=found.venue_id,
        capability=found.capability,
        aspect=found.aspect,
        status=Status.UNKNOWN,
        details={"reason": reason},
        observed_at=now().date(),
        recorded_by=actor.name,
        source_kind=found.source_kind,
        source_ref=reason,
        withdraws=found.id,
    )
    session.add(taking_back)
    session.flush()
    _write_decisions(session, [taking_back.id], "accepted", actor, reason)
    _follow(session, {found.venue_id}, actor)
    return taking_back.id


def check(statement: Statement, number: int) -> None:
    """Nothing if the statement is well formed; otherwise BadStatement naming its number and field."""
    known = CAPABILITIES.get(statement.capability)
    faults = {
        "capability": known is None,
        "aspect": known is not None and statement.aspect not in {"", *known.aspects},
        "status": statement.status not in set(Status),
        "observed_at": not EARLIEST <= statement.observed_at <= now().date() + timedelta(days=1),
        "source_kind": statement.source_kind not in set(SourceKind),
        "source_ref": not statement.source_ref.strip(),
    }
    for name, bad in faults.items():
        if bad:
            msg = f"statement {number}: {name}: {getattr(statement, name)!r} is not allowed"
            raise BadStatement(msg)


def _row(statement: Statement, actor: Actor, at: datetime) -> dict[str, Any]:
    row = {name: getattr(statement, name) for name in Statement.__dataclass_fields__}
    when = statement.recorded_at or at
    return {**row, "details": dict(statement.details), "recorded_at": when, "recorded_by": actor.name}


def _check_venues(session: Session, wanted: set[str]) -> None:
    for chunk in _chunks(sorted(wanted)):
        missing = set(chunk) - set(session.scalars(select(Venue.id).where(Venue.id.in_(chunk))))
        if missing:
            msg = f"venue_id: there is no venue {min(missing)}"
            raise BadStatement(msg)


def _chunks(keys: list[str], size: int = 5_000) -> list[list[str]]:
    return [keys[i : i + size] for i in range(0, len(keys), size)]


def _one(session: Session, observation_id: int) -> Observation:
    found = session.get(Observation, observation_id)
    if found is None:
        msg = f"there is no statement {observation_id}"
        raise NotFound(msg)
    return found


def _write_decisions(session: Session, ids: Sequence[int], outcome: str, actor: Actor, reason: str) -> None:
    at = now()
    made = {"outcome": outcome, "reason": reason, "decided_at": at, "decided_by": actor.name}
    session.execute(insert(Decision), [{"observation_id": i, **made} for i in ids])


def _follow(session: Session, venue_ids: set[str], actor: Actor) -> None:
    # In this order: `mark` waits for the writers before this one, so that `refresh` sees what they said.
    mark(session, actor, venue_ids)
    refresh(session, venue_ids)
