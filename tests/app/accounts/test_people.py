"""People added, changed and put out."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import passwords, people, resets, sign_ins, tokens
from app.accounts.people import Person
from app.actor import Actor
from app.db import make_engine, make_sessions
from app.errors import BadPerson, NotFound
from app.settings import Settings
from app.tables import Account, AuditLine, Institution, PasswordReset, Region
from app.tables.base import now
from staff import PASSWORD

BOSS = Actor("boss", "admin")
CITY = [("371500", "city"), ("371502", "county"), ("371500-kfq", "zone")]


@pytest.fixture
def session(migrated_url: str) -> Iterator[Session]:
    """A database with two institutions and three regions."""
    engine = make_engine(migrated_url)
    with make_sessions(engine)() as made:
        made.add_all(Institution(code=c, kind=k, name_zh=n, source="-")
                     for c, k, n in [("icbc", "bank", "中国工商银行"), ("W", "city_department", "文旅局")])  # fmt: skip
        made.add_all(Region(adcode=c, level=level, name_zh=c, name_en="", source="-") for c, level in CITY)
        made.commit()
        yield made
    engine.dispose()


def somebody(login: str = "wang.fang", role: str = "admin", **more: str | None) -> Person:
    """What is said of somebody."""
    return Person(login, "", role, **more)


@pytest.mark.parametrize(
    ("person", "field", "why"),
    [
        (somebody("x"), "login", "two to eighty"),
        (somebody("王芳"), "login", "two to eighty"),
        (somebody("a b"), "login", "two to eighty"),
        (somebody("a\x00b"), "login", "two to eighty"),
        (somebody("system"), "login", "two to eighty"),
        (somebody("visitor"), "login", "two to eighty"),
        (somebody(role="king"), "role", "bank, department"),
        (somebody(role="bank"), "institution", "needs its institution"),
        (somebody(role="bank", institution="icbcc"), "institution", "near to it: icbc"),
        (somebody(role="bank", institution="工商银行"), "institution", "near to it: icbc"),
        (somebody(role="bank", institution="W"), "institution", "for the role bank"),
        (somebody(role="department", institution="icbc"), "institution", "for the role department"),
        (somebody(role="county"), "region", "needs its region"),
        (somebody(role="county", region="371503"), "region", "near to it: 371502"),
        (somebody(role="county", region="371500"), "region", "no county or zone"),
        (Person("li.na", "x" * 81, "admin"), "name", "at most 80"),
        (Person("li.na", "a\nb", "admin"), "name", "in one line"),
    ],
)
def test_somebody_who_cannot_be_is_refused(session: Session, person: Person, field: str, why: str) -> None:
    """The field is named, and what is near to a code that there is not."""
    with pytest.raises(BadPerson, match=why) as refused:
        people.add(session, person, BOSS)
    assert refused.value.field == field


def test_only_what_bounds_the_role_is_kept(session: Session) -> None:
    """A county has no institution, a bank no region, an admin neither; a login is kept in small letters."""
    both = {"institution": "icbc", "region": "371502"}
    bank = people.add(session, somebody(" Wang.Fang ", "bank", **both), BOSS)
    county = people.add(session, somebody("li.na", "county", **both), BOSS)
    admin = people.add(session, somebody("zhao", "admin", **both), BOSS)
    assert [(a.login, a.institution, a.region) for a in (bank, county, admin)] == [
        ("wang.fang", "icbc", None), ("li.na", None, "371502"), ("zhao", None, None),
    ]  # fmt: skip
    with pytest.raises(BadPerson, match="already"):
        people.add(session, somebody("WANG.FANG", "admin"), BOSS)


def test_changes_leave_lines(session: Session) -> None:
    """What was and what is; nothing where nothing changed."""
    account = people.add(session, somebody(role="bank", institution="icbc"), BOSS)
    people.change(session, account, somebody(role="county", region="371500-kfq"), BOSS)
    people.change(session, account, somebody(role="county", region="371500-kfq"), BOSS)
    session.flush()
    lines = session.scalars(select(AuditLine).order_by(AuditLine.id)).all()
    assert [(line.by, line.action, line.subject) for line in lines] == [
        ("boss", "person_added", "wang.fang"), ("boss", "person_changed", "wang.fang"),
    ]  # fmt: skip
    assert lines[1].facts == {
        "role": ["bank", "county"], "institution": ["icbc", None], "region": [None, "371500-kfq"],
    }  # fmt: skip


def test_whoever_is_put_out_is_out_at_once(session: Session) -> None:
    """Sign-ins, tokens and links end; let in again, the old ones stay ended."""
    settings = Settings(_env_file=None)
    people.add(session, somebody("boss"), BOSS)
    account = people.add(session, somebody("li.na"), BOSS)
    secret = sign_ins.begin(session, account, settings)
    bearer = tokens.make(session, account.id, "nightly", ["read"], 1)
    link = resets.make(session, account, settings, BOSS)
    session.flush()
    assert sign_ins.account_of(session, secret) is account
    people.deactivate(session, account, BOSS)
    session.flush()
    assert resets.account_of(session, link) is None
    people.reactivate(session, account, BOSS)
    session.flush()
    assert (sign_ins.account_of(session, secret), tokens.account_of(session, bearer)) == (None, None)


def test_the_last_admin_stays(session: Session) -> None:
    """Neither put out nor made something else, until there is another who is active."""
    boss = people.add(session, somebody("boss"), BOSS)
    gone = people.add(session, somebody("gone"), BOSS)
    people.deactivate(session, gone, BOSS)
    session.flush()
    with pytest.raises(BadPerson, match="last admin"):
        people.deactivate(session, boss, BOSS)
    with pytest.raises(BadPerson, match="last admin"):
        people.change(session, boss, somebody("boss", "regulator"), BOSS)
    assert boss.active


def test_a_link_sets_a_password_once(session: Session) -> None:
    """It ends every sign-in; used, replaced or too old it leads nowhere."""
    settings = Settings(_env_file=None)
    account = people.add(session, somebody(), BOSS)
    first = resets.make(session, account, settings, BOSS)
    second = resets.make(session, account, settings, BOSS)
    session.flush()
    secret = sign_ins.begin(session, account, settings)
    with pytest.raises(NotFound):
        resets.use(session, first, PASSWORD)
    with pytest.raises(BadPerson):
        resets.use(session, second, "short")
    resets.use(session, second, PASSWORD)
    session.flush()
    assert passwords.is_right(account.password_hash, PASSWORD)
    assert sign_ins.account_of(session, secret) is None
    with pytest.raises(NotFound):
        resets.use(session, second, PASSWORD)
    third = resets.make(session, account, settings, BOSS)
    session.flush()
    session.scalars(select(PasswordReset).where(PasswordReset.used_at.is_(None))).one().expires_at = now()
    session.flush()
    assert resets.account_of(session, third) is None


@pytest.mark.parametrize("verb", ["UPDATE audit_line SET outcome = 'done'", "DELETE FROM audit_line"])
def test_the_trail_stays_as_it_was_written(session: Session, verb: str) -> None:
    """Whoever holds the application does not hold its trail: the database refuses."""
    people.add(session, somebody(), BOSS)
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(text(verb))


def test_somebody_unknown_is_named_with_what_is_near(session: Session) -> None:
    """So that a slip of the keyboard is seen."""
    people.add(session, somebody(), BOSS)
    with pytest.raises(NotFound, match=r"near to it: wang\.fang"):
        people.named(session, "wangfang")
    assert isinstance(people.named(session, "WANG.FANG"), Account)


def test_a_token_needs_a_purpose_and_there_are_not_many(session: Session) -> None:
    """A nameless one is refused, and the twenty-first."""
    account = people.add(session, somebody(), BOSS)
    for name in ("", "  ", "a\nb", "x" * 81):
        with pytest.raises(BadPerson):
            tokens.make(session, account.id, name, ["read"], 1)
    for number in range(20):
        tokens.make(session, account.id, f"no {number}", ["read", "rule the world"], 1)
    with pytest.raises(BadPerson, match="at most 20"):
        tokens.make(session, account.id, "one more", ["read"], 1)
