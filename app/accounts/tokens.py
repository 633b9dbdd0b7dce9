"""Personal tokens for programs: shown once, kept as a hash, narrow, expiring."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.accounts.secret import digest, fresh, looks_fresh
from app.errors import BadPerson
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.tables import Account, ApiToken
from app.tables.base import now

PREFIX = "pm_"
"""So that a token is known for one wherever it leaks to."""
READ, WRITE = "read", "write"
SCOPES = (READ, WRITE)
MOST, LONGEST_NAME = 20, 80


def make(session: Session, account_id: int, name: str, scopes: Iterable[str], days: int) -> str:
    """A new token of an account, which nobody can look up again.

    Raises:
        BadPerson: it has no name to know it by, or there are too many.
    """
    if not (name.strip() and name.isprintable() and len(name) <= LONGEST_NAME):
        raise BadPerson(
            "name", N_("what the token is for, in one line of at most %(most)s characters"), most=LONGEST_NAME
        )
    lasting = ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now()
    if (session.scalar(select(func.count()).where(*lasting)) or 0) >= MOST:
        raise BadPerson("name", N_("at most %(most)s tokens at a time: revoke one first"), most=MOST)
    secret, at = PREFIX + fresh(), now()
    kept = {"scopes": sorted(set(scopes) & set(SCOPES))}
    row = ApiToken(
        account_id=account_id,
        name=name.strip(),
        token_hash=digest(secret),
        scopes=kept,
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    session.add(row)
    return secret


def account_of(session: Session, secret: str) -> tuple[Account, frozenset[str]] | None:
    """Who a token belongs to and what it may do, while it lasts and the account is active."""
    if not (secret.startswith(PREFIX) and looks_fresh(secret.removeprefix(PREFIX))):
        return None
    lasting = ApiToken.token_hash == digest(secret), ApiToken.revoked_at.is_(None), ApiToken.expires_at > now()
    asked = select(Account, ApiToken.scopes).join(ApiToken).where(*lasting, Account.active.is_(True))
    found = session.execute(asked).first()
    return None if found is None else (found[0], frozenset(found[1]["scopes"]))


def revoke(session: Session, account_id: int, token_id: int | None = None) -> None:
    """End a token of an account, or all of them."""
    which = ApiToken.account_id == account_id
    if token_id is not None:
        which &= ApiToken.id == token_id
    session.execute(update(ApiToken).where(which, ApiToken.revoked_at.is_(None)).values(revoked_at=now()))
