"""The list of venues out of the catalog: filtered as the interface does, in the order asked for, one page."""

import re
import weakref
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from app.catalog.catalog import Catalog, Part
from app.catalog.filters import Filters, Rows
from app.catalog.layout import Columns
from app.query import LANGUAGES

Properties = Mapping[str, Any]
PER_PAGE = 50
KEPT = {"live": b"", "no_position": b"", "approximate": b'"location_quality":"approximate"', "stale": b'"stale":true'}
"""What a feature holds of the venues of each kind; the first two are told by columns."""
GONE = "gone"
NAME_BYTES = 48
"""So much of a name tells its place in the order."""
_KEPT: deque[tuple[weakref.ref[Columns], npt.NDArray[Any]]] = deque(maxlen=4)
SHOWS = (*KEPT, GONE)
SORTS = ("updated", "name", "category", "region")


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the venues that match, and how many match in all."""

    rows: tuple[Properties, ...]
    matched: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.matched // PER_PAGE))


def found(catalog: Catalog, filters: Filters, show: str, sort: str, page: int) -> Found:
    """A page of the matching venues.

    Args:
        catalog: the snapshot to read.
        filters: as of the interface.
        show: one of `SHOWS`: which of the matching ones.
        sort: one of `SORTS`, with `-` before it for the other way round.
        page: from 1; one too many is the last.
    """
    parts = [(part, _chosen(part, catalog, filters, show)) for part in catalog.parts]
    matched = sum(len(rows) for _, rows in parts)
    page = min(max(1, page), max(1, -(-matched // PER_PAGE)))
    places = _ordered(parts, sort)[(page - 1) * PER_PAGE : page * PER_PAGE]
    return Found(tuple(_features(parts, places)), matched, page)


def _chosen(part: Part, catalog: Catalog, filters: Filters, show: str) -> Rows:
    if show == GONE:
        return _gone(part, filters)
    rows = part.rows(filters, catalog.is_open)
    if show == "no_position":
        lost: Rows = rows[np.isnan(part.columns["lon"][rows])]
        return lost
    if not KEPT[show]:
        return rows
    kept: Rows = rows[_holding(part.columns, KEPT[show])[rows]]
    return kept


def _gone(part: Part, filters: Filters) -> Rows:
    """Closed and removed venues, of which there are few; no catalog of capabilities is asked of them."""
    c = part.columns
    rows = np.flatnonzero(~c["live"] & part.valid)
    said = [orjson.loads(feature)["properties"] for feature in part.features(rows, "zh")]
    wanted = [n for n, venue in zip(rows.tolist(), said, strict=True) if _is_meant(venue, filters)]
    return np.array(wanted, dtype="i8")


def _is_meant(venue: Properties, filters: Filters) -> bool:
    text = " ".join(str(venue[name] or "") for name in ("name_zh", "name_en", "address_zh", "operator")).casefold()
    return (
        (not filters.categories or venue["category"] in filters.categories)
        and (not filters.regions or bool({venue["region"], venue["zone"]} & filters.regions))
        and all(word in text for word in (filters.q or "").casefold().split())
    )


def _holding(columns: Columns, text: bytes) -> npt.NDArray[np.bool_]:
    """Which rows have a text in their feature; quotes inside names are escaped there, so none can feign it."""
    hits = np.fromiter((hit.start() for hit in re.finditer(re.escape(text), columns.blob)), "i8")
    held = np.zeros(len(columns), bool)
    held[np.searchsorted(columns["start"], hits, side="right") - 1] = True
    return held


def _ordered(parts: list[tuple[Part, Rows]], sort: str) -> npt.NDArray[np.int64]:
    """Pairs of part and row, in order."""
    key = KEYS[sort.removeprefix("-")]
    keys = np.concatenate([key(part.columns, rows) for part, rows in parts])
    places = np.concatenate([np.column_stack([np.full(len(rows), n), rows]) for n, (_, rows) in enumerate(parts)])
    order = np.argsort(keys, kind="stable")
    return places[order[::-1] if sort.startswith("-") else order]


def _features(parts: list[tuple[Part, Rows]], places: npt.NDArray[np.int64]) -> Iterator[Properties]:
    for n, row in places.tolist():
        feature = orjson.loads(parts[n][0].feature(row, LANGUAGES[0]))
        yield {**feature["properties"], "geometry": feature["geometry"]}


def _by_name(columns: Columns, rows: Rows) -> npt.NDArray[Any]:
    keys: npt.NDArray[Any] = _names(columns)[rows]
    return keys


def _names(columns: Columns) -> npt.NDArray[Any]:
    """Names as GB 18030 has them, which is in order of pinyin for common characters; read once for a base."""
    kept = next((names for known, names in _KEPT if known() is columns), None)
    if kept is None:
        start = columns["start"][:-1]
        cuts = zip((start + columns["name_at"]).tolist(), (start + columns["open_at"]).tolist(), strict=True)
        names = [columns.blob[a + 1 : b - 1].decode().encode("gb18030", "replace") for a, b in cuts]
        kept = np.array([name[:NAME_BYTES] for name in names], dtype=f"S{NAME_BYTES}")
        _KEPT.append((weakref.ref(columns), kept))
    return kept


def _by_class(columns: Columns, rows: Rows) -> npt.NDArray[Any]:
    return columns["category"][rows].astype("i8")


KEYS: Mapping[str, Callable[[Columns, Rows], npt.NDArray[Any]]] = {
    "updated": lambda columns, rows: -columns["updated"][rows],
    "name": _by_name,
    "category": _by_class,
    "region": lambda columns, rows: columns["region"][rows],
}
"""What each order goes by; the newest come first."""
