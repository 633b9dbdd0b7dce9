"""The rows of a ledger that somebody may see: filtered, in order, one page of them, and their sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.ledgers.books import Books
from app.ledgers.fields import Field
from app.ledgers.ledger import FACTS, VENUE, Ledger, Values, of_row
from app.policy import Policy
from app.tables import ChangePackCount, Institution, Venue
from app.vocabulary import RECIPIENTS

PER_PAGE = 50
DAYS = ("day", "month")
WORDS, SINCE, UNTIL = "q", "since", "until"
BUSINESS = RECIPIENTS[0].key


@dataclass(frozen=True, slots=True)
class Shown:
    """A row with its values and the venue that it is about."""

    row: Any
    values: Values
    venue: Venue | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the rows, how many there are in all, and the sums over all of them."""

    rows: Sequence[Shown]
    total: int
    sums: Mapping[str, int]
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PER_PAGE))


def filtered(ledger: Ledger) -> list[Field]:
    """The fields that a choice filters by."""
    return [f for f in ledger.fields if f.kind == "choice" and f.name not in ledger.facts]


def dated(ledger: Ledger) -> Field | None:
    """The day or month that a ledger goes by."""
    return next((f for f in ledger.fields if f.kind in DAYS), None)


def listing(ledger: Ledger, query: Mapping[str, str], books: Books, policy: Policy) -> Listing:
    """The rows that the query asks for, of those that the books' actor may see, the latest first."""
    session = books.session
    where = [ledger.visible(books.actor, policy), *_conditions(ledger, query)]
    total = session.scalar(select(func.count()).select_from(ledger.table).where(*where)) or 0
    page = min(_page(query.get("page", "")), max(1, -(-total // PER_PAGE)))
    order = (ledger.column(ledger.order).desc(), ledger.table.id.desc())
    chosen = select(ledger.table).where(*where).order_by(*order).offset((page - 1) * PER_PAGE).limit(PER_PAGE)
    rows = list(session.scalars(chosen))
    venues = _venues(session, rows)
    shown = [Shown(row, of_row(ledger, row), venues.get(getattr(row, "venue_id", ""))) for row in rows]
    sums = {name: _sum(ledger, name, where, session) for name in ledger.summed}
    return Listing(shown, total, sums, page)


def packs_since(session: Session, start: date, *, recipient: str = BUSINESS) -> int:
    """How many change packs commercial banks have issued to a kind of recipient since a day: target T4's figure.

    A month counts from its first day on, so the one in which the counting starts counts as a whole.
    """
    banks = Institution.bank_class.is_not(None), ~Institution.bank_class.like("policy%")
    query = (
        select(func.coalesce(func.sum(ChangePackCount.packs), 0))
        .join(Institution, Institution.code == ChangePackCount.institution)
        .where(ChangePackCount.month >= start.replace(day=1), ChangePackCount.recipient_kind == recipient, *banks)
    )
    return int(session.scalar(query) or 0)


def _conditions(ledger: Ledger, query: Mapping[str, str]) -> list[ColumnElement[bool]]:
    made: list[ColumnElement[bool]] = [
        ledger.column(f.name) == query[f.name] for f in filtered(ledger) if query.get(f.name)
    ]
    day = dated(ledger)
    for name, sign in ((SINCE, 1), (UNTIL, -1)):
        bound = _day(query.get(name, ""), last=sign < 0)
        if day is not None and bound is not None:
            made.append(ledger.column(day.name) >= bound if sign > 0 else ledger.column(day.name) <= bound)
    if query.get(WORDS):
        made.append(_named(ledger, query[WORDS]))
    return made


def _named(ledger: Ledger, words: str) -> ColumnElement[bool]:
    """The rows whose venue, or whose own text, holds these words."""
    found: list[ColumnElement[bool]] = [
        ledger.column(f.name).contains(words, autoescape=True)
        for f in ledger.fields
        if f.kind in {"text", "long"} and f.name not in ledger.facts and not f.imported
    ]
    if any(f.name == VENUE for f in ledger.fields):
        venues = select(Venue.id).where(
            or_(
                Venue.name_zh.contains(words, autoescape=True),
                Venue.name_en.icontains(words, autoescape=True),
                Venue.external_id == words,
                Venue.id == words,
            )
        )
        found.append(ledger.table.venue_id.in_(venues))
    return or_(*found)


def _sum(ledger: Ledger, name: str, where: list[ColumnElement[bool]], session: Session) -> int:
    if name in ledger.facts:
        facts = session.scalars(select(getattr(ledger.table, FACTS)).where(*where))
        return sum(int(said.get(name) or 0) for said in facts)
    return int(session.scalar(select(func.coalesce(func.sum(ledger.column(name)), 0)).where(*where)) or 0)


def _venues(session: Session, rows: Sequence[Any]) -> dict[str, Venue]:
    wanted = {row.venue_id for row in rows if hasattr(row, "venue_id")}
    if not wanted:
        return {}
    return {venue.id: venue for venue in session.scalars(select(Venue).where(Venue.id.in_(wanted)))}


def _day(text: str, *, last: bool) -> date | None:
    """A day, or a month as its first or last one; None where the text is neither."""
    for form in (text, f"{text}-28" if last else f"{text}-01"):
        try:
            return date.fromisoformat(form)
        except ValueError:
            continue
    return None


def _page(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 10 else 1  # noqa: PLR2004 - digits enough
