"""Query parameters, each refused by name where it is unknown, given twice, empty or malformed."""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from app.errors import BadParameter

LANGUAGES = ("zh", "en")
SHOWN = 60
"""How much of a wrong value is said back."""
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""The moments that can be asked about; farther ones leave what calendars and zones can reckon with."""
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True)
class Query:
    """The raw parameters of a request, each name at most once."""

    values: Mapping[str, str]

    @classmethod
    def of(cls, pairs: Collection[tuple[str, str]], allowed: Collection[str]) -> "Query":
        """The parameters, refused where one is unknown, given twice or empty."""
        values: dict[str, str] = {}
        for name, value in pairs:
            if name not in allowed:
                told = f"this address knows {', '.join(sorted(allowed))}" if allowed else "this address takes none"
                raise BadParameter(name[:SHOWN], f"unknown; {told}")
            if name in values:
                raise BadParameter(name, "given twice; use commas for more than one value")
            if not value.strip():
                raise BadParameter(name, "is empty; leave it out or name a value")
            values[name] = value
        return cls(values)

    def words(self, name: str, known: Collection[str]) -> frozenset[str]:
        """A comma-separated list of known words."""
        if (raw := self.values.get(name)) is None:
            return frozenset()
        found = frozenset(w.strip() for w in raw.split(",") if w.strip())
        for word in sorted(found - set(known)):
            raise BadParameter(name, f"{shown(word)} is not known; allowed: {', '.join(sorted(known))}")
        if not found:
            raise BadParameter(name, "is empty; leave it out or name a value")
        return found

    def number(self, name: str, low: float, high: float, usual: float | None = None) -> float:
        """A finite number in a range."""
        raw = self.values.get(name)
        if raw is None:
            if usual is None:
                raise BadParameter(name, "is missing")
            return usual
        value = decimal(raw)
        if not low <= value <= high:
            raise BadParameter(name, f"{shown(raw)} is not a number from {low:g} to {high:g}")
        return value

    def whole(self, name: str, low: int, high: int, usual: int) -> int:
        """A whole number in a range."""
        value = self.number(name, low, high, usual)
        if value != int(value):
            raise BadParameter(name, f"{shown(self.values[name])} is not a whole number from {low} to {high}")
        return int(value)

    def language(self) -> str:
        """The language of `name`: Chinese unless another is asked for."""
        return self.one_of("lang", LANGUAGES, "zh")

    def one_of(self, name: str, known: Collection[str], usual: str) -> str:
        """Exactly one known word."""
        found = self.words(name, known)
        if len(found) > 1:
            raise BadParameter(name, "only one at a time")
        return next(iter(found), usual)

    def day(self, name: str, latest: date) -> date | None:
        """A day from 1970 up to `latest`, written 2026-11-23."""
        raw = self.values.get(name)
        if raw is None:
            return None
        try:
            found = date.fromisoformat(raw if _DAY.fullmatch(raw) else "")
        except ValueError:
            raise BadParameter(name, f"{shown(raw)} is not a day such as 2026-11-23") from None
        if found > latest:
            raise BadParameter(name, f"{raw} is in the future; today is {latest}")
        if found < EARLIEST.date():
            raise BadParameter(name, f"{raw} is before {EARLIEST:%Y-%m-%d}")
        return found


def moment(query: Query, name: str, zone: ZoneInfo, now: datetime | None = None) -> datetime | None:
    """A time with its zone (`zone` where none is written); the word `now` where there is one."""
    raw = query.values.get(name)
    if raw is None:
        return None
    if raw == "now" and now is not None:
        return now
    try:
        found = datetime.fromisoformat(raw.replace(" ", "+"))
    except ValueError:
        raise BadParameter(name, f"{shown(raw)} is not a time such as 2026-11-23T14:00:00+08:00") from None
    found = found if found.tzinfo else found.replace(tzinfo=zone)
    if not EARLIEST <= found < LATEST:
        raise BadParameter(name, f"{shown(raw)} is not between {EARLIEST:%Y} and {LATEST:%Y}")
    return found


def decimal(text: str) -> float:
    """A number written in plain digits; NaN where it is none (Python alone would take `1_000` and `１`)."""
    plain = text.strip(" ")
    return float(plain) if _NUMBER.fullmatch(plain) else math.nan


def shown(value: str) -> str:
    """A wrong value as it is said back: quoted, and not longer than a reader needs."""
    return repr(value if len(value) <= SHOWN else f"{value[:SHOWN]}…")
