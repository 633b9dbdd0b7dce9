"""One's own page: who one is here, the password, the sign-ins, the tokens."""

from http import HTTPStatus

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.accounts import cookies, entry, passwords, seen, sign_ins, tokens
from app.accounts.asking import Asker, Db, InPerson, WriterInPerson
from app.accounts.secret import digest
from app.accounts.trail import note
from app.console.entering import at, entered, is_shared, number
from app.console.pages import language, onward, staff_page
from app.console.roles import ROLE_REACH, ROLES
from app.console.sign_in import DIFFER, LOCKED, Faults, Said, locked
from app.errors import BadPerson, NotTrusted
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.tables import Account, Institution, Region
from app.tables.base import now

router = APIRouter(include_in_schema=False)

HERE = "/console/me"
WRONG = N_("this is not your password")
NO_PASSWORD = N_("this account has no password; an admin can make a link to set one")
DAYS = (7, 30, 90, 366)
USUAL_DAYS = 30


@router.get(HERE)
def me(request: Request, db: Db, who: InPerson) -> Response:
    """What the register knows of the person who reads it."""
    return _page(request, db, who)


@router.post(f"{HERE}/password")
def change_password(
    request: Request, db: Db, who: WriterInPerson, old: Said = "", password: Said = "", again: Said = ""
) -> Response:
    """Set one's own password; every sign-in ends, and this browser gets a new one."""
    _refuse_shared(request, who)
    account = db.get_one(Account, who.account_id)
    one = entry.take_try(db, account.login)
    db.commit()
    if one.wait_s:
        return locked(_page(request, db, who, {"old": (LOCKED, {"seconds": one.wait_s})}), one.wait_s)
    if not entry.is_right(account, old):
        entry.fail(db, account, "own page", one.lock_s)
        db.commit()
        return _page(request, db, who, {"old": (WRONG if account.password_hash else NO_PASSWORD, {})})
    if fault := _fault(account, password, again):
        entry.forget_failures(db, account)
        db.commit()
        return _page(request, db, who, fault)
    passwords.give(account, password)
    sign_ins.end_all(db, account.id)
    note(db, who.actor, "password_set", "done", account.login, way="own page")
    return entered(request, db, account, "own page", f"{request.scope.get('root_path', '')}{HERE}?done=password")


@router.post(f"{HERE}/sign-ins/end")
def end_sign_ins(request: Request, db: Db, who: WriterInPerson, one: Said = "") -> Response:
    """End one of one's sign-ins, or all but this."""
    if (row := number(one)) is not None:
        sign_ins.end_one(db, who.account_id, row)
    else:
        sign_ins.end_all(db, who.account_id, but=cookies.held(request))
    note(db, who.actor, "sign_ins_ended" if row is None else "sign_in_ended", "done", who.actor.name)
    db.commit()
    return onward(request, HERE, done="ended")


@router.post(f"{HERE}/tokens")
def make_token(
    request: Request,
    db: Db,
    who: WriterInPerson,
    name: Said = "",
    scope: Said = tokens.READ,
    days: Said = str(USUAL_DAYS),
) -> Response:
    """A new token, shown in this answer and never again."""
    scopes = tokens.SCOPES if scope == tokens.WRITE else (tokens.READ,)
    lasts = int(days) if days in map(str, DAYS) else USUAL_DAYS
    try:
        secret = tokens.make(db, who.account_id, name, scopes, lasts)
    except BadPerson as error:
        return _page(request, db, who, {error.field: (error.sentence, error.facts)})
    note(db, who.actor, "token_made", "done", name, scopes=list(scopes), days=lasts)
    db.commit()
    return _page(request, db, who, token=secret)


@router.post(f"{HERE}/tokens/revoke")
def revoke_token(request: Request, db: Db, who: WriterInPerson, one: Said = "") -> Response:
    """End one of one's tokens."""
    if (row := number(one)) is not None:
        tokens.revoke(db, who.account_id, row)
        note(db, who.actor, "token_revoked", "done", who.actor.name)
        db.commit()
    return onward(request, HERE, done="revoked")


def _refuse_shared(request: Request, who: Asker) -> None:
    if is_shared(request, who.actor.name):
        msg = "this account of the sandbox is everybody's: its password stays"
        raise NotTrusted(msg)


def _fault(account: Account, password: str, again: str) -> Faults | None:
    """What is wrong with a new password."""
    if password != again:
        return {"again": (DIFFER, {})}
    try:
        passwords.check(password, account.login)
    except BadPerson as error:
        return {error.field: (error.sentence, error.facts)}
    return None


def _page(
    request: Request, db: Session, who: Asker, faults: Faults | None = None, token: str | None = None
) -> Response:
    account = db.get_one(Account, who.account_id)
    lang, region = language(request), db.get(Region, account.region) if account.region else None
    here = digest(cookies.held(request) or "")
    context = {
        "account": account,
        "institution": db.get(Institution, account.institution) if account.institution else None,
        "region_name": region and (region.name_zh if lang == "zh" else region.name_en or region.name_zh),
        "at": at(request),
        "roles": ROLES,
        "reach": ROLE_REACH,
        "shared": is_shared(request, account.login),
        "least": passwords.SHORTEST,
        "sign_ins": [s for s in seen.sign_ins_of(db, account.id) if s.revoked_at is None and s.expires_at > now()],
        "here": here,
        "tokens": seen.tokens_of(db, account.id),
        "days": DAYS,
        "usual_days": USUAL_DAYS,
        "faults": faults or {},
        "token": token,
        "done": request.query_params.get("done"),
        "now": now(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
    return staff_page(request, who, "console/me.html", context, status)
