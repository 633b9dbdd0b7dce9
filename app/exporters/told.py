"""What a file is about, and the words that a sheet for people has in place of the register's own."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.exporters.chosen import Chosen
from app.exporters.columns import Column, Kind, columns
from app.exporters.rows import Batch
from app.tables import Region, Register
from app.vocabulary import CATEGORIES

STATUS_IN_LEDGERS = {"yes": "是", "no": "否", "limited": "部分", "unknown": "未知"}
Read = Callable[[Any], Any]


@dataclass(frozen=True)
class About:
    """What the file says of itself, and in which language its headings are.

    Args:
        lang: `zh` or `en`.
        city: its Chinese and its English name.
        version: the moment of the register.
        simulated: whether nothing in it is about a real place.
        regions: the name of each region in this language, by adcode, where a name says which one it is.
    """

    lang: str
    city: tuple[str, str]
    version: str
    simulated: bool
    regions: Mapping[str, str]

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns, in order."""
        return columns(simulated=self.simulated)

    @property
    def headings(self) -> list[str]:
        """The heading of each column."""
        return [column.heading(self.lang) for column in self.columns]

    @property
    def title(self) -> str:
        """One line about the file; of a sandbox, what it is worth."""
        zh, en = self.city
        name = f"{zh} 支付场所" if self.lang == "zh" else f"Payment venues of {en}"
        warning = "（模拟数据，不涉及任何真实场所）" if self.lang == "zh" else " (SIMULATED: no real place)"
        return f"{name} {self.version}{warning if self.simulated else ''}"

    @property
    def name(self) -> str:
        """The file's name without its ending: city, date, version, and whether it is simulated."""
        letters = "".join(c for c in self.city[1].lower() if c.isascii() and c.isalnum())
        return f"paymap-{letters or 'venues'}-{self.version}{'-simulated' if self.simulated else ''}"

    def in_words(self, batch: Batch) -> list[list[Any]]:
        """The columns of a batch as people read them: texts, numbers and days."""
        return [_read(batch.columns[c.field], _reader(c, self)) for c in self.columns]


def about(chosen: Chosen, lang: str) -> About:
    """What a file of the chosen venues is about."""
    register = chosen.session.get_one(Register, 1)
    city = chosen.session.get(Region, register.city)
    names = (city.name_zh, city.name_en or city.name_zh) if city is not None else (register.city, register.city)
    return About(lang, names, chosen.version, register.simulated, _names(chosen.session, lang))


def json_text(value: Any) -> str:  # noqa: ANN401 - whatever details hold
    """Details as text, the same each time."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _names(session: Session, lang: str) -> dict[str, str]:
    """The names that no two regions share; the others are better told by adcode."""
    named = dict(session.execute(select(Region.adcode, Region.name_zh if lang == "zh" else Region.name_en)).all())
    often = Counter(named.values())
    return {adcode: name for adcode, name in named.items() if name.strip() and often[name] == 1}


def _reader(column: Column, about: About) -> Read | None:
    """How a value of a column becomes what people read; None where it is that already."""
    if column.kind is Kind.JSON:
        return json_text
    if column.kind is Kind.REGION:
        return lambda adcode: about.regions.get(adcode, adcode)
    if column.kind is Kind.STATUS and about.lang == "zh":
        return STATUS_IN_LEDGERS.__getitem__
    if column.kind is Kind.CATEGORY and about.lang == "zh":
        return lambda category: CATEGORIES[category].zh
    return None


def _read(values: Sequence[Any], read: Read | None) -> list[Any]:
    return list(values) if read is None else [None if value is None else read(value) for value in values]
