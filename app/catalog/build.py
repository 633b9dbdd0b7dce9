"""Columns out of venue rows: what a base and a delta are both made with."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from io import BytesIO
from mmap import mmap
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO
from uuid import UUID

import numpy as np
import numpy.typing as npt

from app.catalog import layout
from app.catalog.bits import ASPECT_BIT, CAPABILITY_BIT, CATEGORY_CODE, all_aspects
from app.catalog.feature import Claim, VenueRow, changed_at, render, turns_on
from app.catalog.layout import BY_VENUE, NOWHERE, Columns
from app.vocabulary import Status

Arrays = dict[str, npt.NDArray[Any]]

VENUES_PER_CELL = 16
PACKED_AT = 10_000
"""So many venues are held as Python objects before they are packed into arrays."""
_GATHERED = {**BY_VENUE, "key": "S16", "size": "i8", "search_size": "i8"}
_MASK = {Status.YES: "yes", Status.LIMITED: "limited", Status.NO: "no"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class City:
    """What columns depend on besides the venues.

    regions: what each region lies in (None: in nothing), by adcode; their order gives the codes.
    today: the local day that `stale` and `live` are told for.
    stale_after: the age above which a statement is stale.
    """

    regions: Mapping[str, str | None]
    today: date
    stale_after: timedelta

    def code(self, adcode: str | None) -> int:
        """The number of a region in the arrays."""
        return NOWHERE if adcode is None else list(self.regions).index(adcode)

    def within(self) -> dict[str, list[int]]:
        """The codes of each region and of those that lie in it."""
        held: dict[str, list[int]] = {adcode: [] for adcode in self.regions}
        for code, adcode in enumerate(self.regions):
            around: str | None = adcode
            while around is not None:
                held[around].append(code)
                around = self.regions[around]
        return held

    def fingerprint(self) -> str:
        """Tells bases apart that hold the same change but were made with other words or another `stale`."""
        words = (layout.FORMAT, list(CATEGORY_CODE), list(CAPABILITY_BIT), list(ASPECT_BIT), self.stale_after.days)
        return blake2b(repr(words).encode(), digest_size=4).hexdigest()


def in_memory(venues: Iterable[VenueRow], city: City) -> Columns:
    """The columns of a few venues, which come in order of key."""
    loose, search = BytesIO(), BytesIO()
    arrays, facts = _written(venues, city, loose, search)
    return Columns(arrays, b"".join(_in_rows(loose.getvalue(), arrays)), search.getvalue(), facts)


def on_disk(venues: Iterable[VenueRow], city: City, folder: Path, change: int) -> None:
    """Store the columns of all venues, which come in order of key, as the base of a change, all or nothing."""
    with (
        layout.aside(folder) as draft,
        TemporaryFile(dir=draft) as loose,
        (draft / "search.bin").open("wb") as search,
    ):
        arrays, facts = _written(venues, city, loose, search)
        layout.write(arrays, {**facts, "change": change}, draft)
        with (draft / "blob.bin").open("wb") as blob:
            blob.writelines(_in_rows(layout.mapped(loose), arrays))


def _written(
    venues: Iterable[VenueRow], city: City, loose: BinaryIO, search: BinaryIO
) -> tuple[Arrays, dict[str, object]]:
    """The arrays and facts; the features and search texts have gone where they were told to, in order of records."""
    codes = {adcode: city.code(adcode) for adcode in (None, *city.regions)}
    gathering, hours = _Gathering(), dict[str | None, int]({None: -1})
    for venue in venues:
        piece = render(venue, city.today, city.stale_after)
        size = loose.write(piece.feature + piece.name_en)
        gathering.add(
            key=UUID(venue.id).bytes,
            lon=piece.lon,
            lat=piece.lat,
            category=CATEGORY_CODE[venue.category],
            region=codes[venue.region],
            zone=codes[venue.zone],
            hours=hours.setdefault(venue.opening_hours, len(hours) - 1),
            updated=microseconds(changed_at(venue, city.today)),
            live=venue.live_on(city.today),
            turns=turns_on(venue, city.today, city.stale_after).toordinal(),
            size=size,
            search_size=search.write(search_text(venue)),
            name_at=piece.name_at,
            open_at=piece.open_at,
            english_at=len(piece.feature),
            **_capability_masks(venue.summaries),
            **_aspect_masks(venue.aspects),
        )
    arrays, grid = _arranged(gathering.arrays())
    texts = [text for text in hours if text is not None]
    return arrays, {"grid": grid, "hours": texts, "regions": list(city.regions), "within": city.within()}


class _Gathering:
    """The values of each array as they come; packed now and then, for Python's own objects are large."""

    def __init__(self) -> None:
        self._loose: dict[str, list[Any]] = {name: [] for name in _GATHERED}
        self._packed: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in _GATHERED}

    def add(self, **named: Any) -> None:  # noqa: ANN401 - one value for each array
        for name, value in named.items():
            self._loose[name].append(value)
        if len(self._loose["key"]) >= PACKED_AT:
            self._pack()

    def arrays(self) -> Arrays:
        self._pack()
        return {name: np.concatenate(packed) for name, packed in self._packed.items()}

    def _pack(self) -> None:
        for name, kind in _GATHERED.items():
            self._packed[name].append(np.array(self._loose[name], dtype=kind))
            self._loose[name].clear()


