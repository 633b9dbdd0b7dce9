"""Imports for programs: send a file, read what would become of it, settle, apply, undo."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.encoders import jsonable_encoder
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from app.accounts.asking import Asker, Db, Staff, Writer
from app.console.api import takes
from app.console.sent import Body, Number
from app.errors import BadParameter, NotAllowed, Overtaken
from app.importers.kinds import OUTCOMES
from app.imports import desk as desks
from app.imports import settling
from app.imports.desk import FACTS, TRUE, Desk
from app.imports.receiving import Sent, SentFile
from app.imports.remarks import workbook
from app.imports.told import CHOICE_BODY, FILE_BODY, ImportTold, JobTold, RowTold, job_told, row_told, told
from app.jobs import queue
from app.own_writes import told as told_writer
from app.permissions import Action, may
from app.problems import problems
from app.query import Query
from app.register.changes import latest
from app.tables import Import, ImportRow, Job

_WHO = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_READ = problems(HTTPStatus.BAD_REQUEST, *_WHO, HTTPStatus.NOT_FOUND)
_WRITTEN = problems(HTTPStatus.BAD_REQUEST, *_WHO, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)
_RACES = problems(HTTPStatus.PRECONDITION_FAILED)
MOST_ROWS = 1_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PARAMETERS = [
    {"name": name, "in": "query", "required": False, "schema": {"type": kind}, "description": said}
    for name, kind, said in (
        ("dry_run", "boolean", "Only compare; apply it later, or never."),
        ("kind", "string", "Which ledger; `venues` if left out."),
        ("institution", "string", "Code of the institution whose ledger it is; a bank's own if left out."),
        ("datum", "string", "Datum of positions that come without one."),
        ("accept_guessed_datum", "boolean", "Take the datum that rows with a known place suggest."),
        ("observed_on", "string", "The day of statements that have none, such as 2026-11-23."),
        ("name", "string", "The file's name, where the body is the file itself."),
    )
]

router = APIRouter(prefix="/api/v1", tags=["staff"])


@router.post(
    "/imports",
    summary="Send a ledger",
    status_code=HTTPStatus.CREATED,
    response_model=ImportTold,
    responses=_WRITTEN,
    openapi_extra={**FILE_BODY, "parameters": PARAMETERS},
)
async def send(request: Request, who: Writer, session: Db, sent: SentFile) -> Response:
    """Compare a file with the register, and with `dry_run` left out or false apply it as well, whole or not at all.

    A large file is compared by a job: the answer is 202, and `job` says how far it is.
    """
    return await run_in_threadpool(_send, request, who, session, sent)


def _send(request: Request, who: Asker, session: Db, sent: Sent) -> Response:
    query = Query.of(request.query_params.multi_items(), [*FACTS, "dry_run", "name"])
    said = {**sent.fields, **query.values}
    dry_run = query.values.get("dry_run", sent.fields.get("dry_run", "")).lower() in TRUE
    desk = Desk.of(request, session, who)
    made = desks.take(desk, sent, desks.asked(desk, sent.name, said), dry_run=dry_run)
    session.commit()
    status = HTTPStatus.CREATED if made.job_id is None else HTTPStatus.ACCEPTED
    answer = _answer(desk, made, status)
    answer.headers["location"] = f"{request.scope.get('root_path', '')}/api/v1/imports/{made.id}"
    return told_writer(answer, latest(session), request.app.state.settings)


@router.get("/imports", summary="List imports", response_model=list[ImportTold], responses=_READ)
def listed(request: Request, who: Staff, session: Db) -> Response:
    """The imports that you may see, the newest first; `limit` and `before` (an id) page through them."""
    query = Query.of(request.query_params.multi_items(), ["limit", "before"])
    wanted = desks.visible(who.actor).limit(query.whole("limit", 1, MOST_ROWS, 100))
    before = query.whole("before", 0, 2**53, 0)
    if before:
        wanted = wanted.where(Import.id < before)
    found = [told(row, None) for row in session.execute(wanted)]  # type: ignore[arg-type]  # a row with the same names
    return JSONResponse(jsonable_encoder(found))


@router.get("/imports/{id}", summary="Read an import", response_model=ImportTold, responses=_READ)
def read(id: Number, request: Request, who: Staff, session: Db) -> Response:  # noqa: A002 - the name in the address
    """What the file was, what was recognised in it, and what becomes of its rows."""
    desk = Desk.of(request, session, who)
    return _answer(desk, desks.one(desk, id))


@router.get("/imports/{id}/rows", summary="Read the rows of an import", response_model=list[RowTold], responses=_READ)
def rows(id: Number, request: Request, who: Staff, session: Db) -> Response:  # noqa: A002 - as above
    """What becomes of each row; `outcome` filters, `limit` and `after` (a row's number) page."""
    desk = Desk.of(request, session, who)
    made = desks.one(desk, id)
    query = Query.of(request.query_params.multi_items(), ["outcome", "limit", "after"])
    wanted = select(ImportRow).where(ImportRow.import_id == made.id, ImportRow.row > query.whole("after", 0, 2**53, 0))
    if outcomes := query.words("outcome", OUTCOMES):
        wanted = wanted.where(ImportRow.outcome.in_(outcomes))
    found = session.scalars(wanted.order_by(ImportRow.row).limit(query.whole("limit", 1, MOST_ROWS, 100)))
    return JSONResponse(jsonable_encoder([row_told(row) for row in found]))


@router.get("/imports/{id}/remarks.xlsx", summary="Download the file with remarks", responses=_READ)
def remarks(id: Number, request: Request, who: Staff, session: Db) -> Response:  # noqa: A002 - as above
    """The file that was sent, with a column of remarks and the cells at fault coloured. `lang` is zh or en."""
    desk = Desk.of(request, session, who)
    made = desks.one(desk, id)
    lang = Query.of(request.query_params.multi_items(), ["lang"]).language()
    saved = {"content-disposition": f'attachment; filename="import-{made.id}.xlsx"', "cache-control": "no-store"}
    return Response(workbook(session, made, lang), media_type=XLSX, headers=saved)


@router.post(
    "/imports/{id}/rows/{row}/settle",
    summary="Decide about a row that asks",
    response_model=RowTold,
    responses=_WRITTEN,
    openapi_extra=takes(CHOICE_BODY),
)
def settle(
    id: Number,  # noqa: A002 - as above
    row: Number,
    request: Request,
    who: Writer,
    session: Db,
    body: Body,
) -> Response:
    """Say which venue a row is, that it is a new one, or that it is left out."""
    desk = Desk.of(request, session, who)
    settled = settling.settle(session, desks.one(desk, id), row, _choice(body), who.actor, desk.setup.settings)
    session.commit()
    return JSONResponse(jsonable_encoder(row_told(settled)))


@router.post("/imports/{id}/apply", summary="Apply an import", response_model=ImportTold, responses=_WRITTEN | _RACES)
def apply(id: Number, request: Request, who: Writer, session: Db) -> Response:  # noqa: A002 - as above
    """Write all rows that are the same or new, in one transaction; rows that ask or are refused are left out.

    412 says that the register has changed so that the comparison came out differently: look at it, then apply again.
    """
    desk = Desk.of(request, session, who)
    made = desks.one(desk, id)
    done = desks.apply(desk, made)
    session.commit()
    if not done:
        msg = "the register has changed since: the file was compared anew and comes out differently; look at it first"
        raise Overtaken(msg)
    return told_writer(_answer(desk, made), latest(session), request.app.state.settings)


@router.post("/imports/{id}/undo", summary="Undo an import", response_model=ImportTold, responses=_WRITTEN | _RACES)
def undo(id: Number, request: Request, who: Writer, session: Db) -> Response:  # noqa: A002 - as above
    """Take back all that the import wrote, leaving its history; `stays` names what somebody wrote since.

    412 says that a later import wrote to the same places: undo that one first.
    """
    desk = Desk.of(request, session, who)
    made = desks.one(desk, id)
    desks.undo(desk, made)
    session.commit()
    return told_writer(_answer(desk, made), latest(session), request.app.state.settings)


@router.get("/jobs/{id}", summary="Read how far long work is", response_model=JobTold, responses=_READ)
def job(id: Number, who: Staff, session: Db) -> Response:  # noqa: A002 - as above
    """A job of yours."""
    return JSONResponse(jsonable_encoder(job_told(own_job(session, who, id))))


@router.post("/jobs/{id}/cancel", summary="Cancel long work", response_model=JobTold, responses=_WRITTEN)
def cancel(id: Number, who: Writer, session: Db) -> Response:  # noqa: A002 - as above
    """Stop a job of yours; nothing of it has been written."""
    found = own_job(session, who, id)
    desks.cancel(session, found)
    session.commit()
    session.refresh(found)
    return JSONResponse(jsonable_encoder(job_told(found)))


def _choice(body: Mapping[str, object]) -> str:
    said = body.get("choice")
    if not isinstance(said, str):
        raise BadParameter("choice", "give the id of a venue, new, skip or ask")
    return said


def own_job(session: Db, who: Asker, job_id: int) -> Job:
    """A job that somebody may see: their own, or any where they see the trail.

    Raises:
        NotFound: none of this number. NotAllowed: another's.
    """
    found = queue.one(session, job_id)
    if found.created_by != who.actor.name and not may(who.actor, Action.SEE_AUDIT):
        raise NotAllowed(who.actor.name, who.actor.role, "job", str(job_id))
    return found


def _answer(desk: Desk, made: Import, status: HTTPStatus = HTTPStatus.OK) -> Response:
    body: Any = jsonable_encoder(told(made, desks.job_of(desk, made)))
    return JSONResponse(body, int(status), {"cache-control": "no-store"})
