"""Serving, as a process of its own."""

import signal
import socket
from collections.abc import Callable
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

from command_line import Paymap

WAIT_S = 60


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def fetched(address: str) -> bytes:
    """The body, as soon as somebody answers."""
    end = monotonic() + WAIT_S
    while True:
        try:
            with urlopen(address, timeout=WAIT_S) as answer:  # noqa: S310 - this machine's own address
                return answer.read()
        except URLError:
            if monotonic() > end:
                raise
            sleep(0.05)


def test_both_instances_answer_and_stop_when_interrupted(paymap: Paymap, start: Callable) -> None:
    """The register of another city and its sandbox, under a path of a proxy; Ctrl-C ends without a traceback."""
    paymap("init", "--city", "370100")
    paymap("demo", "--venues", "30")
    for workers in ("1", "2"):
        port = free_port()
        process = start("serve", "--port", str(port), "--workers", workers, PAYMAP_DEMO="1", PAYMAP_ROOT_PATH="/pay")
        assert process.stdout.readline() == f"Paymap on http://127.0.0.1:{port}/pay/\n"
        here = f"http://127.0.0.1:{port}/pay"
        assert b'"ready":true' in fetched(f"{here}/readyz")
        assert b'"source":"simulated' in fetched(f"{here}/demo/api/v1/venues?limit=1")
        assert b'"region":"370100"' in fetched(f"{here}/api/v1/coverage")
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=WAIT_S)
        assert (process.returncode, "Traceback" in err) == (0, False)
