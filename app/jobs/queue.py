"""The queue: what waits, what runs, what became of it. The caller commits."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from app.actor import Actor
from app.errors import NotFound
from app.tables import Job
from app.tables.base import now

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
OVER = frozenset({DONE, FAILED, CANCELLED})
SILENT_AFTER = timedelta(seconds=30)
"""A job that has given no sign for so long has lost its process: each gives one every few seconds."""
TRIES = 2
LONGEST = 400


def enqueue(session: Session, kind: str, arguments: Mapping[str, Any], actor: Actor) -> int:
    """The number of a new job that waits for the process that does the work."""
    job = Job(kind=kind, state=WAITING, arguments=dict(arguments), result={}, created_by=actor.name)
    session.add(job)
    session.flush()
    return job.id


def is_any(session: Session) -> bool:
    """Whether a job waits, or has lost its process; looking writes nothing."""
    lost = and_(Job.state == RUNNING, Job.heartbeat_at < now() - SILENT_AFTER)
    return session.scalar(select(Job.id).where(or_(Job.state == WAITING, lost)).limit(1)) is not None


def claim(session: Session) -> Job | None:
    """The oldest job that waits, now running; None where none does, or another process was quicker."""
    oldest = select(Job.id).where(Job.state == WAITING).order_by(Job.id).limit(1).scalar_subquery()
    at = now()
    taken = session.scalar(
        update(Job)
        .where(Job.id == oldest, Job.state == WAITING)
        .values(state=RUNNING, started_at=at, heartbeat_at=at)
        .returning(Job.id)
    )
    return None if taken is None else session.get(Job, taken, populate_existing=True)


def beat(session: Session, job_id: int, done: int, total: int, message: str) -> bool:
    """Say that the job goes on, and how far it is; whether somebody wants it to stop."""
    told = {"heartbeat_at": now(), "done": done, "total": total, "message": message[:LONGEST]}
    asked = session.scalar(
        update(Job).where(Job.id == job_id, Job.state == RUNNING).values(told).returning(Job.cancel_asked)
    )
    return asked is None or asked


def end(session: Session, job_id: int, state: str, message: str = "", result: Mapping[str, Any] | None = None) -> None:
    """Close a job that ran."""
    told: dict[str, Any] = {"state": state, "message": message[:LONGEST], "ended_at": now()}
    if result is not None:
        told["result"] = dict(result)
    session.execute(update(Job).where(Job.id == job_id, Job.state == RUNNING).values(told))


def cancel(session: Session, job: Job) -> None:
    """Ask a job to stop; one that still waits stops at once."""
    stopped = session.execute(
        update(Job).where(Job.id == job.id, Job.state == WAITING).values(state=CANCELLED, ended_at=now())
    )
    if not stopped.rowcount:  # type: ignore[attr-defined]  # an update's result counts its rows
        session.execute(update(Job).where(Job.id == job.id, Job.state == RUNNING).values(cancel_asked=True))


def put_back_lost(session: Session) -> None:
    """Jobs whose process is gone wait again; those that lost it before have failed."""
    silent = select(Job).where(Job.state == RUNNING, Job.heartbeat_at < now() - SILENT_AFTER)
    for job in session.scalars(silent):
        tries = int(job.result.get("tries", 1))
        if job.cancel_asked:
            job.state, job.ended_at = CANCELLED, now()
        elif tries < TRIES:
            job.state, job.result = WAITING, {"tries": tries + 1}
        else:
            job.state, job.ended_at = FAILED, now()
            job.message = "the process that did this ended before it was done, twice: try again, or tell the operator"


def one(session: Session, job_id: int) -> Job:
    """A job.

    Raises:
        NotFound: there is none of this number.
    """
    found = session.get(Job, job_id)
    if found is None:
        msg = f"there is no job {job_id}"
        raise NotFound(msg)
    return found


def seconds_left(job: Job) -> float | None:
    """How long a running job will still take at its pace; None where nobody can say."""
    if job.state != RUNNING or not job.started_at or not job.total or not job.done:
        return None
    spent = (now() - job.started_at).total_seconds()
    return spent * (job.total - job.done) / job.done