def microseconds(moment: datetime) -> int:
    """A moment as the catalog counts it, since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment(counted: int) -> datetime:
    """What `microseconds` counted."""
    return _EPOCH + timedelta(microseconds=counted)


def search_text(venue: VenueRow) -> bytes:
    """What a word is looked for in: names, address and operator, in lower case, on one line each."""
    parts = (venue.name_zh, venue.name_en, venue.address_zh, venue.address_en, venue.operator)
    return "\n".join(p.casefold() for p in parts if p).encode() + b"\0"


def _capability_masks(summaries: Iterable[Claim]) -> dict[str, int]:
    masks = {"cap_yes": 0, "cap_limited": 0, "cap_no": 0}
    for claim in summaries:
        if (word := _MASK.get(Status(claim.status))) is not None:
            masks[f"cap_{word}"] |= CAPABILITY_BIT[claim.capability]
    return masks


def _aspect_masks(aspects: Iterable[Claim]) -> dict[str, int]:
    masks = {"asp_yes": 0, "asp_limited": 0, "asp_no": 0}
    said = 0
    for claim in aspects:
        if claim.aspect:
            bit = ASPECT_BIT[claim.capability, claim.aspect]
            said |= bit
            if (word := _MASK.get(Status(claim.status))) is not None:
                masks[f"asp_{word}"] |= bit
    for claim in aspects:
        if not claim.aspect and claim.status == Status.NO:
            masks["asp_no"] |= all_aspects(claim.capability) & ~said
    return masks


def _arranged(raw: Arrays) -> tuple[Arrays, dict[str, Any]]:
    """The arrays in their orders, out of what was gathered in order of records; and the grid they lie in."""
    if (raw["key"][1:] <= raw["key"][:-1]).any():
        msg = "venues must come in order of key, each of them once"
        raise ValueError(msg)
    grid = _grid(raw["lon"], raw["lat"])
    cell = _cell_of(raw["lon"], raw["lat"], grid)
    order = np.lexsort((raw["lat"], raw["lon"], cell))
    arrays = {name: raw[name][order] for name in BY_VENUE}
    sync = np.lexsort((order, arrays["updated"]))
    return {
        **arrays,
        "key": raw["key"],
        "start": _offsets(raw["size"][order]),
        "search_start": _offsets(raw["search_size"]),
        "record": order.astype("i4"),
        "row": _inverse(order),
        "sync": sync.astype("i4"),
        "sync_rank": _inverse(sync),
        "cell_start": np.searchsorted(cell[order], np.arange(grid["rows"] * grid["columns"] + 1)).astype("i4"),
    }, grid


def _in_rows(loose: bytes | mmap, arrays: Arrays) -> Iterator[bytes]:
    """The features, written in order of records, in order of rows."""
    sizes, row, record = np.diff(arrays["start"]), arrays["row"], arrays["record"]
    written = _offsets(sizes[row])
    for first in range(0, len(record), PACKED_AT):
        some = record[first : first + PACKED_AT]
        cuts = zip(written[some].tolist(), written[some + 1].tolist(), strict=True)
        yield b"".join([loose[a:b] for a, b in cuts])


def _inverse(order: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    places = np.empty(len(order), "i4")
    places[order] = np.arange(len(order), dtype="i4")
    return places


def _offsets(sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes)]).astype("i8")


def _grid(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> dict[str, Any]:
    placed = np.isfinite(lon)
    if not placed.any():
        return {"west": 0.0, "south": 0.0, "step_x": 1.0, "step_y": 1.0, "rows": 1, "columns": 1}
    side = max(1, int(np.sqrt(placed.sum() / VENUES_PER_CELL)))
    west, south, east, north = lon[placed].min(), lat[placed].min(), lon[placed].max(), lat[placed].max()
    return {
        "west": float(west),
        "south": float(south),
        "step_x": float(max(east - west, 1e-9) / side),
        "step_y": float(max(north - south, 1e-9) / side),
        "rows": side,
        "columns": side,
    }


def _cell_of(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], grid: dict[str, Any]) -> npt.NDArray[np.int64]:
    placed = np.isfinite(lon)
    cell = np.full(len(lon), grid["rows"] * grid["columns"], dtype="i8")
    column = ((lon[placed] - grid["west"]) / grid["step_x"]).astype("i8").clip(0, grid["columns"] - 1)
    row = ((lat[placed] - grid["south"]) / grid["step_y"]).astype("i8").clip(0, grid["rows"] - 1)
    cell[placed] = row * grid["columns"] + column
    return cell
