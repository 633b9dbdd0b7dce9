"""A file on its way to a client: made in a thread, a few at once, gone from the disk when the client has it or is gone.

A format that can be sent piece by piece is; the others are written to a file of `var_dir` first. While a file is being
made its snapshot of the register is held, so a client that takes nothing for a minute is let go.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path
from tempfile import mkdtemp
from threading import Event
from time import time
from typing import TypeVar, cast

from anyio import CancelScope, CapacityLimiter, fail_after, to_thread
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from app.catalog.live import Live
from app.errors import Busy
from app.exporters.formats import Pieces
from app.exporters.orders import Order, tell, write
from app.exporters.rows import Batch
from app.exporters.told import About

AT_ONCE = 2
PATIENCE_S, SLOWEST_S = 20.0, 60.0
"""How long a client waits for its turn, and how long we wait for a client to take a piece."""
PIECE = 2**16
_LEFT_AFTER_S = 86_400
"""A file this old belongs to a process that was killed."""
T = TypeVar("T")


class Gone(Exception):
    """The client has gone away."""


class Exports:
    """The turns of an instance, and its folder for files that are being made."""

    def __init__(self, live: Live, at_once: int = AT_ONCE, patience_s: float = PATIENCE_S) -> None:
        self.live = live
        self.folder = live.settings.var_dir / "exports"
        self._turns = CapacityLimiter(at_once)
        self._patience_s = patience_s

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """One of the few turns.

        Raises:
            Busy: none came free for a while.
        """
        mine = object()
        try:
            with fail_after(self._patience_s):
                await self._turns.acquire_on_behalf_of(mine)
        except TimeoutError:
            raise Busy("others are taking files at the moment; try again in a little while") from None
        try:
            yield
        finally:
            self._turns.release_on_behalf_of(mine)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder for one file, removed afterwards, with what killed processes left behind."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for left in self.folder.iterdir():
            if left.stat().st_mtime < time() - _LEFT_AFTER_S:
                shutil.rmtree(left, ignore_errors=True)
        made = Path(mkdtemp(dir=self.folder))
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)


class Sending(Response):
    """The answer that is a file."""

    def __init__(self, exports: Exports, order: Order, said: Mapping[str, str]) -> None:
        super().__init__(headers=said)
        self._exports, self._order, self._said = exports, order, said

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for a turn, make the file and send it.

        Raises:
            Busy: no turn came, or the register did not stand still. DatabaseUnavailable: it does not answer.
        """
        async with self._exports.turn():
            gone = Event()
            watcher = asyncio.create_task(_watch(receive, gone))
            try:
                if self._order.format.pieces is None:
                    await self._send_file(scope, receive, send, gone)
                else:
                    await self._send_pieces(self._order.format.pieces, send, gone)
            except Gone:
                return
            finally:
                watcher.cancel()

    async def _send_file(self, scope: Scope, receive: Receive, send: Send, gone: Event) -> None:
        with self._exports.scratch() as folder:
            path = folder / f"venues.{self._order.format.name}"
            said = await _in_thread(partial(write, self._exports.live, self._order, path, partial(_until, gone)))
            # Said to be what it is: these formats are packed already, and nothing has to be compressed once more.
            headers = {**self._with_name(said), "content-encoding": "identity"}
            await FileResponse(path, headers=headers)(scope, receive, send)

    async def _send_pieces(self, pieces: Pieces, send: Send, gone: Event) -> None:
        made = tell(self._exports.live, self._order, pieces, partial(_until, gone))
        try:
            said = cast("About", await _in_thread(partial(next, made)))
            raw = [(name.encode(), value.encode()) for name, value in self._with_name(said).items()]
            await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": raw})
            while (piece := await _in_thread(partial(next, made, None))) is not None:
                await _send_slowly(cast("bytes", piece), send)
            await send({"type": "http.response.body", "body": b""})
        finally:
            with CancelScope(shield=True):
                await _in_thread(made.close)

    def _with_name(self, said: About) -> dict[str, str]:
        name = f"{said.name}.{self._order.format.name}"
        disposition = f'attachment; filename="{name}"'
        return {**self._said, "content-type": self._order.format.media_type, "content-disposition": disposition}


async def _send_slowly(piece: bytes, send: Send) -> None:
    """Send a piece in parts, between which other answers get their turn.

    Raises:
        Gone: the client takes nothing.
    """
    for start in range(0, len(piece), PIECE):
        try:
            with fail_after(SLOWEST_S):
                await send({"type": "http.response.body", "body": piece[start : start + PIECE], "more_body": True})
        except TimeoutError:
            raise Gone from None
        await asyncio.sleep(0)


async def _watch(receive: Receive, gone: Event) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    gone.set()


async def _in_thread(work: Callable[[], T]) -> T:
    return await to_thread.run_sync(work)


def _until(gone: Event, made: Iterator[Batch], _count: int) -> Iterator[Batch]:
    """The batches, as long as somebody waits for them."""
    for batch in made:
        if gone.is_set():
            raise Gone
        yield batch
