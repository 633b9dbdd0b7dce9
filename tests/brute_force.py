"""What the read index should answer, worked out venue by venue from the tables, slowly and plainly."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from pyproj import Geod
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.filters import Filters
from app.tables import CapabilitySummary, Change, CurrentStatus, Region, Venue

EARTH = Geod(ellps="WGS84")
OpenAt = Callable[[str, datetime], bool | None]


@dataclass(frozen=True)
class Fact:
    """One venue as the tables have it."""

    venue: Venue
    regions: frozenset[str]
    updated: datetime
    whole: Mapping[str, str]
    aspects: Mapping[tuple[str, str], str]

    @property
    def place(self) -> tuple[datetime, bytes]:
        """Where it stands in the order of pages."""
        return self.updated, UUID(self.venue.id).bytes

    @property
    def position(self) -> tuple[float, float] | None:
        """Where it is, as exactly as the API says."""
        point = self.venue.geometry
        return point and (round(point.x, 6), round(point.y, 6))

    def status(self, capability: str, aspect: str) -> str:
        """What is known of one aspect; a `no` on the whole denies an aspect of which nothing is said."""
        said = self.aspects.get((capability, aspect))
        return said or ("no" if self.aspects.get((capability, "")) == "no" else "unknown")

    def live(self, day: date) -> bool:
        """Whether it is there for the public on a day."""
        venue = self.venue
        opened = venue.opened_on is None or venue.opened_on <= day
        return venue.deleted_at is None and opened and (venue.closed_on is None or venue.closed_on > day)


def facts(session: Session, day: date) -> list[Fact]:
    """Every venue, in the order of pages."""
    parents = dict(session.execute(select(Region.adcode, Region.parent)).all())
    summaries, statuses = session.scalars(select(CapabilitySummary)).all(), session.scalars(select(CurrentStatus)).all()
    changes = session.execute(select(Change.venue_id, Change.at)).all()
    found = []
    for venue in session.scalars(select(Venue)):
        held = {r for r in (venue.region, venue.zone) if r}
        turns = [d for d in (venue.opened_on, venue.closed_on) if d and d <= day]
        written = [at for key, at in changes if key in (None, venue.id)]
        found.append(
            Fact(
                venue,
                frozenset(held | {parents[r] for r in held if parents[r]}),
                max([venue.updated_at, *written, *(datetime.combine(d, time(), UTC) for d in turns)]),
                {s.capability: s.status for s in summaries if s.venue_id == venue.id},
                {(s.capability, s.aspect): s.status for s in statuses if s.venue_id == venue.id},
            )
        )
    return sorted(found, key=lambda fact: fact.place)


def matches(fact: Fact, asked: Filters, day: date, is_open: OpenAt) -> bool:
    """Whether a venue is one of those asked for."""
    venue = fact.venue
    tests = (
        fact.live(day),
        asked.bbox is None or _inside(fact.position, asked.bbox),
        not asked.categories or venue.category in asked.categories,
        not asked.regions or bool(fact.regions & asked.regions),
        _able(fact, asked),
        asked.q is None or all(word in _text(venue) for word in asked.q.casefold().split()),
        asked.open_at is None or (venue.opening_hours is not None and is_open(venue.opening_hours, asked.open_at)),
    )
    return all(tests)


def nearest(found: list[Fact], lon: float, lat: float, within_m: float) -> list[tuple[str, float]]:
    """The located ones with their metres, nearest first, those equally near in order of key."""
    placed = [(fact, *fact.position) for fact in found if fact.position]
    metres = [(EARTH.inv(lon, lat, x, y)[2], UUID(fact.venue.id).bytes, fact) for fact, x, y in placed]
    return [(fact.venue.id, m) for m, _, fact in sorted(metres, key=lambda entry: entry[:2]) if m <= within_m]


def _inside(position: tuple[float, float] | None, bbox: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bbox
    return position is not None and west <= position[0] <= east and south <= position[1] <= north


def _text(venue: Venue) -> str:
    parts = (venue.name_zh, venue.name_en, venue.address_zh, venue.address_en, venue.operator)
    return "\n".join(part for part in parts if part).casefold()


def _able(fact: Fact, asked: Filters) -> bool:
    wanted = asked.statuses or {"yes", "limited"}
    kinds = [words for words in (asked.schemes, asked.currencies, asked.directions) if words]
    if kinds:
        return all(_aspect(fact, asked.capability, words, wanted) for words in kinds)
    return asked.capability is None or fact.whole.get(asked.capability, "unknown") in wanted


def _aspect(fact: Fact, capability: str | None, words: frozenset[str], wanted: frozenset[str] | set[str]) -> bool:
    owners = {
        "foreign_card": {"visa", "mastercard", "american_express"},
        "foreign_card_atm": {"visa", "mastercard", "american_express"},
        "currency_exchange": {"AUD", "CAD", "buy_yuan", "change_back"},
    }
    pairs = [(c, a) for c, named in owners.items() if capability in (None, c) for a in words & named]
    return any(fact.status(c, a) in wanted for c, a in pairs)
