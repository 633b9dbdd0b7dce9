"""The key lists over HTTP: each version and how it differs, drafting, confirming. It works without scripts."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus

from fastapi import APIRouter, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from app.accounts.asking import Asker, Db, Staff, Writer
from app.console.pages import language, onward, staff_page
from app.console.sent import Filled
from app.console.words import Words
from app.errors import BadFields, Fault
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.importers.clean.text import tidy
from app.ledgers import lists
from app.ledgers.books import Books
from app.ledgers.fields import venue as read_venue
from app.ledgers.list_kind import ListKind
from app.ledgers.lists import Difference, Entry
from app.ledgers.routes import books_of, template_of
from app.permissions import Action, may, require
from app.register.changes import latest, mark
from app.register.places import subject_of
from app.tables import KeyList, KeyListVersion, Venue

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

HERE = "/console/ledgers/key_list"
PER_PAGE = 100
NO_VENUE = N_("write the number or the name of a venue of the register")
SEVERAL = N_("several venues are called %(name)s: write the number")
NO_DAY = N_("choose the day from which the list holds")
DONE = {
    "entered": N_("Entered on the draft."),
    "taken": N_("Taken off the draft, with the reason."),
    "confirmed": N_("Confirmed. From its day on this is the list."),
}


@router.get(HERE)
def every(request: Request, who: Staff, session: Db) -> Response:
    """The lists with their versions."""
    found = list(session.scalars(select(KeyList).order_by(KeyList.code)))
    context = {"lists": [(one, _counted(session, one.code)) for one in found], "lang_zh": language(request) == "zh"}
    return staff_page(request, who, "ledgers/lists.html", context)


@router.get(HERE + "/template.xlsx")
def to_fill_in(request: Request, who: Staff, session: Db) -> Response:
    """The Excel file to fill in."""
    return template_of(ListKind.key, request, who, session)


@router.get(HERE + "/{code}")
def one(code: str, request: Request, who: Staff, session: Db) -> Response:
    """One version of a list (the newest, or that of the address), and how it differs from the one before."""
    done = request.query_params.get("done", "")
    flash = ("ok", Words(language(request)).say(DONE[done])) if done in DONE else None
    return _shown(request, who, session, code, flash=flash)


@router.post(HERE + "/{code}/enter")
def enter(code: str, request: Request, who: Writer, session: Db, filled: Filled) -> Response:
    """Enter a venue on the draft."""
    held = books_of(request, session, who)
    try:
        key = _venue(filled.get("venue", ""), held)
        lists.check_may_draft(session, key, held)
        mark(session, who.actor, [key])
        version = lists.draft(session, code, who.actor, held.today)
        entry = Entry(filled.get("large") == "yes", filled.get("clause", "")[:80], filled.get("reason", "")[:400])
        lists.put(session, version, key, entry)
        session.commit()
    except BadFields as bad:
        session.rollback()
        return _shown(request, who, session, code, bad, filled)
    return onward(request, f"{HERE}/{code}", latest(session), done="entered")


@router.post(HERE + "/{code}/take-off")
def take_off(code: str, request: Request, who: Writer, session: Db, filled: Filled) -> Response:
    """Take a venue off the draft, with the reason."""
    held = books_of(request, session, who)
    try:
        key = filled.get("venue", "")
        lists.check_may_draft(session, key, held)
        mark(session, who.actor, [key])
        version = lists.draft(session, code, who.actor, held.today)
        lists.take_off(session, version, key, filled.get("reason", ""), who.actor)
        session.commit()
    except BadFields as bad:
        session.rollback()
        return _shown(request, who, session, code, bad, filled)
    return onward(request, f"{HERE}/{code}", latest(session), done="taken")


@router.post(HERE + "/{code}/confirm")
def confirm(code: str, request: Request, who: Writer, session: Db, filled: Filled) -> Response:
    """Confirm the draft."""
    require(who.actor, Action.CONFIRM_LIST)
    try:
        lists.confirm(session, code, _day(filled.get("valid_from", "")), filled.get("seen", ""), who.actor)
        session.commit()
    except BadFields as bad:
        session.rollback()
        return _shown(request, who, session, code, bad, filled)
    return onward(request, f"{HERE}/{code}", latest(session), done="confirmed")


def _shown(
    request: Request,
    who: Asker,
    session: Session,
    code: str,
    bad: BadFields | None = None,
    given: Mapping[str, str] | None = None,
    flash: tuple[str, str] | None = None,
) -> Response:
    found, held = lists.the_list(session, code), books_of(request, session, who)
    every_version = lists.versions(session, code)
    version = _asked(every_version, request.query_params.get("version", ""))
    words = Words(language(request))
    difference = lists.difference(session, version) if version else Difference((), (), (), {})
    entries = lists.entries(session, version.id) if version else {}
    venues = _venues(session, {*entries, *difference.removed})
    rows = sorted(entries.items(), key=lambda pair: (pair[0] not in difference.added, venues[pair[0]].name_zh))
    page = _page(request.query_params.get("page", ""), len(rows))
    context = {
        "list": found,
        "versions": every_version,
        "version": version,
        "newest": every_version[:1] == [version],
        "difference": difference,
        "rows": rows[(page - 1) * PER_PAGE : page * PER_PAGE],
        "total": len(rows),
        "page": page,
        "pages": max(1, -(-len(rows) // PER_PAGE)),
        "venues": venues,
        "may_draft": may(who.actor, Action.DRAFT_LIST),
        "mine": {key for key, v in venues.items() if may(who.actor, Action.DRAFT_LIST, subject_of(v, held.policy))},
        "may_confirm": may(who.actor, Action.CONFIRM_LIST),
        "seen": lists.fingerprint(session, version) if version else "",
        "given": given or {},
        "errors": {name: words.fault(fault) for name, fault in bad.faults.items()} if bad else {},
        "today": held.today,
        "words": words,
        "flash": flash,
        "lang_zh": words.lang == "zh",
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if bad else HTTPStatus.OK
    return staff_page(request, who, "ledgers/list.html", context, status)


def _counted(session: Session, code: str) -> list[tuple[KeyListVersion, int]]:
    return [(version, len(lists.entries(session, version.id))) for version in lists.versions(session, code)]


def _asked(every_version: list[KeyListVersion], number: str) -> KeyListVersion | None:
    named = (v for v in every_version if str(v.number) == number)
    return next(named, every_version[0] if every_version else None)


def _venues(session: Session, wanted: set[str]) -> dict[str, Venue]:
    keys = sorted(wanted)
    found: dict[str, Venue] = {}
    for start in range(0, len(keys), 2_000):
        part = keys[start : start + 2_000]
        found |= {venue.id: venue for venue in session.scalars(select(Venue).where(Venue.id.in_(part)))}
    return found


def _venue(text: str, held: Books) -> str:
    read = read_venue(text, held)
    if read.value is None:
        several = any(note.code == "venue_several" for note in read.notes)
        raise BadFields({"venue": Fault(SEVERAL, {"name": tidy(text)}) if several else Fault(NO_VENUE)})
    key: str = read.value
    return key


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadFields({"valid_from": Fault(NO_DAY)}) from None


def _page(text: str, total: int) -> int:
    wanted = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 1  # noqa: PLR2004 - digits enough
    return min(max(1, wanted), max(1, -(-total // PER_PAGE)))
