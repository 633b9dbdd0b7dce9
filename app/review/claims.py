"""The claims that contradict each other, computed when the register has changed and kept until it does again."""

from datetime import timedelta
from threading import Lock

import pandas as pd
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.register.changes import latest, touched_since
from app.register.replay import accepted
from app.review.conflicts import COLUMNS, conflicts
from app.tables import Account, Decision, Inspection, Observation
from app.vocabulary import TRUSTED_SOURCES

CHUNK = 5_000
SOURCE = "inspection/"
"""How an inspection's statements name it: `inspection/12`."""


class Claims:
    """The open conflicts of one register, for all who review it in this process."""

    def __init__(self, within: timedelta) -> None:
        self._within = within
        self._kept: tuple[int, pd.DataFrame] | None = None
        self._turn = Lock()

    def conflicts(self, session: Session) -> pd.DataFrame:
        """As `conflicts.conflicts` gives them, as of the newest change."""
        change = latest(session)
        with self._turn:
            if self._kept is None:
                self._kept = (change, _computed(session, self._within, None))
            elif self._kept[0] != change:
                self._kept = (change, self._renewed(session, *self._kept))
            return self._kept[1]

    def _renewed(self, session: Session, number: int, frame: pd.DataFrame) -> pd.DataFrame:
        """The conflicts after the changes since `number`: computed anew where something was written."""
        touched = touched_since(session, number)
        if None in touched or len(touched) > CHUNK:
            return _computed(session, self._within, None)
        venues = [venue for venue in touched if venue is not None]
        rest, anew = frame[~frame["venue_id"].isin(venues)], _computed(session, self._within, venues)
        return pd.concat([rest, anew], ignore_index=True) if len(rest) and len(anew) else rest if len(rest) else anew


def _computed(session: Session, within: timedelta, only: list[str] | None) -> pd.DataFrame:
    """The conflicts at these venues; None for all."""
    found = []
    venues = _suspects(session, only)
    for start in range(0, len(venues), CHUNK):
        part = venues[start : start + CHUNK]
        said = _said(session, part)
        found.append(conflicts(said, within, _answered(session, part, said)))
    rows = [frame for frame in found if len(frame)]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=COLUMNS)


def _suspects(session: Session, only: list[str] | None) -> list[str]:
    """The venues, of these or of all, of which several sources said both that something works and that it does not."""
    source = Observation.source_kind + "/" + Observation.recorded_by
    refused = Observation.status == "no"
    query = (
        select(Observation.venue_id)
        .where(Observation.status.in_(["yes", "limited", "no"]))
        .group_by(Observation.venue_id, Observation.capability)
        .having(_some(refused) & _some(~refused), func.min(source) != func.max(source))
    )
    if only is not None:
        query = query.where(Observation.venue_id.in_(only))
    return sorted(set(session.scalars(query)))


def _some(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return func.count().filter(condition) > 0


def _said(session: Session, venues: list[str]) -> pd.DataFrame:
    """The accepted statements of these venues that stand, with who said each and when a person decided on it."""
    frame = accepted(session, venues)
    frame = frame[frame["withdraws"].isna() & ~frame["withdrawn"]]
    query = select(Observation.id, Observation.source_kind, Observation.recorded_by, Observation.source_ref)
    told = pd.DataFrame(
        session.execute(query.where(Observation.venue_id.in_(venues))).all(), columns=["id", "kind", "by", "ref"]
    )
    units = dict(session.execute(select(Account.login, Account.institution)).all())
    told["source"] = [f"{kind} {units.get(by) or by}" for kind, by in zip(told["kind"], told["by"], strict=True)]
    frame = frame.merge(told, on="id").merge(_decided(session, venues), on="id", how="left")
    return frame.assign(
        decided_at=pd.to_datetime(frame["decided_at"], utc=True),
        recorded_at=pd.to_datetime(frame["recorded_at"], utc=True),
    )


def _decided(session: Session, venues: list[str]) -> pd.DataFrame:
    """When a person last decided on a statement; the acceptance that a trusted source gets by itself does not count."""
    key, first, last = Decision.observation_id, func.min(Decision.id), func.max(Decision.id)
    query = (
        select(key, func.max(Decision.decided_at))
        .join(Observation, Observation.id == key)
        .where(Observation.venue_id.in_(venues))
        .group_by(key, Observation.source_kind)
        .having(or_(first != last, Observation.source_kind.not_in(TRUSTED_SOURCES)))
    )
    return pd.DataFrame(session.execute(query).all(), columns=["id", "decided_at"])


def _answered(session: Session, venues: list[str], said: pd.DataFrame) -> set[tuple[int, int]]:
    """(older, newer) where the newer statement came of an inspection that was asked for because of the older."""
    query = select(Inspection.id, Inspection.result).where(
        Inspection.venue_id.in_(venues), Inspection.done_on.is_not(None)
    )
    about = {f"{SOURCE}{key}": result.get("about", ()) for key, result in session.execute(query)}
    visits = said[said["ref"].isin([ref for ref, numbers in about.items() if numbers])]
    return {(older, newer) for newer, ref in zip(visits["id"], visits["ref"], strict=True) for older in about[ref]}
