"""What is taken out and sent in again changes nothing."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from starlette.testclient import TestClient

from app.actor import SYSTEM
from app.catalog.live import Live
from app.db import make_engine, make_sessions, reading
from app.errors import BadFile
from app.exporters.chosen import View
from app.exporters.formats import FORMATS
from app.exporters.orders import Order, write
from app.imports import doing
from app.imports.asked import Asked, Setup
from app.imports.staging import Staged
from app.settings import Settings
from app.tables import Base, ChangeCounter, Import, ImportRow, Region, Register
from random_register import CITY, RandomRegister

BORDER = shapely.MultiPolygon([shapely.box(115, 36, 117, 37)])
"""Around all places that chance knows; an import takes none from outside of the city."""
OF_IMPORTS = {Import.__tablename__, ImportRow.__tablename__}
UNCHANGED = {"new": 0, "ask": 0, "refuse": 0, "changed": 0, "said": 0}


def sent_in(engine: Engine, settings: Settings, path: Path) -> Staged:
    """A file staged and applied, as `paymap import` does it."""
    sessions, setup, asked = make_sessions(engine), Setup(settings, {}), Asked(path.name)
    with reading(sessions) as session:
        staged = doing.stage_file(session, path, asked, setup)
    with sessions.begin() as session:
        made = doing.send(session, asked, path.read_bytes(), staged)
        doing.write(session, made, staged.outcomes, SYSTEM, setup)
    return staged


def register_of(engine: Engine) -> dict[str, list[Any]]:
    """Every row of the register; the import itself is kept, and is no part of it."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in OF_IMPORTS]
    with reading(make_sessions(engine)) as session:
        return {table.name: sorted(map(str, session.execute(select(table)))) for table in tables}


def changes(engine: Engine, settings: Settings, path: Path, taken: Callable[[], object]) -> dict[str, int]:
    """What becomes of a file that is taken and sent in again."""
    taken()
    before = register_of(engine)
    counts = sent_in(engine, settings, path).counts
    assert register_of(engine) == before
    return {name: counts[name] for name in UNCHANGED}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", FORMATS)
def test_hard_cells_come_back(
    client: TestClient, engine: Engine, settings: Settings, tmp_path: Path, name: str, lang: str
) -> None:
    """A name that is a formula, a mobile number that is kept back, an address of two lines, a number with zeros."""
    path = tmp_path / f"venues.{name}"
    answer = client.get(f"/api/v1/exports/venues.{name}?lang={lang}")
    assert changes(engine, settings, path, lambda: path.write_bytes(answer.content)) == UNCHANGED


@hypothesis_settings(max_examples=6, suppress_health_check=list(HealthCheck), derandomize=True)
@given(seed=st.integers(0, 2**32), name=st.sampled_from(list(FORMATS)), lang=st.sampled_from(["zh", "en"]))
def test_whatever_was_written_comes_back(seed: int, name: str, lang: str) -> None:
    """Registers made by chance, in each format and language."""
    with TemporaryDirectory() as folder:
        settings = Settings(var_dir=Path(folder), _env_file=None)
        engine = make_engine(settings.engine_url)
        Base.metadata.create_all(engine)
        with make_sessions(engine).begin() as session:
            session.add(ChangeCounter(id=1, value=0))
        register = RandomRegister(engine, seed)
        register.fill(15)
        with make_sessions(engine).begin() as session:
            session.get_one(Region, CITY).geometry = BORDER
        for _ in range(25):
            register.write()
        live, path = Live(engine, settings, lambda _text, _at: None), Path(folder) / f"venues.{name}"
        order = Order(View(), FORMATS[name], lang)
        found = changes(engine, settings, path, lambda: write(live, order, path, lambda batches, _count: batches))
        assert found == UNCHANGED
        engine.dispose()


def test_nothing_simulated_enters_a_register(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    """A file of a sandbox is refused by a register, and taken by a sandbox."""
    with make_sessions(engine).begin() as session:
        session.get_one(Register, 1).simulated = True
    live = Live(engine, settings, lambda _text, _at: None)
    write(live, Order(View(), FORMATS["csv"], "zh"), tmp_path / "demo.csv", lambda batches, _count: batches)
    with pytest.raises(BadFile, match="simulated"):
        sent_in(engine, settings, tmp_path / "demo.csv")
    sandbox = settings.model_copy(update={"sandbox": True})
    assert sent_in(engine, sandbox, tmp_path / "demo.csv").counts["same"] == 4
