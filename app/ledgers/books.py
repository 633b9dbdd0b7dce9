"""What the cells of a ledger are looked up in: institutions, venues, the day."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.actor import Actor
from app.importers.clean.text import key, tidy
from app.policy import Policy, read_policy
from app.settings import Settings
from app.tables import Institution, KeyList, Venue

CHUNK = 2_000
BANK = "bank"


@dataclass
class Books:
    """The words of one register that a cell may hold; venues are fetched for many cells at once (`prepare`)."""

    session: Session
    actor: Actor
    policy: Policy
    today: date
    institutions: Mapping[str, Institution]
    lists: Mapping[str, KeyList]
    _codes: Mapping[str, str] = field(default_factory=dict)
    _venues: dict[str, list[Venue]] = field(default_factory=dict)

    def institution(self, cell: Any) -> Institution | None:  # noqa: ANN401 - a cell
        """The institution of a code or a name in either language."""
        code = self._codes.get(key(cell))
        return None if code is None else self.institutions[code]

    def key_list(self, cell: Any) -> KeyList | None:  # noqa: ANN401 - a cell
        """The list of a code or a title in either language."""
        word = key(cell)
        return next((k for k in self.lists.values() if word in {key(k.code), key(k.title_zh), key(k.title_en)}), None)

    def units(self, *, banks: bool) -> list[Institution]:
        """The institutions that may be chosen: banks, or every one."""
        return [i for i in self.institutions.values() if not banks or i.kind == BANK]

    def prepare(self, texts: Iterable[str]) -> None:
        """Fetch the venues that these texts name."""
        wanted = sorted({text for text in texts if text} - self._venues.keys())
        for start in range(0, len(wanted), CHUNK):
            part = wanted[start : start + CHUNK]
            self._venues |= {text: [] for text in part}
            part_of, folded = set(part), dict[str, list[str]]()
            for text in part:
                folded.setdefault(text.casefold(), []).append(text)
            for venue in self.session.scalars(select(Venue).where(Venue.deleted_at.is_(None), _named(part))):
                for name in {venue.id, venue.external_id, venue.name_zh}:
                    if name in part_of:
                        self._venues[name].append(venue)
                for text in folded.get((venue.name_en or "").casefold(), ()):
                    if text != venue.name_zh:
                        self._venues[text].append(venue)

    def venues(self, cell: Any) -> list[Venue]:  # noqa: ANN401 - a cell
        """The venues of an id, a number or a name; one's own first choice where a number is used by several."""
        text = tidy(cell)
        self.prepare([text])
        found = self._venues[text] if text else []
        own = [v for v in found if self.actor.institution and v.institution == self.actor.institution]
        return own if len(own) == 1 else found


def books(session: Session, actor: Actor, settings: Settings) -> Books:
    """The books of this register, for whoever writes."""
    units = {i.code: i for i in session.scalars(select(Institution).order_by(Institution.kind, Institution.code))}
    lists = {k.code: k for k in session.scalars(select(KeyList).order_by(KeyList.code))}
    today = datetime.now(ZoneInfo(settings.timezone)).date()
    made = Books(session, actor, read_policy(settings), today, units, lists)
    made._codes = _by_name(units.values())  # noqa: SLF001 - its own module
    return made


def _by_name(units: Collection[Institution]) -> dict[str, str]:
    """Codes by every name; a name that several have is nobody's."""
    found: dict[str, set[str]] = {}
    for unit in units:
        for name in {unit.code, unit.name_zh, unit.name_en} - {""}:
            found.setdefault(key(name), set()).add(unit.code)
    return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}


def _named(texts: list[str]) -> ColumnElement[bool]:
    folded = [text.casefold() for text in texts]
    return or_(
        Venue.id.in_(texts),
        Venue.external_id.in_(texts),
        Venue.name_zh.in_(texts),
        func.lower(Venue.name_en).in_(folded),
    )
