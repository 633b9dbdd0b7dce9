"""The fields of ledgers: what each is called, what may stand in it, and how a cell or a form's field is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.importers.clean.dates import Days, read_date
from app.importers.clean.plain import read_number, read_text
from app.importers.clean.read import NOTHING, Read, refused
from app.importers.clean.statuses import read_flag, read_status
from app.importers.clean.text import is_blank, key, tidy
from app.importers.clean.words import read_schemes
from app.importers.kinds import Column
from app.importers.record import Note
from app.ledgers.books import Books
from app.vocabulary import Term

Reader = Callable[[Any, Books], Read]
Choices = Callable[[Books], Sequence[Term]]
MOST = 10_000_000
FAR = date(2100, 1, 1)
COUNTED = "人次名份只"
"""What people write after a number of what is counted."""


def both(field: str, zh: str, en: str, aliases: tuple[str, ...] = (), *, required: bool = False) -> Column:
    """A column that a header may also call by both names in one cell, as the templates do."""
    return Column(field, zh, en, (*aliases, f"{zh}{en}"), required)


VENUE_COLUMNS = (
    both("external_id", "场所编号", "Venue number", ("编号", "网点编号", "商户编号", "external_id", "id")),
    both(
        "name_zh", "场所名称", "Venue name", ("名称", "场所", "商户名称", "网点名称", "商户", "网点", "name", "venue")
    ),
)


@dataclass(frozen=True)
class Field:
    """One field of a ledger.

    kind: how a form asks for it: text, long, number, day, month, choice, schemes, flag, venue.
    choices: what may be chosen, in order. imported: it comes in files only, no form asks for it.
    """

    name: str
    zh: str
    en: str
    reader: Reader
    kind: str = "text"
    required: bool = False
    aliases: tuple[str, ...] = ()
    choices: Choices | None = None
    example: str = ""
    hint_zh: str = ""
    hint_en: str = ""
    imported: bool = False

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of a file that hold it."""
        if self.kind == "venue":
            return VENUE_COLUMNS
        return (both(self.name, self.zh, self.en, (*self.aliases, self.name), required=self.required),)

    def cell(self, raw: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a cell
        """What a row of a file, or a form, says of it."""
        if self.kind != "venue":
            return raw.get(self.name)
        named = (raw.get(name) for name in (self.name, "external_id", "name_zh"))
        return next((cell for cell in named if not is_blank(cell)), None)

    def read(self, raw: Mapping[str, Any], books: Books) -> Read:
        """The value, with what is wrong with it; a required one that is missing is refused."""
        found = self.reader(self.cell(raw), books)
        if self.required and found.value is None and not found.notes:
            return refused("missing", f"请填写{self.zh}", f"{self.en}: is missing")
        return found


def text(longest: int) -> Reader:
    """A reader of text."""
    plain = read_text(longest)
    return lambda cell, _books: plain(cell)


def count(cell: Any, _books: Books) -> Read:  # noqa: ANN401 - a cell
    """A whole number from 0 on."""
    found = read_number(tidy(cell).rstrip(COUNTED) if isinstance(cell, str) else cell)
    if found.value is None:
        return found
    if found.value != int(found.value) or found.value > MOST:
        return refused(
            "not_whole", f"“{tidy(cell)}”应为 0 到 {MOST} 的整数", f"{tidy(cell)!r}: write a whole number up to {MOST}"
        )
    return Read(int(found.value))


def day(cell: Any, books: Books) -> Read:  # noqa: ANN401 - a cell
    """A day that has been."""
    return read_date(cell, Days(books.today))


def any_day(cell: Any, _books: Books) -> Read:  # noqa: ANN401 - a cell
    """A day, also one to come."""
    return read_date(cell, Days(FAR))


def month(cell: Any, books: Books) -> Read:  # noqa: ANN401 - a cell
    """A month, as its first day."""
    found = read_date(cell, Days(date.max))
    if found.value is None:
        return found
    first = found.value.replace(day=1)
    if first > books.today:
        return refused(
            "date_future",
            f"{first:%Y-%m} 在本月之后；请改为实际月份",
            f"{first:%Y-%m} is after this month: give the month when it was",
        )
    return Read(first, tuple(n for n in found.notes if n.code != "date_month"))


def flag(cell: Any, _books: Books) -> Read:  # noqa: ANN401 - a cell
    """Yes or no."""
    return read_flag(cell)


def schemes(cell: Any, _books: Books) -> Read:  # noqa: ANN401 - a cell
    """Card schemes."""
    found = read_schemes(cell)
    return Read(list(found.value), found.notes) if found.value else found


def status(cell: Any, _books: Books) -> Read:  # noqa: ANN401 - a cell
    """What was found of a capability: a status, and what it says of aspects."""
    found = read_status(cell)
    if found.value is None:
        return found
    said = {"": found.value.status} if found.value.status else {}
    return Read({**said, **found.value.aspects}, found.notes)


def chosen(terms: Choices) -> Reader:
    """A reader of one of the terms, by key or by name in either language."""

    def read(cell: Any, books: Books) -> Read:  # noqa: ANN401 - a cell
        if is_blank(cell):
            return NOTHING
        known = terms(books)
        word = key(cell)
        for term in known:
            if word in {key(term.key), key(term.zh), key(term.en)}:
                return Read(term.key)
        zh, en = "、".join(t.zh for t in known[:SHOWN]), ", ".join(t.en for t in known[:SHOWN])
        return refused(
            "choice", f"“{tidy(cell)}”不在可选范围；可填：{zh}", f"{tidy(cell)!r} is no choice; write one of {en}"
        )

    return read


SHOWN = 30
"""How many choices a sentence lists."""


def unit(*, banks: bool) -> Reader:
    """A reader of institutions; an empty cell means the writer's own."""

    def read(cell: Any, books: Books) -> Read:  # noqa: ANN401 - a cell
        if is_blank(cell):
            own = books.actor.institution
            return Read(own) if own in {i.code for i in books.units(banks=banks)} else NOTHING
        found = books.institution(cell)
        if found is None or (banks and found.kind != "bank"):
            what_zh, what_en = ("银行", "bank") if banks else ("单位", "institution")
            return refused(
                "institution_unknown",
                f"“{tidy(cell)}”不是登记在册的{what_zh}；请写全称或代码",
                f"{tidy(cell)!r} is no {what_en} of this register: write its full name or code",
            )
        return Read(found.code)

    return read


def units(*, banks: bool) -> Choices:
    """The institutions that may be chosen."""
    return lambda books: [Term(i.code, i.name_zh, i.name_en or i.name_zh) for i in books.units(banks=banks)]


def key_lists(books: Books) -> Sequence[Term]:
    """The key lists of the register."""
    return [Term(k.code, k.title_zh, k.title_en) for k in books.lists.values()]


def venue(cell: Any, books: Books) -> Read:  # noqa: ANN401 - a cell
    """A venue by its id, its number or its name, as its id."""
    if is_blank(cell):
        return NOTHING
    found = books.venues(cell)
    if len(found) == 1:
        return Read(found[0].id)
    shown = tidy(cell)
    if not found:
        return refused(
            "venue_unknown",
            f"登记册中没有“{shown}”；请核对编号或名称",
            f"there is no venue {shown!r}: check its number or name",
        )
    where = "、".join(f"{v.name_zh}（{v.address_zh or v.region}，{v.external_id or v.id}）" for v in found[:5])
    return refused(
        "venue_several",
        f"有 {len(found)} 处场所叫“{shown}”：{where}；请填编号",
        f"{len(found)} venues are called {shown!r}: {where}: write the number",
    )


def terms(known: Sequence[Term]) -> Choices:
    """Choices that are the same everywhere."""
    return lambda _books: known


def notes_of(found: Read) -> tuple[Note, ...]:
    """What is to be said of a value."""
    return found.notes
