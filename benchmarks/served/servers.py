"""Servers in processes of their own, on one core, and wrk on another."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]
START_S, OK = 1_800, 200
REST_S, IDLE = 3, 0.05
PARENT, WORKED, WORKED_WITH_THE_GONE = 1, slice(11, 13), slice(11, 15)
"""In /proc/PID/stat after the name: the parent's number; ticks of user and system, then those of ended children."""


@dataclass(frozen=True)
class Server:
    """One that answers on a port of this machine."""

    port: int
    pid: int
    postmaster: int | None = None
    """The PostgreSQL that works for it, if any."""

    def cpu_s(self) -> float:
        """How long it and its database have worked so far."""
        used = sum(map(_worked, _family(self.pid)))
        if self.postmaster is not None:
            used += sum(map(int, _stat(self.postmaster)[WORKED_WITH_THE_GONE]))
            used += sum(map(_worked, _children(self.postmaster)))
        return used / os.sysconf("SC_CLK_TCK")

    def rests(self) -> None:
        """Wait until it has done what a server does once after its start."""
        end = monotonic() + START_S
        while monotonic() < end:
            before = self.cpu_s()
            sleep(REST_S)
            if self.cpu_s() - before < REST_S * IDLE:
                return

    def pss_mb(self) -> dict[str, float]:
        """The proportional set size of all its processes: a page that several share counts once (`Pss`, `Pss_File`)."""
        found: dict[str, float] = {}
        for pid in _family(self.pid):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()[1:]:
                name, size, _ = line.split()
                found[name.rstrip(":")] = found.get(name.rstrip(":"), 0) + int(size) / 1024
        return found

    def get(self, path: str) -> bytes:
        """The body of an answer, which must be a 200."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status != OK:
            msg = f"{path}: {answer.status} {body[:500]!r}"
            raise RuntimeError(msg)
        return body


@dataclass(frozen=True)
class Load:
    """What wrk saw, and what a request cost the server and its database."""

    rate: float
    p50_ms: float
    p99_ms: float
    requests: int
    bytes: int
    failed: int
    cpu_ms: float


@contextmanager
def one_core() -> Iterator[None]:
    """Whatever is started meanwhile stays on the servers' core."""
    os.sched_setaffinity(0, {SERVER_CORE})
    try:
        yield
    finally:
        os.sched_setaffinity(0, CORES)


@contextmanager
def serving(command: Sequence[str | Path], **environment: str) -> Iterator[Server]:
    """A server, once it listens on the port that stands for `{port}` in its command."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = ["taskset", "-c", str(SERVER_CORE), *(str(word).replace("{port}", str(port)) for word in command)]
    with ExitStack() as stack:
        log = stack.enter_context(tempfile.TemporaryFile("w+"))
        settings = {name: value for name, value in os.environ.items() if not name.startswith("PAYMAP_")} | environment
        process = subprocess.Popen(words, cwd=ROOT, env=settings, stdout=log, stderr=log)  # noqa: S603 - our own words
        stack.callback(process.wait)
        stack.callback(process.terminate)
        if not _came_up(process, port):
            log.seek(0)
            raise SystemExit(f"benchmarks: {' '.join(words)} did not come up:\n{log.read()[-2_000:]}")
        yield Server(port, process.pid)


@contextmanager
def paymap(folder: Path, database_url: str | None = None, workers: int = 1) -> Iterator[Server]:
    """`paymap serve` over a database, or over the SQLite file of the folder."""
    settings = {"PAYMAP_VAR_DIR": str(folder), "PAYMAP_DEMO": "0"}
    if database_url is not None:
        settings["PAYMAP_DATABASE_URL"] = database_url
    program = Path(sys.executable).with_name("paymap")
    with serving([program, "serve", "--port", "{port}", "--workers", str(workers)], **settings) as server:
        yield server


def environment(peer: str) -> Path:
    """The Python of a peer's own environment below .bench/, made where its pinned versions are not there yet."""
    folder, wanted = ROOT / ".bench" / peer, HERE / f"{peer}.txt"
    python, made = folder / "bin" / "python", folder / "made_of.txt"
    if not made.exists() or made.read_text("utf-8") != wanted.read_text("utf-8"):
        print(f"benchmarks: making the environment of {peer} in {folder.relative_to(ROOT)} ...", file=sys.stderr)
        install: list[str | Path] = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "-r", wanted]
        try:
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)  # noqa: S603 - our own words
            subprocess.run(install, check=True)  # noqa: S603 - as above
        except subprocess.CalledProcessError as error:
            raise SystemExit(f"benchmarks: {peer} could not be installed: is the package index reachable?") from error
        shutil.copy(wanted, made)
    return python


def wrk() -> str:
    """Where wrk is."""
    found = shutil.which("wrk")
    if found is None:
        raise SystemExit("benchmarks: wrk is not installed: run setup/system_packages.sh (Debian: apt-get install wrk)")
    return found


def load(server: Server, paths: Sequence[str], seconds: int, *, first: int = 0, connections: int = 16) -> Load:
    """Ask for the paths in turn, from the `first` on, for some seconds over so many connections."""
    with tempfile.NamedTemporaryFile("w", suffix=".paths") as pool:
        pool.write("\n".join(paths))
        pool.flush()
        how = ["-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", str(HERE / "pool.lua")]
        what = [f"http://127.0.0.1:{server.port}", "--", pool.name, str(first)]
        command = ["taskset", "-c", str(LOAD_CORE), wrk(), *how, *what]
        before = server.cpu_s()
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own words
        used = server.cpu_s() - before
    seen = json.loads(done.stdout.splitlines()[-1])
    return Load(**seen, cpu_ms=used / max(seen["requests"], 1) * 1000)


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(") ", 1)[1].split()


def _worked(pid: int) -> int:
    """The ticks of a process; none where it has ended meanwhile, for then its parent has them."""
    try:
        return sum(map(int, _stat(pid)[WORKED]))
    except OSError:
        return 0


def _family(pid: int) -> list[int]:
    """A process, and all that come from it."""
    return [pid, *(each for child in _children(pid) for each in _family(child))]


def _children(pid: int) -> list[int]:
    """The processes that it has started and that are still there."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if int(_stat(int(path.name))[PARENT]) == pid:
                found.append(int(path.name))
    return found


def _came_up(process: subprocess.Popen[bytes], port: int) -> bool:
    """Whether somebody listens on the port before the process or our patience ends."""
    end = monotonic() + START_S
    while process.poll() is None and monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        sleep(0.1)
    return False
