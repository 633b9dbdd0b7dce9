"""Registers on both databases, and workers that read them."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.db import make_engine
from app.settings import Settings
from catalog_worker import Maker, Worker, open_by_text
from random_register import TODAY


@pytest.fixture
def register(migrated_url: str) -> Iterator[Engine]:
    """The engine of an empty register, on SQLite and on PostGIS."""
    made = make_engine(migrated_url)
    yield made
    made.dispose()


@pytest.fixture
def sqlite_register(migrated_sqlite_url: str) -> Iterator[Engine]:
    """The engine of an empty register on SQLite."""
    made = make_engine(migrated_sqlite_url)
    yield made
    made.dispose()


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Maker]:
    """A maker of workers: `worker(engine)` shares a folder with the others, `worker(engine, "own")` has its own."""
    with ExitStack() as stack:

        def make(engine: Engine, folder: str = "shared", day: date = TODAY, **settings: object) -> Worker:
            view = Worker(engine, Settings(var_dir=tmp_path / folder, _env_file=None, **settings), open_by_text)
            view.day = day
            stack.callback(view.stop)
            view.load()
            return view

        yield make
