"""Coverage and gaps over HTTP."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import orjson
from anyio import to_thread
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.answers import GeoJSON, headers, unchanged
from app.catalog.live import Live
from app.coverage import shapes
from app.coverage.answer import as_json, gaps_as_geojson
from app.coverage.figures import Coverage
from app.coverage.kept import Coverages
from app.edition import edition
from app.errors import BadParameter
from app.parameter import Parameter, Word, documented, names
from app.problems import problems
from app.query import Query, shown
from app.vocabulary import CAPABILITIES

CAPABILITY = Word(
    name="capability",
    says="What shall be counted.",
    example="currency_exchange",
    known=tuple(CAPABILITIES),
    usual="foreign_card",
)
REGION = Parameter(
    name="region",
    says="Adcode of the city (the usual one), a county or a zone: one of `/api/v1/regions`.",
    example="371502",
)
AS_OF = Parameter(
    name="as_of",
    says="What had been seen up to a day, by what is known today; without it, as things stand now.",
    example="2026-06-30",
    shape={"type": "string", "format": "date"},
)
TABLE = (CAPABILITY, REGION, AS_OF)
_ANSWERS: dict[int | str, dict[str, Any]] = {
    304: {"description": "Nothing has changed since the answer with this ETag."},
    **problems(HTTPStatus.BAD_REQUEST, HTTPStatus.SERVICE_UNAVAILABLE),
}

router = APIRouter(prefix="/api/v1", tags=["coverage"])


@router.get(
    "/coverage",
    summary="Measure the coverage",
    response_class=JSONResponse,
    response_model=shapes.CoverageSaid,
    responses=_ANSWERS,
    openapi_extra=documented(
        TABLE,
        tries=("/api/v1/coverage", "/api/v1/coverage?capability=currency_exchange&region={region}"),
    ),
)
async def coverage(request: Request) -> Response:
    """Count n of N by class and county with both bounds, and how far people have to go.

    `low` counts what is unknown as not met, `high` as met. Where the list of a class is not known to be complete,
    shares are null: the denominator is not known.
    """
    return await _answer(request, as_json, "application/json")


@router.get(
    "/gaps",
    summary="List the gaps",
    response_class=GeoJSON,
    response_model=shapes.Gaps,
    responses=_ANSWERS,
    openapi_extra=documented(TABLE, tries=("/api/v1/gaps", "/api/v1/gaps?capability=currency_exchange")),
)
async def gaps(request: Request) -> Response:
    """List the under-served areas, the one with most people first.

    `confirmed` means that it would be a gap even if everything unknown were a yes; `possible`, that nobody knows.
    """
    return await _answer(request, gaps_as_geojson, GeoJSON.media_type)


async def _answer(request: Request, said_as: Callable[[Coverage], dict[str, Any]], media_type: str) -> Response:
    live, kept = _held(request)
    query = Query.of(request.query_params.multi_items(), names(TABLE))
    as_of = query.day(AS_OF.name, live.today())
    capability, region = CAPABILITY.read(query) or "", region_of(query, live)
    said = headers(live, edition(live.settings))
    if (same := unchanged(request, said)) is not None:
        return same

    def body() -> bytes:
        return orjson.dumps(said_as(kept.of(capability, region, as_of)))

    return Response(await to_thread.run_sync(body, limiter=kept.threads), media_type=media_type, headers=said)


def _held(request: Request) -> tuple[Live, Coverages]:
    return request.app.state.register, request.app.state.coverages


def region_of(query: Query, live: Live) -> str:
    """The region that was asked for; the city where none was."""
    region, known = query.values.get(REGION.name, live.settings.city), live.catalog.base.columns.facts["regions"]
    if REGION.name in query.values and region not in known:
        raise BadParameter(REGION.name, f"{shown(region)} is not known; allowed: {', '.join(known)}")
    return region
