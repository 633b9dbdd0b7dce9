"""Rows of every ledger come in by file, are corrected by another, and are taken back as a whole."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actor import Actor
from app.errors import Overtaken
from app.importers.kinds import Kind, Line, Outcome
from app.ledgers.kinds import KINDS, LEDGERS
from app.ledgers.ledger import Ledger, of_row
from app.settings import Settings
from app.tables import (
    AuditLine,
    CapabilitySummary,
    Change,
    ChangePackCount,
    Import,
    ImportRow,
    Inspection,
    Institution,
    KeyList,
    KeyListEntry,
    KeyListVersion,
    Licence,
    Observation,
    PosDevice,
    Venue,
)
from app.tables.base import now
from small_register import venue_id

REGULATOR = Actor("wang", "regulator", "P")
BOC = Actor("boc-clerk", "bank", "boc")
ICBC = Actor("icbc-clerk", "bank", "icbc")
TOURISM = Actor("li", "department", "W")
HEALTH = Actor("zhao", "department", "H")
COUNTY = Actor("sun", "county", "371502", "371502")
UNITS = {
    "boc": ("bank", "中国银行"),
    "icbc": ("bank", "中国工商银行"),
    "W": ("city_department", "聊城市文化和旅游局"),
    "H": ("city_department", "聊城市卫生健康委"),
    "P": ("regulator", "人民银行聊城市分行"),
    "371502": ("county", "东昌府区人民政府"),
}
GOOD: dict[str, dict[str, object]] = {
    "change_packs": {"institution": "中国银行", "month": "2026年3月", "recipient_kind": "经营主体", "packs": "120个"},
    "pos_devices": {
        "name_zh": "甲酒店",
        "acquirer": "boc",
        "device_no": "31050001",
        "schemes": "Visa、万事达",
        "placed_on": "2026-03-01",
    },
    "inspections": {
        "name_zh": "甲酒店",
        "institution": "聊城市文化和旅游局",
        "due_on": "2026-06-30",
        "reason": "季度巡检",
        "done_on": "2026-06-20",
        "foreign_card": "是(Visa)",
        "cash": "否",
    },
    "activities": {
        "institution": "聊城市文化和旅游局",
        "kind": "培训",
        "held_on": "2026.3.15",
        "title": "境外卡受理培训",
        "participants": 45.0,
        "place": "东昌府区",
    },
    "licences": {
        "external_id": "B-1",
        "kind": "对私结售汇资质",
        "held": "是",
        "valid_from": "2024-07-03",
        "source": "批复〔2024〕1号",
    },
    "key_list": {"list": "重点商户名录", "name_zh": "甲酒店", "large": "是", "clause": "二(一)1"},
}
CHANGED = {
    "change_packs": {"packs": 150},
    "pos_devices": {"removed_on": "2026-09-01"},
    "inspections": {"cash": "是"},
    "activities": {"participants": "60人"},
    "licences": {"held": "否"},
    "key_list": {"large": "否"},
}
WRITERS = {
    "change_packs": BOC,
    "pos_devices": BOC,
    "inspections": TOURISM,
    "activities": TOURISM,
    "licences": REGULATOR,
    "key_list": TOURISM,
}
OTHERS = {
    "change_packs": [ICBC, TOURISM, COUNTY],
    "pos_devices": [ICBC, TOURISM, COUNTY],
    "inspections": [ICBC, BOC, HEALTH],
    "activities": [ICBC, HEALTH, COUNTY],
    "licences": [BOC, TOURISM, COUNTY],
    "key_list": [BOC, HEALTH, COUNTY],
}


@pytest.fixture(autouse=True)
def units(session: Session) -> None:
    """The small register with `people` in it."""
    people(session)


def people(session: Session) -> None:
    """Banks, departments and a county; D belongs to a bank and has a number; a list with a confirmed version."""
    session.add_all(Institution(code=c, kind=kind, name_zh=name, source="-") for c, (kind, name) in UNITS.items())
    session.flush()
    branch = session.get_one(Venue, venue_id("d"))
    branch.institution, branch.external_id, branch.category = "boc", "B-1", "bank_branch"
    session.add(KeyList(code="key_merchants", kind="merchants", title_zh="重点商户名录", title_en="Key merchants"))
    session.flush()
    version = KeyListVersion(
        list_code="key_merchants",
        number=1,
        valid_from=date(2025, 1, 1),
        source="-",
        drafted_by="x",
        confirmed_at=now(),
        confirmed_by="wang",
        removals={},
    )
    session.add(version)
    session.flush()
    session.add(KeyListEntry(version_id=version.id, venue_id=venue_id("b"), large=True))
    session.commit()


def lines(*cells: dict[str, object]) -> list[Line]:
    """Rows of a file, from its second row on."""
    return [Line(number, row) for number, row in enumerate(cells, 2)]


def staged(session: Session, key: str, settings: Settings, actor: Actor, *cells: dict[str, object]) -> list[Outcome]:
    """What becomes of the rows."""
    return KINDS[key].stage(session, lines(*cells), actor, settings)


def applied(session: Session, key: str, settings: Settings, actor: Actor, *cells: dict[str, object]) -> Import:
    """The rows, staged and applied as the import does it."""
    made = Import(kind=key, file_name="f.xlsx", sha256="0", state="applied", created_by=actor.name)
    session.add(made)
    session.flush()
    outcomes = staged(session, key, settings, actor, *cells)
    keep(session, made.id, outcomes)
    KINDS[key].apply(session, [o for o in outcomes if o.outcome != "refuse"], actor, made.id)
    session.commit()
    return made


def keep(session: Session, import_id: int, outcomes: Sequence[Outcome]) -> None:
    """The outcomes in staging."""
    session.add_all(
        ImportRow(import_id=import_id, row=o.row, outcome=o.outcome, cells=o.cells, remarks={}) for o in outcomes
    )
    session.flush()


def undone(session: Session, key: str, actor: Actor, made: Import) -> list[str]:
    """The import taken back, and the codes of the remarks on what stayed."""
    remarks = KINDS[key].undo(session, made.id, actor)
    made.undone_at = now()
    session.commit()
    return [r.code for r in remarks]


def held(session: Session, key: str) -> list[object]:
    """What the ledger holds, without who and when."""
    if key == "key_list":
        query = select(KeyListVersion.number, KeyListEntry.venue_id, KeyListEntry.large, KeyListEntry.clause)
        return sorted(session.execute(query.join(KeyListEntry, KeyListEntry.version_id == KeyListVersion.id)).all())
    ledger: Ledger = LEDGERS[key]
    return [of_row(ledger, row) for row in session.scalars(select(ledger.table).order_by(ledger.table.id))]


@pytest.mark.parametrize("key", KINDS)
def test_a_row_comes_in_once(session: Session, settings: Settings, key: str) -> None:
    """New the first time, the same the second time; and the second time writes nothing."""
    (first,) = staged(session, key, settings, WRITERS[key], GOOD[key])
    assert (first.outcome, [r.code for r in first.remarks if r.level == "error"]) == ("new", [])
    applied(session, key, settings, WRITERS[key], GOOD[key])
    before = held(session, key)
    (second,) = staged(session, key, settings, WRITERS[key], GOOD[key])
    assert (second.outcome, second.cells) == ("same", {})
    applied(session, key, settings, WRITERS[key], GOOD[key])
    assert held(session, key) == before


@pytest.mark.parametrize("key", KINDS)
def test_a_correction_says_what_it_changes(session: Session, settings: Settings, key: str) -> None:
    """The row is the same, its remark names old and new value, and after it the ledger holds the new one."""
    applied(session, key, settings, WRITERS[key], GOOD[key])
    better = {**GOOD[key], **CHANGED[key]}
    (outcome,) = staged(session, key, settings, WRITERS[key], better)
    assert outcome.outcome == "same"
    assert outcome.cells
    applied(session, key, settings, WRITERS[key], better)
    (again,) = staged(session, key, settings, WRITERS[key], better)
    assert again.cells == {}


def test_a_change_is_said_without_the_header(session: Session, settings: Settings) -> None:
    """The column is named beside the remark already."""
    applied(session, "change_packs", settings, BOC, GOOD["change_packs"])
    (outcome,) = staged(session, "change_packs", settings, BOC, {**GOOD["change_packs"], "packs": 4})
    assert [(r.column, r.zh, r.en) for r in outcome.remarks] == [("数量（个）", "120 → 4", "120 → 4")]


def test_a_month_to_come_asks_for_the_month(session: Session, settings: Settings) -> None:
    """Not for a day."""
    (outcome,) = staged(session, "change_packs", settings, BOC, {**GOOD["change_packs"], "month": "2999-10"})
    (remark,) = outcome.remarks
    assert remark.en == "2999-10 is after this month: give the month when it was"
    assert remark.zh == "2999-10 在本月之后；请改为实际月份"


def test_the_second_of_two_says_that_the_first_counts(session: Session, settings: Settings) -> None:
    """It does not say the same, it names the same."""
    twice = GOOD["change_packs"], {**GOOD["change_packs"], "packs": 4}
    _, second = staged(session, "change_packs", settings, BOC, *twice)
    assert second.remarks[-1].en == "names the same row as row 2; only the first counts"
    assert second.remarks[-1].zh == "与第 2 行是同一条，只采用第 2 行"


@pytest.mark.parametrize("key", KINDS)
def test_an_import_is_taken_back_whole(session: Session, settings: Settings, key: str) -> None:
    """What was added goes, what was changed is as it was before, in either order."""
    empty = held(session, key)
    first = applied(session, key, settings, WRITERS[key], GOOD[key])
    one = held(session, key)
    second = applied(session, key, settings, WRITERS[key], {**GOOD[key], **CHANGED[key]})
    assert held(session, key) != one
    assert undone(session, key, WRITERS[key], second) == []
    assert held(session, key) == one
    assert undone(session, key, WRITERS[key], first) == []
    assert held(session, key) == empty


@pytest.mark.parametrize("key", LEDGERS)
def test_taking_back_out_of_order_brings_nothing_back(session: Session, settings: Settings, key: str) -> None:
    """The first import is undone while a second one's correction stands: it stays, and goes with the second."""
    first = applied(session, key, settings, WRITERS[key], GOOD[key])
    second = applied(session, key, settings, WRITERS[key], {**GOOD[key], **CHANGED[key]})
    assert undone(session, key, WRITERS[key], first) == ["kept"]
    assert len(held(session, key)) == 1
    undone(session, key, WRITERS[key], second)
    assert held(session, key) == []


