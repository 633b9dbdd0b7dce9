"""Opening hours as signs in China say them, as OSM `opening_hours` where that is sure, else as they were written."""

import re
from functools import lru_cache

from opening_hours import OpeningHours

from app.importers.clean.read import NOTHING, Read, refused, remarked
from app.importers.clean.text import is_blank, key, tidy
from app.importers.sources.table import Cell

LONGEST = 400
DAYS = {"一": "Mo", "二": "Tu", "三": "We", "四": "Th", "五": "Fr", "六": "Sa", "日": "Su", "天": "Su"}
ALWAYS = frozenset({
    "24小时", "全天", "全天24小时", "24小时营业", "全天营业", "全天候", "24h", "二十四小时",
    "7*24小时", "7x24小时", "7×24小时",
    "全天开放", "24小时服务", "24小时开放", "24hours",
})  # fmt: skip
_HOUR = re.compile(
    r"(早上|早晨|上午|凌晨|中午|下午|傍晚|晚上|夜里|早|晚|午)?(\d{1,2})(?:[:.](\d{2})|[点时](半|(\d{1,2})分?)?)?"
)
_TO = r"(?:-|—|–|~|至|到|－|−)+"
_SPAN = re.compile(f"{_HOUR.pattern}{_TO}{_HOUR.pattern}")
_DAY = "(?:周|星期|礼拜)"
_DAYS = re.compile(f"{_DAY}([一二三四五六日天])(?:{_TO}{_DAY}?([一二三四五六日天]))?")
_WORDS = {
    "每天": "",
    "每日": "",
    "工作日": "Mo-Fr",
    "周末": "Sa-Su",
    "双休日": "Sa-Su",
    "平日": "Mo-Fr",
    "全周": "",
    "周内": "Mo-Fr",
}
_PM = frozenset({"下午", "傍晚", "晚上", "夜里", "晚"})
NOON = 12


def read_hours(cell: Cell) -> Read:
    """Hours as OSM writes them; a text that is not sure to mean one thing is kept as it is, with a remark."""
    if is_blank(cell):
        return NOTHING
    text = tidy(cell)
    if len(text) > LONGEST:
        return refused(
            "too_long", f"营业时间超过 {LONGEST} 字", f"the opening hours are longer than {LONGEST} characters"
        )
    if is_osm(text):
        return Read(text)
    found = _translated(key(cell))
    if found is not None and is_osm(found):
        return Read(found)
    return remarked(
        text,
        "hours_kept_as_text",
        f"营业时间“{text}”无法换算，按原文保留",
        f"the opening hours {text!r} could not be turned into times: kept as text",
    )


@lru_cache(maxsize=20_000)
def is_osm(text: str) -> bool:
    """Whether a text is a valid OSM `opening_hours` that says more than a comment."""
    if not text.isascii():
        return False
    try:
        OpeningHours(text)
    except Exception:  # noqa: BLE001 - the parser raises its own untyped errors
        return False
    return re.search(r"\d", text) is not None


def _translated(word: str) -> str | None:
    if all(part.strip("()") in ALWAYS for part in word.split("/")):
        return "24/7"
    parts = [part for part in re.split(r"[;,、/]|(?<=[\d点半])(?=(?:周|星期))", word) if part]
    rules: list[tuple[str, list[str]]] = []
    for part in parts:
        found = _rule(part)
        if found is None:
            return None
        days, spans = found
        if rules and not days:
            rules[-1][1].extend(spans)
        else:
            rules.append((days, spans))
    if not rules or (len(rules) > 1 and any(not days for days, _ in rules)):
        return None
    return "; ".join(f"{days} {','.join(spans)}".strip() for days, spans in rules)


def _rule(part: str) -> tuple[str, list[str]] | None:
    """Days (empty for every day) and spans of one part."""
    days, rest = _days(part)
    rest = re.sub("^[:(]+|[)]+$|^(?:营业时间|开放时间|营业|上午场)[:]?|(?:营业|开放)$", "", rest)
    if rest in {"休息", "闭馆", "不营业", "休", "关门"} and days:
        return days, ["off"]
    if rest in ALWAYS:
        return days, ["00:00-24:00"]
    spans = []
    while rest:
        found = _SPAN.match(rest)
        span = _span(found) if found else None
        if found is None or span is None:
            return None
        spans.append(span)
        rest = rest[found.end() :].lstrip("和及 &")
    return (days, spans) if spans else None


def _days(part: str) -> tuple[str, str]:
    for word, days in _WORDS.items():
        if part.startswith(word):
            return days, part[len(word) :]
    if not (found := _DAYS.match(part)):
        return "", part
    first, last = DAYS[found[1]], DAYS.get(found[2] or "")
    if (first, last) == ("Mo", "Su"):
        return "", part[found.end() :]
    return (f"{first}-{last}" if last else first), part[found.end() :]


def _span(found: re.Match[str]) -> str | None:
    groups = found.groups()
    start, end = _time(groups[:5], None), _time(groups[5:], groups[0])
    if start is None or end is None or start == end:
        return None
    if end < start and not groups[7]:  # 9-5: the afternoon, or the small hours?
        return None
    return f"{start}-{end}"


def _time(groups: tuple[str | None, ...], before: str | None) -> str | None:
    """`HH:MM` of a part of the day, hour and minutes; an hour of the afternoon may be said without a word."""
    word, hour_text, minutes, half, spoken = groups
    hour, minute = int(hour_text or 0), int(minutes or spoken or (30 if half == "半" else 0))
    if word is None and minutes is None and half is None and before is None:
        return None if hour > 24 or len(hour_text or "") == 0 else f"{hour:02}:{minute:02}"  # noqa: PLR2004 - hours of a day
    if word in _PM and hour < NOON:
        hour += NOON
    if hour > 24 or minute > 59 or (hour == 24 and minute):  # noqa: PLR2004 - a day
        return None
    return f"{hour:02}:{minute:02}"
