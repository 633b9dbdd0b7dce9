"""A sandbox register of the city, loaded as `paymap demo` loads it, before and after the simulation."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import shapely
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.db import make_engine
from app.demo.load import fill
from app.demo.recipe import Plan
from app.importers.load import load_directory
from app.settings import Settings
from app.tables import Base, ChangeCounter, Region

TODAY = date(2026, 11, 24)


@pytest.fixture
def sandbox_settings(tmp_path: Path) -> Settings:
    """Settings of a sandbox in the test's own folder."""
    return Settings(var_dir=tmp_path, _env_file=None).for_sandbox()


@pytest.fixture
def sandbox(sandbox_settings: Settings) -> Iterator[Engine]:
    """The sandbox's database before the simulation."""
    engine = make_engine(sandbox_settings.engine_url)
    with furnished(engine, sandbox_settings) as session:
        session.commit()
    yield engine
    engine.dispose()


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of a sandbox with 1,200 simulated venues told of up to TODAY; for reading only."""
    settings = Settings(var_dir=tmp_path_factory.mktemp("var"), _env_file=None).for_sandbox()
    engine = make_engine(settings.engine_url)
    with furnished(engine, settings) as session:
        fill(session, settings, Plan(1200, 7), TODAY)
        session.commit()
    engine.dispose()
    return settings


@pytest.fixture(scope="module")
def simulated(world: Settings) -> Iterator[Session]:
    """A session on that sandbox."""
    engine = make_engine(world.engine_url)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture(scope="module")
def borders(simulated: Session) -> dict[str, shapely.Geometry]:
    """The counties' borders in WGS-84, by adcode."""
    query = select(Region.adcode, Region.geometry).where(Region.level == "county")
    return {adcode: shape for adcode, shape in simulated.execute(query) if shape is not None}


def furnished(engine: Engine, settings: Settings) -> Session:
    """A session on a new database with borders, people, institutions and lists."""
    Base.metadata.create_all(engine)
    session = Session(engine)
    session.add(ChangeCounter(id=1, value=0))
    load_directory(session, settings)
    return session
