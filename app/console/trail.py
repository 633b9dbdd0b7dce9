"""The trail: who did, tried, or was refused what, newest first."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.accounts import trail
from app.accounts.asking import Db, Staff
from app.accounts.people import settled_login
from app.accounts.trail import Wanted
from app.console.entering import at, number
from app.console.pages import language, staff_page
from app.console.roles import DONE, FACTS, OUTCOMES, ROLES, TONES, WAYS
from app.i18n.catalogs import translations
from app.importers.kinds import Kind
from app.permissions import Action, require

router = APIRouter(include_in_schema=False)

HERE = "/console/trail"
PER_PAGE = 100
KEPT_BESIDE = {"recorded_at", "recorded_by", "import_id"}
"""What the trail keeps of a row beside its values."""


@router.get(HERE)
def read(request: Request, db: Db, who: Staff) -> Response:
    """The lines that are wanted, a page at a time."""
    require(who.actor, Action.SEE_AUDIT)
    wanted = _wanted(request)
    found = trail.lines(db, wanted, PER_PAGE + 1)
    context = {
        "lines": found[:PER_PAGE],
        "wanted": request.query_params,
        "older": found[PER_PAGE - 1].id if len(found) > PER_PAGE else None,
        "actions": [(code, DONE.get(code, code)) for code in trail.actions(db)],
        "done": DONE,
        "outcomes": OUTCOMES,
        "tones": TONES,
        "roles": ROLES,
        "facts": _differing,
        "names": partial(_names, request.app.state.imports.kinds, language(request)),
        "fact_words": WAYS,
        "at": at(request),
    }
    return staff_page(request, who, "console/trail.html", context)


def _wanted(request: Request) -> Wanted:
    """What the address asks for; what cannot be understood bounds nothing."""
    asked = request.query_params
    zone = ZoneInfo(request.app.state.settings.timezone)
    until = _day(asked.get("until", ""), zone)
    return Wanted(
        by=settled_login(asked.get("by", "")),
        action=_word(asked.get("action", "")),
        outcome=_word(asked.get("outcome", "")),
        since=_day(asked.get("since", ""), zone),
        until=until and until + timedelta(days=1),
        before=number(asked.get("before", "")),
    )


def _differing(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a line; of what stood there before and after, no more than what differs."""
    told = {n: list(map(_differing, v)) if n == "rows" and isinstance(v, list) else v for n, v in facts.items()}
    before, after = told.get("before"), told.get("after")
    if isinstance(before, dict) and isinstance(after, dict):
        told |= {"before": _unlike(before, after), "after": _unlike(after, before)}
    return told


def _unlike(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {n: v for n, v in one.items() if n not in KEPT_BESIDE and v != other.get(n)}


def _names(kinds: Mapping[str, Kind], lang: str, subject: str) -> dict[str, str]:
    """What the facts about a subject are called, and where it is a ledger's row, the ledger's fields."""
    say = translations(lang).gettext
    kind = kinds.get(subject.partition(" ")[0])
    fields = {c.field: c.zh if lang == "zh" else c.en for c in kind.columns} if kind else {}
    return {name: say(word) for name, word in FACTS.items()} | fields


def _day(said: str, zone: ZoneInfo) -> datetime | None:
    """The start of a day in the city."""
    try:
        return datetime.combine(datetime.strptime(said, "%Y-%m-%d").date(), time(), zone).astimezone(UTC)  # noqa: DTZ007 - a day
    except (ValueError, OverflowError):
        return None


def _word(said: str) -> str:
    return said if said.isidentifier() else ""
