"""Coming in by login and password: the steps, each for the edge to commit."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import locks, passwords, sign_ins
from app.accounts.asking import actor_of
from app.accounts.people import settled_login
from app.accounts.trail import NOBODY, note
from app.settings import Settings
from app.tables import Account

SIGN_IN = "sign_in"


def take_try(session: Session, login: str) -> locks.Try:
    """Take one of the login's tries; the caller commits at once."""
    return locks.take_try(session, settled_login(login))


def known(session: Session, login: str) -> Account | None:
    """The account of a login, active or not."""
    return session.scalar(select(Account).where(Account.login == settled_login(login)))


def is_right(account: Account | None, password: str) -> bool:
    """Whether the password is right and the account may be used; it takes as long when there is none."""
    right = passwords.is_right(account.password_hash if account else None, password)
    return right and account is not None and account.active


def enter(session: Session, account: Account, settings: Settings, before: str | None, browser: str, way: str) -> str:
    """The secret of a new sign-in, instead of the one `before`; `way` is how the person was known."""
    forget_failures(session, account)
    note(session, actor_of(account), SIGN_IN, "done", account.login, way=way)
    return sign_ins.begin(session, account, settings, before, browser)


def forget_failures(session: Session, account: Account) -> None:
    """The login is as if it had never failed."""
    locks.clear(session, account.login)


def renew(account: Account, password: str) -> None:
    """Keep the password as today's parameters make it."""
    if account.password_hash and passwords.is_old(account.password_hash):
        account.password_hash = passwords.hashed(password)


def fail(session: Session, account: Account | None, way: str, lock_s: int = 0) -> None:
    """Leave a line; of a login that nobody has, not what was typed, for it may be a password."""
    actor = actor_of(account) if account else NOBODY
    facts = {"locked_s": lock_s} if lock_s else {}
    note(session, actor, SIGN_IN, "locked" if lock_s else "failed", account.login if account else "", way=way, **facts)
