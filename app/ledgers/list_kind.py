"""Key lists by file: rows that enter venues on the draft of a list, or take them off it with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.trail import note
from app.actor import Actor
from app.importers.clean.text import tidy
from app.importers.kinds import NEW, REFUSE, SAME, Column, Line, Outcome, Remark
from app.importers.record import Note
from app.ledgers import fields, lists
from app.ledgers.books import Books, books
from app.ledgers.fields import Field, chosen, terms, text
from app.ledgers.ledger import Values
from app.ledgers.lists import Entry
from app.ledgers.template import NOTE, as_example
from app.permissions import Action, may
from app.register.changes import mark
from app.register.places import subject_of
from app.settings import Settings
from app.tables import AuditLine, KeyListVersion, Venue
from app.tables.base import now
from app.vocabulary import Term

ENTER, TAKE_OFF = "enter", "take_off"
CHANGES = (Term(ENTER, "列入", "Enter"), Term(TAKE_OFF, "移出", "Take off"))
FIELDS = (
    Field(
        "list",
        "名录",
        "List",
        chosen(fields.key_lists),
        "choice",
        required=True,
        aliases=("名录名称", "清单"),
        choices=fields.key_lists,
        example="重点商户名录",
    ),
    Field("venue", "场所", "Venue", fields.venue, "venue", required=True),
    Field("large", "规模以上", "Large", fields.flag, "flag", aliases=("是否规模以上",), example="是"),
    Field("clause", "条款", "Clause", text(80), aliases=("依据条款",), example="二(一)1"),
    Field(
        "change",
        "变动",
        "Change",
        chosen(terms(CHANGES)),
        "choice",
        aliases=("列入或移出", "调整"),
        choices=terms(CHANGES),
        example="列入",
        hint_zh="留空即列入",
        hint_en="Empty means enter",
    ),
    Field(
        "reason",
        "理由",
        "Reason",
        text(400),
        aliases=("原因", "调整理由"),
        hint_zh="移出必须写明理由",
        hint_en="Needed to take a venue off",
    ),
)
DONE = "drafted"


class ListKind:
    """Key lists as a kind of import."""

    key = "key_list"
    zh = "重点名录"
    en = "Key lists"
    columns: tuple[Column, ...] = (*(c for f in FIELDS for c in f.columns), NOTE)

    def stage(self, session: Session, lines: Sequence[Line], actor: Actor, settings: Settings) -> list[Outcome]:
        """One outcome per line: entered anew, there already, to be taken off, or refused with the reason."""
        held = books(session, actor, settings)
        held.prepare(tidy(FIELDS[1].cell(line.cells)) for line in lines)
        listed = {code: _newest(session, code) for code in held.lists}
        met: dict[tuple[str, str], int] = {}
        return [_outcome(line, held, listed, met) for line in lines]

    def apply(self, session: Session, rows: Sequence[Outcome], actor: Actor, import_id: int) -> None:
        """Write the rows into the open draft of their lists, remembering what each said before."""
        wanted = [row.cells for row in rows if row.cells]
        if not wanted:
            return
        mark(session, actor, {cells["venue"] for cells in wanted})
        done = [_written(session, cells, actor, import_id) for cells in wanted]
        note(session, actor, Action.DRAFT_LIST, DONE, _named(import_id), rows=done)

    def undo(self, session: Session, import_id: int, actor: Actor) -> Sequence[Remark]:
        """Make the drafts say what they said before; what has been confirmed since then stays."""
        query = select(AuditLine).where(AuditLine.subject == _named(import_id), AuditLine.outcome == DONE)
        line = session.scalar(query.order_by(AuditLine.id.desc()).limit(1))
        done = line.facts["rows"] if line else []
        remarks: list[Remark] = []
        drafts: dict[int, KeyListVersion] = {}
        mark(session, actor, {row["venue"] for row in done})
        for row in reversed(done):
            version = session.get(KeyListVersion, row["version"])
            if version is None or version.confirmed_at is not None:
                remarks.append(_confirmed(row))
                continue
            stands = _plain(lists.entries(session, version.id).get(row["venue"]))
            if stands != row.get("after", stands):  # older lines do not tell what was written
                remarks.append(_changed(row))
                continue
            before = None if row["before"] is None else Entry(**row["before"])
            lists.put_back(session, version, row["venue"], before)
            drafts[version.id] = version
        for version in drafts.values():
            if version.import_id == import_id:
                lists.drop_if_untouched(session, version)
        return remarks


def _newest(session: Session, code: str) -> dict[str, Entry]:
    found = lists.versions(session, code)[:1]
    return lists.entries(session, found[0].id) if found else {}


def _outcome(
    line: Line, held: Books, listed: Mapping[str, Mapping[str, Entry]], met: dict[tuple[str, str], int]
) -> Outcome:
    if example := as_example(line, FIELDS):
        return example
    values, notes = _read(line, held)
    remarks = [Remark(f.zh, n.code, n.zh, n.en, "error" if n.refuses else "note") for f, n in notes]
    venue = values.get("venue")
    if not any(n.refuses for _, n in notes):
        remarks += _wrong(values, held, line, met)
    if any(remark.level == "error" for remark in remarks):
        return Outcome(line.row, REFUSE, remarks=remarks, venue_id=venue)
    return _judged(line, values, listed[values["list"]], remarks)


def _read(line: Line, held: Books) -> tuple[Values, list[tuple[Field, Note]]]:
    values: Values = {"change": ENTER}
    notes = []
    for field in FIELDS:
        found = field.read(line.cells, held)
        values |= {} if found.value is None else {field.name: found.value}
        notes += [(field, n) for n in found.notes]
    return values, notes


def _wrong(values: Values, held: Books, line: Line, met: dict[tuple[str, str], int]) -> list[Remark]:
    found = []
    venue = held.session.get_one(Venue, values["venue"])
    if not may(held.actor, Action.DRAFT_LIST, subject_of(venue, held.policy)):
        zh, en = (
            f"“{venue.name_zh}”不属于您负责的行业，不能列入或移出",
            f"{venue.name_zh} is not of a class that you lead",
        )
        found.append(Remark("", "not_allowed", zh, en, "error"))
    if values["change"] == TAKE_OFF and "reason" not in values:
        found.append(Remark("理由", "missing", "移出名录须写明理由", "say why it is taken off the list", "error"))
    if found:
        return found
    first = met.setdefault((values["list"], values["venue"]), line.row)
    if first != line.row:
        found.append(Remark("", "twice", f"与第 {first} 行是同一处场所", f"is the same venue as row {first}", "error"))
    return found


def _judged(line: Line, values: Values, listed: Mapping[str, Entry], remarks: list[Remark]) -> Outcome:
    venue = values["venue"]
    held = listed.get(venue)
    if values["change"] == TAKE_OFF:
        cells = {} if held is None else {**values, "change": TAKE_OFF}
        said = [] if held else [Remark("", "not_listed", "本来就不在名录上", "is not on the list", "note")]
        return Outcome(line.row, SAME, cells, [*remarks, *said], venue)
    was = held or Entry()
    named = {name: values.get(name, getattr(was, name)) for name in ("large", "clause", "reason")}
    wanted = Entry(**named)
    if held == wanted:
        return Outcome(line.row, SAME, remarks=remarks, venue_id=venue)
    cells = {"list": values["list"], "venue": venue, "change": ENTER, **named}
    return Outcome(line.row, NEW if held is None else SAME, cells, remarks, venue)


def _written(session: Session, cells: Mapping[str, Any], actor: Actor, import_id: int) -> dict[str, Any]:
    code, venue = cells["list"], cells["venue"]
    version = lists.draft(session, code, actor, now().date(), import_id)
    before = lists.entries(session, version.id).get(venue)
    if cells["change"] == TAKE_OFF:
        lists.take_off(session, version, venue, cells["reason"], actor)
    else:
        lists.put(session, version, venue, Entry(cells["large"], cells["clause"], cells["reason"]))
    after = lists.entries(session, version.id).get(venue)
    return {"list": code, "venue": venue, "version": version.id, "before": _plain(before), "after": _plain(after)}


def _plain(entry: Entry | None) -> dict[str, Any] | None:
    return None if entry is None else asdict(entry)


def _named(import_id: int) -> str:
    return f"key_list import {import_id}"


def _changed(row: Mapping[str, Any]) -> Remark:
    zh = f"名录 {row['list']}：此后又有改动，保留现状"
    en = f"list {row['list']}: has been changed since then and stays as it is"
    return Remark("", "kept", zh, en, "warning")


def _confirmed(row: Mapping[str, Any]) -> Remark:
    zh, en = f"名录 {row['list']} 已确认，保留现状", f"list {row['list']} has been confirmed and stays as it is"
    return Remark("", "kept", zh, en, "warning")
