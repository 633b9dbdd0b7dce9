"""Serving the API and the pages."""

import logging
import os
import socket
import sys
from typing import Annotated

import typer

from app.cli.opened import opened
from app.errors import StartRefused
from app.settings import Settings

WORK = [sys.executable, "-c", "from app.cli import main; main()", "work"]
"""What does the long work beside the server."""
WORKER_START_S = 120
"""uvicorn takes a worker that has not answered by then for dead; a large catalog on a busy machine needs a while."""


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 1,
) -> None:
    """Serve until interrupted; visitors' queries and addresses are never logged.

    With PAYMAP_DEMO=1 the sandbox is served below /demo. Behind a reverse proxy that gives Paymap a path of
    its own, set PAYMAP_ROOT_PATH to that path.
    """
    import uvicorn  # noqa: PLC0415 - with the next, a second that the other commands need not wait

    from app.jobs.process import supervised  # noqa: PLC0415 - as above
    from app.main import from_environment  # noqa: PLC0415 - as above

    settings = opened(Settings())
    if settings.demo:
        opened(settings.for_sandbox())
    _check_free(host, port)
    os.environ["PAYMAP_CITY"] = settings.city  # the workers read their settings anew
    application = from_environment()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    _announce(settings, f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    with supervised(WORK):
        if workers == 1:
            uvicorn.run(application, host=host, port=port, access_log=False)
        else:
            uvicorn.run(
                "app.main:from_environment",
                factory=True,
                host=host,
                port=port,
                workers=workers,
                access_log=False,
                timeout_worker_healthcheck=WORKER_START_S,
            )


def _announce(settings: Settings, address: str) -> None:
    typer.echo(f"Paymap on http://{address}{settings.root_path}/")
    if settings.demo:
        typer.echo(f"its sandbox, simulated, on http://{address}{settings.root_path}/demo/")


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        msg = f"cannot listen on {host}:{port}: {os.strerror(error.errno or 0)}; choose another --port or --host"
        raise StartRefused(msg) from error
