"""Who asks, and whether a write may be trusted: what each staff route depends on.

An edge takes `Staff` to read and `Writer` to write, `Db` for the database, and commits before it answers.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile
from starlette.requests import Request

from app.accounts import sign_ins, tokens
from app.accounts.secret import derived, same
from app.actor import Actor
from app.db import reading
from app.errors import DatabaseUnavailable, NotSignedIn, NotTrusted
from app.tables import Account

CSRF_FIELD, CSRF_HEADER = "csrf", "x-csrf-token"
ASKED = "asker"
"""Under which name a request's state holds who asks; that it is there at all makes the answer personal."""
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_AWAY = (OperationalError, InternalError, InterfaceError)
"""What a database raises that is away, read-only, or too busy; other errors are mistakes of ours."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who has signed in, by a page (`csrf`) or by a token (`scopes`)."""

    account_id: int
    actor: Actor
    csrf: str | None
    scopes: frozenset[str] | None


def asker(request: Request) -> Asker | None:
    """Who asks; None for nobody. It asks the database: call it in a thread."""
    state = request.scope.setdefault("state", {})
    if ASKED not in state:
        state[ASKED] = None
        state[ASKED] = _found(request)
    found: Asker | None = state[ASKED]
    return found


def signed_in(request: Request) -> Asker:
    """Who asks to read.

    Raises:
        NotSignedIn: nobody, or the sign-in or token is over.
        NotTrusted: a token that may not read.
    """
    found = asker(request)
    if found is None:
        msg = "sign in, or send a valid token (Authorization: Bearer pm_...)"
        raise NotSignedIn(msg)
    _check_scope(found, tokens.READ)
    return found


Staff = Annotated[Asker, Depends(signed_in)]


async def _csrf_sent(request: Request, _signed_in: Staff) -> AsyncIterator[str]:
    """The CSRF token that came with a write; a form is read only for somebody who has signed in."""
    header = request.headers.get(CSRF_HEADER)
    if header is not None or not request.headers.get("content-type", "").startswith(_FORMS):
        yield header or ""
        return
    form = await request.form()
    said = form.get(CSRF_FIELD, "")
    try:
        yield "" if isinstance(said, UploadFile) else said
    finally:
        await form.close()


def writing(request: Request, who: Staff, sent: Annotated[str, Depends(_csrf_sent, scope="function")]) -> Asker:
    """Who asks to write, by a page of ours or with a token that may.

    Raises:
        NotTrusted: another site's page, a wrong CSRF token, or a token that may only read.
    """
    _check_scope(who, tokens.WRITE)
    if who.csrf is not None:
        check_origin(request)
        if not same(sent, who.csrf):
            msg = "the page is too old, or not of this sign-in: load it again, then send it again"
            raise NotTrusted(msg)
    return who


Writer = Annotated[Asker, Depends(writing)]


def in_person(who: Staff) -> Asker:
    """Who asks by a page: a token must not reach passwords, sign-ins and tokens.

    Raises:
        NotTrusted: a token.
    """
    if who.scopes is not None:
        msg = "a token cannot do this: sign in on the page"
        raise NotTrusted(msg)
    return who


InPerson = Annotated[Asker, Depends(in_person)]


def writing_in_person(who: Writer, _in_person: InPerson) -> Asker:
    """Who asks to write by a page of ours, and not with a token."""
    return who


WriterInPerson = Annotated[Asker, Depends(writing_in_person)]


def db(request: Request) -> Iterator[Session]:
    """A session of this request; what is not committed when the route returns is undone.

    Raises:
        DatabaseUnavailable: the database is away, or takes no writes.
    """
    try:
        with request.app.state.sessions() as session:
            yield session
    except _AWAY as error:
        msg = "the database does not answer, or takes no writes now: try again"
        raise DatabaseUnavailable(msg) from error


Db = Annotated[Session, Depends(db, scope="function")]


def check_origin(request: Request) -> None:
    """Nothing where a page of this host sends, or a program that is no browser.

    Raises:
        NotTrusted: the browser says that another site's page sends this.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        ours = site in {"same-origin", "none"}
    else:
        ours = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    if not ours:
        msg = "another site's page sent this; nothing was written"
        raise NotTrusted(msg)


def _check_scope(who: Asker, scope: str) -> None:
    if who.scopes is not None and scope not in who.scopes:
        msg = f"this token lacks the scope {scope}"
        raise NotTrusted(msg)


def actor_of(account: Account) -> Actor:
    """An account as the record names it."""
    return Actor(account.login, account.role, account.institution, account.region)


def actor_now(session: Session, login: str) -> Actor:
    """Somebody who asked for something earlier, with the rights that the account has now.

    Raises:
        NotSignedIn: the account has been closed since, or is gone.
    """
    account = session.scalar(select(Account).where(Account.login == login, Account.active))
    if account is None:
        msg = f"the account {login} has been closed since this was asked for: somebody else has to ask for it"
        raise NotSignedIn(msg)
    return actor_of(account)


def _found(request: Request) -> Asker | None:
    said = request.headers.get("authorization")
    secret = request.cookies.get(sign_ins.cookie(request.app.state.settings))
    if said is None and not secret:
        return None
    with reading(request.app.state.sessions) as session:
        return _by_token(session, said) if said is not None else _by_cookie(session, secret or "")


def _by_token(session: Session, said: str) -> Asker | None:
    kind, _, secret = said.partition(" ")
    found = tokens.account_of(session, secret.strip()) if kind.lower() == "bearer" else None
    if found is None:
        return None
    account, scopes = found
    return Asker(account.id, actor_of(account), None, scopes)


def _by_cookie(session: Session, secret: str) -> Asker | None:
    account = sign_ins.account_of(session, secret)
    return None if account is None else Asker(account.id, actor_of(account), derived(secret, CSRF_FIELD), None)
