"""Columns out of venue rows: what a base and a delta are both made with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from app.catalog.bits import ASPECT_BIT, CAPABILITY_BIT, CATEGORY_CODE, all_aspects
from app.catalog.feature import Claim, VenueRow, render, stale_from
from app.catalog.layout import ARRAYS, Columns
from app.vocabulary import Status

VENUES_PER_CELL = 16
_MASK = {Status.YES: "yes", Status.LIMITED: "limited", Status.NO: "no"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class _Gathering:
    """The growing lists behind the arrays."""

    values: dict[str, list[Any]] = field(default_factory=dict)
    blob: list[bytes] = field(default_factory=list)
    search: list[bytes] = field(default_factory=list)
    hours: dict[str, int] = field(default_factory=dict)

    def add(self, **named: Any) -> None:  # noqa: ANN401 - one value for each named array
        for name, value in named.items():
            self.values.setdefault(name, []).append(value)


def columns(
    venues: Iterable[VenueRow], regions: Sequence[str], today: date, stale_after: timedelta, **facts: object
) -> Columns:
    """The arrays, blob and search text of these venues.

    Args:
        venues: in any order; keys unique.
        regions: adcodes; their order gives the codes.
        today: the local day that `stale` is told for.
        stale_after: the age above which a statement is stale.
        facts: what else the base should remember (its version).
    """
    gathering = _Gathering()
    region_code = {adcode: n for n, adcode in enumerate(regions)}
    for venue in venues:
        _gather(gathering, venue, region_code, today, stale_after)
    return _arranged(gathering, {**facts, "regions": list(regions), "day": today.isoformat()})


def _gather(g: _Gathering, venue: VenueRow, region_code: dict[str, int], today: date, stale_after: timedelta) -> None:
    piece = render(venue, today, stale_after)
    name_at = len(piece.head)
    g.blob.append(piece.head + piece.name_zh + piece.name_en + piece.tail)
    g.search.append(search_text(venue))
    hours = -1 if venue.opening_hours is None else g.hours.setdefault(venue.opening_hours, len(g.hours))
    g.add(
        key=UUID(venue.id).bytes,
        lon=np.nan if venue.point is None else venue.point.x,
        lat=np.nan if venue.point is None else venue.point.y,
        category=CATEGORY_CODE[venue.category],
        region=region_code[venue.region],
        hours=hours,
        updated=(venue.updated_at - _EPOCH) // timedelta(microseconds=1),
        live=venue.live,
        stale_from=stale_from(venue, today, stale_after).toordinal(),
        name_at=name_at,
        name_en_at=name_at + len(piece.name_zh),
        tail_at=name_at + len(piece.name_zh) + len(piece.name_en),
        **_capability_masks(venue.summaries),
        **_aspect_masks(venue.aspects),
    )


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


def _arranged(g: _Gathering, facts: dict[str, object]) -> Columns:
    raw = {n: np.array(g.values.get(n, []), dtype=ARRAYS[n]) for n in ARRAYS if n in g.values or not _made_later(n)}
    grid = _grid(raw["lon"], raw["lat"])
    cell = _cell_of(raw["lon"], raw["lat"], grid)
    order = np.lexsort((raw["lat"], raw["lon"], cell))
    arrays = {name: array[order] for name, array in raw.items()}
    arrays["cell_start"] = np.searchsorted(cell[order], np.arange(grid["rows"] * grid["columns"] + 1)).astype("i4")
    arrays["start"] = _offsets(g.blob, order)
    arrays["search_start"] = _offsets(g.search, order)
    arrays["key_order"] = np.argsort(arrays["key"], kind="stable").astype("i4")
    by_time = np.lexsort((arrays["key"], arrays["updated"]))
    arrays["sync_rank"] = np.empty(len(order), "i4")
    arrays["sync_rank"][by_time] = np.arange(len(order))
    return Columns(
        arrays,
        b"".join(g.blob[i] for i in order),
        b"".join(g.search[i] for i in order),
        {**facts, "grid": grid, "hours": list(g.hours)},
    )


def _made_later(name: str) -> bool:
    return name in {"cell_start", "start", "search_start", "key_order", "sync_rank"}


def _offsets(pieces: list[bytes], order: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    sizes = np.fromiter((len(pieces[i]) for i in order), dtype="i8", count=len(order))
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
