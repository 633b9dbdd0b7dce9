"""The pages of imports: send a file, look at what would become of it, decide, apply, undo. All work without scripts."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from app.accounts.asking import Asker, Db, Staff, Writer
from app.console.choices import choices
from app.console.pages import language, onward, staff_page
from app.console.sent import Filled, Number
from app.console.words import DATUMS, Words
from app.errors import BadFile, BadParameter, NotFound, Overtaken
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.imports import columns, kept, questions, settling, shown
from app.imports import desk as desks
from app.imports.asked import VENUES
from app.imports.desk import Desk
from app.imports.receiving import MOST_BYTES, Sent, SentFile
from app.imports.routes import own_job
from app.permissions import TABLE, Action, Reach, Role, require
from app.policy import read_policy
from app.register.changes import latest
from app.tables import Import

HERE = "/console/imports"
DONE = {
    "staged": N_("Compared with the register. Nothing has been written yet."),
    "applied": N_("Applied: all accepted rows are in the register and on the map."),
    "written": N_("Applied: all accepted rows are in the ledger."),
    "nothing": N_("Applied: the register said all of it already, nothing was changed."),
    "undone": N_("Undone: the register is as it was; the history stays."),
    "again": N_("The register has changed meanwhile, so the file was compared anew. Look at it, then apply."),
    "settled": N_("Every question is settled."),
}
TAKEN = ".xlsx,.xlsm,.xls,.csv,.txt,.geojson,.json,.gpkg,.parquet,.geoparquet,.osm,.pbf"

jobs = APIRouter(include_in_schema=False, prefix="/console/jobs")
router = APIRouter(include_in_schema=False, prefix=HERE, default_response_class=HTMLResponse)


def _imports(who: Staff) -> None:
    require(who.actor, Action.IMPORT)


router.dependencies.append(Depends(_imports))


@router.get("")
def listed(request: Request, who: Staff, session: Db) -> Response:
    """Where a file is dropped, and what was sent before."""
    return _start(request, who, session)


@router.post("")
async def send(request: Request, who: Writer, session: Db, sent: SentFile) -> Response:
    """Compare the file that was dropped."""
    return await run_in_threadpool(_send, request, who, session, sent)


def _send(request: Request, who: Asker, session: Db, sent: Sent) -> Response:
    desk = Desk.of(request, session, who)
    try:
        made = desks.take(desk, sent, desks.asked(desk, sent.name, sent.fields), dry_run=True)
    except (BadFile, BadParameter) as error:
        session.rollback()
        return _start(request, who, session, sent.fields, _sentence(error, language(request)))
    session.commit()
    lacking = made.job_id is None and made.facts["datum"]["how"] == "none"
    return onward(request, f"{HERE}/{made.id}/columns" if lacking else f"{HERE}/{made.id}")


@router.get("/{import_id}")
def one(request: Request, import_id: Number, who: Staff, session: Db) -> Response:
    """What becomes of the rows of a file."""
    return _one(request, who, session, import_id)


@router.get("/{import_id}/columns")
def adjust(request: Request, import_id: Number, who: Staff, session: Db) -> Response:
    """Which column is what, and which datum the positions are in."""
    return _columns(request, who, session, desks.one(Desk.of(request, session, who), import_id))


@router.post("/{import_id}/columns")
def adjusted(request: Request, import_id: Number, who: Writer, session: Db, filled: Filled) -> Response:
    """Compare the file anew, read as its user says."""
    desk = Desk.of(request, session, who)
    made = _open(desk, import_id)
    try:
        columns.choose(made, filled, desk.setup)
        desks.restage(desk, made)
    except (BadFile, BadParameter) as error:
        session.rollback()
        fault = _sentence(error, language(request))
        return _columns(request, who, session, desks.one(desk, import_id), fault)
    session.commit()
    return onward(request, f"{HERE}/{import_id}", done="staged")


@router.get("/{import_id}/asks")
def asks(request: Request, import_id: Number, who: Staff, session: Db) -> Response:
    """One row that asks, beside the venues that it may be."""
    desk = Desk.of(request, session, who)
    made = desks.one(desk, import_id)
    policy = read_policy(desk.setup.settings)
    question = questions.next_of(session, made, request.query_params.get("row"), who.actor, policy)
    if question is None:
        return onward(request, f"{HERE}/{import_id}", done="settled")
    context = {**_words(request, session, made), "question": question}
    return staff_page(request, who, "imports/asks.html", context)


@router.post("/{import_id}/asks/{row}")
def settle(request: Request, import_id: Number, row: Number, who: Writer, session: Db, filled: Filled) -> Response:
    """What somebody decided about a row; on to the next."""
    desk = Desk.of(request, session, who)
    settling.settle(session, _open(desk, import_id), row, filled.get("choice", ""), who.actor, desk.setup.settings)
    session.commit()
    return onward(request, f"{HERE}/{import_id}/asks")


@router.post("/{import_id}/apply")
def apply(request: Request, import_id: Number, who: Writer, session: Db) -> Response:
    """Write it into the register."""
    desk = Desk.of(request, session, who)
    made, before = desks.one(desk, import_id), latest(session)
    try:
        same = desks.apply(desk, made)
    except Overtaken:
        session.rollback()
        same = desks.apply(desk, desks.one(desk, import_id))
    session.commit()
    change = latest(session)
    done = "written" if made.kind != VENUES else "applied" if change != before else "nothing"
    return onward(request, f"{HERE}/{import_id}", change, done=done if same else "again")


@router.post("/{import_id}/undo")
def undo(request: Request, import_id: Number, who: Writer, session: Db) -> Response:
    """Take it back."""
    desk = Desk.of(request, session, who)
    try:
        desks.undo(desk, desks.one(desk, import_id))
    except Overtaken as error:
        session.rollback()
        return _one(request, who, session, import_id, ("bad", str(error)))
    session.commit()
    return onward(request, f"{HERE}/{import_id}", latest(session), done="undone")


@jobs.post("/{job_id}/cancel")
def cancel(request: Request, job_id: Number, who: Writer, session: Db) -> Response:
    """Stop long work."""
    job = own_job(session, who, job_id)
    desks.cancel(session, job)
    session.commit()
    made = job.arguments.get("import")
    return onward(request, HERE if made is None else f"{HERE}/{made}")


def _open(desk: Desk, import_id: int) -> Import:
    """An import whose rows are not written.

    Raises:
        NotFound: it is applied.
    """
    made = desks.one(desk, import_id)
    if made.state == kept.APPLIED:
        msg = f"import {import_id} is applied: undo it first"
        raise NotFound(msg)
    return made


def _start(request: Request, who: Asker, session: Db, said: dict[str, str] | None = None, fault: str = "") -> Response:
    lang, desk = language(request), Desk.of(request, session, who)
    kinds = [(VENUES, "场所台账" if lang == "zh" else "Venues")]
    kinds += [(kind.key, kind.zh if lang == "zh" else kind.en) for kind in desk.setup.kinds.values()]
    anybody = TABLE[Action.IMPORT].get(Role(who.actor.role)) == Reach.ANY
    context = {
        "listed": [row._mapping for row in session.execute(desks.visible(who.actor).limit(50))],  # noqa: SLF001 - SQLAlchemy's own public name
        "kinds": kinds,
        "institutions": choices(session).pairs("institution", lang) if anybody else [],
        "said": said or {"kind": request.query_params.get("kind", VENUES)},
        "fault": fault,
        "most": MOST_BYTES // 2**20,
        "taken": TAKEN,
        **_common(request),
    }
    return staff_page(request, who, "imports/list.html", context, _status(fault))


def _one(request: Request, who: Asker, session: Db, import_id: int, flash: tuple[str, str] | None = None) -> Response:
    desk = Desk.of(request, session, who)
    made = desks.one(desk, import_id)
    lang = language(request)
    done = DONE.get(request.query_params.get("done", ""))
    flash = flash or (None if done is None else ("ok", Words(lang).say(done)))
    job, kind = desks.job_of(desk, made), desk.setup.kinds.get(made.kind)
    context = {
        **_words(request, session, made),
        "flash": flash,
        "job": job if made.state == kept.WAITING else None,
        "ended": job if made.state == kept.FAILED else None,
        "page": shown.rows(session, made, request.query_params.get("show", ""), request.query_params.get("page", "")),
        "datum": made.facts.get("datum", {}),
        "stays": made.facts.get("stays", []),
        "asks": questions.left(session, made),
        "settled": questions.settled(session, made),
        "differences": shown.differences,
        "said": shown.said,
        "cells": {} if kind is None or made.state == kept.WAITING else shown.named(made, kind),
        "added": shown.added(session, made) if kind is None and made.state == kept.APPLIED else [],
    }
    return staff_page(request, who, "imports/one.html", context)


def _columns(request: Request, who: Asker, session: Db, made: Import, fault: str = "") -> Response:
    lang, desk = language(request), Desk.of(request, session, who)
    context = {
        **_words(request, session, made),
        "fault": fault,
        "sheet": columns.sheet(made, desk.setup, lang),
        "datum": made.facts.get("datum", {}),
        "stated": made.facts.get("stated_datum") or "",
        "observed_on": made.facts.get("observed_on") or "",
        "candidates": columns.landings(made),
    }
    return staff_page(request, who, "imports/columns.html", context, _status(fault))


def _words(request: Request, session: Db, made: Import) -> dict[str, Any]:
    names = choices(session).institution_names(language(request))
    return {"made": made, "of_venues": made.kind == VENUES, "names": names, **_common(request)}


def _common(request: Request) -> dict[str, Any]:
    return {"words": Words(language(request)), "datums": DATUMS, "here": HERE}


def _status(fault: str) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK


def _sentence(error: BadFile | BadParameter, lang: str) -> str:
    return error.zh if lang == "zh" and isinstance(error, BadFile) else str(error)
