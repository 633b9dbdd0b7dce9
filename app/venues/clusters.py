"""The address of clusters, for maps that shall never draw more than a few hundred things."""

from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Any, Literal

import orjson
from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.answers import GeoJSON, Plan, answered
from app.catalog.catalog import Catalog
from app.catalog.feature import NULL
from app.catalog.filters import Filters
from app.errors import BadParameter
from app.parameter import LANG, Parameter, documented
from app.problems import problems
from app.query import Query
from app.venues import shapes
from app.venues.cells import STATUSES, Box, Gathered, place, span
from app.venues.parameters import BBOX, FILTERS, bbox
from app.venues.routes import GEOJSON, asked, filtered

LAST_ZOOM = 22
MOST_CELLS = 4_096
"""More cells of 64 pixels than the largest screen has."""
ZOOM = Parameter(
    name="zoom",
    says="Zoom of the map, in tiles of 256 pixels; a cell is 64 pixels wide.",
    example="12",
    shape={"type": "integer", "minimum": 0, "maximum": LAST_ZOOM},
    required=True,
)
WHERE = replace(BBOX, required=True)
CLUSTERS = (WHERE, ZOOM, *FILTERS)
_SAME: dict[int | str, dict[str, Any]] = {304: {"description": "Nothing has changed since the answer with this ETag."}}

router = APIRouter(prefix="/api/v1", default_response_class=GeoJSON)


class ClusterSaid(shapes.Shape):
    """What a cluster holds."""

    cluster: Literal[True]
    count: int = Field(description="How many of the matching venues in the box lie in this cell.", ge=2)
    statuses: dict[str, int] | None = Field(None, description="How many of each status of the capability asked about.")


class Cluster(shapes.Shape):
    """Several venues that are drawn as one point, at their middle."""

    type: Literal["Feature"]
    id: str = Field(description="Zoom, column and row of the cell; the same for every box.")
    geometry: shapes.Point
    properties: ClusterSaid


class ClusterPage(shapes.Shape):
    """Clusters, and the venues that are alone in their cell."""

    type: Literal["FeatureCollection"]
    features: list[Cluster | shapes.Venue]
    numberMatched: int = Field(description="The venues that match, as the list counts them in this box.")  # noqa: N815 - OGC's name
    numberReturned: int = Field(description="The features here.")  # noqa: N815 - OGC's name
    version: str


@router.get(
    "/venues/clusters",
    tags=["venues"],
    summary="Gather venues for a map",
    response_model=ClusterPage,
    responses=_SAME | problems(HTTPStatus.BAD_REQUEST, HTTPStatus.SERVICE_UNAVAILABLE),
    openapi_extra=documented(
        CLUSTERS,
        tries=(
            "/api/v1/venues/clusters?bbox=115.2,35.7,116.7,37.1&zoom=9",
            "/api/v1/venues/clusters?bbox=115.9,36.3,116.1,36.6&zoom=12&capability=foreign_card&status=yes,unknown",
        ),
    ),
)
async def clusters(request: Request) -> Response:
    """Gather the matching venues in a box by cells of a grid that stands still when the map moves.

    A cell with several venues is one point at their middle, with their number and, where a capability is asked about,
    how many have which status of it. A venue alone in its cell is itself, as in the list. The numbers add up to what
    the list matches in the same box.
    """
    live, query = asked(request.scope, CLUSTERS)
    filters, said = filtered(query, live)
    box, zoom = _view(query)
    lang, gathered = LANG.read(query) or "zh", request.app.state.gathered
    return await answered(
        request, Plan(said, GEOJSON, partial(_body, live.catalog, gathered, filters, box, zoom, lang))
    )


def _view(query: Query) -> tuple[Box, int]:
    """The box and the zoom, refused where together they are more than a screen."""
    for name in (WHERE.name, ZOOM.name):
        if name not in query.values:
            raise BadParameter(name, "is missing")
    zoom = query.whole(ZOOM.name, 0, LAST_ZOOM, 0)
    box = bbox(query.values[WHERE.name])
    if span(box, zoom) > MOST_CELLS:
        fits = max(z for z in range(zoom) if span(box, z) <= MOST_CELLS)
        raise BadParameter(ZOOM.name, f"{zoom} is too near for so large a bbox: at most {fits}")
    return box, zoom


def _body(catalog: Catalog, gathered: Gathered, filters: Filters, box: Box, zoom: int, lang: str) -> bytes:
    cells = gathered.cells(catalog, filters.within(None), box, zoom)
    opened = NULL if filters.open_at is None else b"true"
    features = []
    columns = (cells.column, cells.row, cells.total, cells.x_sum, cells.y_sum, cells.member)
    for counts, (column, row, total, lon, lat, member) in zip(
        cells.counts.tolist(), zip(*(each.tolist() for each in columns), strict=True), strict=True
    ):
        if total == 1:
            part, at = place(catalog, member)
            features.append(part.feature(at, lang, opened))
        else:
            features.append(_cluster(f"{zoom}/{column}/{row}", (lon / total, lat / total), total, counts))
    tail = {"numberMatched": int(cells.total.sum()), "numberReturned": len(features), "version": catalog.version}
    return b'{"type":"FeatureCollection","features":[%s],%s' % (b",".join(features), orjson.dumps(tail)[1:])


def _cluster(key: str, middle: tuple[float, float], total: int, counts: list[int]) -> bytes:
    said = {"statuses": dict(zip(map(str, STATUSES), counts, strict=True))} if len(counts) == len(STATUSES) else {}
    return orjson.dumps(
        {
            "type": "Feature",
            "id": key,
            "geometry": {"type": "Point", "coordinates": [round(degrees, 6) for degrees in middle]},
            "properties": {"cluster": True, "count": total, **said},
        }
    )


ROUTES = [Route(route.path, route.endpoint) for route in router.routes if isinstance(route, APIRoute)]
