"""Serving the API and the pages."""

import logging
import socket
from typing import Annotated

import typer
import uvicorn

from app.db import check_schema, make_engine
from app.errors import StartRefused
from app.settings import Settings


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 1,
) -> None:
    """Serve until interrupted; visitors' queries and addresses are never logged."""
    settings = Settings()
    check_schema(make_engine(settings.engine_url))
    _check_free(host, port)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    typer.echo(f"Paymap on http://{host}:{port}")
    uvicorn.run("app.main:from_environment", factory=True, host=host, port=port, workers=workers, access_log=False)


def _check_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StartRefused(f"cannot listen on {host}:{port}: {error.strerror}; choose another --port") from error
