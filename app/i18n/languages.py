"""Which language a request is answered in."""

from collections.abc import Collection
from types import MappingProxyType

LANGUAGES = MappingProxyType({"en": "English", "zh": "中文"})
"""Each language that is offered, by the name that its own readers know it by."""

LOCALES = MappingProxyType({"en": "en", "zh": "zh-CN"})
"""What `<html lang>` says."""

FALLBACK = "en"
"""For a visitor whose languages we do not have."""


def negotiated(
    asked: str | None, accepted: str | None, offered: Collection[str] = LANGUAGES, fallback: str = FALLBACK
) -> str:
    """The language to answer in: the one asked for, else the best of Accept-Language, else the fallback.

    Args:
        asked: the `lang` of the URL; anything that is not offered counts as not asked.
        accepted: the Accept-Language header as it came.
        offered: the languages to choose from.
        fallback: for a reader whose languages are not offered.
    """
    for tag in (asked or "", *_by_weight(accepted or "")):
        primary = tag.strip().lower().replace("_", "-").split("-")[0]
        if primary in offered:
            return primary
    return fallback


def _by_weight(header: str) -> list[str]:
    """The language tags of an Accept-Language header, best first; refused ones (`q=0`) left out."""
    weighted = []
    for part in header.split(","):
        tag, _, parameters = part.partition(";")
        weight = _weight(parameters)
        if weight > 0:
            weighted.append((weight, tag))
    return [tag for _, tag in sorted(weighted, key=lambda pair: -pair[0])]


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
