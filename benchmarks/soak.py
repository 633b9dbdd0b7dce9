"""One worker under 500 connections for a minute, and among clients that dawdle or hang up."""

import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event, Thread

from benchmarks import large_register
from benchmarks.rounds import Result, Verdict
from benchmarks.served.cases import cases
from benchmarks.served.contenders import OURS
from benchmarks.served.questions import Venues
from benchmarks.served.servers import Load, Server, load, paymap, wrk

VENUES, CONNECTIONS, SECONDS, WARM_S = 100_000, 500, 60, 60
ROUNDS, ROUND_S = 3, 4
HALF_ASKED, UNREAD, HUNG_UP_PAUSE_S = 200, 20, 0.02
MOST_GROWTH_MB, STILL = 16, 0.5
COLUMNS = ("", "before", "after")
Found = tuple[tuple[tuple[str, ...], ...], tuple[Verdict, ...]]
LARGE = b"GET /api/v1/venues?limit=10000 HTTP/1.1\r\nHost: x\r\n"
TITLE = f"One worker over {VENUES:,} venues: boxes, nearest, tiles over {CONNECTIONS} connections for {SECONDS} s."
BEFORE = f"Before: after {WARM_S} s of the same load. Memory: the worker's own, without the mapped read index."
BAD = (
    f"Bad clients: {HALF_ASKED} that stop in the middle of their request, {UNREAD} that ask for 10,000 venues and do "
    "not read them, and one after the other that hangs up as soon as it has asked."
)
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: closing throws the connection away instead of ending it in order."""


def run() -> Result:
    """Load one worker, look at its errors and memory, then at its rate among bad clients."""
    wrk()
    with TemporaryDirectory(prefix="paymap-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        large_register.write(folder / "paymap.sqlite", VENUES)
        paths = _paths(folder / "paymap.sqlite")
        server = stack.enter_context(paymap(folder))
        server.rests()
        held, among = _long(server, paths), _among_bad_clients(server, paths)
        return Result(TITLE, COLUMNS, (*held[0], *among[0]), (BEFORE, BAD), (*held[1], *among[1]))


def _paths(register: Path) -> list[str]:
    """Boxes, points and tiles by turns, more than the worker keeps."""
    pools = [case.paths[OURS] for case in cases(Venues.of(register))[:3]]
    return [path for paths in zip(*pools, strict=False) for path in paths]


def _long(server: Server, paths: list[str]) -> Found:
    """What a minute of it does."""
    warm = load(server, paths, WARM_S, connections=CONNECTIONS)
    before = _own_mb(server)
    found = load(server, paths, SECONDS, connections=CONNECTIONS)
    after = _own_mb(server)
    rows = (
        ("requests", f"{warm.requests:,}", f"{found.requests:,}"),
        ("of them failed", f"{warm.failed:,}", f"{found.failed:,}"),
        ("memory", f"{before:.0f} MB", f"{after:.0f} MB"),
    )
    grown, failed = after - before, warm.failed + found.failed
    return rows, (
        Verdict(f"errors at {CONNECTIONS} connections", "none", f"{failed:,}", failed == 0),
        Verdict(
            f"growth at {CONNECTIONS} connections",
            f"under {MOST_GROWTH_MB} MB",
            f"{grown:.0f} MB",
            grown < MOST_GROWTH_MB,
        ),
    )


def _among_bad_clients(server: Server, paths: list[str]) -> Found:
    """Rate and lag without and with them, by turns, and what they leave behind."""
    pairs = [_without_and_with(server, paths) for _ in range(ROUNDS)]
    share = median(among.rate / alone.rate for alone, among in pairs)
    failed = sum(among.failed for _, among in pairs)
    rates = (f"{median(pair[n].rate for pair in pairs):,.0f}/s" for n in (0, 1))
    lags = (f"{median(pair[n].p99_ms for pair in pairs):,.0f} ms" for n in (0, 1))
    rows = (
        ("rate among bad clients", *rates),
        ("p99 among bad clients", *lags),
        ("memory after them", "", f"{_own_mb(server):.0f} MB"),
    )
    wanted, found = f"no error, at least {STILL:g} of the rate", f"{failed:,} errors, {share:.2f}"
    return rows, (Verdict("answers among bad clients", wanted, found, failed == 0 and share >= STILL),)


def _without_and_with(server: Server, paths: list[str]) -> tuple[Load, Load]:
    alone = load(server, paths, ROUND_S)
    with bad_clients(server.port):
        return alone, load(server, paths, ROUND_S)


@contextmanager
def bad_clients(port: int) -> Iterator[None]:
    """Some that do not finish asking, some that do not read, and some that hang up, as long as it lasts."""
    with ExitStack() as stack:
        for _ in range(HALF_ASKED):
            stack.enter_context(_asking(port, LARGE))
        for _ in range(UNREAD):
            stack.enter_context(_asking(port, LARGE + b"\r\n"))
        stop = Event()
        thread = Thread(target=_hang_up, args=(port, stop))
        thread.start()
        stack.callback(thread.join)
        stack.callback(stop.set)
        yield


def _asking(port: int, said: bytes) -> socket.socket:
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    client.sendall(said)
    return client


def _hang_up(port: int, stop: Event) -> None:
    while not stop.wait(HUNG_UP_PAUSE_S):
        with _asking(port, b"GET /api/v1/venues HTTP/1.1\r\nHost: x\r\n\r\n") as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def _own_mb(server: Server) -> float:
    lines = Path(f"/proc/{server.pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024
