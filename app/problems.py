"""Errors as `application/problem+json` (RFC 9457): what is wrong, where, never a traceback."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from traceback import StackSummary, format_list, walk_tb
from typing import Any

import orjson
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import STATUS_OF, BadFields, BadParameter, NotSignedIn, PaymapError

log = logging.getLogger("paymap")

MEDIA_TYPE = "application/problem+json"
LONGEST_ADDRESS = 8_000
RETRY_AFTER_S = "5"
_SAYS = {
    HTTPStatus.BAD_REQUEST: "A parameter is unknown, empty, given twice or malformed; the problem names it.",
    HTTPStatus.NOT_FOUND: "There is no such thing.",
    HTTPStatus.UNAUTHORIZED: "Nobody has signed in, and no valid token came.",
    HTTPStatus.FORBIDDEN: "The role may not do this, or not to this; a line in the trail says who tried.",
    HTTPStatus.PRECONDITION_FAILED: "Somebody has changed it since it was read; nothing was written.",
    HTTPStatus.PRECONDITION_REQUIRED: "`If-Match` is missing: say which version the change is made from.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The body cannot be taken; `errors` says which field and why.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The register is not loaded yet, or the database does not answer; try again.",
}


class Problem(BaseModel):
    """What went wrong, in words for a person and a status for a program."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "type": "about:blank",
                "title": "Bad Request",
                "status": 400,
                "detail": "limit: '20000' is not a number from 1 to 10000",
                "parameter": "limit",
            }
        },
    )

    type: str = Field(description="Always `about:blank`: the status says the kind.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong, and what is allowed.")
    parameter: str | None = Field(None, description="The query parameter that is at fault.")
    errors: list[dict[str, str]] | None = Field(None, description="Of a body: each `field` at fault, and `detail`.")


def problem(status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None, **more: object) -> Response:
    """A problem answer."""
    body = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail, **more}
    said = {"cache-control": "no-store", **(headers or {})}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        said["retry-after"] = RETRY_AFTER_S
    return Response(orjson.dumps(body), int(status), said, MEDIA_TYPE)


def problems(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """The problem answers of an operation, for its OpenAPI description."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {int(status): {"description": _SAYS[status], "content": content} for status in statuses}


async def on_paymap_error(_request: Request, error: Exception) -> Response:
    """An error of ours with its own status; a bad parameter is named."""
    status = STATUS_OF.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)  # type: ignore[arg-type]  # a PaymapError
    if isinstance(error, BadParameter):
        return problem(status, str(error), parameter=error.parameter)
    if isinstance(error, BadFields):
        faults = [{"field": name, "detail": str(fault)} for name, fault in error.faults.items()]
        return problem(status, str(error), errors=faults)
    if isinstance(error, NotSignedIn):
        return problem(status, str(error), {"www-authenticate": 'Bearer realm="paymap"'})
    return problem(status, str(error))


async def on_unreadable(_request: Request, error: Exception) -> Response:
    """What the framework cannot read of a request: each place with its reason."""
    faults = error.errors() if isinstance(error, RequestValidationError) else ()
    told = [{"field": ".".join(map(str, fault["loc"][1:])), "detail": str(fault["msg"])} for fault in faults]
    detail = "; ".join(f"{fault['field']}: {fault['detail']}" for fault in told)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=told)


async def on_http_error(_request: Request, error: Exception) -> Response:
    """What the framework refuses: an unknown address, a wrong method."""
    status = HTTPStatus(getattr(error, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR))
    return problem(status, str(getattr(error, "detail", status.phrase)), dict(getattr(error, "headers", None) or {}))


class Refusals:
    """ASGI middleware: an address that is too long, and a mistake of ours, are problems like all others.

    A mistake goes to the log as its kind and its place; its words stay out, for they may hold what a visitor asked
    for, which is never logged, and the client hears nothing of it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or say why not."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif len(scope["path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
            too_long = f"the address is longer than {LONGEST_ADDRESS} bytes"
            await problem(HTTPStatus.REQUEST_URI_TOO_LONG, too_long)(scope, receive, send)
        else:
            await self._guarded(scope, receive, send)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 - the last place where a mistake can become an answer
            log.error("unexpected %s", where(error))  # noqa: TRY400 - the traceback's words may hold a visitor's position
            if started:
                return
            sorry = problem(HTTPStatus.INTERNAL_SERVER_ERROR, "something went wrong here; it has been logged")
            await sorry(scope, receive, send)


def where(error: BaseException) -> str:
    """An error's kind and the lines that it came through, without its words, and the same of its causes."""
    lines = "".join(format_list(StackSummary.extract(walk_tb(error.__traceback__))))
    cause = error.__cause__ or error.__context__
    return f"{type(error).__name__}\n{lines}" + (f"after {where(cause)}" if cause is not None else "")


__all__ = ["PaymapError", "Problem", "Refusals", "on_http_error", "on_paymap_error", "problem", "problems", "where"]
