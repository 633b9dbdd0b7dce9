"""The files' address: any view of the venues, in any of the formats."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.answers import unchanged
from app.errors import NotFound
from app.exporters.chosen import View
from app.exporters.formats import FORMATS, Format
from app.exporters.orders import Order
from app.exporters.parameters import LANG, TABLE
from app.exporters.sending import Exports, Sending
from app.parameter import documented, in_path, names
from app.problems import problems
from app.query import Query
from app.venues.parameters import since
from app.venues.routes import filtered

_FORMAT = in_path("format", "What kind of file.", "csv", {"type": "string", "enum": list(FORMATS)})
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file; its name tells city, version and day.",
        "content": {f.media_type.partition(";")[0]: _BINARY for f in FORMATS.values()},
    },
    304: {"description": "Nothing has changed since the file with this ETag."},
    **problems(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE),
}

router = APIRouter(prefix="/api/v1/exports", tags=["venues"], default_response_class=Response)


@router.get(
    "/venues.{format}",  # noqa: FAST003 - read from the request, so that an unknown one is a problem like all others
    summary="Take the venues as a file",
    responses=_ANSWERS,
    openapi_extra=documented(
        TABLE,
        _FORMAT,
        tries=(
            "/api/v1/exports/venues.csv?category=hotel",
            "/api/v1/exports/venues.gpkg?lang=en",
            "/api/v1/exports/venues.geojson?capability=foreign_card&status=yes&region={region}",
        ),
    ),
)
async def venues(request: Request) -> Response:
    """Take all venues that match the parameters, and everything public that is known of them, as one file.

    All of it is of one moment. Sheets (`csv`, `xlsx`) have headings and words for people; `geojson`, `gpkg` and
    `parquet` the words of this interface. `updated_since` leaves out what was not written since. A few files are made
    at a time; who waits too long is told to come again (503).
    """
    wanted = _format(request)
    exports: Exports = request.app.state.exports
    query = Query.of(request.query_params.multi_items(), names(TABLE))
    filters, said = filtered(query, exports.live)
    order = Order(View(filters, since(query)), wanted, LANG.read(query) or wanted.lang)
    return unchanged(request, said) or Sending(exports, order, said)


def _format(request: Request) -> Format:
    asked = request.path_params["format"]
    if asked not in FORMATS:
        raise NotFound(f"there is no such format; take {', '.join(FORMATS)}")
    return FORMATS[asked]
