"""The rows of a file for a ledger: judged, written and taken back (the protocol of `app.importers.kinds`)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.trail import note as note_down
from app.actor import Actor
from app.errors import Overtaken
from app.importers.clean.text import tidy
from app.importers.kinds import NEW, REFUSE, SAME, Column, Line, Outcome, Remark
from app.importers.record import Note
from app.ledgers import rows
from app.ledgers.books import Books, books
from app.ledgers.fields import Field
from app.ledgers.ledger import Ledger, Values, identity, of_row, packed, read_row, unpacked
from app.ledgers.template import NOTE, as_example
from app.settings import Settings
from app.tables import Import, ImportRow

VALUES, ROW, BEFORE, CHANGE = "values", "row", "before", "change"


class LedgerKind:
    """A ledger as a kind of import; beside its own columns, the one in which the template marks its example."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.key, self.zh, self.en = ledger.key, ledger.zh, ledger.en
        self.columns: tuple[Column, ...] = (*ledger.columns, NOTE)

    def stage(self, session: Session, lines: Sequence[Line], actor: Actor, settings: Settings) -> list[Outcome]:
        """One outcome per line: new, the same (changed or not), or refused with the reason."""
        held = books(session, actor, settings)
        held.prepare(tidy(f.cell(line.cells)) for line in lines for f in self.ledger.fields if f.kind == "venue")
        read = [read_row(self.ledger, line.cells, held) for line in lines]
        sound = [values for values, notes in read if not any(note.refuses for _, note in notes)]
        known = rows.there(self.ledger, sound, session) if sound else {}
        met: dict[tuple[Any, ...], int] = {}
        return [
            self._outcome(line, values, notes, known, held, met)
            for line, (values, notes) in zip(lines, read, strict=True)
        ]

    def apply(self, session: Session, outcomes: Sequence[Outcome], actor: Actor, import_id: int) -> None:
        """Write what is new and what differs, each row with the import's id."""
        fresh = [o for o in outcomes if o.cells and o.cells[ROW] is None]
        rows.write(self.ledger, [unpacked(self.ledger, o.cells[VALUES]) for o in fresh], session, actor, import_id)
        for outcome in outcomes:
            if outcome.cells and outcome.cells[ROW] is not None:
                row = rows.one(self.ledger, outcome.cells[ROW], session)
                if rows.remembered(self.ledger, row) != outcome.cells[BEFORE]:
                    raise Overtaken(f"row {outcome.row}: {row.recorded_by} has changed what it is about meanwhile")
                rows.replace(self.ledger, row, unpacked(self.ledger, outcome.cells[VALUES]), session, actor, import_id)

    def undo(self, session: Session, import_id: int, actor: Actor) -> Sequence[Remark]:
        """Take out what the import added and put back what it changed; what was changed since then stays."""
        staged = list(session.execute(select(ImportRow.row, ImportRow.cells).where(ImportRow.import_id == import_id)))
        wanted = [(number, cells, unpacked(self.ledger, cells[VALUES])) for number, cells in staged if cells]
        held = rows.there(self.ledger, [values for _, _, values in wanted], session) if wanted else {}
        remarks = []
        for number, cells, values in wanted:
            row = held.get(identity(self.ledger, values))
            if row is None or row.import_id != import_id:
                remarks.append(_kept(number))
                continue
            self._take_back(session, row, self._before(session, cells, values), actor, import_id)
        session.flush()
        if self.ledger.undone is not None:
            self.ledger.undone(session, import_id, actor)
        return remarks

    def _outcome(
        self,
        line: Line,
        values: Values,
        notes: Sequence[tuple[Field, Note]],
        known: Mapping[tuple[Any, ...], Any],
        held: Books,
        met: dict[tuple[Any, ...], int],
    ) -> Outcome:
        if example := as_example(line, self.ledger.fields):
            return example
        remarks = [_of(field, note) for field, note in notes]
        venue = values.get("venue")
        if any(note.refuses for _, note in notes):
            return Outcome(line.row, REFUSE, remarks=remarks, venue_id=venue)
        row = known.get(identity(self.ledger, values))
        if not self._may(values, row, held):
            return Outcome(line.row, REFUSE, remarks=[*remarks, _not_yours()], venue_id=venue)
        first = met.setdefault(identity(self.ledger, values), line.row)
        if first != line.row:
            return Outcome(line.row, REFUSE, remarks=[*remarks, _twice(first)], venue_id=venue)
        return self._judged(line, values, row, remarks)

    def _judged(self, line: Line, values: Values, row: Any, remarks: list[Remark]) -> Outcome:  # noqa: ANN401 - a row of any ledger
        venue = values.get("venue")
        if row is None:
            return Outcome(line.row, NEW, {VALUES: packed(values), ROW: None, BEFORE: None}, remarks, venue)
        before = of_row(self.ledger, row)
        told = {**before, **values}
        if told == before:
            return Outcome(line.row, SAME, remarks=remarks, venue_id=venue)
        cells = {VALUES: packed(told), ROW: row.id, BEFORE: rows.remembered(self.ledger, row), CHANGE: True}
        return Outcome(line.row, SAME, cells, [*remarks, *_differences(self.ledger, before, told)], venue)

    def _may(self, values: Values, row: Any, held: Books) -> bool:  # noqa: ANN401 - a row of any ledger
        ours = row is None or self.ledger.writable(of_row(self.ledger, row), held, row)
        return ours and self.ledger.writable(values, held, row)

    def _before(self, session: Session, cells: Mapping[str, Any], values: Values) -> Mapping[str, Any] | None:
        """What the row was before the import; what an import that was undone since then had made of it counts not."""
        before: Mapping[str, Any] | None = cells[BEFORE]
        while before is not None and before["import_id"] is not None:
            earlier = session.get(Import, before["import_id"])
            if earlier is None or earlier.undone_at is None:
                break
            before = self._of_import(session, earlier.id, values)
        return before

    def _of_import(self, session: Session, import_id: int, values: Values) -> Mapping[str, Any] | None:
        """What the row of this identity was before another import."""
        name = identity(self.ledger, values)
        for cells in session.scalars(select(ImportRow.cells).where(ImportRow.import_id == import_id)):
            if cells and identity(self.ledger, unpacked(self.ledger, cells[VALUES])) == name:
                found: Mapping[str, Any] | None = cells[BEFORE]
                return found
        return None

    def _take_back(
        self,
        session: Session,
        row: Any,  # noqa: ANN401 - a row of any ledger
        before: Mapping[str, Any] | None,
        actor: Actor,
        import_id: int,
    ) -> None:
        was = rows.remembered(self.ledger, row)
        note_down(
            session,
            actor,
            self.ledger.action,
            "undone",
            rows.named(self.ledger, row.id),
            before=was,
            after=before,
            import_id=import_id,
        )
        if before is None:
            session.delete(row)
        else:
            rows.put_back(self.ledger, row, before, unpacked(self.ledger, before))


