"""Imports and their rows as the database keeps them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import orjson
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.actor import Actor
from app.errors import NotFound
from app.importers.kinds import Outcome, Remark
from app.importers.opened import Opened
from app.imports.asked import Asked
from app.imports.staging import Staged, counts
from app.jobs import queue
from app.register import bulk
from app.tables import Import, ImportRow, Job
from app.vocabulary import SourceKind

PREVIEW, SAMPLE, LONGEST, LOOKED_AT = 5, 300, 60, 50
WAITING, STAGED, APPLIED, UNDONE, FAILED = "waiting", "staged", "applied", "undone", "failed"


def digest(content: bytes) -> str:
    """What tells a file from any other."""
    return hashlib.sha256(content).hexdigest()


def new(session: Session, asked: Asked, content: bytes) -> Import:
    """An import that keeps the file and waits to be staged."""
    made = Import(
        kind=asked.kind,
        file_name=asked.name[:300],
        sha256=digest(content),
        content=content or None,
        institution=asked.institution,
        columns=dict(asked.columns or {}),
        counts={},
        facts=asked.facts(),
        state=WAITING,
        created_by=asked.actor.name,
    )
    session.add(made)
    session.flush()
    return made


def put(session: Session, made: Import, staged: Staged, actor: Actor) -> None:
    """Keep what became of each row by the rights of this actor, in place of an earlier staging."""
    session.execute(delete(ImportRow).where(ImportRow.import_id == made.id))
    rows(session, made.id, staged.outcomes)
    made.datum = staged.choice.datum
    made.columns = dict(staged.ledger.columns)
    made.counts = staged.counts
    choice = staged.choice
    made.facts = {
        **made.facts,
        "datum": {"how": choice.how, "guess": choice.guess, "evidence": choice.evidence},
        "number": staged.number,
        "judged_for": asdict(actor),
        "header": [str(name) for name in staged.ledger.names],
        "preview": preview(staged.ledger),
        "points": sample(staged.ledger),
        "sheet": staged.ledger.table.sheet,
        "header_row": staged.ledger.header_row,
        "file_kind": staged.ledger.table.kind,
        "source_kind": source_kind(staged.ledger.table.kind),
        "denied": staged.denied,
        "file_remarks": [[f.message_zh, f.message_en] for f in staged.ledger.faults if f.row is None],
    }
    made.state = STAGED
    session.flush()


def preview(ledger: Opened) -> list[list[str]]:
    """The first data rows as text."""
    rows = (ledger.table.rows[index] for index in ledger.rows[:PREVIEW])
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: object) -> str:
    whole = isinstance(cell, float) and cell.is_integer()
    return "" if cell is None else str(int(cell) if whole else cell)[:LONGEST]  # type: ignore[call-overload]  # a float


def sample(ledger: Opened) -> list[list[float]]:
    """Some of the positions that come without a datum, as they are written."""
    records = getattr(ledger, "records", ())
    bare = [[r.lon, r.lat] for r in records if r.lon is not None and r.datum is None]
    return bare[:: max(1, len(bare) // SAMPLE)][:SAMPLE]


def source_kind(file_kind: str) -> SourceKind:
    """What kind of source the statements of a file are from."""
    return SourceKind.OPENSTREETMAP if file_kind in {"osm", "pbf"} else SourceKind.LEDGER


def rows(session: Session, import_id: int, outcomes: Sequence[Outcome]) -> None:
    """Write the rows of a staging."""
    columns: dict[str, Any] = {
        "import_id": bulk.Every(import_id),
        "row": [o.row for o in outcomes],
        "outcome": [o.outcome for o in outcomes],
        "venue_id": [o.venue_id for o in outcomes],
        "cells": [o.cells for o in outcomes],
        "remarks": [{"said": plain(o.remarks)} for o in outcomes],
    }
    bulk.insert(session, ImportRow, len(outcomes), columns)


def rows_of(session: Session, import_id: int) -> list[ImportRow]:
    """All rows of an import as they are kept, in order."""
    query = select(ImportRow).where(ImportRow.import_id == import_id).order_by(ImportRow.row)
    return list(session.scalars(query))


def outcomes(session: Session, import_id: int) -> list[Outcome]:
    """All rows of an import as they were judged, in order."""
    return [of_row(row) for row in rows_of(session, import_id)]


def of_row(row: ImportRow) -> Outcome:
    """A kept row as it was judged."""
    return Outcome(
        row.row, row.outcome, row.cells, [Remark(*said) for said in row.remarks.get("said", ())], row.venue_id
    )


def one(session: Session, import_id: int) -> Import:
    """An import.

    Raises:
        NotFound: there is none of this number.
    """
    found = session.get(Import, import_id)
    if found is None:
        msg = f"there is no import {import_id}"
        raise NotFound(msg)
    return found


def fail_left(session: Session) -> None:
    """Imports that a job left waiting when it failed or was cancelled have failed; they may be sent again."""
    ended = select(Job.id).where(Job.state.in_((queue.FAILED, queue.CANCELLED)))
    session.execute(update(Import).where(Import.state == WAITING, Import.job_id.in_(ended)).values(state=FAILED))


def recount(session: Session, made: Import) -> None:
    """Count anew, after a row was settled."""
    made.counts = counts(outcomes(session, made.id))


def is_judged_for(session: Session, made: Import, actor: Actor) -> bool:
    """Whether all rows were judged, and settled, by the rights that the actor has now."""
    others = select(ImportRow.id).where(ImportRow.import_id == made.id, ImportRow.settled_by != actor.name).limit(1)
    return made.facts.get("judged_for") == asdict(actor) and session.scalar(others) is None


def chosen_before(session: Session, made: Import) -> dict[str, int] | None:
    """The columns that somebody chose for an earlier file of the same institution, ledger and header."""
    if made.institution is None or "chosen_columns" in made.facts:
        return None
    alike = Import.institution == made.institution, Import.kind == made.kind, Import.id < made.id
    for facts in session.scalars(select(Import.facts).where(*alike).order_by(Import.id.desc()).limit(LOOKED_AT)):
        if facts.get("chosen_columns") and facts.get("header") == made.facts.get("header"):
            return dict(facts["chosen_columns"])
    return None


def asked_of(made: Import, actor: Actor) -> Asked:
    """How the file of an import is read."""
    day = made.facts.get("observed_on")
    return Asked(
        name=made.file_name,
        actor=actor,
        kind=made.kind,
        datum=made.facts.get("stated_datum"),
        accept_guessed=bool(made.facts.get("accept_guessed")),
        institution=made.institution,
        observed_on=day and date.fromisoformat(day),
        columns=made.facts.get("chosen_columns"),
    )


def same_bytes(one_: Iterable[Outcome], other: Iterable[Outcome]) -> bool:
    """Whether two stagings would write the same."""
    return orjson.dumps([[o.row, o.outcome, o.cells] for o in one_]) == orjson.dumps(
        [[o.row, o.outcome, o.cells] for o in other]
    )


def plain(remarks: Iterable[Remark]) -> list[list[str]]:
    """Remarks as JSON can hold them."""
    return [[r.column, r.code, r.zh, r.en, r.level, r.letter] for r in remarks]


def json_ready(cells: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Cells with their days as JSON holds them."""
    return orjson.loads(orjson.dumps(cells))
