"""One venue as the staff see it: every attribute, every statement with its decision, every change, every list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.console.attributes import ATTRIBUTES
from app.console.write import HELD, placed
from app.register.replay import accepted
from app.tables import Decision, KeyList, KeyListEntry, KeyListVersion, Observation, Venue, VenueHistory

PLAIN = tuple(ATTRIBUTES)


@dataclass(frozen=True, slots=True)
class Said:
    """A statement, what was decided on it, and whether it still counts."""

    id: int
    capability: str
    aspect: str
    status: str
    details: Mapping[str, Any]
    observed_at: date
    recorded_at: datetime
    recorded_by: str
    source_kind: str
    source_ref: str
    import_id: int | None
    withdraws: int | None
    outcome: str | None
    decided_by: str | None
    withdrawn: bool

    @property
    def counts(self) -> bool:
        """Accepted, and nobody has taken it back."""
        return self.outcome == "accepted" and not self.withdrawn


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a venue's history: what was set, when and by whom."""

    at: datetime
    by: str
    import_id: int | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """A version of a list that a venue is on."""

    code: str
    title_zh: str
    title_en: str
    number: int
    confirmed: bool
    large: bool


def attributes(venue: Venue) -> dict[str, Any]:
    """A venue's attributes by name, its position as it was given; days as text."""
    plain = {name: getattr(venue, name) for name in PLAIN}
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in {**plain, **placed(venue)}.items()}


def whole(venue: Venue) -> dict[str, Any]:
    """A venue as the interface tells it to the staff: attributes, version, times, WGS-84 position."""
    point = venue.geometry
    return {
        "id": venue.id,
        "version": venue.version,
        **attributes(venue),
        "wgs84": None if point is None else [round(c, 7) for c in point.coords[0]],
        "created_at": venue.created_at,
        "updated_at": venue.updated_at,
        "deleted_at": venue.deleted_at,
    }


def said_of(session: Session, venue_id: str) -> list[Said]:
    """Every statement about a venue, newest first: those that wait and those that were rejected or withdrawn too."""
    standing = accepted(session, [venue_id]).set_index("id")["withdrawn"].to_dict()
    decided = {
        d.observation_id: d
        for d in session.scalars(
            select(Decision)
            .join(Observation, Observation.id == Decision.observation_id)
            .where(Observation.venue_id == venue_id)
            .order_by(Decision.id)
        )
    }
    query = (
        select(Observation)
        .where(Observation.venue_id == venue_id)
        .order_by(Observation.observed_at.desc(), Observation.recorded_at.desc(), Observation.id.desc())
    )
    return [_said(o, decided.get(o.id), withdrawn=bool(standing.get(o.id))) for o in session.scalars(query)]


def _said(o: Observation, decision: Decision | None, *, withdrawn: bool) -> Said:
    own = {name: getattr(o, name) for name in Said.__dataclass_fields__ if hasattr(o, name)}
    outcome, by = (decision.outcome, decision.decided_by) if decision else (None, None)
    return Said(**own, outcome=outcome, decided_by=by, withdrawn=withdrawn)


def past(session: Session, venue_id: str) -> list[Line]:
    """What was set on a venue, newest first; values that a line does not name were left as they were."""
    query = select(VenueHistory).where(VenueHistory.venue_id == venue_id).order_by(VenueHistory.id.desc())
    return [Line(h.recorded_at, h.recorded_by, h.import_id, _known(h.attributes)) for h in session.scalars(query)]


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    names: Sequence[str] = (*PLAIN, *HELD, "removed", "reason")
    return {name: values[name] for name in names if name in values}


def listed_on(session: Session, venue_id: str) -> list[Listed]:
    """The versions of lists that a venue is on, newest first."""
    query = (
        select(KeyList, KeyListVersion, KeyListEntry.large)
        .join(KeyListVersion, KeyListVersion.list_code == KeyList.code)
        .join(KeyListEntry, KeyListEntry.version_id == KeyListVersion.id)
        .where(KeyListEntry.venue_id == venue_id)
        .order_by(KeyList.code, KeyListVersion.number.desc())
    )
    return [
        Listed(k.code, k.title_zh, k.title_en, v.number, v.confirmed_at is not None, large)
        for k, v, large in session.execute(query)
    ]
