"""Recording what was seen, deciding on it, and taking it back. The caller commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actor import Actor
from app.errors import BadStatement, NotFound
from app.register import bulk
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


def record(session: Session, said: Sequence[Statement], actor: Actor, *, marked: bool = False) -> list[int]:
    """The ids of the statements written; trusted sources count at once, the others wait for a decision.

    Args:
        session: the caller commits.
        said: any number of statements.
        actor: who records.
        marked: the caller's transaction has numbered this change already.

    Raises:
        BadStatement: a word that the vocabulary does not know, a day out of range, a venue that is not there.
    """
    if not said:
        return []
    _check_all(said)
    _check_venues(session, {s.venue_id for s in said})
    trusted = [s.source_kind in TRUSTED_SOURCES for s in said]
    touched = {s.venue_id for s, t in zip(said, trusted, strict=True) if t}
    if touched and not marked:
        mark(session, actor, touched)
    ids = _write(session, said, actor)
    if touched:
        _write_decisions(
            session, [i for i, t in zip(ids, trusted, strict=True) if t], "accepted", actor, "trusted source"
        )
        refresh(session, touched)
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
    return withdraw_all(session, [_one(session, observation_id)], actor, reason)[0]


def withdraw_all(
    session: Session,
    found: Sequence[Observation],
    actor: Actor,
    reason: str,
    *,
    import_id: int | None = None,
    marked: bool = False,
) -> list[int]:
    """As `withdraw`, for many statements at once; `marked` as for `record`."""
    if not found:
        return []
    touched = {o.venue_id for o in found}
    if not marked:
        mark(session, actor, touched)
    day = now().date()
    taking_back = [
        Statement(o.venue_id, o.capability, Status.UNKNOWN, day, o.source_kind, reason, o.aspect, {"reason": reason},
                  import_id=import_id, withdraws=o.id)
        for o in found
    ]  # fmt: skip
    ids = _write(session, taking_back, actor)
    _write_decisions(session, ids, "accepted", actor, reason)
    refresh(session, touched)
    return ids


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


def _check_all(said: Sequence[Statement]) -> None:
    """As `check`, once for all statements that differ in venue and details only."""
    seen = set()
    for number, s in enumerate(said, 1):
        words = (s.capability, s.aspect, s.status, s.observed_at, s.source_kind, s.source_ref)
        if words not in seen:
            check(s, number)
            seen.add(words)


def _write(session: Session, said: Sequence[Statement], actor: Actor) -> list[int]:
    at = now()
    columns: dict[str, Any] = {name: [getattr(s, name) for s in said] for name in Statement.__dataclass_fields__}
    columns["recorded_at"] = [s.recorded_at or at for s in said]
    columns["recorded_by"] = bulk.Every(actor.name)
    columns["id"] = ids = bulk.reserve(session, Observation, len(said))
    bulk.insert(session, Observation, len(said), columns)
    return ids


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
    made = {"outcome": outcome, "reason": reason, "decided_at": now(), "decided_by": actor.name}
    columns = {name: bulk.Every(value) for name, value in made.items()}
    bulk.insert(session, Decision, len(ids), {"observation_id": ids, **columns})


def _follow(session: Session, venue_ids: set[str], actor: Actor) -> None:
    # In this order: `mark` waits for the writers before this one, so that `refresh` sees what they said.
    mark(session, actor, venue_ids)
    refresh(session, venue_ids)
