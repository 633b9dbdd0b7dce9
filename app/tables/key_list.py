"""重点场所、重点商户名录: lists in versions, drafted by a department, confirmed by the coordination office."""

from datetime import date, datetime
from typing import Annotated

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.base import Base, BigId, By, Instant, Json, Moment, VenueKey, Word


class KeyList(Base):
    """A list with a purpose: places (场所) or merchants (商户), which are counted differently."""

    __tablename__ = "key_list"

    code: Mapped[Annotated[str, mapped_column(String(40), primary_key=True)]]
    kind: Mapped[Word]
    title_zh: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(160))
    complete: Mapped[bool] = mapped_column(default=False)


class KeyListVersion(Base):
    """One version of a list: who drafted it, who confirmed it, from when it holds.

    `removals` tells of each venue of the version before that is not on this one: why, by whom, when.
    """

    __tablename__ = "key_list_version"

    id: Mapped[BigId]
    list_code: Mapped[str] = mapped_column(ForeignKey("key_list.code"), index=True)
    number: Mapped[int]
    valid_from: Mapped[date]
    source: Mapped[str] = mapped_column(String(400))
    drafted_at: Mapped[Moment]
    drafted_by: Mapped[By]
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_by: Mapped[str | None] = mapped_column(String(80))
    removals: Mapped[Json]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"), index=True)

    __table_args__ = (UniqueConstraint("list_code", "number"),)


class KeyListEntry(Base):
    """A venue on a version of a list; `large` (规模以上) is set here and nowhere else."""

    __tablename__ = "key_list_entry"

    id: Mapped[BigId]
    version_id: Mapped[int] = mapped_column(ForeignKey("key_list_version.id"), index=True)
    venue_id: Mapped[VenueKey]
    large: Mapped[bool] = mapped_column(default=False)
    clause: Mapped[str] = mapped_column(String(80), default="")
    reason: Mapped[str] = mapped_column(String(400), default="")

    __table_args__ = (UniqueConstraint("version_id", "venue_id"),)
