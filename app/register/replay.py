"""The statements that count, as of a day or as they were known at a moment."""

from collections.abc import Collection
from datetime import date, datetime

import pandas as pd
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.tables import Decision, Observation

COLUMNS = ("id", "venue_id", "capability", "aspect", "status", "observed_at", "recorded_at", "withdraws")


def statements(
    session: Session,
    venue_ids: Collection[str] | None = None,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> pd.DataFrame:
    """The accepted statements that nobody has withdrawn, one row each.

    Args:
        session: where to read.
        venue_ids: only of these venues; None for all.
        as_of: only what was seen on or before this day, under today's decisions and withdrawals.
        known_at: only what was recorded, and as it was decided, at this moment.

    Returns:
        Columns id, venue_id, capability, aspect, status, observed_at, recorded_at.
    """
    frame = accepted(session, venue_ids, as_of=as_of, known_at=known_at)
    return frame.loc[frame["withdraws"].isna() & ~frame["withdrawn"], list(COLUMNS[:-1])]


def accepted(
    session: Session,
    venue_ids: Collection[str] | None = None,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> pd.DataFrame:
    """Every statement whose newest decision accepts it, withdrawals and withdrawn ones too (see `statements`).

    Returns:
        The columns of `statements`, `withdraws` (the statement taken back) and `withdrawn` (whether this one was).
    """
    rows = session.execute(_accepted(venue_ids, as_of, known_at)).all()
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.assign(withdrawn=frame["id"].isin(_withdrawn(frame)))


def _accepted(
    venue_ids: Collection[str] | None, as_of: date | None, known_at: datetime | None
) -> Select[tuple[object, ...]]:
    decided = select(func.max(Decision.id).label("id")).group_by(Decision.observation_id)
    if known_at is not None:
        decided = decided.where(Decision.decided_at <= known_at)
    query = (
        select(*(getattr(Observation, column) for column in COLUMNS))
        .join(Decision, Decision.observation_id == Observation.id)
        .where(Decision.id.in_(decided), Decision.outcome == "accepted")
    )
    if venue_ids is not None:
        query = query.where(Observation.venue_id.in_(venue_ids))
    if as_of is not None:
        corrections = Observation.withdraws.is_not(None)
        query = query.where(or_(Observation.observed_at <= as_of, corrections))
    if known_at is not None:
        query = query.where(Observation.recorded_at <= known_at)
    return query


def _withdrawn(frame: pd.DataFrame) -> set[int]:
    """The statements taken back; a withdrawal that was itself withdrawn takes nothing back."""
    taken_back: set[int] = set()
    withdrawals = frame.loc[frame["withdraws"].notna(), ["id", "withdraws"]]
    for number, target in withdrawals.sort_values("id", ascending=False).itertuples(index=False):
        if number not in taken_back:
            taken_back.add(int(target))
    return taken_back
