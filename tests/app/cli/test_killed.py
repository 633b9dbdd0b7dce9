"""A load that is killed while its transaction is open leaves the old data or none, never half."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select

from app.db import check_schema, make_engine, make_sessions
from app.errors import SchemaMismatch
from app.settings import ROOT
from app.tables import Observation, Region, Register, Venue
from command_line import BEFORE_COMMIT, HALT

AMID_MIGRATION = f"{HALT}from alembic import op\nop.bulk_insert = halt"


@pytest.fixture
def kill(start: Callable) -> Callable[..., None]:
    """A function that runs a command and kills it where `first` made it halt."""

    def killed(*words: str, first: str, **env: str) -> None:
        process = start(*words, first=first, **env)
        assert process.stdout.readline() == "open\n", process.communicate()[1]
        process.kill()
        process.communicate(timeout=60)

    return killed


@pytest.fixture
def finish(start: Callable) -> Callable[..., str]:
    """A function that runs a command to its end and gives what it said."""

    def finished(*words: str, **env: str) -> str:
        process = start(*words, **env)
        out, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, "")
        return out

    return finished


def counted(url: str) -> list[int]:
    """How many registers, regions, venues and observations there are."""
    engine = make_engine(url)
    with make_sessions(engine)() as session:
        found = [session.scalar(select(func.count()).select_from(t)) for t in (Register, Region, Venue, Observation)]
    engine.dispose()
    return found


def test_first_migration(database_url: str, kill: Callable, finish: Callable) -> None:
    """Tables are made all at once; the next start makes them."""
    kill("migrate", first=AMID_MIGRATION, PAYMAP_DATABASE_URL=database_url)
    engine = make_engine(database_url)
    assert "venue" not in inspect(engine).get_table_names()
    with pytest.raises(SchemaMismatch, match="paymap init"):
        check_schema(engine)
    engine.dispose()
    finish("migrate", PAYMAP_DATABASE_URL=database_url)


def test_first_load(migrated_url: str, kill: Callable, finish: Callable) -> None:
    """Nothing is there; the next start loads all."""
    kill("init", first=BEFORE_COMMIT, PAYMAP_DATABASE_URL=migrated_url)
    assert counted(migrated_url) == [0, 0, 0, 0]
    assert finish("init", PAYMAP_DATABASE_URL=migrated_url) == "city 371500: loaded\n"
    assert counted(migrated_url) == [1, 12, 478, 0]


def test_reload(sqlite_url: str, tmp_path: Path, kill: Callable, finish: Callable) -> None:
    """What was loaded before is there; the next start loads what is new."""
    finish("init", PAYMAP_DATABASE_URL=sqlite_url)
    shutil.copytree(ROOT / "data", tmp_path / "data")
    path = tmp_path / "data" / "liaocheng" / "venues.csv"
    path.write_text("\n".join(path.read_text("utf-8").splitlines()[:-1]) + "\n", "utf-8")
    env = {"PAYMAP_DATABASE_URL": sqlite_url, "PAYMAP_DATA_DIR": str(tmp_path / "data")}
    kill("init", first=BEFORE_COMMIT, **env)
    assert finish("init", PAYMAP_DATABASE_URL=sqlite_url) == "city 371500: already loaded\n"
    assert finish("init", **env) == "city 371500: loaded\n"


def test_simulation(migrated_url: str, kill: Callable, finish: Callable) -> None:
    """Neither directory nor ledger is there after the first, the former ledger after the second."""
    env = {"PAYMAP_DEMO_DATABASE_URL": migrated_url}
    kill("demo", "--venues", "40", first=BEFORE_COMMIT, **env)
    assert counted(migrated_url) == [0, 0, 0, 0]
    finish("demo", "--venues", "40", **env)
    before = counted(migrated_url)
    assert before[2] == 40
    kill("demo", "--venues", "60", first=BEFORE_COMMIT, **env)
    assert counted(migrated_url) == before
    assert finish("demo", "--venues", "40", **env).endswith("already loaded\n")
