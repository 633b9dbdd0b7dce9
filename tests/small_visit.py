"""A few venues in memory, and the pages over them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import geopandas as gpd
import numpy as np
import pytest
import shapely
from fastapi import FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import StaticPool
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from app.catalog.build import City, in_memory
from app.catalog.catalog import Catalog, Part
from app.catalog.feature import Claim, VenueRow
from app.headers import SecurityHeaders
from app.settings import Settings
from app.tables import Region
from app.venues import clusters
from app.venues.cells import Gathered
from app.venues.regions import Regions
from app.venues.routes import ROUTES
from app.visitor.routes import router

TODAY = date(2026, 11, 24)
PLACES = (
    ("371500", "city", "聊城市", "Liaocheng"),
    ("371502", "county", "东昌府区", "Dongchangfu"),
    ("371521", "county", "阳谷县", "Yanggu"),
)


@dataclass(frozen=True)
class SmallTown:
    """The part of the frames that pages read."""

    regions: gpd.GeoDataFrame
    version: str


@dataclass(frozen=True)
class SmallRegister:
    """A register whose venues never change, on one day."""

    catalog: Catalog
    settings: Settings
    sessions: sessionmaker[Session]
    unreachable_since: datetime | None = None

    def town(self, as_of: date | None = None) -> SmallTown:
        """The names of the places; the day does not matter here."""
        assert as_of is None
        frame = gpd.GeoDataFrame(
            [(*place, shapely.box(115, 36, 116, 37)) for place in PLACES],
            columns=["adcode", "level", "name_zh", "name_en", "geometry"],
            crs="EPSG:4326",
        )
        return SmallTown(frame.set_index("adcode").assign(parent=None), version=self.catalog.version)

    def today(self) -> date:
        """Always the same day."""
        return TODAY


def key(name: str) -> str:
    """The id of the venue of that name."""
    return str(uuid5(NAMESPACE_URL, name))


def place(name: str, category: str = "hotel", **more: object) -> VenueRow:
    """A venue about which nothing is known."""
    blank = VenueRow(
        id=key(name),
        name_zh=name,
        name_en=None,
        category=category,
        level=None,
        region="371502",
        zone=None,
        address_zh=None,
        address_en=None,
        phone=None,
        opening_hours=None,
        operator=None,
        part_of=None,
        point=None,
        location_quality=None,
        location_error_m=None,
        source="a test",
        updated_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    return replace(blank, **more)


def seen_at(status: str, days_ago: int, capability: str = "foreign_card", **aspects: str) -> dict[str, object]:
    """What `place` takes to say that something was inspected there."""
    day = TODAY - timedelta(days=days_ago)
    return {
        "summaries": (Claim(capability, "", status, day, "inspection", {}),),
        "aspects": tuple(Claim(capability, a, s, day, "inspection", {}) for a, s in aspects.items()),
    }


def register_of(venues: Sequence[VenueRow], settings: Settings | None = None) -> SmallRegister:
    """A register of these venues."""
    city = City(
        {code: None if level == "city" else PLACES[0][0] for code, level, *_ in PLACES}, TODAY, timedelta(days=365)
    )
    cols = in_memory(sorted(venues, key=attrgetter("id")), city)
    whole = Part(cols, np.ones(len(cols), bool))
    catalog = Catalog(whole, None, 1, TODAY, "0" * 36, lambda _text, _at: None)
    return SmallRegister(catalog, settings or Settings(_env_file=None), regions_only())


def regions_only() -> sessionmaker[Session]:
    """Sessions on a database in memory that holds the places and nothing else."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    border = shapely.MultiPolygon([shapely.box(115, 36, 116, 37)])
    Region.__table__.create(engine)
    with Session(engine) as session:
        session.add_all(
            Region(adcode=code, level=level, name_zh=zh, name_en=en, geometry=border, source="a test")
            for code, level, zh, en in PLACES
        )
        session.commit()
    return sessionmaker(engine)


def app_of(venues: Sequence[VenueRow], settings: Settings) -> FastAPI:
    """The pages over these venues, with the data interface and the static files that their scripts ask for."""
    app = FastAPI()
    app.state.settings = settings
    app.state.register = register_of(venues, settings)
    app.state.regions = Regions(app.state.register)
    app.state.gathered = Gathered()
    app.include_router(router)
    app.router.routes.extend([*clusters.ROUTES, *ROUTES])
    app.mount("/static", StaticFiles(directory=settings.static_dir))
    app.add_middleware(SecurityHeaders)
    return app


Pages = Callable[..., TestClient]


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    """A maker of clients: `pages(venues, root="/demo", lang="zh", **settings)`."""
    with ExitStack() as stack:

        def make(venues: Sequence[VenueRow], root: str = "", lang: str = "en", **named: object) -> TestClient:
            app = app_of(venues, Settings(var_dir=tmp_path, root_path=root, _env_file=None, **named))
            headers = {"accept-language": lang}
            return stack.enter_context(TestClient(app, root_path=root, headers=headers))

        yield make
