"""The real instance and its sandbox behind one port: two applications that share nothing but the process."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.types import Receive, Scope, Send

PREFIX = "/demo"


class WithSandbox:
    """An ASGI application that hands what is below `/demo` to the sandbox and all else to the real instance.

    A mounted application would not run its lifespan and would link outside of itself; here both run
    theirs, and the sandbox is told the whole prefix as its root path.
    """

    def __init__(self, real: FastAPI, sandbox: FastAPI) -> None:
        self._real, self._sandbox = real, sandbox
        self._root = real.root_path
        self._lifespans = Starlette(lifespan=self._both)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer through one of the two."""
        if scope["type"] == "lifespan":
            await self._lifespans(scope, receive, send)
            return
        path = scope["path"].removeprefix(self._root)
        if path == PREFIX:
            await RedirectResponse(f"{self._root}{PREFIX}/", HTTPStatus.PERMANENT_REDIRECT)(scope, receive, send)
        elif path.startswith(f"{PREFIX}/"):
            await self._sandbox(self._below(scope), receive, send)
        else:
            await self._real(scope, receive, send)

    def _below(self, scope: Scope) -> Scope:
        """The request with its path as the sandbox knows it, whether or not a proxy took the prefix off."""
        whole = self._root + scope["path"].removeprefix(self._root)
        raw = scope.get("raw_path")
        told = None if raw is None else self._root.encode() + raw.removeprefix(self._root.encode())
        return {**scope, "path": whole, "raw_path": told}

    @asynccontextmanager
    async def _both(self, _app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for app in (self._real, self._sandbox):
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield
