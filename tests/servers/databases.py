"""The databases that Paymap runs on, one fixture for each and one for both."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.db import make_engine, migrate
from servers.postgis import Cluster, database_of


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The SQLAlchemy URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'test.sqlite'}"


@pytest.fixture(params=["sqlite", "postgis"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database; the test runs once on SQLite and once on PostGIS."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the whole schema, to be copied."""
    made = tmp_path_factory.mktemp("migrated") / "paymap.sqlite"
    build(f"sqlite:///{made}")
    return made


@pytest.fixture
def migrated_sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The URL of a SQLite file with the whole schema and no row, the test's own."""
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'migrated.sqlite')}"


@pytest.fixture(scope="session")
def migrated_template(postgis: Cluster) -> str:
    """The name of a PostGIS database with the whole schema, to be copied."""
    url = postgis.fresh()
    build(url)
    return database_of(url)


@pytest.fixture
def migrated_postgis_url(postgis: Cluster, migrated_template: str) -> Iterator[str]:
    """The URL of a PostGIS database with the whole schema and no row, the test's own."""
    url = postgis.fresh(migrated_template)
    yield url
    postgis.drop(url)


@pytest.fixture(params=["sqlite", "postgis"])
def migrated_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database with the whole schema and no row; the test runs on SQLite and on PostGIS."""
    return request.getfixturevalue(f"migrated_{request.param}_url")


def build(url: str) -> None:
    """Bring the database of `url` to the newest schema and let go of it."""
    engine = make_engine(url)
    migrate(engine)
    engine.dispose()