@pytest.mark.parametrize("key", KINDS)
def test_whose_it_is_not_may_not_write_it(session: Session, settings: Settings, key: str) -> None:
    """Another bank, another department, another role: refused row by row, and nothing is written."""
    before = held(session, key)
    for actor in OTHERS[key]:
        (outcome,) = staged(session, key, settings, actor, GOOD[key])
        assert (outcome.outcome, [r.code for r in outcome.remarks if r.level == "error"]) == ("refuse", ["not_allowed"])
        applied(session, key, settings, actor, GOOD[key])
    assert held(session, key) == before


BAD = [
    ("change_packs", {"institution": "某某银行"}, "institution_unknown"),
    ("change_packs", {"institution": "聊城市文化和旅游局"}, "institution_unknown"),
    ("change_packs", {"packs": "12.5"}, "not_whole"),
    ("change_packs", {"packs": "-3"}, "number_unreadable"),
    ("change_packs", {"packs": None}, "missing"),
    ("change_packs", {"month": "一季度"}, "date_vague"),
    ("change_packs", {"month": "2999-01"}, "date_future"),
    ("change_packs", {"recipient_kind": "老人"}, "choice"),
    ("pos_devices", {"name_zh": "没有的店"}, "venue_unknown"),
    ("pos_devices", {"name_zh": None}, "missing"),
    ("pos_devices", {"schemes": "Visa、某卡"}, "scheme_unknown"),
    ("activities", {"title": "x" * 201}, "too_long"),
    ("licences", {"held": "也许"}, "status_unreadable"),
    ("key_list", {"list": "别的名录"}, "choice"),
    ("key_list", {"change": "移出"}, "missing"),
]


