"""Whether a place is open at a moment, by OSM opening hours and China's own calendar.

The `PH` of opening-hours libraries does not know China's adjusted workdays (调休), so the calendar is laid
over them here: an adjusted workday follows Monday's rule. What a place does on a public holiday is not
told from its weekly hours, unless it never closes.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar  # type: ignore[import-untyped]  # the package ships no types
from opening_hours import OpeningHours

SATURDAY = 5


@lru_cache(maxsize=20_000)
def _parsed(text: str) -> OpeningHours | None:
    try:
        return OpeningHours(text)
    except Exception:  # noqa: BLE001 - the parser raises its own untyped errors; the raw text is kept for people
        return None


def is_open(text: str, at: datetime, zone: ZoneInfo) -> bool | None:
    """Whether these hours are open at a moment; None where the text or the day does not let anybody say.

    A public holiday is None for all but `24/7`. Years that the State Council has not announced yet are
    judged by the weekday alone.
    """
    hours = _parsed(text)
    if hours is None:
        return None
    local = at.astimezone(zone).replace(tzinfo=None)
    try:
        holiday = chinese_calendar.get_holiday_detail(local.date())[1] is not None
        works = chinese_calendar.is_workday(local.date())
    except NotImplementedError:  # beyond the years that the State Council has announced
        return bool(hours.is_open(local))
    if works and local.weekday() >= SATURDAY:
        monday = local - timedelta(days=local.weekday())
        return bool(hours.is_open(monday))
    if holiday and not works:
        return None if "24/7" not in text else True
    return bool(hours.is_open(local))
