"""Whether this process is alive and ready to answer."""

import orjson
from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import AwareDatetime, BaseModel, Field
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.catalog.live import Live
from app.errors import NotReady


class Readiness(BaseModel):
    """Whether the register is loaded, which version of it, and whether its database answers."""

    ready: bool
    version: str | None = Field(None, description="Version of the register in memory.")
    venues: int | None = Field(None, description="Open venues in memory.")
    database: str | None = Field(None, description="`ok`, or `away`: reads then go on from memory.")
    database_away_since: AwareDatetime | None = None


router = APIRouter(tags=["service"])


@router.get(
    "/healthz",
    summary="Is the process alive?",
    response_class=PlainTextResponse,
    openapi_extra={"x-examples": ["/healthz"]},
)
async def alive(_request: Request) -> Response:
    """Say `ok`: the process answers."""
    return PlainTextResponse("ok")


@router.get(
    "/readyz",
    summary="Is the register loaded?",
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": "The register is not loaded yet."}},
    openapi_extra={"x-examples": ["/readyz"]},
)
async def ready(request: Request) -> Response:
    """Say whether the register is loaded, and since when the database is away if memory goes on answering alone."""
    register = _register(request)
    try:
        catalog = register.catalog
    except NotReady:
        return _state({"ready": False}, 503)
    away = register.unreachable_since
    state = {"ready": True, "version": catalog.version, "venues": catalog.count, "database": "away" if away else "ok"}
    return _state({**state, "database_away_since": away}, 200)


def _register(request: Request) -> Live:
    held: Live = request.app.state.register
    return held


def _state(body: dict[str, object], status: int) -> Response:
    return Response(orjson.dumps(body), status, {"cache-control": "no-store"}, "application/json")


ROUTES = [Route(route.path, route.endpoint) for route in router.routes if isinstance(route, APIRoute)]
