"""How much is taken in with one request: little from nobody, forms from whoever signed in, files where they belong."""

import re
from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.accounts import sign_ins
from app.headers import READING
from app.problems import problem

FROM_NOBODY = 16 * 1024
FORM = 2**20
URLENCODED = "application/x-www-form-urlencoded"
Files = Mapping[str, int]
"""What is taken in at the paths that take files, by a pattern of the whole path."""


class Bodies:
    """ASGI middleware that stops reading where a body is longer than it may be.

    Args:
        app: what answers.
        files: where files are posted, and how much is then read; each room has a narrower bound, and says more.
    """

    def __init__(self, app: ASGIApp, files: Files) -> None:
        self.app = app
        self._files = [(re.compile(path), most) for path, most in files.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, having taken in no more than that."""
        if scope["type"] != "http" or scope["method"] in READING:
            await self.app(scope, receive, send)
            return
        request, taken = Request(scope), 0
        most = self._most(request)
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

    def _most(self, request: Request) -> int:
        """What may come: whether who sends it has really signed in is asked later, in the database."""
        known = "authorization" in request.headers or sign_ins.cookie(request.app.state.settings) in request.cookies
        if not known:
            return FROM_NOBODY
        if request.method != "POST" or request.headers.get("content-type", "").startswith(URLENCODED):
            return FORM
        path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        return next((most for taking, most in self._files if taking.fullmatch(path)), FORM)


def _says(most: int) -> str:
    size = f"{most // 2**20} MB" if most >= 2**20 else f"{most // 1024} kB"
    return f"the request's body is longer than {size}"