@pytest.mark.parametrize(("key", "wrong", "code"), BAD)
def test_a_bad_cell_refuses_its_row(
    session: Session, settings: Settings, key: str, wrong: dict[str, object], code: str
) -> None:
    """The remark names the column, in both languages; the rows beside it are taken."""
    wronged, good = staged(session, key, settings, WRITERS[key], {**GOOD[key], **wrong}, GOOD[key])
    errors = [r for r in wronged.remarks if r.level == "error"]
    assert wronged.outcome == "refuse"
    assert [r.code for r in errors][:1] == [code] or code == "scheme_unknown"
    assert all(r.column and r.zh and r.en for r in errors)
    assert good.outcome in {"new", "same"}


@pytest.mark.parametrize("key", KINDS)
def test_the_same_row_twice_in_a_file_is_refused(session: Session, settings: Settings, key: str) -> None:
    """The second names the first."""
    first, second = staged(session, key, settings, WRITERS[key], GOOD[key], {**GOOD[key], **CHANGED[key]})
    assert (first.outcome, second.outcome) == ("new", "refuse")
    assert "2" in second.remarks[-1].zh


def test_a_name_that_several_have_asks_for_the_number(session: Session, settings: Settings) -> None:
    """The remark lists them."""
    session.get_one(Venue, venue_id("c")).name_zh = "甲酒店"
    session.commit()
    (outcome,) = staged(session, "pos_devices", settings, BOC, GOOD["pos_devices"])
    assert [r.code for r in outcome.remarks] == ["venue_several"]
    assert venue_id("c") in outcome.remarks[0].zh


