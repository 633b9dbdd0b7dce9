"""Who is asked: Paymap and its peers on one PostGIS, and those that only send bytes."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg

from benchmarks.served import register
from benchmarks.served.servers import HERE, Server, environment, one_core, paymap, serving
from tests.servers import postgis

OURS, BARE, READY, TIPG, PYGEOAPI = "Paymap", "bare ASGI application", "PostGIS, ready-made", "tipg", "pygeoapi"
CEILINGS = {BARE: "bare", "Starlette route": "starlette", "FastAPI route": "fastapi"}
UVICORN = ("-m", "uvicorn", "--port", "{port}", "--no-access-log", "--log-level", "warning")
TIPG_SETTINGS = {"TIPG_DB_SCHEMAS": '["peers"]', "TIPG_TILE_BUFFER": "128"}


@contextmanager
def database() -> Iterator[postgis.Cluster]:
    """The tests' PostGIS with more memory, so that the peers need not go back to the disk."""
    if why := postgis.lacking():
        raise SystemExit(f"benchmarks: {why}: run setup/system_packages.sh")
    postgis.SPEED = postgis.SPEED.replace("shared_buffers=64MB", "shared_buffers=512MB")
    with one_core():
        cluster = postgis.start("bench")
    try:
        yield cluster
    finally:
        os.close(cluster.lock)


@contextmanager
def contenders(folder: Path, cluster: postgis.Cluster) -> Iterator[dict[str, Server]]:
    """Paymap and its peers over the register of a folder, all from the same new database."""
    url = cluster.fresh()
    register.copy(folder / "paymap.sqlite", url)
    with ExitStack() as stack:
        ours = stack.enter_context(paymap(folder, url))
        register.add_fragments(url, ours)
        peers = {READY: _ready_made(cluster, url), TIPG: _tipg(cluster, url), PYGEOAPI: _pygeoapi(cluster, url, folder)}
        started = {n: stack.enter_context(serving(command, **settings)) for n, (command, settings) in peers.items()}
        postmaster = int((cluster.folder / "data" / "postmaster.pid").read_text("ascii").split()[0])
        yield {name: replace(server, postmaster=postmaster) for name, server in {OURS: ours, **started}.items()}


@contextmanager
def ceilings(sizes: Sequence[int]) -> Iterator[dict[str, Server]]:
    """Those that only send bytes; the path says how many of the `sizes`."""
    program = (sys.executable, "-m", "benchmarks.served.ceilings")
    words = [str(size) for size in sizes]
    with ExitStack() as stack:
        yield {n: stack.enter_context(serving((*program, kind, "{port}", *words))) for n, kind in CEILINGS.items()}


def versions(cluster: postgis.Cluster) -> str:
    """Which versions of the peers and their database were asked."""
    with psycopg.connect(register.plain(cluster.url(postgis.TEMPLATE))) as connection:
        found = connection.execute("SELECT current_setting('server_version'), postgis_lib_version()").fetchone()
    server, library = found or ("?", "?")
    pinned = [line.split("==") for name in (TIPG, PYGEOAPI) for line in (HERE / f"{name}.txt").read_text().split()]
    said = [f"{name} {number}" for name, number in pinned if name in {TIPG, PYGEOAPI, "asyncpg"}]
    return f"{', '.join(said)}, PostgreSQL {server.split()[0]}, PostGIS {library}."


Started = tuple[tuple[str | Path, ...], Mapping[str, str]]
"""A command and its environment."""


def _ready_made(cluster: postgis.Cluster, url: str) -> Started:
    settings = {"DATABASE_URL": _address(cluster, url), "TILE_COLUMNS": ", ".join(register.TILE_COLUMNS)}
    return (environment(TIPG), *UVICORN, "--app-dir", HERE, "ready_made:answer"), settings


def _tipg(cluster: postgis.Cluster, url: str) -> Started:
    settings = {"DATABASE_URL": _address(cluster, url), **TIPG_SETTINGS}
    return (environment(TIPG), *UVICORN, "tipg.main:app"), settings


def _pygeoapi(cluster: postgis.Cluster, url: str, folder: Path) -> Started:
    config, described = HERE / "pygeoapi.yml", folder / "openapi.yml"
    settings = {
        "PEER_HOST": str(cluster.folder),
        "PEER_PORT": str(postgis.PORT),
        "PEER_DATABASE": postgis.database_of(url),
        "PYGEOAPI_CONFIG": str(config),
        "PYGEOAPI_OPENAPI": str(described),
    }
    python = environment(PYGEOAPI)
    describe: list[str | Path] = [
        python.with_name("pygeoapi"),
        "openapi",
        "generate",
        config,
        "--output-file",
        described,
    ]
    subprocess.run(describe, check=True, env={**os.environ, **settings}, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words
    return (python, *UVICORN, "pygeoapi.starlette_app:APP"), settings


def _address(cluster: postgis.Cluster, url: str) -> str:
    """The database as asyncpg takes it: a socket's folder as host."""
    host = str(cluster.folder).replace("/", "%2F")
    return f"postgresql://paymap@{host}:{postgis.PORT}/{postgis.database_of(url)}"
