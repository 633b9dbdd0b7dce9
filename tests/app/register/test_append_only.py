"""Nobody rewrites or deletes what was said: the database itself refuses."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.actor import SYSTEM
from app.db import make_engine
from app.demo import clear
from app.register.statements import record, withdraw
from app.tables import Decision, Observation, Register
from small_register import fill, seen

REFUSED = [
    "UPDATE observation SET status = 'yes'",
    "UPDATE observation SET observed_at = '2020-01-01' WHERE id = 1",
    "UPDATE decision SET outcome = 'rejected'",
    "DELETE FROM decision",
    "DELETE FROM observation WHERE id = 1",
]


@pytest.fixture
def register(migrated_url: str) -> Iterator[Engine]:
    """A register with one statement, on SQLite and on PostGIS."""
    engine = make_engine(migrated_url)
    fill(engine)
    with Session(engine) as session:
        record(session, [seen("a", "cash", "no", "2026-01-01")], SYSTEM)
        session.commit()
    yield engine
    engine.dispose()


def rows(engine: Engine) -> list[tuple]:
    """All statements and decisions as they are kept."""
    with engine.connect() as connection:
        return [tuple(row) for table in (Observation, Decision) for row in connection.execute(select(table.__table__))]


@pytest.mark.parametrize("statement", REFUSED)
def test_what_was_said_is_neither_changed_nor_deleted(register: Engine, statement: str) -> None:
    """Whatever the code does: the database refuses, says what to do instead, and keeps the row."""
    before = rows(register)
    with pytest.raises(IntegrityError, match="add another that says otherwise"), register.begin() as connection:
        connection.execute(text(statement))
    assert rows(register) == before


def test_a_table_is_not_emptied_behind_the_rule(migrated_postgis_url: str) -> None:
    """PostgreSQL's TRUNCATE is refused too."""
    engine = make_engine(migrated_postgis_url)
    with pytest.raises(IntegrityError, match="never deleted"), engine.begin() as connection:
        connection.execute(text("TRUNCATE decision"))
    engine.dispose()


def test_a_wrong_statement_is_withdrawn_by_another(register: Engine) -> None:
    """The wrong one stays as it was written, and one more row says that it was wrong."""
    before = rows(register)
    with Session(register) as session:
        withdraw(session, 1, SYSTEM, "wrong shop")
        session.commit()
    assert set(map(str, before)) < set(map(str, rows(register)))


def test_a_sandbox_is_cleared_but_not_rewritten(register: Engine) -> None:
    """Simulated rows may go all together; even they are never changed."""
    with Session(register) as session:
        session.get_one(Register, 1).simulated = True
        session.commit()
        with pytest.raises(IntegrityError, match="never changed"):
            session.execute(text(REFUSED[0]))
        session.rollback()
        clear.places(session)
        session.commit()
        assert session.query(Observation).count() == 0
