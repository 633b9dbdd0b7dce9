"""A small register to test against, on a database of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
import shapely
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.db import make_engine, make_sessions
from app.register.statements import Statement
from app.settings import Settings
from app.tables import Base, ChangeCounter, Region, Register, Venue

TOWN = "371500"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose database and read index live in the test's own folder."""
    return Settings(var_dir=tmp_path, _env_file=None)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """A database with one county and four venues A..D; D has no position."""
    with small_database(settings) as made:
        yield made


@contextmanager
def small_database(settings: Settings) -> Iterator[Engine]:
    """The database of `engine`, for a fixture that lives longer than a test."""
    made = make_engine(settings.engine_url)
    Base.metadata.create_all(made)
    with Session(made) as session:
        session.add(ChangeCounter(id=1, value=0))
        session.commit()
    fill(made)
    yield made
    made.dispose()


def fill(engine: Engine) -> None:
    """Put the county and the four venues into an empty register."""
    with Session(engine) as session:
        session.add(Register(id=1, city=TOWN, instance="0" * 36))
        border = shapely.MultiPolygon([shapely.box(115.9, 36.4, 116.1, 36.6)])
        session.add(
            Region(adcode="371502", level="county", name_zh="东昌府区", name_en="", geometry=border, source="-")
        )
        session.flush()
        places = {"a": (115.95, 36.45), "b": (115.96, 36.45), "c": (116.05, 36.55)}
        for letter, name in (("a", "甲酒店"), ("b", "乙医院"), ("c", "丙商场"), ("d", "丁酒店")):
            point = shapely.Point(places[letter]) if letter in places else None
            session.add(
                Venue(
                    id=venue_id(letter),
                    name_zh=name,
                    name_en=f"Place {letter.upper()}",
                    category={"甲": "hotel", "乙": "hospital", "丙": "mall", "丁": "hotel"}[name[0]],
                    region="371502",
                    geometry=point,
                    location_quality=point and "sourced",
                    source="test",
                )
            )
        session.commit()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session that the test commits itself."""
    with make_sessions(engine)() as opened:
        yield opened


def venue_id(letter: str) -> str:
    """The key of venue A, B, C or D."""
    return f"{letter * 8}-0000-4000-8000-000000000000"


def seen(letter: str, capability: str, status: str, day: str, aspect: str = "", kind: str = "inspection") -> Statement:
    """A statement about venue A, B, C or D."""
    return Statement(venue_id(letter), capability, status, date.fromisoformat(day), kind, "a test", aspect)
