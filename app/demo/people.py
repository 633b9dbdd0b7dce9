"""The sandbox's known accounts, one per role, so that a newcomer tries every journey at once."""

from collections import Counter
from types import MappingProxyType

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.passwords import hashed
from app.permissions import Role
from app.policy import read_policy
from app.settings import Settings
from app.tables import Account, Institution, Venue

PASSWORD = "sandbox-only"  # noqa: S105 - everybody is meant to know it; a real register has no such account
KNOWN = MappingProxyType({role.value: role for role in Role})
"""Each login is the name of its role."""


def are_there(session: Session, settings: Settings) -> None:
    """Every known account exists and can be used; one that is as it should be is left alone."""
    bounds = _bounds(session, settings)
    there = {account.login: account for account in session.scalars(select(Account).where(Account.login.in_(KNOWN)))}
    for login, role in KNOWN.items():
        if login not in there and role in bounds:
            institution, region = bounds[role]
            account = Account(login=login, name="", role=role, institution=institution, region=region)
            account.password_hash = hashed(PASSWORD)
            session.add(account)


def known(session: Session) -> tuple[str, ...]:
    """The logins of the known accounts that are there, in the order of the roles."""
    there = set(session.scalars(select(Account.login).where(Account.login.in_(KNOWN), Account.active.is_(True))))
    return tuple(login for login in KNOWN if login in there)


def _bounds(session: Session, settings: Settings) -> dict[Role, tuple[str | None, str | None]]:
    """Whose each account is: of whom the sandbox holds most; a role that the city has nobody for is left out."""
    bounds: dict[Role, tuple[str | None, str | None]] = {Role.REGULATOR: (None, None), Role.ADMIN: (None, None)}
    if bank := _most(session, Venue.institution):
        bounds[Role.BANK] = bank, None
    if county := _most(session, Venue.region):
        bounds[Role.COUNTY] = None, county
    leads = Counter(read_policy(settings).class_lead.values())
    known = set(session.scalars(select(Institution.code)))
    if department := next((code for code, _ in leads.most_common() if code in known), None):
        bounds[Role.DEPARTMENT] = department, None
    return bounds


def _most(session: Session, column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]) -> str | None:
    """The value that most places of the sandbox have."""
    counted = select(column).where(column.is_not(None)).group_by(column)
    return session.scalar(counted.order_by(func.count().desc(), column).limit(1))
