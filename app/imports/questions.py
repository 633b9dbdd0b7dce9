"""The rows that ask, one at a time, beside the venues that they may be."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actor import Actor
from app.importers.kinds import ASK
from app.imports import differences
from app.imports.words import REASONS
from app.permissions import Action, may
from app.policy import Policy
from app.register import places
from app.tables import Import, ImportRow


@dataclass(frozen=True)
class Candidate:
    """A venue that the row may be, how far from the row it lies, and whether the asker may write it."""

    id: str
    name: str
    category: str
    region: str
    address: str | None
    phone: str | None
    external_id: str | None
    lon: float | None
    lat: float | None
    metres: float | None
    own: bool


@dataclass(frozen=True)
class Question:
    """A row that asks.

    number: of the question among all, from 1. total: how many there are. twin: the row that it is like.
    """

    row: ImportRow
    values: dict[str, Any]
    reason: tuple[str, str]
    candidates: list[Candidate]
    twin: int | None
    number: int
    total: int
    following: int | None


def left(session: Session, made: Import) -> int:
    """How many rows still ask."""
    asked = ImportRow.import_id == made.id, ImportRow.outcome == ASK
    return session.scalar(select(func.count()).where(*asked)) or 0


def settled(session: Session, made: Import) -> int:
    """How many rows somebody has decided about."""
    asked = ImportRow.import_id == made.id, ImportRow.settled.is_not(None)
    return session.scalar(select(func.count()).where(*asked)) or 0


def next_of(session: Session, made: Import, number: str | None, actor: Actor, policy: Policy) -> Question | None:
    """The row of this number if it asks, else the first that does; None where none does."""
    asking = [ImportRow.import_id == made.id, ImportRow.outcome == ASK]
    wanted = int(number) if number and number.isascii() and number.isdecimal() else 0
    query = select(ImportRow).where(*asking).order_by(ImportRow.row)
    row = session.scalar(query.where(ImportRow.row >= wanted).limit(1)) or session.scalar(query.limit(1))
    if row is None:
        return None
    match, open_, done = row.cells["match"], left(session, made), settled(session, made)
    after = session.scalar(
        select(ImportRow.row).where(*asking, ImportRow.row > row.row).order_by(ImportRow.row).limit(1)
    )
    return Question(
        row=row,
        values=row.cells["record"]["values"],
        reason=REASONS.get(match["reason"], (match["reason"], match["reason"])),
        candidates=_candidates(session, row, actor, policy),
        twin=match.get("twin"),
        number=done + 1,
        total=done + open_,
        following=after,
    )


def _candidates(session: Session, row: ImportRow, actor: Actor, policy: Policy) -> list[Candidate]:
    ids = row.cells["match"]["candidates"]
    held = places.read(session, ids)
    lon, lat = row.cells.get("lon"), row.cells.get("lat")
    found = []
    for key in ids:
        if (venue := held.get(key)) is None or venue.deleted_at is not None:
            continue
        point = venue.geometry
        far = None if lon is None or lat is None else differences.metres(venue, lon, lat)
        lon_, lat_ = (None, None) if point is None else (point.x, point.y)
        found.append(
            Candidate(
                key,
                venue.name_zh,
                venue.category,
                venue.region,
                venue.address_zh,
                venue.phone,
                venue.external_id,
                lon_,
                lat_,
                far,
                may(actor, Action.IMPORT, places.subject_of(venue, policy)),
            )
        )
    return found
