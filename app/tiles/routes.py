"""The tiles' addresses: plain Starlette endpoints as those of `app.venues.routes`, and for the same reason."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from app.answers import Plan, answered, headers, unchanged
from app.errors import BadParameter, NotFound
from app.parameter import LANG, documented, in_path
from app.problems import problems
from app.query import shown
from app.tiles.encode import COUNTS, LAYER, MOST_VENUES, Address
from app.tiles.made import Tiles
from app.tiles.pieces import OWN, SHARED
from app.venues.parameters import FILTERS
from app.venues.routes import asked, filtered

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
LAST_ZOOM = 16
"""A unit is then a tenth of a metre and a cell of a full tile some metres; clients enlarge these tiles further."""
_TILE = re.compile(r"/tiles/venues/(?P<z>[^/]+)/(?P<x>[^/]+)/(?P<y>[^/]+)\.mvt")
_WHOLE = re.compile(r"-?[0-9]{1,9}", re.ASCII)
_SAME: dict[int | str, dict[str, Any]] = {304: {"description": "Nothing has changed since the answer with this ETag."}}
_BAD, _NONE, _AWAY = HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE
_NUMBER = {"type": "integer", "minimum": 0}
_PATH = (
    in_path("z", f"Zoom, 0 to {LAST_ZOOM}.", "12", {**_NUMBER, "maximum": LAST_ZOOM}),
    in_path("x", "Column, eastward from 180° W.", "3367", _NUMBER),
    in_path("y", "Row, southward from 85.05° N.", "1605", _NUMBER),
)
_MANY = "Only of a cell with several venues, which then has none of the other properties: how many"
FIELDS = {**OWN, **SHARED, COUNTS[0]: _MANY, **dict.fromkeys(COUNTS[1:], f"{_MANY} with this status")}

router = APIRouter(prefix="/tiles", tags=["tiles"])


class VectorLayer(BaseModel):
    """What a layer of the tiles has."""

    id: str
    description: str
    minzoom: int
    maxzoom: int
    fields: dict[str, str] = Field(description="Each property with its meaning.")


class TileJSON(BaseModel):
    """How to ask for tiles, for a map program: TileJSON 3.0.0."""

    model_config = ConfigDict(extra="forbid")

    tilejson: str = "3.0.0"
    name: str = "Paymap"
    description: str
    scheme: str = "xyz"
    tiles: list[str] = Field(description="The address of a tile, with {z}, {x} and {y} to fill in.")
    minzoom: int = 0
    maxzoom: int = LAST_ZOOM
    bounds: list[float] = Field(description="West, south, east, north of the city in degrees.")
    center: list[float] = Field(description="Longitude, latitude and zoom to begin with.")
    vector_layers: list[VectorLayer]


@router.get(
    "/venues/{z}/{x}/{y}.mvt",  # noqa: FAST003 - FastAPI only describes it; it is served as a plain route
    summary="Get a tile of venues",
    response_class=Response,
    responses={
        200: {"content": {MEDIA_TYPE: {}}, "description": "A Mapbox Vector Tile 2.1 with the layer `venues`."},
        204: {"description": "The tile has no matching venue."},
        **_SAME,
        **problems(_BAD, _NONE, _AWAY),
    },
    openapi_extra=documented(
        FILTERS,
        *_PATH,
        tries=("/tiles/venues/9/420/200.mvt", "/tiles/venues/12/3367/1605.mvt?capability=foreign_card&lang=en"),
    ),
)
async def tile(request: Request) -> Response:
    """Get the matching venues of a tile, in the square world of Web Mercator; unlocated venues are in none.

    A tile holds venues a little past its edges, so that symbols there are not cut. Where it would hold too many, it
    is cut into cells, and a cell with several venues is one point at their middle with their number.
    """
    return await answered(request, drawn(request.scope, request.path_params))


@router.get(
    "/venues.json",
    summary="Read how to ask for tiles",
    response_class=JSONResponse,
    response_model=TileJSON,
    responses=_SAME | problems(_BAD, _AWAY),
    openapi_extra=documented(FILTERS, tries=("/tiles/venues.json", "/tiles/venues.json?category=hotel")),
)
async def tilejson(request: Request) -> Response:
    """Read how to ask for tiles, as TileJSON 3; filters that are asked for here stand in the tiles' address."""
    live, query = asked(request.scope, FILTERS)
    filtered(query, live)
    LANG.read(query)
    said = headers(live)
    if (same := unchanged(request, said)) is not None:
        return same
    west, south, east, north = await run_in_threadpool(_tiles(request.scope).bounds.box)
    made = TileJSON(
        description="Where one can pay, and how we know; what nobody has observed is unknown, never no.",
        tiles=[_template(request)],
        bounds=[west, south, east, north],
        center=[(west + east) / 2, (south + north) / 2, 9],
        vector_layers=[VectorLayer(id=LAYER, description=_LAYER_SAYS, minzoom=0, maxzoom=LAST_ZOOM, fields=FIELDS)],
    )
    return Response(made.model_dump_json(), media_type="application/json", headers=said)


_LAYER_SAYS = f"Venues with a position; where a tile would hold over {MOST_VENUES}, cells with their number"


def drawn(scope: Scope, where: Mapping[str, str]) -> Plan:
    """The tile that a path names."""
    live, query = asked(scope, FILTERS)
    filters, said = filtered(query, live)
    at, lang, tiles = _address(where), LANG.read(query) or "zh", _tiles(scope)
    return Plan(said, MEDIA_TYPE, partial(tiles.made, filters, at, lang), tiles.quick(filters, at))


def _tiles(scope: Scope) -> Tiles:
    kept: Tiles = scope["app"].state.tiles
    return kept


def planner(path: str) -> Callable[[Scope], Plan] | None:
    """Who plans the answer, if the path is a tile's."""
    found = _TILE.fullmatch(path)
    return None if found is None else partial(drawn, where=found.groupdict())


def _address(named: Mapping[str, str]) -> Address:
    """The tile that a path names."""
    for name, written in named.items():
        if not _WHOLE.fullmatch(written):
            raise BadParameter(name, f"{shown(written)} is not a whole number of up to nine digits")
    zoom, x, y = map(int, named.values())
    if not 0 <= zoom <= LAST_ZOOM or not 0 <= min(x, y) <= max(x, y) < 2**zoom:
        msg = f"there is no such tile: z is 0 to {LAST_ZOOM}, x and y are from 0 on and less than 2^z"
        raise NotFound(msg)
    return Address(zoom, x, y)


def _template(request: Request) -> str:
    """The address of a tile under the prefix that a proxy took off, with the query that was asked."""
    asked = request.scope["query_string"].decode("latin-1")
    return f"{request.base_url}tiles/venues/{{z}}/{{x}}/{{y}}.mvt" + (f"?{asked}" if asked else "")


ROUTES = [Route(route.path, route.endpoint) for route in router.routes if isinstance(route, APIRoute)]
