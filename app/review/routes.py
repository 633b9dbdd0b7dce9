"""The queue over HTTP: a page of the questions, and what a reviewer does with each. It all works without scripts."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from http import HTTPStatus
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from app.accounts.asking import Asker, Db, Staff, Writer
from app.catalog.live import Live
from app.console.choices import choices
from app.console.pages import language, onward, staff_page
from app.console.routes import policy_of
from app.console.sent import Filled
from app.console.words import Words
from app.errors import BadFields, Overtaken
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.permissions import Action, require
from app.register.changes import latest
from app.review.claims import Claims
from app.review.decisions import Errand, Ruling, ask_inspection, decided, rule
from app.review.evidence import questions
from app.review.queue import CONFLICT, FILTERS, Asked, Item, counted, of_kind, waiting
from app.review.shown import ACCEPTED, REJECTED, details_in_words, foretold, turns
from app.tables import Inspection
from app.vocabulary import CAPABILITIES, CATEGORIES

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

PER_PAGE = 20
KIND_WORDS = {
    "visitor_report": N_("Visitor reports"),
    "openstreetmap": N_("From OpenStreetMap"),
    CONFLICT: N_("Contradictions"),
}
SAID = {
    "accepted": N_("Accepted. It counts from now on."),
    "rejected": N_("Rejected, with the reason."),
    "asked": N_("An inspection has been asked for."),
}
OUTCOMES = {"accepted": N_("accepted"), "rejected": N_("rejected")}
MEANWHILE = N_("%(who)s has decided this meanwhile: %(outcome)s. Nothing was written.")
CHANGED = N_("This is not as it was when you read it. Nothing was written.")
MOST_SEEN = 200
_SEEN = re.compile(r"([0-9]{1,18}):([0-9]{1,18})", re.ASCII)
NAMES = (*FILTERS, "region", "page")


def claims_of(request: Request) -> Claims:
    """The conflicts of this register."""
    found: Claims = request.app.state.claims
    return found


def live_of(request: Request) -> Live:
    """The register as this process reads it."""
    found: Live = request.app.state.register
    return found


@router.get("/console/review")
def review(request: Request, who: Staff, session: Db) -> Response:
    """The questions that wait for whoever has signed in, one page."""
    done = request.query_params.get("done", "")
    words = Words(language(request))
    flash = ("ok", words.say(SAID[done])) if done in SAID else None
    return _queue(request, who, session, dict(request.query_params), flash)


@router.post("/console/review/decide")
def decide_one(request: Request, who: Writer, session: Db, filled: Filled) -> Response:
    """Accept or reject what the form names, unless somebody has decided meanwhile."""
    seen = _seen(filled.get("seen", ""))
    outcome = filled.get("outcome", "")
    ruling = Ruling(seen, outcome if outcome in {ACCEPTED, REJECTED} else REJECTED, filled.get("reason", ""))
    try:
        rule(session, ruling, who.actor, policy_of(request))
        session.commit()
    except BadFields as bad:
        return _again(request, who, session, filled, bad)
    except Overtaken:
        session.rollback()
        flash = ("warn", _meanwhile(session, seen, Words(language(request))))
        return _queue(request, who, session, _back(filled), flash, HTTPStatus.PRECONDITION_FAILED)
    return onward(request, "/console/review", latest(session), **{**_back(filled), "done": ruling.outcome})


@router.post("/console/review/inspect")
def inspect_one(request: Request, who: Writer, session: Db, filled: Filled) -> Response:
    """Ask somebody to go and see."""
    live = live_of(request)
    about = tuple(_seen(filled.get("seen", "")))
    errand = Errand(about, filled.get("institution", ""), _day(filled.get("due_on", "")), filled.get("reason", ""))
    try:
        ask_inspection(session, errand, who.actor, policy_of(request), live.today())
        session.commit()
    except BadFields as bad:
        return _again(request, who, session, filled, bad)
    return onward(request, "/console/review", latest(session), **{**_back(filled), "done": "asked"})


def _again(request: Request, who: Asker, session: Session, filled: Mapping[str, str], bad: BadFields) -> Response:
    session.rollback()
    words = Words(language(request))
    said = "; ".join(words.fault(fault) for fault in bad.faults.values())
    return _queue(request, who, session, _back(filled), ("bad", said), HTTPStatus.UNPROCESSABLE_ENTITY)


def _queue(
    request: Request,
    who: Asker,
    session: Session,
    query: Mapping[str, str],
    flash: tuple[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    require(who.actor, Action.REVIEW)
    live = live_of(request)
    asked = asked_of(query)
    everything = waiting(session, who.actor, policy_of(request), claims_of(request), asked)
    items = of_kind(everything, asked.kind)
    page = min(_page(query), max(1, -(-len(items) // PER_PAGE)))
    shown = items[(page - 1) * PER_PAGE : page * PER_PAGE]
    lang = language(request)
    context = {
        "query": {name: query[name] for name in NAMES if query.get(name) and name != "page"},
        "kinds": KIND_WORDS,
        "counts": counted(everything),
        "total": len(items),
        "page": page,
        "pages": max(1, -(-len(items) // PER_PAGE)),
        "flash": flash,
        "words": Words(lang),
        "back": "&".join(f"{n}={query[n]}" for n in NAMES if query.get(n)),
        "units": choices(session).pairs("institution", lang),
        "capability_keys": list(CAPABILITIES),
        "category_keys": list(CATEGORIES),
        "counties": choices(session).pairs("region", lang),
        "due_on": live.today() + timedelta(days=live.settings.inspect_within_days),
        **_questions(request, session, shown),
    }
    return staff_page(request, who, "review/queue.html", context, status)


def _questions(request: Request, session: Session, items: list[Item]) -> dict[str, object]:
    """The questions of a page with all that is shown of them."""
    found = questions(session, items)
    outlook = foretold(session, items)
    policy = policy_of(request)
    words = Words(language(request))
    live = live_of(request)
    return {
        "questions": found,
        "turns": {q.item.key: {way: turns(q, outlook[q.item.key], way) for way in (ACCEPTED, REJECTED)} for q in found},
        "lead": {q.item.key: policy.class_lead.get(q.venue.category) or q.venue.region for q in found},
        "seen": {q.item.key: ",".join(f"{e.id}:{e.decision}" for e in q.newer) for q in found},
        "errands": {i.id: i for i in _errands(session, items)},
        "details": lambda evidence: details_in_words(evidence.details, words),
        "waited": lambda item: max(0, (live.today() - item.since.date()).days),
        "is_conflict": lambda item: item.kind == CONFLICT,
    }


def _errands(session: Session, items: list[Item]) -> list[Inspection]:
    wanted = [item.asked for item in items if item.asked is not None]
    return [found for key in wanted if (found := session.get(Inspection, key)) is not None]


def asked_of(query: Mapping[str, str]) -> Asked:
    """The filters of an address; what it says that is no choice is left out."""
    chosen = {name: query[name] for name, known in FILTERS.items() if query.get(name) in known}
    return Asked(**chosen, region=query.get("region", ""))


def _page(query: Mapping[str, str]) -> int:
    text = query.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 10 else 1  # noqa: PLR2004 - digits enough


def _back(filled: Mapping[str, str]) -> dict[str, str]:
    """The filters that the page had, from its form."""
    return {name: value for name, value in parse_qsl(filled.get("back", "")) if name in NAMES}


def _seen(text: str) -> dict[int, int]:
    """The statements that a form is about, with the newest decision on each that its page showed."""
    pairs = (_SEEN.fullmatch(part) for part in text.split(",")[:MOST_SEEN])
    return {int(pair[1]): int(pair[2]) for pair in pairs if pair}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return date.min


def _meanwhile(session: Session, seen: Mapping[int, int], words: Words) -> str:
    found = decided(session, list(seen))
    if found is None:
        return words.say(CHANGED)
    outcome = words.say(OUTCOMES.get(found.outcome, found.outcome))
    return words.say(MEANWHILE) % {"who": found.decided_by, "outcome": outcome}
