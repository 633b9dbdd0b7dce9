"""Long work in its own process: progress and the wish to cancel live here, so any worker can show them."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.base import Base, BigId, By, Instant, Json, Moment, Word


class Job(Base):
    """One piece of long work."""

    __tablename__ = "job"

    id: Mapped[BigId]
    kind: Mapped[Word]
    state: Mapped[Word] = mapped_column(index=True)
    arguments: Mapped[Json]
    result: Mapped[Json]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(String(400), default="")
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Moment]
    created_by: Mapped[By]
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    heartbeat_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
