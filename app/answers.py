"""What every answer from memory carries: the version it was made from, and its age when the database is away."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from time import time
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from app.catalog.live import Live

MOMENT_S = 300
"""How long `now` stays the same moment; an answer about now is the answer about the start of it."""
_TAG = re.compile(r'(?:W/)?("[^"]*")')


@dataclass(frozen=True, slots=True)
class Plan:
    """How a request that has been understood will be answered; nothing of the answer is made yet.

    said: its headers, the tag among them.
    kind: its media type.
    body: makes it; no bytes mean that there is nothing to say (204).
    at_once: whether making it takes less than handing it to a thread.
    """

    said: Mapping[str, str]
    kind: str
    body: Callable[[], bytes]
    at_once: bool = False


async def answered(request: Request, plan: Plan) -> Response:
    """The answer that was planned; 304 where the client has it."""
    if (same := unchanged(request, plan.said)) is not None:
        return same
    body = plan.body() if plan.at_once else await run_in_threadpool(plan.body)
    if not body:
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=plan.said)
    return Response(body, headers=plan.said, media_type=plan.kind)


class GeoJSON(JSONResponse):
    """GeoJSON by its own media type."""

    media_type = "application/geo+json"


def headers(live: Live, *more: str) -> dict[str, str]:
    """What every answer from memory says: its version, and its age when the database is away.

    Take them before the data: data that are newer than their tag are only sent once more, older ones would stay.

    Args:
        live: the register.
        more: what the answer depends on beside the register and its address, such as the clock.
    """
    said = {"etag": tag(live, *more), "cache-control": "no-cache"}
    if live.unreachable_since is not None:
        said["warning"] = f'110 - "the database is away since {live.unreachable_since:%Y-%m-%dT%H:%M:%SZ}"'
    return said


def tag(live: Live, *more: str) -> str:
    """The ETag of an answer: weak, because compression changes the bytes and not what they say."""
    return f'W/"{"-".join((live.catalog.version, *more))}"'


def unchanged(request: Request, said: Mapping[str, str]) -> Response | None:
    """304 where the client has the answer with these headers; ask only when the question has an answer at all."""
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=said) if has(request, said["etag"]) else None


def has(request: Request, etag: str) -> bool:
    """Whether the client has the answer with this tag, by the weak comparison of RFC 9110."""
    asked = ",".join(request.headers.getlist("if-none-match"))
    return asked.strip() == "*" or etag.removeprefix("W/") in _TAG.findall(asked)


def this_moment() -> datetime:
    """Now, as answers mean it: the start of the present five minutes."""
    return datetime.fromtimestamp(time() // MOMENT_S * MOMENT_S, UTC)


def address(scope: Scope) -> str:
    """The absolute URL of the resource that is asked for, under the prefix that a proxy took off."""
    host = next((value for name, value in scope["headers"] if name == b"host"), None)
    server = tuple(scope.get("server") or ()) or None
    return _address(scope["scheme"], host, server, scope.get("root_path", ""), scope["path"])


@lru_cache
def _address(scheme: str, host: bytes | None, server: tuple[object, ...] | None, root: str, path: str) -> str:
    headers = [] if host is None else [(b"host", host)]
    asked = {"type": "http", "scheme": scheme, "server": server, "root_path": root, "path": path, "headers": headers}
    return f"{Request(asked).base_url}{quote(path.removeprefix(root).removeprefix('/'))}"
