"""A venue's attributes as people name and write them: one row each, for the form, the interface and the history."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.console.places import PLACED
from app.errors import BadFields, Fault
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.query import SHOWN
from app.vocabulary import CATEGORIES

_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_ONE_LINE = re.compile(r"[\r\n\t]+")
YES, NO = ("yes", "true", "是", "1"), ("no", "false", "否", "0", "")


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column of a venue: its label, how it is written, how long it may be."""

    name: str
    label: str
    kind: str = "text"
    longest: int = 0
    required: bool = False
    private: bool = False
    hint: str = ""


ATTRIBUTES: Mapping[str, Attribute] = {
    a.name: a
    for a in (
        Attribute("name_zh", N_("Name (Chinese)"), longest=200, required=True),
        Attribute("name_en", N_("Name (English)"), longest=200),
        Attribute("category", N_("Class"), "choice", required=True),
        Attribute("level", N_("Level"), longest=20, hint=N_("Official grade, such as 4A or 三级甲等.")),
        Attribute("region", N_("County"), "choice", required=True),
        Attribute("zone", N_("Functional zone"), "choice"),
        Attribute("address_zh", N_("Address (Chinese)"), longest=300),
        Attribute("address_en", N_("Address (English)"), longest=300),
        Attribute(
            "phone", N_("Telephone"), longest=60, hint=N_("A mobile number stays inside; it is never published.")
        ),
        Attribute(
            "opening_hours", N_("Opening hours"), longest=400, hint=N_("Such as Mo-Fr 09:00-17:00, or as written.")
        ),
        Attribute("operator", N_("Operator"), longest=120),
        Attribute("institution", N_("Institution"), "choice", private=True),
        Attribute(
            "external_id",
            N_("Own number"),
            longest=120,
            private=True,
            hint=N_("As its institution numbers it."),
        ),
        Attribute("part_of", N_("Part of"), "venue", longest=36, hint=N_("The id of the mall or site that holds it.")),
        Attribute("opened_on", N_("Opened on"), "day"),
        Attribute("closed_on", N_("Closed on"), "day"),
        Attribute("serves_public", N_("Serves the public"), "yes_no"),
        Attribute("source", N_("Source of the entry"), longest=400, required=True),
        Attribute("source_date", N_("Date of the source"), "day", private=True),
        Attribute("notes", N_("Notes"), "long", longest=1000, private=True),
    )
}

OTHER_LABELS: dict[str, str] = {
    "original_lon": N_("Longitude"),
    "original_lat": N_("Latitude"),
    "original_datum": N_("Datum"),
    "location_quality": N_("Quality of the position"),
    "location_error_m": N_("Error, metres"),
    "removed": N_("Removed"),
    "reason": N_("Reason"),
}
"""What history names beside the attributes."""

IS_EMPTY = N_("must not be empty")
IS_NO_CHOICE = N_("%(value)s is none of the words allowed here")
IS_NO_DAY = N_("%(value)s is not a day such as 2026-11-23")
IS_NO_YES = N_("say yes or no")
IS_NO_TEXT = N_("is no text")
TOO_LONG = N_("is longer than %(longest)s characters")
UNWRITABLE = N_("has a character that cannot be shown; write it anew")
UNKNOWN_FIELD = N_("is no attribute of a venue that can be set")
CLOSED_FIRST = N_("lies before the day of opening")


def read(given: Mapping[str, object], choices: Mapping[str, Collection[str]]) -> dict[str, Any]:
    """The values of the attributes that are given, as the register holds them.

    Args:
        given: by name, as a form or a JSON body has them; nothing and null are the same.
        choices: by name, the words that an attribute with a choice may have (`category` needs none).

    Raises:
        BadFields: naming each attribute and what is wrong with it.
    """
    values, faults = {}, {}
    for name, raw in given.items():
        attribute = ATTRIBUTES.get(name)
        if attribute is None:
            faults[name] = Fault(UNKNOWN_FIELD)
            continue
        value, fault = _read_one(attribute, raw, choices.get(name, CATEGORIES))
        values[name] = value
        if fault is not None:
            faults[name] = fault
    if faults:
        raise BadFields(faults)
    return values


def check_days(opened: date | None, closed: date | None) -> None:
    """Nothing where a place closes after it has opened.

    Raises:
        BadFields: it does not.
    """
    if opened and closed and closed < opened:
        raise BadFields({"closed_on": Fault(CLOSED_FIRST)})


def _read_one(attribute: Attribute, raw: object, words: Collection[str]) -> tuple[Any, Fault | None]:
    if attribute.kind == "yes_no":
        return _yes_no(raw)
    if raw is not None and not isinstance(raw, str):
        return None, Fault(IS_NO_TEXT)
    text = (raw or "").strip()
    if attribute.kind != "long":
        text = _ONE_LINE.sub(" ", text)
    if not text:
        return None, Fault(IS_EMPTY) if attribute.required else None
    return _day(text) if attribute.kind == "day" else (text, _fault_of(attribute, text, words))


def _fault_of(attribute: Attribute, text: str, words: Collection[str]) -> Fault | None:
    if _UNWRITABLE.search(text):
        return Fault(UNWRITABLE)
    if attribute.kind == "choice" and text not in words:
        return Fault(IS_NO_CHOICE, {"value": text[:SHOWN]})
    if attribute.longest and len(text) > attribute.longest:
        return Fault(TOO_LONG, {"longest": attribute.longest})
    return None


def _yes_no(raw: object) -> tuple[bool | None, Fault | None]:
    said = ("yes" if raw else "no") if isinstance(raw, bool) else str(raw or "").strip().lower()
    if said in YES:
        return True, None
    return (False, None) if said in NO else (None, Fault(IS_NO_YES))


def _day(text: str) -> tuple[date | None, Fault | None]:
    try:
        return date.fromisoformat(text), None
    except ValueError:
        return None, Fault(IS_NO_DAY, {"value": text[:SHOWN]})


__all__ = ["ATTRIBUTES", "OTHER_LABELS", "PLACED", "Attribute", "check_days", "read"]
