"""The maps over HTTP: pages drawn in a thread, kept per version, and not sent again while nothing has changed."""

from http import HTTPStatus
from typing import Any

from anyio import to_thread
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from app.answers import headers, unchanged
from app.catalog.live import Live
from app.coverage.routes import AS_OF, CAPABILITY, REGION, region_of
from app.errors import NotFound
from app.i18n.languages import LANGUAGES, LOCALES, negotiated
from app.maps.kept import Asked, Maps
from app.maps.tile_file import tile_file
from app.maps.venues import FIRST_SHOWN
from app.parameter import Parameter, Word, documented, names
from app.problems import problems
from app.query import Query
from app.vocabulary import CAPABILITIES

SHOWN = Word(
    name="capability",
    says="Which service is shown first.",
    example="cash",
    known=tuple(CAPABILITIES),
    usual=FIRST_SHOWN,
)
LANG = Word(
    name="lang", says="Language of the page; without it, the best of `Accept-Language`.", example="en", known=LANGUAGES
)
VENUES = (SHOWN, LANG)
COVERAGE = (CAPABILITY, REGION, AS_OF, LANG)
_ANSWERS: dict[int | str, dict[str, Any]] = {
    304: {"description": "Nothing has changed since the page with this ETag."},
    **problems(HTTPStatus.BAD_REQUEST, HTTPStatus.SERVICE_UNAVAILABLE),
}

router = APIRouter(prefix="/maps", tags=["maps"], default_response_class=HTMLResponse)


@router.get(
    "/venues",
    summary="Show the places on a map",
    responses=_ANSWERS,
    openapi_extra=documented(VENUES, tries=("/maps/venues", "/maps/venues?capability=cash&lang=zh")),
)
async def venues(request: Request) -> Response:
    """Every place with a position, by what it can do for a payer; the reader can switch to any other service."""
    query = _known(request, VENUES)
    return await _answer(request, Asked("venues", _language(request), SHOWN.read(query) or FIRST_SHOWN))


@router.get(
    "/coverage",
    summary="Show the coverage on a map",
    responses=_ANSWERS,
    openapi_extra=documented(COVERAGE, tries=("/maps/coverage", "/maps/coverage?capability=cash&region={region}")),
)
async def coverage(request: Request) -> Response:
    """Shares by county with both bounds, distances, and gaps: confirmed ones apart from possible ones."""
    live, _ = _held(request)
    query = _known(request, COVERAGE)
    as_of = query.day(AS_OF.name, live.today())
    asked = Asked("coverage", _language(request), CAPABILITY.read(query) or "", region_of(query, live), as_of)
    return await _answer(request, asked)


@router.get("/basemap.pmtiles", include_in_schema=False)
async def basemap(request: Request) -> Response:
    """The basemap's file, in the pieces that a map asks for."""
    if (file := tile_file(request.app.state.settings)) is None:
        msg = "this register draws its maps without a file of tiles"
        raise NotFound(msg)
    # Said to be what it is, so that nothing compresses a piece, whose bytes are counted.
    as_it_is = {"content-encoding": "identity", "cache-control": "max-age=86400"}
    return FileResponse(file.path, media_type="application/octet-stream", headers=as_it_is)


def _known(request: Request, parameters: tuple[Parameter, ...]) -> Query:
    """The parameters that a map knows; others, and empty ones, count as not given, for links collect such."""
    known = names(parameters)
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name in known and value]
    return Query.of(pairs, known)


def _language(request: Request) -> str:
    return negotiated(request.query_params.get("lang"), request.headers.get("accept-language"))


def _held(request: Request) -> tuple[Live, Maps]:
    return request.app.state.register, request.app.state.maps


async def _answer(request: Request, asked: Asked) -> Response:
    live, maps = _held(request)
    said = headers(live, maps.made_by, asked.lang)
    said |= {"vary": "Accept-Language", "content-language": LOCALES[asked.lang]}
    if (same := unchanged(request, said)) is not None:
        return same
    page = maps.held(asked)
    if page is None:
        page = await to_thread.run_sync(maps.drawn, asked, limiter=maps.threads)
    return HTMLResponse(page.body, headers={**said, "content-security-policy": page.policy})
