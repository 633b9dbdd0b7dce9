"""The staff's forms over HTTP: a venue added, edited, closed, removed, restored; a statement recorded or withdrawn.

Everything works without scripts. What cannot be taken comes back with each field's fault beside it; what somebody else
overtook comes back with both versions.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from app.accounts.asking import Asker, Db, Staff, Writer
from app.console.attributes import ATTRIBUTES
from app.console.choices import choices
from app.console.overtaken import compared
from app.console.pages import language, onward, place_names, staff_page
from app.console.places import JOINED, OUTSIDE, PLACED
from app.console.record import attributes, past
from app.console.routes import desk, venue_context
from app.console.said import STAFF_SOURCES, read_statements
from app.console.sent import Filled
from app.console.words import DATUMS, QUALITIES, Words
from app.console.write import add, close, edit, record, remove, venue_of, withdraw
from app.errors import BadFields, Fault, Overtaken
from app.permissions import Action, require
from app.register.changes import latest
from app.tables import Venue
from app.vocabulary import CAPABILITIES, Status

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

FIELDS = (*ATTRIBUTES, *PLACED, OUTSIDE, JOINED)


class Blank(dict[str, Any]):
    """Values by name; what is not there is an empty text."""

    def __missing__(self, name: str) -> str:
        return ""


@router.get("/console/venues/new")
def new(request: Request, who: Staff, session: Db) -> Response:
    """The form for a venue that is not in the register."""
    require(who.actor, Action.EDIT_VENUE)
    usual = {"institution": who.actor.institution, "region": who.actor.region}
    return _form(request, session, who, None, usual)


@router.post("/console/venues/new")
def create(request: Request, who: Writer, session: Db, filled: Filled) -> Response:
    """Add the venue of the form."""
    given = _given(filled)
    try:
        key = add(desk(request, session, who), given)
    except BadFields as bad:
        return _form(request, session, who, None, given, bad)
    session.commit()
    return onward(request, f"/console/venues/{key}", latest(session), done="added")


@router.get("/console/venues/{venue_id}/edit")
def editing(request: Request, venue_id: str, who: Staff, session: Db) -> Response:
    """The form with what the register holds."""
    venue = venue_of(session, venue_id)
    desk(request, session, who).require(Action.EDIT_VENUE, venue)
    return _form(request, session, who, venue, attributes(venue))


@router.post("/console/venues/{venue_id}/edit")
def save(request: Request, venue_id: str, who: Writer, session: Db, filled: Filled) -> Response:
    """Save the form, unless somebody has saved one since it was opened."""
    given = _given(filled)
    try:
        edit(desk(request, session, who), venue_id, given, _version(filled))
        session.commit()
    except BadFields as bad:
        venue = venue_of(session, venue_id)
        return _form(request, session, who, venue, given, bad, filled)
    except Overtaken:
        session.rollback()
        return _overtaken(request, session, who, venue_id, filled)
    return onward(request, f"/console/venues/{venue_id}", latest(session), done="saved")


@router.post("/console/venues/{venue_id}/close")
def close_one(request: Request, venue_id: str, who: Writer, session: Db, filled: Filled) -> Response:
    """Close a venue, or open it again."""
    day = filled.get("closed_on", "")
    try:
        close(desk(request, session, who), venue_id, day, filled.get("reason"), _version(filled))
    except BadFields as bad:
        return _venue_again(request, session, who, venue_id, bad)
    session.commit()
    return onward(request, f"/console/venues/{venue_id}", latest(session), done="closed" if day else "opened")


@router.post("/console/venues/{venue_id}/remove")
def remove_one(request: Request, venue_id: str, who: Writer, session: Db, filled: Filled) -> Response:
    """Take a venue out of the register."""
    return _put(request, venue_id, who, session, filled, back=False)


@router.post("/console/venues/{venue_id}/restore")
def restore_one(request: Request, venue_id: str, who: Writer, session: Db, filled: Filled) -> Response:
    """Bring a removed venue back."""
    return _put(request, venue_id, who, session, filled, back=True)


@router.get("/console/venues/{venue_id}/statements/new")
def new_statement(request: Request, venue_id: str, who: Staff, session: Db) -> Response:
    """The form for a statement about a venue."""
    venue = venue_of(session, venue_id)
    desk(request, session, who).require(Action.RECORD, venue)
    return _statement(request, who, venue, dict(request.query_params))


@router.post("/console/venues/{venue_id}/statements")
def record_one(request: Request, venue_id: str, who: Writer, session: Db, filled: Filled) -> Response:
    """Record the statements of the form."""
    try:
        record(desk(request, session, who), venue_id, read_statements(venue_id, filled))
    except BadFields as bad:
        return _statement(request, who, venue_of(session, venue_id), filled, bad)
    session.commit()
    return onward(request, f"/console/venues/{venue_id}", latest(session), done="recorded")


@router.post("/console/statements/{observation_id}/withdraw")
def withdraw_one(request: Request, observation_id: int, who: Writer, session: Db, filled: Filled) -> Response:
    """Take a statement back, with the reason."""
    _, venue_id = withdraw(desk(request, session, who), observation_id, filled.get("reason"))
    session.commit()
    return onward(request, f"/console/venues/{venue_id}", latest(session), done="withdrawn")


def _put(request: Request, venue_id: str, who: Asker, session: Db, filled: Filled, *, back: bool) -> Response:
    try:
        remove(desk(request, session, who), venue_id, filled.get("reason"), back=back)
    except BadFields as bad:
        return _venue_again(request, session, who, venue_id, bad)
    session.commit()
    return onward(request, f"/console/venues/{venue_id}", latest(session), done="restored" if back else "removed")


def _given(filled: Mapping[str, str]) -> dict[str, object]:
    return {name: filled[name] for name in FIELDS if name in filled}


def _version(filled: Mapping[str, str]) -> int:
    """The version that the form was made from; one that never was where the form does not say."""
    text = filled.get("version", "")
    return int(text) if text.isascii() and text.isdigit() else 0


def _form(
    request: Request,
    session: Db,
    who: Asker,
    venue: Venue | None,
    values: Mapping[str, object],
    bad: BadFields | None = None,
    filled: Mapping[str, str] | None = None,
) -> Response:
    lang = language(request)
    words = Words(lang)
    was = (filled or {}).get("was") or _told(attributes(venue) if venue else {})
    context = {
        "venue": venue,
        "v": Blank(values),
        "was": was,
        **faults(request, words, bad.faults if bad else {}),
        **position_words(words),
        "labels": ATTRIBUTES,
        "choices": choices(session),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if bad else HTTPStatus.OK
    return staff_page(request, who, "console/edit.html", context, status)


def faults(request: Request, words: Words, found: Mapping[str, Fault]) -> dict[str, object]:
    """What is wrong with each field, in words (`e`), and the county that a position lies in instead."""
    named = place_names(request, words.lang)
    elsewhere = found[OUTSIDE].facts.get("where") if OUTSIDE in found else None
    said = Blank({name: words.fault(fault, named) for name, fault in found.items()})
    return {"e": said, "outside_county": named.get(str(elsewhere))}


def position_words(words: Words) -> dict[str, object]:
    """The choices of the fields of a position."""
    return {
        "datums": [(key, words.say(word)) for key, word in DATUMS.items()],
        "qualities": [(key, words.say(word)) for key, word in QUALITIES.items()],
        "words": words,
    }


def _overtaken(request: Request, session: Db, who: Asker, venue_id: str, filled: Mapping[str, str]) -> Response:
    venue = venue_of(session, venue_id)
    words = Words(language(request))
    lines = past(session, venue_id)
    context = {
        "venue": venue,
        "was": _told(attributes(venue)),
        "outside": filled.get(OUTSIDE, ""),
        "by": lines[0] if lines else None,
        "words": words,
        **compared(venue, filled, words, choices(session)),
    }
    return staff_page(request, who, "console/overtaken.html", context, HTTPStatus.PRECONDITION_FAILED)


def _venue_again(request: Request, session: Db, who: Asker, venue_id: str, bad: BadFields) -> Response:
    words = Words(language(request))
    said = "; ".join(words.fault(fault) for fault in bad.faults.values())
    context = {**venue_context(request, session, who, venue_id), "flash": ("bad", said)}
    return staff_page(request, who, "console/venue.html", context, HTTPStatus.UNPROCESSABLE_ENTITY)


def _statement(
    request: Request, who: Asker, venue: Venue, given: Mapping[str, object], bad: BadFields | None = None
) -> Response:
    words = Words(language(request))
    asked_of = [c.key for c in CAPABILITIES.values() if venue.category in c.categories]
    capability = str(given.get("capability") or "")
    capability = capability if capability in CAPABILITIES else asked_of[0]
    context = {
        "venue": venue,
        "v": Blank(given),
        **faults(request, words, bad.faults if bad else {}),
        "words": words,
        "capability": capability,
        "asked_of": asked_of,
        "all": list(CAPABILITIES),
        "aspects": CAPABILITIES[capability].aspects,
        "options": [(s.value, words.status(capability, s)) for s in Status],
        "plain": [(s.value, words.plain_status(s)) for s in Status],
        "sources": [(k.value, words.source(k)) for k in STAFF_SOURCES],
        "today": request.app.state.register.today().isoformat(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if bad else HTTPStatus.OK
    return staff_page(request, who, "console/statement.html", context, status)


def _told(values: Mapping[str, object]) -> str:
    return orjson.dumps(values).decode()
