"""The hot addresses answered at the door: most requests for them need nothing of what stands behind it.

A door only knows plans that the ordinary routes follow too. Whatever is not plain goes on to them: another method, an
answer to compress, one that takes a thread, anything wrong. So an answer is the same on either way, to the byte.
"""

from collections.abc import Callable
from http import HTTPStatus

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.answers import Plan, has
from app.headers import OPEN_DATA, SECURITY_HEADERS, Headers, raw
from app.problems import LONGEST_ADDRESS
from app.replay import OF_THE_BODY, Asked

Planner = Callable[[Scope], Plan]
_ALWAYS = (*raw(OPEN_DATA), *raw(SECURITY_HEADERS))
_UNCHANGED = tuple(header for header in _ALWAYS if header[0] not in OF_THE_BODY)
_VARY = (b"vary", b"Accept-Encoding")
_NOTHING: Message = {"type": "http.response.body", "body": b""}


class Door:
    """ASGI middleware that answers what can be answered at once."""

    def __init__(self, app: ASGIApp, planner: Callable[[str], Planner | None], compressed_from: int) -> None:
        """Stand before an application.

        Args:
            app: what answers all else.
            planner: who plans the answer of a path, if it is a hot one.
            compressed_from: how many bytes an answer has that would be compressed for another client.
        """
        self.app = app
        self._planner = planner
        self._compressed_from = compressed_from

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at once, or let the application answer."""
        made = self._made(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        if made is None:
            await self.app(scope, receive, send)
            return
        for message in made:
            await send(message)

    def _made(self, scope: Scope) -> tuple[Message, Message] | None:
        """The answer, if this is the place to make it."""
        path: str = scope["path"]
        planned = self._planner(path.removeprefix(scope.get("root_path", "")))
        if planned is None or len(path) + len(scope["query_string"]) > LONGEST_ADDRESS:
            return None
        asked = Asked.of(scope)
        if asked.packed:
            return None
        try:
            plan = planned(scope)
            if asked.conditional and has(Request(scope), plan.said["etag"]):
                return _start(HTTPStatus.NOT_MODIFIED, raw(plan.said), _UNCHANGED), _NOTHING
            return self._whole(plan, plan.body()) if plan.at_once else None
        except Exception:  # noqa: BLE001 - the ordinary way meets the same and says what is wrong
            return None

    def _whole(self, plan: Plan, body: bytes) -> tuple[Message, Message]:
        said = raw(plan.said)
        if not body:
            return _start(HTTPStatus.NO_CONTENT, said, _ALWAYS), _NOTHING
        content = ((b"content-length", b"%d" % len(body)), (b"content-type", plan.kind.encode()))
        vary = (_VARY,) if len(body) >= self._compressed_from else ()
        start = _start(HTTPStatus.OK, (*said, *content, *vary), _ALWAYS)
        return start, {"type": "http.response.body", "body": body}


def _start(status: HTTPStatus, said: Headers, always: Headers) -> Message:
    return {"type": "http.response.start", "status": int(status), "headers": [*said, *always]}
