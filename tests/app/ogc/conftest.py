"""A register of thirty venues behind the standard's addresses."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import shapely
from sqlalchemy import delete
from sqlalchemy.orm import Session
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from app.actor import SYSTEM
from app.db import make_engine, make_sessions
from app.main import create_app
from app.register.statements import Statement, record
from app.settings import Settings
from app.tables import Base, Change, ChangeCounter, Region, Register, Venue

DAY = datetime(2026, 3, 1, tzinfo=UTC)
NOWHERE = 6
"""Every sixth venue has no position."""


def key(number: int) -> str:
    """The id of a venue."""
    return str(UUID(int=number + 1))


def town(settings: Settings) -> None:
    """Write a city of two counties and a zone, and venues v0 .. v29: a row from west to east, three classes in turn.

    v0, v3, v6 .. are hotels, v1, v4 .. malls, v2, v5 .. hospitals; v0 to v14 lie in the western county. v0 to v4
    take Visa, v5 refuses foreign cards, v6 takes JCB and refuses Visa; nobody looked at the others.
    """
    engine = make_engine(settings.engine_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([ChangeCounter(id=1, value=0), Register(id=1, city="371500", instance="0" * 36)])
        west, east = shapely.box(116.0, 36.0, 116.15, 36.2), shapely.box(116.15, 36.0, 116.31, 36.2)
        _region(session, "371500", "city", "聊城市", shapely.union(west, east))
        _region(session, "371502", "county", "东昌府区", west, "371500")
        _region(session, "371503", "county", "茌平区", east, "371500")
        _region(session, "371500-z", "zone", "开发区", None, "371502")
        session.add_all(_venue(number) for number in range(30))
        session.commit()
    with make_sessions(engine).begin() as session:
        said = [_seen(n, "yes", "visa") for n in range(5)]
        record(session, [*said, _seen(5, "no"), _seen(6, "yes", "jcb"), _seen(6, "no", "visa")], SYSTEM)
    with Session(engine) as session:
        session.execute(delete(Change))  # what was written when is settled here, whatever the clock said above
        for number in range(30):
            session.get_one(Venue, key(number)).updated_at = DAY + timedelta(days=number // 2)
        session.commit()
    engine.dispose()


def _region(
    session: Session, code: str, level: str, name: str, shape: shapely.Polygon | None, parent: str | None = None
) -> None:
    border = None if shape is None else shapely.MultiPolygon([shape])
    session.add(Region(adcode=code, level=level, parent=parent, name_zh=name, name_en="", geometry=border, source="-"))
    session.flush()


def _venue(number: int) -> Venue:
    placed = number % NOWHERE != NOWHERE - 1
    name, category = (("酒店", "hotel"), ("商场", "mall"), ("医院", "hospital"))[number % 3]
    return Venue(
        id=key(number),
        name_zh=f"{name}{number}",
        name_en=f"Place {number}" if number % 2 else None,
        category=category,
        region="371502" if number < 15 else "371503",
        geometry=shapely.Point(116.005 + number / 100, 36.1) if placed else None,
        location_quality="sourced" if placed else None,
        source="test",
    )


def _seen(number: int, status: str, aspect: str = "") -> Statement:
    return Statement(key(number), "foreign_card", status, DAY.date(), "inspection", "a test", aspect)


@pytest.fixture(scope="session")
def town_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of the town's own instance."""
    made = Settings(var_dir=tmp_path_factory.mktemp("ogc"), _env_file=None)
    town(made)
    return made


@pytest.fixture(scope="session")
def client(town_settings: Settings) -> Iterator[TestClient]:
    """A client of the town's application."""
    with TestClient(create_app(town_settings)) as made:
        yield made


class Listening:
    """An application that remembers what it was asked for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.asked: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and note the address."""
        if scope["type"] == "http":
            self.asked.append(f"{scope['path']}?{scope['query_string'].decode()}")
        await self.app(scope, receive, send)


@pytest.fixture(scope="module")
def running(town_settings: Settings, serve: Callable[[ASGIApp], str]) -> tuple[str, Listening]:
    """The address of the service on a real port, and what it was asked for."""
    app = Listening(create_app(town_settings))
    return f"{serve(app)}/ogc", app
