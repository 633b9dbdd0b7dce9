"""The sandbox's known accounts."""

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.accounts.passwords import is_right
from app.demo import people
from app.permissions import Role
from app.settings import Settings
from app.tables import Account, Institution, Region, Venue


def everybody(session: Session) -> dict[str, Account]:
    """The accounts by login."""
    return {account.login: account for account in session.scalars(select(Account))}


def test_there_is_one_per_role_with_something_of_its_own(simulated: Session, world: Settings) -> None:
    """A bank, a department and a county that the sandbox holds places of; the password is the known one."""
    session = simulated
    people.are_there(session, world)
    session.flush()
    found = everybody(session)
    assert {account.role for account in found.values()} == set(Role)
    assert all(is_right(account.password_hash, people.PASSWORD) for account in found.values())
    bank, department, county = (found[role] for role in ("bank", "department", "county"))
    assert session.get_one(Institution, bank.institution).kind == "bank"
    assert session.get_one(Institution, department.institution).kind == "city_department"
    assert session.get_one(Region, county.region).level == "county"
    assert session.scalar(select(Venue.id).where(Venue.institution == bank.institution).limit(1))
    assert session.scalar(select(Venue.id).where(Venue.region == county.region).limit(1))
    session.rollback()


def test_they_are_made_once(sandbox: Engine, sandbox_settings: Settings) -> None:
    """What is there stays as it is; before the simulation only those who need no place of their own."""
    with Session(sandbox) as session:
        people.are_there(session, sandbox_settings)
        session.flush()
        before = {login: account.password_hash for login, account in everybody(session).items()}
        people.are_there(session, sandbox_settings)
        session.flush()
        assert {login: account.password_hash for login, account in everybody(session).items()} == before
        assert set(before) >= {"regulator", "admin"}
        assert people.known(session) == tuple(login for login in people.KNOWN if login in before)
