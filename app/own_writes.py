"""Whoever wrote sees it in the very next request, whichever worker answers: the change's number travels in a cookie.

Other readers see a change when their worker asks for it next (`PAYMAP_POLL_SECONDS`).
"""

import re
from http.cookies import CookieError, SimpleCookie

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.catalog.live import Live
from app.errors import DatabaseUnavailable
from app.settings import Settings

_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
KEPT_S = 60
"""Long after every worker has seen the change by itself."""


def cookie(settings: Settings) -> str:
    """What the cookie is called: the sandbox has its own."""
    return "paymap_demo_change" if settings.sandbox else "paymap_change"


def told(answer: Response, change: int, settings: Settings) -> Response:
    """The answer to a write, which makes the writer's next request wait for this change."""
    path = settings.root_path or "/"
    answer.set_cookie(cookie(settings), str(change), KEPT_S, path=path, httponly=True, samesite="lax")
    return answer


class OwnWrites:
    """ASGI middleware that brings this worker up to the change that its client made."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, first having read what the client wrote."""
        if scope["type"] == "http" and (change := _change(scope)):
            live: Live = scope["app"].state.register
            await run_in_threadpool(_catch_up, live, change)
        await self.app(scope, receive, send)


def _change(scope: Scope) -> int:
    """The number in the client's cookie; 0 where it has none."""
    sent = [value for name, value in scope["headers"] if name == b"cookie"]
    if not sent:
        return 0
    name = cookie(scope["app"].state.settings)
    try:
        found = SimpleCookie(b"; ".join(sent).decode("latin-1")).get(name)
    except CookieError:
        return 0
    return int(found.value) if found is not None and _NUMBER.fullmatch(found.value) else 0


def _catch_up(live: Live, change: int) -> None:
    try:
        live.refresh(change)
    except DatabaseUnavailable:
        return  # reads go on from memory, and say how old they are
