"""Two people write about one venue at the same time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, select

from app.actor import SYSTEM
from app.db import make_engine, make_sessions
from app.register.statements import record
from app.tables import CurrentStatus
from app.vocabulary import SCHEMES
from small_register import fill, seen, venue_id


@pytest.fixture
def shared(migrated_url: str) -> Iterator[Engine]:
    """The small register on SQLite and on PostGIS."""
    made = make_engine(migrated_url)
    fill(made)
    yield made
    made.dispose()


def test_what_follows_from_both_is_in_force(shared: Engine) -> None:
    """Statements that were recorded side by side all count, whoever committed last."""
    sessions, start = make_sessions(shared), Barrier(len(SCHEMES))

    def say(scheme: str) -> None:
        start.wait()
        with sessions.begin() as session:
            record(session, [seen("a", "foreign_card", "yes", "2026-01-01", scheme)], SYSTEM)

    with ThreadPoolExecutor(len(SCHEMES)) as people:
        list(people.map(say, SCHEMES))
    with sessions() as session:
        known = session.scalars(select(CurrentStatus.aspect).where(CurrentStatus.venue_id == venue_id("a")))
        assert sorted(known) == sorted(SCHEMES)