def test_an_empty_bank_is_one_s_own(session: Session, settings: Settings) -> None:
    """A bank's own ledger need not name it in each row; a department's cannot be a bank."""
    (own,) = staged(session, "change_packs", settings, BOC, {**GOOD["change_packs"], "institution": None})
    assert own.cells["values"]["institution"] == "boc"
    (other,) = staged(session, "change_packs", settings, REGULATOR, {**GOOD["change_packs"], "institution": None})
    assert [r.code for r in other.remarks] == ["missing"]


def test_a_correction_leaves_who_and_what_in_the_trail(session: Session, settings: Settings) -> None:
    """What stood there, since when and by whom, stays to be read."""
    first = applied(session, "change_packs", settings, BOC, GOOD["change_packs"])
    applied(session, "change_packs", settings, REGULATOR, {**GOOD["change_packs"], "packs": 150})
    (line,) = session.scalars(select(AuditLine).where(AuditLine.outcome == "replaced"))
    assert (line.by, line.facts["before"]["packs"], line.facts["after"]["packs"]) == ("wang", 120, 150)
    assert (line.facts["before"]["recorded_by"], line.facts["before"]["import_id"]) == ("boc-clerk", first.id)


def test_what_was_changed_by_hand_since_stays(session: Session, settings: Settings) -> None:
    """Undoing an import leaves a row that somebody has changed after it, and says so."""
    made = applied(session, "change_packs", settings, BOC, GOOD["change_packs"])
    row = session.scalars(select(ChangePackCount)).one()
    row.packs, row.import_id = 99, None
    session.commit()
    assert undone(session, "change_packs", BOC, made) == ["kept"]
    assert session.scalar(select(ChangePackCount.packs)) == 99


def test_a_row_that_changed_between_staging_and_applying_is_not_overwritten(
    session: Session, settings: Settings
) -> None:
    """Somebody was quicker: nothing is written."""
    applied(session, "change_packs", settings, BOC, GOOD["change_packs"])
    outcomes = staged(session, "change_packs", settings, BOC, {**GOOD["change_packs"], "packs": 7})
    row = session.scalars(select(ChangePackCount)).one()
    row.packs = 99
    session.commit()
    with pytest.raises(Overtaken):
        KINDS["change_packs"].apply(session, outcomes, BOC, 1)


def test_inspections_of_a_file_say_what_they_found(session: Session, settings: Settings) -> None:
    """Each finding is a statement of the inspection; undoing withdraws them and deletes none."""
    made = applied(session, "inspections", settings, TOURISM, GOOD["inspections"])
    inspection = session.scalars(select(Inspection)).one()
    said = session.scalars(select(Observation).order_by(Observation.id)).all()
    assert {(o.capability, o.aspect, o.status, o.source_ref, o.import_id) for o in said} == {
        ("foreign_card", "", "yes", f"inspection/{inspection.id}", made.id),
        ("foreign_card", "visa", "yes", f"inspection/{inspection.id}", made.id),
        ("cash", "", "no", f"inspection/{inspection.id}", made.id),
    }
    undone(session, "inspections", TOURISM, made)
    assert session.scalar(select(func.count()).select_from(Observation)) == 6
    assert session.scalar(select(func.count()).select_from(CapabilitySummary)) == 0


def test_a_unit_closes_by_file_what_it_was_asked_to_do(session: Session, settings: Settings) -> None:
    """A bank that was asked to inspect a hotel may send the result; without the errand it may not."""
    row = {**GOOD["inspections"], "institution": "boc"}
    (before,) = staged(session, "inspections", settings, BOC, row)
    errand = Inspection(
        venue_id=venue_id("a"), institution="boc", due_on=date(2026, 6, 30), result={"about": [7]}, recorded_by="x"
    )
    session.add(errand)
    session.commit()
    applied(session, "inspections", settings, BOC, row)
    assert before.outcome == "refuse"
    assert (errand.done_on, errand.result["about"]) == (date(2026, 6, 20), [7])


