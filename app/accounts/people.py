"""The people who have accounts: added, changed, put out; nobody is ever deleted, for the record names them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts import sign_ins, tokens
from app.accounts.trail import note
from app.actor import SYSTEM, Actor
from app.errors import BadPerson, NotFound
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.permissions import Role
from app.tables import Account, Institution, Region

RESERVED = frozenset({SYSTEM.name, "visitor", "nobody", "anonymous"})
"""Names that the record uses for others than people."""
LONGEST_NAME = 80
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,79}", re.ASCII)
_NEEDS_INSTITUTION = (Role.BANK, Role.DEPARTMENT)


@dataclass(frozen=True, slots=True)
class Person:
    """What is said of somebody."""

    login: str
    name: str
    role: str
    institution: str | None = None
    region: str | None = None


def settled_login(said: str) -> str:
    """A login as it is kept: one form of each character, small letters; what cannot be one is empty."""
    settled = unicodedata.normalize("NFKC", said[:200]).strip().casefold()
    return settled if settled.isprintable() else ""


def add(session: Session, person: Person, by: Actor) -> Account:
    """A new account, as yet without a password.

    Raises:
        BadPerson: naming the field, and what is near to a code that there is not.
    """
    person = _checked(session, replace(person, login=settled_login(person.login)))
    if _LOGIN.fullmatch(person.login) is None or person.login in RESERVED:
        raise BadPerson("login", N_("two to eighty of the letters a to z, digits, and . _ - @ +"))
    if session.scalar(select(Account.id).where(Account.login == person.login)) is not None:
        raise BadPerson("login", N_("there is somebody with this login already"))
    account = Account(**asdict(person))
    session.add(account)
    session.flush()
    note(session, by, "person_added", "done", person.login, **_bounds(person))
    return account


def change(session: Session, account: Account, person: Person, by: Actor) -> None:
    """Give an account another name, role, institution or region; its login stays.

    Raises:
        BadPerson: as `add`; or nobody would be left who manages people.
    """
    person = _checked(session, replace(person, login=account.login))
    if person.role != Role.ADMIN:
        _check_not_last(session, account)
    before, after = _told(account), asdict(person)
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    for name in changed:
        setattr(account, name, after[name])
    if changed:
        note(session, by, "person_changed", "done", account.login, **changed)


def deactivate(session: Session, account: Account, by: Actor) -> None:
    """Put somebody out at once: no sign-in, no token, no way in; what they did stays under their name.

    Raises:
        BadPerson: nobody would be left who manages people.
    """
    _check_not_last(session, account)
    account.active = False
    sign_ins.end_all(session, account.id)
    tokens.revoke(session, account.id)
    note(session, by, "person_deactivated", "done", account.login)


def reactivate(session: Session, account: Account, by: Actor) -> None:
    """Let somebody in again, by the old password."""
    account.active = True
    note(session, by, "person_reactivated", "done", account.login)


def named(session: Session, login: str) -> Account:
    """The account of a login.

    Raises:
        NotFound: there is none; what is near to it is named.
    """
    known = session.scalar(select(Account).where(Account.login == settled_login(login)))
    if known is None:
        near = _near(login, session.scalars(select(Account.login)).all())
        msg = f"nobody has the login {login!r}" + (f"; near to it: {near}" if near else "")
        raise NotFound(msg)
    return known


def _checked(session: Session, person: Person) -> Person:
    """The person with only what the role is bounded by."""
    if person.role not in set(Role):
        raise BadPerson("role", N_("one of %(known)s"), known=", ".join(Role))
    if len(person.name) > LONGEST_NAME or not person.name.isprintable():
        raise BadPerson("name", N_("at most %(most)s characters, in one line"), most=LONGEST_NAME)
    institution = person.institution if person.role in (*_NEEDS_INSTITUTION, Role.REGULATOR) else None
    region = person.region if person.role == Role.COUNTY else None
    _check_institution(session, person.role, institution)
    _check_region(session, person.role, region)
    return replace(person, name=person.name.strip(), institution=institution or None, region=region or None)


def _check_institution(session: Session, role: str, code: str | None) -> None:
    if not code:
        if role in _NEEDS_INSTITUTION:
            raise BadPerson("institution", N_("a bank or department needs its institution"))
        return
    kind = session.scalar(select(Institution.kind).where(Institution.code == code))
    if kind is None:
        rows = session.execute(select(Institution.code, Institution.name_zh)).all()
        names = {word: row.code for row in rows for word in (row.code, row.name_zh)}
        near = ", ".join(dict.fromkeys(names[word] for word in get_close_matches(code, names, 3, 0.5)))
        raise BadPerson("institution", N_("there is no institution %(code)s; near to it: %(near)s"),
                        code=code, near=near or "-")  # fmt: skip
    if (kind == "bank") != (role == Role.BANK):
        raise BadPerson("institution", N_("%(code)s is no institution for the role %(role)s"), code=code, role=role)


def _check_region(session: Session, role: str, adcode: str | None) -> None:
    if role != Role.COUNTY:
        return
    if not adcode:
        raise BadPerson("region", N_("a county or zone needs its region"))
    known = session.scalars(select(Region.adcode).where(Region.level != "city")).all()
    if adcode not in known:
        raise BadPerson("region", N_("there is no county or zone %(code)s; near to it: %(near)s"),
                        code=adcode, near=_near(adcode, known) or "-")  # fmt: skip


def _check_not_last(session: Session, account: Account) -> None:
    """Somebody must stay who can let others in."""
    others = select(func.count()).where(Account.role == Role.ADMIN, Account.active.is_(True), Account.id != account.id)
    if account.role == Role.ADMIN and account.active and not session.scalar(others):
        raise BadPerson("role", N_("this is the last admin: make another one first"))


def _near(word: str, known: Sequence[str]) -> str:
    return ", ".join(get_close_matches(word, known, 3, 0.5))


def _told(account: Account) -> dict[str, str | None]:
    return {name: getattr(account, name) for name in ("login", "name", "role", "institution", "region")}


def _bounds(person: Person) -> dict[str, str]:
    said = {"role": person.role, "institution": person.institution, "region": person.region}
    return {name: value for name, value in said.items() if value}
