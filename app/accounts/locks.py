"""Locks with a growing delay on logins that were tried in vain, alike for those that exist and those that do not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.accounts.secret import digest
from app.tables import SignInLock
from app.tables.base import now

FREE_TRIES = 5
FIRST_DELAY_S, LONGEST_DELAY_S = 5, 900
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Try:
    """Whether one may try now (`wait_s` 0), and for how long the login is locked if it fails (`lock_s`)."""

    wait_s: int = 0
    lock_s: int = 0


def take_try(session: Session, login: str) -> Try:
    """Take one of a login's tries; it counts as failed until `clear`.

    Counted beforehand, tries side by side are no more than one after the other. The caller commits at once.
    """
    at, key = now(), digest(login)
    session.execute(delete(SignInLock).where(SignInLock.tried_at < at - FORGOTTEN_AFTER))
    _make_sure(session, key, at)
    lock = session.scalars(select(SignInLock).where(SignInLock.login_hash == key).with_for_update()).one()
    if lock.locked_until and lock.locked_until > at:
        return Try(wait_s=ceil((lock.locked_until - at).total_seconds()))
    lock.failures, lock.tried_at = lock.failures + 1, at
    delay = delay_s(lock.failures)
    lock.locked_until = at + timedelta(seconds=delay) if delay else None
    return Try(lock_s=delay)


def clear(session: Session, login: str) -> None:
    """Forget the failures: somebody came in, or got a new password."""
    session.execute(delete(SignInLock).where(SignInLock.login_hash == digest(login)))


def delay_s(failures: int) -> int:
    """How long a login stays locked after so many failures in a row.

    >>> [delay_s(n) for n in (1, 4, 5, 6, 7, 13, 500)]
    [0, 0, 5, 10, 20, 900, 900]
    """
    over = failures - FREE_TRIES
    return 0 if over < 0 else min(LONGEST_DELAY_S, FIRST_DELAY_S * 2 ** min(over, 20))


def _make_sure(session: Session, key: str, at: datetime) -> None:
    """A row to count in; it is written first, so that tries side by side wait for each other, on SQLite too."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {"login_hash": key, "failures": 0, "tried_at": at}
    session.execute(insert(SignInLock).values(row).on_conflict_do_nothing())
