"""A register made by chance, the writes that people make to it, and what anybody may ask of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import shapely
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.actor import SYSTEM
from app.catalog.filters import Filters
from app.db import make_sessions
from app.register.changes import mark
from app.register.statements import Statement, decide, record, withdraw
from app.tables import KeyList, KeyListEntry, KeyListVersion, Observation, Region, Register, Venue
from app.tables.base import now
from app.vocabulary import CAPABILITIES, CURRENCIES, DIRECTIONS, SCHEMES, Status

TODAY = date(2026, 11, 24)
CITY, COUNTIES, ZONE = "371500", ("371502", "371521", "371581"), "371500-kf"
CATEGORIES = ("hotel", "mall", "bank_branch", "atm", "hospital")
SPOKEN = ("foreign_card", "cash", "currency_exchange")
WORDS = ("大", "酒店", "Grand", "Straße", "聊城", "bank", "ABC", "%_", "a'b")
HOURS = (None, "24/7", "Mo-Fr 09:00-17:00", "nonsense")
TOWN = tuple((lon, lat) for lon in (115.9, 115.95, 116.0, 116.0000004) for lat in (36.4, 36.45, 36.5))
WORLD = (
    (180.0, 0.0),
    (-180.0, 0.0),
    (179.9999, -5.0),
    (-179.9, 5.0),
    (0.0, 90.0),
    (77.0, 89.9),
    (10.0, -90.0),
    (2.3, 48.9),
)
MOMENTS = tuple(datetime(2026, 1, 1, 8, minute, tzinfo=UTC) for minute in range(3))


@dataclass
class RandomRegister:
    """Chance writes to the register behind an engine; the same seed, the same writes."""

    engine: Engine
    seed: int
    spots: tuple[tuple[float, float], ...] = TOWN
    ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)  # noqa: S311 - chance for a test, no secret

    def fill(self, venues: int) -> None:
        """An empty register becomes one of a city with three counties, a zone, and so many venues."""
        with Session(self.engine) as session:
            session.add(Register(id=1, city=CITY, instance="0" * 36))
            session.add(Region(adcode=CITY, level="city", name_zh="-", name_en="-", source="-"))
            session.flush()
            for county in COUNTIES:
                session.add(Region(adcode=county, level="county", parent=CITY, name_zh="-", name_en="-", source="-"))
            session.flush()
            session.add(Region(adcode=ZONE, level="zone", parent=COUNTIES[0], name_zh="-", name_en="-", source="-"))
            session.add(KeyList(code="merchants", kind="merchants", title_zh="-", title_en="-"))
            session.flush()
            for _ in range(venues):
                session.add(self._venue())
            mark(session, SYSTEM, None)
            session.commit()

    def write(self) -> str:
        """One write of somebody's, committed; its name."""
        ways = [self._say, self._say, self._edit, self._remove, self._close, self._list, self._found]
        ways += [self._decide, self._withdraw]
        way = self.chance.choice(ways if self.ids else [self._found])
        with make_sessions(self.engine).begin() as session:
            way(session)
        return way.__name__

    def filters(self) -> Filters:
        """What somebody might ask."""
        asked: dict[str, Any] = {}
        for choose in self._questions():
            if self.chance.random() < 0.3:
                asked |= choose()
        if "capability" not in asked:
            asked.pop("statuses", None)
        return Filters(**asked)

    def place(self) -> tuple[float, float]:
        """Where somebody might stand."""
        lon, lat = self.chance.choice(self.spots)
        return (lon, lat) if self.chance.random() < 0.5 else (lon * 0.99999, lat * 0.999)

    def _questions(self) -> tuple[Callable[[], dict[str, Any]], ...]:
        some = self._some
        return (
            lambda: {"bbox": self._bbox()},
            lambda: {"categories": some(CATEGORIES)},
            lambda: {"regions": some((CITY, *COUNTIES, ZONE))},
            lambda: {"capability": self.chance.choice(SPOKEN)},
            lambda: {"statuses": some(tuple(Status))},
            lambda: {"schemes": some(SCHEMES[:3])},
            lambda: {"currencies": some(CURRENCIES[:2])},
            lambda: {"directions": some(DIRECTIONS)},
            lambda: {"q": " ".join(self.chance.sample(WORDS, self.chance.choice((1, 1, 2)))).upper()},
            lambda: {"open_at": datetime(2026, 11, 24, self.chance.choice((1, 15)), tzinfo=UTC)},
        )

    def _some(self, words: tuple[str, ...]) -> frozenset[str]:
        return frozenset(self.chance.sample(words, self.chance.randint(1, min(3, len(words)))))

    def _bbox(self) -> tuple[float, float, float, float]:
        """A box whose edges often run through venues; sometimes a point, sometimes beside everything."""
        (a, b), (c, d) = self.chance.choice(self.spots), self.chance.choice(self.spots)
        step = self.chance.choice((0.0, 0.0, 0.01, -30.0))
        west, south, east, north = (round(x, 6) for x in (min(a, c), min(b, d), max(a, c), max(b, d)))
        return max(-180.0, west + step), south, max(-180.0, east + step), north

    def _venue(self) -> Venue:
        chance = self.chance
        zeros = chance.choice((0, 0, 1, 8))
        key = UUID(bytes=bytes(chance.randbytes(16 - zeros) + bytes(zeros)) if self.ids else bytes(16))
        self.ids.append(str(key))
        spot = chance.choice((*self.spots, None))
        county = chance.choice(COUNTIES)
        return Venue(
            id=str(key),
            name_zh=" ".join(chance.choices(WORDS, k=2)),
            name_en=chance.choice((None, "Place")),
            address_en=chance.choice((None, "Straße 1")),
            operator=chance.choice((None, "ABC")),
            category=chance.choice(CATEGORIES),
            region=county,
            zone=ZONE if county == COUNTIES[0] and chance.random() < 0.5 else None,
            opening_hours=chance.choice(HOURS),
            geometry=spot and shapely.Point(spot),
            location_quality=spot and "sourced",
            source="chance",
            updated_at=chance.choice(MOMENTS),
            opened_on=chance.choice((None, None, TODAY - timedelta(9), TODAY + timedelta(1))),
            closed_on=chance.choice((None, None, None, TODAY, TODAY + timedelta(2))),
            deleted_at=chance.choice((None, None, None, None, MOMENTS[0])),
        )

    def _one(self) -> str:
        return self.chance.choice(self.ids)

    def _say(self, session: Session) -> None:
        said = []
        for _ in range(self.chance.randint(1, 4)):
            capability = self.chance.choice(SPOKEN)
            aspects = ("", "", *CAPABILITIES[capability].aspects[:3], *(DIRECTIONS if "currency" in capability else ()))
            day = TODAY - timedelta(self.chance.choice((1, 364, 365, 366, 500)))
            kind = self.chance.choice(("inspection", "inspection", "visitor_report"))
            aspect, status = self.chance.choice(aspects), self.chance.choice(tuple(Status))
            details = self.chance.choice(({}, {"terminals": 2, "status": "made up"}))
            said.append(Statement(self._one(), capability, status, day, kind, "chance", aspect, details))
        record(session, said, SYSTEM)

    def _edit(self, session: Session) -> None:
        venue = session.get_one(Venue, self._one())
        venue.name_zh, venue.category = self.chance.choice(WORDS), self.chance.choice(CATEGORIES)
        spot = self.chance.choice((*self.spots, None))
        venue.geometry, venue.location_quality = spot and shapely.Point(spot), spot and "sourced"
        venue.updated_at = now()
        mark(session, SYSTEM, [venue.id])

    def _remove(self, session: Session) -> None:
        venue = session.get_one(Venue, self._one())
        venue.deleted_at = venue.updated_at = now()
        mark(session, SYSTEM, [venue.id], "delete")

    def _close(self, session: Session) -> None:
        venue = session.get_one(Venue, self._one())
        venue.closed_on = self.chance.choice((None, TODAY - timedelta(1), TODAY, TODAY + timedelta(1)))
        mark(session, SYSTEM, [venue.id])

    def _found(self, session: Session) -> None:
        venue = self._venue()
        session.add(venue)
        mark(session, SYSTEM, [venue.id])

    def _list(self, session: Session) -> None:
        """A new version of a list, or a border: whatever readers are not told venue by venue."""
        number = len(session.scalars(select(KeyListVersion.id)).all()) + 1
        version = KeyListVersion(list_code="merchants", number=number, valid_from=TODAY, source="-", drafted_by="-")
        session.add(version)
        session.flush()
        session.add(KeyListEntry(version_id=version.id, venue_id=self._one()))
        mark(session, SYSTEM, None)

    def _decide(self, session: Session) -> None:
        if ids := session.scalars(select(Observation.id)).all():
            decide(session, self.chance.choice(ids), self.chance.choice(("accepted", "rejected")), SYSTEM)

    def _withdraw(self, session: Session) -> None:
        if ids := session.scalars(select(Observation.id)).all():
            withdraw(session, self.chance.choice(ids), SYSTEM, "a mistake")
