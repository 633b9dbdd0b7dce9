"""What follows from statements."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actor import SYSTEM
from app.errors import BadStatement
from app.register.statements import Statement, decide, record, withdraw
from app.tables import CapabilitySummary, CurrentStatus
from app.vocabulary import SCHEMES
from small_register import seen, venue_id

EVIDENCE = [s for s in SCHEMES if s != "unionpay"]


def whole(session: Session, letter: str = "a") -> str | None:
    """The summary of foreign cards at a venue."""
    return session.scalar(select(CapabilitySummary.status).where(CapabilitySummary.venue_id == venue_id(letter)))


def aspect(session: Session, name: str) -> str | None:
    """The status in force of one scheme at venue A."""
    return session.scalar(select(CurrentStatus.status).where(CurrentStatus.aspect == name))


CASES: dict[str, tuple[list[Statement], str | None]] = {
    "nothing said": ([], None),
    "whole yes": ([seen("a", "foreign_card", "yes", "2026-01-01")], "yes"),
    "one scheme works": ([seen("a", "foreign_card", "yes", "2026-01-01", "visa")], "yes"),
    "unionpay alone proves nothing": ([seen("a", "foreign_card", "yes", "2026-01-01", "unionpay")], "unknown"),
    "one refused scheme does not refuse all": (
        [seen("a", "foreign_card", "no", "2026-01-01", "mastercard")],
        "unknown",
    ),
    "every scheme refused is a no": ([seen("a", "foreign_card", "no", "2026-01-01", s) for s in EVIDENCE], "no"),
    "a later no on the whole wins": (
        [seen("a", "foreign_card", "yes", "2026-01-01", "visa"), seen("a", "foreign_card", "no", "2026-02-01")],
        "no",
    ),
    "a later yes on a scheme wins": (
        [seen("a", "foreign_card", "no", "2026-01-01"), seen("a", "foreign_card", "yes", "2026-02-01", "visa")],
        "yes",
    ),
    "a late record of an earlier day does not win": (
        [seen("a", "foreign_card", "no", "2026-02-01"), seen("a", "foreign_card", "yes", "2026-01-01")],
        "no",
    ),
    "limited schemes are limited": ([seen("a", "foreign_card", "limited", "2026-01-01", "jcb")], "limited"),
}


@pytest.mark.parametrize(("said", "expected"), CASES.values(), ids=CASES)
def test_summary(session: Session, said: list[Statement], expected: str | None) -> None:
    """The summary of a capability follows from its statements as the rules say."""
    record(session, said, SYSTEM)
    assert whole(session) == expected


def test_no_on_the_whole_denies_older_aspects_only(session: Session) -> None:
    """A `no` on the whole turns an older Visa yes to no, and leaves a newer JCB yes alone."""
    said = [
        seen("a", "foreign_card", "yes", "2026-01-01", "visa"),
        seen("a", "foreign_card", "no", "2026-02-01"),
        seen("a", "foreign_card", "yes", "2026-03-01", "jcb"),
    ]
    record(session, said, SYSTEM)
    assert (aspect(session, "visa"), aspect(session, "jcb")) == ("no", "yes")


def test_refused_mastercard_leaves_visa(session: Session) -> None:
    """A refused Mastercard never turns Visa to no."""
    said = [
        seen("a", "foreign_card", "yes", "2026-01-01", "visa"),
        seen("a", "foreign_card", "no", "2026-02-01", "mastercard"),
    ]
    record(session, said, SYSTEM)
    assert (aspect(session, "visa"), whole(session)) == ("yes", "yes")


def test_visitor_report_waits(session: Session) -> None:
    """A visitor's report says nothing until somebody accepts it."""
    (report,) = record(session, [seen("a", "cash", "no", "2026-01-01", kind="visitor_report")], SYSTEM)
    before = whole(session)
    decide(session, report, "accepted", SYSTEM)
    assert (before, whole(session)) == (None, "no")


def test_withdrawn_statement_counts_no_more(session: Session) -> None:
    """A withdrawn statement leaves the state as if it had not been made, and its row where it was."""
    (wrong,) = record(session, [seen("a", "cash", "no", "2026-01-01")], SYSTEM)
    back = withdraw(session, wrong, SYSTEM, "wrong shop")
    gone = whole(session)
    withdraw(session, back, SYSTEM, "right shop after all")
    assert (gone, whole(session)) == (None, "no")


@pytest.mark.parametrize(
    "bad",
    [
        seen("a", "credit", "yes", "2026-01-01"),
        seen("a", "cash", "maybe", "2026-01-01"),
        seen("a", "cash", "yes", "2026-01-01", "visa"),
        seen("a", "cash", "yes", "2999-01-01"),
        seen("f", "cash", "yes", "2026-01-01"),
    ],
    ids=["capability", "status", "aspect", "future", "venue"],
)
def test_a_statement_beyond_the_vocabulary_is_refused(session: Session, bad: Statement) -> None:
    """An unknown word, a future day or an unknown venue is refused and nothing is written."""
    with pytest.raises(BadStatement):
        record(session, [seen("a", "cash", "yes", "2026-01-01"), bad], SYSTEM)
    assert whole(session) is None
