"""Coming in by the organisation's identity provider: off to it, and back."""

from http import HTTPStatus
from urllib.parse import quote, unquote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts import cookies, entry, sign_ins
from app.accounts.asking import Db
from app.accounts.provider import Claims, Provider, ProviderFailed, account_of
from app.accounts.secret import derived, fresh, same
from app.console.entering import entered, sign_in_page
from app.errors import NotFound, NotTrusted
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.settings import Settings

router = APIRouter(include_in_schema=False)

BELOW = "/console/oidc"
WAY = "oidc"
FLOW_S = 600
AWAY = N_("Your organisation's sign-in does not answer. Sign in by password, or try later.")
REFUSED = N_("The sign-in by your organisation did not succeed, or nobody here has that account. Ask your admin.")


@router.get(f"{BELOW}/start")
def leave(request: Request) -> Response:
    """Off to the identity provider; a cookie keeps what only this browser can bring back."""
    settings, flow, wanted = _with_provider(request), fresh(), request.query_params.get("next", "")
    try:
        answer = RedirectResponse(Provider(settings, _back(request)).leave(flow), HTTPStatus.SEE_OTHER)
    except ProviderFailed:
        return sign_in_page(request, wanted, "", ("bad", AWAY), HTTPStatus.BAD_GATEWAY)
    cookies.put(answer, request, _cookie(settings), f"{flow}.{quote(wanted, safe='')}", FLOW_S, BELOW)
    return answer


@router.get(f"{BELOW}/back")
def come_back(request: Request, db: Db) -> Response:
    """Back from the identity provider."""
    settings = _with_provider(request)
    flow, _, wanted = request.cookies.get(_cookie(settings), "").partition(".")
    try:
        account = account_of(db, _claims(request, settings, flow), settings)
        answer = entered(request, db, account, WAY, unquote(wanted))
    except (ProviderFailed, NotTrusted):
        db.rollback()
        entry.fail(db, None, WAY)
        db.commit()
        answer = sign_in_page(request, unquote(wanted), "", ("bad", REFUSED), HTTPStatus.FORBIDDEN)
    cookies.put(answer, request, _cookie(settings), "", 0, BELOW)
    return answer


def _claims(request: Request, settings: Settings, flow: str) -> Claims:
    """Who the provider says it is, in answer to this browser's question and no other's."""
    asked = request.query_params
    if not flow or not same(asked.get("state", ""), derived(flow, "state")) or "code" not in asked:
        msg = "this is not the answer to a sign-in that began in this browser"
        raise NotTrusted(msg)
    if asked.get("iss", settings.oidc_issuer) != settings.oidc_issuer:
        msg = "another identity provider answered"
        raise NotTrusted(msg)
    return Provider(settings, _back(request)).come_back(flow, asked["code"])


def _with_provider(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    if not settings.oidc_issuer:
        msg = "this register has no identity provider"
        raise NotFound(msg)
    return settings


def _back(request: Request) -> str:
    return f"{str(request.base_url).rstrip('/')}{BELOW}/back"


def _cookie(settings: Settings) -> str:
    return f"{sign_ins.cookie(settings)}_flow"
