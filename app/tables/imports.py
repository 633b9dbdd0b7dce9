"""A file that somebody sent in: what it was, what became of each row, and whether it was undone."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.base import Base, BigId, By, Instant, Json, Moment, Word


class Import(Base):
    """One file, kept with its hash; applied as a whole or not at all."""

    __tablename__ = "import"

    id: Mapped[BigId]
    kind: Mapped[Word]
    file_name: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    content: Mapped[bytes | None]
    institution: Mapped[str | None] = mapped_column(ForeignKey("institution.code"))
    datum: Mapped[str | None] = mapped_column(String(12))
    columns: Mapped[Json]
    counts: Mapped[Json]
    facts: Mapped[Json]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    state: Mapped[Word]
    created_at: Mapped[Moment]
    created_by: Mapped[By]
    applied_at: Mapped[datetime | None] = mapped_column(Instant)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
    undone_by: Mapped[str | None] = mapped_column(String(80))


class ImportRow(Base):
    """One data row of a file in staging, with its outcome and remarks.

    `settled` is what somebody decided about a row that asks.
    """

    __tablename__ = "import_row"

    id: Mapped[BigId]
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"))
    row: Mapped[int]
    outcome: Mapped[Word]
    venue_id: Mapped[str | None] = mapped_column(ForeignKey("venue.id"), index=True)
    cells: Mapped[Json]
    remarks: Mapped[Json]
    settled: Mapped[str | None] = mapped_column(String(40))
    settled_by: Mapped[str | None] = mapped_column(String(80))

    __table_args__ = (UniqueConstraint("import_id", "row"),)
