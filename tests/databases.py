"""Both databases for a test: an SQLite file, and a real PostGIS that the tests start themselves."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

SETTINGS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=50"


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [Path(shutil.which("initdb") or "/nowhere")]
    return found[-1].parent if found[-1].exists() else None


def _as_postgres(*command: str) -> None:
    """Run as the user `postgres` when we are root, whom PostgreSQL refuses."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, capture_output=True, cwd="/")  # noqa: S603 - our own words


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgis_server() -> Iterator[str]:
    """The address of a PostgreSQL cluster of this test run; missing: a skip, or a failure where CI is set."""
    binaries = _binaries()
    if binaries is None:
        missing = "PostgreSQL is not installed: `make test` installs it where it may"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    folder = Path(tempfile.mkdtemp(prefix="paymap-postgis-"))
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    port = _free_port()
    _as_postgres(str(binaries / "initdb"), "-D", f"{folder}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8")
    start = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} {SETTINGS}"
    control = str(binaries / "pg_ctl")
    _as_postgres(control, "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", start, "start")
    try:
        yield f"postgres@127.0.0.1:{port}"
    finally:
        _as_postgres(control, "-D", f"{folder}/data", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgis_url(postgis_server: str) -> Iterator[str]:
    """A fresh database with PostGIS."""
    name = f"t{uuid4().hex}"
    with psycopg.connect(f"postgresql://{postgis_server}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        with psycopg.connect(f"postgresql://{postgis_server}/{name}", autocommit=True) as fresh:
            fresh.execute("CREATE EXTENSION postgis")
        yield f"postgresql+psycopg://{postgis_server}/{name}"
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh SQLite file."""
    return f"sqlite:///{tmp_path / 'test.sqlite'}"


@pytest.fixture(params=["sqlite", "postgis"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database of each kind, one after the other."""
    return str(request.getfixturevalue(f"{request.param}_url"))
