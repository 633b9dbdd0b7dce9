"""What was accepted is written as a whole, once, and taken back as a whole."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actor import Actor
from app.errors import Overtaken
from app.imports import doing, kept
from app.imports.asked import Setup
from app.register import places
from app.register.changes import latest
from app.register.statements import Statement, record
from app.tables import AuditLine, CapabilitySummary, Import, Licence, Observation, Venue, VenueHistory
from small_imports import HEADER, HOTEL, KNOWN, SYSTEM, counted, named, sheet
from small_register import venue_id

CLERK = Actor("clerk", "regulator")
Send = Callable[..., Import]


def status(session: Session, name: str, capability: str) -> str | None:
    """What is known of a venue."""
    of = CapabilitySummary.venue_id == named(session, name).id, CapabilitySummary.capability == capability
    return session.scalar(select(CapabilitySummary.status).where(*of))


def test_a_venue_comes_in_with_what_is_said_of_it(session: Session, send: Send) -> None:
    """Row, history and statements, each with the import's number."""
    made = send(HOTEL, KNOWN)
    venue = named(session, "戊酒店")
    assert (venue.phone, venue.external_id, venue.geometry.x) == ("0635-8412418", "H1", 115.97)
    assert (status(session, "戊酒店", "foreign_card"), status(session, "甲酒店", "foreign_card")) == ("yes", "no")
    assert set(session.scalars(select(VenueHistory.import_id))) == {made.id}
    assert set(session.scalars(select(Observation.import_id))) == {made.id}
    assert (made.state, made.sha256, len(made.content or b"") > 0) == ("applied", kept.digest(made.content), True)


def test_the_same_file_twice_changes_nothing(session: Session, send: Send) -> None:
    """Not a row, not a statement, not the number of a change."""
    send(HOTEL, KNOWN)
    before = counted(session), latest(session)
    again = send(HOTEL, KNOWN)
    assert (counted(session), latest(session)) == before
    assert (again.counts["same"], again.counts["changed"], again.counts["said"]) == (2, 0, 0)


def test_undone_the_register_is_as_it_was_and_history_stays(session: Session, setup: Setup, send: Send) -> None:
    """Statements are withdrawn, attributes put back, venues removed; no line of history is lost."""
    made = send(HOTEL, KNOWN)
    _, lines, said = counted(session)
    assert doing.undo(session, made, CLERK, setup) == []
    session.commit()
    live, lines_after, said_after = counted(session)
    assert (live, named(session, "甲酒店").phone, named(session, "戊酒店").deleted_at is None) == (4, None, False)
    assert (lines_after > lines, said_after) == (True, 2 * said)
    assert session.scalars(select(CapabilitySummary.status)).all() == []
    assert (made.state, made.undone_by) == ("undone", "clerk")


def test_the_trail_keeps_what_undone_licences_said(session: Session, setup: Setup, send: Send) -> None:
    """They have no history of their own, even where a file says nothing else; without any there is no line."""
    plain = send(KNOWN)
    made = send((*KNOWN, "是"), header=(*HEADER, "对私结售汇"))
    assert session.scalars(select(Licence.import_id)).all() == [made.id]
    for one in (made, plain):
        doing.undo(session, one, CLERK, setup)
        session.commit()
    assert session.scalars(select(Licence)).all() == []
    line = session.scalars(select(AuditLine)).one()
    assert (line.by, line.action, line.subject) == ("clerk", "undo_import", f"import {made.id} undone")
    (said,) = line.facts["licences"]
    assert (said["venue_id"], said["kind"], said["held"], said["valid_from"]) == (
        venue_id("a"), "personal_fx", True, "2026-03-05",
    )  # fmt: skip


def test_redone_it_is_there_again(session: Session, setup: Setup, send: Send) -> None:
    """As the same venue, with the same statuses; and undone once more it is gone once more."""
    made = send(HOTEL, KNOWN)
    key = named(session, "戊酒店").id
    for _ in range(2):
        doing.undo(session, made, CLERK, setup)
        session.commit()
        assert doing.apply(session, made, CLERK, setup)
        session.commit()
        assert (named(session, "戊酒店").id, named(session, "戊酒店").deleted_at) == (key, None)
        assert (named(session, "甲酒店").phone, status(session, "戊酒店", "cash")) == ("0635-8412000", "yes")
    doing.undo(session, made, CLERK, setup)
    session.commit()
    assert counted(session)[0] == 4


def test_a_venue_without_a_number_keeps_its_id_when_redone(session: Session, setup: Setup, send: Send) -> None:
    """Its rows stay one venue, however often it comes and goes."""
    made = send(("", *HOTEL[1:]))
    key = named(session, "戊酒店").id
    doing.undo(session, made, CLERK, setup)
    doing.apply(session, made, CLERK, setup)
    session.commit()
    assert named(session, "戊酒店").id == key


