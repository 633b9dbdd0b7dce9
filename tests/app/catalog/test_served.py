"""`paymap serve` with several workers, as processes of their own."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep

import httpx2

from app.actor import SYSTEM
from app.db import make_engine, make_sessions
from app.register.statements import record
from app.settings import ROOT
from small_register import fill, seen

START_S, FOLLOW_S, STOP_S = 120, 10, 30
PROMISED_S, MOST_CONNECTIONS = 1, 300


@contextmanager
def serving(url: str, folder: Path, workers: int = 2) -> Iterator[tuple[str, subprocess.Popen]]:
    """The base URL of some workers over a database, once they have started, and the process that holds them."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {"PAYMAP_DATABASE_URL": url, "PAYMAP_VAR_DIR": str(folder), "PAYMAP_DEMO": "0"}
    paymap = Path(sys.executable).with_name("paymap")
    command = [paymap, "serve", "--port", str(port), "--workers", str(workers)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stdout=log, stderr=log)  # noqa: S603 - ours
    try:
        _wait_for(lambda: (folder / "log").read_text().count("startup complete") >= workers, START_S)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()  # a killed one would leave its workers behind
        process.wait(STOP_S)


def _wait_for(what: Callable[[], bool], seconds: float) -> None:
    end = monotonic() + seconds
    while not what():
        assert monotonic() < end
        sleep(0.02)


def workers_of(process: subprocess.Popen) -> list[Path]:
    """The processes that answer: those that listen, but for the one that holds them."""
    started = [path.parent for path in Path("/proc").glob("[0-9]*/stat") if _parent(path) == process.pid]
    return [path for path in started if "spawn_main" in (path / "cmdline").read_text()]


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rsplit(") ", 1)[1].split()[1])
    except OSError:  # it has ended meanwhile
        return 0


def sockets(worker: Path) -> int:
    """How many sockets a process holds."""
    return sum(fd.is_socket() for fd in (worker / "fd").iterdir())


def connected(port: int, workers: list[Path]) -> list[HTTPConnection]:
    """Connections that stay open, at least one of them to each worker."""
    idle = {worker: sockets(worker) for worker in workers}
    made: list[HTTPConnection] = []
    while any(sockets(worker) == before for worker, before in idle.items()):
        assert len(made) < MOST_CONNECTIONS
        made.append(HTTPConnection("127.0.0.1", port))
        made[-1].connect()
        sleep(0.02)
    return made


def version_at(connection: HTTPConnection) -> str:
    """The version that a connection's worker answers with."""
    connection.request("GET", "/readyz")
    version: str = json.loads(connection.getresponse().read())["version"]
    return version


def versions(url: str) -> set[str]:
    """The versions that fresh connections are answered with, enough of them to meet both workers."""
    return {httpx2.get(f"{url}/readyz").json()["version"] for _ in range(20)}


def reached(url: str, change: int, seconds: float) -> bool:
    """Whether in time every worker has the change."""
    end = monotonic() + seconds
    while monotonic() < end:
        if all(f"-{change}-" in version for version in versions(url)):
            return True
    return False


def test_two_workers_follow_another_process_and_end_cleanly(migrated_sqlite_url: str, tmp_path: Path) -> None:
    """Both answer with what another process wrote, share one base, and stop when told to."""
    engine = make_engine(migrated_sqlite_url)
    fill(engine)
    with serving(migrated_sqlite_url, tmp_path) as (url, process):
        log = tmp_path / "log"
        assert reached(url, 0, FOLLOW_S), log.read_text()
        with make_sessions(engine).begin() as session:
            record(session, [seen("a", "cash", "yes", "2026-01-01")], SYSTEM)
        assert reached(url, 1, FOLLOW_S), log.read_text()
        assert len([path for path in (tmp_path / "catalog").iterdir() if path.is_dir()]) == 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(STOP_S) in {0, -signal.SIGTERM}
        assert "Traceback" not in log.read_text()
    engine.dispose()


def test_four_workers_see_a_write_within_a_second(migrated_sqlite_url: str, tmp_path: Path) -> None:
    """A second after a change was committed, each of four workers answers with it, by the usual settings."""
    engine = make_engine(migrated_sqlite_url)
    fill(engine)
    with serving(migrated_sqlite_url, tmp_path, workers=4) as (url, process):
        connections = connected(int(url.rsplit(":", 1)[1]), workers_of(process))
        assert {version.split("-")[1] for version in map(version_at, connections)} == {"0"}
        with make_sessions(engine).begin() as session:
            record(session, [seen("a", "cash", "yes", "2026-01-01")], SYSTEM)
        sleep(PROMISED_S)
        assert {version.split("-")[1] for version in map(version_at, connections)} == {"1"}
        for connection in connections:
            connection.close()
    engine.dispose()
