"""Which language a request is answered in."""

from types import MappingProxyType

LANGUAGES = MappingProxyType({"en": "English", "zh": "中文"})
"""Each language that is offered, by the name that its own readers know it by."""

LOCALES = MappingProxyType({"en": "en", "zh": "zh-CN"})
"""What `<html lang>` says."""

FALLBACK = "en"
"""For a visitor whose languages we do not have."""


def negotiated(asked: str | None, accepted: str | None) -> str:
    """The language to answer in: the one asked for, else the best of Accept-Language, else English.

    Args:
        asked: the `lang` of the URL; anything that is not offered counts as not asked.
        accepted: the Accept-Language header as it came.
    """
    if (wanted := _offered(asked or "")) is not None:
        return wanted
    for tag in _by_weight(accepted or ""):
        if (wanted := _offered(tag)) is not None:
            return wanted
    return FALLBACK


def _offered(tag: str) -> str | None:
    primary = tag.strip().lower().replace("_", "-").split("-")[0]
    return primary if primary in LANGUAGES else None


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