def _of(field: Field, note: Note) -> Remark:
    return Remark(field.zh, note.code, note.zh, note.en, "error" if note.refuses else "note")


def _remark(column: str, code: str, zh: str, en: str, level: str) -> Remark:
    return Remark(column, code, zh, en, level)


def _kept(number: int) -> Remark:
    zh, en = f"第 {number} 行：此后又有改动，保留现状", f"row {number}: has been changed since then and stays as it is"
    return _remark("", "kept", zh, en, "warning")


def _not_yours() -> Remark:
    zh, en = (
        "这一行不属于您的单位或辖区，不能写入",
        "this row is not of your institution or territory: you may not write it",
    )
    return _remark("", "not_allowed", zh, en, "error")


def _twice(first: int) -> Remark:
    return _remark(
        "",
        "twice",
        f"与第 {first} 行是同一条，只采用第 {first} 行",
        f"names the same row as row {first}; only the first counts",
        "error",
    )


def _differences(ledger: Ledger, before: Values, told: Values) -> list[Remark]:
    return [
        _remark(f.zh, "changed", said, said, "note")
        for f, said in ((f, f"{_shown(before, f)} → {_shown(told, f)}") for f in ledger.fields)
        if before.get(f.name) != told.get(f.name)
    ]


def _shown(values: Values, field: Field) -> str:
    value = values.get(field.name)
    return "–" if value is None else ", ".join(value) if isinstance(value, list) else str(value)
