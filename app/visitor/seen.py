"""Observations in words: what was seen, when, and by whom; never what `is`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from gettext import NullTranslations
from types import MappingProxyType
from typing import Any

from babel.lists import format_list

from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.vocabulary import CAPABILITIES, CATEGORIES, SCHEMES, Status, status_word

Properties = Mapping[str, Any]

SOURCES = MappingProxyType(
    {
        "inspection": N_("inspection"),
        "ledger": N_("bank ledger"),
        "official_list": N_("official list"),
        "openstreetmap": N_("OpenStreetMap"),
        "visitor_report": N_("visitor report"),
        "simulated": N_("simulated"),
    }
)

ASPECTS = MappingProxyType(
    {
        "visa": "Visa",
        "mastercard": "Mastercard",
        "american_express": "American Express",
        "jcb": "JCB",
        "diners_club": "Diners Club",
        "discover": "Discover",
        "unionpay": N_("UnionPay issued abroad"),
        "alipay": N_("Alipay"),
        "wechat": N_("WeChat Pay"),
        "unionpay_app": N_("UnionPay app"),
        "ecny": N_("e-CNY"),
        "buy_yuan": N_("foreign cash to yuan"),
        "change_back": N_("yuan back to foreign cash"),
    }
)

MAIN = ("foreign_card", "currency_exchange", "foreign_card_atm", "sim_service")
"""What a row speaks of when nothing was chosen: the first that is asked of the venue's category."""

DAYS_IN_WORDS = 60
MONTHS_IN_WORDS = 24
DAYS_PER_MONTH = 30.44


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of one capability of a venue, ready to be read."""

    capability: str
    title: str
    status: str
    word: str
    text: str
    observed_at: str | None
    stale: bool
    aspects: tuple["Seen", ...] = ()


def main_capability(category: str) -> str:
    """The capability that a visitor most likely means at such a place."""
    asked = (c for c in MAIN if category in CAPABILITIES[c].categories)
    return next(asked, "cash" if category in CAPABILITIES["cash"].categories else "service_desk")


def seen(properties: Properties, capability: str, lang: str, words: NullTranslations, today: date) -> Seen:
    """What was seen of a capability at a venue; `unknown` where nothing was."""
    said = properties["capabilities"].get(capability)
    title = capability_name(capability, lang, words)
    if said is None or said["status"] == Status.UNKNOWN:
        word = words.gettext(status_word(capability, Status.UNKNOWN, lang))
        return Seen(capability, title, Status.UNKNOWN, word, word, None, stale=False)
    word = words.gettext(status_word(capability, said["status"], lang))
    when = _age(said["observed_at"], words, today)
    source = words.gettext(SOURCES.get(said["source"], said["source"]))
    return Seen(
        capability,
        title,
        said["status"],
        word,
        _sentence(said, word, when, source, lang, words),
        said["observed_at"][:10],
        bool(said.get("stale")),
        _aspects(said, capability, lang, words, today),
    )


def everything_seen(properties: Properties, lang: str, words: NullTranslations, today: date) -> list[Seen]:
    """All capabilities that are asked of the venue's category, and any others that were seen there."""
    return [
        seen(properties, c.key, lang, words, today)
        for c in CAPABILITIES.values()
        if properties["category"] in c.categories or c.key in properties["capabilities"]
    ]


def capability_name(capability: str, lang: str, words: NullTranslations) -> str:
    """A capability's name, as a heading."""
    term = CAPABILITIES[capability]
    return term.zh if lang == "zh" else words.gettext(term.en)


def category_name(category: str, lang: str, words: NullTranslations) -> str:
    """A category's name."""
    term = CATEGORIES[category]
    return term.zh if lang == "zh" else words.gettext(term.en)


def position_words(properties: Properties, words: NullTranslations) -> str | None:
    """A warning about a venue's position; None where the position can be trusted."""
    quality = properties.get("location_quality")
    if quality is None:
        return words.gettext("position not known")
    if quality != "approximate":
        return None
    error = properties.get("location_error_m")
    if not error:
        return words.gettext("position approximate")
    return words.gettext("position approximate, ±%(m)s m") % {"m": f"{error:,.0f}"}


def _sentence(said: Mapping[str, Any], word: str, when: str, source: str, lang: str, words: NullTranslations) -> str:
    schemes = [words.gettext(ASPECTS[s]) for s in SCHEMES if s in said.get("schemes", ())]
    facts = {"what": format_list(schemes, locale=lang), "word": word, "when": when, "source": source}
    if schemes and said["status"] == Status.YES:
        return words.gettext("%(what)s seen working %(when)s (%(source)s)") % facts
    return words.gettext("%(word)s, seen %(when)s (%(source)s)") % facts


def _aspects(
    said: Mapping[str, Any], capability: str, lang: str, words: NullTranslations, today: date
) -> tuple[Seen, ...]:
    return tuple(
        Seen(
            capability,
            words.gettext(ASPECTS[name]) if name in ASPECTS else name,
            aspect["status"],
            _aspect_word(aspect["status"], capability, lang, words),
            _age(aspect["observed_at"], words, today),
            aspect["observed_at"][:10],
            stale=False,
        )
        for name, aspect in sorted(said.get("aspects", {}).items(), key=lambda pair: _place(pair[0]))
    )


def _place(aspect: str) -> tuple[int, str]:
    """Where an aspect stands in a list: the schemes and wallets in the order of the vocabulary, then currencies."""
    named = list(ASPECTS)
    return (named.index(aspect) if aspect in named else len(named), aspect)


def _aspect_word(status: str, capability: str, lang: str, words: NullTranslations) -> str:
    if status == Status.YES:
        return words.gettext("worked")
    if status == Status.NO:
        return words.gettext("refused")
    return words.gettext(status_word(capability, status, lang))


def _age(observed_at: str, words: NullTranslations, today: date) -> str:
    """How long ago, in words: days up to two months, then months, then years."""
    days = max(0, (today - date.fromisoformat(observed_at[:10])).days)
    if days == 0:
        return words.gettext("today")
    if days < DAYS_IN_WORDS:
        return words.ngettext("%(num)d day ago", "%(num)d days ago", days) % {"num": days}
    months = round(days / DAYS_PER_MONTH)
    if months < MONTHS_IN_WORDS:
        return words.ngettext("%(num)d month ago", "%(num)d months ago", months) % {"num": months}
    years = days // 365
    return words.ngettext("%(num)d year ago", "%(num)d years ago", years) % {"num": years}
