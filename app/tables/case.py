"""Cases: a confirmed gap, a refusal or an error, handed to somebody with a due date."""

from datetime import date

from shapely.geometry.base import BaseGeometry
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.base import Base, BigId, By, Json, Moment, Word
from app.tables.geometry import geometry_column


class Case(Base):
    """What is wrong, where, and who must mend it by when; its events say what happened."""

    __tablename__ = "case"

    id: Mapped[BigId]
    kind: Mapped[Word]
    state: Mapped[Word]
    title: Mapped[str] = mapped_column(String(200))
    venue_id: Mapped[str | None] = mapped_column(ForeignKey("venue.id"), index=True)
    region: Mapped[str | None] = mapped_column(ForeignKey("region.adcode"))
    area: Mapped[BaseGeometry | None] = mapped_column(geometry_column("GEOMETRY"))
    gap_id: Mapped[str | None] = mapped_column(String(40), index=True)
    institution: Mapped[str | None] = mapped_column(ForeignKey("institution.code"), index=True)
    due_on: Mapped[date | None]
    facts: Mapped[Json]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment]
    created_by: Mapped[By]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class CaseEvent(Base):
    """One step of a case; append-only."""

    __tablename__ = "case_event"

    id: Mapped[BigId]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[Word]
    facts: Mapped[Json]
    at: Mapped[Moment]
    by: Mapped[By]
