"""Which claims contradict each other."""

from datetime import date, timedelta

import pandas as pd
import pytest

from app.review.conflicts import conflicts

WITHIN = timedelta(days=90)


def said(*rows: str) -> pd.DataFrame:
    """Statements written as `source aspect status day [decided day]`, numbered from 1, recorded on the day seen."""
    made = []
    for number, row in enumerate(rows, 1):
        source, aspect, status, day, *decided = row.split()
        made.append(
            {
                "id": number,
                "venue_id": "v",
                "capability": "foreign_card",
                "aspect": "" if aspect == "whole" else aspect,
                "status": status,
                "observed_at": date.fromisoformat(day),
                "recorded_at": pd.Timestamp(day, tz="UTC"),
                "source": source,
                "decided_at": pd.Timestamp(decided[0], tz="UTC") if decided else pd.NaT,
            }
        )
    return pd.DataFrame(made).assign(decided_at=lambda f: pd.to_datetime(f["decided_at"], utc=True))


def pairs(*rows: str, **more: object) -> list[tuple]:
    """Older and newer side of each conflict."""
    found = conflicts(said(*rows), WITHIN, **more)
    return list(zip(found["older"], found["newer"], strict=True))


CASES = {
    "opposite answers of two sources": (["bank whole yes 2026-01-01", "visit whole no 2026-01-20"], [((1,), (2,))]),
    "with limits is not no": (["bank whole limited 2026-01-01", "visit whole no 2026-01-20"], [((1,), (2,))]),
    "with limits is nearly yes": (["bank whole limited 2026-01-01", "visit whole yes 2026-01-20"], []),
    "nobody knows contradicts nothing": (["bank whole yes 2026-01-01", "visit whole unknown 2026-01-20"], []),
    "a source corrects itself": (["bank whole yes 2026-01-01", "bank whole no 2026-01-20"], []),
    "things change with time": (["bank whole yes 2026-01-01", "visit whole no 2026-06-01"], []),
    "ninety days are within, ninety-one are not": (
        ["bank visa yes 2026-01-01", "visit visa no 2026-04-01", "bank jcb yes 2026-01-01", "visit jcb no 2026-04-02"],
        [((1,), (2,))],
    ),
    "another aspect is another question": (["bank visa yes 2026-01-01", "visit jcb no 2026-01-20"], []),
    "no on the whole denies an aspect": (["bank visa yes 2026-01-01", "visit whole no 2026-01-20"], [((1,), (2,))]),
    "an aspect that works denies no on the whole": (
        ["bank whole no 2026-01-01", "visit visa yes 2026-01-20"],
        [((1,), (2,))],
    ),
    "yes on the whole says nothing of an aspect": (["bank whole yes 2026-01-01", "visit visa no 2026-01-20"], []),
    "what one visit saw is one side": (
        ["bank whole no 2026-01-01", "visit visa yes 2026-01-20", "visit jcb yes 2026-01-20"],
        [((1,), (2, 3))],
    ),
    "a third who agrees changes nothing": (
        ["bank whole yes 2026-01-01", "visit whole no 2026-01-20", "tourist whole no 2026-02-20"],
        [((1,), (2,))],
    ),
    "a third who turns it back is the newer side": (
        ["bank whole yes 2026-01-01", "visit whole no 2026-01-20", "tourist whole yes 2026-02-20"],
        [((2,), (3,))],
    ),
    "what was said late of an earlier day is the older side": (
        ["visit whole no 2026-01-20", "bank whole yes 2026-01-01"],
        [((2,), (1,))],
    ),
    "a person decided on the newer one": (
        ["bank whole yes 2026-01-01", "visit whole no 2026-01-20 2026-01-25"],
        [],
    ),
    "a person decided on the older one": (
        ["bank whole yes 2026-01-01 2026-01-25", "visit whole no 2026-01-20"],
        [],
    ),
    "a decision before the newer one settles nothing": (
        ["bank whole yes 2026-01-01 2026-01-05", "visit whole no 2026-01-20"],
        [((1,), (2,))],
    ),
}


@pytest.mark.parametrize(("rows", "expected"), CASES.values(), ids=CASES)
def test_conflicts(rows: list[str], expected: list[tuple]) -> None:
    """Two sources contradict each other as the rules say."""
    assert pairs(*rows) == expected


def test_the_inspection_that_was_asked_for_settles_it() -> None:
    """Whoever asked for a visit because of a claim does not get the visit's result back as a question."""
    rows = ("bank whole yes 2026-01-01", "visit whole no 2026-01-20")
    assert pairs(*rows, answered={(1, 2)}) == []
    assert pairs(*rows, answered={(1, 3)}) == [((1,), (2,))]


def test_one_row_per_capability_and_the_longest_waiting_first() -> None:
    """Venues and capabilities do not mix."""
    first = said("bank whole yes 2026-02-01", "visit whole no 2026-02-20")
    second = said("bank whole yes 2026-01-01", "visit whole no 2026-01-20").assign(capability="cash")
    second["id"] += 10
    third = first.assign(venue_id="w", source="bank")
    third["id"] += 20
    found = conflicts(pd.concat([first, second, third], ignore_index=True), WITHIN)
    assert list(zip(found["venue_id"], found["capability"], found["newer"], strict=True)) == [
        ("v", "cash", (12,)),
        ("v", "foreign_card", (2,)),
    ]


def test_nothing_said_is_no_conflict() -> None:
    """An empty register has none."""
    assert conflicts(said("bank whole yes 2026-01-01").iloc[:0], WITHIN).empty
