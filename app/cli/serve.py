"""Serving the API and the pages."""

import logging
import socket
from typing import Annotated

import typer
import uvicorn

from app.db import check_schema, make_engine
from app.errors import SchemaMismatch, StartRefused
from app.settings import Settings


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 1,
) -> None:
    """Serve until interrupted; visitors' queries and addresses are never logged."""
    settings = Settings()
    _check(settings)
    if settings.demo:
        _check(settings.for_sandbox())
    _check_free(host, port)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    typer.echo(f"Paymap on http://{host}:{port}{settings.root_path}/")
    if settings.demo:
        typer.echo(f"its sandbox, simulated, on http://{host}:{port}{settings.root_path}/demo/")
    uvicorn.run("app.main:from_environment", factory=True, host=host, port=port, workers=workers, access_log=False)


def _check(settings: Settings) -> None:
    """Refuse to start over a database that cannot be served."""
    try:
        check_schema(make_engine(settings.engine_url))
    except SchemaMismatch as error:
        made_by = "paymap demo" if settings.sandbox else "paymap init"
        raise SchemaMismatch(f"{'the sandbox: ' * settings.sandbox}{error} (`{made_by}` makes it)") from error


def _check_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StartRefused(f"cannot listen on {host}:{port}: {error.strerror}; choose another --port") from error
