"""People who may sign in, for the tests of any room: made and signed in without the cost of a password."""

from collections.abc import Iterable
from functools import cache

from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from app.accounts import sign_ins, tokens
from app.accounts.asking import CSRF_FIELD, Db, InPerson, Staff, Writer
from app.accounts.passwords import hashed
from app.accounts.secret import derived
from app.permissions import Role
from app.tables import Account, AuditLine, Institution

PASSWORD = "four words are enough"  # noqa: S105 - of the tests' own accounts


@cache
def password_hash() -> str:
    """What is kept of `PASSWORD`; made once, for it costs a tenth of a second."""
    return hashed(PASSWORD)


def person(
    sessions: sessionmaker[Session],
    role: str,
    *,
    institution: str | None = None,
    region: str | None = None,
    login: str | None = None,
) -> str:
    """The login of somebody with this role, made if need be, with an institution that is made too."""
    login = login or "-".join(filter(None, (role, institution, region)))
    with sessions.begin() as session:
        if institution and session.get(Institution, institution) is None:
            kind = "bank" if role == Role.BANK else "city_department"
            session.add(Institution(code=institution, kind=kind, name_zh=institution, source="-"))
            session.flush()
        if session.scalar(select(Account.id).where(Account.login == login)) is None:
            made = Account(login=login, name="", role=role, institution=institution, region=region)
            made.password_hash = password_hash()
            session.add(made)
    return login


def sign_in(client: TestClient, role: str, **bounds: str | None) -> dict[str, str]:
    """Sign somebody of this role in on the client; gives the headers that a write needs beside the cookie."""
    app = client.app
    login = person(app.state.sessions, role, **bounds)
    with app.state.sessions.begin() as session:
        account = session.scalars(select(Account).where(Account.login == login)).one()
        secret = sign_ins.begin(session, account, app.state.settings)
    put_cookie(client, secret)
    return {"x-csrf-token": derived(secret, CSRF_FIELD)}


def put_cookie(client: TestClient, secret: str) -> None:
    """Give the client the cookie of a sign-in as an answer would, so that an answer can replace it."""
    host, settings = client.base_url.host, client.app.state.settings
    domain = host if "." in host else f"{host}.local"
    client.cookies.set(sign_ins.cookie(settings), secret, domain=domain, path=settings.root_path or "/")


def token(
    client: TestClient, role: str, scopes: Iterable[str] = tokens.SCOPES, days: int = 1, **bounds: str | None
) -> dict[str, str]:
    """The headers of a program that has a token of somebody of this role."""
    login = person(client.app.state.sessions, role, **bounds)
    with client.app.state.sessions.begin() as session:
        account = session.scalars(select(Account).where(Account.login == login)).one()
        return {"authorization": f"Bearer {tokens.make(session, account.id, 'test', scopes, days)}"}


def with_addresses(app: FastAPI) -> FastAPI:
    """The application with `/api/v1/read`, `/api/v1/write` and `/api/v1/person`."""

    @app.get("/api/v1/read")
    def read(who: Staff) -> dict[str, str]:
        return {"who": who.actor.name, "role": who.actor.role}

    @app.get("/api/v1/person")
    def in_person(who: InPerson) -> dict[str, str]:
        return {"who": who.actor.name}

    @app.post("/api/v1/write")
    def write(who: Writer, db: Db) -> dict[str, str]:
        db.add(AuditLine(by=who.actor.name, role="", action="test", outcome="done", facts={}))
        db.commit()
        return {"who": who.actor.name}

    return app
