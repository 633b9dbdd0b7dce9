"""What the panel and the foot of a map say."""

import re
from dataclasses import asdict
from typing import Any

import pandas as pd

from app.coverage.demand import EVENLY
from app.coverage.figures import Coverage
from app.frames import Town
from app.maps.basemap import SOURCES
from app.maps.marks import asked
from app.maps.shares import percent, percent_range, tally
from app.maps.words import word
from app.settings import Settings
from app.vocabulary import CAPABILITIES, status_word
from geo.coverage import share_bounds


def capability_name(capability: str, lang: str) -> str:
    """A capability as its readers know it."""
    known = CAPABILITIES[capability]
    return known.zh if lang == "zh" else known.en


def status_words(capability: str, lang: str) -> dict[str, str]:
    """What each status of a capability reads."""
    return {letter: status_word(capability, status, lang) for letter, status in _LETTERS.items()}


def figure(
    tallied: dict[str, Any], lang: str, *, said_of: str = "yes_of", list_complete: bool = True
) -> dict[str, Any]:
    """N of N, both bounds and the share known, as numbers for the bar and as words."""
    low, high, known = tallied["low"], tallied["high"], tallied["known_share"]
    nothing = tallied["total"] > 0 and tallied["unknown"] == tallied["total"]
    if tallied["total"] == 0:
        said = word("none_here", lang)
    elif low is None or not list_complete:
        said = word("yes_of_open", lang, yes=_whole(tallied["yes"]))
    else:
        said = word(said_of, lang, yes=_whole(tallied["yes"]), total=_whole(tallied["total"]))
    return {
        "count": said,
        "low": low,
        "high": high,
        "range": word("not_known", lang) if nothing else percent_range(low, high, ""),
        "known": "" if known is None else word("known", lang, share=percent(known, "")),
        "nothing": nothing,
    }


def venue_figure(town: Town, capability: str, lang: str) -> dict[str, Any]:
    """The figure over the listed venues, with or without a position, for which a capability is asked."""
    said = town.status.loc[town.venues.index[asked(town.venues, capability)], capability]
    return figure(asdict(share_bounds(said)), lang, said_of="yes_of_listed")


def coverage_figure(coverage: Coverage, lang: str) -> dict[str, Any]:
    """The figure of the whole region."""
    return figure(tally(coverage.overall), lang, list_complete=coverage.list_complete)


def people_from(source: str, lang: str) -> str:
    """Where the people come from, in the reader's language as far as we wrote it ourselves."""
    source = _BRACKETS.sub(r": \1)", source)
    if lang == "zh":
        source = _COUNTED.sub(_counted_zh, source.replace(EVENLY, word("evenly", lang)).replace("; ", "；"))
    return word("population", lang, source=source)


def _counted_zh(found: re.Match[str]) -> str:
    kind, trust = _KINDS.get(found["kind"], found["kind"]), _TRUST.get(found["trust"], found["trust"])
    return f"{found['year']} 年{kind}，可信度{trust}（{found['source']}）"


def english_name(regions: pd.DataFrame, code: str) -> str:
    """A region's name for readers of English; nothing where there is none but the Chinese."""
    row = regions.loc[code]
    return str(row["name_en"] or "") if row["name_en"] != row["name_zh"] else ""


def region_name(town: Town, region: str, lang: str) -> str:
    """A region's name; its code where it has none."""
    if region not in town.regions.index:
        return region
    row = town.regions.loc[region]
    return str((row["name_zh"] if lang == "zh" else row["name_en"] or row["name_zh"]) or region)


def foot(settings: Settings, lang: str) -> list[str]:
    """The line at the bottom left: map approval first, then sources and licences."""
    marked = {"map_approval": settings.map_approval, "survey_licence": settings.survey_licence}
    base = SOURCES.get(settings.basemap, SOURCES["outline"])
    said = [word(key, lang, value=value) for key, value in marked.items() if value]
    said += [base[0 if lang == "zh" else 1], word("boundaries", lang)]
    return said + ([word("icp", lang, value=settings.icp_number)] if settings.icp_number else [])


def _whole(n: int) -> str:
    return f"{n:,}"


_BRACKETS = re.compile(r" \(([^()]*)\)\)")
"""A remark in brackets at the end of a source that stands in brackets itself."""
_COUNTED = re.compile(r"(?P<year>\d{4}) (?P<kind>\w+), (?P<trust>\w+) trust \((?P<source>[^；]*)\)")
_KINDS = {"census": "普查数", "estimate": "估计数"}
_TRUST = {"high": "高", "medium": "中等", "low": "低"}
_LETTERS = {"y": "yes", "l": "limited", "n": "no", "u": "unknown"}