@pytest.mark.parametrize("key", ["licences", "key_list"])
def test_a_change_of_the_register_is_numbered(session: Session, settings: Settings, key: str) -> None:
    """Readers hear of licences and of lists."""
    before = session.scalar(select(func.count()).select_from(Change))
    applied(session, key, settings, WRITERS[key], GOOD[key])
    assert session.scalar(select(func.count()).select_from(Change)) > before


def test_a_list_s_file_drafts_and_does_not_touch_what_is_confirmed(session: Session, settings: Settings) -> None:
    """A new version holds what the confirmed one held and what the file enters; a removal keeps its reason."""
    applied(session, "key_list", settings, TOURISM, GOOD["key_list"])
    off = {"list": "key_merchants", "name_zh": "乙医院", "change": "移出", "reason": "不再经营"}
    applied(session, "key_list", settings, HEALTH, off)
    confirmed, draft = session.scalars(select(KeyListVersion).order_by(KeyListVersion.number)).all()
    listed = {
        v.id: set(session.scalars(select(KeyListEntry.venue_id).where(KeyListEntry.version_id == v.id)))
        for v in (confirmed, draft)
    }
    assert listed == {confirmed.id: {venue_id("b")}, draft.id: {venue_id("a")}}
    assert (draft.confirmed_at, draft.removals[venue_id("b")]["reason"]) == (None, "不再经营")


def test_a_list_that_was_confirmed_since_stays(session: Session, settings: Settings) -> None:
    """Undoing says so, and the confirmed version is as it was."""
    made = applied(session, "key_list", settings, TOURISM, GOOD["key_list"])
    draft = session.scalars(select(KeyListVersion).where(KeyListVersion.number == 2)).one()
    draft.confirmed_at = now()
    session.commit()
    before = held(session, "key_list")
    assert undone(session, "key_list", TOURISM, made) == ["kept"]
    assert held(session, "key_list") == before


def test_a_draft_that_somebody_changed_since_stays(session: Session, settings: Settings) -> None:
    """Undoing an import leaves what was entered by hand after it, and says so."""
    made = applied(session, "key_list", settings, TOURISM, GOOD["key_list"])
    entry = session.scalars(select(KeyListEntry).where(KeyListEntry.venue_id == venue_id("a"))).one()
    entry.reason = "by hand"
    session.commit()
    before = held(session, "key_list")
    assert undone(session, "key_list", TOURISM, made) == ["kept"]
    assert held(session, "key_list") == before


def test_a_list_import_without_what_it_wrote_is_taken_back(session: Session, settings: Settings) -> None:
    """Older lines of the trail tell only what was there before."""
    before = held(session, "key_list")
    made = applied(session, "key_list", settings, TOURISM, GOOD["key_list"])
    line = session.scalars(select(AuditLine).where(AuditLine.outcome == "drafted")).one()
    line.facts = {"rows": [{n: v for n, v in row.items() if n != "after"} for row in line.facts["rows"]]}
    session.commit()
    assert undone(session, "key_list", TOURISM, made) == []
    assert held(session, "key_list") == before


def test_many_rows_are_staged_quickly(session: Session, settings: Settings) -> None:
    """Ten thousand rows take seconds, not minutes: venues and rows are looked up together."""
    from time import perf_counter  # noqa: PLC0415 - only here

    rows = [{**GOOD["pos_devices"], "device_no": str(n)} for n in range(10_000)]
    start = perf_counter()
    outcomes = staged(session, "pos_devices", settings, BOC, *rows)
    assert {o.outcome for o in outcomes} == {"new"}
    assert perf_counter() - start < timedelta(seconds=20).total_seconds()


def test_every_kind_keeps_the_protocol() -> None:
    """Key, names and columns; no two columns of a ledger share a header."""
    for key, kind in KINDS.items():
        assert kind.key == key
        names = [name for c in kind.columns for name in (c.zh, c.en)]
        assert len(set(names)) == len(names)
        assert Kind in type(kind).__mro__ or hasattr(kind, "stage")


def test_devices_and_licences_are_what_the_file_says(session: Session, settings: Settings) -> None:
    """Typed values in the tables."""
    applied(session, "pos_devices", settings, BOC, GOOD["pos_devices"])
    applied(session, "licences", settings, REGULATOR, GOOD["licences"])
    device, licence = session.scalars(select(PosDevice)).one(), session.scalars(select(Licence)).one()
    assert (device.venue_id, device.acquirer, device.placed_on) == (venue_id("a"), "boc", date(2026, 3, 1))
    assert device.schemes == {"schemes": ["visa", "mastercard"]}
    assert (licence.venue_id, licence.held, licence.kind) == (venue_id("d"), True, "personal_fx")
