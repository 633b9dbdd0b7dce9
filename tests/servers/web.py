"""An ASGI app behind a real port, for tests that need one: a browser, a client that streams."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic, sleep

import pytest
import uvicorn

START_S = 30


@contextmanager
def listening(app: Callable) -> Iterator[str]:
    """The base URL of `app` while it is being served from a thread of this process."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        await_start(server, thread)
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        server.should_exit = True
        thread.join(START_S)


def await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    """Return once the server answers; a RuntimeError if it stopped or takes too long."""
    end = monotonic() + START_S
    while not server.started:
        if not thread.is_alive() or monotonic() > end:
            msg = "the app did not start"
            raise RuntimeError(msg)
        sleep(0.01)


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[[Callable], str]]:
    """A function that serves an ASGI app until the module's tests end and gives its base URL."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(listening(app))
