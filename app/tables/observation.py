"""What was seen: append-only statements, the decisions on them, and what follows from both.

History, audit trail and evidence are the same tables. Nothing here is ever rewritten but the two
derived tables, which are rebuilt in the transaction that adds a statement or a decision.
"""

from datetime import date
from typing import Annotated

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.base import Base, BigId, By, Json, Moment, VenueKey, Word

_Key = Annotated[str, mapped_column(String(40), primary_key=True)]
_VenuePart = Annotated[str, mapped_column(String(36), ForeignKey("venue.id"), primary_key=True)]


class Observation(Base):
    """One statement: this venue, this capability (or one aspect of it), this status, seen on this day.

    `aspect` is empty for the capability as a whole. `withdraws` names the statement that this one takes
    back; a withdrawal says nothing else.
    """

    __tablename__ = "observation"

    id: Mapped[BigId]
    venue_id: Mapped[VenueKey]
    capability: Mapped[Word]
    aspect: Mapped[Word] = mapped_column(default="")
    status: Mapped[Word]
    details: Mapped[Json]
    observed_at: Mapped[date]
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[By]
    source_kind: Mapped[Word]
    source_ref: Mapped[str] = mapped_column(String(400))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"), index=True)
    withdraws: Mapped[int | None] = mapped_column(ForeignKey("observation.id"), index=True)

    __table_args__ = (Index("ix_observation_current", "venue_id", "capability", "aspect"),)


class Decision(Base):
    """Somebody accepted or rejected a statement; the latest decision holds."""

    __tablename__ = "decision"

    id: Mapped[BigId]
    observation_id: Mapped[int] = mapped_column(ForeignKey("observation.id"), index=True)
    outcome: Mapped[Word]
    reason: Mapped[str] = mapped_column(String(400), default="")
    decided_at: Mapped[Moment]
    decided_by: Mapped[By]


class CurrentStatus(Base):
    """The status in force per venue, capability and aspect (`""` is the whole), and what it rests on.

    An aspect that a newer statement on the whole denies rests on that statement.
    """

    __tablename__ = "current_status"

    venue_id: Mapped[_VenuePart]
    capability: Mapped[_Key]
    aspect: Mapped[_Key]
    status: Mapped[Word]
    observation_id: Mapped[int] = mapped_column(ForeignKey("observation.id"))


class CapabilitySummary(Base):
    """What the statements in force add up to, per venue and capability, and the newest one behind it."""

    __tablename__ = "capability_summary"

    venue_id: Mapped[_VenuePart]
    capability: Mapped[_Key]
    status: Mapped[Word]
    observation_id: Mapped[int] = mapped_column(ForeignKey("observation.id"))
