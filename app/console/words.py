"""The words of the register as a staff page writes them: statuses, classes, sources, positions, values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from gettext import NullTranslations
from typing import Any
from zoneinfo import ZoneInfo

from app.errors import Fault
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.i18n.catalogs import translations
from app.visitor.script import number
from app.visitor.seen import ASPECTS, SOURCES
from app.vocabulary import CAPABILITIES, CATEGORIES, status_word

QUALITIES = {
    "surveyed": N_("surveyed on the spot"),
    "sourced": N_("from a source"),
    "approximate": N_("approximate"),
}
DATUMS = {
    "wgs84": "WGS-84",
    "cgcs2000": "CGCS2000",
    "gcj02": N_("GCJ-02 (Amap, Tencent)"),
    "bd09": N_("BD-09 (Baidu)"),
}
IMPORT_STATES = {
    "staged": (N_("dry run"), "warn"),
    "applied": (N_("applied"), "good"),
    "undone": (N_("undone"), "quiet"),
    "failed": (N_("failed"), "bad"),
    "waiting": (N_("waiting"), "info"),
    "running": (N_("running"), "info"),
}
LEVELS = {
    "primary": N_("level 1"),
    "secondary": N_("level 2"),
    "secondary_a": N_("level 2, grade A"),
    "tertiary": N_("level 3"),
    "tertiary_a": N_("level 3, grade A"),
}
"""What the grades of hospitals are called; the others are read as they are written."""
SHORT_STATUS = {"yes": N_("yes"), "limited": N_("limited"), "no": N_("no"), "unknown": N_("unknown")}


@dataclass(frozen=True)
class Words:
    """What things are called in one language."""

    lang: str

    @property
    def gettext(self) -> NullTranslations:
        """The catalogs of the language."""
        return translations(self.lang)

    @property
    def colon(self) -> str:
        """What stands between a label and its value."""
        return "：" if self.lang == "zh" else ": "

    @property
    def semicolon(self) -> str:
        """What stands between two of them."""
        return "；" if self.lang == "zh" else "; "

    def say(self, message: str) -> str:
        """A marked message in the language."""
        return self.gettext.gettext(message) if message else ""

    def category(self, key: str) -> str:
        """A class of venues."""
        return CATEGORIES[key].zh if self.lang == "zh" else CATEGORIES[key].en

    def capability(self, key: str) -> str:
        """A capability."""
        return CAPABILITIES[key].zh if self.lang == "zh" else CAPABILITIES[key].en

    def aspect(self, key: str) -> str:
        """A scheme, wallet, currency or direction."""
        return self.say(ASPECTS.get(key, key)) if key else ""

    def status(self, capability: str, status: str) -> str:
        """A status of a capability."""
        return status_word(capability, status, self.lang)

    def said(self, capability: str, aspect: str, status: str) -> str:
        """What a statement says, in words."""
        if not aspect:
            return f"{self.capability(capability)}{self.colon}{self.status(capability, status)}"
        word = self.status(capability, status) if self.lang == "zh" else self.plain_status(status)
        return f"{self.capability(capability)} · {self.aspect(aspect)}{self.colon}{word}"

    def level(self, level: str | None) -> str:
        """An official grade."""
        return self.say(LEVELS.get(level or "", level or ""))

    def plain_status(self, status: str) -> str:
        """A status by itself."""
        return self.say(SHORT_STATUS[status])

    def source(self, kind: str) -> str:
        """Where a statement comes from."""
        return self.say(SOURCES.get(kind, kind))

    def quality(self, quality: str | None, error_m: float | None = None) -> str:
        """How a position is known, with its error."""
        if quality is None:
            return self.say(NO_POSITION)
        about = f" ±{number(round(error_m), self.lang)} m" if error_m else ""
        return self.say(QUALITIES.get(quality, quality)) + about

    def datum(self, key: str | None) -> str:
        """A datum."""
        return self.say(DATUMS.get(key or "", key or ""))

    @staticmethod
    def moment(at: datetime, zone: str) -> str:
        """A moment on the city's clock, to the minute."""
        return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"

    def state(self, state: str) -> tuple[str, str]:
        """The state of an import, and the tone of its tag."""
        word, tone = IMPORT_STATES.get(state, (state, "quiet"))
        return self.say(word), tone

    def fault(self, fault: Fault, place: Mapping[str, str] | None = None) -> str:
        """What is wrong with a field; adcodes by the names of their places."""
        named = place or {}
        facts = {key: named.get(str(value), value) for key, value in fault.facts.items()}
        return self.say(fault.text) % facts

    def value(self, name: str, value: Any, named: Mapping[str, str] | None = None) -> str:  # noqa: ANN401 - any attribute's
        """An attribute's value as it is read: words for keys, places by name."""
        if value is None or value == "":
            return "–"
        if isinstance(value, bool):
            return self.say(YES_WORD if value else NO_WORD)
        text = self.level(str(value)) if name == "level" else str(value)
        if name == "category" and text in CATEGORIES:
            return self.category(text)
        if name == "location_quality":
            return self.quality(text)
        if name in {"datum", "original_datum"}:
            return self.datum(text)
        return (named or {}).get(text, text)


YES_WORD, NO_WORD = N_("yes"), N_("no")
NO_POSITION = N_("no position")
