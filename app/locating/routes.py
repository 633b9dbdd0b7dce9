"""The locating queue over HTTP: one venue at a time with its guesses, or all of them as a list."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from app.accounts.asking import Asker, Db, Staff, Writer
from app.console.entering import number
from app.console.forms import Blank, faults, position_words
from app.console.pages import href, language, onward, place_names, staff_page
from app.console.places import OUTSIDE, PLACED
from app.console.routes import desk, policy_of
from app.console.sent import Filled
from app.console.words import Words
from app.console.write import LONGEST_REASON, edit, placed, venue_of
from app.errors import BadFields, Fault, Overtaken
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.locating.ground import offered
from app.locating.guesses import Guess
from app.locating.queue import NONE, PER_PAGE, WHICH, Queue
from app.permissions import Action, require
from app.register import places
from app.register.changes import latest
from app.tables import Venue
from app.vocabulary import LocationQuality

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

HERE = "/console/locate"
NO_SOURCE = N_("say where the position comes from: which map, list or letter")
NO_POSITION = N_("set the pin, or type longitude and latitude")
OVERTAKEN = N_("Somebody has changed this venue meanwhile; nothing was saved. This is how it stands now.")
LOCATED = N_("Saved. This is the next one.")


def _queue(request: Request, who: Asker, session: Db) -> Queue:
    asked = request.query_params
    which = asked.get("which") if asked.get("which") in WHICH else NONE
    known = asked.get("region") in place_names(request, "zh")
    return Queue(session, who.actor, policy_of(request), which or NONE, asked.get("region") if known else None)


@router.get(HERE)
def one(request: Request, who: Staff, session: Db) -> Response:
    """The venue that is asked for, or the next one that waits."""
    require(who.actor, Action.EDIT_VENUE)
    asked, queue = request.query_params, _queue(request, who, session)
    if (chosen := asked.get("venue")) is not None:
        venue: Venue | None = _own(request, session, who, chosen)
    else:
        skipped = asked.get("skip")
        venue = queue.following(session.get(Venue, skipped) if skipped else None)
    flash = ("ok", Words(language(request)).say(LOCATED)) if asked.get("done") else None
    return _page(request, who, queue, venue, flash=flash)


@router.get(f"{HERE}/list")
def all_of_them(request: Request, who: Staff, session: Db) -> Response:
    """All venues that wait, a page of them."""
    require(who.actor, Action.EDIT_VENUE)
    queue, text = _queue(request, who, session), request.query_params.get("page", "")
    count = queue.count()
    pages = max(1, -(-count // PER_PAGE))
    number = min(max(1, int(text)), pages) if text.isascii() and text.isdigit() and len(text) < len("1000000") else 1
    context = {
        "queue": queue,
        "progress": queue.progress(),
        "venues": queue.page(number),
        "count": count,
        "number_of_page": number,
        "pages": pages,
        "per_page": PER_PAGE,
        "words": Words(language(request)),
    }
    return staff_page(request, who, "locating/list.html", context)


@router.post(f"{HERE}/{{venue_id}}")
def put(request: Request, venue_id: str, who: Writer, session: Db, filled: Filled) -> Response:
    """Save a position, and go on to the next venue."""
    queue = _queue(request, who, session)
    try:
        _save(request, session, who, venue_id, filled)
        session.commit()
    except BadFields as bad:
        session.rollback()
        return _page(request, who, queue, venue_of(session, venue_id), filled, bad.faults)
    except Overtaken:
        session.rollback()
        flash = ("warn", Words(language(request)).say(OVERTAKEN))
        return _page(request, who, queue, venue_of(session, venue_id), flash=flash)
    kept = {name: request.query_params.get(name) for name in ("which", "region")}
    return onward(request, HERE, latest(session), skip=venue_id, done="located", **kept)


def _own(request: Request, session: Db, who: Asker, venue_id: str) -> Venue:
    venue = venue_of(session, venue_id)
    desk(request, session, who).require(Action.EDIT_VENUE, venue)
    return venue


def _save(request: Request, session: Db, who: Asker, venue_id: str, filled: Mapping[str, str]) -> None:
    """Set the position, and write down where it comes from.

    Raises:
        NotFound, NotAllowed, Overtaken, BadFields: naming each field.
    """
    _own(request, session, who, venue_id)
    source = filled.get("place_source", "").strip()[:LONGEST_REASON]
    wrong = {}
    if not filled.get("lon", "").strip() or not filled.get("lat", "").strip():
        wrong["lon"] = Fault(NO_POSITION)
    if filled.get("location_quality") == LocationQuality.SOURCED and not source:
        wrong["place_source"] = Fault(NO_SOURCE)
    given = {name: filled[name] for name in (*PLACED, OUTSIDE) if name in filled}
    try:
        edit(desk(request, session, who), venue_id, given, number(filled.get("version", "")) or 0)
    except BadFields as bad:
        raise BadFields({**bad.faults, **wrong}) from None
    if wrong:
        raise BadFields(wrong)
    if source:
        places.remember(session, {venue_id: {"reason": source}}, who.actor)


def _page(
    request: Request,
    who: Asker,
    queue: Queue,
    venue: Venue | None,
    filled: Mapping[str, str] | None = None,
    wrong: Mapping[str, Fault] | None = None,
    flash: tuple[str, str] | None = None,
) -> Response:
    words = Words(language(request))
    kept = {"which": queue.which if queue.which != NONE else None, "region": queue.region}
    context: dict[str, object] = {
        "queue": queue,
        "progress": queue.progress(),
        "waiting": queue.count(),
        "venue": venue,
        "kept": kept,
        "flash": flash,
        **faults(request, words, wrong or {}),
        **position_words(words),
    }
    if venue is not None:
        found = offered(queue.session, request.app.state.settings, venue)
        context |= {
            "guesses": found,
            "v": Blank(filled or _start(request, venue, found)),
            "target": href(request, f"{HERE}/{venue.id}", **kept),
        }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    status = HTTPStatus.PRECONDITION_FAILED if flash and flash[0] == "warn" else status
    return staff_page(request, who, "locating/one.html", context, status)


def _start(request: Request, venue: Venue, found: Sequence[Guess]) -> dict[str, object]:
    """What the fields hold at first: the position that is known, or the guess that the address asks for."""
    asked = number(request.query_params.get("guess", ""))
    if asked is not None and 0 < asked <= len(found):
        guess = found[asked - 1]
        return {
            "lon": f"{guess.lon:.6f}",
            "lat": f"{guess.lat:.6f}",
            "datum": "wgs84",
            "location_quality": LocationQuality.APPROXIMATE.value,
            "location_error_m": f"{guess.error_m:g}",
        }
    return placed(venue)
