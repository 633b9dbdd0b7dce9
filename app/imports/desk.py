"""What the edges of imports share: reading what was asked, whose an import is, and doing it now or as a job."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, sessionmaker
from starlette.requests import Request

from app.accounts.asking import Asker, actor_now
from app.accounts.trail import note
from app.actor import Actor
from app.errors import BadParameter, NotAllowed, Overtaken
from app.imports import doing, kept
from app.imports.asked import VENUES, Asked, Setup
from app.imports.datum import named
from app.imports.receiving import Sent
from app.imports.staging import Told, whose
from app.jobs import queue
from app.jobs.work import Work
from app.permissions import TABLE, Action, Reach, Role, Subject, require
from app.tables import Import, Institution, Job

AT_ONCE_BYTES = 300_000
"""A file of a few thousand rows is compared while its sender waits; a larger one as a job."""
STAGE, APPLY = "import.stage", "import.apply"
FACTS = ("kind", "institution", "datum", "accept_guessed_datum", "observed_on")
WHOLE = 100
STAGES = {"reading": (0, 45), "matching": (45, 25), "comparing": (70, 25)}
"""When each stage begins, and how much of the whole it takes, in hundredths: measured on 100,000 rows."""
TRUE = frozenset({"1", "true", "yes", "on"})


@dataclass(frozen=True)
class Desk:
    """What a request needs."""

    session: Session
    actor: Actor
    setup: Setup

    @classmethod
    def of(cls, request: Request, session: Session, asker: Asker) -> "Desk":
        """As the application is set up."""
        return cls(session, asker.actor, request.app.state.imports)


def asked(desk: Desk, name: str, said: Mapping[str, str]) -> Asked:
    """How a file is to be read, from the fields of a form or the parameters of a query.

    Raises:
        BadParameter: naming the field. NotAllowed: the role imports nothing, or not for this institution.
    """
    require(desk.actor, Action.IMPORT)
    kind = said.get("kind") or VENUES
    desk.setup.kind(kind)
    own = desk.actor.institution if desk.actor.role == Role.BANK else None
    house = said.get("institution") or own
    if house is not None and desk.session.get(Institution, house) is None:
        raise BadParameter("institution", f"{house!r} is no institution of this register")
    made = Asked(
        name=name,
        actor=desk.actor,
        kind=kind,
        datum=named(said.get("datum") or None),
        accept_guessed=said.get("accept_guessed_datum", "").lower() in TRUE,
        institution=house,
        observed_on=_day(said.get("observed_on")),
    )
    require(desk.actor, Action.IMPORT, whose(made))
    return made


def take(desk: Desk, sent: Sent, how: Asked, *, dry_run: bool) -> Import:
    """Keep a file that was sent, and compare it: now where it is small, else as a job. The caller commits.

    Raises:
        BadFile, NotAllowed: as `doing.stage_file`.
    """
    content = doing.keepable(sent.path)
    if sent.path.stat().st_size > AT_ONCE_BYTES:
        made = kept.new(desk.session, how, content)
        kind = STAGE if dry_run else APPLY
        made.job_id = queue.enqueue(desk.session, kind, {"import": made.id}, desk.actor)
        return made
    made = doing.send(desk.session, how, content, doing.stage_file(desk.session, sent.path, how, desk.setup))
    doing.recall_columns(desk.session, made, desk.actor, desk.setup)
    tell_denied(desk.session, made, desk.actor)
    if not dry_run:
        doing.write(desk.session, made, kept.outcomes(desk.session, made.id), desk.actor, desk.setup)
    return made


def restage(desk: Desk, made: Import) -> None:
    """Compare anew after its user said something else of it, now or as a job."""
    if len(made.content or b"") > AT_ONCE_BYTES:
        made.state = kept.WAITING
        made.job_id = queue.enqueue(desk.session, STAGE, {"import": made.id}, desk.actor)
    else:
        doing.stage_kept(desk.session, made, desk.actor, desk.setup)


def tell_denied(session: Session, made: Import, actor: Actor) -> None:
    """A line in the trail for rows that were not the sender's."""
    denied = made.facts.get("denied") or []
    if denied:
        note(session, actor, Action.IMPORT, "refused", str(denied[0]), file=made.file_name, venues=denied)


