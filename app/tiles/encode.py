"""One tile: the venues in it as themselves, or gathered by cells where they would be too many."""

import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from app.catalog.catalog import Catalog, Part
from app.catalog.feature import Piece
from app.catalog.filters import Filters, Rows
from app.tiles.pieces import OWN, SHARED, WORDS, Pieces
from app.venues.cells import STATUSES, statuses
from geo.clusters import Cells, gather
from geo.mercator import fractions, tile_box
from geo.mvt import EXTENT, layer, number, points, text

LAYER = "venues"
BUFFER = 128
"""How far past its edges a tile holds venues, in units of its extent, so that symbols there are not cut."""
MOST_VENUES, MOST_BYTES = 2_500, 500_000
"""A tile that would hold more is gathered by cells."""
SMALLEST_CELL = 128
"""The side of the cells, in units of the extent; the buffer is whole cells, so that neighbours agree about them."""
COUNTS = ("point_count", *(f"count_{word}" for word in STATUSES))
"""The properties of a cell with several venues."""
KEYS = (*OWN, *SHARED, *COUNTS)
_PAST = 1e-9
"""How much wider, in tiles, the catalog is asked than the tile is, so that rounding loses nobody."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Address:
    """Which tile of the pyramid."""

    zoom: int
    x: int
    y: int


@dataclass(frozen=True)
class Found:
    """Rows of a part with their place in the tile, in units of its extent."""

    part: Part
    rows: Rows
    x: Floats
    y: Floats

    def chosen(self, which: npt.NDArray[np.intp]) -> "Found":
        """Some of them."""
        return Found(self.part, self.rows.take(which), self.x.take(which), self.y.take(which))

    def within(self, buffer: int) -> "Found":
        """Those from the north-west corner of the buffer on to before its south-east corner."""
        low, high = -buffer, EXTENT + buffer
        return self.chosen(np.flatnonzero((self.x >= low) & (self.x < high) & (self.y >= low) & (self.y < high)))


def tile(catalog: Catalog, pieces: Sequence[Pieces], filters: Filters, at: Address, lang: str) -> bytes:
    """The matching venues of a tile and its buffer; no bytes where there are none.

    Up to `MOST_VENUES` venues and `MOST_BYTES` bytes, each venue is a feature of its own. Above, the tile is cut
    into cells of `SMALLEST_CELL` units (doubled until the bytes suffice): a cell with several venues becomes one
    feature at their middle that says how many (`point_count`, and `count_<status>` of the capability asked for).
    Nothing is dropped: the counts and the single venues add up.

    Args:
        catalog: the register.
        pieces: what is ready-made of each of its parts.
        filters: which venues.
        at: which tile.
        lang: of `name`.
    """
    found = [inside(catalog, part, filters, at) for part in catalog.parts]
    total = sum(len(f.rows) for f in found)
    if total == 0:
        return b""
    if total <= MOST_VENUES:
        whole = _layer(_venues(found, pieces, lang))
        if len(whole) <= MOST_BYTES:
            return whole
    side = SMALLEST_CELL
    while True:
        gathered = _layer(_cells(found, pieces, lang, filters.capability, side))
        if len(gathered) <= MOST_BYTES or side >= EXTENT:
            return gathered
        side *= 2


def inside(catalog: Catalog, part: Part, filters: Filters, at: Address) -> Found:
    """The rows of a part that a tile and its buffer hold."""
    box = tile_box(at.zoom, at.x, at.y, BUFFER / EXTENT + _PAST)
    rows = part.rows(filters.within(box), catalog.is_open)
    east, south = fractions(part.columns["lon"].take(rows), part.columns["lat"].take(rows))
    world = 2**at.zoom
    return Found(part, rows, (east * world - at.x) * EXTENT, (south * world - at.y) * EXTENT).within(BUFFER)


@dataclass
class _Draft:
    """The features and values of a layer that is being put together."""

    values: list[Piece]
    count: int
    features: list[bytes]


def _layer(draft: _Draft) -> bytes:
    return layer(LAYER, KEYS, draft.values, draft.features)


def _venues(found: Sequence[Found], pieces: Sequence[Pieces], lang: str) -> _Draft:
    """Each venue as itself."""
    regions = tuple(dict.fromkeys(adcode for f in found for adcode in f.part.columns.facts["regions"]))
    draft = _Draft([_words(regions)], len(WORDS) + len(regions), [])
    for f, ready in zip(found, pieces, strict=True):
        codes = _own_codes(f, ready, draft.count, regions, lang)
        kind = ready.kind.take(f.rows)
        shared = ready.shared[0].take(kind, axis=0), ready.shared[1].take(kind)
        draft.features.append(points(_rounded(f.x), _rounded(f.y), range(len(OWN)), codes, shared))
        draft.values += _slices(ready.main, ready.main_start, f.rows)
        draft.values += _slices(ready.english, ready.english_start, f.rows)
        draft.count = int(codes[:, 1:4].max(initial=draft.count - 1)) + 1
    return draft


@lru_cache
def _words(regions: tuple[str, ...]) -> bytes:
    """The values that venues share."""
    return b"".join(text(word.encode()) for word in (*WORDS, *regions))


def _own_codes(f: Found, ready: Pieces, start: int, regions: tuple[str, ...], lang: str) -> Ints:
    """For each venue the places of its values of `OWN`: key and Chinese name by turns, then the English names."""
    codes = np.empty((len(f.rows), len(OWN)), "i8")
    codes[:, 0] = np.arange(start, start + 2 * len(f.rows), 2)
    codes[:, 2] = codes[:, 0] + 1
    has = ready.english_start.take(f.rows + 1) > ready.english_start.take(f.rows)
    codes[:, 3] = np.where(has, start + 2 * len(f.rows) - 1 + np.cumsum(has), -1)
    codes[:, 1] = np.where(has, codes[:, 3], codes[:, 2]) if lang == "en" else codes[:, 2]
    places = [len(WORDS) + regions.index(adcode) for adcode in f.part.columns.facts["regions"]]
    codes[:, 4] = np.array(places).take(f.part.columns["region"].take(f.rows))
    return codes


def _slices(blob: bytes | mmap.mmap, starts: Ints, rows: Rows) -> list[Piece]:
    """The bytes of rows, not copied yet, in as few slices as there are stretches of rows that follow one another."""
    whole = memoryview(blob)
    breaks = np.flatnonzero(rows[1:] - rows[:-1] != 1)
    first, last = np.append(rows[:1], rows.take(breaks + 1)), np.append(rows.take(breaks), rows[-1:])
    cuts = zip(starts.take(first).tolist(), starts.take(last + 1).tolist(), strict=True)
    return [whole[a:b] for a, b in cuts]


def _cells(found: Sequence[Found], pieces: Sequence[Pieces], lang: str, capability: str | None, side: int) -> _Draft:
    """The venues gathered by cells of a side; those of the buffer too where it is whole cells."""
    kept = [f.within(BUFFER if side <= BUFFER else 0) for f in found]
    x, y = (np.concatenate([getattr(f, axis) for f in kept]) for axis in ("x", "y"))
    kinds, kind = 1, np.zeros(len(x), "i8")
    if capability is not None:
        kinds, kind = len(STATUSES), np.concatenate([statuses(f.part.columns, f.rows, capability) for f in kept])
    cells = gather((x // side).astype("i8"), (y // side).astype("i8"), x, y, kind, kinds)
    alone = np.sort(cells.member[cells.total == 1])
    ends = np.cumsum([0, *(len(f.rows) for f in kept)])
    singles = [f.chosen(alone[(alone >= a) & (alone < b)] - a) for f, a, b in zip(kept, ends, ends[1:], strict=False)]
    draft = _venues(singles, pieces, lang)
    _add_cells(draft, cells.chosen(cells.total > 1))
    return draft


def _add_cells(draft: _Draft, cells: Cells) -> None:
    """Add the cells as features: how many venues in all, and of each status where one was asked about."""
    counts = cells.total[:, None] if cells.counts.shape[1] == 1 else np.column_stack([cells.total, cells.counts])
    numbers, codes = np.unique(counts, return_inverse=True)
    keys = np.arange(len(KEYS) - len(COUNTS), len(KEYS) - len(COUNTS) + counts.shape[1])
    x, y = cells.x_sum / cells.total, cells.y_sum / cells.total
    draft.features.append(points(_rounded(x), _rounded(y), keys, codes.reshape(counts.shape) + draft.count))
    draft.values += map(number, numbers.tolist())


def _rounded(places: Floats) -> Ints:
    return np.floor(places + 0.5).astype("i8")
