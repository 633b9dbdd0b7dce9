"""What every answer from memory carries: the version it was made from, and its age when the database is away."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from app.catalog.live import Live


def headers(live: Live) -> dict[str, str]:
    """What every answer from memory says: its version, and its age when the database is away."""
    said = {"etag": f'"{live.catalog.version}"', "cache-control": "no-cache"}
    if live.unreachable_since is not None:
        said["warning"] = f'110 - "the database is away since {live.unreachable_since:%Y-%m-%dT%H:%M:%SZ}"'
    return said


def unchanged(request: Request, live: Live) -> Response | None:
    """304 where the client has this version; what depends on the clock is never so answered."""
    asked = request.headers.get("if-none-match", "")
    if "open_at" not in request.query_params and asked == f'"{live.catalog.version}"':
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers(live))
    return None
