"""What every way in shares: the sign-in page, where one goes on to, and the cookie that one gets."""

import re
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts import cookies, entry
from app.accounts.browser import browser_of
from app.console.pages import href, onward, staff_page
from app.console.roles import ROLE_REACH, ROLES
from app.db import reading
from app.demo.people import KNOWN, PASSWORD, known
from app.tables import Account

HERE, FIRST = "/console/sign-in", "/console"
LONGEST_LOGIN, LONGEST_ADDRESS = 200, 2000
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


def to_sign_in(request: Request) -> Response:
    """Off to the sign-in page, and from there back to the page that was asked for.

    A part of a page cannot be put in the place of another: the whole page loads again, and is sent off then.
    """
    if "hx-request" in request.headers:
        return Response(status_code=HTTPStatus.UNAUTHORIZED, headers={"hx-refresh": "true"})
    root = request.scope.get("root_path", "").rstrip("/")
    query = request.scope["query_string"].decode("latin-1")
    wanted = f"{root}{request.scope['path'].removeprefix(root)}" + (f"?{query}" if query else "")
    return onward(
        request, HERE, next=wanted if request.method == "GET" else None, lang=request.query_params.get("lang")
    )


def inside(request: Request, wanted: str) -> str:
    r"""The address to go on to: the one that is wanted if it is a staff page of this instance, else the first.

    A browser takes `//host`, `/\host` and what holds control characters for other hosts.
    """
    root: str = request.scope.get("root_path", "").rstrip("/")
    path, mark, query = wanted.partition("?")
    ours = path == root + FIRST or path.startswith(f"{root}{FIRST}/")
    plain = wanted.isprintable() and "\\" not in wanted and ".." not in path and "//" not in path
    if not (ours and plain):
        return root + FIRST
    return quote(path, safe="/%") + mark + quote(query, safe="=&%+,:;@/?-._~!*'()$")


def entered(request: Request, db: Session, account: Account, way: str, wanted: str) -> Response:
    """A new sign-in of this account, committed, and on to the page that was wanted."""
    browser = browser_of(request.headers.get("user-agent", ""))
    secret = entry.enter(db, account, request.app.state.settings, cookies.held(request), browser, way)
    db.commit()
    answer = RedirectResponse(inside(request, wanted), HTTPStatus.SEE_OTHER)
    cookies.give(answer, request, secret)
    return answer


def sign_in_page(
    request: Request,
    wanted: str,
    login: str = "",
    said: tuple[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    **facts: object,
) -> Response:
    """The page to sign in on.

    Args:
        request: what is answered.
        wanted: where to go on to.
        login: what stands in the field; of the sandbox's known accounts the password too.
        said: a tone and a sentence, shown above.
        status: of the answer.
        facts: what the sentence is filled in with.
    """
    settings = request.app.state.settings
    accounts = _known(request) if settings.sandbox else ()
    wanted = wanted[:LONGEST_ADDRESS]
    context = {
        "login": login[:LONGEST_LOGIN],
        "password": PASSWORD if login in accounts else "",
        "wanted": wanted,
        "said": said,
        "facts": facts,
        "known": [(name, href(request, HERE, **{"as": name, "next": wanted})) for name in accounts],
        "roles": ROLES,
        "reach": ROLE_REACH,
        "provider": settings.oidc_issuer and href(request, "/console/oidc/start", next=wanted),
    }
    return staff_page(request, None, "console/sign_in.html", context, status)


def number(said: str) -> int | None:
    """The number of a row, if it is one."""
    return int(said) if _NUMBER.fullmatch(said) else None


def at(request: Request) -> Callable[[datetime], str]:
    """How a page says a moment: by the city's clock."""
    zone = ZoneInfo(request.app.state.settings.timezone)
    return lambda moment: f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def is_shared(request: Request, login: str) -> bool:
    """Whether this is an account of the sandbox that everybody uses, so that nobody may take it from the others."""
    return request.app.state.settings.sandbox and login in KNOWN


def _known(request: Request) -> tuple[str, ...]:
    with reading(request.app.state.sessions) as session:
        return known(session)
