"""`paymap serve` with several workers, as processes of their own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx2

from app.actor import SYSTEM
from app.db import make_engine, make_sessions
from app.register.statements import record
from app.settings import ROOT
from small_register import fill, seen

START_S, FOLLOW_S, STOP_S = 120, 10, 30


@contextmanager
def serving(url: str, folder: Path) -> Iterator[tuple[str, subprocess.Popen]]:
    """The base URL of two workers over a database, and the process that holds them."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {"PAYMAP_DATABASE_URL": url, "PAYMAP_VAR_DIR": str(folder), "PAYMAP_DEMO": "0"}
    paymap = Path(sys.executable).with_name("paymap")
    command = [paymap, "serve", "--port", str(port), "--workers", "2"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stdout=log, stderr=log)  # noqa: S603 - ours
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()


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
        end = monotonic() + START_S
        while log.read_text().count("startup complete") < 2:
            assert monotonic() < end, log.read_text()
            sleep(0.1)
        assert reached(url, 0, FOLLOW_S), log.read_text()
        with make_sessions(engine).begin() as session:
            record(session, [seen("a", "cash", "yes", "2026-01-01")], SYSTEM)
        assert reached(url, 1, FOLLOW_S), log.read_text()
        assert len([path for path in (tmp_path / "catalog").iterdir() if path.is_dir()]) == 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(STOP_S) in {0, -signal.SIGTERM}
        assert "Traceback" not in log.read_text()
    engine.dispose()
