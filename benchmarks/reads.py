"""The read path over HTTP at 100,000 venues: ours against a bare ASGI application that sends the same bytes."""

import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

import uvicorn

from app.main import create_app
from app.settings import Settings
from benchmarks import large_register
from benchmarks.rounds import COLUMNS, Result, in_turns

VENUES, REQUESTS, ROUNDS, START_S, OK = 100_000, 300, 7, 600, 200
ASKED = {
    "100 venues of a box": "/api/v1/venues?bbox=115.9,36.3,116.05,36.5&limit=100",
    "nearest 10 that take Visa": "/api/v1/venues/nearest?lon=115.98&lat=36.45&capability=foreign_card&scheme=visa",
    "100 of all venues": "/api/v1/venues",
}
Answer = Callable[[Any, Any, Any], Awaitable[None]]


def run() -> Result:
    """Ask one server of each, in processes of their own, over one connection that stays open."""
    rows: list[tuple[str, ...]] = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        large_register.write(folder / "paymap.sqlite", VENUES)
        with served("ours", folder) as ours:
            for what, address in ASKED.items():
                body = _get(ours, address)
                (folder / "body").write_bytes(body)
                with served("bare", folder) as bare:
                    ways = {what: _many(ours, address), f"- bare, {len(body) / 1000:.0f} kB": _many(bare, address)}
                    rows += in_turns(ways, ROUNDS)
    return Result(
        f"{REQUESTS} requests, one after the other, over {VENUES:,} venues; one worker of uvicorn each.",
        COLUMNS,
        tuple(rows),
        ('"Times ours" is the share of the bare application\'s rate that ours reaches; the client is in both.',),
    )


@contextmanager
def served(which: str, folder: Path) -> Iterator[HTTPConnection]:
    """A connection to a server in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.reads", which, str(folder), str(port)]
    with ExitStack() as stack:
        process = subprocess.Popen(command)  # noqa: S603 - this very program
        stack.callback(process.wait)
        stack.callback(process.terminate)
        _await(process, port)
        connection = HTTPConnection("127.0.0.1", port)
        stack.callback(connection.close)
        yield connection


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    """Return once somebody listens on the port."""
    end = monotonic() + START_S
    while process.poll() is None and monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.1)
    msg = f"no server came up on port {port}"
    raise RuntimeError(msg)


def _get(connection: HTTPConnection, address: str) -> bytes:
    connection.request("GET", address)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != OK:
        msg = f"{address}: {answer.status} {body[:200]!r}"
        raise ValueError(msg)
    return body


def _many(connection: HTTPConnection, address: str) -> Callable[[], None]:
    def ask() -> None:
        connection.close()  # the server will have closed it while the other was asked
        for _ in range(REQUESTS):
            _get(connection, address)

    return ask


def _bare(folder: Path) -> Answer:
    body = (folder / "body").read_bytes()
    head = [(b"content-type", b"application/geo+json"), (b"content-length", str(len(body)).encode())]

    async def answer(_scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's own shape
        await send({"type": "http.response.start", "status": OK, "headers": head})
        await send({"type": "http.response.body", "body": body})

    return answer


def _serve(which: str, folder: Path, port: int) -> None:
    if which == "bare":
        uvicorn.run(_bare(folder), port=port, lifespan="off", access_log=False, log_level="error")
    else:
        app = create_app(Settings(var_dir=folder, _env_file=None))
        uvicorn.run(app, port=port, access_log=False, log_level="error")


if __name__ == "__main__":
    _serve(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
