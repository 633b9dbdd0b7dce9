"""Coverage and gaps over HTTP."""

from collections.abc import Callable
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from app.answers import headers, unchanged
from app.catalog.live import Live
from app.coverage.answer import as_json, gaps_as_geojson
from app.coverage.figures import Coverage
from app.coverage.kept import Coverages
from app.query import Query
from app.vocabulary import CAPABILITIES

ALLOWED = frozenset({"capability", "region", "as_of"})
USUAL = "foreign_card"

router = APIRouter(prefix="/api/v1", tags=["coverage"])


@router.get("/coverage")
async def coverage(request: Request) -> Response:
    """Count n of N by class and county with both bounds, and how far people have to go."""
    return await _answer(request, as_json, "application/json")


@router.get("/gaps")
async def gaps(request: Request) -> Response:
    """List the under-served areas, confirmed or possible, the one with most people first."""
    return await _answer(request, gaps_as_geojson, "application/geo+json")


async def _answer(request: Request, said_as: Callable[[Coverage], dict[str, Any]], media_type: str) -> Response:
    live, kept = _held(request)
    query = Query.of(request.query_params.multi_items(), ALLOWED)
    as_of = query.day("as_of", live.today())
    capability = query.one_of("capability", CAPABILITIES, USUAL)
    if (same := unchanged(request, live)) is not None:
        return same

    def body() -> bytes:
        figures = kept.of(capability, query.values.get("region", live.settings.city), as_of)
        return orjson.dumps(said_as(figures))

    return Response(await run_in_threadpool(body), media_type=media_type, headers=headers(live))


def _held(request: Request) -> tuple[Live, Coverages]:
    return request.app.state.register, request.app.state.coverages
