"""A tile that was sent before is sent again as it was, headers and all, without going through the application."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import NotReady
from app.tiles.kept import Body, Tiles

ADDRESS = "/tiles/venues/"


class Replay:
    """ASGI middleware, the outermost: what it keeps has all the headers that the application adds."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or let the application answer and remember how."""
        if scope["type"] != "http" or ADDRESS not in scope["path"] or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        tiles: Tiles = scope["app"].state.tiles
        conditional = any(name == b"if-none-match" for name, _ in scope["headers"])
        body = None if conditional or not tiles.settled else _held(tiles, scope)
        if body is None:
            await self.app(scope, receive, send)
        elif body.start is None:
            await self.app(scope, receive, _remembering(body, send))
        else:
            await send(body.start)
            await send({"type": "http.response.body", "body": body.content})


def _held(tiles: Tiles, scope: Scope) -> Body | None:
    try:
        return tiles.held(tiles.key(scope))
    except NotReady:
        return None


def _remembering(body: Body, send: Send) -> Send:
    async def remember(message: Message) -> None:
        if message["type"] == "http.response.start":
            body.start = message
        await send(message)

    return remember
