"""The ledgers over HTTP: a page each, with filters, sums, a form per row and a template. It works without scripts."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from app.accounts.asking import Asker, Db, Staff, Writer
from app.console.pages import language, onward, staff_page
from app.console.routes import policy_of
from app.console.sent import Filled, Number
from app.console.words import Words
from app.errors import BadFields, NotFound
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.ledgers import rows
from app.ledgers.books import Books, books
from app.ledgers.fields import Field
from app.ledgers.kinds import CHANGE_PACKS, KINDS, LEDGERS
from app.ledgers.ledger import Ledger, of_row
from app.ledgers.list_kind import FIELDS as LIST_FIELDS
from app.ledgers.listing import dated, filtered, listing, packs_since
from app.ledgers.rows import Unread
from app.ledgers.template import MEDIA_TYPE, template
from app.permissions import Action, may, require
from app.register.changes import latest
from app.tables import Venue

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ABOUT = {
    "change_packs": N_("How many packs of change each bank gave to whom, month by month."),
    "pos_devices": N_("Which terminal of which bank stands where. Never public."),
    "inspections": N_("Which places must be inspected by when, and which were."),
    "activities": N_("Training, publicity, reports and meetings."),
    "licences": N_("Which branch may change foreign money for persons, since when."),
    "key_list": N_("Key places and key merchants, in versions that a department drafts and the office confirms."),
}
ACTIONS = {**{key: ledger.action for key, ledger in LEDGERS.items()}, "key_list": Action.DRAFT_LIST}
DONE = {"added": N_("Added."), "changed": N_("Changed. What stood there before is in the history."),
        "removed": N_("Removed. What stood there is in the history.")}  # fmt: skip
NO_LEDGER = "there is no such ledger"


def of_key(key: str) -> Ledger:
    """A ledger by its key.

    Raises:
        NotFound: there is none.
    """
    found = LEDGERS.get(key)
    if found is None:
        raise NotFound(NO_LEDGER)
    return found


def books_of(request: Request, session: Session, who: Asker) -> Books:
    """The books of this register, for whoever asks."""
    return books(session, who.actor, request.app.state.settings)


@router.get("/console/ledgers")
def overview(request: Request, who: Staff, session: Db) -> Response:
    """Every ledger, with what it holds that one may see."""
    held, lang = books_of(request, session, who), language(request)
    policy = policy_of(request)
    tiles = [
        (key, kind.zh if lang == "zh" else kind.en, ABOUT[key], may(who.actor, ACTIONS[key]),
         listing(LEDGERS[key], {}, held, policy).total if key in LEDGERS else len(held.lists))
        for key, kind in KINDS.items()
    ]  # fmt: skip
    return staff_page(request, who, "ledgers/overview.html", {"tiles": tiles})


@router.get("/console/ledgers/{key}/template.xlsx")
def template_of(key: str, request: Request, who: Staff, session: Db) -> Response:
    """The Excel file to fill in."""
    if key not in KINDS:
        raise NotFound(NO_LEDGER)
    kind = KINDS[key]
    made = template(
        kind.zh, kind.en, LEDGERS[key].fields if key in LEDGERS else LIST_FIELDS, books_of(request, session, who)
    )
    said = {"content-disposition": f'attachment; filename="{key}.xlsx"', "cache-control": "no-store"}
    return Response(made, media_type=MEDIA_TYPE, headers=said)


@router.get("/console/ledgers/{key}")
def one(key: str, request: Request, who: Staff, session: Db) -> Response:
    """A page of the rows of a ledger."""
    ledger, held = of_key(key), books_of(request, session, who)
    query = {name: value for name, value in request.query_params.items() if value}
    lang = language(request)
    settings = request.app.state.settings
    context = {
        **_words(ledger, held, lang),
        "listing": listing(ledger, query, held, policy_of(request)),
        "query": {n: v for n, v in query.items() if n not in {"page", "lang", "done", "large"}},
        "filters": [(f, _choices(f, held, lang)) for f in filtered(ledger)],
        "dated": dated(ledger),
        "can_add": may(who.actor, ledger.action),
        "counting_start": settings.counting_start,
        "counted": packs_since(session, settings.counting_start) if ledger is CHANGE_PACKS else None,
        "flash": _flash(request),
        "today": held.today,
    }
    return staff_page(request, who, "ledgers/ledger.html", context)


@router.get("/console/ledgers/{key}/new")
def new(key: str, request: Request, who: Staff, session: Db) -> Response:
    """The form of a new row."""
    ledger = of_key(key)
    require(who.actor, ledger.action)
    usual = {ledger.unit or "": who.actor.institution, "venue": request.query_params.get("venue")}
    return _form(request, who, session, ledger, None, {n: v for n, v in usual.items() if n and v})


@router.post("/console/ledgers/{key}/new")
def create(key: str, request: Request, who: Writer, session: Db, filled: Filled) -> Response:
    """Add the row of the form."""
    ledger = of_key(key)
    try:
        rows.add(ledger, _raw(ledger, filled), books_of(request, session, who))
        session.commit()
    except BadFields as bad:
        session.rollback()
        return _form(request, who, session, ledger, None, filled, bad)
    return onward(request, f"/console/ledgers/{key}", latest(session), done="added")


@router.get("/console/ledgers/{key}/{row_id}")
def editing(key: str, row_id: Number, request: Request, who: Staff, session: Db) -> Response:
    """A row as a form, with what stood in it before."""
    ledger = of_key(key)
    row = _visible(ledger, row_id, books_of(request, session, who), request)
    return _form(request, who, session, ledger, row, of_row(ledger, row))


@router.post("/console/ledgers/{key}/{row_id}")
def save(key: str, row_id: Number, request: Request, who: Writer, session: Db, filled: Filled) -> Response:
    """Save the form, unless somebody has changed the row since it was opened."""
    ledger = of_key(key)
    held = books_of(request, session, who)
    row = _visible(ledger, row_id, held, request)
    try:
        rows.change(ledger, row_id, _raw(ledger, filled), filled.get("seen", ""), held)
        session.commit()
    except BadFields as bad:
        session.rollback()
        return _form(request, who, session, ledger, row, filled, bad)
    return onward(request, f"/console/ledgers/{key}", latest(session), done="changed")


@router.post("/console/ledgers/{key}/{row_id}/remove")
def remove(key: str, row_id: Number, request: Request, who: Writer, session: Db, filled: Filled) -> Response:
    """Take a row out, with the reason."""
    ledger = of_key(key)
    held = books_of(request, session, who)
    row = _visible(ledger, row_id, held, request)
    try:
        rows.remove(ledger, row_id, filled.get("reason", ""), filled.get("seen", ""), held)
        session.commit()
    except BadFields as bad:
        session.rollback()
        return _form(request, who, session, ledger, row, of_row(ledger, row), bad)
    return onward(request, f"/console/ledgers/{key}", latest(session), done="removed")


def _visible(ledger: Ledger, row_id: int, held: Books, request: Request) -> Any:  # noqa: ANN401 - a row of any ledger
    """A row that the books' actor may see.

    Raises:
        NotFound: there is none. NotAllowed: it is somebody else's.
    """
    row = rows.one(ledger, row_id, held.session)
    if not ledger.sees(row, held.actor, policy_of(request), held.session):
        require(held.actor, Action.SEE_PRIVATE, ledger.subject(of_row(ledger, row), held))
    return row


def _form(
    request: Request,
    who: Asker,
    session: Session,
    ledger: Ledger,
    row: Any,  # noqa: ANN401 - a row of any ledger
    given: Mapping[str, Any],
    bad: BadFields | None = None,
) -> Response:
    held, lang = books_of(request, session, who), language(request)
    values = {} if row is None else of_row(ledger, row)
    writes = row is None or (not ledger.closed(row) and ledger.writable(values, held, row))
    context = {
        **_words(ledger, held, lang),
        "row": row,
        "given": given,
        "venue": session.get(Venue, str(given.get("venue") or values.get("venue") or "")),
        "options": {f.name: _choices(f, held, lang) for f in ledger.asked if f.kind == "choice"},
        "errors": _errors(bad, Words(lang)),
        "writes": writes,
        "seen": "" if row is None else rows.seen_as(row),
        "history": [] if row is None else rows.history(ledger, row.id, session),
        "zone": request.app.state.settings.timezone,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if bad else HTTPStatus.OK
    return staff_page(request, who, "ledgers/row.html", context, status)


def _words(ledger: Ledger, held: Books, lang: str) -> dict[str, object]:
    """How the ledger and its values are called."""

    def label(thing: Any) -> str:  # noqa: ANN401 - a field or a ledger
        said: str = thing.zh if lang == "zh" else thing.en
        return said

    def shown(field: Field, value: object) -> str:
        return _shown(field, value, held, lang)

    return {"ledger": ledger, "label": label, "shown": shown, "words": Words(lang)}


def _shown(field: Field, value: object, held: Books, lang: str) -> str:
    """A value as a table shows it."""
    words = Words(lang)
    if value is None or value == "":
        return "–"
    if field.kind == "choice" and field.choices is not None:
        found = next((t for t in field.choices(held) if t.key == value), None)
        return str(value) if found is None else found.zh if lang == "zh" else found.en
    if isinstance(value, list):
        return ("、" if lang == "zh" else ", ").join(map(words.aspect, value))
    if isinstance(value, dict):
        return ", ".join(f"{words.aspect(a)} {words.plain_status(s)}".strip() for a, s in value.items())
    return _plain(field, value, words)


def _plain(field: Field, value: object, words: Words) -> str:
    if isinstance(value, bool):
        return words.plain_status("yes" if value else "no")
    if field.kind == "month":
        return str(value)[:7]
    return f"{value:,}" if isinstance(value, int) else str(value)


def _choices(field: Field, held: Books, lang: str) -> list[tuple[str, str]]:
    terms = field.choices(held) if field.choices is not None else ()
    return [(t.key, t.zh if lang == "zh" else t.en) for t in terms]


def _raw(ledger: Ledger, filled: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a form as cells of a file would say them."""
    return {field.name: filled.get(field.name) for field in ledger.asked}


def _errors(bad: BadFields | None, words: Words) -> dict[str, str]:
    if bad is None:
        return {}
    if isinstance(bad, Unread):
        return {name: zh if words.lang == "zh" else en for name, (zh, en) in bad.said.items()}
    return {name: words.fault(fault) for name, fault in bad.faults.items()}


def _flash(request: Request) -> tuple[str, str] | None:
    done = request.query_params.get("done", "")
    return ("ok", Words(language(request)).say(DONE[done])) if done in DONE else None
