"""Drawing a page of the staff: the frame with its rail, in the reader's language, for whoever has signed in."""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.accounts.asking import Asker
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.i18n.languages import LANGUAGES, LOCALES, negotiated
from app.own_writes import told
from app.permissions import Action, may
from app.settings import Settings
from app.static import link
from app.visitor.city import city
from app.visitor.pages import NOTHING, environment, names

STAFF_LANGUAGES = ("zh", "en")
REMEMBERED_S = 365 * 24 * 3600


class Room(NamedTuple):
    """An entry of the rail, for whom the action is allowed to."""

    key: str
    path: str
    title: str
    action: Action | None = None


RAIL = (
    Room("overview", "/console", N_("Overview")),
    Room("venues", "/console/venues", N_("Venues")),
    Room("imports", "/console/imports", N_("Import"), Action.IMPORT),
    Room("review", "/console/review", N_("Review"), Action.REVIEW),
    Room("inspections", "/console/inspections", N_("Inspections"), Action.INSPECT),
    Room("locate", "/console/locate", N_("Locate"), Action.EDIT_VENUE),
    Room("ledgers", "/console/ledgers", N_("Ledgers")),
    Room("coverage", "/maps/coverage", N_("Coverage")),
    Room("people", "/console/people", N_("People"), Action.MANAGE_PEOPLE),
)


def staff_page(
    request: Request,
    asker: Asker | None,
    template: str,
    context: Mapping[str, object] = NOTHING,
    status: HTTPStatus = HTTPStatus.OK,
) -> HTMLResponse:
    """A page of the staff; without an asker (the sign-in page) the frame has no rail.

    Args:
        request: what is answered.
        asker: who has signed in.
        template: below `app/templates`, such as `console/overview.html`; it extends `console/frame.html`.
        context: what the template needs beside `asker, csrf, href, asset, lang, settings, may, place`; a
            `flash` of (`ok`, `warn` or `bad`, text) is shown above the page.
        status: of the answer.
    """
    lang = language(request)
    settings: Settings = request.app.state.settings
    known = {**_frame(request, asker, lang, settings), **context}
    answer = HTMLResponse(environment(lang).get_template(template).render(known), status)
    answer.headers.update(
        {"cache-control": "no-store", "vary": "Cookie, Accept-Language", "content-language": LOCALES[lang]}
    )
    for name, chosen in _choices(request, lang).items():
        answer.set_cookie(_cookie(name, settings), chosen, REMEMBERED_S, path=settings.root_path or "/", samesite="lax")
    return answer


def language(request: Request) -> str:
    """The language of a staff page: that of the URL, else the one chosen before, else the browser's, else Chinese."""
    asked = request.query_params.get("lang")
    chosen = request.cookies.get(_cookie("lang", request.app.state.settings))
    wanted = asked if asked in STAFF_LANGUAGES else chosen
    return negotiated(wanted, request.headers.get("accept-language"), STAFF_LANGUAGES, "zh")


def href(request: Request, path: str, **query: object) -> str:
    """A link inside this instance; a query without a value is left out, a list is repeated."""
    asked = {name: value for name, value in query.items() if value not in (None, "", [], ())}
    root = request.scope.get("root_path", "").rstrip("/")
    return f"{root}{path}" + (f"?{urlencode(asked, doseq=True)}" if asked else "")


def onward(request: Request, path: str, change: int | None = None, **query: object) -> Response:
    """The answer to a form that was written: go and see; the next page knows of the change."""
    answer = RedirectResponse(href(request, path, **query), HTTPStatus.SEE_OTHER)
    return answer if change is None else told(answer, change, request.app.state.settings)


def place_names(request: Request, lang: str) -> dict[str, str]:
    """What the city and its counties are called, by adcode, the city first."""
    named = names(request.app.state, request.app.state.register)
    return {code: zh if lang == "zh" else en or zh for code, (zh, en) in named.items()}


def _frame(request: Request, asker: Asker | None, lang: str, settings: Settings) -> dict[str, object]:
    places = place_names(request, lang)
    own = city(settings, (places.get(settings.city, settings.city),) * 2)
    path = request.scope["path"].removeprefix(request.scope.get("root_path", "").rstrip("/"))
    rail = [room for room in RAIL if asker and (room.action is None or may(asker.actor, room.action))]
    return {
        "request": request,
        "asker": asker,
        "csrf": (asker.csrf if asker else None) or "",
        "href": partial(href, request),
        "asset": partial(link, settings=settings),
        "lang": lang,
        "settings": settings,
        "may": partial(may, asker.actor) if asker else _nothing,
        "places": places,
        "place": lambda code: places.get(code or "", code or ""),
        "rail": rail,
        "here": max((room.path for room in rail if f"{path}/".startswith(f"{room.path}/")), key=len, default=""),
        "town": own.short_zh if lang == "zh" else own.en,
        "large": _remembered(request, "large", settings) == "1",
        "with_query": partial(_with_query, request),
        "other_language": next((c, LOCALES[c], LANGUAGES[c]) for c in STAFF_LANGUAGES if c != lang),
    }


def _with_query(request: Request, **changed: object) -> str:
    """The page being read, with some of its query changed (None takes a part out)."""
    path = request.scope["path"].removeprefix(request.scope.get("root_path", "").rstrip("/"))
    kept: dict[str, object] = {}
    for name, value in request.query_params.multi_items():
        kept.setdefault(name, []).append(value)  # type: ignore[attr-defined]  # lists, made in this line
    return href(request, path, **{**kept, **changed})


def _choices(request: Request, lang: str) -> dict[str, str]:
    """What the URL chooses for all pages to come."""
    asked = request.query_params
    chosen = {"lang": lang} if asked.get("lang") in STAFF_LANGUAGES else {}
    return chosen | ({"large": asked["large"]} if asked.get("large") in {"0", "1"} else {})


def _remembered(request: Request, name: str, settings: Settings) -> str | None:
    return request.query_params.get(name) or request.cookies.get(_cookie(name, settings))


def _cookie(name: str, settings: Settings) -> str:
    return f"paymap_demo_{name}" if settings.sandbox else f"paymap_{name}"


def _nothing(_action: str, _subject: object = None) -> bool:
    return False
