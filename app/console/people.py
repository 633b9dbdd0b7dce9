"""The people: who there is; added, changed, put out; their sign-ins, tokens and one-time links."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.accounts import people, resets, seen, sign_ins, tokens
from app.accounts.asking import Asker, Db, InPerson, WriterInPerson
from app.accounts.people import Person
from app.accounts.trail import note
from app.console.choices import choices
from app.console.entering import at, is_shared
from app.console.pages import language, onward, staff_page
from app.console.roles import ROLE_REACH, ROLES
from app.console.sign_in import Faults, Said
from app.errors import BadPerson, NotFound, NotTrusted
from app.permissions import Action, require
from app.tables import Account
from app.tables.base import now

HERE = "/console/people"
Id = Annotated[int, Path(ge=1, lt=2**53)]


def _manages(who: InPerson) -> None:
    require(who.actor, Action.MANAGE_PEOPLE)


def _said(login: Said = "", name: Said = "", role: Said = "", institution: Said = "", region: Said = "") -> Person:
    return Person(login, name, role, institution or None, region or None)


router = APIRouter(include_in_schema=False, prefix=HERE, dependencies=[Depends(_manages)])


@router.get("")
def listed(request: Request, db: Db, who: InPerson) -> Response:
    """Everybody, and a form for one more."""
    return _list(request, db, who)


@router.post("")
def add(request: Request, db: Db, who: WriterInPerson, said: Annotated[Person, Depends(_said)]) -> Response:
    """Somebody new, with a link to set the first password."""
    try:
        account = people.add(db, said, who.actor)
    except BadPerson as error:
        return _list(request, db, who, said, {error.field: (error.sentence, error.facts)})
    link = resets.make(db, account, request.app.state.settings, who.actor)
    db.commit()
    return _one(request, db, who, account, link=link)


@router.get("/{account_id}")
def one(request: Request, db: Db, who: InPerson, account_id: Id) -> Response:
    """One person: bounds, sign-ins, tokens."""
    return _one(request, db, who, _account(db, account_id))


@router.post("/{account_id}")
def change(
    request: Request, db: Db, who: WriterInPerson, account_id: Id, said: Annotated[Person, Depends(_said)]
) -> Response:
    """Another name, role, institution or region."""
    account = _own(request, db, account_id)
    try:
        people.change(db, account, said, who.actor)
    except BadPerson as error:
        db.rollback()
        return _one(request, db, who, account, said, {error.field: (error.sentence, error.facts)})
    db.commit()
    return onward(request, f"{HERE}/{account_id}", done="changed")


@router.post("/{account_id}/active")
def switch(request: Request, db: Db, who: WriterInPerson, account_id: Id, on: Said = "") -> Response:
    """Put somebody out, or let them in again."""
    account = _own(request, db, account_id)
    try:
        (people.reactivate if on else people.deactivate)(db, account, who.actor)
    except BadPerson as error:
        db.rollback()
        return _one(request, db, who, account, None, {error.field: (error.sentence, error.facts)})
    db.commit()
    return onward(request, f"{HERE}/{account_id}", done="in" if on else "out")


@router.post("/{account_id}/link")
def make_link(request: Request, db: Db, who: WriterInPerson, account_id: Id) -> Response:
    """A one-time link to set a password, shown in this answer and never again."""
    account = _own(request, db, account_id)
    link = resets.make(db, account, request.app.state.settings, who.actor)
    db.commit()
    return _one(request, db, who, account, link=link)


@router.post("/{account_id}/sign-ins/end")
def end_sign_ins(request: Request, db: Db, who: WriterInPerson, account_id: Id) -> Response:
    """End every sign-in and token of somebody; they can come in again by the password."""
    account = _account(db, account_id)
    sign_ins.end_all(db, account.id)
    tokens.revoke(db, account.id)
    note(db, who.actor, "sign_ins_ended", "done", account.login)
    db.commit()
    return onward(request, f"{HERE}/{account_id}", done="ended")


def _account(db: Session, account_id: int) -> Account:
    account = db.get(Account, account_id)
    if account is None:
        msg = "there is no such person"
        raise NotFound(msg)
    return account


def _own(request: Request, db: Session, account_id: int) -> Account:
    """An account that an admin may change: not one that everybody tries the sandbox with."""
    account = _account(db, account_id)
    if is_shared(request, account.login):
        msg = "this account of the sandbox is everybody's: it stays as it is"
        raise NotTrusted(msg)
    return account


def _list(
    request: Request, db: Session, who: Asker, said: Person | None = None, faults: Faults | None = None
) -> Response:
    context = {"everybody": seen.everybody(db), "said": said, **_words(request, db, faults)}
    return staff_page(request, who, "console/people.html", context, _status(faults))


def _one(
    request: Request,
    db: Session,
    who: Asker,
    account: Account,
    said: Person | None = None,
    faults: Faults | None = None,
    link: str | None = None,
) -> Response:
    context = {
        "person": account,
        "said": said or account,
        "link": link and f"{str(request.base_url).rstrip('/')}/console/reset/{link}",
        "hours": request.app.state.settings.reset_hours,
        "shared": is_shared(request, account.login),
        "sign_ins": seen.sign_ins_of(db, account.id),
        "tokens": seen.tokens_of(db, account.id),
        "now": now(),
        "done": request.query_params.get("done"),
        **_words(request, db, faults),
    }
    return staff_page(request, who, "console/person.html", context, _status(faults))


def _words(request: Request, db: Session, faults: Faults | None) -> dict[str, object]:
    lang, known = language(request), choices(db)
    institutions = known.pairs("institution", lang)
    regions = [*known.pairs("region", lang), *known.pairs("zone", lang)]
    return {
        "institutions": institutions,
        "regions": regions,
        "institution_names": dict(institutions),
        "region_names": dict(regions),
        "at": at(request),
        "roles": ROLES,
        "reach": ROLE_REACH,
        "faults": faults or {},
    }


def _status(faults: Faults | None) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
