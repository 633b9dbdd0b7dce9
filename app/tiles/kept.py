"""The tiles asked for lately, as they are sent; of the present version only, and bounded in bytes."""

import gzip
import re
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from starlette.types import Message, Scope

from app.answers import this_moment
from app.catalog.filters import Filters
from app.catalog.live import Live
from app.tiles.city import Bounds
from app.tiles.encode import Address, tile
from app.tiles.pieces import Ready

MOST_BYTES = 64 * 2**20
CITY_ZOOM = 9
"""A city is about a tile of this zoom; each zoom on, a tile has about a quarter as many venues."""
FEW = 2_000
"""Tiles that usually have no more venues than this are quickly made, the densest of them too."""
GZIP_LEVEL = 1
"""The first level takes off most of what the ninth would, in a sixth of the time."""
_BESIDE = 2_000
"""What keeping a tile costs beside its bytes."""


class Key(NamedTuple):
    """What a tile is kept under: version, address and query as written, whether compressed, the clock if it matters."""

    version: str
    path: str
    query: bytes
    packed: bool
    clock: tuple[str, ...]


@dataclass(slots=True)
class Body:
    """A tile as it is sent, and the start of the answer that it was sent with."""

    content: bytes
    start: Message | None = None

    @property
    def size(self) -> int:
        """What keeping it costs."""
        return len(self.content) + _BESIDE


class Tiles:
    """Tiles of a register, made when they are first asked for."""

    def __init__(self, live: Live) -> None:
        self.bounds = Bounds(live)
        self._live = live
        self._ready = Ready()
        self._turn = Lock()
        self._version = ""
        self._kept: OrderedDict[Key, Body] = OrderedDict()
        self._size = 0

    @property
    def settled(self) -> bool:
        """Whether answers say nothing but what they said before: no warning that the database is away."""
        return self._live.unreachable_since is None

    def key(self, scope: Scope) -> Key:
        """What the tile that a request asks for is kept under."""
        query = scope["query_string"]
        accepted = b",".join(value for name, value in scope["headers"] if name == b"accept-encoding")
        clock = (f"{this_moment():%Y%m%d%H%M}",) if b"open_at" in query else ()
        return Key(self._live.catalog.version, scope["path"], query, takes_gzip(accepted.decode("latin-1")), clock)

    def held(self, key: Key) -> Body | None:
        """The tile, if it has been made."""
        with self._turn:
            if (body := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
            return body

    def quick(self, filters: Filters, at: Address) -> bool:
        """Whether making a tile takes a millisecond or two, less than handing it to a thread under load would."""
        catalog = self._live.catalog
        usual = sum(len(part.columns) for part in catalog.parts) / 4 ** max(at.zoom - CITY_ZOOM, 0)
        return usual <= FEW and filters.q is None and filters.open_at is None and self._ready.has(catalog)

    def made(self, key: Key, filters: Filters, at: Address, lang: str) -> Body:
        """The tile of the present version, made and kept."""
        catalog = self._live.catalog
        plain = tile(catalog, self._ready.of(catalog), filters, at, lang)
        body = Body(gzip.compress(plain, GZIP_LEVEL, mtime=0) if plain and key.packed else plain)
        self._keep(key._replace(version=catalog.version), body)
        return body

    def _keep(self, key: Key, body: Body) -> None:
        with self._turn:
            if key.version != self._version:
                self._kept.clear()
                self._version, self._size = key.version, 0
            self._size += body.size - (self._kept[key].size if key in self._kept else 0)
            self._kept[key] = body
            while self._size > MOST_BYTES:
                self._size -= self._kept.popitem(last=False)[1].size


@lru_cache
def takes_gzip(accepted: str) -> bool:
    """Whether a client takes gzip, by its Accept-Encoding (RFC 9110): named, or any, and not with weight 0."""
    weights = {name.strip().lower(): rest for name, _, rest in (each.partition(";") for each in accepted.split(","))}
    weight = weights.get("gzip", weights.get("*"))
    return weight is not None and re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight) is None
