"""Errors as `application/problem+json` (RFC 9457): what is wrong, where, never a traceback."""

import logging
from http import HTTPStatus

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.errors import STATUS_OF, BadParameter, PaymapError

log = logging.getLogger("paymap")


def problem(status: HTTPStatus, detail: str, **more: str) -> Response:
    """A problem answer."""
    body = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail, **more}
    return Response(orjson.dumps(body), int(status), media_type="application/problem+json")


async def on_paymap_error(_request: Request, error: Exception) -> Response:
    """An error of ours with its own status; a bad parameter is named."""
    status = STATUS_OF.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)  # type: ignore[arg-type]  # a PaymapError
    named = {"parameter": error.parameter} if isinstance(error, BadParameter) else {}
    return problem(status, str(error), **named)


async def on_http_error(_request: Request, error: Exception) -> Response:
    """What the framework refuses: an unknown address, a wrong method."""
    status = HTTPStatus(getattr(error, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR))
    return problem(status, str(getattr(error, "detail", status.phrase)))


async def on_unexpected(_request: Request, error: Exception) -> Response:
    """A mistake of ours: it goes to the log, and nothing of it to the client."""
    log.error("unexpected", exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "something went wrong here; it has been logged")


__all__ = ["PaymapError", "on_http_error", "on_paymap_error", "on_unexpected", "problem"]
