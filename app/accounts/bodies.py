"""How much is taken in with one request: little from nobody, forms from whoever signed in, files from the rooms."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.accounts import sign_ins
from app.headers import READING
from app.problems import problem

FROM_NOBODY = 16 * 1024
FORM = 2**20
FILE = 256 * 2**20
"""The last bound of all; each room that takes files has a narrower one, with a better sentence."""


class Bodies:
    """ASGI middleware that stops reading where a body is longer than it may be."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, having taken in no more than that."""
        if scope["type"] != "http" or scope["method"] in READING:
            await self.app(scope, receive, send)
            return
        request, taken = Request(scope), 0
        most = _most(request)
        told = request.headers.get("content-length", "")
        if told.isdecimal() and int(told) > most:
            await problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _says(most))(scope, receive, send)
            return

        async def receive_bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _says(most))
            return message

        await self.app(scope, receive_bounded, send)


def _most(request: Request) -> int:
    """What may come: whether who sends it has really signed in is asked later, in the database."""
    known = "authorization" in request.headers or sign_ins.cookie(request.app.state.settings) in request.cookies
    if not known:
        return FROM_NOBODY
    return FORM if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded") else FILE


def _says(most: int) -> str:
    size = f"{most // 2**20} MB" if most >= 2**20 else f"{most // 1024} kB"
    return f"the request's body is longer than {size}"
