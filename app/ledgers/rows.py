"""Writing rows of a ledger: each change and removal leaves in the trail what stood there, since when and by whom."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.trail import note
from app.actor import Actor
from app.errors import BadFields, Fault, NotFound, Overtaken
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.ledgers.books import Books
from app.ledgers.ledger import Ledger, Values, fill, identity, of_row, packed, read_row
from app.permissions import require
from app.register.changes import mark
from app.tables import AuditLine
from app.tables.base import now

REPLACED, REMOVED = "replaced", "removed"
CHUNK = 2_000
NO_REASON = N_("say why; the reason stays in the history")
THERE_ALREADY = N_("there is a row for this already: change that one")
LONGEST_REASON = 400


class Unread(BadFields):
    """Fields of a form that could not be read; each sentence is there in both languages."""

    def __init__(self, said: Mapping[str, tuple[str, str]]) -> None:
        super().__init__({name: Fault(en.replace("%", "%%")) for name, (_, en) in said.items()})
        self.said = said


def understood(ledger: Ledger, raw: Mapping[str, Any], books: Books) -> Values:
    """The values of a form.

    Raises:
        Unread: naming each field. NotAllowed: the row would not be the actor's.
    """
    values, notes = read_row(ledger, raw, books)
    wrong = {field.name: (note.zh, note.en) for field, note in reversed(notes) if note.refuses}
    if wrong:
        raise Unread(wrong)
    require(books.actor, ledger.action, ledger.subject(values, books))
    return values


def add(ledger: Ledger, raw: Mapping[str, Any], books: Books) -> int:
    """The id of the row that a form adds; the caller commits.

    Raises:
        Unread, NotAllowed: as `understood`. BadFields: there is such a row already.
    """
    values = understood(ledger, raw, books)
    mark(books.session, books.actor, [])  # two forms that come at once do not both find nothing
    if there(ledger, [values], books.session):
        raise BadFields({ledger.identity[-1]: Fault(THERE_ALREADY)})
    (row,) = write(ledger, [values], books.session, books.actor, None)
    made: int = row.id
    return made


def change(ledger: Ledger, row_id: int, raw: Mapping[str, Any], seen: str, books: Books) -> None:
    """Set a row to what a form says; the caller commits.

    Raises:
        NotFound, Unread, NotAllowed: as `understood`. Overtaken: it is not as it was seen any more.
        BadFields: another row is there for the same already.
    """
    session = books.session
    row = one(ledger, row_id, session)
    require(books.actor, ledger.action, ledger.subject(of_row(ledger, row), books))
    before = of_row(ledger, row)
    values = {
        **{f.name: before[f.name] for f in ledger.fields if f.imported and f.name in before},
        **understood(ledger, raw, books),
    }
    mark(session, books.actor, [])
    session.refresh(row)
    if seen_as(row) != seen:
        raise Overtaken(f"{row.recorded_by} has changed this row since it was read; nothing was written")
    if values == of_row(ledger, row):
        return
    other = there(ledger, [values], session).get(identity(ledger, values))
    if other is not None and other.id != row.id:
        raise BadFields({ledger.identity[-1]: Fault(THERE_ALREADY)})
    replace(ledger, row, values, session, books.actor, None)


def remove(ledger: Ledger, row_id: int, reason: str, seen: str, books: Books) -> None:
    """Take a row out, leaving in the trail what it was and why; the caller commits.

    Raises:
        NotFound, NotAllowed, Overtaken, BadFields: no reason.
    """
    session = books.session
    row = one(ledger, row_id, session)
    require(books.actor, ledger.action, ledger.subject(of_row(ledger, row), books))
    if not reason.strip():
        raise BadFields({"reason": Fault(NO_REASON)})
    mark(session, books.actor, [])
    session.refresh(row)
    if seen_as(row) != seen:
        raise Overtaken(f"{row.recorded_by} has changed this row since it was read; nothing was written")
    note(
        session,
        books.actor,
        ledger.action,
        REMOVED,
        named(ledger, row.id),
        before=remembered(ledger, row),
        reason=reason[:LONGEST_REASON],
    )
    session.delete(row)
    followed(ledger, [row], session, books.actor, None)


def write(ledger: Ledger, rows: Sequence[Values], session: Session, actor: Actor, import_id: int | None) -> list[Any]:
    """The new rows of these values; the caller commits."""
    made = [_filled(ledger, ledger.table(), values, actor, import_id) for values in rows]
    session.add_all(made)
    session.flush()
    followed(ledger, made, session, actor, import_id)
    return made


def replace(
    ledger: Ledger,
    row: Any,  # noqa: ANN401 - a row of any ledger
    values: Values,
    session: Session,
    actor: Actor,
    import_id: int | None,
) -> None:
    """Set a row to other values, leaving in the trail what stood there."""
    before = remembered(ledger, row)
    _filled(ledger, row, values, actor, import_id)
    note(
        session,
        actor,
        ledger.action,
        REPLACED,
        named(ledger, row.id),
        before=before,
        after=packed(values),
        import_id=import_id,
    )
    session.flush()
    followed(ledger, [row], session, actor, import_id)


def followed(ledger: Ledger, rows: Sequence[Any], session: Session, actor: Actor, import_id: int | None) -> None:
    """What a ledger does beside after its rows were written."""
    if ledger.after is not None and rows:
        ledger.after(session, rows, actor, import_id)


def there(ledger: Ledger, wanted: Sequence[Values], session: Session) -> dict[tuple[Any, ...], Any]:
    """The rows of the table that have the identity of any of these values."""
    first = ledger.identity[0]
    keys = sorted({values[first] for values in wanted})
    found: dict[tuple[Any, ...], Any] = {}
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        for row in session.scalars(
            select(ledger.table).where(ledger.column(first).in_(part)).order_by(ledger.table.id)
        ):
            found.setdefault(identity(ledger, of_row(ledger, row)), row)
    names = {identity(ledger, values) for values in wanted}
    return {name: row for name, row in found.items() if name in names}


def one(ledger: Ledger, row_id: int, session: Session) -> Any:  # noqa: ANN401 - a row of any ledger
    """A row by its id.

    Raises:
        NotFound: there is none.
    """
    row = session.get(ledger.table, row_id)
    if row is None:
        msg = f"there is no row {row_id} in this ledger"
        raise NotFound(msg)
    return row


def remembered(ledger: Ledger, row: Any) -> Values:  # noqa: ANN401 - a row of any ledger
    """A row as the trail keeps it: its values, since when, by whom, with which import."""
    own = {"recorded_at": row.recorded_at.isoformat(), "recorded_by": row.recorded_by, "import_id": row.import_id}
    return {**packed(of_row(ledger, row)), **own}


def put_back(ledger: Ledger, row: Any, before: Mapping[str, Any], values: Values) -> None:  # noqa: ANN401 - a row of any ledger
    """Make a row again what it was (`remembered`)."""
    fill(ledger, row, values)
    row.recorded_at = datetime.fromisoformat(before["recorded_at"])
    row.recorded_by, row.import_id = before["recorded_by"], before["import_id"]


def history(ledger: Ledger, row_id: int, session: Session) -> list[AuditLine]:
    """What stood in a row before, newest first."""
    query = select(AuditLine).where(AuditLine.subject == named(ledger, row_id), AuditLine.action == ledger.action)
    return list(session.scalars(query.order_by(AuditLine.id.desc())))


def named(ledger: Ledger, row_id: int) -> str:
    """What the trail calls a row."""
    return f"{ledger.key} {row_id}"


def seen_as(row: Any) -> str:  # noqa: ANN401 - a row of any ledger
    """What a form carries to tell which state of a row it was made from."""
    return f"{row.recorded_at.timestamp():.6f}"


def _filled(ledger: Ledger, row: Any, values: Values, actor: Actor, import_id: int | None) -> Any:  # noqa: ANN401 - a row of any ledger
    fill(ledger, row, values)
    row.recorded_at, row.recorded_by, row.import_id = now(), actor.name, import_id
    for name, said in (("source", actor.name if import_id is None else f"import {import_id}"), ("reason", "")):
        if getattr(row, name, said) is None:
            setattr(row, name, said)  # what may not be empty gets what is known of where the row comes from
    return row
