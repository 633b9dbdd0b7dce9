"""A ledger: its fields, the table that holds its rows, what names a row, and whose a row is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.actor import Actor
from app.console.reach import own_venues
from app.importers.kinds import Column
from app.importers.record import Note
from app.ledgers.books import Books
from app.ledgers.fields import Field
from app.permissions import TABLE, Action, Reach, Role, Subject, may
from app.policy import Policy
from app.register.places import subject_of
from app.tables import Venue

Values = dict[str, Any]
After = Callable[[Session, Sequence[Any], Actor, int | None], None]
Undone = Callable[[Session, int, Actor], None]
VENUE, FACTS, SCHEMES, FOUND = "venue", "facts", "schemes", "found"
STATUS = "status"
"""The kind of field that says what was found of a capability; the table keeps those in `result`."""
_DAYS = ("day", "month")


@dataclass(frozen=True)
class Ledger:
    """One ledger.

    unit: the field whose institution a row belongs to, or None where it belongs to its venue.
    identity: the fields that name a row: a second row with the same is the same row.
    at_venue: new rows belong to their venue all the same; those that are there, to the unit too.
    facts: the fields that the table keeps in its column `facts`.
    summed: the fields whose sum a page shows.
    after: called with the rows that were written, in the same transaction; undone: when an import is taken back.
    closed: whether a row is over and stays as it is.
    """

    key: str
    zh: str
    en: str
    table: type[Any]
    action: Action
    fields: tuple[Field, ...]
    identity: tuple[str, ...]
    unit: str | None = None
    at_venue: bool = False
    facts: tuple[str, ...] = ()
    summed: tuple[str, ...] = ()
    order: str = "id"
    after: After | None = None
    undone: Undone | None = None
    closed: Callable[[Any], bool] = lambda _row: False

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of its files."""
        return tuple(column for field in self.fields for column in field.columns)

    @property
    def asked(self) -> tuple[Field, ...]:
        """The fields of its form."""
        return tuple(field for field in self.fields if not field.imported)

    def column(self, name: str) -> InstrumentedAttribute[Any]:
        """The column of the table that holds a field."""
        found: InstrumentedAttribute[Any] = getattr(self.table, "venue_id" if name == VENUE else name)
        return found

    def subject(self, values: Mapping[str, Any], books: Books) -> Subject:
        """Whose a new row is."""
        if self.unit is not None and not self.at_venue:
            return unit_subject(values.get(self.unit), books)
        return subject_of(books.session.get_one(Venue, values[VENUE]), books.policy)

    def visible(self, actor: Actor, policy: Policy) -> ColumnElement[bool]:
        """The rows that the actor may see: those of its own unit, and of its own venues."""
        venues = own_venues(actor, Action.SEE_PRIVATE, policy)
        own: list[ColumnElement[bool]] = []
        if hasattr(self.table, "venue_id"):
            own.append(self.table.venue_id.in_(select(Venue.id).where(venues)))
        if self.unit is not None:
            column = self.column(self.unit)
            everything = actor.role in set(Role) and TABLE[Action.SEE_PRIVATE].get(Role(actor.role)) == Reach.ANY
            mine = [code for code in (actor.institution, actor.region) if code]
            own.append(column.is_not(None) if everything else column.in_(mine))
        return or_(*own)

    def sees(self, row: Any, actor: Actor, policy: Policy, session: Session) -> bool:  # noqa: ANN401 - a row of any ledger
        """Whether the actor may see a row."""
        visible = select(self.table.id).where(self.table.id == row.id, self.visible(actor, policy))
        return session.scalar(visible) is not None

    def writable(self, values: Mapping[str, Any], books: Books, row: Any = None) -> bool:  # noqa: ANN401 - a row of any ledger
        """Whether the books' actor may write a row with these values, in the place of this one."""
        if may(books.actor, self.action, self.subject(values, books)):
            return True
        asked = self.at_venue and self.unit is not None and row is not None
        return asked and may(books.actor, self.action, unit_subject(getattr(row, self.unit or ""), books))


def unit_subject(code: str | None, books: Books) -> Subject:
    """What belongs to an institution, be it a bank, a department or a county's government."""
    named = books.institutions[code].name_zh if code and code in books.institutions else ""
    return Subject(named, institution=code, lead=code, region=code)


def read_row(ledger: Ledger, raw: Mapping[str, Any], books: Books) -> tuple[Values, list[tuple[Field, Note]]]:
    """The values of a row, and what is to be said of its fields."""
    values: Values = {}
    notes = []
    for field in ledger.fields:
        found = field.read(raw, books)
        if found.value is not None:
            values[field.name] = found.value
        notes += [(field, note) for note in found.notes]
    return values, notes


def fill(ledger: Ledger, row: Any, values: Mapping[str, Any]) -> None:  # noqa: ANN401 - a row of any ledger
    """Set the columns of a row to what these values say; what no value says becomes None."""
    facts: Values = {}
    found: list[list[str]] = []
    for field in ledger.fields:
        value = values.get(field.name)
        if field.kind == STATUS:
            found += [[field.name, aspect, status] for aspect, status in (value or {}).items()]
        elif field.name in ledger.facts:
            facts |= {} if value is None else {field.name: value}
        elif field.name == SCHEMES:
            row.schemes = {SCHEMES: value or []}
        else:
            setattr(row, "venue_id" if field.name == VENUE else field.name, value)
    if ledger.facts:
        row.facts = facts
    if any(field.kind == STATUS for field in ledger.fields):
        row.result = {**(row.result or {}), FOUND: found}


def of_row(ledger: Ledger, row: Any) -> Values:  # noqa: ANN401 - a row of any ledger
    """The values that a row of the table holds."""
    made: Values = {}
    for field in ledger.fields:
        value = _held(ledger, field, row)
        if value not in (None, "", {}, []):
            made[field.name] = value
    return made


def _held(ledger: Ledger, field: Field, row: Any) -> Any:  # noqa: ANN401 - a row of any ledger
    if field.kind == STATUS:
        found = row.result.get(FOUND, ())
        return {aspect: status for capability, aspect, status in found if capability == field.name}
    if field.name in ledger.facts:
        return row.facts.get(field.name)
    if field.name == SCHEMES:
        return row.schemes.get(SCHEMES)
    return getattr(row, "venue_id" if field.name == VENUE else field.name)


def packed(values: Mapping[str, Any]) -> Values:
    """Values as JSON can hold them."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def unpacked(ledger: Ledger, said: Mapping[str, Any]) -> Values:
    """The values that JSON holds."""
    kinds = {field.name: field.kind for field in ledger.fields}
    return {n: date.fromisoformat(v) if kinds.get(n) in _DAYS and v else v for n, v in said.items()}


def identity(ledger: Ledger, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """What names the row of these values."""
    return tuple(values.get(name) for name in ledger.identity)
