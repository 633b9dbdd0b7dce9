"""Statements as a form or a JSON body says them: one for the whole, one for each aspect that is named."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from app.console.attributes import IS_NO_CHOICE, IS_NO_DAY
from app.errors import BadFields, Fault
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.query import SHOWN
from app.register.statements import EARLIEST, Statement
from app.tables.base import now
from app.vocabulary import CAPABILITIES, SourceKind, Status

STAFF_SOURCES = (SourceKind.INSPECTION, SourceKind.LEDGER, SourceKind.OFFICIAL_LIST)
"""Where a statement of the staff may come from."""
ASPECT = "aspect:"
"""Before the name of an aspect's field in a form."""
LONGEST_SOURCE = 400
DETAILS_KEYS = 20

CHOOSE = N_("choose one")
SAY_SOMETHING = N_("say the status of the whole, or of an aspect")
NO_SOURCE = N_("say where this comes from: which inspection, ledger or list")
FUTURE = N_("lies in the future")
TOO_OLD = N_("lies before %(earliest)s")
NO_DETAILS = N_("is no JSON object of at most %(most)s entries")


def read_statements(venue_id: str, given: Mapping[str, object]) -> list[Statement]:
    """The statements that are made about a venue.

    Args:
        venue_id: whose they are.
        given: capability, status (of the whole), aspects (status by name; in a form `aspect:visa` …), observed_at,
            source_kind, source_ref, details.

    Raises:
        BadFields: naming each field.
    """
    faults: dict[str, Fault] = {}
    capability = _word(given, "capability", CAPABILITIES, faults)
    found = _statuses(given, capability, faults)
    if not faults and not found:
        faults["status"] = Fault(SAY_SOMETHING)
    kind = _word(given, "source_kind", STAFF_SOURCES, faults)
    source = _text(given.get("source_ref"))
    if not source or "\0" in source:
        faults["source_ref"] = Fault(NO_SOURCE)
    day, details = _day(given.get("observed_at"), faults), _details(given.get("details"), faults)
    if faults:
        raise BadFields(faults)
    said = source[:LONGEST_SOURCE]
    return [
        Statement(venue_id, capability, status, day, kind, said, aspect, details) for aspect, status in found.items()
    ]


def _statuses(given: Mapping[str, object], capability: str, faults: dict[str, Fault]) -> dict[str, str]:
    """Status by aspect, the whole (`""`) first; what is left open is left out."""
    named = given.get("aspects")
    aspects: dict[str, object] = dict(named) if isinstance(named, Mapping) else {}
    aspects |= {key.removeprefix(ASPECT): value for key, value in given.items() if key.startswith(ASPECT)}
    known = CAPABILITIES[capability].aspects if capability else ()
    found = {}
    for aspect, status in {"": given.get("status"), **aspects}.items():
        if status in (None, ""):
            continue
        field = f"{ASPECT}{aspect}" if aspect else "status"
        if capability and aspect and aspect not in known:
            faults[field] = Fault(IS_NO_CHOICE, {"value": aspect[:SHOWN]})
        elif status not in set(Status):
            faults[field] = Fault(IS_NO_CHOICE, {"value": str(status)[:SHOWN]})
        else:
            found[aspect] = str(status)
    return found


def _word(given: Mapping[str, object], name: str, words: object, faults: dict[str, Fault]) -> str:
    said = _text(given.get(name))
    if said in words:  # type: ignore[operator]  # a collection of words
        return said
    faults[name] = Fault(IS_NO_CHOICE, {"value": said[:SHOWN]}) if said else Fault(CHOOSE)
    return ""


def _day(said: object, faults: dict[str, Fault]) -> date:
    try:
        day = date.fromisoformat(_text(said))
    except ValueError:
        faults["observed_at"] = Fault(IS_NO_DAY, {"value": _text(said)[:SHOWN]})
        return EARLIEST
    if day > now().date() + timedelta(days=1):
        faults["observed_at"] = Fault(FUTURE)
    if day < EARLIEST:
        faults["observed_at"] = Fault(TOO_OLD, {"earliest": EARLIEST})
    return day


def _details(said: object, faults: dict[str, Fault]) -> dict[str, Any]:
    if said in (None, ""):
        return {}
    if not isinstance(said, Mapping) or len(said) > DETAILS_KEYS:
        faults["details"] = Fault(NO_DETAILS, {"most": DETAILS_KEYS})
        return {}
    return dict(said)


def _text(said: object) -> str:
    return said.strip() if isinstance(said, str) else ""