def one(desk: Desk, import_id: int) -> Import:
    """An import that the actor may see.

    Raises:
        NotFound: none of this number. NotAllowed: another's.
    """
    found = kept.one(desk.session, import_id)
    if found.created_by != desk.actor.name:
        require(desk.actor, Action.IMPORT, _subject(found))
    return found


def visible(actor: Actor) -> Select[tuple[Import]]:
    """The imports that the actor may see, the newest first, without their files."""
    columns = [getattr(Import, name) for name in Import.__table__.c.keys() if name != "content"]  # noqa: SIM118 - a collection
    query = select(*columns).order_by(Import.id.desc())
    if TABLE[Action.IMPORT].get(Role(actor.role)) == Reach.ANY:
        return query
    own = Import.created_by == actor.name
    return query.where(or_(own, Import.institution == actor.institution) if actor.institution else own)


def apply(desk: Desk, made: Import) -> bool:
    """Apply a staged import, or one that was undone; False where it has to be looked at again."""
    if made.state == kept.WAITING:
        msg = f"import {made.id} is still being compared with the register"
        raise Overtaken(msg)
    return doing.apply(desk.session, made, desk.actor, desk.setup)


def undo(desk: Desk, made: Import) -> list[dict[str, Any]]:
    """Take an import back."""
    require(desk.actor, Action.UNDO_IMPORT, _written_by(made, desk.actor))
    return doing.undo(desk.session, made, desk.actor, desk.setup)


def job_of(desk: Desk, made: Import) -> Job | None:
    """The work on an import that is going on, or went wrong."""
    return None if made.job_id is None else desk.session.get(Job, made.job_id)


def cancel(session: Session, job: Job) -> None:
    """Stop long work; an import that it had not compared yet has failed. The caller commits."""
    queue.cancel(session, job)
    kept.fail_left(session)


def handlers(setup: Setup, sessions: sessionmaker[Session]) -> dict[str, Any]:
    """What the process for long work does for imports."""

    def stage(work: Work) -> Mapping[str, Any]:
        return _in_job(setup, sessions, work, writes=False)

    def stage_and_apply(work: Work) -> Mapping[str, Any]:
        return _in_job(setup, sessions, work, writes=True)

    return {STAGE: stage, APPLY: stage_and_apply}


def _in_job(setup: Setup, sessions: sessionmaker[Session], work: Work, *, writes: bool) -> Mapping[str, Any]:
    try:
        with sessions.begin() as session:
            made, actor = _in_hand(session, work)
            doing.stage_kept(session, made, actor, setup, _whole(work))
            doing.recall_columns(session, made, actor, setup)
            tell_denied(session, made, actor)
        if writes:
            work.told("writing", WHOLE, WHOLE)
            with sessions.begin() as session:
                doing.apply(session, *_in_hand(session, work), setup)
    except NotAllowed as error:
        with sessions.begin() as session:
            note(session, Actor(error.who, error.role), error.action, "refused", error.subject, job=work.job_id)
        raise
    return {"import": int(work.arguments["import"])}


def _in_hand(session: Session, work: Work) -> tuple[Import, Actor]:
    """The import of a job, and who asked for it with the rights of this moment, not of the one when it was queued.

    Raises:
        NotSignedIn: the account has been closed since. NotAllowed: its role has changed.
    """
    made, actor = kept.one(session, int(work.arguments["import"])), actor_now(session, work.by)
    require(actor, Action.IMPORT, whose(kept.asked_of(made, actor)))
    return made, actor


def _whole(work: Work) -> Told:
    """Progress through a stage as progress through the whole, by how long the stages take."""

    def told(stage: str, done: int, total: int) -> None:
        begun, share = STAGES.get(stage, (0, 0))
        work.told(stage, begun + share * done // max(total, 1), WHOLE)

    return told


def _written_by(made: Import, actor: Actor) -> Subject | None:
    """Whose it is to take back: what somebody applied who may write anything may be anybody's."""
    role = made.facts.get("judged_for", {}).get("role")
    if role in set(Role) and TABLE[Action.IMPORT].get(Role(role)) == Reach.ANY:
        return Subject(made.file_name)
    return None if made.created_by == actor.name else _subject(made)


def _subject(made: Import) -> Subject:
    return Subject(made.file_name, made.institution, made.institution)


def _day(said: str | None) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise BadParameter("observed_on", f"{said!r} is no day: give one such as 2026-11-23") from None
