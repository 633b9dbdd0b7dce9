"""The hot routes over the catalog: plain Starlette endpoints, because FastAPI's parameters cost three times as much.

They are written down as FastAPI routes, so that the OpenAPI description has them, and served as plain ones (`ROUTES`).
"""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, quote_plus
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from app.answers import GeoJSON, Plan, address, answered, headers, this_moment, unchanged
from app.catalog.feature import Piece
from app.catalog.filters import Filters
from app.catalog.live import Live
from app.errors import NotFound
from app.parameter import LANG, Parameter, documented, in_path, names
from app.problems import problems
from app.query import Query
from app.venues import parameters, shapes
from app.venues.observations import history, page
from app.venues.parameters import FARTHEST, FEW, LIMIT, LIST, NEAREST, ONE, STATEMENTS
from app.venues.regions import Regions
from app.venues.words import vocabulary_body, vocabulary_tag

GEOJSON = "application/geo+json"
WORKER_ABOVE = 1_000
"""A page of more venues than this is put together in a thread, so that other answers do not wait for it."""

_ID = in_path("id", "The venue's id.", "0b7d8f0e-3c55-5d2b-9a54-6d1c1b0f6a11", {"type": "string", "format": "uuid"})
_SAME: dict[int | str, dict[str, Any]] = {304: {"description": "Nothing has changed since the answer with this ETag."}}
_BAD, _NONE, _AWAY = HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE

router = APIRouter(prefix="/api/v1", default_response_class=GeoJSON)


@router.get(
    "/venues",
    tags=["venues"],
    summary="List venues",
    response_model=shapes.VenuePage,
    responses=_SAME | problems(_BAD, _AWAY),
    openapi_extra=documented(
        LIST,
        tries=(
            "/api/v1/venues?limit=2",
            "/api/v1/venues?scene=lodging,sightseeing&capability=foreign_card&status=yes,unknown&limit=2",
            "/api/v1/venues?region={region}&category=bank_branch&lang=en&limit=2",
        ),
    ),
)
async def list_venues(request: Request) -> Response:
    """List the venues that match all parameters, in pages that show each venue once.

    Pages go by the time of the last change; follow the link `next`. To keep a copy, ask with `updated_since` and drop
    what `removed` names.
    """
    return await answered(request, listed(request.scope))


@router.get(
    "/venues/nearest",
    tags=["venues"],
    summary="Find the nearest venues",
    response_model=shapes.NearestVenues,
    responses=_SAME | problems(_BAD, _AWAY),
    openapi_extra=documented(
        NEAREST,
        tries=(
            "/api/v1/venues/nearest?lon=115.98&lat=36.45&limit=3",
            "/api/v1/venues/nearest?lon=115.98&lat=36.45&capability=currency_exchange&currency=USD&open_at=now",
        ),
    ),
)
async def nearest(request: Request) -> Response:
    """Find the matching venues closest to a point, nearest first, with `distance_m`.

    Approximate places are among them, with their error; venues without a position are not.
    """
    return await answered(request, nearby(request.scope))


@router.get(
    "/venues/{id}",  # noqa: FAST003 - FastAPI only describes it; it is served as a plain route
    tags=["venues"],
    summary="Get one venue",
    response_model=shapes.Venue,
    responses=_SAME | problems(_BAD, _NONE, _AWAY),
    openapi_extra=documented(ONE, _ID, tries=("/api/v1/venues/{id}", "/api/v1/venues/{id}?lang=en")),
)
async def one(request: Request) -> Response:
    """Get one venue; a closed or removed one says so."""
    live, query = asked(request.scope, ONE)
    lang, said = LANG.read(query) or "zh", headers(live)
    _, feature = _venue(request, live, lang)
    return unchanged(request, said) or _geojson(feature, said)


@router.get(
    "/venues/{id}/observations",  # noqa: FAST003 - FastAPI only describes it; it is served as a plain route
    tags=["venues"],
    summary="Read what was observed at a venue",
    response_class=JSONResponse,
    response_model=shapes.StatementPage,
    responses=_SAME | problems(_BAD, _NONE, _AWAY),
    openapi_extra=documented(STATEMENTS, _ID, tries=("/api/v1/venues/{id}/observations",)),
)
async def observations(request: Request) -> Response:
    """Read every accepted statement about a venue, newest first: history and evidence in one.

    Statements wait here until somebody has accepted them; what was taken back stays, and says so.
    """
    live, query = asked(request.scope, STATEMENTS)
    limit, after = LIMIT.read(query), parameters.number_after(query)
    said = headers(live)
    venue, _ = _venue(request, live, "zh")
    if (same := unchanged(request, said)) is not None:
        return same
    statements = await run_in_threadpool(history, live, venue)
    shown, following = page(statements, limit, after)
    body = {
        "venue": venue,
        "observations": shown,
        "numberMatched": len(statements),
        "numberReturned": len(shown),
        "links": _links(request.scope, query, "application/json", None if following is None else str(following)),
    }
    return Response(orjson.dumps(body), media_type="application/json", headers=said)


