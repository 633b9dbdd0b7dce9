"""Long work waits, runs, is told of, cancelled, and found again when its process is gone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from app.actor import SYSTEM
from app.db import make_engine, make_sessions
from app.errors import BadFile
from app.jobs import queue, work
from app.jobs.work import UNEXPECTED, Work, run_all, run_one
from app.tables import Job


@pytest.fixture
def sessions(migrated_url: str) -> Iterator[sessionmaker[Session]]:
    """Sessions of an empty register, on SQLite and on PostGIS."""
    made = make_engine(migrated_url)
    yield make_sessions(made)
    made.dispose()


def put(sessions: sessionmaker[Session], kind: str = "count", **arguments: object) -> int:
    """The number of a new job."""
    with sessions.begin() as session:
        return queue.enqueue(session, kind, arguments, SYSTEM)


def read(sessions: sessionmaker[Session], number: int) -> Job:
    """A job as it stands."""
    with sessions() as session:
        return queue.one(session, number)


def count(job: Work) -> dict[str, int]:
    """Counts as far as it is asked to."""
    for n in range(job.arguments["to"]):
        job.told("counting", n, job.arguments["to"])
    return {"counted": job.arguments["to"]}


def test_jobs_are_done_in_their_order(sessions: sessionmaker[Session]) -> None:
    """Each once, with its result."""
    first, second = put(sessions, to=2), put(sessions, to=3)
    run_all(sessions, lambda: {"count": count})
    assert [(read(sessions, n).state, read(sessions, n).result) for n in (first, second)] == [
        ("done", {"counted": 2}),
        ("done", {"counted": 3}),
    ]
    assert not run_one(sessions, dict)


def test_one_that_fails_says_why(sessions: sessionmaker[Session], caplog: pytest.LogCaptureFixture) -> None:
    """Our own errors in their words; a mistake of ours in the log only."""

    def refuse(_: Work) -> dict[str, int]:
        raise BadFile("x.csv: the file is empty")

    def stumble(_: Work) -> dict[str, int]:
        raise ZeroDivisionError

    numbers = put(sessions, "refuse"), put(sessions, "stumble")
    run_all(sessions, lambda: {"refuse": refuse, "stumble": stumble})
    assert [read(sessions, n).message for n in numbers] == ["x.csv: the file is empty", UNEXPECTED]
    assert {read(sessions, n).state for n in numbers} == {"failed"}
    assert "ZeroDivisionError" in caplog.text


def test_one_that_runs_is_told_of_and_cancelled(
    sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stops where it next tells of its progress."""
    monkeypatch.setattr(work, "TOLD_EVERY_S", 0)
    number = put(sessions)

    def endless(job: Work) -> dict[str, int]:
        for n in range(1000):
            job.told("counting", n, 1000)
            if n == 5:
                with sessions.begin() as session:
                    queue.cancel(session, queue.one(session, number))
        return {}

    run_all(sessions, lambda: {"count": endless})
    assert (read(sessions, number).state, read(sessions, number).done, read(sessions, number).total) == (
        "cancelled",
        6,
        1000,
    )


def test_one_whose_process_is_gone_is_done_again_once(sessions: sessionmaker[Session]) -> None:
    """By its heartbeat; lost twice it has failed, with a sentence."""
    number = put(sessions, to=1)
    for again in (True, False):
        with sessions.begin() as session:
            job = queue.claim(session)
            job.heartbeat_at -= queue.SILENT_AFTER + timedelta(seconds=1)
        with sessions.begin() as session:
            assert queue.is_any(session)
            queue.put_back_lost(session)
        assert read(sessions, number).state == ("waiting" if again else "failed")
    assert "twice" in read(sessions, number).message


def test_one_that_beats_is_left_alone(sessions: sessionmaker[Session]) -> None:
    """And no second process takes it."""
    number = put(sessions, to=1)
    with sessions.begin() as session:
        queue.claim(session)
    with sessions.begin() as session:
        queue.put_back_lost(session)
        assert queue.claim(session) is None
    assert read(sessions, number).state == "running"


def test_time_left_follows_the_pace(sessions: sessionmaker[Session]) -> None:
    """A third done in ten seconds: twenty are left; nobody knows before the first step."""
    number = put(sessions, to=1)
    with sessions.begin() as session:
        job = queue.claim(session)
        assert queue.seconds_left(job) is None
        job.started_at -= timedelta(seconds=10)
        job.done, job.total = 1, 3
        assert queue.seconds_left(job) == pytest.approx(20, abs=1)
    assert queue.seconds_left(read(sessions, number)) is not None
