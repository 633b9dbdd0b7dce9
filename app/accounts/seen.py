"""What can be seen of accounts: who there is, when they came in last, their sign-ins and tokens."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.tables import Account, ApiToken, SignIn

MOST_SIGN_INS = 20


def everybody(session: Session) -> Sequence[tuple[Account, datetime | None]]:
    """Every account with its newest sign-in, the active ones first."""
    newest = select(SignIn.account_id, func.max(SignIn.created_at).label("at")).group_by(SignIn.account_id).subquery()
    asked = select(Account, newest.c.at).outerjoin(newest, newest.c.account_id == Account.id)
    return [(a, at) for a, at in session.execute(asked.order_by(Account.active.desc(), Account.role, Account.login))]


def sign_ins_of(session: Session, account_id: int) -> Sequence[SignIn]:
    """The newest sign-ins of an account, newest first."""
    asked = select(SignIn).where(SignIn.account_id == account_id).order_by(SignIn.id.desc())
    return session.scalars(asked.limit(MOST_SIGN_INS)).all()


def tokens_of(session: Session, account_id: int) -> Sequence[ApiToken]:
    """The tokens of an account that are not revoked, newest first."""
    mine = ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None)
    return session.scalars(select(ApiToken).where(*mine).order_by(ApiToken.id.desc())).all()
