"""Query parameters, each refused by name where it is unknown, given twice or malformed."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.errors import BadParameter

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Query:
    """The raw parameters of a request, each name at most once."""

    values: Mapping[str, str]

    @classmethod
    def of(cls, pairs: Collection[tuple[str, str]], allowed: Collection[str]) -> "Query":
        """The parameters, refused where one is unknown or given twice."""
        values: dict[str, str] = {}
        for name, value in pairs:
            if name not in allowed:
                raise BadParameter(name, f"unknown; this address knows {', '.join(sorted(allowed))}")
            if name in values:
                raise BadParameter(name, "given twice; use commas for more than one value")
            values[name] = value
        return cls(values)

    def words(self, name: str, known: Collection[str]) -> frozenset[str]:
        """A comma-separated list of known words."""
        found = frozenset(w.strip() for w in self.values.get(name, "").split(",") if w.strip())
        for word in sorted(found - set(known)):
            raise BadParameter(name, f"{word!r} is not known; allowed: {', '.join(sorted(known))}")
        if name in self.values and not found:
            raise BadParameter(name, "is empty; leave it out or name a value")
        return found

    def number(self, name: str, low: float, high: float, usual: float | None = None) -> float:
        """A finite number in a range."""
        raw = self.values.get(name)
        if raw is None:
            if usual is None:
                raise BadParameter(name, "is missing")
            return usual
        try:
            value = float(raw)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            raise BadParameter(name, f"{raw!r} is not a number from {low:g} to {high:g}")
        return value

    def whole(self, name: str, low: int, high: int, usual: int) -> int:
        """A whole number in a range."""
        value = self.number(name, low, high, usual)
        if value != int(value):
            raise BadParameter(name, f"{self.values[name]!r} is not a whole number from {low} to {high}")
        return int(value)

    def language(self) -> str:
        """The language of `name`: Chinese unless another is asked for."""
        return next(iter(sorted(self.words("lang", LANGUAGES))), "zh")

    def one_of(self, name: str, known: Collection[str], usual: str) -> str:
        """Exactly one known word."""
        found = self.words(name, known)
        if len(found) > 1:
            raise BadParameter(name, "only one at a time")
        return next(iter(found), usual)

    def day(self, name: str, latest: date) -> date | None:
        """A day up to `latest`, written 2026-11-23."""
        raw = self.values.get(name)
        if raw is None:
            return None
        try:
            found = date.fromisoformat(raw)
        except ValueError:
            raise BadParameter(name, f"{raw!r} is not a day such as 2026-11-23") from None
        if found > latest:
            raise BadParameter(name, f"{raw} is in the future; today is {latest}")
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
        raise BadParameter(name, f"{raw!r} is not a time such as 2026-11-23T14:00:00+08:00") from None
    return found if found.tzinfo else found.replace(tzinfo=zone)
