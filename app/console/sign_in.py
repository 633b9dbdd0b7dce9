"""Coming in by password, setting one by a one-time link, going out."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts import cookies, entry, resets, sign_ins
from app.accounts.asking import Db, WriterInPerson, asker, check_origin
from app.accounts.passwords import SHORTEST
from app.accounts.trail import note
from app.console.entering import HERE, entered, inside, sign_in_page
from app.console.pages import onward, staff_page
from app.errors import BadPerson, NotFound
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.tables import Account

router = APIRouter(include_in_schema=False)

Said = Annotated[str, Form()]
Faults = Mapping[str, tuple[str, Mapping[str, object]]]
"""By field: a sentence and what it is filled in with."""
WAY = "password"
WRONG = N_("Login or password is wrong.")
LOCKED = N_("Too many tries. Wait %(seconds)s seconds, then try again.")
IS_SET = N_("The password is set. Sign in with it.")
DIFFER = N_("the two are not the same")


@router.get(HERE)
def sign_in(request: Request) -> Response:
    """The page to sign in on; whoever has signed in already goes on."""
    asked = request.query_params
    wanted = asked.get("next", "")
    if asker(request) is not None:
        return RedirectResponse(inside(request, wanted), HTTPStatus.SEE_OTHER)
    return sign_in_page(request, wanted, asked.get("as", ""), ("ok", IS_SET) if "set" in asked else None)


@router.post(HERE)
def come_in(
    request: Request, db: Db, login: Said = "", password: Said = "", wanted: Annotated[str, Form(alias="next")] = ""
) -> Response:
    """Sign in by login and password; while the login is locked, the right password must wait as well."""
    check_origin(request)
    account = entry.known(db, login)
    one = entry.take_try(db, login)
    db.commit()
    if one.wait_s:
        return locked(sign_in_page(request, wanted, login, ("bad", LOCKED), seconds=one.wait_s), one.wait_s)
    right = entry.is_right(account, password)
    if account is None or not right:
        entry.fail(db, account, WAY, one.lock_s)
        db.commit()
        return sign_in_page(request, wanted, login, ("bad", WRONG), HTTPStatus.FORBIDDEN)
    entry.renew(account, password)
    return entered(request, db, account, WAY, wanted)


@router.post("/console/sign-out")
def sign_out(request: Request, db: Db, who: WriterInPerson) -> Response:
    """End this sign-in."""
    sign_ins.end(db, cookies.held(request) or "")
    note(db, who.actor, "sign_out", "done", who.actor.name)
    db.commit()
    answer = onward(request, HERE)
    cookies.take(answer, request)
    return answer


@router.get("/console/reset/{secret}")
def reset(request: Request, db: Db, secret: str) -> Response:
    """The page to set a password on, by a one-time link."""
    return _reset_page(request, resets.account_of(db, secret))


@router.post("/console/reset/{secret}")
def set_by_link(request: Request, db: Db, secret: str, password: Said = "", again: Said = "") -> Response:
    """Set a password by a one-time link; nobody is signed in by that."""
    check_origin(request)
    account = resets.account_of(db, secret)
    if account is None or password != again:
        return _reset_page(request, account, {"again": (DIFFER, {})})
    try:
        resets.use(db, secret, password)
    except BadPerson as error:
        return _reset_page(request, account, {error.field: (error.sentence, error.facts)})
    except NotFound:
        return _reset_page(request, None)
    db.commit()
    answer = onward(request, HERE, set="1")
    cookies.take(answer, request)
    return answer


def locked(answer: Response, wait_s: int) -> Response:
    """The answer to a try that must wait."""
    answer.status_code = HTTPStatus.TOO_MANY_REQUESTS
    answer.headers["retry-after"] = str(wait_s)
    return answer


def _reset_page(request: Request, account: Account | None, faults: Faults | None = None) -> Response:
    context = {"login": account.login if account else None, "faults": faults or {}, "least": SHORTEST}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
    return staff_page(request, None, "console/reset.html", context, status if account else HTTPStatus.NOT_FOUND)