def test_what_somebody_wrote_since_stays_and_is_named(session: Session, setup: Setup, send: Send) -> None:
    """A corrected phone stays corrected; a venue that somebody inspected stays."""
    made = send(HOTEL, KNOWN)
    places.change(session, {venue_id("a"): {"phone": "0635-2222222"}}, CLERK)
    seen = Statement(named(session, "戊酒店").id, "cash", "no", date(2026, 4, 1), "inspection", "a visit")
    record(session, [seen], CLERK)
    session.commit()
    stays = doing.undo(session, made, CLERK, setup)
    session.commit()
    assert {(stay["name"], stay["what"]) for stay in stays} == {("甲酒店", "phone"), ("戊酒店", "venue")}
    assert (named(session, "甲酒店").phone, status(session, "戊酒店", "cash")) == ("0635-2222222", "no")
    assert named(session, "戊酒店").deleted_at is None


def test_the_later_of_two_imports_is_undone_first(session: Session, setup: Setup, send: Send) -> None:
    """The earlier one says which stands in its way, and writes nothing."""
    first = send(HOTEL)
    second = send((*HOTEL[:-1], "0635-3333333"))
    with pytest.raises(Overtaken, match=f"import {second.id} "):
        doing.undo(session, first, CLERK, setup)
    session.rollback()
    assert named(session, "戊酒店").phone == "0635-3333333"
    for made, phone in ((second, "0635-8412418"), (first, "0635-8412418")):
        doing.undo(session, session.get_one(Import, made.id), CLERK, setup)
        session.commit()
        assert named(session, "戊酒店").phone == phone
    assert counted(session)[0] == 4


def test_a_register_that_moved_on_is_looked_at_anew(session: Session, setup: Setup, send: Send) -> None:
    """What would now be written differently is shown first; what would be written the same is written."""
    made = send(HOTEL, KNOWN, apply=False)
    places.change(session, {venue_id("a"): {"phone": "0635-8412000"}}, SYSTEM)
    session.commit()
    assert not doing.apply(session, made, CLERK, setup)
    session.commit()
    assert (made.state, made.counts["changed"], counted(session)[0]) == ("staged", 0, 4)
    places.change(session, {venue_id("b"): {"phone": "1"}}, SYSTEM)
    session.commit()
    assert doing.apply(session, made, CLERK, setup)
    session.commit()
    assert counted(session)[0] == 5


def test_a_file_is_written_whole_or_not_at_all(session: Session, setup: Setup, send: Send) -> None:
    """A row that cannot be written takes all others with it."""
    made = send(HOTEL, KNOWN, apply=False)
    rows = kept.outcomes(session, made.id)
    rows[1].cells["say"] = [["cash", "", "perhaps", "2026-03-05", "台账", {}]]
    before = counted(session), latest(session)
    with pytest.raises(Exception, match="perhaps"):
        doing.write(session, made, rows, CLERK, setup)
    session.rollback()
    assert (counted(session), latest(session)) == before


def test_a_position_that_did_not_move_is_left_as_it_was_given(session: Session, send: Send, tmp_path: Path) -> None:
    """A venue given in GCJ-02 and sent again in WGS-84 keeps its numbers and its datum."""
    del tmp_path
    send((*HOTEL[:4], 115.976, 36.471, "GCJ-02", *HOTEL[7:]))
    venue = named(session, "戊酒店")
    before = latest(session)
    send((*HOTEL[:4], round(venue.geometry.x, 7), round(venue.geometry.y, 7), *HOTEL[6:]))
    assert (named(session, "戊酒店").original_datum, latest(session)) == ("gcj02", before)


def test_what_asks_is_left_out(session: Session, send: Send) -> None:
    """Two rows that are one new place: the second asks, and is not written."""
    twin = ("", *HOTEL[1:4], 115.9701, *HOTEL[5:])
    made = send(("", *HOTEL[1:]), twin)
    assert (made.counts["new"], made.counts["ask"], counted(session)[0]) == (1, 1, 5)


def test_only_the_rows_in_a_file_are_counted(session: Session, send: Send, tmp_path: Path) -> None:
    """The title, the header and an empty row below are none."""
    made = send(HOTEL, tuple([None] * 12), KNOWN)
    assert [row.row for row in kept.rows_of(session, made.id)] == [3, 5]
    assert session.scalar(select(func.count()).select_from(Venue)) == 5
    assert sheet(tmp_path / "x.xlsx", HOTEL).exists()
