"""What the list of venues was asked for, and the list as the page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request

from app.catalog.filters import Filters
from app.catalog.live import Live
from app.console.found import PER_PAGE, SHOWS, SORTS, Found, found
from app.errors import BadParameter
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.query import Query
from app.venues.parameters import FILTERS, filters
from app.vocabulary import CAPABILITIES, CATEGORIES, Status

USUAL_SORT, USUAL_SHOW = "updated", "live"
NAMES = tuple(p.name for p in FILTERS if p.name != "lang")
SHORT = {
    "foreign_card": N_("Cards"),
    "cash": N_("Cash"),
    "mobile_pay": N_("Phone"),
    "currency_exchange": N_("Exchange"),
    "foreign_card_atm": N_("ATM"),
}
"""The capabilities that have a column of the table."""
SHOW_WORDS = {
    "live": N_("All that are open"),
    "no_position": N_("Without a position"),
    "approximate": N_("Position approximate"),
    "stale": N_("With stale statements"),
    "gone": N_("Closed or removed"),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """The page of the list, what it was asked for, and what could not be understood."""

    found: Found
    query: Mapping[str, str]
    show: str
    sort: str
    fault: BadParameter | None


def listing(request: Request) -> Listing:
    """The venues that the address asks for; what it says that is not understood is told and left out."""
    live: Live = request.app.state.register
    asked = {k: v.strip() for k, v in request.query_params.items() if v.strip()}
    query, fault = {name: asked[name] for name in NAMES if name in asked}, None
    try:
        wanted = filters_of(live, query)
    except BadParameter as bad:
        wanted, fault = Filters(), bad
    show = asked.get("show", USUAL_SHOW) if asked.get("show") in SHOWS else USUAL_SHOW
    sort = asked.get("sort", "")
    sort = sort if sort.removeprefix("-") in SORTS else USUAL_SORT
    page = int(asked["page"]) if asked.get("page", "").isascii() and asked.get("page", "").isdigit() else 1
    return Listing(found(live.catalog, wanted, show, sort, min(page, 10**9)), query, show, sort, fault)


def filters_of(live: Live, query: Mapping[str, str]) -> Filters:
    """The filters of a query, as the interface reads them; raises `BadParameter` like it."""
    regions = live.catalog.base.columns.facts["regions"]
    zone = ZoneInfo(live.settings.timezone)
    return filters(Query.of(list(query.items()), NAMES), regions, zone, datetime.now(zone))


def statuses(venue: Mapping[str, Any]) -> dict[str, tuple[str, bool] | None]:
    """Of each capability that has a column: its status and whether that is stale; None where nobody asks."""
    return {key: _status(venue, key) for key in SHORT}


def _status(venue: Mapping[str, Any], key: str) -> tuple[str, bool] | None:
    said = venue["capabilities"].get(key)
    if said is not None:
        return said["status"], bool(said["stale"])
    return (Status.UNKNOWN, False) if venue["category"] in CAPABILITIES[key].categories else None


def categories_of(lang: str) -> list[tuple[str, str]]:
    """The classes by key and name."""
    return [(c.key, c.zh if lang == "zh" else c.en) for c in CATEGORIES.values()]


__all__ = ["PER_PAGE", "SHORT", "SHOW_WORDS", "Listing", "categories_of", "filters_of", "listing", "statuses"]
