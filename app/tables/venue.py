"""A venue: anything with a place and a name; who runs it, what it was called, what it is licensed for."""

from datetime import date, datetime
from typing import Annotated, Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.base import Base, BigId, By, Instant, Json, Moment, RegionKey, VenueKey, Word, now
from app.tables.geometry import geometry_column


class Institution(Base):
    """A bank, department, county or committee: whoever runs venues or answers for tasks."""

    __tablename__ = "institution"

    code: Mapped[Annotated[str, mapped_column(String(40), primary_key=True)]]
    kind: Mapped[Word]
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(160), default="")
    bank_class: Mapped[str | None] = mapped_column(String(40))
    national_commercial: Mapped[bool] = mapped_column(default=False)
    contact: Mapped[Json]
    source: Mapped[str] = mapped_column(String(400))


class Venue(Base):
    """A place that can (or might) take a payment: a point, perhaps an area, perhaps part of another.

    `geometry` is WGS-84; `original_*` is what the source said, in its own datum. Without a position
    `geometry` and `location_quality` are null. A removed venue keeps its row (`deleted_at`).
    """

    __tablename__ = "venue"

    id: Mapped[Annotated[str, mapped_column(String(36), primary_key=True)]]
    external_id: Mapped[str | None] = mapped_column(String(120))
    category: Mapped[Word] = mapped_column(index=True)
    level: Mapped[str | None] = mapped_column(String(20))
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str | None] = mapped_column(String(200))
    address_zh: Mapped[str | None] = mapped_column(String(300))
    address_en: Mapped[str | None] = mapped_column(String(300))
    phone: Mapped[str | None] = mapped_column(String(60))
    opening_hours: Mapped[str | None] = mapped_column(String(400))
    operator: Mapped[str | None] = mapped_column(String(120))
    institution: Mapped[str | None] = mapped_column(String(40), ForeignKey("institution.code"), index=True)
    region: Mapped[RegionKey]
    zone: Mapped[str | None] = mapped_column(String(12), ForeignKey("region.adcode"))
    part_of: Mapped[str | None] = mapped_column(String(36), ForeignKey("venue.id"), index=True)
    geometry: Mapped[BaseGeometry | None] = mapped_column(geometry_column("POINT"))
    area: Mapped[BaseGeometry | None] = mapped_column(geometry_column("GEOMETRY"))
    original_lon: Mapped[float | None]
    original_lat: Mapped[float | None]
    original_datum: Mapped[str | None] = mapped_column(String(12))
    location_quality: Mapped[str | None] = mapped_column(String(12))
    location_error_m: Mapped[float | None]
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    serves_public: Mapped[bool] = mapped_column(default=True)
    source: Mapped[str] = mapped_column(String(400))
    source_date: Mapped[date | None]
    notes: Mapped[str | None] = mapped_column(String(1000))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    deleted_at: Mapped[datetime | None] = mapped_column(Instant)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form
    __table_args__ = (
        UniqueConstraint("institution", "external_id"),
        CheckConstraint("(geometry IS NULL) = (location_quality IS NULL)", "located"),
        Index("ix_venue_geometry", "geometry", postgresql_using="gist").ddl_if(dialect="postgresql"),
        Index("ix_venue_updated_at_id", "updated_at", "id"),
    )


class VenueHistory(Base):
    """What a venue's attributes were from a moment on: region, closure, name, position."""

    __tablename__ = "venue_history"

    id: Mapped[BigId]
    venue_id: Mapped[VenueKey]
    valid_from: Mapped[date]
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[By]
    attributes: Mapped[Json]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"), index=True)


class Licence(Base):
    """A dated licence of a branch, such as 对私结售汇资质; no row means that nobody knows."""

    __tablename__ = "licence"

    id: Mapped[BigId]
    venue_id: Mapped[VenueKey]
    kind: Mapped[Word]
    held: Mapped[bool]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(400))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"), index=True)
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[By]


class Attachment(Base):
    """A file that backs a statement, re-encoded and without its metadata."""

    __tablename__ = "attachment"

    id: Mapped[BigId]
    subject: Mapped[Word]
    subject_id: Mapped[str] = mapped_column(String(36), index=True)
    media_type: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes]
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    recorded_at: Mapped[datetime] = mapped_column(Instant, default=now)
    recorded_by: Mapped[By]
