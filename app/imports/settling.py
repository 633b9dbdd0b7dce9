"""What somebody decides about a row that asks: it is that venue, it is new, or it is left out."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.trail import note
from app.actor import Actor
from app.errors import BadParameter, NotFound
from app.importers.kinds import ASK, NEW, REFUSE, SAME, Remark
from app.importers.ledger import Ledger
from app.importers.record import Record, Said
from app.importers.sources import Table
from app.imports import kept
from app.imports.applying import DAYS
from app.imports.held import held, known
from app.imports.judge import Found, Judge
from app.imports.places import Placed
from app.imports.staging import source_of
from app.permissions import Action
from app.policy import read_policy
from app.register import places
from app.settings import Settings
from app.tables import Import, ImportRow

SKIP = "skip"
DECIDED = "decided"
OF_THE_ROW = ("name", "lon", "lat", "told", "aspects", "match", "record", "observed_at")
"""What a row keeps whatever is decided."""


def settle(session: Session, made: Import, number: int, choice: str, actor: Actor, settings: Settings) -> ImportRow:
    """Decide about a row that asks.

    Args:
        session: the caller commits.
        made: an import that is staged.
        number: the row's number in the file.
        choice: the id of a venue, `new`, `skip`, or `ask` to open the question again.
        actor: who decides.
        settings: city and data.

    Raises:
        NotFound: no such row, or it never asked. BadParameter: no such choice or venue.
    """
    row = session.scalar(select(ImportRow).where(ImportRow.import_id == made.id, ImportRow.row == number))
    if row is None or "record" not in row.cells:
        msg = f"row {number} of import {made.id} does not ask"
        raise NotFound(msg)
    if made.state != kept.STAGED:
        msg = f"import {made.id} is {made.state}: nothing is left to be decided"
        raise NotFound(msg)
    _decide(session, made, row, choice, actor, settings)
    row.settled, row.settled_by = (None, None) if choice == ASK else (choice, actor.name)
    session.flush()
    kept.recount(session, made)
    return row


def again(session: Session, made: Import, number: int, choice: str, actor: Actor, by: str, settings: Settings) -> None:
    """The decision of an earlier staging, where the row still asks and the venue is still there."""
    row = session.scalar(select(ImportRow).where(ImportRow.import_id == made.id, ImportRow.row == number))
    if row is None or row.outcome != ASK:
        return
    try:
        _decide(session, made, row, choice, actor, settings)
    except BadParameter:
        return
    row.settled, row.settled_by = choice, by
    session.flush()
    kept.recount(session, made)


def _decide(session: Session, made: Import, row: ImportRow, choice: str, actor: Actor, settings: Settings) -> None:
    asks = {name: row.cells[name] for name in OF_THE_ROW if name in row.cells}
    first = list(row.remarks.get("asked") or row.remarks["said"])
    if choice == ASK:
        row.outcome, row.venue_id, row.cells, row.remarks = ASK, None, asks, {"said": first}
    elif choice == SKIP:
        told = Remark("", DECIDED, f"由 {actor.name} 决定不导入", f"left out by {actor.name}", "note")
        row.outcome, row.venue_id, row.cells = REFUSE, None, asks
        row.remarks = {"said": [*kept.plain([told])], "asked": first}
    else:
        _judge(session, made, row, choice, actor, settings, asks, first)


def _judge(
    session: Session,
    made: Import,
    row: ImportRow,
    choice: str,
    actor: Actor,
    settings: Settings,
    asks: dict[str, Any],
    first: list[Any],
) -> None:
    same = choice != NEW
    there = held(session)
    if same and choice not in there.venues.index:
        raise BadParameter("choice", f"{choice!r} is neither a venue of the register, nor new, skip or ask")
    record, house, placed = _record(row)
    judge = Judge(
        asked=kept.asked_of(made, actor),
        ledger=_blank(made),
        held=there,
        known=known(session, {choice} if same else ()),
        policy=read_policy(settings),
        city=settings.city,
        source=source_of(kept.asked_of(made, actor), there),
    )
    outcome = judge.outcome(record, house, placed, Found(SAME if same else NEW, choice if same else None, "chosen"))
    if judge.denied:
        note(session, actor, Action.IMPORT, "refused", judge.denied[0], file=made.file_name)
    row.outcome, row.venue_id = outcome.outcome, outcome.venue_id
    row.cells = kept.json_ready({**asks, **outcome.cells})
    row.remarks = {"said": kept.plain(outcome.remarks), "asked": first}


def _record(row: ImportRow) -> tuple[Record, str | None, Placed]:
    told = row.cells["record"]
    said = {c: Said(s, a, d, places.day(day), source) for c, (s, a, d, day, source) in told["said"].items()}
    values = {n: places.day(v) if n in DAYS else v for n, v in told["values"].items()}
    record = Record(row.row, values, said, told["extra"], places.day(told["observed_at"]), told["lon"], told["lat"])
    lon, lat = (row.cells["lon"], row.cells["lat"]) if told["datum"] else (None, None)
    return record, told["house"], Placed(lon, lat, told["datum"], told["region"])


def _blank(made: Import) -> Ledger:
    """The file's columns, without its rows."""
    table = Table([], [], "", "")
    return Ledger(table, 0, tuple(made.facts.get("header", ())), dict(made.columns), {}, [], "", [], {}, [])