@router.get(
    "/regions",
    tags=["reference"],
    summary="List the regions",
    response_model=shapes.Regions,
    responses=_SAME | problems(_BAD, _AWAY),
    openapi_extra=documented((), tries=("/api/v1/regions",)),
)
async def regions(request: Request) -> Response:
    """List the city, its counties and zones as GeoJSON; a zone lies over counties and has no border of its own."""
    live, _ = asked(request.scope, ())
    kept, said = _regions(request), headers(live)
    if (same := unchanged(request, said)) is not None:
        return same
    held = kept.held()
    return _geojson(await run_in_threadpool(kept.made) if held is None else held, said)


@router.get(
    "/vocabulary",
    tags=["reference"],
    summary="Read the vocabulary",
    response_class=JSONResponse,
    response_model=shapes.Vocabulary,
    responses=_SAME | problems(_BAD),
    openapi_extra=documented((), tries=("/api/v1/vocabulary",)),
)
async def vocabulary(request: Request) -> Response:
    """Read the words that the parameters and answers use, in Chinese and English."""
    asked(request.scope, ())
    said = {"etag": vocabulary_tag(), "cache-control": "no-cache"}
    return unchanged(request, said) or Response(vocabulary_body(), media_type="application/json", headers=said)


def listed(scope: Scope) -> Plan:
    """A page of the list."""
    live, query = asked(scope, LIST)
    filters, said = filtered(query, live)
    limit, lang = LIMIT.read(query), LANG.read(query) or "zh"
    after, since = parameters.cursor(query), parameters.since(query)
    catalog = live.catalog

    def body() -> bytes:
        found = catalog.find(filters, limit=limit, lang=lang, after=after, since=since)
        following = None if found.following is None else parameters.cursor_text(found.following)
        tail: dict[str, Any] = {
            "numberMatched": found.matched,
            "numberReturned": len(found.pieces),
            "links": _links(scope, query, GEOJSON, following),
            "version": catalog.version,
        }
        if since is not None:
            tail["removed"] = [t.id for t in found.tombstones]
        return _collection(found.pieces, tail)

    return Plan(said, GEOJSON, body, limit <= WORKER_ABOVE and filters.q is None and filters.open_at is None)


def nearby(scope: Scope) -> Plan:
    """The nearest venues."""
    live, query = asked(scope, NEAREST)
    lon, lat = parameters.point(query)
    filters, said = filtered(query, live)
    limit, lang, farthest = FEW.read(query), LANG.read(query) or "zh", FARTHEST.read(query)
    catalog = live.catalog

    def body() -> bytes:
        found = catalog.nearest(lon, lat, filters, limit=limit, lang=lang, within_m=farthest)
        return _collection(found, {"numberReturned": len(found)})

    few = limit <= WORKER_ABOVE and filters.q is None
    return Plan(said, GEOJSON, body, few and catalog.answers_at_once(lon, lat, filters))


def asked(scope: Scope, table: tuple[Parameter, ...]) -> tuple[Live, Query]:
    """The register, and the parameters of a request, refused where the table does not have them."""
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return scope["app"].state.register, Query.of(pairs, names(table))


def _regions(request: Request) -> Regions:
    kept: Regions = request.app.state.regions
    return kept


def filtered(query: Query, live: Live) -> tuple[Filters, dict[str, str]]:
    """The filters that are asked for, and the headers; the tag tells the time where the answer depends on it."""
    known, settings, now = live.catalog.base.columns.facts["regions"], live.settings, this_moment()
    clock = (f"{now:%H%M}",) if query.values.get("open_at") == "now" else ()
    said = headers(live, *clock)
    return parameters.filters(query, known, ZoneInfo(settings.timezone), now), said


def _venue(request: Request, live: Live, lang: str) -> tuple[str, bytes]:
    """The venue that the path names: its id as the register writes it, and its feature."""
    asked = request.path_params["id"]
    feature = live.catalog.one(asked, lang)
    if feature is None:
        msg = "there is no venue with this id"
        raise NotFound(msg)
    return str(UUID(asked)), feature


def _links(scope: Scope, query: Query, kind: str, following: str | None) -> list[dict[str, str]]:
    here = address(scope)
    links = [{"rel": "self", "type": kind, "href": here + _question(query.values)}]
    if following is not None:
        onward = _question({**query.values, "cursor": following})
        links.append({"rel": "next", "type": kind, "href": here + onward})
    return links


def _question(values: Mapping[str, str]) -> str:
    """What follows the path; the names are words of ours."""
    said = "&".join([f"{name}={quote_plus(value)}" for name, value in values.items()])
    return f"?{said}" if said else ""


def _collection(features: Sequence[Piece], tail: dict[str, Any]) -> bytes:
    """The whole answer, joined in one go: to copy a large one once more takes a tenth of the time of making it."""
    pieces = [*features] or [b""]
    pieces[0] = b"".join((b'{"type":"FeatureCollection","features":[', pieces[0]))
    pieces[-1] = b"".join((pieces[-1], b"],", orjson.dumps(tail)[1:]))
    return b",".join(pieces)


def _geojson(body: bytes, said: dict[str, str]) -> Response:
    return Response(body, media_type=GEOJSON, headers=said)


AT_ONCE: Mapping[str, Callable[[Scope], Plan]] = MappingProxyType(
    {"/api/v1/venues": listed, "/api/v1/venues/nearest": nearby}
)
"""What is made faster than it could be remembered."""
ROUTES = [Route(route.path, route.endpoint) for route in router.routes if isinstance(route, APIRoute)]
