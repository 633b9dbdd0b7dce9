"""Inspections over HTTP, for a phone first: what is due, the form of a visit, what was found. No page needs scripts."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from uuid import uuid4

from fastapi import APIRouter, Request
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from app.accounts.asking import Asker, Db, Staff, Writer
from app.console.pages import language, onward, staff_page
from app.console.routes import desk, policy_of
from app.console.sent import Filled, Number
from app.console.words import Words
from app.console.write import venue_of, withdraw
from app.errors import BadFields, BadFile, Fault, NotFound, TooLarge
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.permissions import Action, may, require
from app.register.changes import latest
from app.register.places import subject_of
from app.review import inspections
from app.review.claims import SOURCE
from app.review.evidence import OF_INSPECTION, OF_STATEMENT
from app.review.inspections import Visit, may_inspect, statements_of
from app.review.photos import Photo, kept
from app.review.routes import live_of
from app.review.sent import PHOTO, Sent, WithPhotos
from app.review.tried import field, read, trials
from app.tables import Attachment, Inspection, Observation, Venue

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

PER_PAGE = 50
NO_PICTURE = N_("is no picture that can be read: send JPEG, PNG or WebP")
TOO_LARGE = N_("is too large: send a picture of at most 12 MB")
NO_CHOICE = N_("choose one of those offered")
LONGEST_KEY = 64


@router.get("/console/inspections")
def due_or_done(request: Request, who: Staff, session: Db) -> Response:
    """What is due for whoever has signed in, the earliest first; or what was done, the latest first."""
    require(who.actor, Action.INSPECT)
    query = request.query_params
    done, everybody = query.get("state") == "done", query.get("whose") == "all"
    policy = policy_of(request)
    asked = inspections.done(who.actor, policy) if done else inspections.due(who.actor, policy, everybody=everybody)
    total = session.scalar(select(func.count()).select_from(asked.order_by(None).subquery())) or 0
    page = _page(query.get("page", ""), total)
    live = live_of(request)
    context = {
        "rows": session.execute(asked.offset((page - 1) * PER_PAGE).limit(PER_PAGE)).all(),
        "done": done,
        "everybody": everybody,
        "total": total,
        "page": page,
        "pages": max(1, -(-total // PER_PAGE)),
        "today": live.today(),
        "words": Words(language(request)),
        **_just_saved(request, session, who, query.get("saved", "")),
    }
    return staff_page(request, who, "review/inspections.html", context)


@router.get("/console/inspections/new")
def new(request: Request, who: Staff, session: Db) -> Response:
    """The form of a visit that nobody asked for."""
    require(who.actor, Action.INSPECT)
    venue = venue_of(session, request.query_params.get("venue", ""))
    if not may_inspect(who.actor, venue, None, policy_of(request)):
        require(who.actor, Action.INSPECT, subject_of(venue, policy_of(request)))
    return _form(request, who, venue, None, {})


@router.post("/console/inspections/new")
def create(request: Request, who: Writer, session: Db, sent: WithPhotos) -> Response:
    """Save the visit of the form."""
    venue = venue_of(session, sent.fields.get("venue", ""))
    return _save(request, who, session, venue, None, sent)


@router.get("/console/inspections/{inspection_id}")
def one(request: Request, inspection_id: Number, who: Staff, session: Db) -> Response:
    """The form of a visit that is due; what was found at one that was done."""
    inspection, venue = _found(session, inspection_id)
    policy = policy_of(request)
    if not may_inspect(who.actor, venue, inspection, policy):
        require(who.actor, Action.SEE_PRIVATE, subject_of(venue, policy))
    if inspection.done_on is None:
        require_to_go(who, venue, inspection, request)
        return _form(request, who, venue, inspection, {})
    return _record(request, who, session, inspection, venue)


@router.post("/console/inspections/{inspection_id}")
def save(request: Request, inspection_id: Number, who: Writer, session: Db, sent: WithPhotos) -> Response:
    """Save the visit of the form, which closes what was due."""
    inspection, venue = _found(session, inspection_id)
    return _save(request, who, session, venue, inspection, sent)


@router.post("/console/inspections/{inspection_id}/withdraw")
def withdraw_one(request: Request, inspection_id: Number, who: Writer, session: Db, filled: Filled) -> Response:
    """Take back one of its statements by another, with the reason; nothing is rewritten."""
    inspection, venue = _found(session, inspection_id)
    number = filled.get("statement", "")
    said = session.get(Observation, int(number)) if number.isdecimal() and len(number) < 18 else None  # noqa: PLR2004 - a number of a database
    if said is None or said.source_ref != f"{SOURCE}{inspection_id}":
        msg = f"inspection {inspection_id} made no such statement"
        raise NotFound(msg)
    try:
        withdraw(desk(request, session, who), said.id, filled.get("reason"))
        session.commit()
    except BadFields as bad:
        session.rollback()
        words = Words(language(request))
        flash = ("bad", "; ".join(words.fault(fault) for fault in bad.faults.values()))
        return _record(request, who, session, inspection, venue, flash, HTTPStatus.UNPROCESSABLE_ENTITY)
    return onward(request, f"/console/inspections/{inspection_id}", latest(session), done="withdrawn")


@router.get("/console/attachments/{attachment_id}")
def attachment(request: Request, attachment_id: Number, who: Staff, session: Db) -> Response:
    """A photograph, for whoever may see what it backs."""
    found = session.get(Attachment, attachment_id)
    owner = _backed(session, found) if found is not None else None
    if found is None or owner is None:
        msg = f"there is no photograph {attachment_id}"
        raise NotFound(msg)
    venue, inspection = owner
    policy = policy_of(request)
    if not (
        may(who.actor, Action.REVIEW, subject_of(venue, policy)) or may_inspect(who.actor, venue, inspection, policy)
    ):
        require(who.actor, Action.SEE_PRIVATE, subject_of(venue, policy))
    said = {
        "cache-control": "private, no-store",
        "content-disposition": "inline",
        "cross-origin-resource-policy": "same-origin",
    }
    return Response(found.content, media_type=found.media_type, headers=said)


def require_to_go(who: Asker, venue: Venue, inspection: Inspection, request: Request) -> None:
    """Nothing where the person may do this inspection; see `permissions.require`."""
    policy = policy_of(request)
    if not may_inspect(who.actor, venue, inspection, policy):
        require(who.actor, Action.INSPECT, subject_of(venue, policy))


def _found(session: Session, inspection_id: int) -> tuple[Inspection, Venue]:
    inspection = session.get(Inspection, inspection_id)
    if inspection is None:
        msg = f"there is no inspection {inspection_id}"
        raise NotFound(msg)
    return inspection, session.get_one(Venue, inspection.venue_id)


def _backed(session: Session, found: Attachment) -> tuple[Venue, Inspection | None] | None:
    """The venue that an attachment is about, and the inspection that it comes of."""
    key = int(found.subject_id) if found.subject_id.isdecimal() else 0
    if found.subject == OF_INSPECTION and (inspection := session.get(Inspection, key)) is not None:
        return session.get_one(Venue, inspection.venue_id), inspection
    if found.subject == OF_STATEMENT and (said := session.get(Observation, key)) is not None:
        return session.get_one(Venue, said.venue_id), None
    return None


def _save(
    request: Request, who: Asker, session: Session, venue: Venue, inspection: Inspection | None, sent: Sent
) -> Response:
    live = live_of(request)
    policy = policy_of(request)
    found, faults = read(venue.category, sent.fields)
    wrong = {name: Fault(NO_CHOICE) for name in faults}
    photos = _photos(sent, wrong)
    try:
        _refuse(wrong)
        visit = Visit(
            venue_id=venue.id,
            day=_day(sent.fields.get("day", "")),
            found=found,
            key=sent.fields.get("key", "").replace("\0", "")[:LONGEST_KEY] or uuid4().hex,
            note=sent.fields.get("note", "").replace("\0", "").strip(),
            photos=photos,
            inspection_id=inspection.id if inspection else None,
        )
        made = inspections.save(session, visit, who.actor, policy, live.today())
        session.commit()
    except BadFields as bad:
        session.rollback()
        return _form(request, who, venue, inspection, sent.fields, bad.faults)
    return onward(request, "/console/inspections", latest(session), saved=made.id)


def _refuse(wrong: Mapping[str, Fault]) -> None:
    if wrong:
        raise BadFields(wrong)


def _photos(sent: Sent, wrong: dict[str, Fault]) -> list[Photo]:
    made = []
    for name, content in sent.files:
        try:
            made.append(kept(content, name))
        except TooLarge:
            wrong[PHOTO] = Fault(TOO_LARGE)
        except BadFile:
            wrong[PHOTO] = Fault(NO_PICTURE)
    return made


def _form(
    request: Request,
    who: Asker,
    venue: Venue,
    inspection: Inspection | None,
    given: Mapping[str, str],
    faults: Mapping[str, Fault] | None = None,
) -> Response:
    live = live_of(request)
    words = Words(language(request))
    context = {
        "venue": venue,
        "inspection": inspection,
        "trials": trials(venue.category),
        "field": field,
        "given": given,
        "key": given.get("key") or uuid4().hex,
        "today": live.today(),
        "late": inspection is not None and inspection.due_on is not None and inspection.due_on < live.today(),
        "errors": {name: words.fault(fault) for name, fault in (faults or {}).items()},
        "words": words,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
    return staff_page(request, who, "review/visit.html", context, status)


def _record(
    request: Request,
    who: Asker,
    session: Session,
    inspection: Inspection,
    venue: Venue,
    flash: tuple[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    words = Words(language(request))
    said = statements_of(session, inspection)
    wanted = Attachment.subject == OF_INSPECTION, Attachment.subject_id == str(inspection.id)
    if flash is None and request.query_params.get("done") == "withdrawn":
        flash = ("ok", words.say(N_("Withdrawn. The statement stays in the record, and counts no more.")))
    context = {
        "venue": venue,
        "inspection": inspection,
        "said": [s for s in said if s.withdraws is None],
        "back": {s.withdraws: s for s in said if s.withdraws is not None},
        "photos": list(session.scalars(select(Attachment.id).where(*wanted).order_by(Attachment.id))),
        "can_record": may(who.actor, Action.RECORD, subject_of(venue, policy_of(request))),
        "flash": flash,
        "words": words,
    }
    return staff_page(request, who, "review/inspection.html", context, status)


def _just_saved(request: Request, session: Session, who: Asker, saved: str) -> dict[str, object]:
    """What was saved a moment ago, and what is due next."""
    made = session.get(Inspection, int(saved)) if saved.isdecimal() and len(saved) < 18 else None  # noqa: PLR2004 - a number of a database
    if made is None or made.recorded_by != who.actor.name:
        return {"saved": None, "following": None}
    following = session.execute(inspections.due(who.actor, policy_of(request)).limit(1)).first()
    return {"saved": (made, session.get_one(Venue, made.venue_id)), "following": following}


def _page(text: str, total: int) -> int:
    wanted = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 1  # noqa: PLR2004 - digits enough
    return min(max(1, wanted), max(1, -(-total // PER_PAGE)))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return date.min
