"""An answer that was sent before is sent again as it was, headers and all, without going through the application.

Only answers of the register's present version are kept, those to reads that many ask for alike: venues, regions, tiles.
"""

import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from http import HTTPStatus

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.answers import has, tag, this_moment
from app.catalog.live import Live
from app.errors import NotReady
from app.headers import READING

KEPT = ("/api/v1/venues", "/api/v1/regions", "/tiles/")
MOST_BYTES = 64 * 2**20
LARGEST = 2**20
"""A larger answer is asked for seldom, and would push out many that are asked for often."""
_BESIDE = 3_000
"""What keeping an answer costs beside its bytes: key, headers, their places in memory."""
_MOST_MET = 20_000
OF_THE_BODY = frozenset((b"content-length", b"content-type", b"content-encoding", b"content-security-policy"))
"""What a 304 does not say (of the last, `app.headers` tells why)."""


@dataclass(slots=True)
class Answer:
    """An answer as it was sent."""

    etag: str
    start: Message
    body: Message

    @property
    def size(self) -> int:
        """What keeping it costs."""
        return len(self.body["body"]) + _BESIDE

    @property
    def unchanged(self) -> Message:
        """The start of the answer to a client that has this one."""
        said = [header for header in self.start["headers"] if header[0] not in OF_THE_BODY]
        return {**self.start, "status": HTTPStatus.NOT_MODIFIED, "headers": said}


class Answers:
    """Answers of one version, within a number of bytes: those asked for longest ago make room.

    They make room for what has been asked for before, so that questions that nobody repeats do not push out the others.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.size = 0
        self._most = most_bytes
        self._version = ""
        self._kept: OrderedDict[bytes, Answer] = OrderedDict()
        self._met: set[bytes] = set()

    def __len__(self) -> int:
        """How many there are."""
        return len(self._kept)

    def __iter__(self) -> Iterator[bytes]:
        """What they are kept under, those asked for longest ago first."""
        return iter(self._kept)

    def get(self, version: str, key: bytes) -> Answer | None:
        """The answer of this version, if it is kept; any other version is forgotten."""
        if version != self._version:
            self._kept.clear()
            self._met.clear()
            self._version, self.size = version, 0
        if (answer := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
        return answer

    def put(self, version: str, key: bytes, answer: Answer) -> None:
        """Keep an answer."""
        if (before := self.get(version, key)) is not None:
            self.size -= before.size
        self._kept[key] = answer
        self.size += answer.size
        while self.size > self._most:
            self.size -= self._kept.popitem(last=False)[1].size

    def wants(self, key: bytes) -> bool:
        """Whether to keep what a request is answered: there is room for any, or it was asked for before."""
        if self.size + LARGEST + _BESIDE <= self._most or key in self._met:
            return True
        if len(self._met) >= _MOST_MET:
            self._met.clear()
        self._met.add(key)
        return False


@dataclass(slots=True)
class Asked:
    """What of a request its answer depends on, and whether the client has one already."""

    scope: Scope
    host: bytes
    accepted: bytes
    packed: bool
    conditional: bool
    moment: datetime | None

    @classmethod
    def of(cls, scope: Scope) -> "Asked":
        """Read a request; its clock matters only where it names a time."""
        host, accepted, conditional = b"", b"", False
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                accepted = accepted + b"," + value if accepted else value
            elif name == b"host":
                host = host or value
            elif name == b"if-none-match":
                conditional = True
        moment = this_moment() if b"open_at" in scope["query_string"] else None
        return cls(scope, host, accepted, takes_gzip(accepted), conditional, moment)

    @property
    def key(self) -> bytes:
        """What the answer is kept under: a digest, so that nobody's position can be read in it.

        The answers themselves tell distances; they are in memory only, and forgotten with the version.
        """
        scope = self.scope
        where = self.host, scope["scheme"], scope.get("root_path"), scope["path"], scope["query_string"]
        asked = repr((where, self.packed, self.moment))
        return blake2b(asked.encode("utf-8", "surrogatepass"), digest_size=16).digest()

    def settled(self) -> Scope:
        """The request with its choice of encoding made where it is not plain, so that all read it as we did."""
        if self.accepted == b"gzip" or not self.accepted:
            return self.scope
        others = [header for header in self.scope["headers"] if header[0] != b"accept-encoding"]
        return {**self.scope, "headers": [*others, (b"accept-encoding", b"gzip" if self.packed else b"identity")]}


class Replay:
    """ASGI middleware, outside of all that adds headers: what it keeps has them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.answers = Answers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or let the application answer and remember how."""
        if scope["type"] != "http" or scope["method"] not in READING or not _is_kept(scope):
            await self.app(scope, receive, send)
            return
        asked, live = Asked.of(scope), scope["app"].state.register
        version = _version(live)
        if version is None or not asked.host or scope["method"] != "GET":
            await self.app(asked.settled(), receive, send)
            return
        key = asked.key
        answer = self.answers.get(version, key)
        if answer is None and not self.answers.wants(key):
            await self.app(asked.settled(), receive, send)
        elif answer is None:
            await self.app(asked.settled(), receive, _Remembering(self.answers, live, asked, key, send))
        elif asked.conditional and has(Request(scope), answer.etag):
            await send(answer.unchanged)
            await send({"type": "http.response.body", "body": b""})
        else:
            await send(answer.start)
            await send(answer.body)


class _Remembering:
    """A `send` that keeps the answer once all of it has gone out."""

    def __init__(self, answers: Answers, live: Live, asked: Asked, key: bytes, send: Send) -> None:
        self._answers, self._live, self._asked, self._key, self._send = answers, live, asked, key, send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        await self._send(message)
        if message["type"] == "http.response.start":
            self._start = message if message["status"] in (HTTPStatus.OK, HTTPStatus.NO_CONTENT) else None
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message.get("body", b"")
            if len(self._body) > LARGEST:
                self._start, self._body = None, b""
            elif not message.get("more_body", False):
                self._keep(self._start)

    def _keep(self, start: Message) -> None:
        """Keep it if it is of the present version, and says nothing that will not hold in a moment."""
        said, version = dict(start["headers"]), _version(self._live)
        etag = said.get(b"etag", b"").decode("latin-1")
        personal = b"no-store" in said.get(b"cache-control", b"")
        if version is None or b"warning" in said or personal or not self._is_of(version, etag):
            return
        body = {"type": "http.response.body", "body": self._body}
        self._answers.put(version, self._key, Answer(etag, start, body))

    def _is_of(self, version: str, etag: str) -> bool:
        """Whether a tag is the version's, or the version's with the clock that the answer is kept under."""
        timed = self._asked.moment is not None and self._asked.moment == this_moment()
        return etag == version or (timed and etag.startswith(version.removesuffix('"') + "-"))


@lru_cache
def takes_gzip(accepted: bytes) -> bool:
    """Whether a client takes gzip, by its Accept-Encoding (RFC 9110): named, or any, and not with weight 0."""
    each = (part.partition(";") for part in accepted.decode("latin-1").split(","))
    weights = {name.strip().lower(): rest for name, _, rest in each}
    weight = weights.get("gzip", weights.get("*"))
    return weight is not None and re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight) is None


def _is_kept(scope: Scope) -> bool:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")).startswith(KEPT)


def _version(live: Live) -> str | None:
    """The tag of the present version; None while answers warn that the database is away, or nothing is loaded."""
    try:
        return tag(live) if live.unreachable_since is None else None
    except NotReady:
        return None
