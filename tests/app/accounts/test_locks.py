"""Locks on logins that were tried in vain."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from app.accounts import locks
from app.db import make_engine, make_sessions
from app.tables import SignInLock
from app.tables.base import now


@pytest.fixture
def base(migrated_url: str) -> Iterator[Engine]:
    """An empty database with the whole schema."""
    engine = make_engine(migrated_url)
    yield engine
    engine.dispose()


def one_try(engine: Engine, login: str = "wang") -> locks.Try:
    """One try, committed."""
    with make_sessions(engine).begin() as session:
        return locks.take_try(session, login)


def wait_out(engine: Engine) -> None:
    """As if every lock were over."""
    with Session(engine) as session:
        session.execute(update(SignInLock).values(locked_until=now() - timedelta(seconds=1)))
        session.commit()


def test_the_delay_grows_and_another_login_is_free(base: Engine) -> None:
    """Four tries cost nothing; the fifth locks for five seconds, each one more doubles it."""
    assert [one_try(base).lock_s for _ in range(5)] == [0, 0, 0, 0, 5]
    assert 1 <= one_try(base).wait_s <= 5
    wait_out(base)
    assert one_try(base) == locks.Try(lock_s=10)
    assert one_try(base).wait_s > 5
    assert one_try(base, "li") == locks.Try()


def test_a_try_while_locked_does_not_lengthen_the_lock(base: Engine) -> None:
    """Whoever is locked out by somebody else waits no longer for having tried."""
    for _ in range(5):
        one_try(base)
    waits = [one_try(base).wait_s for _ in range(20)]
    assert max(waits) <= 5


def test_clearing_forgets(base: Engine) -> None:
    """After a sign-in the count starts anew."""
    for _ in range(4):
        one_try(base)
    with make_sessions(base).begin() as session:
        locks.clear(session, "wang")
    assert one_try(base) == locks.Try()


def test_old_failures_are_forgotten(base: Engine) -> None:
    """What failed days ago neither counts nor stays."""
    for _ in range(5):
        one_try(base)
    with Session(base) as session:
        session.execute(update(SignInLock).values(tried_at=now() - timedelta(days=2), locked_until=None))
        session.commit()
    assert one_try(base) == locks.Try()


def test_tries_side_by_side_count_one_by_one(base: Engine) -> None:
    """Of twenty at the same moment five may compare a password, the rest wait."""
    one_try(base, "warm")
    with ThreadPoolExecutor(10) as pool:
        tried = list(pool.map(lambda _: one_try(base), range(20)))
    assert sorted(t.lock_s for t in tried if not t.wait_s) == [0, 0, 0, 0, 5]


def test_what_was_typed_is_not_kept(base: Engine) -> None:
    """A login may be a password typed into the wrong field: the table holds its hash only."""
    one_try(base, "my secret password")
    with Session(base) as session:
        (row,) = session.query(SignInLock).all()
        assert "secret" not in str(vars(row))
