"""The staff's pages of venues over HTTP: what waits, the list, one venue with all that is known of it."""

import shapely
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from app.accounts.asking import Asker, Db, Staff
from app.catalog.feature import public_phone
from app.console.attributes import ATTRIBUTES, OTHER_LABELS
from app.console.choices import choices
from app.console.listing import PER_PAGE, SHORT, SHOW_WORDS, categories_of, listing, statuses
from app.console.overview import last_imports, waiting
from app.console.pages import href, language, staff_page
from app.console.places import borders, county_at, where
from app.console.record import attributes, listed_on, past, said_of
from app.console.words import Words
from app.console.write import Desk, venue_of
from app.errors import BadParameter
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.permissions import Action, may
from app.policy import Policy
from app.query import Query
from app.tables import Venue
from app.venues.parameters import LAT, LON
from app.vocabulary import CAPABILITIES, Status
from geo.errors import BadCoordinates, UnknownDatum

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


DONE = {
    "saved": N_("Saved."),
    "added": N_("Added to the register."),
    "closed": N_("Closed; it has left the map."),
    "opened": N_("Open again."),
    "removed": N_("Removed from the register. It can be restored below."),
    "restored": N_("Restored."),
    "recorded": N_("Recorded."),
    "withdrawn": N_("Withdrawn; the statement stays below, and no longer counts."),
}
"""What a page says after a write, by the word that the address carries."""


def done(request: Request, lang: str) -> tuple[str, str] | None:
    """What was done just now, as a page says it."""
    said = DONE.get(request.query_params.get("done", ""))
    return None if said is None else ("ok", Words(lang).say(said))


def desk(request: Request, session: Db, asker: Asker) -> Desk:
    """What a write of this request needs."""
    return Desk(session, asker.actor, policy_of(request))


def policy_of(request: Request) -> Policy:
    """The policy of the city."""
    policy: Policy = request.app.state.coverages.policy
    return policy


@router.get("/console")
def overview(request: Request, who: Staff, session: Db) -> Response:
    """What waits for whoever has signed in."""
    tiles = waiting(session, request.app.state.register, who, policy_of(request))
    context = {
        "tiles": [(tile, href(request, tile.path, **tile.query)) for tile in tiles],
        "imports": last_imports(session, who),
        "words": Words(language(request)),
        "venues": request.app.state.register.catalog.count,
    }
    return staff_page(request, who, "console/overview.html", context)


@router.get("/console/venues")
def venues(request: Request, who: Staff) -> Response:
    """The list of venues, filtered, in order, one page."""
    shown, lang = listing(request), language(request)
    context = {
        "listing": shown,
        "columns": SHORT,
        "shows": SHOW_WORDS,
        "categories": categories_of(lang),
        "capabilities": [(c.key, c.zh if lang == "zh" else c.en) for c in CAPABILITIES.values()],
        "statuses": statuses,
        "status_list": list(Status),
        "per_page": PER_PAGE,
        "words": Words(lang),
    }
    return staff_page(request, who, "console/venues.html", context)


@router.get("/console/venues/{venue_id}")
def venue(request: Request, venue_id: str, who: Staff, session: Db) -> Response:
    """One venue: attributes, statements, history, lists; what is private for whom it is."""
    return staff_page(request, who, "console/venue.html", venue_context(request, session, who, venue_id))


@router.get("/console/point")
def point(request: Request, who: Staff, session: Db) -> Response:
    """A typed position in WGS-84, and the county that it lies in; for the map beside the fields."""
    del who
    query = Query.of(request.query_params.multi_items(), {"lon", "lat", "datum"})
    try:
        lon, lat = where(LON.read(query), LAT.read(query), query.values.get("datum", "wgs84"))
    except (UnknownDatum, BadCoordinates) as bad:
        raise BadParameter("datum", str(bad)) from None
    return JSONResponse({"lon": lon, "lat": lat, "county": county_at(shapely.Point(lon, lat), borders(session))})


def venue_context(request: Request, session: Db, who: Asker, venue_id: str) -> dict[str, object]:
    """What the page of a venue is drawn from."""
    held = venue_of(session, venue_id)
    own = desk(request, session, who).subject(held)
    private = may(who.actor, Action.SEE_PRIVATE, own)
    lang = language(request)
    return {
        "venue": held,
        "values": attributes(held),
        "labels": ATTRIBUTES,
        "label_of": {name: a.label for name, a in ATTRIBUTES.items()} | OTHER_LABELS,
        "private": private,
        "can_edit": may(who.actor, Action.EDIT_VENUE, own),
        "can_record": may(who.actor, Action.RECORD, own),
        "said": [s for s in said_of(session, venue_id) if private or s.outcome == "accepted"],
        "past": past(session, venue_id) if private else [],
        "lists": listed_on(session, venue_id),
        "choices": choices(session),
        "whole": session.get(Venue, held.part_of) if held.part_of else None,
        "words": Words(lang),
        "public_phone": public_phone,
        "today": request.app.state.register.today().isoformat(),
        "flash": done(request, lang),
        "asked_of": [c.key for c in CAPABILITIES.values() if held.category in c.categories],
    }
