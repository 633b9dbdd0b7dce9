"""Counted ledgers: change packs issued, POS devices, inspections, activities."""

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.base import Base, BigId, By, Json, Moment, VenueKey, Word


class ChangePackCount(Base):
    """零钱包 that a bank issued in a month to a kind of recipient (target T4 is their sum)."""

    __tablename__ = "change_pack_count"

    id: Mapped[BigId]
    institution: Mapped[str] = mapped_column(ForeignKey("institution.code"))
    month: Mapped[date]
    recipient_kind: Mapped[Word]
    packs: Mapped[int]
    source: Mapped[str] = mapped_column(String(400))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"))
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[By]

    __table_args__ = (UniqueConstraint("institution", "month", "recipient_kind"),)


class PosDevice(Base):
    """A terminal at a venue and whose it is; never public."""

    __tablename__ = "pos_device"

    id: Mapped[BigId]
    venue_id: Mapped[VenueKey]
    acquirer: Mapped[str] = mapped_column(ForeignKey("institution.code"))
    device_no: Mapped[str | None] = mapped_column(String(80))
    schemes: Mapped[Json]
    placed_on: Mapped[date | None]
    removed_on: Mapped[date | None]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"), index=True)
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[By]


class Inspection(Base):
    """巡检: a visit that is due or done, and the statements that came of it."""

    __tablename__ = "inspection"

    id: Mapped[BigId]
    venue_id: Mapped[VenueKey]
    institution: Mapped[str | None] = mapped_column(ForeignKey("institution.code"))
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(400), default="")
    result: Mapped[Json]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"), index=True)
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[By]


class Activity(Base):
    """Training, publicity, a report or a meeting that a unit did."""

    __tablename__ = "activity"

    id: Mapped[BigId]
    institution: Mapped[str] = mapped_column(ForeignKey("institution.code"))
    kind: Mapped[Word]
    held_on: Mapped[date]
    title: Mapped[str] = mapped_column(String(200))
    facts: Mapped[Json]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"), index=True)
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[By]
