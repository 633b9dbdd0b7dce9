"""What every answer tells the browser: take scripts, styles and data from this host only; read our data from any."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; "
    "img-src 'self' data:; "
    "object-src 'none'; "
    "base-uri 'none'; "
    "form-action 'self'; "
    "frame-ancestors 'self'"
)

SECURITY_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "content-security-policy": CONTENT_SECURITY_POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "permissions-policy": "geolocation=(self), camera=(), microphone=(), payment=()",
        "cross-origin-opener-policy": "same-origin",
    }
)

Headers = tuple[tuple[bytes, bytes], ...]
READING = ("GET", "HEAD")
OPEN_DATA: Mapping[str, str] = MappingProxyType(
    {
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "ETag, Retry-After, Warning",
    }
)
"""Any site may read the data, as nobody: no cookie goes with it, and nothing may be written so."""
PREFLIGHT: Mapping[str, str] = MappingProxyType(
    {
        **OPEN_DATA,
        "access-control-allow-methods": ", ".join(READING),
        "access-control-allow-headers": "If-None-Match",
        "access-control-max-age": "86400",
    }
)


class SecurityHeaders:
    """ASGI middleware that adds each security header which the answer has not set itself.

    A page with a policy of its own (a map, whose scripts are inline and hashed) keeps it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._said = raw(SECURITY_HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers added at the start of the response."""
        if scope["type"] == "http":
            send = _adding(self._said, send)
        await self.app(scope, receive, send)


class OpenData:
    """ASGI middleware: any site's pages may read what is below `/api`, `/tiles` and `/ogc`, and only read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._said = raw(OPEN_DATA)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; a browser that asks whether it may read is told so."""
        if scope["type"] != "http" or not _is_data(scope):
            await self.app(scope, receive, send)
        elif scope["method"] in READING:
            await self.app(scope, receive, _adding(self._said, send))
        elif _asks_to_read(scope):
            await Response(status_code=HTTPStatus.NO_CONTENT, headers=PREFLIGHT)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


class HeadLikeGet:
    """ASGI middleware: HEAD is GET without the body, at every address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as to GET, and keep the body back."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            kept_back = {"body": b""} if message["type"] == "http.response.body" else {}
            await send({**message, **kept_back})

        await self.app({**scope, "method": "GET"}, receive, without_body)


def raw(said: Mapping[str, str]) -> Headers:
    """Headers as a server takes them."""
    return tuple((name.encode(), value.encode()) for name, value in said.items())


def _adding(said: Headers, send: Send) -> Send:
    """A `send` that adds these headers where the answer has none of the name."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            told = {name for name, _ in message["headers"]}
            if message["status"] == HTTPStatus.NOT_MODIFIED:
                # A browser puts the headers of a 304 in place of the kept page's, which may have a policy of its own.
                told.add(b"content-security-policy")
            more = [header for header in said if header[0] not in told]
            message = {**message, "headers": [*message["headers"], *more]}
        await send(message)

    return send_with_headers


def _is_data(scope: Scope) -> bool:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")).startswith(("/api/", "/tiles/", "/ogc"))


def _asks_to_read(scope: Scope) -> bool:
    wanted = dict(scope["headers"]).get(b"access-control-request-method", b"").decode("latin-1")
    return scope["method"] == "OPTIONS" and wanted in READING
