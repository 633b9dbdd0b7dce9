"""As fast as it gets: a bare ASGI application, a Starlette route and a FastAPI route that only send bytes."""

import sys
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

KIND = "application/geo+json"


def bare(sizes: list[int]) -> Any:  # noqa: ANN401 - ASGI's own shape
    """An application that knows nothing but how many bytes each path has."""
    bodies = {f"/{size}": b"x" * size for size in sizes}

    async def answer(scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's own shape
        body = bodies[scope["path"]]
        head = [(b"content-type", KIND.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": body})

    return answer


def starlette(sizes: list[int]) -> Starlette:
    """One route of Starlette for each size."""
    return Starlette(routes=[Route(f"/{size}", _sender(size)) for size in sizes])


def fastapi(sizes: list[int]) -> FastAPI:
    """One route of FastAPI for each size, with one parameter of the query."""
    app = FastAPI()
    for size in sizes:
        app.get(f"/{size}")(_asked_sender(size))
    return app


def _sender(size: int) -> Any:  # noqa: ANN401 - an endpoint
    body = b"x" * size

    async def send(_request: Request) -> Response:
        return Response(body, media_type=KIND)

    return send


def _asked_sender(size: int) -> Any:  # noqa: ANN401 - an endpoint
    body = b"x" * size

    async def send(limit: int = 10) -> Response:
        return Response(body, media_type=KIND, headers={"x-limit": str(limit)})

    return send


if __name__ == "__main__":
    which, port, *wanted = sys.argv[1:]
    application = {"bare": bare, "starlette": starlette, "fastapi": fastapi}[which]([int(size) for size in wanted])
    uvicorn.run(application, port=int(port), lifespan="off", access_log=False, log_level="warning")
