"""What the first page shows."""

from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlencode

from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.visitor import listing
from app.visitor.asked import MOST_ROWS, ROWS, Asked
from app.visitor.listing import Properties
from app.visitor.pages import Visit
from app.visitor.script import number
from app.visitor.seen import (
    Seen,
    capability_name,
    category_name,
    main_capability,
    position_words,
    seen,
)
from app.vocabulary import CAPABILITIES, CATEGORIES, SCENES, Status, status_word

NEEDS = MappingProxyType(
    {
        "foreign_card": N_("Pay by card"),
        "foreign_card_atm": N_("Cash from my card"),
        "currency_exchange": N_("Change money"),
        "mobile_pay": N_("Pay by phone"),
        "cash": N_("Pay in cash"),
        "sim_service": N_("SIM card"),
        "elderly_green_channel": N_("Service for the elderly"),
    }
)
"""What a visitor can ask for, in the order and words of the pills."""


NO_PLACE = "none"
"""Told to the map's script in place of a query when no class of venue is left to ask about."""


@dataclass(frozen=True, slots=True)
class Pill:
    """A filter as a link: pressing it sets the filter, pressing it again takes it away; `key` finds it again."""

    key: str
    label: str
    href: str
    on: bool
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A venue in the list."""

    href: str
    name: str
    name_zh: str | None
    facts: tuple[str, ...]
    seen: Seen


def home_context(here: Visit, question: Asked) -> dict[str, object]:
    """Everything that `home.html` needs."""
    index = here.register.catalog
    empty = listing.is_empty(index)
    found = listing.listing(index, question)
    known, asked_of = listing.known_of(index, "foreign_card")
    more = min(question.limit + 2 * ROWS, MOST_ROWS)
    return {
        "question": question,
        "found": found,
        "empty": empty,
        "rows": [row(here, properties, question) for properties in found.rows],
        "observed": listing.anything_observed(index),
        "known": known,
        "asked_of": asked_of,
        "needs": _needs(here, question),
        "groups": _groups(here, question),
        "chosen": _chosen(here, question),
        "statuses": _statuses(here, question, found),
        "more": here.href("/", **question.filters(), limit=str(more)) if _has_more(question, found) else None,
        "map_words": _map_words(here, empty=empty),
        "venues_query": venues_query(question),
        "outlets": [
            (here.place(code), here.href("/", category="bank_branch", region=code) + "#places", n)
            for code, n in listing.outlets_by_county(index, here.counties).items()
        ],
    }


def row(here: Visit, properties: Properties, question: Asked) -> Row:
    """A venue as the list shows it, speaking of the capability that was asked for."""
    name_zh, name_en = properties["name_zh"], properties["name_en"]
    chinese = here.lang == "zh" or not name_en
    capability = question.capability or main_capability(properties["category"])
    facts = (
        category_name(properties["category"], here.lang, here.words),
        here.place(properties["region"]),
        position_words(properties, here.words),
    )
    return Row(
        href=here.href(f"/v/{properties['id']}"),
        name=name_zh if chinese else name_en,
        name_zh=None if chinese else name_zh,
        facts=tuple(fact for fact in facts if fact),
        seen=seen(properties, capability, here.lang, here.words, here.register.today()),
    )


def venues_query(question: Asked) -> str:
    """The same question put to `/api/v1/venues/clusters`, for the map: the places that the list means, no others."""
    asked = question.filters()
    if question.capability is not None:
        statuses = question.status or ",".join(Status)
        categories = sorted(listing.categories(question))
        if not categories:
            return NO_PLACE
        asked |= {"status": statuses, "category": ",".join(categories)}
    return urlencode(asked)


def _map_words(here: Visit, *, empty: bool) -> dict[str, object]:
    """The few words that the map's script needs."""
    words = here.words
    nothing = N_("No place with a known position in this view. Zoom out, or use the list.")
    return {
        "failed": words.gettext("The map could not be loaded. The list below works without it."),
        "none": words.gettext(N_("No place has been entered yet.") if empty else nothing),
        "all": words.gettext("Located places in view: %(shown)s"),
        "group": words.gettext("%(count)s places: zoom in"),
        "approximate": words.gettext("position approximate"),
        "open": words.gettext("What was seen here"),
        "colon": words.gettext(": "),
        "of": {key: capability_name(key, here.lang, words) for key in CAPABILITIES},
        "main": {category: main_capability(category) for category in CATEGORIES},
        "status": {
            Status.YES: words.gettext("seen working"),
            Status.LIMITED: words.gettext("with limits"),
            Status.NO: words.gettext("seen refused"),
            Status.UNKNOWN: words.gettext("not known yet"),
        },
    }


def _has_more(question: Asked, found: listing.Listing) -> bool:
    return len(found.rows) < found.matched and question.limit < MOST_ROWS


def _link(here: Visit, question: Asked) -> str:
    return here.href("/", **question.filters()) + "#places"


def _toggle(here: Visit, question: Asked, label: str, name: str, value: str) -> Pill:
    on = getattr(question, name) == value
    return Pill(f"{name}-{value}", label, _link(here, question.but(**{name: None if on else value})), on)


def _needs(here: Visit, question: Asked) -> list[Pill]:
    return [_toggle(here, question, here.words.gettext(label), "capability", key) for key, label in NEEDS.items()]


def _groups(here: Visit, question: Asked) -> list[tuple[str, list[Pill]]]:
    """The further filters: kind of place, then county."""
    words = here.words
    scenes = [
        _toggle(here, question, s.zh if here.lang == "zh" else words.gettext(s.en), "scene", s.key) for s in SCENES
    ]
    places = [_toggle(here, question, here.place(code), "region", code) for code in here.counties]
    return [(words.gettext("Kind of place"), scenes), (words.gettext("County"), places)]


def _chosen(here: Visit, question: Asked) -> list[Pill]:
    """The filters in force that no open pill shows, each with the link that takes it away."""
    labels = {
        "q": f"“{question.q}”",
        "category": category_name(question.category, here.lang, here.words) if question.category else "",
        "scene": next((p.label for p in _groups(here, question)[0][1] if p.on), ""),
        "region": here.place(question.region) if question.region else "",
    }
    return [
        Pill(f"no-{name}", labels[name], _link(here, question.but(**{name: None})), on=True)
        for name in question.filters()
        if name in labels
    ]


def _statuses(here: Visit, question: Asked, found: listing.Listing) -> list[Pill]:
    """For one capability: how many venues have each status, as filters."""
    if found.by_status is None or question.capability is None:
        return []
    return [
        Pill(
            f"status-{status}",
            f"{here.words.gettext(status_word(question.capability, status, here.lang))} {number(count, here.lang)}",
            _link(here, question.but(status=None if question.status == status else status)),
            on=question.status == status,
            status=status,
        )
        for status, count in found.by_status.items()
        if count or status in (Status.YES, Status.UNKNOWN)
    ]
