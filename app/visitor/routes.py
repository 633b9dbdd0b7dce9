"""The visitor's pages over HTTP: the first page, a venue, the guide, the privacy notice.

Plain functions, so that the server draws them in a thread and the event loop goes on answering.
"""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from app.visitor import fresh, listing
from app.visitor.asked import asked
from app.visitor.home import home_context
from app.visitor.listing import Properties
from app.visitor.pages import NOTHING, Visit, page, visit
from app.visitor.seen import category_name, everything_seen, position_words

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/")
def home(request: Request) -> Response:
    """The first page: what is known, what one can do, and the places."""
    here = visit(request)
    if (same := fresh.unchanged(here)) is not None:
        return same
    question = asked(request.query_params, here.counties)
    return _drawn(here, "home.html", home_context(here, question))


@router.get("/v/{venue_id}")
def venue(request: Request, venue_id: str) -> Response:
    """One venue with everything that was seen there; a closed one says so."""
    here = visit(request)
    found = listing.venue(here.register.catalog, venue_id)
    if found is None:
        return missing(request)
    return fresh.unchanged(here) or _drawn(here, "venue.html", _venue_context(here, found))


@router.get("/guide")
def guide(request: Request) -> Response:
    """How to pay: by card, by phone, with cash; where to change money; whom to call."""
    here = visit(request)
    return fresh.unchanged(here) or _drawn(here, "guide.html")


@router.get("/privacy")
def privacy(request: Request) -> Response:
    """What is kept about a visitor, and for how long."""
    here = visit(request)
    return fresh.unchanged(here) or _drawn(here, "privacy.html")


def missing(request: Request) -> Response:
    """The page for an address where nothing is; also for the app's own 404 of a page."""
    return _drawn(visit(request), "missing.html", status=HTTPStatus.NOT_FOUND)


def refused(request: Request, detail: str, status: HTTPStatus) -> Response:
    """The page for what the app refuses or cannot do now, in its own words."""
    return page(visit(request), "refused.html", {"detail": detail}, status)


def _drawn(
    here: Visit, template: str, context: Mapping[str, object] = NOTHING, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    drawn = page(here, template, context, status)
    drawn.headers.update(fresh.headers(here))
    return drawn


def _venue_context(here: Visit, found: Properties) -> dict[str, object]:
    return {
        "venue": found,
        "category": category_name(found["category"], here.lang, here.words),
        "position": position_words(found, here.words),
        "seen": everything_seen(found, here.lang, here.words, here.register.today()),
    }
