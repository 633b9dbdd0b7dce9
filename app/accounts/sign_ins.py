"""Sign-ins: each a row that a cookie's secret leads to, so that it can be ended from here (decision 13)."""

from datetime import timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.accounts.secret import digest, fresh, looks_fresh
from app.settings import Settings
from app.tables import Account, SignIn
from app.tables.base import now


def cookie(settings: Settings) -> str:
    """What the cookie is called: the sandbox has its own."""
    return "paymap_demo_session" if settings.sandbox else "paymap_session"


def begin(session: Session, account: Account, settings: Settings, before: str | None = None, browser: str = "") -> str:
    """The secret of a new sign-in; the one that the browser came with ends, whoever's it was.

    Args:
        session: of the database.
        account: whose it is.
        settings: how long it lasts.
        before: the secret that the browser came with.
        browser: what the person will know it by.
    """
    if before:
        end(session, before)
    secret, at = fresh(), now()
    lasts = timedelta(hours=settings.session_hours)
    row = SignIn(account_id=account.id, token_hash=digest(secret), browser=browser)
    row.created_at, row.expires_at = at, at + lasts
    session.add(row)
    return secret


def account_of(session: Session, secret: str) -> Account | None:
    """Who a secret belongs to, while the sign-in lasts and the account is active."""
    if not looks_fresh(secret):
        return None
    lasting = SignIn.token_hash == digest(secret), SignIn.revoked_at.is_(None), SignIn.expires_at > now()
    return session.scalar(select(Account).join(SignIn).where(*lasting, Account.active.is_(True)))


def end(session: Session, secret: str) -> None:
    """End the sign-in of a secret, if there is one."""
    _end(session, SignIn.token_hash == digest(secret))


def end_one(session: Session, account_id: int, sign_in_id: int) -> None:
    """End one sign-in of an account."""
    _end(session, (SignIn.account_id == account_id) & (SignIn.id == sign_in_id))


def end_all(session: Session, account_id: int, but: str | None = None) -> None:
    """End every sign-in of an account, but for that of one secret."""
    others = SignIn.account_id == account_id
    _end(session, others if but is None else others & (SignIn.token_hash != digest(but)))


def _end(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(update(SignIn).where(which, SignIn.revoked_at.is_(None)).values(revoked_at=now()))
