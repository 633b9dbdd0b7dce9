"""Doing the jobs of one register, one after the other."""

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from app.errors import PaymapError
from app.jobs import queue
from app.tables import Job

LOG = logging.getLogger("paymap.jobs")
TOLD_EVERY_S = 0.4
BEAT_EVERY_S = 5.0
UNEXPECTED = "something went wrong that should not have: the operator finds it in the log"


class Cancelled(Exception):
    """Somebody wants the job to stop."""


@dataclass
class Work:
    """A job in hand: what it was asked, and how it tells of its progress."""

    job_id: int
    arguments: Mapping[str, Any]
    sessions: sessionmaker[Session]
    by: str
    _told: tuple[int, int, str] = (0, 0, "")
    _last: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    def told(self, message: str, done: int, total: int) -> None:
        """Note how far the work is.

        Raises:
            Cancelled: somebody wants it to stop; nothing has been written.
        """
        self._told = (done, total, message)
        if monotonic() - self._last >= TOLD_EVERY_S:
            self.beat()
        if self._stop.is_set():
            raise Cancelled

    def beat(self) -> None:
        """Give a sign of life, and look whether the work is still wanted."""
        self._last = monotonic()
        done, total, message = self._told
        with suppress(DBAPIError), self.sessions.begin() as session:
            if queue.beat(session, self.job_id, done, total, message):
                self._stop.set()


Handler = Callable[[Work], Mapping[str, Any]]
"""Does the work of a kind and gives its result; a PaymapError is what its user reads."""


def nothing(_session: Session) -> None:
    """Nothing waits for the end of these jobs."""


def run_one(
    sessions: sessionmaker[Session],
    handlers: Callable[[], Mapping[str, Handler]],
    over: Callable[[Session], None] = nothing,
) -> bool:
    """Do the oldest job that waits; whether there was one.

    Args:
        sessions: of the register whose jobs they are.
        handlers: gives who does what, once there is something to do.
        over: puts right, in the same transaction, what waits for jobs that have ended.
    """
    with sessions() as session:
        if not queue.is_any(session):
            return False
    with sessions.begin() as session:
        queue.put_back_lost(session)
        over(session)
        job = queue.claim(session)
    if job is None:
        return False
    work = Work(job.id, job.arguments, sessions, job.created_by)
    with _beating(work):
        state, message, result = _outcome(work, job, handlers)
    with sessions.begin() as session:
        queue.end(session, job.id, state, message, result)
        over(session)
    return True


def run_all(sessions: sessionmaker[Session], handlers: Callable[[], Mapping[str, Handler]]) -> None:
    """Do every job that waits, in this process (as tests do)."""
    while run_one(sessions, handlers):
        pass


def _outcome(
    work: Work, job: Job, handlers: Callable[[], Mapping[str, Handler]]
) -> tuple[str, str, Mapping[str, Any] | None]:
    try:
        return queue.DONE, "", handlers()[job.kind](work)
    except Cancelled:
        return queue.CANCELLED, "", None
    except PaymapError as error:
        return queue.FAILED, str(error), None
    except Exception:
        LOG.exception("job %s (%s)", job.id, job.kind)
        return queue.FAILED, UNEXPECTED, None


class _beating:  # noqa: N801 - reads as a word after `with`
    """A thread that gives signs of life while the work is busy with something long."""

    def __init__(self, work: Work) -> None:
        self._work, self._over = work, threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(BEAT_EVERY_S):
            self._work.beat()
