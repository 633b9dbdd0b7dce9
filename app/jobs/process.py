"""The process that does the work: started by whoever serves, started again when it ends, gone when they are."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from time import sleep
from typing import BinaryIO

from sqlalchemy.exc import DBAPIError

STOP_S = 4
AGAIN_S = 1.0
IDLE_S = 0.3
"""How often an idle process looks for work."""


@contextmanager
def supervised(command: Sequence[str]) -> Iterator[None]:
    """While the block runs, so does the command; one that ends is started again.

    The command's standard input stays open as long as this process lives, however that ends: by its end
    the command knows that it is alone.
    """
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(list(command), over), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join(STOP_S + 2 * AGAIN_S)


def _keep(command: Sequence[str], over: threading.Event) -> None:
    while not over.is_set():
        process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own command
        while process.poll() is None and not over.wait(AGAIN_S / 4):
            pass
        _end(process)
        over.wait(AGAIN_S)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def follow(rounds: Sequence[Callable[[], bool]], alive: BinaryIO | None = None) -> None:
    """Do what waits, in turn, until the stream `alive` (standard input) ends.

    Args:
        rounds: each does one piece of work, and says whether there was any.
        alive: ends when whoever started this process has ended.
    """
    over = threading.Event()
    threading.Thread(target=_wait_for_end, args=(alive or sys.stdin.buffer, over), daemon=True).start()
    while not over.is_set():
        if not any(_tried(round_) for round_ in rounds):
            over.wait(IDLE_S)


def _tried(round_: Callable[[], bool]) -> bool:
    """As the round says; a database that is away is asked again later."""
    with suppress(DBAPIError):
        return round_()
    return False


def _wait_for_end(alive: BinaryIO, over: threading.Event) -> None:
    with suppress(OSError):
        while alive.read(1):
            pass
    over.set()
    sleep(STOP_S / 2)
    os._exit(0)  # what is half done is not committed, and is done again by the next process
