"""What changed, in commit order: how every worker, and every client that syncs, catches up."""

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.base import Base, BigId, By, Moment, Word


class ChangeCounter(Base):
    """The one row whose lock puts writers in line, so that numbers become visible in their own order.

    A plain sequence would not do: a transaction that took 7 may commit after one that took 8, and a
    reader that has seen 8 would never ask for 7 again.
    """

    __tablename__ = "change_counter"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))


class Change(Base):
    """A venue was written (`upsert`) or removed (`delete`) by the change with this number.

    A row without a venue says that everything may have changed (regions, lists, a bulk load).
    """

    __tablename__ = "change"

    id: Mapped[BigId]
    number: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), index=True)
    kind: Mapped[Word]
    venue_id: Mapped[str | None] = mapped_column(String(36))
    at: Mapped[Moment]
    by: Mapped[By]


class Register(Base):
    """The one row that says which city this register is of, and when its directory was loaded."""

    __tablename__ = "register"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    city: Mapped[str] = mapped_column(String(12))
    instance: Mapped[str] = mapped_column(String(36))
    simulated: Mapped[bool] = mapped_column(default=False)
    directory: Mapped[str] = mapped_column(String(64), default="")
    population_source: Mapped[str] = mapped_column(String(400), default="")
    loaded_at: Mapped[Moment]
