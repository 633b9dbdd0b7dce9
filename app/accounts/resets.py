"""One-time links to set a password with: an admin makes one, whoever has it uses it once, in time."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.orm import Session

from app.accounts import locks, passwords, sign_ins
from app.accounts.asking import actor_of
from app.accounts.secret import digest, fresh, looks_fresh
from app.accounts.trail import note
from app.actor import Actor
from app.errors import NotFound
from app.settings import Settings
from app.tables import Account, PasswordReset
from app.tables.base import now


def make(session: Session, account: Account, settings: Settings, by: Actor) -> str:
    """The secret of a new link; those made before for the same account lead nowhere now."""
    secret, at = fresh(), now()
    session.execute(delete(PasswordReset).where(_open(account.id)))
    lasts = timedelta(hours=settings.reset_hours)
    link = PasswordReset(account_id=account.id, token_hash=digest(secret), created_by=by.name)
    link.created_at, link.expires_at = at, at + lasts
    session.add(link)
    note(session, by, "link_made", "done", account.login)
    return secret


def account_of(session: Session, secret: str) -> Account | None:
    """Whose password a link sets, while it can be used."""
    if not looks_fresh(secret):
        return None
    return session.scalar(select(Account).join(PasswordReset).where(_usable(secret), Account.active.is_(True)))


def use(session: Session, secret: str, password: str) -> Account:
    """Set the password by a link, which then is used up; every sign-in of the account ends.

    Raises:
        NotFound: the link is used up, over, or none at all.
        BadPerson: this may not be a password; the link stays.
    """
    account = account_of(session, secret)
    if account is None:
        raise NotFound(_GONE)
    passwords.give(account, password)
    spent = update(PasswordReset).where(_usable(secret)).values(used_at=now()).returning(PasswordReset.id)
    if session.scalar(spent) is None:
        raise NotFound(_GONE)
    sign_ins.end_all(session, account.id)
    locks.clear(session, account.login)
    note(session, actor_of(account), "password_set", "done", account.login, way="link")
    return account


_GONE = "this link is used up or over: ask for another one"


def _usable(secret: str) -> ColumnElement[bool]:
    fits = PasswordReset.token_hash == digest(secret)
    return and_(fits, PasswordReset.used_at.is_(None), PasswordReset.expires_at > now())


def _open(account_id: int) -> ColumnElement[bool]:
    return and_(PasswordReset.account_id == account_id, PasswordReset.used_at.is_(None))
