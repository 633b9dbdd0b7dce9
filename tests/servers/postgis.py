"""A real PostgreSQL with PostGIS, started by the tests, shared by their processes, gone with the last of them.

Every process that uses the cluster holds a shared lock on a file in it. A watcher waits for the
exclusive lock, which it gets when no process holds the file any more, however that came about; then
it stops the server and removes its folder. A killed test run therefore leaves nothing behind.
"""
# ruff: noqa: S603, S608 - every command and statement is made of this file's own words

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest

PORT = 54329  # only names the socket file: the server listens to nothing else
SPEED = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB"
TEMPLATE = "with_postgis"
STOP = 'pg="$1"; dir="$2"; shift 2; "$@" "$pg/pg_ctl" stop -D "$dir/data" -m immediate -s; rm -rf "$dir"'


@dataclass
class Cluster:
    """A running server below `folder`, with the lock that keeps it running."""

    folder: Path
    lock: int
    worker: str
    _numbers: count = field(default_factory=count)

    def fresh(self, template: str = TEMPLATE) -> str:
        """The SQLAlchemy URL of a new database, a copy of `template`."""
        name = f"{self.worker}_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database of this cluster."""
        return f"postgresql+psycopg://paymap@/{database}?host={self.folder}&port={PORT}"

    def run(self, statement: str, database: str = "postgres") -> None:
        """Run one statement as the cluster's owner, outside a transaction."""
        where = {"host": str(self.folder), "port": PORT, "user": "paymap", "dbname": database}
        with psycopg.connect(**where, autocommit=True) as connection:
            connection.execute(statement)

    def drop(self, url: str) -> None:
        """Remove the database of `url`, whoever is still connected."""
        self.run(f"DROP DATABASE IF EXISTS {database_of(url)} WITH (FORCE)")

    def shut(self, url: str) -> None:
        """Make the database of `url` refuse: every connection ends, no new one is let in."""
        name = database_of(url)
        self.run(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        self.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def open(self, url: str) -> None:
        """Let connections in again."""
        self.run(f"ALTER DATABASE {database_of(url)} WITH ALLOW_CONNECTIONS true")


def database_of(url: str) -> str:
    """The database that a URL of this cluster names."""
    return url.split("@/", 1)[1].split("?", 1)[0]


def lacking() -> str | None:
    """Why no cluster can be started here, or None."""
    if server_programs() is None:
        return "PostgreSQL with PostGIS is not installed"
    if os.geteuid() == 0 and not shutil.which("runuser"):
        return "PostgreSQL does not run as root, and runuser is missing"
    return None


@cache
def server_programs() -> Path | None:
    """The newest folder of PostgreSQL programs whose version has PostGIS, or None."""
    return next((folder for folder in program_folders() if has_postgis(folder)), None)


def program_folders() -> list[Path]:
    """The folders that may hold initdb: what pg_config says first, then Debian's, newest first."""
    debian = sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin"), key=lambda folder: int(folder.parent.name))
    pg_config = shutil.which("pg_config")
    said = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False) if pg_config else None
    return [Path(said.stdout.strip())] * bool(said) + debian[::-1]


def has_postgis(programs: Path) -> bool:
    """Whether the version that `programs` belongs to can start a server and has PostGIS."""
    asked = shutil.which("pg_config", path=str(programs))
    shared = Path("/usr/share/postgresql") / programs.parent.name
    if asked:
        shared = Path(subprocess.run([asked, "--sharedir"], capture_output=True, text=True, check=True).stdout.strip())
    return (programs / "initdb").exists() and (shared / "extension" / "postgis.control").exists()


def as_owner() -> list[str]:
    """What goes before a command so that it does not run as root, which PostgreSQL refuses."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


@contextmanager
def turn(shared: Path) -> Iterator[None]:
    """One test process at a time."""
    with (shared / "postgis.turn").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def join(shared: Path, worker: str) -> Cluster:
    """The cluster that this run's processes share, started if none is running."""
    with turn(shared):
        note = shared / "postgis.folder"
        if note.exists() and (lock := hold(Path(note.read_text()))) is not None:
            return Cluster(Path(note.read_text()), lock, worker)
        cluster = start(worker)
        note.write_text(str(cluster.folder))
        return cluster


def hold(folder: Path) -> int | None:
    """The shared lock on a running cluster, or None where it is gone or going."""
    try:
        lock = os.open(folder / "in_use", os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return None
    return lock if (folder / "in_use").exists() else None


def start(worker: str) -> Cluster:
    """A new cluster below the temporary folder, with a template database that has PostGIS."""
    # Not pytest's own folder: that one is closed to other users, and its path may be too long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="paymap-pg-", dir="/tmp"))
    (folder / "in_use").touch()
    programs = server_programs()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    lock = hold(folder)
    cluster = Cluster(folder, lock, worker)
    serve(programs, folder)
    cluster.run(f"CREATE DATABASE {TEMPLATE}")
    cluster.run("CREATE EXTENSION postgis", TEMPLATE)
    return cluster


def serve(programs: Path, folder: Path) -> None:
    """Make the data folder, start the server, and leave the watcher that will stop it."""
    make = [programs / "initdb", "-D", folder / "data", "-U", "paymap", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run([*as_owner(), *make, "--no-sync"], check=True, capture_output=True, cwd=folder)
    watch = [
        "setsid",
        "--fork",
        "flock",
        "--exclusive",
        folder / "in_use",
        "sh",
        "-c",
        STOP,
        "stop",
        programs,
        folder,
        *as_owner(),
    ]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(watch, check=True, cwd="/", **quiet)
    socket = f"-c listen_addresses= -c unix_socket_directories={folder} -c port={PORT} {SPEED}"
    begin = [programs / "pg_ctl", "start", "-w", "-s", "-D", folder / "data", "-l", folder / "log", "-o", socket]
    subprocess.run([*as_owner(), *begin], check=True, cwd=folder, **quiet)


@pytest.fixture(scope="session")
def postgis(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Cluster]:
    """The run's PostgreSQL with PostGIS; without one the test skips, and fails where CI is set."""
    if why := lacking():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{why}: run setup/system_packages.sh")
    own = tmp_path_factory.getbasetemp()
    cluster = join(own if worker_id == "master" else own.parent, worker_id)
    yield cluster
    os.close(cluster.lock)


@pytest.fixture
def postgis_url(postgis: Cluster) -> Iterator[str]:
    """The SQLAlchemy URL of an empty database with PostGIS, the test's own."""
    url = postgis.fresh()
    yield url
    postgis.drop(url)
