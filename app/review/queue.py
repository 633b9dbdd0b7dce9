"""What waits for a person: statements of sources that are not trusted, and claims that contradict each other."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.actor import Actor
from app.console.reach import own_venues
from app.permissions import Action
from app.policy import Policy
from app.review.claims import Claims
from app.tables import Decision, Inspection, Observation, Venue
from app.vocabulary import CAPABILITIES, CATEGORIES, TRUSTED_SOURCES, SourceKind

CONFLICT = "conflict"
KINDS = (SourceKind.VISITOR_REPORT.value, SourceKind.OPENSTREETMAP.value, CONFLICT)
CHUNK = 5_000
_KEY = re.compile(r"([0-9]{1,18})(?:-[0-9]{1,18})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Item:
    """One question to a person.

    newer: the statements to be accepted or rejected; older: what they contradict, of another source.
    asked: the inspection that was asked for because of it and is not done yet.
    """

    kind: str
    venue_id: str
    capability: str
    newer: tuple[int, ...]
    since: datetime
    older: tuple[int, ...] = ()
    asked: int | None = None

    @property
    def key(self) -> str:
        """What the question is called in an address."""
        return "-".join(str(ids[0]) for ids in (self.newer, self.older) if ids)

    @property
    def statements(self) -> tuple[int, ...]:
        """Every statement that it is about."""
        return (*self.older, *self.newer)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which questions somebody wants to see."""

    kind: str = ""
    capability: str = ""
    category: str = ""
    region: str = ""
    inspection: str = ""
    venue: str = ""

    def condition(self) -> list[ColumnElement[bool]]:
        """What the venue must be."""
        made = [column == value for column, value in ((Venue.category, self.category), (Venue.id, self.venue)) if value]
        return [*made, (Venue.region == self.region) | (Venue.zone == self.region)] if self.region else made

    def shows(self, item: Item) -> bool:
        """Whether the item is of the capability, and asked to be inspected or not, as is wanted."""
        waits = "asked" if item.asked is not None else "open"
        return (not self.capability or item.capability == self.capability) and self.inspection in {"", waits}


FILTERS: Mapping[str, Collection[str]] = {
    "kind": KINDS,
    "capability": tuple(CAPABILITIES),
    "category": tuple(CATEGORIES),
    "inspection": ("open", "asked"),
}


def waiting(session: Session, actor: Actor, policy: Policy, claims: Claims, asked: Asked) -> list[Item]:
    """The questions that the actor may decide, of every kind (see `of_kind`); those longest waiting first.

    What came from outside goes before what contradicts itself inside, and both before what an inspection was asked for.
    """
    where = [own_venues(actor, Action.REVIEW, policy), Venue.deleted_at.is_(None), *asked.condition()]
    found = [*_undecided(session, where), *_conflicts(session, where, claims)]
    visits = _asked_for(session)
    items = [_with_visit(item, visits) for item in found]
    return sorted(filter(asked.shows, items), key=lambda i: (i.asked is not None, i.kind == CONFLICT, i.since, i.key))


def counted(items: Iterable[Item]) -> dict[str, int]:
    """How many questions there are of each kind."""
    found = Counter(item.kind for item in items)
    return {kind: found[kind] for kind in KINDS}


def of_kind(items: Iterable[Item], kind: str) -> list[Item]:
    """The questions of a kind; all of them for none."""
    return [item for item in items if not kind or item.kind == kind]


def one(session: Session, actor: Actor, policy: Policy, claims: Claims, key: str) -> Item | None:
    """The question of this key, while it waits and the actor may decide it."""
    named = _KEY.fullmatch(key)
    venue = session.scalar(select(Observation.venue_id).where(Observation.id == int(named[1]))) if named else None
    if venue is None:
        return None
    found = waiting(session, actor, policy, claims, Asked(venue=venue))
    return next((item for item in found if item.key == key), None)


def _undecided(session: Session, where: list[ColumnElement[bool]]) -> list[Item]:
    """What an untrusted source said at one time of one capability is one question."""
    taken_back = select(Observation.withdraws).where(Observation.withdraws.is_not(None))
    query = (
        select(
            Observation.id,
            Observation.venue_id,
            Observation.capability,
            Observation.source_kind,
            Observation.source_ref,
            Observation.observed_at,
            Observation.recorded_by,
            Observation.recorded_at,
        )
        .join(Venue, Venue.id == Observation.venue_id)
        .outerjoin(Decision, Decision.observation_id == Observation.id)
        .where(
            Decision.id.is_(None),
            Observation.source_kind.not_in(TRUSTED_SOURCES),
            Observation.withdraws.is_(None),
            Observation.id.not_in(taken_back),
            *where,
        )
    )
    rows = sorted(session.execute(query).all(), key=lambda row: (tuple(map(str, row[1:7])), row.id))
    made = []
    for _, group in groupby(rows, key=lambda row: tuple(map(str, row[1:7]))):
        same = list(group)
        ids = tuple(row.id for row in same)
        made.append(Item(same[0].source_kind, same[0].venue_id, same[0].capability, ids, same[0].recorded_at))
    return made


def _conflicts(session: Session, where: list[ColumnElement[bool]], claims: Claims) -> list[Item]:
    frame = claims.conflicts(session)
    wanted = sorted(set(frame["venue_id"]))
    allowed: set[str] = set()
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        allowed |= set(session.scalars(select(Venue.id).where(Venue.id.in_(part), *where)))
    kept = frame[frame["venue_id"].isin(allowed)]
    columns = ("venue_id", "capability", "newer", "older", "since")
    return [
        Item(CONFLICT, venue, capability, newer, since, older)
        for venue, capability, newer, older, since in kept[list(columns)].itertuples(index=False)
    ]


def _asked_for(session: Session) -> dict[int, int]:
    """By statement, the inspection that was asked for because of it and is not done."""
    query = select(Inspection.id, Inspection.result).where(Inspection.done_on.is_(None))
    return {number: key for key, result in session.execute(query) for number in result.get("about", ())}


def _with_visit(item: Item, visits: Mapping[int, int]) -> Item:
    found = next((visits[number] for number in item.statements if number in visits), None)
    if found is None:
        return item
    return Item(item.kind, item.venue_id, item.capability, item.newer, item.since, item.older, found)


def newest_decisions(session: Session, numbers: Collection[int]) -> dict[int, int]:
    """By statement, the id of the newest decision on it; 0 where nobody has decided."""
    query = (
        select(Decision.observation_id, func.max(Decision.id))
        .where(Decision.observation_id.in_(numbers))
        .group_by(Decision.observation_id)
    )
    return {**dict.fromkeys(numbers, 0), **dict(session.execute(query).all())}
