"""Answers that depend on who asks: kept by nobody, read by no other site's page, shown in no other site's frame."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.accounts.asking import ASKED
from app.headers import CONTENT_SECURITY_POLICY

STAFF = ("/console",)
_POLICY = b"content-security-policy"
_NOT_OURS = (b"cache-control", b"access-control-allow-origin", b"access-control-expose-headers")
_FRAMED, _UNFRAMED = (f"frame-ancestors {who}".encode() for who in ("'self'", "'none'"))
_SAID = ((b"cache-control", b"no-store"), (b"vary", b"Cookie, Authorization"))
_PAGE = (b"x-frame-options", b"DENY")


class Personal:
    """ASGI middleware, between the headers of every answer and those of open data."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; where anything below asked who asks, or it is the staff's page, say that it is personal."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        staff = scope["path"].removeprefix(scope.get("root_path", "")).startswith(STAFF)

        async def send_personal(message: Message) -> None:
            if message["type"] == "http.response.start" and (staff or ASKED in state):
                message = {**message, "headers": _personal(message["headers"], staff=staff)}
            await send(message)

        await self.app(scope, receive, send_personal)


def _personal(headers: list[tuple[bytes, bytes]], *, staff: bool) -> list[tuple[bytes, bytes]]:
    said = [(name, value) for name, value in headers if name not in _NOT_OURS] + list(_SAID)
    if not staff:
        return said
    policy = dict(headers).get(_POLICY, CONTENT_SECURITY_POLICY.encode()).replace(_FRAMED, _UNFRAMED)
    return [*((name, value) for name, value in said if name != _POLICY), (_POLICY, policy), _PAGE]
