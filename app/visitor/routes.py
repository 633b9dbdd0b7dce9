"""The visitor's pages over HTTP: the first page, a venue, the guide, the privacy notice."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from app.visitor import listing
from app.visitor.asked import asked
from app.visitor.home import home_context
from app.visitor.pages import page, visit
from app.visitor.seen import category_name, everything_seen, position_words

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/")
def home(request: Request) -> HTMLResponse:
    """The first page: what is known, what one can do, and the places."""
    here = visit(request)
    question = asked(request.query_params, here.counties)
    return page(here, "home.html", home_context(here, question))


@router.get("/v/{venue_id}")
def venue(request: Request, venue_id: str) -> HTMLResponse:
    """One venue with everything that was seen there; a closed one says so."""
    here = visit(request)
    found = listing.venue(here.register.catalog, venue_id)
    if found is None:
        return missing(request)
    context = {
        "venue": found,
        "category": category_name(found["category"], here.lang, here.words),
        "position": position_words(found, here.words),
        "seen": everything_seen(found, here.lang, here.words, here.register.today()),
    }
    return page(here, "venue.html", context)


@router.get("/guide")
def guide(request: Request) -> HTMLResponse:
    """How to pay: by card, by phone, with cash; where to change money; whom to call."""
    return page(visit(request), "guide.html")


@router.get("/privacy")
def privacy(request: Request) -> HTMLResponse:
    """What is kept about a visitor, and for how long."""
    return page(visit(request), "privacy.html")


def missing(request: Request) -> HTMLResponse:
    """The page for an address where nothing is; also for the app's own 404 of a page."""
    return page(visit(request), "missing.html", status=HTTPStatus.NOT_FOUND)
