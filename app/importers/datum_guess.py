"""Which datum a ledger's positions are in, told from rows whose true place is known: with the evidence, or not at all.

A row is read as if it were in each datum; in the right one it falls where its venue lies, in the others half a
kilometre or more beside it. One row proves nothing: a shop that moved looks like a datum.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod

from geo.datum import Datum, to_wgs84

TRIED: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")
"""CGCS2000 is WGS-84 here."""
FEWEST_ROWS = 5
FARTHEST_M = 400.0
"""Beyond this the rows do not lie where their venues are in any datum."""
CLEARLY = 0.5
"""The best median must be at most this share of the next."""
AGREEING = 0.8
"""The share of rows that must lie nearest in the best datum, each by itself."""
_EARTH = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Evidence:
    """How the rows lie if they are in this datum.

    median_m: half of them are nearer to their venue than this. nearest: how many are nearer than in any other.
    """

    datum: Datum
    rows: int
    median_m: float
    nearest: int


@dataclass(frozen=True, slots=True)
class Guess:
    """The datum, or None where the rows do not tell; `reason` says why not: few_rows, far, unclear."""

    datum: Datum | None
    evidence: tuple[Evidence, ...]
    reason: str = ""


def guess(lon: ArrayLike, lat: ArrayLike, known_lon: ArrayLike, known_lat: ArrayLike) -> Guess:
    """The datum of positions whose true places are known.

    Args:
        lon: as the ledger writes it, degrees; NaN where it writes none.
        lat: likewise.
        known_lon: of the place of the same row's venue in WGS-84, of good quality; NaN where unknown.
        known_lat: likewise.

    Raises:
        BadCoordinates: a position out of range.
    """
    x, y, true_x, true_y = (np.asarray(a, dtype=np.float64).ravel() for a in (lon, lat, known_lon, known_lat))
    use = np.isfinite(x) & np.isfinite(y) & np.isfinite(true_x) & np.isfinite(true_y)
    if not use.any():
        return Guess(None, (), "few_rows")
    metres = np.array([_metres(*to_wgs84(x[use], y[use], datum), true_x[use], true_y[use]) for datum in TRIED])
    nearest = np.bincount(metres.argmin(axis=0), minlength=len(TRIED))
    medians = np.median(metres, axis=1)
    evidence = tuple(
        Evidence(datum, int(use.sum()), float(median), int(count))
        for datum, median, count in zip(TRIED, medians, nearest, strict=True)
    )
    return _judged(tuple(sorted(evidence, key=lambda e: e.median_m)))


def _judged(evidence: tuple[Evidence, ...]) -> Guess:
    best, second = evidence[:2]
    if best.rows < FEWEST_ROWS:
        return Guess(None, evidence, "few_rows")
    if best.median_m > FARTHEST_M:
        return Guess(None, evidence, "far")
    if best.median_m > CLEARLY * second.median_m or best.nearest < AGREEING * best.rows:
        return Guess(None, evidence, "unclear")
    return Guess(best.datum, evidence)


def _metres(
    lon: NDArray[np.float64], lat: NDArray[np.float64], to_lon: NDArray[np.float64], to_lat: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.asarray(_EARTH.inv(lon, lat, to_lon, to_lat)[2], dtype=np.float64)
