"""Which venues wait for a position: those that the asker may edit, in an order that one can go through."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select, tuple_
from sqlalchemy.orm import Session

from app.actor import Actor
from app.console.reach import own_venues
from app.permissions import Action
from app.policy import Policy
from app.tables import Venue
from app.vocabulary import LocationQuality

NONE, APPROXIMATE = "none", "approximate"
WHICH = (NONE, APPROXIMATE)
PER_PAGE = 50
_ORDER = (Venue.region, Venue.name_zh, Venue.id)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many venues there are, how many have a position, and of how many that is only approximate."""

    total: int
    located: int
    approximate: int

    @property
    def without(self) -> int:
        """How many have none."""
        return self.total - self.located


@dataclass(frozen=True)
class Queue:
    """The venues of one person, perhaps of one county only, that lack a position (or a good one)."""

    session: Session
    actor: Actor
    policy: Policy
    which: str = NONE
    region: str | None = None

    def progress(self) -> Progress:
        """How far the work has come, over all that is this person's."""
        approximate = Venue.location_quality == LocationQuality.APPROXIMATE
        query = select(
            func.count(),
            func.count(Venue.location_quality),
            func.coalesce(func.sum(case((approximate, 1), else_=0)), 0),
        ).where(*self._own())
        total, located, about = self.session.execute(query).one()
        return Progress(total, located, int(about))

    def count(self) -> int:
        """How many wait."""
        return self.session.scalar(select(func.count()).select_from(Venue).where(*self._waiting())) or 0

    def following(self, after: Venue | None) -> Venue | None:
        """The venue that comes after one in the order; the first of all after the last."""
        query = select(Venue).where(*self._waiting()).order_by(*_ORDER).limit(1)
        if after is not None:
            later = tuple_(*_ORDER) > tuple_(after.region, after.name_zh, after.id)
            if (found := self.session.scalar(query.where(later))) is not None:
                return found
        return self.session.scalar(query)

    def page(self, number: int) -> Sequence[Venue]:
        """A page of the list, from 1."""
        query = select(Venue).where(*self._waiting()).order_by(*_ORDER)
        return self.session.scalars(query.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all()

    def _own(self) -> tuple[ColumnElement[bool], ...]:
        there = (Venue.deleted_at.is_(None), Venue.closed_on.is_(None))
        own = own_venues(self.actor, Action.EDIT_VENUE, self.policy)
        return (*there, own) if self.region is None else (*there, own, Venue.region == self.region)

    def _waiting(self) -> tuple[ColumnElement[bool], ...]:
        none, about = Venue.location_quality.is_(None), Venue.location_quality == LocationQuality.APPROXIMATE
        return (*self._own(), about if self.which == APPROXIMATE else none)
