"""Answers take turns with news: however many wait to be answered, the server soon looks who else has come.

Left to itself a loop gives all answers that are due before it looks, and then accepts one connection (uvloop does): of
500 that came together, half waited for ten seconds and longer.
"""

from asyncio import get_running_loop, sleep
from time import perf_counter

from starlette.types import ASGIApp, Receive, Scope, Send

LONGEST_S = 0.002
"""A few answers; to look for news takes a hundredth of it."""


class Turns:
    """ASGI middleware, outside of all others, that lets the loop look for news after a while of answering."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._began: float | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer when it is one's turn; whoever came first is first."""
        if scope["type"] == "http":
            while self._is_over():  # noqa: ASYNC110 - nothing happens that an event could tell; the loop itself goes on
                await sleep(0)
        await self.app(scope, receive, send)

    def _is_over(self) -> bool:
        """Whether answers have been given for long since the loop last looked."""
        now = perf_counter()
        if self._began is None:
            self._began = now
            get_running_loop().call_soon(self._end)  # which is after the loop has looked
        return now - self._began > LONGEST_S

    def _end(self) -> None:
        self._began = None
