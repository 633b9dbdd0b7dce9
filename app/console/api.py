"""What pages do to venues and statements, for programs: the same functions behind, problems instead of pages."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, Response

from app.accounts.asking import Db, Staff, Writer
from app.console.record import whole
from app.console.routes import desk
from app.console.said import read_statements
from app.console.sent import Body, Number
from app.console.shapes import OBSERVATION_BODY, VENUE_BODY, WITHDRAWAL_BODY, Recorded, VenueRecord
from app.console.versions import expected
from app.console.write import add, edit, record, venue_of, withdraw
from app.own_writes import told
from app.permissions import Action
from app.problems import problems
from app.register.changes import latest
from app.tables import Venue

_WHO = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_READ = problems(*_WHO, HTTPStatus.NOT_FOUND)
_WRITTEN = problems(*_WHO, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)
_RACES = problems(HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED)

router = APIRouter(prefix="/api/v1", tags=["staff"])


def takes(schema: Mapping[str, Any], kind: str = "application/json") -> dict[str, Any]:
    """The body of an operation, for its OpenAPI description."""
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema}}}}


@router.get("/venues/{id}/record", summary="Read all of a venue", response_model=VenueRecord, responses=_READ)
def read(id: str, request: Request, who: Staff, session: Db) -> Response:  # noqa: A002 - the name in the address
    """Read every attribute of a venue that is yours to see to; its ETag is its version."""
    venue = venue_of(session, id)
    desk(request, session, who).require(Action.SEE_PRIVATE, venue)
    return _shown(venue)


@router.post(
    "/venues",
    summary="Add a venue",
    status_code=HTTPStatus.CREATED,
    response_model=VenueRecord,
    responses=_WRITTEN,
    openapi_extra=takes(VENUE_BODY),
)
def create(request: Request, who: Writer, session: Db, body: Body) -> Response:
    """Add a venue that is yours. Name, class, county and source are needed."""
    key = add(desk(request, session, who), body)
    session.commit()
    answer = _shown(venue_of(session, key), HTTPStatus.CREATED)
    answer.headers["location"] = f"{request.scope.get('root_path', '')}/api/v1/venues/{key}/record"
    return told(answer, latest(session), request.app.state.settings)


@router.patch(
    "/venues/{id}",
    summary="Change a venue",
    response_model=VenueRecord,
    responses=_WRITTEN | _RACES,
    openapi_extra=takes(VENUE_BODY, "application/merge-patch+json"),
)
def change(id: str, request: Request, who: Writer, session: Db, body: Body) -> Response:  # noqa: A002 - as above
    """Set what the body names (RFC 7396: null takes a value out); the rest stays.

    `If-Match` says which version is meant: the ETag that came with the venue.
    """
    at = desk(request, session, who)
    venue = venue_of(session, id)
    at.require(Action.EDIT_VENUE, venue)
    edit(at, id, body, expected(request, session, venue))
    session.commit()
    return told(_shown(venue_of(session, id)), latest(session), request.app.state.settings)


@router.post(
    "/venues/{id}/observations",
    summary="Record what was seen",
    status_code=HTTPStatus.CREATED,
    response_model=Recorded,
    responses=_WRITTEN,
    openapi_extra=takes(OBSERVATION_BODY),
)
def observe(id: str, request: Request, who: Writer, session: Db, body: Body) -> Response:  # noqa: A002 - as above
    """Record a statement about the whole, and one for each aspect that is named. None is ever changed afterwards."""
    at = desk(request, session, who)
    at.require(Action.RECORD, venue_of(session, id))
    ids = record(at, id, read_statements(id, body))
    session.commit()
    answer = JSONResponse({"venue": id, "observations": ids}, HTTPStatus.CREATED)
    return told(answer, latest(session), request.app.state.settings)


@router.post(
    "/observations/{id}/withdrawal",
    summary="Withdraw a statement",
    status_code=HTTPStatus.CREATED,
    response_model=Recorded,
    responses=_WRITTEN,
    openapi_extra=takes(WITHDRAWAL_BODY),
)
def take_back(id: Number, request: Request, who: Writer, session: Db, body: Body) -> Response:  # noqa: A002 - as above
    """Take a statement back by another one that says why; the first stays as it was written."""
    own, venue = withdraw(desk(request, session, who), id, body.get("reason"))
    session.commit()
    answer = JSONResponse({"venue": venue, "observations": [own]}, HTTPStatus.CREATED)
    return told(answer, latest(session), request.app.state.settings)


def _shown(venue: Venue, status: HTTPStatus = HTTPStatus.OK) -> Response:
    headers = {"etag": f'"{venue.version}"', "cache-control": "no-store"}
    return JSONResponse(jsonable_encoder(whole(venue)), status, headers)
